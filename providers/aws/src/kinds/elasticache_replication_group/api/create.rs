//! The creation of a group.

use aws_sdk_elasticache::types as sdk;
use relight_contract::Fault;

use super::super::{LogDelivery, ReplicationGroup};
use crate::api::elasticache::{once, tag};
use crate::api::{Effect, FaultOf, Site, int, truth};

/// Creates a group, once.
pub(super) async fn send(
    site: &Site,
    wanted: ReplicationGroup,
    marks: Vec<(String, String)>,
) -> Result<(), Fault> {
    let joins = wanted.global_replication_group_id.is_some();
    // What joins a global datastore has its engine.
    let engine = (!joins).then(|| wanted.engine.unwrap_or_else(|| "redis".to_owned()));
    let logs = wanted.log_delivery_configuration.map(|logs| logs.0.iter().map(log).collect());
    let asked = site
        .elasticache()
        .create_replication_group()
        .set_replication_group_id(wanted.replication_group_id)
        .set_replication_group_description(wanted.description)
        .set_global_replication_group_id(wanted.global_replication_group_id)
        .set_at_rest_encryption_enabled(truth(wanted.at_rest_encryption_enabled.as_deref())?)
        .set_auth_token(wanted.auth_token)
        .set_auto_minor_version_upgrade(truth(wanted.auto_minor_version_upgrade.as_deref())?)
        .set_automatic_failover_enabled(wanted.automatic_failover_enabled)
        .set_cache_node_type(wanted.node_type)
        .set_cache_parameter_group_name(wanted.parameter_group_name)
        .set_cache_subnet_group_name(wanted.subnet_group_name)
        .set_cluster_mode(wanted.cluster_mode.as_deref().map(sdk::ClusterMode::from))
        .set_data_tiering_enabled(wanted.data_tiering_enabled)
        .set_engine(engine)
        .set_engine_version(wanted.engine_version)
        .set_ip_discovery(wanted.ip_discovery.as_deref().map(sdk::IpDiscovery::from))
        .set_kms_key_id(wanted.kms_key_id)
        .set_log_delivery_configurations(logs)
        .set_multi_az_enabled(wanted.multi_az_enabled)
        .set_network_type(wanted.network_type.as_deref().map(sdk::NetworkType::from))
        .set_notification_topic_arn(wanted.notification_topic_arn)
        .set_num_cache_clusters(int(wanted.num_cache_clusters)?)
        .set_num_node_groups(int(wanted.num_node_groups)?)
        .set_port(int(wanted.port)?)
        .set_preferred_cache_cluster_azs(wanted.preferred_cache_cluster_azs)
        .set_preferred_maintenance_window(wanted.maintenance_window)
        .set_replicas_per_node_group(int(wanted.replicas_per_node_group)?)
        .set_security_group_ids(wanted.security_group_ids.map(Vec::from_iter))
        .set_snapshot_arns(wanted.snapshot_arns.map(Vec::from_iter))
        .set_snapshot_name(wanted.snapshot_name)
        .set_snapshot_retention_limit(int(wanted.snapshot_retention_limit)?)
        .set_snapshot_window(wanted.snapshot_window)
        .set_tags(Some(marks.into_iter().map(tag).collect()))
        .set_transit_encryption_enabled(wanted.transit_encryption_enabled)
        .set_transit_encryption_mode(
            wanted.transit_encryption_mode.as_deref().map(sdk::TransitEncryptionMode::from),
        )
        .set_user_group_ids(wanted.user_group_ids.map(Vec::from_iter));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Where a log goes, as ElastiCache takes it.
pub(super) fn log(wanted: &LogDelivery) -> sdk::LogDeliveryConfigurationRequest {
    let kind = wanted.destination_type.as_deref().map(sdk::DestinationType::from);
    let details = match kind {
        Some(sdk::DestinationType::KinesisFirehose) => {
            let stream = wanted.destination.clone();
            let stream =
                sdk::KinesisFirehoseDestinationDetails::builder().set_delivery_stream(stream).build();
            sdk::DestinationDetails::builder().kinesis_firehose_details(stream).build()
        }
        _ => {
            let group = wanted.destination.clone();
            let group = sdk::CloudWatchLogsDestinationDetails::builder().set_log_group(group).build();
            sdk::DestinationDetails::builder().cloud_watch_logs_details(group).build()
        }
    };
    sdk::LogDeliveryConfigurationRequest::builder()
        .set_log_type(wanted.log_type.as_deref().map(sdk::LogType::from))
        .set_log_format(wanted.log_format.as_deref().map(sdk::LogFormat::from))
        .set_destination_type(kind)
        .destination_details(details)
        .enabled(true)
        .build()
}
