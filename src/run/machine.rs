//! The machine: events in, commands out, and what is under way in between.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{Address, Answer, Fault, Milliseconds, Name, Object, Request};

use super::end::Hidden;
use super::flight::{Flight, Purpose, Wait};
use super::limits::Limits;
use super::ready::Ready;
use super::targets::Targets;
use super::vigil::Vigil;
use super::{Command, Event, Means, Mode, RunError, Session, Ticket};
use crate::expr::Learned;
use crate::journal::{Entry, FORMAT, Fact, FoldError, Outcome, Phase, RunState, fold};
use crate::plan::{Plan, StepId};

/// The most calls under way at once: clouds throttle long before, and a laptop's sockets are few.
const MOST_IN_FLIGHT: usize = 64;

/// How long one call may take, in milliseconds. Longer operations are accepted and polled.
const CALL_MILLISECONDS: u64 = 120_000;

/// The executor of one plan.
pub struct Run {
    pub(super) plan: Arc<Plan>,
    pub(super) means: Means,
    pub(super) targets: Targets,
    pub(super) state: RunState,
    pub(super) mode: Mode,
    pub(super) lost: BTreeSet<Name>,
    pub(super) ready: Ready,
    /// How many steps each step still waits for.
    pub(super) missing: Vec<u32>,
    pub(super) flights: BTreeMap<StepId, Flight>,
    /// Probes, gates and hooks under way.
    pub(super) vigils: BTreeMap<StepId, Vigil>,
    pub(super) outputs: BTreeMap<Address, Object>,
    /// What was filled so far from these outputs.
    pub(super) learned: RefCell<Learned>,
    pub(super) hidden: Hidden,
    pub(super) limits: Limits,
    tickets: BTreeMap<Ticket, StepId>,
    /// What is asked outside the clouds.
    pub(super) inquired: BTreeMap<Ticket, StepId>,
    pub(super) timers: BTreeSet<(Milliseconds, StepId)>,
    pub(super) records: BTreeMap<u64, StepId>,
    pub(super) commands: Vec<Command>,
    next_ticket: u64,
    stage: Stage,
    illegal: Option<FoldError>,
}

/// Where the session stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Nothing was asked of it yet.
    New,
    /// It waits for approval.
    Asking,
    /// It works.
    Working,
    /// Its last entry is on its way.
    Finishing(u64, Outcome),
    /// It is over.
    Over,
}

impl Run {
    /// A run of `plan`: a new one without `entries`, else that which they tell of, taken up again.
    pub fn new(
        plan: Arc<Plan>,
        session: Session,
        entries: &[Entry],
        means: Means,
        now: Milliseconds,
    ) -> Result<Run, RunError> {
        let targets = Targets::new(&plan, &means.registry)?;
        let (run, fencing) = (session.run, session.fencing);
        let (state, first) = if entries.is_empty() {
            let fact = Fact::Opened { format: FORMAT, run, plan: plan.id.clone(), fencing };
            let entry = Entry { at: now, fact };
            (RunState::opened(&plan, &entry)?, entry)
        } else {
            let mut state = fold(&plan, entries)?;
            if state.run != run {
                return Err(RunError::OtherRun { expected: run, found: state.run });
            }
            if !state.is_unfinished() {
                return Err(RunError::Finished(run));
            }
            let entry = Entry { at: now, fact: Fact::Resumed { fencing } };
            state.apply(&plan, &entry)?;
            (state, entry)
        };
        let position = state.entries - 1;
        let mut machine = Run {
            missing: vec![0; plan.content.steps.len()],
            plan,
            means,
            targets,
            state,
            mode: session.mode,
            lost: session.lost,
            ready: Ready::default(),
            flights: BTreeMap::new(),
            vigils: BTreeMap::new(),
            outputs: BTreeMap::new(),
            learned: RefCell::default(),
            hidden: Hidden::default(),
            limits: Limits::new(MOST_IN_FLIGHT),
            tickets: BTreeMap::new(),
            inquired: BTreeMap::new(),
            timers: BTreeSet::new(),
            records: BTreeMap::new(),
            commands: vec![Command::Record(position, first)],
            next_ticket: 0,
            stage: Stage::New,
            illegal: None,
        };
        machine.recall_outputs()?;
        if session.approved && !machine.state.approved && machine.mode == Mode::Execute {
            machine.record(Fact::Approved, now);
        }
        Ok(machine)
    }

    /// What is known of the run.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// The attributes of the objects that its steps left, by address, as the cloud tells them.
    pub fn outputs(&self) -> &BTreeMap<Address, Object> {
        &self.outputs
    }

