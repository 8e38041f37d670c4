//! `aws_db_parameter_group`: the settings of a database engine. Class A: its name is unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation,
    Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A setting that is not the engine's default.
    pub struct Parameter {
        apply_method: String = optional().default_text("immediate").words(&["immediate", "pending-reboot"])
            .doc("Whether it counts at once or after a restart, which static parameters need."),
        name: String = required().doc("Its name."),
        value: String = required().doc("Its value."),
    }
}

block! {
    /// The attributes of `aws_db_parameter_group`.
    pub struct DbParameterGroup {
        arn: String = output().made("arn:aws:rds:{region}:{account}:pg:{name:lower}").doc("The ARN."),
        description: String = optional().replaces().default_text("Managed by Terraform")
            .doc("A description. RDS wants one, so that the default is that of Terraform."),
        family: String = required().replaces().doc("The engine and version that it is for, such as `postgres16`."),
        id: String = output().made("{name:lower}").doc("The name."),
        name: String = computed().replaces().ignore_case().doc("The name, in lower case."),
        name_prefix: String = computed().replaces().conflicts(&["name"]).doc("What a derived name begins with."),
        parameter: Blocks<Parameter> = optional().doc("Settings that are not the engine's defaults."),
        skip_destroy: bool = optional().local().default_bool(false)
            .doc("Whether the group is left where it is when it is to be deleted."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

/// `DescribeDBParameterGroups` tells neither the parameters nor the tags.
const READS: &[&str] =
    &["rds:DescribeDBParameterGroups", "rds:DescribeDBParameters", "rds:ListTagsForResource"];

/// The table of `aws_db_parameter_group`.
pub static KIND: Kind = Kind {
    name: "aws_db_parameter_group",
    provider: "aws",
    service: "rds",
    doc: "The settings of a database engine, for the databases that name the group.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: DbParameterGroup::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "rds:ListTagsForResource", objects: 1, fields: &[] },
        Detail { call: "rds:DescribeDBParameters", objects: 1, fields: &["parameter"] },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["rds:CreateDBParameterGroup", "rds:ModifyDBParameterGroup", "rds:AddTagsToResource"],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "rds:ModifyDBParameterGroup",
                "rds:ResetDBParameterGroup",
                "rds:AddTagsToResource",
                "rds:RemoveTagsFromResource",
            ],
            plane: SITE,
            timing: QUICK,
        },
        Operation { act: Act::Delete, calls: &["rds:DeleteDBParameterGroup"], plane: SITE, timing: QUICK },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Settings of PostgreSQL",
        hcl: r#"resource "aws_db_parameter_group" "example" {
  name   = "example"
  family = "postgres16"

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }
}
"#,
        update: r#"parameter {
  name  = "log_min_duration_statement"
  value = "500"
}"#,
        replace: "name = \"other\"",
    }],
};
