//! How values and attributes stand in stored residuals: with their type, so that they read back the same.

use relight_contract::{Object, Type, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "type")]
    ty: Type,
    value: Json,
}

/// Writes a value with its type.
pub fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    Stored { ty: value.ty(), value: value.to_json() }.serialize(serializer)
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let stored = Stored::deserialize(deserializer)?;
    Value::from_json(&stored.value, &stored.ty).map_err(serde::de::Error::custom)
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