    /// Takes in an event, and tells what to do next. Fails only where the run would have written what no run can: then
    /// nothing more may be done with it.
    pub fn on(&mut self, event: Event, now: Milliseconds) -> Result<Vec<Command>, FoldError> {
        match event {
            _ if self.stage == Stage::Over => {}
            Event::Recorded(seq) => self.recorded(seq, now),
            Event::Answered(ticket, answer) => self.answered(ticket, answer, now),
            Event::Told(ticket, verdict) => self.told(ticket, verdict, now),
            Event::Tick => {}
            Event::Approved => self.approved(now),
            Event::Refused => self.finish(Outcome::Refused, now),
            Event::Interrupted => self.interrupted(now),
            Event::LeaseLost => {
                self.commands = vec![Command::Finish(Outcome::LeaseLost)];
                self.stage = Stage::Over;
            }
        }
        self.advance(now);
        match self.illegal.take() {
            Some(error) => {
                self.stage = Stage::Over;
                Err(error)
            }
            None => Ok(std::mem::take(&mut self.commands)),
        }
    }

    /// Notes a fact and returns the position of its entry. Everything that the run knows goes through here.
    pub(super) fn record(&mut self, fact: Fact, now: Milliseconds) -> u64 {
        let entry = Entry { at: now, fact };
        let position = self.state.entries;
        match self.state.apply(&self.plan, &entry) {
            Ok(()) => self.commands.push(Command::Record(position, entry)),
            Err(error) => self.illegal = self.illegal.take().or(Some(error)),
        }
        position
    }

    /// Makes a step wait until `at`.
    pub(super) fn wait_until(&mut self, step: StepId, at: Milliseconds) {
        if let Some(flight) = self.flights.get_mut(&step) {
            flight.wait = Wait::Time(at);
            self.timers.insert((at, step));
        }
    }

    /// Ends a step's flight; what it waited for is forgotten.
    pub(super) fn land(&mut self, step: StepId) {
        let Some(flight) = self.flights.remove(&step) else { return };
        if let Some(until) = flight.measure_until {
            self.timers.remove(&(until, step));
        }
        match flight.wait {
            Wait::Time(at) => {
                self.timers.remove(&(at, step));
            }
            Wait::Record(position) => {
                self.records.remove(&position);
            }
            Wait::Answer(ticket) => {
                self.tickets.remove(&ticket);
            }
        }
    }

    /// Makes the call leave once the entry at `position` is durable.
    pub(super) fn call_after(&mut self, step: StepId, position: u64) {
        if let Some(flight) = self.flights.get_mut(&step) {
            flight.wait = Wait::Record(position);
            self.records.insert(position, step);
        }
    }

    /// Makes the present call of a step. Its window has been asked already.
    pub(super) fn call(&mut self, step: StepId, now: Milliseconds) {
        let Some(target) = self.targets.get(step) else { return };
        let Some(flight) = self.flights.get_mut(&step) else { return };
        let Some(action) = flight.call(target.kind) else { return };
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        flight.wait = Wait::Answer(ticket);
        if let Some(until) = flight.measure_until {
            self.timers.insert((until, step));
        }
        self.tickets.insert(ticket, step);
        let request = Request { place: Arc::clone(&target.place), action };
        self.commands.push(Command::Call(ticket, request, now + CALL_MILLISECONDS));
    }

