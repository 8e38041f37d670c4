//! The stable code of a diagnostic.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};

use super::codes;

/// A stable code such as `RL0205`, with what the documentation says about it.
///
/// People search for codes and scripts match on them: a code never changes its meaning and is never given twice. All of them
/// stand in [`codes`]; equality and order are those of [`Code::id`].
#[derive(Clone, Copy)]
pub struct Code(pub(super) &'static Entry);

/// One row of the table.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) explanation: &'static str,
}

impl Code {
    /// The code itself: `RL` and four digits, the first two of which name the group.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// What the code means in one line, without any word of the user's.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.0.summary
    }

    /// What the code means at length: why relight refuses or remarks, and what to do.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        self.0.explanation
    }

    /// The code with this id, for whoever looks one up; `None` when there is none.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        codes::ALL
            .binary_search_by(|code| code.id().cmp(id))
            .ok()
            .and_then(|index| codes::ALL.get(index))
            .copied()
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(other.id())
    }
}

impl Hash for Code {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
