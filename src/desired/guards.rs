//! Probes, gates and hooks, evaluated: what each asks in each site, and what it stands before and after.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Address, Key, ModulePath, Name, Object, Type, Value};

use super::evaluation::{Evaluation, Silent};
use super::model::{Assignment, InstanceId};
use super::scope::Asker;
use crate::diag::{Diagnostic, Span, codes};
use crate::expr::Failure;
use crate::expr::convert::convert_in;
use crate::spec::{Attribute, GuardKind};
use crate::topology::sites::seconds;
use crate::topology::{Anchor, BlockId, BlockKind, Guard, NodeId, SiteId, Target, Topology, Where};
use crate::topology::{expand, resolve};

/// A probe, gate or hook as it is to be asked in one site.
#[derive(Clone, Debug)]
pub struct DesiredGuard {
    /// Its name in the plan, `probe.web@oregon`: its word stands in the place of a kind.
    pub address: Address,
    /// Which of the three.
    pub kind: GuardKind,
    /// Its site; `None` for one that is the same for all.
    pub site: Option<SiteId>,
    /// The operations that it belongs to; empty for all that move roles.
    pub on: Vec<Name>,
    /// Its attributes, converted, durations in seconds; holes where outputs fill them.
    pub settings: Object,
    /// What waits for it.
    pub before: Anchors,
    /// What it waits for.
    pub after: Anchors,
    /// Why it cannot be asked at all.
    pub blocked: Option<Name>,
    /// Where it is declared.
    pub span: Span,
}

/// What a guard stands before or after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// Instances.
    pub instances: Vec<InstanceId>,
    /// Other guards, by their positions.
    pub guards: Vec<usize>,
}

/// The words of the three, which stand where an object has its kind.
pub fn word(kind: GuardKind) -> &'static str {
    match kind {
        GuardKind::Probe => "probe",
        GuardKind::Gate => "gate",
        GuardKind::Hook => "hook",
    }
}

/// For whom a guard is asked: its position in the topology, its site, and the instance of its module.
struct Turn {
    index: usize,
    site: Option<SiteId>,
    module: usize,
    path: ModulePath,
}

