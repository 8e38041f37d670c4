//! Steps: how one begins, is taken up again, goes on after an answer, and ends.

use relight_contract::{Action, Answer, Fault, FaultKind, Live, Milliseconds, Name, Object, Value};

use super::fill::{FillError, Filling};
use super::flight::{Awaited, Flight, Next, Purpose, View, Wait};
use super::patience::patience;
use super::retry::Tries;
use super::{Mode, Run, RunError, doubt, end, request, retry};
use crate::journal::{Accepted, Fact, Made, Phase};
use crate::plan::{Ask, Content, Step, StepId};

impl Run {
    /// The outputs that the journal tells of.
    pub(super) fn recall_outputs(&mut self) -> Result<(), RunError> {
        for step in &self.plan.content.steps {
            let made = self.state.step(step.id).and_then(|state| state.object.as_ref());
            let (Some(made), Some(target)) = (made, self.targets.get(step.id)) else { continue };
            let mut object = Object::new();
            for (name, json) in made.outputs.as_object().into_iter().flatten() {
                let Some(field) = target.kind.field(name) else { continue };
                let value = Value::from_json(json, &field.ty())
                    .map_err(|error| RunError::Plan(format!("an output of {}: {error}", step.address)))?;
                object.insert(name.as_str(), value);
            }
            self.outputs.insert(step.address.clone(), object);
        }
        Ok(())
    }

    /// Puts every step where the journal left it: under way, ready, or waiting.
    pub(super) fn take_up(&mut self, now: Milliseconds) {
        let plan = std::sync::Arc::clone(&self.plan);
        for step in &plan.content.steps {
            let undone = step.after.iter().filter(|before| !self.is_done(**before)).count();
            if let Some(missing) = self.missing.get_mut(step.id.0 as usize) {
                *missing += u32::try_from(undone).unwrap_or(u32::MAX);
            }
        }
        for step in &plan.content.steps {
            let state = self.state.step(step.id).filter(|state| state.phase == Phase::Done);
            if let Some(made) = state.map(|state| state.object.clone()) {
                self.take_up_done(step, made.as_ref(), now);
            }
        }
        for step in &plan.content.steps {
            self.admit(step.id, now);
        }
    }

    fn is_done(&self, id: StepId) -> bool {
        self.state.step(id).is_some_and(|state| state.phase == Phase::Done)
    }

    /// Lets a step go that waits for nothing any more: into the queue, or back to where an earlier session left it.
    fn admit(&mut self, id: StepId, now: Milliseconds) {
        let Some(phase) = self.state.step(id).map(|state| state.phase) else { return };
        if self.missing.get(id.0 as usize) != Some(&0)
            || self.flights.contains_key(&id)
            || self.vigils.contains_key(&id)
        {
            return;
        }
        match phase {
            Phase::Waiting => {
                self.ready.add(self.targets.limit(id), self.targets.remaining(id), id);
            }
            Phase::Started | Phase::Accepted => {
                let plan = std::sync::Arc::clone(&self.plan);
                if let Some(step) = plan.content.steps.get(id.0 as usize) {
                    self.take_up_started(step, now);
                }
            }
            Phase::Done | Phase::Failed { .. } | Phase::Skipped(_) => {}
        }
    }

    fn take_up_started(&mut self, step: &Step, now: Milliseconds) {
        if step.ask.is_guard() {
            return self.start_vigil(step, now);
        }
        let Some(state) = self.state.step(step.id).cloned() else { return };
        let Some(attempt) = state.attempt else { return };
        if self.mode == Mode::Settle && self.lost.contains(step.place.as_str()) {
            let fault = Fault::new(FaultKind::Unreachable, "its site is lost: no calls are made there");
            return self.fail(step.id, fault, false, now);
        }
        let action = match self.fill(step, &attempt.token) {
            Ok(Some(action)) => action,
            Ok(None) => return,
            Err(error) => return self.fail(step.id, not_filled(&error), true, now),
        };
        let unchanged = request::digest(&self.means.key, &action) == attempt.digest;
        let mut flight = self.flight(step.id, action, attempt.number, attempt.token, now);
        flight.doubted = state.doubted;
        flight.adopted = state.doubted;
        flight.accepted = state.accepted;
        let next = match flight.accepted {
            Some(_) => Next::Call { purpose: Purpose::Poll, after_milliseconds: 0 },
            None => {
                let unchanged = unchanged && self.mode == Mode::Execute;
                match self.view(step.id, now) {
                    Some(view) => doubt::first(&mut flight, &view, unchanged),
                    None => return,
                }
            }
        };
        self.flights.insert(step.id, flight);
        self.go_on(step.id, next, now);
    }