    /// A ticket that was never given.
    pub(super) fn new_ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }

    fn recorded(&mut self, position: u64, now: Milliseconds) {
        while let Some((&first, &step)) =
            self.records.first_key_value().filter(|(first, _)| **first <= position)
        {
            self.records.remove(&first);
            match self.vigils.contains_key(&step) {
                true => self.inquire(step),
                false => self.call(step, now),
            }
        }
        if let Stage::Finishing(last, outcome) = &self.stage
            && *last <= position
        {
            self.commands.push(Command::Finish(outcome.clone()));
            self.stage = Stage::Over;
        }
    }

    fn answered(&mut self, ticket: Ticket, answer: Result<Answer, Fault>, now: Milliseconds) {
        let Some(step) = self.tickets.remove(&ticket) else { return };
        if let Some(until) = self.flights.get(&step).and_then(|flight| flight.measure_until) {
            self.timers.remove(&(until, step));
        }
        let throttled = matches!(&answer, Err(fault) if fault.kind == relight_contract::FaultKind::Throttled);
        let changes = self.flights.get(&step).is_some_and(|flight| flight.purpose == Purpose::Send);
        if let Some(key) = self.targets.get(step).map(|target| target.limit(changes)) {
            self.limits.back(&key, throttled);
        }
        self.judge(step, answer, now);
    }

    /// Gives up waiting for a call that changes nothing: its answer comes too late.
    pub(super) fn forget_call(&mut self, step: StepId, ticket: Ticket) {
        self.tickets.remove(&ticket);
        if let Some(key) = self.targets.get(step).map(|target| target.limit(false)) {
            self.limits.back(&key, false);
        }
    }

    fn approved(&mut self, now: Milliseconds) {
        if !self.state.approved && self.stage == Stage::Asking {
            self.record(Fact::Approved, now);
        }
    }

    fn interrupted(&mut self, now: Milliseconds) {
        let finishing = matches!(self.stage, Stage::Finishing(..));
        if !self.state.interrupted && !finishing {
            self.record(Fact::Interrupted, now);
        }
    }

    /// Goes as far as it goes without another event.
    fn advance(&mut self, now: Milliseconds) {
        match self.stage {
            Stage::New | Stage::Asking if self.state.interrupted => {}
            Stage::New if self.state.approved || self.mode == Mode::Settle => {
                self.stage = Stage::Working;
                self.take_up(now);
            }
            Stage::Asking if self.state.approved => {
                self.stage = Stage::Working;
                self.take_up(now);
            }
            Stage::New => {
                self.stage = Stage::Asking;
                self.commands.push(Command::Ask);
                return;
            }
            Stage::Working => {}
            Stage::Asking | Stage::Finishing(..) | Stage::Over => return,
        }
        if self.state.interrupted {
            self.drop_idle();
        }
        while let Some((at, step)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, step));
            if self.vigils.contains_key(&step) {
                self.wake(step, now);
            } else if !self.gave_up_measuring(step, now) {
                self.depart(step, now);
            }
        }
        self.start_ready(now);
        // What was started may have ended at once, or wait for a time.
        if self.state.interrupted {
            self.drop_idle();
        }
        if self.flights.is_empty()
            && self.vigils.is_empty()
            && (self.state.interrupted || self.ready.is_empty())
        {
            let outcome = self.outcome();
            self.finish(outcome, now);
            return;
        }
        if let Some((at, _)) = self.timers.first() {
            self.commands.push(Command::WakeAt((*at).max(now)));
        }
    }

    /// Starts what may start now.
    fn start_ready(&mut self, now: Milliseconds) {
        if self.state.interrupted || self.mode == Mode::Settle {
            self.ready = Ready::default();
            return;
        }
        while let Some(step) = self.ready.take(&self.limits) {
            self.start(step, now);
        }
    }

    /// Forgets what only waits for a time: nothing is under way there but operations that the cloud goes on with, and
    /// the journal knows all that a resumed run needs.
    fn drop_idle(&mut self) {
        self.drop_vigils();
        let idle = |flight: &Flight| matches!(flight.wait, Wait::Time(_)) && flight.purpose != Purpose::Poll;
        let steps: Vec<StepId> =
            self.flights.iter().filter(|(_, flight)| idle(flight)).map(|(step, _)| *step).collect();
        for step in steps {
            self.land(step);
        }
    }

    fn finish(&mut self, outcome: Outcome, now: Milliseconds) {
        if matches!(self.stage, Stage::Finishing(..) | Stage::Over) {
            return;
        }
        let position = self.record(Fact::Finished { outcome: outcome.clone() }, now);
        self.stage = Stage::Finishing(position, outcome);
    }

    fn outcome(&self) -> Outcome {
        let done = self.state.count(|phase| phase == Phase::Done);
        let left = self.state.steps.len() as u64 - done;
        let steps = |test: &dyn Fn(Phase) -> bool| -> Vec<StepId> {
            let chosen = self.plan.content.steps.iter().map(|step| step.id);
            chosen.filter(|id| self.state.step(*id).is_some_and(|state| test(state.phase))).collect()
        };
        let failed = steps(&|phase| matches!(phase, Phase::Failed { .. }));
        let is_open =
            |id: &StepId| self.state.step(*id).is_some_and(|s| s.phase == Phase::Failed { open: true });
        if left > 0 && self.state.interrupted {
            return Outcome::Interrupted { done, left };
        }
        if self.mode == Mode::Settle && !failed.iter().any(is_open) {
            return Outcome::Abandoned { done, left };
        }
        if left == 0 {
            let kept = self.state.steps.iter().filter(|step| step.kept).count() as u64;
            return Outcome::Completed { done, kept };
        }
        let skipped = steps(&|phase| matches!(phase, Phase::Skipped(_)));
        Outcome::PartlyApplied { done, failed, skipped }
    }
}
