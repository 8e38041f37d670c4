//! What a plan is valid for, and whether that still holds.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use relight_contract::address::hex;
use relight_contract::{Address, Kind, Live, Milliseconds, Name, Value};
use sha2::{Digest, Sha256};

use super::model::{Basis, Plan};
use crate::desired::{Dependency, InstanceId};
use crate::diff::{Change, Changes, Endangered, Interests, Question};
use crate::memory::{Item, Memory};
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

/// Why a stored plan may not be applied any more; empty when it may. `fresh` is what stands at its addresses now.
///
/// An address of the plan that the fresh basis does not have has changed. Addresses that only the fresh one has do not
/// count: what the plan does is as right as before.
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

/// What the plan is valid for: the spec, the declarations, and every object that it touches or reads. What is held is
/// neither, unless something else reads it.
pub(super) fn basis(question: &Question<'_>, changes: &Changes) -> Basis {
    let desired = question.desired;
    let mut read = Read { instances: vec![false; desired.instances.len()], joins: HashSet::new() };
    let mut gone: BTreeSet<&Address> = BTreeSet::new();
    for change in changes.changes.iter().filter(|change| change.is_done()) {
        match change.instance {
            Some(id) => {
                read.one(id);
                read.behind(question, id);
            }
            // An old object may share its address with the one that takes its place.
            None => match desired.by_address.get(&change.address) {
                Some(id) => read.one(*id),
                None => drop(gone.insert(&change.address)),
            },
        }
    }
    // What could not be read says so, so that a plan made before is not held against its absence.
    for (id, instance) in (0..).zip(&desired.instances) {
        let found = changes.live.get(id as usize).is_some_and(Option::is_some);
        if !found && changes.unknown.contains_key(&instance.place.name) {
            read.one(id);
        }
    }
    let wanted = (0..).zip(&read.instances).filter(|(_, read)| **read);
    let wanted = wanted.map(|(id, _)| (&desired.instance(id).address, Some(id)));
    prints(question, changes, wanted.chain(gone.into_iter().map(|address| (address, None))))
}

/// What stands at some addresses, whatever is to be done there: prints of the same objects are the same, however the
/// question was narrowed. An address that nothing is known of is left out.
pub fn standing<'q>(
    question: &'q Question<'_>,
    changes: &Changes,
    addresses: impl IntoIterator<Item = &'q Address>,
) -> Basis {
    let at = |address| (address, question.desired.by_address.get(address).copied());
    prints(question, changes, addresses.into_iter().map(at))
}

/// The prints of addresses, each with the instance that is wanted there.
fn prints<'q>(
    question: &Question<'_>,
    changes: &Changes,
    at: impl Iterator<Item = (&'q Address, Option<InstanceId>)>,
) -> Basis {
    let prints = Prints { question, changes, interests: OnceCell::new() };
    // Objects that are not wanted any more, and old ones that share an address with those that took their place.
    let mut beside: HashMap<&Address, Vec<String>> = HashMap::new();
    for change in changes.changes.iter().filter(|change| change.instance.is_none()) {
        beside.entry(&change.address).or_default().push(prints.of_change(change));
    }
    let print = |address: &Address, wanted: Option<InstanceId>| {
        let wanted = wanted.map(|id| prints.of_wanted(id));
        match (wanted, beside.get(address)) {
            (Some(print), None) => Some(print),
            (wanted, Some(beside)) => {
                Some(wanted.iter().chain(beside).map(String::as_str).collect::<Vec<_>>().join("+"))
            }
            (None, None) => {
                let item = question.memory.inventory.get(address)?;
                changes.unknown.contains_key(&item.place).then(|| UNKNOWN.to_owned())
            }
        }
    };
    let live = at.filter_map(|(address, id)| Some((address.clone(), print(address, id)?))).collect();
    Basis { spec: spec_hash(question.topology, question.digest), epoch: question.memory.epoch, live }
}

/// Prints of what stands at addresses.
struct Prints<'a> {
    question: &'a Question<'a>,
    changes: &'a Changes,
    /// Found when the first object is printed.
    interests: OnceCell<Interests>,
}

impl Prints<'_> {
    fn of_wanted(&self, id: InstanceId) -> String {
        let instance = self.question.desired.instance(id);
        let found = self.changes.live.get(id as usize).and_then(Option::as_deref);
        match found {
            None if self.changes.unknown.contains_key(&instance.place.name) => UNKNOWN.to_owned(),
            found => self.of(instance.kind, &instance.place.name, &instance.address, found),
        }
    }

    fn of_change(&self, change: &Change) -> String {
        match &change.live {
            // What is forgotten without a look does not depend on what is there.
            None if self.changes.unknown.contains_key(&change.place.name) => UNKNOWN.to_owned(),
            live => self.of(change.kind, &change.place.name, &change.address, live.as_deref()),
        }
    }

    /// The fields count that the plan can depend on: no list need tell more.
    fn of(&self, kind: &'static Kind, place: &str, address: &Address, live: Option<&Live>) -> String {
        if live.is_none() {
            return print_of(kind, None, &|_| false);
        }
        // What memory alone makes of a list may differ from one look to the next; what the spec makes of it does not.
        let interests = self.interests.get_or_init(|| {
            let (question, memory) = (self.question, Memory::default());
            Interests::new(question.topology, question.desired, &memory, &Endangered::Nothing)
        });
        let interest = interests.of(place, kind);
        let item = self.question.memory.inventory.get(address);
        let remembered = |item: &Item, field: &str| item.fields.iter().any(|name| &**name == field);
        print_of(kind, live, &|field| {
            interest.wants(&[field]) || item.is_some_and(|item| remembered(item, field))
        })
    }
}

/// Every instance that changes read, through joins as well; each join is gone through once.
struct Read {
    /// By instance.
    instances: Vec<bool>,
    joins: HashSet<u32>,
}

impl Read {
    fn one(&mut self, id: InstanceId) {
        if let Some(read) = self.instances.get_mut(id as usize) {
            *read = true;
        }
    }

    fn behind(&mut self, question: &Question<'_>, id: InstanceId) {
        let mut waiting = question.desired.instance(id).after.clone();
        while let Some(next) = waiting.pop() {
            match next {
                Dependency::Instance(id) => self.one(id),
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

/// The fingerprint of a live object, of the fields that count without those that move by themselves.
fn print_of(kind: &Kind, live: Option<&Live>, counts: &dyn Fn(&str) -> bool) -> String {
    let Some(live) = live else { return ABSENT.to_owned() };
    let mut hash = Sha256::new();
    hash.update(live.native_id.as_bytes());
    for (name, value) in &live.attributes {
        let steady = kind.field(name).is_some_and(|row| !row.volatile && !row.local);
        if steady && !value.is_null() && counts(name) {
            hash.update([0]);
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(value.to_json().to_string().as_bytes());
        }
    }
    hex(&hash.finalize()[..8])
}
