//! Moments: what happened, one after the other, in words.

use std::collections::BTreeMap;

use super::model::Moment;
use super::words::{count, duration, labels, plain, told};
use crate::journal::{Entry, Fact, Outcome};
use crate::plan::{Ask, Plan, StepId};

/// The timeline of a run, sessions after the first included. Steps that only gather others concern nobody.
pub(super) fn timeline(plan: &Plan, entries: &[Entry]) -> Vec<Moment> {
    let mut begun = vec![false; plan.content.steps.len()];
    let labels = labels(plan);
    let mut moments = Vec::new();
    for entry in entries {
        if let Some(said) = said(plan, &labels, &entry.fact, &mut begun) {
            let (fact, step) = (entry.fact.name().to_owned(), entry.fact.step());
            moments.push(Moment { at: entry.at, fact, step, said });
        }
    }
    moments
}

fn said(plan: &Plan, labels: &BTreeMap<StepId, String>, fact: &Fact, begun: &mut [bool]) -> Option<String> {
    Some(match fact {
        Fact::Opened { run, .. } => format!("{run} began"),
        Fact::Resumed { .. } => {
            begun.fill(false);
            "taken up again".to_owned()
        }
        Fact::Approved => "approved".to_owned(),
        Fact::Interrupted => "asked to stop".to_owned(),
        Fact::Finished { outcome } => ended(outcome),
        fact => {
            let id = fact.step()?;
            let step = plan.content.steps.get(id.0 as usize).filter(|step| step.ask != Ask::Nothing)?;
            let words = told(labels.get(&id).map(String::as_str), step.verb);
            let said = of_step(plan, fact, words, begun.get_mut(id.0 as usize)?)?;
            format!("{said} {}", step.address)
        }
    })
}

/// What a step does, while it does it and afterwards.
type Words = (&'static str, &'static str);

/// What is said in front of the address.
fn of_step(plan: &Plan, fact: &Fact, (going_on, done): Words, begun: &mut bool) -> Option<String> {
    Some(match fact {
        // The same step goes on: why was told already.
        Fact::Started { .. } if *begun => return None,
        Fact::Started { .. } => {
            *begun = true;
            going_on.to_owned()
        }
        Fact::Measured { lag_seconds: Some(lag), .. } => format!("measured, {} behind:", duration(*lag)),
        Fact::Measured { fault, .. } => match fault {
            Some(fault) => format!("not measured ({}):", plain(&fault.to_string())),
            None => "not measured:".to_owned(),
        },
        Fact::Allowed { by, .. } => format!("allowed by {}:", plain(by)),
        Fact::Probed { up: false, told, .. } => format!("not up yet ({}):", plain(told)),
        Fact::Ran { simulated: true, .. } => "only noted:".to_owned(),
        Fact::Ran { status, .. } if *status != Some(0) => match status {
            Some(status) => format!("ended with {status}:"),
            None => "ended without a status:".to_owned(),
        },
        Fact::Accepted { .. } => return None,
        Fact::Retried { fault, .. } => format!("again, after {}:", plain(&fault.to_string())),
        Fact::Doubted { fault, .. } => format!("in doubt, after {}:", plain(&fault.to_string())),
        Fact::Done { kept: true, .. } => "unchanged".to_owned(),
        Fact::Done { .. } => done.to_owned(),
        Fact::Failed { fault, .. } => format!("failed ({}):", plain(&fault.to_string())),
        Fact::Skipped { because, .. } => format!("skipped, because of {}:", name(plan, *because)),
        _ => return None,
    })
}

fn name(plan: &Plan, id: StepId) -> String {
    plan.content.steps.get(id.0 as usize).map(|step| step.address.to_string()).unwrap_or_default()
}

/// What came of a session.
pub(super) fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Completed { done, .. } => format!("completed: {}", count(*done, "step")),
        Outcome::PartlyApplied { done, failed, skipped } => {
            let (failed, skipped) = (failed.len(), skipped.len());
            format!("partly applied: {done} done, {failed} failed, {skipped} skipped")
        }
        Outcome::Interrupted { done, left } => format!("interrupted: {done} done, {left} left"),
        Outcome::LeaseLost => "stopped: its lease was lost".to_owned(),
        Outcome::Refused => "not approved".to_owned(),
        Outcome::Abandoned { done, left } => format!("closed: {done} done, {left} never will be"),
    }
}
