//! The impure ring: what touches disks, clocks and clouds, behind the traits of the rooms inside.

pub mod environment;
pub mod files;
pub mod folder;
