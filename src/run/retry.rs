//! Retries: what a failed call leads to, decided on the kind of the fault alone.

use relight_contract::{Fault, FaultKind, Name};
use sha2::{Digest, Sha256};

/// What a failed call leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It had no effect: again after so many milliseconds.
    Again(u64),
    /// Nobody knows whether it had its effect.
    Doubt,
    /// The object stands in a state that does not allow it: look at it first.
    Look,
    /// No.
    Fail,
}

/// A call that failed.
#[derive(Clone, Copy, Debug)]
pub struct Call<'t> {
    /// Whether it may change anything.
    pub changes: bool,
    /// Whether its step is a deletion.
    pub deletes: bool,
    /// Whether what it refers to was made only just now, so that not everybody may have seen it.
    pub fresh: bool,
    /// Whether something of that stands in a global place. Its service spreads it over the regions, and until then
    /// others call a request wrong that names it. Source: IAM user guide, "Changes that I make are not always
    /// immediately visible".
    pub spreads: bool,
    /// What the waits are drawn from.
    pub token: &'t str,
}

/// How often a call is made again before its step fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tries {
    /// Throttled calls, and those that the cloud or the way to it failed.
    pub transient: u32,
    /// Calls that found what they refer to missing, or may have. Some minute.
    pub missing: u32,
    /// Calls that something stood in the way of.
    pub conflicts: u32,
}

const MOST_TRANSIENT: u32 = 12;
const MOST_MISSING: u32 = 6;
/// Some five minutes.
const MOST_CONFLICTS: u32 = 12;
/// Some a quarter of an hour, up to twenty minutes: a load balancer or a NAT gateway leaves network interfaces behind
/// that the service takes away only minutes after it. `timeouts` of a resource, where it is less, ends it earlier.
const MOST_CONFLICTS_OF_DELETION: u32 = 32;
const LONGEST_MILLISECONDS: u64 = 30_000;

/// Decides on a failed call.
pub fn decide(fault: &Fault, call: Call<'_>, tries: &mut Tries) -> Decision {
    let Call { changes, deletes, fresh, spreads, token } = call;
    let most_conflicts = if deletes { MOST_CONFLICTS_OF_DELETION } else { MOST_CONFLICTS };
    match fault.kind {
        FaultKind::Ambiguous if changes => Decision::Doubt,
        FaultKind::Throttled | FaultKind::Unreachable | FaultKind::Internal | FaultKind::Ambiguous => {
            again(&mut tries.transient, MOST_TRANSIENT, 500, token)
        }
        FaultKind::NotFound if fresh => again(&mut tries.missing, MOST_MISSING, 1_000, token),
        FaultKind::Invalid if changes && spreads => again(&mut tries.missing, MOST_MISSING, 1_000, token),
        FaultKind::Conflict if changes && tries.conflicts < most_conflicts => {
            tries.conflicts += 1;
            Decision::Look
        }
        FaultKind::Denied
        | FaultKind::NotFound
        | FaultKind::Conflict
        | FaultKind::Quota
        | FaultKind::Capacity
        | FaultKind::Invalid => Decision::Fail,
    }
}

fn again(tries: &mut u32, most: u32, base_milliseconds: u64, token: &str) -> Decision {
    if *tries >= most {
        return Decision::Fail;
    }
    *tries += 1;
    Decision::Again(back_off(base_milliseconds, *tries, token))
}

/// How long to wait before the `tries`th repetition, in milliseconds: doubling up to half a minute, and up to half as
/// much again, drawn from the token, so that steps that fail together do not come back together.
pub fn back_off(base_milliseconds: u64, tries: u32, token: &str) -> u64 {
    let doubled = base_milliseconds.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let wait = doubled.min(LONGEST_MILLISECONDS);
    let mut hash = Sha256::new();
    hash.update(token.as_bytes());
    hash.update(tries.to_be_bytes());
    let draw = hash.finalize().iter().take(4).fold(0_u64, |draw, byte| draw << 8 | u64::from(*byte));
    wait + draw % (wait / 2 + 1)
}

/// The token of one attempt: 32 hex digits, which every service accepts.
///
/// Bound to the run: a token that came from the address alone would, after a deletion, be answered with the dead
/// object. Source: Amazon EC2, "Ensuring idempotency in Amazon EC2 API requests".
pub fn token(run: &str, address: &str, attempt: u32) -> Name {
    let mut hash = Sha256::new();
    for part in [run, address, &attempt.to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    relight_contract::address::hex(&hash.finalize()[..16]).into()
}
