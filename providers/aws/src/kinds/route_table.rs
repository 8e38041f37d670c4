//! `aws_route_table`: where the traffic of subnets goes. Class B: `CreateRouteTable` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, SetOf, Timeouts,
    block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A route that the table itself holds: one destination and one target.
    pub struct InlineRoute {
        carrier_gateway_id: String = optional().doc("A carrier gateway, as the target."),
        cidr_block: String = optional().cidr().doc("An IPv4 block, as the destination."),
        core_network_arn: String = optional().joins().doc("A core network, as the target."),
        destination_prefix_list_id: String = optional().doc("A managed prefix list, as the destination."),
        egress_only_gateway_id: String = optional().doc("An egress-only gateway for IPv6, as the target."),
        gateway_id: String = optional().mentions("aws_internet_gateway", "id")
            .doc("An internet or virtual private gateway, or `local`, as the target."),
        ipv6_cidr_block: String = optional().cidr().doc("An IPv6 block, as the destination."),
        local_gateway_id: String = optional().joins().doc("An Outpost's local gateway, as the target."),
        nat_gateway_id: String = optional().mentions("aws_nat_gateway", "id").doc("A NAT gateway, as the target."),
        network_interface_id: String = optional().doc("A network interface, as the target."),
        transit_gateway_id: String = optional().joins().doc("A transit gateway, as the target."),
        vpc_endpoint_id: String = optional().doc("An endpoint, as the target."),
        vpc_peering_connection_id: String = optional().joins().doc("A peering connection, as the target."),
    }
}

block! {
    /// The attributes of `aws_route_table`.
    pub struct RouteTable {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:route-table/{id}").doc("The ARN."),
        id: String = output().made("rtb-{hex:17}").doc("The id."),
        owner_id: String = output().made("{account}").doc("The account that owns the table."),
        propagating_vgws: BTreeSet<String> = computed()
            .doc("Virtual private gateways that add their routes by themselves."),
        route: SetOf<InlineRoute> = computed()
            .doc("All routes but the local one. A table without them leaves routes to `aws_route`."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = required().replaces().refers("aws_vpc", "id").doc("The network."),
    }
}

/// The table of `aws_route_table`. Calls and the page of 100: Amazon EC2 API reference, `CreateRouteTable` and
/// `DescribeRouteTables`.
pub static KIND: Kind = Kind {
    name: "aws_route_table",
    provider: "aws",
    service: "ec2",
    doc: "Says where the traffic of its subnets goes.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: RouteTable::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeRouteTables", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeRouteTables", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "ec2:CreateRouteTable",
                "ec2:CreateRoute",
                "ec2:ReplaceRoute",
                "ec2:EnableVgwRoutePropagation",
                "ec2:CreateTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:CreateRoute",
                "ec2:ReplaceRoute",
                "ec2:DeleteRoute",
                "ec2:EnableVgwRoutePropagation",
                "ec2:DisableVgwRoutePropagation",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteRouteTable"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[
        Example {
            title: "A table",
            hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_route_table" "example" {
  vpc_id = aws_vpc.example.id
}
"#,
            update: "tags = { team = \"network\" }",
            replace: "vpc_id = aws_vpc.other.id",
        },
        Example {
            title: "A table with a way to the internet",
            hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "example" {
  vpc_id = aws_vpc.example.id
}

resource "aws_route_table" "example" {
  vpc_id = aws_vpc.example.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.example.id
  }
}
"#,
            update: "tags = { team = \"network\" }",
            replace: "",
        },
    ],
};
