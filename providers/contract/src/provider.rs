//! Providers: the kinds of one cloud, its manners, and the registry of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::field::Field;
use serde::{Deserialize, Serialize};

use crate::{Address, Answer, DataKind, Fault, Kind, Mark, Milliseconds, Name, Object, Request};

/// One place that calls go to: a site, or a provider's global services.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The site's name; for global services that of the provider.
    pub name: Name,
    /// The provider's name.
    pub provider: Name,
    /// The region; for global services the provider's home region.
    pub region: Name,
    /// The account or project, where it is known.
    pub account: Option<Name>,
    /// Whether these are the provider's global services.
    pub global: bool,
    /// Credentials and such, as the spec's provider and site blocks give them.
    pub settings: Object,
}

/// What a cloud accepts as tags (or labels), and under which names relight's own go.
#[derive(Clone, Copy, Debug)]
pub struct TagRules {
    /// The tag that holds the owner id.
    pub owner: &'static str,
    /// The tag that holds the address, as a hint for people.
    pub address: &'static str,
    /// The tag that holds the token of the create call.
    pub intent: &'static str,
    /// The tag that holds a site's declared role, on anchors.
    pub role: &'static str,
    /// The longest key, in characters.
    pub longest_key: u16,
    /// The longest value, in characters.
    pub longest_value: u16,
    /// How many tags an object carries at most.
    pub most: u16,
    /// Whether a character may stand in a key or value.
    pub accepts: fn(char) -> bool,
}

impl TagRules {
    /// The address in this cloud's alphabet: characters that it refuses become `_`, the end is cut. A hint only.
    pub fn escape(&self, address: &Address) -> String {
        let text = address.to_string();
        text.chars()
            .map(|c| if (self.accepts)(c) { c } else { '_' })
            .take(usize::from(self.longest_value))
            .collect()
    }

    /// The mark in this cloud's alphabet.
    pub fn mark(&self, mark: &Mark) -> String {
        mark.to_string().chars().map(|c| if (self.accepts)(c) { c } else { '_' }).collect()
    }

    /// What is wrong with a tag, if anything.
    pub fn check(&self, key: &str, value: &str) -> Option<String> {
        let longer = |text: &str, limit: u16| text.chars().count() > usize::from(limit);
        if key.is_empty() {
            return Some("a tag's key is empty".to_owned());
        }
        if longer(key, self.longest_key) {
            return Some(format!("the tag key `{key}` is longer than {} characters", self.longest_key));
        }
        if longer(value, self.longest_value) {
            return Some(format!("the tag `{key}` is longer than {} characters", self.longest_value));
        }
        let wrong = key.chars().chain(value.chars()).find(|c| !(self.accepts)(*c))?;
        Some(format!("the tag `{key}` holds {wrong:?}, which this cloud refuses"))
    }
}

/// A cloud as relight knows it: plain data.
#[derive(Debug)]
pub struct Provider {
    /// The name in `site { provider = "..." }`.
    pub name: &'static str,
    /// Its kinds.
    pub kinds: &'static [&'static Kind],
    /// Its data sources.
    pub data: &'static [&'static DataKind],
    /// What it accepts as tags.
    pub tags: TagRules,
    /// The home region of its global services.
    pub home: &'static str,
    /// Homes of parts of the cloud that are closed in themselves, by how the names of their regions begin.
    pub homes: &'static [(&'static str, &'static str)],
    /// Its regions, for checks and suggestions; empty accepts any.
    pub regions: &'static [&'static str],
    /// What a `provider` block, and the block of its name in a site, may set.
    pub settings: &'static [Field],
    /// Fields whose text is a region: one that is not the site's is an error.
    pub region_fields: &'static [&'static str],
    /// What a person can do about a fault of this cloud, in a sentence or two; `None` where the fault says it all.
    pub advice: fn(&Fault) -> Option<String>,
    /// The least policy that allows these API operations (`service:Operation`), as the cloud takes it; `None` where
    /// relight cannot write one.
    pub policy: Option<fn(&BTreeSet<&str>) -> serde_json::Value>,
}

