//! Creations of groups.

use aws_sdk_autoscaling::types::{
    AvailabilityZoneDistribution, CapacityDistributionStrategy, CapacityReservationPreference,
    CapacityReservationSpecification, CapacityReservationTarget, InstanceMaintenancePolicy,
    InstanceReusePolicy, LaunchTemplateSpecification, LifecycleHookSpecification, TrafficSourceIdentifier,
    WarmPoolState,
};
use relight_contract::{Block, Fault, Object, Owner};
use std::collections::BTreeSet;

use super::super::{self as table, AutoscalingGroup};
use super::{mixed, once, tag};
use crate::api::{Effect, FaultOf, Site, first, int, shape, tags};

fn some(names: &Option<BTreeSet<String>>) -> Option<Vec<String>> {
    names.clone().filter(|names| !names.is_empty()).map(|names| names.into_iter().collect())
}

/// Subnets as the API has them: one text.
pub(super) fn subnets(ids: &Option<BTreeSet<String>>) -> Option<String> {
    some(ids).map(|ids| ids.join(","))
}

/// Creates a group, and tells its name.
pub(super) async fn create(
    site: &Site,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<String, Fault> {
    let wanted = AutoscalingGroup::from_object(attributes).map_err(shape)?;
    let name = wanted.name.clone().unwrap_or_default();
    let mut marks: Vec<_> =
        tags::all(None, owner, token).into_iter().map(|mark| tag(&name, mark, false)).collect();
    marks.extend(wanted.tag.iter().flat_map(|tags| &tags.0).map(|wanted| user_tag(&name, wanted)));
    let asked = site
        .autoscaling()
        .create_auto_scaling_group()
        .auto_scaling_group_name(&name)
        .set_availability_zone_distribution(first(&wanted.availability_zone_distribution).map(zones))
        .set_availability_zones(some(&wanted.availability_zones))
        .set_capacity_rebalance(wanted.capacity_rebalance)
        .set_capacity_reservation_specification(
            first(&wanted.capacity_reservation_specification).map(reservations),
        )
        .set_context(wanted.context.clone())
        .set_default_cooldown(int(wanted.default_cooldown)?)
        .set_default_instance_warmup(int(wanted.default_instance_warmup)?)
        .set_desired_capacity(int(wanted.desired_capacity)?)
        .set_desired_capacity_type(wanted.desired_capacity_type.clone())
        .set_health_check_grace_period(int(Some(wanted.health_check_grace_period.unwrap_or(300)))?)
        .set_health_check_type(wanted.health_check_type.clone())
        .set_instance_maintenance_policy(
            first(&wanted.instance_maintenance_policy).map(|policy| upkeep(Some(policy))).transpose()?,
        )
        .set_launch_configuration_name(wanted.launch_configuration.clone())
        .set_launch_template(first(&wanted.launch_template).map(template))
        .set_lifecycle_hook_specification_list(hooks(&wanted)?)
        .set_load_balancer_names(some(&wanted.load_balancers))
        .set_max_instance_lifetime(int(wanted.max_instance_lifetime.filter(|seconds| *seconds > 0))?)
        .set_max_size(int(wanted.max_size)?)
        .set_min_size(int(wanted.min_size)?)
        .set_mixed_instances_policy(first(&wanted.mixed_instances_policy).map(mixed::write).transpose()?)
        .set_new_instances_protected_from_scale_in(wanted.protect_from_scale_in)
        .set_placement_group(wanted.placement_group.clone())
        .set_service_linked_role_arn(wanted.service_linked_role_arn.clone())
        .set_tags(Some(marks))
        .set_target_group_arns(some(&wanted.target_group_arns))
        .set_termination_policies(wanted.termination_policies.clone().filter(|some| !some.is_empty()))
        .set_traffic_sources(sources(&wanted))
        .set_vpc_zone_identifier(subnets(&wanted.vpc_zone_identifier));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(name)
}

pub(super) fn user_tag(group: &str, wanted: &table::GroupTag) -> aws_sdk_autoscaling::types::Tag {
    let pair = (wanted.key.clone().unwrap_or_default(), wanted.value.clone().unwrap_or_default());
    tag(group, pair, wanted.propagate_at_launch.unwrap_or_default())
}

fn sources(wanted: &AutoscalingGroup) -> Option<Vec<TrafficSourceIdentifier>> {
    let blocks = wanted.traffic_source.as_ref().filter(|blocks| !blocks.0.is_empty())?;
    Some(blocks.0.iter().map(source).collect())
}

pub(super) fn source(block: &table::TrafficSource) -> TrafficSourceIdentifier {
    let sort = block.type_.clone().filter(|sort| !sort.is_empty());
    TrafficSourceIdentifier::builder().set_identifier(block.identifier.clone()).set_type(sort).build()
}

pub(super) fn zones(block: &table::ZoneDistribution) -> AvailabilityZoneDistribution {
    let strategy = block.capacity_distribution_strategy.as_deref().unwrap_or("balanced-best-effort");
    AvailabilityZoneDistribution::builder()
        .capacity_distribution_strategy(CapacityDistributionStrategy::from(strategy))
        .build()
}

pub(super) fn reservations(block: &table::ReservationSpecification) -> CapacityReservationSpecification {
    let target = first(&block.capacity_reservation_target).map(|target| {
        CapacityReservationTarget::builder()
            .set_capacity_reservation_ids(target.capacity_reservation_ids.clone())
            .set_capacity_reservation_resource_group_arns(
                target.capacity_reservation_resource_group_arns.clone(),
            )
            .build()
    });
    let preference = block.capacity_reservation_preference.as_deref();
    CapacityReservationSpecification::builder()
        .set_capacity_reservation_preference(preference.map(CapacityReservationPreference::from))
        .set_capacity_reservation_target(target)
        .build()
}

/// A policy, or what takes it away: -1 for both.
pub(super) fn upkeep(block: Option<&table::MaintenancePolicy>) -> Result<InstanceMaintenancePolicy, Fault> {
    let percent = |value: Option<i64>| int(Some(value.unwrap_or(-1)));
    Ok(InstanceMaintenancePolicy::builder()
        .set_max_healthy_percentage(percent(block.and_then(|block| block.max_healthy_percentage))?)
        .set_min_healthy_percentage(percent(block.and_then(|block| block.min_healthy_percentage))?)
        .build())
}

pub(super) fn template(block: &table::TemplateReference) -> LaunchTemplateSpecification {
    let id = block.id.clone().filter(|id| !id.is_empty());
    LaunchTemplateSpecification::builder()
        .set_launch_template_name(block.name.clone().filter(|_| id.is_none()))
        .set_launch_template_id(id)
        .set_version(block.version.clone())
        .build()
}

fn hooks(wanted: &AutoscalingGroup) -> Result<Option<Vec<LifecycleHookSpecification>>, Fault> {
    let Some(blocks) = wanted.initial_lifecycle_hook.as_ref().filter(|blocks| !blocks.0.is_empty()) else {
        return Ok(None);
    };
    let hook = |block: &table::LifecycleHook| {
        Ok(LifecycleHookSpecification::builder()
            .set_lifecycle_hook_name(block.name.clone())
            .set_lifecycle_transition(block.lifecycle_transition.clone())
            .set_default_result(block.default_result.clone())
            .set_heartbeat_timeout(int(block.heartbeat_timeout)?)
            .set_notification_metadata(block.notification_metadata.clone())
            .set_notification_target_arn(block.notification_target_arn.clone())
            .set_role_arn(block.role_arn.clone())
            .build())
    };
    blocks.0.iter().map(hook).collect::<Result<Vec<_>, Fault>>().map(Some)
}

/// Sets what no creation takes.
pub(super) async fn complete(site: &Site, name: &str, wanted: &AutoscalingGroup) -> Result<(), Fault> {
    if let Some(metrics) = some(&wanted.enabled_metrics) {
        enable_metrics(site, name, metrics, wanted.metrics_granularity.as_deref()).await?;
    }
    if let Some(processes) = some(&wanted.suspended_processes) {
        let asked = site.autoscaling().suspend_processes().auto_scaling_group_name(name);
        asked.set_scaling_processes(Some(processes)).send().await.fault(Effect::Maybe)?;
    }
    if let Some(pool) = first(&wanted.warm_pool) {
        put_pool(site, name, pool).await?;
    }
    Ok(())
}

pub(super) async fn enable_metrics(
    site: &Site,
    name: &str,
    metrics: Vec<String>,
    granularity: Option<&str>,
) -> Result<(), Fault> {
    let asked = site.autoscaling().enable_metrics_collection().auto_scaling_group_name(name);
    let asked = asked.set_metrics(Some(metrics)).granularity(granularity.unwrap_or("1Minute"));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

pub(super) async fn put_pool(site: &Site, name: &str, pool: &table::WarmPool) -> Result<(), Fault> {
    let reuse = first(&pool.instance_reuse_policy)
        .map(|policy| InstanceReusePolicy::builder().set_reuse_on_scale_in(policy.reuse_on_scale_in).build());
    let asked = site
        .autoscaling()
        .put_warm_pool()
        .auto_scaling_group_name(name)
        .set_instance_reuse_policy(reuse)
        .set_max_group_prepared_capacity(int(Some(pool.max_group_prepared_capacity.unwrap_or(-1)))?)
        .set_min_size(int(Some(pool.min_size.unwrap_or(0)))?)
        .pool_state(WarmPoolState::from(pool.pool_state.as_deref().unwrap_or("Stopped")));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}
