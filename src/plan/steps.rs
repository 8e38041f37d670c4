//! Changes to steps, and what each step follows.

use std::collections::{BTreeSet, HashMap};

use relight_contract::Address;

use super::guards;
use super::model::{Action, Verb};
use super::safe::{self, Moving};
use crate::desired::{Dependency, Desired, InstanceId, JoinId};
use crate::diff::{Change, Changes, each_reference};

/// How many steps a step names one by one; more are gathered by a step that does nothing else.
pub(super) const GATHER: usize = 16;

/// A step before its position is known.
#[derive(Debug)]
pub(super) struct Draft {
    /// The change that it is part of; what only gathers, and a guard, take that of a neighbour.
    pub(super) change: usize,
    pub(super) part: Part,
    pub(super) after: Vec<u32>,
}

/// What a step does for its change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Create,
    Update,
    /// Its writers are cut.
    Fence,
    /// Until a replica has everything that its source has.
    Await,
    /// A replica becomes a source of its own. One way.
    Promote,
    /// A source becomes a replica of another.
    Demote,
    /// A source is put aside under another name, to make room for a replica.
    Retire,
    /// The guard against deletion is switched off.
    Unguard,
    Delete,
    /// The old object of a replacement.
    DeleteOld,
    Claim,
    /// It tells the role of its site from now on.
    Mark,
    /// An adoption that nothing but memory learns of.
    Remember,
    Forget,
    Gather,
    /// A probe, gate or hook.
    Guard {
        /// Its position among those that take part.
        position: usize,
        verb: Verb,
    },
}

impl Part {
    pub(super) fn verb(self) -> Verb {
        match self {
            Part::Create => Verb::Create,
            Part::Fence => Verb::Fence,
            Part::Promote => Verb::Promote,
            Part::Demote => Verb::Demote,
            Part::Retire => Verb::Retire,
            Part::Update | Part::Unguard | Part::Claim | Part::Mark | Part::Remember => Verb::Update,
            Part::Delete | Part::DeleteOld | Part::Forget => Verb::Delete,
            Part::Gather | Part::Await => Verb::Wait,
            Part::Guard { verb, .. } => verb,
        }
    }
}

/// All steps of all changes.
pub(super) struct Drafts<'a> {
    pub(super) desired: &'a Desired,
    pub(super) changes: &'a Changes,
    /// The change of roles, where there is one.
    pub(super) moving: Option<Moving>,
    pub(super) all: Vec<Draft>,
    /// The step that what depends on an instance waits for.
    main: Steps,
    /// The step that deletes an instance's object.
    end: Steps,
    /// The step that deletes what a replacement leaves, once nothing refers to it any more.
    old: Steps,
    /// Changes that are carried out although a hole might fill with what is there: nobody can tell in time.
    pub(super) sure: BTreeSet<usize>,
}

/// One step of each instance that has it, in the order of instances.
#[derive(Debug, Default)]
struct Steps {
    /// By instance, as far as the last one that has a step.
    steps: Vec<Option<u32>>,
}

impl Steps {
    fn insert(&mut self, id: InstanceId, step: u32) {
        let position = id as usize;
        if self.steps.len() <= position {
            self.steps.resize(position + 1, None);
        }
        self.steps[position] = Some(step);
    }

    fn get(&self, id: InstanceId) -> Option<u32> {
        *self.steps.get(id as usize)?
    }

    fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    fn all(&self) -> Vec<(InstanceId, u32)> {
        (0..).zip(&self.steps).filter_map(|(id, step)| Some((id, (*step)?))).collect()
    }
}

/// Which steps of an instance a walk looks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Look {
    Main,
    /// Of those only what makes an object.
    Made,
    End,
    Old,
}

