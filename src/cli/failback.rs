//! `failback`: every site gets its role of the spec again. It is a reprotect where a site is lost still, and then a
//! switchover home.

use super::apply::{Job, operate};
use super::arguments::FailbackArguments;
use super::exit::Exit;
use super::planning::Planning;
use super::roles::Roles;
use super::session::Session;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &FailbackArguments, cli: &mut Cli<'_>) -> Outcome {
    let recovery = &options.recovery;
    let operation = recovery.operation();
    let job = |operation_of: Operation, roles: Roles<'static>| Job {
        operation: operation_of,
        options: &operation,
        run: &recovery.run,
        roles,
        file: None,
        resume: false,
    };
    if !gone(options, cli)?.is_empty() {
        let reprotect = Roles::Reprotect { sites: &[], posture: None };
        let exit = operate(&job(Operation::Reprotect, reprotect), cli)?;
        let ends = operation.outlook.dry_run || exit != Exit::success();
        if ends || !gone(options, cli)?.is_empty() || is_home(options, cli)? {
            return Ok(exit);
        }
    }
    operate(&job(Operation::Switchover, Roles::Home), cli)
}

/// The sites that are still to be made standbys again.
fn gone(
    options: &FailbackArguments,
    cli: &mut Cli<'_>,
) -> Result<Vec<relight_contract::Name>, super::Problem> {
    let session = Session::load(cli, &options.recovery.values)?;
    let planning = Planning::open(session, &options.recovery.clouds, cli)?;
    planning.gone()
}

/// Whether every site has its role of the spec again.
fn is_home(options: &FailbackArguments, cli: &mut Cli<'_>) -> Result<bool, super::Problem> {
    let session = Session::load(cli, &options.recovery.values)?;
    let planning = Planning::open(session, &options.recovery.clouds, cli)?;
    Ok(planning.store.memory()?.declarations.is_empty())
}
