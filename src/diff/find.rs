//! Live objects of wanted instances: by owner tag, by name, by key, by what memory knows.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::canonical::text;
use relight_contract::{Address, Identity, Kind, Live, Name, Object, OwnerId, Scope, State, Value};

use super::model::Survey;
use crate::memory::Item;

/// A name or natural key, value by value.
pub(super) type Key = Vec<String>;

/// The objects of one kind in one place, by everything that they are found by.
pub(super) struct Index {
    objects: Vec<Arc<Live>>,
    by_owner: HashMap<OwnerId, Vec<usize>>,
    by_native: HashMap<Name, usize>,
    by_key: HashMap<Key, usize>,
    /// Which of them belong to a wanted instance.
    pub(super) claimed: Vec<bool>,
}

/// How an object was found.
pub(super) enum Found {
    /// It carries our tag, or memory knows it and it cannot carry one.
    Ours(Arc<Live>),
    /// It carries the tag of the address that it was moved from.
    Moved(Arc<Live>, Address),
    /// It is ours by memory, but its tag is gone.
    Untagged(Arc<Live>),
    /// It has our key and cannot carry a tag, and nothing remembers it.
    Keyed(Arc<Live>),
    /// Something else has its name or key.
    Taken(Arc<Live>),
    /// Several objects carry the tag: their ids.
    Several(Vec<Name>),
    /// It is not there.
    Absent,
    /// Its place could not be read.
    Unknown(Name),
}

/// Who is looked for.
pub(super) struct Wanted<'a> {
    pub(super) place: &'a Name,
    pub(super) kind: &'static Kind,
    /// Its name or natural key, where that is known.
    pub(super) key: Option<&'a Key>,
    /// Its owner tag: asked for where there is anything to compare it with.
    pub(super) owner: &'a dyn Fn() -> OwnerId,
    /// The addresses that moved here, with the owner tags that they had.
    pub(super) old: &'a [(Address, OwnerId)],
    /// What memory knows of it.
    pub(super) remembered: Option<&'a Item>,
}

/// Who carries an owner tag.
enum Owned {
    None,
    One(usize),
    Several(Vec<Name>),
}

impl Index {
    fn new(kind: &'static Kind, objects: &[Arc<Live>]) -> Index {
        let mut index = Index {
            objects: objects.iter().filter(|live| live.state != State::Deleting).cloned().collect(),
            by_owner: HashMap::new(),
            by_native: HashMap::new(),
            by_key: HashMap::new(),
            claimed: Vec::new(),
        };
        for (position, live) in index.objects.iter().enumerate() {
            if let Some(owner) = &live.owner {
                index.by_owner.entry(owner.clone()).or_default().push(position);
            }
            index.by_native.insert(live.native_id.clone(), position);
            for key in keys_of(kind, &live.attributes) {
                index.by_key.insert(key, position);
            }
        }
        index.claimed = vec![false; index.objects.len()];
        index
    }

    fn take(&mut self, position: usize) -> Arc<Live> {
        self.claimed[position] = true;
        self.objects[position].clone()
    }

    /// The object that carries an owner tag. Of several the one that memory knows is meant; the others are what
    /// replacements left.
    fn owned(&self, owner: &OwnerId, native: Option<&Name>) -> Owned {
        match self.by_owner.get(owner).map_or(&[][..], Vec::as_slice) {
            [] => Owned::None,
            [only] => Owned::One(*only),
            several => several
                .iter()
                .find(|position| native == Some(&self.objects[**position].native_id))
                .map_or_else(|| Owned::Several(self.ids(several)), |position| Owned::One(*position)),
        }
    }

    fn ids(&self, positions: &[usize]) -> Vec<Name> {
        positions.iter().map(|position| self.objects[*position].native_id.clone()).collect()
    }

    /// Objects that belong to no wanted instance.
    pub(super) fn unclaimed(&self) -> impl Iterator<Item = &Arc<Live>> {
        self.objects.iter().zip(&self.claimed).filter(|(_, claimed)| !**claimed).map(|(live, _)| live)
    }

    /// Whether a wanted instance has taken the object.
    pub(super) fn is_claimed(&self, id: &str) -> bool {
        self.by_native.get(id).is_some_and(|position| self.claimed[*position])
    }

    pub(super) fn native(&self, id: &str) -> Option<&Arc<Live>> {
        self.by_native.get(id).map(|position| &self.objects[*position])
    }
}

