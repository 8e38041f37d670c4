//! What DynamoDB tells of a table, as the attributes of the kind.

use aws_sdk_dynamodb::types as sdk;
use relight_contract::{Block, Blocks, Object, State};

use super::super::{
    DynamodbTable, GlobalSecondaryIndex, KeyAttribute, LocalSecondaryIndex, OnDemandThroughput,
    PointInTimeRecovery, Replica, ServerSideEncryption, TimeToLive,
};
use crate::api::one;
use crate::api::tags::Tags;

/// Whether a table can be changed: it, its indexes and its replicas stand still.
pub(super) fn state(table: &sdk::TableDescription) -> State {
    let mut indexes = table.global_secondary_indexes().iter();
    let mut replicas = table.replicas().iter();
    let moves = |status: &sdk::ReplicaStatus| {
        matches!(
            status,
            sdk::ReplicaStatus::Creating | sdk::ReplicaStatus::Updating | sdk::ReplicaStatus::Deleting
        )
    };
    match table.table_status() {
        Some(sdk::TableStatus::Deleting) => State::Deleting,
        Some(sdk::TableStatus::Active)
            if indexes.all(|index| index.index_status() == Some(&sdk::IndexStatus::Active))
                && !replicas.any(|replica| replica.replica_status().is_some_and(moves)) =>
        {
            State::Ready
        }
        Some(
            sdk::TableStatus::Archived
            | sdk::TableStatus::InaccessibleEncryptionCredentials
            | sdk::TableStatus::ReplicationNotAuthorized,
        ) => State::Failed,
        _ => State::Pending,
    }
}

pub(super) fn attributes(
    table: sdk::TableDescription,
    backups: Option<sdk::ContinuousBackupsDescription>,
    expiry: Option<sdk::TimeToLiveDescription>,
    tags: &Tags,
) -> Object {
    let name = table.table_name.clone();
    let billing = table.billing_mode_summary.as_ref().and_then(|summary| summary.billing_mode.as_ref());
    let billing = billing.map_or("PROVISIONED", |mode| mode.as_str()).to_owned();
    let throughput = table.provisioned_throughput.as_ref().filter(|_| billing == "PROVISIONED");
    let stream = table.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
    let keys = table.key_schema.clone().unwrap_or_default();
    let class = table.table_class_summary.as_ref().and_then(|summary| summary.table_class.as_ref());
    let attributes = DynamodbTable {
        arn: table.table_arn.clone(),
        attribute: table
            .attribute_definitions
            .clone()
            .map(|all| Blocks(all.into_iter().map(key_attribute).collect())),
        deletion_protection_enabled: Some(table.deletion_protection_enabled.unwrap_or(false)),
        global_secondary_index: Some(Blocks(
            table.global_secondary_indexes().iter().map(|index| global_index(index, &billing)).collect(),
        )),
        hash_key: key(&keys, &sdk::KeyType::Hash),
        id: name.clone(),
        local_secondary_index: Some(Blocks(
            table.local_secondary_indexes().iter().map(local_index).collect(),
        )),
        name,
        on_demand_throughput: one(table.on_demand_throughput.as_ref().map(bounds)),
        point_in_time_recovery: one(backups.map(recovery)),
        range_key: key(&keys, &sdk::KeyType::Range),
        read_capacity: throughput.and_then(|units| units.read_capacity_units),
        replica: Some(Blocks(table.replicas().iter().map(replica).collect())),
        server_side_encryption: one(Some(encryption(table.sse_description.as_ref()))),
        stream_arn: table.latest_stream_arn.clone(),
        stream_enabled: Some(stream.is_some()),
        stream_label: table.latest_stream_label.clone(),
        stream_view_type: stream
            .and_then(|stream| stream.stream_view_type.as_ref())
            .map(|view| view.as_str().to_owned()),
        table_class: Some(class.map_or("STANDARD", |class| class.as_str()).to_owned()),
        tags: Some(tags.clone()),
        tags_all: Some(tags.clone()),
        ttl: one(expiry.map(time_to_live)),
        write_capacity: throughput.and_then(|units| units.write_capacity_units),
        billing_mode: Some(billing),
        ..DynamodbTable::default()
    };
    attributes.to_object()
}

