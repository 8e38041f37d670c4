//! The kinds of AWS: one file each, and one line each in the tables below.

use relight_contract::{DataKind, Kind};

mod route53_record;
mod vpc;

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[&route53_record::KIND, &vpc::KIND];

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[];