/// The names or keys that a live object is found by: one more for each field that is told in a second spelling.
fn keys_of(kind: &Kind, attributes: &Object) -> Vec<Key> {
    let mut keys: Vec<Key> = key_of(kind, attributes).into_iter().collect();
    for field in kind.fields {
        let Some(other) = field.also.and_then(|name| attributes.get(name)) else { continue };
        if !other.is_null() {
            let mut spelt = attributes.clone();
            spelt.insert(field.name, other.clone());
            keys.extend(key_of(kind, &spelt));
        }
    }
    keys
}

/// The name or natural key of an object, as far as it is known.
pub(super) fn key_of(kind: &Kind, attributes: &Object) -> Option<Key> {
    key_with(kind, attributes, &|_| None)
}

/// The same, with a word for values that are yet to be made.
pub(super) fn key_with(
    kind: &Kind,
    attributes: &Object,
    open: &dyn Fn(&Value) -> Option<String>,
) -> Option<Key> {
    let mut fields: Vec<&str> = match kind.identity {
        Identity::Name(rule) => match rule.scope {
            Scope::Parent(parent) => vec![rule.attribute, parent],
            _ => vec![rule.attribute],
        },
        Identity::Key(fields) => fields.to_vec(),
        Identity::Token | Identity::Server => return None,
    };
    fields.sort_unstable();
    let mut some = false;
    let key = fields
        .into_iter()
        .map(|name| {
            let Some(value) = attributes.get(name).filter(|value| !value.is_null()) else {
                return Some(String::new());
            };
            let form = kind.field(name)?.canonical;
            let plain = match value.as_str() {
                Some(plain) => text(form, plain),
                None if value.has_hole() => open(value)?,
                None => value.to_json().to_string(),
            };
            some = true;
            Some(plain)
        })
        .collect::<Option<Key>>();
    key.filter(|_| some)
}

/// Every index that was asked for, made once.
pub(super) struct Finder<'s> {
    survey: &'s Survey,
    indexes: BTreeMap<(Name, &'static str), Result<Index, Name>>,
}

impl<'s> Finder<'s> {
    pub(super) fn new(survey: &'s Survey) -> Finder<'s> {
        Finder { survey, indexes: BTreeMap::new() }
    }

    pub(super) fn index(&mut self, place: &Name, kind: &'static Kind) -> &mut Result<Index, Name> {
        let survey = self.survey;
        self.indexes.entry((place.clone(), kind.name)).or_insert_with(|| {
            match survey.listed.get(&(place.clone(), kind.name)) {
                Some(Ok(objects)) => Ok(Index::new(kind, objects)),
                Some(Err(reason)) => Err(reason.clone()),
                None => Err("it was not read".into()),
            }
        })
    }

    /// The live object of an instance.
    pub(super) fn find(&mut self, wanted: &Wanted<'_>) -> Found {
        let here = |item: &&Item| *item.kind == *wanted.kind.name && item.place == *wanted.place;
        let native = wanted.remembered.filter(here).map(|item| item.native_id.clone());
        let index = match self.index(wanted.place, wanted.kind) {
            Ok(index) => index,
            Err(reason) => return Found::Unknown(reason.clone()),
        };
        if index.objects.is_empty() {
            return Found::Absent;
        }
        match index.owned(&(wanted.owner)(), native.as_ref()) {
            Owned::None => {}
            Owned::One(position) => return Found::Ours(index.take(position)),
            Owned::Several(ids) => return Found::Several(ids),
        }
        for (address, owner) in wanted.old {
            match index.owned(owner, native.as_ref()) {
                Owned::None => {}
                Owned::One(position) => return Found::Moved(index.take(position), address.clone()),
                Owned::Several(ids) => return Found::Several(ids),
            }
        }
        let by_key = wanted.key.and_then(|key| index.by_key.get(key).copied());
        let by_memory = native.and_then(|native| index.by_native.get(&native).copied());
        let by_memory = by_memory.filter(|position| index.objects[*position].owner.is_none());
        match (by_memory, by_key, wanted.kind.tags.is_some()) {
            (Some(position), _, true) => Found::Untagged(index.take(position)),
            (Some(position), _, false) => Found::Ours(index.take(position)),
            (None, Some(position), false) => Found::Keyed(index.take(position)),
            (None, Some(position), true) => Found::Taken(index.objects[position].clone()),
            (None, None, _) => Found::Absent,
        }
    }

    /// An object by its native id, for an import.
    pub(super) fn adopt(&mut self, place: &Name, kind: &'static Kind, native_id: &str) -> Option<Arc<Live>> {
        let index = self.index(place, kind).as_mut().ok()?;
        let position = *index.by_native.get(native_id)?;
        Some(index.take(position))
    }
}
