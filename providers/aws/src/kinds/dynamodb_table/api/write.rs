//! Parts of a table as DynamoDB takes them.

use aws_sdk_dynamodb::types as sdk;
use relight_contract::{BlockList, Fault};

use super::super::{
    DynamodbTable, GlobalSecondaryIndex, LocalSecondaryIndex, OnDemandThroughput, ServerSideEncryption,
};
use crate::api::{built, only};

pub(super) fn definitions(table: &DynamodbTable) -> Result<Vec<sdk::AttributeDefinition>, Fault> {
    let all = table.attribute.iter().flat_map(|blocks| &blocks.0);
    let made = all.map(|one| {
        let kind = one.type_.as_deref().map(sdk::ScalarAttributeType::from);
        built(
            sdk::AttributeDefinition::builder()
                .set_attribute_name(one.name.clone())
                .set_attribute_type(kind)
                .build(),
        )
    });
    made.collect()
}

pub(super) fn keys(hash: Option<&str>, range: Option<&str>) -> Result<Vec<sdk::KeySchemaElement>, Fault> {
    let hash = hash.map(|name| (name, sdk::KeyType::Hash));
    let range = range.filter(|name| !name.is_empty()).map(|name| (name, sdk::KeyType::Range));
    let made = hash.into_iter().chain(range).map(|(name, kind)| {
        built(sdk::KeySchemaElement::builder().attribute_name(name).key_type(kind).build())
    });
    made.collect()
}

/// Provisioned units; nothing where neither is given, for tables that are paid per request.
pub(super) fn units(
    read: Option<i64>,
    write: Option<i64>,
) -> Result<Option<sdk::ProvisionedThroughput>, Fault> {
    if read.is_none() && write.is_none() {
        return Ok(None);
    }
    let made =
        sdk::ProvisionedThroughput::builder().set_read_capacity_units(read).set_write_capacity_units(write);
    built(made.build()).map(Some)
}

/// The units of a table, where it is paid by them.
pub(super) fn table_units(table: &DynamodbTable) -> Result<Option<sdk::ProvisionedThroughput>, Fault> {
    match table.billing_mode.as_deref() {
        Some("PAY_PER_REQUEST") => Ok(None),
        _ => units(table.read_capacity, table.write_capacity),
    }
}

pub(super) fn bounds(block: Option<BlockList<OnDemandThroughput>>) -> Option<sdk::OnDemandThroughput> {
    let block = only(block)?;
    let made = sdk::OnDemandThroughput::builder()
        .set_max_read_request_units(block.max_read_request_units)
        .set_max_write_request_units(block.max_write_request_units);
    Some(made.build())
}

pub(super) fn projection(kind: Option<&str>, held: Vec<String>) -> sdk::Projection {
    let held = Some(held).filter(|held| !held.is_empty());
    sdk::Projection::builder()
        .set_projection_type(kind.map(sdk::ProjectionType::from))
        .set_non_key_attributes(held)
        .build()
}

pub(super) fn global_index(index: &GlobalSecondaryIndex) -> Result<sdk::GlobalSecondaryIndex, Fault> {
    let held = index.non_key_attributes.clone().unwrap_or_default().into_iter().collect();
    let made = sdk::GlobalSecondaryIndex::builder()
        .set_index_name(index.name.clone())
        .set_key_schema(Some(keys(index.hash_key.as_deref(), index.range_key.as_deref())?))
        .projection(projection(index.projection_type.as_deref(), held))
        .set_provisioned_throughput(units(index.read_capacity, index.write_capacity)?)
        .set_on_demand_throughput(bounds(index.on_demand_throughput.clone()));
    built(made.build())
}

pub(super) fn global_indexes(table: &DynamodbTable) -> Result<Option<Vec<sdk::GlobalSecondaryIndex>>, Fault> {
    let all = table.global_secondary_index.iter().flat_map(|blocks| &blocks.0);
    let made: Vec<_> = all.map(global_index).collect::<Result<_, Fault>>()?;
    Ok(Some(made).filter(|made| !made.is_empty()))
}

/// Indexes with the table's own partition key.
pub(super) fn local_indexes(table: &DynamodbTable) -> Result<Option<Vec<sdk::LocalSecondaryIndex>>, Fault> {
    let all = table.local_secondary_index.iter().flat_map(|blocks| &blocks.0);
    let made: Vec<_> = all.map(|index| local_index(table, index)).collect::<Result<_, Fault>>()?;
    Ok(Some(made).filter(|made| !made.is_empty()))
}

fn local_index(
    table: &DynamodbTable,
    index: &LocalSecondaryIndex,
) -> Result<sdk::LocalSecondaryIndex, Fault> {
    let held = index.non_key_attributes.clone().unwrap_or_default();
    let made = sdk::LocalSecondaryIndex::builder()
        .set_index_name(index.name.clone())
        .set_key_schema(Some(keys(table.hash_key.as_deref(), index.range_key.as_deref())?))
        .projection(projection(index.projection_type.as_deref(), held));
    built(made.build())
}

pub(super) fn encryption(block: Option<&ServerSideEncryption>) -> Option<sdk::SseSpecification> {
    let block = block?;
    let on = block.enabled.unwrap_or(false);
    let made = sdk::SseSpecification::builder()
        .enabled(on)
        .set_sse_type(on.then_some(sdk::SseType::Kms))
        .set_kms_master_key_id(block.kms_key_arn.clone().filter(|_| on));
    Some(made.build())
}

/// A stream that tells what the table says; `None` turns it off.
pub(super) fn stream(view: Option<&str>) -> Result<sdk::StreamSpecification, Fault> {
    let made = sdk::StreamSpecification::builder()
        .stream_enabled(view.is_some())
        .set_stream_view_type(view.map(sdk::StreamViewType::from));
    built(made.build())
}
