//! How long a failover takes in simulated time, held against what nobody can be faster than.
//!
//! The web shop of the examples, again and again until there are two thousand objects, fails over in simulated clouds
//! whose operations take the median of their kind and whose services take as many calls as AWS documents. The bound is
//! the longest of three: the critical path of the plan, the calls of the busiest bucket, and the changes of one zone, one
//! after the other. It prints what it measured, and which bound ruled.
//!
//! `cargo bench --no-default-features --bench makespan`
#![expect(clippy::print_stdout, reason = "printing figures is what a benchmark is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use relight::desired::Assignment;
use relight::diag::{Diagnostics, Sources, text};
use relight::diff::earlier;
use relight::expr::NoFiles;
use relight::graph::Graph;
use relight::journal::{Entry, Journal, JournalError, Lease, LeaseLost, Outcome, RunId, remember};
use relight::memory::Memory;
use relight::plan::{Ask, Operation, Plan, Verb};
use relight::run::{Means, Mode, Run, Session};
use relight::shell::drive::{Parts, drive};
use relight::shell::mailbox::Mailbox;
use relight::shell::outside::Nobody;
use relight::shell::pipeline::{self, Bound, Request};
use relight::shell::transport::{Pace, SimTransport, Simulator, Transport as _};
use relight::shell::watch::{Narrator, Unwatched};
use relight::topology::Inputs;
use relight_contract::builtin::BUILTIN;
use relight_contract::{Act, Answer, Fault, Milliseconds, Name, Placement, Registry, Request as Call, Role};
use relight_sim::{Bucket, Limits, Settings, Throttle, World};

/// How many web shops: 84 objects each.
const SHOPS: usize = 24;

const FILES: [&str; 5] = ["network.hcl", "compute.hcl", "data.hcl", "dns.hcl", "monitoring.hcl"];

const KEY: &[u8] = b"the key of benchmarks, which is no secret";

/// When it happens: 2026-01-01 UTC.
const NOW: Milliseconds = 1_767_225_600_000;

/// What nobody can be faster than, in seconds, by name.
type Bounds = BTreeMap<String, f64>;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let (mut sources, mut problems) = (Sources::new(), Diagnostics::new());
    let bound = pipeline::load(folder.path(), &registry(), &Inputs::default(), &mut sources, &mut problems);
    let bound = bound
        .expect("a folder")
        .unwrap_or_else(|| panic!("{}", text::render(&problems, &sources, text::Style::default())));
    let mut play = Play { bound, sources, clouds: Some(Clouds::new()), now: NOW, memory: Memory::default() };

    let peacetime = Assignment::peacetime(&play.bound.topology);
    play.run(Operation::Apply, peacetime.clone());
    let site = |name: &str| play.bound.topology.site_named(name).expect("a site");
    let roles = peacetime.with(site("virginia"), Role::Lost).with(site("oregon"), Role::Primary);
    if let Some(clouds) = &mut play.clouds {
        clouds.world.settings_mut().throttle = Some(documented());
        clouds.calls.clear();
    }
    let objects = play.memory.inventory.len();
    let (plan, entries) = play.run(Operation::Failover { incident: "INC-1".to_owned() }, roles);

    let calls = play.clouds.map(|clouds| clouds.calls).unwrap_or_default();
    let begin = entries.first().map_or(0, |entry| entry.at);
    let end = entries.last().map_or(0, |entry| entry.at);
    let took = (end - begin) as f64 / 1000.0;
    let bounds = bounds(&plan, &play.bound, &calls);
    let (ruled, least) = bounds.iter().max_by(|one, other| one.1.total_cmp(other.1)).expect("a bound");
    println!("{objects} objects, a failover of {} steps", plan.content.steps.len());
    for (name, seconds) in &bounds {
        println!("{seconds:>9.1} s  {name}");
    }
    println!(
        "{took:>9.1} s  measured, in simulated time: {:.3} times the bound that ruled: {ruled}",
        took / least
    );
}

