//! What the tests play on: plans over the made-up cloud, a journal that can die, and the door to the world.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use relight::expr::{Expr, Files, Node, SecretSource, Table};
use relight::journal::{
    Entry, Fact, Journal, JournalError, Lease, LeaseLost, Outcome, RunId, fold, remember,
};
use relight::memory::Memory;
use relight::plan::{
    Ask, Basis, Content, Envelope, FORMAT, Operation, Plan, PlanId, PlannedPlace, Step, StepId, Verb,
    identify,
};
use relight::run::{Means, Mode, Run, Secrets, Session};
use relight::shell::drive::{DriveError, Parts, drive};
use relight::shell::mailbox::Mailbox;
use relight::shell::outside::{Nobody, Outside};
use relight::shell::transport::{Pace, SimTransport, Simulator};
use relight::shell::watch::{Narrator, Unwatched};
use relight_conformance::cumulus::CUMULUS;
use relight_contract::{
    Action, Address, Answer, Fault, Live, Milliseconds, Name, Registry, Request, Type, Value,
};
use relight_sim::{Settings, World};
use serde_json::{Value as Json, json};

pub const TOPOLOGY: &str = "shop";

pub fn registry() -> Registry {
    Registry::new(&[&CUMULUS])
}

/// A plan under construction.
#[derive(Default)]
pub struct Draft {
    pub steps: Vec<Step>,
    pub residuals: Table,
}

pub fn address(kind: &str, name: &str) -> Address {
    let address = Address::new(kind, name);
    let global = matches!(kind, "cumulus_network" | "cumulus_zone" | "cumulus_record");
    if global { address } else { address.at("east") }
}

impl Draft {
    pub fn hole(&mut self, kind: &str, name: &str, attribute: &str) -> Json {
        let id = u32::try_from(self.residuals.len()).expect("few holes");
        let node =
            Node::Output { address: address(kind, name), attribute: attribute.into(), ty: Type::String };
        self.residuals.insert(id, node);
        json!({ "$hole": id })
    }

    pub fn secret(&mut self, name: &str) -> Json {
        let id = u32::try_from(self.residuals.len()).expect("few holes");
        self.residuals.insert(id, Node::Secret(SecretSource::Variable(name.into())));
        json!({ "$hole": id })
    }

    pub fn step(&mut self, verb: Verb, kind: &str, name: &str, after: &[StepId], ask: Ask) -> StepId {
        let id = StepId(u32::try_from(self.steps.len()).expect("few steps"));
        let address = address(kind, name);
        let place = if address.site.is_some() { "east" } else { "cumulus" };
        self.steps.push(Step {
            id,
            verb,
            address,
            kind: kind.to_owned(),
            place: place.to_owned(),
            after: after.to_vec(),
            ask,
            why: "a test".to_owned(),
            one_way: false,
            maybe: false,
            conditions: Vec::new(),
            seconds: (10, 20),
        });
        id
    }

    pub fn create(&mut self, kind: &str, name: &str, after: &[StepId], attributes: Json) -> StepId {
        let owner = address(kind, name).owner(TOPOLOGY, "");
        self.step(Verb::Create, kind, name, after, Ask::Create { attributes, owner })
    }

    pub fn update(&mut self, kind: &str, name: &str, after: &[StepId], id: &str, changes: Json) -> StepId {
        let ask =
            Ask::Update { native_id: id.to_owned(), version: None, attributes: changes.clone(), changes };
        self.step(Verb::Update, kind, name, after, ask)
    }

    pub fn delete(&mut self, kind: &str, name: &str, after: &[StepId], id: &str, replaced: bool) -> StepId {
        let ask = Ask::Delete { native_id: id.to_owned(), version: None, attributes: json!({}), replaced };
        self.step(Verb::Delete, kind, name, after, ask)
    }

    /// A probe, gate or hook.
    pub fn guard(&mut self, word: &str, name: &str, after: &[StepId], ask: Ask) -> StepId {
        let verb = match &ask {
            Ask::Verify(_) => Verb::Verify,
            Ask::Approve(_) => Verb::Approve,
            _ => Verb::Run,
        };
        let id = self.step(verb, word, name, after, ask);
        self.steps[id.0 as usize].place = String::new();
        id
    }

