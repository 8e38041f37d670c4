//! What every provider must pass, and a made-up cloud to pass it with.
//!
//! [`run`] drives one door to a cloud through everything that relight relies on; [`lint()`] reads the tables. Both know
//! no cloud. [`cumulus`] is the second cloud of the tests.

pub mod cumulus;
mod lint;
mod sample;
mod session;
mod suite;

pub use lint::lint;
pub use session::{Door, Parent, Part, Places, Report, Trouble};
pub use suite::run;
