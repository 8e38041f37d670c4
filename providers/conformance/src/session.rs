//! One session with a cloud: calls that are waited for, objects that are made for others, and what went wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::field::Field;
use relight_contract::{
    Act, Action, Address, Answer, Fault, FaultKind, Identity, Kind, Listing, Live, Name, Object, Owner,
    Place, Placement, Registry, Request, State, Value, canonical,
};

use crate::sample;

/// How long to wait before an absent object counts as absent, in milliseconds: longer than reads lag.
pub(crate) const SETTLE_MILLISECONDS: u64 = 10_000;

/// A door to a cloud that a test holds: calls are waited for, and trouble can be made.
pub trait Door {
    /// Makes one call and waits for its answer.
    fn call(&mut self, request: &Request) -> Result<Answer, Fault>;
    /// Lets time pass, in milliseconds.
    fn wait(&mut self, milliseconds: u64);
    /// Makes trouble for the next call of this kind and act; false when this door cannot.
    fn trouble(&mut self, kind: &'static Kind, act: Act, trouble: Trouble) -> bool;
    /// Makes a sample body one that this cloud takes: a real one has rules that no table knows.
    fn adapt(&mut self, _kind: &'static Kind, _variant: u32, _attributes: &mut Object) {}
    /// How the objects come to be that others refer to.
    fn parent(&mut self, _kind: &'static Kind) -> Parent {
        Parent::Made
    }
    /// Why a part of the suite cannot be had at this door; `None` runs it.
    fn leaves_out(&self, _kind: &'static Kind, _part: Part) -> Option<&'static str> {
        None
    }
}

/// How an object comes to be that others refer to.
#[derive(Clone, Debug)]
pub enum Parent {
    /// The suite makes it.
    Made,
    /// It stands already.
    Stands(Box<Live>),
    /// There is none: fields that refer to it stay unset.
    None,
}

/// A part of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A new object reads back as it was asked for.
    ReadBack,
    /// It is found again without memory.
    FoundAgain,
    /// The same create again, as the identity class has it.
    CreatedOnce,
    /// Several are told apart.
    ToldApart,
    /// Tags that the cloud would refuse.
    BadTags,
    /// What it points at is held, and has to be there.
    Parents,
    /// Changes in place, by us and by others.
    Update,
    /// What cannot be changed in place.
    Replacement,
    /// A call that is refused for its rate.
    Throttle,
    /// A guard against deletion.
    Guard,
    /// A replica becomes a primary.
    Promotion,
    /// A change whose answer is lost.
    Cut,
    /// A deletion, and what there is after it.
    Deletion,
    /// A create whose answer, or whose request, is lost.
    AmbiguousCreate,
}

/// What may happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is refused for its rate.
    Throttle,
    /// It never arrives, and nobody answers.
    LoseRequest,
    /// It has its effect, but the answer is lost.
    LoseAnswer,
}

/// Where the suite works.
#[derive(Clone, Debug)]
pub struct Places {
    /// A region, for regional kinds.
    pub regional: Arc<Place>,
    /// The provider's global services.
    pub global: Arc<Place>,
}

/// What the suite found.
#[must_use]
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many checks were made.
    pub checks: u32,
    /// What failed, each as `kind: text`.
    pub failures: Vec<String>,
    /// What could not be checked, and why.
    pub skipped: Vec<String>,
}

pub(crate) struct Session<'d> {
    pub(crate) door: &'d mut dyn Door,
    pub(crate) registry: &'d Registry,
    pub(crate) places: &'d Places,
    pub(crate) report: Report,
    pub(crate) subject: &'static str,
    /// Objects that others refer to, by kind, in the order of their making.
    parents: Vec<(&'static Kind, Live)>,
    serial: u32,
    making: Vec<&'static str>,
}

/// A created object with what it was created from.
pub(crate) struct Made {
    pub(crate) live: Live,
    pub(crate) attributes: Object,
    pub(crate) owner: Owner,
    pub(crate) token: Name,
}