    /// A done step may have outputs that were not written down: they are read again before anything uses them.
    fn take_up_done(&mut self, step: &Step, made: Option<&Made>, now: Milliseconds) {
        let phase = |id: StepId| self.state.step(id).map(|state| state.phase);
        let uses = |id: &StepId| match phase(*id) {
            Some(Phase::Waiting) => self.mode == Mode::Execute,
            Some(Phase::Started | Phase::Accepted) => true,
            _ => false,
        };
        let undone: Vec<StepId> = self.targets.dependents(step.id).filter(uses).collect();
        let Some(made) = made.filter(|made| !made.withheld.is_empty() && !undone.is_empty()) else {
            self.check_after(step, now);
            return;
        };
        for id in undone {
            if let Some(missing) = self.missing.get_mut(id.0 as usize) {
                *missing += 1;
            }
        }
        let Some(target) = self.targets.get(step.id) else { return };
        let read = Action::Read { kind: target.kind, native_id: made.native_id.clone() };
        let mut flight = self.flight(step.id, read, 0, Name::from(""), now);
        flight.purpose = Purpose::Refresh;
        flight.read_id = Some(made.native_id.clone());
        self.flights.insert(step.id, flight);
        self.wait_until(step.id, now);
    }

    /// Begins a ready step.
    pub(super) fn start(&mut self, id: StepId, now: Milliseconds) {
        let plan = std::sync::Arc::clone(&self.plan);
        let Some(step) = plan.content.steps.get(id.0 as usize) else { return };
        if step.ask.is_guard() {
            return self.start_vigil(step, now);
        }
        if let Err(fault) = self.check_conditions(step, false) {
            return self.fail(id, fault, false, now);
        }
        let earlier = self.state.step(id).and_then(|state| state.attempt.as_ref());
        let number = earlier.map_or(1, |attempt| attempt.number.saturating_add(1));
        let token = retry::token(&self.state.run.0, &step.address.to_string(), number);
        let action = match self.fill(step, &token) {
            Ok(Some(action)) => action,
            Ok(None) => {
                self.record(Fact::Done { step: id, object: None, kept: false }, now);
                return self.release(id, now);
            }
            Err(error) => return self.fail(id, not_filled(&error), false, now),
        };
        let mut flight = self.flight(id, action, number, token, now);
        if let Ask::Await { field, settle_seconds, within_seconds, .. } = &step.ask {
            let settled_at = now.saturating_add(settle_seconds * 1000);
            flight.give_up_at = now.saturating_add(within_seconds * 1000);
            flight.awaited = Some(Awaited { field: field.as_str().into(), settled_at, last: None });
            flight.purpose = Purpose::Await;
            self.flights.insert(id, flight);
            return self.depart(id, now);
        }
        match self.may_be_kept(step, &mut flight) {
            Ok(Maybe::Kept) => {
                self.record(Fact::Done { step: id, object: None, kept: true }, now);
                self.release(id, now);
            }
            Ok(Maybe::Ask(purpose)) => {
                flight.purpose = purpose;
                self.flights.insert(id, flight);
                match self.targets.get(id).is_some_and(|target| self.measures(step, target.kind)) {
                    true => self.measure(id, now),
                    false => self.depart(id, now),
                }
            }
            Err(error) => self.fail(id, not_filled(&error), false, now),
        }
    }