impl Evaluation<'_> {
    /// Every guard, in every site that it is asked in.
    pub(super) fn guards(&mut self) {
        let topology = self.topology;
        if topology.guards.is_empty() {
            return;
        }
        let mut turns = Vec::new();
        for (index, sites) in sites_of(topology).into_iter().enumerate() {
            let node = topology.guards[index].node;
            let sites = sites.map_or(vec![None], |sites| sites.into_iter().map(Some).collect());
            for site in sites {
                for (module, instance) in self.instances_of(node, site).iter().enumerate() {
                    turns.push(Turn { index, site, module, path: instance.path.clone() });
                }
            }
        }
        let mut by_block: BTreeMap<BlockId, Vec<InstanceId>> = BTreeMap::new();
        for (id, instance) in (0..).zip(&self.desired.instances) {
            by_block.entry(instance.block).or_default().push(id);
        }
        for turn in &turns {
            let guard = &topology.guards[turn.index];
            let anchors = |list: &[Anchor]| self.anchors(list, turn, &turns, &by_block);
            let (before, after) = (anchors(&guard.before), anchors(&guard.after));
            let (settings, blocked) = self.settings(guard, turn);
            let written = guard.written(topology);
            let address = Address {
                module: turn.path.clone(),
                site: turn.site.map(|site| topology.site(site).name.clone()),
                ..Address::new(word(written.kind), written.name.name.clone())
            };
            self.desired.guards.push(DesiredGuard {
                address,
                kind: written.kind,
                site: turn.site,
                on: guard.on.clone(),
                settings,
                before,
                after,
                blocked,
                span: written.span,
            });
        }
    }

    /// The attributes of a guard, and why they are not all there.
    fn settings(&mut self, guard: &Guard, turn: &Turn) -> (Object, Option<Name>) {
        let asker = Asker::new(guard.node, turn.site, turn.module);
        let mut settings = Object::new();
        let mut blocked = None;
        for attribute in &guard.written(self.topology).attributes {
            let name = &attribute.name.name;
            if ["before", "after", "on"].contains(&&**name) {
                continue;
            }
            match self.setting(&asker, attribute) {
                Ok(value) => {
                    settings.insert(name.clone(), value);
                }
                // Nobody is kept from deciding because the question cannot be worded.
                Err(failure) if &**name == "message" => {
                    settings.insert(name.clone(), Value::from(untold(&failure)));
                }
                Err(failure) => {
                    blocked.get_or_insert_with(|| Name::from(untold(&failure)));
                    self.tell(failure, turn);
                }
            }
        }
        if let Some(failure) = too_many(&settings, guard.written(self.topology).span) {
            blocked.get_or_insert_with(|| Name::from(untold(&failure)));
            self.tell(failure, turn);
        }
        (settings, blocked)
    }

    fn setting(&self, asker: &Asker, attribute: &Attribute) -> Result<Value, Failure> {
        let span = attribute.value.span;
        let value = self.try_value(asker, &attribute.value).0?;
        let ty = match &*attribute.name.name {
            "command" | "run" | "approvers" => Type::list(Type::String),
            "env" => Type::map(Type::String),
            "quorum" | "threshold" => Type::Number,
            "expect" => return Ok(value),
            _ => Type::String,
        };
        let converted = convert_in(&value, &ty, &self.desired.residuals)
            .map_err(|error| Failure::new(codes::TYPE_MISMATCH, error.to_string(), span))?;
        if !["timeout", "within", "interval"].contains(&&*attribute.name.name) {
            return Ok(converted);
        }
        let seconds = converted.as_str().and_then(seconds).and_then(|seconds| i64::try_from(seconds).ok());
        let wrong = || Failure::new(codes::DURATION_INVALID, "this is not a duration", span);
        seconds.map(Value::from).ok_or_else(wrong)
    }

    /// What is wrong with a guard is wrong with the spec where its roles hold. Elsewhere it only cannot be asked.
    fn tell(&mut self, failure: Failure, turn: &Turn) {
        let peacetime = *self.assignment == Assignment::peacetime(self.topology);
        let serves = turn.site.is_none_or(|site| self.assignment.primaries().contains(&site));
        if peacetime && serves && Silent::of(&failure).is_none() {
            self.diagnostics.push(Diagnostic::from(failure));
        }
    }

    fn anchors(
        &self,
        list: &[Anchor],
        turn: &Turn,
        turns: &[Turn],
        by_block: &BTreeMap<BlockId, Vec<InstanceId>>,
    ) -> Anchors {
        let mut anchors = Anchors::default();
        for anchor in list {
            match anchor {
                Anchor::Guard(index) => {
                    let same = |other: &Turn| {
                        let site = other.site.is_none() || turn.site.is_none() || other.site == turn.site;
                        other.index == *index && site && other.path == turn.path
                    };
                    anchors.guards.extend((0..turns.len()).filter(|position| same(&turns[*position])));
                }
                Anchor::Block { id, at, key } => {
                    self.anchored(*id, *at, key.as_ref(), turn, by_block, &mut anchors.instances);
                }
            }
        }
        anchors.instances.sort_unstable();
        anchors.instances.dedup();
        anchors
    }

    /// The instances of a block, or of everything in a module, that a guard names.
    fn anchored(
        &self,
        id: BlockId,
        at: Where,
        key: Option<&Value>,
        turn: &Turn,
        by_block: &BTreeMap<BlockId, Vec<InstanceId>>,
        found: &mut Vec<InstanceId>,
    ) {
        let topology = self.topology;
        let site = match at {
            Where::Here => turn.site,
            Where::At(site) => Some(site),
            Where::Primary => self.assignment.primaries().first().copied(),
            Where::Any => None,
        };
        let depth = turn.path.steps().len();
        let calls = matches!(topology.block(id).kind, BlockKind::Call(..));
        let is_meant = |own: Option<&Key>| key.is_none_or(|key| own.is_some_and(|own| is_key(own, key)));
        expand(topology, id, &[], true, &mut |block| {
            let only = match &topology.block(block).sites {
                Some(sites) if sites.len() > 1 => site,
                _ => None,
            };
            let all = by_block.get(&block).into_iter().flatten().copied();
            found.extend(all.filter(|instance| {
                let instance = self.desired.instance(*instance);
                let steps = instance.address.module.steps();
                let own = match calls {
                    true => steps.get(depth).and_then(|step| step.key.as_ref()),
                    false => instance.address.key.as_ref(),
                };
                (only.is_none() || instance.site == only)
                    && steps.starts_with(turn.path.steps())
                    && is_meant(own)
            }));
        });
    }
}

