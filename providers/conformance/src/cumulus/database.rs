//! `cumulus_database`: a database server or a replica of one. Class A in the project, promotable and fenceable.

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Capability, Example, Identity, Kind, Listing, Literal, NameRule, Part, Placement, Scope,
    Transition, block,
};

use super::operation;

block! {
    /// The attributes of `cumulus_database`.
    pub struct Database {
        deletion_protection: bool = optional().default_bool(false).guards_deletion()
            .doc("Whether the cloud refuses to delete it."),
        endpoint: String = output().made("{name}.{region}.databases.cumulus.test").dns().plays(Part::Endpoint).doc("Where it answers."),
        engine: String = required().replaces().words(&["postgres", "mysql"]).doc("The engine."),
        engine_version: String = computed().default_text("16").doc("The engine's version."),
        fingerprint: String = output().made("{version}").moves().doc("Changes with every change."),
        flags_json: String = optional().json().doc("Flags of the engine, as a JSON document."),
        id: String = output().made("projects/{account}/databases/{name}").doc("The id."),
        labels: BTreeMap<String, String> = optional().doc("Labels."),
        name: String = required().replaces().reserved(600).doc("The name."),
        network: String = optional().replaces().refers("cumulus_network", "id").doc("The network that it is seen from."),
        password: String = optional().sensitive().write_only().doc("The administrator's password."),
        read_only: bool = optional().default_bool(false).doc("Whether writers are refused."),
        replica_of: String = optional().replaces().refers("cumulus_database", "id").doc("The database that it follows."),
        replication_lag_seconds: i64 = output().default_number(0).own().volatile().doc("How far it is behind."),
        storage_gib: i64 = required().doc("The size of its storage."),
    }
}

/// The table of `cumulus_database`.
pub(super) static KIND: Kind = Kind {
    name: "cumulus_database",
    provider: "cumulus",
    service: "sql",
    doc: "A database server, or a replica of one.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 40,
        scope: Scope::Account,
    }),
    tags: Some("labels"),
    fields: Database::FIELDS,
    capabilities: &[
        Capability::Promotable {
            source: "replica_of",
            dictated: &["engine", "engine_version"],
            demotes: true,
            switches: false,
            lag: Some("replication_lag_seconds"),
        },
        Capability::Fenceable { effect: &[Transition { field: "read_only", to: Literal::Bool(true) }] },
    ],
    listing: Listing::All { page: 50 },
    details: &[],
    operations: &[
        operation(Act::List, &["sql:listDatabases"], 0),
        operation(Act::Read, &["sql:getDatabase"], 0),
        operation(Act::Create, &["sql:insertDatabase"], 240),
        operation(Act::Update, &["sql:patchDatabase"], 60),
        operation(Act::Delete, &["sql:deleteDatabase"], 120),
        operation(Act::Promote, &["sql:promoteReplica"], 150),
        operation(Act::Demote, &["sql:demotePrimary"], 180),
        operation(Act::Fence, &["sql:patchDatabase"], 15),
        operation(Act::Retire, &["sql:renameDatabase"], 60),
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A database",
        hcl: "resource \"cumulus_database\" \"orders\" {\n  name        = \"orders\"\n  engine      = \"postgres\"\n  storage_gib = 20\n}\n",
        update: "storage_gib = 40",
        replace: "engine = \"mysql\"\nname   = \"invoices\"",
    }],
};