    /// Whether a step that was planned in the worst case must be compared first. The two steps of a replacement decide
    /// together: the first one to run compares, the other follows.
    fn may_be_kept(&self, step: &Step, flight: &mut Flight) -> Result<Maybe, FillError> {
        let plan = &self.plan.content;
        let partner = self.targets.get(step.id).and_then(|target| target.partner);
        let partner = partner.and_then(|id| plan.steps.get(id.0 as usize));
        if !step.maybe && !partner.is_some_and(|partner| partner.maybe) {
            return Ok(Maybe::Ask(Purpose::Send));
        }
        let decided =
            partner.and_then(|partner| self.state.step(partner.id)).filter(|s| s.phase == Phase::Done);
        let attributes = |action: &Action| match action {
            Action::Create { attributes, .. } => Some(attributes.clone()),
            Action::Update { changes, .. } => Some(changes.clone()),
            _ => None,
        };
        let (old, wanted) = match (&step.ask, partner.map(|partner| &partner.ask)) {
            (Ask::Update { native_id, .. }, _) => (native_id, attributes(&flight.action)),
            (Ask::Create { .. }, Some(Ask::Delete { native_id, .. })) => {
                (native_id, attributes(&flight.action))
            }
            (Ask::Delete { native_id, .. }, Some(Ask::Create { attributes, .. })) => {
                let filled = match (decided, self.targets.get(step.id)) {
                    (None, Some(target)) => Some(self.filling().fields(target.kind, attributes)?),
                    _ => None,
                };
                (native_id, filled)
            }
            _ => return Ok(Maybe::Ask(Purpose::Send)),
        };
        flight.wanted = wanted;
        flight.read_id = Some(old.as_str().into());
        Ok(match (decided.map(|state| state.kept), &step.ask) {
            (None, _) => Maybe::Ask(Purpose::Compare),
            (Some(false), _) => Maybe::Ask(Purpose::Send),
            (Some(true), Ask::Delete { .. }) => Maybe::Kept,
            (Some(true), _) => Maybe::Ask(Purpose::Refresh),
        })
    }

    /// Lets a step's present call leave: now, or as soon as its window has room.
    pub(super) fn depart(&mut self, id: StepId, now: Milliseconds) {
        const CROWDED_MILLISECONDS: u64 = 100;
        let Some(purpose) = self.flights.get(&id).map(|flight| flight.purpose) else { return };
        let Some(key) = self.targets.get(id).map(|target| target.limit(purpose == Purpose::Send)) else {
            return;
        };
        if !self.limits.is_open(&key) {
            return self.wait_until(id, now + CROWDED_MILLISECONDS);
        }
        self.limits.leave(&key);
        if purpose != Purpose::Send {
            return self.call(id, now);
        }
        let Some(flight) = self.flights.get(&id) else { return };
        let fact = Fact::Started {
            step: id,
            attempt: flight.attempt,
            token: flight.token.clone(),
            digest: request::digest(&self.means.key, &flight.action),
        };
        let position = self.record(fact, now);
        self.call_after(id, position);
    }

    /// What an answer means for its step.
    pub(super) fn judge(&mut self, id: StepId, answer: Result<Answer, Fault>, now: Milliseconds) {
        let Some(mut flight) = self.flights.remove(&id) else { return };
        let next = self.view(id, now).map(|view| flight.answered(&view, answer));
        self.flights.insert(id, flight);
        if let Some(next) = next {
            self.go_on(id, next, now);
        }
    }

    /// Does what comes next for a step.
    pub(super) fn go_on(&mut self, id: StepId, next: Next, now: Milliseconds) {
        let Some(mut flight) = self.flights.remove(&id) else { return };
        match next {
            Next::Send { .. } | Next::Anew if self.mode == Mode::Settle => {
                // What was found half made is there all the same: it must not be made again.
                if let (true, Action::Update { native_id, .. }) = (flight.adopted, &flight.action) {
                    let accepted = Accepted { native_id: native_id.clone(), handle: None };
                    self.record_accepted(id, &accepted, now);
                }
                let fault =
                    Fault::new(FaultKind::Internal, "it was begun and had no effect, or not all of it");
                self.fail(id, fault.code("abandoned"), false, now);
            }
            Next::Doubt(fault) => {
                self.record(Fact::Doubted { step: id, fault }, now);
                let unchanged = self.mode == Mode::Execute;
                let Some(next) = self.view(id, now).map(|view| doubt::first(&mut flight, &view, unchanged))
                else {
                    return;
                };
                self.flights.insert(id, flight);
                // A doubt leads to a look, a find or a send, never to another doubt.
                self.go_on(id, next, now);
            }
            Next::Anew => {
                self.renew(&mut flight, id);
                self.put_off(flight, Purpose::Send, 0, None, now);
            }
            Next::Send { after_milliseconds } => {
                self.put_off(flight, Purpose::Send, after_milliseconds, None, now);
            }
            Next::Call { purpose, after_milliseconds } => {
                self.put_off(flight, purpose, after_milliseconds, None, now);
            }
            Next::Retry { fault, after_milliseconds } => {
                let until = now + after_milliseconds;
                self.record(Fact::Retried { step: id, fault: fault.clone(), until }, now);
                self.put_off(flight, Purpose::Send, after_milliseconds, Some(fault), now);
            }
            Next::Measured { lag_seconds, fault } => {
                flight.measure_until = None;
                self.record_measured(id, lag_seconds, fault, now);
                self.put_off(flight, Purpose::Send, 0, None, now);
            }
            Next::Working { accepted, after_milliseconds } => {
                self.record_accepted(id, &accepted, now);
                flight.accepted = Some(accepted);
                self.put_off(flight, Purpose::Poll, after_milliseconds, None, now);
            }
            Next::Broken { native_id, fault } => {
                let known = flight.accepted.as_ref().is_some_and(|accepted| accepted.native_id == native_id);
                if !known {
                    self.record_accepted(id, &Accepted { native_id, handle: None }, now);
                }
                // What became of it is known: a new plan may go on from there, a resumed run only looks again.
                self.fail(id, fault, self.mode == Mode::Execute, now);
            }
            Next::Fail(fault) => {
                let open = flight.is_open() && !(self.mode == Mode::Settle && flight.is_gone(&fault));
                self.fail(id, fault, open, now);
            }
            Next::End { live, kept } => self.end(id, &flight, live.as_deref(), kept, now),
        }
    }

