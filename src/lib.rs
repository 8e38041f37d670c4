//! relight

pub mod diag;
pub mod expr;
pub mod graph;
pub mod memory;
pub mod plan;
pub mod spec;
