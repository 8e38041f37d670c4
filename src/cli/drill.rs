//! `drill`: a shadow of a standby comes up as if it had become the primary, and goes again.

use relight_contract::Role;

use super::apply::{Job, operate};
use super::arguments::{DrillArguments, DrillCommand, Narrowing, OperationArguments};
use super::console::unknown_site;
use super::problem::Problem;
use super::{Cli, Outcome};
use crate::desired::Assignment;
use crate::plan::Operation;
use crate::topology::Topology;

pub(super) fn run(command: &DrillCommand, cli: &mut Cli<'_>) -> Outcome {
    let (options, operation) = match command {
        DrillCommand::Start(options) => (options, Operation::DrillStart { site: options.site.clone() }),
        DrillCommand::Stop(options) => (options, Operation::DrillStop { site: options.site.clone() }),
    };
    let DrillArguments { values, clouds, outlook, run, .. } = options;
    let common = OperationArguments {
        values: values.clone(),
        clouds: clouds.clone(),
        narrowing: Narrowing::default(),
        outlook: outlook.clone(),
    };
    let job = Job { operation, options: &common, run, takes_over: None, file: None, resume: false };
    operate(&job, cli)
}

/// The topology with the shadow of a drill.
pub(super) fn shadowed(topology: &Topology, site: &str, ends: bool) -> Result<Topology, Problem> {
    let of = topology.site_named(site).ok_or_else(|| unknown_site(topology, site))?;
    Ok(topology.with_shadow(of, ends))
}

/// Stops a drill of a site that is no standby.
pub(super) fn drillable(topology: &Topology, now: &Assignment, site: &str) -> Result<(), Problem> {
    let of = topology.site_named(site).ok_or_else(|| unknown_site(topology, site))?;
    let problem = match now.role(of) {
        Role::Standby(_) => return Ok(()),
        Role::Primary => Problem::new(format!("`{site}` is a primary: a drill is one of a standby")),
        Role::Lost => Problem::new(format!("`{site}` is lost: nothing can be brought up there")),
        Role::Fenced => Problem::new(format!("`{site}` is fenced, and stands by for nobody")),
    };
    let stands_by = |site| matches!(now.role(site), Role::Standby(_));
    let standbys: Vec<String> = topology
        .site_ids()
        .filter(|site| stands_by(*site) && !topology.is_shadow(*site))
        .map(|site| format!("`{}`", topology.site(site).name))
        .collect();
    Err(match standbys.is_empty() {
        true => problem,
        false => problem.hint(format!("these stand by: {}", standbys.join(", "))),
    })
}
