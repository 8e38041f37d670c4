//! The impure ring: folders and files, clocks, disks, signals, and the ways to the clouds.
//!
//! It obeys the pure rooms and decides nothing that they could. tokio lives here and in the providers only.

pub mod adopt;
pub mod again;
pub mod clock;
pub mod drive;
pub mod durable;
pub mod environment;
pub mod files;
pub mod folder;
pub mod hold;
mod hook;
pub mod interrupt;
pub mod journal;
pub mod lease;
pub mod mailbox;
mod narrow;
pub mod observe;
pub mod outside;
pub mod people;
pub mod pipeline;
mod probe;
pub mod record;
pub mod store;
pub mod survey;
pub mod transport;
pub mod watch;
