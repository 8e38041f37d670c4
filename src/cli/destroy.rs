//! `destroy`: deletes everything that belongs to the topology.

use super::apply::{Job, operate};
use super::arguments::DestroyArguments;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &DestroyArguments, cli: &mut Cli<'_>) -> Outcome {
    let job = Job {
        operation: Operation::Destroy,
        options: &options.operation,
        run: &options.run,
        roles: Roles::Same,
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
