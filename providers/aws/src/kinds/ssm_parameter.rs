//! `aws_ssm_parameter`: a named value. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation,
    Placement, Scope, Unsupported, block,
};

use crate::timing::CALL;

block! {
    /// The attributes of `aws_ssm_parameter`.
    pub struct Parameter {
        allowed_pattern: String = optional().doc("The regular expression that values must match."),
        arn: String = computed().made("arn:aws:ssm:{region}:{account}:parameter/{name:relative}").doc("The ARN."),
        data_type: String = computed().default_text("text")
            .words(&["aws:ec2:image", "aws:ssm:integration", "text"])
            .doc("What the value is, where AWS is to check it."),
        description: String = optional().doc("What it is for."),
        id: String = output().made("{name}").doc("The name."),
        insecure_value: String = computed().conflicts(&["value", "value_wo"])
            .doc("The value, shown in plans: for parameters that are no secrets."),
        key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that encrypts a `SecureString`; the account's own for Systems Manager by default."),
        name: String = required().replaces().doc("The name; one in a hierarchy begins with `/`."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        tier: String = computed().default_text("Standard").words(&["Advanced", "Intelligent-Tiering", "Standard"])
            .doc("How large values may be. An advanced parameter never becomes a standard one."),
        type_: String = required().words(&["SecureString", "String", "StringList"]).doc("The form of the value."),
        value: String = computed().sensitive().conflicts(&["value_wo"]).doc("The value, never shown."),
        value_wo: String = optional().sensitive().write_only().doc("The value, from an ephemeral one."),
        value_wo_version: i64 = optional().write_only().doc("Counts the changes of `value_wo`."),
        version: i64 = output().made("{version}").moves().doc("How often the parameter was changed, from 1."),
    }
}

/// The table of `aws_ssm_parameter`. Limits, pages and calls: AWS Systems Manager API reference, `PutParameter`,
/// `DescribeParameters` (50 to a page, without values and tags) and `GetParameters` (10 names).
pub static KIND: Kind = Kind {
    name: "aws_ssm_parameter",
    provider: "aws",
    service: "ssm",
    doc: "A named value, in the clear or encrypted.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 1011,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Parameter::FIELDS,
    capabilities: &[Capability::Shared],
    listing: Listing::All { page: 50 },
    details: &[
        Detail { call: "ssm:ListTagsForResource", objects: 1, fields: &[] },
        Detail { call: "ssm:GetParameters", objects: 10, fields: &["insecure_value", "value"] },
    ],
    operations: &[
        Operation {
            act: Act::List,
            calls: &[
                "ssm:DescribeParameters",
                "ssm:ListTagsForResource",
                "ssm:GetParameters",
                "kms:Decrypt",
                "sts:GetCallerIdentity",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &[
                "ssm:DescribeParameters",
                "ssm:ListTagsForResource",
                "ssm:GetParameters",
                "kms:Decrypt",
                "sts:GetCallerIdentity",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ssm:PutParameter", "ssm:AddTagsToResource", "kms:Encrypt"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ssm:PutParameter",
                "ssm:AddTagsToResource",
                "ssm:RemoveTagsFromResource",
                "kms:Encrypt",
            ],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &["ssm:DeleteParameter"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[
        Unsupported { name: "has_value_wo", reason: "the cloud does not tell which field gave the value" },
        Unsupported {
            name: "overwrite",
            reason: "a parameter that is there already is adopted by an `import` block; a change always overwrites",
        },
    ],
    examples: &[Example {
        title: "A setting",
        hcl: r#"resource "aws_ssm_parameter" "example" {
  name  = "/relight-example/shop/mode"
  type  = "String"
  value = "live"
}
"#,
        update: r#"value = "maintenance""#,
        replace: r#"name = "/relight-example/shop/state""#,
    }],
};
