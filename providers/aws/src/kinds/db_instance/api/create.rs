//! The five ways to create a database.

use aws_sdk_rds::types::{DatabaseInsightsMode, ReplicaMode, Tag};
use relight_contract::Fault;

use super::super::{DbInstance, RestoreToPointInTime, S3Import};
use crate::api::rds::once;
use crate::api::{Effect, FaultOf, Site, int, presign, time};

/// What every way of creating a database takes.
macro_rules! common {
    ($call:expr, $wanted:expr, $tags:expr) => {
        $call
            .set_db_instance_class($wanted.instance_class.clone())
            .set_availability_zone($wanted.availability_zone.clone())
            .set_port(int($wanted.port)?)
            .set_multi_az($wanted.multi_az)
            .set_auto_minor_version_upgrade($wanted.auto_minor_version_upgrade)
            .set_iops(int($wanted.iops)?)
            .set_storage_throughput(int($wanted.storage_throughput)?)
            .set_option_group_name($wanted.option_group_name.clone())
            .set_db_parameter_group_name($wanted.parameter_group_name.clone())
            .set_publicly_accessible($wanted.publicly_accessible)
            .set_db_subnet_group_name($wanted.db_subnet_group_name.clone())
            .set_vpc_security_group_ids($wanted.vpc_security_group_ids.clone().map(Vec::from_iter))
            .set_storage_type($wanted.storage_type.clone())
            .set_copy_tags_to_snapshot($wanted.copy_tags_to_snapshot)
            .set_enable_iam_database_authentication($wanted.iam_database_authentication_enabled)
            .set_enable_cloudwatch_logs_exports(
                $wanted.enabled_cloudwatch_logs_exports.clone().map(Vec::from_iter),
            )
            .set_deletion_protection($wanted.deletion_protection)
            .set_network_type($wanted.network_type.clone())
            .set_dedicated_log_volume($wanted.dedicated_log_volume.filter(|on| *on))
            .set_ca_certificate_identifier($wanted.ca_cert_identifier.clone())
            .set_allocated_storage(int($wanted.allocated_storage)?)
            .set_tags(Some($tags))
    };
}

/// What all take but a start from a bucket.
macro_rules! joining {
    ($call:expr, $wanted:expr) => {
        $call
            .set_domain($wanted.domain.clone())
            .set_domain_iam_role_name($wanted.domain_iam_role_name.clone())
            .set_domain_fqdn($wanted.domain_fqdn.clone())
            .set_domain_ou($wanted.domain_ou.clone())
            .set_domain_auth_secret_arn($wanted.domain_auth_secret_arn.clone())
            .set_domain_dns_ips($wanted.domain_dns_ips.clone())
            .set_enable_customer_owned_ip($wanted.customer_owned_ip_enabled.filter(|on| *on))
            .set_backup_target($wanted.backup_target.clone())
            .set_custom_iam_instance_profile($wanted.custom_iam_instance_profile.clone())
    };
}

