//! The short form: what a person reads when a run is over.

use super::lag::when;
use super::model::{Report, ReportedStep, StepEnd};
use super::moments::ended;
use super::words::{count, duration, plain};
use crate::journal::Outcome;
use crate::plan::{is_measured, is_recovery};

/// How many lines of one sort are shown.
const MOST: usize = 5;

/// A headline, and under it what was promised and kept, what went wrong, and what is left to do.
pub fn text(report: &Report) -> String {
    let mut text = format!("{}\n", headline(report));
    for (word, lines) in [
        ("RPO", losses(report)),
        ("failed", failures(report)),
        ("slow", slow(report)),
        ("owed", left(report.debts.len(), "debt", "of lost sites, as `relight status` lists them")),
        ("held", left(report.held.len(), "difference", "left for the next `apply`")),
    ] {
        let more = lines.len().saturating_sub(MOST);
        for line in lines.iter().take(MOST) {
            text.push_str(&format!("  {word:6}   {line}\n"));
        }
        if more > 0 {
            text.push_str(&format!("  {word:6}   and {more} more\n"));
        }
    }
    text
}

/// What came of it, in one sentence.
pub fn headline(report: &Report) -> String {
    let recovery = is_recovery(&report.operation);
    let (word, not) = match is_measured(&report.operation) {
        true if recovery => ("Recovered", "Not recovered"),
        true => ("Ready", "Not ready"),
        false => ("Done", "Not done"),
    };
    if report.recovered {
        let left = match &report.outcome {
            Some(Outcome::Completed { .. }) => String::new(),
            Some(outcome) => format!(" But not all is done behind it: {}.", ended(outcome)),
            None => " But not all is done behind it: the run has not come to its end.".to_owned(),
        };
        return format!("{word} in {}{}.{left}", took(report), promise(report));
    }
    match &report.outcome {
        Some(Outcome::Completed { .. }) if recovery => {
            "Not recovered: what could not be read is not done yet.".to_owned()
        }
        Some(Outcome::Completed { done, .. }) => match report.duration.actual_seconds {
            Some(seconds) => format!("Done: {} in {}.", count(*done, "step"), duration(seconds)),
            None => format!("Done: {}.", count(*done, "step")),
        },
        Some(outcome) => format!("{not}: {}.", ended(outcome)),
        None => format!("{not}: the run has not come to its end."),
    }
}

/// `12m from the detection on, 5m36s from the approval on`.
fn took(report: &Report) -> String {
    let times =
        [(report.rto.from_detection_seconds, "detection"), (report.rto.from_approval_seconds, "approval")];
    let told = times.into_iter().filter_map(|(seconds, from)| {
        seconds.map(|seconds| format!("{} from the {from} on", duration(seconds)))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn promise(report: &Report) -> String {
    let Some(objective) = report.rto.objective_seconds.map(duration) else { return String::new() };
    match report.rto.kept {
        Some(true) => format!(", within the RTO of {objective}"),
        Some(false) => format!(", and the RTO was {objective}"),
        None => String::new(),
    }
}

fn losses(report: &Report) -> Vec<String> {
    let promised = |lag: u64| match report.rpo.objective_seconds {
        Some(objective) if lag > objective => format!(", and the RPO is {}", duration(objective)),
        Some(objective) => format!(" of {}", duration(objective)),
        None => String::new(),
    };
    let one = |replica: &super::model::ReplicaLag| match replica.lag_seconds {
        Some(lag) => format!("{}{}: {}, {}", duration(lag), promised(lag), replica.address, when(replica)),
        None => format!("unknown: {}, {}", replica.address, when(replica)),
    };
    let promoted = |replica: &&super::model::ReplicaLag| {
        report.steps.iter().any(|step| {
            step.verb == crate::plan::Verb::Promote
                && step.address == replica.address
                && step.started_at.is_some()
        })
    };
    report.rpo.replicas.iter().filter(promoted).map(one).collect()
}

fn failures(report: &Report) -> Vec<String> {
    let one = |step: &ReportedStep| {
        let fault = step.fault.as_deref().map(|fault| format!(": {}", plain(fault)));
        format!("{} {}{}", step.label, step.address, fault.unwrap_or_default())
    };
    report.ended(StepEnd::Failed).map(one).collect()
}

/// Steps that took far longer than such steps take.
fn slow(report: &Report) -> Vec<String> {
    let one = |step: &ReportedStep| {
        let took = duration(step.took_milliseconds.unwrap_or_default() / 1000);
        let usual = duration(u64::from(step.p90_seconds));
        format!("{} {}: {took}, and nine of ten take no more than {usual}", step.label, step.address)
    };
    report.slow().map(one).collect()
}

fn left(number: usize, noun: &str, whose: &str) -> Vec<String> {
    match number {
        0 => Vec::new(),
        number => vec![format!("{} {whose}", count(number as u64, noun))],
    }
}
