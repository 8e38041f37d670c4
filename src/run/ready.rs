//! The ready queue: of the steps that could begin, the one with the longest way still ahead begins first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::limits::{LimitKey, Limits};
use crate::plan::StepId;

/// Steps whose dependencies are done, in the order of the critical path, apart by limit: a service that takes no
/// more calls keeps nobody else waiting.
#[derive(Clone, Debug, Default)]
pub struct Ready {
    queues: BTreeMap<LimitKey, BTreeSet<(Reverse<u64>, StepId)>>,
}

impl Ready {
    /// Adds a step; `remaining` is the weight of the longest path from it on.
    pub fn add(&mut self, key: LimitKey, remaining: u64, step: StepId) {
        self.queues.entry(key).or_default().insert((Reverse(remaining), step));
    }

    /// Takes out the step that begins next; none when nothing is ready, or no window has room.
    pub fn take(&mut self, limits: &Limits) -> Option<StepId> {
        let open = self.queues.iter().filter(|(key, _)| limits.is_open(key));
        let firsts = open.filter_map(|(key, queue)| Some((*queue.first()?, key)));
        let (first, key) = firsts.min_by_key(|(first, _)| *first)?;
        let key = key.clone();
        if let Some(queue) = self.queues.get_mut(&key) {
            queue.remove(&first);
            if queue.is_empty() {
                self.queues.remove(&key);
            }
        }
        Some(first.1)
    }

    /// Whether no step is ready.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }
}
