//! `aws_nat_gateway`: the way out for subnets without public addresses. Class B: `CreateNatGateway` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, Timing,
    block,
};

use crate::timing::{CALL, QUICK, timing};

block! {
    /// The attributes of `aws_nat_gateway`.
    pub struct NatGateway {
        allocation_id: String = optional().replaces().refers("aws_eip", "id")
            .doc("The Elastic IP address of a public gateway."),
        association_id: String = output().made("eipassoc-{hex:17}").doc("The association with that address."),
        connectivity_type: String = optional().replaces().default_text("public").words(&["private", "public"])
            .doc("Whether it leads to the internet or to other networks."),
        id: String = output().made("nat-{hex:17}").doc("The id."),
        network_interface_id: String = output().made("eni-{hex:17}").doc("The gateway's network interface."),
        private_ip: String = computed().replaces().made("10.1{digits:2}.1{digits:2}.1{digits:2}")
            .doc("The private address."),
        public_ip: String = output().made("52.1{digits:2}.1{digits:2}.1{digits:2}").doc("The public address."),
        secondary_allocation_ids: BTreeSet<String> = optional().refers("aws_eip", "id")
            .doc("More Elastic IP addresses, for more connections to one destination."),
        secondary_private_ip_address_count: i64 = computed().replaces().default_number(0)
            .conflicts(&["secondary_private_ip_addresses"])
            .doc("How many more private addresses a private gateway gets."),
        secondary_private_ip_addresses: BTreeSet<String> = computed().doc("More private addresses."),
        subnet_id: String = required().replaces().refers("aws_subnet", "id").doc("The subnet that it stands in."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// Eight gateways came up within 85 to 125 s, the median being 106.
const CREATE: Timing = timing(105, 130, "public Terraform logs: 85-125 s, median 106, n = 8");

/// The gateway is gone when its state says so, about a minute after the call.
const DELETE: Timing = timing(60, 120, "unmeasured: about a minute");

/// The table of `aws_nat_gateway`. Calls: Amazon EC2 API reference, `CreateNatGateway`.
pub static KIND: Kind = Kind {
    name: "aws_nat_gateway",
    provider: "aws",
    service: "ec2",
    doc: "Lets instances without a public address reach the internet or other networks.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: NatGateway::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeNatGateways"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeNatGateways"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateNatGateway", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:AssociateNatGatewayAddress",
                "ec2:DisassociateNatGatewayAddress",
                "ec2:AssignPrivateNatGatewayAddress",
                "ec2:UnassignPrivateNatGatewayAddress",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteNatGateway"],
            plane: ControlPlane::Regional,
            timing: DELETE,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A public gateway",
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
"#,
        update: "tags = { team = \"network\" }",
        replace: "allocation_id     = null\nconnectivity_type = \"private\"",
    }],
};
