//! `aws_lb`: a load balancer. Class A: the caller chooses the name; its ARN carries an id of the server's, and so
//! is not known beforehand.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One,
    Operation, Part, Placement, Scope, Timeouts, Timing, block,
};

use crate::timing::{CALL, QUICK, timing};

block! {
    /// Where a log of requests or connections goes.
    pub struct LogDelivery {
        bucket: String = required().mentions("aws_s3_bucket", "id").doc("The bucket."),
        enabled: bool = optional().default_bool(false).doc("Whether anything is logged."),
        prefix: String = optional().doc("What the keys of the log files begin with."),
    }
}

block! {
    /// The pool that public addresses come from.
    pub struct IpamPools {
        ipv4_ipam_pool_id: String = required().doc("The pool of IPv4 addresses."),
    }
}

block! {
    /// Capacity that is kept ready for a surge: a standby's load balancer is scaled before the traffic comes.
    pub struct MinimumCapacity {
        capacity_units: i64 = required().doc("How many load balancer capacity units."),
    }
}

block! {
    /// A subnet, and the addresses of the load balancer in it.
    pub struct SubnetMapping {
        allocation_id: String = optional().mentions("aws_eip", "id").doc("The Elastic IP address."),
        ipv6_address: String = optional().doc("The IPv6 address."),
        outpost_id: String = output().doc("The Outpost of the subnet."),
        private_ipv4_address: String = optional().doc("The private address of an internal load balancer."),
        subnet_id: String = required().refers("aws_subnet", "id").doc("The subnet."),
    }
}

