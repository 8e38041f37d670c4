//! `aws_vpc`: an isolated network. Class C: the id is the server's and `CreateVpc` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Placement, Unsupported,
    block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_vpc`.
    pub struct Vpc {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:vpc/{id}").doc("The ARN."),
        assign_generated_ipv6_cidr_block: bool = optional().default_bool(false)
            .doc("Whether Amazon gives the VPC an IPv6 block of 56 bits."),
        cidr_block: String = computed().replaces().cidr().doc("The primary IPv4 block, /16 to /28."),
        default_network_acl_id: String = output().made("acl-{hex:17}").doc("The network ACL that AWS makes."),
        default_route_table_id: String = output().made("rtb-{hex:17}").doc("The route table that AWS makes."),
        default_security_group_id: String = output().made("sg-{hex:17}").doc("The security group that AWS makes."),
        dhcp_options_id: String = output().made("dopt-{hex:17}").doc("The DHCP options in use."),
        enable_dns_hostnames: bool = computed().default_bool(false)
            .doc("Whether instances with public addresses get DNS names."),
        enable_dns_support: bool = optional().default_bool(true).doc("Whether the VPC resolves DNS names."),
        enable_network_address_usage_metrics: bool = computed().default_bool(false)
            .doc("Whether address usage is measured."),
        id: String = output().made("vpc-{hex:17}").doc("The id."),
        instance_tenancy: String = optional().replaces().default_text("default").words(&["default", "dedicated"])
            .doc("Whether instances run on hardware of their own."),
        ipv6_association_id: String = output().doc("The association of the IPv6 block."),
        ipv6_cidr_block: String = computed().cidr().doc("The IPv6 block."),
        main_route_table_id: String = output().made("{default_route_table_id}")
            .doc("The route table of subnets without one of their own."),
        owner_id: String = output().made("{account}").doc("The account that owns the VPC."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

/// `DescribeVpcs` tells neither the DNS settings nor what AWS makes with a VPC.
const READS: &[&str] = &[
    "ec2:DescribeVpcs",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeNetworkAcls",
    "sts:GetCallerIdentity",
];

/// The table of `aws_vpc`. Limits and calls: Amazon EC2 API reference, `CreateVpc`.
pub static KIND: Kind = Kind {
    name: "aws_vpc",
    provider: "aws",
    service: "ec2",
    doc: "An isolated network in one region.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Vpc::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[
        Detail {
            call: "ec2:DescribeRouteTables",
            objects: 200,
            fields: &["default_route_table_id", "main_route_table_id"],
        },
        Detail { call: "ec2:DescribeSecurityGroups", objects: 200, fields: &["default_security_group_id"] },
        Detail { call: "ec2:DescribeNetworkAcls", objects: 200, fields: &["default_network_acl_id"] },
        Detail { call: "ec2:DescribeVpcAttribute", objects: 1, fields: &["enable_dns_hostnames"] },
        Detail { call: "ec2:DescribeVpcAttribute", objects: 1, fields: &["enable_dns_support"] },
        Detail {
            call: "ec2:DescribeVpcAttribute",
            objects: 1,
            fields: &["enable_network_address_usage_metrics"],
        },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateVpc", "ec2:ModifyVpcAttribute", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:ModifyVpcAttribute",
                "ec2:AssociateVpcCidrBlock",
                "ec2:DisassociateVpcCidrBlock",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteVpc"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[
        Unsupported {
            name: "ipv4_ipam_pool_id",
            reason: "address pools (IPAM) are not among relight's kinds",
        },
        Unsupported { name: "ipv4_netmask_length", reason: "it is of use only with an IPAM pool" },
        Unsupported { name: "ipv6_cidr_block_network_border_group", reason: "local zones are not covered" },
        Unsupported {
            name: "ipv6_ipam_pool_id",
            reason: "address pools (IPAM) are not among relight's kinds",
        },
        Unsupported { name: "ipv6_netmask_length", reason: "it is of use only with an IPAM pool" },
    ],
    examples: &[Example {
        title: "A network",
        hcl: "resource \"aws_vpc\" \"example\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
        update: "enable_dns_hostnames = true",
        replace: "cidr_block = \"10.1.0.0/16\"",
    }],
};
