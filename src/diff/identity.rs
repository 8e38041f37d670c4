//! Values that follow from what an object is called, so that they are known while its site is not: the ARN of a class A
//! name, made of its pattern, its place and the account.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Identity, Kind, Literal, Name, NameRule, Object, Place, Shape, Value, pattern};

use super::Question;
use super::naming::derive_name;
use crate::desired::Instance;

/// What follows from identity, and the accounts that it needs.
pub(super) struct Identities<'a> {
    question: &'a Question<'a>,
    /// The account of each place, as far as anything shows it.
    shown: RefCell<BTreeMap<Name, Option<Name>>>,
}

/// The words of a pattern that a place answers.
struct Words<'a> {
    place: &'a Place,
    account: Option<Name>,
}

impl pattern::Source for Words<'_> {
    fn word(&self, word: &str) -> Option<String> {
        match word {
            "region" => Some(self.place.region.to_string()),
            "provider" => Some(self.place.provider.to_string()),
            "account" | "owner" => self.account.as_ref().map(ToString::to_string),
            _ => None,
        }
    }

    fn random(&self, _: &str, _: usize) -> Option<String> {
        None
    }
}

impl<'a> Identities<'a> {
    pub(super) fn new(question: &'a Question<'a>) -> Identities<'a> {
        Identities { question, shown: RefCell::default() }
    }

    /// The value of an attribute, if it follows from the name of the object; `attributes` are those that are wanted.
    pub(super) fn value(&self, instance: &Instance, attributes: &Object, attribute: &str) -> Option<Value> {
        let Identity::Name(rule) = instance.kind.identity else { return None };
        let row = instance.kind.field(attribute).filter(|row| matches!(row.shape, Shape::String))?;
        row.made.filter(|_| is_named(instance.kind, rule, attribute))?;
        // Where a provider lists its regions, its patterns are those of these: others have a partition of their own.
        let provider = self.question.topology.registry.provider(instance.kind.provider)?;
        if !provider.regions.is_empty() && !provider.regions.contains(&&*instance.place.region) {
            return None;
        }
        let known = self.known(instance, rule, attributes);
        let words = Words { place: &instance.place, account: self.account(&instance.place) };
        made(instance.kind, attribute, known, &words).map(Value::from)
    }

    /// The fields of the object that are known: its name, what the spec gives, and defaults.
    fn known(&self, instance: &Instance, rule: NameRule, attributes: &Object) -> Object {
        let plain = |value: &Value| !value.is_null() && !value.has_hole() && !value.has_secret();
        let given = attributes.iter().filter(|(_, value)| plain(value));
        let mut known: Object = given.map(|(name, value)| (name.clone(), value.clone())).collect();
        for row in instance.kind.fields {
            if row.default != Literal::None && !attributes.contains(row.name) {
                known.insert(row.name, row.default.to_value(&row.ty()));
            }
        }
        if attributes.get(rule.attribute).is_none_or(Value::is_null) {
            let owner = self.question.owner(&instance.address);
            let name =
                |variant| derive_name(instance.kind, rule, &instance.address, &owner, attributes, variant);
            // A replacement that was made beside the old object has the other name.
            let item = self.question.memory.inventory.get(&instance.address);
            let next = name("next");
            let is_next = item.is_some_and(|item| item.native_id.contains(&next));
            known.insert(rule.attribute, Value::from(if is_next { next } else { name("") }));
        }
        known
    }

    /// The account of a place: its own, what its objects show, or that of places with the same credentials, where these
    /// agree.
    fn account(&self, place: &Place) -> Option<Name> {
        let own = place.account.clone().or_else(|| self.shown(&place.name));
        own.or_else(|| {
            let places = self.question.desired.places.values();
            let alike =
                places.filter(|other| other.provider == place.provider && other.settings == place.settings);
            let all: BTreeSet<Name> =
                alike.filter_map(|other| other.account.clone().or_else(|| self.shown(&other.name))).collect();
            let mut all = all.into_iter();
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// The account that memory or live objects of a place show in a value that the cloud made.
    fn shown(&self, place: &Name) -> Option<Name> {
        if let Some(known) = self.shown.borrow().get(place) {
            return known.clone();
        }
        let question = self.question;
        let registry = &question.topology.registry;
        let items = question.memory.inventory.values().filter(|item| item.place == *place);
        let remembered =
            items.filter_map(|item| account_in(registry.kind(&item.kind)?, &item.native_id, &Object::new()));
        let lists = question.survey.listed.iter().filter(|((other, _), _)| other == place);
        let lives =
            lists.filter_map(|((_, kind), listed)| Some((registry.kind(kind)?, listed.as_ref().ok()?)));
        let live = lives.flat_map(|(kind, listed)| {
            listed.iter().filter_map(move |live| account_in(kind, &live.native_id, &live.attributes))
        });
        let found = remembered.chain(live).next();
        self.shown.borrow_mut().insert(place.clone(), found.clone());
        found
    }
}

/// The account in the id or the made values of an object.
fn account_in(kind: &Kind, native_id: &str, attributes: &Object) -> Option<Name> {
    kind.fields.iter().find_map(|row| {
        let pattern = row.made?;
        let told = attributes.get(row.name).and_then(Value::as_str);
        let found = pattern::part(pattern, native_id, "account").filter(|_| pattern != "{account}");
        let found = found.or_else(|| pattern::part(pattern, told?, "account"));
        found.map(Name::from)
    })
}

/// Whether an attribute follows from the name of an object, so that nobody has to be asked for it.
pub fn follows_from_name(kind: &Kind, attribute: &str) -> bool {
    let Identity::Name(rule) = kind.identity else { return false };
    kind.field(attribute).is_some_and(|row| {
        matches!(row.shape, Shape::String)
            && row.made.is_some()
            && is_named(kind, rule, attribute)
            && is_certain(kind, attribute)
    })
}

/// Whether nothing that a cloud draws is in a made value, nor in those that it is made of.
fn is_certain(kind: &Kind, attribute: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![attribute];
    while let Some(next) = open.pop() {
        let Some(pattern) = kind.field(next).and_then(|row| row.made).filter(|_| seen.insert(next)) else {
            continue;
        };
        if ["{letters:", "{digits:", "{hex:", "{version}"].iter().any(|drawn| pattern.contains(drawn)) {
            return false;
        }
        open.extend(pattern::fields(pattern));
    }
    true
}

/// Whether a value is made of the name, through other made values as well: a pattern without it is only an example of
/// what a cloud chooses.
fn is_named(kind: &Kind, rule: NameRule, attribute: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![attribute];
    while let Some(next) = open.pop() {
        if next == rule.attribute {
            return true;
        }
        if let Some(pattern) = kind.field(next).and_then(|row| row.made).filter(|_| seen.insert(next)) {
            open.extend(pattern::fields(pattern));
        }
    }
    false
}

/// The value of a made field, with those that it is made of; `None` when one of them is not known.
fn made(kind: &'static Kind, attribute: &str, mut known: Object, words: &Words<'_>) -> Option<String> {
    let mut waiting = vec![attribute.to_owned()];
    // Every round makes a field, or names one more that is needed first.
    for _ in 0..2 * kind.fields.len() {
        let Some(next) = waiting.last().cloned() else { break };
        let pattern = kind.field(&next)?.made?;
        match pattern::fields(pattern).find(|name| !known.contains(name)) {
            Some(missing) => waiting.push(missing.to_owned()),
            None => {
                let text = pattern::fill(pattern, &known, words)?;
                if waiting.len() == 1 {
                    return Some(text);
                }
                known.insert(next.as_str(), Value::from(text));
                waiting.pop();
            }
        }
    }
    None
}
