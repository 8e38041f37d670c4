//! The door to the world: it watches every call as it leaves.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use relight::journal::{Entry, Fact};
use relight::plan::{Ask, Plan, StepId};
use relight::shell::transport::Simulator;
use relight_contract::{Action, Address, Answer, Fault, Milliseconds, OwnerId, Request};
use relight_sim::World;

use crate::guard::Guard;

/// The plan of a run and its durable entries.
type Promised = (Arc<Plan>, Vec<Entry>);

/// What a process has promised so far; `None` outside a run.
#[derive(Clone, Default)]
pub struct Promise(pub Rc<RefCell<Option<Promised>>>);

/// What happened, for people: it outlives a panic.
pub type Transcript = Rc<RefCell<String>>;

/// The world behind a door that lets no call through whose start is not durable.
pub struct Door {
    pub world: World,
    pub promise: Promise,
    /// What may not be deleted, by owner.
    pub protected: BTreeMap<OwnerId, Address>,
    /// What holds of roles at every call.
    pub guard: Guard,
    /// What happened, for people.
    pub transcript: Transcript,
}

impl Simulator for Door {
    fn submit(&mut self, now: Milliseconds, request: &Request) -> (Milliseconds, Result<Answer, Fault>) {
        self.guard.check_place(request);
        if request.action.changes_anything() {
            self.guard.check_data(now, request, &self.world);
            self.check_promise(request);
            self.check_protection(now, request);
        }
        let reply = self.world.submit(now, request);
        self.note(now, request, &reply.outcome);
        if request.action.changes_anything() {
            self.guard.check_writers(now, &self.world);
        }
        (reply.at, reply.outcome)
    }
}

impl Door {
    /// Behind every call that changes something stands a durable start of a step that asks just that.
    fn check_promise(&self, request: &Request) {
        let promise = self.promise.0.borrow();
        let Some((plan, entries)) = promise.as_ref() else {
            panic!("a call outside a run: {}", told(request));
        };
        let under_way = |step: StepId| {
            let last = entries.iter().rev().find(|entry| entry.fact.step() == Some(step));
            matches!(last.map(|entry| &entry.fact), Some(Fact::Started { .. }))
        };
        let fits = |step: &relight::plan::Step| {
            let same = step.kind == request.action.kind_name() && step.place == *request.place.name;
            same && match (&step.ask, &request.action) {
                (Ask::Create { owner, .. }, Action::Create { owner: made, token, .. }) => {
                    let last = entries.iter().rev().find_map(|entry| match &entry.fact {
                        Fact::Started { step: id, token, .. } if *id == step.id => Some(token),
                        _ => None,
                    });
                    *owner == made.id && last == Some(token)
                }
                // An object that was found half made is completed by an update.
                (Ask::Create { .. }, Action::Update { .. }) => true,
                (Ask::Update { native_id, .. }, Action::Update { native_id: id, .. })
                | (Ask::Delete { native_id, .. }, Action::Delete { native_id: id, .. })
                | (Ask::Perform { native_id, .. }, Action::Perform { native_id: id, .. })
                | (Ask::Claim { native_id, .. }, Action::Claim { native_id: id, .. }) => *native_id == **id,
                _ => false,
            }
        };
        let promised = plan.content.steps.iter().any(|step| fits(step) && under_way(step.id));
        assert!(promised, "a call left without a durable start: {}", told(request));
    }

    fn check_protection(&self, now: Milliseconds, request: &Request) {
        let Action::Delete { kind, native_id, .. } = &request.action else { return };
        let mut objects = self.world.objects(now);
        let target = objects.find(|(_, other, live)| other.name == kind.name && live.native_id == *native_id);
        let owner = target.and_then(|(_, _, live)| live.owner);
        if let Some(address) = owner.and_then(|owner| self.protected.get(&owner)) {
            panic!("{address} is protected, and is being deleted");
        }
    }

    fn note(&mut self, now: Milliseconds, request: &Request, outcome: &Result<Answer, Fault>) {
        if !request.action.changes_anything() && outcome.is_ok() {
            return;
        }
        let outcome = match outcome {
            Ok(Answer::Accepted { native_id, .. }) => format!("accepted {native_id}"),
            Ok(Answer::Object(live)) => format!("object {}", live.native_id),
            Ok(_) => "done".to_owned(),
            Err(fault) => fault.to_string(),
        };
        let _ = writeln!(self.transcript.borrow_mut(), "  {now} {} -> {outcome}", told(request));
    }
}

/// A call in one line.
fn told(request: &Request) -> String {
    let action = &request.action;
    let what = match action {
        Action::Create { owner, token, .. } => format!("{} token {token}", owner.address),
        Action::Claim { native_id, owner, .. } => format!("{native_id} for {}", owner.address),
        Action::Update { native_id, changes, .. } | Action::Perform { native_id, changes, .. } => {
            let names: Vec<&str> = changes.names().map(|name| &**name).collect();
            format!("{native_id} {}", names.join(" "))
        }
        Action::Delete { native_id, .. }
        | Action::Read { native_id, .. }
        | Action::Poll { native_id, .. } => native_id.to_string(),
        _ => String::new(),
    };
    format!("{:?} {} in {} {what}", action.act(), action.kind_name(), request.place.name).to_lowercase()
}
