//! Observing: pages, parents, places that are gone; calls that nobody answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight::run::Ticket;
use relight::shell::mailbox::{Arrival, Mailbox};
use relight::shell::observe::{Observed, Wanted, observe};
use relight::shell::transport::{AsyncTransport, Pace, SimTransport, Simulator, Transport};
use relight_conformance::cumulus::CUMULUS;
use relight_contract::builtin::BUILTIN;
use relight_contract::{
    Action, Answer, Answering, Cloud, Fault, FaultKind, Live, Milliseconds, Name, Object, Place, Registry,
    Request,
};
use relight_sim::{Chances, FaultPlan, Outage, Settings, World};

use crate::stage::*;

struct Window(World);

impl Simulator for Window {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        assert!(!request.action.changes_anything());
        let reply = self.0.submit(now, request);
        (reply.at, reply.outcome)
    }
}

fn place(name: &str, region: &str) -> Arc<Place> {
    Arc::new(Place {
        name: name.into(),
        provider: "cumulus".into(),
        region: region.into(),
        account: Some("acme".into()),
        global: name == "cumulus",
        settings: Object::new(),
    })
}

fn wanted() -> Wanted {
    let registry = registry();
    let kind = |name: &str| registry.kind(name).expect("a kind of the made-up cloud");
    let (east, west, global) = (place("east", "east"), place("west", "west"), place("cumulus", "middle"));
    let mut lists = Vec::new();
    for place in [&east, &west] {
        for name in ["cumulus_address", "cumulus_disk", "cumulus_subnetwork"] {
            lists.push((Arc::clone(place), kind(name)));
        }
    }
    // Its parent is listed without being asked for.
    lists.push((global, kind("cumulus_record")));
    Wanted { lists, ..Wanted::default() }
}

fn look(world: World) -> (Observed, Milliseconds) {
    let start = world.clock() + 60_000;
    let mut transport = SimTransport::new(Window(world), start, Pace::Instant, Mailbox::new());
    let observed = observe(&mut transport, &registry(), &wanted());
    (observed, transport.now() - start)
}

fn ids<'a>(observed: &'a Observed, place: &str, kind: &'static str) -> Result<Vec<&'a str>, &'a Name> {
    let listed = &observed.survey.listed[&(place.into(), kind)];
    listed.as_ref().map(|all| all.iter().map(|live: &Arc<Live>| &*live.native_id).collect())
}

fn populated() -> World {
    let mut draft = Draft::default();
    for name in ["a", "b", "c", "d", "e"] {
        draft.create("cumulus_address", name, &[], serde_json::json!({}));
    }
    let (world, _) = finish(&draft.plan(), world(Settings::calm(7)), &mut Paper::default());
    finish(&building(), world, &mut Paper::default()).0
}

#[test]
fn every_page_and_what_stands_under_parents_is_read() {
    let (observed, _) = look(populated());
    assert_eq!(ids(&observed, "east", "cumulus_address").map(|ids| ids.len()), Ok(7));
    assert_eq!(ids(&observed, "west", "cumulus_address"), Ok(Vec::new()));
    assert_eq!(ids(&observed, "cumulus", "cumulus_record").map(|ids| ids.len()), Ok(1));
    assert!(observed.unreachable.is_empty());
}

#[test]
fn a_place_that_is_gone_is_unknown_and_delays_nobody() {
    let mut world = populated();
    let (healthy, calm) = look(populated());
    world.settings_mut().faults.outages.push(Outage { place: "west".into(), from: 0, until: None });
    let (observed, took) = look(world);
    for kind in ["cumulus_address", "cumulus_disk", "cumulus_subnetwork"] {
        assert!(
            ids(&observed, "west", kind).is_err(),
            "{kind} of a place that is gone is unknown, not absent"
        );
        assert_eq!(ids(&observed, "east", kind), ids(&healthy, "east", kind));
    }
    assert_eq!(observed.unreachable.keys().map(|place| &**place).collect::<Vec<_>>(), ["west"]);
    assert!(took < calm + 10_000, "it took {took} ms");
}

/// Clouds in which a place takes every call, and needs `delay` milliseconds for each; `None` for ever.
struct Slow(World, Option<Milliseconds>);

impl Simulator for Slow {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        let reply = self.0.submit(now, request);
        match (&*request.place.name, self.1) {
            ("west", None) => (Milliseconds::MAX, reply.outcome),
            ("west", Some(delay)) => (now + delay, reply.outcome),
            _ => (reply.at, reply.outcome),
        }
    }
}

fn look_slowly(delay: Option<Milliseconds>) -> (Observed, Milliseconds) {
    let world = populated();
    let start = world.clock() + 60_000;
    let mut transport = SimTransport::new(Slow(world, delay), start, Pace::Instant, Mailbox::new());
    let observed = observe(&mut transport, &registry(), &wanted());
    (observed, transport.now() - start)
}

