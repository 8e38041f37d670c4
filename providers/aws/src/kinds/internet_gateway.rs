//! `aws_internet_gateway`: a network's way to the internet. Class C: the id is the server's and
//! `CreateInternetGateway` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_internet_gateway`.
    pub struct InternetGateway {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:internet-gateway/{id}").doc("The ARN."),
        id: String = output().made("igw-{hex:17}").doc("The id."),
        owner_id: String = output().made("{account}").doc("The account that owns the gateway."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = computed().refers("aws_vpc", "id")
            .doc("The network that the gateway is attached to; another one moves the gateway."),
    }
}

/// The table of `aws_internet_gateway`. Creating and attaching are two calls, and so are detaching and deleting.
/// Calls: Amazon EC2 API reference, `CreateInternetGateway` and `AttachInternetGateway`.
pub static KIND: Kind = Kind {
    name: "aws_internet_gateway",
    provider: "aws",
    service: "ec2",
    doc: "The gateway between a network and the internet.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: InternetGateway::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeInternetGateways", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeInternetGateways", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:AttachInternetGateway",
                "ec2:DetachInternetGateway",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteInternetGateway", "ec2:DetachInternetGateway"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A gateway",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "example" {
  vpc_id = aws_vpc.example.id
}
"#,
        update: "tags = { team = \"network\" }",
        replace: "",
    }],
};
