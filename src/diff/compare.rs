//! A wanted object against a live one, field by field.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::canonical::{same, told};
use relight_contract::field::Presence;
use relight_contract::{Field, Identity, Kind, Live, Mutability, Name, Object, Role, Value};

use super::cause::Cause;
use super::forcing::forcing;
use super::model::Delta;
use crate::desired::Ignore;
use crate::diag::{Code, codes};
use crate::expr::Step;
use crate::memory::Item;

/// What a comparison found.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) deltas: Vec<Delta>,
    /// Differences that the operation is not about.
    pub(super) held: Vec<Delta>,
    /// Every difference hangs on a hole.
    pub(super) maybe: bool,
    /// Differences that are left alone, with why.
    pub(super) left: Vec<(Code, String)>,
    /// Fields that keep their live value, whatever is made of the object.
    pub(super) spared: Vec<(Name, Value)>,
    /// Fields that keep their live value while the object lives.
    pub(super) ignored: Vec<(Name, Value)>,
    /// Digests of what a replica that is promoted has from its source, and the cloud never tells.
    pub(super) inherited: BTreeMap<Name, Name>,
    /// It is to follow a source, and the cloud cannot make a replica of what is there: it is put aside, and a new one made.
    pub(super) retires: bool,
    /// A difference belongs to the operation because of what it makes anew.
    pub(super) follows: bool,
    /// The source of a replica: before and after, where it changes.
    pub(super) source: Option<(Value, Value)>,
    /// Why a field cannot be known, and has no live value to keep.
    pub(super) blocked: Option<Name>,
    /// Why a field that makes the object another one cannot be known, and keeps its live value.
    pub(super) uncertain: Option<Name>,
}

/// Everything that a comparison depends on.
pub(super) struct Sides<'a> {
    pub(super) kind: &'static Kind,
    pub(super) wanted: &'a Object,
    pub(super) live: &'a Live,
    pub(super) remembered: Option<&'a Item>,
    /// What is remembered of the object that it follows so far.
    pub(super) source: Option<&'a Item>,
    pub(super) ignore: &'a Ignore,
    pub(super) role: Option<Role>,
    /// Which differences the operation is about.
    pub(super) cause: &'a Cause,
    /// Fields that read what the operation makes anew: their differences belong to it as well.
    pub(super) follows: &'a BTreeSet<Name>,
    pub(super) digest: &'a dyn Fn(&Value) -> Name,
    /// Why a value with holes cannot be known by this plan, where it cannot.
    pub(super) blocked: &'a dyn Fn(&Value) -> Option<Name>,
}

impl Sides<'_> {
    /// Whether a difference of a field belongs to the operation.
    fn covers(&self, field: &str) -> bool {
        self.cause.covers(field) || self.follows.contains(field)
    }
}

pub(super) fn compare(sides: &Sides<'_>) -> Comparison {
    let mut found = Comparison { maybe: true, ..Comparison::default() };
    let (name, prefix) = match sides.kind.identity {
        Identity::Name(rule) => (Some(rule.attribute), rule.prefix),
        _ => (None, None),
    };
    let dictated = dictated(sides);
    for row in sides.kind.fields.iter().filter(|row| row.is_settable() && !row.local) {
        // A derived name is read from the live object, and its prefix counts once, when it is derived.
        let named = Some(row.name) == name && sides.wanted.get(row.name).is_none_or(Value::is_null);
        if !named && Some(row.name) != prefix && !dictated.contains(&row.name) {
            field(sides, row, &mut found);
        }
    }
    found.maybe &= !found.deltas.is_empty();
    found
}