/// What nobody can be faster than.
fn bounds(plan: &Plan, bound: &Bound, calls: &BTreeMap<(String, Name, bool), u64>) -> Bounds {
    let steps = &plan.content.steps;
    let kind = |step: &relight::plan::Step| bound.topology.registry.kind(&step.kind);
    let seconds = |step: &relight::plan::Step| match (&step.ask, step.verb) {
        (Ask::Claim { .. } | Ask::Nothing, _) => 0,
        (_, Verb::Promote) => kind(step).map_or(0, |kind| kind.timing(Act::Promote).p50_seconds),
        (_, Verb::Create) => kind(step).map_or(0, |kind| kind.timing(Act::Create).p50_seconds),
        (_, Verb::Delete) => kind(step).map_or(0, |kind| kind.timing(Act::Delete).p50_seconds),
        _ => kind(step).map_or(0, |kind| kind.timing(Act::Update).p50_seconds),
    };
    let weights: Vec<u64> = steps.iter().map(|step| u64::from(seconds(step))).collect();
    let edges = steps.iter().flat_map(|step| step.after.iter().map(|before| (step.id.0, before.0)));
    let edges: Vec<(u32, u32)> = edges.collect();
    let count = u32::try_from(steps.len()).expect("few enough steps");
    let graph = Graph::new(count, &edges).expect("a graph");
    let path = graph.critical_path(&weights).expect("a plan has no circle").total();
    let mut bounds = Bounds::from([("critical path".to_owned(), path as f64)]);
    let limits = documented();
    for ((place, service, changes), count) in calls {
        let of = limits.services.get(service).unwrap_or(&limits.any);
        let bucket = if *changes { of.writes } else { of.reads };
        let queued = count.saturating_sub(u64::from(bucket.burst)) as f64;
        let sort = if *changes { "writes" } else { "reads" };
        let name = format!("bucket of {service} in {place}, {count} {sort}");
        let seconds = queued * 60.0 / f64::from(bucket.refill_per_minute);
        if seconds > 0.0 {
            bounds.insert(name, seconds);
        }
    }
    let mut zones: BTreeMap<String, u64> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.verb == Verb::Shift) {
        if let Ask::Update { native_id, .. } = &step.ask {
            let zone = native_id.split('|').next().unwrap_or_default().to_owned();
            *zones.entry(zone).or_default() += 1;
        }
    }
    // Two changes of one zone do not wait for each other to be everywhere, only to be taken: a call each.
    let longest = zones.values().max().copied().unwrap_or(0);
    bounds.insert(format!("one zone, {longest} changes in a row"), longest as f64 * 0.2);
    bounds
}

/// What AWS documents: EC2's defaults for any service, and Route 53's five requests a second in an account.
fn documented() -> Throttle {
    let route53 = Bucket { burst: 5, refill_per_minute: 300 };
    let limits = Limits { reads: route53, writes: route53 };
    Throttle { any: Limits::default(), services: [(Name::from("route53"), limits)].into() }
}

fn registry() -> Registry {
    Registry::new(&[&relight_aws::AWS, &BUILTIN])
}

struct Play {
    bound: Bound,
    sources: Sources,
    clouds: Option<Clouds>,
    now: Milliseconds,
    memory: Memory,
}

impl Play {
    /// Plans and carries out, in simulated time.
    fn run(&mut self, operation: Operation, assignment: Assignment) -> (Arc<Plan>, Vec<Entry>) {
        let mut transport =
            SimTransport::new(self.clouds.take().expect("clouds"), self.now, Pace::Instant, Mailbox::new());
        let mut problems = Diagnostics::new();
        let memory = self.memory.clone();
        let request = Request {
            earlier: earlier(&operation, &self.bound.topology, &memory),
            operation,
            assignment,
            memory: &memory,
            key: KEY,
            targets: Vec::new(),
            sites: Vec::new(),
            replace: Vec::new(),
            adopt: None,
            accepts_loss: false,
            lifetime: 3_600_000,
            simulated: true,
            now_text: "2026-01-01T00:00:00Z",
        };
        let planned = pipeline::plan(&self.bound, &request, &mut transport, &mut problems);
        let planned = planned
            .unwrap_or_else(|| panic!("{}", text::render(&problems, &self.sources, text::Style::default())));
        let plan = Arc::new(planned.plan);
        let means = Means {
            registry: self.bound.topology.registry.clone(),
            files: Arc::new(NoFiles),
            secrets: Arc::new(planned.vault),
            key: Arc::from(KEY),
        };
        let lost: BTreeSet<Name> =
            plan.roles().filter(|(_, role)| *role == Role::Lost).map(|(site, _)| Name::from(site)).collect();
        let session =
            Session { run: RunId("run-1".to_owned()), fencing: 1, approved: true, mode: Mode::Execute, lost };
        let mut run = Run::new(plan.clone(), session, &[], means, transport.now()).expect("a run");
        let mut journal = Paper(Vec::new());
        let outcome = drive(
            &mut run,
            Parts {
                outside: &mut Nobody,
                transport: &mut transport,
                journal: &mut journal,
                lease: &mut Held,
                watch: &mut Unwatched,
                narrator: Narrator::new(plan.clone()),
                approve: &mut || true,
                progress_milliseconds: None,
            },
        );
        assert!(matches!(outcome, Ok(Outcome::Completed { .. })), "{outcome:?}");
        self.now = transport.now() + 3_600_000;
        self.clouds = Some(transport.into_simulator());
        remember(&mut self.memory, &plan, &journal.0);
        (plan, journal.0)
    }
}

