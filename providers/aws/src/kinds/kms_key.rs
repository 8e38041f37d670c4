//! `aws_kms_key`: a key that never leaves KMS. Class C: the id is the server's and `CreateKey` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, One, Operation,
    Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_kms_key`.
    pub struct Key {
        arn: String = output().made("arn:aws:kms:{region}:{account}:key/{key_id}").doc("The ARN."),
        bypass_policy_lockout_safety_check: bool = optional().default_bool(false).local()
            .doc("Whether a policy is accepted under which its author may not change it again."),
        custom_key_store_id: String = optional().replaces()
            .doc("The custom key store that keeps the key material."),
        customer_master_key_spec: String = optional().replaces().default_text("SYMMETRIC_DEFAULT")
            .doc("Algorithm and length."),
        deletion_window_in_days: i64 = optional().default_number(30).local()
            .doc("How long a deleted key can still be brought back, 7 to 30 days."),
        description: String = computed().doc("What it is for."),
        enable_key_rotation: bool = optional().default_bool(false)
            .doc("Whether KMS makes new key material regularly."),
        id: String = output().made("{key_id}").doc("The id."),
        is_enabled: bool = optional().default_bool(true).doc("Whether the key can be used."),
        key_id: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("The id."),
        key_usage: String = optional().replaces().default_text("ENCRYPT_DECRYPT")
            .words(&["ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "SIGN_VERIFY"])
            .doc("What the key is for."),
        multi_region: bool = computed().replaces().default_bool(false)
            .doc("Whether the key can have replicas in other regions."),
        policy: String = computed().json().doc("The document that says who may use and manage the key."),
        rotation_period_in_days: i64 = computed()
            .doc("How often the key is rotated, 90 to 2560 days; every year by default."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        xks_key_id: String = optional().replaces()
            .doc("The key in an external key store that stands behind this one."),
    }
}

/// What a list of keys costs beyond its pages: whose a key is takes a call for each that is not AWS's own.
pub(super) const DETAILS: &[Detail] = &[
    Detail { call: "kms:ListAliases", objects: 100, fields: &[] },
    Detail { call: "kms:ListResourceTags", objects: 1, fields: &[] },
    Detail { call: "kms:DescribeKey", objects: 1, fields: &[] },
    Detail { call: "kms:GetKeyPolicy", objects: 1, fields: &["policy"] },
    Detail {
        call: "kms:GetKeyRotationStatus",
        objects: 1,
        fields: &["enable_key_rotation", "key_rotation_enabled", "rotation_period_in_days"],
    },
];

/// The table of `aws_kms_key`. A deleted key waits for `deletion_window_in_days`; its id is never used again.
/// Calls and limits: AWS KMS API reference, `CreateKey` and `ScheduleKeyDeletion`.
pub static KIND: Kind = Kind {
    name: "aws_kms_key",
    provider: "aws",
    service: "kms",
    doc: "A key in one region, or the primary of a multi-region key.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Key::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: DETAILS,
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
            calls: &["kms:CreateKey", "kms:EnableKeyRotation", "kms:DisableKey", "kms:TagResource"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "kms:PutKeyPolicy",
                "kms:UpdateKeyDescription",
                "kms:EnableKeyRotation",
                "kms:DisableKeyRotation",
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
        title: "A key",
        hcl: r#"resource "aws_kms_key" "example" {
  description             = "Orders"
  deletion_window_in_days = 7
}
"#,
        update: "enable_key_rotation = true",
        replace: "multi_region = true",
    }],
};