    /// Lets a flight wait, unless the step has taken too long already.
    fn put_off(
        &mut self,
        mut flight: Flight,
        purpose: Purpose,
        after_milliseconds: u64,
        fault: Option<Fault>,
        now: Milliseconds,
    ) {
        let (id, at) = (flight.step, now.saturating_add(after_milliseconds));
        if at > flight.give_up_at {
            if let Some(awaited) = &flight.awaited {
                return self.fail(id, not_zero(awaited), false, now);
            }
            let stuck = Fault::new(FaultKind::Internal, "it takes too long").code("stuck");
            return self.fail(id, fault.unwrap_or(stuck), flight.is_open(), now);
        }
        flight.purpose = purpose;
        self.flights.insert(id, flight);
        self.wait_until(id, at);
    }

    fn record_accepted(&mut self, step: StepId, accepted: &Accepted, now: Milliseconds) {
        let Accepted { native_id, handle } = accepted.clone();
        self.record(Fact::Accepted { step, native_id, handle }, now);
    }

    /// Gives a flight the next attempt's token.
    fn renew(&self, flight: &mut Flight, id: StepId) {
        let Some(target) = self.targets.get(id) else { return };
        flight.attempt = flight.attempt.saturating_add(1);
        flight.token = retry::token(&self.state.run.0, &target.owner.address.to_string(), flight.attempt);
        if let Action::Create { token, .. } = &mut flight.action {
            *token = flight.token.clone();
        }
        flight.doubted = false;
        flight.adopted = false;
        flight.accepted = None;
        flight.tries = Tries::default();
    }

    fn end(&mut self, id: StepId, flight: &Flight, live: Option<&Live>, kept: bool, now: Milliseconds) {
        let plan = std::sync::Arc::clone(&self.plan);
        let (Some(step), Some(target)) = (plan.content.steps.get(id.0 as usize), self.targets.get(id)) else {
            return;
        };
        let given = end::given(&flight.action);
        let deletes = matches!(flight.action, Action::Delete { .. });
        let live = live.filter(|_| !deletes);
        if let Some(live) = live {
            let earlier = self.outputs.insert(step.address.clone(), live.attributes.clone());
            // An object that changed again, or another one at its address: what was made of the old outputs is wrong.
            if earlier.is_some_and(|earlier| earlier != live.attributes) {
                self.learned.take();
            }
        }
        let object = live.map(|live| end::made(target.kind, &given, live, &self.means.key, &mut self.hidden));
        // Outputs that were read again are in the journal as far as they may be.
        if self.is_done(id) {
            self.hide_withheld(id, live);
        } else {
            self.record(Fact::Done { step: id, object, kept }, now);
        }
        if self.check_after(step, now) {
            self.release(id, now);
        }
    }

    /// Hides what an earlier session did not write down either.
    fn hide_withheld(&mut self, id: StepId, live: Option<&Live>) {
        let made = self.state.step(id).and_then(|state| state.object.as_ref());
        for value in made.iter().flat_map(|made| &made.withheld).filter_map(|name| live?.get(name)) {
            self.hidden.add(value);
        }
    }

    /// Checks a done step's postconditions; one that does not hold fails the step.
    fn check_after(&mut self, step: &Step, now: Milliseconds) -> bool {
        if self.mode == Mode::Settle {
            return true;
        }
        match self.check_conditions(step, true) {
            Ok(()) => true,
            Err(fault) => {
                self.fail(step.id, fault, false, now);
                false
            }
        }
    }

