//! Answers that all kinds give alike.

use relight_contract::{Action, Answer, Fault, FaultKind, Live, Name};

/// The object, or that there is none.
pub(crate) fn object_or_absent(live: Option<Live>) -> Answer {
    live.map_or(Answer::Absent, Answer::Object)
}

/// What a search by name or key has found.
pub(crate) fn found(live: Option<Live>) -> Answer {
    Answer::Found(live.into_iter().collect())
}

/// The page to go on with: some answers end with an empty token.
pub(crate) fn next(token: Option<String>) -> Option<Name> {
    token.filter(|token| !token.is_empty()).map(Name::from)
}

/// The id that a create call answers. Without one nobody knows what came of it.
pub(crate) fn made(id: Option<String>, what: &str) -> Result<String, Fault> {
    id.ok_or_else(|| Fault::new(FaultKind::Ambiguous, format!("{what} was made, but its id is not told")))
}

/// What is to be changed is not there.
pub(crate) fn missing(what: &str, id: &str) -> Fault {
    Fault::new(FaultKind::NotFound, format!("there is no {what} {id}"))
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
