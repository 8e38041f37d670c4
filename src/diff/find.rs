//! Live objects of wanted instances: by owner tag, by name, by key, by what memory knows.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::canonical::text;
use relight_contract::{Address, Identity, Kind, Live, Name, Object, OwnerId, Scope, State};

use super::model::Survey;
use crate::memory::Memory;

/// The objects of one kind in one place, by everything that they are found by.
pub(super) struct Index {
    objects: Vec<Arc<Live>>,
    by_owner: HashMap<OwnerId, Vec<usize>>,
    by_native: HashMap<Name, usize>,
    by_key: HashMap<Vec<String>, usize>,
    /// Which of them belong to a wanted instance.
    pub(super) claimed: Vec<bool>,
}

/// How an object was found.
pub(super) enum Found {
    /// It carries our tag, or cannot carry one.
    Ours(Arc<Live>),
    /// It is ours by name or memory, but its tag says nothing or an old address: the tag is to be written.
    Untagged(Arc<Live>),
    /// Something else has its name or key.
    Taken(Arc<Live>),
    /// Several objects carry the tag.
    Several(usize),
    /// It is not there.
    Absent,
    /// Its place could not be read.
    Unknown(Name),
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
            if let Some(key) = key_of(kind, &live.attributes) {
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

/// The name or natural key of an object, as far as it is known.
fn key_of(kind: &Kind, attributes: &Object) -> Option<Vec<String>> {
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
                None if value.has_hole() => return None,
                None => value.to_json().to_string(),
            };
            some = true;
            Some(plain)
        })
        .collect::<Option<Vec<String>>>();
    key.filter(|_| some)
}

/// Every index that was asked for, made once.
pub(super) struct Finder<'s> {
    survey: &'s Survey,
    memory: &'s Memory,
    indexes: BTreeMap<(Name, &'static str), Result<Index, Name>>,
}

impl<'s> Finder<'s> {
    pub(super) fn new(survey: &'s Survey, memory: &'s Memory) -> Finder<'s> {
        Finder { survey, memory, indexes: BTreeMap::new() }
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

    /// The live object of an instance. `old` are the owners that it had under addresses that moved here.
    pub(super) fn find(
        &mut self,
        address: &Address,
        place: &Name,
        kind: &'static Kind,
        attributes: &Object,
        owner: &OwnerId,
        old: &[OwnerId],
    ) -> Found {
        let remembered = self.memory.inventory.get(address);
        let native = remembered.map(|item| item.native_id.clone());
        let index = match self.index(place, kind) {
            Ok(index) => index,
            Err(reason) => return Found::Unknown(reason.clone()),
        };
        for (turn, owner) in std::iter::once(owner).chain(old).enumerate() {
            let positions = index.by_owner.get(owner).cloned().unwrap_or_default();
            match positions.as_slice() {
                [] => {}
                [only] => {
                    let live = index.take(*only);
                    return if turn == 0 { Found::Ours(live) } else { Found::Untagged(live) };
                }
                several => {
                    // The one that memory knows is the object; the others are what replacements left.
                    let known = native.as_ref().and_then(|native| {
                        several.iter().find(|position| index.objects[**position].native_id == *native)
                    });
                    return match known {
                        Some(position) => {
                            let position = *position;
                            Found::Ours(index.take(position))
                        }
                        None => Found::Several(several.len()),
                    };
                }
            }
        }
        let by_key = key_of(kind, attributes).and_then(|key| index.by_key.get(&key).copied());
        let by_memory = native.and_then(|native| index.by_native.get(&native).copied());
        let taggable = kind.tags.is_some();
        match (by_memory, by_key) {
            (Some(position), _) if index.objects[position].owner.is_none() => {
                let live = index.take(position);
                if taggable { Found::Untagged(live) } else { Found::Ours(live) }
            }
            (_, Some(position)) if !taggable => Found::Ours(index.take(position)),
            (_, Some(position)) => Found::Taken(index.objects[position].clone()),
            _ => Found::Absent,
        }
    }

    /// An object by its native id, for an import.
    pub(super) fn adopt(&mut self, place: &Name, kind: &'static Kind, native_id: &str) -> Option<Arc<Live>> {
        let index = self.index(place, kind).as_mut().ok()?;
        let position = *index.by_native.get(native_id)?;
        Some(index.take(position))
    }
}
