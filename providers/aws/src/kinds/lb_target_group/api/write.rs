//! Creations and changes of target groups.

use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetGroupAttribute, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use relight_contract::{Block, BlockList, Fault, Live, Object, Owner, Value};

use super::super::{self as table, KIND, TargetGroup};
use crate::api::elb::{self, Attributes, Switch, once, tag};
use crate::api::{Effect, FaultOf, Site, becomes, int, made, shape, tags};

/// The sorts of target groups that differ in their attributes.
const HTTP: &str = "http";
const NETWORK: &str = "network";
const GATEWAY: &str = "gateway";
const FUNCTION: &str = "function";

/// Fields that are attributes of a target group.
/// Source: Elastic Load Balancing API reference, `TargetGroupAttribute`.
pub(super) const SWITCHES: &[Switch] = &[
    Switch::new("connection_termination", "deregistration_delay.connection_termination.enabled", &[NETWORK]),
    Switch::new("deregistration_delay", "deregistration_delay.timeout_seconds", &[HTTP, NETWORK, GATEWAY]),
    Switch::new("lambda_multi_value_headers_enabled", "lambda.multi_value_headers.enabled", &[FUNCTION]),
    Switch::new("load_balancing_algorithm_type", "load_balancing.algorithm.type", &[HTTP]),
    Switch::new("load_balancing_anomaly_mitigation", "load_balancing.algorithm.anomaly_mitigation", &[HTTP]),
    Switch::new("load_balancing_cross_zone_enabled", "load_balancing.cross_zone.enabled", &[HTTP, NETWORK]),
    Switch::new("preserve_client_ip", "preserve_client_ip.enabled", &[NETWORK]),
    Switch::new("proxy_protocol_v2", "proxy_protocol_v2.enabled", &[NETWORK]),
    Switch::new("slow_start", "slow_start.duration_seconds", &[HTTP]),
];

fn sort(live: &Live) -> &'static str {
    let is_function = live.get("target_type").and_then(Value::as_str) == Some("lambda");
    match live.get("protocol").and_then(Value::as_str) {
        _ if is_function => FUNCTION,
        Some("HTTP" | "HTTPS") => HTTP,
        Some("GENEVE") => GATEWAY,
        _ => NETWORK,
    }
}

