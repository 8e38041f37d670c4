//! Changes of groups.

use std::collections::BTreeSet;

use aws_sdk_autoscaling::types::Tag;
use relight_contract::{Answer, Block, BlockList, Blocks, Fault, Live, Object, Typed};

use super::super::{self as table, AutoscalingGroup, KIND};
use super::write;
use super::{capacity, handle, mixed, must_read, refresh};
use crate::api::{Effect, FaultOf, Site, accepted, becomes, first, int, shape};

/// The fields that `UpdateAutoScalingGroup` takes.
const FIELDS: &[&str] = &[
    "availability_zone_distribution",
    "availability_zones",
    "capacity_rebalance",
    "capacity_reservation_specification",
    "context",
    "default_cooldown",
    "default_instance_warmup",
    "desired_capacity",
    "desired_capacity_type",
    "health_check_grace_period",
    "health_check_type",
    "instance_maintenance_policy",
    "launch_configuration",
    "launch_template",
    "max_instance_lifetime",
    "max_size",
    "min_size",
    "mixed_instances_policy",
    "placement_group",
    "protect_from_scale_in",
    "service_linked_role_arn",
    "termination_policies",
    "vpc_zone_identifier",
];

/// The fields that are its size.
const SIZES: &[&str] = &["desired_capacity", "max_size", "min_size"];

/// The most load balancers that one call attaches or detaches.
/// Source: Amazon EC2 Auto Scaling API reference, `AttachTrafficSources`.
const MOST_ATTACHED: usize = 10;

/// Changes a group, and waits for its instances where its size changes.
pub(super) async fn update(
    site: &Site,
    name: &str,
    changes: &Object,
    attributes: &Object,
) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    let wanted = AutoscalingGroup::from_object(attributes).map_err(shape)?;
    let is_sized = SIZES.iter().any(|size| changes.contains(size));
    let last = match is_sized {
        true => capacity::last_activity(site, name).await?.and_then(|last| last.activity_id),
        false => None,
    };
    if FIELDS.iter().any(|field| changes.contains(field)) {
        own(site, name, changes).await?;
    }
    attachments(site, name, &live, changes).await?;
    tags(site, name, &live, changes).await?;
    metrics(site, name, &live, changes, &wanted).await?;
    processes(site, name, &live, changes).await?;
    if let Some(pool) = becomes::<BlockList<table::WarmPool>>(&KIND, changes, "warm_pool") {
        match first(&pool) {
            Some(pool) => write::put_pool(site, name, pool).await?,
            None => {
                let force = wanted.force_delete_warm_pool.unwrap_or_default();
                let asked = site.autoscaling().delete_warm_pool().auto_scaling_group_name(name);
                asked.force_delete(force).send().await.fault(Effect::Maybe)?;
            }
        }
    }
    if !refresh::begin(site, name, changes, &wanted).await? {
        return Ok(accepted(name, handle::REFRESH, super::LOOK_MILLISECONDS));
    }
    match is_sized {
        true => capacity::wait(site, name, capacity::begin(&wanted, last)?, &wanted).await,
        false => Ok(Answer::Object(must_read(site, name).await?)),
    }
}

/// Makes the size what the changes say.
pub(super) async fn resize(site: &Site, name: &str, changes: &Object) -> Result<(), Fault> {
    let mut sizes = changes.clone();
    sizes.retain(|field, _| SIZES.contains(&&**field));
    own(site, name, &sizes).await
}

