//! What the API tells of an instance, as attributes.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    Instance as Described, InstanceAttributeName as Attribute, InstanceNetworkInterface as Interface,
    InstanceStateName, MonitoringState,
};
use relight_contract::{Block, Fault, Interest, Live, State};

use super::super::{
    CapacityReservation, CapacityReservationTarget, CpuOptions, CreditSpecification, EnclaveOptions,
    Instance, MaintenanceOptions, MetadataOptions, PrivateDnsNameOptions, TemplateReference,
};
use super::volumes::{self, Volumes};
use crate::api::ec2::{MOST_FILTERED, pairs};
use crate::api::{Effect, FaultOf, Site, Told, absent_is_none, one};

/// How the types begin that earn CPU credits. Source: Amazon EC2 user guide, "Burstable performance instances".
const BURSTABLE: &[&str] = &["t2.", "t3.", "t3a.", "t4g."];

/// The tag that EC2 itself sets on an instance which is made from a template.
const TEMPLATE: &str = "aws:ec2launchtemplate:id";

/// What is asked for all instances together.
struct Shared {
    volumes: Volumes,
    credits: BTreeMap<String, String>,
    /// Names of launch templates by id.
    templates: BTreeMap<String, String>,
}

/// The objects with what `DescribeInstances` does not tell.
pub(super) async fn complete(
    site: &Site,
    instances: Vec<Described>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let ids: Vec<String> = instances.iter().filter_map(|instance| instance.instance_id.clone()).collect();
    let (volumes, credits, templates) = tokio::try_join!(
        volumes::of(site, &ids, interest),
        credits(site, &instances, interest),
        templates(site, &instances, interest),
    )?;
    let shared = Shared { volumes, credits, templates };
    let mut items = Vec::with_capacity(instances.len());
    for instance in instances {
        let id = instance.instance_id.clone().unwrap_or_default();
        // One that is terminated meanwhile is no longer there.
        let Some(apart) = absent_is_none(apart(site, &id, interest).await)? else { continue };
        items.push(live(site, instance, &shared, apart).await?);
    }
    Ok(items)
}

async fn credits(
    site: &Site,
    instances: &[Described],
    interest: &Interest,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut credits = BTreeMap::new();
    if !interest.wants(&["credit_specification"]) {
        return Ok(credits);
    }
    let earns = |instance: &&Described| {
        let kind = instance.instance_type.as_ref().map(|kind| kind.as_str()).unwrap_or_default();
        BURSTABLE.iter().any(|family| kind.starts_with(family)) && is_there(instance)
    };
    let ids = instances.iter().filter(earns).filter_map(|instance| instance.instance_id.clone());
    for part in ids.collect::<Vec<_>>().chunks(MOST_FILTERED) {
        let asked = site.ec2().describe_instance_credit_specifications();
        let asked = asked.set_instance_ids(Some(part.to_vec()));
        let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
        let told = answered.and_then(|answered| answered.instance_credit_specifications).unwrap_or_default();
        credits.extend(told.into_iter().filter_map(|one| Some((one.instance_id?, one.cpu_credits?))));
    }
    Ok(credits)
}

/// Whether the instance is neither terminated nor about to be.
fn is_there(instance: &Described) -> bool {
    let state = instance.state.as_ref().and_then(|state| state.name.as_ref());
    !matches!(state, Some(InstanceStateName::ShuttingDown | InstanceStateName::Terminated))
}

fn marked(instance: &Described, key: &str) -> Option<String> {
    let tags = instance.tags.iter().flatten();
    tags.filter(|tag| tag.key.as_deref() == Some(key)).find_map(|tag| tag.value.clone())
}

async fn templates(
    site: &Site,
    instances: &[Described],
    interest: &Interest,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut templates = BTreeMap::new();
    if !interest.wants(&["launch_template"]) {
        return Ok(templates);
    }
    let mut ids: Vec<String> = instances.iter().filter_map(|instance| marked(instance, TEMPLATE)).collect();
    ids.sort();
    ids.dedup();
    // One at a time: a template that is gone would spoil the answer for all, and no filter takes ids.
    for id in ids {
        let asked = site.ec2().describe_launch_templates().launch_template_ids(&id);
        let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
        let told = answered.and_then(|answered| answered.launch_templates).unwrap_or_default();
        let name = told.into_iter().find_map(|template| template.launch_template_name);
        templates.extend(name.map(|name| (id, name)));
    }
    Ok(templates)
}

