//! The kinds of AWS: one file each, and one line each in the table below.

use relight_contract::Kind;

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
mod lb_listener;
mod lb_target_group;
mod nat_gateway;
mod rds_cluster;
mod rds_cluster_instance;
mod rds_global_cluster;
mod route;
mod route53_health_check;
mod route53_record;
mod route53_zone;
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

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[
    &autoscaling_group::KIND,
    &cloudwatch_metric_alarm::KIND,
    &db_instance::KIND,
    &db_subnet_group::KIND,
    &dynamodb_table::KIND,
    &eip::KIND,
    &iam_instance_profile::KIND,
    &iam_role::KIND,
    &iam_role_policy::KIND,
    &iam_role_policy_attachment::KIND,
    &instance::KIND,
    &internet_gateway::KIND,
    &kms_alias::KIND,
    &kms_key::KIND,
    &kms_replica_key::KIND,
    &launch_template::KIND,
    &lb::KIND,
    &lb_listener::KIND,
    &lb_target_group::KIND,
    &nat_gateway::KIND,
    &rds_cluster::KIND,
    &rds_cluster_instance::KIND,
    &rds_global_cluster::KIND,
    &route::KIND,
    &route53_health_check::KIND,
    &route53_record::KIND,
    &route53_zone::KIND,
    &route_table::KIND,
    &route_table_association::KIND,
    &s3_bucket::KIND,
    &s3_bucket_replication_configuration::KIND,
    &s3_bucket_versioning::KIND,
    &secretsmanager_secret::KIND,
    &security_group::KIND,
    &sns_topic::KIND,
    &subnet::KIND,
    &vpc::KIND,
    &vpc_security_group_egress_rule::KIND,
    &vpc_security_group_ingress_rule::KIND,
];

/// The API half of the kind called `name`; `None` while it has none.
#[cfg(feature = "api")]
pub(crate) fn calls(name: &str) -> Option<crate::api::Calls> {
    match name {
        "aws_db_instance" => Some(db_instance::api::calls),
        "aws_launch_template" => Some(launch_template::api::calls),
        "aws_route53_record" => Some(route53_record::api::calls),
        "aws_vpc" => Some(vpc::api::calls),
        _ => None,
    }
}
