//! `adopt`: takes one object that nobody owns into the topology.

use super::apply::{Job, operate};
use super::arguments::{AdoptArguments, Narrowing, OperationArguments};
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;
use crate::shell::adopt::Adoption;

pub(super) fn run(options: &AdoptArguments, cli: &mut Cli<'_>) -> Outcome {
    let adoption = Adoption { address: options.address.clone(), native_id: options.native_id.clone() };
    let operation = OperationArguments {
        values: options.values.clone(),
        clouds: options.clouds.clone(),
        narrowing: Narrowing { adopt: Some(adoption), ..Narrowing::default() },
        outlook: options.outlook.clone(),
    };
    let job = Job {
        operation: Operation::Apply,
        options: &operation,
        run: &options.run,
        roles: Roles::Same,
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
