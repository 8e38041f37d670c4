//! Measuring: how far a replica is behind when it is promoted, read just before the call.
//!
//! What the promotion loses is known only then. Nothing waits for it: a read that fails, or takes too long, is noted,
//! and the promotion goes on.

use relight_contract::{Answer, Fault, FaultKind, Kind, Live, Milliseconds, Name, Value};

use super::flight::{Next, Purpose, Wait};
use super::{Run, request};
use crate::journal::Fact;
use crate::plan::{Step, StepId, Verb};

/// How long a promotion waits for it, in milliseconds.
const PATIENCE_MILLISECONDS: u64 = 5_000;

/// What an answer tells of a lag.
pub(super) fn told(kind: &'static Kind, answer: &Answer) -> Next {
    let live = match answer {
        Answer::Object(live) => Some(live),
        _ => None,
    };
    let lag = live.and_then(|live| lag_seconds(kind, live));
    let fault = Fault::new(FaultKind::NotFound, "the cloud does not tell how far it is behind");
    Next::Measured { lag_seconds: lag, fault: lag.is_none().then_some(fault) }
}

/// How far a replica is behind, in whole seconds; `None` where the cloud does not tell.
fn lag_seconds(kind: &'static Kind, live: &Live) -> Option<u64> {
    live.get(kind.lag()?).and_then(Value::as_i64).and_then(|lag| u64::try_from(lag).ok())
}

impl Run {
    /// Whether a step that begins is measured first: once, for a call that left may have promoted it already.
    pub(super) fn measures(&self, step: &Step, kind: &'static Kind) -> bool {
        let left = self.state.step(step.id).is_none_or(|state| state.attempt.is_some());
        step.verb == Verb::Promote && kind.lag().is_some() && !left
    }

    /// Prepares a flight to be measured before it leaves.
    pub(super) fn measure(&mut self, id: StepId, now: Milliseconds) {
        let Some(flight) = self.flights.get_mut(&id) else { return };
        flight.read_id = request::native_id(&flight.action).cloned();
        flight.purpose = Purpose::Measure;
        flight.measure_until = Some(now.saturating_add(PATIENCE_MILLISECONDS));
        self.depart(id, now);
    }

    /// Gives up a measurement that took too long; tells whether there was one.
    pub(super) fn gave_up_measuring(&mut self, id: StepId, now: Milliseconds) -> bool {
        let Some(flight) = self.flights.get(&id) else { return false };
        let late = flight.measure_until.is_some_and(|until| until <= now);
        if flight.purpose != Purpose::Measure || !late {
            return false;
        }
        if let Wait::Answer(ticket) = flight.wait {
            self.forget_call(id, ticket);
        }
        let text = format!("no answer within {} s", PATIENCE_MILLISECONDS / 1000);
        let fault = Some(Fault::new(FaultKind::Unreachable, text));
        self.go_on(id, Next::Measured { lag_seconds: None, fault }, now);
        true
    }

    /// Notes what was measured. It becomes durable together with the start of the call.
    pub(super) fn record_measured(
        &mut self,
        step: StepId,
        lag_seconds: Option<u64>,
        fault: Option<Fault>,
        now: Milliseconds,
    ) {
        let source = self.targets.get(step).and_then(|target| target.kind.lag());
        let source = Name::from(source.unwrap_or_default());
        self.record(Fact::Measured { step, source, lag_seconds, fault }, now);
    }
}
