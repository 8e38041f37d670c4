//! The test bed: a server in the shape of the AWS API on loopback, and a proxy before it that makes trouble.
//!
//! For tests and benchmarks alone. The [`Proxy`] knows calls by region, service and operation; it loses, refuses,
//! delays and cuts them by rule, remembers idempotency tokens, which moto does not, and counts every call.

mod call;
mod http;
mod pages;
mod proxy;
mod refusal;
mod rules;
mod server;
mod tokens;

pub use call::{Call, decoded};
pub use http::{Ask, ask, get, post};
pub use proxy::{Proxy, Seen};
pub use rules::{Nth, Rule, Settings, Trouble};
pub use server::Moto;
pub use tokens::TokenUse;
