//! Tasks: one page of a list, one object that a list does not show, or one question to a data source.

use super::*;

/// One thing to ask.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) place: Arc<Place>,
    pub(super) subject: Subject,
    /// How often it failed.
    pub(super) tries: u32,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// A page of the objects of a kind.
    List { kind: &'static Kind, under: Option<Name>, page: Option<Name>, interest: Arc<Interest> },
    /// An object that memory or an import knows; `turn` is how often it was looked for already.
    Read { kind: &'static Kind, native_id: Name, turn: usize },
    /// A data source.
    Data { position: usize, data: &'static DataKind, arguments: Object },
}

impl Task {
    pub(super) fn new(place: Arc<Place>, subject: Subject) -> Task {
        Task { place, subject, tries: 0 }
    }

    /// The call that asks it.
    pub(super) fn action(&self) -> Action {
        match &self.subject {
            Subject::List { kind, under, page, interest } => {
                let (under, page, interest) = (under.clone(), page.clone(), Arc::clone(interest));
                Action::List { kind, under, page, interest }
            }
            Subject::Read { kind, native_id, .. } => Action::Read { kind, native_id: native_id.clone() },
            Subject::Data { data, arguments, .. } => Action::LookUp { data, arguments: arguments.clone() },
        }
    }

    /// Whether the answer tells that somebody is there: what belongs to every place stands in none.
    pub(super) fn reaches_place(&self) -> bool {
        let provider = match &self.subject {
            Subject::List { kind, .. } | Subject::Read { kind, .. } => kind.provider,
            Subject::Data { data, .. } => data.provider,
        };
        *self.place.provider == *provider
    }

    /// The window that the call takes from.
    pub(super) fn limit(&self) -> LimitKey {
        let service = match &self.subject {
            Subject::List { kind, .. } | Subject::Read { kind, .. } => kind.service,
            // Data sources name their calls as `service:Operation`.
            Subject::Data { data, .. } => {
                data.calls.first().and_then(|call| call.split(':').next()).unwrap_or(data.provider)
            }
        };
        LimitKey { place: self.place.name.clone(), service, changes: false }
    }

    /// What tells its back-off from others'.
    pub(super) fn name(&self) -> String {
        match &self.subject {
            Subject::List { kind, under, page, .. } => {
                format!("{} {} {under:?} {page:?}", self.place.name, kind.name)
            }
            Subject::Read { kind, native_id, turn } => {
                format!("{} {} {native_id} {turn}", self.place.name, kind.name)
            }
            Subject::Data { position, data, .. } => format!("{} {} {position}", self.place.name, data.name),
        }
    }
}
