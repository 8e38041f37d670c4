//! `cumulus_subnetwork`: a network's addresses in one region. Class A.

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Example, Identity, Kind, Listing, NameRule, Placement, Scope, block,
};

use super::operation;

block! {
    /// A further range of addresses.
    pub struct Range {
        ip_cidr_range: String = required().cidr().doc("Its addresses."),
        range_name: String = required().doc("Its name."),
    }
}

block! {
    /// The attributes of `cumulus_subnetwork`.
    pub struct Subnetwork {
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        gateway: String = output().made("gateway-{hex:8}").doc("The gateway."),
        id: String = output().made("projects/{account}/regions/{region_name}/subnetworks/{name}").doc("The id."),
        ip_cidr_range: String = required().cidr().doc("Its addresses."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        name: String = required().replaces().doc("The name."),
        network: String = required().replaces().refers("cumulus_network", "id").doc("The network."),
        private_access: bool = optional().default_bool(false).doc("Whether machines without addresses get out."),
        region_name: String = output().made("{region}").doc("The region."),
        secondary_range: BlockList<Range> = optional().maximum(4).doc("Further ranges."),
    }
}

/// The table of `cumulus_subnetwork`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_subnetwork",
    provider: "cumulus",
    service: "compute",
    doc: "A network's addresses in one region.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule { attribute: "name", prefix: None, longest: 63, scope: Scope::Region }),
    tags: Some("labels"),
    fields: Subnetwork::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 3 },
    details: &[],
    operations: &[
        operation(Act::List, &["compute:listSubnetworks"], 0),
        operation(Act::Read, &["compute:getSubnetwork"], 0),
        operation(Act::Create, &["compute:insertSubnetwork"], 15),
        operation(Act::Update, &["compute:patchSubnetwork"], 12),
        operation(Act::Delete, &["compute:deleteSubnetwork"], 20),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A subnetwork",
        hcl: "resource \"cumulus_network\" \"main\" {\n  name = \"main\"\n}\n\nresource \"cumulus_subnetwork\" \"app\" {\n  name          = \"app\"\n  network       = cumulus_network.main.id\n  ip_cidr_range = site.cidr\n}\n",
        update: "private_access = true",
        replace: "name = \"other\"",
    }],
};
