//! Changes of a cluster: one call for all fields.

use aws_sdk_rds::types::DatabaseInsightsMode;
use relight_contract::{Block, Fault, Live, Object};

use super::super::{KIND, RdsCluster};
use super::create::scaling;
use crate::api::rds::{exports, once, settled};
use crate::api::{Effect, FaultOf, Site, int, only, shape};

/// Fields that other calls set, or none.
const ELSEWHERE: &[&str] = &[
    "cluster_identifier_prefix",
    "cluster_members",
    "enable_http_endpoint",
    "global_cluster_identifier",
    "iam_roles",
    "master_password_wo_version",
    "primary_cluster_arn",
    "replication_source_identifier",
    "tags",
];

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
    let wanted = RdsCluster::from_object(&settled).map_err(shape)?;
    let how = RdsCluster::from_object(attributes).map_err(shape)?;
    let renamed = wanted.cluster_identifier.filter(|new| **new != *live.native_id);
    // The parameter group of all instances goes with a major upgrade alone.
    let group = how.db_instance_parameter_group_name.filter(|_| wanted.engine_version.is_some());
    let call = site
        .rds()
        .modify_db_cluster()
        .db_cluster_identifier(&*live.native_id)
        .apply_immediately(how.apply_immediately.unwrap_or(false) || renamed.is_some())
        .set_allow_major_version_upgrade(how.allow_major_version_upgrade)
        .set_db_instance_parameter_group_name(group)
        .set_new_db_cluster_identifier(renamed)
        .set_allocated_storage(int(wanted.allocated_storage)?)
        .set_backtrack_window(wanted.backtrack_window)
        .set_backup_retention_period(int(wanted.backup_retention_period)?)
        .set_ca_certificate_identifier(wanted.ca_certificate_identifier)
        .set_cloudwatch_logs_export_configuration(exports(live, &settled))
        .set_copy_tags_to_snapshot(wanted.copy_tags_to_snapshot)
        .set_database_insights_mode(wanted.database_insights_mode.as_deref().map(DatabaseInsightsMode::from))
        .set_db_cluster_instance_class(wanted.db_cluster_instance_class)
        .set_db_cluster_parameter_group_name(wanted.db_cluster_parameter_group_name)
        .set_deletion_protection(wanted.deletion_protection)
        .set_domain(wanted.domain)
        .set_domain_iam_role_name(wanted.domain_iam_role_name)
        .set_enable_global_write_forwarding(wanted.enable_global_write_forwarding)
        .set_enable_iam_database_authentication(wanted.iam_database_authentication_enabled)
        .set_enable_local_write_forwarding(wanted.enable_local_write_forwarding)
        .set_enable_performance_insights(wanted.performance_insights_enabled)
        .set_engine_lifecycle_support(wanted.engine_lifecycle_support)
        .set_engine_version(wanted.engine_version)
        .set_iops(int(wanted.iops)?)
        .set_manage_master_user_password(wanted.manage_master_user_password)
        .set_master_user_password(wanted.master_password.or(wanted.master_password_wo))
        .set_master_user_secret_kms_key_id(wanted.master_user_secret_kms_key_id)
        .set_monitoring_interval(int(wanted.monitoring_interval)?)
        .set_monitoring_role_arn(wanted.monitoring_role_arn)
        .set_network_type(wanted.network_type)
        .set_performance_insights_kms_key_id(wanted.performance_insights_kms_key_id)
        .set_performance_insights_retention_period(int(wanted.performance_insights_retention_period)?)
        .set_port(int(wanted.port)?)
        .set_preferred_backup_window(wanted.preferred_backup_window)
        .set_preferred_maintenance_window(wanted.preferred_maintenance_window)
        .set_serverless_v2_scaling_configuration(
            only(wanted.serverlessv2_scaling_configuration).map(scaling).transpose()?,
        )
        .set_storage_type(wanted.storage_type)
        .set_vpc_security_group_ids(wanted.vpc_security_group_ids.map(Vec::from_iter));
    call.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(true)
}
