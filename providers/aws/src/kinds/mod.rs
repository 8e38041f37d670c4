//! The kinds of AWS: one file each, and one line each in the tables below.

use relight_contract::{DataKind, Kind};

mod iam_instance_profile;
mod iam_role;
mod iam_role_policy;
mod iam_role_policy_attachment;
mod kms_alias;
mod kms_key;
mod kms_replica_key;
mod route53_health_check;
mod route53_record;
mod route53_zone;
mod s3_bucket;
mod s3_bucket_replication_configuration;
mod s3_bucket_versioning;
mod secretsmanager_secret;
mod vpc;

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[
    &iam_instance_profile::KIND,
    &iam_role::KIND,
    &iam_role_policy::KIND,
    &iam_role_policy_attachment::KIND,
    &kms_alias::KIND,
    &kms_key::KIND,
    &kms_replica_key::KIND,
    &route53_health_check::KIND,
    &route53_record::KIND,
    &route53_zone::KIND,
    &s3_bucket::KIND,
    &s3_bucket_replication_configuration::KIND,
    &s3_bucket_versioning::KIND,
    &secretsmanager_secret::KIND,
    &vpc::KIND,
];

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[];
