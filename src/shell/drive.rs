//! The one loop over a run: it obeys commands, and brings events.

use std::collections::{BTreeSet, VecDeque};

use relight_contract::{Milliseconds, Request};

use super::mailbox::Arrival;
use super::outside::Outside;
use super::transport::Transport;
use super::watch::{Narrator, Watch};
use crate::journal::{Entry, FoldError, Journal, JournalError, Lease, Outcome};
use crate::run::{Command, Event, Inquiry, Run, Ticket, Verdict};

/// What the loop works with.
pub struct Parts<'a> {
    /// The way to the clouds.
    pub transport: &'a mut dyn Transport,
    /// Where entries become durable.
    pub journal: &'a mut dyn Journal,
    /// The right to change anything.
    pub lease: &'a mut dyn Lease,
    /// Who is told. It is fed by `narrator`, which has been told all earlier entries of the run.
    pub watch: &'a mut dyn Watch,
    /// Turns entries into events.
    pub narrator: Narrator,
    /// Who is asked what no cloud answers.
    pub outside: &'a mut dyn Outside,
    /// Asked when the plan is not approved yet.
    pub approve: &'a mut dyn FnMut() -> bool,
    /// How often the watcher is told how far the run is, in milliseconds of the transport's time; `None` for never.
    pub progress_milliseconds: Option<u64>,
}

/// Why a run could not go on. What it had done is in the journal, and a resumed run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// An entry could not be made durable: nothing may be done without that.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The run contradicted itself.
    #[error("the run broke down: {0}")]
    Run(#[from] FoldError),
}

/// Drives a run to its end.
pub fn drive(run: &mut Run, parts: Parts) -> Result<Outcome, DriveError> {
    let started = parts.transport.now();
    let next_progress = parts.progress_milliseconds.map(|every| started + every);
    let events = VecDeque::from([Event::Tick]);
    Loop { parts, events, orders: Orders::default(), next_progress, pending: BTreeSet::new() }.turn(run)
}

struct Loop<'a> {
    parts: Parts<'a>,
    events: VecDeque<Event>,
    orders: Orders,
    next_progress: Option<Milliseconds>,
    /// What people and commands have not answered yet.
    pending: BTreeSet<Ticket>,
}

/// Commands that wait for all events at hand to be taken in, so that entries become durable together.
#[derive(Default)]
struct Orders {
    entries: Vec<Entry>,
    last: Option<u64>,
    calls: Vec<(Ticket, Request, Milliseconds)>,
    inquiries: Vec<(Ticket, Option<Inquiry>)>,
    wake_at: Option<Milliseconds>,
    ask: bool,
    finish: Option<Outcome>,
}

