//! Exit codes: why a command ends as it does.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

/// One reason for an exit code. The order is that of precedence: the first one that applies gives the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// Somebody asked it to stop.
    Interrupted,
    /// Another process holds the lease.
    LeaseHeld,
    /// What the plan was made for is not so any more.
    Stale,
    /// Some steps are done and some are not: `apply --resume` goes on.
    Partial,
    /// Anything else that is wrong.
    Error,
    /// A check, policy, gate or probe failed.
    CheckFailed,
    /// A site cannot be reached, and was neither declared lost nor allowed to be so.
    Unreachable,
    /// There are changes, and `--detailed-exitcode` asks for them.
    Changes,
}

impl Reason {
    fn code(self) -> u8 {
        match self {
            Reason::Interrupted => 130,
            Reason::LeaseHeld => 5,
            Reason::Stale => 3,
            Reason::Partial => 6,
            Reason::Error => 1,
            Reason::CheckFailed => 4,
            Reason::Unreachable => 7,
            Reason::Changes => 2,
        }
    }
}

/// Every reason that applied; none for success.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Exit(BTreeSet<Reason>);

impl Exit {
    /// Success.
    pub(super) fn success() -> Exit {
        Exit::default()
    }

    /// With one more reason.
    pub(super) fn and(mut self, reason: Reason) -> Exit {
        self.0.insert(reason);
        self
    }

    /// With one more reason, when it applies.
    pub(super) fn and_if(self, applies: bool, reason: Reason) -> Exit {
        if applies { self.and(reason) } else { self }
    }

    /// The code of the process.
    pub(super) fn code(&self) -> u8 {
        self.0.first().map_or(0, |reason| reason.code())
    }
}

impl From<Reason> for Exit {
    fn from(reason: Reason) -> Exit {
        Exit::success().and(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_applies_wins() {
        use Reason::*;
        let order = [Interrupted, LeaseHeld, Stale, Partial, Error, CheckFailed, Unreachable, Changes];
        let codes = [130, 5, 3, 6, 1, 4, 7, 2];
        assert_eq!(Exit::success().code(), 0);
        for (index, (first, code)) in order.into_iter().zip(codes).enumerate() {
            let all = order[index..].iter().rev().fold(Exit::success(), |exit, reason| exit.and(*reason));
            assert_eq!((all.code(), Exit::from(first).code()), (code, code));
        }
    }
}
