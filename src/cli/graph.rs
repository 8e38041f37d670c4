//! `graph`: what depends on what, of a spec or of a plan.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::arguments::{Format, GraphArguments};
use super::exit::Exit;
use super::problem::Problem;
use super::render::graph::Picture;
use super::session::Session;
use super::{Cli, Outcome, plan};
use crate::desired::{Answers, Dependency, Desired};
use crate::plan::{Ask, Plan};

pub(super) fn run(options: &GraphArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Dot, Format::Mermaid])?;
    let picture = match &options.file {
        Some(path) => of_plan(&plan::read(path)?),
        None => {
            let mut session = Session::load(cli, &options.values)?;
            let desired = session.desire(&Answers::new(), None);
            session.told(cli)?;
            of_desired(&desired.ok_or_else(Problem::told)?)
        }
    };
    match cli.globals.format {
        Format::Dot => cli.terminal.out(&picture.dot()),
        Format::Mermaid => cli.terminal.out(&picture.mermaid()),
        Format::Json => {
            let edges: Vec<_> = picture
                .after
                .iter()
                .enumerate()
                .flat_map(|(from, all)| {
                    let names = &picture.names;
                    all.iter().map(move |to| json!({ "from": names[from], "to": names[*to] }))
                })
                .collect();
            cli.json(&json!({ "nodes": picture.names, "edges": edges }));
        }
        _ => cli.terminal.out(&picture.text()),
    }
    Ok(Exit::success())
}

/// The objects of a spec; what only gathers dependencies is left out.
fn of_desired(desired: &Desired) -> Picture {
    let names = desired.instances.iter().map(|instance| instance.address.to_string()).collect();
    let after = desired.instances.iter().map(|instance| {
        let mut found = BTreeSet::new();
        let (mut waiting, mut seen) = (instance.after.clone(), BTreeSet::new());
        while let Some(next) = waiting.pop() {
            match next {
                Dependency::Instance(id) => {
                    found.insert(id as usize);
                }
                Dependency::Join(join) if seen.insert(join) => {
                    waiting.extend(desired.joins.get(join as usize).into_iter().flatten().copied());
                }
                Dependency::Join(_) => {}
            }
        }
        found.into_iter().collect()
    });
    Picture { names, after: after.collect() }
}

/// The steps of a plan; those that only gather others are left out.
fn of_plan(plan: &Plan) -> Picture {
    let steps = &plan.content.steps;
    let shown: Vec<usize> =
        (0..steps.len()).filter(|index| !matches!(steps[*index].ask, Ask::Nothing)).collect();
    let position: HashMap<usize, usize> =
        shown.iter().enumerate().map(|(place, step)| (*step, place)).collect();
    let names =
        shown.iter().map(|index| format!("{} {}", steps[*index].verb, steps[*index].address)).collect();
    let after = shown.iter().map(|index| {
        let (mut waiting, mut seen) = (steps[*index].after.clone(), BTreeSet::new());
        let mut found = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            if !seen.insert(next) {
                continue;
            }
            match position.get(&(next.0 as usize)) {
                Some(place) => {
                    found.insert(*place);
                }
                None => {
                    waiting.extend(steps.get(next.0 as usize).into_iter().flat_map(|step| step.after.clone()))
                }
            }
        }
        found.into_iter().collect()
    });
    Picture { names, after: after.collect() }
}
