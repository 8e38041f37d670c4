//! The API half of `aws_db_cluster_snapshot`.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_rds::types::DbClusterSnapshot as Told;
use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind};

use super::DbClusterSnapshot;
use crate::api::rds::{PAGE, pairs};
use crate::api::values::time_text;
use crate::api::{Effect, FaultOf, Site, none_of_its_calls, shape};
use crate::data::made_up::answered;

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let asked = DbClusterSnapshot::from_object(&arguments).map_err(shape)?;
        let snapshot = choose(snapshots(&site, &asked).await?, &asked)?;
        Ok(Answer::Data(answered(&arguments, &answers(snapshot, &asked))))
    })
}

async fn snapshots(site: &Site, asked: &DbClusterSnapshot) -> Result<Vec<Told>, Fault> {
    let call = site
        .rds()
        .describe_db_cluster_snapshots()
        .max_records(PAGE)
        .set_db_cluster_identifier(asked.db_cluster_identifier.clone())
        .set_db_cluster_snapshot_identifier(asked.db_cluster_snapshot_identifier.clone())
        .set_snapshot_type(asked.snapshot_type.clone())
        .set_include_shared(asked.include_shared)
        .set_include_public(asked.include_public);
    let (mut snapshots, mut marker) = (Vec::new(), None);
    loop {
        let told = call.clone().set_marker(marker).send().await.fault(Effect::None)?;
        snapshots.extend(told.db_cluster_snapshots.unwrap_or_default());
        marker = told.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(snapshots);
        }
    }
}

/// The one snapshot that is meant. One that is still being made is not the newest of several.
fn choose(mut snapshots: Vec<Told>, asked: &DbClusterSnapshot) -> Result<Told, Fault> {
    if let Some(wanted) = &asked.tags {
        snapshots.retain(|snapshot| {
            let tags: BTreeMap<String, String> = pairs(snapshot.tag_list.clone()).collect();
            wanted.iter().all(|(key, value)| tags.get(key) == Some(value))
        });
    }
    if asked.most_recent == Some(true) {
        snapshots.retain(|snapshot| snapshot.status.as_deref() == Some("available"));
    } else if snapshots.len() > 1 {
        let count = snapshots.len();
        let text =
            format!("{count} snapshots match: say more of the one that is meant, or `most_recent = true`");
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    let newest = snapshots.into_iter().max_by_key(|snapshot| snapshot.snapshot_create_time);
    newest.ok_or_else(|| Fault::new(FaultKind::NotFound, "no snapshot matches the arguments"))
}

fn answers(told: Told, asked: &DbClusterSnapshot) -> DbClusterSnapshot {
    let text = |text: Option<String>| Some(text.unwrap_or_default());
    let number = |number: Option<i32>| Some(i64::from(number.unwrap_or_default()));
    DbClusterSnapshot {
        allocated_storage: number(told.allocated_storage),
        availability_zones: Some(told.availability_zones.unwrap_or_default()),
        db_cluster_identifier: told.db_cluster_identifier,
        db_cluster_snapshot_arn: text(told.db_cluster_snapshot_arn),
        db_cluster_snapshot_identifier: told.db_cluster_snapshot_identifier.clone(),
        engine: text(told.engine),
        engine_version: text(told.engine_version),
        id: text(told.db_cluster_snapshot_identifier),
        include_public: Some(asked.include_public.unwrap_or_default()),
        include_shared: Some(asked.include_shared.unwrap_or_default()),
        kms_key_id: text(told.kms_key_id),
        license_model: text(told.license_model),
        most_recent: Some(asked.most_recent.unwrap_or_default()),
        port: number(told.port),
        snapshot_create_time: text(time_text(told.snapshot_create_time.as_ref())),
        snapshot_type: text(told.snapshot_type),
        source_db_cluster_snapshot_arn: text(told.source_db_cluster_snapshot_arn),
        status: text(told.status),
        storage_encrypted: Some(told.storage_encrypted.unwrap_or_default()),
        tags: Some(pairs(told.tag_list).collect()),
        vpc_id: text(told.vpc_id),
    }
}
