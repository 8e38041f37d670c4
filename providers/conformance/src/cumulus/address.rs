//! `cumulus_address`: a public address. Class C: the cloud makes its id, and takes no token.

use std::collections::BTreeMap;

use relight_contract::field::{optional, output};
use relight_contract::{Act, Block, Example, Identity, Kind, Listing, Part, Placement, block};

use super::operation;

block! {
    /// The attributes of `cumulus_address`.
    pub struct Address {
        address: String = output().made("198.51.100.{digits:2}").plays(Part::Entrance).doc("The address."),
        description: String = optional().doc("What it is for."),
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        id: String = output().made("address-{hex:12}").doc("The id."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        tier: String = optional().replaces().default_text("standard").words(&["standard", "premium"])
            .doc("Which way packets come in."),
    }
}

/// The table of `cumulus_address`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_address",
    provider: "cumulus",
    service: "compute",
    doc: "A public address.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("labels"),
    fields: Address::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 2 },
    details: &[],
    operations: &[
        operation(Act::List, &["compute:listAddresss"], 0),
        operation(Act::Read, &["compute:getAddress"], 0),
        operation(Act::Create, &["compute:insertAddress"], 12),
        operation(Act::Update, &["compute:patchAddress"], 12),
        operation(Act::Delete, &["compute:deleteAddress"], 12),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "An address",
        hcl: "resource \"cumulus_address\" \"web\" {\n  description = \"web\"\n}\n",
        update: "description = \"shop\"",
        replace: "tier = \"premium\"",
    }],
};
