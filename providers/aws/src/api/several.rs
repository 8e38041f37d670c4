//! Calls for several objects, some at a time, where a service tells only of one in a call.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use relight_contract::Fault;

/// How many calls are under way at once. A list is one call to the limits of its service, so this stays small.
const MOST: usize = 8;

/// What `call` answers for each of `items`, in their order. The first failure ends it.
pub(crate) async fn each<T, U, F>(
    items: impl IntoIterator<Item = T>,
    call: impl Fn(T) -> F,
) -> Result<Vec<U>, Fault>
where
    F: Future<Output = Result<U, Fault>>,
{
    let mut items = items.into_iter();
    let mut answers = Vec::new();
    loop {
        let calls: Vec<_> = items.by_ref().take(MOST).map(|item| Box::pin(call(item))).collect();
        if calls.is_empty() {
            return Ok(answers);
        }
        answers.extend(all(calls).await?);
    }
}

/// Waits for all calls, or for the first that fails.
async fn all<U, F>(calls: Vec<Pin<Box<F>>>) -> Result<Vec<U>, Fault>
where
    F: Future<Output = Result<U, Fault>>,
{
    let mut calls: Vec<_> = calls.into_iter().map(Some).collect();
    let mut answers: Vec<Option<U>> = calls.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (waiting, answer) in calls.iter_mut().zip(&mut answers) {
            let Some(call) = waiting else { continue };
            match call.as_mut().poll(context) {
                Poll::Pending => {}
                Poll::Ready(Err(fault)) => return Poll::Ready(Err(fault)),
                Poll::Ready(Ok(told)) => {
                    *answer = Some(told);
                    *waiting = None;
                }
            }
        }
        match calls.iter().all(Option::is_none) {
            true => Poll::Ready(Ok(())),
            false => Poll::Pending,
        }
    })
    .await?;
    Ok(answers.into_iter().flatten().collect())
}