block! {
    /// The attributes of `aws_lb`.
    pub struct LoadBalancer {
        access_logs: BlockList<LogDelivery> = optional().maximum(1).doc("Where requests are logged."),
        arn: String = output().made("arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{arn_suffix}")
            .doc("The ARN."),
        arn_suffix: String = output().made("app/{name}/{hex:16}").doc("The end of the ARN, as metrics name it."),
        client_keep_alive: i64 = optional().default_number(3600)
            .doc("How long a client's connection is kept at most, in seconds."),
        connection_logs: BlockList<LogDelivery> = optional().maximum(1).doc("Where connections are logged."),
        customer_owned_ipv4_pool: String = optional().replaces()
            .doc("The customer's own address pool, on an Outpost."),
        desync_mitigation_mode: String = optional().default_text("defensive")
            .words(&["defensive", "monitor", "strictest"])
            .doc("What happens to requests that servers might read in two ways."),
        dns_name: String = output().made("{name}-{digits:10}.{region}.elb.amazonaws.com").plays(Part::Entrance)
            .doc("The DNS name."),
        dns_record_client_routing_policy: String = optional().default_text("any_availability_zone")
            .words(&["any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"])
            .doc("Whether clients are led to their own zone, for network load balancers."),
        drop_invalid_header_fields: bool = optional().default_bool(false)
            .doc("Whether header fields with invalid names are taken out."),
        enable_cross_zone_load_balancing: bool = optional().default_bool(false)
            .doc("Whether targets in all zones share the load; application load balancers always do."),
        enable_deletion_protection: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether AWS refuses to delete it."),
        enable_http2: bool = optional().default_bool(true).doc("Whether clients may speak HTTP/2."),
        enable_tls_version_and_cipher_suite_headers: bool = optional().default_bool(false)
            .doc("Whether targets are told of the TLS version and cipher."),
        enable_waf_fail_open: bool = optional().default_bool(false)
            .doc("Whether requests pass when the web application firewall cannot be asked."),
        enable_xff_client_port: bool = optional().default_bool(false)
            .doc("Whether `X-Forwarded-For` carries the client's port."),
        enable_zonal_shift: bool = optional().default_bool(false)
            .doc("Whether traffic may be shifted away from a zone."),
        enforce_security_group_inbound_rules_on_private_link_traffic: String = computed().words(&["off", "on"])
            .doc("Whether incoming rules hold for traffic from PrivateLink."),
        id: String = output().made("{arn}").doc("The ARN."),
        idle_timeout: i64 = optional().default_number(60)
            .doc("How long a connection may be idle, in seconds."),
        internal: bool = computed().replaces().default_bool(false).plays(Part::Private(true))
            .doc("Whether it has private addresses only."),
        ip_address_type: String = computed().default_text("ipv4")
            .words(&["dualstack", "dualstack-without-public-ipv4", "ipv4"])
            .doc("Which addresses clients may use."),
        ipam_pools: BlockList<IpamPools> = optional().maximum(1).doc("The pool that public addresses come from."),
        load_balancer_type: String = optional().replaces().default_text("application")
            .words(&["application", "gateway", "network"])
            .doc("The sort of load balancer."),
        minimum_load_balancer_capacity: BlockList<MinimumCapacity> = optional().maximum(1)
            .doc("Capacity that is kept ready."),
        name: String = computed().replaces().conflicts(&["name_prefix"])
            .doc("The name, unique in the region of the account."),
        name_prefix: String = computed().replaces().doc("What a derived name begins with."),
        preserve_host_header: bool = optional().default_bool(false)
            .doc("Whether targets see the `Host` that the client sent."),
        security_groups: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups; else the network's default one."),
        subnet_mapping: Blocks<SubnetMapping> = computed().conflicts(&["subnets"])
            .doc("The subnets, with addresses."),
        subnets: BTreeSet<String> = computed().refers("aws_subnet", "id")
            .doc("The subnets, of two zones at least for an application load balancer."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = output().made("vpc-{hex:17}").doc("The network of the subnets."),
        xff_header_processing_mode: String = optional().default_text("append")
            .words(&["append", "preserve", "remove"])
            .doc("What happens to `X-Forwarded-For`."),
        zone_id: String = output().made("Z{digits:13}").doc("The hosted zone of the DNS name, for aliases."),
    }
}

/// Three load balancers came up within 139 to 172 s.
const CREATE: Timing = timing(145, 180, "public Terraform logs: 139, 142, 172 s");

/// Creating, changing and deleting a load balancer writes its DNS records. Source: AWS fault isolation boundaries.
const PLANE: ControlPlane = ControlPlane::Via("route53");

/// What only `DescribeLoadBalancerAttributes` tells.
const SETTINGS: &[&str] = &[
    "access_logs",
    "client_keep_alive",
    "connection_logs",
    "desync_mitigation_mode",
    "dns_record_client_routing_policy",
    "drop_invalid_header_fields",
    "enable_cross_zone_load_balancing",
    "enable_deletion_protection",
    "enable_http2",
    "enable_tls_version_and_cipher_suite_headers",
    "enable_waf_fail_open",
    "enable_xff_client_port",
    "enable_zonal_shift",
    "idle_timeout",
    "preserve_host_header",
    "xff_header_processing_mode",
];

const READS: &[&str] = &[
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeTags",
];

/// The table of `aws_lb`. Name limit and calls: Elastic Load Balancing API reference 2015-12-01.
pub static KIND: Kind = Kind {
    name: "aws_lb",
    provider: "aws",
    service: "elasticloadbalancing",
    doc: "An application, network or gateway load balancer.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 32,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: LoadBalancer::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 400 },
    details: &[
        Detail { call: "elasticloadbalancing:DescribeTags", objects: 20, fields: &[] },
        Detail { call: "elasticloadbalancing:DescribeLoadBalancerAttributes", objects: 1, fields: SETTINGS },
        Detail {
            call: "elasticloadbalancing:DescribeCapacityReservation",
            objects: 1,
            fields: &["minimum_load_balancer_capacity"],
        },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:ModifyCapacityReservation",
                "elasticloadbalancing:AddTags",
            ],
            plane: PLANE,
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:ModifyCapacityReservation",
                "elasticloadbalancing:ModifyIpPools",
                "elasticloadbalancing:SetIpAddressType",
                "elasticloadbalancing:SetSecurityGroups",
                "elasticloadbalancing:SetSubnets",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            plane: PLANE,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticloadbalancing:DeleteLoadBalancer", "ec2:DescribeNetworkInterfaces"],
            plane: PLANE,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "An internal load balancer",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_lb" "example" {
  name     = "example"
  internal = true
  subnets  = [aws_subnet.a.id, aws_subnet.b.id]
}
"#,
        update: "idle_timeout = 120",
        replace: "name = \"example-two\"",
    }],
};
