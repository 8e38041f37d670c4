//! What a cloud cannot show, or shows wrongly: the one list, with the reason of each.
//!
//! An exception that nothing needs any more fails the suite.

use super::stage::Stage;

/// What is not expected of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// That a stage holds.
    Stage(Stage),
    /// That a stage holds, and what comes after it.
    From(Stage),
    /// That the cloud tells a field back, wherever an object of the kind stands.
    Field(&'static str),
}

/// One exception.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The kind.
    pub kind: &'static str,
    /// The ground: `sim` or `moto`.
    pub cloud: &'static str,
    /// What is not expected.
    pub what: What,
    /// Why.
    pub reason: &'static str,
}

/// Every exception, by kind.
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        kind: "aws_ami_copy",
        cloud: "moto",
        what: What::From(Stage::Forget),
        reason: "moto drops the tags that an image is copied with: nobody can tell whose it is",
    },
    Exception {
        kind: "aws_appautoscaling_target",
        cloud: "moto",
        what: What::Stage(Stage::Read),
        reason: "moto has no tags of scalable targets",
    },
    Exception {
        kind: "aws_appautoscaling_target",
        cloud: "moto",
        what: What::From(Stage::Update),
        reason: "moto has no tags of scalable targets",
    },
    Exception {
        kind: "aws_backup_selection",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no selections of backup plans",
    },
    Exception {
        kind: "aws_ec2_capacity_reservation",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no reservations of capacity",
    },
    Exception {
        kind: "aws_elasticache_replication_group",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto makes no nodes for a group: it tells neither their version nor how many there are",
    },
    Exception {
        kind: "aws_elasticache_subnet_group",
        cloud: "moto",
        what: What::From(Stage::Update),
        reason: "moto changes and deletes no subnet groups of caches",
    },
    Exception {
        kind: "aws_kms_replica_key",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "a replica needs a primary in another region, and an example has one region",
    },
    Exception {
        kind: "aws_launch_template",
        cloud: "moto",
        what: What::Field("tags"),
        reason: "moto tells the tags of a template as they were when it was made",
    },
    Exception {
        kind: "aws_rds_global_cluster",
        cloud: "moto",
        what: What::From(Stage::Update),
        reason: "moto changes no global clusters",
    },
    Exception {
        kind: "aws_route53recoverycluster_routing_control_state",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no states of routing controls",
    },
    Exception {
        kind: "aws_route53recoverycontrolconfig_cluster",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no routing controls",
    },
    Exception {
        kind: "aws_route53recoverycontrolconfig_control_panel",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no routing controls",
    },
    Exception {
        kind: "aws_route53recoverycontrolconfig_routing_control",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no routing controls",
    },
    Exception {
        kind: "aws_route53recoverycontrolconfig_safety_rule",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no routing controls",
    },
    Exception {
        kind: "aws_s3_bucket_versioning",
        cloud: "moto",
        what: What::Stage(Stage::Delete),
        reason: "nothing makes a bucket unversioned again: what is deleted is suspended, and still seen",
    },
    Exception {
        kind: "aws_secretsmanager_secret_version",
        cloud: "moto",
        what: What::Stage(Stage::Delete),
        reason: "nobody can delete the current text of a secret but with the secret",
    },
    Exception {
        kind: "aws_vpc_endpoint",
        cloud: "moto",
        what: What::From(Stage::Replace),
        reason: "moto answers 500 when an endpoint of the gateway type is deleted",
    },
    Exception {
        kind: "aws_vpc_peering_connection_accepter",
        cloud: "moto",
        what: What::From(Stage::Delete),
        reason: "nothing takes back that a connection was accepted: what is deleted still stands",
    },
    Exception {
        kind: "cumulus_database",
        cloud: "sim",
        what: What::Stage(Stage::Force),
        reason: "the cloud keeps the name of a deleted database for days, and the replacement would have the same",
    },
    Exception {
        kind: "cumulus_database",
        cloud: "sim",
        what: What::Stage(Stage::Delete),
        reason: "the cloud keeps the name of a deleted database for days: nobody can make it again under it",
    },
];