struct Clouds {
    world: World,
    registry: Registry,
    /// By place, service, and whether they change something.
    calls: BTreeMap<(String, Name, bool), u64>,
}

impl Clouds {
    fn new() -> Clouds {
        let settings = Settings { spread: false, ..Settings::calm(1) };
        Clouds { world: World::new(registry(), settings), registry: registry(), calls: BTreeMap::new() }
    }
}

impl Simulator for Clouds {
    fn submit(&mut self, now: Milliseconds, call: &Call) -> (Milliseconds, Result<Answer, Fault>) {
        let kind = self.registry.kind(call.action.kind_name());
        if let Some(kind) = kind {
            let global = kind.placement == Placement::Global;
            let place = if global { "the account".to_owned() } else { call.place.region.to_string() };
            let key = (place, Name::from(kind.service), call.action.changes_anything());
            *self.calls.entry(key).or_default() += 1;
        }
        let reply = self.world.submit(now, call);
        (reply.at, reply.outcome)
    }
}

struct Paper(Vec<Entry>);

impl Journal for Paper {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.0.extend_from_slice(entries);
        Ok(())
    }
}

struct Held;

impl Lease for Held {
    fn fencing(&self) -> u64 {
        1
    }

    fn hold(&mut self) -> Result<(), LeaseLost> {
        Ok(())
    }
}

/// Writes the spec: `main.hcl` once, without its outputs, and everything else once for each shop.
fn write(folder: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/webshop");
    let read = |name: &str| std::fs::read_to_string(example.join(name)).expect("a file of the example");
    std::fs::write(folder.join("main.hcl"), without(&read("main.hcl"), &["output"])).expect("a file");
    let texts: Vec<String> =
        FILES.iter().map(|name| without(&read(name), &["probe", "gate", "output"])).collect();
    let labels: BTreeSet<(String, String)> = texts.iter().flat_map(|text| labels(text)).collect();
    for shop in 0..SHOPS {
        let text: String = texts.iter().map(|text| of_shop(text, &labels, shop)).collect();
        std::fs::write(folder.join(format!("shop{shop}.hcl")), text).expect("a file");
    }
}

/// A text without its top-level blocks of some sorts.
fn without(text: &str, sorts: &[&str]) -> String {
    let mut skips = false;
    let mut kept = String::new();
    for line in text.lines() {
        skips |= sorts.iter().any(|sort| line.starts_with(&format!("{sort} \"")));
        if !skips {
            kept.push_str(line);
            kept.push('\n');
        }
        skips &= line != "}";
    }
    kept
}

/// The kind and label of every resource and data source.
fn labels(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut words = line.split('"');
        let sort = words.next().unwrap_or_default();
        if let (true, Some(kind), Some(label)) =
            (["resource ", "data "].contains(&sort), words.next(), words.nth(1))
        {
            found.push((kind.to_owned(), label.to_owned()));
        }
    }
    found
}

/// The text of one shop: every label and every name is its own.
fn of_shop(text: &str, labels: &BTreeSet<(String, String)>, shop: usize) -> String {
    let mut text = text
        .replace("${local.name}", &format!("${{local.name}}-{shop}"))
        .replace("= local.name }", &format!("= \"${{local.name}}-{shop}\" }}"))
        .replace("var.domain", &format!("format(\"s{shop}.%s\", var.domain)"));
    for local in ["shop", "payments_secret"] {
        text = text
            .replace(&format!("local.{local}"), &format!("local.{local}_{shop}"))
            .replace(&format!("\n  {local} ="), &format!("\n  {local}_{shop} ="));
    }
    for (kind, label) in labels {
        text = text.replace(&format!("\"{kind}\" \"{label}\""), &format!("\"{kind}\" \"{label}_{shop}\""));
        let reference = format!("{kind}.{label}");
        let mut rest = text.as_str();
        let mut renamed = String::new();
        while let Some(at) = rest.find(&reference) {
            let (before, after) = rest.split_at(at + reference.len());
            renamed.push_str(before);
            let whole = !after.starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '-');
            if whole {
                renamed.push_str(&format!("_{shop}"));
            }
            rest = after;
        }
        renamed.push_str(rest);
        text = renamed;
    }
    text
}