impl<'d> Session<'d> {
    pub(crate) fn new(door: &'d mut dyn Door, registry: &'d Registry, places: &'d Places) -> Session<'d> {
        Session {
            door,
            registry,
            places,
            report: Report::default(),
            subject: "",
            parents: Vec::new(),
            serial: 0,
            making: Vec::new(),
        }
    }

    /// Notes a check, and what is wrong when it does not hold.
    pub(crate) fn check(&mut self, holds: bool, text: impl FnOnce() -> String) {
        self.report.checks += 1;
        if !holds {
            self.report.failures.push(format!("{}: {}", self.subject, text()));
        }
    }

    pub(crate) fn skip(&mut self, why: &str) {
        self.report.skipped.push(format!("{}: {why}", self.subject));
    }

    pub(crate) fn request(&self, action: Action) -> Request {
        let global = action.kind().is_some_and(|kind| kind.placement == Placement::Global);
        let place = if global { &self.places.global } else { &self.places.regional };
        Request { place: place.clone(), action }
    }

    /// One call, without patience.
    pub(crate) fn once(&mut self, action: Action) -> Result<Answer, Fault> {
        let request = self.request(action);
        self.door.call(&request)
    }

    /// One call, made again while its fault is transient.
    pub(crate) fn call(&mut self, action: Action) -> Result<Answer, Fault> {
        let request = self.request(action);
        let mut patience = 20;
        loop {
            match self.door.call(&request) {
                Err(fault) if fault.kind.is_transient() && patience > 0 => {
                    patience -= 1;
                    self.door.wait(1_000);
                }
                answered => return answered,
            }
        }
    }

    /// One call, and the end of what it starts: the object, or none.
    pub(crate) fn done(&mut self, action: Action) -> Result<Option<Live>, Fault> {
        let (kind, attributes) = (action.kind(), action.asked());
        let answered = self.call(action);
        self.finish(kind, attributes, answered)
    }

    pub(crate) fn finish(
        &mut self,
        kind: Option<&'static Kind>,
        attributes: Object,
        mut answered: Result<Answer, Fault>,
    ) -> Result<Option<Live>, Fault> {
        for _ in 0..1_000 {
            match (answered?, kind) {
                (Answer::Accepted { native_id, handle, after_milliseconds }, Some(kind)) => {
                    self.door.wait(after_milliseconds);
                    let attributes = attributes.clone();
                    answered = self.call(Action::Poll { kind, native_id, handle, attributes });
                }
                (Answer::Object(live), _) => return Ok(Some(live)),
                (Answer::Absent, _) => return Ok(None),
                (other, _) => {
                    return Err(Fault::new(FaultKind::Internal, format!("an unfitting answer: {other:?}")));
                }
            }
        }
        Err(Fault::new(FaultKind::Internal, "the operation never ends"))
    }

    /// A token and owner of their own, and the salt of a name.
    pub(crate) fn mark(&mut self, kind: &'static Kind) -> (Owner, Name, String) {
        self.serial += 1;
        let salt = format!("{}", self.serial);
        let address = Address::new(kind.name, format!("sample{salt}"));
        let id = address.owner("conformance", &salt);
        let token = Name::from(&*address.owner("token", &salt).0);
        (Owner { id, address, mark: None }, token, salt)
    }

    /// A sample body, with everything made that it refers to.
    pub(crate) fn body(&mut self, kind: &'static Kind, variant: u32, salt: &str) -> Object {
        let mut needs: BTreeMap<(&'static str, &'static str), Option<Value>> = BTreeMap::new();
        // The first pass tells what is referred to, the second one uses it.
        let _ = sample::body(kind, variant, salt, &mut |target, attribute| {
            needs.insert((target, attribute), None);
            Some(Value::from("unknown"))
        });
        let wanted: Vec<(&'static str, &'static str)> = needs.keys().copied().collect();
        for (target, attribute) in wanted {
            let value = self.parent(target).and_then(|live| live.get(attribute).cloned());
            needs.insert((target, attribute), value.filter(|value| !value.is_null()));
        }
        let resolve = &mut |target, attribute| needs.get(&(target, attribute))?.clone();
        let mut body = sample::body(kind, variant, salt, resolve);
        self.door.adapt(kind, variant, &mut body);
        body
    }

    /// An object of a kind for others to refer to; made once.
    pub(crate) fn parent(&mut self, name: &'static str) -> Option<Live> {
        if let Some((_, live)) = self.parents.iter().find(|(kind, _)| kind.name == name) {
            return Some(live.clone());
        }
        if self.making.contains(&name) {
            return None;
        }
        let kind = self.registry.kind(name)?;
        match self.door.parent(kind) {
            Parent::Stands(live) => return Some(*live),
            Parent::None => return None,
            Parent::Made => {}
        }
        self.making.push(name);
        let made = self.make(kind);
        self.making.pop();
        match made {
            Ok(made) => {
                self.parents.push((kind, made.live.clone()));
                Some(made.live)
            }
            Err(fault) => {
                self.check(false, || format!("cannot make a {name} to refer to: {fault}"));
                None
            }
        }
    }

    /// A new object of a sample body.
    pub(crate) fn make(&mut self, kind: &'static Kind) -> Result<Made, Fault> {
        let (owner, token, salt) = self.mark(kind);
        let attributes = self.body(kind, 0, &salt);
        let live = self.done(create(kind, &attributes, &owner, &token))?;
        let live = live.ok_or_else(|| Fault::new(FaultKind::Internal, "a create left nothing"))?;
        if live.state != State::Ready {
            return Err(Fault::new(FaultKind::Internal, format!("a create ended {:?}", live.state)));
        }
        Ok(Made { live, attributes, owner, token })
    }

    /// Every page of a kind's list, under the parent that `attributes` name.
    pub(crate) fn list(&mut self, kind: &'static Kind, attributes: &Object) -> Result<Vec<Live>, Fault> {
        let under = match kind.listing {
            Listing::All { .. } => None,
            Listing::Under { attribute, .. } => {
                attributes.get(attribute).and_then(Value::as_str).map(Name::from)
            }
        };
        let (mut all, mut page) = (Vec::new(), None);
        loop {
            match self.call(Action::List { kind, under: under.clone(), page, interest: Arc::default() })? {
                Answer::Page { items, next } => {
                    all.extend(items);
                    page = next;
                }
                other => {
                    return Err(Fault::new(FaultKind::Internal, format!("an unfitting answer: {other:?}")));
                }
            }
            if page.is_none() {
                return Ok(all);
            }
        }
    }

    pub(crate) fn read(&mut self, kind: &'static Kind, native_id: &Name) -> Result<Option<Live>, Fault> {
        self.done(Action::Read { kind, native_id: native_id.clone() })
    }

    pub(crate) fn find(&mut self, kind: &'static Kind, made: &Made) -> Result<Vec<Live>, Fault> {
        let (token, attributes) = (made.token.clone(), made.attributes.clone());
        match self.call(Action::Find { kind, token, attributes })? {
            Answer::Found(found) => Ok(found),
            other => Err(Fault::new(FaultKind::Internal, format!("an unfitting answer: {other:?}"))),
        }
    }

    pub(crate) fn settle(&mut self) {
        self.door.wait(SETTLE_MILLISECONDS);
    }

    /// Deletes what was made for others, the last first.
    pub(crate) fn tidy(&mut self) {
        self.settle();
        while let Some((kind, live)) = self.parents.pop() {
            let gone = self.done(delete(kind, &live.native_id));
            self.check(gone == Ok(None), || format!("cannot tidy up {}: {gone:?}", kind.name));
        }
    }
}

/// Whether the cloud tells a field back as it was given.
pub(crate) fn is_told(row: &Field) -> bool {
    row.is_settable() && !row.local && !row.write_only && !row.volatile
}

/// The fields whose live value is not the wanted one.
pub(crate) fn differences(kind: &Kind, wanted: &Object, live: &Live) -> Vec<String> {
    let rows = kind.fields.iter().filter(|row| is_told(row));
    let differs = rows.filter(|row| {
        let absent = Value::Null(row.ty());
        wanted
            .get(row.name)
            .is_some_and(|wanted| !canonical::same(row, wanted, live.get(row.name).unwrap_or(&absent)))
    });
    differs
        .map(|row| format!("{} is {:?}, not {:?}", row.name, live.get(row.name), wanted.get(row.name)))
        .collect()
}

/// Whether an object can be found again by its tags.
pub(crate) fn is_tagged(kind: &Kind) -> bool {
    kind.tags.is_some() || kind.identity == Identity::Server
}

pub(crate) fn create(kind: &'static Kind, attributes: &Object, owner: &Owner, token: &Name) -> Action {
    Action::Create { kind, attributes: attributes.clone(), owner: owner.clone(), token: token.clone() }
}

pub(crate) fn delete(kind: &'static Kind, native_id: &Name) -> Action {
    Action::Delete { kind, native_id: native_id.clone(), version: None, attributes: Object::new() }
}

pub(crate) fn update(
    kind: &'static Kind,
    native_id: &Name,
    changes: &Object,
    version: Option<Name>,
) -> Action {
    Action::Update {
        kind,
        native_id: native_id.clone(),
        changes: changes.clone(),
        attributes: Object::new(),
        version,
    }
}