/// Creates a target group, and tells its ARN.
pub(super) async fn create(
    site: &Site,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<String, Fault> {
    let wanted = TargetGroup::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let is_function = wanted.target_type.as_deref() == Some("lambda");
    let is_http = matches!(wanted.protocol.as_deref(), Some("HTTP" | "HTTPS"));
    let version = wanted.protocol_version.filter(|_| is_http).map(|version| version.to_uppercase());
    let speaks_grpc = version.as_deref() == Some("GRPC");
    let asked = site
        .elb()
        .create_target_group()
        .set_name(wanted.name)
        .set_target_type(wanted.target_type.as_deref().map(TargetTypeEnum::from))
        .set_ip_address_type(wanted.ip_address_type.as_deref().map(TargetGroupIpAddressTypeEnum::from))
        .set_tags(Some(marks));
    let asked = match is_function {
        true => asked,
        false => asked
            .set_protocol(wanted.protocol.as_deref().map(ProtocolEnum::from))
            .set_protocol_version(version)
            .set_port(int(wanted.port)?)
            .set_vpc_id(wanted.vpc_id),
    };
    let check = wanted.health_check.and_then(|blocks| blocks.0.into_iter().next());
    let asked = match check.map(|check| Check::new(check, is_function, speaks_grpc)).transpose()? {
        None => asked,
        Some(check) => asked
            .set_health_check_enabled(check.enabled)
            .set_health_check_interval_seconds(check.interval)
            .set_health_check_timeout_seconds(check.timeout)
            .set_healthy_threshold_count(check.healthy)
            .set_unhealthy_threshold_count(check.unhealthy)
            .set_health_check_path(check.path)
            .set_health_check_port(check.port)
            .set_health_check_protocol(check.protocol)
            .set_matcher(check.matcher),
    };
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let first = answered.target_groups.unwrap_or_default().into_iter().next();
    made(first.and_then(|first| first.target_group_arn), "a target group")
}

/// A health check as calls take it: what the block leaves out is at its default, as far as the table has one.
struct Check {
    enabled: Option<bool>,
    interval: Option<i32>,
    timeout: Option<i32>,
    healthy: Option<i32>,
    unhealthy: Option<i32>,
    path: Option<String>,
    port: Option<String>,
    protocol: Option<ProtocolEnum>,
    matcher: Option<Matcher>,
}

impl Check {
    fn new(check: table::HealthCheck, is_function: bool, speaks_grpc: bool) -> Result<Check, Fault> {
        let protocol = check.protocol.as_deref().unwrap_or("HTTP").to_uppercase();
        // A check by connection asks for no page.
        let asks = protocol != "TCP";
        let codes = check.matcher.filter(|codes| asks && !codes.is_empty());
        let matcher = codes.map(|codes| match speaks_grpc {
            true => Matcher::builder().grpc_code(codes).build(),
            false => Matcher::builder().http_code(codes).build(),
        });
        Ok(Check {
            enabled: Some(check.enabled.unwrap_or(true)),
            interval: int(Some(check.interval.unwrap_or(30)))?,
            timeout: int(check.timeout.filter(|timeout| *timeout > 0))?,
            healthy: int(Some(check.healthy_threshold.unwrap_or(3)))?,
            unhealthy: int(Some(check.unhealthy_threshold.unwrap_or(3)))?,
            path: check.path.filter(|path| asks && !path.is_empty()),
            port: check.port.or_else(|| Some("traffic-port".to_owned())).filter(|_| !is_function),
            protocol: Some(ProtocolEnum::from(protocol.as_str())).filter(|_| !is_function),
            matcher,
        })
    }
}

/// Makes the health check what the changed field says.
pub(super) async fn health_check(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let block = becomes::<BlockList<table::HealthCheck>>(&KIND, changes, "health_check").flatten();
    let Some(check) = block.and_then(|block| block.0.into_iter().next()) else { return Ok(()) };
    let version = live.get("protocol_version").and_then(Value::as_str);
    let check = Check::new(check, sort(live) == FUNCTION, version == Some("GRPC"))?;
    let asked = site
        .elb()
        .modify_target_group()
        .target_group_arn(&*live.native_id)
        .set_health_check_enabled(check.enabled)
        .set_health_check_interval_seconds(check.interval)
        .set_health_check_timeout_seconds(check.timeout)
        .set_healthy_threshold_count(check.healthy)
        .set_unhealthy_threshold_count(check.unhealthy)
        .set_health_check_path(check.path)
        .set_health_check_port(check.port)
        .set_health_check_protocol(check.protocol)
        .set_matcher(check.matcher);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Makes attributes what the changed fields say.
pub(super) async fn settings(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let mut wanted = elb::wanted(&KIND, SWITCHES, changes, sort(live));
    // What only the cloud has a default for is left as it is.
    wanted.retain(|_, value| !value.is_empty());
    blocks(changes, &mut wanted);
    if wanted.is_empty() {
        return Ok(());
    }
    let attributes = wanted
        .into_iter()
        .map(|(key, value)| TargetGroupAttribute::builder().key(key).value(value).build())
        .collect();
    let asked = site.elb().modify_target_group_attributes().target_group_arn(&*live.native_id);
    asked.set_attributes(Some(attributes)).send().await.fault(Effect::Maybe)?;
    Ok(())
}

fn blocks(changes: &Object, wanted: &mut Attributes) {
    let mut set = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            wanted.insert(key.to_owned(), value);
        }
    };
    if let Some(block) = becomes::<BlockList<table::Stickiness>>(&KIND, changes, "stickiness") {
        match block.and_then(|block| block.0.into_iter().next()) {
            None => set("stickiness.enabled", Some("false".to_owned())),
            Some(block) => {
                let sort = block.type_.unwrap_or_default();
                set("stickiness.enabled", Some(block.enabled.unwrap_or(true).to_string()));
                if matches!(sort.as_str(), "app_cookie" | "lb_cookie") {
                    let duration = block.cookie_duration.unwrap_or(86_400).to_string();
                    set(&format!("stickiness.{sort}.duration_seconds"), Some(duration));
                }
                let name = block.cookie_name.filter(|_| sort == "app_cookie");
                set("stickiness.app_cookie.cookie_name", name);
                set("stickiness.type", Some(sort));
            }
        }
    }
    let failover = becomes::<BlockList<table::TargetFailover>>(&KIND, changes, "target_failover").flatten();
    if let Some(block) = failover.and_then(|block| block.0.into_iter().next()) {
        set("target_failover.on_deregistration", block.on_deregistration);
        set("target_failover.on_unhealthy", block.on_unhealthy);
    }
    let state = becomes::<BlockList<table::TargetHealthState>>(&KIND, changes, "target_health_state");
    if let Some(block) = state.flatten().and_then(|block| block.0.into_iter().next()) {
        let key = "target_health_state.unhealthy";
        let cut = block.enable_unhealthy_connection_termination.map(|cut| cut.to_string());
        set(&format!("{key}.connection_termination.enabled"), cut);
        let interval = block.unhealthy_draining_interval.map(|seconds| seconds.to_string());
        set(&format!("{key}.draining_interval_seconds"), interval);
    }
    let health = becomes::<BlockList<table::TargetGroupHealth>>(&KIND, changes, "target_group_health");
    if let Some(block) = health.flatten().and_then(|block| block.0.into_iter().next()) {
        let off = || Some("off".to_owned());
        if let Some(dns) = block.dns_failover.and_then(|block| block.0.into_iter().next()) {
            let key = "target_group_health.dns_failover.minimum_healthy_targets";
            set(&format!("{key}.count"), dns.minimum_healthy_targets_count.or_else(off));
            set(&format!("{key}.percentage"), dns.minimum_healthy_targets_percentage.or_else(off));
        }
        if let Some(routing) = block.unhealthy_state_routing.and_then(|block| block.0.into_iter().next()) {
            let key = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";
            let count = routing.minimum_healthy_targets_count.unwrap_or(1);
            set(&format!("{key}.count"), Some(count.to_string()));
            set(&format!("{key}.percentage"), routing.minimum_healthy_targets_percentage.or_else(off));
        }
    }
}
