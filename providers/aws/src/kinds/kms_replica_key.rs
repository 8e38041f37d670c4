//! `aws_kms_replica_key`: the copy of a multi-region key in another region. Class C: `ReplicateKey` takes no
//! token, but a region holds one replica of a primary at most, under the primary's id.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_kms_replica_key`.
    pub struct ReplicaKey {
        arn: String = output().made("arn:aws:kms:{region}:{account}:key/{key_id}").doc("The ARN."),
        bypass_policy_lockout_safety_check: bool = optional().default_bool(false).local()
            .doc("Whether a policy is accepted under which its author may not change it again."),
        deletion_window_in_days: i64 = optional().default_number(30).local()
            .doc("How long a deleted key can still be brought back, 7 to 30 days."),
        description: String = optional().doc("What it is for."),
        enabled: bool = optional().default_bool(true).doc("Whether the key can be used."),
        id: String = output().made("{key_id}").doc("The id."),
        key_id: String = output().made("{primary_key_arn:last}").doc("The id, that of the primary."),
        key_rotation_enabled: bool = output().default_bool(false).volatile()
            .doc("Whether KMS makes new key material regularly, as the primary says."),
        key_spec: String = output().made("SYMMETRIC_DEFAULT").doc("Algorithm and length, those of the primary."),
        key_usage: String = output().made("ENCRYPT_DECRYPT").doc("What the key is for, as with the primary."),
        policy: String = computed().json().doc("The document that says who may use and manage the key here."),
        primary_key_arn: String = required().replaces().mentions("aws_kms_key", "arn")
            .doc("The primary, a multi-region key of another region, by ARN."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

/// The table of `aws_kms_replica_key`. Calls and limits: AWS KMS API reference, `ReplicateKey`, which is asked in
/// the region of the primary.
pub static KIND: Kind = Kind {
    name: "aws_kms_replica_key",
    provider: "aws",
    service: "kms",
    doc: "The copy of a multi-region key: what one region encrypted, the other can decrypt.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: ReplicaKey::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: super::kms_key::DETAILS,
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "kms:ListKeys",
                "kms:ListAliases",
                "kms:ListResourceTags",
                "kms:DescribeKey",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "kms:DescribeKey",
                "kms:GetKeyPolicy",
                "kms:GetKeyRotationStatus",
                "kms:ListResourceTags",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["kms:ReplicateKey", "kms:CreateKey", "kms:DisableKey", "kms:TagResource"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "kms:PutKeyPolicy",
                "kms:UpdateKeyDescription",
                "kms:EnableKey",
                "kms:DisableKey",
                "kms:TagResource",
                "kms:UntagResource",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["kms:ScheduleKeyDeletion", "kms:DescribeKey"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "The replica of a key of another region",
        hcl: r#"resource "aws_kms_replica_key" "example" {
  primary_key_arn         = "arn:aws:kms:eu-north-1:123456789012:key/mrk-0f1e2d3c4b5a69788796a5b4"
  description             = "Orders"
  deletion_window_in_days = 7
}
"#,
        update: r#"description = "Orders and invoices""#,
        replace: r#"primary_key_arn = "arn:aws:kms:eu-north-1:123456789012:key/mrk-00112233445566778899aabb""#,
    }],
};
