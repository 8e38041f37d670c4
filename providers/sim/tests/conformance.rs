//! The simulator passes the suite that real clouds have to pass.

mod door;

use std::sync::Arc;

use door::Simulated;
use relight_conformance::cumulus::{CUMULUS, KINDS};
use relight_conformance::{Places, run};
use relight_contract::builtin::{BUILTIN, TERRAFORM_DATA};
use relight_contract::{Name, Object, Place, Registry};
use relight_sim::{Settings, World};

fn place(name: &str, region: &str, global: bool) -> Arc<Place> {
    Arc::new(Place {
        name: name.into(),
        provider: "cumulus".into(),
        region: region.into(),
        account: Some(Name::from("shop")),
        global,
        settings: Object::new(),
    })
}

#[test]
fn every_kind_lives_as_the_suite_expects() {
    let registry = Registry::new(&[&BUILTIN, &CUMULUS]);
    let places =
        Places { regional: place("oregon", "west", false), global: place("cumulus", "middle", true) };
    for (seed, settings) in [(1, Settings::calm(1)), (2, Settings::calm(2)), (3, Settings::instant(3))] {
        let mut door = Simulated { world: World::new(registry.clone(), settings), now: 1_800_000_000_000 };
        let kinds = KINDS.iter().copied().chain([&TERRAFORM_DATA]);
        let report = run(&mut door, &registry, &places, kinds);
        assert_eq!(report.failures, [""; 0], "seed {seed}");
        assert_eq!(report.skipped, [""; 0], "seed {seed}");
        assert!(report.checks > 200, "only {} checks", report.checks);
        let left: Vec<_> =
            door.world.objects(door.now).map(|(_, kind, live)| (kind.name, live.native_id)).collect();
        assert_eq!(left, [], "seed {seed}: left behind");
    }
}
