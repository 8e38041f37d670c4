//! Watching: what a person or a pipeline is told of a run. The same events come from a live run and from its journal,
//! so that both look the same.

use std::sync::Arc;

use relight_contract::{Address, CallCount, Fault, Milliseconds, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::graph::Graph;
use crate::journal::{Entry, Fact, Outcome, RunId};
use crate::plan::{ApproveAsk, Ask, Plan, PlanId, StepId, Verb};
pub use crate::report::Calls;

/// One event of a run: a line of `--events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunEvent {
    /// When, in milliseconds since 1970 or of the simulated clock.
    pub at: Milliseconds,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The run began, or was taken up again.
    RunStarted {
        /// The run; `None` when it was taken up again.
        run: Option<RunId>,
        /// Its plan.
        plan: PlanId,
        /// How many steps the plan has.
        steps: u64,
        /// Expected duration, in seconds.
        estimate_seconds: u64,
        /// Whether the clouds are simulated.
        simulated: bool,
    },
    /// A step began.
    StepStarted {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// Which attempt, from 1.
        attempt: u32,
        /// Expected duration, in seconds.
        expected_seconds: u32,
    },
    /// A gate asks people.
    GateAsked {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// The question.
        message: String,
        /// Who may say yes; empty for anybody.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        approvers: Vec<String>,
        /// How many of them must.
        quorum: u64,
        /// What cannot be undone and waits for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schemars(with = "Vec<String>")]
        doors: Vec<Address>,
    },
    /// Somebody said yes to a gate.
    GateAllowed {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// Who.
        by: String,
        /// By which way.
        how: String,
    },
    /// A probe was answered otherwise than before.
    ProbeTold {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// Whether that counts as up.
        up: bool,
        /// What was answered, or why there was no answer.
        told: String,
    },
    /// The command of a hook ended.
    HookRan {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// Its exit status; `None` where it has none.
        status: Option<i32>,
        /// The end of what it wrote, or why it has no status.
        output: String,
        /// Whether it was only noted, and not run.
        simulated: bool,
    },
    /// How far a replica was behind, read just before its promotion.
    StepMeasured {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// The lag, in seconds; `None` where nobody could tell.
        lag_seconds: Option<u64>,
        /// Why nobody could.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<serde_json::Value>")]
        fault: Option<Fault>,
    },
    /// The cloud took a step's operation on; it goes on there.
    StepWaiting {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// The object.
        #[schemars(with = "String")]
        native_id: Name,
    },
    /// A step's call is made again after a while.
    StepRetry {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// Why.
        #[schemars(with = "serde_json::Value")]
        fault: Fault,
        /// In how many seconds.
        seconds: u64,
    },
    /// Nobody knows whether a step's call had its effect; it is being found out.
    StepDoubted {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// What was seen.
        #[schemars(with = "serde_json::Value")]
        fault: Fault,
    },
    /// A step is done.
    StepDone {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// How long it took.
        seconds: u64,
        /// The object that it left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        native_id: Option<Name>,
    },
    /// A step had nothing to change.
    StepKept {
        /// The step.
        #[serde(flatten)]
        step: StepName,
    },
    /// A step failed.
    StepFailed {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// How long it took.
        seconds: u64,
        /// Why.
        #[schemars(with = "serde_json::Value")]
        fault: Fault,
    },
    /// A step was not tried.
    StepSkipped {
        /// The step.
        #[serde(flatten)]
        step: StepName,
        /// The address of the step that failed first.
        #[schemars(with = "String")]
        because: Address,
    },
    /// Somebody asked the run to stop: what is under way is finished.
    Interrupted,
    /// How far the run is. Not in the journal: told while it runs.
    Progress {
        /// Steps that are done.
        done: u64,
        /// All steps.
        steps: u64,
        /// What is under way, longest first.
        running: Vec<Running>,
        /// How long it will still take, about.
        remaining_seconds: u64,
    },
    /// How often each API operation was called, plan and run together. Not in the journal: told last.
    Calls {
        /// By region and operation.
        calls: Vec<Calls>,
    },
    /// The run, or this session of it, came to its end.
    RunFinished {
        /// How long this session took.
        seconds: u64,
        /// What came of it.
        outcome: Outcome,
    },
}

