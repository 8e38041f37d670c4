//! What RDS tells of a database, as the attributes of the table.

use aws_sdk_rds::types::{DbInstance as Instance, Endpoint, MasterUserSecret, PendingModifiedValues};
use relight_contract::ListOf;

use super::super::{self as table, DbInstance};
use crate::api::tags::Tags;

/// The attributes of a database. A change that is taken on and waits for the maintenance window counts as made.
pub(super) fn attributes(instance: Instance, tags: &Tags) -> DbInstance {
    let pending = instance.pending_modified_values.clone();
    let told = told(instance, tags);
    match pending {
        Some(pending) => with_pending(told, pending),
        None => told,
    }
}

fn told(instance: Instance, tags: &Tags) -> DbInstance {
    let number = |value: Option<i32>| value.map(i64::from);
    let endpoint = instance.endpoint.as_ref();
    let host = endpoint.and_then(|endpoint| endpoint.address.clone());
    let port = endpoint.and_then(|endpoint| endpoint.port);
    let domain = instance.domain_memberships.unwrap_or_default().into_iter().next();
    let option_group = instance.option_group_memberships.unwrap_or_default().into_iter().next();
    let parameter_group = instance.db_parameter_groups.unwrap_or_default().into_iter().next();
    let is_managed = domain.as_ref().is_some_and(|domain| domain.auth_secret_arn.is_none());
    DbInstance {
        address: host.clone(),
        allocated_storage: number(instance.allocated_storage),
        arn: instance.db_instance_arn,
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade,
        availability_zone: instance.availability_zone,
        backup_retention_period: number(instance.backup_retention_period),
        backup_target: instance.backup_target,
        backup_window: instance.preferred_backup_window,
        ca_cert_identifier: instance.ca_certificate_identifier,
        character_set_name: instance.character_set_name,
        copy_tags_to_snapshot: instance.copy_tags_to_snapshot,
        custom_iam_instance_profile: instance.custom_iam_instance_profile,
        customer_owned_ip_enabled: instance.customer_owned_ip_enabled,
        database_insights_mode: instance.database_insights_mode.map(|mode| mode.as_str().to_owned()),
        db_name: instance.db_name,
        db_subnet_group_name: instance.db_subnet_group.and_then(|group| group.db_subnet_group_name),
        dedicated_log_volume: instance.dedicated_log_volume,
        deletion_protection: instance.deletion_protection,
        domain: domain.as_ref().filter(|_| is_managed).and_then(|domain| domain.domain.clone()),
        domain_auth_secret_arn: domain.as_ref().and_then(|domain| domain.auth_secret_arn.clone()),
        domain_dns_ips: domain.as_ref().and_then(|domain| domain.dns_ips.clone()),
        domain_fqdn: domain.as_ref().and_then(|domain| domain.fqdn.clone()),
        domain_iam_role_name: domain.as_ref().and_then(|domain| domain.iam_role_name.clone()),
        domain_ou: domain.and_then(|domain| domain.ou),
        enabled_cloudwatch_logs_exports: instance
            .enabled_cloudwatch_logs_exports
            .map(FromIterator::from_iter),
        endpoint: host.zip(port).map(|(host, port)| format!("{host}:{port}")),
        engine: instance.engine,
        engine_lifecycle_support: instance.engine_lifecycle_support,
        engine_version: instance.engine_version.clone(),
        engine_version_actual: instance.engine_version,
        hosted_zone_id: endpoint.and_then(|endpoint| endpoint.hosted_zone_id.clone()),
        iam_database_authentication_enabled: instance.iam_database_authentication_enabled,
        id: instance.dbi_resource_id.clone(),
        identifier: instance.db_instance_identifier,
        instance_class: instance.db_instance_class,
        iops: number(instance.iops),
        kms_key_id: instance.kms_key_id,
        latest_restorable_time: instance.latest_restorable_time.map(|time| time.to_string()),
        license_model: instance.license_model,
        listener_endpoint: instance.listener_endpoint.map(|listener| ListOf(vec![listener_of(listener)])),
        maintenance_window: instance.preferred_maintenance_window,
        manage_master_user_password: instance.master_user_secret.as_ref().map(|_| true),
        master_user_secret_kms_key_id: instance
            .master_user_secret
            .as_ref()
            .and_then(|secret| secret.kms_key_id.clone()),
        master_user_secret: instance.master_user_secret.map(|secret| ListOf(vec![secret_of(secret)])),
        max_allocated_storage: number(instance.max_allocated_storage),
        monitoring_interval: number(instance.monitoring_interval),
        monitoring_role_arn: instance.monitoring_role_arn,
        multi_az: instance.multi_az,
        nchar_character_set_name: instance.nchar_character_set_name,
        network_type: instance.network_type,
        option_group_name: option_group.and_then(|group| group.option_group_name),
        parameter_group_name: parameter_group.and_then(|group| group.db_parameter_group_name),
        performance_insights_enabled: instance.performance_insights_enabled,
        performance_insights_kms_key_id: instance.performance_insights_kms_key_id,
        performance_insights_retention_period: number(instance.performance_insights_retention_period),
        port: number(port),
        publicly_accessible: instance.publicly_accessible,
        replica_mode: instance.replica_mode.map(|mode| mode.as_str().to_owned()),
        replicas: instance.read_replica_db_instance_identifiers,
        replicate_source_db: instance.read_replica_source_db_instance_identifier.filter(|id| !id.is_empty()),
        resource_id: instance.dbi_resource_id,
        status: instance.db_instance_status,
        storage_encrypted: instance.storage_encrypted,
        storage_throughput: number(instance.storage_throughput),
        storage_type: instance.storage_type,
        tags: Some(tags.clone()),
        tags_all: Some(tags.clone()),
        timezone: instance.timezone,
        username: instance.master_username,
        vpc_security_group_ids: instance
            .vpc_security_groups
            .map(|groups| groups.into_iter().filter_map(|group| group.vpc_security_group_id).collect()),
        ..DbInstance::default()
    }
}

