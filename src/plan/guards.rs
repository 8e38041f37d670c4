//! Probes, gates and hooks as steps: which of them a plan has, what they follow, and what follows them.
//!
//! Where roles move: gates, then fences, promotions, consumers, the probes of a site's own endpoints, traffic, and the probes of
//! what traffic reaches then.

use std::collections::BTreeSet;

use relight_contract::{Address, Name, Object, Value};
use serde_json::Value as Json;

use super::model::{ApproveAsk, Ask, ProbeWay, RunAsk, Step, StepId, Verb, VerifyAsk};
use super::safe::{Sort, behind, followers};
use super::steps::{Draft, Drafts, Part};
use crate::desired::{DesiredGuard, InstanceId};
use crate::diff::Guarded;
use crate::diff::guards::makers;
use crate::spec::GuardKind;

/// How often a probe asks, how long one answer may take, and how long it may take until something is up, in seconds.
const INTERVAL_SECONDS: u64 = 5;
const ANSWER_SECONDS: u64 = 10;
const WITHIN_SECONDS: u64 = 300;

/// How long a hook may take, in seconds.
const HOOK_SECONDS: u64 = 600;

/// How long a hook is taken to take, in seconds: nobody knows what it does.
const HOOK_GUESS: (u32, u32) = (5, 30);

/// How long it takes, in seconds, until something that was made ready answers: a load balancer asks its targets twice
/// before it sends anything there. Source: Elastic Load Balancing, "Health checks for target groups".
const UP_GUESS: (u64, u64) = (10, 60);

/// Adds the steps of the guards that take part. `sorts` tells what the others are; it is empty where no roles move.
pub(super) fn add(drafts: &mut Drafts<'_>, sorts: &[Sort]) {
    let acting: Vec<u32> =
        (0..).zip(&drafts.all).filter(|(_, draft)| acts(draft)).map(|(id, _)| id).collect();
    // Where nothing else is done, there is nothing to ask about.
    let Some(neighbour) = acting.first().map(|id| drafts.all[*id as usize].change) else { return };
    let mut adder = Adder { drafts, acting, sorts, steps: Vec::new() };
    adder.admit(neighbour);
    for index in 0..adder.steps.len() {
        adder.explicit(index);
    }
    match sorts.is_empty() {
        true => adder.beside(),
        false => adder.between(),
    }
}

/// Whether a step does anything but keep books.
fn acts(draft: &Draft) -> bool {
    !matches!(draft.part, Part::Mark | Part::Remember | Part::Forget | Part::Gather | Part::Guard { .. })
}

/// Whether a step cannot be undone.
fn is_one_way(part: Part) -> bool {
    matches!(part, Part::Promote | Part::Delete | Part::DeleteOld)
}

struct Adder<'d, 'a> {
    drafts: &'d mut Drafts<'a>,
    /// The steps that do something.
    acting: Vec<u32>,
    sorts: &'d [Sort],
    /// The guards that have a step, with it.
    steps: Vec<(usize, u32)>,
}

