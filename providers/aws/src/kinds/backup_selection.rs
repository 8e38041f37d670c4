//! `aws_backup_selection`: what a backup plan backs up. Class A: its name is unique in the plan.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeSet;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule,
    Operation, Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A tag that is compared with a text.
    pub struct Comparison {
        key: String = required().replaces().doc("The key, behind `aws:ResourceTag/`."),
        value: String = required().replaces().doc("The text."),
    }
}

block! {
    /// What resources must be like, all of it.
    pub struct Condition {
        string_equals: Blocks<Comparison> = optional().replaces().doc("Tags that are equal."),
        string_like: Blocks<Comparison> = optional().replaces().doc("Tags that are alike, `*` standing for anything."),
        string_not_equals: Blocks<Comparison> = optional().replaces().doc("Tags that are not equal."),
        string_not_like: Blocks<Comparison> = optional().replaces().doc("Tags that are not alike."),
    }
}

block! {
    /// A tag that resources may carry: one of several is enough.
    pub struct SelectionTag {
        key: String = required().replaces().doc("The key."),
        type_: String = required().replaces().words(&["STRINGEQUALS"]).doc("How values are compared."),
        value: String = required().replaces().doc("The value."),
    }
}

block! {
    /// The attributes of `aws_backup_selection`.
    pub struct Selection {
        condition: Blocks<Condition> = optional().replaces().doc("What resources must be like, all of it."),
        iam_role_arn: String = required().replaces().mentions("aws_iam_role", "arn")
            .doc("The role that Backup takes to read the resources."),
        id: String = output().made("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}").doc("The id."),
        name: String = required().replaces().doc("The name, unique in the plan."),
        not_resources: BTreeSet<String> = computed().replaces()
            .doc("ARNs of what is left out, `*` standing for anything."),
        plan_id: String = required().replaces().refers("aws_backup_plan", "id").doc("The plan."),
        resources: BTreeSet<String> = optional().replaces()
            .doc("ARNs of what is backed up, `*` standing for anything."),
        selection_tag: Blocks<SelectionTag> = optional().replaces()
            .doc("Tags of what is backed up: one of them is enough."),
    }
}

/// The table of `aws_backup_selection`. Limits and calls: AWS Backup API reference, `CreateBackupSelection` and
/// `ListBackupSelections`, which is asked for each plan and tells neither resources nor conditions.
pub static KIND: Kind = Kind {
    name: "aws_backup_selection",
    provider: "aws",
    service: "backup",
    doc: "What a backup plan backs up.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 50,
        scope: Scope::Parent("plan_id"),
    }),
    tags: None,
    fields: Selection::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::Under { kind: "aws_backup_plan", attribute: "plan_id", page: 1000 },
    details: &[Detail {
        call: "backup:GetBackupSelection",
        objects: 1,
        fields: &["condition", "not_resources", "resources", "selection_tag"],
    }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["backup:ListBackupSelections", "backup:GetBackupSelection"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["backup:GetBackupSelection"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["backup:CreateBackupSelection", "backup:ListBackupSelections", "iam:PassRole"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["backup:DeleteBackupSelection"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Everything that carries a tag",
        hcl: r#"resource "aws_iam_role" "example" {
  name = "relight-example-backup"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "backup.amazonaws.com" }
    }]
  })
}

resource "aws_backup_vault" "example" {
  name = "relight-example"
}

resource "aws_backup_plan" "example" {
  name = "relight-example"

  rule {
    rule_name         = "nightly"
    target_vault_name = aws_backup_vault.example.name
    schedule          = "cron(0 3 * * ? *)"
  }
}

resource "aws_backup_selection" "example" {
  name         = "tagged"
  plan_id      = aws_backup_plan.example.id
  iam_role_arn = aws_iam_role.example.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "nightly"
  }
}
"#,
        update: "",
        replace: r#"name = "marked""#,
    }],
};
