//! The next step from what a group is to what it is to be: more shards, more copies, settings, fewer copies. Each is made
//! once: what it should have changed and does not show is then ElastiCache's business.

use aws_sdk_elasticache::types as sdk;
use relight_contract::{Block, Fault, Live, Object};

use super::super::{KIND, ReplicationGroup};
use super::create::log;
use crate::api::elasticache::once;
use crate::api::values::differing;
use crate::api::{Effect, FaultOf, Site, int, merged, shape, truth};

/// Makes the next step, and tells its name; `None` where all is as it is to be.
pub(super) async fn next(
    site: &Site,
    live: &Live,
    asked: &Object,
    made: &[&str],
) -> Result<Option<&'static str>, Fault> {
    let values = differing(&KIND, live, asked);
    let told = ReplicationGroup::from_object(&live.attributes).map_err(shape)?;
    let wanted = merged(live.attributes.clone(), &values);
    let wanted = ReplicationGroup::from_object(&wanted).map_err(shape)?;
    let how = ReplicationGroup::from_object(asked).map_err(shape)?;
    let open = |step: &str| !made.contains(&step);
    if values.contains("num_node_groups") && open("shards") {
        shards(site, live, &told, &wanted).await?;
        return Ok(Some("shards"));
    }
    let (has, wants) = (copies(&told), copies(&wanted));
    let resized = values.contains("num_cache_clusters") || values.contains("replicas_per_node_group");
    if resized && wants > has && open("more copies") {
        let asked = site.elasticache().increase_replica_count().replication_group_id(&*live.native_id);
        let asked = asked.set_new_replica_count(int(Some(wants))?).apply_immediately(true);
        asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
        return Ok(Some("more copies"));
    }
    if values.names().any(|name| !OF_SIZE.contains(&&**name)) && open("settings") {
        settings(site, live, &told, &values, how.apply_immediately.unwrap_or(false)).await?;
        return Ok(Some("settings"));
    }
    if resized && wants < has && open("fewer copies") {
        let asked = site.elasticache().decrease_replica_count().replication_group_id(&*live.native_id);
        let asked = asked.set_new_replica_count(int(Some(wants))?).apply_immediately(true);
        asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
        return Ok(Some("fewer copies"));
    }
    Ok(None)
}

/// Fields that calls of their own change.
const OF_SIZE: &[&str] = &["num_cache_clusters", "num_node_groups", "replicas_per_node_group"];

/// How many copies each shard has: the nodes of a group without shards are its primary one and the copies.
fn copies(group: &ReplicationGroup) -> i64 {
    match group.num_node_groups {
        Some(shards) if shards > 1 => group.replicas_per_node_group.unwrap_or(0),
        _ => group.num_cache_clusters.unwrap_or(1).saturating_sub(1),
    }
}

async fn shards(
    site: &Site,
    live: &Live,
    told: &ReplicationGroup,
    wanted: &ReplicationGroup,
) -> Result<(), Fault> {
    let (has, wants) = (told.num_node_groups.unwrap_or(1), wanted.num_node_groups.unwrap_or(1));
    // Shards are numbered from 1 in four digits; the last ones go.
    let leaving = (wants + 1..=has).map(|number| format!("{number:04}")).collect();
    let asked = site
        .elasticache()
        .modify_replication_group_shard_configuration()
        .replication_group_id(&*live.native_id)
        .set_node_group_count(int(Some(wants))?)
        .apply_immediately(true)
        .set_node_groups_to_remove((wants < has).then_some(leaving));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn settings(
    site: &Site,
    live: &Live,
    told: &ReplicationGroup,
    values: &Object,
    at_once: bool,
) -> Result<(), Fault> {
    let wanted = ReplicationGroup::from_object(values).map_err(shape)?;
    let users = values.contains("user_group_ids").then(|| wanted.user_group_ids.unwrap_or_default());
    let has_users = told.user_group_ids.clone().unwrap_or_default();
    let part = |from: &std::collections::BTreeSet<String>, but: &std::collections::BTreeSet<String>| {
        Some(from.difference(but).cloned().collect::<Vec<_>>()).filter(|ids| !ids.is_empty())
    };
    let topic = values.contains("notification_topic_arn").then_some(wanted.notification_topic_arn);
    let quiet = topic.as_ref().is_some_and(Option::is_none);
    let logs = values.contains("log_delivery_configuration").then(|| {
        let wanted = wanted.log_delivery_configuration.map(|logs| logs.0).unwrap_or_default();
        let told = told.log_delivery_configuration.iter().flat_map(|logs| &logs.0);
        let ends = told.filter(|told| wanted.iter().all(|one| one.log_type != told.log_type));
        let ends = ends.map(|told| {
            let kind = told.log_type.as_deref().map(sdk::LogType::from);
            sdk::LogDeliveryConfigurationRequest::builder().set_log_type(kind).enabled(false).build()
        });
        wanted.iter().map(log).chain(ends).collect()
    });
    let asked = site
        .elasticache()
        .modify_replication_group()
        .replication_group_id(&*live.native_id)
        .apply_immediately(at_once)
        .set_replication_group_description(wanted.description)
        .set_auto_minor_version_upgrade(truth(wanted.auto_minor_version_upgrade.as_deref())?)
        .set_automatic_failover_enabled(wanted.automatic_failover_enabled)
        .set_cache_node_type(wanted.node_type)
        .set_cache_parameter_group_name(wanted.parameter_group_name)
        .set_cluster_mode(wanted.cluster_mode.as_deref().map(sdk::ClusterMode::from))
        .set_engine(wanted.engine)
        .set_engine_version(wanted.engine_version)
        .set_ip_discovery(wanted.ip_discovery.as_deref().map(sdk::IpDiscovery::from))
        .set_log_delivery_configurations(logs)
        .set_multi_az_enabled(wanted.multi_az_enabled)
        .set_notification_topic_arn(topic.flatten())
        .set_notification_topic_status(quiet.then(|| "inactive".to_owned()))
        .set_preferred_maintenance_window(wanted.maintenance_window)
        .set_security_group_ids(wanted.security_group_ids.map(Vec::from_iter))
        .set_snapshot_retention_limit(int(wanted.snapshot_retention_limit)?)
        .set_snapshot_window(wanted.snapshot_window)
        .set_transit_encryption_enabled(wanted.transit_encryption_enabled)
        .set_transit_encryption_mode(
            wanted.transit_encryption_mode.as_deref().map(sdk::TransitEncryptionMode::from),
        )
        .set_user_group_ids_to_add(users.as_ref().and_then(|users| part(users, &has_users)))
        .set_user_group_ids_to_remove(users.as_ref().and_then(|users| part(&has_users, users)));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Gives clients another password, or none. ElastiCache changes it at once only.
pub(super) async fn set_token(
    site: &Site,
    id: &str,
    token: Option<&str>,
    attributes: &Object,
) -> Result<(), Fault> {
    let how = ReplicationGroup::from_object(attributes).map_err(shape)?;
    let way = how.auth_token_update_strategy.unwrap_or_else(|| "ROTATE".to_owned());
    let way = if token.is_none() { "DELETE" } else { &way };
    let asked = site
        .elasticache()
        .modify_replication_group()
        .replication_group_id(id)
        .apply_immediately(true)
        .set_auth_token(token.map(str::to_owned))
        .auth_token_update_strategy(sdk::AuthTokenUpdateStrategyType::from(way));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}
