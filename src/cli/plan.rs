//! `plan`: what an apply would change, shown and saved.

use std::path::Path;

use super::arguments::{Format, OperationArguments, PlanArguments};
use super::planning::{Planning, show, tell_unreachable, verdict};
use super::problem::Problem;
use super::session::Session;
use super::{Cli, Outcome};
use crate::plan::{Operation, Plan};
use crate::shell::durable;

pub(super) fn run(options: &PlanArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Markdown])?;
    let operation = if options.destroy { Operation::Destroy } else { Operation::Apply };
    let OperationArguments { values, clouds, narrowing, outlook } = &options.operation;
    let session = Session::load(cli, values)?;
    let mut planning = Planning::open(session, clouds, cli)?;
    let planned = planning.plan(operation, narrowing, cli)?;
    let exit = verdict(&planned, outlook.allow_unreachable, outlook.detailed_exitcode);
    let view = planning.view(outlook.details, cli);
    show(&planned.plan, view, &exit, &planning.clouds.counts(), cli);
    if planned.is_blocked(outlook.allow_unreachable) {
        tell_unreachable(&planned, cli);
    }
    if let Some(path) = &outlook.out {
        save(&planned.plan, path)?;
        if cli.globals.format == Format::Text {
            let more = if clouds.sandbox { " --sandbox" } else { "" };
            let path = path.display();
            cli.terminal.err(&format!("Saved. `relight apply{more} {path}` does exactly this.\n"));
            tell_sensitive(&planning, cli);
        }
    }
    planning.clouds.close()?;
    Ok(exit)
}

/// A plan holds no secret: says which have to be given again.
fn tell_sensitive(planning: &Planning, cli: &mut Cli<'_>) {
    let variables = planning.bound().into_iter().flat_map(|bound| &bound.topology.variables);
    let sensitive = variables.filter(|(_, (value, sensitive))| *sensitive || value.has_secret());
    let names: Vec<String> = sensitive.map(|(name, _)| format!("`{name}`")).collect();
    if !names.is_empty() {
        let names = names.join(", ");
        cli.terminal.err(&format!("What is sensitive is not in it, and must be the same then: {names}.\n"));
    }
}

/// Writes a plan as a file.
pub(super) fn save(plan: &Plan, path: &Path) -> Result<(), Problem> {
    durable::replace_with(path, |file| Ok(serde_json::to_writer(file, plan)?))
        .map_err(|error| Problem::file("write", path, &error))
}

/// Reads a plan from a file.
pub(super) fn read(path: &Path) -> Result<Plan, Problem> {
    let spec = ["hcl", "tf", "tfvars"].iter().any(|end| path.extension().is_some_and(|is| is == *end));
    if path.is_dir() || spec {
        return Err(Problem::new(format!("`{}` is no saved plan", path.display()))
            .hint("the folder of a spec is named with `-C DIR`, a file of values with `--var-file FILE`"));
    }
    let bytes = std::fs::read(path).map_err(|error| Problem::file("read", path, &error))?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(format!("`{}` is no plan of this version: {error}", path.display()))
            .hint("`relight plan --out FILE` saves one")
    })?;
    match crate::plan::check(&plan).first() {
        None => Ok(plan),
        Some(problem) => {
            Err(Problem::new(format!("the plan `{}` cannot be used: {problem}", path.display()))
                .hint("plan anew: `relight plan --out FILE`"))
        }
    }
}
