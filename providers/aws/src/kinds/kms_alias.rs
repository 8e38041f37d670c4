//! `aws_kms_alias`: a name for a key. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{computed, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Example, Identity, Kind, Listing, NameRule, Operation, Placement,
    Scope, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_kms_alias`.
    pub struct Alias {
        arn: String = output().made("arn:aws:kms:{region}:{account}:{name}").doc("The ARN."),
        id: String = output().made("{name}").doc("The name."),
        name: String = computed().replaces().doc("The name; begins with `alias/`, but not with `alias/aws/`."),
        name_prefix: String = computed().local().conflicts(&["name"])
            .doc("Begins a derived name, and itself with `alias/`. Read only when the alias is created."),
        target_key_arn: String = output().made("arn:aws:kms:{region}:{account}:key/{target_key_id:last}").moves()
            .doc("The key, by ARN."),
        target_key_id: String = required().tail().mentions("aws_kms_key", "key_id").doc("The key, by id or ARN."),
    }
}

/// The table of `aws_kms_alias`. Calls and limits: AWS KMS API reference, `CreateAlias`.
pub static KIND: Kind = Kind {
    name: "aws_kms_alias",
    provider: "aws",
    service: "kms",
    doc: "A name for a key, which can move to another one.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 256,
        scope: Scope::Region,
    }),
    tags: None,
    fields: Alias::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["kms:ListAliases"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["kms:ListAliases"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["kms:CreateAlias"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &["kms:UpdateAlias"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["kms:DeleteAlias"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A name for a key",
        hcl: r#"resource "aws_kms_key" "example" {
  description = "Orders"
}

resource "aws_kms_key" "other" {
  description = "Invoices"
}

resource "aws_kms_alias" "example" {
  name          = "alias/relight-example"
  target_key_id = aws_kms_key.example.key_id
}
"#,
        update: "target_key_id = aws_kms_key.other.key_id",
        replace: r#"name = "alias/relight-other""#,
    }],
};
