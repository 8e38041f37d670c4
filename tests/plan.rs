//! Plan goldens: a spec, a live world and a memory as data, and the plan that comes of them.
//!
//! A case is a folder `tests/plan/<case>/`: `main.hcl`, `live.json` (what is there), `memory.json` (what is
//! remembered), `options.json` (what is asked for), and `expected.txt`. Cases of one world say whose it is (`like` in
//! their options). `RELIGHT_BLESS=1` rewrites what is expected.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use relight::desired::{Assignment, Desired};
use relight::diff::Survey;
use relight::memory::{Item, Memory, RememberedSite, digest};
use relight::plan::{Operation, Plan, check, identify, is_expired, stale};
use relight::shell::mailbox::Mailbox;
use relight::shell::pipeline::{self, Bound, Request};
use relight::shell::transport::{Pace, SimTransport, Simulator};
use relight_contract::{
    Address, Answer, Fault, Kind, Live, Milliseconds, Name, Object, OwnerId, Role, State, Value,
};
use relight_sim::{Outage, Settings, World};
use serde::Deserialize;
use serde_json::Value as Json;
use support::{NOW, load, plan_text, registry};

const KEY: &[u8] = b"the key of tests, which is no secret";
const FILES: [&str; 5] = ["main.hcl", "live.json", "memory.json", "options.json", "expected.txt"];

/// The same with other roles for some sites.
fn given(assignment: Assignment, roles: &BTreeMap<String, Role>, bound: &Bound) -> Assignment {
    let site = |name: &String| bound.topology.site_named(name).expect("a site");
    roles.iter().fold(assignment, |assignment, (name, role)| assignment.with(site(name), *role))
}

/// An object of the live world.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LiveEntry {
    kind: String,
    place: String,
    native_id: String,
    /// The address whose owner tag it carries; `other:...` for that of another topology.
    #[serde(default)]
    owner: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Json>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

/// What is remembered.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MemoryFile {
    /// Every owned live object is remembered, with all its settable fields.
    all: bool,
    objects: Vec<Remembered>,
    sites: BTreeMap<Name, RememberedSite>,
    epoch: u64,
}

