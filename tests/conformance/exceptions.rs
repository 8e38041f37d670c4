//! What a cloud cannot show, or shows wrongly: the one list, with the reason of each.
//!
//! An exception that nothing needs any more fails the suite.

use super::course::Stage;

/// What is not expected of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// That a stage holds.
    Stage(Stage),
    /// That the cloud tells a field back, wherever an object of the kind stands.
    Field(&'static str),
}

/// One exception.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The kind.
    pub kind: &'static str,
    /// The ground: `sim` or `moto`.
    pub cloud: &'static str,
    /// What is not expected.
    pub what: What,
    /// Why.
    pub reason: &'static str,
}

/// Every exception, by kind.
pub const EXCEPTIONS: &[Exception] = &[Exception {
    kind: "cumulus_database",
    cloud: "sim",
    what: What::Stage(Stage::Delete),
    reason: "the cloud keeps the name of a deleted database for days: nobody can make it again under it",
}];
