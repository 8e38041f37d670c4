//! The data sources of AWS: one file each, and one line each in the table below.

use relight_contract::DataKind;

mod ami;
mod availability_zones;
mod caller_identity;
mod db_cluster_snapshot;
mod db_snapshot;
mod iam_policy_document;
mod made_up;
mod region;
mod route53_zone;

/// The table of data sources: a line each, with `: api` behind those that are asked over the API.
macro_rules! data {
    ($($data:ident $(: $api:ident)?,)*) => {
        /// Every data source, by name.
        pub static DATA: &[&DataKind] = &[$(&$data::DATA,)*];

        /// The API half of the data source called `name`; `None` for a pure one, and while it has none.
        #[cfg(feature = "api")]
        pub(crate) fn calls(name: &str) -> Option<crate::api::Calls> {
            $($(if name == $data::DATA.name {
                return Some($data::$api::calls);
            })?)*
            None
        }
    };
}

data! {
    ami: api,
    availability_zones: api,
    caller_identity: api,
    db_cluster_snapshot: api,
    db_snapshot: api,
    iam_policy_document,
    region: api,
    route53_zone: api,
}
