//! What a plan is valid for, and whether that still holds.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use relight_contract::address::hex;
use relight_contract::{Address, Kind, Live, Milliseconds, Name, Value};
use sha2::{Digest, Sha256};

use super::model::{Basis, Plan};
use crate::desired::{Dependency, InstanceId};
use crate::diff::{Change, Changes, Question};
use crate::topology::Topology;

/// The print of an address without an object.
const ABSENT: &str = "absent";

/// The print of an address whose place could not be read.
const UNKNOWN: &str = "unknown";

/// Why a plan is not valid any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The spec, or a variable of it, is another one.
    Spec,
    /// Roles were declared since.
    Epoch {
        /// The epoch that it was planned in.
        planned: u64,
        /// The present one.
        present: u64,
    },
    /// An object that it touches or reads changed, came or went.
    Live(Address),
    /// An object that it touches or reads cannot be read now.
    Unreadable(Address),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Spec => f.write_str("the spec or one of its variables has changed"),
            Reason::Epoch { planned, present } => {
                write!(f, "roles were declared since: epoch {planned} when planned, {present} now")
            }
            Reason::Live(address) => write!(f, "`{address}` is not as it was when planned"),
            Reason::Unreadable(address) => write!(f, "`{address}` cannot be read now"),
        }
    }
}

/// Why a stored plan may not be applied any more; empty when it may. `fresh` is the basis of the same question asked
/// again now.
///
/// An address that the fresh question does not touch any more has changed: somebody did what was planned, or undid it.
/// Addresses that only the fresh one touches do not count: what the plan does is as right as before.
pub fn stale(plan: &Plan, fresh: &Basis) -> Vec<Reason> {
    let planned = &plan.content.basis;
    let mut reasons = Vec::new();
    if planned.spec != fresh.spec {
        reasons.push(Reason::Spec);
    }
    if planned.epoch != fresh.epoch {
        reasons.push(Reason::Epoch { planned: planned.epoch, present: fresh.epoch });
    }
    for (address, print) in &planned.live {
        match fresh.live.get(address).map(String::as_str) {
            Some(same) if same == print => {}
            // What was not looked at when planning takes no part in the plan.
            _ if print == UNKNOWN => {}
            Some(UNKNOWN) => reasons.push(Reason::Unreadable(address.clone())),
            _ => reasons.push(Reason::Live(address.clone())),
        }
    }
    reasons
}

/// Whether a plan is too old to be applied at `now`, in milliseconds since 1970.
pub fn is_expired(plan: &Plan, now: Milliseconds) -> bool {
    now >= plan.envelope.expires_at
}

/// What the plan is valid for: the spec, the declarations, and every object that it touches or reads.
pub(super) fn basis(question: &Question<'_>, changes: &Changes) -> Basis {
    let mut read = Read::default();
    let mut touched = Vec::with_capacity(changes.changes.len());
    let mut changed = HashSet::with_capacity(changes.changes.len());
    for change in &changes.changes {
        touched.push((change.address.clone(), print_of_change(changes, change)));
        if let Some(id) = change.instance {
            changed.insert(id);
            read.behind(question, id);
        }
    }
    // An old object and the one that took its place share an address. Sorted at once, not one by one into the map.
    touched.sort_by(|a, b| a.0.cmp(&b.0));
    touched.dedup_by(|next, first| {
        let is_same = next.0 == first.0;
        if is_same {
            first.1.push('+');
            first.1.push_str(&next.1);
        }
        is_same
    });
    let mut live: BTreeMap<Address, String> = touched.into_iter().collect();
    // What could not be read says so, so that a plan made before is not held against its absence.
    for (id, instance) in (0..).zip(&question.desired.instances) {
        let found = changes.live.get(id as usize).is_some_and(Option::is_some);
        if !found && changes.unknown.contains_key(&instance.place.name) {
            read.instances.insert(id);
        }
    }
    for id in read.instances.into_iter().filter(|id| !changed.contains(id)) {
        let instance = question.desired.instance(id);
        let found = changes.live.get(id as usize).and_then(Option::as_deref);
        let unknown = found.is_none() && changes.unknown.contains_key(&instance.place.name);
        let print = if unknown { UNKNOWN.to_owned() } else { print_of(instance.kind, found) };
        live.entry(instance.address.clone()).or_insert(print);
    }
    Basis { spec: spec_hash(question.topology, question.digest), epoch: question.memory.epoch, live }
}

fn print_of_change(changes: &Changes, change: &Change) -> String {
    match &change.live {
        // What is forgotten without a look does not depend on what is there.
        None if changes.unknown.contains_key(&change.place.name) => UNKNOWN.to_owned(),
        live => print_of(change.kind, live.as_deref()),
    }
}

/// Every instance that changes read, through joins as well; each join is gone through once.
#[derive(Default)]
struct Read {
    instances: HashSet<InstanceId>,
    joins: HashSet<u32>,
}

impl Read {
    fn behind(&mut self, question: &Question<'_>, id: InstanceId) {
        let mut waiting = question.desired.instance(id).after.clone();
        while let Some(next) = waiting.pop() {
            match next {
                Dependency::Instance(id) => {
                    self.instances.insert(id);
                }
                Dependency::Join(join) if self.joins.insert(join) => {
                    waiting.extend(question.desired.joins.get(join as usize).into_iter().flatten());
                }
                Dependency::Join(_) => {}
            }
        }
    }
}

/// The hash of every file and variable of a spec; `digest` is the keyed digest of secret values.
pub fn spec_hash(topology: &Topology, digest: &dyn Fn(&Value) -> Name) -> String {
    let mut hash = Sha256::new();
    for (path, content) in &topology.spec.files {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(content);
    }
    for (name, (value, sensitive)) in &topology.variables {
        hash.update(name.as_bytes());
        hash.update([0]);
        // A secret counts by its keyed digest: its value leaves no trace that could be guessed at.
        match sensitive {
            true => hash.update(digest(value).as_bytes()),
            false => hash.update(value.to_json().to_string().as_bytes()),
        }
        hash.update([0]);
    }
    hex(&hash.finalize()[..16])
}

/// The fingerprint of a live object, without what moves by itself.
pub fn print_of(kind: &Kind, live: Option<&Live>) -> String {
    let Some(live) = live else { return ABSENT.to_owned() };
    let mut hash = Sha256::new();
    hash.update(live.native_id.as_bytes());
    for (name, value) in &live.attributes {
        let steady = kind.field(name).is_some_and(|row| !row.volatile && !row.own && !row.local);
        if steady && !value.is_null() {
            hash.update([0]);
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(value.to_json().to_string().as_bytes());
        }
    }
    hex(&hash.finalize()[..8])
}
