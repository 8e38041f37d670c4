//! What must hold of every plan, over small topologies and live worlds made at random.

mod support;

use std::fmt::Write as _;

use proptest::prelude::*;
use relight::desired::Assignment;
use relight::diff::Endangered;
use relight::journal::Outcome;
use relight::memory::Memory;
use relight::plan::{Ask, Operation, Plan, check, stale};
use relight::shell::pipeline::{self, Planned, Request};
use relight::shell::survey::survey;
use relight_contract::Role;
use relight_sim::{Outage, Settings};
use serde_json::Value as Json;
use support::{Clouds, Loaded, NOW, empty_clouds, load};

type Transport = relight::shell::transport::SimTransport<Clouds>;

const SITES: [&str; 3] = ["east", "west", "north"];

/// As many disks as the site has zones, and words about what two questions told.
const ZONES: &str = r#"
data "cumulus_zones" "all" {}
data "cumulus_zones" "first" {
  prefix = data.cumulus_zones.all.names[0]
}
resource "cumulus_disk" "zone" {
  for_each = toset(data.cumulus_zones.all.names)
  size_gib = 10
}
resource "cumulus_address" "zone" {
  description = "${one(data.cumulus_zones.first.names)} and ${join(",", sort(keys(cumulus_disk.zone)))}"
}
"#;

/// A topology over three sites: a global network, disks and addresses per site that refer to each other.
#[derive(Clone, Debug)]
struct Shape {
    postures: [u8; 2],
    disks: Vec<Disk>,
    addresses: Vec<Address>,
    subnetwork: bool,
    record: bool,
    /// Whether something hangs on what each site tells of itself.
    zones: bool,
    description: u8,
}

#[derive(Clone, Debug)]
struct Disk {
    size: u8,
    image: Option<u8>,
    first: bool,
    east_only: bool,
}

#[derive(Clone, Debug)]
struct Address {
    text: u8,
    /// The disk that it speaks of, and by which of its outputs.
    disk: Option<(usize, bool)>,
    premium: bool,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let disk = (0..3_u8, prop::option::of(0..2_u8), any::<bool>(), any::<bool>())
        .prop_map(|(size, image, first, east_only)| Disk { size, image, first, east_only });
    let address = (0..3_u8, prop::option::of((0..4_usize, any::<bool>())), any::<bool>())
        .prop_map(|(text, disk, premium)| Address { text, disk, premium });
    let lists = (prop::collection::vec(disk, 0..4), prop::collection::vec(address, 0..4));
    let parts = prop::array::uniform3(any::<bool>());
    (lists, prop::array::uniform2(0..3_u8), parts, 0..2_u8).prop_map(
        |((disks, addresses), postures, [subnetwork, record, zones], description)| Shape {
            postures,
            disks,
            addresses,
            subnetwork,
            record,
            zones,
            description,
        },
    )
}

