//! Target groups as the API tells them.

use aws_sdk_elasticloadbalancingv2::types::TargetGroup as Told;
use relight_contract::{Block, BlockList, Fault, Interest, Live, Object, State, Typed};

use super::super::{self as table, KIND, TargetGroup};
use super::write::SWITCHES;
use crate::api::elb::{self, Attributes};
use crate::api::{Effect, FaultOf, Site, absent_is_none, merged};

/// What a page tells, and the tags.
pub(super) async fn tagged(site: &Site, told: Vec<Told>) -> Result<Vec<Live>, Fault> {
    let arns: Vec<String> = told.iter().filter_map(|one| one.target_group_arn.clone()).collect();
    let mut tags = elb::tags_of(site, &arns).await?;
    let live = |told: Told| {
        let arn = told.target_group_arn.clone().unwrap_or_default();
        let tags = tags.remove(&arn).unwrap_or_default();
        let attributes = TargetGroup {
            tags: Some(tags.user.clone()),
            tags_all: Some(tags.user.clone()),
            ..attributes(told)
        };
        tags.live(&arn, attributes.to_object(), State::Ready)
    };
    Ok(told.into_iter().map(live).collect())
}

fn attributes(told: Told) -> TargetGroup {
    let check = health_check(&told);
    TargetGroup {
        arn_suffix: told
            .target_group_arn
            .as_deref()
            .and_then(|arn| elb::suffix(arn, ":targetgroup/"))
            .map(|suffix| format!("targetgroup/{suffix}")),
        id: told.target_group_arn.clone(),
        arn: told.target_group_arn,
        health_check: Some(BlockList(vec![check])),
        ip_address_type: told.ip_address_type.map(|word| word.as_str().to_owned()),
        load_balancer_arns: Some(told.load_balancer_arns.unwrap_or_default().into_iter().collect()),
        name: told.target_group_name,
        port: told.port.map(i64::from),
        protocol: told.protocol.map(|word| word.as_str().to_owned()),
        protocol_version: told.protocol_version,
        target_type: told.target_type.map(|word| word.as_str().to_owned()),
        vpc_id: told.vpc_id.filter(|id| !id.is_empty()),
        ..TargetGroup::default()
    }
}

fn health_check(told: &Told) -> table::HealthCheck {
    let matcher = told.matcher.as_ref();
    table::HealthCheck {
        enabled: told.health_check_enabled,
        healthy_threshold: told.healthy_threshold_count.map(i64::from),
        interval: told.health_check_interval_seconds.map(i64::from),
        matcher: matcher.and_then(|matcher| matcher.http_code.clone().or(matcher.grpc_code.clone())),
        path: told.health_check_path.clone(),
        port: told.health_check_port.clone(),
        protocol: told.health_check_protocol.as_ref().map(|word| word.as_str().to_owned()),
        timeout: told.health_check_timeout_seconds.map(i64::from),
        unhealthy_threshold: told.unhealthy_threshold_count.map(i64::from),
    }
}

/// A target group with what only a call for it tells; `None` for one that is gone meanwhile.
pub(super) async fn whole(site: &Site, live: Live, interest: &Interest) -> Result<Option<Live>, Fault> {
    if !interest.wants(table::SETTINGS) {
        return Ok(Some(live));
    }
    let asked = site.elb().describe_target_group_attributes().target_group_arn(&*live.native_id);
    let Some(answered) = absent_is_none(asked.send().await.fault(Effect::None))? else { return Ok(None) };
    let told = answered.attributes.unwrap_or_default().into_iter();
    let told: Attributes = told.filter_map(|told| Some((told.key?, told.value?))).collect();
    Ok(Some(Live { attributes: merged(live.attributes, &settings(&told)), ..live }))
}

fn settings(told: &Attributes) -> Object {
    let of = |key: &str| told.get(key).filter(|text| !text.is_empty()).cloned();
    let number = |key: &str| of(key).and_then(|text| text.parse::<i64>().ok());
    let mut settings = elb::told(&KIND, SWITCHES, told);
    if let Some(stickiness) = stickiness(told) {
        settings.insert("stickiness", BlockList(vec![stickiness]).to_value());
    }
    if told.keys().any(|key| key.starts_with("target_failover.")) {
        let failover = table::TargetFailover {
            on_deregistration: of("target_failover.on_deregistration"),
            on_unhealthy: of("target_failover.on_unhealthy"),
        };
        settings.insert("target_failover", BlockList(vec![failover]).to_value());
    }
    if told.keys().any(|key| key.starts_with("target_group_health.")) {
        let dns = "target_group_health.dns_failover.minimum_healthy_targets";
        let routing = "target_group_health.unhealthy_state_routing.minimum_healthy_targets";
        let health = table::TargetGroupHealth {
            dns_failover: Some(BlockList(vec![table::DnsFailover {
                minimum_healthy_targets_count: of(&format!("{dns}.count")),
                minimum_healthy_targets_percentage: of(&format!("{dns}.percentage")),
            }])),
            unhealthy_state_routing: Some(BlockList(vec![table::UnhealthyStateRouting {
                minimum_healthy_targets_count: number(&format!("{routing}.count")),
                minimum_healthy_targets_percentage: of(&format!("{routing}.percentage")),
            }])),
        };
        settings.insert("target_group_health", BlockList(vec![health]).to_value());
    }
    if let Some(cut) = of("target_health_state.unhealthy.connection_termination.enabled") {
        let state = table::TargetHealthState {
            enable_unhealthy_connection_termination: Some(cut == "true"),
            unhealthy_draining_interval: number("target_health_state.unhealthy.draining_interval_seconds"),
        };
        settings.insert("target_health_state", BlockList(vec![state]).to_value());
    }
    settings
}

fn stickiness(told: &Attributes) -> Option<table::Stickiness> {
    let of = |key: &str| told.get(key).filter(|text| !text.is_empty()).cloned();
    let sort = of("stickiness.type")?;
    let duration = of(&format!("stickiness.{sort}.duration_seconds"));
    Some(table::Stickiness {
        cookie_duration: duration.and_then(|text| text.parse().ok()),
        cookie_name: of("stickiness.app_cookie.cookie_name").filter(|_| sort == "app_cookie"),
        enabled: Some(of("stickiness.enabled").is_some_and(|enabled| enabled == "true")),
        type_: Some(sort),
    })
}
