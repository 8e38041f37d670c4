//! Groups as the API tells them.

use aws_sdk_autoscaling::types::{
    AutoScalingGroup as Group, CapacityReservationSpecification, LaunchTemplateSpecification, TagDescription,
    WarmPoolConfiguration, WarmPoolStatus,
};
use relight_contract::{Block, Blocks, Live, State};

use super::super::{self as table, AutoscalingGroup};
use super::mixed;
use crate::api::{Told, one};

fn number(value: Option<i32>) -> Option<i64> {
    value.map(i64::from)
}

/// A group.
pub(super) fn live(group: Group) -> Live {
    let name = group.auto_scaling_group_name.clone().unwrap_or_default();
    // Only a group that is being deleted has a status.
    let state = match group.status.as_deref() {
        None | Some("") => State::Ready,
        Some(_) => State::Deleting,
    };
    let marks = group.tags.clone().unwrap_or_default();
    let pairs =
        marks.iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default())));
    let told = Told::of(pairs);
    let tags = marks.iter().filter(|tag| tag.key.as_ref().is_some_and(|key| told.user.contains_key(key)));
    let attributes = AutoscalingGroup {
        tag: Some(Blocks(tags.map(group_tag).collect())),
        ..policies(&group, attributes(group.clone()))
    };
    told.live(&name, attributes.to_object(), state)
}

fn group_tag(tag: &TagDescription) -> table::GroupTag {
    table::GroupTag {
        key: tag.key.clone(),
        propagate_at_launch: Some(tag.propagate_at_launch.unwrap_or_default()),
        value: Some(tag.value.clone().unwrap_or_default()),
    }
}

fn attributes(group: Group) -> AutoscalingGroup {
    let subnets = group.vpc_zone_identifier.unwrap_or_default();
    let subnets = subnets.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
    let metrics = group.enabled_metrics.unwrap_or_default();
    let granularity = metrics.iter().find_map(|metric| metric.granularity.clone());
    let sources = group.traffic_sources.unwrap_or_default();
    let processes = group.suspended_processes.unwrap_or_default();
    AutoscalingGroup {
        arn: group.auto_scaling_group_arn,
        availability_zones: Some(group.availability_zones.unwrap_or_default().into_iter().collect()),
        capacity_rebalance: Some(group.capacity_rebalance.unwrap_or_default()),
        context: group.context.filter(|context| !context.is_empty()),
        default_cooldown: number(group.default_cooldown),
        default_instance_warmup: number(group.default_instance_warmup),
        desired_capacity: number(group.desired_capacity),
        desired_capacity_type: group.desired_capacity_type.filter(|word| !word.is_empty()),
        enabled_metrics: Some(metrics.into_iter().filter_map(|metric| metric.metric).collect()),
        health_check_grace_period: number(group.health_check_grace_period),
        health_check_type: group.health_check_type,
        id: group.auto_scaling_group_name.clone(),
        launch_configuration: group.launch_configuration_name.filter(|name| !name.is_empty()),
        load_balancers: Some(group.load_balancer_names.unwrap_or_default().into_iter().collect()),
        max_instance_lifetime: number(group.max_instance_lifetime).filter(|seconds| *seconds > 0),
        max_size: number(group.max_size),
        metrics_granularity: granularity,
        min_size: number(group.min_size),
        name: group.auto_scaling_group_name,
        placement_group: group.placement_group.filter(|name| !name.is_empty()),
        predicted_capacity: number(group.predicted_capacity),
        protect_from_scale_in: Some(group.new_instances_protected_from_scale_in.unwrap_or_default()),
        service_linked_role_arn: group.service_linked_role_arn,
        suspended_processes: Some(processes.into_iter().filter_map(|one| one.process_name).collect()),
        target_group_arns: Some(group.target_group_arns.unwrap_or_default().into_iter().collect()),
        termination_policies: group.termination_policies,
        traffic_source: Some(Blocks(
            sources
                .into_iter()
                .map(|source| table::TrafficSource { identifier: source.identifier, type_: source.r#type })
                .collect(),
        )),
        vpc_zone_identifier: Some(subnets.collect()),
        warm_pool_size: number(group.warm_pool_size),
        ..AutoscalingGroup::default()
    }
}

/// The blocks of a group.
fn policies(group: &Group, told: AutoscalingGroup) -> AutoscalingGroup {
    let zones = group.availability_zone_distribution.as_ref();
    let upkeep = group.instance_maintenance_policy.as_ref();
    AutoscalingGroup {
        availability_zone_distribution: one(zones.map(|zones| table::ZoneDistribution {
            capacity_distribution_strategy: zones
                .capacity_distribution_strategy
                .as_ref()
                .map(|word| word.as_str().to_owned()),
        })),
        capacity_reservation_specification: one(group
            .capacity_reservation_specification
            .clone()
            .map(reservations)),
        // Percentages of -1 say that there is no policy.
        instance_maintenance_policy: one(upkeep
            .filter(|upkeep| upkeep.min_healthy_percentage.is_some_and(|percent| percent >= 0))
            .map(|upkeep| table::MaintenancePolicy {
                max_healthy_percentage: number(upkeep.max_healthy_percentage),
                min_healthy_percentage: number(upkeep.min_healthy_percentage),
            })),
        launch_template: one(group.launch_template.clone().map(template)),
        mixed_instances_policy: one(group.mixed_instances_policy.clone().map(mixed::read)),
        warm_pool: one(group.warm_pool_configuration.clone().and_then(pool)),
        ..told
    }
}

fn template(told: LaunchTemplateSpecification) -> table::TemplateReference {
    table::TemplateReference {
        id: told.launch_template_id,
        name: told.launch_template_name,
        version: told.version,
    }
}

fn reservations(told: CapacityReservationSpecification) -> table::ReservationSpecification {
    table::ReservationSpecification {
        capacity_reservation_preference: told
            .capacity_reservation_preference
            .map(|word| word.as_str().to_owned()),
        capacity_reservation_target: one(told.capacity_reservation_target.map(|target| {
            table::ReservationTarget {
                capacity_reservation_ids: target.capacity_reservation_ids,
                capacity_reservation_resource_group_arns: target.capacity_reservation_resource_group_arns,
            }
        })),
    }
}

/// A warm pool that is on its way out is none any more.
fn pool(told: WarmPoolConfiguration) -> Option<table::WarmPool> {
    if told.status == Some(WarmPoolStatus::PendingDelete) {
        return None;
    }
    Some(table::WarmPool {
        instance_reuse_policy: one(told
            .instance_reuse_policy
            .map(|policy| table::ReusePolicy { reuse_on_scale_in: policy.reuse_on_scale_in })),
        max_group_prepared_capacity: number(told.max_group_prepared_capacity),
        min_size: number(told.min_size),
        pool_state: told.pool_state.map(|word| word.as_str().to_owned()),
    })
}
