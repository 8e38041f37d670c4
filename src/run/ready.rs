//! The ready queue: of the steps that could begin, the one with the longest way still ahead begins first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use relight_contract::Milliseconds;

use super::limits::{LimitKey, Limits};
use crate::plan::StepId;

/// Steps whose dependencies are done, in the order of the critical path, apart by rate limit: a service that is
/// exhausted keeps nobody else waiting.
#[derive(Clone, Debug, Default)]
pub struct Ready {
    queues: BTreeMap<LimitKey, BTreeSet<(Reverse<u64>, StepId)>>,
}

/// What the queue gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// This step may begin now.
    Step(StepId),
    /// Every ready step waits for its bucket, until then at least.
    At(Milliseconds),
    /// Nothing is ready, or nothing more may be under way.
    Nothing,
}

impl Ready {
    /// Adds a step; `remaining` is the weight of the longest path from it on.
    pub fn add(&mut self, key: LimitKey, remaining: u64, step: StepId) {
        self.queues.entry(key).or_default().insert((Reverse(remaining), step));
    }

    /// Takes out the step that begins next, if any may.
    pub fn take(&mut self, limits: &mut Limits, now: Milliseconds) -> Next {
        let mut best: Option<((Reverse<u64>, StepId), &LimitKey)> = None;
        let mut earliest: Option<Milliseconds> = None;
        for (key, queue) in &self.queues {
            let Some(first) = queue.first() else { continue };
            match limits.next(key, now) {
                Some(at) if at <= now => {
                    if best.is_none_or(|(known, _)| *first < known) {
                        best = Some((*first, key));
                    }
                }
                Some(at) => earliest = Some(earliest.map_or(at, |known| known.min(at))),
                None => return Next::Nothing,
            }
        }
        match (best, earliest) {
            (Some((first, key)), _) => {
                let key = key.clone();
                if let Some(queue) = self.queues.get_mut(&key) {
                    queue.remove(&first);
                    if queue.is_empty() {
                        self.queues.remove(&key);
                    }
                }
                Next::Step(first.1)
            }
            (None, Some(at)) => Next::At(at),
            (None, None) => Next::Nothing,
        }
    }

    /// Whether no step is ready.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }
}
