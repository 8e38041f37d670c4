//! `aws_vpc_peering_connection`: two networks that reach each other. Class C: the id is the server's and
//! `CreateVpcPeeringConnection` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Example, Identity, Kind, Listing, One, Operation,
    Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// What one side lets the other do.
    pub struct PeerOptions {
        allow_remote_vpc_dns_resolution: bool = optional().default_bool(false)
            .doc("Whether public names of this side resolve to private addresses on the other."),
    }
}

block! {
    /// The attributes of `aws_vpc_peering_connection`.
    pub struct PeeringConnection {
        accept_status: String = output().made("active").volatile().doc("How far the connection is."),
        accepter: BlockList<PeerOptions> = computed().maximum(1).doc("What the accepting side lets the other do."),
        auto_accept: bool = optional().local()
            .doc("Whether the connection is accepted at once: both networks in one account and region."),
        id: String = output().made("pcx-{hex:17}").doc("The id."),
        peer_owner_id: String = computed().replaces().made("{account}").doc("The account of the accepting network."),
        peer_region: String = computed().replaces().conflicts(&["auto_accept"]).made("{region}")
            .doc("The region of the accepting network."),
        peer_vpc_id: String = required().replaces().mentions("aws_vpc", "id").doc("The accepting network."),
        requester: BlockList<PeerOptions> = computed().maximum(1).doc("What the asking side lets the other do."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = required().replaces().refers("aws_vpc", "id").doc("The asking network."),
    }
}

/// The table of `aws_vpc_peering_connection`. It spans the regions of both networks and is told in each; its calls go to
/// that of the asking one. Calls: Amazon EC2 API reference, `CreateVpcPeeringConnection`.
pub static KIND: Kind = Kind {
    name: "aws_vpc_peering_connection",
    provider: "aws",
    service: "ec2",
    doc: "Lets two networks reach each other by private addresses, in one region or across two.",
    placement: Placement::Spanning,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: PeeringConnection::FIELDS,
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
                "ec2:CreateVpcPeeringConnection",
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
            calls: &["ec2:DeleteVpcPeeringConnection"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Two networks of one region",
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
  auto_accept = true
}
"#,
        update: "tags = { team = \"network\" }",
        replace: "peer_vpc_id = aws_vpc.third.id",
    }],
};
