//! Order, failure, interrupt, lease, secrets.

use std::sync::Arc;

use relight::diag::Span;
use relight::expr::{Expr, ExprKind, Node};
use relight::journal::{Fact, Outcome, Phase, RunId, fold};
use relight::plan::StepId;
use relight::run::{Command, Event, Mode, Run, Session};
use relight::shell::drive::{Parts, drive};
use relight::shell::transport::{Pace, SimTransport, Simulator};
use relight::shell::watch::{Narrator, RunEvent, Watch, What, replay};
use relight_contract::{Act, FaultKind, Hole, HoleId, Type, Value};
use relight_sim::{Disturbance, FaultPlan, Nth, Rule, Settings};

use crate::stage::*;

fn broken(kind: &str) -> Settings {
    let rule = Rule::new(Act::Create, Nth::Every, Disturbance::Refused(FaultKind::Denied)).kind(kind);
    Settings { faults: FaultPlan { rules: vec![rule], ..FaultPlan::default() }, ..Settings::calm(7) }
}

#[test]
fn a_failed_step_skips_its_dependents_only_and_each_names_it() {
    let plan = building();
    let mut paper = Paper::default();
    let (_, outcome, _) = Process::new(&plan).run(world(broken("cumulus_network")), &mut paper);
    let Ok(Outcome::PartlyApplied { done, failed, skipped }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((done, failed.as_slice()), (5, [StepId(0)].as_slice()));
    assert_eq!(skipped, [StepId(1), StepId(2), StepId(8)]);
    let state = fold(&plan, &paper.entries.borrow()).expect("a journal");
    for step in skipped {
        assert_eq!(state.step(step).map(|step| step.phase), Some(Phase::Skipped(StepId(0))));
    }
}

#[test]
fn what_failed_is_tried_again_by_a_resumed_run() {
    let plan = building();
    let mut paper = Paper::default();
    let (mut world, outcome, _) = Process::new(&plan).run(world(broken("cumulus_zone")), &mut paper);
    assert!(matches!(outcome, Ok(Outcome::PartlyApplied { .. })));
    world.settings_mut().faults = FaultPlan::default();
    let (_, outcome, _) = Process { fencing: 2, ..Process::new(&plan) }.run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { done: 9, kept: 0 })), "{outcome:?}");
}

#[test]
fn an_interrupt_starts_nothing_new_and_leaves_nothing_in_doubt() {
    let plan = building();
    let mut paper = Paper::default();
    let (world, outcome, _) =
        Process { interrupt: true, ..Process::new(&plan) }.run(world(Settings::calm(7)), &mut paper);
    let Ok(Outcome::Interrupted { done, left }) = outcome else { panic!("{outcome:?}") };
    assert!(done > 0 && left > 0, "{done} {left}");
    let state = fold(&plan, &paper.entries.borrow()).expect("a journal");
    assert!(state.steps.iter().all(|step| matches!(step.phase, Phase::Done | Phase::Waiting)));
    let position = paper.entries.borrow().iter().position(|entry| entry.fact == Fact::Interrupted);
    let after = paper.entries.borrow()[position.expect("it was interrupted")..].to_vec();
    assert!(!after.iter().any(|entry| matches!(entry.fact, Fact::Started { .. })));
    let (_, outcome) = finish(&plan, world, &mut paper);
    assert!(matches!(outcome, Outcome::Completed { .. }));
}

#[test]
fn a_lost_lease_stops_the_run_before_its_next_call() {
    let plan = building();
    let mut paper = Paper::default();
    let (world, outcome, _) =
        Process { lease: 3, ..Process::new(&plan) }.run(world(Settings::calm(7)), &mut paper);
    assert!(matches!(outcome, Ok(Outcome::LeaseLost)), "{outcome:?}");
    let (_, outcome) = finish(&plan, world, &mut paper);
    assert!(matches!(outcome, Outcome::Completed { .. }));
}

#[test]
fn no_secret_reaches_the_journal() {
    let plan = building();
    let mut paper = Paper::default();
    let _ = finish(&plan, world(Settings::calm(7)), &mut paper);
    let text = transcript(&paper);
    assert!(!text.contains(PASSWORD));
    assert!(text.contains("\"digests\":{\"password\":"), "what is never told back is remembered by digest");
}

