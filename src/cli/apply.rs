//! `apply`: plan, ask, do; or execute a saved plan; or go on with a run that was left before its end.

use std::path::Path;
use std::sync::Arc;

use super::arguments::{ApplyArguments, Format, OperationArguments, RunArguments};
use super::exit::{Exit, Reason};
use super::plan;
use super::planning::{Planning, show, tell_unreachable, verdict};
use super::problem::Problem;
use super::render::count;
use super::render::plan::Counts;
use super::roles::Roles;
use super::running::{Finished, Runner};
use super::session::Session;
use super::{Cli, Outcome, drill, gates, report, stores};
use crate::diag::{Diagnostic, codes};
use crate::journal::Fact;
use crate::plan::{Operation, Plan, is_expired};
use crate::run::Mode;
use crate::shell::pipeline::Planned;
use crate::shell::store::StoredRun;
use crate::shell::transport::Transport as _;

/// What is to be carried out.
pub(super) struct Job<'a> {
    pub(super) operation: Operation,
    pub(super) options: &'a OperationArguments,
    pub(super) run: &'a RunArguments,
    /// The roles that it gives.
    pub(super) roles: Roles<'a>,
    /// A saved plan, whose passing is the approval.
    pub(super) file: Option<&'a Path>,
    pub(super) resume: bool,
}

pub(super) fn run(options: &ApplyArguments, cli: &mut Cli<'_>) -> Outcome {
    let job = Job {
        operation: Operation::Apply,
        options: &options.operation,
        run: &options.run,
        roles: Roles::Same,
        file: options.file.as_deref(),
        resume: options.resume,
    };
    operate(&job, cli)
}

/// Carries out a job under the lease.
pub(super) fn operate(job: &Job<'_>, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Markdown])?;
    if let Some(path) = job.run.report.as_deref().filter(|_| !job.options.outlook.dry_run) {
        report::try_out(path)?;
    }
    let saved = job.file.map(plan::read).transpose()?;
    let left =
        if job.resume { stores::left(&cli.globals.directory, job.options.clouds.sandbox) } else { None };
    let mut session = Session::load_for(cli, &job.options.values, saved.as_ref().or(left.as_deref()))?;
    let stored = saved.as_ref().or(left.as_deref());
    let operation = stored.map_or(&job.operation, |stored| &stored.content.operation);
    if let (Some((site, ends)), Some(bound)) = (operation.drill(), &mut session.bound) {
        bound.topology = drill::shadowed(&bound.topology, site, ends)?;
    }
    let mut planning = Planning::open(session, &job.options.clouds, cli)?;
    let outcome = under_lease(job, saved, &mut planning, cli);
    // What the sandbox says is the cause of what else went wrong.
    planning.clouds.close()?;
    outcome
}

fn under_lease(job: &Job<'_>, saved: Option<Plan>, planning: &mut Planning, cli: &mut Cli<'_>) -> Outcome {
    if job.options.outlook.dry_run {
        let planned = planned(job, saved, planning, cli)?;
        return Ok(shown(job, &planned, planning, cli)?.0);
    }
    let mut runner = Runner::new(planning.store.acquire()?, job.run, &job.options.clouds);
    if let Some(run) = planning.store.unfinished()? {
        let StoredRun { plan, entries } = planning.store.run(&run)?;
        if job.resume {
            if !planning.is_same_spec(&plan) {
                let text = format!("the spec, or a value of its variables, changed since {run} was planned");
                let problem = Problem::new(text)
                    .because(Reason::Stale)
                    .hint("put it back as it was, or plan anew: `relight apply`");
                return Err(planning.other_spec(&plan, problem));
            }
            let done =
                |id| entries.iter().any(|entry| matches!(entry.fact, Fact::Done { step, .. } if step == id));
            gates::answerable(&plan, done, &gates::people(job.run, cli))?;
            let vault = planning.vault(&plan)?;
            let finished = runner.take_up(&run, Mode::Execute, vault, planning, cli)?;
            return conclude(finished, Exit::success(), cli);
        }
        cli.terminal.err(&format!("{run} was left before its end: finding out what it left.\n"));
        let vault = planning.vault(&plan)?;
        let settled = runner.take_up(&run, Mode::Settle, vault, planning, cli)?;
        if settled.outcome.is_resumable() {
            return conclude(settled, Exit::success(), cli);
        }
    } else if job.resume {
        return Err(Problem::new("there is no run to go on with: the last one came to its end")
            .hint("`relight apply` plans anew"));
    }
    let planned = planned(job, saved, planning, cli)?;
    let (exit, goes_on) = shown(job, &planned, planning, cli)?;
    if goes_on {
        planning.tell_ending_sessions(&planned.plan, cli);
    }
    if !goes_on {
        return Ok(exit);
    }
    if !approved(job, &planned.plan, cli)? {
        return Ok(exit.and(Reason::CheckFailed));
    }
    gates::answerable(&planned.plan, |_| false, &gates::people(job.run, cli))?;
    let finished = runner.begin(Arc::new(planned.plan), planned.vault, planning, cli)?;
    conclude(finished, exit, cli)
}

