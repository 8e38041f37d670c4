//! `aws_db_snapshot`: a snapshot of a database that exists already, in the site's region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{Block, DataKind, DataSource, Object, Place, Placement, Value, block};

use super::made_up::{answered, given, hex, seed};

block! {
    /// The arguments and answers of `aws_db_snapshot`.
    pub struct DbSnapshot {
        allocated_storage: i64 = output().doc("The storage, in GiB."),
        availability_zone: String = output().doc("The zone of the database."),
        db_instance_identifier: String = optional().mentions("aws_db_instance", "identifier")
            .doc("The database that it is of."),
        db_snapshot_arn: String = output().doc("The ARN."),
        db_snapshot_identifier: String = optional().doc("The name of the snapshot."),
        encrypted: bool = output().doc("Whether it is encrypted."),
        engine: String = output().doc("The engine."),
        engine_version: String = output().doc("The version of the engine."),
        id: String = output().doc("The name of the snapshot."),
        include_public: bool = optional().default_bool(false).doc("Whether public snapshots count."),
        include_shared: bool = optional().default_bool(false).doc("Whether snapshots of other accounts count."),
        iops: i64 = output().doc("Provisioned I/O operations a second."),
        kms_key_id: String = output().doc("The key that it is encrypted with."),
        license_model: String = output().doc("The licence of the engine."),
        most_recent: bool = optional().default_bool(false).doc("Whether the newest of several is taken."),
        option_group_name: String = output().doc("The option group."),
        original_snapshot_create_time: String = output().doc("When it, or what it is a copy of, was made."),
        port: i64 = output().doc("The port of the database."),
        snapshot_create_time: String = output().doc("When it was made."),
        snapshot_type: String = optional().words(&["automated", "manual", "shared", "public", "awsbackup"])
            .doc("How it came about."),
        source_db_snapshot_identifier: String = output().doc("The ARN of what it is a copy of."),
        source_region: String = output().doc("The region that it was copied from."),
        status: String = output().doc("Whether it can be used."),
        storage_type: String = output().doc("The kind of storage."),
        tags: BTreeMap<String, String> = computed().doc("Its tags; given, all of them must match."),
        vpc_id: String = output().mentions("aws_vpc", "id").doc("The VPC of the database."),
    }
}

/// The table of `aws_db_snapshot`.
pub static DATA: DataKind = DataKind {
    name: "aws_db_snapshot",
    provider: "aws",
    doc: "A snapshot of a database that exists already, in the site's region. Of several the newest that can be used \
          is taken.",
    placement: Placement::Regional,
    fields: DbSnapshot::FIELDS,
    source: DataSource::Of {
        kind: "aws_db_instance",
        argument: "db_instance_identifier",
        attribute: "identifier",
        sample,
    },
    calls: &["rds:DescribeDBSnapshots"],
    unsupported: &[],
};

/// The time of day at which simulated clouds back databases up.
const MADE_AT: &str = "2026-01-01T03:00:00Z";

/// The automated backup of a database, if it has any; or a snapshot of the name that is asked for.
fn sample(place: &Place, arguments: &Object, database: Option<&Object>) -> Result<Option<Object>, String> {
    let asked: DbSnapshot = given(arguments)?;
    let told = |name: &str| database.and_then(|database| database.get(name)).filter(|value| !value.is_null());
    let text = |name: &str| Some(told(name).and_then(Value::as_str).unwrap_or_default().to_owned());
    let number = |name: &str| told(name).and_then(Value::as_i64);
    let name = match (&asked.db_snapshot_identifier, &asked.db_instance_identifier) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) if number("backup_retention_period").unwrap_or(0) == 0 => return Ok(None),
        (None, Some(name)) => format!("rds:{name}-2026-01-01-03-00"),
        (None, None) => {
            return Err(
                "either `db_instance_identifier` or `db_snapshot_identifier` says which one".to_owned()
            );
        }
    };
    let account = super::made_up::account(place);
    let arn = format!("arn:aws:rds:{}:{account}:snapshot:{name}", place.region);
    let answers = DbSnapshot {
        allocated_storage: number("allocated_storage").or(Some(20)),
        availability_zone: Some(format!("{}a", place.region)),
        db_snapshot_arn: Some(arn),
        encrypted: Some(told("storage_encrypted").and_then(Value::as_bool).unwrap_or_default()),
        engine: text("engine"),
        engine_version: text("engine_version"),
        id: Some(name.clone()),
        iops: number("iops").or(Some(0)),
        kms_key_id: text("kms_key_id"),
        license_model: text("license_model"),
        option_group_name: text("option_group_name"),
        original_snapshot_create_time: Some(MADE_AT.to_owned()),
        port: number("port").or(Some(0)),
        snapshot_create_time: Some(MADE_AT.to_owned()),
        source_db_snapshot_identifier: Some(String::new()),
        source_region: Some(String::new()),
        status: Some("available".to_owned()),
        storage_type: text("storage_type"),
        tags: Some(asked.tags.clone().unwrap_or_default()),
        vpc_id: Some(format!("vpc-{}", hex(&seed(&place.region, arguments), 17))),
        ..DbSnapshot::default()
    };
    Ok(Some(answered(arguments, &answers)))
}
