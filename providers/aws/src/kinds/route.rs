//! `aws_route`: one route of a table. Class D: its key is the table and the destination; its target changes in
//! place.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

/// The fields that name a target; a route has exactly one.
const TARGETS: &[&str] = &[
    "carrier_gateway_id",
    "core_network_arn",
    "egress_only_gateway_id",
    "gateway_id",
    "local_gateway_id",
    "nat_gateway_id",
    "network_interface_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id",
];

/// The targets from number `index` on: each row lists those behind it, so that every pair is named once.
const fn targets_from(index: usize) -> &'static [&'static str] {
    TARGETS.split_at(index).1
}

block! {
    /// The attributes of `aws_route`.
    pub struct Route {
        carrier_gateway_id: String = optional().conflicts(targets_from(1)).doc("A carrier gateway, as the target."),
        core_network_arn: String = optional().joins().conflicts(targets_from(2)).doc("A core network, as the target."),
        destination_cidr_block: String = optional().replaces().cidr()
            .conflicts(&["destination_ipv6_cidr_block", "destination_prefix_list_id"])
            .doc("An IPv4 block, as the destination."),
        destination_ipv6_cidr_block: String = optional().replaces().cidr()
            .conflicts(&["destination_prefix_list_id"])
            .doc("An IPv6 block, as the destination."),
        destination_prefix_list_id: String = optional().replaces()
            .doc("A managed prefix list, as the destination."),
        egress_only_gateway_id: String = optional().conflicts(targets_from(3))
            .doc("An egress-only gateway for IPv6, as the target."),
        gateway_id: String = optional().conflicts(targets_from(4)).mentions("aws_internet_gateway", "id")
            .doc("An internet or virtual private gateway, as the target."),
        id: String = output().made("r-{route_table_id}{digits:10}").doc("The table and a hash of the destination."),
        instance_id: String = output().moves().doc("The instance behind a network interface."),
        instance_owner_id: String = output().moves().doc("The account that owns that instance."),
        local_gateway_id: String = optional().joins().conflicts(targets_from(5))
            .doc("An Outpost's local gateway, as the target."),
        nat_gateway_id: String = optional().conflicts(targets_from(6)).mentions("aws_nat_gateway", "id")
            .doc("A NAT gateway, as the target."),
        network_interface_id: String = computed().conflicts(targets_from(7))
            .doc("A network interface, as the target."),
        origin: String = output().made("CreateRoute").doc("How the route came to be."),
        route_table_id: String = required().replaces().refers("aws_route_table", "id").doc("The table."),
        state: String = output().made("active").volatile()
            .doc("Whether the target is there: `active` or `blackhole`."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        transit_gateway_id: String = optional().joins().conflicts(targets_from(8))
            .doc("A transit gateway, as the target."),
        vpc_endpoint_id: String = optional().conflicts(targets_from(9)).doc("An endpoint, as the target."),
        vpc_peering_connection_id: String = optional().joins().doc("A peering connection, as the target."),
    }
}

/// The table of `aws_route`. Listing tables lists their routes too. Calls: Amazon EC2 API reference,
/// `CreateRoute`, which takes neither a token nor tags.
pub static KIND: Kind = Kind {
    name: "aws_route",
    provider: "aws",
    service: "ec2",
    doc: "One route of a route table.",
    placement: Placement::Regional,
    identity: Identity::Key(&[
        "route_table_id",
        "destination_cidr_block",
        "destination_ipv6_cidr_block",
        "destination_prefix_list_id",
    ]),
    tags: None,
    fields: Route::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeRouteTables"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeRouteTables"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateRoute", "ec2:ReplaceRoute"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:ReplaceRoute"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteRoute"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "The way to the internet",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "example" {
  vpc_id = aws_vpc.example.id
}

resource "aws_subnet" "example" {
  vpc_id     = aws_vpc.example.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_eip" "example" {
  domain = "vpc"
}

resource "aws_nat_gateway" "example" {
  allocation_id = aws_eip.example.id
  subnet_id     = aws_subnet.example.id
  depends_on    = [aws_internet_gateway.example]
}

resource "aws_route_table" "example" {
  vpc_id = aws_vpc.example.id
}

resource "aws_route" "example" {
  route_table_id         = aws_route_table.example.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.example.id
}
"#,
        update: "gateway_id     = null\nnat_gateway_id = aws_nat_gateway.example.id",
        replace: "destination_cidr_block = \"192.0.2.0/24\"",
    }],
};
