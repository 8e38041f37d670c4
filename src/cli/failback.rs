//! `failback`: every site gets its role of the spec again. It is a reprotect where a site is lost still, and then a
//! switchover home.

use super::apply::{Job, operate};
use super::arguments::FailbackArguments;
use super::exit::Exit;
use super::planning::{Leg, Planning};
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
    if leg(options, cli)? == Leg::Reprotect {
        let reprotect = Roles::Reprotect { sites: &[], posture: None };
        let exit = operate(&job(Operation::Reprotect, reprotect), cli)?;
        let ends = operation.outlook.dry_run || exit != Exit::success();
        if ends || leg(options, cli)? != Leg::Switchover {
            return Ok(exit);
        }
    }
    operate(&job(Operation::Switchover, Roles::Home), cli)
}

/// The next leg of the way home, by what is declared now.
fn leg(options: &FailbackArguments, cli: &mut Cli<'_>) -> Result<Leg, super::Problem> {
    let session = Session::load(cli, &options.recovery.values)?;
    Planning::open(session, &options.recovery.clouds, cli)?.leg()
}
