//! The kinds of AWS pass the suite, hosted by the simulator from their tables, and the linter.

#[path = "../../sim/tests/door/mod.rs"]
mod door;

use std::sync::Arc;

use door::Simulated;
use relight_aws::{AWS, KINDS};
use relight_conformance::{Places, lint, run};
use relight_contract::builtin::BUILTIN;
use relight_contract::{Object, Place, Registry};
use relight_sim::{Settings, World};

#[test]
fn the_tables_are_in_order() {
    let found = lint(&Registry::new(&[&BUILTIN, &AWS]), &AWS);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_kind_lives_as_the_suite_expects() {
    let registry = Registry::new(&[&BUILTIN, &AWS]);
    let place = |name: &str, region: &str| {
        Arc::new(Place {
            name: name.into(),
            provider: "aws".into(),
            region: region.into(),
            account: Some("123456789012".into()),
            global: name == "aws",
            settings: Object::new(),
        })
    };
    let places = Places { regional: place("oregon", "us-west-2"), global: place("aws", "us-east-1") };
    let mut door =
        Simulated { world: World::new(registry.clone(), Settings::calm(1)), now: 1_800_000_000_000 };
    let report = run(&mut door, &registry, &places, KINDS.iter().copied());
    assert!(report.failures.is_empty(), "{}", report.failures.join("\n"));
    assert!(report.checks > 1_000, "only {} checks; skipped: {:?}", report.checks, report.skipped);
}
