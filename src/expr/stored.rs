//! How values and attributes stand in stored residuals: with their type, so that they read back the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use relight_contract::{Hole, Object, Type, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "type")]
    ty: Type,
    value: Json,
    /// Which of the holes must not be shown.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    sensitive: BTreeSet<u32>,
}

/// Writes a value with its type.
pub fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    let mut sensitive = BTreeSet::new();
    value.any(&mut |part| {
        match part {
            Value::Hole(hole) if hole.sensitive => sensitive.insert(hole.id.0),
            Value::Secret(secret) => sensitive.insert(secret.id.0),
            _ => false,
        };
        false
    });
    Stored { ty: value.ty(), value: value.to_json(), sensitive }.serialize(serializer)
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let stored = Stored::deserialize(deserializer)?;
    let value = Value::from_json(&stored.value, &stored.ty).map_err(serde::de::Error::custom)?;
    value.map_holes(&mut |part| {
        Ok(match part {
            Value::Hole(hole) if stored.sensitive.contains(&hole.id.0) => {
                Value::Hole(Arc::new(Hole { id: hole.id, ty: hole.ty.clone(), sensitive: true }))
            }
            other => other.clone(),
        })
    })
}

/// The same for the attributes of an object.
pub mod object {
    use super::*;

    /// Writes attributes with their types.
    pub fn serialize<S: Serializer>(object: &Object, serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(&Value::object(object.clone()), serializer)
    }

    /// Reads what [`serialize`] wrote.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        match super::deserialize(deserializer)? {
            Value::Object(object) => Ok((*object).clone()),
            _ => Err(serde::de::Error::custom("expected an object")),
        }
    }
}
