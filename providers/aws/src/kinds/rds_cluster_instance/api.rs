//! The API half of `aws_rds_cluster_instance`. The native id is the identifier.
//!
//! Which instance writes, only its cluster tells: one more call for a page of instances.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_rds::types::{DbCluster, DbInstance as Instance};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State, Value, canonical,
};

use super::{KIND, RdsClusterInstance};
use crate::api::rds::{
    MOST_FILTERED, PAGE, filter, goes_on, handle, once, pairs, set_tags, settled, state, tag, update_tags,
};
use crate::api::tags::Tags;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, found, given, int, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// Fields that other calls set, or none.
const ELSEWHERE: &[&str] = &["identifier_prefix", "preferred_backup_window", "tags"];

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let id = given(&attributes, "identifier", "an instance needs an identifier")?;
                Ok(found(read(&site, id).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, changes, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Poll { native_id, handle, attributes, .. } => match &*handle {
                handle::DELETE => delete(&site, &native_id, &attributes).await,
                _ => poll(&site, &native_id, &handle).await,
            },
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_instances().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    Ok(Answer::Page { items: told(site, answered.db_instances, interest).await?, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = |ids| async move {
        let asked = site.rds().describe_db_instances().filters(filter("db-instance-id", ids));
        let answered = asked.max_records(PAGE).send().await.fault(Effect::None)?;
        told(site, answered.db_instances, &Interest::default()).await
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("instance", id))
}

/// Those of the instances that belong to a cluster: the others are another kind's.
async fn told(
    site: &Site,
    instances: Option<Vec<Instance>>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let members: Vec<Instance> = instances.unwrap_or_default().into_iter().filter(is_member).collect();
    let clusters: BTreeSet<String> =
        members.iter().filter_map(|instance| instance.db_cluster_identifier.clone()).collect();
    let writers = match interest.wants(&["writer"]) && !clusters.is_empty() {
        true => Some(writers(site, clusters.into_iter().collect()).await?),
        false => None,
    };
    Ok(members.into_iter().map(|instance| live(instance, writers.as_ref())).collect())
}

fn is_member(instance: &Instance) -> bool {
    instance.db_cluster_identifier.is_some()
}

async fn clusters(site: &Site, ids: Vec<String>) -> Result<Vec<DbCluster>, Fault> {
    let asked = site.rds().describe_db_clusters().filters(filter("db-cluster-id", ids)).max_records(PAGE);
    Ok(asked.send().await.fault(Effect::None)?.db_clusters.unwrap_or_default())
}

/// The instances that write.
async fn writers(site: &Site, ids: Vec<String>) -> Result<BTreeSet<String>, Fault> {
    let mut writers = BTreeSet::new();
    for part in ids.chunks(MOST_FILTERED) {
        let members = clusters(site, part.to_vec()).await?.into_iter();
        let members = members.flat_map(|cluster| cluster.db_cluster_members.unwrap_or_default());
        let writing = members.filter(|member| member.is_cluster_writer == Some(true));
        writers.extend(writing.filter_map(|member| member.db_instance_identifier));
    }
    Ok(writers)
}

fn live(instance: Instance, writers: Option<&BTreeSet<String>>) -> Live {
    let id = instance.db_instance_identifier.clone().unwrap_or_default();
    let state = state(instance.db_instance_status.as_deref().unwrap_or_default());
    let told = Told::of(pairs(instance.tag_list.clone()));
    let mut attributes = attributes(instance, &told.user);
    attributes.writer = writers.map(|writers| writers.contains(&id));
    told.live(&id, attributes.to_object(), state)
}

/// The attributes of an instance. A change that is taken on and waits for the maintenance window counts as made.
fn attributes(instance: Instance, tags: &Tags) -> RdsClusterInstance {
    let number = |value: Option<i32>| value.map(i64::from);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let group = instance.db_parameter_groups.unwrap_or_default().into_iter().next();
    let pending = instance.pending_modified_values;
    let next_class = pending.as_ref().and_then(|pending| pending.db_instance_class.clone());
    let next_certificate = pending.and_then(|pending| pending.ca_certificate_identifier);
    let endpoint = instance.endpoint.as_ref();
    RdsClusterInstance {
        arn: instance.db_instance_arn,
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade,
        availability_zone: instance.availability_zone,
        ca_cert_identifier: next_certificate.or(instance.ca_certificate_identifier),
        cluster_identifier: instance.db_cluster_identifier,
        copy_tags_to_snapshot: instance.copy_tags_to_snapshot,
        custom_iam_instance_profile: instance.custom_iam_instance_profile,
        db_parameter_group_name: group.and_then(|group| group.db_parameter_group_name),
        db_subnet_group_name: instance.db_subnet_group.and_then(|group| group.db_subnet_group_name),
        dbi_resource_id: instance.dbi_resource_id,
        endpoint: endpoint.and_then(|endpoint| endpoint.address.clone()),
        engine: instance.engine,
        engine_version: instance.engine_version.clone(),
        engine_version_actual: instance.engine_version,
        id: instance.db_instance_identifier.clone(),
        identifier: instance.db_instance_identifier,
        instance_class: next_class.or(instance.db_instance_class),
        kms_key_id: instance.kms_key_id,
        monitoring_interval: number(instance.monitoring_interval),
        monitoring_role_arn: filled(instance.monitoring_role_arn),
        network_type: instance.network_type,
        performance_insights_enabled: instance.performance_insights_enabled,
        performance_insights_kms_key_id: instance.performance_insights_kms_key_id,
        performance_insights_retention_period: number(instance.performance_insights_retention_period),
        port: number(endpoint.and_then(|endpoint| endpoint.port)),
        preferred_backup_window: instance.preferred_backup_window,
        preferred_maintenance_window: instance.preferred_maintenance_window,
        promotion_tier: number(instance.promotion_tier),
        publicly_accessible: instance.publicly_accessible,
        storage_encrypted: instance.storage_encrypted,
        tags: Some(tags.clone()),
        tags_all: Some(tags.clone()),
        ..RdsClusterInstance::default()
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = RdsClusterInstance::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let id = wanted.identifier.unwrap_or_default();
    let asked = site
        .rds()
        .create_db_instance()
        .db_instance_identifier(&id)
        .set_db_cluster_identifier(wanted.cluster_identifier)
        .set_engine(wanted.engine)
        .set_engine_version(wanted.engine_version)
        .set_db_instance_class(wanted.instance_class)
        .set_auto_minor_version_upgrade(wanted.auto_minor_version_upgrade)
        .set_availability_zone(wanted.availability_zone)
        .set_ca_certificate_identifier(wanted.ca_cert_identifier)
        .set_copy_tags_to_snapshot(wanted.copy_tags_to_snapshot)
        .set_custom_iam_instance_profile(wanted.custom_iam_instance_profile)
        .set_db_parameter_group_name(wanted.db_parameter_group_name)
        .set_db_subnet_group_name(wanted.db_subnet_group_name)
        .set_enable_performance_insights(wanted.performance_insights_enabled.filter(|on| *on))
        .set_monitoring_interval(int(wanted.monitoring_interval)?)
        .set_monitoring_role_arn(wanted.monitoring_role_arn)
        .set_performance_insights_kms_key_id(wanted.performance_insights_kms_key_id)
        .set_performance_insights_retention_period(int(wanted.performance_insights_retention_period)?)
        .set_preferred_backup_window(wanted.preferred_backup_window)
        .set_preferred_maintenance_window(wanted.preferred_maintenance_window)
        .promotion_tier(int(wanted.promotion_tier)?.unwrap_or(0))
        .set_publicly_accessible(wanted.publicly_accessible)
        .set_tags(Some(marks));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(goes_on(&id, handle::CREATE))
}

/// Changes an instance. What it already is, its cluster's upgrade among that, is not asked for again.
async fn update(site: &Site, id: &str, mut changes: Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    update_tags(site, &live, &changes).await?;
    changes.retain(|name, wanted| {
        let told = live.get(name).unwrap_or(&Value::NULL);
        KIND.field(name).is_some_and(|row| !canonical::same(row, wanted, told))
    });
    let settled = settled(&KIND, &changes, ELSEWHERE);
    if settled.is_empty() {
        return Ok(object_or_absent(read(site, id).await?));
    }
    let wanted = RdsClusterInstance::from_object(&settled).map_err(shape)?;
    let how = RdsClusterInstance::from_object(attributes).map_err(shape)?;
    let asked = site
        .rds()
        .modify_db_instance()
        .db_instance_identifier(id)
        .apply_immediately(how.apply_immediately.unwrap_or(false))
        .set_auto_minor_version_upgrade(wanted.auto_minor_version_upgrade)
        .set_ca_certificate_identifier(wanted.ca_cert_identifier)
        .set_copy_tags_to_snapshot(wanted.copy_tags_to_snapshot)
        .set_db_instance_class(wanted.instance_class)
        .set_db_parameter_group_name(wanted.db_parameter_group_name)
        .set_enable_performance_insights(wanted.performance_insights_enabled)
        .set_engine_version(wanted.engine_version)
        .set_monitoring_interval(int(wanted.monitoring_interval)?)
        .set_monitoring_role_arn(wanted.monitoring_role_arn)
        .set_performance_insights_kms_key_id(wanted.performance_insights_kms_key_id)
        .set_performance_insights_retention_period(int(wanted.performance_insights_retention_period)?)
        .set_preferred_maintenance_window(wanted.preferred_maintenance_window)
        .set_promotion_tier(int(wanted.promotion_tier)?)
        .set_publicly_accessible(wanted.publicly_accessible);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(goes_on(id, handle::CHANGE))
}

/// Deletes an instance. The last one of a replica goes only once the cluster is promoted, which `force_destroy` allows.
async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let ends = || Ok(goes_on(id, handle::DELETE));
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if matches!(live.state, State::Deleting | State::Pending) {
        return ends();
    }
    let how = RdsClusterInstance::from_object(attributes).map_err(shape)?;
    let cluster = live.get("cluster_identifier").and_then(Value::as_str).unwrap_or_default();
    if how.force_destroy == Some(true) && promoted(site, cluster).await? {
        return ends();
    }
    let asked = site.rds().delete_db_instance().db_instance_identifier(id);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => ends(),
        None => Ok(Answer::Absent),
    }
}

/// Promotes a cluster that is a replica and has one instance left; false where it is not so.
async fn promoted(site: &Site, cluster: &str) -> Result<bool, Fault> {
    let told = clusters(site, vec![cluster.to_owned()]).await?.into_iter().next();
    let is_last_of_replica = told.as_ref().is_some_and(|told| {
        told.replication_source_identifier().is_some_and(|source| !source.is_empty())
            && told.db_cluster_members().len() == 1
    });
    if is_last_of_replica && told.and_then(|told| told.status).as_deref() != Some("promoting") {
        let asked = site.rds().promote_read_replica_db_cluster().db_cluster_identifier(cluster);
        asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    }
    Ok(is_last_of_replica)
}

async fn poll(site: &Site, id: &str, handle: &str) -> Result<Answer, Fault> {
    Ok(match read(site, id).await? {
        Some(live) if live.state == State::Pending => goes_on(id, handle),
        live => object_or_absent(live),
    })
}
