//! Creations and changes of load balancers.

use aws_sdk_elasticloadbalancingv2::types::EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum as Enforce;
use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, IpamPools, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
    MinimumLoadBalancerCapacity, RemoveIpamPoolEnum, SubnetMapping,
};
use relight_contract::{Block, BlockList, Blocks, Fault, Live, Object, Owner, Value};
use std::collections::BTreeSet;

use super::super::{self as table, KIND, LoadBalancer, LogDelivery};
use crate::api::elb::{self, Attributes, Switch, once, tag};
use crate::api::{Effect, FaultOf, Site, becomes, int, made, shape, tags};

const APPLICATION: &[&str] = &["application"];

/// Fields that are attributes of a load balancer.
/// Source: Elastic Load Balancing API reference, `LoadBalancerAttribute`.
pub(super) const SWITCHES: &[Switch] = &[
    Switch::new("client_keep_alive", "client_keep_alive.seconds", APPLICATION),
    Switch::new("desync_mitigation_mode", "routing.http.desync_mitigation_mode", APPLICATION),
    Switch::new("dns_record_client_routing_policy", "dns_record.client_routing_policy", &["network"]),
    Switch::new("drop_invalid_header_fields", "routing.http.drop_invalid_header_fields.enabled", APPLICATION),
    Switch::new(
        "enable_cross_zone_load_balancing",
        "load_balancing.cross_zone.enabled",
        &["gateway", "network"],
    ),
    Switch::new("enable_deletion_protection", "deletion_protection.enabled", &[]),
    Switch::new("enable_http2", "routing.http2.enabled", APPLICATION),
    Switch::new(
        "enable_tls_version_and_cipher_suite_headers",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        APPLICATION,
    ),
    Switch::new("enable_waf_fail_open", "waf.fail_open.enabled", APPLICATION),
    Switch::new("enable_xff_client_port", "routing.http.xff_client_port.enabled", APPLICATION),
    Switch::new("enable_zonal_shift", "zonal_shift.config.enabled", &["application", "network"]),
    Switch::new("idle_timeout", "idle_timeout.timeout_seconds", APPLICATION),
    Switch::new("preserve_host_header", "routing.http.preserve_host_header.enabled", APPLICATION),
    Switch::new("xff_header_processing_mode", "routing.http.xff_header_processing.mode", APPLICATION),
];

