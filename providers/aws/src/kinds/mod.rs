//! The kinds of AWS: one file each, and one line each in the table below.

use relight_contract::Kind;

mod appautoscaling_policy;
mod appautoscaling_target;
mod autoscaling_group;
mod cloudwatch_metric_alarm;
mod db_instance;
mod db_subnet_group;
mod dynamodb_table;
mod eip;
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
mod route_table;
mod route_table_association;
mod s3_bucket;
mod s3_bucket_replication_configuration;
mod s3_bucket_versioning;
mod secretsmanager_secret;
mod security_group;
mod sns_topic;
mod subnet;
mod vpc;
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
    appautoscaling_policy: api,
    appautoscaling_target: api,
    autoscaling_group: api,
    cloudwatch_metric_alarm,
    db_instance: api,
    db_subnet_group,
    dynamodb_table,
    eip,
    iam_instance_profile,
    iam_role,
    iam_role_policy,
    iam_role_policy_attachment,
    instance,
    internet_gateway,
    kms_alias,
    kms_key,
    kms_replica_key,
    launch_template: api,
    lb: api,
    lb_listener: api,
    lb_listener_rule: api,
    lb_target_group: api,
    nat_gateway,
    rds_cluster,
    rds_cluster_instance,
    rds_global_cluster,
    route,
    route53_health_check: api,
    route53_record: api,
    route53_zone: api,
    route_table,
    route_table_association,
    s3_bucket,
    s3_bucket_replication_configuration,
    s3_bucket_versioning,
    secretsmanager_secret,
    security_group,
    sns_topic,
    subnet,
    vpc: api,
    vpc_security_group_egress_rule,
    vpc_security_group_ingress_rule,
}
