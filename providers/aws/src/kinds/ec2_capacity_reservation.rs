//! `aws_ec2_capacity_reservation`: capacity that is kept for the day it is needed. Class B:
//! `CreateCapacityReservation` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_ec2_capacity_reservation`.
    pub struct CapacityReservation {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:capacity-reservation/{id}").doc("The ARN."),
        availability_zone: String = required().replaces().doc("The zone."),
        ebs_optimized: bool = optional().replaces().default_bool(false)
            .doc("Whether EBS traffic has bandwidth of its own."),
        end_date: String = optional().doc("When it ends, in RFC 3339; with `end_date_type = \"limited\"`."),
        end_date_type: String = optional().default_text("unlimited").words(&["limited", "unlimited"])
            .doc("Whether it ends by itself."),
        ephemeral_storage: bool = optional().replaces().default_bool(false)
            .doc("Whether the instances have temporary storage."),
        id: String = output().made("cr-{hex:17}").doc("The id."),
        instance_count: i64 = required().doc("For how many instances."),
        instance_match_criteria: String = optional().replaces().default_text("open").words(&["open", "targeted"])
            .doc("Whether any instance that fits uses it, or only those that name it."),
        instance_platform: String = required().replaces().doc("The operating system, such as `Linux/UNIX`."),
        instance_type: String = required().replaces().doc("The instance type."),
        outpost_arn: String = optional().replaces().doc("The Outpost that it is on."),
        owner_id: String = output().made("{account}").doc("The account that owns it."),
        placement_group_arn: String = optional().replaces().doc("The cluster placement group that it is in."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        tenancy: String = optional().replaces().default_text("default").words(&["dedicated", "default"])
            .doc("Who shares the hardware."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// The table of `aws_ec2_capacity_reservation`. Calls: Amazon EC2 API reference, `CreateCapacityReservation`.
pub static KIND: Kind = Kind {
    name: "aws_ec2_capacity_reservation",
    provider: "aws",
    service: "ec2",
    doc: "Capacity of one instance type in one zone, paid for and kept whether or not it is used.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: CapacityReservation::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeCapacityReservations"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeCapacityReservations"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateCapacityReservation", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:ModifyCapacityReservation", "ec2:CreateTags", "ec2:DeleteTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:CancelCapacityReservation"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Capacity for four web servers",
        hcl: r#"resource "aws_ec2_capacity_reservation" "example" {
  availability_zone = "us-east-1a"
  instance_type     = "m7g.large"
  instance_platform = "Linux/UNIX"
  instance_count    = 4
}
"#,
        update: "instance_count = 6",
        replace: "instance_type = \"m7g.xlarge\"",
    }],
};
