//! `aws_rds_cluster_instance`: one instance of an Aurora cluster. Class A: its identifier is unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation, Part,
    Placement, Scope, Timeouts, Timing, Unfit, block,
};

use crate::timing::{CALL, timing};

block! {
    /// The attributes of `aws_rds_cluster_instance`.
    pub struct RdsClusterInstance {
        apply_immediately: bool = computed().local().default_bool(false)
            .doc("Whether changes are made at once instead of in the next maintenance window."),
        arn: String = output().made("arn:aws:rds:{region}:{account}:db:{identifier}").doc("The ARN."),
        auto_minor_version_upgrade: bool = optional().default_bool(true)
            .doc("Whether RDS takes minor versions by itself in the maintenance window."),
        availability_zone: String = computed().replaces().made("{region}a").doc("The zone."),
        ca_cert_identifier: String = computed().made("rds-ca-rsa2048-g1")
            .doc("The authority that signs the server's certificate."),
        cluster_identifier: String = required().replaces().refers("aws_rds_cluster", "id").doc("The cluster."),
        copy_tags_to_snapshot: bool = optional().default_bool(false).doc("Whether snapshots inherit the tags."),
        custom_iam_instance_profile: String = optional().replaces()
            .doc("The instance profile of an RDS Custom instance."),
        db_parameter_group_name: String = computed().made("default.{engine}").plays(Part::Settings)
            .doc("The parameter group."),
        db_subnet_group_name: String = computed().replaces().mentions("aws_db_subnet_group", "name").made("default")
            .doc("The subnet group: that of the cluster."),
        dbi_resource_id: String = output().made("db-{letters:26}").doc("The resource id."),
        endpoint: String = output().made("{identifier}.{letters:12}.{region}.rds.amazonaws.com")
            .doc("The DNS name of the instance."),
        engine: String = required().replaces().ignore_case().doc("The engine: that of the cluster."),
        engine_version: String = computed().version().made("16.8")
            .doc("The version of the engine. The cluster's version is what counts."),
        engine_version_actual: String = output().made("{engine_version}").moves().doc("The version that runs."),
        force_destroy: bool = optional().in_a_drill(true).local().default_bool(false)
            .doc("Whether the last instance of a replica is deleted after promoting it."),
        id: String = output().made("{identifier}").doc("The name."),
        identifier: String = computed().replaces().doc("The name in the region."),
        identifier_prefix: String = computed().replaces().conflicts(&["identifier"])
            .doc("What a derived name begins with."),
        instance_class: String = required().unfit(UNFIT).doc("The class, such as `db.r6g.large` or `db.serverless`."),
        kms_key_id: String = output().doc("The key that the cluster's storage is encrypted with."),
        monitoring_interval: i64 = optional().default_number(0)
            .doc("How often enhanced monitoring reports, in seconds; 0 turns it off."),
        monitoring_role_arn: String = computed().mentions("aws_iam_role", "arn")
            .doc("The role that enhanced monitoring reports with."),
        network_type: String = output().made("IPV4").doc("The IP versions."),
        performance_insights_enabled: bool = computed().default_bool(false)
            .doc("Whether Performance Insights records."),
        performance_insights_kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that its records are encrypted with."),
        performance_insights_retention_period: i64 = computed().doc("How many days its records are kept."),
        port: i64 = output().default_number(5432).doc("The port: that of the cluster."),
        preferred_backup_window: String = computed().made("07:00-07:30")
            .doc("When backups begin each day, in UTC: as the cluster says."),
        preferred_maintenance_window: String = computed().ignore_case().made("sun:05:00-sun:05:30")
            .doc("When RDS may restart the instance each week, in UTC."),
        promotion_tier: i64 = optional().default_number(0)
            .doc("Which instance becomes the writer first, 0 to 15; the smallest comes first."),
        publicly_accessible: bool = computed().default_bool(false)
            .doc("Whether the name resolves to a public address."),
        storage_encrypted: bool = output().default_bool(false).doc("Whether the cluster's storage is encrypted."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        writer: bool = output().volatile().default_bool(false).doc("Whether it is the writer at present."),
    }
}

const CREATE: Timing =
    timing(360, 900, "taken as for an RDS database: 357 and 368 s in two public Terraform logs");
const CHANGE: Timing = timing(120, 900, "unmeasured: minutes, longer where the class changes");
const DELETE: Timing = timing(300, 900, "unmeasured: minutes");
const SITE: ControlPlane = ControlPlane::Regional;

/// What an Aurora global database refuses. Source: Amazon Aurora user guide, "Configuration requirements of an Amazon
/// Aurora global database".
const UNFIT: &[Unfit] = &[Unfit {
    begins: "db.t",
    beside: "global_cluster_identifier",
    through: Some("aws_rds_cluster"),
    instead: "an Aurora global database takes memory-optimised classes only, `db.r5` or higher.",
}];

/// The table of `aws_rds_cluster_instance`. Creating one makes a DNS record, which needs Route 53's control plane.
/// Source: AWS fault isolation boundaries.
pub static KIND: Kind = Kind {
    name: "aws_rds_cluster_instance",
    provider: "aws",
    service: "rds",
    doc: "One instance of an Aurora cluster.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "identifier",
        prefix: Some("identifier_prefix"),
        longest: 63,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: RdsClusterInstance::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "rds:DescribeDBClusters", objects: 100, fields: &["writer"] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["rds:DescribeDBInstances", "rds:DescribeDBClusters"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["rds:DescribeDBInstances", "rds:DescribeDBClusters"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["rds:CreateDBInstance", "rds:AddTagsToResource", "rds:DescribeDBInstances"],
            plane: ControlPlane::Via("route53"),
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &["rds:ModifyDBInstance", "rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
            plane: SITE,
            timing: CHANGE,
        },
        Operation {
            act: Act::Delete,
            calls: &["rds:DeleteDBInstance", "rds:PromoteReadReplicaDBCluster"],
            plane: SITE,
            timing: DELETE,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A writer",
        hcl: r#"resource "aws_rds_cluster" "example" {
  cluster_identifier  = "example"
  engine              = "aurora-postgresql"
  master_username     = "example"
  master_password     = "not-a-real-password"
  skip_final_snapshot = true
}

resource "aws_rds_cluster_instance" "example" {
  identifier         = "example-1"
  cluster_identifier = aws_rds_cluster.example.id
  engine             = aws_rds_cluster.example.engine
  instance_class     = "db.r6g.large"
}
"#,
        update: "instance_class = \"db.r6g.xlarge\"",
        replace: "identifier = \"example-2\"",
    }],
};
