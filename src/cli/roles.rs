//! The roles that an operation gives to sites, from what is typed, what was declared and what the spec says.

use relight_contract::{Name, Posture, Role};

use super::console::unknown_site;
use super::problem::Problem;
use crate::desired::Assignment;
use crate::memory::Memory;
use crate::topology::{SiteId, Topology};

/// Which roles an operation gives.
#[derive(Clone, Copy, Debug)]
pub(super) enum Roles<'a> {
    /// Those that hold.
    Same,
    /// Lost sites are left behind; this one takes over, or the primaries that are left go on.
    Failover { to: Option<&'a str> },
    /// This one takes over from the other primary, or from the one that is named.
    Switchover { to: &'a str, from: Option<&'a str> },
    /// Lost sites become standbys again: these, or all of them; this ready, or as the spec has it.
    Reprotect { sites: &'a [String], posture: Option<Posture> },
    /// Those of the spec.
    Home,
}

/// What roles are decided from.
pub(super) struct Situation<'a> {
    pub(super) topology: &'a Topology,
    pub(super) memory: &'a Memory,
    /// The roles that hold.
    pub(super) now: Assignment,
    /// The sites that are called lost.
    pub(super) lost: &'a [String],
}

impl Roles<'_> {
    /// The roles that are given, by site: those that are not named keep theirs.
    pub(super) fn give(&self, situation: &Situation<'_>) -> Result<Vec<(Name, Role)>, Problem> {
        match *self {
            Roles::Same => Ok(lost(situation)),
            Roles::Failover { to } => failover(situation.topology, &situation.now, to, situation.lost),
            Roles::Switchover { to, from } => switchover(situation, to, from),
            Roles::Reprotect { sites, posture } => reprotect(situation, sites, posture),
            Roles::Home => home(situation),
        }
    }
}

impl Situation<'_> {
    fn site(&self, name: &str) -> Result<SiteId, Problem> {
        self.topology.site_named(name).ok_or_else(|| unknown_site(self.topology, name))
    }

    fn name(&self, site: SiteId) -> Name {
        self.topology.site(site).name.clone()
    }

    /// The sites that have to be standbys again before everybody can go home.
    pub(super) fn closed(&self) -> Vec<SiteId> {
        self.topology.site_ids().filter(|site| self.now.role(*site).is_closed()).collect()
    }

    fn is_called_lost(&self, site: SiteId) -> bool {
        self.lost.iter().any(|name| **name == *self.topology.site(site).name)
    }

    /// The role that a site had before it was declared another one.
    fn before(&self, site: SiteId) -> Option<Role> {
        self.memory.declarations.get(&self.topology.site(site).name)?.from
    }
}

fn lost(situation: &Situation<'_>) -> Vec<(Name, Role)> {
    situation.lost.iter().map(|name| (name.as_str().into(), Role::Lost)).collect()
}

/// Two sites that both answer change their roles. Where they did so already, the roles are those that hold: what an
/// earlier attempt left is done by the same command.
fn switchover(situation: &Situation<'_>, to: &str, from: Option<&str>) -> Result<Vec<(Name, Role)>, Problem> {
    let Situation { topology, now, .. } = situation;
    let target = situation.site(to)?;
    let posture = match now.role(target) {
        _ if situation.is_called_lost(target) => {
            return Err(Problem::new(format!("`{to}` cannot be lost and take over")));
        }
        Role::Standby(posture) => posture,
        Role::Primary => return primary_already(situation, target, from),
        role @ (Role::Lost | Role::Fenced) => {
            return Err(Problem::new(format!("`{to}` is {role}: it takes over once it is a standby again"))
                .hint(format!("`relight reprotect {to}` makes it one")));
        }
    };
    let serves = |site: SiteId| now.role(site) == Role::Primary && site != target;
    let source = match from {
        Some(name) => {
            let source = situation.site(name)?;
            if !serves(source) {
                return Err(Problem::new(format!("`{name}` does not serve: it has nothing to hand over"))
                    .hint(format!("these serve: {}", names(topology, serves))));
            }
            source
        }
        None => {
            let serving: Vec<SiteId> = topology.site_ids().filter(|site| serves(*site)).collect();
            match serving[..] {
                [source] => source,
                [] => {
                    return Err(Problem::new("no site serves that could hand over").hint(format!(
                        "`relight failover {to} --lost SITE --incident ID` takes over from one that is lost"
                    )));
                }
                _ => {
                    return Err(Problem::new("several sites serve, and none is named that hands over")
                        .hint(format!("say which: `--from {}`", names(topology, serves))));
                }
            }
        }
    };
    if situation.is_called_lost(source) {
        let name = situation.name(source);
        return Err(Problem::new(format!("a switchover needs both sites, and `{name}` is called lost"))
            .hint(format!("`relight failover {to} --lost {name} --incident ID` leaves it behind")));
    }
    let becomes = peacetime_posture(topology, source).unwrap_or(posture);
    let mut roles = lost(situation);
    roles.push((situation.name(target), Role::Primary));
    roles.push((situation.name(source), Role::Standby(becomes)));
    Ok(roles)
}

