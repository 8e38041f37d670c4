//! What ElastiCache tells of a group, as the attributes of the table.

use aws_sdk_elasticache::types::{
    AutomaticFailoverStatus, CacheCluster as Node, DataTieringStatus, LogDeliveryConfiguration,
    MultiAzStatus, ReplicationGroup as Group,
};
use relight_contract::{Blocks, State};

use super::super::{LogDelivery, ReplicationGroup};
use crate::api::tags::Tags;
use crate::api::truth_text;

/// Whether a group of this status can be used and changed.
/// Source: Amazon ElastiCache API reference, `ReplicationGroup`.
pub(super) fn state(status: &str) -> State {
    match status {
        "available" => State::Ready,
        "deleting" => State::Deleting,
        "create-failed" => State::Failed,
        _ => State::Pending,
    }
}

/// The attributes of a group and one of its nodes. A change that is taken on and waits for the maintenance window counts
/// as made.
pub(super) fn attributes(group: Group, node: Option<&Node>, tags: &Tags) -> ReplicationGroup {
    let number = |value: Option<i32>| value.map(i64::from);
    let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let pending = node.and_then(|node| node.pending_modified_values());
    let shards = group.node_groups();
    let first = shards.first();
    let primary = first.and_then(|shard| shard.primary_endpoint());
    let reader = first.and_then(|shard| shard.reader_endpoint());
    let entry = group.configuration_endpoint();
    let version = node.and_then(|node| node.engine_version());
    let fails_over = matches!(
        group.automatic_failover(),
        Some(AutomaticFailoverStatus::Enabled | AutomaticFailoverStatus::Enabling)
    );
    let class = pending.and_then(|pending| pending.cache_node_type()).or(group.cache_node_type());
    let topic = node.and_then(|node| node.notification_configuration());
    let topic = topic.filter(|topic| topic.topic_status() != Some("inactive"));
    let parameters = node.and_then(|node| node.cache_parameter_group());
    let logs = group.log_delivery_configurations().iter().map(log).collect();
    ReplicationGroup {
        arn: group.arn().map(str::to_owned),
        at_rest_encryption_enabled: truth_text(group.at_rest_encryption_enabled()),
        auto_minor_version_upgrade: truth_text(group.auto_minor_version_upgrade()),
        automatic_failover_enabled: Some(fails_over),
        cluster_enabled: group.cluster_enabled(),
        cluster_mode: group.cluster_mode().map(|mode| mode.as_str().to_owned()),
        configuration_endpoint_address: entry.and_then(|entry| filled(entry.address())),
        data_tiering_enabled: Some(group.data_tiering() == Some(&DataTieringStatus::Enabled)),
        description: group.description().map(str::to_owned),
        engine: group.engine().or(node.and_then(|node| node.engine())).map(str::to_owned),
        engine_version: pending.and_then(|pending| pending.engine_version()).or(version).map(str::to_owned),
        engine_version_actual: version.map(str::to_owned),
        global_replication_group_id: group
            .global_replication_group_info()
            .and_then(|info| filled(info.global_replication_group_id())),
        id: group.replication_group_id().map(str::to_owned),
        ip_discovery: group.ip_discovery().map(|version| version.as_str().to_owned()),
        kms_key_id: filled(group.kms_key_id()),
        log_delivery_configuration: Some(Blocks(logs)),
        maintenance_window: node.and_then(|node| filled(node.preferred_maintenance_window())),
        member_clusters: Some(group.member_clusters().iter().cloned().collect()),
        multi_az_enabled: Some(group.multi_az() == Some(&MultiAzStatus::Enabled)),
        network_type: group.network_type().map(|kind| kind.as_str().to_owned()),
        node_type: class.map(str::to_owned),
        notification_topic_arn: topic.and_then(|topic| filled(topic.topic_arn())),
        num_cache_clusters: i64::try_from(group.member_clusters().len()).ok(),
        num_node_groups: i64::try_from(shards.len()).ok(),
        parameter_group_name: parameters.and_then(|group| filled(group.cache_parameter_group_name())),
        port: number(entry.and_then(|entry| entry.port()).or(primary.and_then(|primary| primary.port()))),
        primary_endpoint_address: primary.and_then(|primary| filled(primary.address())),
        reader_endpoint_address: reader.and_then(|reader| filled(reader.address())),
        replicas_per_node_group: first
            .and_then(|shard| i64::try_from(shard.node_group_members().len().saturating_sub(1)).ok()),
        replication_group_id: group.replication_group_id().map(str::to_owned),
        security_group_ids: node.map(|node| {
            node.security_groups().iter().filter_map(|one| filled(one.security_group_id())).collect()
        }),
        snapshot_retention_limit: number(group.snapshot_retention_limit()),
        snapshot_window: filled(group.snapshot_window()),
        subnet_group_name: node.and_then(|node| filled(node.cache_subnet_group_name())),
        tags: Some(tags.clone()),
        tags_all: Some(tags.clone()),
        transit_encryption_enabled: group.transit_encryption_enabled(),
        transit_encryption_mode: group.transit_encryption_mode().map(|mode| mode.as_str().to_owned()),
        user_group_ids: Some(group.user_group_ids().iter().cloned().collect()),
        ..ReplicationGroup::default()
    }
}

fn log(told: &LogDeliveryConfiguration) -> LogDelivery {
    let details = told.destination_details();
    let group = details.and_then(|details| details.cloud_watch_logs_details()?.log_group());
    let stream = details.and_then(|details| details.kinesis_firehose_details()?.delivery_stream());
    LogDelivery {
        destination: group.or(stream).map(str::to_owned),
        destination_type: told.destination_type().map(|kind| kind.as_str().to_owned()),
        log_format: told.log_format().map(|form| form.as_str().to_owned()),
        log_type: told.log_type().map(|kind| kind.as_str().to_owned()),
    }
}
