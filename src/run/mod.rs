//! The executor of one plan: a pure state machine. Events and the time go in, commands come out.
//!
//! Everything that it decides follows from the plan, the journal's entries and the answers. It refuses to perform:
//! calls, disks, clocks and terminals are the driver's, who obeys [`Command`]s in order. No call that changes anything
//! leaves before its [`crate::journal::Fact::Started`] is durable, so that a crash at any instant can be resumed:
//! [`Run::new`] over the entries of an earlier process is the resumption.

mod compare;
mod doubt;
mod end;
mod fill;
mod flight;
pub mod inquiry;
mod limits;
mod machine;
mod measure;
mod patience;
mod ready;
mod request;
mod retry;
mod steps;
mod targets;
mod vigil;

use std::collections::BTreeSet;
use std::sync::Arc;

use relight_contract::{Answer, Fault, Milliseconds, Name, Registry, Request};

use crate::expr::Files;
use crate::journal::{Entry, FoldError, Outcome, RunId};

pub use fill::{FillError, Secrets};
pub use inquiry::{Inquiry, Verdict};
pub use limits::{LimitKey, Limits};
pub use machine::Run;
pub use retry::{back_off, token};
pub use targets::places;

/// The number of a call, unique in its run's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the run is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// Everything up to this entry, counted from 0, is durable.
    Recorded(u64),
    /// A call came back.
    Answered(Ticket, Result<Answer, Fault>),
    /// Somebody answered what was asked outside the clouds. A question to people may be answered more than once.
    Told(Ticket, Verdict),
    /// Time passed.
    Tick,
    /// Somebody said yes to the plan.
    Approved,
    /// Somebody said no.
    Refused,
    /// Somebody asked the run to stop.
    Interrupted,
    /// Another process holds the lease now.
    LeaseLost,
}

/// What the run wants done, in this order.
#[derive(Clone, Debug)]
pub enum Command {
    /// Make this entry durable at this position, counted from 0, then say [`Event::Recorded`]. Entries that come
    /// together may become durable together.
    Record(u64, Entry),
    /// Make this call, and give up at that time.
    Call(Ticket, Request, Milliseconds),
    /// Ask this outside the clouds, and give up when it says.
    Inquire(Ticket, Inquiry),
    /// Nobody waits for the answer any more.
    Withdraw(Ticket),
    /// Say [`Event::Tick`] at this time, if nothing else happens before.
    WakeAt(Milliseconds),
    /// Ask for approval.
    Ask,
    /// The run is over.
    Finish(Outcome),
}

/// What a run needs besides its plan.
#[derive(Clone)]
pub struct Means {
    /// The kinds.
    pub registry: Registry,
    /// Serves the few functions that read files late.
    pub files: Arc<dyn Files>,
    /// Reads secrets.
    pub secrets: Arc<dyn Secrets>,
    /// The key of digests.
    pub key: Arc<[u8]>,
}

/// What one process wants of a run.
#[derive(Clone, Debug)]
pub struct Session {
    /// The run.
    pub run: RunId,
    /// The fencing number of the lease that this process holds.
    pub fencing: u64,
    /// Whether the plan was approved beforehand.
    pub approved: bool,
    /// What to do.
    pub mode: Mode,
    /// Places that are lost: a session that settles makes no call there.
    pub lost: BTreeSet<Name>,
}

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Execute the plan, from where it was left.
    Execute,
    /// Only find out what an earlier session left in doubt, begin nothing, and close the run for good: what comes
    /// before another plan.
    Settle,
}

/// Why a run cannot begin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The journal is not that of a run of this plan.
    #[error(transparent)]
    Journal(#[from] FoldError),
    /// The journal belongs to another run.
    #[error("the journal belongs to {found}, not to {expected}")]
    OtherRun {
        /// The run that was asked for.
        expected: RunId,
        /// The run that the journal names.
        found: RunId,
    },
    /// The run came to its end: there is nothing to take up again.
    #[error("{0} has come to its end")]
    Finished(RunId),
    /// The plan names what this version, or this process, does not have.
    #[error("the plan cannot be executed: {0}")]
    Plan(String),
}