impl Shape {
    fn hcl(&self) -> String {
        let mut text = "topology \"shop\" {}\n".to_owned();
        for (index, site) in SITES.iter().enumerate() {
            let role = match index {
                0 => "role = \"primary\"".to_owned(),
                _ => {
                    let posture = ["pilot_light", "warm", "hot"][usize::from(self.postures[index - 1])];
                    format!("role = \"standby\"\n  posture = \"{posture}\"")
                }
            };
            let _ = writeln!(
                text,
                "site \"{site}\" {{\n  provider = \"cumulus\"\n  region = \"{site}\"\n  {role}\n  values = {{ cidr = \"10.{index}.0.0/16\" }}\n}}"
            );
        }
        let _ = writeln!(
            text,
            "resource \"cumulus_network\" \"main\" {{\n  name = \"main\"\n  description = \"number {}\"\n}}",
            self.description
        );
        for (index, disk) in self.disks.iter().enumerate() {
            let image = disk.image.map(|image| format!("  image = \"image-{image}\"\n")).unwrap_or_default();
            let sites = if disk.east_only { "  sites = [\"east\"]\n" } else { "" };
            let _ = writeln!(
                text,
                "resource \"cumulus_disk\" \"d{index}\" {{\n{sites}  size_gib = {}\n{image}  standby \"pilot_light\" {{ size_gib = 1 }}\n  lifecycle {{ create_before_destroy = {} }}\n}}",
                10 + disk.size,
                disk.first
            );
        }
        for (index, address) in self.addresses.iter().enumerate() {
            let disk = address.disk.filter(|(disk, _)| *disk < self.disks.len());
            let only = disk.is_some_and(|(disk, _)| self.disks[disk].east_only);
            let sites = if only { "  sites = [\"east\"]\n" } else { "" };
            let speaks = match disk {
                Some((disk, true)) => format!("${{cumulus_disk.d{disk}.id}}"),
                Some((disk, false)) => format!("${{cumulus_disk.d{disk}.fingerprint}}"),
                None => "nothing".to_owned(),
            };
            let tier = if address.premium { "  tier = \"premium\"\n" } else { "" };
            let _ = writeln!(
                text,
                "resource \"cumulus_address\" \"a{index}\" {{\n{sites}{tier}  description = \"{} of {speaks}\"\n}}",
                address.text
            );
        }
        if self.subnetwork {
            text.push_str(
                "resource \"cumulus_subnetwork\" \"app\" {\n  name = \"app\"\n  network = cumulus_network.main.id\n  ip_cidr_range = site.cidr\n}\n",
            );
        }
        if self.zones {
            text.push_str(ZONES);
        }
        if self.record {
            text.push_str(
                "resource \"cumulus_zone\" \"shop\" {\n  name = \"shop\"\n  dns_name = \"shop.test\"\n}\n",
            );
            let _ = writeln!(
                text,
                "resource \"cumulus_record\" \"www\" {{\n  zone = cumulus_zone.shop.id\n  name = \"www.shop.test\"\n  type = \"A\"\n  answers = [\"192.0.2.{}\"]\n}}",
                self.description
            );
        }
        text
    }

    fn load(&self) -> Loaded {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.hcl"), self.hcl()).expect("a spec");
        let loaded = load(folder.path(), &[]);
        assert!(loaded.bound.is_some(), "{}\n{}", loaded.problems(), self.hcl());
        loaded
    }
}

fn plan(
    loaded: &mut Loaded,
    memory: &Memory,
    clouds: &mut Transport,
    lost: Option<&str>,
    operation: Operation,
) -> Planned {
    let bound = loaded.bound.as_ref().expect("a spec");
    let mut assignment = Assignment::peacetime(&bound.topology);
    if let Some(site) = lost {
        assignment = assignment.with(bound.topology.site_named(site).expect("a site"), Role::Lost);
    }
    let problems = &mut loaded.diagnostics;
    let text = "2026-01-01T00:00:00Z";
    let desired = pipeline::wanted(bound, &assignment, clouds, text, problems).expect("a sound spec");
    let request = Request {
        operation,
        assignment,
        earlier: Vec::new(),
        memory,
        key: b"the key of tests, which is no secret",
        targets: Vec::new(),
        sites: Vec::new(),
        replace: Vec::new(),
        adopt: None,
        accepts_loss: false,
        lifetime: 3_600_000,
        simulated: true,
        now_text: text,
    };
    let survey =
        survey(&bound.topology, &desired, &request, &Endangered::Everything, clouds).expect("a survey");
    let planned = pipeline::plan_from(bound, &request, &desired, &[], &survey, NOW, problems);
    match planned {
        Some(planned) => planned,
        None => panic!("{}", loaded.problems()),
    }
}

fn whole(loaded: &mut Loaded, memory: &Memory, clouds: &mut Transport) -> Planned {
    plan(loaded, memory, clouds, None, Operation::Apply)
}

/// From now on a site does not answer.
fn close(site: &str, clouds: &mut Transport) {
    let outages = &mut clouds.simulator_mut().0.settings_mut().faults.outages;
    outages.push(Outage { place: site.into(), from: 0, until: None });
}

