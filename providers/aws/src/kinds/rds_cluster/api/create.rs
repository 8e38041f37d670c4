//! The four ways to create a cluster.

use aws_sdk_rds::types::{
    ClusterScalabilityType, DatabaseInsightsMode, ServerlessV2ScalingConfiguration, Tag,
};
use relight_contract::{Fault, FaultKind};

use super::super::{RdsCluster, RestoreToPointInTime, S3Import, ServerlessScaling};
use crate::api::rds::once;
use crate::api::{Effect, FaultOf, Site, int, only, presign, time};

/// What every way of creating a cluster takes.
macro_rules! common {
    ($call:expr, $wanted:expr, $tags:expr) => {
        $call
            .set_db_cluster_identifier($wanted.cluster_identifier.clone())
            .set_backtrack_window($wanted.backtrack_window.filter(|window| *window > 0))
            .set_backup_retention_period(int($wanted.backup_retention_period)?)
            .set_copy_tags_to_snapshot($wanted.copy_tags_to_snapshot)
            .set_db_cluster_parameter_group_name($wanted.db_cluster_parameter_group_name.clone())
            .set_db_subnet_group_name($wanted.db_subnet_group_name.clone())
            .set_deletion_protection($wanted.deletion_protection)
            .set_domain($wanted.domain.clone())
            .set_domain_iam_role_name($wanted.domain_iam_role_name.clone())
            .set_enable_cloudwatch_logs_exports(
                $wanted.enabled_cloudwatch_logs_exports.clone().map(Vec::from_iter),
            )
            .set_enable_iam_database_authentication($wanted.iam_database_authentication_enabled)
            .set_engine_lifecycle_support($wanted.engine_lifecycle_support.clone())
            .set_kms_key_id($wanted.kms_key_id.clone())
            .set_network_type($wanted.network_type.clone())
            .set_port(int($wanted.port)?)
            .set_preferred_backup_window($wanted.preferred_backup_window.clone())
            .set_serverless_v2_scaling_configuration(
                only($wanted.serverlessv2_scaling_configuration.clone()).map(scaling).transpose()?,
            )
            .set_storage_type($wanted.storage_type.clone())
            .set_vpc_security_group_ids($wanted.vpc_security_group_ids.clone().map(Vec::from_iter))
            .set_tags(Some($tags))
    };
}

