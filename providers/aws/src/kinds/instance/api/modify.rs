//! Changes of an instance: those that it takes while it runs, and those that need a stop.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, HostnameType, HttpTokensState, IamInstanceProfileSpecification,
    InstanceAutoRecoveryState, InstanceCreditSpecificationRequest, InstanceMetadataEndpointState,
    InstanceMetadataProtocolState, InstanceMetadataTagsState, SecureBlobAttributeValue,
};
use aws_smithy_types::{Blob, base64};
use relight_contract::{Block, BlockList, Fault, FaultKind, Live, Object, Typed, Value, canonical};

use super::super::{
    CreditSpecification, Instance, KIND, MaintenanceOptions, MetadataOptions, PrivateDnsNameOptions,
};
use super::volumes;
use super::write::{reservation, user_data};
use crate::api::ec2::{filter, update_tags};
use crate::api::{Effect, FaultOf, Site, absent_is_none, becomes, first, int, shape, word};

/// Fields that only a stopped instance takes.
const STOPPED: &[&str] = &[
    "capacity_reservation_specification",
    "host_resource_group_arn",
    "instance_type",
    "private_dns_name_options",
    "user_data",
    "user_data_base64",
];

/// What of `wanted` the instance takes only while it is stopped, and is not yet so.
pub(super) fn while_stopped(live: &Live, wanted: &Object) -> Object {
    let mut wanted = wanted.clone();
    wanted.retain(|name, value| STOPPED.contains(&&**name) && differs(live, name, value));
    wanted
}

fn differs(live: &Live, name: &str, wanted: &Value) -> bool {
    let Some(row) = KIND.field(name) else { return false };
    let unset = Value::Null(row.ty());
    !canonical::same(row, wanted, live.get(name).unwrap_or(&unset))
}

/// Goes on with a creation: sets what `RunInstances` does not take.
pub(super) async fn complete(site: &Site, live: &Live, attributes: &Object) -> Result<(), Fault> {
    let mut lacking = attributes.clone();
    lacking.retain(|name, value| {
        let late = matches!(&**name, "ebs_block_device" | "root_block_device" | "source_dest_check");
        late && !value.is_null() && differs(live, name, value)
    });
    running(site, live, &lacking, attributes).await
}

/// Changes that the instance takes as it is. `attributes` are the fields as they are to be.
pub(super) async fn running(
    site: &Site,
    live: &Live,
    changes: &Object,
    attributes: &Object,
) -> Result<(), Fault> {
    let id = &*live.native_id;
    update_tags(site, id, live, changes).await?;
    switches(site, id, changes).await?;
    interface(site, live, changes).await?;
    if let Some(profile) = becomes::<String>(&KIND, changes, "iam_instance_profile") {
        set_profile(site, id, profile.filter(|name| !name.is_empty())).await?;
    }
    if let Some(Some(on)) = becomes::<bool>(&KIND, changes, "monitoring") {
        match on {
            true => drop(site.ec2().monitor_instances().instance_ids(id).send().await.fault(Effect::Maybe)?),
            false => {
                drop(site.ec2().unmonitor_instances().instance_ids(id).send().await.fault(Effect::Maybe)?)
            }
        }
    }
    options(site, id, changes, attributes).await?;
    volumes::set(site, live, changes).await?;
    volumes::set_common_tags(site, live, changes).await
}

