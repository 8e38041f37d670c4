//! Waiting for instances: how many are in service, and healthy behind their load balancers.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_autoscaling::types::{Activity, Instance, LifecycleState, ScalingActivityStatusCode};
use aws_sdk_elasticloadbalancingv2::types::TargetHealthStateEnum;
use relight_contract::field::optional;
use relight_contract::{Answer, Fault, FaultKind, Live, Typed, block};

use super::super::AutoscalingGroup;
use super::{LOOK_MILLISECONDS, handle};
use crate::api::{Effect, FaultOf, Site, absent_is_none, accepted, seconds};

/// How long a spec that does not say so waits: Terraform's default.
const DEFAULT_SECONDS: u64 = 600;

block! {
    /// The instances of a group, which are no part of its table.
    pub struct Census {
        all: i64 = optional().doc("How many there are, in whatever state."),
        healthy: BTreeMap<String, i64> = optional().doc("Those in service, and how many units each counts for."),
    }
}

impl Census {
    /// Counts the instances of a group.
    pub(super) fn of(instances: &[Instance]) -> Census {
        let healthy = instances.iter().filter(|instance| {
            let is_well = instance.health_status.as_deref().is_none_or(|status| status == "Healthy");
            is_well && instance.lifecycle_state == Some(LifecycleState::InService)
        });
        let weight = |instance: &Instance| {
            instance.weighted_capacity.as_deref().and_then(|weight| weight.parse().ok()).unwrap_or(1)
        };
        let healthy = healthy.filter_map(|one| Some((one.instance_id.clone()?, weight(one))));
        Census { all: i64::try_from(instances.len()).ok(), healthy: Some(healthy.collect()) }
    }

    fn healthy_units(&self) -> i64 {
        self.healthy.iter().flat_map(BTreeMap::values).sum()
    }
}

/// What is left of a wait.
pub(super) struct Wait {
    looks: u64,
    /// The last activity of the group before the wait began.
    activity: Option<String>,
}

impl Wait {
    /// Reads what stands in a handle.
    pub(super) fn parse(text: &str) -> Wait {
        let (looks, activity) = text.split_once(' ').unwrap_or((text, ""));
        let activity = Some(activity.to_owned()).filter(|activity| !activity.is_empty());
        Wait { looks: looks.parse().unwrap_or_default(), activity }
    }

    fn next(&self) -> String {
        let activity = self.activity.as_deref().unwrap_or_default();
        format!("{}{} {activity}", handle::CAPACITY, self.looks.saturating_sub(1))
    }
}

/// The wait that a spec asks for.
pub(super) fn begin(wanted: &AutoscalingGroup, activity: Option<String>) -> Result<Wait, Fault> {
    let seconds = match wanted.wait_for_capacity_timeout.as_deref() {
        Some(text) => seconds(text)?,
        None => DEFAULT_SECONDS,
    };
    Ok(Wait { looks: (seconds * 1_000).div_ceil(LOOK_MILLISECONDS), activity })
}

/// The group, once as many instances are in service as the spec waits for.
pub(super) async fn wait(
    site: &Site,
    name: &str,
    wait: Wait,
    wanted: &AutoscalingGroup,
) -> Result<Answer, Fault> {
    let Some((live, census)) = super::look(site, name).await? else { return Ok(Answer::Absent) };
    if wait.looks == 0 && wanted.wait_for_capacity_timeout.as_deref().is_some_and(is_zero) {
        return Ok(Answer::Object(live));
    }
    let least =
        wanted.desired_capacity.filter(|desired| *desired > 0).or(wanted.min_size).unwrap_or_default();
    let behind = wanted.wait_for_elb_capacity.filter(|least| *least > 0).or(wanted.min_elb_capacity);
    let behind = behind.unwrap_or_default();
    let serving = match behind > 0 && census.healthy_units() >= least {
        true => serving(site, &live, &census).await?,
        false => 0,
    };
    if census.healthy_units() >= least && serving >= behind {
        return Ok(Answer::Object(live));
    }
    let failed = failed_activity(site, name, &wait).await?;
    let ignores = wanted.ignore_failed_scaling_activities.unwrap_or_default();
    if let Some(failed) = failed.filter(|_| !ignores || wait.looks == 0) {
        return Err(Fault::new(FaultKind::Capacity, format!("{name} gets no instances: {failed}")));
    }
    if wait.looks == 0 {
        let have = census.healthy_units();
        let text = format!(
            "{name} has {have} of {least} instances in service, {serving} of {behind} behind \
            its load balancers, after all the time that `wait_for_capacity_timeout` gives"
        );
        return Err(Fault::new(FaultKind::Capacity, text));
    }
    Ok(accepted(name, wait.next(), LOOK_MILLISECONDS))
}

fn is_zero(text: &str) -> bool {
    seconds(text) == Ok(0)
}

/// How many units are healthy in every target group of the group.
async fn serving(site: &Site, live: &Live, census: &Census) -> Result<i64, Fault> {
    let groups = live.get("target_group_arns").and_then(BTreeSet::<String>::from_value).unwrap_or_default();
    let mut left = census.healthy.clone().unwrap_or_default();
    for group in groups {
        let asked = site.elb().describe_target_health().target_group_arn(group).send().await;
        let told = absent_is_none(asked.fault(Effect::None))?;
        let told = told.and_then(|told| told.target_health_descriptions).unwrap_or_default().into_iter();
        let healthy = told.filter(|one| {
            let state = one.target_health.as_ref().and_then(|health| health.state.as_ref());
            state == Some(&TargetHealthStateEnum::Healthy)
        });
        let healthy: BTreeSet<String> = healthy.filter_map(|one| one.target?.id).collect();
        left.retain(|id, _| healthy.contains(id));
    }
    Ok(left.values().sum())
}

/// The last activity of a group: what a wait that follows is not about.
pub(super) async fn last_activity(site: &Site, name: &str) -> Result<Option<Activity>, Fault> {
    let asked = site.autoscaling().describe_scaling_activities().auto_scaling_group_name(name).max_records(1);
    let told = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(told.and_then(|told| told.activities).unwrap_or_default().into_iter().next())
}

/// What the group says of its last activity, where that failed since the wait began.
async fn failed_activity(site: &Site, name: &str, wait: &Wait) -> Result<Option<String>, Fault> {
    let last = last_activity(site, name).await?;
    let failed = last.filter(|last| {
        let is_over = matches!(
            last.status_code,
            Some(ScalingActivityStatusCode::Failed | ScalingActivityStatusCode::Cancelled)
        );
        is_over && last.activity_id != wait.activity
    });
    Ok(failed.map(|failed| failed.status_message.or(failed.description).unwrap_or_default()))
}
