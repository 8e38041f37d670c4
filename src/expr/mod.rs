//! The expression language: typed nodes, functions, conversion, partial evaluation and residuals.
//!
//! It knows values and names, but no HCL text, no files and no cloud: those come in through [`Scope`] and
//! [`Files`]. Evaluation never fails for want of knowledge: what is not known yet becomes a hole, and the hole
//! remembers the expression that fills it.

pub mod alike;
pub mod ast;
mod bind;
mod bounds;
pub mod convert;
pub mod eval;
pub mod fill;
pub mod functions;
pub mod render;
pub mod residual;
pub mod scope;
pub mod stored;
pub mod table;
pub mod unify;

pub use alike::alike;
pub use ast::{Binary, Expr, ExprKind, For, Part, Reference, SPLAT, Step, Unary};
pub use bind::bind;
pub use bounds::excess;
pub use eval::evaluate;
pub use fill::{Filled, Filler, Learned, Leaves, Nodes};
pub use residual::{Node, Residuals, SecretSource, Table, Vault};
pub use scope::{Context, Failure, Files, NoFiles, Scope};
pub use table::{Renumbering, table, table_with};
