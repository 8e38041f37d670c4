//! `aws_lb_target_group`: what a load balancer sends traffic to. Class A: the caller chooses the name; its ARN
//! carries an id of the server's, and so is not known beforehand.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation,
    Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// How targets are checked.
    pub struct HealthCheck {
        enabled: bool = optional().default_bool(true).doc("Whether targets are checked."),
        healthy_threshold: i64 = optional().default_number(3)
            .doc("How many checks in a row make a target healthy."),
        interval: i64 = optional().default_number(30).doc("The time between two checks, in seconds."),
        matcher: String = computed().doc("The answers that count as healthy, as HTTP or gRPC codes."),
        path: String = computed().doc("The path that is asked for."),
        port: String = optional().default_text("traffic-port").doc("The port, or `traffic-port`."),
        protocol: String = optional().ignore_case().default_text("HTTP").doc("The protocol."),
        timeout: i64 = computed().doc("How long an answer may take, in seconds."),
        unhealthy_threshold: i64 = optional().default_number(3)
            .doc("How many failed checks in a row make a target unhealthy."),
    }
}

block! {
    /// How clients stay with their target.
    pub struct Stickiness {
        cookie_duration: i64 = optional().default_number(86_400)
            .doc("How long a client stays, in seconds."),
        cookie_name: String = optional().doc("The application's cookie, with type `app_cookie`."),
        enabled: bool = optional().default_bool(true).doc("Whether clients stay with their target."),
        type_: String = required()
            .words(&["app_cookie", "lb_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"])
            .doc("How clients are recognised."),
    }
}

block! {
    /// What a gateway load balancer does with the flows of a target that leaves.
    pub struct TargetFailover {
        on_deregistration: String = required().words(&["no_rebalance", "rebalance"])
            .doc("When the target is taken out."),
        on_unhealthy: String = required().words(&["no_rebalance", "rebalance"])
            .doc("When the target is unhealthy."),
    }
}

block! {
    /// When a zone counts as unhealthy in DNS.
    pub struct DnsFailover {
        minimum_healthy_targets_count: String = optional().default_text("off")
            .doc("How many targets must be healthy, or `off`."),
        minimum_healthy_targets_percentage: String = optional().default_text("off")
            .doc("Which share of the targets must be healthy, or `off`."),
    }
}

block! {
    /// When traffic goes to all targets, the unhealthy ones too.
    pub struct UnhealthyStateRouting {
        minimum_healthy_targets_count: i64 = optional().default_number(1)
            .doc("How many targets must be healthy."),
        minimum_healthy_targets_percentage: String = optional().default_text("off")
            .doc("Which share of the targets must be healthy, or `off`."),
    }
}

block! {
    /// How many targets must be healthy.
    pub struct TargetGroupHealth {
        dns_failover: BlockList<DnsFailover> = computed().maximum(1).doc("When a zone is taken out of DNS."),
        unhealthy_state_routing: BlockList<UnhealthyStateRouting> = computed().maximum(1)
            .doc("When unhealthy targets get traffic too."),
    }
}

block! {
    /// What happens to the connections of an unhealthy target.
    pub struct TargetHealthState {
        enable_unhealthy_connection_termination: bool = required().doc("Whether they are cut."),
        unhealthy_draining_interval: i64 = optional().default_number(0)
            .doc("How long they may go on, in seconds."),
    }
}

