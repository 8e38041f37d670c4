//! `cumulus_record`: an answer to a name. Class D, global, shiftable.

use std::collections::BTreeSet;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Capability, Example, Identity, Kind, Listing, Part, Placement, block,
};

use super::global;

block! {
    /// Which of several answers counts.
    pub struct Routing {
        role: String = required().words(&["first", "backup"]).doc("Whether this one answers while it can."),
    }
}

block! {
    /// The attributes of `cumulus_record`.
    pub struct Record {
        answers: BTreeSet<String> = required().plays(Part::Answer).doc("The answers."),
        id: String = output().made("{zone}/{name:lower}/{type}").doc("Zone, name and type."),
        name: String = required().replaces().dns().plays(Part::Name).doc("The name."),
        routing: BlockList<Routing> = optional().maximum(1).doc("Which of several answers counts."),
        set: String = optional().replaces().doc("Tells records of one name and type apart."),
        ttl_seconds: i64 = optional().default_number(300).plays(Part::TimeToLive { otherwise: 300 }).doc("How long resolvers may keep the answer."),
        type_: String = required().replaces().words(&["A", "CNAME", "TXT"]).doc("The type."),
        zone: String = required().replaces().refers("cumulus_zone", "id").doc("The zone."),
    }
}

/// The table of `cumulus_record`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_record",
    provider: "cumulus",
    service: "dns",
    doc: "An answer to a name.",
    placement: Placement::Global,
    identity: Identity::Key(&["zone", "name", "type", "set"]),
    tags: None,
    fields: Record::FIELDS,
    capabilities: &[Capability::Shiftable { fields: &["answers", "routing"] }],
    listing: Listing::Under { kind: "cumulus_zone", attribute: "zone", page: 2 },
    details: &[],
    operations: &[
        global(Act::List, &["dns:listRecords"], 0),
        global(Act::Read, &["dns:getRecord"], 0),
        global(Act::Create, &["dns:insertRecord"], 15),
        global(Act::Update, &["dns:patchRecord"], 15),
        global(Act::Delete, &["dns:deleteRecord"], 15),
        global(Act::Shift, &["dns:patchRecord"], 15),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A record",
        hcl: "resource \"cumulus_zone\" \"shop\" {\n  name     = \"shop\"\n  dns_name = \"shop.test\"\n}\n\nresource \"cumulus_record\" \"www\" {\n  zone    = cumulus_zone.shop.id\n  name    = \"www.shop.test\"\n  type    = \"A\"\n  answers = [\"192.0.2.1\"]\n}\n",
        update: "answers = [\"192.0.2.2\"]",
        replace: "type = \"TXT\"",
    }],
};
