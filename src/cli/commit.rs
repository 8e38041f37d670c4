//! `commit`: accepts what a recovery left, and deletes what it put aside where a person names it.

use std::collections::BTreeSet;

use relight_contract::Address;

use super::apply::{Job, operate};
use super::arguments::CommitArguments;
use super::problem::Problem;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &CommitArguments, cli: &mut Cli<'_>) -> Outcome {
    let read = |text: &String| {
        text.parse::<Address>().map_err(|_| {
            Problem::new(format!("`{text}` is no address"))
                .hint("an address is `KIND.NAME@SITE`, as `relight status` writes it")
        })
    };
    let delete = options.delete.iter().map(read).collect::<Result<BTreeSet<Address>, Problem>>()?;
    let operation = options.recovery.operation();
    let job = Job {
        operation: Operation::Commit { delete },
        options: &operation,
        run: &options.recovery.run,
        roles: Roles::Same,
        file: None,
        resume: false,
    };
    operate(&job, cli)
}
