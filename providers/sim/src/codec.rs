//! Worlds and effects as JSON. Types come from the tables; where a table says "anything", the type is stored too.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use relight_contract::{Kind, Name, Object, Owner, OwnerId, Registry, Shape, Type, Value};

use crate::domain::Domain;
use crate::state::{Effect, State, TokenUse};
use crate::stored::{Deletion, Earlier, Operation, Stored};

/// Everything of a world that stays, in one document.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    /// The seed of the first opening; it holds for the world's whole life.
    pub(crate) seed: u64,
    clock: u64,
    calls: u64,
    effects: Vec<Stored1>,
}

/// What one call changed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    clock: u64,
    calls: u64,
    effects: Vec<Stored1>,
}

/// An effect as it is stored, version 1.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stored1 {
    Put(Box<Object1>),
    Drop { domain: Domain, kind: String, native_id: Name },
    Token { domain: Domain, kind: String, token: Name, native_id: Name, parameters: u64, until: u64 },
}

/// An object as it is stored, version 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object1 {
    kind: String,
    domain: Domain,
    native_id: Name,
    attributes: Json,
    owner: Option<Owner1>,
    token: Option<Name>,
    version: u64,
    created_at: u64,
    visible_from: u64,
    earlier: Option<Earlier1>,
    operation: Option<Operation1>,
    deletion: Option<Deletion1>,
    scenery: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner1 {
    id: OwnerId,
    address: relight_contract::Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<relight_contract::Mark>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier1 {
    attributes: Json,
    version: u64,
    until: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation1 {
    handle: Name,
    ends_at: u64,
    fails: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deletion1 {
    gone_at: u64,
    listed_until: u64,
    reserved_until: u64,
    kept_until: u64,
}

impl Snapshot {
    pub(crate) fn of(state: &State, seed: u64) -> Snapshot {
        let objects = state.shelves.values().flat_map(|shelf| shelf.values());
        let tokens = state.tokens.iter().map(|((domain, kind, token), used)| Stored1::Token {
            domain: domain.clone(),
            kind: (*kind).to_owned(),
            token: token.clone(),
            native_id: used.native_id.clone(),
            parameters: used.parameters,
            until: used.until,
        });
        let objects = objects.map(|stored| Stored1::Put(Box::new(write_object(stored))));
        Snapshot { seed, clock: state.clock, calls: state.calls, effects: objects.chain(tokens).collect() }
    }

    /// The state; the text says what does not fit the tables.
    pub(crate) fn into_state(self, registry: &Registry) -> Result<State, String> {
        let mut state = State { clock: self.clock, calls: self.calls, ..State::default() };
        apply_all(&mut state, self.effects, registry)?;
        Ok(state)
    }
}

impl Record {
    pub(crate) fn of(state: &State, effects: &[Effect]) -> Record {
        Record { clock: state.clock, calls: state.calls, effects: effects.iter().map(write_effect).collect() }
    }

    /// Does again what the call did; the text says what does not fit the tables.
    pub(crate) fn replay(self, state: &mut State, registry: &Registry) -> Result<(), String> {
        state.clock = state.clock.max(self.clock);
        state.calls = state.calls.max(self.calls);
        apply_all(state, self.effects, registry)
    }
}

fn apply_all(state: &mut State, effects: Vec<Stored1>, registry: &Registry) -> Result<(), String> {
    for effect in effects {
        state.apply(read_effect(effect, registry)?);
    }
    Ok(())
}

fn kind_of(registry: &Registry, name: &str) -> Result<&'static Kind, String> {
    registry.kind(name).ok_or_else(|| format!("it holds a `{name}`, which this version does not know"))
}

fn write_effect(effect: &Effect) -> Stored1 {
    match effect {
        Effect::Put(stored) => Stored1::Put(Box::new(write_object(stored))),
        Effect::Drop { domain, kind, native_id } => {
            Stored1::Drop { domain: domain.clone(), kind: kind.name.to_owned(), native_id: native_id.clone() }
        }
        Effect::Token { domain, kind, token, used } => Stored1::Token {
            domain: domain.clone(),
            kind: kind.name.to_owned(),
            token: token.clone(),
            native_id: used.native_id.clone(),
            parameters: used.parameters,
            until: used.until,
        },
    }
}

fn read_effect(effect: Stored1, registry: &Registry) -> Result<Effect, String> {
    Ok(match effect {
        Stored1::Put(object) => Effect::Put(Box::new(read_object(*object, registry)?)),
        Stored1::Drop { domain, kind, native_id } => {
            Effect::Drop { domain, kind: kind_of(registry, &kind)?, native_id }
        }
        Stored1::Token { domain, kind, token, native_id, parameters, until } => Effect::Token {
            domain,
            kind: kind_of(registry, &kind)?,
            token,
            used: TokenUse { native_id, parameters, until },
        },
    })
}

fn write_object(stored: &Stored) -> Object1 {
    let kind = stored.kind;
    Object1 {
        kind: kind.name.to_owned(),
        domain: stored.domain.clone(),
        native_id: stored.native_id.clone(),
        attributes: write_attributes(kind, &stored.attributes),
        owner: stored.owner.clone().map(|Owner { id, address, mark }| Owner1 { id, address, mark }),
        token: stored.token.clone(),
        version: stored.version,
        created_at: stored.created_at,
        visible_from: stored.visible_from,
        earlier: stored.earlier.as_ref().map(|earlier| Earlier1 {
            attributes: write_attributes(kind, &earlier.attributes),
            version: earlier.version,
            until: earlier.until,
        }),
        operation: stored.operation.as_ref().map(|operation| Operation1 {
            handle: operation.handle.clone(),
            ends_at: operation.ends_at,
            fails: operation.fails,
        }),
        deletion: stored.deletion.map(|deletion| Deletion1 {
            gone_at: deletion.gone_at,
            listed_until: deletion.listed_until,
            reserved_until: deletion.reserved_until,
            kept_until: deletion.kept_until,
        }),
        scenery: stored.scenery,
    }
}

fn read_object(object: Object1, registry: &Registry) -> Result<Stored, String> {
    let kind = kind_of(registry, &object.kind)?;
    let earlier = match object.earlier {
        None => None,
        Some(earlier) => Some(Box::new(Earlier {
            attributes: read_attributes(kind, &earlier.attributes)?,
            version: earlier.version,
            until: earlier.until,
        })),
    };
    Ok(Stored {
        kind,
        domain: object.domain,
        native_id: object.native_id,
        attributes: read_attributes(kind, &object.attributes)?,
        owner: object.owner.map(|Owner1 { id, address, mark }| Owner { id, address, mark }),
        token: object.token,
        version: object.version,
        created_at: object.created_at,
        visible_from: object.visible_from,
        earlier,
        operation: object.operation.map(|operation| Operation {
            handle: operation.handle,
            ends_at: operation.ends_at,
            fails: operation.fails,
        }),
        deletion: object.deletion.map(|deletion| Deletion {
            gone_at: deletion.gone_at,
            listed_until: deletion.listed_until,
            reserved_until: deletion.reserved_until,
            kept_until: deletion.kept_until,
        }),
        scenery: object.scenery,
    })
}

fn is_dynamic(kind: &Kind, name: &str) -> bool {
    kind.field(name).is_some_and(|row| matches!(row.shape, Shape::Dynamic))
}

fn write_attributes(kind: &Kind, attributes: &Object) -> Json {
    let entries = attributes.iter().map(|(name, value)| {
        let json = match is_dynamic(kind, name) {
            true => json!({ "type": value.ty().to_json(), "value": value.to_json() }),
            false => value.to_json(),
        };
        (name.to_string(), json)
    });
    Json::Object(entries.collect::<Map<_, _>>())
}

fn read_attributes(kind: &'static Kind, json: &Json) -> Result<Object, String> {
    let entries = json.as_object().ok_or_else(|| format!("a `{}` is no object", kind.name))?;
    let mut attributes = Object::new();
    for (name, json) in entries {
        let row = kind.field(name).ok_or_else(|| format!("`{}` has no field `{name}`", kind.name))?;
        let (ty, json) = match is_dynamic(kind, name) {
            true => (json.get("type").and_then(Type::from_json), json.get("value").unwrap_or(&Json::Null)),
            false => (Some(row.ty()), json),
        };
        let ty = ty.ok_or_else(|| format!("`{}.{name}` has no type", kind.name))?;
        let value =
            Value::from_json(json, &ty).map_err(|error| format!("`{}.{name}`: {error}", kind.name))?;
        attributes.insert(name.as_str(), value);
    }
    Ok(attributes)
}
