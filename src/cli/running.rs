//! Driving a run from the command line: who watches it, and what is said in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use relight_contract::{Fault, FaultKind, Value};
use serde_json::{Value as Json, json};

use super::Cli;
use super::arguments::{CloudArguments, Format, RunArguments, Speed};
use super::exit::{Exit, Reason};
use super::planning::Planning;
use super::problem::Problem;
use super::render::run::{Lines, Live, Teller};
use super::{gates, output, report};
use crate::expr::{NoFiles, Vault};
use crate::journal::{Entry, Lease as _, Outcome, Phase, RunId, RunState};
use crate::plan::{Operation, Plan, StepId, is_measured};
use crate::report::{Calls, Report, markdown, text};
use crate::run::{Means, Mode, Run, Session};
use crate::shell::drive::{Parts, drive};
use crate::shell::interrupt;
use crate::shell::journal::FileJournal;
use crate::shell::lease::LocalLease;
use crate::shell::outside::Surroundings;
use crate::shell::people::People;
use crate::shell::transport::Transport as _;
use crate::shell::watch::{Narrator, RunEvent, Watch, What};

/// Drives runs under one lease.
pub(super) struct Runner<'a> {
    lease: LocalLease,
    options: &'a RunArguments,
    clouds: &'a CloudArguments,
    /// Who is asked what no cloud answers, once the clouds are there.
    outside: Option<Surroundings>,
    listens: bool,
}

/// What came of a run.
pub(super) struct Finished {
    pub(super) run: RunId,
    pub(super) plan: Arc<Plan>,
    pub(super) outcome: Outcome,
    pub(super) outputs: BTreeMap<String, Option<Value>>,
    /// Places that nobody reached for a step that is still open.
    unreachable: BTreeSet<String>,
    /// How often each API operation was called, since the command began.
    calls: Vec<Calls>,
    /// What it came to, sessions before this one included; `None` where nobody asks for it.
    report: Option<Report>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        lease: LocalLease,
        options: &'a RunArguments,
        clouds: &'a CloudArguments,
    ) -> Runner<'a> {
        Runner { lease, options, clouds, outside: None, listens: false }
    }

    /// Begins a run of a plan that was approved.
    pub(super) fn begin(
        &mut self,
        plan: Arc<Plan>,
        vault: Vault,
        planning: &mut Planning,
        cli: &mut Cli<'_>,
    ) -> Result<Finished, Problem> {
        let (run, journal) = planning.store.begin(&plan)?;
        self.drive(
            Work { run, plan, entries: Vec::new(), journal, mode: Mode::Execute, vault },
            planning,
            cli,
        )
    }

    /// Takes up a run that was left before its end.
    pub(super) fn take_up(
        &mut self,
        run: &RunId,
        mode: Mode,
        vault: Vault,
        planning: &mut Planning,
        cli: &mut Cli<'_>,
    ) -> Result<Finished, Problem> {
        let (stored, journal) = planning.store.take_up(run)?;
        let (run, plan, entries) = (run.clone(), stored.plan, stored.entries);
        self.drive(Work { run, plan, entries, journal, mode, vault }, planning, cli)
    }

    fn drive(&mut self, work: Work, planning: &mut Planning, cli: &mut Cli<'_>) -> Result<Finished, Problem> {
        let Work { run: id, plan, entries, mut journal, mode, vault } = work;
        let registry = planning.session.registry.clone();
        let means = Means {
            files: Arc::new(NoFiles),
            secrets: Arc::new(vault.clone()),
            key: planning.key(),
            registry: registry.clone(),
        };
        let session = Session {
            run: id.clone(),
            fencing: self.lease.fencing(),
            approved: true,
            mode,
            lost: planning.lost(),
        };
        let mut run = Run::new(plan.clone(), session, &entries, means, planning.clouds.now())
            .map_err(|error| Problem::new(error.to_string()))?;
        let mut narrator = Narrator::new(plan.clone());
        entries.iter().for_each(|entry| {
            narrator.tell(entry);
        });
        self.listen(planning)?;
        let live = self.is_live(cli);
        planning.clouds.lose(planning.lost());
        let outside = self.outside.get_or_insert_with(|| Surroundings {
            mailbox: planning.clouds.mailbox.clone(),
            folder: cli.globals.directory.clone(),
            runs: !planning.clouds.simulated || self.options.run_hooks,
            people: People::new(gates::people(self.options, cli)),
        });
        let mut watch = Watchers::new(self.options, &plan, live, cli)?;
        let parts = Parts {
            journal: &mut journal,
            lease: &mut self.lease,
            watch: &mut watch,
            narrator,
            outside,
            approve: &mut || true,
            progress_milliseconds: planning.clouds.progress_milliseconds,
            transport: &mut planning.clouds,
        };
        let outcome = drive(&mut run, parts);
        let calls = planning.clouds.counts();
        if !calls.is_empty() {
            watch.event(&RunEvent { at: planning.clouds.now(), what: What::Calls { calls: calls.clone() } });
        }
        let watched = watch.close();
        let report = self.report(&id, &plan, &calls, planning);
        let outcome = outcome.map_err(|error| {
            Problem::new(error.to_string())
                .because(Reason::Partial)
                .hint("what was done is in the journal: `relight apply --resume` goes on")
        })?;
        planning.store.save_memory()?;
        watched?;
        let report = report?;
        let outputs = output::all(&plan, run.outputs(), &vault, &registry);
        let unreachable = if outcome.is_resumable() { silent(&plan, run.state()) } else { BTreeSet::new() };
        Ok(Finished { run: id, plan, outcome, outputs, unreachable, calls, report })
    }

    /// The report, where anybody wants it, and its file.
    fn report(
        &self,
        run: &RunId,
        plan: &Plan,
        calls: &[Calls],
        planning: &Planning,
    ) -> Result<Option<Report>, Problem> {
        if self.options.report.is_none() && !is_told(plan) {
            return Ok(None);
        }
        let report = report::of(&planning.store, run, calls.to_vec())?;
        self.options.report.as_deref().map_or(Ok(()), |path| report::save(&report, path))?;
        Ok(Some(report))
    }

    /// From here on, an interrupt asks the run to stop instead of ending the process.
    fn listen(&mut self, planning: &Planning) -> Result<(), Problem> {
        if !self.listens {
            self.listens = true;
            interrupt::listen(planning.clouds.mailbox.clone())
                .map_err(|error| Problem::new(format!("cannot listen for signals: {error}")))?;
        }
        Ok(())
    }

    fn is_live(&self, cli: &Cli<'_>) -> bool {
        let instant = self.clouds.sandbox && self.clouds.sandbox_speed == Speed::Instant;
        cli.terminal.is_live() && !instant
    }
}