/// Plans, or takes up the saved plan.
fn planned(
    job: &Job<'_>,
    saved: Option<Plan>,
    planning: &mut Planning,
    cli: &mut Cli<'_>,
) -> Result<Planned, Problem> {
    let detected_at = job.run.detected.map(|detected| detected.at(planning.clouds.now())).transpose()?;
    if let Some(bound) = planning.bound() {
        gates::known(job.run, &bound.topology)?;
    }
    // Who serves now is known under the lease only, and once what another run left is settled.
    planning.give(&job.roles)?;
    let operation = saved.as_ref().map_or(&job.operation, |saved| &saved.content.operation);
    if let Some((site, false)) = operation.drill() {
        planning.drillable(site)?;
    }
    let mut planned = match saved {
        None => planning.plan(job.operation.clone(), &job.options.narrowing, cli)?,
        Some(saved) => fresh(saved, planning, cli)?,
    };
    if detected_at.is_some() && planned.plan.content.operation.moves_roles() {
        planned.plan.envelope.detected_at = detected_at;
    }
    // Nobody goes on without the place of what is adopted.
    if job.options.narrowing.adopt.is_some()
        && planned.plan.is_empty()
        && !planned.is_blocked(job.options.outlook.allow_unreachable)
    {
        let places: Vec<String> = planned.unreachable.keys().map(|place| format!("`{place}`")).collect();
        let message = format!("{} cannot be read: nothing there can be adopted", places.join(", "));
        planning.session.diagnostics.push(Diagnostic::error(codes::SITE_UNREACHABLE, message));
        planning.session.told(cli)?;
    }
    Ok(planned)
}

/// Shows the plan, unless the result of the run is to stand alone; tells whether there is anything to do.
fn shown(
    job: &Job<'_>,
    planned: &Planned,
    planning: &Planning,
    cli: &mut Cli<'_>,
) -> Result<(Exit, bool), Problem> {
    let detailed = job.options.outlook.dry_run && job.options.outlook.detailed_exitcode;
    let exit = verdict(planned, job.options.outlook.allow_unreachable, detailed);
    let blocked = planned.is_blocked(job.options.outlook.allow_unreachable);
    let goes_on = !job.options.outlook.dry_run && !blocked && !planned.plan.is_empty();
    if cli.globals.format != Format::Json || !goes_on {
        let view = planning.view(job.options.outlook.details, cli);
        show(&planned.plan, view, &exit, &planning.clouds.counts(), cli);
    }
    if blocked {
        tell_unreachable(planned, cli);
    }
    if let Some(path) = &job.options.outlook.out {
        plan::save(&planned.plan, path)?;
    }
    Ok((exit, goes_on))
}

