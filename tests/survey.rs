//! What is read of the clouds before a plan: as little as it can depend on, and all of that.

mod support;

use std::sync::Arc;

use relight::desired::Assignment;
use relight::diff::Endangered;
use relight::memory::Memory;
use relight::plan::Operation;
use relight::shell::pipeline::{self, Request};
use relight::shell::survey::survey;
use relight::shell::transport::SimTransport;
use relight_contract::{Kind, Live, Name, Object, Place, Value};
use relight_sim::Settings;
use support::{Clouds, Loaded, empty_clouds, load, registry};

type Transport = SimTransport<Clouds>;

const SITE: &str = r#"
topology "shop" {}
site "east" {
  provider = "cumulus"
  region   = "east"
  role     = "primary"
}
"#;

fn spec(resources: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("main.hcl"), format!("{SITE}{resources}")).expect("a spec");
    load(folder.path(), &[])
}

fn clouds() -> Transport {
    empty_clouds(Settings::instant(1))
}

fn kind(name: &str) -> &'static Kind {
    registry().kind(name).expect("a kind of the made-up cloud")
}

fn place(global: bool) -> Arc<Place> {
    Arc::new(Place {
        name: if global { "cumulus" } else { "east" }.into(),
        provider: "cumulus".into(),
        region: if global { "middle" } else { "east" }.into(),
        account: None,
        global,
        settings: Object::new(),
    })
}

/// Something that somebody else made, without an owner tag.
fn made_by_others(clouds: &mut Transport, global: bool, name: &str, attributes: &[(&str, Value)]) -> Name {
    let attributes: Object =
        attributes.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
    let world = &mut clouds.simulator_mut().0;
    world.create_outside(&place(global), kind(name), &attributes, None).expect("an object")
}

/// What a plan does, as text; or what is wrong.
fn planned(loaded: &mut Loaded, memory: &Memory, clouds: &mut Transport) -> String {
    match loaded.plan(Operation::Apply, memory, clouds) {
        Some(planned) => support::plan_text(&planned.plan),
        None => loaded.problems(),
    }
}

fn apply(loaded: &mut Loaded, memory: &mut Memory, clouds: &mut Transport) {
    let planned = loaded.plan(Operation::Apply, memory, clouds).expect("a plan");
    let (outcome, entries) = support::run(planned, "run-1", memory, clouds);
    assert!(matches!(outcome, relight::journal::Outcome::Completed { .. }), "{entries:#?}");
}

/// The objects of a kind as a survey sees them.
fn listed(loaded: &Loaded, memory: &Memory, clouds: &mut Transport, kind: &'static str) -> Vec<Arc<Live>> {
    let bound = loaded.bound.as_ref().expect("a spec");
    let assignment = Assignment::peacetime(&bound.topology);
    let mut problems = relight::diag::Diagnostics::new();
    let text = "2026-01-01T00:00:00Z";
    let desired = pipeline::wanted(bound, &assignment, clouds, text, &mut problems).expect("a sound spec");
    let request = Request {
        operation: Operation::Apply,
        assignment,
        earlier: Vec::new(),
        memory,
        key: b"a key",
        targets: Vec::new(),
        sites: Vec::new(),
        replace: Vec::new(),
        adopt: None,
        accepts_loss: false,
        lifetime: 1,
        simulated: true,
        now_text: text,
    };
    let survey =
        survey(&bound.topology, &desired, &request, &Endangered::Everything, clouds).expect("a survey");
    survey
        .listed
        .into_iter()
        .filter(|((_, name), _)| *name == kind)
        .flat_map(|(_, all)| all.expect("read"))
        .collect()
}

