//! The one clock, and where randomness comes from.

use std::time::{SystemTime, UNIX_EPOCH};

use relight_contract::Milliseconds;
use relight_contract::address::hex;

/// The time, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "this is the clock that the rest is given its time by")]
pub fn now() -> Milliseconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Milliseconds::try_from(since.as_millis()).unwrap_or(Milliseconds::MAX)
}

/// So many random bytes, fit for keys.
#[expect(clippy::disallowed_methods, reason = "this is where the rest is given its randomness from")]
pub fn random<const COUNT: usize>() -> std::io::Result<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(std::io::Error::from)?;
    Ok(bytes)
}

/// A fresh name that sorts by time: `prefix-<time>-<random>`.
pub fn fresh_name(prefix: &str) -> std::io::Result<String> {
    Ok(format!("{prefix}-{:012x}-{}", now(), hex(&random::<4>()?)))
}
