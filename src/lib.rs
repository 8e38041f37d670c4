//! relight

pub mod diag;
pub mod expr;
pub mod graph;
pub mod spec;
