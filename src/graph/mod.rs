//! A generic, stable dependency graph: nodes are `0..node_count`, an edge says that one node depends on another.
//!
//! What it is for: orders, cycles shown as a path, reachability and critical paths, for the specification, for modules and
//! for plans alike. What it refuses: words of the domain, recursion (a chain of a million nodes runs on a small stack), and
//! results that depend on anything but the edges: the same graph always gives the same order and the same cycle.
//!
//! It is small and our own because the order must be the stable one (lowest index first) and because strongly connected
//! components must be found without recursion, while the edges of a million nodes stay in two flat arrays.

mod critical;
mod csr;
mod cycle;
mod order;

pub use critical::CriticalPath;
pub use csr::{Graph, GraphError};
pub use cycle::Cycle;
