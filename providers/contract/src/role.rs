//! Roles of sites, and how ready a standby is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Name;

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

impl Role {
    /// Whether nothing is written there until the site is a standby again.
    pub fn is_closed(self) -> bool {
        matches!(self, Role::Fenced | Role::Lost)
    }
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

/// What an object tells of its site: the role that was declared, and in which epoch. So a declaration shows in the cloud,
/// also to whoever has no memory of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The role, as its word.
    pub role: Name,
    /// The epoch: it rises with every declaration.
    pub epoch: u64,
}

/// `primary.3`
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.role, self.epoch)
    }
}

impl FromStr for Mark {
    type Err = ();
    fn from_str(text: &str) -> Result<Mark, ()> {
        // A cloud that refuses a dot has another letter in its place.
        let (role, epoch) = text.rsplit_once(|c: char| !c.is_ascii_alphanumeric()).ok_or(())?;
        Ok(Mark { role: role.into(), epoch: epoch.parse().map_err(|_| ())? })
    }
}