    /// Lets the dependents of a done step go.
    pub(super) fn release(&mut self, id: StepId, now: Milliseconds) {
        let dependents: Vec<StepId> = self.targets.dependents(id).collect();
        for dependent in dependents {
            if let Some(missing) = self.missing.get_mut(dependent.0 as usize) {
                *missing = missing.saturating_sub(1);
            }
            self.admit(dependent, now);
        }
    }

    /// Fails a step, and skips everything that waits for it.
    pub(super) fn fail(&mut self, id: StepId, fault: Fault, open: bool, now: Milliseconds) {
        self.land(id);
        self.record(Fact::Failed { step: id, fault, open }, now);
        let mut waiting: Vec<StepId> = self.targets.dependents(id).collect();
        waiting.reverse();
        while let Some(next) = waiting.pop() {
            if self.state.step(next).is_none_or(|state| state.phase != Phase::Waiting) {
                continue;
            }
            self.record(Fact::Skipped { step: next, because: id }, now);
            let before = waiting.len();
            waiting.extend(self.targets.dependents(next));
            if let Some(added) = waiting.get_mut(before..) {
                added.reverse();
            }
        }
    }

    fn check_conditions(&self, step: &Step, after: bool) -> Result<(), Fault> {
        match self.filling().violated(&step.conditions, after) {
            Ok(None) => Ok(()),
            Ok(Some(message)) => Err(Fault::new(FaultKind::Invalid, message).code("condition")),
            Err(error) => Err(not_filled(&error)),
        }
    }

    fn fill(&self, step: &Step, token: &Name) -> Result<Option<Action>, FillError> {
        match self.targets.get(step.id) {
            Some(target) => request::action(&self.filling(), step, target, token),
            None => Ok(None),
        }
    }

    pub(super) fn filling(&self) -> Filling<'_> {
        let lenient = self.mode == Mode::Settle;
        Filling {
            plan: &self.plan,
            outputs: &self.outputs,
            means: &self.means,
            learned: &self.learned,
            lenient,
        }
    }

    fn flight(&self, id: StepId, action: Action, attempt: u32, token: Name, now: Milliseconds) -> Flight {
        let patience = self.targets.get(id).map_or(0, |target| patience(target.kind, &action));
        Flight {
            step: id,
            action,
            attempt,
            token,
            doubted: false,
            adopted: false,
            accepted: None,
            tries: Tries::default(),
            doubts: 0,
            looks: 0,
            settle_until: None,
            give_up_at: now.saturating_add(patience),
            wanted: None,
            read_id: None,
            measure_until: None,
            awaited: None,
            purpose: Purpose::Send,
            wait: Wait::Time(now),
        }
    }

    fn view(&self, id: StepId, now: Milliseconds) -> Option<View<'_>> {
        let target = self.targets.get(id)?;
        let step = self.plan.content.steps.get(id.0 as usize)?;
        let content = &self.plan.content;
        let spread = |made: &Step| content.places.get(&made.place).is_some_and(|place| place.global);
        let partner = target.partner.and_then(|id| content.steps.get(id.0 as usize));
        Some(View {
            kind: target.kind,
            owner: &target.owner.id,
            now,
            fresh: made_before(content, step).next().is_some(),
            spreads: made_before(content, step)
                .any(|made| spread(made) || made_before(content, made).any(spread)),
            replaces: partner.and_then(|partner| match &partner.ask {
                Ask::Delete { native_id, .. } => Some(native_id.as_str()),
                _ => None,
            }),
        })
    }
}

/// The steps right before a step that make something.
fn made_before<'c>(content: &'c Content, step: &'c Step) -> impl Iterator<Item = &'c Step> {
    let before = step.after.iter().filter_map(|before| content.steps.get(before.0 as usize));
    before.filter(|before| matches!(before.ask, Ask::Create { .. }))
}

/// How a step that was planned in the worst case goes on.
enum Maybe {
    /// There is nothing to do.
    Kept,
    /// With a call for this purpose.
    Ask(Purpose),
}

fn not_zero(awaited: &Awaited) -> Fault {
    let text = match awaited.last {
        Some(last) => format!("`{}` is {last}, and does not become 0", awaited.field),
        None => format!("nobody tells `{}`", awaited.field),
    };
    Fault::new(FaultKind::Internal, text).code("behind")
}

pub(super) fn not_filled(error: &FillError) -> Fault {
    Fault::new(FaultKind::Invalid, error.to_string()).code("not_filled")
}
