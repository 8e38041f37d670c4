//! The state of a run as a fold over its entries. A sequence that no run can have written is an error.

use relight_contract::{Fault, Name};

use super::{Entry, FORMAT, Fact, Made, Outcome, RunId};
use crate::plan::{Ask, Plan, PlanId, StepId};

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not begun, or begun without any effect.
    Waiting,
    /// A call may be under way.
    Started,
    /// The cloud works on it.
    Accepted,
    /// Done.
    Done,
    /// Failed; `open` when something may still go on.
    Failed {
        /// Whether a resumed run must look again.
        open: bool,
    },
    /// Not tried, because this step failed.
    Skipped(StepId),
}

/// One attempt at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// Its token.
    pub token: Name,
    /// The digest of its request.
    pub digest: Name,
}

/// An operation that goes on in the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The object.
    pub native_id: Name,
    /// What to ask about it; `None` when the object itself tells.
    pub handle: Option<Name>,
}

/// What is known of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepState {
    /// Where it stands.
    pub phase: Phase,
    /// The last attempt.
    pub attempt: Option<Attempt>,
    /// Whether that attempt, or an earlier send of it, may have had its effect unseen.
    pub doubted: bool,
    /// The operation that the cloud took on in that attempt.
    pub accepted: Option<Accepted>,
    /// The object that it left.
    pub object: Option<Made>,
    /// Whether nothing had to be changed.
    pub kept: bool,
    /// Why it failed.
    pub fault: Option<Fault>,
}

/// What is known of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunState {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: PlanId,
    /// The fencing number of its last session.
    pub fencing: u64,
    /// Whether the plan was approved.
    pub approved: bool,
    /// Whether this session was asked to stop.
    pub interrupted: bool,
    /// The steps, by position.
    pub steps: Vec<StepState>,
    /// What came of the last session; `None` while it runs, or when it died.
    pub finished: Option<Outcome>,
    /// How many entries there are.
    pub entries: u64,
}

/// Why entries are not the journal of a plan's run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// There is nothing to fold.
    #[error("the journal is empty")]
    Empty,
    /// The journal was written by a version that this one does not know.
    #[error("the journal has format {found}, this version reads {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// The journal belongs to another plan.
    #[error("the journal belongs to {found}, not to {expected}")]
    Plan {
        /// The plan at hand.
        expected: PlanId,
        /// The plan that the journal names.
        found: PlanId,
    },
    /// A fact that cannot stand where it stands.
    #[error("entry {position} (`{word}`) cannot stand there: {reason}")]
    Illegal {
        /// Its position, from 0.
        position: u64,
        /// The fact.
        word: &'static str,
        /// Why not.
        reason: String,
    },
}

/// The state after these entries of a run of `plan`.
pub fn fold(plan: &Plan, entries: &[Entry]) -> Result<RunState, FoldError> {
    let (first, rest) = entries.split_first().ok_or(FoldError::Empty)?;
    let mut state = RunState::opened(plan, first)?;
    for entry in rest {
        state.apply(plan, entry)?;
    }
    Ok(state)
}

impl RunState {
    /// The state after the first entry.
    pub fn opened(plan: &Plan, entry: &Entry) -> Result<RunState, FoldError> {
        let Fact::Opened { format, run, plan: named, fencing } = &entry.fact else {
            let reason = "a journal begins with `opened`".to_owned();
            return Err(FoldError::Illegal { position: 0, word: entry.fact.name(), reason });
        };
        if *format != FORMAT {
            return Err(FoldError::Format { found: *format });
        }
        if *named != plan.id {
            return Err(FoldError::Plan { expected: plan.id.clone(), found: named.clone() });
        }
        Ok(RunState {
            run: run.clone(),
            plan: named.clone(),
            fencing: *fencing,
            approved: false,
            interrupted: false,
            steps: vec![StepState::new(); plan.content.steps.len()],
            finished: None,
            entries: 1,
        })
    }

    /// Takes in the next entry.
    pub fn apply(&mut self, plan: &Plan, entry: &Entry) -> Result<(), FoldError> {
        self.check(plan, &entry.fact).map_err(|reason| FoldError::Illegal {
            position: self.entries,
            word: entry.fact.name(),
            reason,
        })?;
        self.entries += 1;
        match &entry.fact {
            Fact::Opened { .. } => {}
            Fact::Resumed { fencing } => {
                self.fencing = *fencing;
                self.interrupted = false;
                self.finished = None;
                self.steps.iter_mut().for_each(StepState::resume);
            }
            Fact::Approved => self.approved = true,
            Fact::Interrupted => self.interrupted = true,
            Fact::Finished { outcome } => self.finished = Some(outcome.clone()),
            fact => {
                if let Some(step) = fact.step().and_then(|id| self.steps.get_mut(id.0 as usize)) {
                    step.apply(fact);
                }
            }
        }
        Ok(())
    }

    /// What is known of a step.
    pub fn step(&self, id: StepId) -> Option<&StepState> {
        self.steps.get(id.0 as usize)
    }

    /// How many steps are in a phase that `test` accepts.
    pub fn count(&self, test: impl Fn(Phase) -> bool) -> u64 {
        self.steps.iter().filter(|step| test(step.phase)).count() as u64
    }