/// Creates a load balancer, and tells its ARN.
pub(super) async fn create(
    site: &Site,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<String, Fault> {
    let wanted = LoadBalancer::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let scheme = match wanted.internal {
        Some(true) => LoadBalancerSchemeEnum::Internal,
        _ => LoadBalancerSchemeEnum::InternetFacing,
    };
    let is_gateway = wanted.load_balancer_type.as_deref() == Some("gateway");
    let asked = site
        .elb()
        .create_load_balancer()
        .set_name(wanted.name)
        .set_type(wanted.load_balancer_type.as_deref().map(LoadBalancerTypeEnum::from))
        .set_scheme(Some(scheme).filter(|_| !is_gateway))
        .set_ip_address_type(wanted.ip_address_type.as_deref().map(IpAddressType::from))
        .set_security_groups(some(wanted.security_groups))
        .set_subnets(some(wanted.subnets))
        .set_subnet_mappings(wanted.subnet_mapping.map(mappings))
        .set_customer_owned_ipv4_pool(wanted.customer_owned_ipv4_pool)
        .set_ipam_pools(wanted.ipam_pools.and_then(pools))
        .set_tags(Some(marks));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let first = answered.load_balancers.unwrap_or_default().into_iter().next();
    made(first.and_then(|first| first.load_balancer_arn), "a load balancer")
}

fn some(names: Option<BTreeSet<String>>) -> Option<Vec<String>> {
    names.filter(|names| !names.is_empty()).map(|names| names.into_iter().collect())
}

fn mappings(blocks: Blocks<table::SubnetMapping>) -> Vec<SubnetMapping> {
    let mapping = |block: table::SubnetMapping| {
        SubnetMapping::builder()
            .set_subnet_id(block.subnet_id)
            .set_allocation_id(block.allocation_id)
            .set_private_ipv4_address(block.private_ipv4_address)
            .set_ipv6_address(block.ipv6_address)
            .build()
    };
    blocks.0.into_iter().map(mapping).collect()
}

fn pools(blocks: BlockList<table::IpamPools>) -> Option<IpamPools> {
    let block = blocks.0.into_iter().next()?;
    Some(IpamPools::builder().set_ipv4_ipam_pool_id(block.ipv4_ipam_pool_id).build())
}

/// Makes attributes, and capacity that is kept ready, what the changed fields say.
pub(super) async fn settings(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let sort = live.get("load_balancer_type").and_then(Value::as_str).unwrap_or_default();
    let mut wanted = elb::wanted(&KIND, SWITCHES, changes, sort);
    for name in ["access_logs", "connection_logs"] {
        if let Some(block) = becomes::<BlockList<LogDelivery>>(&KIND, changes, name) {
            log(name, block.and_then(|block| block.0.into_iter().next()), &mut wanted);
        }
    }
    if !wanted.is_empty() {
        let attributes = wanted
            .into_iter()
            .map(|(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build())
            .collect();
        let asked = site.elb().modify_load_balancer_attributes().load_balancer_arn(&*live.native_id);
        asked.set_attributes(Some(attributes)).send().await.fault(Effect::Maybe)?;
    }
    let capacity =
        becomes::<BlockList<table::MinimumCapacity>>(&KIND, changes, "minimum_load_balancer_capacity");
    if let Some(block) = capacity {
        let units = int(block.and_then(|block| block.0.into_iter().next()?.capacity_units))?;
        let minimum = units.map(|units| MinimumLoadBalancerCapacity::builder().capacity_units(units).build());
        let asked = site.elb().modify_capacity_reservation().load_balancer_arn(&*live.native_id);
        asked
            .set_reset_capacity_reservation(minimum.is_none().then_some(true))
            .set_minimum_load_balancer_capacity(minimum)
            .send()
            .await
            .fault(Effect::Maybe)?;
    }
    Ok(())
}

fn log(name: &str, block: Option<LogDelivery>, wanted: &mut Attributes) {
    let block = block.unwrap_or_default();
    let enabled = block.enabled.unwrap_or_default();
    wanted.insert(format!("{name}.s3.enabled"), enabled.to_string());
    if let Some(bucket) = block.bucket {
        wanted.insert(format!("{name}.s3.bucket"), bucket);
        wanted.insert(format!("{name}.s3.prefix"), block.prefix.unwrap_or_default());
    }
}

/// Makes subnets, security groups and addresses what the changed fields say.
pub(super) async fn network(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let arn = &*live.native_id;
    let address = becomes::<String>(&KIND, changes, "ip_address_type").flatten();
    let address = address.as_deref().map(IpAddressType::from);
    let subnets = becomes::<BTreeSet<String>>(&KIND, changes, "subnets").flatten();
    let mapped = becomes::<Blocks<table::SubnetMapping>>(&KIND, changes, "subnet_mapping").flatten();
    if subnets.is_some() || mapped.is_some() {
        let asked = site.elb().set_subnets().load_balancer_arn(arn).set_subnets(some(subnets));
        asked.set_subnet_mappings(mapped.map(mappings)).send().await.fault(Effect::Maybe)?;
    }
    if let Some(address) = address {
        let asked = site.elb().set_ip_address_type().load_balancer_arn(arn).ip_address_type(address);
        asked.send().await.fault(Effect::Maybe)?;
    }
    let enforce = "enforce_security_group_inbound_rules_on_private_link_traffic";
    let enforced = becomes::<String>(&KIND, changes, enforce).flatten();
    if changes.contains("security_groups") || enforced.is_some() {
        let groups = becomes::<BTreeSet<String>>(&KIND, changes, "security_groups").flatten();
        let groups =
            groups.or_else(|| live.get("security_groups").and_then(relight_contract::Typed::from_value));
        let asked = site.elb().set_security_groups().load_balancer_arn(arn);
        let asked = asked.set_security_groups(Some(groups.unwrap_or_default().into_iter().collect()));
        let enforced = enforced.as_deref().map(Enforce::from);
        asked
            .set_enforce_security_group_inbound_rules_on_private_link_traffic(enforced)
            .send()
            .await
            .fault(Effect::Maybe)?;
    }
    if let Some(block) = becomes::<BlockList<table::IpamPools>>(&KIND, changes, "ipam_pools") {
        let pools = block.and_then(pools);
        let removed = pools.is_none().then(|| vec![RemoveIpamPoolEnum::Ipv4]);
        let asked = site.elb().modify_ip_pools().load_balancer_arn(arn).set_ipam_pools(pools);
        asked.set_remove_ipam_pools(removed).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
