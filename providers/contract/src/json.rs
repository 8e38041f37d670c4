//! Values as JSON: how plans, journals and simulated clouds store them.
//!
//! Plain JSON, so that a person can read it; the type comes from the reader's side (a kind's table). A hole is
//! `{"$hole": 3}`; names that begin with `$` get a second one. A secret has no form of its own: it is stored as
//! its residual.

use serde_json::{Map, Value as Json};

use crate::{HoleId, Name, Number, Object, Type, Value};

/// Why stored JSON is not a value of the expected type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// The JSON does not have the form of the type.
    #[error("expected {expected} at {path}")]
    Mismatch {
        /// The type that the table gives, in words.
        expected: String,
        /// Where, as `a.b[2]`; the whole value is `value`.
        path: String,
    },
}

impl Value {
    /// The value as JSON; holes and secrets as references to their residuals.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null(_) => Json::Null,
            Value::Bool(value) => Json::from(*value),
            Value::Number(number) => match number.to_i64() {
                Some(whole) => Json::from(whole),
                None => Json::from(number.to_string()),
            },
            Value::String(text) => Json::from(&**text),
            Value::List(sequence) | Value::Set(sequence) => {
                sequence.items.iter().map(Value::to_json).collect()
            }
            Value::Tuple(items) => items.iter().map(Value::to_json).collect(),
            Value::Map(map) => map.entries.to_json(),
            Value::Object(object) => object.to_json(),
            Value::Hole(hole) => hole_json(hole.id),
            Value::Secret(secret) => hole_json(secret.id),
        }
    }

    /// Reads [`Value::to_json`] back as a value of `ty`. With `Type::Dynamic`, arrays become tuples, JSON objects
    /// become objects.
    pub fn from_json(json: &Json, ty: &Type) -> Result<Value, DecodeError> {
        decode(json, ty, "value")
    }
}

impl Object {
    /// The entries as a JSON object.
    pub fn to_json(&self) -> Json {
        let entries = self.iter().map(|(name, value)| {
            let name = if name.starts_with('$') { format!("${name}") } else { name.to_string() };
            (name, value.to_json())
        });
        Json::Object(entries.collect::<Map<_, _>>())
    }
}

fn hole_json(id: HoleId) -> Json {
    let mut map = Map::new();
    map.insert("$hole".to_owned(), Json::from(id.0));
    Json::Object(map)
}

fn mismatch(ty: &Type, path: &str) -> DecodeError {
    DecodeError::Mismatch { expected: ty.to_string(), path: path.to_owned() }
}

fn decode(json: &Json, ty: &Type, path: &str) -> Result<Value, DecodeError> {
    if let Json::Object(map) = json
        && let Some(id) = map.get("$hole")
    {
        let id = id.as_u64().and_then(|id| u32::try_from(id).ok()).ok_or_else(|| mismatch(ty, path))?;
        return Ok(Value::hole(HoleId(id), ty.clone()));
    }
    match (json, ty) {
        (Json::Null, ty) => Ok(Value::Null(ty.clone())),
        (Json::Bool(value), Type::Bool | Type::Dynamic) => Ok(Value::Bool(*value)),
        (Json::Number(number), Type::Number | Type::Dynamic) => {
            number.to_string().parse::<Number>().map(Value::Number).map_err(|_| mismatch(ty, path))
        }
        (Json::String(text), Type::Number) => text.parse().map(Value::Number).map_err(|_| mismatch(ty, path)),
        (Json::String(text), Type::String | Type::Dynamic) => Ok(Value::text(text.as_str())),
        (Json::Array(items), Type::List(element)) => {
            Ok(Value::list((**element).clone(), decode_items(items, element, path)?))
        }
        (Json::Array(items), Type::Set(element)) => {
            Ok(Value::set((**element).clone(), decode_items(items, element, path)?))
        }
        (Json::Array(items), Type::Dynamic) => Ok(Value::tuple(decode_items(items, &Type::Dynamic, path)?)),
        (Json::Array(items), Type::Tuple(types)) if items.len() == types.len() => {
            let decoded: Result<Vec<_>, _> =
                items.iter().zip(types.iter()).map(|(item, ty)| decode(item, ty, path)).collect();
            Ok(Value::tuple(decoded?))
        }
        (Json::Object(map), Type::Map(element)) => {
            Ok(Value::map((**element).clone(), decode_entries(map, |_| Some(element), ty, path)?))
        }
        (Json::Object(map), Type::Dynamic) => {
            Ok(Value::object(decode_entries(map, |_| Some(&Type::Dynamic), ty, path)?))
        }
        (Json::Object(map), Type::Object(object)) => {
            let mut entries = decode_entries(map, |name| object.attributes.get(name), ty, path)?;
            for (name, ty) in &object.attributes {
                if !entries.contains(name) {
                    entries.insert(name.clone(), Value::Null(ty.clone()));
                }
            }
            Ok(Value::object(entries))
        }
        _ => Err(mismatch(ty, path)),
    }
}

fn decode_items(items: &[Json], element: &Type, path: &str) -> Result<Vec<Value>, DecodeError> {
    items.iter().enumerate().map(|(index, item)| decode(item, element, &format!("{path}[{index}]"))).collect()
}

fn decode_entries<'t>(
    map: &Map<String, Json>,
    type_of: impl Fn(&str) -> Option<&'t Type>,
    ty: &Type,
    path: &str,
) -> Result<Object, DecodeError> {
    map.iter()
        .map(|(name, json)| {
            let name = if name.starts_with("$$") { &name[1..] } else { name };
            let inner = format!("{path}.{name}");
            let ty = type_of(name).ok_or_else(|| mismatch(ty, &inner))?;
            Ok((Name::from(name), decode(json, ty, &inner)?))
        })
        .collect()
}
