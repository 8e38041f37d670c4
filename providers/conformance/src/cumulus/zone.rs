//! `cumulus_zone`: names under one domain. Class A, global.

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, Example, Identity, Kind, Listing, NameRule, Part, Placement, Scope, block,
};

use super::global;

block! {
    /// The attributes of `cumulus_zone`.
    pub struct Zone {
        dns_name: String = required().replaces().dns().plays(Part::Domain).doc("The domain."),
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        id: String = output().made("projects/{account}/zones/{name}").doc("The id."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        name: String = required().replaces().doc("The name."),
        name_servers: Vec<String> = output().made("ns1.{dns_name},ns2.{dns_name}").doc("Who answers for it."),
    }
}

/// The table of `cumulus_zone`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_zone",
    provider: "cumulus",
    service: "dns",
    doc: "Names under one domain.",
    placement: Placement::Global,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 63,
        scope: Scope::Account,
    }),
    tags: Some("labels"),
    fields: Zone::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 50 },
    details: &[],
    operations: &[
        global(Act::List, &["dns:listZones"], 0),
        global(Act::Read, &["dns:getZone"], 0),
        global(Act::Create, &["dns:insertZone"], 12),
        global(Act::Update, &["dns:patchZone"], 12),
        global(Act::Delete, &["dns:deleteZone"], 12),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A zone",
        hcl: "resource \"cumulus_zone\" \"shop\" {\n  name     = \"shop\"\n  dns_name = \"shop.test\"\n}\n",
        update: "labels = { team = \"shop\" }",
        replace: "dns_name = \"other.test\"",
    }],
};