#[test]
fn a_filled_change_that_changes_nothing_is_kept() {
    let (world, _) = finish(&building(), world(Settings::calm(7)), &mut Paper::default());
    let group = world.objects(world.clock()).find(|(_, kind, _)| kind.name == "cumulus_machine_group");
    let id = group.map(|(_, _, live)| live.native_id.to_string()).expect("it was built");
    let mut draft = Draft::default();
    draft.update("cumulus_machine_group", "web", &[], &id, serde_json::json!({ "target_size": 3 }));
    draft.update("cumulus_machine_group", "web", &[StepId(0)], &id, serde_json::json!({ "target_size": 4 }));
    draft.steps.iter_mut().for_each(|step| step.maybe = true);
    let plan = draft.plan();
    let mut paper = Paper::default();
    let (_, outcome, _) = Process::new(&plan).run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { done: 2, kept: 1 })), "{outcome:?}");
}

#[test]
fn facts_that_no_run_writes_are_refused() {
    let plan = building();
    let mut paper = Paper::default();
    let _ = finish(&plan, world(Settings::calm(7)), &mut paper);
    let entries = paper.entries.borrow().clone();
    assert!(fold(&plan, &entries[1..]).is_err(), "a journal begins with `opened`");
    let position = entries
        .iter()
        .position(|entry| matches!(entry.fact, Fact::Started { step: StepId(0), .. }))
        .expect("the first step started");
    let mut without = entries.clone();
    without.remove(position);
    assert!(fold(&plan, &without).is_err(), "a step is done that never began");
    let mut twice = entries;
    let last = twice.last().cloned().expect("it finished");
    twice.push(last);
    assert!(fold(&plan, &twice).is_err(), "a run finishes once");
}

#[test]
fn no_call_leaves_before_its_start_is_recorded() {
    let plan = building();
    let session = Session {
        run: RunId("run-1".to_owned()),
        fencing: 1,
        approved: true,
        mode: Mode::Execute,
        lost: std::collections::BTreeSet::new(),
    };
    let mut run = Run::new(Arc::clone(&plan), session, &[], means(), 0).expect("a plan that runs");
    let commands = run.on(Event::Tick, 0).expect("no contradiction");
    let mut starts = Vec::new();
    for command in &commands {
        match command {
            Command::Call(..) => panic!("nothing is durable yet"),
            Command::Record(position, entry) if matches!(entry.fact, Fact::Started { .. }) => {
                starts.push(*position)
            }
            _ => {}
        }
    }
    assert_eq!(starts.len(), 5, "everything that waits for nothing starts at once");
    // Each record that becomes durable lets its own call go, and no other.
    for (count, position) in starts.iter().enumerate() {
        let calls = |commands: Vec<Command>| {
            commands.iter().filter(|command| matches!(command, Command::Call(..))).count()
        };
        assert_eq!(calls(run.on(Event::Recorded(*position - 1), 0).expect("no contradiction")), 0, "{count}");
        assert_eq!(calls(run.on(Event::Recorded(*position), 0).expect("no contradiction")), 1, "{count}");
    }
}

#[test]
fn the_longest_way_begins_first() {
    let mut draft = Draft::default();
    for name in ["a", "b", "c"] {
        draft.create("cumulus_address", name, &[], serde_json::json!({}));
    }
    draft.create("cumulus_address", "d", &[StepId(1)], serde_json::json!({}));
    draft.steps[2].seconds = (15, 30);
    let plan = draft.plan();
    let mut paper = Paper::default();
    let _ = finish(&plan, world(Settings::calm(7)), &mut paper);
    let entries = paper.entries.borrow();
    let started = entries.iter().filter_map(|entry| match entry.fact {
        Fact::Started { step, .. } => Some(step.0),
        _ => None,
    });
    // 1 has 20 seconds ahead, 2 has 15, 0 has 10.
    assert_eq!(started.collect::<Vec<_>>(), [1, 2, 0, 3]);
}

#[test]
fn a_run_without_approval_asks_and_calls_nobody() {
    let plan = building();
    let session = Session {
        run: RunId("run-1".to_owned()),
        fencing: 1,
        approved: false,
        mode: Mode::Execute,
        lost: std::collections::BTreeSet::new(),
    };
    let mut run = Run::new(plan, session, &[], means(), 0).expect("a plan that runs");
    let commands = run.on(Event::Tick, 0).expect("no contradiction");
    assert!(commands.iter().any(|command| matches!(command, Command::Ask)));
    let commands = run.on(Event::Refused, 0).expect("no contradiction");
    let refused = |command: &Command| matches!(command, Command::Record(_, entry) if entry.fact == Fact::Finished { outcome: Outcome::Refused });
    assert!(commands.iter().all(refused), "{commands:?}");
    let commands = run.on(Event::Recorded(1), 0).expect("no contradiction");
    assert!(matches!(commands.as_slice(), [Command::Finish(Outcome::Refused)]), "{commands:?}");
}

