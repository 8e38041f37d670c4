//! Lags: how far the replicas were behind that were promoted.

use std::collections::BTreeMap;

use super::model::{MeasuredLoss, Reading, ReplicaLag};
use super::trace::Trace;
use super::words::{duration, plain};
use crate::journal::{Entry, Fact};
use crate::plan::{Plan, Step, StepId, Verb};

/// What the promotions of a plan cost, as far as anybody told.
pub(super) fn loss(plan: &Plan, entries: &[Entry], traces: &BTreeMap<StepId, Trace>) -> MeasuredLoss {
    let promotions = plan.content.steps.iter().filter(|step| step.verb == Verb::Promote);
    let replicas: Vec<ReplicaLag> =
        promotions.map(|step| replica(plan, step, entries, traces.get(&step.id))).collect();
    let lag_seconds = replicas.iter().filter_map(|replica| replica.lag_seconds).max();
    let objective_seconds = plan.envelope.objective.rpo_seconds;
    let all = replicas.iter().all(|replica| replica.lag_seconds.is_some());
    let kept = match (objective_seconds, lag_seconds) {
        (Some(objective), Some(lag)) if lag > objective => Some(false),
        (Some(_), Some(_)) if all => Some(true),
        _ => None,
    };
    MeasuredLoss { objective_seconds, lag_seconds, kept, replicas }
}

fn replica(plan: &Plan, step: &Step, entries: &[Entry], trace: Option<&Trace>) -> ReplicaLag {
    let mut replica = ReplicaLag {
        address: step.address.clone(),
        lag_seconds: None,
        source: None,
        read: Reading::Never,
        age_milliseconds: None,
        fault: None,
    };
    let left_at = trace.and_then(|trace| trace.left_at);
    let measured = entries.iter().rev().find_map(|entry| match &entry.fact {
        Fact::Measured { step: id, source, lag_seconds, fault } if *id == step.id => {
            Some((entry.at, source, *lag_seconds, fault))
        }
        _ => None,
    });
    let mut at = plan.envelope.created_at;
    if let Some((read_at, source, lag_seconds, fault)) = measured {
        replica.source = Some(source.to_string());
        replica.lag_seconds = lag_seconds;
        replica.fault = fault.as_ref().map(ToString::to_string);
        if lag_seconds.is_some() {
            (replica.read, at) = (Reading::AtPromotion, read_at);
        }
    }
    // What was seen while planning is older, and better than nothing.
    if let (None, Some(planned)) =
        (replica.lag_seconds, plan.envelope.lags.iter().find(|lag| lag.address == step.address))
    {
        replica.source = Some(planned.source.clone());
        replica.lag_seconds = Some(planned.lag_seconds);
        replica.read = Reading::WhilePlanning;
    }
    if replica.lag_seconds.is_some() {
        replica.age_milliseconds = left_at.map(|left| left.saturating_sub(at));
    }
    replica
}

/// When and how a lag was read, for people.
pub(super) fn when(replica: &ReplicaLag) -> String {
    let age = replica.age_milliseconds.map(|age| duration(age / 1000));
    match (replica.read, age, &replica.fault) {
        (Reading::AtPromotion, _, _) => "read just before its promotion".to_owned(),
        (Reading::WhilePlanning, Some(age), _) => format!("read while planning, {age} before its promotion"),
        (Reading::WhilePlanning, None, _) => "read while planning".to_owned(),
        (Reading::Never, _, Some(fault)) => format!("not read: {}", plain(fault)),
        (Reading::Never, _, None) => "nobody tells how far it is behind".to_owned(),
    }
}
