//! `aws_iam_role`: who a service acts as. Class A: its name is unique in the account.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation,
    Placement, Scope, Unsupported, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A policy inside the role.
    pub struct InlinePolicy {
        name: String = optional().doc("Its name."),
        policy: String = optional().json().doc("The document."),
    }
}

block! {
    /// The attributes of `aws_iam_role`.
    pub struct Role {
        arn: String = output().made("arn:aws:iam::{account}:role{path}{name}").doc("The ARN."),
        assume_role_policy: String = required().json().doc("The document that says who may take the role."),
        create_date: String = output().made("{time}").doc("When it was created."),
        description: String = optional().doc("What it is for."),
        force_detach_policies: bool = optional().default_bool(false).local()
            .doc("Whether deleting the role first takes off what others attached, and frees instance profiles of it."),
        id: String = output().made("{name}").doc("The name."),
        inline_policy: Blocks<InlinePolicy> = computed()
            .doc("All policies inside the role, which go with it. aws_iam_role_policy adds one; use one or the other."),
        max_session_duration: i64 = optional().default_number(3600)
            .doc("How long a session lasts at most, 3600 to 43200 seconds."),
        name: String = computed().replaces().doc("The name, unique in the account whatever its case."),
        name_prefix: String = computed().local().conflicts(&["name"])
            .doc("Begins a derived name. Read only when the role is created."),
        path: String = optional().replaces().default_text("/")
            .doc("The path that groups roles; begins and ends with `/`."),
        permissions_boundary: String = optional()
            .doc("The policy, by ARN, that bounds what the role may do at most."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        unique_id: String = output().made("AROA{digits:17}").doc("The id behind the name, never used twice."),
    }
}

/// The home of IAM's control plane; permissions are decided without it. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_iam_role`. Calls and limits: IAM API reference, `CreateRole`.
pub static KIND: Kind = Kind {
    name: "aws_iam_role",
    provider: "aws",
    service: "iam",
    doc: "Who a service, an account or a person acts as, and who may do so.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 64,
        scope: Scope::Account,
    }),
    tags: Some("tags"),
    fields: Role::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[Detail {
        call: "iam:ListRoles",
        objects: 1000,
        fields: &["description", "max_session_duration"],
    }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["iam:GetAccountAuthorizationDetails", "iam:ListRoles"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy"],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["iam:CreateRole", "iam:TagRole", "iam:PutRolePolicy"],
            plane: HOME,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "iam:UpdateRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:DeleteRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:DeleteRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "iam:DeleteRole",
                "iam:ListRolePolicies",
                "iam:DeleteRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:DetachRolePolicy",
                "iam:ListInstanceProfilesForRole",
                "iam:RemoveRoleFromInstanceProfile",
            ],
            plane: HOME,
            timing: CALL,
        },
    ],
    unsupported: &[Unsupported {
        name: "managed_policy_arns",
        reason: "deprecated: use aws_iam_role_policy_attachment",
    }],
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
"#,
        update: r#"description = "Instances of the shop""#,
        replace: r#"path = "/shop/""#,
    }],
};