/// Whether a run ends with its report: where roles move, and in a drill.
fn is_told(plan: &Plan) -> bool {
    plan.content.operation.moves_roles() || is_measured(&plan.content.operation)
}

/// Where steps failed because nobody answered.
fn silent(plan: &Plan, state: &RunState) -> BTreeSet<String> {
    let silence = |fault: &Fault| matches!(fault.kind, FaultKind::Unreachable | FaultKind::Ambiguous);
    let failed = plan.content.steps.iter().filter(|step| {
        state.step(step.id).is_some_and(|step| {
            matches!(step.phase, Phase::Failed { .. }) && step.fault.as_ref().is_some_and(silence)
        })
    });
    failed.map(|step| step.place.clone()).collect()
}

struct Work {
    run: RunId,
    plan: Arc<Plan>,
    entries: Vec<Entry>,
    journal: FileJournal,
    mode: Mode,
    vault: Vault,
}

/// Everybody who is told: a person, and a file.
struct Watchers<'c> {
    person: Box<dyn Watch + 'c>,
    events: Option<Events>,
}

struct Events {
    path: std::path::PathBuf,
    file: BufWriter<File>,
    failed: Option<std::io::Error>,
}

impl<'c> Watchers<'c> {
    fn new(
        options: &RunArguments,
        plan: &Arc<Plan>,
        live: bool,
        cli: &'c mut Cli<'_>,
    ) -> Result<Watchers<'c>, Problem> {
        let open = |path: &Path| -> Result<Events, Problem> {
            let file = File::options().create(true).append(true).open(path);
            let file = BufWriter::new(file.map_err(|error| Problem::file("write", path, &error))?);
            Ok(Events { path: path.to_owned(), file, failed: None })
        };
        let events = options.events.as_deref().map(open).transpose()?;
        let asks = cli.terminal.is_interactive() && !options.yes;
        let teller = Teller::new(cli.terminal.err_style()).asking(asks);
        let person: Box<dyn Watch + 'c> = match live {
            true => Box::new(Live::new(plan.clone(), teller)),
            false => Box::new(Lines::new(teller, move |line: &str| cli.terminal.err(line))),
        };
        Ok(Watchers { person, events })
    }

    /// Tells when the file could not be written: the run itself went on.
    fn close(self) -> Result<(), Problem> {
        let Some(mut events) = self.events else { return Ok(()) };
        let failed = events.failed.take().or_else(|| events.file.flush().err());
        failed.map_or(Ok(()), |error| Err(Problem::file("write events to", &events.path, &error)))
    }
}

