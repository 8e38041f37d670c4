//! A wanted object against a live one, field by field.

use relight_contract::canonical::same;
use relight_contract::field::Presence;
use relight_contract::{Field, Identity, Kind, Live, Mutability, Name, Object, Role, Value};

use super::model::Delta;
use crate::desired::Ignore;
use crate::expr::Step;
use crate::memory::Item;

/// What a comparison found.
pub(super) struct Comparison {
    pub(super) deltas: Vec<Delta>,
    /// Every difference hangs on a hole.
    pub(super) maybe: bool,
    /// Fields whose difference is left alone, with why.
    pub(super) left: Vec<(Name, String)>,
    /// The source of a replica: before and after, where it changes.
    pub(super) source: Option<(Value, Value)>,
}

/// Everything that a comparison depends on.
pub(super) struct Sides<'a> {
    pub(super) kind: &'static Kind,
    pub(super) wanted: &'a Object,
    pub(super) live: &'a Live,
    pub(super) remembered: Option<&'a Item>,
    pub(super) ignore: &'a Ignore,
    pub(super) role: Option<Role>,
    pub(super) digest: &'a dyn Fn(&Value) -> Name,
}

pub(super) fn compare(sides: &Sides<'_>) -> Comparison {
    let mut found = Comparison { deltas: Vec::new(), maybe: true, left: Vec::new(), source: None };
    let source = sides.kind.promotable().map(|(source, _)| source);
    // A prefix counts once, when the name is derived from it.
    let prefix = match sides.kind.identity {
        Identity::Name(rule) => rule.prefix,
        _ => None,
    };
    for row in sides.kind.fields.iter().filter(|row| row.is_settable() && !row.local && !row.own) {
        if ignores(sides.ignore, row.name) || Some(row.name) == prefix {
            continue;
        }
        let absent = Value::Null(row.ty());
        let before = sides.live.get(row.name).unwrap_or(&absent);
        let Some(after) = wanted(sides, row) else { continue };
        let after = spare(sides.ignore, row.name, after, before);
        if Some(row.name) == source {
            if !same(row, &after, before) && after.is_null() != before.is_null() {
                found.source = Some((before.clone(), after));
            }
            continue;
        }
        if row.write_only {
            write_only(sides, row, &after, &mut found);
            continue;
        }
        let open = after.has_hole();
        if !open && same(row, &after, before) {
            continue;
        }
        if let Some(why) = spare_capacity(sides, row, before, &after) {
            found.left.push((row.name.into(), why));
            continue;
        }
        found.maybe &= open;
        let replaces = row.mutability == Mutability::Replace;
        found.deltas.push(Delta { field: row, before: before.clone(), after, replaces });
    }
    found.maybe &= !found.deltas.is_empty();
    found
}

/// What the field is to be: what the spec says, the default of one that was taken out of the spec, or `None` for one
/// that the spec does not speak of.
fn wanted(sides: &Sides<'_>, row: &'static Field) -> Option<Value> {
    match sides.wanted.get(row.name) {
        Some(value) if !value.is_null() => Some(value.clone()),
        Some(_) => unset(row),
        None => {
            let was_ours =
                sides.remembered.is_some_and(|item| item.fields.iter().any(|name| &**name == row.name));
            if was_ours { unset(row) } else { None }
        }
    }
}

/// The value of a field that is managed as unset; what the cloud may choose, it keeps.
fn unset(row: &'static Field) -> Option<Value> {
    (row.presence != Presence::Computed).then(|| row.default.to_value(&row.ty()))
}

fn write_only(sides: &Sides<'_>, row: &'static Field, after: &Value, found: &mut Comparison) {
    let remembered = sides.remembered.and_then(|item| item.digests.get(row.name));
    match remembered {
        Some(digest) if !after.has_hole() && (sides.digest)(after) != *digest => {
            found.maybe = false;
            let before = Value::Null(row.ty());
            let replaces = row.mutability == Mutability::Replace;
            found.deltas.push(Delta { field: row, before, after: after.clone(), replaces });
        }
        Some(_) => {}
        None if after.is_null() => {}
        None => found.left.push((
            row.name.into(),
            "the cloud does not tell it back and nothing remembers it: it counts as unchanged".to_owned(),
        )),
    }
}

/// In a serving site the wanted size is a floor: what was scaled out is not taken away.
fn spare_capacity(sides: &Sides<'_>, row: &Field, before: &Value, after: &Value) -> Option<String> {
    let size = *sides.kind.scalable().first()?;
    if size != row.name || sides.role != Some(Role::Primary) {
        return None;
    }
    let (before, after) = (before.as_number()?, after.as_number()?);
    (before > after)
        .then(|| format!("{before} run, {after} are asked for: a serving site is not scaled in unasked"))
}

fn ignores(ignore: &Ignore, name: &str) -> bool {
    match ignore {
        Ignore::Nothing => false,
        Ignore::All => true,
        Ignore::Fields(paths) => paths.iter().any(|(field, steps)| &**field == name && steps.is_empty()),
    }
}

/// The wanted value with what stands behind ignored steps taken from the live one.
fn spare(ignore: &Ignore, name: &str, wanted: Value, live: &Value) -> Value {
    let Ignore::Fields(paths) = ignore else { return wanted };
    let mut value = wanted;
    for (_, steps) in paths.iter().filter(|(field, steps)| &**field == name && !steps.is_empty()) {
        value = graft(&value, live, steps);
    }
    value
}

fn graft(wanted: &Value, live: &Value, steps: &[Step]) -> Value {
    let Some((step, rest)) = steps.split_first() else { return live.clone() };
    let key = match step {
        Step::Attribute(name) => Some(name.clone()),
        Step::Index(key) => key.as_str().map(Name::from),
    };
    if let Some(key) = key {
        let entries = |value: &Value| value.as_entries().cloned().unwrap_or_default();
        let mut object = entries(wanted);
        match (object.get(&key), entries(live).get(&key)) {
            (Some(wanted), Some(live)) => {
                let value = graft(wanted, live, rest);
                object.insert(key, value);
            }
            (None, Some(live)) if rest.is_empty() => {
                object.insert(key, live.clone());
            }
            (Some(_), None) if rest.is_empty() => {
                object.remove(&key);
            }
            _ => {}
        }
        return match (wanted, live) {
            (Value::Map(map), _) | (Value::Null(_), Value::Map(map)) => {
                Value::map(map.element.clone(), object)
            }
            _ => Value::object(object),
        };
    }
    let (Step::Index(index), Value::List(list), Some(others)) = (step, wanted, live.as_items()) else {
        return wanted.clone();
    };
    let position = index.as_i64().and_then(|index| usize::try_from(index).ok());
    let mut items = list.items.clone();
    if let Some(position) = position
        && let (Some(item), Some(other)) = (items.get_mut(position), others.get(position))
    {
        *item = graft(item, other, rest);
    }
    Value::list(list.element.clone(), items)
}