/// One remembered object; kind and place are those of the live object with that id, unless they are given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    address: Address,
    native_id: String,
    kind: Option<String>,
    place: Option<String>,
    #[serde(default)]
    fields: Vec<Name>,
    /// Fields whose digests are remembered, with the values.
    #[serde(default)]
    secrets: BTreeMap<Name, String>,
    #[serde(default)]
    local: BTreeMap<Name, Json>,
    #[serde(default)]
    after: Vec<Address>,
    /// A replacement left it behind.
    #[serde(default)]
    deposed: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OptionsFile {
    /// The case whose spec, live world and memory this one has, as far as it has none of its own.
    like: Option<String>,
    destroy: bool,
    targets: Vec<String>,
    sites: Vec<String>,
    replace: Vec<String>,
    variables: BTreeMap<String, String>,
    lost: Vec<String>,
    /// The site that a failover gives the place of the lost ones.
    takes_over: Option<String>,
    /// The operation that moves roles without an emergency: `switchover` or `reprotect`.
    moves: Option<Moves>,
    /// The roles that it gives.
    roles: BTreeMap<String, Role>,
    /// The roles before it, where they are not those of the spec.
    was: BTreeMap<String, Role>,
    /// Places that cannot be read, with why.
    unreachable: BTreeMap<Name, Name>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moves {
    Switchover,
    Reprotect,
}

struct Clouds {
    world: World,
    lost: Vec<String>,
}

impl Simulator for Clouds {
    fn submit(
        &mut self,
        now: Milliseconds,
        request: &relight_contract::Request,
    ) -> (Milliseconds, Result<Answer, Fault>) {
        assert!(!self.lost.iter().any(|site| **site == *request.place.name), "a call to a lost site");
        let reply = self.world.submit(now, request);
        (reply.at, reply.outcome)
    }
}

struct Case {
    /// The folder of the spec.
    spec: PathBuf,
    live: Vec<LiveEntry>,
    memory: MemoryFile,
    options: OptionsFile,
}

impl Case {
    fn read(path: &Path) -> Case {
        for file in std::fs::read_dir(path).expect("a case").map(|entry| entry.expect("a file")) {
            let name = file.file_name().into_string().expect("a plain name");
            assert!(FILES.contains(&&*name), "{name} in {} is not used", path.display());
        }
        let options: OptionsFile = parse(&path.join("options.json"));
        let like = options.like.as_ref().map(|case| root().join(case));
        let of = |name: &str| match &like {
            Some(like) if !path.join(name).exists() => like.join(name),
            _ => path.join(name),
        };
        Case {
            spec: of("main.hcl").parent().expect("a folder").to_owned(),
            live: parse(&of("live.json")),
            memory: parse(&of("memory.json")),
            options,
        }
    }

    /// What a cloud would tell of an entry: the fields that the file gives, and the defaults of the others.
    fn object(&self, entry: &LiveEntry, bound: &Bound) -> Live {
        let kind = kind(&entry.kind);
        let mut attributes = Object::new();
        for row in kind.fields {
            let default = row.default.to_value(&row.ty());
            if !default.is_null() && !row.local && !row.write_only {
                attributes.insert(row.name, default);
            }
        }
        for (name, json) in &entry.attributes {
            let row = kind.field(name).unwrap_or_else(|| panic!("{} has no {name}", kind.name));
            let value = Value::from_json(json, &row.ty()).unwrap_or_else(|error| panic!("{name}: {error}"));
            attributes.insert(name.as_str(), value);
        }
        let owner = entry.owner.as_ref().map(|owner| owner_of(owner, bound));
        Live {
            native_id: entry.native_id.as_str().into(),
            attributes,
            hint: entry.owner.as_deref().map(|owner| owner.trim_start_matches("other:").into()),
            owner,
            mark: None,
            token: None,
            version: entry.version.as_deref().map(Name::from),
            state: match entry.state.as_deref() {
                None => State::Ready,
                Some("pending") => State::Pending,
                Some("deleting") => State::Deleting,
                Some("failed") => State::Failed,
                Some(other) => panic!("no state is called {other}"),
            },
        }
    }

    /// Clouds that answer for data sources. A site that is called lost must not be asked.
    fn clouds(&self) -> SimTransport<Clouds> {
        let mut settings = Settings::instant(1);
        let closed = self.options.unreachable.keys();
        let outage = |place: &Name| Outage { place: place.clone(), from: 0, until: None };
        settings.faults.outages = closed.map(outage).collect();
        let clouds = Clouds { world: World::new(registry(), settings), lost: self.options.lost.clone() };
        SimTransport::new(clouds, NOW, Pace::Instant, Mailbox::new())
    }

    /// Every kind was listed to the end in every place, but for those that cannot be read.
    fn survey(&self, bound: &Bound, desired: &Desired, assignment: &Assignment) -> Survey {
        let mut survey = Survey::default();
        let registry = registry();
        let mut places: Vec<Name> = desired.places.keys().cloned().collect();
        places.extend(self.live.iter().map(|entry| entry.place.as_str().into()));
        for place in places {
            let lost =
                bound.topology.site_named(&place).is_some_and(|site| assignment.role(site) == Role::Lost);
            let closed = self.options.unreachable.get(&place).cloned();
            let closed = if lost { Some("it is lost".into()) } else { closed };
            for kind in registry.kinds() {
                let listed = match &closed {
                    Some(why) => Err(why.clone()),
                    None => Ok(self
                        .live
                        .iter()
                        .filter(|entry| entry.kind == kind.name && *entry.place == *place)
                        .map(|entry| Arc::new(self.object(entry, bound)))
                        .collect()),
                };
                survey.listed.insert((place.clone(), kind.name), listed);
            }
        }
        survey
    }

    fn memory(&self, bound: &Bound) -> Memory {
        let mut memory =
            Memory { epoch: self.memory.epoch, sites: self.memory.sites.clone(), ..Memory::default() };
        if self.memory.all {
            for entry in &self.live {
                let Some(address) = entry.owner.as_deref().filter(|owner| !owner.starts_with("other:"))
                else {
                    continue;
                };
                let address: Address = address.parse().expect("an address");
                memory.inventory.insert(address.clone(), self.item(&Remembered::of(address, entry), bound));
            }
        }
        for remembered in &self.memory.objects {
            let item = self.item(remembered, bound);
            match remembered.deposed {
                true => memory.deposed.entry(remembered.address.clone()).or_default().push(item),
                false => {
                    memory.inventory.insert(remembered.address.clone(), item);
                }
            }
        }
        memory
    }

    fn item(&self, remembered: &Remembered, bound: &Bound) -> Item {
        let entry = self.live.iter().find(|entry| {
            entry.native_id == remembered.native_id
                && remembered.kind.as_ref().is_none_or(|kind| *kind == entry.kind)
        });
        let kind = remembered.kind.clone().or(entry.map(|entry| entry.kind.clone()));
        let place = remembered.place.clone().or(entry.map(|entry| entry.place.clone()));
        let digests = remembered.secrets.iter();
        Item {
            kind: kind.expect("a kind").as_str().into(),
            place: place.expect("a place").as_str().into(),
            native_id: remembered.native_id.as_str().into(),
            owner: owner_of(&remembered.address.to_string(), bound),
            fields: remembered.fields.iter().chain(remembered.secrets.keys()).cloned().collect(),
            digests: digests
                .map(|(name, value)| (name.clone(), digest(KEY, &Value::from(value.as_str()))))
                .collect(),
            local: remembered.local.clone(),
            after: remembered.after.clone(),
        }
    }

    fn request<'m>(&self, memory: &'m Memory, bound: &Bound, assignment: Assignment) -> Request<'m> {
        let incident = "INC-1".to_owned();
        let operation = match (self.options.destroy, &self.options.takes_over, self.options.moves) {
            (true, ..) => Operation::Destroy,
            (false, Some(_), _) => Operation::Failover { incident },
            (false, None, Some(Moves::Switchover)) => Operation::Switchover,
            (false, None, Some(Moves::Reprotect)) => Operation::Reprotect,
            (false, None, None) => Operation::Apply,
        };
        let peacetime = Assignment::peacetime(&bound.topology);
        let was = given(peacetime.clone(), &self.options.was, bound);
        let mut earlier = if operation.moves_roles() { vec![was] } else { Vec::new() };
        if !self.options.was.is_empty() {
            earlier.push(peacetime);
        }
        Request {
            operation,
            assignment,
            earlier,
            memory,
            key: KEY,
            targets: self.options.targets.clone(),
            sites: self.options.sites.clone(),
            replace: self.options.replace.clone(),
            adopt: None,
            accepts_loss: false,
            lifetime: 3_600_000,
            simulated: true,
            now_text: "2026-01-01T00:00:00Z",
        }
    }

    /// The plan of a case that has one.
    fn plan(name: &str) -> (Case, Plan) {
        let case = Case::read(&root().join(name));
        let (text, plan) = case.outcome();
        (case, plan.unwrap_or_else(|| panic!("{name}: {text}")))
    }

    /// The plan, or what is wrong.
    fn outcome(&self) -> (String, Option<Plan>) {
        let variables: Vec<(&str, &str)> =
            self.options.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut loaded = load(&self.spec, &variables);
        let Some(bound) = loaded.bound.take() else { return (loaded.problems(), None) };
        let mut assignment = Assignment::peacetime(&bound.topology);
        for site in &self.options.lost {
            let site = bound.topology.site_named(site).expect("a site");
            assignment = assignment.with(site, Role::Lost);
        }
        if let Some(site) = &self.options.takes_over {
            let site = bound.topology.site_named(site).expect("a site");
            assignment = assignment.with(site, Role::Primary);
        }
        let assignment = given(assignment, &self.options.roles, &bound);
        let mut clouds = self.clouds();
        let problems = &mut loaded.diagnostics;
        let now = "2026-01-01T00:00:00Z";
        let wanted = pipeline::wanted_with(&bound, &assignment, &mut clouds, now, problems);
        let Some((desired, answers)) = wanted else { return (loaded.problems(), None) };
        let survey = self.survey(&bound, &desired, &assignment);
        let memory = self.memory(&bound);
        let request = self.request(&memory, &bound, assignment);
        let earlier = pipeline::earlier(&bound, &request, &answers);
        let planned = pipeline::plan_from(&bound, &request, &desired, &earlier, &survey, NOW, problems);
        match planned {
            None => (loaded.problems(), None),
            Some(planned) => {
                let unreachable: String = planned
                    .unreachable
                    .iter()
                    .map(|(place, why)| format!("unreachable {place}: {why}\n"))
                    .collect();
                let text = plan_text(&planned.plan);
                (format!("{}{text}{unreachable}", loaded.problems()), Some(planned.plan))
            }
        }
    }
}

