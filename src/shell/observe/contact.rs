//! Contact with a place: whether it answers, and how long that is waited for.

use relight_contract::{Milliseconds, Name};

/// The most calls under way in a place that has not answered yet: one that never does leaves room for the others.
const MOST_UNHEARD: usize = 8;

/// How long a place may leave the first calls without any answer, in milliseconds. It is less than one call may take:
/// who takes connections and never answers is known by then.
const FIRST_MILLISECONDS: u64 = 9_000;

/// When a place that was asked little and has not answered is asked once more, in milliseconds: one lost answer is not
/// silence.
const AGAIN_MILLISECONDS: [u64; 2] = [3_000, 6_000];

/// How long a place that has answered may fail to answer anything more before it counts as unreachable, in
/// milliseconds: longer than a call may take, so that two answers lost in a row are not silence.
const BUDGET_MILLISECONDS: u64 = 70_000;

/// The same where this many calls in a row found it so: a hiccup passes sooner.
const BREAKER: u32 = 4;
const BREAKER_MILLISECONDS: u64 = 5_000;

/// How a place answers.
#[derive(Default)]
pub(super) struct Contact {
    /// When the first call left.
    asked: Option<Milliseconds>,
    /// Whether it has answered anything, if only with a refusal.
    heard: bool,
    /// How many calls left that did not come back, until it has answered.
    in_flight: usize,
    /// How often it was asked once more.
    again: usize,
    /// Since when its calls fail, and what was seen.
    silence: Option<(Milliseconds, Name)>,
    /// Calls in a row that found it unreachable.
    silent: u32,
}

impl Contact {
    /// Whether one more call may leave.
    pub(super) fn is_open(&self) -> bool {
        self.heard || self.in_flight < MOST_UNHEARD
    }

    pub(super) fn left(&mut self, now: Milliseconds) {
        self.asked.get_or_insert(now);
        self.in_flight += 1;
    }

    /// It answered: whatever was is forgotten.
    pub(super) fn answered(&mut self) {
        *self = Contact { heard: true, ..Contact::default() };
    }

    /// A call found it unreachable.
    pub(super) fn failed(&mut self, now: Milliseconds, seen: &str) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.silent += 1;
        self.silence.get_or_insert_with(|| (now, seen.into()));
    }

    fn first(&self) -> Option<Milliseconds> {
        self.asked.filter(|_| !self.heard)
    }

    /// When it is asked once more unless it answers before; `None` when enough calls are under way.
    pub(super) fn again_at(&self) -> Option<Milliseconds> {
        let (asked, pause) = (self.first()?, AGAIN_MILLISECONDS.get(self.again)?);
        self.is_open().then(|| asked.saturating_add(*pause))
    }

    pub(super) fn asked_again(&mut self) {
        self.again += 1;
    }

    /// When it counts as unreachable unless it answers before.
    pub(super) fn over_at(&self) -> Option<Milliseconds> {
        let first = self.first().map(|asked| asked.saturating_add(FIRST_MILLISECONDS));
        let failing = self.silence.as_ref().map(|(since, _)| {
            let patience = if self.silent >= BREAKER { BREAKER_MILLISECONDS } else { BUDGET_MILLISECONDS };
            since.saturating_add(patience)
        });
        first.into_iter().chain(failing).min()
    }

    /// What was seen of it, for who hears that it is unreachable.
    pub(super) fn reason(&self) -> Name {
        match &self.silence {
            Some((_, seen)) => seen.clone(),
            None => format!("no answer within {} s", FIRST_MILLISECONDS / 1_000).into(),
        }
    }
}