impl<'a> Drafts<'a> {
    /// All steps of all changes, each with what it follows. Where roles move, so that no data is lost.
    pub(super) fn new(desired: &'a Desired, changes: &'a Changes, moving: Option<Moving>) -> Drafts<'a> {
        let mut drafts = Drafts {
            desired,
            changes,
            moving,
            all: Vec::new(),
            main: Steps::default(),
            end: Steps::default(),
            old: Steps::default(),
            sure: BTreeSet::new(),
        };
        for (index, change) in changes.changes.iter().enumerate() {
            if change.is_done() {
                drafts.change(index, change);
            }
        }
        drafts.forwards();
        drafts.decisions();
        drafts.backwards();
        drafts.references();
        drafts.names();
        let sorts = safe::order(&mut drafts);
        guards::add(&mut drafts, &sorts);
        for draft in &mut drafts.all {
            draft.after.sort_unstable();
            draft.after.dedup();
        }
        drafts
    }

    pub(super) fn add(&mut self, change: usize, part: Part, after: Vec<u32>) -> u32 {
        self.all.push(Draft { change, part, after });
        u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
    }

    fn change(&mut self, index: usize, change: &Change) {
        let mut before = Vec::new();
        if change.mark.is_some() {
            self.add(index, Part::Mark, Vec::new());
        }
        if change.claim.is_some() {
            before.push(self.add(index, Part::Claim, Vec::new()));
        }
        let main = match change.action {
            Action::Create => Some(self.add(index, Part::Create, before)),
            // Nothing waits for it but what the order of roles lets wait.
            Action::Update if change.fences => {
                self.add(index, Part::Fence, before);
                None
            }
            Action::Update if change.retires() => {
                let retire = self.add(index, Part::Retire, std::mem::take(&mut before));
                Some(self.add(index, Part::Create, vec![retire]))
            }
            Action::Update | Action::Adopt if !change.fields.is_empty() => {
                if change.demotes().is_some() {
                    let demote = self.add(index, Part::Demote, std::mem::take(&mut before));
                    before.push(demote);
                }
                if change.promotes().is_some() {
                    let awaits = self.moving.as_ref().is_some_and(|moving| moving.awaits);
                    // Where the cloud changes both roles at once, it waits itself.
                    if awaits && change.kind.lag().is_some() && !change.kind.switches() {
                        let waits = self.add(index, Part::Await, std::mem::take(&mut before));
                        before.push(waits);
                    }
                    let promote = self.add(index, Part::Promote, std::mem::take(&mut before));
                    before.push(promote);
                }
                match change.updates().next() {
                    Some(_) => Some(self.add(index, Part::Update, before)),
                    None => before.first().copied(),
                }
            }
            Action::Adopt if before.is_empty() => Some(self.add(index, Part::Remember, before)),
            Action::Update | Action::Adopt | Action::Keep => before.first().copied(),
            Action::Replace if change.create_first => {
                let create = self.add(index, Part::Create, before);
                let old = self.end_of(index, change, Part::DeleteOld, vec![create]);
                if let Some(id) = change.instance {
                    self.old.insert(id, old);
                }
                Some(create)
            }
            Action::Replace => {
                let end = self.end_of(index, change, Part::DeleteOld, before);
                if let Some(id) = change.instance {
                    self.end.insert(id, end);
                }
                Some(self.add(index, Part::Create, vec![end]))
            }
            Action::Delete => {
                let end = self.end_of(index, change, Part::Delete, before);
                if let Some(id) = change.instance {
                    self.end.insert(id, end);
                }
                None
            }
            Action::Forget => {
                self.add(index, Part::Forget, before);
                None
            }
        };
        if let (Some(id), Some(main)) = (change.instance, main) {
            self.main.insert(id, main);
        }
    }

    /// The deletion of an object, behind the step that switches its guard off.
    fn end_of(&mut self, index: usize, change: &Change, part: Part, before: Vec<u32>) -> u32 {
        let before = match change.guards().next() {
            Some(_) => vec![self.add(index, Part::Unguard, before)],
            None => before,
        };
        self.add(index, part, before)
    }

    /// A name is free once the object that has it is gone.
    fn names(&mut self) {
        let mut gone: HashMap<(&str, &str, &str), u32> = HashMap::new();
        let mut waiting = Vec::new();
        for (index, draft) in (0..).zip(&self.all) {
            let change = &self.changes.changes[draft.change];
            match (draft.part, &change.frees) {
                (Part::Delete, _) => {
                    gone.insert((&change.place.name, change.kind.name, &change.native_id), index);
                }
                (Part::Create, Some(frees)) => {
                    waiting.push((index, (&*change.place.name, change.kind.name, &**frees)));
                }
                _ => {}
            }
        }
        let edges: Vec<(u32, u32)> =
            waiting.into_iter().filter_map(|(index, key)| Some((index, *gone.get(&key)?))).collect();
        for (create, end) in edges {
            self.all[create as usize].after.push(end);
        }
    }

    /// What is made or changed follows what it depends on. Where roles move, a size that is known grows beside what is
    /// promoted and changed, and waits only for what is yet to be made.
    fn forwards(&mut self) {
        let mut walk = Walk::new(Look::Main);
        let mut makers = Walk::new(Look::Made);
        for (id, main) in self.main.all() {
            let found = match self.moving.is_some() && self.scales(main) {
                true => makers.behind(self, id),
                false => walk.behind(self, id),
            };
            self.all[main as usize].after.extend(found);
        }
    }

    /// Whether a step changes nothing but a known size.
    fn scales(&self, step: u32) -> bool {
        let draft = &self.all[step as usize];
        let change = &self.changes.changes[draft.change];
        let sizes = change.kind.scalable();
        let mut fields = change.fields.iter();
        draft.part == Part::Update
            && fields.all(|delta| sizes.contains(&delta.field.name) && !delta.after.has_hole())
    }

    /// Whether a replacement is needed at all is found out by its first step, which must follow what fills its holes.
    /// Where that itself waits for the old object to go, nobody can wait to find out.
    fn decisions(&mut self) {
        let reused = self.changes.changes.iter().any(|change| change.frees.is_some());
        let maybe = |(_, end): &(InstanceId, u32)| self.changes.changes[self.all[*end as usize].change].maybe;
        let undecided: Vec<(InstanceId, u32)> = self.end.all().into_iter().filter(maybe).collect();
        if undecided.is_empty() {
            return;
        }
        let above = self.above_ends();
        let mut mains = Walk::new(Look::Main);
        for (id, end) in undecided {
            let index = self.all[end as usize].change;
            if reused || above.get(id as usize) == Some(&true) {
                self.sure.insert(index);
            } else {
                let makers = mains.behind(self, id);
                self.all[end as usize].after.extend(makers);
            }
        }
    }

    /// For each instance, whether anything that it depends on, however far, is deleted first.
    fn above_ends(&self) -> Vec<bool> {
        let mut instances: Vec<bool> = Vec::with_capacity(self.desired.instances.len());
        let mut joins: Vec<bool> = Vec::with_capacity(self.desired.joins.len());
        let one = |instances: &[bool], joins: &[bool], dependency: &Dependency| match dependency {
            Dependency::Instance(id) => {
                self.end.get(*id).is_some() || instances.get(*id as usize) == Some(&true)
            }
            Dependency::Join(join) => joins.get(*join as usize) == Some(&true),
        };
        for instance in &self.desired.instances {
            let last = instance.after.iter().filter_map(|dependency| match dependency {
                Dependency::Join(join) => Some(*join as usize + 1),
                Dependency::Instance(_) => None,
            });
            // A join names only what stands before it, so all of that is known by now.
            for members in self.desired.joins.iter().take(last.max().unwrap_or(0)).skip(joins.len()) {
                let found = members.iter().any(|member| one(&instances, &joins, member));
                joins.push(found);
            }
            let found = instance.after.iter().any(|dependency| one(&instances, &joins, dependency));
            instances.push(found);
        }
        instances
    }

    /// What is deleted follows the deletion of what depends on it; an old object follows the last one that uses it.
    fn backwards(&mut self) {
        let mut ends = Walk::new(Look::End);
        for (id, end) in self.end.all() {
            for below in ends.behind(self, id) {
                self.all[below as usize].after.push(end);
            }
        }
        let mut olds = Walk::new(Look::Old);
        for (id, main) in self.main.all() {
            for below in olds.behind(self, id) {
                self.all[below as usize].after.push(main);
            }
        }
        let mut olds = Walk::new(Look::Old);
        for (id, end) in self.end.all() {
            for below in olds.behind(self, id) {
                self.all[below as usize].after.push(end);
            }
        }
        let mut below = Walk::new(Look::Old);
        for (id, old) in self.old.all() {
            for other in below.behind(self, id) {
                self.all[other as usize].after.push(old);
            }
        }
    }

    /// What goes follows what still refers to it, as the live world and memory tell: so also for what the spec does
    /// not know any more.
    fn references(&mut self) {
        let mut goes: HashMap<(&str, &str, String), u32> = HashMap::new();
        let mut by_address: HashMap<&Address, u32> = HashMap::new();
        let mut users = Vec::new();
        for (index, draft) in self.all.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let change = &self.changes.changes[draft.change];
            let Some(live) = &change.live else { continue };
            match draft.part {
                Part::Delete | Part::DeleteOld => {
                    by_address.insert(&change.address, index);
                    for (name, value) in &live.attributes {
                        if let Some(text) = value.as_str()
                            && let Some(row) = change.kind.field(name)
                        {
                            goes.insert((change.kind.name, row.name, text.to_owned()), index);
                        }
                    }
                    users.push((index, change, live));
                }
                Part::Update => users.push((index, change, live)),
                _ => {}
            }
        }
        let mut edges = Vec::new();
        for (user, change, live) in users {
            let updates = self.all[user as usize].part == Part::Update;
            let wanted_twice = self.changes.changes[self.all[user as usize].change].instance.is_some();
            each_reference(change.kind.fields, live, &mut |kind, attribute, binding, text| {
                // An update need not come first where the cloud does not insist.
                if updates && !binding {
                    return;
                }
                if let Some(target) = goes.get(&(kind, attribute, text.to_owned())) {
                    let both_known = wanted_twice
                        && self.changes.changes[self.all[*target as usize].change].instance.is_some()
                        && !updates;
                    // Between two wanted objects the spec's own order counts: it has no circles.
                    if *target != user && !both_known {
                        edges.push((*target, user));
                    }
                }
            });
            for address in &change.after {
                if let Some(target) = by_address.get(address).filter(|target| **target != user) {
                    edges.push((*target, user));
                }
            }
        }
        for (target, user) in edges {
            self.all[target as usize].after.push(user);
        }
    }

    fn steps(&self, look: Look) -> &Steps {
        match look {
            Look::Main | Look::Made => &self.main,
            Look::End => &self.end,
            Look::Old => &self.old,
        }
    }

    /// The step of the very instance that is depended on.
    fn direct(&self, look: Look, dependency: Dependency) -> Option<u32> {
        match dependency {
            Dependency::Instance(id) => {
                let step = self.steps(look).get(id)?;
                let counts = look != Look::Made || self.all[step as usize].part == Part::Create;
                counts.then_some(step)
            }
            Dependency::Join(_) => None,
        }
    }
}

