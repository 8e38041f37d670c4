//! relight

pub mod graph;
