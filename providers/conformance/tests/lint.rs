//! The tables of the made-up cloud and of the builtin kinds are in order, and the linter notices when some are not.

use relight_conformance::cumulus::{CUMULUS, KINDS};
use relight_conformance::lint;
use relight_contract::builtin::{BUILTIN, TERRAFORM_DATA};
use relight_contract::field::{Field, Shape, optional, output, required};
use relight_contract::{Act, Identity, Kind, Listing, Provider, Registry, Unsupported};

#[test]
fn the_tables_are_in_order() {
    let registry = Registry::new(&[&BUILTIN, &CUMULUS]);
    assert_eq!(lint(&registry, &BUILTIN), [""; 0]);
    assert_eq!(lint(&registry, &CUMULUS), [""; 0]);
}

const FIELDS: &[Field] = &[
    required().named("exists", Shape::Bool).doc("A word of relight."),
    output().made("{nothing}").named("arn", Shape::String).doc("Made of nothing."),
    optional().default_text("c").words(&["a", "b"]).named("mode", Shape::String).doc("A wrong default."),
    optional().refers("cumulus_cloud", "id").named("cloud", Shape::String).doc("Points at nothing."),
    optional().named("noDoc", Shape::String),
];

const SPOILT: Kind = Kind {
    name: "cumulus_spoilt",
    provider: "cumulus",
    service: "compute",
    doc: "A table with mistakes.",
    placement: TERRAFORM_DATA.placement,
    identity: Identity::Key(&["arn"]),
    tags: Some("mode"),
    fields: FIELDS,
    capabilities: &[],
    listing: Listing::Under { kind: "cumulus_cloud", attribute: "sky", page: 0 },
    details: &[],
    operations: &[],
    unsupported: &[Unsupported { name: "mode", reason: "" }],
    examples: &[],
};

static SPOILT_KIND: Kind = SPOILT;
static SPOILT_PROVIDER: Provider =
    Provider { kinds: &[&SPOILT_KIND], data: &[], name: "cumulus", ..relight_conformance_base() };

const fn relight_conformance_base() -> Provider {
    Provider {
        name: "cumulus",
        kinds: &[],
        data: &[],
        tags: BUILTIN.tags,
        home: "middle",
        homes: &[],
        regions: &[],
        settings: &[],
        region_fields: &[],
        advice: Provider::no_advice(),
        policy: None,
    }
}

#[test]
fn every_mistake_is_named() {
    let registry = Registry::new(&[&SPOILT_PROVIDER, &CUMULUS]);
    let found = lint(&registry, &SPOILT_PROVIDER).join("\n");
    for expected in [
        "cumulus_spoilt.id: there is no such text",
        "cumulus_spoilt.exists: this is a word of relight",
        "cumulus_spoilt.arn: its pattern names `nothing`",
        "cumulus_spoilt.mode: its default is none of its values",
        "cumulus_spoilt.cloud: there is no `cumulus_cloud.id`",
        "cumulus_spoilt.noDoc: it has no doc",
        "cumulus_spoilt.noDoc: it is not in snake case",
        "cumulus_spoilt.arn: it is part of the identity, but cannot be set",
        "cumulus_spoilt.mode: it holds the tags",
        "cumulus_spoilt: its parent `cumulus_cloud` is no kind",
        "cumulus_spoilt.sky: it is listed under this",
        "cumulus_spoilt: the operation Create is missing",
        "cumulus_spoilt.mode: it is unsupported without a reason",
        "cumulus_spoilt.mode: it is unsupported, and also a field",
        "cumulus_spoilt: it has no examples",
    ] {
        assert!(found.contains(expected), "{expected:?} is not in\n{found}");
    }
}

#[test]
fn cumulus_has_every_identity_class_and_capability() {
    let classes = |test: fn(&Identity) -> bool| KINDS.iter().filter(|kind| test(&kind.identity)).count();
    assert!(classes(|identity| matches!(identity, Identity::Name(_))) > 3);
    assert_eq!(classes(|identity| *identity == Identity::Token), 1);
    assert_eq!(classes(|identity| *identity == Identity::Server), 1);
    assert_eq!(classes(|identity| matches!(identity, Identity::Key(_))), 1);
    assert!(KINDS.iter().any(|kind| kind.operation(Act::Promote).is_some()));
    assert!(KINDS.iter().any(|kind| !kind.shiftable().is_empty()));
    assert!(KINDS.iter().any(|kind| !kind.scalable().is_empty()));
}