#[test]
fn a_place_that_takes_calls_and_never_answers_is_unknown_within_ten_seconds() {
    let (healthy, calm) = look(populated());
    let (observed, took) = look_slowly(None);
    assert_eq!(observed.unreachable.keys().map(|place| &**place).collect::<Vec<_>>(), ["west"]);
    assert!(ids(&observed, "west", "cumulus_disk").is_err());
    assert_eq!(ids(&observed, "east", "cumulus_address"), ids(&healthy, "east", "cumulus_address"));
    assert!(took <= calm.max(10_000), "it took {took} ms");
}

#[test]
fn a_place_that_answers_slowly_is_known() {
    let (observed, took) = look_slowly(Some(8_000));
    assert!(observed.unreachable.is_empty(), "{:?}", observed.unreachable);
    assert_eq!(ids(&observed, "west", "cumulus_disk"), Ok(Vec::new()));
    assert!(took >= 8_000, "it took {took} ms");
}

/// Clouds in which a place never answers, while what belongs to every place does.
struct Beside(World);

impl Simulator for Beside {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        let reply = self.0.submit(now, request);
        let silent = *request.place.provider == *request.action.provider();
        (if silent { Milliseconds::MAX } else { reply.at }, reply.outcome)
    }
}

#[test]
fn what_answers_beside_a_place_is_no_sign_of_life() {
    let registry = Registry::new(&[&CUMULUS, &BUILTIN]);
    let kinds = ["cumulus_disk", "terraform_data"].map(|name| registry.kind(name).expect("a kind"));
    let lists = kinds.map(|kind| (place("west", "west"), kind)).to_vec();
    let world = World::new(registry.clone(), Settings::calm(7));
    let mut transport = SimTransport::new(Beside(world), 60_000, Pace::Instant, Mailbox::new());
    let observed = observe(&mut transport, &registry, &Wanted { lists, ..Wanted::default() });
    assert_eq!(observed.unreachable.keys().map(|place| &**place).collect::<Vec<_>>(), ["west"]);
    assert!(transport.now() - 60_000 <= 10_000, "it took {} ms", transport.now() - 60_000);
}

/// A cloud in which one place answers when nobody waits for it any more.
struct Late;

impl Cloud for Late {
    fn reaches(&self, _: &str) -> bool {
        true
    }
    fn call(self: Arc<Self>, request: Request) -> Answering {
        let late = &*request.place.name == "west";
        Box::pin(async move {
            if late {
                std::future::pending().await
            }
            Ok(Answer::Absent)
        })
    }
}

#[test]
fn an_answer_that_nobody_waits_for_answers_nothing_else() {
    let cloud: Arc<dyn Cloud> = Arc::new(Late);
    let clouds = BTreeMap::from([(Name::from("cumulus"), cloud)]);
    let mut transport = AsyncTransport::new(clouds, Mailbox::new()).expect("threads");
    let kind = registry().kind("cumulus_disk").expect("a kind");
    let ask = |transport: &mut AsyncTransport, site: &str, patience| {
        let action = Action::Read { kind, native_id: "disk".into() };
        let deadline = transport.now() + patience;
        transport.submit(Ticket(1), Request { place: place(site, site), action }, deadline);
    };
    // The call is over, but only after it was abandoned.
    ask(&mut transport, "west", 20);
    transport.abandon();
    let until = transport.now() + 200;
    assert_eq!(transport.wait(Some(until)), Arrival::Tick);
    ask(&mut transport, "east", 5_000);
    assert_eq!(transport.wait(None), Arrival::Answered(Ticket(1), Ok(Answer::Absent)));
}

#[test]
fn passing_faults_change_nothing_that_is_seen() {
    let (healthy, _) = look(populated());
    for seed in 0..50 {
        let mut world = populated();
        let chances =
            Chances { throttled: 100_000, internal: 100_000, lost_after: 50_000, ..Chances::default() };
        let settings = world.settings_mut();
        (settings.seed, settings.faults) = (seed, FaultPlan { chances, ..FaultPlan::default() });
        let (observed, _) = look(world);
        assert_eq!(observed.survey.listed, healthy.survey.listed, "SEED={seed}");
    }
}

/// A cloud that never answers.
struct Silence;

impl Cloud for Silence {
    fn reaches(&self, _: &str) -> bool {
        true
    }
    fn call(self: Arc<Self>, _: Request) -> Answering {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_call_that_nobody_answers_is_ambiguous_only_where_it_changes_something() {
    let cloud: Arc<dyn Cloud> = Arc::new(Silence);
    let clouds = BTreeMap::from([(Name::from("cumulus"), cloud)]);
    let mut transport = AsyncTransport::new(clouds, Mailbox::new()).expect("threads");
    let kind = registry().kind("cumulus_disk").expect("a kind");
    let read = Action::Read { kind, native_id: "disk".into() };
    let delete = Action::Delete { kind, native_id: "disk".into(), version: None, attributes: Object::new() };
    for (action, expected) in [(read, FaultKind::Unreachable), (delete, FaultKind::Ambiguous)] {
        let deadline = transport.now() + 20;
        transport.submit(Ticket(1), Request { place: place("east", "east"), action }, deadline);
        match transport.wait(None) {
            Arrival::Answered(Ticket(1), Err(fault)) => assert_eq!(fault.kind, expected),
            other => panic!("{other:?}"),
        }
    }
}
