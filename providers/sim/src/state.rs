//! The state of a world: its objects, the tokens it remembers, its clock. All change goes through [`Effect`]s.

use std::collections::BTreeMap;

use relight_contract::{Kind, Milliseconds, Name};

use crate::domain::Domain;
use crate::stored::Stored;

/// The objects of one kind in one domain, by native id.
pub(crate) type Shelf = BTreeMap<Name, Stored>;

/// Everything that a world must not forget.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// The latest time that the world has seen.
    pub(crate) clock: Milliseconds,
    /// How many calls were made: each has a stream of chance of its own.
    pub(crate) calls: u64,
    /// How many effects there were in this process.
    pub(crate) changes: u64,
    pub(crate) shelves: BTreeMap<(Domain, &'static str), Shelf>,
    pub(crate) tokens: BTreeMap<(Domain, &'static str, Name), TokenUse>,
}

/// What a token was used for.
#[derive(Clone, Debug)]
pub(crate) struct TokenUse {
    pub(crate) native_id: Name,
    /// The digest of the parameters.
    pub(crate) parameters: u64,
    /// Until when it is remembered.
    pub(crate) until: Milliseconds,
}

/// One durable change.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// The object is now this.
    Put(Box<Stored>),
    /// Nothing is left of the object.
    Drop { domain: Domain, kind: &'static Kind, native_id: Name },
    /// The token is taken.
    Token { domain: Domain, kind: &'static Kind, token: Name, used: TokenUse },
}

impl State {
    /// Makes a change. Doing so twice is the same as once.
    pub(crate) fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Put(stored) => {
                let shelf = self.shelves.entry((stored.domain.clone(), stored.kind.name)).or_default();
                shelf.insert(stored.native_id.clone(), *stored);
            }
            Effect::Drop { domain, kind, native_id } => {
                if let Some(shelf) = self.shelves.get_mut(&(domain, kind.name)) {
                    shelf.remove(&native_id);
                }
            }
            Effect::Token { domain, kind, token, used } => {
                self.tokens.insert((domain, kind.name, token), used);
            }
        }
    }

    /// The objects of a kind in a domain, those gone included.
    pub(crate) fn shelf(&self, domain: &Domain, kind: &'static Kind) -> impl Iterator<Item = &Stored> {
        self.shelves.get(&(domain.clone(), kind.name)).into_iter().flat_map(BTreeMap::values)
    }

    /// The objects of a kind in all domains.
    pub(crate) fn everywhere(&self, kind: &'static str) -> impl Iterator<Item = &Stored> {
        self.shelves.iter().filter(move |((_, name), _)| *name == kind).flat_map(|(_, shelf)| shelf.values())
    }

    /// An object, gone or not.
    pub(crate) fn get(&self, domain: &Domain, kind: &'static Kind, native_id: &str) -> Option<&Stored> {
        self.shelves.get(&(domain.clone(), kind.name))?.get(native_id)
    }

    /// An object that exists.
    pub(crate) fn existing(
        &self,
        domain: &Domain,
        kind: &'static Kind,
        native_id: &str,
        now: Milliseconds,
    ) -> Option<&Stored> {
        self.get(domain, kind, native_id).filter(|stored| stored.exists(now))
    }

    /// Forgets what no answer can depend on any more.
    pub(crate) fn forget(&mut self) {
        let now = self.clock;
        for shelf in self.shelves.values_mut() {
            shelf.retain(|_, stored| stored.deletion.is_none_or(|deletion| deletion.kept_until > now));
        }
        self.shelves.retain(|_, shelf| !shelf.is_empty());
        self.tokens.retain(|_, used| used.until > now);
    }
}
