//! Reads together: objects of one kind that are asked for at the same time are read in one call.
//!
//! Waits end in polls, and polls of many objects come together. So a reader waits a moment for others, and longer while
//! they keep coming or are known to be on their way; one of them reads for all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use relight_contract::{Fault, FaultKind, Live};
use tokio::sync::oneshot;

use super::site::Site;

/// How long a read waits for others.
const WINDOW: Duration = Duration::from_millis(30);

/// How many windows it waits at most, while others keep coming.
const MOST_WINDOWS: usize = 8;

/// How many windows it waits at most for others that are known to come: a second.
const LONGEST_WINDOWS: usize = 33;

/// Who waits for an object.
type Waiter = oneshot::Sender<Result<Option<Live>, Fault>>;

/// The reads that wait, by kind; the first of a kind reads for all.
#[derive(Default)]
pub(crate) struct Batches {
    waiting: Mutex<BTreeMap<&'static str, Vec<(String, Waiter)>>>,
    /// How many are known to come.
    coming: Mutex<BTreeMap<&'static str, usize>>,
}

impl Batches {
    /// Joins the reads of a kind; true for the one that is to read for all.
    fn join(&self, kind: &'static str, id: &str, waiter: Waiter) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let readers = waiting.entry(kind).or_default();
        readers.push((id.to_owned(), waiter));
        readers.len() == 1
    }

    /// How many reads of a kind wait.
    fn waiting(&self, kind: &'static str) -> usize {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(kind).map_or(0, Vec::len)
    }

    /// Whether more reads of a kind are known to come.
    fn more_come(&self, kind: &'static str) -> bool {
        let coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        coming.get(kind).is_some_and(|count| *count > 0)
    }

    fn count(&self, kind: &'static str, count: impl FnOnce(usize) -> usize) {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = coming.entry(kind).or_default();
        *entry = count(*entry);
    }

    fn take(&self, kind: &'static str) -> Vec<(String, Waiter)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(kind).unwrap_or_default()
    }
}

/// Somebody who will read objects of a kind as soon as it knows which; until it is dropped, others wait for it.
pub(crate) struct Coming<'s> {
    batches: &'s Batches,
    kind: &'static str,
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.batches.count(self.kind, |count| count.saturating_sub(1));
    }
}

/// Hands the reads of a kind over to another reader, should the one that reads for all be dropped before its call.
struct Leader<'s> {
    batches: &'s Batches,
    kind: &'static str,
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        // Dropping the senders tells the others, who then read anew.
        drop(self.batches.take(self.kind));
    }
}

impl Site {
    /// Says that objects of a kind will be read together with those that others read.
    pub(crate) fn comes(&self, kind: &'static str) -> Coming<'_> {
        self.batches.count(kind, |count| count + 1);
        Coming { batches: &self.batches, kind }
    }

    /// The object called `id`, read together with others of its kind that are asked for at the same time, at most
    /// `most` in a call. `describe` tells those of the given ids that exist, each under the id that it was asked by.
    pub(crate) async fn together<F, R>(
        &self,
        kind: &'static str,
        id: &str,
        most: usize,
        describe: F,
    ) -> Result<Option<Live>, Fault>
    where
        F: Fn(Vec<String>) -> R,
        R: Future<Output = Result<Vec<Live>, Fault>>,
    {
        loop {
            let (sender, receiver) = oneshot::channel();
            if self.batches.join(kind, id, sender) {
                self.lead(kind, most, &describe).await;
            }
            if let Ok(answer) = receiver.await {
                return answer;
            }
        }
    }

    async fn lead<F, R>(&self, kind: &'static str, most: usize, describe: &F)
    where
        F: Fn(Vec<String>) -> R,
        R: Future<Output = Result<Vec<Live>, Fault>>,
    {
        let leader = Leader { batches: &self.batches, kind };
        let mut known = 0;
        for window in 1..=LONGEST_WINDOWS {
            pause().await;
            let waiting = self.batches.waiting(kind);
            let quiet = waiting == known.max(1) || window >= MOST_WINDOWS;
            if waiting >= most || quiet && !self.batches.more_come(kind) {
                break;
            }
            known = waiting;
        }
        let readers = self.batches.take(kind);
        std::mem::forget(leader);
        let ids: BTreeSet<String> = readers.iter().map(|(id, _)| id.clone()).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let mut found: BTreeMap<String, Result<Live, Fault>> = BTreeMap::new();
        for part in ids.chunks(most.max(1)) {
            match describe(part.to_vec()).await {
                Ok(objects) => {
                    found.extend(objects.into_iter().map(|live| (live.native_id.to_string(), Ok(live))));
                }
                // One wrong id may spoil the answer for all: then each is asked for by itself.
                Err(fault) if part.len() > 1 && is_about_one(&fault) => {
                    for id in part {
                        match describe(vec![id.clone()]).await {
                            Ok(objects) => {
                                found.extend(objects.into_iter().map(|live| (id.clone(), Ok(live))))
                            }
                            Err(fault) => drop(found.insert(id.clone(), Err(fault))),
                        }
                    }
                }
                Err(fault) => found.extend(part.iter().map(|id| (id.clone(), Err(fault.clone())))),
            }
        }
        for (id, waiter) in readers {
            let answer = match found.get(&id) {
                Some(Ok(live)) => Ok(Some(live.clone())),
                Some(Err(fault)) if fault.kind == FaultKind::NotFound => Ok(None),
                Some(Err(fault)) => Err(fault.clone()),
                None => Ok(None),
            };
            // Who no longer waits needs no answer.
            let _ = waiter.send(answer);
        }
    }
}

/// Whether a fault says something of one object, and not of the place.
fn is_about_one(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::NotFound | FaultKind::Invalid)
}

#[expect(clippy::disallowed_methods, reason = "nothing is decided by the wait: it only gathers calls")]
async fn pause() {
    tokio::time::sleep(WINDOW).await;
}
