//! Clouds in memory: they host any kind from its table alone, in virtual time, with faults by seed.
//!
//! [`World`] is pure: time comes in with every call, and all chance comes from one seed. [`Sandbox`] keeps a world on
//! disk between processes. This room refuses code for single kinds: what a table cannot say, no simulated cloud does.

mod change;
mod codec;

mod create;
mod domain;
mod effects_log;

mod faults;
mod lookup;
mod made;
mod outside;
mod perform;
mod random;
mod reach;
mod read;
mod refer;

mod sandbox;
mod settings;
mod shape;
mod state;
mod stored;
mod tags;
mod throttle;
mod world;

pub use domain::Domain;
pub use faults::{Chances, Disturbance, FaultPlan, Nth, Outage, Rule};

pub use sandbox::{Killer, Sandbox, SandboxError};
pub use settings::{Bucket, Limits, Settings, Throttle};
pub use world::{Call, Reply, World};