/// What `ModifyInstanceAttribute` sets, one attribute to a call.
pub(super) async fn switches(site: &Site, id: &str, changes: &Object) -> Result<(), Fault> {
    for name in ["disable_api_stop", "disable_api_termination", "source_dest_check"] {
        let Some(Some(wanted)) = becomes::<bool>(&KIND, changes, name) else { continue };
        let value = AttributeBooleanValue::builder().value(wanted).build();
        let asked = site.ec2().modify_instance_attribute().instance_id(id);
        let asked = match name {
            "disable_api_stop" => asked.disable_api_stop(value),
            "disable_api_termination" => asked.disable_api_termination(value),
            _ => asked.source_dest_check(value),
        };
        asked.send().await.fault(Effect::Maybe)?;
    }
    let shutdown = becomes::<String>(&KIND, changes, "instance_initiated_shutdown_behavior").flatten();
    if let Some(word) = shutdown {
        let value = AttributeValue::builder().value(word).build();
        let asked = site.ec2().modify_instance_attribute().instance_id(id);
        asked.instance_initiated_shutdown_behavior(value).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Security groups and addresses: they are those of the primary network interface.
async fn interface(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let groups = becomes::<BTreeSet<String>>(&KIND, changes, "vpc_security_group_ids").flatten();
    let private = becomes::<BTreeSet<String>>(&KIND, changes, "secondary_private_ips").flatten();
    let count = becomes::<i64>(&KIND, changes, "ipv6_address_count").flatten();
    if groups.is_none() && private.is_none() && count.is_none() {
        return Ok(());
    }
    let Some(interface) = live.get("primary_network_interface_id").and_then(Value::as_str) else {
        let text = format!("{} has no network interface", live.native_id);
        return Err(Fault::new(FaultKind::Conflict, text));
    };
    if let Some(groups) = groups {
        let asked = site.ec2().modify_network_interface_attribute().network_interface_id(interface);
        asked.set_groups(Some(groups.into_iter().collect())).send().await.fault(Effect::Maybe)?;
    }
    if let Some(wanted) = private {
        set_private(site, live, interface, &wanted).await?;
    }
    match count {
        Some(wanted) => set_count(site, live, interface, wanted).await,
        None => Ok(()),
    }
}

async fn set_private(
    site: &Site,
    live: &Live,
    interface: &str,
    wanted: &BTreeSet<String>,
) -> Result<(), Fault> {
    let has = live.get("secondary_private_ips").and_then(BTreeSet::<String>::from_value).unwrap_or_default();
    let more: Vec<String> = wanted.difference(&has).cloned().collect();
    let less: Vec<String> = has.difference(wanted).cloned().collect();
    if !less.is_empty() {
        let asked = site.ec2().unassign_private_ip_addresses().network_interface_id(interface);
        asked.set_private_ip_addresses(Some(less)).send().await.fault(Effect::Maybe)?;
    }
    if !more.is_empty() {
        let asked = site.ec2().assign_private_ip_addresses().network_interface_id(interface);
        asked.set_private_ip_addresses(Some(more)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Addresses come by number and go by name: the last ones go.
async fn set_count(site: &Site, live: &Live, interface: &str, wanted: i64) -> Result<(), Fault> {
    let has = live.get("ipv6_addresses").and_then(Vec::<String>::from_value).unwrap_or_default();
    let wanted = usize::try_from(wanted).unwrap_or_default();
    if let Some(less) = has.get(wanted..).filter(|less| !less.is_empty()) {
        let asked = site.ec2().unassign_ipv6_addresses().network_interface_id(interface);
        asked.set_ipv6_addresses(Some(less.to_vec())).send().await.fault(Effect::Maybe)?;
    }
    if wanted > has.len() {
        let more = i64::try_from(wanted - has.len()).ok();
        let asked = site.ec2().assign_ipv6_addresses().network_interface_id(interface);
        asked.set_ipv6_address_count(int(more)?).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Gives the instance another profile, or takes its profile away.
async fn set_profile(site: &Site, id: &str, wanted: Option<String>) -> Result<(), Fault> {
    let of_instance = filter("instance-id", [id.to_owned()]);
    let in_use = filter("state", ["associating".to_owned(), "associated".to_owned()]);
    let asked = site.ec2().describe_iam_instance_profile_associations().filters(of_instance).filters(in_use);
    let answered = asked.send().await.fault(Effect::None)?;
    let associations = answered.iam_instance_profile_associations.unwrap_or_default();
    let association = associations.into_iter().find_map(|association| association.association_id);
    let profile = wanted.map(|name| IamInstanceProfileSpecification::builder().name(name).build());
    match (association, profile) {
        (Some(association), Some(profile)) => {
            let asked = site.ec2().replace_iam_instance_profile_association().association_id(association);
            asked.iam_instance_profile(profile).send().await.fault(Effect::Maybe).map(drop)
        }
        (None, Some(profile)) => {
            let asked = site.ec2().associate_iam_instance_profile().instance_id(id);
            asked.iam_instance_profile(profile).send().await.fault(Effect::Maybe).map(drop)
        }
        (Some(association), None) => {
            let asked = site.ec2().disassociate_iam_instance_profile().association_id(association);
            absent_is_none(asked.send().await.fault(Effect::Maybe)).map(drop)
        }
        (None, None) => Ok(()),
    }
}

fn block<T: relight_contract::Block>(changes: &Object, name: &str) -> Option<T> {
    let blocks = becomes::<BlockList<T>>(&KIND, changes, name).flatten()?;
    blocks.0.into_iter().next()
}

/// The blocks of options that a running instance takes.
async fn options(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<(), Fault> {
    if let Some(wanted) = block::<CreditSpecification>(changes, "credit_specification") {
        let credits = InstanceCreditSpecificationRequest::builder().instance_id(id);
        let credits = credits.set_cpu_credits(wanted.cpu_credits).build();
        let asked = site.ec2().modify_instance_credit_specification();
        asked.instance_credit_specifications(credits).send().await.fault(Effect::Maybe)?;
    }
    if let Some(wanted) = block::<MaintenanceOptions>(changes, "maintenance_options") {
        let recovery = word::<InstanceAutoRecoveryState>(&wanted.auto_recovery);
        let asked = site.ec2().modify_instance_maintenance_options().instance_id(id);
        asked.set_auto_recovery(recovery).send().await.fault(Effect::Maybe)?;
    }
    if changes.contains("metadata_options")
        && let Some(wanted) = block::<MetadataOptions>(attributes, "metadata_options")
    {
        let asked = site
            .ec2()
            .modify_instance_metadata_options()
            .instance_id(id)
            .set_http_endpoint(word::<InstanceMetadataEndpointState>(&wanted.http_endpoint))
            .set_http_protocol_ipv6(word::<InstanceMetadataProtocolState>(&wanted.http_protocol_ipv6))
            .set_http_put_response_hop_limit(int(wanted.http_put_response_hop_limit)?)
            .set_http_tokens(word::<HttpTokensState>(&wanted.http_tokens))
            .set_instance_metadata_tags(word::<InstanceMetadataTagsState>(&wanted.instance_metadata_tags));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Changes of a stopped instance.
pub(super) async fn stopped(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let id = &*live.native_id;
    let wanted = Instance::from_object(changes).map_err(shape)?;
    if let Some(kind) = &wanted.instance_type {
        let value = AttributeValue::builder().value(kind).build();
        let asked = site.ec2().modify_instance_attribute().instance_id(id).instance_type(value);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if changes.contains("user_data") || changes.contains("user_data_base64") {
        // The API takes the bytes, and itself makes base64 of them.
        let bytes = base64::decode(user_data(&wanted).unwrap_or_default());
        let bytes = bytes.map_err(|error| Fault::new(FaultKind::Invalid, error.to_string()))?;
        let value = SecureBlobAttributeValue::builder().value(Blob::new(bytes)).build();
        let asked = site.ec2().modify_instance_attribute().instance_id(id).user_data(value);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if let Some(group) = &wanted.host_resource_group_arn {
        let asked = site.ec2().modify_instance_placement().instance_id(id).host_resource_group_arn(group);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if let Some(block) = first(&wanted.capacity_reservation_specification) {
        let asked = site.ec2().modify_instance_capacity_reservation_attributes().instance_id(id);
        let asked = asked.capacity_reservation_specification(reservation(block));
        asked.send().await.fault(Effect::Maybe)?;
    }
    if let Some(names) = block::<PrivateDnsNameOptions>(changes, "private_dns_name_options") {
        let asked = site
            .ec2()
            .modify_private_dns_name_options()
            .instance_id(id)
            .set_enable_resource_name_dns_a_record(names.enable_resource_name_dns_a_record)
            .set_enable_resource_name_dns_aaaa_record(names.enable_resource_name_dns_aaaa_record)
            .set_private_dns_hostname_type(word::<HostnameType>(&names.hostname_type));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
