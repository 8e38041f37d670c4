//! `aws_db_instance`: one RDS database, or a read replica of one. Class A: its identifier is unique in a region.
//!
//! A replica names its source in `replicate_source_db`; while it does, the source dictates what the data is made
//! of. Nothing turns a primary into a replica again: `demote` retires it under another name and creates one.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, ControlPlane, Detail, Example, Identity, Kind, ListOf, Listing,
    NameRule, One, Operation, Part, Placement, Restorable, Scope, Timeouts, Timing, Unsupported, block,
};

use crate::timing::{CALL, timing};

block! {
    /// An endpoint of a SQL Server availability group.
    pub struct ListenerEndpoint {
        address: String = output().doc("The DNS name."),
        hosted_zone_id: String = output().doc("The hosted zone of the name."),
        port: i64 = output().doc("The port."),
    }
}

block! {
    /// The secret that RDS keeps the master password in.
    pub struct MasterUserSecret {
        kms_key_id: String = output().made("arn:aws:kms:{region}:{account}:alias/aws/secretsmanager")
            .doc("The key that the secret is encrypted with."),
        secret_arn: String = output().made("arn:aws:secretsmanager:{region}:{account}:secret:rds!db-{hex:32}")
            .doc("The ARN of the secret."),
        secret_status: String = output().volatile().made("active").doc("Whether the secret can be used."),
    }
}

