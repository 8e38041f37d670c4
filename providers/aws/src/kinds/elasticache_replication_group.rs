//! `aws_elasticache_replication_group`: a cache of Redis OSS or Valkey, with its copies and shards. Class A: its id is
//! unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, One, Operation,
    Placement, Scope, Timeouts, Timing, Unsupported, block,
};

use crate::timing::{CALL, timing};

block! {
    /// Where a log goes.
    pub struct LogDelivery {
        destination: String = required().doc("The log group or delivery stream, by name."),
        destination_type: String = required().words(&["cloudwatch-logs", "kinesis-firehose"])
            .doc("Which of the two."),
        log_format: String = required().words(&["json", "text"]).doc("The form of its lines."),
        log_type: String = required().words(&["slow-log", "engine-log"]).doc("Which log."),
    }
}

block! {
    /// The attributes of `aws_elasticache_replication_group`.
    pub struct ReplicationGroup {
        apply_immediately: bool = computed().local().default_bool(false)
            .doc("Whether changes are made at once instead of in the next maintenance window."),
        arn: String = output().made("arn:aws:elasticache:{region}:{account}:replicationgroup:{replication_group_id}")
            .doc("The ARN."),
        at_rest_encryption_enabled: String = computed().replaces().words(&["true", "false"])
            .doc("Whether what is stored is encrypted."),
        auth_token: String = optional().sensitive().write_only().conflicts(&["user_group_ids"])
            .doc("The password of clients; needs encryption in transit."),
        auth_token_update_strategy: String = optional().local().default_text("ROTATE")
            .words(&["SET", "ROTATE", "DELETE"]).doc("Whether an old password goes on to be taken."),
        auto_minor_version_upgrade: String = computed().words(&["true", "false"])
            .doc("Whether ElastiCache takes minor versions by itself in the maintenance window."),
        automatic_failover_enabled: bool = optional().default_bool(false)
            .doc("Whether a copy takes over when the primary node fails."),
        cluster_enabled: bool = output().default_bool(false).doc("Whether the data is sharded."),
        cluster_mode: String = computed().words(&["enabled", "disabled", "compatible"]).made("disabled")
            .doc("Whether clients know shards, or both ways."),
        configuration_endpoint_address: String = output()
            .doc("The DNS name that clients which know shards begin with."),
        data_tiering_enabled: bool = computed().replaces().default_bool(false)
            .doc("Whether seldom used data goes to solid state disks; r6gd nodes only."),
        description: String = required().doc("A description."),
        engine: String = optional().ignore_case().default_text("redis").words(&["redis", "valkey"])
            .doc("The engine. Redis OSS can become Valkey in place."),
        engine_version: String = computed().version().made("7.1")
            .doc("The version of the engine; its beginning (`7`) is enough."),
        engine_version_actual: String = output().made("{engine_version}").moves().doc("The version that runs."),
        final_snapshot_identifier: String = optional().local()
            .doc("The snapshot that is made before the group is deleted."),
        global_replication_group_id: String = computed().joins().replaces()
            .conflicts(&["num_node_groups", "parameter_group_name", "engine", "engine_version", "node_type",
                "snapshot_arns", "snapshot_name", "auth_token", "transit_encryption_enabled",
                "at_rest_encryption_enabled"])
            .doc("The global datastore that it joins, whose settings it then takes."),
        id: String = output().made("{replication_group_id}").doc("The id."),
        ip_discovery: String = computed().words(&["ipv4", "ipv6"]).made("ipv4")
            .doc("The IP version that nodes are told by."),
        kms_key_id: String = optional().replaces().mentions("aws_kms_key", "arn")
            .doc("The key that what is stored is encrypted with, one of the site's own region."),
        log_delivery_configuration: Blocks<LogDelivery> = optional().maximum(2).doc("Where logs go."),
        maintenance_window: String = computed().ignore_case().made("sun:05:00-sun:06:00")
            .doc("When ElastiCache may restart nodes each week, in UTC."),
        member_clusters: BTreeSet<String> = output().moves().doc("Its nodes."),
        multi_az_enabled: bool = optional().default_bool(false)
            .doc("Whether copies stand in other zones; needs automatic failover."),
        network_type: String = computed().replaces().words(&["ipv4", "ipv6", "dual_stack"]).made("ipv4")
            .doc("The IP versions."),
        node_type: String = computed().made("cache.r6g.large").doc("The type of its nodes."),
        notification_topic_arn: String = optional().mentions("aws_sns_topic", "arn").doc("Where it reports to."),
        num_cache_clusters: i64 = computed().default_number(1)
            .conflicts(&["num_node_groups", "replicas_per_node_group"])
            .doc("How many nodes there are, the primary one included; for a group without shards."),
        num_node_groups: i64 = computed().default_number(1).doc("How many shards there are."),
        parameter_group_name: String = computed().made("default.redis7").doc("The parameter group."),
        port: i64 = optional().replaces().default_number(6379).doc("The port."),
        preferred_cache_cluster_azs: Vec<String> = optional().local()
            .doc("The zones of new nodes, the primary one's first."),
        primary_endpoint_address: String = output()
            .made("{replication_group_id}.{letters:6}.ng.0001.{region}.cache.amazonaws.com")
            .doc("The DNS name of the primary node; for a group without shards."),
        reader_endpoint_address: String = output()
            .made("{replication_group_id}-ro.{letters:6}.ng.0001.{region}.cache.amazonaws.com")
            .doc("The DNS name of the copies; for a group without shards."),
        replicas_per_node_group: i64 = computed().doc("How many copies each shard has, at most 5."),
        replication_group_id: String = required().replaces().ignore_case().doc("The name in the region."),
        security_group_ids: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups."),
        snapshot_arns: BTreeSet<String> = optional().replaces().write_only()
            .doc("Where the data comes from at creation: a snapshot in S3."),
        snapshot_name: String = optional().replaces().write_only()
            .doc("Where the data comes from at creation: a snapshot."),
        snapshot_retention_limit: i64 = optional().default_number(0)
            .doc("How many days daily snapshots are kept; 0 makes none."),
        snapshot_window: String = computed().made("03:00-04:00").doc("When snapshots are made each day, in UTC."),
        subnet_group_name: String = computed().replaces().refers("aws_elasticache_subnet_group", "name")
            .doc("The subnet group."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        transit_encryption_enabled: bool = computed().default_bool(false)
            .doc("Whether connections are encrypted. Engines before 7.0.5 take it at creation only."),
        transit_encryption_mode: String = computed().words(&["preferred", "required"])
            .doc("Whether connections that are not encrypted are still taken."),
        user_group_ids: BTreeSet<String> = optional().maximum(1).doc("The user group that may log in."),
    }
}

const CREATE: Timing = timing(600, 1200, "unmeasured: minutes, longer with shards and copies");
const CHANGE: Timing = timing(300, 1800, "unmeasured: minutes, longer for resharding and upgrades");
const DELETE: Timing = timing(300, 900, "unmeasured: minutes, longer with a final snapshot");
const SITE: ControlPlane = ControlPlane::Regional;
const READS: &[&str] = &[
    "elasticache:DescribeReplicationGroups",
    "elasticache:DescribeCacheClusters",
    "elasticache:ListTagsForResource",
];

/// The table of `aws_elasticache_replication_group`. Creating one makes DNS records, which needs Route 53's control plane.
/// Source: AWS fault isolation boundaries.
pub static KIND: Kind = Kind {
    name: "aws_elasticache_replication_group",
    provider: "aws",
    service: "elasticache",
    doc: "A cache of Redis OSS or Valkey, with its copies and shards.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "replication_group_id",
        prefix: None,
        longest: 40,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: ReplicationGroup::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "elasticache:ListTagsForResource", objects: 1, fields: &[] },
        Detail { call: "elasticache:DescribeCacheClusters", objects: 100, fields: OF_NODES },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["elasticache:CreateReplicationGroup", "elasticache:AddTagsToResource"],
            plane: ControlPlane::Via("route53"),
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticache:ModifyReplicationGroup",
                "elasticache:ModifyReplicationGroupShardConfiguration",
                "elasticache:IncreaseReplicaCount",
                "elasticache:DecreaseReplicaCount",
                "elasticache:AddTagsToResource",
                "elasticache:RemoveTagsFromResource",
            ],
            plane: SITE,
            timing: CHANGE,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticache:DeleteReplicationGroup", "elasticache:CreateSnapshot"],
            plane: SITE,
            timing: DELETE,
        },
    ],
    unsupported: &[Unsupported {
        name: "security_group_names",
        reason: "AWS has ended EC2-Classic: use `security_group_ids`",
    }],
    examples: &[Example {
        title: "A primary node and a copy",
        hcl: r#"resource "aws_elasticache_replication_group" "example" {
  replication_group_id       = "example"
  description                = "Sessions of the example"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  apply_immediately          = true
}
"#,
        update: "snapshot_retention_limit = 3",
        replace: "replication_group_id = \"other\"",
    }],
};

/// What only the nodes of a group tell.
const OF_NODES: &[&str] = &[
    "engine_version",
    "engine_version_actual",
    "maintenance_window",
    "node_type",
    "notification_topic_arn",
    "parameter_group_name",
    "security_group_ids",
    "subnet_group_name",
];