impl Remembered {
    fn of(address: Address, entry: &LiveEntry) -> Remembered {
        let kind = kind(&entry.kind);
        let settable = |name: &&String| kind.field(name).is_some_and(relight_contract::Field::is_settable);
        Remembered {
            address,
            native_id: entry.native_id.clone(),
            kind: Some(entry.kind.clone()),
            place: Some(entry.place.clone()),
            fields: entry.attributes.keys().filter(settable).map(|name| name.as_str().into()).collect(),
            secrets: BTreeMap::new(),
            local: BTreeMap::new(),
            after: Vec::new(),
            deposed: false,
        }
    }
}

/// What a file says; what there is without it.
fn parse<T: serde::de::DeserializeOwned + Default>(path: &Path) -> T {
    let Ok(text) = std::fs::read_to_string(path) else { return T::default() };
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn kind(name: &str) -> &'static Kind {
    registry().kind(name).unwrap_or_else(|| panic!("no kind is called {name}"))
}

fn owner_of(owner: &str, bound: &Bound) -> OwnerId {
    let parse = |text: &str| text.parse::<Address>().unwrap_or_else(|error| panic!("{text}: {error}"));
    match owner.strip_prefix("other:") {
        Some(address) => parse(address).owner("another", "topology"),
        None => parse(owner).owner(&bound.topology.name, &bound.topology.instance),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan")
}

fn entry<'c>(case: &'c mut Case, native_id: &str) -> &'c mut LiveEntry {
    case.live.iter_mut().find(|entry| entry.native_id == native_id).expect("an object")
}

