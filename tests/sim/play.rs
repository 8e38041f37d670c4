//! One play: a topology, a storm, a second version of it; then calm weather, in which everything must come right.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use relight::desired::{Assignment, Desired};
use relight::diag::{Diagnostics, Sources, text};
use relight::diff::{declared, earlier, retired};
use relight::journal::{Entry, Fact, Outcome, RunId, remember};
use relight::memory::Memory;
use relight::plan::{Operation, Plan};
use relight::run::Mode;
use relight::shell::mailbox::Mailbox;
use relight::shell::pipeline::{self, Bound, Planned, Request};
use relight::shell::transport::{Pace, SimTransport, Transport};
use relight::topology::Inputs;
use relight_contract::{Address, Milliseconds, Name, OwnerId, Role};
use relight_sim::World;

use crate::dice::Dice;
use crate::door::{Door, Promise, Transcript};
use crate::draft::Draft;
use crate::guard::Guard;
use crate::others::Others;
use crate::process::{End, KEY, Kept, session};
use crate::safety::{self, Standing};
use crate::support::{NOW, plan_text, registry};
use crate::{disaster, oracle, weather};

/// After so many rounds in calm weather the world must be as the spec says.
const MOST_ROUNDS: u64 = 6;

const HOUR_MILLISECONDS: u64 = 3_600_000;

/// A version of the topology, bound.
struct Version {
    bound: Bound,
    sources: Sources,
}

/// Everything that a play moves.
pub struct Play {
    pub(crate) dice: Dice,
    folder: PathBuf,
    pub(crate) draft: Draft,
    version: Version,
    /// How many versions there were before.
    versions: u64,
    pub(crate) door: Option<Door>,
    pub(crate) now: Milliseconds,
    /// What is remembered but for the open run.
    base: Memory,
    open: Option<Kept>,
    runs: u64,
    pub(crate) ours: BTreeMap<OwnerId, Address>,
    /// The same of what is put aside.
    pub(crate) aside: BTreeMap<OwnerId, Address>,
    /// Whether nothing goes wrong now.
    pub(crate) is_calm: bool,
    /// The roles that the next operation gives.
    pub(crate) gives: Vec<(Name, Role)>,
    /// Objects that somebody else made.
    pub(crate) foreign: BTreeSet<Name>,
    transcript: Transcript,
    /// How often a plan could not be made, by code, and other counts: what a play really did.
    pub counts: BTreeMap<String, u64>,
}

/// What came of one attempt to apply.
#[derive(Debug, PartialEq, Eq)]
pub enum Applied {
    /// There was nothing to do.
    Nothing,
    /// A plan was executed to its end.
    Completed,
    /// Something was left.
    Left,
}

/// Plays a seed. It panics where anything is not as it must be; the transcript tells what happened.
pub fn play(seed: u64, folder: PathBuf, transcript: &Transcript) -> BTreeMap<String, u64> {
    let mut dice = Dice::new(seed);
    let draft = Draft::random(seed, &mut dice);
    let mut play = Play::new(seed, dice, draft, folder, transcript);
    play.acts();
    play.counts
}

impl Version {
    fn read(draft: &Draft, folder: &std::path::Path) -> Version {
        draft.write(folder);
        let mut sources = Sources::new();
        let mut diagnostics = Diagnostics::new();
        let bound = pipeline::load(folder, &registry(), &Inputs::default(), &mut sources, &mut diagnostics);
        let problems = || text::render(&diagnostics, &sources, text::Style::default());
        let bound = bound.expect("a folder").filter(|_| !diagnostics.has_errors());
        let bound = bound.unwrap_or_else(|| panic!("{}\n{}", problems(), draft.text()));
        Version { bound, sources }
    }
}

impl Play {
    /// A play before its first act: a draft, and a world in foul weather.
    pub fn new(seed: u64, mut dice: Dice, draft: Draft, folder: PathBuf, transcript: &Transcript) -> Play {
        let world = World::new(registry(), weather::settings(seed, &mut dice));
        let door = Door {
            world,
            promise: Promise::default(),
            protected: BTreeMap::new(),
            guard: Guard::default(),
            transcript: transcript.clone(),
        };
        let version = Version::read(&draft, &folder);
        Play {
            dice,
            folder,
            draft,
            version,
            versions: 0,
            door: Some(door),
            now: NOW,
            base: Memory::default(),
            open: None,
            runs: 0,
            ours: BTreeMap::new(),
            aside: BTreeMap::new(),
            is_calm: false,
            gives: Vec::new(),
            foreign: BTreeSet::new(),
            transcript: transcript.clone(),
            counts: BTreeMap::new(),
        }
    }