/// The steps of one place, with what they follow there, free of what numbers other places give them.
fn steps_of(plan: &Plan, place: &str) -> Vec<String> {
    let content = &plan.content;
    let here = |id: &relight::plan::StepId| {
        let step = &content.steps[id.0 as usize];
        (step.place == place).then(|| format!("{} {}", step.verb, step.address))
    };
    let steps = content.steps.iter().filter(|step| step.place == place);
    let mut all: Vec<String> = steps
        .map(|step| {
            let after: Vec<String> = step.after.iter().filter_map(here).collect();
            let ask = with_leaves(plan, &serde_json::to_value(&step.ask).expect("JSON"));
            format!("{} {} {ask} {} {after:?}", step.verb, step.address, step.maybe)
        })
        .collect();
    all.sort();
    all
}

/// JSON with each hole as the outputs that it is made of.
fn with_leaves(plan: &Plan, json: &Json) -> Json {
    match json {
        Json::Object(map) => match map.get("$hole").and_then(Json::as_u64) {
            Some(hole) => {
                let mut waiting = vec![u32::try_from(hole).expect("a number")];
                let mut leaves = Vec::new();
                while let Some(next) = waiting.pop() {
                    match &plan.content.residuals[&next] {
                        relight::expr::Node::Output { address, attribute, .. } => {
                            leaves.push(format!("{address}.{attribute}"));
                        }
                        node => node.each_operand(&mut |operand| waiting.push(operand.0)),
                    }
                }
                Json::from(leaves)
            }
            None => map.iter().map(|(name, json)| (name.clone(), with_leaves(plan, json))).collect(),
        },
        Json::Array(items) => items.iter().map(|item| with_leaves(plan, item)).collect(),
        other => other.clone(),
    }
}

