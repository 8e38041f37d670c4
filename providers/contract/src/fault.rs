//! Faults: why a call failed, as a type. Whether to try again is decided on the variant, never on text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The ways a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Too many calls: back off and try again.
    Throttled,
    /// The credentials may not do this.
    Denied,
    /// Something stands in the way: in use, wrong state, a newer version, a name that is taken.
    Conflict,
    /// The object, or one that it refers to, does not exist.
    NotFound,
    /// No connection: the call had no effect.
    Unreachable,
    /// No answer: the call may have had its effect.
    Ambiguous,
    /// The account's limit is reached.
    Quota,
    /// The cloud has no room.
    Capacity,
    /// The request is wrong.
    Invalid,
    /// The cloud failed on its side: the call had no effect.
    Internal,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which way it failed.
    pub kind: FaultKind,
    /// What the cloud said.
    pub message: String,
    /// The cloud's own code for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The API operation that failed, as `service:Operation`: the one of several that a request makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The cloud's number of the call, which its support asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl Fault {
    /// A fault without a code.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Fault {
        Fault { kind, message: message.into(), code: None, call: None, request: None }
    }

    /// The cloud's own code for it.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Fault {
        self.code = Some(code.into());
        self
    }

    /// The API operation that failed, as `service:Operation`.
    #[must_use]
    pub fn call(mut self, call: impl Into<String>) -> Fault {
        self.call = Some(call.into());
        self
    }
}

impl std::error::Error for Fault {}

/// What failed how, and with which call: `denied: not allowed (ec2:CreateVpc, UnauthorizedOperation, request 1-2)`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)?;
        let Some(call) = &self.call else { return Ok(()) };
        write!(f, " ({call}")?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        if let Some(request) = &self.request {
            write!(f, ", request {request}")?;
        }
        f.write_str(")")
    }
}

impl FaultKind {
    /// Whether the same call may simply be made again after a while.
    pub fn is_transient(self) -> bool {
        matches!(self, FaultKind::Throttled | FaultKind::Unreachable | FaultKind::Internal)
    }

    /// The word in journal and events.
    pub fn as_str(self) -> &'static str {
        match self {
            FaultKind::Throttled => "throttled",
            FaultKind::Denied => "denied",
            FaultKind::Conflict => "conflict",
            FaultKind::NotFound => "not_found",
            FaultKind::Unreachable => "unreachable",
            FaultKind::Ambiguous => "ambiguous",
            FaultKind::Quota => "quota",
            FaultKind::Capacity => "capacity",
            FaultKind::Invalid => "invalid",
            FaultKind::Internal => "internal",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
