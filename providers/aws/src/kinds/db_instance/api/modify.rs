//! Changes of a database: one call for all fields.

use aws_sdk_rds::types::{DatabaseInsightsMode, ReplicaMode};
use relight_contract::{Block, Fault, Live, Object, Value};

use super::super::{DbInstance, KIND};
use crate::api::rds::{exports, once, settled};
use crate::api::{Effect, FaultOf, Site, becomes, int, shape};

/// Fields of the table that no change of a database sends: tags have calls of their own, and the rest says how calls
/// are made or is the source's.
const ELSEWHERE: &[&str] = &["tags", "replicate_source_db", "password_wo_version", "identifier_prefix"];

/// Sends the changes; false when there are none. `attributes` says how they are made (`apply_immediately`).
pub(super) async fn send(
    site: &Site,
    live: &Live,
    changes: &Object,
    attributes: &Object,
) -> Result<bool, Fault> {
    let settled = settled(&KIND, changes, ELSEWHERE);
    if settled.is_empty() {
        return Ok(false);
    }
    let wanted = DbInstance::from_object(&settled).map_err(shape)?;
    let how = DbInstance::from_object(attributes).map_err(shape)?;
    let renamed = wanted.identifier.filter(|new| **new != *live.native_id);
    let leaves_domain =
        ["domain", "domain_fqdn"].iter().any(|name| settled.get(name).is_some_and(Value::is_null));
    let call = site
        .rds()
        .modify_db_instance()
        .db_instance_identifier(&*live.native_id)
        .apply_immediately(how.apply_immediately.unwrap_or(false) || renamed.is_some())
        .set_allow_major_version_upgrade(how.allow_major_version_upgrade)
        .set_new_db_instance_identifier(renamed)
        .set_allocated_storage(int(wanted.allocated_storage)?)
        .set_db_instance_class(wanted.instance_class)
        .set_db_subnet_group_name(wanted.db_subnet_group_name)
        .set_vpc_security_group_ids(wanted.vpc_security_group_ids.map(Vec::from_iter))
        .set_master_user_password(wanted.password.or(wanted.password_wo))
        .set_db_parameter_group_name(wanted.parameter_group_name)
        .set_backup_retention_period(int(wanted.backup_retention_period)?)
        .set_preferred_backup_window(wanted.backup_window)
        .set_preferred_maintenance_window(wanted.maintenance_window)
        .set_multi_az(wanted.multi_az)
        .set_engine_version(wanted.engine_version)
        .set_auto_minor_version_upgrade(wanted.auto_minor_version_upgrade)
        .set_license_model(wanted.license_model)
        .set_iops(int(wanted.iops)?)
        .set_storage_throughput(int(wanted.storage_throughput)?)
        .set_option_group_name(wanted.option_group_name)
        .set_storage_type(wanted.storage_type)
        .set_ca_certificate_identifier(wanted.ca_cert_identifier)
        .set_domain(wanted.domain)
        .set_domain_fqdn(wanted.domain_fqdn)
        .set_domain_ou(wanted.domain_ou)
        .set_domain_auth_secret_arn(wanted.domain_auth_secret_arn)
        .set_domain_dns_ips(wanted.domain_dns_ips)
        .set_domain_iam_role_name(wanted.domain_iam_role_name)
        .set_disable_domain(leaves_domain.then_some(true))
        .set_copy_tags_to_snapshot(wanted.copy_tags_to_snapshot)
        .set_monitoring_interval(int(wanted.monitoring_interval)?)
        .set_monitoring_role_arn(wanted.monitoring_role_arn)
        .set_db_port_number(int(wanted.port)?)
        .set_publicly_accessible(wanted.publicly_accessible)
        .set_enable_iam_database_authentication(wanted.iam_database_authentication_enabled)
        .set_database_insights_mode(wanted.database_insights_mode.as_deref().map(DatabaseInsightsMode::from))
        .set_enable_performance_insights(wanted.performance_insights_enabled)
        .set_performance_insights_kms_key_id(wanted.performance_insights_kms_key_id)
        .set_performance_insights_retention_period(int(wanted.performance_insights_retention_period)?)
        .set_cloudwatch_logs_export_configuration(exports(live, &settled))
        .set_deletion_protection(wanted.deletion_protection)
        .set_max_allocated_storage(max_storage(live, &settled)?)
        .set_replica_mode(wanted.replica_mode.as_deref().map(ReplicaMode::from))
        .set_enable_customer_owned_ip(wanted.customer_owned_ip_enabled)
        .set_network_type(wanted.network_type)
        .set_manage_master_user_password(wanted.manage_master_user_password)
        .set_master_user_secret_kms_key_id(wanted.master_user_secret_kms_key_id)
        .set_dedicated_log_volume(wanted.dedicated_log_volume)
        .set_engine_lifecycle_support(wanted.engine_lifecycle_support);
    call.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(true)
}

/// Growing by itself is turned off by a limit that is the present size.
/// Source: Amazon RDS user guide, "Managing capacity automatically with storage autoscaling".
fn max_storage(live: &Live, changes: &Object) -> Result<Option<i32>, Fault> {
    let Some(wanted) = becomes::<i64>(&KIND, changes, "max_allocated_storage") else { return Ok(None) };
    let size = || live.get("allocated_storage").and_then(Value::as_i64);
    int(wanted.filter(|limit| *limit > 0).or_else(size))
}