/// Takes up a saved plan, or refuses it when what it was made for is not so any more.
fn fresh(saved: Plan, planning: &mut Planning, cli: &mut Cli<'_>) -> Result<Planned, Problem> {
    let anew = match saved.content.operation {
        Operation::Destroy => "relight plan --destroy --out FILE".to_owned(),
        Operation::Apply => "relight plan --out FILE".to_owned(),
        _ => format!("{} --dry-run --out FILE", saved.command()),
    };
    let anew = if saved.envelope.simulated { format!("{anew} --sandbox") } else { anew };
    let stale = |message: String| {
        Problem::new(message).because(Reason::Stale).hint(format!("look at a new plan: `{anew}`"))
    };
    if let Some(run) = planning.store.applied(&saved)? {
        return Err(stale(format!("{} was applied already, by {run}", saved.id)));
    }
    if saved.envelope.simulated != planning.clouds.simulated {
        let (made, meant) =
            if saved.envelope.simulated { ("simulated", "real") } else { ("real", "simulated") };
        return Err(Problem::new(format!("the plan was made for {made} clouds, not for {meant} ones"))
            .hint("`--sandbox` says which are meant"));
    }
    if is_expired(&saved, planning.clouds.now()) {
        return Err(stale(format!("{} has expired", saved.id)));
    }
    if !planning.is_same_spec(&saved) {
        return Err(planning.other_spec(&saved, stale(crate::plan::Reason::Spec.to_string())));
    }
    let again = planning.again(&saved, cli)?;
    let reasons = crate::plan::stale(&saved, &again.basis);
    match reasons.split_first() {
        None => Ok(Planned {
            plan: saved,
            vault: again.vault,
            unreachable: again.unreachable,
            refused: again.refused,
        }),
        Some((first, [])) => Err(stale(first.to_string())),
        Some((first, others)) => {
            Err(stale(format!("{first}; and {} more", count(others.len() as u64, "difference"))))
        }
    }
}

/// Whether somebody, or a flag, or a reviewed plan says yes.
fn approved(job: &Job<'_>, plan: &Plan, cli: &mut Cli<'_>) -> Result<bool, Problem> {
    if job.run.yes || job.file.is_some() {
        return Ok(true);
    }
    if !cli.terminal.is_interactive() {
        return Err(Problem::new(
            "nobody can be asked here, because input is no terminal: nothing was changed",
        )
        .hint(match job.options.narrowing.adopt {
            None if job.operation.is_whole() && job.operation.drill().is_none() => {
                "pass `--yes`, or apply a plan that was saved with `relight plan --out FILE`"
            }
            _ => "pass `--yes`, or save the plan with `--dry-run --out FILE` and apply that",
        }));
    }
    let what = Counts::of(plan).sentence().unwrap_or_default();
    let question = match &plan.content.operation {
        Operation::Apply => format!("Do this ({what})?"),
        Operation::Destroy => format!("Destroy all of it ({what})?"),
        Operation::Failover { incident } if what.is_empty() => format!("Declare this, for {incident}?"),
        Operation::Failover { incident } => format!("Fail over, for {incident} ({what})?"),
        Operation::DrillStart { site } => format!("Bring up a drill of {site} ({what})?"),
        Operation::DrillStop { site } => format!("Take the drill of {site} down ({what})?"),
        Operation::Switchover if what.is_empty() => "Declare this?".to_owned(),
        Operation::Switchover => format!("Switch over ({what})?"),
        Operation::Reprotect if what.is_empty() => "Declare this?".to_owned(),
        Operation::Reprotect => format!("Protect again ({what})?"),
        Operation::Commit { .. } if what.is_empty() => "Accept what the recovery left?".to_owned(),
        Operation::Commit { .. } => format!("Accept what the recovery left ({what})?"),
    };
    let approved = cli.terminal.ask(&question);
    if !approved {
        cli.terminal.err("Nothing was changed: only `yes` counts.\n");
    }
    Ok(approved)
}

fn conclude(finished: Finished, exit: Exit, cli: &mut Cli<'_>) -> Outcome {
    let exit = finished.exit(exit);
    finished.tell(&exit, cli);
    Ok(exit)
}
