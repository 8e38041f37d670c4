//! What RDS tells of a cluster, as the attributes of the table.

use aws_sdk_rds::types::{
    ClusterPendingModifiedValues, DbCluster as Cluster, LocalWriteForwardingStatus,
    ServerlessV2ScalingConfigurationInfo,
};
use relight_contract::{ListOf, Number};

use super::super::{RdsCluster, ServerlessScaling};
use crate::api::one;
use crate::api::tags::Tags;
use crate::kinds::db_instance::api::read::secret_of;

/// The attributes of a cluster. A change that is taken on and waits for the maintenance window counts as made.
pub(super) fn attributes(cluster: Cluster, tags: &Tags) -> RdsCluster {
    let pending = cluster.pending_modified_values.clone();
    let told = told(cluster, tags);
    match pending {
        Some(pending) => with_pending(told, pending),
        None => told,
    }
}

fn told(cluster: Cluster, tags: &Tags) -> RdsCluster {
    let number = |value: Option<i32>| value.map(i64::from);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let domain = cluster.domain_memberships.unwrap_or_default().into_iter().next();
    let certificate = cluster.certificate_details;
    let forwards = matches!(
        cluster.local_write_forwarding_status,
        Some(
            LocalWriteForwardingStatus::Enabled
                | LocalWriteForwardingStatus::Enabling
                | LocalWriteForwardingStatus::Requested
        )
    );
    let members = cluster.db_cluster_members.unwrap_or_default().into_iter();
    let roles = cluster.associated_roles.unwrap_or_default().into_iter();
    let groups = cluster.vpc_security_groups.unwrap_or_default().into_iter();
    RdsCluster {
        allocated_storage: number(cluster.allocated_storage),
        arn: cluster.db_cluster_arn,
        availability_zones: cluster.availability_zones.map(FromIterator::from_iter),
        backtrack_window: cluster.backtrack_window,
        backup_retention_period: number(cluster.backup_retention_period),
        ca_certificate_identifier: certificate.as_ref().and_then(|details| details.ca_identifier.clone()),
        ca_certificate_valid_till: certificate
            .and_then(|details| details.valid_till)
            .map(|time| time.to_string()),
        cluster_identifier: cluster.db_cluster_identifier.clone(),
        cluster_members: Some(members.filter_map(|member| member.db_instance_identifier).collect()),
        cluster_resource_id: cluster.db_cluster_resource_id,
        cluster_scalability_type: cluster.cluster_scalability_type.map(|word| word.as_str().to_owned()),
        copy_tags_to_snapshot: cluster.copy_tags_to_snapshot,
        database_insights_mode: cluster.database_insights_mode.map(|mode| mode.as_str().to_owned()),
        database_name: filled(cluster.database_name),
        db_cluster_instance_class: cluster.db_cluster_instance_class,
        db_cluster_parameter_group_name: cluster.db_cluster_parameter_group,
        db_subnet_group_name: cluster.db_subnet_group,
        db_system_id: cluster.db_system_id,
        deletion_protection: cluster.deletion_protection,
        domain: domain.as_ref().and_then(|domain| domain.domain.clone()),
        domain_iam_role_name: domain.and_then(|domain| domain.iam_role_name),
        enable_global_write_forwarding: cluster.global_write_forwarding_requested,
        enable_http_endpoint: cluster.http_endpoint_enabled,
        enable_local_write_forwarding: Some(forwards),
        enabled_cloudwatch_logs_exports: cluster.enabled_cloudwatch_logs_exports.map(FromIterator::from_iter),
        endpoint: cluster.endpoint,
        engine: cluster.engine,
        engine_lifecycle_support: cluster.engine_lifecycle_support,
        engine_mode: cluster.engine_mode,
        engine_version: cluster.engine_version.clone(),
        engine_version_actual: cluster.engine_version,
        global_cluster_identifier: filled(cluster.global_cluster_identifier),
        hosted_zone_id: cluster.hosted_zone_id,
        iam_database_authentication_enabled: cluster.iam_database_authentication_enabled,
        iam_roles: Some(roles.filter_map(|role| role.role_arn).collect()),
        id: cluster.db_cluster_identifier,
        iops: number(cluster.iops),
        kms_key_id: cluster.kms_key_id,
        manage_master_user_password: cluster.master_user_secret.as_ref().map(|_| true),
        master_user_secret_kms_key_id: cluster
            .master_user_secret
            .as_ref()
            .and_then(|secret| secret.kms_key_id.clone()),
        master_user_secret: cluster.master_user_secret.map(|secret| ListOf(vec![secret_of(secret)])),
        master_username: cluster.master_username,
        monitoring_interval: number(cluster.monitoring_interval),
        monitoring_role_arn: filled(cluster.monitoring_role_arn),
        network_type: cluster.network_type,
        performance_insights_enabled: cluster.performance_insights_enabled,
        performance_insights_kms_key_id: cluster.performance_insights_kms_key_id,
        performance_insights_retention_period: number(cluster.performance_insights_retention_period),
        port: number(cluster.port),
        preferred_backup_window: cluster.preferred_backup_window,
        preferred_maintenance_window: cluster.preferred_maintenance_window,
        reader_endpoint: cluster.reader_endpoint,
        replication_source_identifier: filled(cluster.replication_source_identifier),
        serverlessv2_scaling_configuration: one(cluster.serverless_v2_scaling_configuration.map(scaling)),
        storage_encrypted: cluster.storage_encrypted,
        storage_type: filled(cluster.storage_type),
        tags: Some(tags.clone()),
        tags_all: Some(tags.clone()),
        vpc_security_group_ids: Some(groups.filter_map(|group| group.vpc_security_group_id).collect()),
        ..RdsCluster::default()
    }
}

fn with_pending(told: RdsCluster, pending: ClusterPendingModifiedValues) -> RdsCluster {
    let number = |value: Option<i32>| value.map(i64::from);
    RdsCluster {
        allocated_storage: number(pending.allocated_storage).or(told.allocated_storage),
        backup_retention_period: number(pending.backup_retention_period).or(told.backup_retention_period),
        engine_version: pending.engine_version.or(told.engine_version),
        iam_database_authentication_enabled: pending
            .iam_database_authentication_enabled
            .or(told.iam_database_authentication_enabled),
        iops: number(pending.iops).or(told.iops),
        storage_type: pending.storage_type.or(told.storage_type),
        ..told
    }
}

fn scaling(told: ServerlessV2ScalingConfigurationInfo) -> ServerlessScaling {
    let number = |value: Option<f64>| value.and_then(Number::from_decimal_f64);
    ServerlessScaling {
        max_capacity: number(told.max_capacity),
        min_capacity: number(told.min_capacity),
        seconds_until_auto_pause: told.seconds_until_auto_pause.map(i64::from),
    }
}
