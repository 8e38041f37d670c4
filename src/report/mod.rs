//! Reports: what a recovery, or any other run, came to. Times against what was promised, steps against what was
//! expected, and what is left to do.
//!
//! A report is a pure function of a plan and its journal, so that the one at the end of a run and one that is asked for
//! a year later are the same. The room refuses clouds, clocks and stores: what it is given is all it knows.

mod build;
mod lag;
mod markdown;
mod model;
mod moments;
mod text;
mod trace;
pub mod words;

pub use markdown::markdown;
pub use model::*;
pub use text::{headline, text};
