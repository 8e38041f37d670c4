//! HCL text to [`Spec`]: what was written, with its places, and nothing bound yet.
//!
//! Each syntax tree is dropped once it is lowered. The room refuses to know kinds, sites' meaning and values.

pub mod model;

pub use model::*;
