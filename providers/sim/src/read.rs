//! Reading: lists, reads, finds and polls, as late as reads are.

use relight_contract::{
    Answer, Fault, FaultKind, Identity, Interest, Kind, Listing, Live, Name, Object, Value, canonical,
};

use crate::World;
use crate::create::opened_object;
use crate::domain::Domain;
use crate::shape::invalid;
use crate::stored::Stored;
use crate::world::Turn;

impl World {
    /// One page of a kind's objects, in order of their native ids. It tells as little as a cloud may: nothing that is
    /// not asked for.
    pub(crate) fn list(
        &self,
        turn: &Turn,
        kind: &'static Kind,
        under: Option<&str>,
        page: Option<&str>,
        interest: &Interest,
    ) -> Result<Answer, Fault> {
        let domain = self.domain(turn.place, kind);
        let (size, parent) = match kind.listing {
            Listing::All { page } => (page, None),
            Listing::Under { attribute, page, .. } => (page, Some((attribute, under))),
        };
        let belongs: Box<dyn Fn(&Stored) -> bool> = match parent {
            None => Box::new(|_| true),
            Some((_, None)) => return Err(invalid(format!("{} is listed under a parent", kind.name))),
            Some((attribute, Some(value))) => {
                self.check_parent(kind, attribute, value, &domain, turn.now)?;
                Box::new(move |stored| stored.text(attribute) == Some(value))
            }
        };
        let mut listed = self
            .state
            .shelf(&domain, kind)
            .filter(|stored| page.is_none_or(|after| &*stored.native_id > after))
            .filter(|stored| stored.is_listed(turn.now) && belongs(stored) && is_told(stored, interest));
        let told = |stored: &Stored| {
            let mut live = self.told(stored, turn);
            live.attributes.retain(|name, _| interest.wants(&[name]));
            live
        };
        let items: Vec<Live> = listed.by_ref().take(usize::from(size.max(1))).map(told).collect();
        let next = match listed.next() {
            Some(_) => items.last().map(|live| live.native_id.clone()),
            None => None,
        };
        Ok(Answer::Page { items, next })
    }

    fn check_parent(
        &self,
        kind: &'static Kind,
        attribute: &str,
        value: &str,
        domain: &Domain,
        now: u64,
    ) -> Result<(), Fault> {
        let parent = match kind.listing {
            Listing::Under { kind, .. } => self.registry.kind(kind),
            Listing::All { .. } => None,
        };
        let Some(parent) = parent else { return Ok(()) };
        let named = kind.field(attribute).and_then(|row| row.refers).map_or("id", |refers| refers.attribute);
        match self.target(parent, named, value, domain, false, now) {
            Some(_) => Ok(()),
            None => Err(Fault::new(FaultKind::NotFound, format!("there is no {} {value:?}", parent.name))),
        }
    }

    /// One object by its native id.
    pub(crate) fn read(&self, turn: &Turn, kind: &'static Kind, native_id: &str) -> Answer {
        let domain = self.domain(turn.place, kind);
        match self.state.get(&domain, kind, native_id).filter(|stored| stored.is_visible(turn.now)) {
            Some(stored) => Answer::Object(self.told(stored, turn)),
            None => Answer::Absent,
        }
    }

    /// What a read sees of an object, and of a replica how far it is behind.
    fn told(&self, stored: &Stored, turn: &Turn) -> Live {
        let mut live = stored.seen(turn.now);
        let follows = stored.kind.promotable().and_then(|(source, _)| live.attributes.get(source)?.as_str());
        let lag = stored.kind.lag().filter(|_| follows.is_some_and(|source| !source.is_empty()));
        if let Some(lag) = lag
            && live.attributes.get(lag).and_then(Value::as_i64).unwrap_or_default() == 0
        {
            live.attributes.insert(lag, Value::from(i64::from(self.settings.replica_lag_seconds)));
        }
        live
    }

    /// What an earlier create left: by token for classes B and C, by name or key for A and D.
    pub(crate) fn find(
        &self,
        turn: &Turn,
        kind: &'static Kind,
        token: &Name,
        attributes: &Object,
    ) -> Result<Vec<Live>, Fault> {
        let domain = self.domain(turn.place, kind);
        let attributes = opened_object(attributes)?;
        let same = |name: &str, stored: &Stored| match (
            kind.field(name),
            attributes.get(name),
            stored.attributes.get(name),
        ) {
            (Some(row), Some(wanted), Some(live)) => canonical::same(row, wanted, live),
            (_, wanted, live) => {
                wanted.is_none_or(relight_contract::Value::is_null)
                    && live.is_none_or(relight_contract::Value::is_null)
            }
        };
        let matches = |stored: &Stored| match kind.identity {
            Identity::Token | Identity::Server => stored.token.as_ref() == Some(token),
            Identity::Name(rule) => {
                let parent = match rule.scope {
                    relight_contract::Scope::Parent(parent) => same(parent, stored),
                    _ => true,
                };
                parent && same(rule.attribute, stored)
            }
            Identity::Key(fields) => fields.iter().all(|field| same(field, stored)),
        };
        let shelf = self.state.shelf(&domain, kind);
        let found = shelf.filter(|stored| stored.is_visible(turn.now) && matches(stored));
        Ok(found.map(|stored| stored.seen(turn.now)).collect())
    }

    /// How an operation goes on. One that is not the object's last has ended.
    pub(crate) fn poll(&self, turn: &Turn, kind: &'static Kind, native_id: &str, handle: &str) -> Answer {
        let domain = self.domain(turn.place, kind);
        match self.state.existing(&domain, kind, native_id, turn.now) {
            None => Answer::Absent,
            Some(stored) => match &stored.operation {
                Some(operation) if *operation.handle == *handle => self.progress(stored, turn.now),
                _ => Answer::Object(stored.live(turn.now)),
            },
        }
    }
}

/// Whether a list tells of an object: one that can carry an owner tag and does not only by a name that is known.
fn is_told(stored: &Stored, interest: &Interest) -> bool {
    let knows = |field: &str| stored.text(field).is_none_or(|text| interest.knows(text));
    let named = || match stored.kind.identity {
        Identity::Name(rule) => knows(rule.attribute) || interest.knows(&stored.native_id),
        Identity::Key(fields) => fields.iter().all(|field| knows(field)),
        Identity::Token | Identity::Server => interest.names.is_none(),
    };
    stored.kind.tags.is_none() || stored.owner.is_some() || named()
}
