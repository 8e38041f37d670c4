//! `aws_iam_role_policy_attachment`: a managed policy on a role. Class D: its key is the pair.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_iam_role_policy_attachment`.
    pub struct RolePolicyAttachment {
        id: String = output().made("{role}/{policy_arn}").doc("The role's name, a slash, the policy's ARN."),
        policy_arn: String = required().replaces().doc("The policy, by ARN."),
        role: String = required().replaces().refers("aws_iam_role", "name").doc("The role, by name."),
    }
}

/// The home of IAM's control plane; permissions are decided without it. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// The table of `aws_iam_role_policy_attachment`. Calls: IAM API reference, `AttachRolePolicy`, which is
/// idempotent.
pub static KIND: Kind = Kind {
    name: "aws_iam_role_policy_attachment",
    provider: "aws",
    service: "iam",
    doc: "Gives a role the permissions of a managed policy.",
    placement: Placement::Global,
    identity: Identity::Key(&["role", "policy_arn"]),
    tags: None,
    fields: RolePolicyAttachment::FIELDS,
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
        Operation { act: Act::Read, calls: &["iam:ListAttachedRolePolicies"], plane: HOME, timing: CALL },
        Operation { act: Act::Create, calls: &["iam:AttachRolePolicy"], plane: HOME, timing: QUICK },
        Operation { act: Act::Delete, calls: &["iam:DetachRolePolicy"], plane: HOME, timing: CALL },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A policy of AWS on a role",
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

resource "aws_iam_role_policy_attachment" "example" {
  role       = aws_iam_role.example.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
"#,
        update: "",
        replace: r#"policy_arn = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy""#,
    }],
};
