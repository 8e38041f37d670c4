//! Answers that all kinds give alike.

use relight_contract::{Action, Answer, Fault, FaultKind, Live, Name};

/// The object, or that there is none.
pub(crate) fn object_or_absent(live: Option<Live>) -> Answer {
    live.map_or(Answer::Absent, Answer::Object)
}

/// An operation that goes on in the cloud.
pub(crate) fn accepted(native_id: &str, handle: impl Into<Name>, after_milliseconds: u64) -> Answer {
    Answer::Accepted { native_id: Name::from(native_id), handle: handle.into(), after_milliseconds }
}

/// A read of an object that does not exist tells so by a fault; here it is an answer.
pub(crate) fn absent_is_none<T>(read: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The kind's table has no such operation.
pub(crate) fn none_of_its_calls(action: &Action) -> Fault {
    let text = format!("`{}` has no operation {:?}", action.kind_name(), action.act());
    Fault::new(FaultKind::Invalid, text)
}
