//! `schema --iam-policy`: the permissions that a spec needs, derived from the tables of its kinds.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Act, Kind, Name, Role};
use serde_json::{Value as Json, json};

use super::super::arguments::{Purpose, SchemaArguments};
use super::super::exit::Exit;
use super::super::problem::Problem;
use super::super::session::Session;
use super::super::{Cli, Outcome};
use super::pretty;
use crate::desired::{Answers, Assignment, desire};
use crate::diag::Diagnostics;
use crate::diff::{Cause, Causes, Earlier, Moves, Operation};
use crate::shell::pipeline::Bound;
use crate::topology::BlockKind;

/// API operations, by provider.
type Calls = BTreeMap<&'static str, BTreeSet<&'static str>>;

pub(super) fn run(purpose: Purpose, options: &SchemaArguments, cli: &mut Cli<'_>) -> Outcome {
    let session = Session::load(cli, &options.values)?;
    let bound = session.bound(cli)?;
    let mut documents: BTreeMap<&str, Json> = BTreeMap::new();
    let purposes = [
        ("apply", Purpose::Apply),
        ("drill", Purpose::Drill),
        ("failover", Purpose::Failover),
        ("plan", Purpose::Plan),
    ];
    for (name, one) in purposes {
        if matches!(purpose, Purpose::All) || purpose == one {
            documents.insert(name, document(bound, &calls(bound, one))?);
        }
    }
    let text = match (purpose, documents.len()) {
        (Purpose::All, _) => pretty(&json!(documents)),
        _ => documents.values().map(pretty).collect(),
    };
    cli.terminal.out(&text);
    Ok(Exit::success())
}

/// The policy of the one cloud that a spec is on, or policies by cloud.
fn document(bound: &Bound, calls: &Calls) -> Result<Json, Problem> {
    let registry = &bound.topology.registry;
    let written = calls.iter().filter_map(|(name, calls)| {
        let policy = registry.provider(name)?.policy?;
        Some(((*name).to_owned(), policy(calls)))
    });
    let written: BTreeMap<String, Json> = written.collect();
    match written.len() {
        0 => Err(Problem::new("no cloud of this spec has policies that relight can write")),
        1 => Ok(written.into_values().next().unwrap_or_default()),
        _ => Ok(json!(written)),
    }
}

fn calls(bound: &Bound, purpose: Purpose) -> Calls {
    let failover = match purpose {
        Purpose::Failover => by_failover(bound),
        _ => Failover::default(),
    };
    let mut calls = Calls::new();
    let registry = &bound.topology.registry;
    for block in &bound.topology.blocks {
        match &block.kind {
            BlockKind::Resource(_, bound) => {
                let of = calls.entry(bound.kind.provider).or_default();
                of.extend(of_kind(bound.kind, purpose, &failover));
                let snapshots = bound.kind.restorable().filter(|_| purpose == Purpose::Drill);
                let snapshots = snapshots.and_then(|restorable| registry.data(restorable.data));
                of.extend(snapshots.into_iter().flat_map(|data| data.calls));
            }
            BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => {
                calls.entry(bound.kind.provider).or_default().extend(bound.kind.calls);
            }
            _ => {}
        }
    }
    calls
}

/// The operations of a kind for a purpose. What is read for a plan is read for everything else too.
fn of_kind(kind: &'static Kind, purpose: Purpose, failover: &Failover) -> BTreeSet<&'static str> {
    let made = failover.made.contains(kind.name);
    let changed = made || failover.changed.contains(kind.name);
    let deleted = failover.deleted.contains(kind.name);
    let steered = !kind.scalable().is_empty() || !kind.shiftable().is_empty();
    let needed = |act: Act| match (purpose, act) {
        (_, Act::List | Act::Read) | (Purpose::All | Purpose::Apply, _) => true,
        (Purpose::Plan, _) => false,
        (Purpose::Drill, _) => kind.is_made_in_a_drill(),
        (Purpose::Failover, Act::Create) => made,
        (Purpose::Failover, Act::Update) => changed || deleted || steered || kind.promotable().is_some(),
        (Purpose::Failover, Act::Delete) => deleted,
        (Purpose::Failover, _) => true,
    };
    let operations = kind.operations.iter().filter(|operation| needed(operation.act));
    let calls = operations.flat_map(|operation| operation.calls).copied();
    calls.chain(kind.details.iter().map(|detail| detail.call)).collect()
}

/// What a failover to some standby, or an evacuation to the other primaries, does, by kind.
#[derive(Default)]
struct Failover {
    made: BTreeSet<Name>,
    changed: BTreeSet<Name>,
    deleted: BTreeSet<Name>,
}

/// The kinds of which a failover to some standby creates, changes or deletes objects. Where a number hangs on data that only the
/// cloud tells, the objects there are not among them: they exist in peacetime too, or not at all.
fn by_failover(bound: &Bound) -> Failover {
    let topology = &bound.topology;
    let wanted = |assignment: &Assignment| {
        let mut unsaid = Diagnostics::new();
        desire(topology, assignment, &Answers::new(), &bound.files, None, &mut unsaid)
    };
    let peacetime = Assignment::peacetime(topology);
    let earlier = [Earlier { desired: wanted(&peacetime), assignment: peacetime.clone() }];
    let operation = Operation::Failover { incident: String::new() };
    let mut found = Failover::default();
    let primaries: Vec<_> =
        topology.site_ids().filter(|site| peacetime.role(*site) == Role::Primary).collect();
    let standbys = topology.site_ids().filter(|site| matches!(peacetime.role(*site), Role::Standby(_)));
    let taken_over = standbys.map(|target| {
        let taken = peacetime.clone().with(target, Role::Primary);
        primaries.iter().fold(taken, |after, lost| after.with(*lost, Role::Lost))
    });
    let left = primaries.iter().filter(|_| primaries.len() > 1);
    let evacuated = left.map(|lost| peacetime.clone().with(*lost, Role::Lost));
    for after in taken_over.chain(evacuated) {
        let desired = wanted(&after);
        let moves = Moves { operation: &operation, assignment: &after, earlier: &earlier };
        let causes = Causes::new(moves, &desired);
        for (id, instance) in (0..).zip(&desired.instances) {
            let kind = || Name::from(instance.kind.name);
            match causes.of(id) {
                Cause::Everything => found.made.insert(kind()),
                Cause::Fields(fields) => !fields.is_empty() && found.changed.insert(kind()),
            };
        }
        let ends = earlier.iter().flat_map(|earlier| &earlier.desired.instances);
        let ends = ends.filter(|instance| !desired.by_address.contains_key(&instance.address));
        let ends = ends.filter(|instance| moves.touches(instance));
        found.deleted.extend(ends.map(|instance| Name::from(instance.kind.name)));
    }
    found
}
