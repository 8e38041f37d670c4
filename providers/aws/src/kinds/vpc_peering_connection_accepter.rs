//! `aws_vpc_peering_connection_accepter`: the accepting side of a peering connection. Class D: its key is the
//! connection. It carries no owner tag, for the connection itself may be told in the same region with the tags of the
//! asking side.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Example, Identity, Kind, Listing, One, Operation,
    Placement, Timeouts, block,
};

use super::vpc_peering_connection::PeerOptions;
use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_vpc_peering_connection_accepter`.
    pub struct PeeringAccepter {
        accept_status: String = output().made("active").volatile().doc("How far the connection is."),
        accepter: BlockList<PeerOptions> = computed().maximum(1).doc("What this side lets the other do."),
        auto_accept: bool = optional().local().doc("Whether the connection is accepted."),
        id: String = output().made("{vpc_peering_connection_id}").doc("The id of the connection."),
        peer_owner_id: String = output().made("{account}").doc("The account of the asking network."),
        peer_region: String = output().made("{region}").doc("The region of the asking network."),
        peer_vpc_id: String = output().made("vpc-{hex:17}").doc("The asking network."),
        requester: BlockList<PeerOptions> = computed().maximum(1).doc("What the asking side lets this one do."),
        tags: BTreeMap<String, String> = optional().doc("Tags, as this side has them."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = output().made("vpc-{hex:17}").doc("The accepting network."),
        vpc_peering_connection_id: String = required().replaces().refers("aws_vpc_peering_connection", "id")
            .doc("The connection."),
    }
}

/// The table of `aws_vpc_peering_connection_accepter`. Its end leaves the connection, as Terraform does: that ends with
/// the asking side. Calls: Amazon EC2 API reference, `AcceptVpcPeeringConnection`.
pub static KIND: Kind = Kind {
    name: "aws_vpc_peering_connection_accepter",
    provider: "aws",
    service: "ec2",
    doc: "Accepts a peering connection in the region, or the account, of the accepting network.",
    placement: Placement::Regional,
    identity: Identity::Key(&["vpc_peering_connection_id"]),
    tags: None,
    fields: PeeringAccepter::FIELDS,
    capabilities: &[Capability::Joins],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeVpcPeeringConnections"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeVpcPeeringConnections"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "ec2:AcceptVpcPeeringConnection",
                "ec2:ModifyVpcPeeringConnectionOptions",
                "ec2:CreateTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:ModifyVpcPeeringConnectionOptions", "ec2:CreateTags", "ec2:DeleteTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DescribeVpcPeeringConnections"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "The accepting side",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc" "third" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_vpc_peering_connection" "example" {
  vpc_id      = aws_vpc.example.id
  peer_vpc_id = aws_vpc.other.id
}

resource "aws_vpc_peering_connection" "third" {
  vpc_id      = aws_vpc.example.id
  peer_vpc_id = aws_vpc.third.id
}

resource "aws_vpc_peering_connection_accepter" "example" {
  vpc_peering_connection_id = aws_vpc_peering_connection.example.id
  auto_accept               = true
}
"#,
        update: "accepter {\n  allow_remote_vpc_dns_resolution = true\n}",
        replace: "vpc_peering_connection_id = aws_vpc_peering_connection.third.id",
    }],
};
