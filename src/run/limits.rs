//! Rate limits: token buckets by place, service and class of call, which learn from throttling.

use std::collections::BTreeMap;

use relight_contract::{Milliseconds, Name};

/// Whose bucket a call takes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitKey {
    /// The place.
    pub place: Name,
    /// The service.
    pub service: &'static str,
    /// Whether the call changes anything.
    pub changes: bool,
}

/// A call's worth of parts. A bucket that gains `n` parts a millisecond refills `n` calls a second.
const CALL: u64 = 1000;

/// Calls a second that a service takes until it says otherwise.
///
/// Source: Amazon EC2, "Request throttling for the Amazon EC2 API" (non-mutating 20/s, mutating 5/s with bursts of
/// 100 and 50); most other services publish nothing, and ten a second is where we start.
const READS: Rate = Rate { burst: 50, per_second: 20 };
const WRITES: Rate = Rate { burst: 30, per_second: 10 };

/// No service is asked more slowly than this, or a run would never end: one call in two seconds.
const SLOWEST: u64 = CALL / 2;

#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: u64,
    per_second: u64,
}

/// All buckets, and how many calls may be under way at once.
#[derive(Clone, Debug)]
pub struct Limits {
    buckets: BTreeMap<LimitKey, Bucket>,
    in_flight: usize,
    most_in_flight: usize,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    parts: u64,
    /// Parts gained in a second.
    refill: u64,
    ceiling: Rate,
    at: Milliseconds,
}

impl Limits {
    /// Full buckets, and at most so many calls at once.
    pub fn new(most_in_flight: usize) -> Limits {
        Limits { buckets: BTreeMap::new(), in_flight: 0, most_in_flight }
    }

    /// When the next call may leave: now, or the time at which its bucket has filled up again. `None` while too many
    /// calls are under way: an answer comes first.
    pub fn next(&mut self, key: &LimitKey, now: Milliseconds) -> Option<Milliseconds> {
        if self.in_flight >= self.most_in_flight {
            return None;
        }
        let bucket = self.bucket(key, now);
        let missing = CALL.saturating_sub(bucket.parts);
        Some(now + (missing * 1000).div_ceil(bucket.refill.max(1)))
    }

    /// A call leaves. To be called only when [`Limits::next`] gives `now`.
    pub fn leave(&mut self, key: &LimitKey, now: Milliseconds) {
        let bucket = self.bucket(key, now);
        bucket.parts = bucket.parts.saturating_sub(CALL);
        self.in_flight += 1;
    }

    /// A call came back. Throttled, its bucket is empty and fills at half the speed; else the speed recovers slowly.
    pub fn back(&mut self, key: &LimitKey, throttled: bool, now: Milliseconds) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let bucket = self.bucket(key, now);
        if throttled {
            bucket.parts = 0;
            bucket.refill = (bucket.refill / 2).max(SLOWEST);
        } else {
            let full = bucket.ceiling.per_second * CALL;
            bucket.refill = (bucket.refill + full / 50).min(full);
        }
    }

    fn bucket(&mut self, key: &LimitKey, now: Milliseconds) -> &mut Bucket {
        let ceiling = if key.changes { WRITES } else { READS };
        let fresh =
            Bucket { parts: ceiling.burst * CALL, refill: ceiling.per_second * CALL, ceiling, at: now };
        let bucket = self.buckets.entry(key.clone()).or_insert(fresh);
        let gained = now.saturating_sub(bucket.at).saturating_mul(bucket.refill) / 1000;
        // Below a part's worth of time nothing is gained, and the time is not lost either.
        if gained > 0 || bucket.at > now {
            bucket.parts = bucket.parts.saturating_add(gained).min(ceiling.burst * CALL);
            bucket.at = now;
        }
        bucket
    }
}