fn key(keys: &[sdk::KeySchemaElement], of: &sdk::KeyType) -> Option<String> {
    keys.iter().find(|key| key.key_type == *of).map(|key| key.attribute_name.clone())
}

fn key_attribute(told: sdk::AttributeDefinition) -> KeyAttribute {
    KeyAttribute { name: Some(told.attribute_name), type_: Some(told.attribute_type.as_str().to_owned()) }
}

fn bounds(told: &sdk::OnDemandThroughput) -> OnDemandThroughput {
    OnDemandThroughput {
        max_read_request_units: told.max_read_request_units,
        max_write_request_units: told.max_write_request_units,
    }
}

fn projection(told: Option<&sdk::Projection>) -> Option<String> {
    told.and_then(|told| told.projection_type()).map(|word| word.as_str().to_owned())
}

fn global_index(told: &sdk::GlobalSecondaryIndexDescription, billing: &str) -> GlobalSecondaryIndex {
    let units = told.provisioned_throughput().filter(|_| billing == "PROVISIONED");
    let held = told.projection().map(|held| held.non_key_attributes().iter().cloned().collect());
    GlobalSecondaryIndex {
        hash_key: key(told.key_schema(), &sdk::KeyType::Hash),
        name: told.index_name().map(str::to_owned),
        non_key_attributes: held,
        on_demand_throughput: one(told.on_demand_throughput().map(bounds)),
        projection_type: projection(told.projection()),
        range_key: key(told.key_schema(), &sdk::KeyType::Range),
        read_capacity: units.and_then(|units| units.read_capacity_units()),
        write_capacity: units.and_then(|units| units.write_capacity_units()),
    }
}

fn local_index(told: &sdk::LocalSecondaryIndexDescription) -> LocalSecondaryIndex {
    LocalSecondaryIndex {
        name: told.index_name().map(str::to_owned),
        non_key_attributes: told.projection().map(|held| held.non_key_attributes().to_vec()),
        projection_type: projection(told.projection()),
        range_key: key(told.key_schema(), &sdk::KeyType::Range),
    }
}

fn recovery(told: sdk::ContinuousBackupsDescription) -> PointInTimeRecovery {
    let told = told.point_in_time_recovery_description;
    let status = told.as_ref().and_then(|told| told.point_in_time_recovery_status());
    PointInTimeRecovery {
        enabled: Some(status == Some(&sdk::PointInTimeRecoveryStatus::Enabled)),
        recovery_period_in_days: told.and_then(|told| told.recovery_period_in_days).map(i64::from),
    }
}

fn replica(told: &sdk::ReplicaDescription) -> Replica {
    Replica {
        arn: told.replica_arn().map(str::to_owned),
        kms_key_arn: told.kms_master_key_id().map(str::to_owned),
        region_name: told.region_name().map(str::to_owned),
    }
}

fn encryption(told: Option<&sdk::SseDescription>) -> ServerSideEncryption {
    let on = told.filter(|told| {
        matches!(
            told.status(),
            Some(sdk::SseStatus::Enabled | sdk::SseStatus::Enabling | sdk::SseStatus::Updating)
        )
    });
    ServerSideEncryption {
        enabled: Some(on.is_some()),
        kms_key_arn: on.and_then(|told| told.kms_master_key_arn()).map(str::to_owned),
    }
}

fn time_to_live(told: sdk::TimeToLiveDescription) -> TimeToLive {
    let status = told.time_to_live_status.as_ref();
    let on = matches!(status, Some(sdk::TimeToLiveStatus::Enabled | sdk::TimeToLiveStatus::Enabling));
    TimeToLive { attribute_name: told.attribute_name.filter(|_| on), enabled: Some(on) }
}
