//! The kinds of AWS: one file each, and one line each in the table below.

use relight_contract::Kind;

mod ami_copy;
mod appautoscaling_policy;
mod appautoscaling_target;
mod autoscaling_group;
mod backup_plan;
mod backup_selection;
mod backup_vault;
mod cloudwatch_metric_alarm;
mod db_instance;
mod db_parameter_group;
mod db_subnet_group;
mod dynamodb_table;
mod ec2_capacity_reservation;
mod ecr_repository;
mod ecs_cluster;
mod ecs_service;
mod ecs_task_definition;
mod eip;
mod elasticache_replication_group;
mod elasticache_subnet_group;
mod iam_instance_profile;
mod iam_role;
mod iam_role_policy;
mod iam_role_policy_attachment;
mod instance;
mod instance_requirements;
mod internet_gateway;
mod kms_alias;
mod kms_key;
mod kms_replica_key;
mod lambda_event_source_mapping;
mod lambda_function;
mod launch_template;
mod lb;
mod lb_action;
mod lb_listener;
mod lb_listener_rule;
mod lb_target_group;
mod nat_gateway;
mod rds_cluster;
mod rds_cluster_instance;
mod rds_global_cluster;
mod route;
mod route53_health_check;
mod route53_record;
pub(crate) mod route53_zone;
mod route53recoverycluster_routing_control_state;
mod route53recoverycontrolconfig_cluster;
mod route53recoverycontrolconfig_control_panel;
mod route53recoverycontrolconfig_routing_control;
mod route53recoverycontrolconfig_safety_rule;
mod route_table;
mod route_table_association;
mod s3_bucket;
mod s3_bucket_policy;
mod s3_bucket_public_access_block;
mod s3_bucket_replication_configuration;
mod s3_bucket_server_side_encryption_configuration;
mod s3_bucket_versioning;
mod s3_object;
mod secretsmanager_secret;
mod secretsmanager_secret_version;
mod security_group;
mod sns_topic;
mod sqs_queue;
mod ssm_parameter;
mod subnet;
mod vpc;
mod vpc_endpoint;
mod vpc_peering_connection;
mod vpc_peering_connection_accepter;
mod vpc_security_group_egress_rule;
mod vpc_security_group_ingress_rule;

/// The table of kinds: a line each, with `: api` behind those that have an API half.
macro_rules! kinds {
    ($($kind:ident $(: $api:ident)?,)*) => {
        /// Every kind, by name.
        pub static KINDS: &[&Kind] = &[$(&$kind::KIND,)*];

        /// The API half of the kind called `name`; `None` while it has none.
        #[cfg(feature = "api")]
        pub(crate) fn calls(name: &str) -> Option<crate::api::Calls> {
            $($(if name == $kind::KIND.name {
                return Some($kind::$api::calls);
            })?)*
            None
        }
    };
}

kinds! {
    ami_copy: api,
    appautoscaling_policy: api,
    appautoscaling_target: api,
    autoscaling_group: api,
    backup_plan: api,
    backup_selection: api,
    backup_vault: api,
    cloudwatch_metric_alarm: api,
    db_instance: api,
    db_parameter_group: api,
    db_subnet_group: api,
    dynamodb_table: api,
    ec2_capacity_reservation: api,
    ecr_repository: api,
    ecs_cluster: api,
    ecs_service: api,
    ecs_task_definition: api,
    eip: api,
    elasticache_replication_group: api,
    elasticache_subnet_group: api,
    iam_instance_profile: api,
    iam_role: api,
    iam_role_policy: api,
    iam_role_policy_attachment: api,
    instance: api,
    internet_gateway: api,
    kms_alias: api,
    kms_key: api,
    kms_replica_key: api,
    lambda_event_source_mapping: api,
    lambda_function: api,
    launch_template: api,
    lb: api,
    lb_listener: api,
    lb_listener_rule: api,
    lb_target_group: api,
    nat_gateway: api,
    rds_cluster: api,
    rds_cluster_instance: api,
    rds_global_cluster: api,
    route: api,
    route53_health_check: api,
    route53_record: api,
    route53_zone: api,
    route53recoverycluster_routing_control_state: api,
    route53recoverycontrolconfig_cluster: api,
    route53recoverycontrolconfig_control_panel: api,
    route53recoverycontrolconfig_routing_control: api,
    route53recoverycontrolconfig_safety_rule: api,
    route_table: api,
    route_table_association: api,
    s3_bucket: api,
    s3_bucket_policy: api,
    s3_bucket_public_access_block: api,
    s3_bucket_replication_configuration: api,
    s3_bucket_server_side_encryption_configuration: api,
    s3_bucket_versioning: api,
    s3_object: api,
    secretsmanager_secret: api,
    secretsmanager_secret_version: api,
    security_group: api,
    sns_topic: api,
    sqs_queue: api,
    ssm_parameter: api,
    subnet: api,
    vpc: api,
    vpc_endpoint: api,
    vpc_peering_connection: api,
    vpc_peering_connection_accepter: api,
    vpc_security_group_egress_rule: api,
    vpc_security_group_ingress_rule: api,
}
