//! The API half of `aws_rds_global_cluster`. The native id is the identifier.
//!
//! Any region of its members answers for it. A change of its version upgrades all members.

use std::sync::Arc;

use aws_sdk_rds::types::GlobalCluster;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, SetOf, State, Value,
};

use super::{KIND, Member, RdsGlobalCluster};
use crate::api::rds::{
    PAGE, check_unprotected, goes_on, handle, once, pairs, set_tags, settled, state, tag, update_tags,
};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, found, given, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let id =
                    given(&attributes, "global_cluster_identifier", "a global cluster needs an identifier")?;
                Ok(found(read(&site, id).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Poll { native_id, handle, attributes, .. } => match &*handle {
                handle::DELETE => delete(&site, &native_id, &attributes).await,
                _ => poll(&site, &native_id).await,
            },
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.rds().describe_global_clusters().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    let items = answered.global_clusters.unwrap_or_default().into_iter().map(live).collect();
    Ok(Answer::Page { items, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let asked = site.rds().describe_global_clusters().global_cluster_identifier(id);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let mut found = answered.and_then(|answered| answered.global_clusters).unwrap_or_default().into_iter();
    Ok(found.find(|cluster| cluster.global_cluster_identifier() == Some(id)).map(live))
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("global cluster", id))
}

fn live(cluster: GlobalCluster) -> Live {
    let id = cluster.global_cluster_identifier.clone().unwrap_or_default();
    let state = state(cluster.status.as_deref().unwrap_or_default());
    let told = Told::of(pairs(cluster.tag_list));
    let members = cluster.global_cluster_members.unwrap_or_default().into_iter();
    let members =
        members.map(|member| Member { db_cluster_arn: member.db_cluster_arn, is_writer: member.is_writer });
    let attributes = RdsGlobalCluster {
        arn: cluster.global_cluster_arn,
        database_name: cluster.database_name,
        deletion_protection: cluster.deletion_protection,
        endpoint: cluster.endpoint,
        engine: cluster.engine,
        engine_lifecycle_support: cluster.engine_lifecycle_support,
        engine_version: cluster.engine_version.clone(),
        engine_version_actual: cluster.engine_version,
        global_cluster_identifier: Some(id.clone()),
        global_cluster_members: Some(SetOf(members.collect())),
        global_cluster_resource_id: cluster.global_cluster_resource_id,
        id: Some(id.clone()),
        storage_encrypted: cluster.storage_encrypted,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..RdsGlobalCluster::default()
    };
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = RdsGlobalCluster::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let id = wanted.global_cluster_identifier.unwrap_or_default();
    let asked = site
        .rds()
        .create_global_cluster()
        .global_cluster_identifier(&id)
        .set_source_db_cluster_identifier(wanted.source_db_cluster_identifier)
        .set_engine(wanted.engine)
        .set_engine_version(wanted.engine_version)
        .set_engine_lifecycle_support(wanted.engine_lifecycle_support)
        .set_deletion_protection(wanted.deletion_protection)
        .set_database_name(wanted.database_name)
        .set_storage_encrypted(wanted.storage_encrypted)
        .set_tags(Some(marks));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(goes_on(&id, handle::CHANGE))
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    update_tags(site, &live, changes).await?;
    let settled = settled(&KIND, changes, &["tags"]);
    if settled.is_empty() {
        return Ok(object_or_absent(read(site, id).await?));
    }
    let wanted = RdsGlobalCluster::from_object(&settled).map_err(shape)?;
    let is_major = |wanted: &String| major(wanted) != major(told_version(&live));
    let asked = site
        .rds()
        .modify_global_cluster()
        .global_cluster_identifier(id)
        .set_deletion_protection(wanted.deletion_protection)
        .set_allow_major_version_upgrade(wanted.engine_version.as_ref().map(is_major))
        .set_engine_version(wanted.engine_version);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(goes_on(id, handle::CHANGE))
}

fn told_version(live: &Live) -> &str {
    live.get("engine_version").and_then(Value::as_str).unwrap_or_default()
}

/// The major version: what stands before the first dot.
fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

/// Deletes a global cluster after its members have left, which `force_destroy` allows: the readers first, since the writer
/// leaves last.
async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let ends = || Ok(goes_on(id, handle::DELETE));
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if matches!(live.state, State::Deleting | State::Pending) {
        return ends();
    }
    check_unprotected(&live)?;
    let how = RdsGlobalCluster::from_object(attributes).map_err(shape)?;
    let told = RdsGlobalCluster::from_object(&live.attributes).map_err(shape)?;
    let mut members = told.global_cluster_members.map(|members| members.0).unwrap_or_default();
    members.sort_by_key(|member| member.is_writer);
    let first = members.into_iter().next().filter(|_| how.force_destroy == Some(true));
    if let Some(member) = first {
        let asked = site.rds().remove_from_global_cluster().global_cluster_identifier(id);
        let asked = asked.set_db_cluster_identifier(member.db_cluster_arn).send().await;
        absent_is_none(asked.fault(Effect::Maybe))?;
        return ends();
    }
    let asked = site.rds().delete_global_cluster().global_cluster_identifier(id);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => ends(),
        None => Ok(Answer::Absent),
    }
}

async fn poll(site: &Site, id: &str) -> Result<Answer, Fault> {
    Ok(match read(site, id).await? {
        Some(live) if live.state == State::Pending => goes_on(id, handle::CHANGE),
        live => object_or_absent(live),
    })
}
