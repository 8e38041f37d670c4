//! `aws_appautoscaling_target`: what Application Auto Scaling may scale, and how far. Class D: its key is the scaled
//! resource and its dimension, and registering it is an upsert.
//!
//! It carries tags, but no owner tag: what it belongs to is the scaled resource, by its key.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation,
    Part, Placement, block,
};

use crate::timing::CALL;

block! {
    /// Scaling that rests.
    pub struct SuspendedState {
        dynamic_scaling_in_suspended: bool = optional().default_bool(false)
            .doc("Whether no policy scales in."),
        dynamic_scaling_out_suspended: bool = optional().default_bool(false)
            .doc("Whether no policy scales out."),
        scheduled_scaling_suspended: bool = optional().default_bool(false)
            .doc("Whether no schedule scales."),
    }
}

block! {
    /// The attributes of `aws_appautoscaling_target`.
    pub struct Target {
        arn: String = output()
            .made("arn:aws:application-autoscaling:{region}:{account}:scalable-target/{hex:34}").doc("The ARN."),
        id: String = output().made("{resource_id}").doc("The scaled resource."),
        max_capacity: i64 = required().plays(Part::Most).doc("The most that it is scaled out to."),
        min_capacity: i64 = required().doc("The least that it is scaled in to."),
        resource_id: String = required().replaces().doc("The scaled resource, such as `service/cluster/name`."),
        role_arn: String = computed().replaces().mentions("aws_iam_role", "arn")
            .made("arn:aws:iam::{account}:role/aws-service-role/{service_namespace}.application-autoscaling.\
                amazonaws.com/AWSServiceRoleForApplicationAutoScaling")
            .doc("The role that scales."),
        scalable_dimension: String = required().replaces()
            .doc("What of the resource is scaled, such as `ecs:service:DesiredCount`."),
        service_namespace: String = required().replaces().doc("The service, such as `ecs`."),
        suspended_state: BlockList<SuspendedState> = optional().maximum(1).doc("Scaling that rests."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

const READS: &[&str] =
    &["application-autoscaling:DescribeScalableTargets", "application-autoscaling:ListTagsForResource"];

const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_appautoscaling_target`. Calls and limits: Application Auto Scaling API reference.
pub static KIND: Kind = Kind {
    name: "aws_appautoscaling_target",
    provider: "aws",
    service: "application-autoscaling",
    doc: "What Application Auto Scaling may scale, and how far.",
    placement: Placement::Regional,
    identity: Identity::Key(&["service_namespace", "resource_id", "scalable_dimension"]),
    tags: None,
    fields: Target::FIELDS,
    capabilities: &[Capability::Scalable { fields: &["min_capacity", "max_capacity"] }],
    listing: Listing::All { page: 50 },
    details: &[Detail {
        call: "application-autoscaling:ListTagsForResource",
        objects: 1,
        fields: &["tags", "tags_all"],
    }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "application-autoscaling:RegisterScalableTarget",
                "application-autoscaling:TagResource",
                "application-autoscaling:DescribeScalableTargets",
                "iam:CreateServiceLinkedRole",
            ],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "application-autoscaling:RegisterScalableTarget",
                "application-autoscaling:TagResource",
                "application-autoscaling:UntagResource",
            ],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["application-autoscaling:DeregisterScalableTarget"],
            plane: SITE,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "The reads of a table",
        hcl: r#"resource "aws_dynamodb_table" "example" {
  name           = "example"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_appautoscaling_target" "example" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.example.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}
"#,
        update: "max_capacity = 200",
        replace: "scalable_dimension = \"dynamodb:table:WriteCapacityUnits\"",
    }],
};
