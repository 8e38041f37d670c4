//! Cumulus: a made-up cloud for tests, with other manners than the real ones.
//!
//! Projects instead of accounts; names as identity nearly everywhere; labels with a narrow alphabet; every change is a
//! long-running operation to poll; fingerprints for optimistic concurrency; global and regional kinds; deleted
//! databases and networks keep their names for a while. Nothing in it may be special to relight's core.

mod address;
mod data;
mod database;
mod disk;
mod machine_group;
mod network;
mod record;
mod subnetwork;
mod zone;

use relight_contract::field::optional;
use relight_contract::{
    Act, Block, ControlPlane, DataKind, Kind, Operation, Provider, TagRules, Timing, block,
};

block! {
    /// What a `provider "cumulus"` block, and a `cumulus` block in a site, may set.
    pub struct Settings {
        project: String = optional().doc("The project that everything belongs to."),
    }
}

/// Every kind, by name.
pub static KINDS: &[&Kind] = &[
    &address::KIND,
    &database::KIND,
    &disk::KIND,
    &machine_group::KIND,
    &network::KIND,
    &record::KIND,
    &subnetwork::KIND,
    &zone::KIND,
];

/// Every data source, by name.
pub static DATA: &[&DataKind] = &[&data::POLICY, &data::ZONE, &data::ZONES];

/// Cumulus as relight knows it.
pub static CUMULUS: Provider = Provider {
    name: "cumulus",
    kinds: KINDS,
    data: DATA,
    tags: TagRules {
        owner: "relight-id",
        address: "relight-address",
        intent: "relight-intent",
        role: "relight-role",
        longest_key: 63,
        longest_value: 63,
        most: 64,
        accepts: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-',
    },
    home: "middle",
    homes: &[],
    regions: &["east", "middle", "north", "west"],
    settings: Settings::FIELDS,
    region_fields: &["region"],
    advice: Provider::no_advice(),
    policy: None,
};

const fn timing(p50_seconds: u32) -> Timing {
    Timing { p50_seconds, p90_seconds: p50_seconds * 2, source: "made up" }
}

const fn operation(act: Act, calls: &'static [&'static str], seconds: u32) -> Operation {
    Operation { act, calls, plane: ControlPlane::Regional, timing: timing(seconds) }
}

const fn global(act: Act, calls: &'static [&'static str], seconds: u32) -> Operation {
    Operation { act, calls, plane: ControlPlane::Global("middle"), timing: timing(seconds) }
}
