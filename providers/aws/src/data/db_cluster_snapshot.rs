//! `aws_db_cluster_snapshot`: a snapshot of a database cluster that exists already, in the site's region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{Block, DataKind, DataSource, Object, Place, Placement, Value, block};

use super::made_up::{answered, given, hex, seed};

block! {
    /// The arguments and answers of `aws_db_cluster_snapshot`.
    pub struct DbClusterSnapshot {
        allocated_storage: i64 = output().doc("The storage, in GiB."),
        availability_zones: Vec<String> = output().doc("The zones of its storage."),
        db_cluster_identifier: String = optional().mentions("aws_rds_cluster", "cluster_identifier")
            .doc("The database that it is of."),
        db_cluster_snapshot_arn: String = output().doc("The ARN."),
        db_cluster_snapshot_identifier: String = optional().doc("The name of the snapshot."),
        engine: String = output().doc("The engine."),
        engine_version: String = output().doc("The version of the engine."),
        id: String = output().doc("The name of the snapshot."),
        include_public: bool = optional().default_bool(false).doc("Whether public snapshots count."),
        include_shared: bool = optional().default_bool(false).doc("Whether snapshots of other accounts count."),
        kms_key_id: String = output().doc("The key that it is encrypted with."),
        license_model: String = output().doc("The licence of the engine."),
        most_recent: bool = optional().default_bool(false).doc("Whether the newest of several is taken."),
        port: i64 = output().doc("The port of the database."),
        snapshot_create_time: String = output().doc("When it was made."),
        snapshot_type: String = optional().words(&["automated", "manual", "shared", "public", "awsbackup"])
            .doc("How it came about."),
        source_db_cluster_snapshot_arn: String = output().doc("What it is a copy of."),
        status: String = output().doc("Whether it can be used."),
        storage_encrypted: bool = output().doc("Whether it is encrypted."),
        tags: BTreeMap<String, String> = computed().doc("Its tags; given, all of them must match."),
        vpc_id: String = output().mentions("aws_vpc", "id").doc("The VPC of the database."),
    }
}

/// The table of `aws_db_cluster_snapshot`.
pub static DATA: DataKind = DataKind {
    name: "aws_db_cluster_snapshot",
    provider: "aws",
    doc: "A snapshot of a database cluster that exists already, in the site's region. Of several the newest that can \
          be used is taken.",
    placement: Placement::Regional,
    fields: DbClusterSnapshot::FIELDS,
    source: DataSource::Of {
        kind: "aws_rds_cluster",
        argument: "db_cluster_identifier",
        attribute: "cluster_identifier",
        sample,
    },
    calls: &["rds:DescribeDBClusterSnapshots"],
    unsupported: &[],
};

/// The time of day at which simulated clouds back databases up.
const MADE_AT: &str = "2026-01-01T03:00:00Z";

/// The automated backup of a database, if it has any; or a snapshot of the name that is asked for.
fn sample(place: &Place, arguments: &Object, database: Option<&Object>) -> Result<Option<Object>, String> {
    let asked: DbClusterSnapshot = given(arguments)?;
    let told = |name: &str| database.and_then(|database| database.get(name)).filter(|value| !value.is_null());
    let text = |name: &str| Some(told(name).and_then(Value::as_str).unwrap_or_default().to_owned());
    let number = |name: &str| told(name).and_then(Value::as_i64);
    let name = match (&asked.db_cluster_snapshot_identifier, &asked.db_cluster_identifier) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) if number("backup_retention_period").unwrap_or(0) == 0 => return Ok(None),
        (None, Some(name)) => format!("rds:{name}-2026-01-01-03-00"),
        (None, None) => {
            return Err("either `db_cluster_identifier` or `db_cluster_snapshot_identifier` says which one"
                .to_owned());
        }
    };
    let account = super::made_up::account(place);
    let arn = format!("arn:aws:rds:{}:{account}:cluster-snapshot:{name}", place.region);
    let answers = DbClusterSnapshot {
        allocated_storage: number("allocated_storage").or(Some(1)),
        availability_zones: Some(["a", "b", "c"].map(|zone| format!("{}{zone}", place.region)).to_vec()),
        db_cluster_snapshot_arn: Some(arn),
        engine: text("engine"),
        engine_version: text("engine_version"),
        id: Some(name.clone()),
        kms_key_id: text("kms_key_id"),
        license_model: text("license_model"),
        port: number("port").or(Some(0)),
        snapshot_create_time: Some(MADE_AT.to_owned()),
        source_db_cluster_snapshot_arn: Some(String::new()),
        status: Some("available".to_owned()),
        storage_encrypted: Some(told("storage_encrypted").and_then(Value::as_bool).unwrap_or_default()),
        tags: Some(asked.tags.clone().unwrap_or_default()),
        vpc_id: Some(format!("vpc-{}", hex(&seed(&place.region, arguments), 17))),
        ..DbClusterSnapshot::default()
    };
    Ok(Some(answered(arguments, &answers)))
}