    fn acts(&mut self) {
        self.tell("the first version", &self.draft.text());
        self.storm();
        self.tell("the second version", "");
        let second = self.draft.edited(&mut self.dice);
        self.enter(second);
        self.tell("reads", &self.draft.text());
        self.storm();
        self.calm();
        self.converge();
        self.check_world();
        self.tell("without protection, and without the blocks that told what had moved", "");
        let last = self.draft.clone().unprotected();
        self.enter(last);
        self.protect_nothing();
        self.converge();
        self.check_world();
        self.destroy();
    }

    /// Says what happens, for people.
    pub(crate) fn tell(&mut self, what: &str, more: &str) {
        let mut transcript = self.transcript.borrow_mut();
        let _ = writeln!(transcript, "{} {what}", self.now);
        if !more.is_empty() {
            let _ = writeln!(transcript, "{more}");
        }
    }

    pub(crate) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    pub(crate) fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }

    pub(crate) fn enter(&mut self, draft: Draft) {
        self.version = Version::read(&draft, &self.folder);
        self.draft = draft;
        self.versions += 1;
        self.give_up_sites();
    }

    /// What stands in a site that the spec gives up is not ours any more.
    fn give_up_sites(&mut self) {
        let mut left = self.objects();
        let kept: Vec<&str> = self.draft.sites.iter().map(|site| site.region).collect();
        left.retain(|(domain, _, _)| {
            let region = domain.rsplit('/').next().unwrap_or_default();
            !region.is_empty() && !kept.contains(&region)
        });
        self.foreign.extend(left.into_iter().map(|(_, _, live)| live.native_id));
    }

    pub(crate) fn world(&mut self) -> &mut World {
        &mut self.door.as_mut().expect("nothing runs").world
    }

    /// Everything that stands now.
    pub(crate) fn objects(&self) -> Vec<Standing> {
        let world = &self.door.as_ref().expect("nothing runs").world;
        let told = |(domain, kind, live): (&relight_sim::Domain, _, _)| {
            (format!("{}/{}/{}", domain.provider, domain.account, domain.region), kind, live)
        };
        world.objects(self.now.max(world.clock())).map(told).collect()
    }

    /// What the store would say now.
    pub(crate) fn memory(&self) -> Memory {
        let mut memory = self.base.clone();
        if let Some(kept) = &self.open {
            remember(&mut memory, &kept.plan(), &kept.entries());
        }
        memory
    }

    /// Phase 1: several processes, each of which may die, while others meddle and sites go away.
    pub(crate) fn storm(&mut self) {
        for _ in 0..2 + self.dice.below(3) {
            if self.dice.once_in(4) {
                let outage = weather::outage(&self.draft, self.now, &mut self.dice);
                self.tell("an outage", &format!("{outage:?}"));
                self.world().settings_mut().faults.outages.extend(outage);
                self.count("outages");
            }
            if self.dice.once_in(3) {
                self.meddle();
            }
            let end = weather::end(&mut self.dice);
            let _ = self.apply(&Operation::Apply, end, false);
            self.now += self.dice.below(120_000);
        }
    }

    /// From here on nothing goes wrong any more.
    pub(crate) fn calm(&mut self) {
        let now = self.now;
        self.is_calm = true;
        self.world().settings_mut().replica_lag_seconds = 0;
        let faults = &mut self.world().settings_mut().faults;
        faults.calm_from = Some(now);
        faults.rules.clear();
        faults.outages.clear();
        self.tell("calm weather", "");
    }

    /// Phase 2: applies until there is nothing to do.
    pub(crate) fn converge(&mut self) {
        for round in 0..MOST_ROUNDS {
            self.now += HOUR_MILLISECONDS;
            if self.apply(&Operation::Apply, End::Never, round > 0) == Applied::Nothing {
                self.count(&format!("converged after {round}"));
                return;
            }
        }
        panic!("it does not converge within {MOST_ROUNDS} rounds");
    }

    /// The world is as the spec says, and a plan without memory changes nothing either.
    pub(crate) fn check_world(&mut self) {
        self.now += HOUR_MILLISECONDS;
        let memory = self.memory();
        let desired = self.desired().expect("data sources answer in calm weather");
        let owner_of = |address: &Address| address.owner("sim", "default");
        let differences = oracle::differences(&desired, &self.objects(), &self.foreign, &owner_of);
        assert!(differences.is_empty(), "the world is not as wanted:\n{}", differences.join("\n"));
        let first = self.plan(&Operation::Apply, &memory).expect("a plan");
        let second = self.plan(&Operation::Apply, &memory).expect("a plan");
        assert_eq!(first.plan.content, second.plan.content, "planning twice differs");
        let forgetful = self.plan(&Operation::Apply, &Memory::default()).expect("a plan without memory");
        let steps = &forgetful.plan.content.steps;
        assert!(steps.is_empty(), "without memory there is something to do: {steps:#?}");
    }

    pub(crate) fn protect_nothing(&mut self) {
        if let Some(door) = &mut self.door {
            door.protected.clear();
        }
    }

    /// Takes everything away again.
    pub(crate) fn destroy(&mut self) {
        self.tell("the end", "");
        for round in 0..MOST_ROUNDS {
            self.now += HOUR_MILLISECONDS;
            if self.apply(&Operation::Destroy, End::Never, round > 0) == Applied::Nothing {
                break;
            }
        }
        let left: Vec<String> = self
            .objects()
            .iter()
            .filter(|(_, _, live)| !self.foreign.contains(&live.native_id))
            .map(|(domain, kind, live)| format!("{} {} in {domain}", kind.name, live.native_id))
            .collect();
        assert!(left.is_empty(), "left after the end: {left:?}");
    }

    /// What `relight apply` does: takes up or settles what was left, then plans and runs.
    pub(crate) fn apply(&mut self, operation: &Operation, end: End, settle: bool) -> Applied {
        if let Some(kept) = self.open.take() {
            // A run is not resumed with another spec than the one that it was planned from.
            let settle = settle || kept.version != self.versions || self.dice.once_in(2);
            let mode = if settle { Mode::Settle } else { Mode::Execute };
            let outcome = self.run(kept, mode, end);
            if mode == Mode::Execute || self.open.is_some() {
                return outcome;
            }
        }
        let memory = self.memory();
        let planned = match self.plan(operation, &memory) {
            Ok(planned) => planned,
            Err(problems) => {
                self.tell("no plan", &problems);
                let code = problems.split(['[', ']']).nth(1).unwrap_or("none").to_owned();
                self.count(&format!("no plan: {code}"));
                match code.as_str() {
                    "RL0802" => self.mend_by_hand(),
                    // As the help says.
                    "RL0811" => {
                        let draft = self.draft.clone().creating_first();
                        self.enter(draft);
                    }
                    _ => {}
                }
                return Applied::Left;
            }
        };
        safety::check_unreachable(&planned.plan, &planned.unreachable);
        disaster::check_traffic(&planned.plan);
        let allowed = self.dice.once_in(2);
        if !planned.unreachable.is_empty() && planned.is_blocked(allowed) {
            self.count("unreachable, not allowed");
            return Applied::Left;
        }
        if planned.plan.is_empty() {
            return Applied::Nothing;
        }
        self.runs += 1;
        let kept = Kept::new(RunId(format!("run-{:04}", self.runs)), &planned.plan, self.versions);
        self.tell_plan(&planned.plan);
        self.run(kept, Mode::Execute, end)
    }

    pub(crate) fn tell_plan(&mut self, plan: &Plan) {
        self.tell("a plan", &plan_text(plan));
    }

    /// One session of a run.
    fn run(&mut self, mut kept: Kept, mode: Mode, end: End) -> Applied {
        self.tell(&format!("{mode:?} {}", kept.run), &format!("  {end:?}"));
        self.count(match end {
            End::Never => "sessions",
            End::DiesBefore(_) | End::DiesAfter(_) => "sessions that may die",
            End::InterruptedAt(_) | End::LosesLeaseAt(_) => "sessions that are stopped",
        });
        // As the program does: what cannot be read now is missing when a step needs it.
        let same = kept.version == self.versions;
        let roles: Vec<(Name, Role)> =
            kept.plan().roles().map(|(site, role)| (Name::from(site), role)).collect();
        let desired = self.desired_under(&roles).filter(|_| same);
        let vault = desired.map(|desired| desired.residuals.vault()).unwrap_or_default();
        let door = self.door.take().expect("nothing runs");
        let before = kept.entries.len();
        let mut others = Others::new(self.dice.below(u64::MAX), self.is_calm);
        let (door, now, outcome) = session(&mut kept, mode, end, vault, door, self.now, &mut others);
        self.door = Some(door);
        for (what, times) in others.said {
            *self.counts.entry(what.to_owned()).or_default() += times;
        }
        self.now = now + 1_000;
        let journal = kept.entries[before..].join("\n  ");
        self.tell(&format!("came to {outcome:?}"), &format!("  {journal}"));
        let (plan, entries) = (kept.plan(), kept.entries());
        safety::check_order(&plan, &entries);
        // A run that died before its first entry has done nothing.
        let last = entries.last().map(|entry| &entry.fact);
        let ended = matches!(last, Some(Fact::Finished { outcome }) if !outcome.is_resumable());
        self.open = (!entries.is_empty()).then_some(kept);
        self.give_up_sites();
        let memory = self.memory();
        self.check_safety(&memory, &plan, &entries);
        if ended {
            self.base = memory;
            self.open = None;
        }
        if matches!(outcome, Ok(Outcome::Completed { .. })) { Applied::Completed } else { Applied::Left }
    }

    fn check_safety(&mut self, memory: &Memory, plan: &Plan, entries: &[Entry]) {
        for step in &plan.content.steps {
            self.ours.insert(step.address.owner("sim", "default"), step.address.clone());
            self.aside.insert(retired(&step.address, "sim", "default"), step.address.clone());
        }
        let objects = self.objects();
        let open = self.open.is_some().then_some((plan, entries));
        let all = self.ours.iter().chain(&self.aside);
        let all = all.map(|(owner, address)| (owner.clone(), address.clone())).collect();
        safety::check_findable(&objects, &all, &self.foreign, memory, open);
        safety::check_single(&objects, &self.ours, memory, open.map(|(plan, _)| plan));
    }

    /// What is wanted now, data sources read; `None` where they cannot be.
    pub(crate) fn desired(&mut self) -> Option<Desired> {
        self.desired_under(&[])
    }

    /// The roles that hold, and over them these.
    pub(crate) fn assignment(&self, roles: &[(Name, Role)]) -> Assignment {
        let topology = &self.version.bound.topology;
        // A plan of an earlier version may name sites that there are no more.
        let mut all = declared(topology, &self.memory());
        for (name, role) in roles {
            all = topology.site_named(name).map_or(all.clone(), |site| all.with(site, *role));
        }
        all
    }

    /// The same under other roles.
    fn desired_under(&mut self, roles: &[(Name, Role)]) -> Option<Desired> {
        let assignment = self.assignment(roles);
        let door = self.door.take().expect("nothing runs");
        let mut transport = SimTransport::new(door, self.now, Pace::Instant, Mailbox::new());
        let mut diagnostics = Diagnostics::new();
        let day = "2026-01-01T00:00:00Z";
        let bound = &self.version.bound;
        let desired = pipeline::wanted(bound, &assignment, &mut transport, day, &mut diagnostics);
        self.now = transport.now();
        let mut door = transport.into_simulator();
        for instance in desired
            .iter()
            .flat_map(|desired| &desired.instances)
            .filter(|instance| instance.lifecycle.prevent_destroy)
        {
            door.protected.insert(instance.address.owner("sim", "default"), instance.address.clone());
        }
        self.door = Some(door);
        desired
    }

    pub(crate) fn plan(&mut self, operation: &Operation, memory: &Memory) -> Result<Planned, String> {
        let gives = if operation.moves_roles() { self.gives.clone() } else { Vec::new() };
        let assignment = self.assignment(&gives);
        let topology = &self.version.bound.topology;
        let earlier = earlier(operation, topology, memory);
        let gone = topology.site_ids().filter(|site| assignment.role(*site) == Role::Lost);
        let gone: BTreeSet<Name> = gone.map(|site| topology.site(site).name.clone()).collect();
        if let Some(door) = &mut self.door {
            door.guard.leave_alone(gone);
            door.guard.know(&self.ours);
        }
        let door = self.door.take().expect("nothing runs");
        let mut transport = SimTransport::new(door, self.now, Pace::Instant, Mailbox::new());
        let mut diagnostics = Diagnostics::new();
        let request = Request {
            operation: operation.clone(),
            assignment,
            earlier,
            memory,
            key: KEY,
            targets: Vec::new(),
            sites: Vec::new(),
            replace: Vec::new(),
            adopt: None,
            accepts_loss: false,
            lifetime: HOUR_MILLISECONDS,
            simulated: true,
            now_text: "2026-01-01T00:00:00Z",
        };
        let bound = &self.version.bound;
        let planned = pipeline::plan(bound, &request, &mut transport, &mut diagnostics);
        self.now = transport.now();
        self.door = Some(transport.into_simulator());
        planned.ok_or_else(|| text::render(&diagnostics, &self.version.sources, text::Style::default()))
    }
}