impl Provider {
    /// The home of the global services that belong to a region.
    pub fn home_of(&self, region: &str) -> &'static str {
        let closed = self.homes.iter().find(|(begin, _)| region.starts_with(begin));
        closed.map_or(self.home, |(_, home)| home)
    }

    /// No advice: for clouds that say it all themselves.
    pub const fn no_advice() -> fn(&Fault) -> Option<String> {
        |_| None
    }
}

/// All providers that this process knows, by name and by kind.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    providers: BTreeMap<&'static str, &'static Provider>,
    kinds: BTreeMap<&'static str, &'static Kind>,
    data: BTreeMap<&'static str, &'static DataKind>,
}

impl Registry {
    /// The registry of these providers. A kind that two providers claim belongs to the first.
    pub fn new(providers: &[&'static Provider]) -> Registry {
        let mut registry = Registry::default();
        for provider in providers {
            registry.providers.entry(provider.name).or_insert(provider);
            for kind in provider.kinds {
                registry.kinds.entry(kind.name).or_insert(kind);
            }
            for data in provider.data {
                registry.data.entry(data.name).or_insert(data);
            }
        }
        registry
    }

    /// The provider called `name`.
    pub fn provider(&self, name: &str) -> Option<&'static Provider> {
        self.providers.get(name).copied()
    }

    /// The kind called `name`.
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.kinds.get(name).copied()
    }

    /// The data source called `name`.
    pub fn data(&self, name: &str) -> Option<&'static DataKind> {
        self.data.get(name).copied()
    }

    /// Providers in order of their names.
    pub fn providers(&self) -> impl Iterator<Item = &'static Provider> + '_ {
        self.providers.values().copied()
    }

    /// Kinds in order of their names.
    pub fn kinds(&self) -> impl Iterator<Item = &'static Kind> + '_ {
        self.kinds.values().copied()
    }

    /// Data sources in order of their names.
    pub fn data_kinds(&self) -> impl Iterator<Item = &'static DataKind> + '_ {
        self.data.values().copied()
    }
}

/// An answer on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;

/// What is known of the session of a place's credentials, on its way.
pub type SessionAnswering = Pin<Box<dyn Future<Output = Result<Session, Fault>> + Send>>;

/// The session that calls to a place are made in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// When it ends and cannot be renewed without a person, in milliseconds since 1970; `None` where it is renewed by
    /// itself, or nobody knows.
    pub ends_at: Option<Milliseconds>,
}

/// How often an API operation was called: attempts, as the cloud counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallCount {
    /// The region.
    pub region: Name,
    /// The API operation, as `service:Operation`.
    pub call: Name,
    /// All attempts.
    pub attempts: u64,
    /// Those of them that were answered with "too many".
    pub throttled: u64,
    /// Those of them that failed otherwise: refused, on the cloud's side, or without an answer.
    pub failed: u64,
    /// How long all of them together waited for their turn, because of the rate of the service, in milliseconds.
    pub turn_milliseconds: u64,
    /// How long all of them together waited for their answers, in milliseconds.
    pub answer_milliseconds: u64,
}

/// The one door to a cloud, real or simulated.
pub trait Cloud: Send + Sync {
    /// Whether this door can make calls for a kind, or a data source, of this name.
    fn reaches(&self, kind: &str) -> bool;

    /// Makes one call. The future owns all that it needs; dropping it does not undo the call.
    ///
    /// The door keeps to the rates of its services and waits for them: a call may take longer than the cloud takes to
    /// answer. One that the cloud leaves without an answer ends with a fault all the same.
    fn call(self: Arc<Self>, request: Request) -> Answering;

    /// The session that calls to a place are made in. Where there are no credentials, the fault says so.
    fn session(self: Arc<Self>, _place: Arc<Place>) -> SessionAnswering {
        Box::pin(std::future::ready(Ok(Session::default())))
    }

    /// Whether the door itself ends calls that the cloud leaves without an answer. Then nobody else need: a long call
    /// is one of many attempts, or one that waits for its turn.
    fn keeps_time(&self) -> bool {
        false
    }

    /// How often each API operation was called since the door was opened.
    fn counts(&self) -> Vec<CallCount> {
        Vec::new()
    }
}
