//! One disaster: who is lost, who takes over, and what that makes of the spec.

use std::collections::HashSet;

use relight_contract::Role;

use super::act::Act;
use super::world::World;
use crate::desired::{Assignment, Instance};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::topology::{SiteId, Topology};

/// A disaster that a spec prepares for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disaster {
    /// The primary that is lost.
    pub lost: SiteId,
    /// The standby that takes over; `None` where other primaries go on without the lost one.
    pub takes_over: Option<SiteId>,
}

impl Disaster {
    /// The roles that hold then.
    pub fn roles(&self, peacetime: &Assignment) -> Assignment {
        let roles = peacetime.clone().with(self.lost, Role::Lost);
        match self.takes_over {
            Some(site) => roles.with(site, Role::Primary),
            None => roles,
        }
    }

    /// `when `virginia` is lost and `oregon` takes over`
    pub fn when(&self, topology: &Topology) -> String {
        let lost = &topology.site(self.lost).name;
        match self.takes_over {
            Some(site) => format!("when `{lost}` is lost and `{}` takes over", topology.site(site).name),
            None => format!("when `{lost}` is lost and the others go on"),
        }
    }
}

pub(super) fn disasters(topology: &Topology, only: Option<SiteId>) -> Vec<Disaster> {
    let primaries = primaries(topology);
    let lost = primaries.iter().filter(|site| only.is_none_or(|only| only == **site));
    let mut found = Vec::new();
    for lost in lost.copied() {
        if primaries.len() > 1 {
            found.push(Disaster { lost, takes_over: None });
            continue;
        }
        let heirs = topology.site_ids().filter(|site| is_standby(topology, *site));
        found.extend(heirs.map(|site| Disaster { lost, takes_over: Some(site) }));
    }
    found
}

/// The primaries that nobody stands in for.
pub(super) fn without_heirs(topology: &Topology, only: Option<SiteId>) -> Vec<SiteId> {
    let primaries = primaries(topology);
    let alone = primaries.len() == 1 && !topology.site_ids().any(|site| is_standby(topology, site));
    primaries.into_iter().filter(|site| alone && only.is_none_or(|only| only == *site)).collect()
}

fn primaries(topology: &Topology) -> Vec<SiteId> {
    topology.site_ids().filter(|site| topology.site(*site).role == Role::Primary).collect()
}

fn is_standby(topology: &Topology, site: SiteId) -> bool {
    matches!(topology.site(site).role, Role::Standby(_))
}

/// A disaster with everything that is known of it.
pub(super) struct Case<'a> {
    pub(super) topology: &'a Topology,
    pub(super) disaster: Disaster,
    /// What the spec wants in peacetime.
    pub(super) peace: &'a World<'a>,
    /// What it wants then.
    pub(super) after: &'a World<'a>,
    /// What a failover does.
    pub(super) acts: Vec<Act>,
}

impl Case<'_> {
    pub(super) fn when(&self) -> String {
        self.disaster.when(self.topology)
    }

    /// Whether a site serves then: the one that takes over, or those that go on.
    pub(super) fn serves(&self, site: SiteId) -> bool {
        match self.disaster.takes_over {
            Some(heir) => site == heir,
            None => site != self.disaster.lost && self.topology.site(site).role == Role::Primary,
        }
    }

    /// The sites that serve then.
    pub(super) fn serving(&self) -> Vec<SiteId> {
        self.topology.site_ids().filter(|site| self.serves(*site)).collect()
    }

    /// Whether an object stands in the lost site, and is not one of a global service for it.
    pub(super) fn is_lost(&self, instance: &Instance) -> bool {
        instance.site == Some(self.disaster.lost) && !instance.place.global
    }

    /// Whether an object stands in a site that serves then.
    pub(super) fn is_serving(&self, instance: &Instance) -> bool {
        !instance.place.global && instance.site.is_some_and(|site| self.serves(site))
    }

    /// The region that is lost.
    pub(super) fn lost_region(&self) -> &str {
        &self.topology.site(self.disaster.lost).region
    }
}

/// A length of time for people: `45s`, `4m10s`, `2h05m`.
pub(super) fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// What was found so far; the same is said of one object once, whichever disaster shows it.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) diagnostics: Diagnostics,
    said: HashSet<(Code, String)>,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// Adds a finding that does not depend on the disaster.
    pub(super) fn add_once(&mut self, about: &str, finding: Diagnostic) {
        if self.said.insert((finding.code, about.to_owned())) {
            self.diagnostics.push(finding);
        }
    }
}
