//! History: how long steps took in earlier runs, as estimates use it.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::Registry;
use serde::{Deserialize, Serialize};

use super::envelope::LearnedTiming;
use super::estimate::estimate;
use super::model::{Ask, Plan, Step, Verb};

/// How many samples of one kind and verb are kept: the last ones, for clouds change.
const MOST_SAMPLES: usize = 20;

/// How many samples say more than the table of a kind.
const LEAST_SAMPLES: usize = 3;

/// How long steps took, by kind and verb: the last durations, in seconds, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(BTreeMap<String, BTreeMap<Verb, Vec<u32>>>);

impl History {
    /// Adds how long one step took, in seconds.
    pub fn add(&mut self, kind: &str, verb: Verb, seconds: u32) {
        let samples = self.0.entry(kind.to_owned()).or_default().entry(verb).or_default();
        if samples.len() >= MOST_SAMPLES {
            samples.remove(0);
        }
        samples.push(seconds);
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Median and ninth decile of what a kind and verb took; `None` where too little is known.
    pub fn timing(&self, kind: &str, verb: Verb) -> Option<LearnedTiming> {
        let samples = self.0.get(kind)?.get(&verb).filter(|samples| samples.len() >= LEAST_SAMPLES)?;
        let mut sorted = samples.clone();
        sorted.sort_unstable();
        // The smallest sample that so many tenths of all do not exceed.
        let quantile = |tenths: usize| sorted.get((sorted.len() * tenths).div_ceil(10).saturating_sub(1));
        Some(LearnedTiming {
            kind: kind.to_owned(),
            verb,
            p50_seconds: *quantile(5)?,
            p90_seconds: *quantile(9)?,
            samples: samples.len() as u64,
        })
    }
}

impl Step {
    /// Whether it takes what its kind and verb take: tags, waits and what calls nobody do not.
    pub fn is_timed(&self) -> bool {
        !matches!(
            self.ask,
            Ask::Claim { .. } | Ask::Await { .. } | Ask::Remember { .. } | Ask::Forget { .. } | Ask::Nothing
        )
    }
}

impl Plan {
    /// How long a step is expected to take, in seconds: half of all, and nine of ten.
    pub fn seconds(&self, step: &Step) -> (u32, u32) {
        let learned = self.envelope.learned.iter().find(|timing| is_of(timing, step));
        learned.map_or(step.seconds, |timing| (timing.p50_seconds, timing.p90_seconds))
    }

    /// Whether a step is expected to take what such steps took in earlier runs.
    pub fn is_learned(&self, step: &Step) -> bool {
        self.envelope.learned.iter().any(|timing| is_of(timing, step))
    }

    /// Estimates anew with what earlier runs tell. Nothing of the content changes.
    pub fn learn(&mut self, history: &History, registry: &Registry) {
        let timed = self.content.steps.iter().filter(|step| step.is_timed());
        let kinds: BTreeSet<(&str, Verb)> = timed.map(|step| (step.kind.as_str(), step.verb)).collect();
        let learned: Vec<LearnedTiming> =
            kinds.into_iter().filter_map(|(kind, verb)| history.timing(kind, verb)).collect();
        if learned.is_empty() {
            return;
        }
        self.envelope.estimate = estimate(registry, &self.content, &learned);
        self.envelope.learned = learned;
    }
}

/// Whether a timing is that of a step.
pub(super) fn is_of(timing: &LearnedTiming, step: &Step) -> bool {
    step.is_timed() && timing.verb == step.verb && timing.kind == step.kind
}
