//! Observing: reads places in bulk, all at once, and knows at the end what it could not see.
//!
//! [`Observe`] is a state machine like the executor: answers and the time go in, calls come out. A place that does not
//! answer becomes unknown, never absent, and keeps nobody waiting.

mod contact;
mod task;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use relight_contract::{
    Action, Answer, DataKind, Fault, FaultKind, Interest, Kind, Listing, Live, Milliseconds, Name, Object,
    Place, Registry, Request,
};

use super::mailbox::Arrival;
use super::transport::Transport;
use crate::diff::{Interests, Survey};
use crate::run::{LimitKey, Limits, Ticket, back_off};
use contact::Contact;
use task::{Subject, Task};

/// The most calls under way at once.
const MOST_IN_FLIGHT: usize = 64;

/// How long one call may take, in milliseconds.
const CALL_MILLISECONDS: u64 = 15_000;

/// When an object that cannot be seen is looked for again, in milliseconds: reads lag behind writes by seconds.
const LOOK_AGAIN: [u64; 2] = [2_000, 6_000];

/// How often a call is made again.
const MOST_TRIES: u32 = 8;

/// Everything that is to be read.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Kinds to list, each in a place.
    pub lists: Vec<(Arc<Place>, &'static Kind)>,
    /// Parents that the spec names, by place and kind of the child: they need not be ours. Of the others only those
    /// with an owner tag are listed under, where the parent's kind can carry one.
    pub parents: BTreeMap<(Name, &'static str), BTreeSet<Name>>,
    /// What of each list counts.
    pub interests: Interests,
    /// Objects that memory or an import knows by their native ids, for what a list does not show, or not yet: read one
    /// by one, some times over, before they count as absent.
    pub reads: Vec<(Arc<Place>, &'static Kind, Name)>,
    /// Data sources to ask.
    pub data: Vec<LookUp>,
}

/// One question to a data source.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// Where.
    pub place: Arc<Place>,
    /// Which.
    pub data: &'static DataKind,
    /// Its arguments; no holes.
    pub arguments: Object,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The objects by place and kind, or why they are not known.
    pub survey: Survey,
    /// The answers of data sources, in the order of the questions.
    pub data: Vec<Result<Object, Fault>>,
    /// Places that could not be reached, with the reason.
    pub unreachable: BTreeMap<Name, Name>,
    /// Whether somebody asked to stop before the end.
    pub interrupted: bool,
}

/// Reads everything that is wanted.
pub fn observe(transport: &mut dyn Transport, registry: &Registry, wanted: &Wanted) -> Observed {
    let observed = read(transport, registry, wanted);
    // What a silent place may still say is too late.
    transport.abandon();
    observed
}

fn read(transport: &mut dyn Transport, registry: &Registry, wanted: &Wanted) -> Observed {
    let mut observe = Observe::new(registry, wanted, transport.now());
    loop {
        let now = transport.now();
        for (ticket, request) in observe.calls(now) {
            transport.submit(ticket, request, now + CALL_MILLISECONDS);
        }
        if observe.is_done() {
            return observe.finish();
        }
        match transport.wait(observe.wake_at(now)) {
            Arrival::Answered(ticket, answer) => observe.answered(ticket, answer, transport.now()),
            // Nobody asks anything outside the clouds before a run.
            Arrival::Tick | Arrival::Told(..) => observe.tick(transport.now()),
            Arrival::Interrupted => return observe.interrupted(),
        }
    }
}

/// A kind in a place.
type Listed = (Arc<Place>, &'static Kind);

/// The state machine.
pub struct Observe {
    observed: Observed,
    /// What is still to be asked, by when.
    waiting: BTreeSet<(Milliseconds, u64)>,
    tasks: BTreeMap<u64, Task>,
    /// The calls that left, with their tasks; a task that is asked again has two.
    in_flight: BTreeMap<Ticket, (u64, Name, LimitKey)>,
    /// The tasks whose answers tell nothing of their places.
    apart: BTreeSet<u64>,
    places: BTreeMap<Name, Contact>,
    /// Kinds that are listed under another one, by place and parent.
    children: BTreeMap<(Name, Name), Vec<Listed>>,
    interests: Interests,
    /// Parents whose children are being listed: place, kind of the children, parent.
    begun: BTreeSet<(Name, &'static str, Name)>,
    limits: Limits,
    next: u64,
}

impl Observe {
    /// An observation that begins at `now`. Parents of what is listed under them are listed too.
    pub fn new(registry: &Registry, wanted: &Wanted, now: Milliseconds) -> Observe {
        let mut observe = Observe {
            observed: Observed::default(),
            waiting: BTreeSet::new(),
            tasks: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            apart: BTreeSet::new(),
            places: BTreeMap::new(),
            children: BTreeMap::new(),
            interests: wanted.interests.clone(),
            begun: BTreeSet::new(),
            limits: Limits::new(MOST_IN_FLIGHT),
            next: 0,
        };
        let mut queue: VecDeque<Listed> = wanted.lists.iter().cloned().collect();
        let mut known = BTreeSet::new();
        while let Some((place, kind)) = queue.pop_front() {
            if !known.insert((place.name.clone(), kind.name)) {
                continue;
            }
            observe.observed.survey.listed.insert((place.name.clone(), kind.name), Ok(Vec::new()));
            match kind.listing {
                Listing::All { .. } => {
                    let subject = observe.first_page(&place, kind, None);
                    observe.add(Task::new(place, subject), now);
                }
                Listing::Under { kind: parent, .. } => {
                    let key = (place.name.clone(), Name::from(parent));
                    observe.children.entry(key).or_default().push((Arc::clone(&place), kind));
                    match registry.kind(parent) {
                        Some(parent) => queue.push_back((place, parent)),
                        None => observe.lose(&place.name, kind, format!("`{parent}` is not a known kind")),
                    }
                }
            }
        }
        for ((place, kind), parents) in &wanted.parents {
            let known =
                wanted.lists.iter().find(|(other, known)| other.name == *place && known.name == *kind);
            let Some((place, kind)) = known else { continue };
            for under in parents {
                if observe.begun.insert((place.name.clone(), kind.name, under.clone())) {
                    let subject = observe.first_page(place, kind, Some(under.clone()));
                    observe.add(Task::new(Arc::clone(place), subject), now);
                }
            }
        }
        for (place, kind, native_id) in &wanted.reads {
            let subject = Subject::Read { kind, native_id: native_id.clone(), turn: 0 };
            observe.observed.survey.listed.entry((place.name.clone(), kind.name)).or_insert(Ok(Vec::new()));
            observe.add(Task::new(Arc::clone(place), subject), now);
        }
        for (position, question) in wanted.data.iter().enumerate() {
            let missing = Fault::new(FaultKind::Unreachable, "not asked");
            observe.observed.data.push(Err(missing));
            let (data, arguments) = (question.data, question.arguments.clone());
            let subject = Subject::Data { position, data, arguments };
            observe.add(Task::new(Arc::clone(&question.place), subject), now);
        }
        observe
    }

    /// The calls that may leave now.
    pub fn calls(&mut self, now: Milliseconds) -> Vec<(Ticket, Request)> {
        let mut calls = Vec::new();
        let due: Vec<(Milliseconds, u64)> =
            self.waiting.iter().take_while(|(at, _)| *at <= now).copied().collect();
        for (at, id) in due {
            let Some(task) = self.tasks.get(&id) else {
                // Answered meanwhile.
                self.waiting.remove(&(at, id));
                continue;
            };
            let contact = self.places.entry(task.place.name.clone()).or_default();
            if !contact.is_open() {
                continue;
            }
            let key = task.limit();
            if !self.limits.has_room() {
                break;
            }
            if !self.limits.is_open(&key) {
                continue;
            }
            self.waiting.remove(&(at, id));
            self.limits.leave(&key);
            if task.reaches_place() {
                contact.left(now);
            }
            let ticket = Ticket(self.next);
            self.next += 1;
            self.in_flight.insert(ticket, (id, task.place.name.clone(), key));
            calls.push((ticket, Request { place: Arc::clone(&task.place), action: task.action() }));
        }
        calls
    }

    /// Takes in the answer of a call.
    pub fn answered(&mut self, ticket: Ticket, answer: Result<Answer, Fault>, now: Milliseconds) {
        // A place that was given up took its calls with it.
        let Some((id, place, key)) = self.in_flight.remove(&ticket) else { return };
        let throttled = matches!(&answer, Err(fault) if fault.kind == FaultKind::Throttled);
        self.limits.back(&key, throttled);
        match &answer {
            _ if self.apart.contains(&id) => {}
            Err(fault) if is_silence(fault) => {
                self.places.entry(place).or_default().failed(now, &fault.message);
            }
            // A refusal is a sign of life.
            _ => self.places.entry(place).or_default().answered(),
        }
        // What was asked twice is answered once.
        if let Some(task) = self.tasks.remove(&id) {
            match answer {
                Ok(answer) => self.take(task, answer, now),
                Err(fault) => self.failed(task, fault, now),
            }
        }
        self.tick(now);
    }

    /// Gives up places that have been silent for too long, and asks others once more.
    pub fn tick(&mut self, now: Milliseconds) {
        let mut over = Vec::new();
        for (name, contact) in &mut self.places {
            if self.observed.unreachable.contains_key(name) {
                continue;
            }
            if contact.over_at().is_some_and(|at| at <= now) {
                over.push((name.clone(), contact.reason()));
            } else if contact.again_at().is_some_and(|at| at <= now) {
                contact.asked_again();
                let under_way = self.in_flight.values().find(|(_, place, _)| place == name);
                self.waiting.extend(under_way.map(|(id, _, _)| (now, *id)));
            }
        }
        for (place, reason) in over {
            self.give_up(&place, &reason);
            self.observed.unreachable.insert(place, reason);
        }
    }

    /// When to go on if nothing arrives before; `None` when only an answer helps.
    pub fn wake_at(&self, now: Milliseconds) -> Option<Milliseconds> {
        let due = self.waiting.iter().map(|(at, _)| *at).find(|at| *at > now);
        let open = self.places.iter().filter(|(name, _)| !self.observed.unreachable.contains_key(*name));
        let patience = open.flat_map(|(_, contact)| contact.again_at().into_iter().chain(contact.over_at()));
        due.into_iter().chain(patience).min()
    }

    /// Whether nothing is left to be read.
    pub fn is_done(&self) -> bool {
        self.tasks.is_empty()
    }

    /// What was read.
    pub fn finish(mut self) -> Observed {
        for objects in self.observed.survey.listed.values_mut().flatten() {
            objects.sort_by(|a, b| a.native_id.cmp(&b.native_id));
            objects.dedup_by(|a, b| a.native_id == b.native_id);
        }
        self.observed
    }

    fn interrupted(mut self) -> Observed {
        let places: BTreeSet<Name> = self.tasks.values().map(|task| task.place.name.clone()).collect();
        for place in places {
            self.give_up(&place, "the reading was interrupted");
        }
        self.observed.interrupted = true;
        self.observed
    }

    fn first_page(&self, place: &Place, kind: &'static Kind, under: Option<Name>) -> Subject {
        Subject::List { kind, under, page: None, interest: self.interests.of(&place.name, kind) }
    }

    fn add(&mut self, task: Task, at: Milliseconds) {
        self.places.entry(task.place.name.clone()).or_default();
        self.put(task, at);
    }

    fn put(&mut self, task: Task, at: Milliseconds) {
        let id = self.next;
        self.next += 1;
        if !task.reaches_place() {
            self.apart.insert(id);
        }
        self.tasks.insert(id, task);
        self.waiting.insert((at, id));
    }

    fn take(&mut self, task: Task, answer: Answer, now: Milliseconds) {
        match (task.subject.clone(), answer) {
            (Subject::List { kind, under, interest, .. }, Answer::Page { items, next }) => {
                self.list_children(&task.place, kind, &items, now);
                if let Some(Ok(listed)) =
                    self.observed.survey.listed.get_mut(&(task.place.name.clone(), kind.name))
                {
                    listed.extend(items.into_iter().map(Arc::new));
                }
                if next.is_some() {
                    let subject = Subject::List { kind, under, page: next, interest };
                    self.put(Task::new(task.place, subject), now);
                }
            }
            // The parent went while its children were listed.
            (Subject::List { under: Some(_), .. }, Answer::Absent) => {}
            (Subject::Read { kind, .. }, Answer::Object(live)) => {
                let key = (task.place.name.clone(), kind.name);
                if let Some(Ok(listed)) = self.observed.survey.listed.get_mut(&key) {
                    listed.push(Arc::new(live));
                }
            }
            (Subject::Read { kind, native_id, turn }, Answer::Absent) => {
                self.look_again(task.place, kind, native_id, turn, now);
            }
            (Subject::Read { kind, .. }, _) => {
                let reason = "the provider answered a read with something else".to_owned();
                self.lose(&task.place.name, kind, reason);
            }
            (Subject::List { kind, .. }, _) => {
                self.lose(
                    &task.place.name,
                    kind,
                    "the provider answered a list with something else".to_owned(),
                );
            }
            (Subject::Data { position, .. }, Answer::Data(object)) => self.answer(position, Ok(object)),
            (Subject::Data { position, .. }, _) => {
                let text = "the provider answered a data source with something else";
                self.answer(position, Err(Fault::new(FaultKind::Internal, text)));
            }
        }
    }

    fn look_again(
        &mut self,
        place: Arc<Place>,
        kind: &'static Kind,
        native_id: Name,
        turn: usize,
        now: Milliseconds,
    ) {
        if let Some(pause) = LOOK_AGAIN.get(turn) {
            let subject = Subject::Read { kind, native_id, turn: turn + 1 };
            self.put(Task::new(place, subject), now + pause);
        }
    }

    fn answer(&mut self, position: usize, answer: Result<Object, Fault>) {
        if let Some(slot) = self.observed.data.get_mut(position) {
            *slot = answer;
        }
    }

    /// Lists what stands under these objects.
    fn list_children(
        &mut self,
        place: &Arc<Place>,
        parent: &'static Kind,
        items: &[Live],
        now: Milliseconds,
    ) {
        let children = self.children.get(&(place.name.clone(), parent.name.into())).cloned();
        for (place, kind) in children.unwrap_or_default() {
            let Listing::Under { attribute, .. } = kind.listing else { continue };
            let refers = kind.field(attribute).and_then(|field| field.refers);
            let named = refers.map_or("id", |refers| refers.attribute);
            for item in items.iter().filter(|item| parent.tags.is_none() || item.owner.is_some()) {
                let value = item.get(named).and_then(|value| value.as_str());
                let under = value.map_or_else(|| item.native_id.clone(), Name::from);
                if !self.begun.insert((place.name.clone(), kind.name, under.clone())) {
                    continue;
                }
                let subject = self.first_page(&place, kind, Some(under));
                self.put(Task::new(Arc::clone(&place), subject), now);
            }
        }
    }

    fn failed(&mut self, mut task: Task, fault: Fault, now: Milliseconds) {
        let transient = is_silence(&fault) || fault.kind.is_transient();
        if transient && task.tries < MOST_TRIES {
            task.tries += 1;
            let pause = back_off(300, task.tries, &task.name());
            return self.put(task, now + pause);
        }
        match task.subject {
            // The parent went while its children were listed.
            Subject::List { under: Some(_), .. } if fault.kind == FaultKind::NotFound => {}
            Subject::Read { kind, native_id, turn } if fault.kind == FaultKind::NotFound => {
                self.look_again(task.place, kind, native_id, turn, now);
            }
            Subject::List { kind, .. } | Subject::Read { kind, .. } => {
                self.lose(&task.place.name, kind, fault.to_string());
                if !transient {
                    self.observed.survey.refused.entry(task.place.name.clone()).or_insert(fault);
                }
            }
            Subject::Data { position, .. } => self.answer(position, Err(fault)),
        }
    }

    /// A kind of a place is not known, and neither is what stands under it.
    fn lose(&mut self, place: &Name, kind: &'static Kind, reason: String) {
        let mut lost = vec![(kind, Name::from(reason))];
        while let Some((kind, reason)) = lost.pop() {
            self.observed.survey.listed.insert((place.clone(), kind.name), Err(reason.clone()));
            for (_, child) in self.children.get(&(place.clone(), kind.name.into())).into_iter().flatten() {
                lost.push((child, format!("{} is not known: {reason}", kind.name).into()));
            }
        }
    }

    /// A place does not answer: all that is not read of it yet is unknown. What was read to the end stays known.
    fn give_up(&mut self, place: &Name, reason: &str) {
        let (gone, kept) = std::mem::take(&mut self.tasks)
            .into_iter()
            .partition::<BTreeMap<u64, Task>, _>(|(_, task)| task.place.name == *place);
        self.tasks = kept;
        self.waiting.retain(|(_, id)| !gone.contains_key(id));
        // Their calls may still be under way, but nobody waits for them.
        for (_, (_, _, key)) in self.in_flight.extract_if(.., |_, (_, other, _)| other == place) {
            self.limits.back(&key, false);
        }
        for task in gone.into_values() {
            match task.subject {
                Subject::List { kind, .. } | Subject::Read { kind, .. } => {
                    self.lose(place, kind, reason.to_string());
                }
                Subject::Data { position, .. } => {
                    self.answer(position, Err(Fault::new(FaultKind::Unreachable, reason.to_string())));
                }
            }
        }
    }
}

/// Whether a fault says that nobody is there.
fn is_silence(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Unreachable | FaultKind::Ambiguous)
}
