//! `aws_backup_vault`: where backups are kept. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation,
    Placement, Scope, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_backup_vault`.
    pub struct Vault {
        arn: String = output().made("arn:aws:backup:{region}:{account}:backup-vault:{name}").doc("The ARN."),
        force_destroy: bool = optional().default_bool(false).local()
            .doc("Whether deleting the vault first deletes the backups in it."),
        id: String = output().made("{name}").doc("The name."),
        kms_key_arn: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The key that encrypts backups; the account's own for Backup by default."),
        name: String = required().replaces().doc("The name, unique in the region of the account."),
        recovery_points: i64 = output().default_number(0).volatile().doc("How many backups are in it."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// The table of `aws_backup_vault`. Limits, pages and calls: AWS Backup API reference, `CreateBackupVault` and
/// `ListBackupVaults`, which tells all but the tags. `DescribeBackupVault` is not used: it denies what does not exist.
pub static KIND: Kind = Kind {
    name: "aws_backup_vault",
    provider: "aws",
    service: "backup",
    doc: "Where backups are kept.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule { attribute: "name", prefix: None, longest: 50, scope: Scope::Region }),
    tags: Some("tags"),
    fields: Vault::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: &[Detail { call: "backup:ListTags", objects: 1, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["backup:ListBackupVaults", "backup:ListTags"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["backup:ListBackupVaults", "backup:ListTags"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "backup:CreateBackupVault",
                "backup:TagResource",
                "backup-storage:MountCapsule",
                "kms:CreateGrant",
                "kms:GenerateDataKey",
                "kms:Decrypt",
                "kms:RetireGrant",
                "kms:DescribeKey",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["backup:TagResource", "backup:UntagResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "backup:DeleteBackupVault",
                "backup:ListRecoveryPointsByBackupVault",
                "backup:DeleteRecoveryPoint",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A vault",
        hcl: "resource \"aws_backup_vault\" \"example\" {\n  name = \"relight-example\"\n}\n",
        update: "tags = { Team = \"shop\" }",
        replace: "name = \"relight-other\"",
    }],
};
