//! `failover`: gives another site what lost sites served, and changes nothing else.

use relight_contract::{Name, Role};

use super::apply::{Job, operate};
use super::arguments::{FailoverArguments, Narrowing, OperationArguments};
use super::console::unknown_site;
use super::problem::Problem;
use super::{Cli, Outcome};
use crate::desired::Assignment;
use crate::plan::Operation;
use crate::topology::{SiteId, Topology};

pub(super) fn run(options: &FailoverArguments, cli: &mut Cli<'_>) -> Outcome {
    let incident = match options.incident.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        Some(incident) => incident.to_owned(),
        None => asked(options, cli)?,
    };
    let operation = OperationArguments {
        values: options.values.clone(),
        clouds: options.clouds.clone(),
        narrowing: Narrowing::default(),
        outlook: options.outlook.clone(),
    };
    let job = Job {
        operation: Operation::Failover { incident },
        options: &operation,
        run: &options.run,
        takes_over: options.site.as_deref(),
        file: None,
        resume: false,
    };
    operate(&job, cli)
}

/// The incident, from whoever sits at the terminal.
fn asked(options: &FailoverArguments, cli: &mut Cli<'_>) -> Result<String, Problem> {
    let answer = match cli.terminal.is_interactive() {
        true => cli.terminal.ask_for("Which incident does this belong to?"),
        false => None,
    };
    answer.ok_or_else(|| {
        let site = options.site.as_deref().map(|site| format!(" {site}")).unwrap_or_default();
        Problem::new("a failover belongs to an incident, and none is named")
            .hint(format!("`relight failover{site} --incident ID`, with the name that others know it by"))
    })
}

/// The roles that a failover gives: to the lost sites, and to the one that takes over. `now` are those that hold.
pub(super) fn roles(
    topology: &Topology,
    now: &Assignment,
    takes_over: Option<&str>,
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
        return Err(Problem::new(text)
            .hint("a lost standby needs no failover: `relight apply --lost` goes on without it"));
    }
    let mut roles: Vec<(Name, Role)> =
        gone.iter().map(|site| (topology.site(*site).name.clone(), Role::Lost)).collect();
    match takes_over {
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
