//! `aws_ecs_cluster`: where tasks and services of containers run. Class A: its name is unique in the region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule,
    Operation, Placement, Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// Where the output of commands is kept that people run in containers.
    pub struct LogConfiguration {
        cloud_watch_encryption_enabled: bool = optional().doc("Whether the log group's encryption is insisted on."),
        cloud_watch_log_group_name: String = optional().doc("The log group, by name."),
        s3_bucket_encryption_enabled: bool = optional().doc("Whether the bucket's encryption is insisted on."),
        s3_bucket_name: String = optional().mentions("aws_s3_bucket", "bucket").doc("The bucket, by name."),
        s3_key_prefix: String = optional().doc("What the names of the objects begin with."),
    }
}

block! {
    /// How people run commands in containers.
    pub struct ExecuteCommand {
        kms_key_id: String = optional().mentions("aws_kms_key", "id")
            .doc("The key that encrypts what goes to and fro."),
        log_configuration: BlockList<LogConfiguration> = optional().maximum(1)
            .doc("Where output is kept, with `logging = \"OVERRIDE\"`."),
        logging: String = optional().default_text("DEFAULT").words(&["NONE", "DEFAULT", "OVERRIDE"])
            .doc("Whether output is kept: not at all, where the container's own output goes, or elsewhere."),
    }
}

block! {
    /// How the storage that ECS keeps for tasks is encrypted.
    pub struct ManagedStorage {
        fargate_ephemeral_storage_kms_key_id: String = optional().mentions("aws_kms_key", "id")
            .doc("The key for the temporary storage of Fargate."),
        kms_key_id: String = optional().mentions("aws_kms_key", "id").doc("The key for everything else."),
    }
}

block! {
    /// Settings of commands and storage.
    pub struct Configuration {
        execute_command_configuration: BlockList<ExecuteCommand> = optional().maximum(1)
            .doc("How people run commands in containers."),
        managed_storage_configuration: BlockList<ManagedStorage> = optional().maximum(1)
            .doc("How storage is encrypted."),
    }
}

block! {
    /// What Service Connect uses where a service does not say otherwise.
    pub struct ServiceConnectDefaults {
        namespace: String = required().doc("The namespace of Cloud Map, by ARN."),
    }
}

block! {
    /// A setting by name.
    pub struct Setting {
        name: String = required().words(&["containerInsights"]).doc("The name."),
        value: String = required().doc("`enhanced`, `enabled` or `disabled`."),
    }
}

block! {
    /// The attributes of `aws_ecs_cluster`.
    pub struct Cluster {
        arn: String = output().tail().made("arn:aws:ecs:{region}:{account}:cluster/{name}").doc("The ARN."),
        configuration: BlockList<Configuration> = optional().maximum(1).doc("Settings of commands and storage."),
        id: String = output().made("{arn}").doc("The ARN, again."),
        name: String = required().replaces().doc("The name, unique in the region of the account."),
        service_connect_defaults: BlockList<ServiceConnectDefaults> = optional().maximum(1)
            .doc("What Service Connect uses where a service does not say otherwise."),
        setting: Blocks<Setting> = computed().doc("Settings by name; metrics of containers are off by default."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_ecs_cluster`. Limits, pages and calls: Amazon ECS API reference, `CreateCluster` (which answers with
/// the cluster that has the name already) and `DescribeClusters`, which tells deleted clusters as `INACTIVE`.
pub static KIND: Kind = Kind {
    name: "aws_ecs_cluster",
    provider: "aws",
    service: "ecs",
    doc: "Where tasks and services of containers run.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: Cluster::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "ecs:DescribeClusters", objects: 100, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ecs:ListClusters", "ecs:DescribeClusters"],
            plane: SITE,
            timing: CALL,
        },
        Operation { act: Act::Read, calls: &["ecs:DescribeClusters"], plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "ecs:CreateCluster",
                "ecs:TagResource",
                "ecs:DescribeClusters",
                "iam:CreateServiceLinkedRole",
            ],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ecs:UpdateCluster", "ecs:TagResource", "ecs:UntagResource"],
            plane: SITE,
            timing: CALL,
        },
        Operation { act: Act::Delete, calls: &["ecs:DeleteCluster"], plane: SITE, timing: QUICK },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A cluster whose containers are measured",
        hcl: r#"resource "aws_ecs_cluster" "example" {
  name = "relight-example"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}
"#,
        update: "setting {\n  name  = \"containerInsights\"\n  value = \"disabled\"\n}",
        replace: r#"name = "relight-example-other""#,
    }],
};
