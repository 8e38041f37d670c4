//! The report of a run, from its plan and its journal.

use std::collections::BTreeMap;

use relight_contract::Milliseconds;

use super::lag;
use super::model::{
    Approval, Calls, Duration, FORMAT, HeldDifference, MeasuredTime, Report, ReportedSite, ReportedStep,
    Session, Stamps, StepEnd,
};
use super::moments::timeline;
use super::trace::{Trace, traces};
use super::words::labels;
use crate::journal::{Entry, Fact};
use crate::plan::{Ask, Plan, StepId, Verb, is_measured, is_recovery, serving};

/// A step is slow that takes so many times what nine of ten take.
const SLOW: u64 = 2;

impl Report {
    /// The report of a run of `plan` with these entries, and of the API calls, where somebody counted them.
    pub fn of(plan: &Plan, entries: &[Entry], calls: Vec<Calls>) -> Report {
        let content = &plan.content;
        let traces = traces(plan, entries);
        let sessions = sessions(entries);
        let outcome = sessions.last().and_then(|session| session.outcome.clone());
        let recovered = recovered(plan, entries, &traces);
        let stamps = stamps(plan, entries, &traces, recovered);
        let approved_at = plan.envelope.declared_at.or(stamps.approved_at);
        let ended_at = sessions.last().map(|session| session.ended_at);
        let rto = time(plan, &stamps, approved_at);
        Report {
            format: FORMAT,
            run: entries.iter().find_map(|entry| match &entry.fact {
                Fact::Opened { run, .. } => Some(run.clone()),
                _ => None,
            }),
            plan: plan.id.clone(),
            topology: content.topology.clone(),
            instance: content.instance.clone(),
            operation: content.operation.clone(),
            simulated: plan.envelope.simulated,
            outcome,
            recovered,
            sites: sites(plan),
            stamps,
            rto,
            rpo: lag::loss(plan, entries, &traces),
            duration: Duration {
                actual_seconds: between(stamps.approved_at, ended_at),
                p50_seconds: plan.envelope.estimate.p50_seconds,
                p90_seconds: plan.envelope.estimate.p90_seconds,
            },
            approvals: approvals(plan, entries),
            sessions,
            steps: steps(plan, &traces),
            timeline: timeline(plan, entries),
            debts: content.debts.clone(),
            held: held(plan),
            calls,
        }
    }
}

/// Whether another site serves: all that this waits for is done, and nothing is left to do in services that could not be
/// read. What tidies up behind it may be left.
fn recovered(plan: &Plan, entries: &[Entry], traces: &BTreeMap<StepId, Trace>) -> bool {
    let content = &plan.content;
    let approved = entries.iter().any(|entry| matches!(entry.fact, Fact::Approved));
    let done = |end: StepEnd| matches!(end, StepEnd::Done | StepEnd::Kept);
    let serving = content.steps.iter().zip(serving(content)).filter(|(_, serves)| *serves);
    let mut ends = serving.filter_map(|(step, _)| traces.get(&step.id)).map(|trace| trace.end);
    let completed = approved && ends.all(done);
    let whole = content.places.values().all(|place| place.unreachable.is_none())
        && !content.notes.iter().any(|note| note.failed);
    // A drill that found some of it standing measures nothing.
    let drilled = is_measured(&content.operation) && content.kept == 0;
    let measured = is_recovery(&content.operation) || drilled;
    completed && whole && measured
}

fn sites(plan: &Plan) -> Vec<ReportedSite> {
    let content = &plan.content;
    let site = |site: &crate::plan::PlannedSite| {
        let declared = content.declares.iter().find(|declared| declared.site == site.name);
        ReportedSite {
            name: site.name.clone(),
            provider: site.provider.clone(),
            region: site.region.clone(),
            before: declared.map_or(site.role, |declared| declared.from),
            after: declared.map_or(site.role, |declared| declared.to),
        }
    };
    content.sites.iter().map(site).collect()
}

fn sessions(entries: &[Entry]) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    for entry in entries {
        if let Fact::Opened { .. } | Fact::Resumed { .. } = entry.fact {
            sessions.push(Session { began_at: entry.at, ended_at: entry.at, outcome: None });
        }
        let Some(session) = sessions.last_mut() else { continue };
        session.ended_at = entry.at;
        if let Fact::Finished { outcome } = &entry.fact {
            session.outcome = Some(outcome.clone());
        }
    }
    sessions
}