    /// Whether the run was left before its end, or can be taken up again.
    pub fn is_unfinished(&self) -> bool {
        self.finished.as_ref().is_none_or(Outcome::is_resumable)
    }

    fn check(&self, plan: &Plan, fact: &Fact) -> Result<(), String> {
        if let Some(outcome) = &self.finished {
            return match fact {
                Fact::Resumed { .. } if outcome.is_resumable() => Ok(()),
                _ => Err("the run has finished".to_owned()),
            };
        }
        match fact {
            Fact::Opened { .. } => Err("the run is open already".to_owned()),
            Fact::Resumed { fencing } if *fencing <= self.fencing => {
                Err(format!("fencing number {fencing} does not rise above {}", self.fencing))
            }
            _ => match fact.step() {
                Some(id) => self.check_step(plan, id, fact),
                None => Ok(()),
            },
        }
    }

    fn check_step(&self, plan: &Plan, id: StepId, fact: &Fact) -> Result<(), String> {
        let (Some(state), Some(step)) = (self.step(id), plan.content.steps.get(id.0 as usize)) else {
            return Err(format!("the plan has no step {}", id.0));
        };
        if !self.approved && !matches!(fact, Fact::Skipped { .. }) {
            return Err("the plan is not approved".to_owned());
        }
        let begins = matches!(fact, Fact::Started { .. } | Fact::Done { .. });
        let waits_for = step.after.iter().find(|id| self.step(**id).is_none_or(|s| s.phase != Phase::Done));
        if let Some(first) = waits_for.filter(|_| begins) {
            return Err(format!("step {} waits for step {}", id.0, first.0));
        }
        match state.accepts(fact, &step.ask) {
            true => Ok(()),
            false => Err(format!("step {} is {:?}", id.0, state.phase)),
        }
    }
}

impl StepState {
    fn new() -> StepState {
        StepState {
            phase: Phase::Waiting,
            attempt: None,
            doubted: false,
            accepted: None,
            object: None,
            kept: false,
            fault: None,
        }
    }

    fn accepts(&self, fact: &Fact, ask: &Ask) -> bool {
        let under_way = matches!(self.phase, Phase::Started | Phase::Accepted);
        let last = self.attempt.as_ref().map_or(0, |attempt| attempt.number);
        match fact {
            Fact::Started { attempt, .. } => match self.phase {
                Phase::Waiting | Phase::Started => *attempt >= last.max(1),
                // An object that was found half made is completed within its attempt.
                Phase::Accepted => *attempt == last,
                _ => false,
            },
            Fact::Accepted { .. } => under_way,
            Fact::Retried { .. } | Fact::Doubted { .. } => self.phase == Phase::Started,
            Fact::Probed { .. } | Fact::Allowed { .. } | Fact::Ran { .. } => {
                ask.is_guard() && self.phase == Phase::Started
            }
            Fact::Done { kept, .. } => {
                let idle = *kept
                    || matches!(
                        ask,
                        Ask::Remember { .. } | Ask::Forget { .. } | Ask::Nothing | Ask::Await { .. }
                    );
                under_way || (idle && self.phase == Phase::Waiting)
            }
            // A postcondition fails after the step is done.
            Fact::Failed { .. } => under_way || matches!(self.phase, Phase::Waiting | Phase::Done),
            Fact::Skipped { .. } => self.phase == Phase::Waiting,
            // Nobody knows any more what it was once a call left.
            Fact::Measured { .. } => self.phase == Phase::Waiting && self.attempt.is_none(),
            _ => false,
        }
    }

    fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::Started { attempt, token, digest, .. } => {
                let number = *attempt;
                if self.attempt.as_ref().is_none_or(|last| last.number < number) {
                    self.doubted = false;
                    self.accepted = None;
                }
                self.attempt = Some(Attempt { number, token: token.clone(), digest: digest.clone() });
                self.phase = Phase::Started;
            }
            Fact::Accepted { native_id, handle, .. } => {
                self.accepted = Some(Accepted { native_id: native_id.clone(), handle: handle.clone() });
                self.phase = Phase::Accepted;
            }
            // A doubt outlives the failure of the call that was to end it.
            Fact::Retried { .. } if !self.doubted => self.phase = Phase::Waiting,
            Fact::Doubted { .. } => self.doubted = true,
            Fact::Done { object, kept, .. } => {
                self.phase = Phase::Done;
                self.doubted = false;
                self.object = object.clone();
                self.kept = *kept;
            }
            Fact::Failed { fault, open, .. } => {
                self.phase = Phase::Failed { open: *open };
                self.fault = Some(fault.clone());
            }
            Fact::Skipped { because, .. } => self.phase = Phase::Skipped(*because),
            _ => {}
        }
    }

    /// Takes the step up again in a new process: what was under way is in doubt, what failed waits.
    fn resume(&mut self) {
        self.phase = match self.phase {
            Phase::Failed { open: false } if self.object.is_some() => Phase::Done,
            // An object that is known is looked at again, and never made again.
            Phase::Failed { .. } if self.accepted.is_some() => Phase::Accepted,
            Phase::Failed { open: true } => Phase::Started,
            Phase::Failed { open: false } | Phase::Skipped(_) => Phase::Waiting,
            other => other,
        };
        self.doubted |= self.phase == Phase::Started;
        self.fault = None;
    }
}