/// What all take but a start from a bucket.
macro_rules! watched {
    ($call:expr, $wanted:expr) => {
        $call
            .set_db_cluster_instance_class($wanted.db_cluster_instance_class.clone())
            .set_iops(int($wanted.iops)?)
            .set_engine_mode($wanted.engine_mode.clone())
            .set_monitoring_interval(int($wanted.monitoring_interval)?)
            .set_monitoring_role_arn($wanted.monitoring_role_arn.clone())
            .set_enable_performance_insights($wanted.performance_insights_enabled.filter(|on| *on))
            .set_performance_insights_kms_key_id($wanted.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period(int($wanted.performance_insights_retention_period)?)
    };
}

/// What all take but a restore to a point in time, which copies the engine of its source.
macro_rules! powered {
    ($call:expr, $wanted:expr) => {
        $call
            .set_availability_zones($wanted.availability_zones.clone().map(Vec::from_iter))
            .set_database_name($wanted.database_name.clone())
            .set_engine($wanted.engine.clone())
            .set_engine_version($wanted.engine_version.clone())
    };
}

/// What a cluster with a master user of its own takes.
macro_rules! own {
    ($call:expr, $wanted:expr) => {
        $call
            .set_master_username($wanted.master_username.clone())
            .set_master_user_password($wanted.master_password.clone().or($wanted.master_password_wo.clone()))
            .set_manage_master_user_password($wanted.manage_master_user_password)
            .set_master_user_secret_kms_key_id($wanted.master_user_secret_kms_key_id.clone())
            .set_preferred_maintenance_window($wanted.preferred_maintenance_window.clone())
            .set_storage_encrypted($wanted.storage_encrypted)
    };
}

macro_rules! send {
    ($call:expr) => {
        $call.customize().config_override(once()).send().await.fault(Effect::Maybe)?
    };
}

/// Creates a cluster, once; whether the call took all that was asked for but what calls of its own set.
pub(super) async fn send(site: &Site, mut wanted: RdsCluster, tags: Vec<Tag>) -> Result<bool, Fault> {
    if wanted.primary_cluster_arn.is_some() && wanted.global_cluster_identifier.is_none() {
        let text = "a cluster with a `primary_cluster_arn` needs its `global_cluster_identifier`: without it, \
            an empty one would be made that follows nobody";
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    if wanted.replication_source_identifier.is_some() {
        wanted = without_data(wanted);
    }
    let moment = only(wanted.restore_to_point_in_time.clone());
    let bucket = only(wanted.s3_import.clone());
    match (&wanted.snapshot_identifier, moment, bucket) {
        _ if wanted.replication_source_identifier.is_some() => {
            start(site, &wanted, tags).await.map(|()| true)
        }
        (Some(snapshot), ..) => restore(site, snapshot, &wanted, tags).await.map(|()| false),
        (None, Some(moment), _) => rewind(site, moment, &wanted, tags).await.map(|()| false),
        (None, None, Some(bucket)) => import(site, bucket, &wanted, tags).await.map(|()| false),
        (None, None, None) => start(site, &wanted, tags).await.map(|()| true),
    }
}

/// A replica outside of a global cluster, which has the data and the master user of its source.
/// Source: Amazon RDS API reference, `CreateDBCluster`.
fn without_data(wanted: RdsCluster) -> RdsCluster {
    RdsCluster {
        database_name: None,
        manage_master_user_password: None,
        master_password: None,
        master_password_wo: None,
        master_user_secret_kms_key_id: None,
        master_username: None,
        ..wanted
    }
}

pub(super) fn scaling(wanted: ServerlessScaling) -> Result<ServerlessV2ScalingConfiguration, Fault> {
    let made = ServerlessV2ScalingConfiguration::builder()
        .set_min_capacity(wanted.min_capacity.map(|units| units.to_f64()))
        .set_max_capacity(wanted.max_capacity.map(|units| units.to_f64()))
        .set_seconds_until_auto_pause(int(wanted.seconds_until_auto_pause)?);
    Ok(made.build())
}

async fn start(site: &Site, wanted: &RdsCluster, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site.rds().create_db_cluster();
    let call = own!(powered!(watched!(common!(call, wanted, tags), wanted), wanted), wanted)
        .set_allocated_storage(int(wanted.allocated_storage)?)
        .set_ca_certificate_identifier(wanted.ca_certificate_identifier.clone())
        .set_cluster_scalability_type(
            wanted.cluster_scalability_type.as_deref().map(ClusterScalabilityType::from),
        )
        .set_database_insights_mode(wanted.database_insights_mode.as_deref().map(DatabaseInsightsMode::from))
        .set_db_system_id(wanted.db_system_id.clone())
        .set_enable_global_write_forwarding(wanted.enable_global_write_forwarding)
        .set_enable_http_endpoint(wanted.enable_http_endpoint)
        .set_enable_local_write_forwarding(wanted.enable_local_write_forwarding)
        .set_global_cluster_identifier(wanted.global_cluster_identifier.clone())
        .set_replication_source_identifier(wanted.replication_source_identifier.clone())
        .set_pre_signed_url(signed(site, wanted).await?);
    send!(call);
    Ok(())
}

/// The creation as the region of the source has to sign it, where the source is encrypted and stands in another region.
/// Source: Amazon RDS API reference, `CreateDBCluster`, `PreSignedUrl`.
async fn signed(site: &Site, wanted: &RdsCluster) -> Result<Option<String>, Fault> {
    let source = wanted.replication_source_identifier.as_deref();
    let region = wanted.source_region.as_deref().or(source.and_then(|arn| arn.split(':').nth(3)));
    let Some(region) = region.filter(|region| *region != site.region()) else { return Ok(None) };
    let parameters = [
        ("DBClusterIdentifier", wanted.cluster_identifier.as_deref()),
        ("DestinationRegion", Some(site.region())),
        ("GlobalClusterIdentifier", wanted.global_cluster_identifier.as_deref()),
        ("KmsKeyId", wanted.kms_key_id.as_deref()),
        ("ReplicationSourceIdentifier", source),
    ];
    let parameters: Vec<_> =
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    presign::rds(site, region, "CreateDBCluster", &parameters).await.map(Some)
}

async fn restore(site: &Site, snapshot: &str, wanted: &RdsCluster, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site.rds().restore_db_cluster_from_snapshot().snapshot_identifier(snapshot);
    send!(powered!(watched!(common!(call, wanted, tags), wanted), wanted));
    Ok(())
}

async fn rewind(
    site: &Site,
    moment: RestoreToPointInTime,
    wanted: &RdsCluster,
    tags: Vec<Tag>,
) -> Result<(), Fault> {
    let time = time(moment.restore_to_time.as_deref())?;
    let call = site
        .rds()
        .restore_db_cluster_to_point_in_time()
        .set_restore_to_time(time)
        .set_restore_type(moment.restore_type)
        .set_source_db_cluster_identifier(moment.source_cluster_identifier)
        .set_source_db_cluster_resource_id(moment.source_cluster_resource_id)
        .set_use_latest_restorable_time(moment.use_latest_restorable_time);
    send!(watched!(common!(call, wanted, tags), wanted));
    Ok(())
}

async fn import(site: &Site, bucket: S3Import, wanted: &RdsCluster, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site
        .rds()
        .restore_db_cluster_from_s3()
        .set_s3_bucket_name(bucket.bucket_name)
        .set_s3_prefix(bucket.bucket_prefix)
        .set_s3_ingestion_role_arn(bucket.ingestion_role)
        .set_source_engine(bucket.source_engine)
        .set_source_engine_version(bucket.source_engine_version);
    send!(own!(powered!(common!(call, wanted, tags), wanted), wanted));
    Ok(())
}
