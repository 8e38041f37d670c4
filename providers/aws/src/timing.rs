//! Timings that many kinds share.

use relight_contract::Timing;

/// A call that answers at once: a list, a read, a change of settings.
pub const CALL: Timing = Timing { p50_seconds: 1, p90_seconds: 2, source: "unmeasured: one API call" };

/// A create or delete that is done within seconds.
pub const QUICK: Timing =
    Timing { p50_seconds: 3, p90_seconds: 10, source: "unmeasured: done within seconds" };

/// How long an operation takes, by its own source.
pub const fn timing(p50_seconds: u32, p90_seconds: u32, source: &'static str) -> Timing {
    Timing { p50_seconds, p90_seconds, source }
}