block! {
    /// A restore to a point in time of another database.
    pub struct RestoreToPointInTime {
        restore_time: String = optional().conflicts(&["use_latest_restorable_time"])
            .doc("The moment, in UTC and RFC 3339."),
        source_db_instance_automated_backups_arn: String = optional().doc("The replicated backups to restore from."),
        source_db_instance_identifier: String = optional().mentions("aws_db_instance", "identifier")
            .doc("The database to restore from, by identifier."),
        source_dbi_resource_id: String = optional().mentions("aws_db_instance", "resource_id")
            .doc("The database to restore from, by resource id: it may be gone already."),
        use_latest_restorable_time: bool = optional().conflicts(&["restore_time"])
            .doc("Whether the last possible moment is taken."),
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
    /// The attributes of `aws_db_instance`.
    pub struct DbInstance {
        address: String = output().made("{identifier}.{letters:12}.{region}.rds.amazonaws.com").plays(Part::Endpoint)
            .doc("The DNS name of the database."),
        allocated_storage: i64 = computed().doc("The storage, in GiB. It can grow, never shrink."),
        allow_major_version_upgrade: bool = optional().local()
            .doc("Whether a change of `engine_version` may be a major one."),
        apply_immediately: bool = optional().local().default_bool(false)
            .doc("Whether changes are made at once instead of in the next maintenance window."),
        arn: String = output().made("arn:aws:rds:{region}:{account}:db:{identifier}").doc("The ARN."),
        auto_minor_version_upgrade: bool = optional().default_bool(true)
            .doc("Whether RDS takes minor versions by itself in the maintenance window."),
        availability_zone: String = computed().replaces().made("{region}a").doc("The zone."),
        backup_retention_period: i64 = computed().default_number(0)
            .doc("How many days automated backups are kept, at most 35; 0 turns them off."),
        backup_target: String = computed().replaces().words(&["outposts", "region"]).made("region")
            .doc("Where backups are kept."),
        backup_window: String = computed().made("07:00-07:30").doc("When backups begin each day, in UTC."),
        ca_cert_identifier: String = computed().made("rds-ca-rsa2048-g1")
            .doc("The authority that signs the server's certificate."),
        character_set_name: String = computed()
            .doc("The character set, fixed at creation; Oracle and SQL Server only."),
        copy_tags_to_snapshot: bool = optional().default_bool(false).doc("Whether snapshots inherit the tags."),
        custom_iam_instance_profile: String = optional().replaces()
            .doc("The instance profile of an RDS Custom database."),
        customer_owned_ip_enabled: bool = optional().default_bool(false)
            .doc("Whether a database on an Outpost gets an address of the customer's own."),
        database_insights_mode: String = computed().words(&["standard", "advanced"]).made("standard")
            .doc("The mode of Database Insights."),
        db_name: String = computed().replaces().doc("The database that is made at creation."),
        db_subnet_group_name: String = computed().refers("aws_db_subnet_group", "name").made("default")
            .doc("The subnet group. Another one of the same VPC is taken in place."),
        dedicated_log_volume: bool = optional().default_bool(false)
            .doc("Whether transaction logs get a volume of their own."),
        delete_automated_backups: bool = optional().in_a_drill(true).local().default_bool(true)
            .doc("Whether deleting the database deletes its automated backups at once."),
        deletion_protection: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether RDS refuses to delete the database."),
        domain: String = optional()
            .conflicts(&["domain_auth_secret_arn", "domain_dns_ips", "domain_fqdn", "domain_ou"])
            .doc("The AWS Managed Microsoft AD directory to join."),
        domain_auth_secret_arn: String = optional().mentions("aws_secretsmanager_secret", "arn")
            .conflicts(&["domain", "domain_iam_role_name"])
            .doc("The secret of the user that joins a self-managed directory."),
        domain_dns_ips: Vec<String> = optional().conflicts(&["domain", "domain_iam_role_name"])
            .doc("The two DNS servers of a self-managed directory."),
        domain_fqdn: String = computed().conflicts(&["domain", "domain_iam_role_name"])
            .doc("The domain of a self-managed directory."),
        domain_iam_role_name: String = optional().mentions("aws_iam_role", "name")
            .conflicts(&["domain_auth_secret_arn", "domain_dns_ips", "domain_fqdn", "domain_ou"])
            .doc("The role that RDS asks the managed directory with."),
        domain_ou: String = optional().conflicts(&["domain", "domain_iam_role_name"])
            .doc("The organizational unit of a self-managed directory."),
        enabled_cloudwatch_logs_exports: BTreeSet<String> = optional()
            .doc("The logs that go to CloudWatch; which ones exist depends on the engine."),
        endpoint: String = output().made("{address}:{port}").plays(Part::Endpoint).doc("DNS name and port."),
        engine: String = computed().replaces().ignore_case()
            .doc("The engine. A replica, a restore and a snapshot bring theirs along."),
        engine_lifecycle_support: String = computed().made("open-source-rds-extended-support")
            .words(&["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"])
            .doc("Whether the engine goes on under paid support after its standard support ends."),
        engine_version: String = computed().version().made("16.8")
            .doc("The version of the engine; its beginning (`16`) is enough."),
        engine_version_actual: String = output().made("{engine_version}").moves().doc("The version that runs."),
        final_snapshot_identifier: String = optional().local()
            .doc("The snapshot that is made before the database is deleted."),
        hosted_zone_id: String = output().made("Z{digits:13}").doc("The hosted zone of `address`, for alias records."),
        iam_database_authentication_enabled: bool = optional().default_bool(false)
            .doc("Whether database users may log in with IAM."),
        id: String = output().made("{resource_id}").doc("The resource id; it survives a change of the identifier."),
        identifier: String = computed().doc("The name in the region. A change renames the database in place."),
        identifier_prefix: String = computed().conflicts(&["identifier"])
            .doc("What a derived name begins with."),
        instance_class: String = required().doc("The class, such as `db.r6g.large`."),
        iops: i64 = computed().doc("Provisioned I/O operations per second; `io1`, `io2` and large `gp3` storage."),
        kms_key_id: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The ARN of the key that the storage is encrypted with, one of the site's own region."),
        latest_restorable_time: String = output().volatile().made("{time}")
            .doc("Until when the database can be restored to a point in time."),
        license_model: String = computed().made("postgresql-license").doc("The licence that the engine runs under."),
        listener_endpoint: ListOf<ListenerEndpoint> = output()
            .doc("The endpoint of a SQL Server availability group."),
        maintenance_window: String = computed().ignore_case().made("sun:05:00-sun:05:30")
            .doc("When RDS may restart the database each week, in UTC."),
        manage_master_user_password: bool = optional().conflicts(&["password", "password_wo"])
            .doc("Whether RDS makes the master password and keeps it in a secret."),
        master_user_secret: ListOf<MasterUserSecret> = output().moves().doc("The secret with the master password."),
        master_user_secret_kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that the secret with the master password is encrypted with."),
        max_allocated_storage: i64 = optional()
            .doc("How far RDS may grow the storage by itself, in GiB; none turns growing off."),
        monitoring_interval: i64 = optional().default_number(0)
            .doc("How often enhanced monitoring reports, in seconds; 0 turns it off."),
        monitoring_role_arn: String = computed().mentions("aws_iam_role", "arn")
            .doc("The role that enhanced monitoring reports with."),
        multi_az: bool = computed().default_bool(false)
            .doc("Whether a second copy stands ready in another zone of the region."),
        nchar_character_set_name: String = computed().replaces().doc("The national character set; Oracle only."),
        network_type: String = computed().words(&["IPV4", "DUAL"]).made("IPV4").doc("The IP versions."),
        option_group_name: String = computed().made("default:{engine}").doc("The option group."),
        parameter_group_name: String = computed().made("default.{engine}").plays(Part::Settings)
            .doc("The parameter group; some of its parameters wait for a restart."),
        password: String = optional().sensitive().write_only().conflicts(&["manage_master_user_password", "password_wo"])
            .doc("The master password."),
        password_wo: String = optional().sensitive().write_only()
            .conflicts(&["manage_master_user_password", "password"])
            .doc("The master password, from an ephemeral value."),
        password_wo_version: i64 = optional().write_only().doc("Counts the changes of `password_wo`."),
        performance_insights_enabled: bool = optional().default_bool(false)
            .doc("Whether Performance Insights records."),
        performance_insights_kms_key_id: String = computed().mentions("aws_kms_key", "arn")
            .doc("The key that its records are encrypted with; it cannot be changed while they are kept."),
        performance_insights_retention_period: i64 = computed().doc("How many days its records are kept."),
        port: i64 = computed().default_number(5432).doc("The port; the engine's own one where none is given."),
        publicly_accessible: bool = optional().default_bool(false).plays(Part::Private(false))
            .doc("Whether the name resolves to a public address."),
        replica_lag_seconds: i64 = output().own().volatile().default_number(0)
            .doc("How far a replica is behind its source, in seconds."),
        replica_mode: String = computed().words(&["mounted", "open-read-only"])
            .doc("Whether an Oracle or Db2 replica can be read."),
        replicas: Vec<String> = output().volatile().doc("The replicas of this database in its region."),
        replicate_source_db: String = optional().mentions("aws_db_instance", "arn")
            .doc("What the replica copies: an ARN for another region, an identifier for the own one."),
        resource_id: String = output().made("db-{letters:26}").doc("The resource id."),
        restore_to_point_in_time: BlockList<RestoreToPointInTime> = optional().local().maximum(1).plays(Part::Backup)
            .conflicts(&["s3_import", "snapshot_identifier"])
            .doc("Where the data comes from at creation: a point in time of another database."),
        s3_import: BlockList<S3Import> = optional().local().maximum(1).plays(Part::Backup)
            .conflicts(&["restore_to_point_in_time", "snapshot_identifier"])
            .doc("Where the data comes from at creation: a backup in a bucket."),
        skip_final_snapshot: bool = optional().in_a_drill(true).local().default_bool(false)
            .doc("Whether the database is deleted without a last snapshot."),
        snapshot_identifier: String = computed().replaces().write_only().plays(Part::Backup)
            .conflicts(&["restore_to_point_in_time", "s3_import"])
            .doc("Where the data comes from at creation: a snapshot. Taking it out of the spec changes nothing."),
        status: String = output().volatile().made("available").doc("What the database is doing."),
        storage_encrypted: bool = optional().replaces().default_bool(false)
            .doc("Whether the storage is encrypted."),
        storage_throughput: i64 = computed().doc("The throughput of `gp3` storage, in MiB/s."),
        storage_type: String = computed().words(&["standard", "gp2", "gp3", "io1", "io2"]).made("gp2")
            .doc("The kind of storage."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        timezone: String = computed().replaces().doc("The time zone; SQL Server and Db2 only."),
        upgrade_storage_config: bool = optional().local()
            .doc("Whether a new replica gets the current storage layout."),
        username: String = computed().replaces().doc("The name of the master user."),
        vpc_security_group_ids: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups."),
    }
}

/// What `CreateDBInstanceReadReplica` takes from the source instead of from the caller, and what only a start
/// without a source can have. Source: Amazon RDS API reference.
const DICTATED: &[&str] = &[
    "character_set_name",
    "db_name",
    "engine",
    "manage_master_user_password",
    "master_user_secret_kms_key_id",
    "nchar_character_set_name",
    "password",
    "password_wo",
    "password_wo_version",
    "restore_to_point_in_time",
    "s3_import",
    "snapshot_identifier",
    "storage_encrypted",
    "timezone",
    "username",
];

const CREATE: Timing = timing(360, 900, "two public Terraform logs: 357 and 368 s; replicas take hours");
const CHANGE: Timing = timing(300, 1200, "unmeasured: minutes, longer where the class or storage changes");
const DELETE: Timing = timing(300, 900, "unmeasured: minutes, longer with a final snapshot");
const PROMOTE: Timing = timing(300, 900, "public drills: 4 min 30 s and 10 min, plus the replay of the lag");
const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_db_instance`. Creating one makes a DNS record, which needs Route 53's control plane; to promote,
/// change or restart one does not. Source: AWS fault isolation boundaries.
pub static KIND: Kind = Kind {
    name: "aws_db_instance",
    provider: "aws",
    service: "rds",
    doc: "A relational database, or a read replica of one.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "identifier",
        prefix: Some("identifier_prefix"),
        longest: 63,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: DbInstance::FIELDS,
    capabilities: &[
        Capability::Promotable {
            source: "replicate_source_db",
            dictated: DICTATED,
            demotes: false,
            switches: false,
            lag: Some("replica_lag_seconds"),
        },
        Capability::Restorable(Restorable {
            source: "snapshot_identifier",
            data: "aws_db_snapshot",
            of: "db_instance_identifier",
            newest: "most_recent",
        }),
    ],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "cloudwatch:GetMetricData", objects: 100, fields: &["replica_lag_seconds"] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["rds:DescribeDBInstances", "cloudwatch:GetMetricData"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["rds:DescribeDBInstances", "cloudwatch:GetMetricData"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "rds:CreateDBInstance",
                "rds:CreateDBInstanceReadReplica",
                "rds:RestoreDBInstanceFromDBSnapshot",
                "rds:RestoreDBInstanceFromS3",
                "rds:RestoreDBInstanceToPointInTime",
                "rds:ModifyDBInstance",
                "rds:AddTagsToResource",
                "rds:DescribeDBInstances",
            ],
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
            calls: &["rds:DeleteDBInstance", "rds:CreateDBSnapshot"],
            plane: SITE,
            timing: DELETE,
        },
        Operation {
            act: Act::Promote,
            calls: &["rds:PromoteReadReplica", "rds:ModifyDBInstance", "rds:DescribeDBInstances"],
            plane: SITE,
            timing: PROMOTE,
        },
        Operation {
            act: Act::Retire,
            calls: &["rds:ModifyDBInstance", "rds:AddTagsToResource", "rds:DescribeDBInstances"],
            plane: SITE,
            timing: CHANGE,
        },
    ],
    unsupported: &[Unsupported {
        name: "blue_green_update",
        reason: "relight changes a database in place and makes no blue/green deployments",
    }],
    examples: &[Example {
        title: "A database",
        hcl: r#"resource "aws_db_instance" "example" {
  identifier          = "example"
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  allocated_storage   = 20
  username            = "example"
  password            = "not-a-real-password"
  skip_final_snapshot = true
}
"#,
        update: "backup_retention_period = 7",
        replace: "storage_encrypted = true",
    }],
};
