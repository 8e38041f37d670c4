//! Token buckets: attempts wait for their turn, and the service's own word sets the pace.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Gate, Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::rates::Rate;

/// The most attempts of a bucket under way at once: a service that takes less than its documents say is found out by
/// so many, not by a whole burst.
const MOST_IN_FLIGHT: usize = 10;

/// What a "too many" leaves of the pace.
const SLOWED: f64 = 0.8;

/// What of its highest pace a bucket wins back in a second.
const RECOVERED: f64 = 0.02;

/// No bucket becomes slower: one attempt in four seconds.
const SLOWEST: f64 = 0.25;

/// One bucket.
pub(super) struct Bucket {
    rate: Rate,
    level: Mutex<Level>,
    /// Whoever waits for a token holds it, so that they leave in the order in which they came.
    gate: Gate<()>,
    slots: Semaphore,
}

struct Level {
    tokens: f64,
    per_second: f64,
    at: Instant,
    /// When the service last said "too many".
    slowed_at: Option<Instant>,
}

/// An attempt that may leave; dropping it makes room for the next.
pub(super) struct Pass<'b> {
    bucket: &'b Bucket,
    left_at: Instant,
    _slot: Option<SemaphorePermit<'b>>,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(rate: Rate) -> Bucket {
        let level = Level { tokens: rate.burst, per_second: rate.per_second, at: now(), slowed_at: None };
        Bucket {
            rate,
            level: Mutex::new(level),
            gate: Gate::default(),
            slots: Semaphore::new(MOST_IN_FLIGHT),
        }
    }

    /// Waits for a turn.
    pub(super) async fn pass(&self) -> Pass<'_> {
        // Nobody closes it; if somebody did, the tokens would still hold.
        let slot = self.slots.acquire().await.ok();
        let _turn = self.gate.lock().await;
        loop {
            let wait = {
                let mut level = self.level();
                if level.tokens >= 1.0 {
                    level.tokens -= 1.0;
                    return Pass { bucket: self, left_at: level.at, _slot: slot };
                }
                (1.0 - level.tokens) / level.per_second
            };
            pause(Duration::from_secs_f64(wait.min(1.0 / SLOWEST))).await;
        }
    }

    /// The level as it is now.
    fn level(&self) -> MutexGuard<'_, Level> {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let at = now();
        let seconds = at.saturating_duration_since(level.at).as_secs_f64();
        level.tokens = (level.tokens + seconds * level.per_second).min(self.rate.burst);
        let won = seconds * self.rate.most_per_second * RECOVERED;
        level.per_second = (level.per_second + won).min(self.rate.most_per_second);
        level.at = at;
        level
    }
}

impl Pass<'_> {
    /// The service said "too many". Attempts that had left before it last said so tell nothing new.
    pub(super) fn throttled(&self) {
        let mut level = self.bucket.level();
        level.tokens = 0.0;
        if level.slowed_at.is_none_or(|slowed| slowed < self.left_at) {
            level.per_second = (level.per_second * SLOWED).max(SLOWEST.min(self.bucket.rate.per_second));
            level.slowed_at = Some(level.at);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bucket fills with time, and waits are counted; nothing else is decided by it"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a bucket is waited for here, where every attempt is known")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
