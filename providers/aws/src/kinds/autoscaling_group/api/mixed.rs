//! Several instance types, both ways.

use aws_sdk_autoscaling::types::{
    InstancesDistribution, LaunchTemplate, LaunchTemplateOverrides, LaunchTemplateSpecification,
    MixedInstancesPolicy,
};
use relight_contract::{BlockList, Fault};

use super::super as table;
use super::requirements;
use crate::api::{first, int, one};

/// The policy as calls take it.
pub(super) fn write(policy: &table::MixedInstancesPolicy) -> Result<MixedInstancesPolicy, Fault> {
    let distribution = first(&policy.instances_distribution).map(|wanted| {
        Ok::<_, Fault>(
            InstancesDistribution::builder()
                .set_on_demand_allocation_strategy(wanted.on_demand_allocation_strategy.clone())
                .set_on_demand_base_capacity(int(wanted.on_demand_base_capacity)?)
                .set_on_demand_percentage_above_base_capacity(int(
                    wanted.on_demand_percentage_above_base_capacity
                )?)
                .set_spot_allocation_strategy(wanted.spot_allocation_strategy.clone())
                .set_spot_instance_pools(int(wanted.spot_instance_pools.filter(|pools| *pools > 0))?)
                .set_spot_max_price(wanted.spot_max_price.clone())
                .build(),
        )
    });
    let template = first(&policy.launch_template).map(|wanted| {
        let types = wanted.override_.iter().flat_map(|types| &types.0).map(write_override);
        let types: Result<Vec<LaunchTemplateOverrides>, Fault> = types.collect();
        Ok::<_, Fault>(
            LaunchTemplate::builder()
                .set_launch_template_specification(
                    first(&wanted.launch_template_specification).map(write_template),
                )
                .set_overrides(Some(types?).filter(|types| !types.is_empty()))
                .build(),
        )
    });
    Ok(MixedInstancesPolicy::builder()
        .set_instances_distribution(distribution.transpose()?)
        .set_launch_template(template.transpose()?)
        .build())
}

fn write_template(wanted: &table::TemplateSpecification) -> LaunchTemplateSpecification {
    let id = wanted.launch_template_id.clone().filter(|id| !id.is_empty());
    LaunchTemplateSpecification::builder()
        .set_launch_template_name(wanted.launch_template_name.clone().filter(|_| id.is_none()))
        .set_launch_template_id(id)
        .set_version(wanted.version.clone())
        .build()
}

fn write_override(wanted: &table::TemplateOverride) -> Result<LaunchTemplateOverrides, Fault> {
    Ok(LaunchTemplateOverrides::builder()
        .set_instance_type(wanted.instance_type.clone())
        .set_weighted_capacity(wanted.weighted_capacity.clone())
        .set_launch_template_specification(first(&wanted.launch_template_specification).map(write_template))
        .set_instance_requirements(first(&wanted.instance_requirements).map(requirements::write).transpose()?)
        .build())
}

/// The policy as the API tells it.
pub(super) fn read(told: MixedInstancesPolicy) -> table::MixedInstancesPolicy {
    table::MixedInstancesPolicy {
        instances_distribution: one(told.instances_distribution.map(|told| table::InstancesDistribution {
            on_demand_allocation_strategy: told.on_demand_allocation_strategy,
            on_demand_base_capacity: told.on_demand_base_capacity.map(i64::from),
            on_demand_percentage_above_base_capacity: told
                .on_demand_percentage_above_base_capacity
                .map(i64::from),
            spot_allocation_strategy: told.spot_allocation_strategy,
            spot_instance_pools: told.spot_instance_pools.map(i64::from),
            spot_max_price: told.spot_max_price.filter(|price| !price.is_empty()),
        })),
        launch_template: one(told.launch_template.map(|told| {
            let types = told.overrides.unwrap_or_default().into_iter().map(read_override).collect();
            table::MixedTemplate {
                launch_template_specification: one(told.launch_template_specification.map(read_template)),
                override_: Some(BlockList(types)),
            }
        })),
    }
}

fn read_template(told: LaunchTemplateSpecification) -> table::TemplateSpecification {
    table::TemplateSpecification {
        launch_template_id: told.launch_template_id,
        launch_template_name: told.launch_template_name,
        version: told.version,
    }
}

fn read_override(told: LaunchTemplateOverrides) -> table::TemplateOverride {
    table::TemplateOverride {
        instance_requirements: one(told.instance_requirements.map(requirements::read)),
        instance_type: told.instance_type,
        launch_template_specification: one(told.launch_template_specification.map(read_template)),
        weighted_capacity: told.weighted_capacity,
    }
}