/// Why the plan of a case is stale once `change` has happened to its world.
fn reasons(name: &str, change: impl FnOnce(&mut Case)) -> Vec<String> {
    let (mut case, plan) = Case::plan(name);
    change(&mut case);
    let (text, fresh) = case.outcome();
    let fresh = fresh.unwrap_or_else(|| panic!("{text}"));
    stale(&plan, &fresh.content.basis).iter().map(ToString::to_string).collect()
}

#[test]
fn a_plan_is_stale_when_its_basis_moves() {
    let none: Vec<String> = Vec::new();
    assert_eq!(reasons("update-in-place", |_| {}), none);
    // What it touches.
    let drift = |case: &mut Case| {
        entry(case, "disk-1").attributes.insert("size_gib".into(), 15.into());
    };
    let moved = ["`cumulus_disk.data@east` is not as it was when planned"];
    assert_eq!(reasons("update-in-place", drift), moved);
    assert_eq!(reasons("update-in-place", |case| case.live.clear()), moved);
    let done = |case: &mut Case| {
        entry(case, "disk-1").attributes.insert("size_gib".into(), 20.into());
    };
    assert_eq!(reasons("update-in-place", done), moved);
    // What it reads.
    let renumbered = |case: &mut Case| {
        entry(case, "projects/p/networks/main").attributes.insert("number".into(), 8.into());
    };
    let read = ["`cumulus_network.main` is not as it was when planned"];
    assert_eq!(reasons("outputs-of-kept-objects-are-known", renumbered), read);
    // Neither: what changed elsewhere, and what moves by itself.
    let elsewhere = |case: &mut Case| {
        entry(case, "address-1").attributes.insert("description".into(), "by hand".into());
    };
    assert_eq!(reasons("targeted-drift-elsewhere-is-held", |_| {}), none);
    assert_eq!(reasons("replace-triggered", elsewhere).len(), 1);
    let running = |case: &mut Case| {
        entry(case, "projects/p/regions/west/groups/web").attributes.insert("running".into(), 1.into());
    };
    assert_eq!(reasons("warm-to-hot-only-scales", running), none);
    // Roles, and the spec.
    assert_eq!(
        reasons("update-in-place", |case| case.memory.epoch = 3),
        ["roles were declared since: epoch 0 when planned, 3 now"]
    );
    let variable = |case: &mut Case| {
        case.options.variables.insert("password".into(), "other".into());
    };
    assert_eq!(
        reasons("sensitive-values-are-not-shown", variable),
        ["the spec or one of its variables has changed"]
    );
    let closed = |case: &mut Case| {
        case.options.unreachable.insert("west".into(), "no answer".into());
    };
    assert_eq!(
        reasons("warm-to-hot-only-scales", closed),
        [
            "`cumulus_machine_group.web@west` cannot be read now",
            "`cumulus_subnetwork.app@west` cannot be read now",
        ]
    );
    // A plan that was made without seeing a site does not wait for it.
    assert_eq!(reasons("unreachable-site", |case| case.options.unreachable.clear()), none);
}

