//! `failover`: gives another site what lost sites served, and changes nothing else.

use super::apply::{Job, operate};
use super::arguments::FailoverArguments;
use super::problem::Problem;
use super::roles::Roles;
use super::{Cli, Outcome};
use crate::plan::Operation;

pub(super) fn run(options: &FailoverArguments, cli: &mut Cli<'_>) -> Outcome {
    let incident = match options.incident.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        Some(incident) => incident.to_owned(),
        None => asked(options, cli)?,
    };
    let mut operation = options.recovery.operation();
    operation.narrowing.accepts_loss = options.accept_loss;
    let job = Job {
        operation: Operation::Failover { incident },
        options: &operation,
        run: &options.recovery.run,
        roles: Roles::Failover { to: options.site.as_deref() },
        file: None,
        resume: false,
    };
    operate(&job, cli)
}

/// The incident, from whoever sits at the terminal.
fn asked(options: &FailoverArguments, cli: &mut Cli<'_>) -> Result<String, Problem> {
    let answer = match cli.terminal.is_interactive() {
        true => cli.terminal.ask_for("Which incident does this belong to?"),
        false => None,
    };
    answer.ok_or_else(|| {
        let site = options.site.as_deref().map(|site| format!(" {site}")).unwrap_or_default();
        let lost: String =
            options.recovery.clouds.lost.iter().map(|site| format!(" --lost {site}")).collect();
        let sandbox = if options.recovery.clouds.sandbox { " --sandbox" } else { "" };
        let command = format!("relight failover{site}{lost} --incident ID{sandbox}");
        Problem::new("a failover belongs to an incident, and none is named")
            .hint(format!("`{command}`, with the name that others know it by"))
    })
}
