//! What the tests of the simulator share: places of the made-up cloud, and calls in short.

use std::sync::Arc;

use relight_conformance::cumulus::CUMULUS;
use relight_contract::builtin::BUILTIN;
use relight_contract::{
    Action, Address, Answer, Fault, FaultKind, Kind, Live, Milliseconds, Name, Object, Owner, Place,
    Registry, Request, Value,
};
use relight_sim::{Reply, World};

pub const START: Milliseconds = 1_800_000_000_000;

pub fn registry() -> Registry {
    Registry::new(&[&BUILTIN, &CUMULUS])
}

pub fn kind(name: &str) -> &'static Kind {
    registry().kind(name).unwrap()
}

pub fn place(name: &str, region: &str) -> Arc<Place> {
    Arc::new(Place {
        name: name.into(),
        provider: "cumulus".into(),
        region: region.into(),
        account: Some("shop".into()),
        global: region == "middle",
        settings: Object::new(),
    })
}

pub fn object<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}

pub fn owner(name: &str) -> Owner {
    let address = Address::new("cumulus_disk", name).at("oregon");
    Owner { id: address.owner("shop", "prod"), address, mark: None }
}

pub fn token(word: &str) -> Name {
    Name::from(format!("{word:0>32}"))
}

pub fn create(place: &Arc<Place>, kind_name: &str, attributes: Object, word: &str) -> Request {
    let action = Action::Create { kind: kind(kind_name), attributes, owner: owner(word), token: token(word) };
    Request { place: place.clone(), action }
}

pub fn read(place: &Arc<Place>, kind_name: &str, native_id: &str) -> Request {
    Request {
        place: place.clone(),
        action: Action::Read { kind: kind(kind_name), native_id: native_id.into() },
    }
}

pub fn delete(place: &Arc<Place>, kind_name: &str, native_id: &str) -> Request {
    let action = Action::Delete {
        kind: kind(kind_name),
        native_id: native_id.into(),
        version: None,
        attributes: Object::new(),
    };
    Request { place: place.clone(), action }
}

pub fn update(place: &Arc<Place>, kind_name: &str, native_id: &str, changes: Object) -> Request {
    let action = Action::Update {
        kind: kind(kind_name),
        native_id: native_id.into(),
        changes,
        attributes: Object::new(),
        version: None,
    };
    Request { place: place.clone(), action }
}

pub fn list(place: &Arc<Place>, kind_name: &str) -> Request {
    Request {
        place: place.clone(),
        action: Action::List { kind: kind(kind_name), under: None, page: None, interest: Arc::default() },
    }
}

pub fn listed(reply: Reply) -> Vec<Live> {
    match reply.outcome {
        Ok(Answer::Page { items, .. }) => items,
        other => panic!("no page: {other:?}"),
    }
}

/// Submits and polls to the end; gives the object, and moves `now` on.
pub fn done(world: &mut World, now: &mut Milliseconds, request: &Request) -> Result<Option<Live>, Fault> {
    let mut reply = world.submit(*now, request);
    loop {
        *now = (*now).max(reply.at);
        match reply.outcome? {
            Answer::Accepted { native_id, handle, after_milliseconds } => {
                *now += after_milliseconds;
                let kind = request.action.kind().unwrap();
                let action = Action::Poll { kind, native_id, handle, attributes: request.action.asked() };
                reply = world.submit(*now, &Request { place: request.place.clone(), action });
            }
            Answer::Object(live) => return Ok(Some(live)),
            Answer::Absent => return Ok(None),
            other => panic!("an unfitting answer: {other:?}"),
        }
    }
}

pub fn fault_of<T: std::fmt::Debug>(outcome: Result<T, Fault>) -> FaultKind {
    outcome.unwrap_err().kind
}

pub fn disk(size: i64) -> Object {
    object([("size_gib", Value::from(size))])
}

pub fn database(name: &str) -> Object {
    object([
        ("name", Value::from(name)),
        ("engine", Value::from("postgres")),
        ("storage_gib", Value::from(20)),
    ])
}
