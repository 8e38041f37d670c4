//! `resume`: goes on with the run that was left before its end.

use super::apply::{Job, operate};
use super::arguments::{Narrowing, OperationArguments, Outlook, ResumeArguments};
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &ResumeArguments, cli: &mut Cli<'_>) -> Outcome {
    let operation = OperationArguments {
        values: options.values.clone(),
        clouds: options.clouds.clone(),
        narrowing: Narrowing::default(),
        outlook: Outlook::default(),
    };
    let job = Job {
        operation: Operation::Apply,
        options: &operation,
        run: &options.run,
        roles: Roles::Same,
        file: None,
        resume: true,
    };
    operate(&job, cli)
}
