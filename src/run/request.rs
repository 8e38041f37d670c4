//! Requests: what a step asks, as the call that asks it.

use relight_contract::address::hex;
use relight_contract::{Action, Name, Object};
use sha2::{Digest, Sha256};

use super::fill::{FillError, Filling};
use super::targets::Target;
use crate::plan::{Ask, Step};

/// The call of a step with every hole filled; `None` for a step that calls nobody.
pub(super) fn action(
    filling: &Filling,
    step: &Step,
    target: &Target,
    token: &Name,
) -> Result<Option<Action>, FillError> {
    let kind = target.kind;
    let fields = |json| filling.fields(kind, json);
    let text = |text: &str| Name::from(text);
    let version = |version: &Option<String>| version.as_deref().map(Name::from);
    Ok(Some(match &step.ask {
        Ask::Create { attributes, .. } => Action::Create {
            kind,
            attributes: fields(attributes)?,
            owner: target.owner.clone(),
            token: token.clone(),
        },
        Ask::Update { native_id, version: planned, changes, attributes } => Action::Update {
            kind,
            native_id: text(native_id),
            changes: fields(changes)?,
            attributes: fields(attributes)?,
            version: version(planned),
        },
        Ask::Delete { native_id, version: planned, attributes, .. } => Action::Delete {
            kind,
            native_id: text(native_id),
            version: version(planned),
            attributes: fields(attributes)?,
        },
        Ask::Perform { act, native_id, changes, planned, owner, .. } => Action::Perform {
            kind,
            act: (*act).into(),
            native_id: text(native_id),
            changes: fields(changes)?,
            planned: *planned,
            owner: owner.is_some().then(|| target.owner.clone()),
        },
        Ask::Await { native_id, .. } => Action::Read { kind, native_id: text(native_id) },
        Ask::Claim { native_id, .. } => {
            Action::Claim { kind, native_id: text(native_id), owner: target.owner.clone() }
        }
        Ask::Remember { .. } | Ask::Forget { .. } | Ask::Nothing => return Ok(None),
        Ask::Verify(_) | Ask::Approve(_) | Ask::Run(_) => return Ok(None),
    }))
}

/// The object that a call works on; `None` for a creation.
pub(super) fn native_id(action: &Action) -> Option<&Name> {
    match action {
        Action::Update { native_id, .. }
        | Action::Delete { native_id, .. }
        | Action::Perform { native_id, .. }
        | Action::Claim { native_id, .. }
        | Action::Read { native_id, .. }
        | Action::Poll { native_id, .. } => Some(native_id),
        _ => None,
    }
}

/// Digest of what a call asks under the store's key, 32 hex digits. Secrets count by reference only.
pub(super) fn digest(key: &[u8], action: &Action) -> Name {
    let empty = Object::new();
    let (changes, attributes) = match action {
        Action::Create { attributes, .. } | Action::Delete { attributes, .. } => (&empty, attributes),
        Action::Update { changes, attributes, .. } => (changes, attributes),
        Action::Perform { changes, .. } => (changes, &empty),
        _ => (&empty, &empty),
    };
    let mut hash = Sha256::new();
    hash.update(key);
    for part in [
        action.kind_name().to_owned(),
        format!("{:?}", action.act()),
        native_id(action).map(ToString::to_string).unwrap_or_default(),
        changes.to_json().to_string(),
        attributes.to_json().to_string(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize()[..16]).into()
}
