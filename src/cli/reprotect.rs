//! `reprotect`: sites that were lost and answer again become standbys of what serves now.

use super::apply::{Job, operate};
use super::arguments::ReprotectArguments;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &ReprotectArguments, cli: &mut Cli<'_>) -> Outcome {
    let operation = options.recovery.operation();
    let job = Job {
        operation: Operation::Reprotect,
        options: &operation,
        run: &options.recovery.run,
        roles: Roles::Reprotect { sites: &options.sites, posture: options.posture },
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
