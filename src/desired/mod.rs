//! Topology and assignment to `Desired`: the only place where a role turns into existence, counts and sizes.
//!
//! Everything is evaluated in one pass, each block behind what it refers to, in every site. What only a step can
//! tell is left as a hole. The room refuses to know what is live.

mod attributes;
mod console;
mod data;
mod drill;
mod evaluation;
mod finish;
mod follow;
pub mod guards;
mod keys;
mod layers;
mod members;
pub mod model;
mod modules;
mod moves;
mod resources;
mod scope;
mod types;
mod unread;
mod vertices;

use std::collections::HashMap;

pub use console::Evaluated;
pub use evaluation::ModuleFiles;
pub use guards::{Anchors, DesiredGuard};
pub use model::{
    Answers, Assignment, CheckResult, Dependency, Desired, DesiredOutput, Ignore, Instance, InstanceId,
    JoinId, Lifecycle, Pattern, Unanswered, Unknown, Wanted,
};

use crate::diag::Diagnostics;
use crate::topology::Topology;

/// Everything that a topology wants under an assignment of roles, as far as `answers` of data sources reach: look
/// at [`Desired::wanted`] first, read those, and ask again.
///
/// `now` is the plan's time (RFC 3339), for `plantimestamp`.
pub fn desire(
    topology: &Topology,
    assignment: &Assignment,
    answers: &Answers,
    files: &dyn ModuleFiles,
    now: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Desired {
    evaluation(topology, assignment, answers, files, now, diagnostics).run()
}

/// The same topology as something that answers expressions.
pub fn evaluate<'a>(
    topology: &'a Topology,
    assignment: &'a Assignment,
    answers: &'a Answers,
    files: &'a dyn ModuleFiles,
    now: Option<&'a str>,
    diagnostics: &'a mut Diagnostics,
) -> Evaluated<'a> {
    Evaluated::new(evaluation(topology, assignment, answers, files, now, diagnostics))
}

fn evaluation<'a>(
    topology: &'a Topology,
    assignment: &'a Assignment,
    answers: &'a Answers,
    files: &'a dyn ModuleFiles,
    now: Option<&'a str>,
    diagnostics: &'a mut Diagnostics,
) -> evaluation::Evaluation<'a> {
    evaluation::Evaluation {
        topology,
        assignment,
        answers,
        files,
        now,
        vertices: vertices::Vertices::new(topology),
        slots: Vec::new(),
        modules: HashMap::new(),
        types: types::Types::default(),
        calls: HashMap::new(),
        desired: Desired::default(),
        diagnostics,
    }
}
