//! Changes and an operation become a plan: immutable steps in a graph, with every choice made.
//!
//! The room refuses to look at a cloud or a clock: what it is given is all it knows, and planning the same twice
//! gives the same content.

pub mod model;

pub use model::*;
