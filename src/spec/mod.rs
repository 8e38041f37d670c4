//! HCL text to [`Spec`]: what was written, with its places, and nothing bound yet.
//!
//! Each syntax tree is dropped once it is lowered. The room refuses to know kinds, sites' meaning and values, and
//! reads no file itself: those come in through [`Folder`].

mod block;
mod duplicate;
mod entry;
mod folder;
mod lower;
pub mod model;
mod module;
mod names;
mod read;
mod split;
mod syntax;

pub use entry::{check_syntax, parse_assignments, parse_expression, parse_template};
pub use folder::{Folder, FolderError};
pub use model::*;
pub use read::{FILE_LIMIT, read};
