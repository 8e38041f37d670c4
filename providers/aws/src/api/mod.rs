//! The door to AWS: one `Cloud` for all places, the clients behind it, and what the API halves of the kinds share.
//!
//! It refuses what the tables refuse (a change of a field that replaces, a tag that AWS would not take) before any
//! call, and lets no type of an SDK out.

mod answer;
pub(crate) mod backup;
mod batch;
mod bucket;
mod cloud;
mod code;
mod credentials;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod elasticache;
pub(crate) mod elb;
mod fault;
pub(crate) mod iam;
pub(crate) mod kms;
pub(crate) mod lag;
pub(crate) mod lambda;
pub(crate) mod presign;
mod rates;
pub(crate) mod raw;
pub(crate) mod rds;
pub(crate) mod recovery_control;
pub(crate) mod route53;
pub(crate) mod routes;
pub(crate) mod s3;
pub(crate) mod scaling;
pub(crate) mod secrets;
mod settings;
pub(crate) mod side_by_side;
mod site;
pub(crate) mod subnet_group;
pub(crate) mod tags;
mod traffic;
pub(crate) mod values;
pub(crate) mod wire;

pub use cloud::cloud;
pub use settings::{Keys, Options, OptionsError};

pub(crate) use answer::{
    absent_is_none, accepted, found, made, missing, next, none_of_its_calls, object_or_absent,
};
pub(crate) use fault::{Effect, FaultOf, shape, told};
pub(crate) use side_by_side::side_by_side;
pub(crate) use site::{Site, no_retries};
pub(crate) use tags::{TagChange, Told};
pub(crate) use values::{
    becomes, built, first, given, incomplete, int, made_of, merged, one, only, seconds, time, time_text,
    truth, truth_text, word, word_text, word_texts, words,
};

/// The API half of a kind: makes the calls of one action.
pub(crate) type Calls = fn(std::sync::Arc<Site>, relight_contract::Action) -> relight_contract::Answering;
