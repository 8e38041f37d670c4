//! What relight and its providers agree on: plain data, and one door to a cloud.
//!
//! This crate knows no cloud. A provider brings tables of [`Kind`]s and a [`Cloud`]; the core brings requests. It
//! refuses anything that performs: no clock, no network, no files.

pub mod address;
mod apart;
pub mod builtin;
pub mod canonical;
pub mod coverage;
pub mod fault;
pub mod field;
pub mod identifier;
pub mod json;
pub mod kind;
pub mod number;
pub mod order;
pub mod part;
pub mod pattern;
pub mod provider;
pub mod request;
pub mod role;
pub mod typed;
pub mod types;
pub mod value;

pub use address::{Address, Key, Mode, ModulePath, ModuleStep, OwnerId};
pub use fault::{Fault, FaultKind};
pub use field::{Canonical, Field, Mutability, Presence, Reference, Shape};
pub use json::DecodeError;
pub use kind::{
    Act, Capability, ControlPlane, DataKind, DataSource, Detail, Example, Identity, Kind, Listing, Literal,
    NameRule, Operation, Placement, Restorable, Scope, Timing, Transition, Unsupported,
};
pub use number::Number;
pub use part::{Part, Unfit};
pub use provider::{
    Answering, CallCount, Cloud, Place, Provider, Registry, Session, SessionAnswering, TagRules,
};
pub use request::{Action, Answer, Interest, Live, Observation, Observations, Owner, Request, State};
pub use role::{Mark, Posture, Role};
pub use typed::{Block, BlockList, Blocks, ListOf, One, SetOf, ShapeError, Timeouts, Typed};
pub use types::{Name, ObjectType, Type};
pub use value::{Hole, HoleId, Mapping, Object, Secret, Sequence, Value};

/// Time in milliseconds since the Unix epoch, or of a simulated clock.
pub type Milliseconds = u64;
