//! `aws_rds_cluster`: an Aurora or Multi-AZ cluster, without its instances. Class A: its identifier is unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Detail, Example, Identity, Kind, ListOf, Listing,
    NameRule, Number, One, Operation, Part, Placement, Restorable, Scope, Timeouts, Timing, Unsupported,
    block,
};

use super::db_instance::MasterUserSecret;
use crate::timing::{CALL, timing};

block! {
    /// A restore to a point in time of another cluster.
    pub struct RestoreToPointInTime {
        restore_to_time: String = optional().replaces().conflicts(&["use_latest_restorable_time"])
            .doc("The moment, in UTC and RFC 3339."),
        restore_type: String = optional().replaces().words(&["copy-on-write", "full-copy"])
            .doc("Whether the volume is copied or shared until written."),
        source_cluster_identifier: String = optional().replaces().mentions("aws_rds_cluster", "arn")
            .conflicts(&["source_cluster_resource_id"]).doc("The cluster to restore from."),
        source_cluster_resource_id: String = optional().replaces().mentions("aws_rds_cluster", "cluster_resource_id")
            .doc("The cluster to restore from, by resource id: it may be gone already."),
        use_latest_restorable_time: bool = optional().replaces().doc("Whether the last possible moment is taken."),
    }
}

block! {
    /// A start from a Percona XtraBackup in a bucket.
    pub struct S3Import {
        bucket_name: String = required().replaces().mentions("aws_s3_bucket", "bucket").doc("The bucket."),
        bucket_prefix: String = optional().replaces().doc("What the names of the backup's objects begin with."),
        ingestion_role: String = required().replaces().mentions("aws_iam_role", "arn")
            .doc("The role that RDS reads the bucket with."),
        source_engine: String = required().replaces().doc("The engine that the backup comes from; `mysql`."),
        source_engine_version: String = required().replaces().doc("The version of that engine."),
    }
}

block! {
    /// How far instances of the class `db.serverless` scale.
    pub struct ServerlessScaling {
        max_capacity: Number = required().doc("The most capacity units."),
        min_capacity: Number = required().doc("The least capacity units; 0 lets the cluster pause."),
        seconds_until_auto_pause: i64 = computed().doc("How long it stands idle before it pauses, in seconds."),
    }
}