fn apply(planned: Planned, name: &str, memory: &mut Memory, clouds: &mut Transport) {
    let text = support::plan_text(&planned.plan);
    let (outcome, entries) = support::run(planned, name, memory, clouds);
    assert!(matches!(outcome, Outcome::Completed { .. }), "{text}\n{entries:#?}");
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_perfect_run_leaves_nothing_to_do(first in shapes(), second in shapes(), forget in any::<bool>()) {
        let mut clouds = empty_clouds(Settings::calm(1));
        let mut memory = Memory::default();
        let mut loaded = first.load();
        let planned = whole(&mut loaded, &memory, &mut clouds);
        apply(planned, "run-1", &mut memory, &mut clouds);
        let again = whole(&mut loaded, &memory, &mut clouds);
        prop_assert!(again.plan.is_empty(), "{}", support::plan_text(&again.plan));
        // Without memory nothing is found again that would change, let alone go.
        let without = whole(&mut loaded, &Memory::default(), &mut clouds);
        prop_assert!(without.plan.is_empty(), "{}", support::plan_text(&without.plan));

        let mut loaded = second.load();
        let planned = whole(&mut loaded, &memory, &mut clouds);
        apply(planned, "run-2", &mut memory, &mut clouds);
        let again = whole(&mut loaded, &memory, &mut clouds);
        prop_assert!(again.plan.is_empty(), "{}", support::plan_text(&again.plan));
        if forget && !second.record {
            memory = Memory::default();
        }
        let end = plan(&mut loaded, &memory, &mut clouds, None, Operation::Destroy);
        apply(end, "run-3", &mut memory, &mut clouds);
        let left = plan(&mut loaded, &memory, &mut clouds, None, Operation::Destroy);
        prop_assert!(left.plan.is_empty());
    }

    #[test]
    fn plans_are_the_same_twice_and_sound(first in shapes(), second in shapes()) {
        let mut clouds = empty_clouds(Settings::calm(2));
        let mut memory = Memory::default();
        let planned = whole(&mut first.load(), &memory, &mut clouds);
        apply(planned, "run-1", &mut memory, &mut clouds);
        let one = whole(&mut second.load(), &memory, &mut clouds).plan;
        let two = whole(&mut second.load(), &memory, &mut clouds).plan;
        let text = |plan: &Plan| serde_json::to_string(&plan.content).expect("JSON");
        prop_assert_eq!(text(&one), text(&two));
        prop_assert_eq!(&one.id, &two.id);
        prop_assert_eq!(stale(&one, &two.content.basis), vec![]);
        prop_assert_eq!(check(&one), Vec::<String>::new());
        for step in &one.content.steps {
            prop_assert!(step.after.iter().all(|after| after.0 < step.id.0));
        }
        let read: Plan = serde_json::from_str(&serde_json::to_string(&one).expect("JSON")).expect("a plan");
        prop_assert_eq!(check(&read), Vec::<String>::new());
        prop_assert_eq!(&read, &one);
    }

    #[test]
    fn what_cannot_be_read_is_never_deleted_nor_delays(
        first in shapes(), second in shapes(), dead in 0..3_usize, lost in any::<bool>(), destroy in any::<bool>(),
    ) {
        let mut clouds = empty_clouds(Settings::calm(3));
        let mut memory = Memory::default();
        let planned = whole(&mut first.load(), &memory, &mut clouds);
        apply(planned, "run-1", &mut memory, &mut clouds);
        let site = SITES[dead];
        let operation = || if destroy { Operation::Destroy } else { Operation::Apply };
        let all = plan(&mut second.load(), &memory, &mut clouds, None, operation()).plan;
        close(site, &mut clouds);
        let lost = lost.then_some(site);
        let part = plan(&mut second.load(), &memory, &mut clouds, lost, operation()).plan;
        prop_assert_eq!(check(&part), Vec::<String>::new());
        prop_assert!(part.content.steps.iter().all(|step| step.place != site));
        let touched = part.content.changes.iter().any(|change| change.address.site.as_deref() == Some(site));
        prop_assert!(!touched);
        for other in SITES.iter().filter(|other| **other != site).chain(&["cumulus"]) {
            prop_assert_eq!(steps_of(&all, other), steps_of(&part, other), "{} of {}", other, site);
        }
    }

    #[test]
    fn without_memory_nothing_is_deleted(first in shapes(), second in shapes()) {
        let mut clouds = empty_clouds(Settings::calm(4));
        let mut memory = Memory::default();
        let planned = whole(&mut first.load(), &memory, &mut clouds);
        apply(planned, "run-1", &mut memory, &mut clouds);
        // With memory lost, only what the spec names goes, to be made anew.
        let without = whole(&mut second.load(), &Memory::default(), &mut clouds).plan;
        for step in &without.content.steps {
            let kept = match &step.ask {
                Ask::Delete { replaced, .. } => *replaced,
                _ => true,
            };
            prop_assert!(kept, "{} is deleted", step.address);
        }
    }
}

/// A spec in one site of the made-up cloud.
fn one_site(resources: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let site = "topology \"shop\" {}\nsite \"east\" {\n  provider = \"cumulus\"\n  region = \"east\"\n  role = \"primary\"\n}\n";
    std::fs::write(folder.path().join("main.hcl"), format!("{site}{resources}")).expect("a spec");
    load(folder.path(), &[])
}

/// Applies one spec after the other; each leaves nothing to do.
fn in_turn(specs: &[&str]) -> (Memory, Transport) {
    let mut clouds = empty_clouds(Settings::calm(5));
    let mut memory = Memory::default();
    for (turn, spec) in specs.iter().enumerate() {
        let mut loaded = one_site(spec);
        let planned = whole(&mut loaded, &memory, &mut clouds);
        apply(planned, &format!("run-{turn}"), &mut memory, &mut clouds);
        let again = whole(&mut loaded, &memory, &mut clouds).plan;
        assert!(again.is_empty(), "after turn {turn}:\n{}", support::plan_text(&again));
    }
    (memory, clouds)
}