#[test]
fn a_field_is_read_from_when_the_spec_names_it() {
    let network =
        |more: &str| format!("resource \"cumulus_network\" \"main\" {{\n  name = \"main\"\n{more}}}\n");
    let mut clouds = clouds();
    let mut memory = Memory::default();
    apply(&mut spec(&network("")), &mut memory, &mut clouds);
    let id = memory.inventory.values().next().expect("an item").native_id.clone();
    let by_hand: Object = [(Name::from("routing_mode"), Value::from("GLOBAL"))].into_iter().collect();
    let world = &mut clouds.simulator_mut().0;
    world.edit_outside(&place(true), kind("cumulus_network"), &id, &by_hand).expect("a change");
    for memory in [&memory, &Memory::default()] {
        let sees = |text: &str, clouds: &mut Transport| {
            let all = listed(&spec(text), memory, clouds, "cumulus_network");
            all.first().expect("the network").get("routing_mode").cloned()
        };
        assert_eq!(sees(&network(""), &mut clouds), None);
        assert!(planned(&mut spec(&network("")), memory, &mut clouds).contains("0 changes"));
        let same = network("  routing_mode = \"GLOBAL\"\n");
        assert_eq!(sees(&same, &mut clouds), Some(Value::from("GLOBAL")));
        let text = planned(&mut spec(&same), memory, &mut clouds);
        assert!(text.contains("0 changes"), "{text}");
        let other = planned(&mut spec(&network("  routing_mode = \"REGIONAL\"\n")), memory, &mut clouds);
        assert!(other.contains("routing_mode: \"GLOBAL\" -> \"REGIONAL\""), "{other}");
    }
}

/// What is taken out of the spec is remembered, and goes back to its default.
#[test]
fn a_field_that_only_memory_names_is_read() {
    let network =
        |more: &str| format!("resource \"cumulus_network\" \"main\" {{\n  name = \"main\"\n{more}}}\n");
    let (mut clouds, mut memory) = (clouds(), Memory::default());
    apply(&mut spec(&network("  routing_mode = \"GLOBAL\"\n")), &mut memory, &mut clouds);
    let text = planned(&mut spec(&network("")), &memory, &mut clouds);
    assert!(text.contains("routing_mode: \"GLOBAL\" -> \"REGIONAL\""), "{text}");
}

#[test]
fn what_something_waits_for_is_read_however_it_is_named() {
    let network = "resource \"cumulus_network\" \"main\" {\n  name = \"main\"\n}\n";
    let refers = |value: &str| {
        format!(
            "{network}locals {{\n  all = [cumulus_network.main]\n}}\nresource \"cumulus_address\" \"web\" {{\n  description = {value}\n}}\n"
        )
    };
    let (mut clouds, mut memory) = (clouds(), Memory::default());
    apply(&mut spec(network), &mut memory, &mut clouds);
    for value in
        ["tostring(local.all[0].number)", "join(\" \", local.all[*].routing_mode)", "jsonencode(local.all)"]
    {
        // With the network as it is, all is known: no hole is left to the run.
        let text = planned(&mut spec(&refers(value)), &memory, &mut clouds);
        assert!(text.contains("create cumulus_address.web@east") && !text.contains("<cumulus"), "{text}");
        let told = ["number", "routing_mode"].iter().any(|field| value.contains(field));
        assert!(told || text.contains("REGIONAL"), "{text}");
        assert!(!text.contains("description = null"), "{text}");
    }
}

#[test]
fn an_import_is_read_by_its_id_and_its_children_under_it() {
    let text = |id: &str| {
        format!(
            "resource \"cumulus_disk\" \"data\" {{\n  size_gib = 10\n}}\nimport {{\n  to = cumulus_disk.data\n  id = \"{id}\"\n}}\n"
        )
    };
    let (mut clouds, mut memory) = (clouds(), Memory::default());
    let id = made_by_others(&mut clouds, false, "cumulus_disk", &[("size_gib", Value::from(10))]);
    let empty = Memory::default();
    let none = listed(
        &spec("resource \"cumulus_disk\" \"data\" {\n  size_gib = 10\n}\n"),
        &empty,
        &mut clouds,
        "cumulus_disk",
    );
    assert!(none.is_empty(), "a list leaves out what carries no owner tag");
    let mut loaded = spec(&text(&id));
    let first = planned(&mut loaded, &memory, &mut clouds);
    assert!(first.contains("adopt cumulus_disk.data@east"), "{first}");
    apply(&mut loaded, &mut memory, &mut clouds);
    assert_eq!(memory.inventory.values().next().map(|item| item.native_id.clone()), Some(id.clone()));
    for memory in [&memory, &Memory::default()] {
        let again = planned(&mut loaded, memory, &mut clouds);
        assert!(again.contains("0 changes"), "{again}");
    }
    let missing = planned(&mut spec(&text("disk-0000")), &Memory::default(), &mut self::clouds());
    assert!(missing.contains("there is no `disk-0000`"), "{missing}");

    let zone = [("name", Value::from("shop")), ("dns_name", Value::from("shop.test"))];
    let zone = made_by_others(&mut clouds, true, "cumulus_zone", &zone);
    let answers = Value::set(relight_contract::Type::String, vec![Value::from("192.0.2.1")]);
    let record = [
        ("zone", Value::String(zone.clone())),
        ("name", Value::from("www.shop.test")),
        ("type", Value::from("A")),
        ("answers", answers),
    ];
    made_by_others(&mut clouds, true, "cumulus_record", &record);
    let shop = format!(
        "resource \"cumulus_zone\" \"shop\" {{\n  name = \"shop\"\n  dns_name = \"shop.test\"\n}}\nresource \"cumulus_record\" \"www\" {{\n  zone = cumulus_zone.shop.id\n  name = \"www.shop.test\"\n  type = \"A\"\n  answers = [\"192.0.2.1\"]\n}}\nimport {{\n  to = cumulus_zone.shop\n  id = \"{zone}\"\n}}\n"
    );
    let shop = planned(&mut spec(&shop), &Memory::default(), &mut clouds);
    assert!(shop.contains("adopt cumulus_zone.shop") && !shop.contains("create"), "{shop}");
}

