//! Load balancers as the API tells them.

use aws_sdk_elasticloadbalancingv2::types::{
    AvailabilityZone, LoadBalancer as Told, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
};
use relight_contract::{Block, BlockList, Blocks, Fault, Interest, Live, Object, State, Typed};

use super::super::{self as table, KIND, LoadBalancer, LogDelivery};
use super::write::SWITCHES;
use crate::api::elb::{self, Attributes};
use crate::api::{Effect, FaultOf, Site, absent_is_none, merged};

/// What a page tells, and the tags.
pub(super) async fn tagged(site: &Site, told: Vec<Told>) -> Result<Vec<Live>, Fault> {
    let arns: Vec<String> = told.iter().filter_map(|one| one.load_balancer_arn.clone()).collect();
    let mut tags = elb::tags_of(site, &arns).await?;
    let live = |told: Told| {
        let arn = told.load_balancer_arn.clone().unwrap_or_default();
        let tags = tags.remove(&arn).unwrap_or_default();
        let state = match told.state.as_ref().and_then(|state| state.code.as_ref()) {
            Some(LoadBalancerStateEnum::Provisioning) => State::Pending,
            Some(LoadBalancerStateEnum::Failed) => State::Failed,
            _ => State::Ready,
        };
        let attributes = LoadBalancer {
            tags: Some(tags.user.clone()),
            tags_all: Some(tags.user.clone()),
            ..attributes(told)
        };
        tags.live(&arn, attributes.to_object(), state)
    };
    Ok(told.into_iter().map(live).collect())
}

fn attributes(told: Told) -> LoadBalancer {
    let zones = told.availability_zones.unwrap_or_default();
    let pool = told.ipam_pools.and_then(|pools| pools.ipv4_ipam_pool_id);
    LoadBalancer {
        arn_suffix: told.load_balancer_arn.as_deref().and_then(|arn| elb::suffix(arn, "loadbalancer/")),
        id: told.load_balancer_arn.clone(),
        arn: told.load_balancer_arn,
        customer_owned_ipv4_pool: told.customer_owned_ipv4_pool,
        dns_name: told.dns_name,
        enforce_security_group_inbound_rules_on_private_link_traffic: told
            .enforce_security_group_inbound_rules_on_private_link_traffic,
        internal: told.scheme.map(|scheme| scheme == LoadBalancerSchemeEnum::Internal),
        ip_address_type: told.ip_address_type.map(|word| word.as_str().to_owned()),
        ipam_pools: pool.map(|id| BlockList(vec![table::IpamPools { ipv4_ipam_pool_id: Some(id) }])),
        load_balancer_type: told.r#type.map(|word| word.as_str().to_owned()),
        name: told.load_balancer_name,
        security_groups: Some(told.security_groups.unwrap_or_default().into_iter().collect()),
        subnets: Some(zones.iter().filter_map(|zone| zone.subnet_id.clone()).collect()),
        subnet_mapping: Some(Blocks(zones.into_iter().map(mapping).collect())),
        vpc_id: told.vpc_id,
        zone_id: told.canonical_hosted_zone_id,
        ..LoadBalancer::default()
    }
}

/// A subnet, and the addresses that were asked for in it.
fn mapping(zone: AvailabilityZone) -> table::SubnetMapping {
    let address = zone.load_balancer_addresses.unwrap_or_default().into_iter().next();
    let (elastic, private, ipv6) = address.map_or((None, None, None), |address| {
        (address.allocation_id, address.private_ipv4_address, address.ipv6_address)
    });
    table::SubnetMapping {
        allocation_id: elastic,
        ipv6_address: ipv6,
        outpost_id: zone.outpost_id,
        private_ipv4_address: private,
        subnet_id: zone.subnet_id,
    }
}

/// A load balancer with what only calls for it tell; `None` for one that is gone meanwhile.
pub(super) async fn whole(site: &Site, live: Live, interest: &Interest) -> Result<Option<Live>, Fault> {
    let arn = &*live.native_id;
    let switches = async {
        if !interest.wants(table::SETTINGS) {
            return Ok(Some(Object::new()));
        }
        let asked = site.elb().describe_load_balancer_attributes().load_balancer_arn(arn);
        let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
        Ok::<_, Fault>(answered.map(|answered| {
            let told = answered.attributes.unwrap_or_default().into_iter();
            settings(&told.filter_map(|told| Some((told.key?, told.value?))).collect())
        }))
    };
    let capacity = async {
        if !interest.wants(&["minimum_load_balancer_capacity"]) {
            return Ok(None);
        }
        let asked = site.elb().describe_capacity_reservation().load_balancer_arn(arn);
        let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
        let minimum = answered.and_then(|answered| answered.minimum_load_balancer_capacity);
        Ok::<_, Fault>(minimum.and_then(|minimum| minimum.capacity_units))
    };
    let (switches, capacity) = tokio::try_join!(switches, capacity)?;
    let Some(mut details) = switches else { return Ok(None) };
    if let Some(units) = capacity.filter(|units| *units > 0) {
        let minimum = table::MinimumCapacity { capacity_units: Some(i64::from(units)) };
        details.insert("minimum_load_balancer_capacity", BlockList(vec![minimum]).to_value());
    }
    Ok(Some(Live { attributes: merged(live.attributes, &details), ..live }))
}

fn settings(told: &Attributes) -> Object {
    let mut settings = elb::told(&KIND, SWITCHES, told);
    for name in ["access_logs", "connection_logs"] {
        let of = |end: &str| told.get(&format!("{name}.s3.{end}")).filter(|text| !text.is_empty()).cloned();
        let enabled = of("enabled").is_some_and(|enabled| enabled == "true");
        let log = LogDelivery { bucket: of("bucket"), enabled: Some(enabled), prefix: of("prefix") };
        if enabled || log.bucket.is_some() {
            settings.insert(name, BlockList(vec![log]).to_value());
        }
    }
    settings
}
