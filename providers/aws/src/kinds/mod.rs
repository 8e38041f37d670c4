//! The kinds of AWS: one file each, and one line each in the table below.

use relight_contract::Kind;

mod autoscaling_group;
mod db_instance;
mod db_subnet_group;
mod dynamodb_table;
mod instance;
mod instance_requirements;
mod launch_template;
mod rds_cluster;
mod rds_cluster_instance;
mod rds_global_cluster;
mod route53_record;
mod vpc;

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[
    &autoscaling_group::KIND,
    &db_instance::KIND,
    &db_subnet_group::KIND,
    &dynamodb_table::KIND,
    &instance::KIND,
    &launch_template::KIND,
    &rds_cluster::KIND,
    &rds_cluster_instance::KIND,
    &rds_global_cluster::KIND,
    &route53_record::KIND,
    &vpc::KIND,
];
