//! Limits: how many calls may be under way at once, by place, service and class of call, which learns from throttling.
//!
//! How many calls a second a service takes is the business of the door to its cloud, which alone sees every attempt.
//! Here only so many calls wait at that door that a service that takes few of them leaves room for the others.

use std::collections::BTreeMap;

use relight_contract::Name;

/// Whose window a call takes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitKey {
    /// The place.
    pub place: Name,
    /// The service.
    pub service: &'static str,
    /// Whether the call changes anything.
    pub changes: bool,
}

/// The most calls of one key under way at once.
const WIDEST: u32 = 32;

/// All windows, and how many calls may be under way at once.
#[derive(Clone, Debug)]
pub struct Limits {
    windows: BTreeMap<LimitKey, Window>,
    in_flight: usize,
    most_in_flight: usize,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    in_flight: u32,
    /// How many calls fit, from 1 to [`WIDEST`].
    width: u32,
    /// Calls that came back well since the width was last changed.
    well: u32,
}

impl Default for Window {
    fn default() -> Window {
        Window { in_flight: 0, width: WIDEST, well: 0 }
    }
}

impl Limits {
    /// Wide windows, and at most so many calls at once.
    pub fn new(most_in_flight: usize) -> Limits {
        Limits { windows: BTreeMap::new(), in_flight: 0, most_in_flight }
    }

    /// Whether any call may leave at all: else an answer comes first.
    pub fn has_room(&self) -> bool {
        self.in_flight < self.most_in_flight
    }

    /// Whether a call of this key may leave.
    pub fn is_open(&self, key: &LimitKey) -> bool {
        self.has_room() && self.windows.get(key).is_none_or(|window| window.in_flight < window.width)
    }

    /// A call leaves.
    pub fn leave(&mut self, key: &LimitKey) {
        self.in_flight += 1;
        self.windows.entry(key.clone()).or_default().in_flight += 1;
    }

    /// A call came back. Throttled, half as many fit from now on; as many good answers as fit make room for one more.
    pub fn back(&mut self, key: &LimitKey, throttled: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let window = self.windows.entry(key.clone()).or_default();
        window.in_flight = window.in_flight.saturating_sub(1);
        window.well += 1;
        if throttled {
            window.width = (window.width / 2).max(1);
            window.well = 0;
        } else if window.well >= window.width {
            window.width = (window.width + 1).min(WIDEST);
            window.well = 0;
        }
    }
}
