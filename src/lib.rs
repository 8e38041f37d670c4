//! relight: infrastructure as code for the day a region dies.
//!
//! The rooms stand in the order of the data: `spec`, `topology`, `desired`, `diff`, `plan`, `run`, `journal`,
//! `report`. All of
//! them are pure; `shell` is the impure ring around them, and `cli` the face.

pub mod cli;
pub mod desired;
pub mod diag;
pub mod diff;
pub mod expr;
pub mod graph;
pub mod journal;
pub mod memory;
pub mod plan;
pub mod readiness;
pub mod report;
pub mod run;
pub mod shell;
pub mod spec;
pub mod topology;
