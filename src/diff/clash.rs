//! Instances that would be one object: names and natural keys that several of them claim.

use std::cell::Cell;
use std::collections::HashMap;

use relight_contract::{Identity, Kind, Object, Place, Scope, Value};

use super::decide::Decider;
use super::find::{Key, key_with};
use crate::desired::{Instance, InstanceId};
use crate::diag::{Diagnostic, codes};

/// Who claims a kind's name or key first, in each place.
pub(super) type Claims = HashMap<(&'static str, Key), Vec<InstanceId>>;

impl Decider<'_> {
    /// Two instances with one name or key would undo each other's work in every run.
    pub(super) fn claim(&mut self, id: InstanceId, name: Named) {
        let question = self.question;
        let instance = question.desired.instance(id);
        // Whatever clashes may go.
        if question.operation.destroys() || !name.is_chosen {
            return;
        }
        let key = name.key;
        let claims = self.claims.entry((instance.kind.name, key)).or_default();
        let other = claims
            .iter()
            .map(|other| question.desired.instance(*other))
            .find(|other| is_shared(instance.kind, &instance.place, &other.place));
        match other {
            Some(other) => self.diagnostics.push(clash(instance, other)),
            None => claims.push(id),
        }
    }
}

/// The name or key that an instance takes, as far as the spec says it.
pub(super) struct Named {
    /// A value that is yet to be made counts by what makes it: two that wait for the same are the same.
    key: Key,
    /// Whether all of it is known.
    is_known: bool,
    /// Whether the spec says it, and nobody derives it from the address.
    is_chosen: bool,
}

impl Named {
    pub(super) fn of(kind: &Kind, attributes: &Object) -> Option<Named> {
        let is_known = Cell::new(true);
        let key = key_with(kind, attributes, &|value| {
            is_known.set(false);
            match value {
                Value::Hole(hole) => Some(format!("\u{0}{}", hole.id.0)),
                _ => None,
            }
        })?;
        let is_chosen = match kind.identity {
            Identity::Name(rule) => attributes.get(rule.attribute).is_some_and(|name| !name.is_null()),
            _ => true,
        };
        Some(Named { key, is_known: is_known.get(), is_chosen })
    }

    /// The key that a live object is found by.
    pub(super) fn known(&self) -> Option<&Key> {
        self.is_known.then_some(&self.key)
    }
}

/// Whether a name or key in one place is taken in the other.
fn is_shared(kind: &Kind, one: &Place, other: &Place) -> bool {
    let scope = match kind.identity {
        Identity::Name(rule) => rule.scope,
        _ => Scope::Region,
    };
    one.name == other.name
        || match scope {
            Scope::World => true,
            Scope::Account => one.account == other.account && one.settings == other.settings,
            Scope::Region | Scope::Parent(_) => false,
        }
}

fn clash(instance: &Instance, other: &Instance) -> Diagnostic {
    let fields: Vec<String> = match instance.kind.identity {
        Identity::Name(rule) => vec![format!("`{}`", rule.attribute)],
        Identity::Key(fields) => fields.iter().map(|field| format!("`{field}`")).collect(),
        Identity::Token | Identity::Server => Vec::new(),
    };
    let one_of = if fields.len() > 1 { "one of " } else { "" };
    let (fields, places) = (fields.join(", "), [&instance.place.name, &other.place.name]);
    let place = match places {
        [one, two] if one == two => format!("in `{one}`"),
        [one, two] => format!("in `{two}` and `{one}`"),
    };
    let apart = match instance.block == other.block && instance.address.key == other.address.key {
        true => {
            format!("tell the sites apart: put `site.name` into {one_of}{fields}, or let one site have it")
        }
        false => format!("let {one_of}{fields} differ, or keep one of the two"),
    };
    let message = format!(
        "`{}` and `{}` would be one object {place}: they have the same {fields}",
        other.address, instance.address
    );
    let problem = Diagnostic::error(codes::IDENTITY_CLASH, message)
        .at(instance.span)
        .address(&instance.address)
        .help(apart);
    match instance.span == other.span {
        true => problem,
        false => problem.label(other.span, format!("`{}` stands here", other.address)),
    }
}