impl<'a> Adder<'_, 'a> {
    fn guarded(&self, position: usize) -> (&'a Guarded, &'a DesiredGuard) {
        let guarded = &self.drafts.changes.guards[position];
        (guarded, &self.drafts.desired.guards[guarded.guard])
    }

    /// The steps of the guards that have any part in the plan: a gate only where something stands behind it.
    fn admit(&mut self, neighbour: usize) {
        let count = self.drafts.changes.guards.len();
        let moves = !self.sorts.is_empty();
        let mut found = BTreeSet::new();
        loop {
            let before = found.len();
            for position in 0..count {
                let (_, guard) = self.guarded(position);
                let takes_part = match guard.kind {
                    GuardKind::Gate => {
                        let guards = || guard.before.guards.iter().any(|other| found.contains(other));
                        let waits = |id: &u32| self.acting.binary_search(id).is_ok();
                        self.waiting(guard).iter().any(waits) || guards()
                    }
                    GuardKind::Probe | GuardKind::Hook => moves || self.acting_in(guard).next().is_some(),
                };
                if takes_part {
                    found.insert(self.guarded(position).0.guard);
                }
            }
            if found.len() == before {
                break;
            }
        }
        for position in 0..count {
            let (guarded, guard) = self.guarded(position);
            if found.contains(&guarded.guard) {
                let part = Part::Guard { position, verb: verb(guard.kind) };
                let step = self.drafts.add(neighbour, part, Vec::new());
                self.steps.push((position, step));
            }
        }
    }

    /// What a guard stands before: the steps of what it names; of a gate that names nothing, what cannot be undone.
    fn waiting(&self, guard: &DesiredGuard) -> Vec<u32> {
        if guard.kind != GuardKind::Gate || guard.before != Default::default() {
            return self.steps_of(&guard.before.instances);
        }
        self.acting_in(guard).filter(|id| is_one_way(self.drafts.all[*id as usize].part)).collect()
    }

    /// The steps of instances, what keeps books about them included.
    fn steps_of(&self, instances: &[InstanceId]) -> Vec<u32> {
        let is_one = |(_, draft): &(u32, &Draft)| {
            let instance = self.drafts.changes.changes[draft.change].instance;
            !matches!(draft.part, Part::Gather | Part::Guard { .. })
                && instance.is_some_and(|instance| instances.binary_search(&instance).is_ok())
        };
        (0..).zip(&self.drafts.all).filter(is_one).map(|(id, _)| id).collect()
    }

    /// The steps in the site of a guard; all of them for one that is the same for all.
    fn acting_in<'s>(&'s self, guard: &'s DesiredGuard) -> impl Iterator<Item = u32> + 's {
        self.acting.iter().copied().filter(|id| self.is_in(*id, guard))
    }

    fn is_in(&self, step: u32, guard: &DesiredGuard) -> bool {
        let address = &self.drafts.changes.changes[self.drafts.all[step as usize].change].address;
        guard.site.is_none() || address.site == guard.address.site
    }

    /// What the spec says itself, and what fills the holes of a question.
    fn explicit(&mut self, index: usize) {
        let (position, step) = self.steps[index];
        let (guarded, guard) = self.guarded(position);
        let others = |list: &[usize]| -> Vec<u32> {
            let is_one = |(position, _): &&(usize, u32)| list.contains(&self.guarded(*position).0.guard);
            self.steps.iter().filter(is_one).map(|(_, step)| *step).collect()
        };
        let mut first = self.steps_of(&guard.after.instances);
        first.extend(others(&guard.after.guards));
        let mut then = self.waiting(guard);
        then.extend(others(&guard.before.guards));
        let makers: BTreeSet<Address> =
            guarded.settings.iter().flat_map(|(_, value)| makers(self.drafts.desired, value)).collect();
        let makes = |id: &u32| {
            let change = &self.drafts.changes.changes[self.drafts.all[*id as usize].change];
            makers.contains(&change.address)
        };
        first.extend(self.acting.iter().copied().filter(makes));
        self.drafts.all[step as usize].after.extend(first);
        for later in then {
            self.drafts.all[later as usize].after.push(step);
        }
    }

    /// Where no roles move, whatever names no place for itself comes last.
    fn beside(&mut self) {
        for (position, step) in self.steps.clone() {
            let (_, guard) = self.guarded(position);
            if guard.kind != GuardKind::Gate && is_free(guard) {
                let all: Vec<u32> = self.acting_in(guard).collect();
                behind(self.drafts, &[step], &all);
            }
        }
    }

    /// Where roles move: a site's own endpoint is up before any traffic comes, and what traffic reaches is asked
    /// afterwards.
    fn between(&mut self) {
        let of = |wanted: &[Sort]| -> Vec<u32> {
            (0..).zip(self.sorts).filter(|(_, sort)| wanted.contains(sort)).map(|(id, _)| id).collect()
        };
        let ready = of(&[Sort::Promotion, Sort::Consumer, Sort::Site, Sort::Name]);
        let traffic = of(&[Sort::Traffic]);
        let (fences, promotions) = (of(&[Sort::Fence]), of(&[Sort::Promotion]));
        let mut own = Vec::new();
        for (position, step) in self.steps.clone() {
            let (guarded, guard) = self.guarded(position);
            let here: Vec<u32> = ready.iter().copied().filter(|id| self.is_in(*id, guard)).collect();
            match guard.kind {
                GuardKind::Probe if !guarded.is_public => {
                    behind(self.drafts, &[step], &here);
                    own.push(step);
                }
                GuardKind::Probe => behind(self.drafts, &[step], &traffic),
                GuardKind::Hook if is_free(guard) => {
                    behind(self.drafts, &[step], &[&here[..], &traffic].concat());
                }
                // Writers are not cut while somebody still thinks.
                GuardKind::Gate => {
                    let later = followers(self.drafts, &[step]);
                    if promotions.iter().any(|id| later.contains(id)) {
                        behind(self.drafts, &fences, &[step]);
                    }
                }
                GuardKind::Hook => {}
            }
        }
        behind(self.drafts, &traffic, &own);
    }
}

