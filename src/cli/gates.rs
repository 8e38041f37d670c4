//! Gates from the command line: who allows them, and whether anybody can.

use serde_json::Value as Json;

use super::Cli;
use super::arguments::RunArguments;
use super::problem::Problem;
use crate::plan::{Ask, Plan, StepId};
use crate::run::inquiry::Gate;
use crate::shell::people::Allowances;
use crate::spec::GuardKind;
use crate::topology::Topology;

/// Who allows the gates of a run.
pub(super) fn people(options: &RunArguments, cli: &Cli<'_>) -> Allowances {
    let given = options.approve.iter().map(|given| match given.split_once('=') {
        Some((name, who)) => (name.to_owned(), Some(who.to_owned())),
        None => (given.clone(), None),
    });
    let names = ["USER", "LOGNAME", "USERNAME"];
    let who = names.into_iter().find_map(|name| cli.environment.get(name).filter(|who| !who.is_empty()));
    Allowances {
        yes: options.yes,
        given: given.collect(),
        file: options.approvals.as_ref().map(|path| cli.globals.directory.join(path)),
        who: who.map_or("whoever runs it", String::as_str).to_owned(),
        terminal: cli.terminal.is_interactive(),
    }
}

/// Refuses the name of a gate that the spec does not have.
pub(super) fn known(options: &RunArguments, topology: &Topology) -> Result<(), Problem> {
    let written = topology.guards.iter().map(|guard| guard.written(topology));
    let gates = written.filter(|guard| guard.kind == GuardKind::Gate).map(|guard| &*guard.name.name);
    let gates: Vec<&str> = gates.collect();
    for given in &options.approve {
        let name = given.split_once('=').map_or(given.as_str(), |(name, _)| name);
        // With `gate.`, a module or a site it is the name of the same one.
        let bare = name.split('@').next().and_then(|name| name.rsplit('.').next()).unwrap_or(name);
        if !gates.contains(&bare) {
            let problem = Problem::new(format!("`--approve {given}`: the spec has no gate `{name}`"));
            return Err(match gates.as_slice() {
                [] => problem,
                gates => problem.hint(format!("it has {}", gates.join(", "))),
            });
        }
    }
    Ok(())
}

/// Refuses to begin what would stop at a gate that nobody can allow.
pub(super) fn answerable(
    plan: &Plan,
    is_done: impl Fn(StepId) -> bool,
    people: &Allowances,
) -> Result<(), Problem> {
    if people.can_be_asked() {
        return Ok(());
    }
    for step in &plan.content.steps {
        let Ask::Approve(ask) = &step.ask else { continue };
        if is_done(step.id) {
            continue;
        }
        let approvers = ask.approvers.as_array().into_iter().flatten();
        let approvers: Vec<&str> = approvers.filter_map(Json::as_str).collect();
        let gate = Gate {
            address: step.address.clone(),
            message: String::new(),
            approvers: approvers.iter().map(|who| (*who).to_owned()).collect(),
            quorum: ask.quorum,
            doors: Vec::new(),
            timeout_seconds: None,
        };
        if people.allows(&gate) {
            continue;
        }
        let name = &step.address.name;
        let problem = Problem::new(format!(
            "nobody can be asked here about `{}`, because input is no terminal: nothing was changed",
            step.address
        ));
        return Err(match approvers.as_slice() {
            [] => problem.hint(format!("pass `--approve {name}`, or `--yes` for all of them")),
            who => {
                let needs = format!("{} of {} must say yes", ask.quorum, who.join(", "));
                problem.hint(format!("{needs}: pass `--approve {name}={}`, or `--approvals FILE`", who[0]))
            }
        });
    }
    Ok(())
}
