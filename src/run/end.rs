//! Ends: what a finished step leaves in the journal, without anything secret.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Action, Kind, Live, Name, Object, Value};
use serde_json::Value as Json;

use super::fill::rows;
use crate::journal::Made;
use crate::memory::digest;

/// Texts that must not be written: secrets, and outputs that the cloud made of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden(BTreeSet<Name>);

impl Hidden {
    /// Hides the secrets among these fields.
    pub(super) fn add_secrets(&mut self, fields: &Object) {
        for (_, value) in fields {
            value.any(&mut |part| {
                if let Value::Secret(secret) = part {
                    self.add(&secret.value);
                }
                false
            });
        }
    }

    /// Hides every text in a value.
    pub(super) fn add(&mut self, value: &Value) {
        value.any(&mut |leaf| {
            if let Value::String(text) = leaf
                && !text.is_empty()
            {
                self.0.insert(text.clone());
            }
            false
        });
    }

    /// Whether a hidden text stands anywhere in a value: a very short one only as a whole, or everything would mention
    /// it.
    fn is_in(&self, value: &Value) -> bool {
        const SHORT: usize = 4;
        !self.0.is_empty()
            && value.any(&mut |part| match part {
                Value::String(text) => self
                    .0
                    .iter()
                    .any(|secret| text == secret || (secret.len() >= SHORT && text.contains(&**secret))),
                _ => false,
            })
    }
}

/// The object that a step left. `given` are the fields as the spec gives them; what is withheld is hidden from now on.
pub(super) fn made(
    kind: &'static Kind,
    given: &Object,
    live: &Live,
    key: &[u8],
    hidden: &mut Hidden,
) -> Made {
    hidden.add_secrets(given);
    let is_withheld = |name: &Name, value: &Value| {
        let secret = kind.field(name).is_none_or(|field| field.sensitive || field.write_only);
        !value.is_null() && (secret || value.has_secret() || hidden.is_in(value))
    };
    let (withheld, told): (Vec<_>, Vec<_>) =
        live.attributes.iter().cloned().partition(|(name, value)| is_withheld(name, value));
    let digests = rows(kind, given, |field| field.write_only)
        .filter(|(_, value)| !value.is_null())
        .map(|(field, value)| (Name::from(field.name), digest(key, value)))
        .collect();
    let local: BTreeMap<Name, Json> = rows(kind, given, |field| field.local && !field.sensitive)
        .filter(|(_, value)| !value.is_null() && !value.has_secret() && !hidden.is_in(value))
        .map(|(field, value)| (Name::from(field.name), value.to_json()))
        .collect();
    withheld.iter().for_each(|(_, value)| hidden.add(value));
    Made {
        native_id: live.native_id.clone(),
        outputs: told.into_iter().collect::<Object>().to_json(),
        withheld: withheld.into_iter().map(|(name, _)| name).collect(),
        digests,
        local,
    }
}

/// The fields that a call gives.
pub(super) fn given(action: &Action) -> Object {
    match action {
        Action::Create { attributes, .. } | Action::Update { attributes, .. } => attributes.clone(),
        Action::Perform { changes, .. } => changes.clone(),
        _ => Object::new(),
    }
}
