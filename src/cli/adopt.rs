//! `adopt`: takes one object that nobody owns into the topology.

use super::apply::{Job, operate};
use super::arguments::{AdoptArguments, Narrowing};
use super::{Cli, Outcome};
use crate::plan::Operation;
use crate::shell::adopt::Adoption;

pub(super) fn run(options: &AdoptArguments, cli: &mut Cli<'_>) -> Outcome {
    let adoption = Adoption { address: options.address.clone(), native_id: options.native_id.clone() };
    let job = Job {
        operation: Operation::Apply,
        values: &options.values,
        clouds: &options.clouds,
        narrowing: &Narrowing { adopt: Some(adoption), ..Narrowing::default() },
        outlook: &options.outlook,
        run: &options.run,
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
