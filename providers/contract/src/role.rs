//! Roles of sites, and how ready a standby is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How ready a standby is, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// Data stores live and replicate, the network stands; nothing serves.
    PilotLight,
    /// A scaled-down but fully working copy.
    Warm,
    /// Full capacity, waiting for traffic.
    Hot,
}

impl Posture {
    /// Every posture, from least to most ready.
    pub const ALL: [Posture; 3] = [Posture::PilotLight, Posture::Warm, Posture::Hot];

    /// The word in HCL, plan and journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Posture::PilotLight => "pilot_light",
            Posture::Warm => "warm",
            Posture::Hot => "hot",
        }
    }
}

impl fmt::Display for Posture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Posture {
    type Err = ();
    fn from_str(text: &str) -> Result<Posture, ()> {
        Posture::ALL.into_iter().find(|posture| posture.as_str() == text).ok_or(())
    }
}

/// What a site is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Serves. Several sites may.
    Primary,
    /// Waits, this ready.
    Standby(Posture),
    /// Closed to writers until it is brought back as a standby; no apply reopens it.
    Fenced,
    /// Declared dead: no call is made there.
    Lost,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Primary => f.write_str("primary"),
            Role::Standby(posture) => f.write_str(posture.as_str()),
            Role::Fenced => f.write_str("fenced"),
            Role::Lost => f.write_str("lost"),
        }
    }
}
