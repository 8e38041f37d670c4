//! Transports: how calls leave and answers come back, over real clouds or simulated ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use relight_contract::{
    Answer, CallCount, Cloud, Fault, FaultKind, Milliseconds, Name, Place, Request, Session,
};
use tokio::runtime::{Builder, Runtime};

use super::clock;
use super::mailbox::{Arrival, Mailbox};
use crate::run::inquiry::Probe;
use crate::run::{Ticket, Verdict};

/// How long it is waited for what is known of a session.
const SESSION: Duration = Duration::from_secs(5);

/// How long a call may take where the door keeps the time of its attempts: only a defect takes longer.
const LONGEST: Duration = Duration::from_secs(300);

/// The way to clouds and time.
pub trait Transport {
    /// The time, in milliseconds: since 1970, or of the simulated clock.
    fn now(&self) -> Milliseconds;

    /// Lets a call leave. Its answer arrives by `deadline`, or a fault in its place.
    fn submit(&mut self, ticket: Ticket, request: Request, deadline: Milliseconds);

    /// The next thing that arrives; `Tick` when nothing does by `until`, `None` for any time.
    fn wait(&mut self, until: Option<Milliseconds>) -> Arrival;

    /// Nobody waits any more for calls that are under way: their answers never arrive, and their tickets are free.
    fn abandon(&mut self);

    /// What simulated clouds say of an endpoint; `None` where there is a real one to ask.
    fn answers(&self, probe: &Probe) -> Option<Verdict> {
        let _ = probe;
        None
    }

    /// Whether people or commands are waited for: then simulated time passes as theirs does.
    fn keep_pace(&mut self, with_people: bool) {
        let _ = with_people;
    }
}

/// The fault of a call that nothing was heard of.
fn unanswered(changes: bool) -> Fault {
    match changes {
        true => Fault::new(FaultKind::Ambiguous, "no answer within the deadline"),
        false => Fault::new(FaultKind::Unreachable, "no answer within the deadline"),
    }
}

/// Real clouds: each call is a task, its answer a letter in the mailbox.
pub struct AsyncTransport {
    clouds: BTreeMap<Name, Arc<dyn Cloud>>,
    mailbox: Mailbox,
    runtime: Option<Runtime>,
    /// The calls that somebody waits for, by numbers of our own, which never come again.
    waited: BTreeMap<Ticket, Ticket>,
    submitted: u64,
}

impl AsyncTransport {
    /// A transport to these clouds, by the names of their providers.
    pub fn new(clouds: BTreeMap<Name, Arc<dyn Cloud>>, mailbox: Mailbox) -> std::io::Result<AsyncTransport> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        Ok(AsyncTransport { clouds, mailbox, runtime: Some(runtime), waited: BTreeMap::new(), submitted: 0 })
    }

    /// The session that calls to a place are made in; waits for it, but not for long.
    pub fn session(&self, place: &Arc<Place>) -> Result<Session, Fault> {
        let cloud = self.clouds.get(&place.provider).map(Arc::clone);
        let (Some(cloud), Some(runtime)) = (cloud, &self.runtime) else { return Ok(Session::default()) };
        let asked = cloud.session(Arc::clone(place));
        let asked = runtime.block_on(async { tokio::time::timeout(SESSION, asked).await });
        asked.unwrap_or_else(|_| Err(unanswered(false)))
    }

    /// How often each API operation was called so far.
    pub fn counts(&self) -> Vec<CallCount> {
        self.clouds.values().flat_map(|cloud| cloud.counts()).collect()
    }
}

impl Transport for AsyncTransport {
    fn now(&self) -> Milliseconds {
        clock::now()
    }

    fn submit(&mut self, ticket: Ticket, request: Request, deadline: Milliseconds) {
        let changes = request.action.changes_anything();
        self.submitted += 1;
        self.waited.insert(Ticket(self.submitted), ticket);
        let ticket = Ticket(self.submitted);
        let provider = request.action.provider();
        let cloud = self.clouds.get(provider).map(Arc::clone);
        let (Some(cloud), Some(runtime)) = (cloud, &self.runtime) else {
            let text = format!("there is no way to {provider} in this program");
            return self.mailbox.post(Arrival::Answered(ticket, Err(Fault::new(FaultKind::Invalid, text))));
        };
        let patience = Duration::from_millis(deadline.saturating_sub(self.now()));
        let patience = if cloud.keeps_time() { patience.max(LONGEST) } else { patience };
        let mailbox = self.mailbox.clone();
        let called = runtime.spawn(async move { tokio::time::timeout(patience, cloud.call(request)).await });
        runtime.spawn(async move {
            let answer = match called.await {
                Ok(Ok(answer)) => answer,
                // A call that broke down in our own code may have left before.
                Ok(Err(_)) | Err(_) => Err(unanswered(changes)),
            };
            mailbox.post(Arrival::Answered(ticket, answer));
        });
    }