fn is_key(own: &Key, key: &Value) -> bool {
    match (own, key.unmarked()) {
        (Key::Text(own), Value::String(key)) => own == key,
        (Key::Index(own), key) => key.as_i64().is_some_and(|key| u64::try_from(key) == Ok(*own)),
        _ => false,
    }
}

/// A gate that wants more people than it names is never opened.
fn too_many(settings: &Object, span: Span) -> Option<Failure> {
    let known = settings.get(&Name::from("approvers"))?.as_items()?;
    let who: BTreeSet<&str> = known.iter().filter_map(Value::as_str).collect();
    let quorum = settings.get(&Name::from("quorum")).and_then(Value::as_i64).unwrap_or(1);
    let all_known = known.iter().all(|one| one.as_str().is_some());
    let never = all_known && usize::try_from(quorum).is_ok_and(|quorum| quorum > who.len());
    let text = format!("`quorum` is {quorum}, and {} may say yes", who.len());
    never.then(|| Failure::new(codes::GATE_INVALID, text, span))
}

fn untold(failure: &Failure) -> String {
    match Silent::of(failure) {
        Some(Silent::Pending) => "it waits for data".to_owned(),
        Some(Silent::Reported) => "what it reads is wrong".to_owned(),
        None => failure.message.clone(),
    }
}

/// For each guard the sites that it is asked in; `None` for one that is the same for all: neither its expressions nor
/// what it stands before and after belong to one site.
fn sites_of(topology: &Topology) -> Vec<Option<BTreeSet<SiteId>>> {
    let mut all: Vec<_> = topology.guards.iter().map(|guard| own_sites(topology, guard)).collect();
    // One that stands before or after another one that has sites has the same.
    for _ in 0..all.len() {
        let mut changed = false;
        for (index, guard) in topology.guards.iter().enumerate() {
            let beside = guard.before.iter().chain(&guard.after).find_map(|anchor| match anchor {
                Anchor::Guard(other) => all[*other].clone(),
                Anchor::Block { .. } => None,
            });
            if let (None, Some(sites)) = (&all[index], beside) {
                all[index] = Some(sites);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    all
}

fn own_sites(topology: &Topology, guard: &Guard) -> Option<BTreeSet<SiteId>> {
    let mut found: Option<BTreeSet<SiteId>> = None;
    let mut narrow = |sites: BTreeSet<SiteId>| {
        found = Some(match found.take() {
            Some(known) => known.intersection(&sites).copied().collect(),
            None => sites,
        });
    };
    if let Some(sites) = called_in(topology, guard.node) {
        narrow(sites);
    }
    for attribute in &guard.written(topology).attributes {
        let whole = ["before", "after"].contains(&&*attribute.name.name);
        resolve::references(
            topology,
            guard.node,
            &attribute.value,
            &mut |_, steps, _, target| match target {
                Ok(Target::Site) => narrow(topology.site_ids().collect()),
                Ok(Target::Block(id, Where::Here)) => expand(topology, id, steps, whole, &mut |block| {
                    // What belongs to exactly one site is the same for everybody.
                    if let Some(sites) = &topology.block(block).sites
                        && sites.len() > 1
                    {
                        narrow(sites.iter().copied().collect());
                    }
                }),
                _ => {}
            },
        );
    }
    found
}

/// The sites that the calls around a module are made in, where they differ from site to site.
fn called_in(topology: &Topology, node: NodeId) -> Option<BTreeSet<SiteId>> {
    let mut node = topology.node(node);
    loop {
        let call = topology.block(node.call?);
        if let Some(sites) = call.sites.as_ref().filter(|sites| sites.len() > 1) {
            return Some(sites.iter().copied().collect());
        }
        node = topology.node(node.parent?);
    }
}