    pub fn plan(self) -> Arc<Plan> {
        let place = |global: bool| PlannedPlace {
            provider: "cumulus".to_owned(),
            region: if global { CUMULUS.home } else { "east" }.to_owned(),
            account: Some("acme".to_owned()),
            global,
            unreachable: None,
            settings: json!({}),
        };
        let places = BTreeMap::from([("east".to_owned(), place(false)), ("cumulus".to_owned(), place(true))]);
        let content = Content {
            format: FORMAT,
            topology: TOPOLOGY.to_owned(),
            instance: String::new(),
            operation: Operation::Apply,
            declares: Vec::new(),
            concludes: None,
            debts: Vec::new(),
            sites: Vec::new(),
            places,
            variables: BTreeMap::new(),
            basis: Basis::default(),
            changes: Vec::new(),
            kept: 0,
            steps: self.steps,
            residuals: self.residuals,
            outputs: BTreeMap::new(),
            notes: Vec::new(),
        };
        let envelope = Envelope { simulated: true, ..Envelope::default() };
        let id: PlanId = identify(&content);
        Arc::new(Plan { id, content, envelope })
    }
}

/// Ten objects of all four identity classes, some of which refer to others.
pub fn building() -> Arc<Plan> {
    let mut draft = Draft::default();
    let network = draft.create("cumulus_network", "main", &[], json!({ "name": "main" }));
    let network_id = draft.hole("cumulus_network", "main", "id");
    let subnetwork = draft.create(
        "cumulus_subnetwork",
        "app",
        &[network],
        json!({ "name": "app", "network": network_id, "ip_cidr_range": "10.0.0.0/24" }),
    );
    let subnetwork_id = draft.hole("cumulus_subnetwork", "app", "id");
    draft.create(
        "cumulus_machine_group",
        "web",
        &[subnetwork],
        json!({ "name": "web", "subnetwork": subnetwork_id, "target_size": 3, "max_size": 5,
                "template": { "image": "base" } }),
    );
    let front = draft.create("cumulus_address", "front", &[], json!({ "description": "the front door" }));
    draft.create("cumulus_address", "back", &[], json!({ "description": "the back door" }));
    draft.create("cumulus_disk", "data", &[], json!({ "size_gib": 10 }));
    let zone = draft.create("cumulus_zone", "shop", &[], json!({ "name": "shop", "dns_name": "shop.test" }));
    let (zone_id, answer) =
        (draft.hole("cumulus_zone", "shop", "id"), draft.hole("cumulus_address", "front", "address"));
    draft.create(
        "cumulus_record",
        "www",
        &[zone, front],
        json!({ "zone": zone_id, "name": "www.shop.test", "type": "A", "answers": [answer] }),
    );
    let password = draft.secret("password");
    let network_id = draft.hole("cumulus_network", "main", "id");
    draft.create(
        "cumulus_database",
        "orders",
        &[network],
        json!({ "name": "orders", "engine": "postgres", "storage_gib": 20, "network": network_id,
                "password": password }),
    );
    draft.plan()
}

/// Changes, replacements and deletions of what [`building`] built.
pub fn rebuilding(world: &World) -> Arc<Plan> {
    let id = |kind: &str, name: &str| {
        let owner = address(kind, name).owner(TOPOLOGY, "");
        let found = world.objects(world.clock()).find(|(_, known, live)| {
            known.name == kind && (live.owner.as_ref() == Some(&owner) || known.tags.is_none())
        });
        found.map(|(_, _, live)| live.native_id.to_string()).expect("it was built")
    };
    let mut draft = Draft::default();
    let disk = id("cumulus_disk", "data");
    let gone = draft.delete("cumulus_disk", "data", &[], &disk, true);
    draft.create("cumulus_disk", "data", &[gone], json!({ "size_gib": 10, "image": "new" }));
    let front = id("cumulus_address", "front");
    draft.update("cumulus_address", "front", &[], &front, json!({ "description": "the new front door" }));
    let back = id("cumulus_address", "back");
    let premium = json!({ "description": "the back door", "tier": "premium" });
    let new = draft.create("cumulus_address", "back", &[], premium);
    draft.delete("cumulus_address", "back", &[new], &back, true);
    let record = id("cumulus_record", "www");
    draft.delete("cumulus_record", "www", &[], &record, false);
    let group = id("cumulus_machine_group", "web");
    draft.update("cumulus_machine_group", "web", &[], &group, json!({ "target_size": 4 }));
    draft.plan()
}

