//! What the table of a kind tells of an object's fields.

use relight_contract::{Field, Kind, Literal, Part, Value};

use crate::desired::Instance;

/// A field that has to do with a recovery, with the value that the spec gives it.
pub(super) struct Fact<'v> {
    pub(super) part: Part,
    pub(super) row: &'static Field,
    pub(super) value: &'v Value,
}

/// Every such field that is given, nested ones included.
pub(super) fn facts(instance: &Instance) -> Vec<Fact<'_>> {
    let mut found = Vec::new();
    for row in instance.kind.fields {
        if let Some(value) = instance.attributes.get(row.name) {
            in_row(row, value, &mut found);
        }
    }
    found
}

fn in_row<'v>(row: &'static Field, value: &'v Value, found: &mut Vec<Fact<'v>>) {
    if value.is_null() {
        return;
    }
    if let Some(part) = row.part {
        found.push(Fact { part, row, value });
    }
    let Some(rows) = row.shape.fields() else { return };
    let nested = value.as_items().map_or(std::slice::from_ref(value), |items| items);
    for entries in nested.iter().filter_map(Value::as_entries) {
        for row in rows {
            if let Some(value) = entries.get(row.name) {
                in_row(row, value, found);
            }
        }
    }
}

/// The values of the fields that play a part.
pub(super) fn values(instance: &Instance, part: Part) -> impl Iterator<Item = &Value> {
    facts(instance).into_iter().filter(move |fact| fact.part == part).map(|fact| fact.value)
}

/// A number that a field gives, or else the one that its table says; `None` for a kind without it, and for a number
/// that is not known.
pub(super) fn number(instance: &Instance, otherwise: impl Fn(Part) -> Option<u32>) -> Option<u64> {
    let row = |row: &Field| row.part.and_then(&otherwise);
    let fallback = instance.kind.fields.iter().find_map(row)?;
    match facts(instance).into_iter().find(|fact| otherwise(fact.part).is_some()) {
        None => Some(u64::from(fallback)),
        Some(fact) => u64::try_from(fact.value.as_i64()?).ok(),
    }
}

/// Whether only its own network reaches an object.
pub(super) fn is_private(instance: &Instance) -> bool {
    instance.kind.fields.iter().any(|row| {
        let Some(Part::Private(private)) = row.part else { return false };
        let given = instance.attributes.get(row.name).filter(|value| !value.is_null());
        match (given, row.default) {
            (Some(value), _) => value.as_bool() == Some(private),
            (None, Literal::Bool(value)) => value == private,
            (None, _) => false,
        }
    })
}

/// Whether the answer of an object follows the health of what it names.
pub(super) fn follows_health(instance: &Instance) -> bool {
    values(instance, Part::Health).any(|value| value.as_bool() != Some(false))
}

/// Whether traffic comes to what an object answers with.
pub(super) fn has_share(instance: &Instance) -> bool {
    !values(instance, Part::Share).any(|share| share.as_i64() == Some(0))
}

/// Whether customers come in at objects of a kind.
pub(super) fn is_entrance(kind: &Kind) -> bool {
    kind.fields.iter().any(|row| row.part == Some(Part::Entrance))
}
