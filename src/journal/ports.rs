//! The two doors to what outlives a process: the journal and the lease.

use super::Entry;

/// Why entries could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store failed.
    #[error("cannot write the journal {place}: {reason}")]
    Write {
        /// Which journal.
        place: String,
        /// What the store said.
        reason: String,
    },
}

/// Where the entries of one run are kept.
pub trait Journal {
    /// Adds entries at the end, all or none of them, and returns once they are durable.
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError>;
}

/// Another process holds the lease now, or nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lease is lost: {reason}")]
pub struct LeaseLost {
    /// What was seen.
    pub reason: String,
}

/// The right to change the topology's clouds, held by one process at a time.
pub trait Lease {
    /// The number that rises with each acquisition.
    fn fencing(&self) -> u64;

    /// Makes sure that the lease is still held, and keeps it alive. Called before each batch of calls.
    fn hold(&mut self) -> Result<(), LeaseLost>;
}
