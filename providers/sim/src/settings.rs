//! How a simulated world behaves: seed, time, consistency, limits.

use std::collections::BTreeMap;

use relight_contract::Name;

use crate::faults::FaultPlan;

/// What a world is made with. Everything that happens follows from these and from the calls made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The one number that all chance comes from.
    pub seed: u64,
    /// Whether calls and operations take time. Without it every answer arrives at once.
    pub latency: bool,
    /// What goes wrong.
    pub faults: FaultPlan,
    /// How long a change of a class B or C object may stay unseen by reads, at most, in milliseconds; 0 for never.
    pub lag_milliseconds: u64,
    /// How far every replica is behind its source, in seconds, unless its object says otherwise.
    pub replica_lag_seconds: u32,
    /// How long a deleted class B or C object is still listed, in milliseconds.
    pub linger_milliseconds: u64,
    /// Rate limits; `None` for none.
    pub throttle: Option<Throttle>,
    /// Accounts by the name of a place, where the place itself does not say.
    pub accounts: BTreeMap<Name, Name>,
    /// How long a caller tries to connect to a place that is gone, in milliseconds.
    pub connect_milliseconds: u64,
    /// How long a caller waits for an answer, in milliseconds.
    pub deadline_milliseconds: u64,
}

/// The rate limits of each place.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    /// The limits of a service that is not named below.
    pub any: Limits,
    /// The limits of these services.
    pub services: BTreeMap<Name, Limits>,
}

/// The two buckets of a service in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Limits {
    /// For calls that change nothing.
    pub reads: Bucket,
    /// For calls that may change something.
    pub writes: Bucket,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// How many calls it takes at once.
    pub burst: u32,
    /// How many tokens come back in a minute.
    pub refill_per_minute: u32,
}

/// The defaults of EC2's non-mutating calls. Source: "Request throttling for the Amazon EC2 API".
impl Default for Bucket {
    fn default() -> Bucket {
        Bucket { burst: 100, refill_per_minute: 1200 }
    }
}

impl Settings {
    /// A calm world in which things take their time: latency and lag, but no faults and no limits.
    pub fn calm(seed: u64) -> Settings {
        Settings {
            seed,
            latency: true,
            faults: FaultPlan::default(),
            lag_milliseconds: 5_000,
            replica_lag_seconds: 0,
            linger_milliseconds: 20_000,
            throttle: None,
            accounts: BTreeMap::new(),
            connect_milliseconds: 3_100,
            deadline_milliseconds: 60_000,
        }
    }

    /// A world in which everything is done at once, and seen at once.
    pub fn instant(seed: u64) -> Settings {
        Settings { latency: false, lag_milliseconds: 0, linger_milliseconds: 0, ..Settings::calm(seed) }
    }
}
