//! `aws_secretsmanager_secret_version`: the text of a secret. Class D: its key is the secret, whose current version it
//! is.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeSet;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement,
    Unsupported, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_secretsmanager_secret_version`.
    pub struct SecretVersion {
        arn: String = output().made("{secret_id}").doc("The ARN of the secret."),
        id: String = output().made("{secret_id}|{version_id}").moves()
            .doc("The ARN of the secret, a bar, the version."),
        secret_binary: String = optional().sensitive().write_only().conflicts(&["secret_string", "secret_string_wo"])
            .doc("The bytes, in base64."),
        secret_id: String = required().replaces().refers("aws_secretsmanager_secret", "id")
            .doc("The secret, by ARN."),
        secret_string: String = optional().sensitive().write_only().conflicts(&["secret_string_wo"])
            .doc("The text. Another text becomes a new version, and the old one the previous."),
        secret_string_wo: String = optional().sensitive().write_only().doc("The text, from an ephemeral value."),
        secret_string_wo_version: i64 = optional().write_only().doc("Counts the changes of `secret_string_wo`."),
        version_id: String = output().made("{hex:32}").moves().doc("The version."),
        version_stages: BTreeSet<String> = computed()
            .doc("The labels of the version, `AWSCURRENT` among them, which it has by default."),
    }
}

const WRITES: &[&str] = &[
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
    "secretsmanager:DescribeSecret",
];

/// The table of `aws_secretsmanager_secret_version`. Calls: AWS Secrets Manager API reference, `PutSecretValue`, and
/// `UpdateSecretVersionStage`, which takes `AWSCURRENT` off no version: so the text stays until its secret goes.
pub static KIND: Kind = Kind {
    name: "aws_secretsmanager_secret_version",
    provider: "aws",
    service: "secretsmanager",
    doc: "The current text of a secret, which relight writes and never reads. It goes with its secret.",
    placement: Placement::Regional,
    identity: Identity::Key(&["secret_id"]),
    tags: None,
    fields: SecretVersion::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["secretsmanager:ListSecrets"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["secretsmanager:DescribeSecret"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: WRITES, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Update, calls: WRITES, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Delete,
            calls: &["secretsmanager:UpdateSecretVersionStage", "secretsmanager:DescribeSecret"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[Unsupported {
        name: "has_secret_string_wo",
        reason: "a text is never told back, nor which field gave it",
    }],
    examples: &[Example {
        title: "The text of a secret",
        hcl: r#"resource "aws_secretsmanager_secret" "example" {
  name                    = "relight-example/payments"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret" "other" {
  name                    = "relight-example/partners"
  recovery_window_in_days = 0
}

variable "payments_key" {
  type    = string
  default = "not-a-real-key"
}

resource "aws_secretsmanager_secret_version" "example" {
  secret_id     = aws_secretsmanager_secret.example.id
  secret_string = jsonencode({ key = var.payments_key })
}
"#,
        update: r#"secret_string = jsonencode({ key = var.payments_key, mode = "live" })"#,
        replace: "secret_id = aws_secretsmanager_secret.other.id",
    }],
};