block! {
    /// The attributes of `aws_rds_cluster`.
    pub struct RdsCluster {
        allocated_storage: i64 = computed().doc("The storage of a Multi-AZ cluster, in GiB."),
        allow_major_version_upgrade: bool = optional().local()
            .doc("Whether a change of `engine_version` may be a major one."),
        apply_immediately: bool = computed().local().default_bool(false)
            .doc("Whether changes are made at once instead of in the next maintenance window."),
        arn: String = output().made("arn:aws:rds:{region}:{account}:cluster:{cluster_identifier}").doc("The ARN."),
        availability_zones: BTreeSet<String> = computed().replaces()
            .doc("The zones of the storage: name three or none, since RDS fills them up to three."),
        backtrack_window: i64 = optional().default_number(0)
            .doc("How far an Aurora MySQL cluster can be wound back, in seconds; 0 turns it off."),
        backup_retention_period: i64 = computed().default_number(1).doc("How many days backups are kept."),
        ca_certificate_identifier: String = computed().doc("The authority that signs a Multi-AZ cluster's certificate."),
        ca_certificate_valid_till: String = output().doc("When that certificate expires."),
        cluster_identifier: String = computed().replaces().doc("The name in the region."),
        cluster_identifier_prefix: String = computed().replaces().conflicts(&["cluster_identifier"])
            .doc("What a derived name begins with."),
        cluster_members: BTreeSet<String> = computed().volatile().doc("The instances of the cluster."),
        cluster_resource_id: String = output().made("cluster-{letters:26}").doc("The resource id."),
        cluster_scalability_type: String = computed().replaces().words(&["limitless", "standard"]).made("standard")
            .doc("Whether the cluster is sharded."),
        copy_tags_to_snapshot: bool = optional().default_bool(false).doc("Whether snapshots inherit the tags."),
        database_insights_mode: String = computed().words(&["standard", "advanced"]).made("standard")
            .doc("The mode of Database Insights."),
        database_name: String = computed().replaces().doc("The database that is made at creation."),
        db_cluster_instance_class: String = optional().doc("The class of a Multi-AZ cluster's instances."),
        db_cluster_parameter_group_name: String = computed().made("default.{engine}").plays(Part::Settings)
            .doc("The parameter group."),
        db_instance_parameter_group_name: String = optional().local()
            .doc("The parameter group of all instances; used with a major upgrade only."),
        db_subnet_group_name: String = computed().replaces().refers("aws_db_subnet_group", "name").made("default")
            .doc("The subnet group."),
        db_system_id: String = computed().replaces().doc("The system identifier of an RDS Custom cluster."),
        delete_automated_backups: bool = optional().in_a_drill(true).local().default_bool(true)
            .doc("Whether deleting the cluster deletes its automated backups at once."),
        deletion_protection: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether RDS refuses to delete the cluster."),
        domain: String = optional().doc("The AWS Managed Microsoft AD directory to join."),
        domain_iam_role_name: String = optional().mentions("aws_iam_role", "name")
            .doc("The role that RDS asks the directory with."),
        enable_global_write_forwarding: bool = optional().default_bool(false)
            .doc("Whether a reading member of a global cluster hands writes on."),
        enable_http_endpoint: bool = optional().default_bool(false).doc("Whether the Data API is on."),
        enable_local_write_forwarding: bool = optional().default_bool(false)
            .doc("Whether reading instances hand writes on."),
        enabled_cloudwatch_logs_exports: BTreeSet<String> = optional()
            .doc("The logs that go to CloudWatch; which ones exist depends on the engine."),
        endpoint: String = output().made("{cluster_identifier}.cluster-{letters:12}.{region}.rds.amazonaws.com").plays(Part::Endpoint)
            .doc("The DNS name of the writer."),
        engine: String = required().replaces().ignore_case().doc("The engine."),
        engine_lifecycle_support: String = computed().made("open-source-rds-extended-support")
            .words(&["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"])
            .doc("Whether the engine goes on under paid support after its standard support ends."),
        engine_mode: String = optional().replaces().default_text("provisioned")
            .words(&["global", "multimaster", "parallelquery", "provisioned", "serverless"])
            .doc("The mode; `provisioned` for everything of today."),
        engine_version: String = computed().version().made("16.8")
            .doc("The version of the engine; its beginning (`16`) is enough."),
        engine_version_actual: String = output().made("{engine_version}").moves().doc("The version that runs."),
        final_snapshot_identifier: String = optional().local()
            .doc("The snapshot that is made before the cluster is deleted."),
        global_cluster_identifier: String = optional().joins().plays(Part::Group)
            .refers("aws_rds_global_cluster", "id")
            .doc("The global cluster that it belongs to. Taken out of the spec, the cluster leaves it."),
        hosted_zone_id: String = output().made("Z{digits:13}").doc("The hosted zone of the endpoints."),
        iam_database_authentication_enabled: bool = optional().default_bool(false)
            .doc("Whether database users may log in with IAM."),
        iam_roles: BTreeSet<String> = computed().mentions("aws_iam_role", "arn").doc("Roles that the cluster uses."),
        id: String = output().made("{cluster_identifier}").doc("The name."),
        iops: i64 = optional().doc("Provisioned I/O operations per second of a Multi-AZ cluster."),
        kms_key_id: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The ARN of the key that the storage is encrypted with, one of the site's own region."),
        manage_master_user_password: bool = optional().conflicts(&["master_password", "master_password_wo"])
            .doc("Whether RDS makes the master password and keeps it in a secret."),
        master_password: String = optional().sensitive().write_only()
            .conflicts(&["manage_master_user_password", "master_password_wo"]).doc("The master password."),
        master_password_wo: String = optional().sensitive().write_only()
            .conflicts(&["manage_master_user_password", "master_password"])
            .doc("The master password, from an ephemeral value."),
        master_password_wo_version: i64 = optional().write_only().doc("Counts the changes of `master_password_wo`."),
        master_user_secret: ListOf<MasterUserSecret> = output().moves().doc("The secret with the master password."),
        master_user_secret_kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that the secret with the master password is encrypted with."),
        master_username: String = computed().replaces().doc("The name of the master user."),
        monitoring_interval: i64 = computed().default_number(0)
            .doc("How often enhanced monitoring of a Multi-AZ cluster reports, in seconds."),
        monitoring_role_arn: String = computed().mentions("aws_iam_role", "arn")
            .doc("The role that enhanced monitoring reports with."),
        network_type: String = computed().words(&["IPV4", "DUAL"]).made("IPV4").doc("The IP versions."),
        performance_insights_enabled: bool = optional().default_bool(false)
            .doc("Whether Performance Insights records."),
        performance_insights_kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that its records are encrypted with."),
        performance_insights_retention_period: i64 = computed().doc("How many days its records are kept."),
        port: i64 = computed().default_number(5432).doc("The port; the engine's own one where none is given."),
        preferred_backup_window: String = computed().made("07:00-07:30").doc("When backups begin each day, in UTC."),
        preferred_maintenance_window: String = computed().ignore_case().made("sun:05:00-sun:05:30")
            .doc("When RDS may restart the cluster each week, in UTC."),
        primary_cluster_arn: String = optional().own().mentions("aws_rds_cluster", "arn")
            .doc("In a global cluster, the ARN of the member that writes; null for that one itself."),
        reader_endpoint: String = output()
            .made("{cluster_identifier}.cluster-ro-{letters:12}.{region}.rds.amazonaws.com")
            .doc("The DNS name of the readers."),
        replica_lag_seconds: i64 = output().own().volatile().default_number(0)
            .doc("How far a reading member of a global cluster is behind the writing one, in seconds."),
        replication_source_identifier: String = optional().mentions("aws_rds_cluster", "arn")
            .doc("What a replica outside of a global cluster copies: the ARN of a cluster or database. Taken out of \
                the spec, the replica is promoted."),
        restore_to_point_in_time: BlockList<RestoreToPointInTime> = optional().local().maximum(1).plays(Part::Backup)
            .conflicts(&["s3_import", "snapshot_identifier"])
            .doc("Where the data comes from at creation: a point in time of another cluster."),
        s3_import: BlockList<S3Import> = optional().local().maximum(1).plays(Part::Backup)
            .conflicts(&["restore_to_point_in_time", "snapshot_identifier"])
            .doc("Where the data comes from at creation: a backup in a bucket."),
        serverlessv2_scaling_configuration: BlockList<ServerlessScaling> = computed().maximum(1)
            .doc("How far instances of the class `db.serverless` scale."),
        skip_final_snapshot: bool = optional().in_a_drill(true).local().default_bool(false)
            .doc("Whether the cluster is deleted without a last snapshot."),
        snapshot_identifier: String = computed().replaces().write_only().plays(Part::Backup)
            .conflicts(&["restore_to_point_in_time", "s3_import"])
            .doc("Where the data comes from at creation: a snapshot. Taking it out of the spec changes nothing."),
        source_region: String = optional().local().doc("The region of an encrypted replica's source."),
        storage_encrypted: bool = computed().replaces().default_bool(false).doc("Whether the storage is encrypted."),
        storage_type: String = computed().doc("`aurora-iopt1` for Aurora's flat I/O price; the type of a Multi-AZ \
            cluster's storage."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_security_group_ids: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups."),
    }
}

/// What a reading member of a global cluster takes from the writing one. Source: Amazon RDS API reference,
/// `CreateDBCluster`; whether the storage is encrypted each member says for itself.
const DICTATED: &[&str] = &[
    "database_name",
    "manage_master_user_password",
    "master_password",
    "master_password_wo",
    "master_password_wo_version",
    "master_user_secret_kms_key_id",
    "master_username",
    "restore_to_point_in_time",
    "s3_import",
    "snapshot_identifier",
];

const CREATE: Timing = timing(120, 600, "unmeasured: storage and endpoints only, instances come after");
const CHANGE: Timing = timing(60, 900, "unmeasured: minutes, longer for an upgrade");
const DELETE: Timing = timing(120, 600, "unmeasured: minutes, longer with a final snapshot");
const PROMOTE: Timing =
    timing(120, 300, "AWS: in the order of minutes; in a public switchover writes went on after 5 min 5 s");
const DEMOTE: Timing = timing(
    30,
    900,
    "unmeasured: done already after a switchover; AWS rebuilds for minutes to hours after a failover",
);
const READ: &[&str] = &["rds:DescribeDBClusters", "rds:DescribeGlobalClusters", "cloudwatch:GetMetricData"];
const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_rds_cluster`. Creating one makes DNS records, which needs Route 53's control plane. Source: AWS
/// fault isolation boundaries.
pub static KIND: Kind = Kind {
    name: "aws_rds_cluster",
    provider: "aws",
    service: "rds",
    doc: "An Aurora or Multi-AZ database cluster, without its instances.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "cluster_identifier",
        prefix: Some("cluster_identifier_prefix"),
        longest: 63,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: RdsCluster::FIELDS,
    capabilities: &[
        Capability::Promotable {
            source: "primary_cluster_arn",
            dictated: DICTATED,
            demotes: true,
            switches: true,
            lag: Some("replica_lag_seconds"),
        },
        Capability::Restorable(Restorable {
            source: "snapshot_identifier",
            data: "aws_db_cluster_snapshot",
            of: "db_cluster_identifier",
            newest: "most_recent",
        }),
    ],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "rds:DescribeGlobalClusters", objects: 100, fields: &["primary_cluster_arn"] },
        Detail { call: "cloudwatch:GetMetricData", objects: 100, fields: &["replica_lag_seconds"] },
    ],
    operations: &[
        Operation { act: Act::List, calls: READ, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READ, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "rds:CreateDBCluster",
                "rds:RestoreDBClusterFromS3",
                "rds:RestoreDBClusterFromSnapshot",
                "rds:RestoreDBClusterToPointInTime",
                "rds:ModifyDBCluster",
                "rds:AddRoleToDBCluster",
                "rds:AddTagsToResource",
                "rds:DescribeDBClusters",
            ],
            plane: ControlPlane::Via("route53"),
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "rds:ModifyDBCluster",
                "rds:AddRoleToDBCluster",
                "rds:RemoveRoleFromDBCluster",
                "rds:PromoteReadReplicaDBCluster",
                "rds:RemoveFromGlobalCluster",
                "rds:EnableHttpEndpoint",
                "rds:DisableHttpEndpoint",
                "rds:AddTagsToResource",
                "rds:RemoveTagsFromResource",
            ],
            plane: SITE,
            timing: CHANGE,
        },
        Operation {
            act: Act::Delete,
            calls: &["rds:DeleteDBCluster", "rds:CreateDBClusterSnapshot", "rds:RemoveFromGlobalCluster"],
            plane: SITE,
            timing: DELETE,
        },
        Operation {
            act: Act::Promote,
            calls: &[
                "rds:SwitchoverGlobalCluster",
                "rds:FailoverGlobalCluster",
                "rds:DescribeGlobalClusters",
                "rds:DescribeDBClusters",
            ],
            plane: SITE,
            timing: PROMOTE,
        },
        Operation {
            act: Act::Demote,
            calls: &["rds:DescribeGlobalClusters", "rds:DescribeDBClusters"],
            plane: SITE,
            timing: DEMOTE,
        },
        Operation {
            act: Act::Retire,
            calls: &["rds:ModifyDBCluster", "rds:AddTagsToResource", "rds:DescribeDBClusters"],
            plane: SITE,
            timing: CHANGE,
        },
    ],
    unsupported: &[Unsupported {
        name: "scaling_configuration",
        reason: "AWS has ended Aurora Serverless v1: use `serverlessv2_scaling_configuration`",
    }],
    examples: &[Example {
        title: "An Aurora cluster",
        hcl: r#"resource "aws_rds_cluster" "example" {
  cluster_identifier  = "example"
  engine              = "aurora-postgresql"
  master_username     = "example"
  master_password     = "not-a-real-password"
  skip_final_snapshot = true
}
"#,
        update: "backup_retention_period = 7",
        replace: "storage_encrypted = true",
    }],
};