/// The stamps. Only what recovered was validated: by its last probe, else by the last step that service waits
/// for.
fn stamps(plan: &Plan, entries: &[Entry], traces: &BTreeMap<StepId, Trace>, recovered: bool) -> Stamps {
    let first =
        |test: fn(&Fact) -> bool| entries.iter().find(|entry| test(&entry.fact)).map(|entry| entry.at);
    let verified = plan.content.steps.iter().filter(|step| step.verb == Verb::Verify);
    let verified = verified.filter_map(|step| traces.get(&step.id)?.ended_at).max();
    let serving = plan.content.steps.iter().zip(serving(&plan.content)).filter(|(_, serves)| *serves);
    let last = serving.filter_map(|(step, _)| traces.get(&step.id)?.ended_at).max();
    let last = last.or_else(|| entries.last().map(|entry| entry.at));
    Stamps {
        detected_at: plan.envelope.detected_at,
        declared_at: Some(plan.envelope.created_at),
        approved_at: first(|fact| matches!(fact, Fact::Approved)),
        executed_at: first(|fact| matches!(fact, Fact::Started { .. })),
        validated_at: verified.or(last).filter(|_| recovered),
    }
}

/// How long it took. The clock began with the approval of the plan that declared the roles, be it an earlier one.
fn time(plan: &Plan, stamps: &Stamps, approved_at: Option<Milliseconds>) -> MeasuredTime {
    // It is promised for what makes a site serve, and for nothing else.
    let objective_seconds =
        plan.envelope.objective.rto_seconds.filter(|_| is_measured(&plan.content.operation));
    let from_detection_seconds = between(stamps.detected_at, stamps.validated_at);
    let from_approval_seconds = between(approved_at, stamps.validated_at);
    let longest = from_detection_seconds.max(from_approval_seconds);
    let kept = longest.and_then(|took| Some(took <= objective_seconds?));
    MeasuredTime { objective_seconds, from_detection_seconds, from_approval_seconds, kept }
}

/// Whole seconds between two times.
fn between(from: Option<Milliseconds>, to: Option<Milliseconds>) -> Option<u64> {
    Some(to?.saturating_sub(from?) / 1000)
}

/// Every approval: that of the plan, and those of its gates.
fn approvals(plan: &Plan, entries: &[Entry]) -> Vec<Approval> {
    let approval = |entry: &Entry| match &entry.fact {
        Fact::Approved => Some(Approval { at: entry.at, gate: None, by: None }),
        Fact::Allowed { step, by, .. } => {
            let gate = plan.content.steps.get(step.0 as usize)?;
            Some(Approval { at: entry.at, gate: Some(gate.address.clone()), by: Some(by.clone()) })
        }
        _ => None,
    };
    entries.iter().filter_map(approval).collect()
}

fn steps(plan: &Plan, traces: &BTreeMap<StepId, Trace>) -> Vec<ReportedStep> {
    let labels = labels(plan);
    let address = |id: StepId| plan.content.steps.get(id.0 as usize).map(|step| step.address.clone());
    let shown = plan.content.steps.iter().filter(|step| step.ask != Ask::Nothing);
    let report = |step: &crate::plan::Step| {
        let trace = traces.get(&step.id)?;
        let (p50_seconds, p90_seconds) = plan.seconds(step);
        let took = trace
            .ended_at
            .zip(trace.started_at.or(trace.ready_at))
            .map(|(end, start)| end.saturating_sub(start));
        let bound = u64::from(p90_seconds) * SLOW * 1000;
        let counts = step.is_timed() && trace.whole && trace.end == StepEnd::Done && bound > 0;
        Some(ReportedStep {
            step: step.id,
            verb: step.verb,
            label: labels.get(&step.id).cloned().unwrap_or_else(|| step.verb.to_string()),
            address: step.address.clone(),
            place: step.place.clone(),
            end: trace.end,
            p50_seconds,
            p90_seconds,
            started_at: trace.started_at,
            ended_at: trace.ended_at,
            took_milliseconds: took,
            slow: counts && took.is_some_and(|took| took > bound),
            waits: trace.waits,
            fault: trace.fault.clone(),
            because: trace.because.and_then(address),
        })
    };
    shown.filter_map(report).collect()
}

fn held(plan: &Plan) -> Vec<HeldDifference> {
    let held = plan.content.changes.iter().filter_map(|change| {
        let (address, verb) = (change.address.clone(), change.label.clone());
        Some(HeldDifference { address, verb, why: change.held.clone()? })
    });
    held.collect()
}
