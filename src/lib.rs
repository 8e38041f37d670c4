//! relight

pub mod desired;
pub mod diag;
pub mod diff;
pub mod expr;
pub mod graph;
pub mod journal;
pub mod memory;
pub mod plan;
pub mod run;
pub mod shell;
pub mod spec;
pub mod topology;