#[test]
fn a_plan_expires() {
    let (_, plan) = Case::plan("update-in-place");
    assert!(!is_expired(&plan, NOW + 3_599_999));
    assert!(is_expired(&plan, NOW + 3_600_000));
}

/// Whatever is changed in a stored plan is noticed; with its id made anew, so is what makes no sense.
#[test]
fn a_stored_plan_that_was_changed_is_noticed() {
    let (_, plan) = Case::plan("create-everything");
    assert_eq!(identify(&plan.content), plan.id);
    let mut later = plan.clone();
    later.envelope.created_at += 1;
    later.envelope.version = "another".to_owned();
    assert_eq!(check(&later), Vec::<String>::new());

    let json = serde_json::to_value(&plan).expect("JSON");
    let tampered = |pointer: &str, value: Json| {
        let mut json = json.clone();
        *json.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
        let plan: Plan = serde_json::from_value(json).expect("a plan");
        let again = Plan { id: identify(&plan.content), ..plan.clone() };
        (check(&plan), check(&again))
    };
    let changed =
        |problems: &[String]| problems.iter().any(|problem| problem.contains("was changed after planning"));
    for (pointer, value, sense) in [
        ("/content/steps/0/ask/create/attributes/name", Json::from("other"), None),
        ("/content/steps/1/place", Json::from("nowhere"), Some("the place `nowhere`")),
        ("/content/steps/0/after", serde_json::json!([2]), Some("does not come before it")),
        ("/content/steps/2/after", serde_json::json!([0, 1]), None),
        ("/content/steps/1/id", Json::from(7), Some("stands at position 1")),
        ("/content/steps/1/address", Json::from("cumulus_network.main"), Some("which is made after it")),
        ("/content/steps/0/address", Json::from("cumulus_network.other"), Some("which no step gives")),
        ("/content/residuals", serde_json::json!({}), Some("which the plan does not carry")),
        ("/content/sites/1/role", Json::from("lost"), Some("goes to `west`, which is lost")),
        ("/content/basis/epoch", Json::from(9), None),
    ] {
        let (as_it_is, again) = tampered(pointer, value);
        assert!(changed(&as_it_is), "{pointer}: {as_it_is:?}");
        let found = |text: &str| again.iter().any(|problem| problem.contains(text));
        assert!(sense.is_none_or(found), "{pointer}: {again:?}");
    }
    let (later, _) = tampered("/content/format", Json::from(99));
    assert_eq!(later, ["it has the format 99, and this relight reads the format 1"]);
}

#[test]
fn every_case_plans_as_expected() {
    let root = root();
    let bless = relight::shell::environment::variables().contains_key("RELIGHT_BLESS");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(&root).expect("cases").map(|entry| entry.expect("a case").path()).collect();
    cases.sort();
    assert!(cases.len() >= 50, "there were more cases than {}", cases.len());
    let mut wrong = Vec::new();
    for path in cases {
        let (found, plan) = Case::read(&path).outcome();
        let (again, second) = Case::read(&path).outcome();
        assert_eq!(found, again, "planning twice differs in {}", path.display());
        assert_eq!(plan.as_ref().map(|plan| &plan.id), second.as_ref().map(|plan| &plan.id));
        if let Some(plan) = &plan {
            assert_eq!(check(plan), Vec::<String>::new(), "{}", path.display());
        }
        let expected = path.join("expected.txt");
        if bless {
            std::fs::write(&expected, &found).expect("the golden");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("== {}\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n(RELIGHT_BLESS=1 rewrites)", wrong.join("\n"));
}
