//! What a cloud cannot show, or shows wrongly: the one list, with the reason of each.
//!
//! An exception that nothing needs any more fails the suite.

use super::course::Stage;

/// What is not expected of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// That a stage holds.
    Stage(Stage),
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
        kind: "aws_elasticache_replication_group",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto makes no nodes for a group: it tells neither their version nor how many there are",
    },
    Exception {
        kind: "aws_s3_bucket_versioning",
        cloud: "moto",
        what: What::Stage(Stage::Delete),
        reason: "nothing makes a bucket unversioned again: what is deleted is suspended, and still seen",
    },
    Exception {
        kind: "aws_backup_selection",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "moto has no selections of backup plans",
    },
    Exception {
        kind: "aws_kms_replica_key",
        cloud: "moto",
        what: What::Stage(Stage::Create),
        reason: "a replica needs a primary in another region, and an example has one region",
    },
    Exception {
        kind: "aws_secretsmanager_secret_version",
        cloud: "moto",
        what: What::Stage(Stage::Delete),
        reason: "nobody can delete the current text of a secret but with the secret",
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
