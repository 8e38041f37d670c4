//! Instance refreshes: instances are replaced after a change of what they are made from, where the spec says so.

use aws_sdk_autoscaling::types::{
    AlarmSpecification, InstanceRefreshStatus, RefreshPreferences, RefreshStrategy,
    ScaleInProtectedInstances, StandbyInstances,
};
use relight_contract::{Answer, Block, Fault, FaultKind, Object};

use super::super::{self as table, AutoscalingGroup};
use super::{LOOK_MILLISECONDS, handle, once};
use crate::api::{Effect, FaultOf, Site, accepted, first, int, object_or_absent, shape};

/// Fields whose change always begins a refresh, where the spec has one.
const TRIGGERS: &[&str] = &["launch_configuration", "launch_template", "mixed_instances_policy"];

/// Begins a refresh where the changes ask for one. False when another one is in the way: it is cancelled, and the new
/// one begins when it has ended.
pub(super) async fn begin(
    site: &Site,
    name: &str,
    changes: &Object,
    wanted: &AutoscalingGroup,
) -> Result<bool, Fault> {
    let Some(refresh) = first(&wanted.instance_refresh) else { return Ok(true) };
    let is_asked = |field: &str| {
        TRIGGERS.contains(&field) || refresh.triggers.as_ref().is_some_and(|more| more.contains(field))
    };
    if !changes.names().any(|field| is_asked(field)) {
        return Ok(true);
    }
    match start(site, name, refresh).await {
        Ok(()) => Ok(true),
        Err(fault) if fault.kind == FaultKind::Conflict => {
            let asked = site.autoscaling().cancel_instance_refresh().auto_scaling_group_name(name);
            match asked.send().await.fault(Effect::Maybe) {
                // It has just ended by itself.
                Err(fault) if fault.kind == FaultKind::NotFound => {}
                cancelled => drop(cancelled?),
            }
            Ok(false)
        }
        Err(fault) => Err(fault),
    }
}

/// Begins the refresh once the one before is cancelled. One that goes on is the one that was to begin.
pub(super) async fn go_on(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let asked = site.autoscaling().describe_instance_refreshes().auto_scaling_group_name(name).max_records(1);
    let told = asked.send().await.fault(Effect::None)?.instance_refreshes.unwrap_or_default();
    let status = told.first().and_then(|last| last.status.as_ref());
    match status {
        Some(InstanceRefreshStatus::Cancelling | InstanceRefreshStatus::RollbackInProgress) => {
            return Ok(accepted(name, handle::REFRESH, LOOK_MILLISECONDS));
        }
        Some(
            InstanceRefreshStatus::Pending
            | InstanceRefreshStatus::InProgress
            | InstanceRefreshStatus::Baking,
        ) => {}
        _ => {
            let wanted = AutoscalingGroup::from_object(attributes).map_err(shape)?;
            if let Some(refresh) = first(&wanted.instance_refresh) {
                start(site, name, refresh).await?;
            }
        }
    }
    Ok(object_or_absent(super::read(site, name).await?))
}

async fn start(site: &Site, name: &str, refresh: &table::InstanceRefresh) -> Result<(), Fault> {
    let asked = site
        .autoscaling()
        .start_instance_refresh()
        .auto_scaling_group_name(name)
        .strategy(RefreshStrategy::from(refresh.strategy.as_deref().unwrap_or("Rolling")))
        .set_preferences(first(&refresh.preferences).map(preferences).transpose()?);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

fn preferences(block: &table::RefreshPreferences) -> Result<RefreshPreferences, Fault> {
    let seconds = |text: &Option<String>| {
        let text = text.as_deref().filter(|text| !text.is_empty());
        text.map(|text| text.parse::<i32>()).transpose().map_err(|error| {
            Fault::new(FaultKind::Invalid, format!("a number of seconds is expected: {error}"))
        })
    };
    let points = block.checkpoint_percentages.iter().flatten();
    let points: Result<Vec<Option<i32>>, Fault> = points.map(|percent| int(Some(*percent))).collect();
    let points: Vec<i32> = points?.into_iter().flatten().collect();
    let alarms = first(&block.alarm_specification)
        .map(|alarms| AlarmSpecification::builder().set_alarms(alarms.alarms.clone()).build());
    let protected = block.scale_in_protected_instances.as_deref().unwrap_or("Ignore");
    let standby = block.standby_instances.as_deref().unwrap_or("Ignore");
    Ok(RefreshPreferences::builder()
        .set_alarm_specification(alarms)
        .set_auto_rollback(block.auto_rollback)
        .set_checkpoint_delay(seconds(&block.checkpoint_delay)?)
        .set_checkpoint_percentages(Some(points).filter(|points| !points.is_empty()))
        .set_instance_warmup(seconds(&block.instance_warmup)?)
        .set_max_healthy_percentage(int(block.max_healthy_percentage)?)
        .set_min_healthy_percentage(int(Some(block.min_healthy_percentage.unwrap_or(90)))?)
        .scale_in_protected_instances(ScaleInProtectedInstances::from(protected))
        .set_skip_matching(block.skip_matching)
        .standby_instances(StandbyInstances::from(standby))
        .build())
}
