//! relight

pub mod diag;
pub mod expr;
pub mod graph;
pub mod shell;
pub mod spec;
