//! relight

pub mod cli;
pub mod desired;
pub mod diag;
pub mod diff;
pub mod expr;
pub mod graph;
pub mod memory;
pub mod plan;
pub mod shell;
pub mod spec;
pub mod topology;
