//! `aws_iam_role_policy`: a policy inside a role. Class A: its name is unique in the role.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, NameRule, Operation, Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_iam_role_policy`.
    pub struct RolePolicy {
        id: String = output().made("{role}:{name}").doc("The role's name, a colon, the policy's name."),
        name: String = computed().replaces().doc("The name, unique in the role."),
        name_prefix: String = computed().local().conflicts(&["name"])
            .doc("Begins a derived name. Read only when the policy is created."),
        policy: String = required().json().doc("The document that says what the role may do."),
        role: String = required().replaces().refers("aws_iam_role", "name").doc("The role, by name."),
    }
}

/// The home of IAM's control plane; permissions are decided without it. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_iam_role_policy`. Calls and limits: IAM API reference, `PutRolePolicy`, which overwrites.
pub static KIND: Kind = Kind {
    name: "aws_iam_role_policy",
    provider: "aws",
    service: "iam",
    doc: "A policy that lives and dies with its role.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 128,
        scope: Scope::Parent("role"),
    }),
    tags: None,
    fields: RolePolicy::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["iam:GetAccountAuthorizationDetails"],
            plane: HOME,
            timing: CALL,
        },
        Operation { act: Act::Read, calls: &["iam:GetRolePolicy"], plane: HOME, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["iam:PutRolePolicy", "iam:GetRolePolicy"],
            plane: HOME,
            timing: QUICK,
        },
        Operation { act: Act::Update, calls: &["iam:PutRolePolicy"], plane: HOME, timing: CALL },
        Operation { act: Act::Delete, calls: &["iam:DeleteRolePolicy"], plane: HOME, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "What a role may do",
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

resource "aws_iam_role_policy" "example" {
  name = "read-orders"
  role = aws_iam_role.example.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::relight-example-orders/*" }]
  })
}
"#,
        update: r#"policy = jsonencode({
  Version   = "2012-10-17"
  Statement = [{ Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::relight-example-orders" }]
})"#,
        replace: r#"name = "list-orders""#,
    }],
};