/// Whether a guard names nothing that it stands before or after.
fn is_free(guard: &DesiredGuard) -> bool {
    guard.before == Default::default() && guard.after == Default::default()
}

fn verb(kind: GuardKind) -> Verb {
    match kind {
        GuardKind::Probe => Verb::Verify,
        GuardKind::Gate => Verb::Approve,
        GuardKind::Hook => Verb::Run,
    }
}

/// A guard's step. `json` writes values with holes; `doors` are what cannot be undone and waits for it.
pub(super) fn step(
    guarded: &Guarded,
    guard: &DesiredGuard,
    id: StepId,
    after: Vec<StepId>,
    doors: Vec<Address>,
    json: &dyn Fn(&Value) -> Json,
) -> Step {
    let written = Written { settings: &guarded.settings, json };
    let ask = match guard.kind {
        GuardKind::Probe => Ask::Verify(written.verify()),
        GuardKind::Gate => Ask::Approve(written.approve(doors)),
        GuardKind::Hook => Ask::Run(written.run()),
    };
    let why = match (guard.kind, guarded.is_public) {
        (GuardKind::Probe, false) => "it is up before anything goes there",
        (GuardKind::Probe, true) => "it is reached by its name",
        (GuardKind::Gate, _) => "somebody has to say yes",
        (GuardKind::Hook, _) => "the spec asks for it",
    };
    let seconds = match &ask {
        Ask::Verify(ask) => {
            let more = ask.interval.saturating_mul(ask.threshold.saturating_sub(1));
            let most = (UP_GUESS.1 + more).min(ask.within);
            let short = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
            (short((UP_GUESS.0 + more).min(most)), short(most))
        }
        Ask::Run(_) => HOOK_GUESS,
        // How long people take is not a matter of the plan.
        _ => (0, 0),
    };
    Step {
        id,
        verb: verb(guard.kind),
        address: guard.address.clone(),
        kind: guard.address.kind.to_string(),
        place: String::new(),
        after,
        ask,
        why: why.to_owned(),
        one_way: false,
        maybe: false,
        conditions: Vec::new(),
        seconds,
    }
}

/// The addresses of what cannot be undone and follows a step.
pub(super) fn doors(drafts: &Drafts<'_>, step: u32) -> Vec<Address> {
    let behind = followers(drafts, &[step]);
    let doors = behind.iter().map(|id| &drafts.all[*id as usize]).filter(|draft| is_one_way(draft.part));
    let addresses: BTreeSet<Address> =
        doors.map(|draft| drafts.changes.changes[draft.change].address.clone()).collect();
    addresses.into_iter().collect()
}

struct Written<'a> {
    settings: &'a Object,
    json: &'a dyn Fn(&Value) -> Json,
}

impl Written<'_> {
    fn json(&self, name: &str) -> Json {
        self.settings.get(&Name::from(name)).map_or(Json::Null, |value| (self.json)(value))
    }

    fn number(&self, name: &str) -> Option<u64> {
        let number = self.settings.get(&Name::from(name)).and_then(Value::as_i64);
        number.and_then(|number| u64::try_from(number).ok())
    }

    fn verify(&self) -> VerifyAsk {
        let ways = [
            ("http", ProbeWay::Http),
            ("tcp", ProbeWay::Tcp),
            ("dns", ProbeWay::Dns),
            ("command", ProbeWay::Command),
        ];
        let (name, way) = ways
            .into_iter()
            .find(|(name, _)| self.settings.get(&Name::from(*name)).is_some())
            .unwrap_or(("http", ProbeWay::Http));
        VerifyAsk {
            way,
            target: self.json(name),
            expect: self.json("expect"),
            interval: self.number("interval").unwrap_or(INTERVAL_SECONDS).max(1),
            threshold: self.number("threshold").unwrap_or(1).max(1),
            timeout: self.number("timeout").unwrap_or(ANSWER_SECONDS).max(1),
            within: self.number("within").unwrap_or(WITHIN_SECONDS),
        }
    }

    fn approve(&self, doors: Vec<Address>) -> ApproveAsk {
        ApproveAsk {
            message: self.json("message"),
            approvers: self.json("approvers"),
            quorum: self.number("quorum").unwrap_or(1).max(1),
            timeout: self.number("timeout"),
            doors,
        }
    }

    fn run(&self) -> RunAsk {
        let on_failure = self.settings.get(&Name::from("on_failure")).and_then(Value::as_str);
        RunAsk {
            run: self.json("run"),
            env: self.json("env"),
            timeout: self.number("timeout").unwrap_or(HOOK_SECONDS).max(1),
            goes_on: on_failure == Some("continue"),
        }
    }
}
