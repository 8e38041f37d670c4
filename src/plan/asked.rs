//! What the steps of probes, gates and hooks ask: data, as all of a plan is.

use relight_contract::Address;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::model::Ask;

/// What a probe asks, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerifyAsk {
    /// `http`, `tcp`, `dns` or `command`.
    pub way: ProbeWay,
    /// The URL, host and port, or name; for a command its words.
    pub target: Json,
    /// The status, text or addresses that count as up; null for what the way takes for it.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub expect: Json,
    /// Seconds between two questions.
    pub interval: u64,
    /// How many answers in a row must be good.
    pub threshold: u64,
    /// How long one answer may take, in seconds.
    pub timeout: u64,
    /// How long it may take until it is up, in seconds.
    pub within: u64,
}

/// The ways to ask whether something is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProbeWay {
    /// A GET over HTTP or HTTPS.
    Http,
    /// A connection.
    Tcp,
    /// The addresses of a name.
    Dns,
    /// A command that ends with 0.
    Command,
}

/// What a gate asks of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApproveAsk {
    /// The question.
    pub message: Json,
    /// Who may say yes; null for anybody.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub approvers: Json,
    /// How many of them must.
    pub quorum: u64,
    /// After how many seconds it counts as refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// What cannot be undone and waits for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub doors: Vec<Address>,
}

/// What a hook runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunAsk {
    /// The command and its arguments: no shell takes them apart.
    pub run: Json,
    /// What its environment has besides; null for nothing.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub env: Json,
    /// After how many seconds it is killed.
    pub timeout: u64,
    /// Whether the step counts as done although the command failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub goes_on: bool,
}

impl Ask {
    /// Whether it asks people, runs commands or asks endpoints instead of a cloud: such a step has no kind and no place.
    pub fn is_guard(&self) -> bool {
        matches!(self, Ask::Verify(_) | Ask::Approve(_) | Ask::Run(_))
    }
}
