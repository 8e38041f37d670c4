//! Vigils: the steps of probes, gates and hooks. They ask no cloud, take no window, and keep nobody waiting but what
//! follows them.

use std::collections::BTreeSet;

use relight_contract::{Fault, FaultKind, Milliseconds};

use super::flight::Wait;
use super::inquiry::{Inquiry, Verdict, inquiry};
use super::{Command, Mode, Run, Ticket, retry};
use crate::journal::Fact;
use crate::plan::{Ask, Step, StepId, VerifyAsk};

/// One of these steps under way.
pub(super) struct Vigil {
    inquiry: Inquiry,
    /// When the step counts as failed; `None` for never.
    give_up_at: Option<Milliseconds>,
    wait: Wait,
    /// Good answers in a row.
    good: u64,
    /// What was told last.
    told: String,
    /// Who said yes.
    allowed: BTreeSet<String>,
}

impl Run {
    /// Begins a step of a guard, also one that an earlier session began: what it asked then tells nothing now.
    pub(super) fn start_vigil(&mut self, step: &Step, now: Milliseconds) {
        let id = step.id;
        if self.mode == Mode::Settle {
            let fault = Fault::new(FaultKind::Internal, "it was begun, and nobody waits for it any more");
            return self.fail(id, fault.code("abandoned"), false, now);
        }
        let filled = inquiry(&self.filling(), &self.state.run, &self.plan.content, step);
        let inquiry = match filled {
            Ok(Some(inquiry)) => inquiry,
            Ok(None) => return,
            Err(error) => return self.fail(id, super::steps::not_filled(&error), false, now),
        };
        let earlier = self.state.step(id).and_then(|state| state.attempt.as_ref());
        let attempt = earlier.map_or(1, |attempt| attempt.number.saturating_add(1));
        let token = retry::token(&self.state.run.0, &step.address.to_string(), attempt);
        let position = self.record(Fact::Started { step: id, attempt, token, digest: "".into() }, now);
        let seconds = match &step.ask {
            Ask::Verify(ask) => Some(ask.within),
            Ask::Approve(ask) => ask.timeout,
            _ => None,
        };
        let give_up_at = seconds.map(|seconds| now.saturating_add(seconds.saturating_mul(1000)));
        let wait = Wait::Record(position);
        let vigil =
            Vigil { inquiry, give_up_at, wait, good: 0, told: String::new(), allowed: BTreeSet::new() };
        self.vigils.insert(id, vigil);
        self.records.insert(position, id);
    }

    /// Lets the question of a vigil leave.
    pub(super) fn inquire(&mut self, id: StepId) {
        let ticket = self.new_ticket();
        let Some(vigil) = self.vigils.get_mut(&id) else { return };
        vigil.wait = Wait::Answer(ticket);
        let inquiry = vigil.inquiry.clone();
        if let (Inquiry::Gate(_), Some(at)) = (&inquiry, vigil.give_up_at) {
            self.timers.insert((at, id));
        }
        self.inquired.insert(ticket, id);
        self.commands.push(Command::Inquire(ticket, inquiry));
    }

    /// The time has come that a vigil waits for: that of the next question, or of the end of all patience.
    pub(super) fn wake(&mut self, id: StepId, now: Milliseconds) {
        let Some(vigil) = self.vigils.get(&id) else { return };
        match &vigil.inquiry {
            Inquiry::Gate(gate) => {
                let missing = gate.quorum.saturating_sub(vigil.allowed.len() as u64);
                let text = match vigil.allowed.is_empty() {
                    true => "nobody said yes in time".to_owned(),
                    false => format!("{missing} more would have had to say yes in time"),
                };
                self.close(id, Some(Fault::new(FaultKind::Denied, text).code("timeout")), now);
            }
            _ => self.inquire(id),
        }
    }

