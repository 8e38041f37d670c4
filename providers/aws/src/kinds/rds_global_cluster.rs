//! `aws_rds_global_cluster`: one Aurora database over several regions. Class A: its identifier is unique in an account.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, NameRule, One, Operation, Placement, Scope,
    SetOf, Timeouts, Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// A cluster of the global cluster.
    pub struct Member {
        db_cluster_arn: String = output().doc("The cluster."),
        is_writer: bool = output().doc("Whether it takes writes."),
    }
}

block! {
    /// The attributes of `aws_rds_global_cluster`.
    pub struct RdsGlobalCluster {
        arn: String = output().made("arn:aws:rds::{account}:global-cluster:{global_cluster_identifier}")
            .doc("The ARN; it names no region."),
        database_name: String = computed().replaces().doc("The database that is made at creation."),
        deletion_protection: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether RDS refuses to delete the global cluster."),
        endpoint: String = output()
            .made("{global_cluster_identifier}.global-{letters:12}.global.rds.amazonaws.com")
            .doc("The DNS name that follows the writer."),
        engine: String = computed().replaces().words(&["aurora", "aurora-mysql", "aurora-postgresql"])
            .conflicts(&["source_db_cluster_identifier"]).doc("The engine."),
        engine_lifecycle_support: String = computed().made("open-source-rds-extended-support")
            .words(&["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"])
            .doc("Whether the engine goes on under paid support after its standard support ends."),
        engine_version: String = computed().version().made("16.8")
            .doc("The version of the engine; a change upgrades all members."),
        engine_version_actual: String = output().made("{engine_version}").moves().doc("The version that runs."),
        force_destroy: bool = optional().local().default_bool(false)
            .doc("Whether clusters that still belong to it are taken out before it is deleted."),
        global_cluster_identifier: String = required().replaces().doc("The name in the account."),
        global_cluster_members: SetOf<Member> = output().volatile().doc("The clusters that belong to it."),
        global_cluster_resource_id: String = output().made("cluster-{hex:16}").doc("The resource id."),
        id: String = output().made("{global_cluster_identifier}").doc("The name."),
        source_db_cluster_identifier: String = computed().replaces().write_only()
            .mentions("aws_rds_cluster", "arn").conflicts(&["engine"])
            .doc("The ARN of the cluster that becomes the first member at creation."),
        storage_encrypted: bool = computed().replaces().default_bool(false)
            .doc("Whether the storage is encrypted."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

const QUICKLY: Timing = timing(30, 90, "unmeasured: no instances stand behind it");
const CHANGE: Timing = timing(300, 1800, "unmeasured: an upgrade goes through all members");
const DELETE: Timing = timing(60, 300, "unmeasured: members are taken out first");
const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_rds_global_cluster`. Any region of its members answers for it, so that losing one region does not
/// take its control plane away.
pub static KIND: Kind = Kind {
    name: "aws_rds_global_cluster",
    provider: "aws",
    service: "rds",
    doc: "One Aurora database over several regions: a writing cluster, and reading ones that follow it.",
    placement: Placement::Spanning,
    identity: Identity::Name(NameRule {
        attribute: "global_cluster_identifier",
        prefix: None,
        longest: 63,
        scope: Scope::Account,
    }),
    tags: Some("tags"),
    fields: RdsGlobalCluster::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation { act: Act::List, calls: &["rds:DescribeGlobalClusters"], plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: &["rds:DescribeGlobalClusters"], plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["rds:CreateGlobalCluster", "rds:AddTagsToResource", "rds:DescribeGlobalClusters"],
            plane: ControlPlane::Via("route53"),
            timing: QUICKLY,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "rds:ModifyGlobalCluster",
                "rds:ModifyDBCluster",
                "rds:AddTagsToResource",
                "rds:RemoveTagsFromResource",
            ],
            plane: SITE,
            timing: CHANGE,
        },
        Operation {
            act: Act::Delete,
            calls: &["rds:DeleteGlobalCluster", "rds:RemoveFromGlobalCluster"],
            plane: SITE,
            timing: DELETE,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A global database without members",
        hcl: r#"resource "aws_rds_global_cluster" "example" {
  global_cluster_identifier = "example"
  engine                    = "aurora-postgresql"
  engine_version            = "16.8"
}
"#,
        update: "engine_version = \"16.9\"",
        replace: "storage_encrypted = true",
    }],
};