const DATABASE: &str = "name = \"orders\"\n  storage_gib = 20\n  password = \"hush\"\n";

#[test]
fn a_move_takes_memory_along_and_goes_on_with_changes() {
    let first = format!("resource \"cumulus_database\" \"orders\" {{\n  engine = \"mysql\"\n  {DATABASE}}}");
    let second = format!(
        "resource \"cumulus_database\" \"sales\" {{\n  engine = \"mysql\"\n  read_only = true\n  {DATABASE}}}\nmoved {{\n  from = cumulus_database.orders\n  to = cumulus_database.sales\n}}"
    );
    let (memory, _) = in_turn(&[&first, &second]);
    let addresses: Vec<String> = memory.inventory.keys().map(ToString::to_string).collect();
    assert_eq!(addresses, ["cumulus_database.sales@east"]);
    let item = memory.inventory.values().next().expect("an item");
    assert!(item.digests.contains_key("password"), "{item:?}");
}

#[test]
fn guards_are_switched_off_before_what_they_guard_goes() {
    let guarded = |on: bool, engine: &str| {
        format!(
            "resource \"cumulus_database\" \"orders\" {{\n  deletion_protection = {on}\n  engine = \"{engine}\"\n  {DATABASE}}}"
        )
    };
    // A name that was used stays reserved for a while in this cloud, so the replacement takes another.
    let other = guarded(false, "postgres").replace("\"orders\"\n  storage", "\"other\"\n  storage");
    let (mut memory, mut clouds) = in_turn(&[
        &guarded(true, "mysql"),
        &other,
        &guarded(true, "postgres").replace("\"orders\"\n  storage", "\"other\"\n  storage"),
    ]);
    let off = guarded(false, "postgres").replace("\"orders\"\n  storage", "\"other\"\n  storage");
    let mut loaded = one_site(&off);
    let end = plan(&mut loaded, &memory, &mut clouds, None, Operation::Destroy);
    apply(end, "run-end", &mut memory, &mut clouds);
    assert!(memory.inventory.is_empty(), "{:?}", memory.inventory);
}

#[test]
fn a_new_object_takes_the_name_of_one_that_goes() {
    let record = |label: &str| {
        format!(
            "resource \"cumulus_zone\" \"{label}\" {{\n  name = \"shop\"\n  dns_name = \"shop.test\"\n}}\n"
        )
    };
    let (memory, _) = in_turn(&[&record("one"), &record("two")]);
    let addresses: Vec<String> = memory.inventory.keys().map(ToString::to_string).collect();
    assert_eq!(addresses, ["cumulus_zone.two"]);
}

/// A replacement that turns out to be needless is none.
#[test]
fn what_fills_with_the_present_value_is_kept() {
    let spec = |mode: &str| {
        format!(
            "resource \"cumulus_network\" \"main\" {{\n  name = \"main\"\n  routing_mode = \"{mode}\"\n}}\nresource \"cumulus_disk\" \"data\" {{\n  size_gib = 10\n  image = substr(cumulus_network.main.fingerprint, 0, 0) == \"\" ? \"base\" : \"other\"\n}}"
        )
    };
    let (memory, mut clouds) = in_turn(&[&spec("REGIONAL")]);
    let disk =
        |memory: &Memory| memory.inventory[&"cumulus_disk.data@east".parse().expect("an address")].clone();
    let before = disk(&memory);
    let mut memory = memory;
    let planned = whole(&mut one_site(&spec("GLOBAL")), &memory, &mut clouds);
    assert!(
        planned.plan.content.steps.iter().any(|step| step.maybe),
        "{}",
        support::plan_text(&planned.plan)
    );
    apply(planned, "run-maybe", &mut memory, &mut clouds);
    assert_eq!(disk(&memory).native_id, before.native_id);
    let again = whole(&mut one_site(&spec("GLOBAL")), &memory, &mut clouds).plan;
    assert!(again.is_empty(), "{}", support::plan_text(&again));
}
