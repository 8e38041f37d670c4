//! People: who allows gates, beforehand by flags, or while a run waits, in a file or at the terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use relight_contract::Address;

use super::mailbox::{Arrival, Mailbox};
use crate::run::inquiry::Gate;
use crate::run::{Ticket, Verdict};

/// How often a file of approvals is read.
const READ_EVERY: Duration = Duration::from_millis(500);

/// Who may be asked, and what they said beforehand.
#[derive(Clone, Debug, Default)]
pub struct Allowances {
    /// Whether every gate is allowed that names nobody who must.
    pub yes: bool,
    /// Gates that are allowed beforehand, by name or address, and who allows them.
    pub given: Vec<(String, Option<String>)>,
    /// A file of lines `NAME WHO`, which is read again and again while a gate is open.
    pub file: Option<PathBuf>,
    /// Whoever runs this process.
    pub who: String,
    /// Whether somebody sits at a terminal.
    pub terminal: bool,
}

/// Who allows gates.
pub struct People {
    allowances: Allowances,
    open: Open,
    reads: bool,
    listens: bool,
}

/// The gates that nobody has decided about yet, in the order in which they were asked.
type Open = Arc<Mutex<BTreeMap<Ticket, Gate>>>;

impl Allowances {
    /// Those who allowed a gate beforehand, and by which way.
    fn beforehand(&self, gate: &Gate) -> Vec<(String, &'static str)> {
        let given = self.given.iter().filter(|(name, _)| is_called(&gate.address, name));
        let mut found: Vec<(String, &'static str)> =
            given.map(|(_, who)| (who.clone().unwrap_or_else(|| self.who.clone()), "--approve")).collect();
        if self.yes && gate.approvers.is_empty() {
            found.push((self.who.clone(), "--yes"));
        }
        found.retain(|(who, _)| gate.approvers.is_empty() || gate.approvers.contains(who));
        found
    }

    /// Whether a gate is allowed beforehand.
    pub fn allows(&self, gate: &Gate) -> bool {
        let who: BTreeSet<String> = self.beforehand(gate).into_iter().map(|(who, _)| who).collect();
        who.len() as u64 >= gate.quorum
    }

    /// Whether anybody can still be asked while a run waits.
    pub fn can_be_asked(&self) -> bool {
        self.terminal || self.file.is_some()
    }
}

impl People {
    /// Those who can be asked.
    pub fn new(allowances: Allowances) -> People {
        People { allowances, open: Open::default(), reads: false, listens: false }
    }

    /// Asks about a gate. What was said beforehand is returned; everything else arrives in the mailbox.
    pub(super) fn ask(&mut self, ticket: Ticket, gate: &Gate, mailbox: &Mailbox) -> Vec<Verdict> {
        let said = self.allowances.beforehand(gate);
        let said = said.into_iter().map(|(by, how)| Verdict::Allowed { by, how: how.to_owned() });
        let said: Vec<Verdict> = said.collect();
        if self.allowances.allows(gate) {
            return said;
        }
        if !self.allowances.can_be_asked() && gate.timeout_seconds.is_none() {
            return vec![Verdict::Refused("nobody can be asked here".to_owned())];
        }
        lock(&self.open).insert(ticket, gate.clone());
        if let Some(path) = self.allowances.file.clone()
            && !std::mem::replace(&mut self.reads, true)
        {
            let (open, mailbox) = (Arc::clone(&self.open), mailbox.clone());
            start("approvals", move || read(&path, &open, &mailbox));
        }
        if self.allowances.terminal && !std::mem::replace(&mut self.listens, true) {
            let (open, mailbox, who) = (Arc::clone(&self.open), mailbox.clone(), self.allowances.who.clone());
            start("terminal", move || listen(&who, &open, &mailbox));
        }
        said
    }

    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        lock(&self.open).remove(&ticket);
    }
}

/// Whether a gate goes by this name: `promote`, `gate.promote`, `gate.promote@oregon`.
fn is_called(address: &Address, name: &str) -> bool {
    let anywhere = Address { site: None, ..address.clone() };
    *address.name == *name || address.to_string() == name || anywhere.to_string() == name
}

/// The gates are whole even after a panic elsewhere: each change is one step.
fn lock(open: &Open) -> MutexGuard<'_, BTreeMap<Ticket, Gate>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that cannot be started hears nothing; the run goes on, and its gates can time out.
fn start(name: &str, work: impl FnOnce() + Send + 'static) {
    let _ = std::thread::Builder::new().name(name.to_owned()).spawn(work);
}

/// Reads approvals from a file, as long as the process lives. What is not there yet says nothing.
#[expect(clippy::disallowed_methods, reason = "a file cannot be waited for in any other way")]
fn read(path: &Path, open: &Open, mailbox: &Mailbox) {
    loop {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let gates: Vec<(Ticket, Gate)> =
            lock(open).iter().map(|(ticket, gate)| (*ticket, gate.clone())).collect();
        for line in text.lines() {
            let Some((name, by)) = line.trim().split_once(char::is_whitespace) else { continue };
            for (ticket, _) in gates.iter().filter(|(_, gate)| is_called(&gate.address, name)) {
                let by = by.trim().to_owned();
                let how = path.display().to_string();
                mailbox.post(Arrival::Told(*ticket, Verdict::Allowed { by, how }));
            }
        }
        std::thread::sleep(READ_EVERY);
    }
}

/// Takes what is typed for an answer to the gate that was asked first.
fn listen(who: &str, open: &Open, mailbox: &Mailbox) {
    let mut line = String::new();
    loop {
        line.clear();
        let read = std::io::stdin().lock().read_line(&mut line);
        let first = lock(open).iter().next().map(|(ticket, gate)| (*ticket, gate.clone()));
        let Some((ticket, gate)) = first else {
            match read {
                Ok(1..) => continue,
                _ => return,
            }
        };
        let by = who.to_owned();
        let verdict = match (line.trim(), &read) {
            ("no", _) | (_, Ok(0) | Err(_)) => Verdict::Refused(format!("{by} said no")),
            ("yes", _) if gate.approvers.is_empty() => {
                Verdict::Allowed { by, how: "at the terminal".to_owned() }
            }
            (name, _) if gate.approvers.contains(name) => {
                Verdict::Allowed { by: name.to_owned(), how: "at the terminal".to_owned() }
            }
            _ => {
                let _ = writeln!(std::io::stderr(), "{}", answers(&gate));
                continue;
            }
        };
        // The next line is for the next gate, unless more people must say yes.
        let refused = matches!(verdict, Verdict::Refused(_));
        if refused || gate.quorum <= 1 {
            lock(open).remove(&ticket);
        }
        mailbox.post(Arrival::Told(ticket, verdict));
        if !matches!(read, Ok(1..)) {
            return;
        }
    }
}

/// What may be answered at the terminal.
fn answers(gate: &Gate) -> String {
    let names: Vec<&str> = gate.approvers.iter().map(String::as_str).collect();
    match names.is_empty() {
        true => "`yes` or `no`?".to_owned(),
        false => format!("the name of whoever says yes ({}), or `no`?", names.join(", ")),
    }
}
