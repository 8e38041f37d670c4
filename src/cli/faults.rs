//! What goes wrong in a sandbox on purpose: faults from the environment, for tests and for rehearsing one's own pipeline.
//!
//! `RELIGHT_SANDBOX_FAULTS` holds JSON: `{"outages": ["oregon"], "rules": [{"act": "create", "kind": "aws_vpc",
//! "first": 3, "fault": "capacity"}], "replica_lag_seconds": 40}`. Everything in a rule but `fault` may be left out.

use relight_contract::{Act, FaultKind};
use relight_sim::{Disturbance, FaultPlan, Nth, Outage, Rule, Settings};
use serde::Deserialize;

use super::problem::Problem;
use crate::shell::environment::Variables;

/// The variable that names the faults.
const VARIABLE: &str = "RELIGHT_SANDBOX_FAULTS";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    /// Sites, or places of global services, that cannot be reached.
    #[serde(default)]
    outages: Vec<String>,
    #[serde(default)]
    rules: Vec<Asked>,
    /// How far every replica is behind its source.
    replica_lag_seconds: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    place: Option<String>,
    kind: Option<String>,
    act: Option<Word>,
    /// How many of the calls of one command that fit; all without it.
    first: Option<u64>,
    fault: What,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    List,
    Read,
    Create,
    Update,
    Delete,
}

/// A call that is refused with a kind of fault, lost before or after its effect, or ends in a failed object.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Throttled,
    Denied,
    Conflict,
    Quota,
    Capacity,
    Invalid,
    Internal,
    LostBefore,
    LostAfter,
    Fails,
}

/// The settings of simulated clouds, with what the environment asks for.
pub(super) fn settings(seed: u64, environment: &Variables) -> Result<Settings, Problem> {
    let calm = Settings::calm(seed);
    let Some(text) = environment.get(VARIABLE) else { return Ok(calm) };
    let faults: Faults =
        serde_json::from_str(text).map_err(|error| Problem::new(format!("`{VARIABLE}`: {error}")))?;
    let outage = |place: String| Outage { place: place.into(), from: 0, until: None };
    let plan = FaultPlan {
        outages: faults.outages.into_iter().map(outage).collect(),
        rules: faults.rules.into_iter().map(Asked::rule).collect(),
        ..FaultPlan::default()
    };
    let replica_lag_seconds = faults.replica_lag_seconds.unwrap_or(calm.replica_lag_seconds);
    Ok(Settings { faults: plan, replica_lag_seconds, ..calm })
}

impl Asked {
    fn rule(self) -> Rule {
        Rule {
            place: self.place.map(Into::into),
            kind: self.kind.map(Into::into),
            act: self.act.map(|act| match act {
                Word::List => Act::List,
                Word::Read => Act::Read,
                Word::Create => Act::Create,
                Word::Update => Act::Update,
                Word::Delete => Act::Delete,
            }),
            nth: self.first.map_or(Nth::Every, Nth::First),
            disturbance: match self.fault {
                What::Throttled => Disturbance::Refused(FaultKind::Throttled),
                What::Denied => Disturbance::Refused(FaultKind::Denied),
                What::Conflict => Disturbance::Refused(FaultKind::Conflict),
                What::Quota => Disturbance::Refused(FaultKind::Quota),
                What::Capacity => Disturbance::Refused(FaultKind::Capacity),
                What::Invalid => Disturbance::Refused(FaultKind::Invalid),
                What::Internal => Disturbance::Refused(FaultKind::Internal),
                What::LostBefore => Disturbance::LostBefore,
                What::LostAfter => Disturbance::LostAfter,
                What::Fails => Disturbance::Fails,
            },
        }
    }
}
