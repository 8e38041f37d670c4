//! relight

pub mod diag;
pub mod graph;
