//! The three ways to create a table.

use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::types as sdk;
use relight_contract::{Fault, Owner};

use super::super::{DynamodbTable, ImportTable};
use super::{sdk_tags, write};
use crate::api::{Effect, FaultOf, Site, built, no_retries, only, tags, time};

fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// Creates a table, once; whether the call took tags.
pub(super) async fn send(
    site: &Site,
    wanted: &DynamodbTable,
    owner: &Owner,
    token: &str,
) -> Result<bool, Fault> {
    let restores = wanted.restore_source_name.is_some() || wanted.restore_source_table_arn.is_some();
    match only(wanted.import_table.clone()) {
        _ if restores => restore(site, wanted).await.map(|()| false),
        Some(source) => import(site, wanted, source, token).await.map(|()| false),
        None => start(site, wanted, owner, token).await.map(|()| true),
    }
}

/// How throughput is paid: the default of the table is not that of all calls.
fn billing(wanted: &DynamodbTable) -> sdk::BillingMode {
    sdk::BillingMode::from(wanted.billing_mode.as_deref().unwrap_or("PROVISIONED"))
}

async fn start(site: &Site, wanted: &DynamodbTable, owner: &Owner, token: &str) -> Result<(), Fault> {
    let marks = sdk_tags(tags::all(wanted.tags.as_ref(), owner, token))?;
    let view = wanted.stream_view_type.as_deref().filter(|_| wanted.stream_enabled == Some(true));
    let stream = view.map(|view| write::stream(Some(view))).transpose()?;
    let asked = site
        .dynamodb()
        .create_table()
        .set_table_name(wanted.name.clone())
        .set_attribute_definitions(Some(write::definitions(wanted)?))
        .set_key_schema(Some(write::keys(wanted.hash_key.as_deref(), wanted.range_key.as_deref())?))
        .billing_mode(billing(wanted))
        .set_provisioned_throughput(write::table_units(wanted)?)
        .set_on_demand_throughput(write::bounds(wanted.on_demand_throughput.clone()))
        .set_global_secondary_indexes(write::global_indexes(wanted)?)
        .set_local_secondary_indexes(write::local_indexes(wanted)?)
        .set_stream_specification(stream)
        .set_sse_specification(write::encryption(only(wanted.server_side_encryption.clone()).as_ref()))
        .set_table_class(wanted.table_class.as_deref().map(sdk::TableClass::from))
        .set_deletion_protection_enabled(wanted.deletion_protection_enabled)
        .set_tags(Some(marks));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn restore(site: &Site, wanted: &DynamodbTable) -> Result<(), Fault> {
    let time = time(wanted.restore_date_time.as_deref())?;
    let asked = site
        .dynamodb()
        .restore_table_to_point_in_time()
        .set_target_table_name(wanted.name.clone())
        .set_source_table_name(wanted.restore_source_name.clone())
        .set_source_table_arn(wanted.restore_source_table_arn.clone())
        .set_restore_date_time(time)
        .set_use_latest_restorable_time(wanted.restore_to_latest_time)
        .set_billing_mode_override(wanted.billing_mode.as_deref().map(sdk::BillingMode::from))
        .set_provisioned_throughput_override(write::table_units(wanted)?)
        .set_on_demand_throughput_override(write::bounds(wanted.on_demand_throughput.clone()))
        .set_sse_specification_override(write::encryption(
            only(wanted.server_side_encryption.clone()).as_ref(),
        ));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn import(site: &Site, wanted: &DynamodbTable, source: ImportTable, token: &str) -> Result<(), Fault> {
    let bucket = only(source.s3_bucket_source).unwrap_or_default();
    let bucket = sdk::S3BucketSource::builder()
        .set_s3_bucket(bucket.bucket)
        .set_s3_bucket_owner(bucket.bucket_owner)
        .set_s3_key_prefix(bucket.key_prefix);
    let csv = only(source.input_format_options).and_then(|options| only(options.csv)).map(|csv| {
        let columns = csv.header_list.map(Vec::from_iter);
        let csv = sdk::CsvOptions::builder().set_delimiter(csv.delimiter).set_header_list(columns).build();
        sdk::InputFormatOptions::builder().csv(csv).build()
    });
    let table = sdk::TableCreationParameters::builder()
        .set_table_name(wanted.name.clone())
        .set_attribute_definitions(Some(write::definitions(wanted)?))
        .set_key_schema(Some(write::keys(wanted.hash_key.as_deref(), wanted.range_key.as_deref())?))
        .billing_mode(billing(wanted))
        .set_provisioned_throughput(write::table_units(wanted)?)
        .set_on_demand_throughput(write::bounds(wanted.on_demand_throughput.clone()))
        .set_sse_specification(write::encryption(only(wanted.server_side_encryption.clone()).as_ref()))
        .set_global_secondary_indexes(write::global_indexes(wanted)?);
    let asked = site
        .dynamodb()
        .import_table()
        .client_token(token)
        .s3_bucket_source(built(bucket.build())?)
        .set_input_format(source.input_format.as_deref().map(sdk::InputFormat::from))
        .set_input_compression_type(
            source.input_compression_type.as_deref().map(sdk::InputCompressionType::from),
        )
        .set_input_format_options(csv)
        .table_creation_parameters(built(table.build())?);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}
