//! `show`: a saved plan, or a run as it went, through the renderers of the live ones.

use std::path::Path;

use serde_json::json;

use super::arguments::{Format, ShowArguments};
use super::exit::Exit;
use super::problem::Problem;
use super::render::plan::View;
use super::render::run::Teller;
use super::render::terraform::project;
use super::{Cli, Outcome, plan, planning, registry, stores};
use crate::journal::RunId;
use crate::plan::Plan;
use crate::report::{Report, markdown, text};
use crate::shell::store::{Store, StoredRun};
use crate::shell::watch::replay;

pub(super) fn run(options: &ShowArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Markdown, Format::TerraformJson])?;
    match options.what.as_deref().map(Path::new).filter(|path| path.is_file()) {
        Some(path) => show_plan(&plan::read(path)?, options, cli),
        None => {
            let (run, stored) = find(options, cli)?;
            show_run(&run, &stored, options, cli);
        }
    }
    Ok(Exit::success())
}

fn show_plan(plan: &Plan, options: &ShowArguments, cli: &mut Cli<'_>) {
    let (paint, width) = (cli.terminal.out_style(), cli.terminal.width());
    match cli.globals.format {
        Format::TerraformJson => cli.json(&project(plan, &registry::registry())),
        // The document itself, so that what is shown can be applied.
        Format::Json => cli.json(plan),
        _ => {
            let view = View { paint, width, details: options.details, rto_seconds: None };
            planning::show(plan, view, &Exit::success(), &[], cli);
        }
    }
}

/// The run that is meant: by its own name, by that of its plan, or the last one.
fn find(options: &ShowArguments, cli: &Cli<'_>) -> Result<(RunId, StoredRun), Problem> {
    let directory = &cli.globals.directory;
    let mut stores = if options.sandbox { Vec::new() } else { stores::all(directory, false) };
    stores.extend(stores::all(directory, true));
    let mut found: Option<(RunId, &Store)> = None;
    let mut problems = Vec::new();
    for store in &stores {
        let look = store.look()?;
        problems.extend(look.problems);
        for summary in look.runs {
            let fits =
                options.what.as_ref().is_none_or(|what| summary.run.0 == *what || summary.plan.0 == *what);
            // Names of runs sort by time.
            if fits && found.as_ref().is_none_or(|(last, _)| *last < summary.run) {
                found = Some((summary.run, store));
            }
        }
    }
    match (found, &options.what) {
        (Some((run, store)), _) => {
            let stored = store.run(&run)?;
            Ok((run, stored))
        }
        // What is asked for may be what cannot be read.
        (None, _) if !problems.is_empty() => Err(Problem::from(problems.swap_remove(0))),
        (None, Some(what)) => Err(Problem::new(format!("there is no plan file and no run `{what}`"))
            .hint("`relight status` lists the last runs")),
        (None, None) => Err(Problem::new("there is no run yet").hint("`relight apply` makes one")),
    }
}

fn show_run(run: &RunId, stored: &StoredRun, options: &ShowArguments, cli: &mut Cli<'_>) {
    let events = replay(&stored.plan, &stored.entries);
    let report = Report::of(&stored.plan, &stored.entries, Vec::new());
    match cli.globals.format {
        Format::Text => {
            show_plan(&stored.plan, options, cli);
            let mut teller = Teller::new(cli.terminal.out_style());
            cli.terminal.out("\n");
            for line in events.iter().filter_map(|event| teller.line(event)) {
                cli.terminal.out(&(line + "\n"));
            }
            if stored.plan.content.operation.moves_roles() {
                cli.terminal.out(&format!("\n{}", text(&report)));
            }
        }
        Format::Json => {
            cli.json(&json!({ "run": run, "plan": &*stored.plan, "events": events, "report": report }));
        }
        Format::Markdown => cli.terminal.out(&markdown(&report)),
        _ => show_plan(&stored.plan, options, cli),
    }
}