    fn wait(&mut self, until: Option<Milliseconds>) -> Arrival {
        loop {
            let now = self.now();
            let patience = until.map(|until| Duration::from_millis(until.saturating_sub(now)));
            match self.mailbox.wait(patience) {
                Arrival::Answered(own, answer) => {
                    if let Some(ticket) = self.waited.remove(&own) {
                        return Arrival::Answered(ticket, answer);
                    }
                }
                other => return other,
            }
        }
    }

    fn abandon(&mut self) {
        self.waited.clear();
    }
}

/// Dropped futures do not undo their calls, and nobody waits for them.
impl Drop for AsyncTransport {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Clouds in memory: a call has its effect when it is submitted, its answer has a time.
pub trait Simulator {
    /// Makes a call at `now`; tells when its answer arrives, and what it is.
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>);

    /// What an endpoint answers at `now`; `None` when it does not simulate any.
    fn answers(&self, now: Milliseconds, probe: &Probe) -> Option<Verdict> {
        let _ = (now, probe);
        None
    }
}

/// How fast simulated time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can be computed.
    Instant,
    /// So many times faster than real time; 1 for real time.
    Times(u32),
}

/// Simulated clouds in virtual time: one queue of answers, in the order of their times.
pub struct SimTransport<S> {
    simulator: S,
    now: Milliseconds,
    pace: Pace,
    /// Whether time passes as it does for people.
    with_people: bool,
    mailbox: Mailbox,
    /// By time, then by the order in which the calls left.
    answers: BTreeMap<(Milliseconds, u64), (Ticket, Result<Answer, Fault>)>,
    submitted: u64,
}

impl<S: Simulator> SimTransport<S> {
    /// A transport whose clock stands at `now`.
    pub fn new(simulator: S, now: Milliseconds, pace: Pace, mailbox: Mailbox) -> SimTransport<S> {
        SimTransport {
            simulator,
            now,
            pace,
            with_people: false,
            mailbox,
            answers: BTreeMap::new(),
            submitted: 0,
        }
    }

    /// The simulator.
    pub fn simulator(&self) -> &S {
        &self.simulator
    }

    /// The simulator, to change it.
    pub fn simulator_mut(&mut self) -> &mut S {
        &mut self.simulator
    }

    /// The simulator, when the transport has done its work.
    pub fn into_simulator(self) -> S {
        self.simulator
    }

    /// Lets time pass until `at`; tells what interrupted it.
    fn pass(&mut self, at: Milliseconds) -> Option<Arrival> {
        let ahead = at.saturating_sub(self.now);
        let pace = match self.pace {
            Pace::Instant if self.with_people => Pace::Times(1),
            pace => pace,
        };
        let patience = match pace {
            Pace::Instant => Duration::ZERO,
            Pace::Times(factor) => Duration::from_millis(ahead) / factor.max(1),
        };
        let before = clock::now();
        match self.mailbox.wait(Some(patience)) {
            Arrival::Tick => {
                self.now = self.now.max(at);
                None
            }
            interrupting => {
                if let Pace::Times(factor) = pace {
                    let passed = clock::now().saturating_sub(before).saturating_mul(u64::from(factor));
                    self.now += passed.min(ahead);
                }
                Some(interrupting)
            }
        }
    }
}

impl<S: Simulator> Transport for SimTransport<S> {
    fn now(&self) -> Milliseconds {
        self.now
    }

    fn submit(&mut self, ticket: Ticket, request: Request, deadline: Milliseconds) {
        let (at, answer) = self.simulator.submit(self.now, &request);
        let late = at > deadline;
        let answer = if late { Err(unanswered(request.action.changes_anything())) } else { answer };
        self.answers.insert((at.min(deadline).max(self.now), self.submitted), (ticket, answer));
        self.submitted += 1;
    }

    fn wait(&mut self, until: Option<Milliseconds>) -> Arrival {
        let first = self.answers.first_key_value().map(|((at, _), _)| *at);
        let Some(at) = first.into_iter().chain(until).min() else {
            let before = clock::now();
            let arrival = self.mailbox.wait(None);
            if self.with_people {
                let factor = match self.pace {
                    Pace::Instant => 1,
                    Pace::Times(factor) => u64::from(factor),
                };
                self.now += clock::now().saturating_sub(before).saturating_mul(factor);
            }
            return arrival;
        };
        if let Some(interrupting) = self.pass(at) {
            return interrupting;
        }
        match self.answers.first_entry().filter(|first| first.key().0 <= self.now) {
            Some(first) => {
                let (ticket, answer) = first.remove();
                Arrival::Answered(ticket, answer)
            }
            None => Arrival::Tick,
        }
    }

    fn abandon(&mut self) {
        self.answers.clear();
    }

    fn answers(&self, probe: &Probe) -> Option<Verdict> {
        self.simulator.answers(self.now, probe)
    }

    fn keep_pace(&mut self, with_people: bool) {
        self.with_people = with_people;
    }
}