/// The nearest steps behind dependencies: through instances that have none and through joins, each found once.
struct Walk {
    look: Look,
    known: HashMap<Dependency, Vec<u32>>,
}

impl Walk {
    fn new(look: Look) -> Walk {
        Walk { look, known: HashMap::new() }
    }

    /// The nearest steps behind everything that an instance depends on.
    fn behind(&mut self, drafts: &mut Drafts<'_>, id: InstanceId) -> Vec<u32> {
        let mut found = Vec::new();
        if drafts.steps(self.look).is_empty() {
            return found;
        }
        for dependency in &drafts.desired.instance(id).after {
            match drafts.direct(self.look, *dependency) {
                Some(step) => found.push(step),
                None => found.extend_from_slice(self.nearest(drafts, *dependency)),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn nearest(&mut self, drafts: &mut Drafts<'_>, dependency: Dependency) -> &[u32] {
        let mut waiting = vec![dependency];
        while let Some(&next) = waiting.last() {
            if self.known.contains_key(&next) {
                waiting.pop();
                continue;
            }
            if let Some(step) = drafts.direct(self.look, next) {
                self.known.insert(next, vec![step]);
                waiting.pop();
                continue;
            }
            let inner = members(drafts.desired, next);
            let open: Vec<Dependency> =
                inner.iter().filter(|inner| !self.known.contains_key(inner)).copied().collect();
            if open.is_empty() {
                let found = self.gather(drafts, inner);
                self.known.insert(next, found);
                waiting.pop();
            } else {
                waiting.extend(open);
            }
        }
        self.known.get(&dependency).map_or(&[], Vec::as_slice)
    }

    fn gather(&self, drafts: &mut Drafts<'_>, inner: &[Dependency]) -> Vec<u32> {
        let mut found: Vec<u32> =
            inner.iter().filter_map(|inner| self.known.get(inner)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        if found.len() <= GATHER {
            return found;
        }
        let change = found.last().map_or(0, |last| drafts.all[*last as usize].change);
        match self.look {
            Look::Main | Look::Made => vec![drafts.add(change, Part::Gather, found)],
            Look::End | Look::Old => {
                // Turned round: what is gathered waits, and whoever comes first is what the gathering waits for.
                let gather = drafts.add(change, Part::Gather, Vec::new());
                for step in found {
                    drafts.all[step as usize].after.push(gather);
                }
                vec![gather]
            }
        }
    }
}

fn members(desired: &Desired, dependency: Dependency) -> &[Dependency] {
    match dependency {
        Dependency::Instance(id) => &desired.instance(id).after,
        Dependency::Join(join) => join_members(desired, join),
    }
}

fn join_members(desired: &Desired, join: JoinId) -> &[Dependency] {
    desired.joins.get(join as usize).map_or(&[], Vec::as_slice)
}
