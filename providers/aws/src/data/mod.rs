//! The data sources of AWS: one file each, and one line each in the table below.

use relight_contract::DataKind;

mod ami;
mod availability_zones;
mod caller_identity;
mod iam_policy_document;
mod made_up;
mod region;
mod route53_zone;

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[
    &ami::DATA,
    &availability_zones::DATA,
    &caller_identity::DATA,
    &iam_policy_document::DATA,
    &region::DATA,
    &route53_zone::DATA,
];
