//! `aws_secretsmanager_secret`: the shell of a secret; its text is set elsewhere. Class A: its name is unique in
//! the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule,
    Operation, Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A copy of the secret in another region.
    pub struct Replica {
        kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key of that region which encrypts the copy; the account's own for Secrets Manager by default."),
        last_accessed_date: String = output().volatile().doc("When the copy was last read."),
        region: String = required().doc("The other region."),
        status: String = output().made("InSync").volatile().doc("How the copying goes."),
        status_message: String = output().volatile().doc("What the copying says about itself."),
    }
}

block! {
    /// The attributes of `aws_secretsmanager_secret`.
    pub struct Secret {
        arn: String = output().made("arn:aws:secretsmanager:{region}:{account}:secret:{name}-{letters:6}")
            .doc("The ARN, which ends with six characters of the cloud's choice."),
        description: String = optional().doc("What it is for."),
        force_overwrite_replica_secret: bool = optional().default_bool(false).local()
            .doc("Whether a copy overwrites a secret of the same name in the other region."),
        id: String = output().made("{arn}").doc("The ARN."),
        kms_key_id: String = optional().mentions("aws_kms_key", "arn")
            .doc("The key that encrypts the text, by id or ARN; the account's own for Secrets Manager by default."),
        name: String = computed().replaces().doc("The name, unique in the region."),
        name_prefix: String = computed().local().conflicts(&["name"])
            .doc("Begins a derived name. Read only when the secret is created."),
        policy: String = computed().json().doc("The document that says who may use the secret."),
        recovery_window_in_days: i64 = optional().default_number(30).local()
            .doc("How long a deleted secret keeps its name and can be brought back: 7 to 30 days, or 0."),
        replica: Blocks<Replica> = computed().doc("Copies in other regions."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

/// The table of `aws_secretsmanager_secret`. Calls and limits: AWS Secrets Manager API reference, `CreateSecret`
/// and `DeleteSecret`.
pub static KIND: Kind = Kind {
    name: "aws_secretsmanager_secret",
    provider: "aws",
    service: "secretsmanager",
    doc: "The shell of a secret: name, key, policy and copies. Its text is set elsewhere.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 512,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Secret::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "secretsmanager:GetResourcePolicy", objects: 1, fields: &["policy"] },
        Detail { call: "secretsmanager:DescribeSecret", objects: 1, fields: &["replica"] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "secretsmanager:ListSecrets",
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:DescribeSecret",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "secretsmanager:CreateSecret",
                "secretsmanager:TagResource",
                "secretsmanager:PutResourcePolicy",
                "secretsmanager:ReplicateSecretToRegions",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "secretsmanager:UpdateSecret",
                "secretsmanager:PutResourcePolicy",
                "secretsmanager:DeleteResourcePolicy",
                "secretsmanager:ReplicateSecretToRegions",
                "secretsmanager:RemoveRegionsFromReplication",
                "secretsmanager:TagResource",
                "secretsmanager:UntagResource",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "secretsmanager:DeleteSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:RemoveRegionsFromReplication",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A secret",
        hcl: r#"resource "aws_secretsmanager_secret" "example" {
  name                    = "relight-example/payments"
  recovery_window_in_days = 0
}
"#,
        update: r#"description = "The key of the payment service""#,
        replace: r#"name = "relight-example/partners""#,
    }],
};
