//! The kinds of AWS: one file each, and one line each in the tables below.

use relight_contract::{DataKind, Kind};

mod db_instance;
mod db_subnet_group;
mod instance_requirements;
mod launch_template;
mod route53_record;
mod vpc;

/// Every kind, by name.
pub static KINDS: &[&Kind] =
    &[&db_instance::KIND, &db_subnet_group::KIND, &launch_template::KIND, &route53_record::KIND, &vpc::KIND];

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[];
