//! Every call of every API half against the published models of the services: nothing is asked that they do not allow.
//!
//! The server reads requests by the model and answers with made-up values in its shape. So what is proved is that
//! requests are well formed, complete and of known words, and that answers can be read; not what AWS would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight::shell::mailbox::Mailbox;
use relight::shell::transport::AsyncTransport;
use relight_aws::api::{Keys, Options, cloud};
use relight_bed::Moto;
use relight_contract::{
    Act, Action, Answer, Capability, Cloud, Kind, Listing, Mutability, Name, Object, Owner, OwnerId, Place,
    Request, Type, Value,
};
use serde::Deserialize;

use super::case::{Case, Variant};
use super::clock::Hurried;
use super::tally::is_asked;
use super::tried::{Tried, tried};
use super::{outside, support};

/// How often an operation that goes on is asked about: a made-up answer may say for ever that it does.
const MOST_POLLS: u64 = 3;

/// What stands for the outputs of objects that nobody made.
const SAMPLE: &str = "sample";

/// What the server tells of an operation.
#[derive(Debug, Deserialize)]
struct Told {
    problems: Vec<String>,
}

/// Asks for everything that the examples make the kinds ask for.
#[expect(clippy::print_stdout, reason = "tests tell what they counted")]
pub fn check() {
    let Some(server) = Moto::of_the_model() else { return };
    let mut door = Door::to(&server);
    let mut unseen = Vec::new();
    let mut operations = 0;
    for kind in
        support::registry().kinds().filter(|kind| kind.provider == "aws" && is_asked("KIND", kind.name))
    {
        for example in kind.examples {
            door.ask_all(Case { kind, example });
        }
        let told = told(&server);
        for operation in kind.operations {
            operations += 1;
            // What moto has answered was seen to be asked for; the rest only here.
            let only = matches!(tried(kind, operation.act), Tried::ModelOnly(_));
            let seen = |call: &&&str| told.contains_key(&named(call));
            let does =
                |call: &&&str| ["List", "Read"].contains(&&*format!("{:?}", operation.act)) || !reads(call);
            // An operation that the cloud carries out by itself only looks.
            let only_looks = operation.calls.iter().all(|call| reads(call));
            let asked = |call: &&&str| only_looks || does(call);
            if only && !operation.calls.iter().filter(asked).any(|call| seen(&call)) {
                unseen.push(format!("{} of {}: {:?}", operation.act.name(), kind.name, operation.calls));
            }
        }
    }
    let told = told(&server);
    let wrong: Vec<_> = told.iter().filter(|(_, told)| !told.problems.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(unseen.is_empty(), "never asked for: {unseen:#?}");
    println!("{operations} operations of kinds: {} of the API were asked for as the model says", told.len());
}

/// Whether a call only looks.
fn reads(call: &str) -> bool {
    ["Describe", "List", "Get"].iter().any(|word| call.contains(&format!(":{word}")))
}

/// The name that the server gives to a call of our tables.
fn named(call: &str) -> String {
    let (service, operation) = call.split_once(':').expect("service:Operation");
    let service = if service == "cloudwatch" { "monitoring" } else { service };
    format!("{service}:{operation}")
}

fn told(server: &Moto) -> BTreeMap<String, Told> {
    let text = relight_bed::get(server.address, "/told.json").expect("what was asked for");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The way to the server.
struct Door {
    transport: Hurried,
    tickets: u64,
}

impl Door {
    fn to(server: &Moto) -> Door {
        let options = Options {
            endpoint: Some(format!("http://{}", server.address)),
            keys: Some(Keys { id: "test".to_owned(), secret: "test".to_owned() }),
        };
        let clouds: BTreeMap<Name, Arc<dyn Cloud>> =
            [(Name::from("aws"), cloud(options).expect("the address is one") as Arc<dyn Cloud>)].into();
        let transport = AsyncTransport::new(clouds, Mailbox::new()).expect("threads");
        Door { transport: Hurried::new(transport), tickets: 0 }
    }

    /// Every operation of the subject of an example.
    fn ask_all(&mut self, case: Case) {
        let kind = case.kind;
        let Some((place, attributes)) = self.wanted(case, Variant::Base) else { return };
        let owner = Owner {
            id: OwnerId("0".repeat(32).as_str().into()),
            address: format!("{}.example@here", kind.name).parse().expect("an address"),
            mark: None,
        };
        let token = Name::from("0123456789abcdef0123456789abcdef");
        let create = Action::Create {
            kind,
            attributes: attributes.clone(),
            owner: owner.clone(),
            token: token.clone(),
        };
        let made = self.made(&place, create).unwrap_or_else(|| SAMPLE.into());
        let under = match kind.listing {
            Listing::Under { attribute, .. } => {
                attributes.get(attribute).and_then(Value::as_str).map(Name::from)
            }
            Listing::All { .. } => None,
        };
        let list = Action::List { kind, under, page: None, interest: Arc::default() };
        self.made(&place, list);
        self.made(&place, Action::Find { kind, token, attributes: attributes.clone() });
        let updated = self.wanted(case, Variant::Updated).map_or_else(Object::new, |(_, updated)| updated);
        // What a made-up answer shows is called otherwise than what was asked for.
        for id in [made, SAMPLE.into()] {
            self.ask_of(&place, &attributes, &updated, &owner, &id, kind);
        }
    }

    /// Every operation of one object.
    fn ask_of(
        &mut self,
        place: &Arc<Place>,
        attributes: &Object,
        updated: &Object,
        owner: &Owner,
        id: &Name,
        kind: &'static Kind,
    ) {
        let native_id = || id.clone();
        self.made(place, Action::Read { kind, native_id: native_id() });
        self.made(place, Action::Claim { kind, native_id: native_id(), owner: owner.clone() });
        let in_place = |name: &str| {
            kind.field(name).is_some_and(|row| row.mutability == Mutability::InPlace && !row.local)
        };
        let (mut differs, mut all) = (updated.clone(), updated.clone());
        differs.retain(|name, value| attributes.get(name) != Some(value));
        all.retain(|name, _| in_place(name));
        for changes in [differs, all] {
            let attributes = updated.clone();
            self.made(
                place,
                Action::Update { kind, native_id: native_id(), changes, attributes, version: None },
            );
        }
        for operation in kind.operations {
            let act = operation.act;
            if matches!(act, Act::Promote | Act::Demote | Act::Retire | Act::Fence | Act::Shift) {
                let changes = effect(kind, act, attributes);
                for planned in [false, true] {
                    let (native_id, changes) = (native_id(), changes.clone());
                    self.made(place, Action::Perform { kind, act, native_id, changes, planned, owner: None });
                }
            }
        }
        let mut local = attributes.clone();
        local.retain(|name, _| kind.field(name).is_some_and(|row| row.local));
        self.made(place, Action::Delete { kind, native_id: native_id(), version: None, attributes: local });
    }

    /// The place of the subject, and its fields with samples for what others would give.
    fn wanted(&mut self, case: Case, variant: Variant) -> Option<(Arc<Place>, Object)> {
        let folder = tempfile::tempdir().expect("a folder");
        case.write(folder.path(), variant);
        let mut loaded = support::load(folder.path(), &[]);
        let desired = loaded.desired(&mut self.transport);
        let desired = desired.unwrap_or_else(|| panic!("{}: {}", case.title(), loaded.problems()));
        let subject = desired.instances.into_iter().find(|instance| case.is_subject(&instance.address))?;
        let filled = |value: &Value| {
            let filled = value.map_holes(&mut |part| {
                Ok::<_, std::convert::Infallible>(match part {
                    Value::Hole(hole) => sample(&hole.ty),
                    Value::Secret(secret) => secret.value.clone(),
                    other => other.clone(),
                })
            });
            filled.unwrap_or_else(|never| match never {})
        };
        let given = subject.attributes.iter().filter(|(_, value)| !value.is_null());
        Some((subject.place, given.map(|(name, value)| (name.clone(), filled(value))).collect()))
    }

    /// Asks, and for some time how it goes on; the object that it is about, as far as that is told.
    fn made(&mut self, place: &Arc<Place>, action: Action) -> Option<Name> {
        let (kind, asked) = (action.kind()?, action.asked());
        let mut next = action;
        let mut made = None;
        for _ in 0..MOST_POLLS {
            self.tickets += 1;
            let request = Request { place: place.clone(), action: next };
            match outside::once(&mut self.transport, self.tickets, request) {
                Ok(Answer::Accepted { native_id, handle, .. }) => {
                    made = Some(native_id.clone());
                    next = Action::Poll { kind, native_id, handle, attributes: asked.clone() };
                }
                Ok(Answer::Object(live)) => return Some(live.native_id),
                // A made-up answer may make no sense to its reader.
                _ => return made,
            }
        }
        made
    }
}

/// What a capability sets.
fn effect(kind: &'static Kind, act: Act, attributes: &Object) -> Object {
    let mut changes = attributes.clone();
    match act {
        Act::Shift => changes.retain(|name, _| kind.shiftable().contains(&&**name)),
        Act::Retire => changes.retain(|name, _| name.contains("identifier")),
        _ => changes = Object::new(),
    }
    for capability in kind.capabilities.iter().filter(|_| act == Act::Fence) {
        if let Capability::Fenceable { effect } = capability {
            let rows = effect.iter().filter_map(|set| Some((kind.field(set.field)?, set.to)));
            rows.for_each(|(row, to)| drop(changes.insert(row.name, to.to_value(&row.ty()))));
        }
    }
    changes
}

fn sample(ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::from(false),
        Type::Number => Value::from(1),
        Type::List(element) => Value::list((**element).clone(), vec![sample(element)]),
        _ => Value::from(SAMPLE),
    }
}