/// The site that should take over serves. What an interrupted switchover left is gone on with.
fn primary_already(
    situation: &Situation<'_>,
    target: SiteId,
    from: Option<&str>,
) -> Result<Vec<(Name, Role)>, Problem> {
    if let Some(name) = from
        && situation.now.role(situation.site(name)?) == Role::Primary
        && situation.site(name)? != target
    {
        let to = situation.name(target);
        return Err(Problem::new(format!("`{to}` serves beside `{name}`: there is nothing to take over"))
            .hint(format!(
                "to go on without `{name}`, declare it lost: `relight failover --lost {name} --incident ID`"
            )));
    }
    if situation.memory.declarations.is_empty() {
        let to = situation.name(target);
        return Err(Problem::new(format!("`{to}` serves already: there is nothing to take over"))
            .hint("`relight status` shows the roles; `relight plan` shows what differs from the spec"));
    }
    Ok(lost(situation))
}

/// Sites that were lost become standbys. One that did so already keeps the role it was given.
fn reprotect(
    situation: &Situation<'_>,
    sites: &[String],
    posture: Option<Posture>,
) -> Result<Vec<(Name, Role)>, Problem> {
    let topology = situation.topology;
    let named = sites.iter().map(|name| situation.site(name)).collect::<Result<Vec<SiteId>, Problem>>()?;
    let returned = |site: SiteId| situation.before(site).is_some_and(Role::is_closed);
    let chosen = if named.is_empty() { situation.closed() } else { named };
    if chosen.is_empty() && !topology.site_ids().any(returned) {
        return Err(Problem::new("no site is lost: all of them are protected as the spec says")
            .hint("`relight status` shows the roles; `relight plan` shows what differs from the spec"));
    }
    let mut roles = lost(situation);
    for site in chosen {
        let name = situation.name(site);
        let role = situation.now.role(site);
        if situation.is_called_lost(site) {
            return Err(Problem::new(format!("`{name}` cannot be lost and be a standby again")));
        }
        if role.is_closed() && posture.is_none() && serves_beside(situation, site) {
            roles.push((name, Role::Primary));
        } else if role.is_closed() {
            let standby = posture
                .or_else(|| peacetime_posture(topology, site))
                .or_else(|| replaced_posture(situation))
                .unwrap_or(Posture::Warm);
            roles.push((name, Role::Standby(standby)));
        } else if !returned(site) {
            return Err(Problem::new(format!("`{name}` is not lost: its role is {role}"))
                .hint("`relight status` shows the roles of all sites"));
        }
    }
    Ok(roles)
}

/// Every site has the role of the spec again.
fn home(situation: &Situation<'_>) -> Result<Vec<(Name, Role)>, Problem> {
    let topology = situation.topology;
    if let Some(name) = situation.lost.first() {
        return Err(Problem::new(format!("everybody goes home together, and `{name}` is called lost"))
            .hint("`relight switchover SITE --lost SITE` moves what serves without it"));
    }
    if situation.memory.declarations.is_empty() {
        return Err(Problem::new("every site has its role of the spec already: nobody is away from home")
            .hint("`relight plan` shows what else differs from the spec"));
    }
    let peacetime = Assignment::peacetime(topology);
    Ok(topology.site_ids().map(|site| (situation.name(site), peacetime.role(site))).collect())
}

fn peacetime_posture(topology: &Topology, site: SiteId) -> Option<Posture> {
    match topology.site(site).role {
        Role::Standby(posture) => Some(posture),
        _ => None,
    }
}

/// Whether a site serves in peacetime beside those that serve now: nobody took its place, and it follows nobody.
fn serves_beside(situation: &Situation<'_>, site: SiteId) -> bool {
    let peacetime = Assignment::peacetime(situation.topology);
    let mut serving =
        situation.topology.site_ids().filter(|other| situation.now.role(*other) == Role::Primary);
    peacetime.role(site) == Role::Primary && serving.all(|other| peacetime.role(other) == Role::Primary)
}