impl Watch for Watchers<'_> {
    fn event(&mut self, event: &RunEvent) {
        self.person.event(event);
        if let Some(events) = &mut self.events
            && events.failed.is_none()
        {
            let line = serde_json::to_string(event).unwrap_or_default();
            // Each line at once: whoever follows the file must not wait.
            events.failed = writeln!(events.file, "{line}").and_then(|()| events.file.flush()).err();
        }
    }
}

impl Finished {
    /// The end of the process, on top of what the plan said already.
    pub(super) fn exit(&self, exit: Exit) -> Exit {
        match &self.outcome {
            Outcome::Completed { .. } | Outcome::Abandoned { .. } => exit,
            // What was asked on the way said no: nothing went wrong.
            Outcome::PartlyApplied { failed, .. } if self.all_guards(failed) => exit.and(Reason::CheckFailed),
            Outcome::PartlyApplied { .. } => {
                exit.and(Reason::Partial).and_if(!self.unreachable.is_empty(), Reason::Unreachable)
            }
            Outcome::Interrupted { .. } => exit.and(Reason::Interrupted),
            Outcome::LeaseLost => exit.and(Reason::LeaseHeld),
            Outcome::Refused => exit.and(Reason::Error),
        }
    }

    /// Whether all of these steps are probes, gates and hooks.
    fn all_guards(&self, steps: &[StepId]) -> bool {
        let steps = steps.iter().map(|id| self.plan.content.steps.get(id.0 as usize));
        steps.into_iter().all(|step| step.is_some_and(|step| step.ask.is_guard()))
    }

    /// The result: outputs, and how to go on where it did not come to its end.
    pub(super) fn tell(&self, exit: &Exit, cli: &mut Cli<'_>) {
        self.tell_how_to_go_on(cli);
        let masked = |name: &str| self.plan.content.outputs.get(name).is_some_and(|output| output.sensitive);
        if cli.globals.format == Format::Json {
            let outputs: BTreeMap<&String, Json> = self
                .outputs
                .iter()
                .map(|(name, value)| (name, output::json(value.as_ref(), masked(name))))
                .collect();
            let plan = &self.plan.id;
            let mut result = json!({
                "run": self.run, "plan": plan, "outcome": self.outcome, "outputs": outputs, "exit": exit,
            });
            if !self.calls.is_empty() {
                result["calls"] = json!(self.calls);
            }
            if let Some(report) = self.shown() {
                result["report"] = json!(report);
            }
            return cli.json(&result);
        }
        if let Some(report) = self.shown() {
            let sandbox = if report.simulated { " --sandbox" } else { "" };
            let whole = format!("  whole    relight show {}{sandbox} --format markdown\n", self.run);
            let said = match cli.globals.format {
                Format::Markdown => markdown(report),
                _ => text(report) + &whole,
            };
            cli.terminal.out(&format!("\n{said}"));
        }
        self.tell_the_way_down(cli);
        let shows = self.plan.content.operation.is_whole() && !self.outcome.is_resumable();
        if !self.outputs.is_empty() && shows {
            let mut text = "\nOutputs:\n".to_owned();
            for (name, value) in &self.outputs {
                text.push_str(&format!("{name} = {}\n", output::text(value.as_ref(), masked(name))));
            }
            cli.terminal.out(&text);
        }
    }

    fn tell_the_way_down(&self, cli: &mut Cli<'_>) {
        if let Operation::DrillStart { site } = &self.plan.content.operation {
            let sandbox = if self.plan.envelope.simulated { " --sandbox" } else { "" };
            let text =
                format!("The drill stands until `relight drill stop {site}{sandbox}` takes it down.\n");
            cli.terminal.out(&text);
        }
    }

    /// The report of what moves roles. Whatever else runs is told by its outputs.
    fn shown(&self) -> Option<&Report> {
        self.report.as_ref().filter(|_| is_told(&self.plan))
    }

    /// The way out of a run that did not come to its end. A site that does not answer keeps it open: whether its calls
    /// had their effect is known only there.
    fn tell_how_to_go_on(&self, cli: &mut Cli<'_>) {
        if !self.outcome.is_resumable() {
            return;
        }
        let sandbox = if self.plan.envelope.simulated { " --sandbox" } else { "" };
        let command = format!("relight apply{sandbox}");
        let anew = format!("{}{sandbox}", self.plan.command());
        if self.unreachable.is_empty() {
            let text = format!("`{command} --resume` goes on with it; `{anew}` plans anew.\n");
            return cli.terminal.err(&text);
        }
        for place in &self.unreachable {
            let text = format!(
                "`{place}` does not answer, and what was begun there stays open until it does.\n  \
                 when it is back: `{command} --resume` goes on with it\n  \
                 when it is lost: `{command} --lost {place}` closes the run, and goes on without `{place}`\n"
            );
            cli.terminal.err(&text);
        }
    }
}
