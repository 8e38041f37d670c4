//! The mailbox: where answers and signals of other threads wait for the one loop.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use relight_contract::{Answer, Fault};

use crate::run::{Ticket, Verdict};

/// What arrives from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A call came back.
    Answered(Ticket, Result<Answer, Fault>),
    /// Somebody answered what was asked outside the clouds.
    Told(Ticket, Verdict),
    /// Somebody asked the run to stop.
    Interrupted,
    /// Nothing arrived in time.
    Tick,
}

/// A queue that one thread waits on and any may post to. Clones share it.
#[derive(Clone, Default)]
pub struct Mailbox {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<VecDeque<Arrival>>,
    filled: Condvar,
}

impl Mailbox {
    /// An empty one.
    pub fn new() -> Mailbox {
        Mailbox::default()
    }

    /// Puts something in.
    pub fn post(&self, arrival: Arrival) {
        self.lock().push_back(arrival);
        self.shared.filled.notify_one();
    }

    /// Takes the next thing out; `Tick` when there is none within `patience`, `None` for any time.
    pub fn wait(&self, patience: Option<Duration>) -> Arrival {
        let queue = self.lock();
        let is_empty = |queue: &mut VecDeque<Arrival>| queue.is_empty();
        let mut queue = match patience {
            Some(patience) => {
                let waited = self.shared.filled.wait_timeout_while(queue, patience, is_empty);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.shared.filled.wait_while(queue, is_empty).unwrap_or_else(PoisonError::into_inner),
        };
        queue.pop_front().unwrap_or(Arrival::Tick)
    }

    /// The queue is whole even after a panic elsewhere: posts and takes are single steps.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Arrival>> {
        self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
