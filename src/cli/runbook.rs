//! `runbook`: for whoever is on call, from the plans that each disaster would be met with. Nothing is changed.

use super::arguments::{CloudArguments, Format, GivenValue, Narrowing, Values};
use super::exit::{Exit, Reason};
use super::planning::Planning;
use super::problem::Problem;
use super::render::runbook::{Chapter, render, title};
use super::session::Session;
use super::terminal::Paint;
use super::{Cli, Outcome, check};
use crate::plan::Operation;
use crate::readiness::{self, Disaster};
use crate::shell::pipeline::Planned;

/// What is typed behind `runbook`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A page in Markdown, from the plans that `relight failover --dry-run` makes: one chapter for each primary \
                  that may be lost. The clouds are read and not changed. It holds no times and no ids, so that it can \
                  be kept beside the spec."
)]
pub(super) struct RunbookArguments {
    #[command(flatten)]
    pub(super) values: Values,
    #[command(flatten)]
    pub(super) clouds: CloudArguments,
}

/// What stands for the incident, whose name nobody knows yet.
const INCIDENT: &str = "INCIDENT";

pub(super) fn run(options: &RunbookArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Markdown])?;
    let session = Session::load(cli, &options.values)?;
    let bound = session.bound(cli)?;
    let lost = &options.clouds.lost;
    let disasters: Vec<Disaster> = readiness::disasters(&bound.topology)
        .into_iter()
        .filter(|disaster| {
            let name = &bound.topology.site(disaster.lost).name;
            lost.is_empty() || lost.iter().any(|lost| **lost == **name)
        })
        .collect();
    if disasters.is_empty() {
        let problem = match lost.is_empty() {
            true => Problem::new("no site stands by, so that there is nothing to do on the day")
                .hint("`relight check` says what that means"),
            false => Problem::new(format!("nothing takes over when `{}` is lost", lost.join("`, `")))
                .hint("name a primary, or leave `--lost` out"),
        };
        return Err(problem);
    }
    let flags = flags(options);
    let mut planning = Planning::open(session, &options.clouds, cli)?;
    let mut text = planning.bound().map(|bound| title(&bound.topology, &disasters)).unwrap_or_default();
    let mut all_planned = true;
    for disaster in &disasters {
        let (chapter, planned) = chapter(&mut planning, disaster, &flags, cli)?;
        text += &chapter;
        all_planned &= planned;
    }
    cli.terminal.out(&text);
    planning.clouds.close()?;
    Ok(Exit::success().and_if(!all_planned, Reason::CheckFailed))
}

/// What is done in one disaster, and whether it can be planned.
fn chapter(
    planning: &mut Planning,
    disaster: &Disaster,
    flags: &str,
    cli: &mut Cli<'_>,
) -> Result<(String, bool), Problem> {
    let Some(bound) = planning.bound() else { return Err(Problem::told()) };
    let findings = check::findings(bound, Some(disaster.lost));
    let name = |site| bound.topology.site(site).name.clone();
    let (lost, heir) = (name(disaster.lost), disaster.takes_over.map(name));
    let operation = Operation::Failover { incident: INCIDENT.to_owned() };
    // What is wrong in one disaster is not wrong in the next one.
    let known = planning.session.diagnostics.clone();
    let planned = planning
        .suppose(&lost, heir.as_deref())
        .and_then(|()| planning.plan(operation, &Narrowing::default(), cli));
    planning.session.diagnostics = known;
    let Some(bound) = planning.bound() else { return Err(Problem::told()) };
    let text = render(&Chapter {
        topology: &bound.topology,
        sources: &planning.session.sources,
        disaster: *disaster,
        plan: planned
            .as_ref()
            .map(|planned| &planned.plan)
            .map_err(|problem| problem.render(Paint::default())),
        findings: &findings.unwrap_or_default(),
        incident: INCIDENT,
        flags,
    });
    let stopped = |planned: &Planned| planned.plan.content.notes.iter().any(|note| note.failed);
    Ok((text, planned.is_ok_and(|planned| !stopped(&planned))))
}

/// The options that every command of the runbook has to be given again.
fn flags(options: &RunbookArguments) -> String {
    let given = options.values.given.iter().map(|given| match given {
        GivenValue::Value(text) => format!(" --var {}", quoted(text)),
        GivenValue::File(path) => format!(" --var-file {}", quoted(&path.display().to_string())),
    });
    let sandbox = options.clouds.sandbox.then(|| " --sandbox".to_owned());
    given.chain(sandbox).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:@=+,".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
