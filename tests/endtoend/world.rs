//! What stands in an account, read from the server without relight.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

/// The tag that says whose an object is.
const OWNER: &str = "relight:id";

/// What a service makes by itself, somewhere: machines of a group, with all that hangs on them.
const BY_ITSELF: &[&str] = &["Instance", "NetworkInterface", "Volume", "VolumeAttachment"];

/// One object, or the tags of one.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Thing {
    pub service: String,
    pub model: String,
    pub name: String,
    pub region: String,
    pub attributes: Json,
}

/// Everything in one account.
#[derive(Clone, Debug)]
pub struct World {
    account: u64,
    pub things: Vec<Thing>,
}

/// Words that the server makes up, and what stands for them: ids, times, addresses.
static MADE_UP: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let table = [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
        (r"\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,17}\b", "$1-ID"),
        (r"\b[0-9a-f]{16,}\b", "HEX"),
        (r"\b[A-Z0-9]{13,32}\b", "ID"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.0-9Z+:]*", "TIME"),
        (r"-\d{4}-\d\d-\d\d-\d\d-\d\d\b", "-TIME"),
        (r"\b[a-z0-9]{20}\b", "ID"),
        (r"(:secret:[\w/-]+)-\w{6}\b", "$1-ID"),
        (r"delegationset/\w+", "delegationset/ID"),
        (r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", "ADDRESS"),
    ];
    table.into_iter().map(|(pattern, word)| (Regex::new(pattern).expect("a pattern"), word)).collect()
});

impl World {
    pub fn read(account: u64, text: &str) -> World {
        let things = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        World { account, things }
    }

    /// The objects of a model.
    pub fn all(&self, model: &'static str) -> impl Iterator<Item = &Thing> {
        self.things.iter().filter(move |thing| thing.model == model)
    }

    /// The only object of a model in a region.
    #[track_caller]
    pub fn one(&self, model: &'static str, region: &str) -> &Thing {
        let found: Vec<&Thing> = self.all(model).filter(|thing| thing.region == region).collect();
        assert!(found.len() == 1, "{} of {model} in {region}, not 1: {found:#?}", found.len());
        found[0]
    }

    /// How many objects there are of each model.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for thing in self.things.iter().filter(|thing| thing.model != "Tags") {
            *counts.entry(&*thing.model).or_default() += 1;
        }
        counts
    }

    /// Every object with all that the server keeps of it, apart from what it makes up; sorted.
    pub fn shape(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.things.iter().map(|thing| self.line(thing)).collect();
        lines.sort();
        lines
    }

    fn line(&self, thing: &Thing) -> String {
        let Thing { service, model, name, region, attributes } = thing;
        if BY_ITSELF.contains(&model.as_str()) {
            return format!("{service} {model} {region}");
        }
        let mut attributes = attributes.clone();
        tidy(&mut attributes);
        let account = self.account.to_string();
        let text = format!("{service} {model} {region} {name} {attributes}");
        let text = text.replace(&format!("-{account}"), "").replace(&account, "ACCOUNT");
        MADE_UP.iter().fold(text, |text, (pattern, word)| pattern.replace_all(&text, *word).into_owned())
    }

    /// The objects that somebody claims as ours, by the owner that their tags name.
    pub fn owners(&self) -> BTreeMap<String, Vec<&str>> {
        let mut owners: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for thing in &self.things {
            let mut found = Vec::new();
            owner_of(&thing.attributes, &mut found);
            for owner in found {
                owners.entry(owner).or_default().push(&thing.name);
            }
        }
        owners
    }

    /// What stands several times though it is meant once.
    pub fn twice(&self) -> Vec<(String, Vec<&str>)> {
        let mut several: Vec<_> = self.owners().into_iter().collect();
        several.retain_mut(|(_, names)| {
            names.sort_unstable();
            names.dedup();
            names.len() > 1
        });
        several
    }
}

/// Takes out what tells one run from another: the intent in tags, and when things happened.
fn tidy(value: &mut Json) {
    match value {
        Json::Object(entries) => {
            entries.retain(|name, _| !is_of_the_run(name));
            let is_intent = |part: &Json| {
                let key = ["Key", "key"].iter().find_map(|name| part.get(name)?.as_str());
                key == Some("relight:intent")
            };
            for part in entries.values_mut() {
                if let Json::Array(parts) = part {
                    parts.retain(|part| !is_intent(part));
                }
                tidy(part);
            }
        }
        Json::Array(parts) => {
            parts.iter_mut().for_each(tidy);
            parts.sort_by_key(Json::to_string);
        }
        _ => {}
    }
}

fn is_of_the_run(name: &str) -> bool {
    // The server remembers machines that are gone, and what was ever asked of a zone.
    let history = ["instance_states", "targets", "deregistered_targets", "rr_changes"];
    name == "relight:intent"
        || history.contains(&name)
        || ["time", "date", "created", "_at"].iter().any(|word| name.contains(word))
}

/// The owners that tags name, whether they stand as a map or as a list of pairs.
fn owner_of(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(entries) => {
            let text = |name: &str| entries.get(name).and_then(Json::as_str);
            if text("Key").or(text("key")) == Some(OWNER) {
                found.extend(text("Value").or(text("value")).map(str::to_owned));
            }
            found.extend(text(OWNER).map(str::to_owned));
            entries.values().for_each(|part| owner_of(part, found));
        }
        Json::Array(parts) => parts.iter().for_each(|part| owner_of(part, found)),
        _ => {}
    }
}

/// Expects that two accounts hold the same.
#[track_caller]
pub fn assert_same(expected: &[String], found: &[String], what: &str) {
    let mut balance: BTreeMap<&String, i64> = BTreeMap::new();
    expected.iter().for_each(|line| *balance.entry(line).or_default() -= 1);
    found.iter().for_each(|line| *balance.entry(line).or_default() += 1);
    let told = balance.iter().filter(|(_, count)| **count != 0);
    let told: Vec<String> = told.map(|(line, count)| format!("{count:+} {line}")).collect();
    assert!(told.is_empty(), "{what}: {} differences\n{}", told.len(), told.join("\n"));
}