/// Where a process dies, counted in journal writes over all its appends, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    Before(usize),
    After(usize),
}

/// A journal in memory, and what the cloud checks calls against.
#[derive(Clone, Default)]
pub struct Paper {
    pub entries: Rc<RefCell<Vec<Entry>>>,
    pub writes: usize,
    pub death: Option<Death>,
}

impl Journal for Paper {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let dead =
            || JournalError::Write { place: "paper".to_owned(), reason: "the process died".to_owned() };
        let position = self.writes;
        self.writes += 1;
        if self.death == Some(Death::Before(position)) {
            return Err(dead());
        }
        self.entries.borrow_mut().extend(entries.iter().cloned());
        if self.death == Some(Death::After(position)) { Err(dead()) } else { Ok(()) }
    }
}

/// The world behind a door that lets no call through whose start is not written down.
pub struct Door {
    pub world: World,
    paper: Rc<RefCell<Vec<Entry>>>,
    changing: usize,
}

impl Simulator for Door {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        if request.action.changes_anything() {
            self.changing += 1;
            let entries = self.paper.borrow();
            let tokens: Vec<&Name> = entries
                .iter()
                .filter_map(|entry| match &entry.fact {
                    Fact::Started { token, .. } => Some(token),
                    _ => None,
                })
                .collect();
            assert!(self.changing <= tokens.len(), "a call left before its start was durable");
            if let Action::Create { token, .. } = &request.action {
                assert!(tokens.contains(&token), "a creation left before its start was durable");
            }
        }
        let reply = self.world.submit(now, request);
        (reply.at, reply.outcome)
    }
}

pub struct Held {
    /// How often it can be held before it is lost.
    pub holds: usize,
}

impl Lease for Held {
    fn fencing(&self) -> u64 {
        1
    }
    fn hold(&mut self) -> Result<(), LeaseLost> {
        match self.holds.checked_sub(1) {
            Some(left) => {
                self.holds = left;
                Ok(())
            }
            None => Err(LeaseLost { reason: "somebody else took it".to_owned() }),
        }
    }
}

pub struct Passwords;

thread_local! {
    /// How often this thread asked for a secret.
    pub static ASKED: Cell<usize> = const { Cell::new(0) };
}

pub const PASSWORD: &str = "correct horse battery staple";

impl Secrets for Passwords {
    fn secret(&self, _: &SecretSource) -> Result<Value, String> {
        ASKED.set(ASKED.get() + 1);
        Ok(Value::text(PASSWORD))
    }
}

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Result<Arc<[u8]>, String> {
        Err("there are no files".to_owned())
    }
    fn exists(&self, _: &str) -> Result<bool, String> {
        Ok(false)
    }
    fn matching(&self, _: &str, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
    fn template(&self, _: &str, _: &str) -> Result<Expr, String> {
        Err("there are no templates".to_owned())
    }
}

pub fn means() -> Means {
    Means {
        registry: registry(),
        files: Arc::new(NoFiles),
        secrets: Arc::new(Passwords),
        key: Arc::from(*b"key"),
    }
}

/// One process: a session of a run, until it ends or dies. The world survives it, answers on their way do not.
pub struct Process<'a> {
    pub plan: &'a Arc<Plan>,
    pub mode: Mode,
    pub death: Option<Death>,
    pub lease: usize,
    pub interrupt: bool,
    /// How many processes there were before.
    pub fencing: u64,
    /// Who is asked what no cloud answers.
    pub outside: Box<dyn Outside>,
}

