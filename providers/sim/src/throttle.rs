//! Token buckets: how many calls a service takes from a place.

use std::collections::BTreeMap;

use relight_contract::{Milliseconds, Name};

use crate::domain::Domain;
use crate::settings::{Bucket, Throttle};

/// Parts of a token, so that any whole number a minute refills exactly: a token is 60,000 parts.
const TOKEN: u64 = 60_000;

/// Who a bucket belongs to: the domain of the calls, the service, and whether they change something.
type BucketKey = (Domain, Name, bool);

/// The levels of all buckets.
#[derive(Debug, Default)]
pub(crate) struct Buckets(BTreeMap<BucketKey, Level>);

#[derive(Debug)]
struct Level {
    parts: u64,
    at: Milliseconds,
}

impl Buckets {
    /// Takes a token; false when there is none.
    pub(crate) fn take(
        &mut self,
        throttle: &Throttle,
        domain: Domain,
        service: &str,
        changes: bool,
        now: Milliseconds,
    ) -> bool {
        let limits = throttle.services.get(service).unwrap_or(&throttle.any);
        let Bucket { burst, refill_per_minute } = if changes { limits.writes } else { limits.reads };
        let full = u64::from(burst) * TOKEN;
        let level =
            self.0.entry((domain, Name::from(service), changes)).or_insert(Level { parts: full, at: now });
        let refill = now.saturating_sub(level.at).saturating_mul(u64::from(refill_per_minute));
        level.parts = level.parts.saturating_add(refill).min(full);
        level.at = level.at.max(now);
        match level.parts.checked_sub(TOKEN) {
            Some(rest) => {
                level.parts = rest;
                true
            }
            None => false,
        }
    }
}