/// Which step an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepName {
    /// Its position in the plan.
    pub step: StepId,
    /// What it works on.
    #[schemars(with = "String")]
    pub address: Address,
    /// What it does.
    pub verb: Verb,
}

/// A step under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Running {
    /// The step.
    #[serde(flatten)]
    pub step: StepName,
    /// For how long already.
    pub seconds: u64,
    /// Expected duration, in seconds.
    pub expected_seconds: u32,
}

impl From<CallCount> for Calls {
    fn from(count: CallCount) -> Calls {
        let CallCount { region, call, attempts, throttled, failed, turn_milliseconds, answer_milliseconds } =
            count;
        Calls { region, call, attempts, throttled, failed, turn_milliseconds, answer_milliseconds }
    }
}

/// Somebody who is told.
pub trait Watch {
    /// Takes in an event; it is durable already.
    fn event(&mut self, event: &RunEvent);
}

/// Nobody watches.
pub struct Unwatched;

impl Watch for Unwatched {
    fn event(&mut self, _: &RunEvent) {}
}

/// Turns journal entries into events.
pub struct Narrator {
    plan: Arc<Plan>,
    /// Seconds of the longest path from each step on, its own included.
    remaining: Vec<u64>,
    progress: Vec<Stand>,
    session_at: Milliseconds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Waiting,
    Running(Milliseconds),
    Over { done: bool },
}

impl Narrator {
    /// A narrator of runs of this plan.
    pub fn new(plan: Arc<Plan>) -> Narrator {
        let steps = &plan.content.steps;
        let weights: Vec<u64> = steps.iter().map(|step| u64::from(plan.seconds(step).0)).collect();
        let edges: Vec<(u32, u32)> =
            steps.iter().flat_map(|step| step.after.iter().map(|before| (step.id.0, before.0))).collect();
        let graph = Graph::new(u32::try_from(steps.len()).unwrap_or(u32::MAX), &edges).ok();
        let critical = graph.and_then(|graph| graph.critical_path(&weights).ok());
        // A plan whose graph is damaged never runs; its numbers do not matter.
        let remaining = critical.map_or(weights, |critical| critical.remaining);
        let progress = vec![Stand::Waiting; steps.len()];
        Narrator { plan, remaining, progress, session_at: 0 }
    }

    /// What an entry is told as; `None` for what only matters to the journal.
    pub fn tell(&mut self, entry: &Entry) -> Option<RunEvent> {
        let at = entry.at;
        let what = match &entry.fact {
            Fact::Opened { run, .. } => self.started(at, Some(run.clone())),
            Fact::Resumed { .. } => self.started(at, None),
            Fact::Approved => return None,
            Fact::Interrupted => What::Interrupted,
            Fact::Finished { outcome } => What::RunFinished {
                seconds: at.saturating_sub(self.session_at) / 1000,
                outcome: outcome.clone(),
            },
            fact => self.tell_step(at, fact)?,
        };
        Some(RunEvent { at, what })
    }

    /// How far the run is.
    pub fn progress(&self, now: Milliseconds) -> RunEvent {
        let mut running = Vec::new();
        let mut remaining_seconds = 0;
        let mut done = 0;
        for (step, (stand, remaining)) in
            self.plan.content.steps.iter().zip(self.progress.iter().zip(&self.remaining))
        {
            match stand {
                Stand::Over { done: true } => done += 1,
                Stand::Over { done: false } => {}
                Stand::Waiting => remaining_seconds = remaining_seconds.max(*remaining),
                Stand::Running(since) => {
                    let seconds = now.saturating_sub(*since) / 1000;
                    // What has outlived its estimate still stands before the rest of its path.
                    let expected_seconds = self.plan.seconds(step).0;
                    let own = u64::from(expected_seconds);
                    let ahead = remaining.saturating_sub(own) + own.saturating_sub(seconds).max(1);
                    remaining_seconds = remaining_seconds.max(ahead);
                    if let Some(name) = self.name(step.id) {
                        running.push(Running { step: name, seconds, expected_seconds });
                    }
                }
            }
        }
        running.sort_by(|a, b| b.seconds.cmp(&a.seconds).then(a.step.step.cmp(&b.step.step)));
        let steps = self.plan.content.steps.len() as u64;
        RunEvent { at: now, what: What::Progress { done, steps, running, remaining_seconds } }
    }