/// What `UpdateAutoScalingGroup` changes. What is unset is told by a value of its own.
async fn own(site: &Site, name: &str, changes: &Object) -> Result<(), Fault> {
    let text = |field: &str| becomes::<String>(&KIND, changes, field);
    let unset =
        |field: &str, nothing: &str| text(field).map(|text| text.unwrap_or_else(|| nothing.to_owned()));
    let number = |field: &str| int(becomes::<i64>(&KIND, changes, field).flatten());
    let or = |field: &str, nothing: i64| {
        int(becomes::<i64>(&KIND, changes, field).map(|number| number.unwrap_or(nothing)))
    };
    let truth = |field: &str| becomes::<bool>(&KIND, changes, field).flatten();
    let zones = becomes::<BTreeSet<String>>(&KIND, changes, "availability_zones").flatten();
    let subnets = becomes::<BTreeSet<String>>(&KIND, changes, "vpc_zone_identifier").flatten();
    let policies = becomes::<Vec<String>>(&KIND, changes, "termination_policies");
    let policies = policies.map(|some| some.filter(|some| !some.is_empty()));
    let upkeep = becomes::<BlockList<_>>(&KIND, changes, "instance_maintenance_policy");
    let types = becomes::<BlockList<_>>(&KIND, changes, "mixed_instances_policy").flatten();
    let template = becomes::<BlockList<_>>(&KIND, changes, "launch_template").flatten();
    let reservations = becomes::<BlockList<_>>(&KIND, changes, "capacity_reservation_specification");
    let even = becomes::<BlockList<_>>(&KIND, changes, "availability_zone_distribution").flatten();
    let asked = site
        .autoscaling()
        .update_auto_scaling_group()
        .auto_scaling_group_name(name)
        .set_availability_zone_distribution(first(&even).map(write::zones))
        .set_availability_zones(zones.map(|zones| zones.into_iter().collect()))
        .set_capacity_rebalance(truth("capacity_rebalance"))
        .set_capacity_reservation_specification(first(&reservations.flatten()).map(write::reservations))
        .set_context(unset("context", ""))
        .set_default_cooldown(number("default_cooldown")?)
        .set_default_instance_warmup(or("default_instance_warmup", -1)?)
        .set_desired_capacity(number("desired_capacity")?)
        .set_desired_capacity_type(unset("desired_capacity_type", "units"))
        .set_health_check_grace_period(number("health_check_grace_period")?)
        .set_health_check_type(text("health_check_type").flatten())
        .set_instance_maintenance_policy(upkeep.map(|block| write::upkeep(first(&block))).transpose()?)
        .set_launch_configuration_name(text("launch_configuration").flatten())
        .set_launch_template(first(&template).map(write::template))
        .set_max_instance_lifetime(or("max_instance_lifetime", 0)?)
        .set_max_size(number("max_size")?)
        .set_min_size(number("min_size")?)
        .set_mixed_instances_policy(first(&types).map(mixed::write).transpose()?)
        .set_new_instances_protected_from_scale_in(truth("protect_from_scale_in"))
        .set_placement_group(unset("placement_group", ""))
        .set_service_linked_role_arn(text("service_linked_role_arn").flatten())
        .set_termination_policies(policies.map(|some| some.unwrap_or_else(|| vec!["Default".to_owned()])))
        .set_vpc_zone_identifier(write::subnets(&subnets));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// What is to be there and is not, and what is there and is not to be.
fn difference<T: PartialEq>(live: Vec<T>, wanted: Vec<T>) -> (Vec<T>, Vec<T>) {
    let missing = |some: &[T], one: &T| !some.contains(one);
    let (mut add, mut remove) = (wanted, live);
    let common: Vec<usize> =
        (0..add.len()).filter(|at| add.get(*at).is_some_and(|one| !missing(&remove, one))).collect();
    for at in common.into_iter().rev() {
        let one = add.remove(at);
        remove.retain(|other| *other != one);
    }
    (add, remove)
}

fn names(object: &Object, field: &str) -> Vec<String> {
    let names = object.get(field).and_then(BTreeSet::<String>::from_value).unwrap_or_default();
    names.into_iter().collect()
}

/// Load balancers of all sorts; each call takes ten at most.
async fn attachments(site: &Site, name: &str, live: &Live, changes: &Object) -> Result<(), Fault> {
    let api = site.autoscaling();
    if changes.contains("target_group_arns") {
        let (add, remove) =
            difference(names(&live.attributes, "target_group_arns"), names(changes, "target_group_arns"));
        for part in add.chunks(MOST_ATTACHED) {
            let asked = api.attach_load_balancer_target_groups().auto_scaling_group_name(name);
            asked.set_target_group_arns(Some(part.to_vec())).send().await.fault(Effect::Maybe)?;
        }
        for part in remove.chunks(MOST_ATTACHED) {
            let asked = api.detach_load_balancer_target_groups().auto_scaling_group_name(name);
            asked.set_target_group_arns(Some(part.to_vec())).send().await.fault(Effect::Maybe)?;
        }
    }
    if changes.contains("load_balancers") {
        let (add, remove) =
            difference(names(&live.attributes, "load_balancers"), names(changes, "load_balancers"));
        for part in add.chunks(MOST_ATTACHED) {
            let asked = api.attach_load_balancers().auto_scaling_group_name(name);
            asked.set_load_balancer_names(Some(part.to_vec())).send().await.fault(Effect::Maybe)?;
        }
        for part in remove.chunks(MOST_ATTACHED) {
            let asked = api.detach_load_balancers().auto_scaling_group_name(name);
            asked.set_load_balancer_names(Some(part.to_vec())).send().await.fault(Effect::Maybe)?;
        }
    }
    if changes.contains("traffic_source") {
        let sources = |object: &Object| {
            let blocks = object.get("traffic_source").and_then(Blocks::<table::TrafficSource>::from_value);
            blocks.map(|blocks| blocks.0).unwrap_or_default()
        };
        let (add, remove) = difference(sources(&live.attributes), sources(changes));
        for part in add.chunks(MOST_ATTACHED) {
            let asked = api.attach_traffic_sources().auto_scaling_group_name(name);
            let part = part.iter().map(write::source).collect();
            asked.set_traffic_sources(Some(part)).send().await.fault(Effect::Maybe)?;
        }
        for part in remove.chunks(MOST_ATTACHED) {
            let asked = api.detach_traffic_sources().auto_scaling_group_name(name);
            let part = part.iter().map(write::source).collect();
            asked.set_traffic_sources(Some(part)).send().await.fault(Effect::Maybe)?;
        }
    }
    Ok(())
}

async fn tags(site: &Site, name: &str, live: &Live, changes: &Object) -> Result<(), Fault> {
    let Some(wanted) = becomes::<Blocks<table::GroupTag>>(&KIND, changes, "tag") else { return Ok(()) };
    let wanted = wanted.map(|blocks| blocks.0).unwrap_or_default();
    let told = live.get("tag").and_then(Blocks::<table::GroupTag>::from_value);
    let (set, gone) = difference(told.map(|blocks| blocks.0).unwrap_or_default(), wanted.clone());
    if !set.is_empty() {
        let set = set.iter().map(|one| write::user_tag(name, one)).collect();
        let asked = site.autoscaling().create_or_update_tags().set_tags(Some(set));
        asked.send().await.fault(Effect::Maybe)?;
    }
    // One with another value keeps its key.
    let keeps = |key: &Option<String>| wanted.iter().any(|one| one.key == *key);
    let gone: Vec<Tag> =
        gone.iter().filter(|one| !keeps(&one.key)).map(|one| write::user_tag(name, one)).collect();
    if !gone.is_empty() {
        let asked = site.autoscaling().delete_tags().set_tags(Some(gone));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn metrics(
    site: &Site,
    name: &str,
    live: &Live,
    changes: &Object,
    wanted: &AutoscalingGroup,
) -> Result<(), Fault> {
    if !changes.contains("enabled_metrics") {
        return Ok(());
    }
    let (on, off) = difference(names(&live.attributes, "enabled_metrics"), names(changes, "enabled_metrics"));
    if !on.is_empty() {
        write::enable_metrics(site, name, on, wanted.metrics_granularity.as_deref()).await?;
    }
    if !off.is_empty() {
        let asked = site.autoscaling().disable_metrics_collection().auto_scaling_group_name(name);
        asked.set_metrics(Some(off)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn processes(site: &Site, name: &str, live: &Live, changes: &Object) -> Result<(), Fault> {
    if !changes.contains("suspended_processes") {
        return Ok(());
    }
    let told = names(&live.attributes, "suspended_processes");
    let (stop, go) = difference(told, names(changes, "suspended_processes"));
    if !stop.is_empty() {
        let asked = site.autoscaling().suspend_processes().auto_scaling_group_name(name);
        asked.set_scaling_processes(Some(stop)).send().await.fault(Effect::Maybe)?;
    }
    if !go.is_empty() {
        let asked = site.autoscaling().resume_processes().auto_scaling_group_name(name);
        asked.set_scaling_processes(Some(go)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