impl<'a> Process<'a> {
    pub fn new(plan: &'a Arc<Plan>) -> Process<'a> {
        Process {
            plan,
            mode: Mode::Execute,
            death: None,
            lease: usize::MAX,
            interrupt: false,
            fencing: 1,
            outside: Box::new(Nobody),
        }
    }

    /// Runs it; gives the world back, and how many journal writes there were.
    pub fn run(mut self, world: World, paper: &mut Paper) -> (World, Result<Outcome, DriveError>, usize) {
        let session = Session {
            run: RunId(format!("run-{}", self.plan.id)),
            fencing: self.fencing,
            approved: true,
            mode: self.mode,
            lost: std::collections::BTreeSet::new(),
        };
        let now = world.clock() + 1_000;
        let entries = paper.entries.borrow().clone();
        let mut run =
            Run::new(Arc::clone(self.plan), session, &entries, means(), now).expect("a plan that runs");
        let mailbox = Mailbox::new();
        if self.interrupt {
            mailbox.post(relight::shell::mailbox::Arrival::Interrupted);
        }
        let started = entries.iter().filter(|entry| matches!(entry.fact, Fact::Started { .. })).count();
        let door = Door { world, paper: Rc::clone(&paper.entries), changing: 0 };
        assert!(started <= entries.len());
        let mut transport = SimTransport::new(door, now, Pace::Instant, mailbox);
        paper.writes = 0;
        paper.death = self.death;
        let outcome = drive(
            &mut run,
            Parts {
                transport: &mut transport,
                journal: paper,
                lease: &mut Held { holds: self.lease },
                watch: &mut Unwatched,
                outside: &mut *self.outside,
                narrator: Narrator::new(Arc::clone(self.plan)),
                approve: &mut || panic!("it was approved beforehand"),
                progress_milliseconds: None,
            },
        );
        (transport.into_simulator().world, outcome, paper.writes)
    }
}

/// Runs a plan to its end, taking it up again as often as it takes.
pub fn finish(plan: &Arc<Plan>, mut world: World, paper: &mut Paper) -> (World, Outcome) {
    for turn in 0..30 {
        let fencing = next_fencing(paper);
        let (after, outcome, _) = Process { fencing, ..Process::new(plan) }.run(world, paper);
        world = after;
        match outcome.expect("nothing dies any more") {
            outcome @ Outcome::Completed { .. } => return (world, outcome),
            other => assert!(turn < 29, "it never ends: {other:?}\n{}", transcript(paper)),
        }
    }
    unreachable!()
}

pub fn next_fencing(paper: &Paper) -> u64 {
    let begins = |entry: &&Entry| matches!(entry.fact, Fact::Opened { .. } | Fact::Resumed { .. });
    paper.entries.borrow().iter().filter(begins).count() as u64 + 1
}

pub fn transcript(paper: &Paper) -> String {
    let line =
        |entry: &Entry| format!("{:>8} {}", entry.at, serde_json::to_string(&entry.fact).expect("JSON"));
    paper.entries.borrow().iter().map(line).collect::<Vec<_>>().join("\n")
}

pub fn world(settings: Settings) -> World {
    World::new(registry(), settings)
}

/// Everything that stands, without what differs by chance: one line an object, so that duplicates show.
pub fn standing(world: &World) -> Vec<String> {
    let mut lines: Vec<String> = world
        .objects(world.clock() + 3_600_000)
        .map(|(domain, kind, live)| {
            let told = |name: &str| {
                kind.field(name).is_some_and(|field| field.is_settable() && field.refers.is_none())
                    && !matches!(name, "answers" | "template")
            };
            let attributes: BTreeMap<&Name, Json> = live
                .attributes
                .iter()
                .filter(|(name, _)| told(name))
                .map(|(name, value)| (name, value.to_json()))
                .collect();
            let owner = live.owner.as_ref().map(|owner| owner.0.to_string());
            format!("{} {:?} {} {attributes:?}", domain.region, owner, kind.name)
        })
        .collect();
    lines.sort();
    lines
}

/// The inventory that a journal leaves over an earlier one.
pub fn inventory(memory: &Memory, plan: &Plan, paper: &Paper) -> Memory {
    let entries = paper.entries.borrow();
    fold(plan, &entries).expect("a journal that some run wrote");
    let mut memory = memory.clone();
    remember(&mut memory, plan, &entries);
    memory
}

/// Checks that the inventory names exactly what stands.
pub fn check_inventory(memory: &Memory, world: &World) {
    let mut known: Vec<&Name> = memory.inventory.values().map(|item| &item.native_id).collect();
    let live: Vec<Live> = world.objects(world.clock() + 3_600_000).map(|(_, _, live)| live).collect();
    let mut stands: Vec<&Name> = live.iter().map(|live| &live.native_id).collect();
    known.sort();
    stands.sort();
    assert_eq!(known, stands);
    assert!(memory.deposed.is_empty(), "{:?}", memory.deposed);
}
