//! The API half of `aws_rds_cluster`.
//!
//! The native id is the identifier. Operations take minutes and are polled. What a restore cannot be given, roles and the
//! Data API follow when the cluster has become available.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_rds::types::DbCluster as Cluster;
use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State,
    Typed, Value,
};

use super::{KIND, RdsCluster};
use crate::api::rds::{
    MOST_FILTERED, PAGE, at_once, check_unprotected, filter, goes_on, handle, last_snapshot, once,
    outstanding, pairs, set_tags, state, tag, update_tags,
};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, becomes, found, given, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod create;
mod global;
mod modify;
mod read;

/// The handle of a deletion that waits for the cluster to leave its global cluster; how often that was looked for
/// follows.
const LEAVE: &str = "leave ";

/// The handle of a promotion outside of a global cluster.
const ALONE: &str = "alone";

/// How often it is looked for that a cluster has left its global cluster, before it is deleted all the same.
const MOST_LOOKS: u32 = 18;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => {
                let found = read(&site, &native_id).await?.into_iter().collect();
                Ok(object_or_absent(global::tell(&site, found, &Interest::default()).await?.pop()))
            }
            Action::Find { attributes, .. } => {
                let id = given(&attributes, "cluster_identifier", "a cluster needs an identifier")?;
                Ok(found(read(&site, id).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Perform { act: Act::Promote, native_id, planned, .. } => {
                global::promote(&site, &native_id, planned).await
            }
            Action::Perform { act: Act::Demote, native_id, .. } => global::demote(&site, &native_id, 0).await,
            Action::Perform { act: Act::Retire, native_id, changes, owner, .. } => {
                if let Some(owner) = owner {
                    set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                }
                update(&site, &native_id, &changes, &at_once()).await
            }
            Action::Delete { native_id, attributes, .. } => {
                delete(&site, &native_id, &attributes, None).await
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_clusters().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    let items = answered.db_clusters.unwrap_or_default().into_iter().map(live).collect();
    Ok(Answer::Page { items: global::tell(site, items, interest).await?, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = |ids| async move {
        let asked = site.rds().describe_db_clusters().filters(filter("db-cluster-id", ids)).max_records(PAGE);
        let answered = asked.send().await.fault(Effect::None)?;
        Ok(answered.db_clusters.unwrap_or_default().into_iter().map(live).collect())
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("cluster", id))
}

fn live(cluster: Cluster) -> Live {
    let id = cluster.db_cluster_identifier.clone().unwrap_or_default();
    let state = state(cluster.status.as_deref().unwrap_or_default());
    let told = Told::of(pairs(cluster.tag_list.clone()));
    let attributes = read::attributes(cluster, &told.user);
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = RdsCluster::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let id = wanted.cluster_identifier.clone().unwrap_or_default();
    let is_whole = create::send(site, wanted, marks).await?;
    let handle = if is_whole { handle::CREATE } else { handle::COMPLETE };
    Ok(goes_on(&id, handle))
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    update_tags(site, &live, changes).await?;
    if stops_copying(site, &live, changes).await? {
        return Ok(goes_on(id, ALONE));
    }
    let changed = beside(site, &live, changes).await?;
    let modified = modify::send(site, &live, changes, attributes).await?;
    let renamed = becomes::<String>(&KIND, changes, "cluster_identifier").flatten().filter(|new| new != id);
    match (changed || modified, renamed) {
        (false, _) => Ok(object_or_absent(read(site, id).await?)),
        (true, None) => Ok(goes_on(id, handle::CHANGE)),
        (true, Some(new)) => Ok(goes_on(&new, format!("{}{id}", handle::RENAME))),
    }
}

/// What calls of its own set: roles, the Data API, and that a cluster leaves its global cluster. False when there was
/// nothing to do.
async fn beside(site: &Site, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let mut changed = false;
    if let Some(wanted) = becomes::<BTreeSet<String>>(&KIND, changes, "iam_roles") {
        changed |= set_roles(site, live, &wanted.unwrap_or_default()).await?;
    }
    let arn = live.get("arn").and_then(Value::as_str).unwrap_or_default();
    let has_door = live.get("enable_http_endpoint").and_then(Value::as_bool).unwrap_or(false);
    match becomes::<bool>(&KIND, changes, "enable_http_endpoint").flatten() {
        Some(true) if !has_door => {
            site.rds().enable_http_endpoint().resource_arn(arn).send().await.fault(Effect::Maybe)?;
            changed = true;
        }
        Some(false) if has_door => {
            site.rds().disable_http_endpoint().resource_arn(arn).send().await.fault(Effect::Maybe)?;
            changed = true;
        }
        _ => {}
    }
    let told = live.get("global_cluster_identifier").and_then(Value::as_str).filter(|id| !id.is_empty());
    match (told, becomes::<String>(&KIND, changes, "global_cluster_identifier")) {
        (Some(told), Some(None)) => {
            leave(site, told, arn).await?;
            changed = true;
        }
        (told, Some(Some(wanted))) if told != Some(wanted.as_str()) => {
            let text =
                "a cluster that stands cannot join a global cluster: RDS takes it in at its creation only";
            return Err(Fault::new(FaultKind::Invalid, text));
        }
        _ => {}
    }
    Ok(changed)
}

async fn set_roles(site: &Site, live: &Live, wanted: &BTreeSet<String>) -> Result<bool, Fault> {
    let told = live.get("iam_roles").and_then(BTreeSet::<String>::from_value).unwrap_or_default();
    for role in told.difference(wanted) {
        let asked = site.rds().remove_role_from_db_cluster().db_cluster_identifier(&*live.native_id);
        absent_is_none(asked.role_arn(role).send().await.fault(Effect::Maybe))?;
    }
    for role in wanted.difference(&told) {
        let asked = site.rds().add_role_to_db_cluster().db_cluster_identifier(&*live.native_id);
        asked.role_arn(role).send().await.fault(Effect::Maybe)?;
    }
    Ok(told != *wanted)
}

/// Takes a cluster out of its global cluster: it then stands alone, and takes writes.
async fn leave(site: &Site, global: &str, arn: &str) -> Result<(), Fault> {
    let asked = site.rds().remove_from_global_cluster().global_cluster_identifier(global);
    absent_is_none(asked.db_cluster_identifier(arn).send().await.fault(Effect::Maybe))?;
    Ok(())
}

/// Whether a cluster copies another one outside of a global cluster.
fn copies(live: &Live) -> bool {
    let told = |field: &str| live.get(field).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    told("replication_source_identifier") && !told("global_cluster_identifier")
}

/// Promotes a replica outside of a global cluster whose source was taken out of the spec; false where that is not asked
/// for. In a global cluster roles change otherwise.
async fn stops_copying(site: &Site, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let source = becomes::<String>(&KIND, changes, "replication_source_identifier");
    match (source, copies(live)) {
        (Some(None), true) => {
            let asked = site.rds().promote_read_replica_db_cluster().db_cluster_identifier(&*live.native_id);
            asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
            Ok(true)
        }
        (Some(Some(_)), _) => {
            let text = "a cluster that stands cannot become a replica, or that of another: with `--replace` it is \
                made anew";
            Err(Fault::new(FaultKind::Invalid, text))
        }
        _ => Ok(false),
    }
}

/// Deletes a cluster after it has left its global cluster, of which `looks` says how often that was looked for.
async fn delete(site: &Site, id: &str, attributes: &Object, looks: Option<u32>) -> Result<Answer, Fault> {
    let ends = || Ok(goes_on(id, handle::DELETE));
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if matches!(live.state, State::Deleting | State::Pending) {
        return ends();
    }
    check_unprotected(&live)?;
    let how = RdsCluster::from_object(attributes).map_err(shape)?;
    let snapshot = last_snapshot(copies(&live), how.skip_final_snapshot, how.final_snapshot_identifier)?;
    let arn = live.get("arn").and_then(Value::as_str).unwrap_or_default();
    let global = live.get("global_cluster_identifier").and_then(Value::as_str);
    if let Some(global) = global.filter(|_| looks.is_none_or(|looks| looks < MOST_LOOKS)) {
        if looks.is_none() {
            leave(site, global, arn).await?;
        }
        let handle = format!("{LEAVE}{}", looks.unwrap_or(0) + 1);
        return Ok(goes_on(id, handle));
    }
    let asked = site
        .rds()
        .delete_db_cluster()
        .db_cluster_identifier(id)
        .skip_final_snapshot(snapshot.is_none())
        .set_final_db_snapshot_identifier(snapshot)
        .set_delete_automated_backups(how.delete_automated_backups);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => ends(),
        None => Ok(Answer::Absent),
    }
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    if handle == handle::DELETE {
        return delete(site, id, attributes, None).await;
    }
    if handle == handle::PROMOTE {
        return global::promoting(site, id).await;
    }
    if let Some(looks) = handle.strip_prefix(global::DEMOTE) {
        return global::demote(site, id, looks.parse().unwrap_or(u32::MAX)).await;
    }
    if let Some(looks) = handle.strip_prefix(LEAVE) {
        return delete(site, id, attributes, Some(looks.parse().unwrap_or(MOST_LOOKS))).await;
    }
    let waits = || Ok(goes_on(id, handle));
    let Some(live) = read(site, id).await? else {
        // Until a new identifier holds, the cluster answers to its old one.
        let old = handle.strip_prefix(handle::RENAME);
        return match old {
            Some(old) if read(site, old).await?.is_some() => waits(),
            _ => Ok(Answer::Absent),
        };
    };
    match (handle, live.state) {
        (_, State::Failed) => Ok(Answer::Object(live)),
        (_, State::Pending) => waits(),
        (ALONE, _) if copies(&live) => waits(),
        (handle::CREATE | handle::COMPLETE, State::Ready) => {
            complete(site, live, attributes, handle == handle::COMPLETE).await
        }
        (ALONE, State::Ready) => settle(site, live, attributes, &[]).await,
        _ => Ok(Answer::Object(live)),
    }
}

/// Sets what the creation was not given.
async fn complete(site: &Site, live: Live, attributes: &Object, restored: bool) -> Result<Answer, Fault> {
    if restored {
        return settle(site, live, attributes, &["master_password", "master_password_wo"]).await;
    }
    match beside(site, &live, &outstanding(&KIND, &live, attributes, &[])).await? {
        true => Ok(goes_on(&live.native_id, handle::CHANGE)),
        false => Ok(Answer::Object(live)),
    }
}

/// Sets what was asked for and is not so; of what RDS does not tell back, only what stands in `unseen`.
async fn settle(site: &Site, live: Live, attributes: &Object, unseen: &[&str]) -> Result<Answer, Fault> {
    let changes = outstanding(&KIND, &live, attributes, unseen);
    let changed = beside(site, &live, &changes).await?;
    let asked = merged(attributes.clone(), &at_once());
    match changed | modify::send(site, &live, &changes, &asked).await? {
        true => Ok(goes_on(&live.native_id, handle::CHANGE)),
        false => Ok(Answer::Object(live)),
    }
}
