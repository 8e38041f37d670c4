//! The end of a group: its warm pool and its instances go first, so that nothing of them is left behind.

use relight_contract::{Answer, Fault, FaultKind, Value};

use super::super::AutoscalingGroup;
use super::{LOOK_MILLISECONDS, handle, look};
use crate::api::{Effect, FaultOf, Site, absent_is_none, accepted};

/// Begins a deletion.
pub(super) async fn begin(site: &Site, name: &str, how: &AutoscalingGroup) -> Result<Answer, Fault> {
    let Some((live, census)) = look(site, name).await? else { return Ok(Answer::Absent) };
    if live.state == relight_contract::State::Deleting {
        return Ok(accepted(name, handle::DELETE, LOOK_MILLISECONDS));
    }
    let has_pool = live.get("warm_pool").is_some_and(|pool| !pool.is_null());
    if has_pool {
        let force = how.force_delete_warm_pool.unwrap_or_default() || how.force_delete.unwrap_or_default();
        let asked = site.autoscaling().delete_warm_pool().auto_scaling_group_name(name).force_delete(force);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    }
    let is_sized = ["min_size", "desired_capacity", "max_size"]
        .iter()
        .any(|size| live.get(size).and_then(Value::as_i64).is_some_and(|size| size > 0));
    let is_empty = census.all == Some(0) && !is_sized && !has_pool;
    if is_empty || how.force_delete == Some(true) {
        return finish(site, name, how).await;
    }
    let asked = site.autoscaling().update_auto_scaling_group().auto_scaling_group_name(name);
    let asked = asked.min_size(0).max_size(0).desired_capacity(0).send().await;
    absent_is_none(asked.fault(Effect::Maybe))?;
    drained(site, name, how).await
}

/// Deletes the group once it is empty.
pub(super) async fn drained(site: &Site, name: &str, how: &AutoscalingGroup) -> Result<Answer, Fault> {
    let Some((live, census)) = look(site, name).await? else { return Ok(Answer::Absent) };
    let has_pool = live.get("warm_pool_size").and_then(Value::as_i64).is_some_and(|size| size > 0);
    match census.all == Some(0) && !has_pool {
        true => finish(site, name, how).await,
        false => Ok(accepted(name, handle::DRAIN, LOOK_MILLISECONDS)),
    }
}

async fn finish(site: &Site, name: &str, how: &AutoscalingGroup) -> Result<Answer, Fault> {
    let asked = site.autoscaling().delete_auto_scaling_group().auto_scaling_group_name(name);
    let asked = asked.set_force_delete(how.force_delete.filter(|force| *force)).send().await;
    match asked.fault(Effect::Maybe) {
        Ok(_) => ended(site, name).await,
        // Its last activities are still under way.
        Err(fault) if fault.kind == FaultKind::Conflict => {
            Ok(accepted(name, handle::DRAIN, LOOK_MILLISECONDS))
        }
        // A name that is not known is a wrong request to this service: whether it is gone is seen by looking.
        Err(fault) => match look(site, name).await? {
            None => Ok(Answer::Absent),
            Some(_) => Err(fault),
        },
    }
}

/// Waits for the end of the group.
pub(super) async fn ended(site: &Site, name: &str) -> Result<Answer, Fault> {
    match look(site, name).await? {
        None => Ok(Answer::Absent),
        Some(_) => Ok(accepted(name, handle::DELETE, LOOK_MILLISECONDS)),
    }
}

/// The group, once none of its instances is left: only then nobody writes any more.
pub(super) async fn emptied(site: &Site, name: &str) -> Result<Answer, Fault> {
    match look(site, name).await? {
        None => Ok(Answer::Absent),
        Some((live, census)) if census.all == Some(0) => Ok(Answer::Object(live)),
        Some(_) => Ok(accepted(name, handle::FENCE, LOOK_MILLISECONDS)),
    }
}
