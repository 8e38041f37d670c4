//! `cumulus_network`: a network over all regions. Class A, global.

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{Act, Block, Example, Identity, Kind, Listing, NameRule, Placement, Scope, block};

use super::global;

block! {
    /// The attributes of `cumulus_network`.
    pub struct Network {
        description: String = optional().doc("What it is for."),
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        id: String = output().made("projects/{account}/networks/{name}").doc("The id."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        name: String = required().replaces().reserved(60).doc("The name."),
        number: i64 = output().made("{digits:12}").doc("The cloud's own number."),
        routing_mode: String = optional().default_text("REGIONAL").words(&["REGIONAL", "GLOBAL"])
            .doc("How far routes are announced."),
    }
}

/// The table of `cumulus_network`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_network",
    provider: "cumulus",
    service: "compute",
    doc: "A network over all regions.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 63,
        scope: Scope::Account,
    }),
    tags: Some("labels"),
    fields: Network::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 50 },
    details: &[],
    operations: &[
        global(Act::List, &["compute:listNetworks"], 0),
        global(Act::Read, &["compute:getNetwork"], 0),
        global(Act::Create, &["compute:insertNetwork"], 15),
        global(Act::Update, &["compute:patchNetwork"], 12),
        global(Act::Delete, &["compute:deleteNetwork"], 20),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A network",
        hcl: "resource \"cumulus_network\" \"main\" {\n  name = \"main\"\n}\n",
        update: "routing_mode = \"GLOBAL\"",
        replace: "name = \"other\"",
    }],
};