#[test]
fn a_secret_that_the_cloud_tells_back_is_passed_on_but_never_written() {
    let plan = || {
        let mut draft = Draft::default();
        let password = draft.secret("password");
        let network = serde_json::json!({ "name": "main", "description": password });
        let first = draft.create("cumulus_network", "main", &[], network);
        let told = draft.hole("cumulus_network", "main", "description");
        draft.create("cumulus_address", "front", &[first], serde_json::json!({ "description": told }));
        draft.plan()
    };
    // Whatever a process knew of it when it died, the next one reads it again.
    for write in 0..8 {
        let (plan, mut paper) = (plan(), Paper::default());
        let death = Some(Death::After(write));
        let (world, outcome, _) =
            Process { death, ..Process::new(&plan) }.run(world(Settings::calm(7)), &mut paper);
        let finished =
            outcome.is_ok() || fold(&plan, &paper.entries.borrow()).is_ok_and(|s| s.finished.is_some());
        let world = if finished { world } else { finish(&plan, world, &mut paper).0 };
        let passed_on = world
            .objects(world.clock() + 60_000)
            .all(|(_, _, live)| live.get("description").and_then(|value| value.as_str()) == Some(PASSWORD));
        assert!(passed_on);
        assert!(!transcript(&paper).contains(PASSWORD), "{}", transcript(&paper));
    }
}

/// Each description is made of the one before: what the first of them hangs on is worked out once, not for each.
#[test]
fn a_chain_of_expressions_is_gone_through_once() {
    let mut draft = Draft::default();
    draft.secret("password");
    for link in 1..40_u32 {
        let value = Value::Hole(Arc::new(Hole { id: HoleId(link - 1), ty: Type::String, sensitive: true }));
        let expr = Expr { kind: ExprKind::Literal(value), span: Span::NONE };
        draft.residuals.insert(link, Node::Expr(expr));
        let description = serde_json::json!({ "description": { "$hole": link } });
        draft.create("cumulus_address", &format!("link-{link}"), &[], description);
    }
    let before = ASKED.get();
    let (world, outcome) = finish(&draft.plan(), world(Settings::calm(7)), &mut Paper::default());
    assert!(matches!(outcome, Outcome::Completed { done: 39, .. }), "{outcome:?}");
    let told = world.objects(world.clock() + 60_000).map(|(_, _, live)| live);
    assert!(told.into_iter().all(|live| live.get("description").and_then(|d| d.as_str()) == Some(PASSWORD)));
    assert_eq!(ASKED.get() - before, 1);
}

#[derive(Default)]
struct Notes(Vec<RunEvent>);

impl Watch for Notes {
    fn event(&mut self, event: &RunEvent) {
        let line = serde_json::to_string(event).expect("JSON");
        self.0.push(serde_json::from_str(&line).expect("an event reads back"));
    }
}

#[test]
fn a_journal_replays_as_the_run_was_told() {
    let plan = building();
    let session = Session {
        run: RunId("run-1".to_owned()),
        fencing: 1,
        approved: true,
        mode: Mode::Execute,
        lost: std::collections::BTreeSet::new(),
    };
    let mut run = Run::new(Arc::clone(&plan), session, &[], means(), 0).expect("a plan that runs");
    let (mut paper, mut notes) = (Paper::default(), Notes::default());
    let mut transport = SimTransport::new(
        Sky(world(Settings::calm(7))),
        0,
        Pace::Instant,
        relight::shell::mailbox::Mailbox::new(),
    );
    let parts = Parts {
        transport: &mut transport,
        journal: &mut paper,
        lease: &mut Held { holds: usize::MAX },
        watch: &mut notes,
        outside: &mut relight::shell::outside::Nobody,
        narrator: Narrator::new(Arc::clone(&plan)),
        approve: &mut || true,
        progress_milliseconds: Some(10_000),
    };
    assert!(matches!(drive(&mut run, parts), Ok(Outcome::Completed { .. })));
    let (progress, told): (Vec<_>, Vec<_>) =
        notes.0.into_iter().partition(|event| matches!(event.what, What::Progress { .. }));
    assert_eq!(told, replay(&plan, &paper.entries.borrow()));
    let remaining = progress.iter().map(|event| match &event.what {
        What::Progress { remaining_seconds, .. } => *remaining_seconds,
        _ => 0,
    });
    let remaining: Vec<u64> = remaining.collect();
    assert!(remaining.len() > 10 && remaining.is_sorted_by(|a, b| a >= b), "{remaining:?}");
}

struct Sky(relight_sim::World);

impl Simulator for Sky {
    fn submit(
        &mut self,
        now: u64,
        request: &relight_contract::Request,
    ) -> (u64, Result<relight_contract::Answer, relight_contract::Fault>) {
        let reply = self.0.submit(now, request);
        (reply.at, reply.outcome)
    }
}
