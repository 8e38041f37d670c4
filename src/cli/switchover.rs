//! `switchover`: two sites that both answer change their roles, and nothing is lost.

use super::apply::{Job, operate};
use super::arguments::SwitchoverArguments;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &SwitchoverArguments, cli: &mut Cli<'_>) -> Outcome {
    let operation = options.recovery.operation();
    let job = Job {
        operation: Operation::Switchover,
        options: &operation,
        run: &options.recovery.run,
        roles: Roles::Switchover { to: &options.site, from: options.from.as_deref() },
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
