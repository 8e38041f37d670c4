//! `aws_backup_plan`: when backups are made, and how long they are kept. Class B: the id is the server's, and a
//! creation takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing,
    Operation, Part, Placement, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// How long a backup is kept, and where.
    pub struct Lifecycle {
        cold_storage_after: i64 = optional().doc("After how many days a backup moves to cold storage."),
        delete_after: i64 = optional()
            .doc("After how many days a backup is deleted: 90 more than `cold_storage_after` at least."),
        opt_in_to_archive_for_supported_resources: bool = computed()
            .doc("Whether resources that can be archived follow the rule for cold storage."),
    }
}

block! {
    /// A copy of each backup in another vault.
    pub struct CopyAction {
        destination_vault_arn: String = required().mentions("aws_backup_vault", "arn")
            .doc("The other vault, of another region perhaps, by ARN."),
        lifecycle: BlockList<Lifecycle> = optional().maximum(1).doc("How long the copy is kept."),
    }
}

block! {
    /// When backups are made, and where they go.
    pub struct Rule {
        completion_window: i64 = optional().default_number(180)
            .doc("How many minutes a backup may take before it is given up."),
        copy_action: Blocks<CopyAction> = optional().plays(COPIES).doc("Copies in other vaults."),
        enable_continuous_backup: bool = optional().default_bool(false)
            .doc("Whether any point in time can be restored."),
        lifecycle: BlockList<Lifecycle> = optional().maximum(1).doc("How long backups are kept."),
        recovery_point_tags: BTreeMap<String, String> = optional().doc("Tags of the backups."),
        rule_name: String = required().doc("The name of the rule."),
        schedule: String = optional().default_text("cron(0 5 ? * * *)")
            .doc("When backups begin, as a cron expression."),
        schedule_expression_timezone: String = optional().default_text("Etc/UTC")
            .doc("The time zone of the schedule."),
        start_window: i64 = optional().default_number(60)
            .doc("How many minutes a backup may wait before it begins."),
        target_vault_name: String = required().refers("aws_backup_vault", "name").doc("The vault, by name."),
    }
}

block! {
    /// Options of backups of one type of resource.
    pub struct AdvancedSetting {
        backup_options: BTreeMap<String, String> = required().doc("The options: `{ WindowsVSS = \"enabled\" }`."),
        resource_type: String = required().words(&["EC2"]).doc("The type of resource."),
    }
}

block! {
    /// The attributes of `aws_backup_plan`.
    pub struct Plan {
        advanced_backup_setting: Blocks<AdvancedSetting> = optional().doc("Options by type of resource."),
        arn: String = output().made("arn:aws:backup:{region}:{account}:backup-plan:{id}").doc("The ARN."),
        id: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("The id."),
        name: String = required().replaces().doc("The name."),
        rule: Blocks<Rule> = required().minimum(1).doc("When backups are made, and where they go."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        version: String = output().made("{letters:48}").moves().doc("The version, another one after each change."),
    }
}

/// Backups are made once an hour at most, and copied when they are complete. Source: AWS Backup developer guide, backup
/// plan options and configuration.
const COPIES: Part = Part::Copies { p90_seconds: 3600 };

/// The table of `aws_backup_plan`. Pages and calls: AWS Backup API reference, `CreateBackupPlan` and
/// `ListBackupPlans`, which tells neither rules nor tags.
pub static KIND: Kind = Kind {
    name: "aws_backup_plan",
    provider: "aws",
    service: "backup",
    doc: "When backups are made, where they go and how long they are kept.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: Plan::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 1000 },
    details: &[
        Detail { call: "backup:ListTags", objects: 1, fields: &[] },
        Detail { call: "backup:GetBackupPlan", objects: 1, fields: &["rule"] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["backup:ListBackupPlans", "backup:ListTags", "backup:GetBackupPlan"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["backup:GetBackupPlan", "backup:ListTags"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["backup:CreateBackupPlan", "backup:TagResource"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["backup:UpdateBackupPlan", "backup:TagResource", "backup:UntagResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["backup:DeleteBackupPlan"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A backup every night",
        hcl: r#"resource "aws_backup_vault" "example" {
  name = "relight-example"
}

resource "aws_backup_plan" "example" {
  name = "relight-example"

  rule {
    rule_name         = "nightly"
    target_vault_name = aws_backup_vault.example.name
    schedule          = "cron(0 3 * * ? *)"

    lifecycle {
      delete_after = 14
    }
  }
}
"#,
        update: r#"tags = { Team = "shop" }"#,
        replace: r#"name = "relight-other""#,
    }],
};
