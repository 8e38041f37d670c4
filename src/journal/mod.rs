//! The journal of a run: its ordered facts, durable before anything is done, and the states that they fold into.
//!
//! It holds data, two traits and folds. It refuses disks and clocks: where entries are kept, and when it is, are the
//! shell's business.

mod durations;
mod entry;
mod fold;
mod inventory;
mod outcome;
mod ports;

pub use durations::learn;
pub use entry::{Entry, FORMAT, Fact, Made, RunId};
pub use fold::{Accepted, Attempt, FoldError, Phase, RunState, StepState, fold};
pub use inventory::remember;
pub use outcome::Outcome;
pub use ports::{Journal, JournalError, Lease, LeaseLost};
