//! contract
pub mod number;
