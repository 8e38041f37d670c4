//! Traces: what the journal tells of each step, over time.

use std::collections::BTreeMap;

use relight_contract::{FaultKind, Milliseconds};

use super::model::{StepEnd, Waits};
use crate::journal::{Entry, Fact};
use crate::plan::{Plan, StepId};

/// One step over time.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) end: StepEnd,
    pub(super) started_at: Option<Milliseconds>,
    /// When all that it follows was done, where it made no call that changes anything.
    pub(super) ready_at: Option<Milliseconds>,
    /// When the last attempt left.
    pub(super) left_at: Option<Milliseconds>,
    pub(super) ended_at: Option<Milliseconds>,
    /// Whether one session began and ended it.
    pub(super) whole: bool,
    pub(super) waits: Waits,
    pub(super) fault: Option<String>,
    pub(super) because: Option<StepId>,
    accepted_at: Option<Milliseconds>,
}

impl Trace {
    fn new() -> Trace {
        Trace {
            end: StepEnd::Waiting,
            started_at: None,
            ready_at: None,
            left_at: None,
            ended_at: None,
            whole: true,
            waits: Waits::default(),
            fault: None,
            because: None,
            accepted_at: None,
        }
    }

    /// What was left is taken up again: what failed or was skipped waits anew.
    fn resume(&mut self) {
        match self.end {
            StepEnd::Failed | StepEnd::Open => {
                self.whole &= self.started_at.is_none();
                self.end = if self.started_at.is_some() { StepEnd::Open } else { StepEnd::Waiting };
            }
            StepEnd::Skipped => self.end = StepEnd::Waiting,
            StepEnd::Done | StepEnd::Kept | StepEnd::Waiting => return,
        }
        (self.ended_at, self.fault, self.because) = (None, None, None);
    }

    fn take(&mut self, at: Milliseconds, fact: &Fact) {
        match fact {
            Fact::Started { .. } => {
                self.started_at.get_or_insert(at);
                self.left_at = Some(at);
                self.end = StepEnd::Open;
            }
            Fact::Accepted { .. } => {
                self.accepted_at.get_or_insert(at);
            }
            Fact::Retried { fault, until, .. } => {
                self.waits.retries += 1;
                self.waits.throttled += u32::from(fault.kind == FaultKind::Throttled);
                self.waits.retry_milliseconds += until.saturating_sub(at);
            }
            Fact::Doubted { .. } => self.waits.doubts += 1,
            Fact::Done { kept, .. } => self.over(at, if *kept { StepEnd::Kept } else { StepEnd::Done }),
            Fact::Failed { fault, .. } => {
                self.fault = Some(fault.to_string());
                self.over(at, StepEnd::Failed);
            }
            Fact::Skipped { because, .. } => {
                self.because = Some(*because);
                self.end = StepEnd::Skipped;
            }
            _ => {}
        }
    }

    fn over(&mut self, at: Milliseconds, end: StepEnd) {
        self.end = end;
        self.ended_at = Some(at);
        if let Some(accepted) = self.accepted_at.take() {
            self.waits.cloud_milliseconds += at.saturating_sub(accepted);
        }
    }
}

/// What the journal tells of every step of a plan, by position.
pub(super) fn traces(plan: &Plan, entries: &[Entry]) -> BTreeMap<StepId, Trace> {
    let steps = &plan.content.steps;
    let mut traces: BTreeMap<StepId, Trace> = steps.iter().map(|step| (step.id, Trace::new())).collect();
    let mut approved_at = None;
    let mut session_at = 0;
    for entry in entries {
        match &entry.fact {
            Fact::Opened { .. } | Fact::Resumed { .. } => {
                session_at = entry.at;
                traces.values_mut().for_each(Trace::resume);
            }
            Fact::Approved => approved_at = Some(entry.at),
            _ => {}
        }
        let Some(id) = entry.fact.step() else { continue };
        if let (Fact::Started { .. } | Fact::Done { .. } | Fact::Failed { .. }, Some(step)) =
            (&entry.fact, steps.get(id.0 as usize))
            && traces.get(&id).is_some_and(|trace| trace.started_at.is_none())
        {
            let ended = |before: &StepId| traces.get(before).and_then(|trace| trace.ended_at);
            let ready = step.after.iter().filter_map(ended).chain(approved_at).chain([session_at]).max();
            if let Some(trace) = traces.get_mut(&id) {
                trace.ready_at = ready;
                if let Fact::Started { .. } = entry.fact {
                    trace.waits.turn_milliseconds = entry.at.saturating_sub(ready.unwrap_or(entry.at));
                }
            }
        }
        if let Some(trace) = traces.get_mut(&id) {
            trace.take(entry.at, &entry.fact);
        }
    }
    traces
}
