//! Inquiries: what a probe, gate or hook asks of the world outside, filled, and what comes back.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Address, Type, Value};
use serde_json::Value as Json;

use super::fill::{FillError, Filling};
use crate::journal::RunId;
use crate::plan::{Ask, Content, ProbeWay, Step};

/// What is asked of an endpoint, of people, or of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Inquiry {
    /// One question to an endpoint.
    Probe(Probe),
    /// A question to people. It is open until it is withdrawn: more than one of them may have to say yes.
    Gate(Gate),
    /// A command that is run once.
    Hook(Hook),
}

/// One question to an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Who asks.
    pub address: Address,
    /// How.
    pub way: ProbeWay,
    /// The URL, host and port, or name, alone; for a command its words.
    pub target: Vec<String>,
    /// The status, text or addresses that count as up; null for what the way takes for it.
    pub expect: Json,
    /// How long the answer may take, in seconds.
    pub timeout_seconds: u64,
}

/// A question to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Who asks.
    pub address: Address,
    /// The question.
    pub message: String,
    /// Who may say yes; empty for anybody.
    pub approvers: BTreeSet<String>,
    /// How many of them must.
    pub quorum: u64,
    /// What cannot be undone and waits for it.
    pub doors: Vec<Address>,
    /// After how many seconds it counts as refused.
    pub timeout_seconds: Option<u64>,
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Who runs it.
    pub address: Address,
    /// The command and its arguments.
    pub run: Vec<String>,
    /// What its environment has besides.
    pub environment: BTreeMap<String, String>,
    /// After how many seconds it is killed.
    pub timeout_seconds: u64,
}

/// What came of an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is up; what it said.
    Up(String),
    /// It is not; why.
    Down(String),
    /// Somebody said yes.
    Allowed {
        /// Who.
        by: String,
        /// By which way.
        how: String,
    },
    /// Somebody said no, or nobody can say yes; who, or why.
    Refused(String),
    /// The command ended.
    Ended {
        /// Its exit status; `None` where there is none, because it could not be run or was killed.
        status: Option<i32>,
        /// The end of what it wrote, or why it has no status.
        output: String,
    },
    /// The command was not run; why.
    NotRun(String),
}

/// The inquiry of a step, every hole filled; `None` for a step that asks a cloud.
pub(super) fn inquiry(
    filling: &Filling<'_>,
    run: &RunId,
    content: &Content,
    step: &Step,
) -> Result<Option<Inquiry>, FillError> {
    let address = step.address.clone();
    Ok(Some(match &step.ask {
        Ask::Verify(ask) => Inquiry::Probe(Probe {
            address,
            way: ask.way,
            target: match ask.way {
                ProbeWay::Command => words(filling, &ask.target)?,
                _ => vec![text(filling, &ask.target)?],
            },
            expect: filling.value(&ask.expect, &Type::Dynamic)?.revealed().to_json(),
            timeout_seconds: ask.timeout,
        }),
        Ask::Approve(ask) => {
            let message = filling.value(&ask.message, &Type::String)?;
            let shown = message.as_str().filter(|_| !message.has_secret());
            Inquiry::Gate(Gate {
                address,
                message: shown.unwrap_or("(it would show a secret)").to_owned(),
                approvers: words(filling, &ask.approvers)?.into_iter().collect(),
                quorum: ask.quorum,
                doors: ask.doors.clone(),
                timeout_seconds: ask.timeout,
            })
        }
        Ask::Run(ask) => {
            let mut environment = surroundings(run, content, step);
            let more = filling.value(&ask.env, &Type::map(Type::String))?.revealed();
            for (name, value) in more.as_entries().into_iter().flatten() {
                environment.insert(name.to_string(), value.as_str().unwrap_or_default().to_owned());
            }
            let timeout_seconds = ask.timeout;
            Inquiry::Hook(Hook { address, run: words(filling, &ask.run)?, environment, timeout_seconds })
        }
        _ => return Ok(None),
    }))
}

/// What every hook is told.
fn surroundings(run: &RunId, content: &Content, step: &Step) -> BTreeMap<String, String> {
    let site = step.address.site.as_deref();
    let role = site.and_then(|site| content.sites.iter().find(|known| known.name == site));
    let told = [
        ("RELIGHT_OPERATION", Some(content.operation.word().to_owned())),
        ("RELIGHT_SITE", site.map(str::to_owned)),
        ("RELIGHT_ROLE", role.map(|site| site.role.to_string())),
        ("RELIGHT_INCIDENT", content.operation.incident().map(str::to_owned)),
        ("RELIGHT_RUN", Some(run.to_string())),
    ];
    told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn text(filling: &Filling<'_>, json: &Json) -> Result<String, FillError> {
    let value = filling.value(json, &Type::String)?;
    let text = value.as_str().ok_or_else(|| FillError::Plan("what a probe asks is no text".to_owned()))?;
    Ok(text.to_owned())
}

fn words(filling: &Filling<'_>, json: &Json) -> Result<Vec<String>, FillError> {
    match filling.value(json, &Type::list(Type::String))?.revealed() {
        Value::List(list) => Ok(list.items.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::Null(_) => Ok(Vec::new()),
        _ => Err(FillError::Plan("a command is no list of words".to_owned())),
    }
}

impl Inquiry {
    /// Who asks.
    pub fn address(&self) -> &Address {
        match self {
            Inquiry::Probe(probe) => &probe.address,
            Inquiry::Gate(gate) => &gate.address,
            Inquiry::Hook(hook) => &hook.address,
        }
    }
}