impl Loop<'_> {
    fn turn(mut self, run: &mut Run) -> Result<Outcome, DriveError> {
        loop {
            while let Some(event) = self.events.pop_front() {
                let commands = run.on(event, self.parts.transport.now())?;
                self.orders.take(commands);
            }
            if let Some(outcome) = self.obey()? {
                return Ok(outcome);
            }
            if self.events.is_empty() {
                self.listen();
            }
        }
    }

    /// Does what was ordered: entries first, for nothing else may happen without them.
    fn obey(&mut self) -> Result<Option<Outcome>, DriveError> {
        if let Some(Outcome::LeaseLost) = self.orders.finish {
            return Ok(Some(Outcome::LeaseLost));
        }
        let writes = !self.orders.entries.is_empty()
            || !self.orders.calls.is_empty()
            || !self.orders.inquiries.is_empty();
        if writes && self.parts.lease.hold().is_err() {
            self.orders = Orders::default();
            self.events = VecDeque::from([Event::LeaseLost]);
            return Ok(None);
        }
        let entries = std::mem::take(&mut self.orders.entries);
        if !entries.is_empty() {
            self.parts.journal.append(&entries)?;
            for event in entries.iter().filter_map(|entry| self.parts.narrator.tell(entry)) {
                self.parts.watch.event(&event);
            }
        }
        if let Some(last) = self.orders.last.take() {
            self.events.push_back(Event::Recorded(last));
        }
        for (ticket, request, deadline) in std::mem::take(&mut self.orders.calls) {
            self.parts.transport.submit(ticket, request, deadline);
        }
        for (ticket, inquiry) in std::mem::take(&mut self.orders.inquiries) {
            self.inquire(ticket, inquiry);
        }
        if std::mem::take(&mut self.orders.ask) {
            let approved = (self.parts.approve)();
            self.events.push_back(if approved { Event::Approved } else { Event::Refused });
        }
        Ok(self.orders.finish.take())
    }

    /// Asks what no cloud answers, or asks it no more.
    fn inquire(&mut self, ticket: Ticket, inquiry: Option<Inquiry>) {
        let Some(inquiry) = inquiry else {
            self.pending.remove(&ticket);
            self.parts.outside.withdraw(ticket);
            return self.parts.transport.keep_pace(!self.pending.is_empty());
        };
        let simulated = match &inquiry {
            Inquiry::Probe(probe) => self.parts.transport.answers(probe),
            _ => None,
        };
        let told = match simulated {
            Some(verdict) => vec![verdict],
            None => self.parts.outside.inquire(ticket, &inquiry),
        };
        // A question to people stays open until it is withdrawn.
        if told.is_empty() || matches!(inquiry, Inquiry::Gate(_)) {
            self.pending.insert(ticket);
            self.parts.transport.keep_pace(true);
        }
        self.events.extend(told.into_iter().map(|verdict| Event::Told(ticket, verdict)));
    }

    /// Somebody answered: a probe or a command is not waited for any more.
    fn told(&mut self, ticket: Ticket, verdict: Verdict) -> Event {
        let of_people = matches!(verdict, Verdict::Allowed { .. } | Verdict::Refused(_));
        if !of_people && self.pending.remove(&ticket) {
            self.parts.transport.keep_pace(!self.pending.is_empty());
        }
        Event::Told(ticket, verdict)
    }

    /// Waits for the next thing to happen, and takes in whatever came with it.
    fn listen(&mut self) {
        let until = self.orders.wake_at.into_iter().chain(self.next_progress).min();
        let first = self.parts.transport.wait(until);
        let mut arrival = first;
        loop {
            let nothing_more = arrival == Arrival::Tick;
            let event = match arrival {
                Arrival::Answered(ticket, answer) => Event::Answered(ticket, answer),
                Arrival::Told(ticket, verdict) => self.told(ticket, verdict),
                Arrival::Interrupted => Event::Interrupted,
                Arrival::Tick => Event::Tick,
            };
            self.events.push_back(event);
            if nothing_more {
                break;
            }
            let now = self.parts.transport.now();
            arrival = self.parts.transport.wait(Some(now));
        }
        self.tell_progress();
    }

    fn tell_progress(&mut self) {
        let now = self.parts.transport.now();
        if let (Some(at), Some(every)) = (self.next_progress, self.parts.progress_milliseconds)
            && at <= now
        {
            self.next_progress = Some(now + every.max(1));
            let progress = self.parts.narrator.progress(now);
            self.parts.watch.event(&progress);
        }
    }
}

impl Orders {
    fn take(&mut self, commands: Vec<Command>) {
        // Each turn of the run tells anew when it wants to be woken.
        self.wake_at = None;
        for command in commands {
            match command {
                Command::Record(position, entry) => {
                    self.entries.push(entry);
                    self.last = Some(position);
                }
                Command::Call(ticket, request, deadline) => self.calls.push((ticket, request, deadline)),
                Command::Inquire(ticket, inquiry) => self.inquiries.push((ticket, Some(inquiry))),
                Command::Withdraw(ticket) => self.inquiries.push((ticket, None)),
                Command::WakeAt(at) => self.wake_at = Some(at),
                Command::Ask => self.ask = true,
                Command::Finish(outcome) => self.finish = Some(outcome),
            }
        }
    }
}