/// How ready the standby was that serves now.
fn replaced_posture(situation: &Situation<'_>) -> Option<Posture> {
    let serving = |site: &SiteId| situation.now.role(*site) == Role::Primary;
    let mut serving = situation.topology.site_ids().filter(serving);
    serving.find_map(|site| peacetime_posture(situation.topology, site))
}

/// The roles that a failover gives: to the lost sites, and to the one that takes over. `now` are those that hold.
fn failover(
    topology: &Topology,
    now: &Assignment,
    to: Option<&str>,
    lost: &[String],
) -> Result<Vec<(Name, Role)>, Problem> {
    let site = |name: &str| topology.site_named(name).ok_or_else(|| unknown_site(topology, name));
    let gone = lost.iter().map(|name| site(name)).collect::<Result<Vec<SiteId>, Problem>>()?;
    let peacetime = Assignment::peacetime(topology);
    let served = |site: SiteId| now.role(site) == Role::Primary || peacetime.role(site) == Role::Primary;
    if gone.is_empty() {
        return Err(Problem::new("a failover leaves lost sites behind, and none is named")
            .hint(format!("say which: `--lost {}`", names(topology, served))));
    }
    if !gone.iter().any(|site| served(*site)) {
        let text = format!("`{}` serves nothing that another site could take over", lost.join("`, `"));
        return Err(Problem::new(text).hint(format!(
            "a lost standby needs no failover: `relight apply --lost {}` goes on without it",
            lost.join(" --lost ")
        )));
    }
    let mut roles: Vec<(Name, Role)> =
        gone.iter().map(|site| (topology.site(*site).name.clone(), Role::Lost)).collect();
    match to {
        Some(name) => {
            let target = site(name)?;
            able(name, now.role(target), gone.contains(&target))?;
            let serves = |site: SiteId| {
                let declared = now.role(site) == Role::Primary && peacetime.role(site) != Role::Primary;
                declared && site != target && !gone.contains(&site)
            };
            let serving = names(topology, serves);
            let primaries = |role: &dyn Fn(SiteId) -> Role| {
                topology.site_ids().filter(|site| role(*site) == Role::Primary).count()
            };
            let after = |site: SiteId| match site {
                site if site == target => Role::Primary,
                site if gone.contains(&site) => Role::Lost,
                site => now.role(site),
            };
            let one_more = primaries(&after) > primaries(&|site| peacetime.role(site));
            if one_more && !serving.is_empty() {
                let text = format!(
                    "`{serving}` serves already: it was declared the primary, and is not called lost"
                );
                return Err(Problem::new(text)
                    .hint(format!(
                        "where it is to be the primary, go on with it: `relight failover {serving} ...`"
                    ))
                    .hint(format!("where it is lost as well, say so: `--lost {serving}`")));
            }
            roles.push((topology.site(target).name.clone(), Role::Primary));
        }
        None => {
            let goes_on = |site: SiteId| now.role(site) == Role::Primary && !gone.contains(&site);
            if !topology.site_ids().any(goes_on) {
                let stands_by =
                    |site: SiteId| matches!(now.role(site), Role::Standby(_)) && !gone.contains(&site);
                let problem = Problem::new("no primary is left, and no site is named that takes over");
                let standbys = names(topology, stands_by);
                return Err(match standbys.is_empty() {
                    true => problem,
                    false => problem.hint(format!("say which standby: {standbys}")),
                });
            }
        }
    }
    Ok(roles)
}

/// Whether a site can take over. One that was declared a primary already goes on becoming one.
fn able(name: &str, role: Role, lost: bool) -> Result<(), Problem> {
    match role {
        _ if lost => Err(Problem::new(format!("`{name}` cannot be lost and take over"))),
        Role::Standby(_) | Role::Primary => Ok(()),
        Role::Lost => Err(Problem::new(format!("`{name}` is lost: nothing can be given to it"))),
        Role::Fenced => {
            Err(Problem::new(format!("`{name}` is fenced: what stands there is not to be written to")))
        }
    }
}

fn names(topology: &Topology, test: impl Fn(SiteId) -> bool) -> String {
    let chosen = topology.site_ids().filter(|site| test(*site));
    chosen.map(|site| topology.site(site).name.to_string()).collect::<Vec<_>>().join(" or ")
}
