//! Changes and an operation become a plan: immutable steps in a graph, with every choice made.
//!
//! The room refuses to look at a cloud or a clock: what it is given is all it knows, and planning the same twice
//! gives the same content.

mod asked;
mod basis;
mod build;
mod check;
mod envelope;
mod estimate;
mod guards;
mod history;
pub mod model;
mod readiness;
mod recovery;
mod roles;
mod safe;
mod steps;

pub use basis::{Reason, is_expired, spec_hash, stale, standing};
pub use build::{Circumstances, build, identify, variables};
pub use check::{check, flaws, in_json};
pub use envelope::{Envelope, Estimate, LearnedTiming, PlannedLag, PlannedObjective};
pub use history::History;
pub use model::*;
pub use readiness::Readiness;
pub use recovery::{is_measured, is_recovery, serving};