/// The fields that a replica takes from its source, while it has one.
fn dictated(sides: &Sides<'_>) -> &'static [&'static str] {
    match sides.kind.promotable() {
        Some((source, dictated)) if sides.wanted.get(source).is_some_and(|value| !value.is_null()) => {
            dictated
        }
        _ => &[],
    }
}

fn field(sides: &Sides<'_>, row: &'static Field, found: &mut Comparison) {
    let Some((wanted, taken_out)) = wanted(sides, row) else { return };
    let absent;
    let before = match told(row, &wanted, &sides.live.attributes) {
        Some(before) => before,
        None => {
            absent = Value::Null(row.ty());
            &absent
        }
    };
    // Drift is ignored, what a role wants is not.
    let demanded = sides.cause.demands(row.name);
    if ignores(sides.ignore, row.name) && !demanded {
        found.ignored.push((row.name.into(), before.clone()));
        return;
    }
    let after = match demanded {
        true => wanted.clone(),
        false => spare(sides.ignore, row.name, wanted.clone(), before),
    };
    if after != wanted {
        found.ignored.push((row.name.into(), after.clone()));
    }
    let open = after.has_hole();
    if open && let Some(why) = (sides.blocked)(&after) {
        // What cannot be known keeps what it has; without that, the step waits for another day.
        if !before.is_null() || !sides.covers(row.name) {
            found.spared.push((row.name.into(), before.clone()));
            if row.mutability == Mutability::Replace {
                found.uncertain.get_or_insert(why);
            }
            return;
        }
        found.blocked.get_or_insert(why);
    }
    if sides.kind.promotable().is_some_and(|(source, _)| source == row.name) {
        return transition(sides, row, before, after, found);
    }
    if row.write_only {
        return write_only(sides, row, after, taken_out, found);
    }
    if !open && same(row, &after, before) {
        return;
    }
    // What comes out of the operation is known behind it; it is not about this field.
    if open && !sides.covers(row.name) && !before.is_null() {
        found.spared.push((row.name.into(), before.clone()));
        return;
    }
    if let Some(why) = spare_capacity(sides, row, before, &after) {
        found.left.push((codes::STEP_BLOCKED, why));
        found.spared.push((row.name.into(), before.clone()));
        return;
    }
    let forcing = forcing(row, &after, before);
    let before = before.clone();
    found
        .differs(sides, Delta { field: row, before, after, replaces: forcing.is_some(), forcing, taken_out });
}

impl Comparison {
    /// Says that a field which the cloud never tells back counts as unchanged.
    fn unremembered(&mut self, row: &Field) {
        let why = "the cloud does not tell it back and nothing remembers it: it counts as unchanged";
        self.left.push((codes::WRITE_ONLY, format!("`{}`: {why}", row.name)));
    }

    /// Takes in a difference: it is done, or held because the operation is not about it.
    fn differs(&mut self, sides: &Sides<'_>, delta: Delta) {
        match sides.covers(delta.field.name) {
            true => {
                self.maybe &= delta.after.has_hole();
                self.follows |= sides.follows.contains(delta.field.name);
                self.deltas.push(delta);
            }
            false => {
                self.spared.push((delta.field.name.into(), delta.before.clone()));
                self.held.push(delta);
            }
        }
    }
}

/// A replica that gets or loses its source is the business of a command that moves roles; so is one that is to follow
/// another source.
fn transition(sides: &Sides<'_>, row: &'static Field, before: &Value, after: Value, found: &mut Comparison) {
    if !after.has_hole() && same(row, &after, before) {
        return;
    }
    let demanded = sides.cause.demands(row.name);
    if demanded || !sides.cause.covers(row.name) {
        found.retires |= demanded && !after.is_null() && !(sides.kind.demotes() && before.is_null());
        let before = before.clone();
        let delta = Delta { field: row, before, after, replaces: false, forcing: None, taken_out: false };
        return found.differs(sides, delta);
    }
    if after.is_null() != before.is_null() {
        found.source = Some((before.clone(), after));
    } else {
        found.spared.push((row.name.into(), before.clone()));
        if !after.has_hole() {
            let why = format!(
                "`{}`: it follows another source, and only `relight reprotect` changes that",
                row.name
            );
            found.left.push((codes::STEP_BLOCKED, why));
        }
    }
}

/// What the field is to be, and whether it was taken out of the spec: then it goes back to its default. `None` for one
/// that the spec does not speak of.
fn wanted(sides: &Sides<'_>, row: &'static Field) -> Option<(Value, bool)> {
    match sides.wanted.get(row.name) {
        Some(value) if !value.is_null() => Some((value.clone(), false)),
        Some(_) => Some((unset(row)?, false)),
        None => {
            let was_ours = remembers(sides, row.name);
            if was_ours { Some((unset(row)?, true)) } else { None }
        }
    }
}

/// Whether memory knows that the spec gave the field.
fn remembers(sides: &Sides<'_>, field: &str) -> bool {
    sides.remembered.is_some_and(|item| item.fields.iter().any(|name| &**name == field))
}

/// The value of a field that is managed as unset; what the cloud may choose, it keeps.
fn unset(row: &'static Field) -> Option<Value> {
    (row.presence != Presence::Computed).then(|| row.default.to_value(&row.ty()))
}

/// What the cloud never tells back is compared by digest. A field that the remembered spec did not give is new.
fn write_only(sides: &Sides<'_>, row: &'static Field, after: Value, taken_out: bool, found: &mut Comparison) {
    if inherits(sides, row) {
        return inherited(sides, row, after, found);
    }
    let open = after.has_hole();
    let changed = match sides.remembered.map(|item| item.digests.get(row.name)) {
        Some(Some(digest)) => open || (sides.digest)(&after) != *digest,
        Some(None) if !remembers(sides, row.name) => !after.is_null(),
        _ if after.is_null() => false,
        _ => {
            found.unremembered(row);
            false
        }
    };
    if changed {
        let before = Value::Null(row.ty());
        let forcing = (row.mutability == Mutability::Replace).then(|| row.name.to_owned());
        let replaces = forcing.is_some();
        found.differs(sides, Delta { field: row, before, after, replaces, forcing, taken_out });
    }
}

/// Whether a replica that is promoted, or was since anybody touched it, has a field from its source.
fn inherits(sides: &Sides<'_>, row: &Field) -> bool {
    let promoted = |source: &str| {
        let follows = sides.live.get(source).is_some_and(|value| !value.is_null());
        let promotes = follows && sides.cause.demands(source);
        let was_replica = remembers(sides, source) && !remembers(sides, row.name);
        (promotes || was_replica) && sides.wanted.get(source).is_none_or(Value::is_null)
    };
    let promotable = sides.kind.promotable();
    promotable.is_some_and(|(source, dictated)| dictated.contains(&row.name) && promoted(source))
}

/// What a promoted replica has from its source stays as it is; where the spec wants another value by now, that is a
/// change like any other, and not this operation's.
fn inherited(sides: &Sides<'_>, row: &'static Field, after: Value, found: &mut Comparison) {
    let Some(digest) = sides.source.and_then(|source| source.digests.get(row.name)) else {
        if !after.is_null() {
            found.unremembered(row);
        }
        return;
    };
    found.inherited.insert(row.name.into(), digest.clone());
    if after.has_hole() || (sides.digest)(&after) != *digest {
        let before = Value::Null(row.ty());
        found.spared.push((row.name.into(), before.clone()));
        found.held.push(Delta {
            field: row,
            before,
            after,
            replaces: false,
            forcing: None,
            taken_out: false,
        });
    }
}

/// In a serving site the wanted size is a floor: what was scaled out is not taken away.
fn spare_capacity(sides: &Sides<'_>, row: &Field, before: &Value, after: &Value) -> Option<String> {
    let size = *sides.kind.scalable().first()?;
    if size != row.name || sides.role != Some(Role::Primary) {
        return None;
    }
    let (before, after) = (before.as_number()?, after.as_number()?);
    (before > after).then(|| {
        format!("`{size}`: {before} run, {after} are asked for: a serving site is not scaled in unasked")
    })
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
