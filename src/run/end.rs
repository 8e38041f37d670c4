//! Ends: what a finished step leaves in the journal, without anything secret.

use std::collections::BTreeMap;

use relight_contract::{Action, Kind, Live, Name, Object, Value};
use serde_json::Value as Json;

use super::fill::rows;
use crate::journal::Made;
use crate::memory::digest;

/// The object that a step left. `given` are the fields as the spec gives them.
pub(super) fn made(kind: &'static Kind, given: &Object, live: &Live, key: &[u8]) -> Made {
    let secrets = secrets(given);
    let is_withheld = |name: &Name, value: &Value| {
        let hidden = kind.field(name).is_none_or(|field| field.sensitive || field.write_only);
        !value.is_null() && (hidden || value.has_secret() || mentions(value, &secrets))
    };
    let mut outputs = live.attributes.clone();
    let withheld =
        live.attributes.iter().filter(|(name, value)| is_withheld(name, value)).map(|(name, _)| name.clone());
    let withheld: Vec<Name> = withheld.collect();
    outputs.retain(|name, _| !withheld.contains(name));
    let digests = rows(kind, given, |field| field.write_only)
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| (Name::from(field.name), digest(key, value)))
        .collect();
    let local: BTreeMap<Name, Json> = rows(kind, given, |field| field.local && !field.sensitive)
        .filter(|(_, value)| !value.is_null() && !value.has_secret())
        .map(|(field, value)| (Name::from(field.name), value.to_json()))
        .collect();
    Made { native_id: live.native_id.clone(), outputs: outputs.to_json(), withheld, digests, local }
}

/// The fields that a call gives.
pub(super) fn given(action: &Action) -> Object {
    match action {
        Action::Create { attributes, .. } | Action::Update { attributes, .. } => attributes.clone(),
        Action::Perform { changes, .. } => changes.clone(),
        _ => Object::new(),
    }
}

/// The texts of all secrets in the given fields: a cloud may tell them back under any name.
fn secrets(given: &Object) -> Vec<Name> {
    let mut found = Vec::new();
    for (_, value) in given {
        value.any(&mut |part| {
            if let Value::Secret(secret) = part {
                secret.value.any(&mut |leaf| {
                    if let Value::String(text) = leaf {
                        found.push(text.clone());
                    }
                    false
                });
            }
            false
        });
    }
    found
}

/// Whether a secret stands anywhere in a value: very short ones only as a whole, or everything would mention them.
fn mentions(value: &Value, secrets: &[Name]) -> bool {
    const SHORT: usize = 4;
    !secrets.is_empty()
        && value.any(&mut |part| match part {
            Value::String(text) => secrets
                .iter()
                .any(|secret| text == secret || (secret.len() >= SHORT && text.contains(&**secret))),
            _ => false,
        })
}
