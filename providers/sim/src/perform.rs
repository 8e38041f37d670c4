//! Capabilities: promote, demote, retire, fence and shift, as field transitions of the table.

use relight_contract::{Act, Capability, Fault, Identity, Kind, Name, Object, Owner, State, Value, pattern};

use crate::World;
use crate::create::{conflict, opened_object};
use crate::made;
use crate::shape::invalid;
use crate::state::Effect;
use crate::stored::Stored;
use crate::world::{Done, Turn};

impl World {
    /// Makes the transitions of a capability, and the changes that the caller asks for with it.
    pub(crate) fn perform(
        &mut self,
        turn: &Turn,
        kind: &'static Kind,
        act: Act,
        native_id: &str,
        changes: &Object,
        owner: Option<&Owner>,
    ) -> Result<Done, Fault> {
        let stored = self.changeable(turn, kind, native_id, None)?;
        if stored.state(turn.now) != State::Ready {
            return Err(conflict(format!("{} {native_id} is not ready", kind.name), "InvalidState"));
        }
        let mut changes = opened_object(changes)?;
        match act {
            Act::Promote => promote(kind, &stored, &mut changes)?,
            Act::Demote => demote(kind, &stored, &changes)?,
            Act::Fence => fence(kind, &mut changes)?,
            Act::Shift => shift(kind, &changes)?,
            Act::Retire => return self.retire(turn, stored, &changes, owner),
            Act::List | Act::Read | Act::Create | Act::Update | Act::Delete => {
                return Err(invalid("this is no capability"));
            }
        }
        self.change(turn, stored, &changes, act)
    }

    /// Gives an object another name, and with it the ids that are made of its name.
    fn retire(
        &mut self,
        turn: &Turn,
        mut stored: Stored,
        changes: &Object,
        owner: Option<&Owner>,
    ) -> Result<Done, Fault> {
        let kind = stored.kind;
        let Identity::Name(rule) = kind.identity else {
            return Err(invalid(format!("{} has no name of its own", kind.name)));
        };
        if kind.promotable().is_none() {
            return Err(unable(kind, "retire"));
        }
        if changes.get(rule.attribute).and_then(Value::as_str).is_none() {
            return Err(invalid(format!("a retired object needs another `{}`", rule.attribute)));
        }
        let old_id = stored.native_id.clone();
        self.set_fields(turn, &mut stored, changes)?;
        let besides = Some(&*old_id);
        self.check_name(&stored.domain, kind, rule, &stored.attributes, turn.now, besides)?;
        self.rename(turn, &mut stored, changes);
        if let Some(owner) = owner {
            stored.owner = Some(owner.clone());
        }
        stored.version += 1;
        let moved = stored.native_id != old_id;
        let domain = stored.domain.clone();
        let done = self.begin(turn, stored, Act::Retire);
        // Last, so that a cut in between leaves the object under two ids rather than under none.
        if moved {
            self.apply(Effect::Drop { domain, kind, native_id: old_id });
        }
        Ok(done)
    }

    /// Makes anew what is made of changed fields, until nothing more follows.
    fn rename(&self, turn: &Turn, stored: &mut Stored, changes: &Object) {
        let maker = self.maker_of(turn, stored, "rename");
        let mut changed: Vec<&str> = changes.names().map(|name| &**name).collect();
        let mut next = 0;
        while let Some(name) = changed.get(next).copied() {
            next += 1;
            for row in stored.kind.fields {
                let follows = row.made.is_some_and(|made| pattern::fields(made).any(|field| field == name));
                if follows && !row.is_settable() && !changed.contains(&row.name) {
                    let value = made::make_one(row, &stored.attributes, &maker);
                    stored.attributes.insert(row.name, value);
                    changed.push(row.name);
                }
            }
        }
        if let Some(id) = stored.text("id") {
            stored.native_id = Name::from(id);
        }
    }
}

fn unable(kind: &Kind, act: &str) -> Fault {
    invalid(format!("{} cannot {act}", kind.name))
}

fn promote(kind: &'static Kind, stored: &Stored, changes: &mut Object) -> Result<(), Fault> {
    let (source, _) = kind.promotable().ok_or_else(|| unable(kind, "promote"))?;
    let row = kind.field(source).ok_or_else(|| unable(kind, "promote"))?;
    if stored.text(source).is_none_or(str::is_empty) {
        let message = format!("{} {} is no replica", kind.name, stored.native_id);
        return Err(conflict(message, "NotAReplica"));
    }
    changes.insert(source, Value::Null(row.ty()));
    Ok(())
}

fn demote(kind: &'static Kind, stored: &Stored, changes: &Object) -> Result<(), Fault> {
    let demotes = kind.capabilities.iter().find_map(|capability| match capability {
        Capability::Promotable { source, demotes: true, .. } => Some(*source),
        _ => None,
    });
    let source = demotes.ok_or_else(|| unable(kind, "demote"))?;
    if stored.text(source).is_some_and(|text| !text.is_empty()) {
        let message = format!("{} {} is a replica already", kind.name, stored.native_id);
        return Err(conflict(message, "AlreadyAReplica"));
    }
    match changes.get(source).and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
        true => Ok(()),
        false => Err(invalid(format!("a replica needs its `{source}`"))),
    }
}

fn fence(kind: &'static Kind, changes: &mut Object) -> Result<(), Fault> {
    let effect = kind.capabilities.iter().find_map(|capability| match capability {
        Capability::Fenceable { effect } => Some(*effect),
        _ => None,
    });
    for transition in effect.ok_or_else(|| unable(kind, "fence"))? {
        if let Some(row) = kind.field(transition.field) {
            changes.insert(transition.field, transition.to.to_value(&row.ty()));
        }
    }
    Ok(())
}

fn shift(kind: &'static Kind, changes: &Object) -> Result<(), Fault> {
    let fields = kind.shiftable();
    if fields.is_empty() {
        return Err(unable(kind, "shift"));
    }
    match changes.names().find(|name| !fields.contains(&&***name)) {
        Some(name) => Err(invalid(format!("`{name}` does not steer traffic"))),
        None => Ok(()),
    }
}
