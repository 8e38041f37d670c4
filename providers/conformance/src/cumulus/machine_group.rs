//! `cumulus_machine_group`: machines by number. Class A, scalable.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, Example, Identity, Kind, Listing, NameRule, One, Part, Placement, Scope, block,
};

use super::operation;

block! {
    /// What a machine is made from.
    pub struct Template {
        image: String = required().doc("The image."),
        machine_type: String = optional().default_text("small").words(&["small", "large"]).doc("The size."),
        startup_script: String = optional().base64().plays(Part::StartScript).doc("Runs at the first start."),
        template_id: String = output().made("template-{hex:8}").doc("The id of the template."),
    }
}

block! {
    /// The attributes of `cumulus_machine_group`.
    pub struct MachineGroup {
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        id: String = output().made("projects/{account}/regions/{region}/groups/{name}").doc("The id."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        name: String = required().replaces().doc("The name."),
        max_size: i64 = required().plays(Part::Most).doc("The most machines."),
        min_size: i64 = optional().default_number(0).doc("The fewest machines."),
        running: i64 = output().made("{target_size}").moves().volatile().doc("How many machines run."),
        subnetwork: String = required().replaces().refers("cumulus_subnetwork", "id").doc("Where machines stand."),
        target_size: i64 = required().doc("How many machines there are to be."),
        template: One<Template> = required().doc("What a machine is made from."),
        zones: BTreeSet<String> = computed().replaces().made("{region}-a,{region}-b").doc("The zones in use."),
    }
}

/// The table of `cumulus_machine_group`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_machine_group",
    provider: "cumulus",
    service: "compute",
    doc: "Machines by number.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule { attribute: "name", prefix: None, longest: 63, scope: Scope::Region }),
    tags: Some("labels"),
    fields: MachineGroup::FIELDS,
    capabilities: &[Capability::Scalable { fields: &["target_size", "min_size", "max_size"] }],
    listing: Listing::All { page: 50 },
    details: &[],
    operations: &[
        operation(Act::List, &["compute:listGroups"], 0),
        operation(Act::Read, &["compute:getGroup"], 0),
        operation(Act::Create, &["compute:insertGroup"], 90),
        operation(Act::Update, &["compute:patchGroup"], 60),
        operation(Act::Delete, &["compute:deleteGroup"], 120),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A group of machines",
        hcl: "resource \"cumulus_network\" \"main\" {\n  name = \"main\"\n}\n\nresource \"cumulus_subnetwork\" \"app\" {\n  name          = \"app\"\n  network       = cumulus_network.main.id\n  ip_cidr_range = site.cidr\n}\n\nresource \"cumulus_machine_group\" \"web\" {\n  name        = \"web\"\n  subnetwork  = cumulus_subnetwork.app.id\n  max_size    = 12\n  target_size = 6\n  template {\n    image = \"base\"\n  }\n}\n",
        update: "target_size = 7",
        replace: "name = \"other\"",
    }],
};
