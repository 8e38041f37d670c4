//! Diagnostics: what is wrong in a specification, where, under which stable code, and what to do about it.
//!
//! What it is for: sources and spans, the one table of codes, collecting every problem of one run, and showing them as text
//! or as JSON. What it refuses: knowing what a problem means (each room builds its own diagnostics), printing, and stopping
//! at the first problem. It uses no other room.

mod code;
pub mod codes;
mod diagnostic;
mod diagnostics;
mod excerpt;
pub mod json;
mod sources;
mod suggest;
pub mod text;

pub use code::Code;
pub use diagnostic::{Diagnostic, Severity};
pub use diagnostics::Diagnostics;
pub use sources::{FileId, Position, Sources, Span};
pub use suggest::suggest;