#[test]
fn a_name_that_somebody_else_has_is_seen_when_planning() {
    let mut clouds = clouds();
    made_by_others(&mut clouds, true, "cumulus_network", &[("name", Value::from("main"))]);
    let network = |name: &str| format!("resource \"cumulus_network\" \"main\" {{\n  name = {name}\n}}\n");
    let (prefix, memory) = ("resource \"cumulus_disk\" \"data\" {\n  size_gib = 10\n}\n", Memory::default());
    let text = planned(&mut spec(&network("\"main\"")), &memory, &mut clouds);
    assert!(text.contains("exists and is not ours"), "{text}");
    // A name that waits for something may be any.
    let (mut later, mut memory) = (self::clouds(), Memory::default());
    apply(&mut spec(prefix), &mut memory, &mut later);
    made_by_others(&mut later, true, "cumulus_network", &[("name", Value::from("main"))]);
    let open = network("cumulus_disk.data.fingerprint == \"\" ? \"other\" : \"main\"");
    let text = planned(&mut spec(&format!("{prefix}{open}")), &Memory::default(), &mut later);
    assert!(text.contains("exists and is not ours"), "{text}");
}

/// What guards an object costs a call for each: it is read only where something is to go, and heeded then.
#[test]
fn what_guards_an_object_is_read_where_it_is_to_go() {
    let site = SITE.replace("cumulus", "aws").replace("\"east\"\n  role", "\"us-east-1\"\n  role");
    let text = |ami: &str| {
        format!(
            "{site}resource \"aws_instance\" \"web\" {{\n  ami = \"{ami}\"\n  instance_type = \"t3.micro\"\n}}\n"
        )
    };
    let of = |text: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.hcl"), text).expect("a spec");
        load(folder.path(), &[])
    };
    let (mut clouds, mut memory) = (clouds(), Memory::default());
    apply(&mut of(&text("ami-1")), &mut memory, &mut clouds);
    let id = memory.inventory.values().next().expect("an item").native_id.clone();
    let by_hand: Object = [(Name::from("disable_api_termination"), Value::from(true))].into_iter().collect();
    let place =
        Arc::new(Place { provider: "aws".into(), region: "us-east-1".into(), ..(*place(false)).clone() });
    let world = &mut clouds.simulator_mut().0;
    world.edit_outside(&place, kind("aws_instance"), &id, &by_hand).expect("a change");

    assert!(planned(&mut of(&text("ami-1")), &memory, &mut clouds).contains("0 changes, 0 held, 1 kept"));
    let replaced = planned(&mut of(&text("ami-2")), &memory, &mut clouds);
    assert!(replaced.contains("which `disable_api_termination` forbids"), "{replaced}");
    let gone = planned(&mut of(&site), &memory, &mut clouds);
    assert!(gone.contains("[held: `disable_api_termination` forbids it"), "{gone}");
}