/// What only `DescribeInstanceAttribute` tells, an attribute at a time.
async fn apart(site: &Site, id: &str, interest: &Interest) -> Result<Instance, Fault> {
    let ask = async |fields: &[&str], name| {
        if !interest.wants(fields) {
            return Ok(None);
        }
        let asked = site.ec2().describe_instance_attribute().instance_id(id).attribute(name);
        asked.send().await.fault(Effect::None).map(Some)
    };
    let (stop, termination, shutdown, data) = tokio::try_join!(
        ask(&["disable_api_stop"], Attribute::DisableApiStop),
        ask(&["disable_api_termination"], Attribute::DisableApiTermination),
        ask(&["instance_initiated_shutdown_behavior"], Attribute::InstanceInitiatedShutdownBehavior),
        ask(&["user_data", "user_data_base64"], Attribute::UserData),
    )?;
    let data = data.and_then(|told| told.user_data?.value).filter(|data| !data.is_empty());
    Ok(Instance {
        disable_api_stop: stop.and_then(|told| told.disable_api_stop?.value),
        disable_api_termination: termination.and_then(|told| told.disable_api_termination?.value),
        instance_initiated_shutdown_behavior: shutdown
            .and_then(|told| told.instance_initiated_shutdown_behavior?.value),
        user_data: data.clone(),
        user_data_base64: data,
        ..Instance::default()
    })
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

async fn live(site: &Site, instance: Described, shared: &Shared, apart: Instance) -> Result<Live, Fault> {
    let id = instance.instance_id.clone().unwrap_or_default();
    let told = Told::of(pairs(instance.tags.clone()));
    let state = match instance.state.as_ref().and_then(|state| state.name.as_ref()) {
        Some(InstanceStateName::Pending | InstanceStateName::Stopping) => State::Pending,
        Some(InstanceStateName::ShuttingDown | InstanceStateName::Terminated) => State::Deleting,
        _ => State::Ready,
    };
    let mappings = instance.block_device_mappings.clone().unwrap_or_default();
    let root = instance.root_device_name.as_deref();
    let (root, others, volume_tags) = volumes::blocks(root, mappings, &shared.volumes);
    let template = marked(&instance, TEMPLATE).map(|id| TemplateReference {
        name: shared.templates.get(&id).cloned(),
        id: Some(id),
        version: None,
    });
    let credits = shared.credits.get(&id).cloned();
    let attributes = Instance {
        arn: Some(site.arn("ec2", &format!("instance/{id}")).await?),
        credit_specification: one(credits.map(|credits| CreditSpecification { cpu_credits: Some(credits) })),
        ebs_block_device: others,
        id: Some(id.clone()),
        launch_template: one(template),
        root_block_device: root,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        volume_tags,
        ..plain(instance, apart)
    };
    Ok(told.live(&id, attributes.to_object(), state))
}

/// What `DescribeInstances` tells as it stands.
fn plain(instance: Described, apart: Instance) -> Instance {
    let interfaces = instance.network_interfaces.clone().unwrap_or_default();
    let index = |interface: &Interface| interface.attachment.as_ref().and_then(|at| at.device_index);
    let primary = interfaces.into_iter().find(|interface| index(interface).unwrap_or(0) == 0);
    let placement = instance.placement.clone();
    let place = |text: fn(&aws_sdk_ec2::types::Placement) -> Option<&str>| {
        given(placement.as_ref().and_then(text).map(str::to_owned))
    };
    let groups = instance.security_groups.clone().unwrap_or_default();
    let monitoring = instance.monitoring.as_ref().and_then(|told| told.state.as_ref());
    let profile = instance.iam_instance_profile.as_ref().and_then(|profile| profile.arn.as_deref());
    let state = instance.state.as_ref().and_then(|state| state.name.as_ref());
    Instance {
        ami: instance.image_id.clone(),
        availability_zone: place(|placement| placement.availability_zone.as_deref()),
        ebs_optimized: instance.ebs_optimized,
        hibernation: Some(
            instance.hibernation_options.as_ref().and_then(|told| told.configured).unwrap_or_default(),
        ),
        host_id: place(|placement| placement.host_id.as_deref()),
        host_resource_group_arn: place(|placement| placement.host_resource_group_arn.as_deref()),
        iam_instance_profile: profile.and_then(|arn| arn.rsplit('/').next()).map(str::to_owned),
        instance_lifecycle: instance.instance_lifecycle.as_ref().map(|word| word.as_str().to_owned()),
        instance_state: state.map(|word| word.as_str().to_owned()),
        instance_type: instance.instance_type.as_ref().map(|word| word.as_str().to_owned()),
        key_name: given(instance.key_name.clone()),
        monitoring: Some(matches!(monitoring, Some(MonitoringState::Enabled | MonitoringState::Pending))),
        outpost_arn: given(instance.outpost_arn.clone()),
        placement_group: place(|placement| placement.group_name.as_deref()),
        placement_partition_number: placement
            .as_ref()
            .and_then(|placement| placement.partition_number)
            .map(i64::from),
        private_dns: given(instance.private_dns_name.clone()),
        private_ip: given(instance.private_ip_address.clone()),
        public_dns: given(instance.public_dns_name.clone()),
        public_ip: given(instance.public_ip_address.clone()),
        security_groups: Some(groups.iter().filter_map(|group| group.group_name.clone()).collect()),
        source_dest_check: instance.source_dest_check,
        spot_instance_request_id: given(instance.spot_instance_request_id.clone()),
        subnet_id: given(instance.subnet_id.clone()),
        tenancy: placement
            .as_ref()
            .and_then(|placement| placement.tenancy.as_ref())
            .map(|word| word.as_str().to_owned()),
        vpc_security_group_ids: Some(groups.into_iter().filter_map(|group| group.group_id).collect()),
        ..with_interface(primary, with_options(instance, apart))
    }
}

/// What the primary network interface tells.
fn with_interface(primary: Option<Interface>, rest: Instance) -> Instance {
    let Some(interface) = primary else { return rest };
    let v6 = interface.ipv6_addresses.unwrap_or_default();
    let stays = v6.iter().any(|address| address.is_primary_ipv6 == Some(true));
    let private = interface.private_ip_addresses.unwrap_or_default().into_iter();
    let more = private.filter(|address| address.primary != Some(true));
    Instance {
        enable_primary_ipv6: stays.then_some(true),
        ipv6_address_count: i64::try_from(v6.len()).ok(),
        ipv6_addresses: Some(v6.into_iter().filter_map(|address| address.ipv6_address).collect()),
        primary_network_interface_id: interface.network_interface_id,
        secondary_private_ips: Some(more.filter_map(|address| address.private_ip_address).collect()),
        ..rest
    }
}

/// The blocks of options.
fn with_options(instance: Described, rest: Instance) -> Instance {
    let word = |text: &str| text.to_owned();
    let reservation = instance.capacity_reservation_specification.map(|told| CapacityReservation {
        capacity_reservation_preference: told.capacity_reservation_preference.map(|told| word(told.as_str())),
        capacity_reservation_target: one(told.capacity_reservation_target.map(|target| {
            CapacityReservationTarget {
                capacity_reservation_id: target.capacity_reservation_id,
                capacity_reservation_resource_group_arn: target.capacity_reservation_resource_group_arn,
            }
        })),
    });
    let cpu = instance.cpu_options.map(|told| CpuOptions {
        amd_sev_snp: told.amd_sev_snp.map(|told| word(told.as_str())),
        core_count: told.core_count.map(i64::from),
        threads_per_core: told.threads_per_core.map(i64::from),
    });
    let metadata = instance.metadata_options.map(|told| MetadataOptions {
        http_endpoint: told.http_endpoint.map(|told| word(told.as_str())),
        http_protocol_ipv6: told.http_protocol_ipv6.map(|told| word(told.as_str())),
        http_put_response_hop_limit: told.http_put_response_hop_limit.map(i64::from),
        http_tokens: told.http_tokens.map(|told| word(told.as_str())),
        instance_metadata_tags: told.instance_metadata_tags.map(|told| word(told.as_str())),
    });
    let names = instance.private_dns_name_options.map(|told| PrivateDnsNameOptions {
        enable_resource_name_dns_a_record: told.enable_resource_name_dns_a_record,
        enable_resource_name_dns_aaaa_record: told.enable_resource_name_dns_aaaa_record,
        hostname_type: told.hostname_type.map(|told| word(told.as_str())),
    });
    Instance {
        capacity_reservation_specification: one(reservation),
        cpu_options: one(cpu),
        enclave_options: one(instance.enclave_options.map(|told| EnclaveOptions { enabled: told.enabled })),
        maintenance_options: one(instance.maintenance_options.map(|told| MaintenanceOptions {
            auto_recovery: told.auto_recovery.map(|told| word(told.as_str())),
        })),
        metadata_options: one(metadata),
        private_dns_name_options: one(names),
        ..rest
    }
}