fn with_pending(told: DbInstance, pending: PendingModifiedValues) -> DbInstance {
    let number = |value: Option<i32>| value.map(i64::from);
    DbInstance {
        allocated_storage: number(pending.allocated_storage).or(told.allocated_storage),
        backup_retention_period: number(pending.backup_retention_period).or(told.backup_retention_period),
        ca_cert_identifier: pending.ca_certificate_identifier.or(told.ca_cert_identifier),
        db_subnet_group_name: pending.db_subnet_group_name.or(told.db_subnet_group_name),
        dedicated_log_volume: pending.dedicated_log_volume.or(told.dedicated_log_volume),
        engine_version: pending.engine_version.or(told.engine_version),
        iam_database_authentication_enabled: pending
            .iam_database_authentication_enabled
            .or(told.iam_database_authentication_enabled),
        instance_class: pending.db_instance_class.or(told.instance_class),
        iops: number(pending.iops).or(told.iops),
        license_model: pending.license_model.or(told.license_model),
        multi_az: pending.multi_az.or(told.multi_az),
        port: number(pending.port).or(told.port),
        storage_throughput: number(pending.storage_throughput).or(told.storage_throughput),
        storage_type: pending.storage_type.or(told.storage_type),
        ..told
    }
}

fn listener_of(listener: Endpoint) -> table::ListenerEndpoint {
    table::ListenerEndpoint {
        address: listener.address,
        hosted_zone_id: listener.hosted_zone_id,
        port: listener.port.map(i64::from),
    }
}

/// The secret that holds a master password.
pub(crate) fn secret_of(secret: MasterUserSecret) -> table::MasterUserSecret {
    table::MasterUserSecret {
        kms_key_id: secret.kms_key_id,
        secret_arn: secret.secret_arn,
        secret_status: secret.secret_status,
    }
}