    fn started(&mut self, at: Milliseconds, run: Option<RunId>) -> What {
        self.session_at = at;
        for stand in &mut self.progress {
            if *stand != (Stand::Over { done: true }) {
                *stand = Stand::Waiting;
            }
        }
        What::RunStarted {
            run,
            plan: self.plan.id.clone(),
            steps: self.plan.content.steps.len() as u64,
            estimate_seconds: self.plan.envelope.estimate.p50_seconds,
            simulated: self.plan.envelope.simulated,
        }
    }

    fn tell_step(&mut self, at: Milliseconds, fact: &Fact) -> Option<What> {
        let id = fact.step()?;
        let step = self.name(id)?;
        let planned = self.plan.content.steps.get(id.0 as usize)?;
        let (expected_seconds, is_silent) = (self.plan.seconds(planned).0, planned.ask == Ask::Nothing);
        let stand = self.progress.get_mut(id.0 as usize)?;
        let seconds = match stand {
            Stand::Running(since) => at.saturating_sub(*since) / 1000,
            _ => 0,
        };
        let told = match fact {
            Fact::Started { attempt, .. } => {
                let again = matches!(stand, Stand::Running(_));
                if again {
                    // The same step goes on: retries were told already.
                    return None;
                }
                *stand = Stand::Running(at);
                match &planned.ask {
                    Ask::Approve(ask) => asked(step, ask),
                    _ => What::StepStarted { step, attempt: *attempt, expected_seconds },
                }
            }
            Fact::Probed { up, told, .. } => What::ProbeTold { step, up: *up, told: told.clone() },
            Fact::Allowed { by, how, .. } => What::GateAllowed { step, by: by.clone(), how: how.clone() },
            Fact::Ran { status, output, simulated, .. } => {
                What::HookRan { step, status: *status, output: output.clone(), simulated: *simulated }
            }
            Fact::Measured { lag_seconds, fault, .. } => {
                What::StepMeasured { step, lag_seconds: *lag_seconds, fault: fault.clone() }
            }
            Fact::Accepted { native_id, .. } => What::StepWaiting { step, native_id: native_id.clone() },
            Fact::Retried { fault, until, .. } => {
                let seconds = until.saturating_sub(at).div_ceil(1000);
                What::StepRetry { step, fault: fault.clone(), seconds }
            }
            Fact::Doubted { fault, .. } => What::StepDoubted { step, fault: fault.clone() },
            Fact::Done { object, kept, .. } => {
                *stand = Stand::Over { done: true };
                match kept {
                    true => What::StepKept { step },
                    false => What::StepDone {
                        step,
                        seconds,
                        native_id: object.as_ref().map(|object| object.native_id.clone()),
                    },
                }
            }
            Fact::Failed { fault, .. } => {
                *stand = Stand::Over { done: false };
                What::StepFailed { step, seconds, fault: fault.clone() }
            }
            Fact::Skipped { because, .. } => {
                *stand = Stand::Over { done: false };
                What::StepSkipped { step, because: self.name(*because)?.address }
            }
            _ => return None,
        };
        // Steps that only gather others concern nobody.
        (!is_silent).then_some(told)
    }

    fn name(&self, id: StepId) -> Option<StepName> {
        let step = self.plan.content.steps.get(id.0 as usize)?;
        Some(StepName { step: id, address: step.address.clone(), verb: step.verb })
    }
}

/// What a gate asks, as far as the plan knows it.
fn asked(step: StepName, ask: &ApproveAsk) -> What {
    let message = ask.message.as_str().unwrap_or("what it asks is known only to whoever runs it");
    let approvers = ask.approvers.as_array().into_iter().flatten();
    What::GateAsked {
        step,
        message: message.to_owned(),
        approvers: approvers.filter_map(|who| who.as_str().map(str::to_owned)).collect(),
        quorum: ask.quorum,
        doors: ask.doors.clone(),
    }
}

/// The events of a stored run, in order.
pub fn replay(plan: &Arc<Plan>, entries: &[Entry]) -> Vec<RunEvent> {
    let mut narrator = Narrator::new(Arc::clone(plan));
    entries.iter().filter_map(|entry| narrator.tell(entry)).collect()
}
