//! `aws_iam_instance_profile`: what hands a role to instances. Class A: its name is unique in the account.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation, Placement,
    Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_iam_instance_profile`.
    pub struct InstanceProfile {
        arn: String = output().made("arn:aws:iam::{account}:instance-profile{path}{name}").doc("The ARN."),
        create_date: String = output().made("{time}").doc("When it was created."),
        id: String = output().made("{name}").doc("The name."),
        name: String = computed().replaces().doc("The name, unique in the account whatever its case."),
        name_prefix: String = computed().local().conflicts(&["name"])
            .doc("Begins a derived name. Read only when the profile is created."),
        path: String = optional().replaces().default_text("/")
            .doc("The path that groups profiles; begins and ends with `/`."),
        role: String = optional().refers("aws_iam_role", "name").doc("The role, by name; at most one."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        unique_id: String = output().made("AIPA{digits:17}").doc("The id behind the name, never used twice."),
    }
}

/// The home of IAM's control plane; permissions are decided without it. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_iam_instance_profile`. Calls and limits: IAM API reference, `CreateInstanceProfile`.
pub static KIND: Kind = Kind {
    name: "aws_iam_instance_profile",
    provider: "aws",
    service: "iam",
    doc: "Hands a role to instances.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 128,
        scope: Scope::Account,
    }),
    tags: Some("tags"),
    fields: InstanceProfile::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[Detail { call: "iam:GetInstanceProfile", objects: 1, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["iam:ListInstanceProfiles", "iam:GetInstanceProfile"],
            plane: HOME,
            timing: CALL,
        },
        Operation { act: Act::Read, calls: &["iam:GetInstanceProfile"], plane: HOME, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "iam:CreateInstanceProfile",
                "iam:TagInstanceProfile",
                "iam:AddRoleToInstanceProfile",
                "iam:PassRole",
            ],
            plane: HOME,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "iam:RemoveRoleFromInstanceProfile",
                "iam:AddRoleToInstanceProfile",
                "iam:PassRole",
                "iam:TagInstanceProfile",
                "iam:UntagInstanceProfile",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["iam:DeleteInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
            plane: HOME,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A role for instances",
        hcl: r#"resource "aws_iam_role" "example" {
  name = "relight-example-web"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "example" {
  name = "relight-example-web"
  role = aws_iam_role.example.name
}
"#,
        update: r#"tags = { Team = "shop" }"#,
        replace: r#"name = "relight-example-worker""#,
    }],
};
