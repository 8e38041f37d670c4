//! Several calls at once.

use std::future::Future;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use relight_contract::Fault;

/// How many calls of one list or read are under way at once. More would only be throttled.
const WIDTH: usize = 8;

/// Makes all calls, some at a time; their answers in the same order, or the first fault.
pub(crate) async fn side_by_side<T, F>(calls: Vec<F>) -> Result<Vec<T>, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    stream::iter(calls).buffered(WIDTH).try_collect().await
}

/// What `call` answers for each of `items`, in their order, some at a time, or the first fault.
pub(crate) async fn each<T, U, F>(
    items: impl IntoIterator<Item = T>,
    call: impl Fn(T) -> F,
) -> Result<Vec<U>, Fault>
where
    F: Future<Output = Result<U, Fault>>,
{
    side_by_side(items.into_iter().map(call).collect()).await
}
