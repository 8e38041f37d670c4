//! What several test suites share: specs brought to plans against clouds, all in this process.
#![expect(dead_code, reason = "every suite uses a part of it")]

mod plan_text;

use std::fmt::Write as _;
use std::path::Path;

use relight::desired::{Assignment, Desired};
use relight::diag::{Diagnostics, Sources, text};
use relight::memory::Memory;
use relight::plan::Operation;
use relight::shell::mailbox::Mailbox;
use relight::shell::pipeline::{self, Bound, Planned, Request};
use relight::shell::transport::{Pace, SimTransport, Simulator, Transport};
use relight::topology::{Given, Inputs};
use relight_contract::builtin::BUILTIN;
use relight_contract::{Answer, Fault, Milliseconds, Name, Registry};
use relight_sim::{Settings, World};

/// A plan as text that a person can review.
pub fn plan_text(plan: &relight::plan::Plan) -> String {
    plan_text::plan_text(plan)
}

/// The day on which tests take place: 2026-01-01.
pub const NOW: Milliseconds = 1_767_225_600_000;

/// The kinds of every provider that tests use.
pub fn registry() -> Registry {
    Registry::new(&[&relight_aws::AWS, &relight_conformance::cumulus::CUMULUS, &BUILTIN])
}

/// Clouds in memory, as the transport wants them.
pub struct Clouds(pub World);

impl Simulator for Clouds {
    fn submit(
        &mut self,
        now: Milliseconds,
        request: &relight_contract::Request,
    ) -> (Milliseconds, Result<Answer, Fault>) {
        let reply = self.0.submit(now, request);
        (reply.at, reply.outcome)
    }
}

/// A transport to clouds that hold nothing yet.
pub fn empty_clouds(settings: Settings) -> SimTransport<Clouds> {
    SimTransport::new(Clouds(World::new(registry(), settings)), NOW, Pace::Instant, Mailbox::new())
}

/// A spec as far as it came, with everything that was found wrong.
pub struct Loaded {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    pub bound: Option<Bound>,
}

/// Values of variables as flags give them.
pub fn inputs(variables: &[(&str, &str)]) -> Inputs {
    let given = |(name, value): &(&str, &str)| {
        let mut sources = Sources::new();
        let file = sources.register("the test", *value);
        let given = Given {
            text: Some((*value).to_owned()),
            expr: relight::spec::parse_expression(value, file).ok(),
            origin: "the test".to_owned(),
        };
        (Name::from(*name), given)
    };
    Inputs { variables: variables.iter().map(given).collect() }
}

/// Reads and binds a folder.
pub fn load(path: &Path, variables: &[(&str, &str)]) -> Loaded {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let bound = pipeline::load(path, &registry(), &inputs(variables), &mut sources, &mut diagnostics);
    let bound = bound.expect("the folder of the case").filter(|_| !diagnostics.has_errors());
    Loaded { sources, diagnostics, bound }
}

impl Loaded {
    /// What is wanted in peacetime.
    pub fn desired(&mut self, transport: &mut dyn Transport) -> Option<Desired> {
        let bound = self.bound.as_ref()?;
        let assignment = Assignment::peacetime(&bound.topology);
        pipeline::wanted(bound, &assignment, transport, "2026-01-01T00:00:00Z", &mut self.diagnostics)
    }

    /// A plan in peacetime.
    pub fn plan(
        &mut self,
        operation: Operation,
        memory: &Memory,
        transport: &mut dyn Transport,
    ) -> Option<Planned> {
        let bound = self.bound.as_ref()?;
        let request = Request {
            operation,
            assignment: Assignment::peacetime(&bound.topology),
            earlier: Vec::new(),
            memory,
            key: b"the key of tests, which is no secret",
            targets: Vec::new(),
            sites: Vec::new(),
            replace: Vec::new(),
            adopt: None,
            accepts_loss: false,
            lifetime: 3_600_000,
            simulated: true,
            now_text: "2026-01-01T00:00:00Z",
        };
        pipeline::plan(bound, &request, transport, &mut self.diagnostics)
    }

    /// What is wrong, as a terminal shows it.
    pub fn problems(&self) -> String {
        text::render(&self.diagnostics, &self.sources, text::Style::default())
    }
}

/// Everything that is wanted, as text that a person can review.
pub fn desired_text(desired: &Desired) -> String {
    let mut text = String::new();
    for instance in &desired.instances {
        let _ = writeln!(text, "{}  [{}]", instance.address, instance.place.name);
        for (name, value) in &instance.attributes {
            let _ = writeln!(text, "  {name} = {}", value.to_json());
        }
    }
    for (name, output) in &desired.outputs {
        let _ = writeln!(text, "output {name} = {}", output.value.to_json());
    }
    for check in &desired.checks {
        let _ = writeln!(text, "{} {:?} {}", check.name, check.passed, check.message);
    }
    text
}

/// A journal in memory.
#[derive(Default)]
pub struct MemoryJournal(pub Vec<relight::journal::Entry>);

impl relight::journal::Journal for MemoryJournal {
    fn append(&mut self, entries: &[relight::journal::Entry]) -> Result<(), relight::journal::JournalError> {
        self.0.extend_from_slice(entries);
        Ok(())
    }
}

/// A lease that nobody else wants.
pub struct SoleLease;

impl relight::journal::Lease for SoleLease {
    fn fencing(&self) -> u64 {
        1
    }
    fn hold(&mut self) -> Result<(), relight::journal::LeaseLost> {
        Ok(())
    }
}

/// Runs a plan to its end, and adds to `memory` what it did.
pub fn run(
    planned: Planned,
    name: &str,
    memory: &mut Memory,
    transport: &mut dyn Transport,
) -> (relight::journal::Outcome, Vec<relight::journal::Entry>) {
    use relight::run::{Means, Mode, Run, Session};
    let plan = std::sync::Arc::new(planned.plan);
    let means = Means {
        registry: registry(),
        files: std::sync::Arc::new(relight::expr::NoFiles),
        secrets: std::sync::Arc::new(planned.vault),
        key: std::sync::Arc::from(&b"the key of tests, which is no secret"[..]),
    };
    let session = Session {
        run: relight::journal::RunId(name.to_owned()),
        fencing: 1,
        approved: true,
        mode: Mode::Execute,
        lost: std::collections::BTreeSet::new(),
    };
    let mut run =
        Run::new(plan.clone(), session, &[], means, transport.now()).expect("a run of a sound plan");
    let mut journal = MemoryJournal::default();
    let parts = relight::shell::drive::Parts {
        transport,
        journal: &mut journal,
        lease: &mut SoleLease,
        watch: &mut relight::shell::watch::Unwatched,
        outside: &mut relight::shell::outside::Nobody,
        narrator: relight::shell::watch::Narrator::new(plan.clone()),
        approve: &mut || true,
        progress_milliseconds: None,
    };
    let outcome = relight::shell::drive::drive(&mut run, parts).expect("a drive to the end");
    relight::journal::remember(memory, &plan, &journal.0);
    (outcome, journal.0)
}
