//! Data sources: answered by their sample, or by the hosted objects.

use relight_contract::{DataKind, DataSource, Fault, FaultKind, Kind, Name, Object, Place, Value, canonical};

use crate::World;
use crate::create::opened_object;
use crate::domain::Domain;
use crate::made;
use crate::shape::invalid;
use crate::state::Effect;
use crate::stored::Stored;
use crate::world::Turn;

impl World {
    /// What a data source answers.
    pub(crate) fn look_up(
        &mut self,
        turn: &Turn,
        data: &'static DataKind,
        arguments: &Object,
    ) -> Result<Object, Fault> {
        let arguments = opened_object(arguments)?;
        let mut place = turn.place.clone();
        if place.account.is_none() {
            place.account = Some(Domain::of(&place, data.placement, &self.settings).account);
        }
        match data.source {
            DataSource::Pure(_) => Err(invalid(format!("{} needs no cloud", data.name))),
            DataSource::Cloud(sample) => {
                let answer = sample(&place, &arguments).map_err(invalid)?;
                Ok(with_all_rows(data, &arguments, answer))
            }
            DataSource::Object { kind, sample } => {
                let kind = self
                    .registry
                    .kind(kind)
                    .ok_or_else(|| invalid(format!("{} searches an unknown kind", data.name)))?;
                let answer = match self.search(turn, kind, &arguments)? {
                    Some(found) => found,
                    None => {
                        let answer = sample(&place, &arguments).map_err(invalid)?;
                        self.set_scene(turn, kind, &place, &answer);
                        answer
                    }
                };
                Ok(with_all_rows(data, &arguments, answer))
            }
            DataSource::Of { kind, argument, attribute, sample } => {
                let named = arguments.get(argument).filter(|name| !name.is_null());
                let object = named.map(|name| self.named(turn, kind, attribute, name)).transpose()?;
                let answer = sample(&place, &arguments, object.as_ref()).map_err(invalid)?;
                let answer = answer.ok_or_else(|| {
                    Fault::new(FaultKind::NotFound, format!("no {} fits the arguments", data.name))
                })?;
                Ok(with_all_rows(data, &arguments, answer))
            }
        }
    }

    /// The attributes of the object that a data source is asked about.
    fn named(
        &self,
        turn: &Turn,
        kind: &'static str,
        attribute: &'static str,
        name: &Value,
    ) -> Result<Object, Fault> {
        let kind = self.registry.kind(kind).ok_or_else(|| invalid(format!("there is no kind {kind}")))?;
        let asked = Object::from_iter([(attribute, name.clone())]);
        self.search(turn, kind, &asked)?.ok_or_else(|| {
            let name = name.as_str().unwrap_or_default();
            Fault::new(FaultKind::NotFound, format!("there is no {} `{name}`", kind.name))
        })
    }

    /// The attributes of the one object that the arguments describe. Arguments that the kind lacks do not narrow.
    fn search(&self, turn: &Turn, kind: &'static Kind, arguments: &Object) -> Result<Option<Object>, Fault> {
        let domain = self.domain(turn.place, kind);
        let asked: Vec<&(Name, Value)> =
            arguments.iter().filter(|(name, value)| !value.is_null() && kind.field(name).is_some()).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let fits = |stored: &&Stored| {
            stored.is_visible(turn.now) && asked.iter().all(|(name, value)| agrees(kind, name, value, stored))
        };
        let mut found = self.state.shelf(&domain, kind).filter(fits);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some(one), None) => Ok(Some(one.seen(turn.now).attributes)),
            (Some(_), Some(_)) => {
                let message = format!("more than one {} fits", kind.name);
                Err(Fault::new(FaultKind::Invalid, message))
            }
        }
    }

    /// Keeps what a sample made up, so that other objects can refer to it.
    fn set_scene(&mut self, turn: &Turn, kind: &'static Kind, place: &Place, answer: &Object) {
        let domain = self.domain(place, kind);
        let Some(native_id) = answer.get("id").and_then(Value::as_str).map(Name::from) else { return };
        if self.state.get(&domain, kind, &native_id).is_some() {
            return;
        }
        let mut given = answer.clone();
        given.retain(|name, _| kind.field(name).is_some());
        let maker = self.maker(turn, &domain, &[kind.name, &native_id, "scenery"], 1);
        let stored = Stored {
            kind,
            domain,
            native_id,
            attributes: made::complete(kind.fields, &given, &maker),
            owner: None,
            token: None,
            version: 1,
            created_at: turn.now,
            visible_from: turn.now,
            earlier: None,
            operation: None,
            deletion: None,
            scenery: true,
        };
        self.apply(Effect::Put(Box::new(stored)));
    }
}

/// Whether an object has this value; maps (tags) need only hold what is asked for.
fn agrees(kind: &Kind, name: &str, value: &Value, stored: &Stored) -> bool {
    let (Some(row), Some(live)) = (kind.field(name), stored.attributes.get(name)) else { return false };
    match (value, live) {
        (Value::Map(asked), Value::Map(live)) => {
            asked.entries.iter().all(|(key, value)| live.entries.get(key) == Some(value))
        }
        _ => canonical::same(row, value, live),
    }
}

/// The arguments and answers of a data source, those that nobody gave as null.
fn with_all_rows(data: &DataKind, arguments: &Object, answer: Object) -> Object {
    let mut whole = Object::new();
    for row in data.fields {
        let known = |object: &Object| object.get(row.name).filter(|value| !value.is_null()).cloned();
        let value = known(&answer).or_else(|| known(arguments));
        whole.insert(row.name, value.unwrap_or_else(|| Value::Null(row.ty())));
    }
    whole
}
