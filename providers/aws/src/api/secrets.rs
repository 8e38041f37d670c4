//! What the kinds of Secrets Manager share.

use aws_sdk_secretsmanager::config::Builder;
use relight_contract::{Fault, FaultKind};

use super::site::no_retries;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// What Secrets Manager refuses because of a secret's state, such as one that is scheduled for deletion.
/// Source: AWS Secrets Manager API reference, `InvalidRequestException`, which elsewhere is a wrong request.
pub(crate) fn in_state(fault: Fault) -> Fault {
    match fault.code.as_deref() {
        Some("InvalidRequestException") => Fault { kind: FaultKind::Conflict, ..fault },
        _ => fault,
    }
}
