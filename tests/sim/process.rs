//! One process: it may die at any journal write, be interrupted, or lose its lease.

use std::collections::BTreeSet;
use std::sync::Arc;

use relight::expr::{NoFiles, Vault};
use relight::journal::{Entry, Journal, JournalError, Lease, LeaseLost, Outcome, RunId};
use relight::plan::Plan;
use relight::run::{Means, Mode, Run, Session};
use relight::shell::drive::{DriveError, Parts, drive};
use relight::shell::mailbox::{Arrival, Mailbox};
use relight::shell::outside::Outside;
use relight::shell::transport::SimTransport;
use relight::shell::watch::{Narrator, Unwatched};

use relight_contract::{Name, Role};

use crate::door::{Door, Promise};
use crate::support::registry;

/// The key of digests.
pub const KEY: &[u8] = b"the key of tests, which is no secret";

/// How a process ends before its time, counted in journal writes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It lives.
    Never,
    DiesBefore(u64),
    DiesAfter(u64),
    InterruptedAt(u64),
    LosesLeaseAt(u64),
}

/// A run as the store keeps it: as text, so that every resume reads it back.
#[derive(Clone)]
pub struct Kept {
    pub run: RunId,
    pub plan: String,
    pub entries: Vec<String>,
    /// How many sessions it had.
    pub sessions: u64,
    /// The version of the spec that it was planned from.
    pub version: u64,
}

impl Kept {
    pub fn new(run: RunId, plan: &Plan, version: u64) -> Kept {
        let plan = serde_json::to_string(plan).expect("a plan is JSON");
        Kept { run, plan, entries: Vec::new(), sessions: 0, version }
    }

    pub fn plan(&self) -> Arc<Plan> {
        Arc::new(serde_json::from_str(&self.plan).expect("a plan reads back"))
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.entries.iter().map(|text| serde_json::from_str(text).expect("an entry reads back")).collect()
    }
}

/// The journal: entries are durable once they are here.
struct Paper<'a> {
    kept: &'a mut Kept,
    promise: Promise,
    end: End,
    writes: u64,
    mailbox: Mailbox,
}

impl Journal for Paper<'_> {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let died = || JournalError::Write { place: "paper".to_owned(), reason: "it died".to_owned() };
        let position = self.writes;
        self.writes += 1;
        if self.end == End::DiesBefore(position) {
            return Err(died());
        }
        for entry in entries {
            self.kept.entries.push(serde_json::to_string(entry).expect("an entry is JSON"));
            if let Some((_, promised)) = self.promise.0.borrow_mut().as_mut() {
                promised.push(entry.clone());
            }
        }
        if self.end == End::InterruptedAt(position) {
            self.mailbox.post(Arrival::Interrupted);
        }
        if self.end == End::DiesAfter(position) { Err(died()) } else { Ok(()) }
    }
}

struct Held {
    fencing: u64,
    end: End,
    holds: u64,
}

impl Lease for Held {
    fn fencing(&self) -> u64 {
        self.fencing
    }

    fn hold(&mut self) -> Result<(), LeaseLost> {
        self.holds += 1;
        match self.end {
            End::LosesLeaseAt(at) if self.holds > at => {
                Err(LeaseLost { reason: "somebody else took it".to_owned() })
            }
            _ => Ok(()),
        }
    }
}

/// Runs one session of a run. The world survives it; answers on their way do not.
pub fn session(
    kept: &mut Kept,
    mode: Mode,
    end: End,
    vault: Vault,
    door: Door,
    now: u64,
    outside: &mut dyn Outside,
) -> (Door, u64, Result<Outcome, DriveError>) {
    kept.sessions += 1;
    let (plan, entries) = (kept.plan(), kept.entries());
    let promise = door.promise.clone();
    *promise.0.borrow_mut() = Some((plan.clone(), entries.clone()));
    let means = Means {
        registry: registry(),
        files: Arc::new(NoFiles),
        secrets: Arc::new(vault),
        key: Arc::from(KEY),
    };
    let fencing = kept.sessions;
    let lost = plan.roles().filter(|(_, role)| *role == Role::Lost).map(|(site, _)| Name::from(site));
    let lost: BTreeSet<Name> = lost.collect();
    let session = Session { run: kept.run.clone(), fencing, approved: true, mode, lost };
    let mut run = Run::new(plan.clone(), session, &entries, means, now).expect("a run that can be taken up");
    let mailbox = Mailbox::new();
    let mut transport =
        SimTransport::new(door, now, relight::shell::transport::Pace::Instant, mailbox.clone());
    let mut narrator = Narrator::new(plan);
    entries.iter().for_each(|entry| {
        narrator.tell(entry);
    });
    let mut journal = Paper { kept, promise: promise.clone(), end, writes: 0, mailbox };
    let outcome = drive(
        &mut run,
        Parts {
            outside,
            transport: &mut transport,
            journal: &mut journal,
            lease: &mut Held { fencing, end, holds: 0 },
            watch: &mut Unwatched,
            narrator,
            approve: &mut || panic!("it was approved beforehand"),
            progress_milliseconds: None,
        },
    );
    *promise.0.borrow_mut() = None;
    let now = relight::shell::transport::Transport::now(&transport);
    (transport.into_simulator(), now, outcome)
}