block! {
    /// The attributes of `aws_lb_target_group`.
    pub struct TargetGroup {
        arn: String = output().made("arn:aws:elasticloadbalancing:{region}:{account}:{arn_suffix}").doc("The ARN."),
        arn_suffix: String = output().made("targetgroup/{name}/{hex:16}")
            .doc("The end of the ARN, as metrics name it."),
        connection_termination: bool = computed().default_bool(false)
            .doc("Whether connections are cut when the draining time is over, with network load balancers."),
        deregistration_delay: String = optional().default_text("300")
            .doc("How long a target that leaves may finish its requests, in seconds."),
        health_check: BlockList<HealthCheck> = computed().maximum(1).doc("How targets are checked."),
        id: String = output().made("{arn}").doc("The ARN."),
        ip_address_type: String = computed().replaces().default_text("ipv4").words(&["ipv4", "ipv6"])
            .doc("Which addresses targets have."),
        lambda_multi_value_headers_enabled: bool = optional().default_bool(false)
            .doc("Whether a function gets and gives headers as lists."),
        load_balancer_arns: BTreeSet<String> = output().volatile().doc("The load balancers that use it."),
        load_balancing_algorithm_type: String = computed().default_text("round_robin")
            .words(&["least_outstanding_requests", "round_robin", "weighted_random"])
            .doc("How a target is chosen."),
        load_balancing_anomaly_mitigation: String = computed().default_text("off").words(&["off", "on"])
            .doc("Whether odd targets get less, with `weighted_random`."),
        load_balancing_cross_zone_enabled: String = computed()
            .default_text("use_load_balancer_configuration")
            .words(&["false", "true", "use_load_balancer_configuration"])
            .doc("Whether targets in all zones share the load."),
        name: String = computed().replaces().conflicts(&["name_prefix"])
            .doc("The name, unique in the region of the account."),
        name_prefix: String = computed().replaces().doc("What a derived name begins with."),
        port: i64 = optional().replaces().doc("The port of targets that name none."),
        preserve_client_ip: String = computed()
            .doc("Whether targets see the client's address, with network load balancers."),
        protocol: String = optional().replaces().doc("The protocol that targets speak."),
        protocol_version: String = computed().replaces().ignore_case().default_text("HTTP1")
            .doc("`HTTP1`, `HTTP2` or `GRPC`."),
        proxy_protocol_v2: bool = optional().default_bool(false)
            .doc("Whether the client's address goes before the data, with network load balancers."),
        slow_start: i64 = optional().default_number(0)
            .doc("How long a new target's share grows, in seconds; 0 for at once."),
        stickiness: BlockList<Stickiness> = computed().maximum(1).doc("How clients stay with their target."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        target_failover: BlockList<TargetFailover> = computed()
            .doc("What happens to the flows of a target that leaves, with gateway load balancers."),
        target_group_health: BlockList<TargetGroupHealth> = computed().maximum(1)
            .doc("How many targets must be healthy."),
        target_health_state: BlockList<TargetHealthState> = computed()
            .doc("What happens to the connections of an unhealthy target, with network load balancers."),
        target_type: String = optional().replaces().default_text("instance")
            .words(&["alb", "instance", "ip", "lambda"])
            .doc("What targets are."),
        vpc_id: String = optional().replaces().refers("aws_vpc", "id").doc("The network of the targets."),
    }
}

/// What only `DescribeTargetGroupAttributes` tells.
const SETTINGS: &[&str] = &[
    "connection_termination",
    "deregistration_delay",
    "lambda_multi_value_headers_enabled",
    "load_balancing_algorithm_type",
    "load_balancing_anomaly_mitigation",
    "load_balancing_cross_zone_enabled",
    "preserve_client_ip",
    "proxy_protocol_v2",
    "slow_start",
    "stickiness",
    "target_failover",
    "target_group_health",
    "target_health_state",
];

const READS: &[&str] = &[
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTags",
];

/// The table of `aws_lb_target_group`. Name limit and calls: Elastic Load Balancing API reference 2015-12-01.
pub static KIND: Kind = Kind {
    name: "aws_lb_target_group",
    provider: "aws",
    service: "elasticloadbalancing",
    doc: "What a load balancer sends traffic to, and how it is checked.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 32,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: TargetGroup::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 400 },
    details: &[
        Detail { call: "elasticloadbalancing:DescribeTags", objects: 20, fields: &[] },
        Detail { call: "elasticloadbalancing:DescribeTargetGroupAttributes", objects: 1, fields: SETTINGS },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "elasticloadbalancing:CreateTargetGroup",
                "elasticloadbalancing:ModifyTargetGroupAttributes",
                "elasticloadbalancing:AddTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticloadbalancing:ModifyTargetGroup",
                "elasticloadbalancing:ModifyTargetGroupAttributes",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticloadbalancing:DeleteTargetGroup"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Web servers",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "example" {
  name     = "example"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.example.id
  health_check {
    path = "/healthz"
  }
}
"#,
        update: "deregistration_delay = \"60\"",
        replace: "port = 8080",
    }],
};
