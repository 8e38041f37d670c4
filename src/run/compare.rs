//! Comparison of what is wanted with what is there.

use relight_contract::field::{Mutability, Presence};
use relight_contract::{Action, Field, Kind, Live, Name, Object, Value, canonical};

use super::fill::rows;

/// Whether a field can be seen in a live object at all.
fn is_seen(field: &Field) -> bool {
    !field.local && !field.write_only
}

/// Whether every field of `wanted` that can be seen has this value in `live`.
pub(super) fn holds(kind: &'static Kind, wanted: &Object, live: &Live) -> bool {
    rows(kind, wanted, is_seen).all(|(field, value)| is_same(field, value, live))
}

/// Whether `wanted` holds something that no look at the object can confirm.
pub(super) fn has_unseen(kind: &'static Kind, wanted: &Object) -> bool {
    rows(kind, wanted, |field| field.write_only).any(|(_, value)| !value.is_null())
}

/// The change that makes `live` what its creation asked for: a creation of several calls may have been cut behind any
/// of them. `None` when there is nothing to change.
pub(super) fn mend(kind: &'static Kind, attributes: &Object, live: &Live) -> Option<Action> {
    let changeable = |field: &Field| is_seen(field) && field.mutability == Mutability::InPlace;
    let changes: Object = rows(kind, attributes, changeable)
        .filter(|(field, value)| !value.is_null() && !is_same(field, value, live))
        .map(|(field, value)| (Name::from(field.name), value.clone()))
        .collect();
    (!changes.is_empty()).then(|| Action::Update {
        kind,
        native_id: live.native_id.clone(),
        changes,
        attributes: attributes.clone(),
        version: live.version.clone(),
    })
}

fn is_same(field: &Field, wanted: &Value, live: &Live) -> bool {
    let unset = Value::Null(field.ty());
    let live = canonical::told(field, wanted, &live.attributes).unwrap_or(&unset);
    canonical::same(field, wanted, live)
        // An unset field goes back to the default of its kind, or to what the cloud chooses.
        || (wanted.is_null()
            && (field.presence == Presence::Computed
                || canonical::same(field, &field.default.to_value(&field.ty()), live)))
}
