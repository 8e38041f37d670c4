//! The stages of the course that every example goes through.

use std::fmt;

/// A part of the course. What one leaves behind, the next begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It is made, and reads back without a difference.
    Create,
    /// It is read by itself.
    Read,
    /// It is found again without memory.
    Forget,
    /// It is changed in place, and nothing else is.
    Update,
    /// Somebody changes the same fields back.
    Edit,
    /// Somebody changes its tags.
    Tag,
    /// What the update said is taken out of the spec again.
    Back,
    /// It is replaced.
    Replace,
    /// A field that no call can change is another one.
    Force,
    /// Somebody deletes it.
    Delete,
    /// Everything is destroyed, and nothing is left.
    Destroy,
    /// Calls are throttled and fail by chance.
    Weather,
    /// The connection breaks behind a changing call: behind each of them in turn.
    Cut,
    /// The connection breaks before a changing call.
    Lost,
}

/// The stages in their order.
pub const STAGES: &[Stage] = &[
    Stage::Create,
    Stage::Read,
    Stage::Forget,
    Stage::Update,
    Stage::Edit,
    Stage::Tag,
    Stage::Back,
    Stage::Replace,
    Stage::Force,
    Stage::Delete,
    Stage::Destroy,
    Stage::Weather,
    Stage::Cut,
    Stage::Lost,
];

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}