/// What a database that is no copy of another one takes.
macro_rules! watched {
    ($call:expr, $wanted:expr) => {
        $call
            .set_monitoring_interval(int($wanted.monitoring_interval)?)
            .set_monitoring_role_arn($wanted.monitoring_role_arn.clone())
            .set_database_insights_mode(
                $wanted.database_insights_mode.as_deref().map(DatabaseInsightsMode::from),
            )
            .set_enable_performance_insights($wanted.performance_insights_enabled.filter(|on| *on))
            .set_performance_insights_kms_key_id($wanted.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period(int($wanted.performance_insights_retention_period)?)
            .set_kms_key_id($wanted.kms_key_id.clone())
            .set_max_allocated_storage(int($wanted.max_allocated_storage)?)
    };
}

/// What a restore takes.
macro_rules! restored {
    ($call:expr, $wanted:expr) => {
        $call
            .set_license_model($wanted.license_model.clone())
            .set_db_name($wanted.db_name.clone())
            .set_engine($wanted.engine.clone())
            .set_backup_retention_period(int($wanted.backup_retention_period)?)
            .set_preferred_backup_window($wanted.backup_window.clone())
            .set_engine_lifecycle_support($wanted.engine_lifecycle_support.clone())
            .set_manage_master_user_password($wanted.manage_master_user_password)
            .set_master_user_secret_kms_key_id($wanted.master_user_secret_kms_key_id.clone())
    };
}

/// What a database of its own takes.
macro_rules! own {
    ($call:expr, $wanted:expr) => {
        $call
            .set_license_model($wanted.license_model.clone())
            .set_db_name($wanted.db_name.clone())
            .set_engine($wanted.engine.clone())
            .set_engine_version($wanted.engine_version.clone())
            .set_master_username($wanted.username.clone())
            .set_master_user_password($wanted.password.clone().or($wanted.password_wo.clone()))
            .set_manage_master_user_password($wanted.manage_master_user_password)
            .set_master_user_secret_kms_key_id($wanted.master_user_secret_kms_key_id.clone())
            .set_storage_encrypted($wanted.storage_encrypted)
            .set_backup_retention_period(int($wanted.backup_retention_period)?)
            .set_preferred_backup_window($wanted.backup_window.clone())
            .set_preferred_maintenance_window($wanted.maintenance_window.clone())
            .set_engine_lifecycle_support($wanted.engine_lifecycle_support.clone())
    };
}

macro_rules! send {
    ($call:expr) => {
        $call.customize().config_override(once()).send().await.fault(Effect::Maybe)?
    };
}

/// Creates a database, once; whether the call took all that was asked for, so that nothing has to follow.
pub(super) async fn send(site: &Site, wanted: DbInstance, tags: Vec<Tag>) -> Result<bool, Fault> {
    let moment = wanted.restore_to_point_in_time.as_ref().and_then(|blocks| blocks.0.first()).cloned();
    let bucket = wanted.s3_import.as_ref().and_then(|blocks| blocks.0.first()).cloned();
    match (&wanted.replicate_source_db, &wanted.snapshot_identifier, moment, bucket) {
        (Some(source), ..) => replicate(site, source, &wanted, tags).await.map(|()| false),
        (None, Some(snapshot), ..) => restore(site, snapshot, &wanted, tags).await.map(|()| false),
        (None, None, Some(moment), _) => rewind(site, moment, &wanted, tags).await.map(|()| false),
        (None, None, None, Some(bucket)) => import(site, bucket, &wanted, tags).await.map(|()| true),
        (None, None, None, None) => start(site, &wanted, tags).await.map(|()| true),
    }
}

async fn start(site: &Site, wanted: &DbInstance, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site.rds().create_db_instance().set_db_instance_identifier(wanted.identifier.clone());
    let call = own!(watched!(joining!(common!(call, wanted, tags), wanted), wanted), wanted)
        .set_character_set_name(wanted.character_set_name.clone())
        .set_nchar_character_set_name(wanted.nchar_character_set_name.clone())
        .set_timezone(wanted.timezone.clone());
    send!(call);
    Ok(())
}

async fn replicate(site: &Site, source: &str, wanted: &DbInstance, tags: Vec<Tag>) -> Result<(), Fault> {
    // A source in another region has its ARN; that region asks for a signature of its own.
    let elsewhere = source.split(':').nth(3).filter(|region| *region != site.region());
    let signed = match elsewhere {
        Some(region) => Some(signed(site, region, source, wanted).await?),
        None => None,
    };
    let call = site
        .rds()
        .create_db_instance_read_replica()
        .source_db_instance_identifier(source)
        .set_pre_signed_url(signed)
        .set_db_instance_identifier(wanted.identifier.clone());
    let call = watched!(joining!(common!(call, wanted, tags), wanted), wanted)
        .set_replica_mode(wanted.replica_mode.as_deref().map(ReplicaMode::from))
        .set_upgrade_storage_config(wanted.upgrade_storage_config);
    send!(call);
    Ok(())
}

/// The creation as the region of the source has to sign it.
/// Source: Amazon RDS API reference, `CreateDBInstanceReadReplica`, `PreSignedUrl`.
async fn signed(site: &Site, region: &str, source: &str, wanted: &DbInstance) -> Result<String, Fault> {
    let parameters = [
        ("DBInstanceIdentifier", wanted.identifier.as_deref()),
        ("DestinationRegion", Some(site.region())),
        ("KmsKeyId", wanted.kms_key_id.as_deref()),
        ("SourceDBInstanceIdentifier", Some(source)),
    ];
    let parameters: Vec<_> =
        parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    presign::rds(site, region, "CreateDBInstanceReadReplica", &parameters).await
}

async fn restore(site: &Site, snapshot: &str, wanted: &DbInstance, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site
        .rds()
        .restore_db_instance_from_db_snapshot()
        .db_snapshot_identifier(snapshot)
        .set_db_instance_identifier(wanted.identifier.clone());
    send!(restored!(joining!(common!(call, wanted, tags), wanted), wanted));
    Ok(())
}

async fn rewind(
    site: &Site,
    moment: RestoreToPointInTime,
    wanted: &DbInstance,
    tags: Vec<Tag>,
) -> Result<(), Fault> {
    let time = time(moment.restore_time.as_deref())?;
    let call = site
        .rds()
        .restore_db_instance_to_point_in_time()
        .set_restore_time(time)
        .set_use_latest_restorable_time(moment.use_latest_restorable_time)
        .set_source_db_instance_identifier(moment.source_db_instance_identifier)
        .set_source_dbi_resource_id(moment.source_dbi_resource_id)
        .set_source_db_instance_automated_backups_arn(moment.source_db_instance_automated_backups_arn)
        .set_target_db_instance_identifier(wanted.identifier.clone())
        .set_max_allocated_storage(int(wanted.max_allocated_storage)?);
    send!(restored!(joining!(common!(call, wanted, tags), wanted), wanted));
    Ok(())
}

async fn import(site: &Site, bucket: S3Import, wanted: &DbInstance, tags: Vec<Tag>) -> Result<(), Fault> {
    let call = site
        .rds()
        .restore_db_instance_from_s3()
        .set_db_instance_identifier(wanted.identifier.clone())
        .set_s3_bucket_name(bucket.bucket_name)
        .set_s3_prefix(bucket.bucket_prefix)
        .set_s3_ingestion_role_arn(bucket.ingestion_role)
        .set_source_engine(bucket.source_engine)
        .set_source_engine_version(bucket.source_engine_version);
    send!(own!(watched!(common!(call, wanted, tags), wanted), wanted));
    Ok(())
}