    /// What an answer means.
    pub(super) fn told(&mut self, ticket: Ticket, verdict: Verdict, now: Milliseconds) {
        let Some(id) = self.inquired.get(&ticket).copied() else { return };
        let plan = std::sync::Arc::clone(&self.plan);
        let Some(step) = plan.content.steps.get(id.0 as usize) else { return };
        match (&step.ask, verdict) {
            (Ask::Verify(ask), Verdict::Up(told)) => self.probed(id, ask, ticket, true, told, now),
            (Ask::Verify(ask), Verdict::Down(told)) => self.probed(id, ask, ticket, false, told, now),
            (Ask::Approve(_), Verdict::Allowed { by, how }) => self.allowed(id, by, how, now),
            (Ask::Approve(_), Verdict::Refused(why)) => {
                let fault = Fault::new(FaultKind::Denied, why);
                self.close(id, Some(fault.code("refused")), now);
            }
            (Ask::Run(ask), Verdict::Ended { status, output }) => {
                let fault = match status {
                    Some(0) => None,
                    Some(status) => Some(format!("the command ended with {status}")),
                    None => Some(last_line(&output)),
                };
                let fault = fault.filter(|_| !ask.goes_on);
                self.record(Fact::Ran { step: id, status, output, simulated: false }, now);
                let fault = fault.map(|text| Fault::new(FaultKind::Internal, text).code("hook_failed"));
                self.close(id, fault, now);
            }
            (Ask::Run(_), Verdict::NotRun(output)) => {
                self.record(Fact::Ran { step: id, status: None, output, simulated: true }, now);
                self.close(id, None, now);
            }
            _ => {}
        }
    }

    fn probed(
        &mut self,
        id: StepId,
        ask: &VerifyAsk,
        ticket: Ticket,
        up: bool,
        told: String,
        now: Milliseconds,
    ) {
        self.inquired.remove(&ticket);
        let Some(vigil) = self.vigils.get_mut(&id) else { return };
        vigil.good = if up { vigil.good + 1 } else { 0 };
        let done = vigil.good >= ask.threshold;
        let is_news = vigil.told != told;
        let late = vigil.give_up_at.is_some_and(|at| now.saturating_add(ask.interval * 1000) > at);
        vigil.told.clone_from(&told);
        // The same answer every few seconds is no news.
        if is_news || done {
            self.record(Fact::Probed { step: id, up, told: told.clone() }, now);
        }
        if done {
            return self.close(id, None, now);
        }
        if late {
            let text = format!("not up within {} s: {told}", ask.within);
            return self.close(id, Some(Fault::new(FaultKind::Internal, text).code("not_up")), now);
        }
        let at = now.saturating_add(ask.interval.saturating_mul(1000));
        if let Some(vigil) = self.vigils.get_mut(&id) {
            vigil.wait = Wait::Time(at);
            self.timers.insert((at, id));
        }
    }

    fn allowed(&mut self, id: StepId, by: String, how: String, now: Milliseconds) {
        let Some(vigil) = self.vigils.get_mut(&id) else { return };
        let Inquiry::Gate(gate) = &vigil.inquiry else { return };
        if !gate.approvers.is_empty() && !gate.approvers.contains(&by) {
            return;
        }
        if !vigil.allowed.insert(by.clone()) {
            return;
        }
        let done = vigil.allowed.len() as u64 >= gate.quorum;
        self.record(Fact::Allowed { step: id, by, how }, now);
        if done {
            self.close(id, None, now);
        }
    }

    /// Ends a vigil: well, or with a fault.
    fn close(&mut self, id: StepId, fault: Option<Fault>, now: Milliseconds) {
        self.forget_vigil(id);
        match fault {
            Some(fault) => self.fail(id, fault, false, now),
            None => {
                self.record(Fact::Done { step: id, object: None, kept: false }, now);
                self.release(id, now);
            }
        }
    }

    /// Nobody waits for what a vigil asks any more.
    fn forget_vigil(&mut self, id: StepId) {
        let Some(vigil) = self.vigils.remove(&id) else { return };
        self.timers.retain(|(_, step)| *step != id);
        match vigil.wait {
            Wait::Record(position) => {
                self.records.remove(&position);
            }
            Wait::Answer(ticket) => {
                if self.inquired.remove(&ticket).is_some() {
                    self.commands.push(Command::Withdraw(ticket));
                }
            }
            Wait::Time(_) => {}
        }
    }

    /// Forgets every vigil but the commands that run: nothing is under way there that anybody would miss.
    pub(super) fn drop_vigils(&mut self) {
        let runs =
            |vigil: &Vigil| matches!((&vigil.inquiry, vigil.wait), (Inquiry::Hook(_), Wait::Answer(_)));
        let idle: Vec<StepId> =
            self.vigils.iter().filter(|(_, vigil)| !runs(vigil)).map(|(id, _)| *id).collect();
        for id in idle {
            self.forget_vigil(id);
        }
    }
}

fn last_line(output: &str) -> String {
    output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it could not be run").to_owned()
}
