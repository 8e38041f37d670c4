//! Calls side by side: what an API tells of one object at a time.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use relight_contract::Fault;

/// How many calls are under way at the same time.
const MOST: usize = 16;

/// What `ask` answers for each of `items`, in their order; the first fault ends it.
pub(crate) async fn gather<I, T, F>(items: impl IntoIterator<Item = I>, ask: F) -> Result<Vec<T>, Fault>
where
    F: AsyncFn(I) -> Result<T, Fault>,
{
    stream::iter(items).map(|item| ask(item)).buffered(MOST).try_collect().await
}
