//! `drill`: a shadow of a standby comes up as if it had become the primary, and goes again.

use clap::{Args, Subcommand};
use relight_contract::Role;

use super::apply::{Job, operate};
use super::arguments::RecoveryArguments;
use super::console::unknown_site;
use super::problem::Problem;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::desired::Assignment;
use crate::plan::Operation;
use crate::topology::Topology;

/// Drills of a standby.
#[derive(Debug, Subcommand)]
pub(super) enum DrillCommand {
    /// Bring up a shadow of a standby as if it had become the primary, and measure how long that takes
    #[command(
        after_help = "The shadow stands in the region and account of the standby, under names and owner tags of its \
                      own. It has no records and nothing else of global services, and is joined to nothing that \
                      serves: keys, images and secrets of the standby are read, and nothing outside of the shadow is \
                      changed. A `drill` block of a resource says what is different there, such as \
                      `snapshot_identifier = \"latest\"`."
    )]
    Start(DrillArguments),
    /// Take the shadow of a standby down, all of it
    Stop(DrillArguments),
}

#[derive(Debug, Args)]
pub(super) struct DrillArguments {
    /// The standby
    pub(super) site: String,
    #[command(flatten)]
    pub(super) recovery: RecoveryArguments,
}

impl DrillCommand {
    /// What all of them take.
    pub(super) fn arguments_mut(&mut self) -> &mut DrillArguments {
        match self {
            DrillCommand::Start(arguments) | DrillCommand::Stop(arguments) => arguments,
        }
    }
}

pub(super) fn run(command: &DrillCommand, cli: &mut Cli<'_>) -> Outcome {
    let (options, operation) = match command {
        DrillCommand::Start(options) => (options, Operation::DrillStart { site: options.site.clone() }),
        DrillCommand::Stop(options) => (options, Operation::DrillStop { site: options.site.clone() }),
    };
    let recovery = &options.recovery;
    let narrowed = recovery.operation();
    let job = Job {
        operation,
        options: &narrowed,
        run: &recovery.run,
        roles: Roles::Same,
        file: None,
        resume: false,
    };
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
