//! Reports, and what they are made of: lags read before promotions, durations that later estimates learn from.

use std::sync::Arc;

use relight::journal::{Entry, Fact, Outcome, learn};
use relight::memory::{Debt, Memory};
use relight::plan::{
    Action, Ask, History, Operation, PerformAct, Plan, PlannedChange, PlannedObjective, StepId, Verb,
};
use relight::report::{Calls, Report, StepEnd, markdown, text};
use relight_contract::{Act, FaultKind};
use relight_sim::{Disturbance, FaultPlan, Nth, Rule, Settings, World};
use serde_json::json;

use crate::stage::*;

/// A database, a replica of it, a group that serves from it, and a name.
fn built(settings: Settings) -> (World, Memory) {
    let mut draft = Draft::default();
    let base = json!({ "name": "orders", "engine": "postgres", "storage_gib": 20 });
    let source = draft.create("cumulus_database", "orders", &[], base);
    let source_id = draft.hole("cumulus_database", "orders", "id");
    draft.create(
        "cumulus_database",
        "replica",
        &[source],
        json!({ "name": "replica", "engine": "postgres", "storage_gib": 20, "replica_of": source_id }),
    );
    draft.create("cumulus_address", "front", &[], json!({ "description": "closed" }));
    draft.create("cumulus_address", "back", &[], json!({ "description": "closed" }));
    let plan = draft.plan();
    let faults = settings.faults.clone();
    let calm = Settings { faults: FaultPlan::default(), ..settings };
    let mut paper = Paper::default();
    let (mut world, outcome) = finish(&plan, world(calm), &mut paper);
    assert!(matches!(outcome, Outcome::Completed { .. }));
    world.settings_mut().faults = faults;
    let memory = inventory(&Memory::default(), &plan, &paper);
    (world, memory)
}

fn id(world: &World, kind: &str, name: &str) -> String {
    let owner = address(kind, name).owner(TOPOLOGY, "");
    let mut objects = world.objects(world.clock() + 3_600_000);
    let found = objects.find(|(_, known, live)| known.name == kind && live.owner.as_ref() == Some(&owner));
    found.map(|(_, _, live)| live.native_id.to_string()).expect("it was built")
}

/// A failover: the replica is promoted, what serves is opened, and then the way to it.
fn taking_over(world: &World) -> Arc<Plan> {
    let mut draft = Draft::default();
    let promote = Ask::Perform {
        act: PerformAct::Promote,
        native_id: id(world, "cumulus_database", "replica"),
        changes: json!({ "replica_of": null }),
        attributes: json!({ "name": "replica", "engine": "postgres", "storage_gib": 20 }),
        planned: false,
        inherited: Default::default(),
        owner: None,
    };
    let promoted = draft.step(Verb::Promote, "cumulus_database", "replica", &[], promote);
    let open = json!({ "description": "open" });
    let back = id(world, "cumulus_address", "back");
    let opened = draft.update("cumulus_address", "back", &[], &back, open.clone());
    let front = id(world, "cumulus_address", "front");
    draft.update("cumulus_address", "front", &[promoted, opened], &front, open);
    let mut plan = draft.plan();
    let made = Arc::make_mut(&mut plan);
    made.content.operation = Operation::Failover { incident: "INC-7".to_owned() };
    let owed = address("cumulus_database", "orders");
    let why = "it still takes itself for the | source".to_owned();
    made.content.debts = vec![Debt { address: owed.clone(), verb: "demote".into(), why }];
    let change = |label: &str, name: &str, held: Option<&str>, steps: &[u32]| PlannedChange {
        address: address("cumulus_address", name),
        kind: "cumulus_address".to_owned(),
        action: Action::Update,
        label: label.to_owned(),
        held: held.map(str::to_owned),
        why: String::new(),
        maybe: false,
        create_first: false,
        from: None,
        fields: Vec::new(),
        steps: steps.iter().map(|id| StepId(*id)).collect(),
    };
    made.content.changes = vec![
        change("scale", "back", None, &[1]),
        change("shift", "front", None, &[2]),
        change("update", "side", Some("not caused by <this>"), &[]),
    ];
    // As a kind's table would have it.
    made.content.steps[0].seconds = (150, 300);
    made.envelope.created_at = world.clock();
    made.envelope.detected_at = Some(world.clock().saturating_sub(90_000));
    made.envelope.objective = PlannedObjective { rto_seconds: Some(900), rpo_seconds: Some(30) };
    made.envelope.estimate.p50_seconds = 160;
    made.envelope.estimate.p90_seconds = 320;
    plan
}

fn report(plan: &Plan, paper: &Paper) -> Report {
    Report::of(plan, &paper.entries.borrow(), Vec::new())
}

/// Without what moves with every change of the format, and with times from the beginning of the year 1970 on.
fn shown(plan: &Plan, text: &str) -> String {
    text.replace(&plan.id.to_string(), "[PLAN]")
}

fn measured(paper: &Paper) -> Vec<Option<u64>> {
    let lag = |entry: &Entry| match &entry.fact {
        Fact::Measured { lag_seconds, .. } => Some(*lag_seconds),
        _ => None,
    };
    paper.entries.borrow().iter().filter_map(lag).collect()
}

#[test]
fn a_recovery_is_told_in_full() {
    let throttled = Disturbance::Refused(FaultKind::Throttled);
    let rules = vec![
        Rule::new(Act::Update, Nth::First(2), throttled),
        Rule::new(Act::Update, Nth::Only(3), Disturbance::Stuck { milliseconds: Some(120_000) }),
    ];
    let faults = FaultPlan { rules, ..FaultPlan::default() };
    let (world, _) = built(Settings { faults, replica_lag_seconds: 40, ..Settings::calm(7) });
    let plan = taking_over(&world);
    let mut paper = Paper::default();
    let (_, outcome, _) = Process::new(&plan).run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { .. })), "{outcome:?}\n{}", transcript(&paper));
    let calls = Calls {
        region: "east".into(),
        call: "sql:promoteReplica".into(),
        attempts: 1,
        throttled: 0,
        failed: 0,
        turn_milliseconds: 0,
        answer_milliseconds: 80,
    };
    let report = Report::of(&plan, &paper.entries.borrow(), vec![calls]);
    assert_eq!((report.rpo.lag_seconds, report.rpo.kept), (Some(40), Some(false)));
    assert_eq!(report.rto.kept, Some(true));
    assert!(report.stamps.detected_at < report.stamps.declared_at);
    assert!(report.stamps.approved_at <= report.stamps.executed_at);
    assert!(report.stamps.executed_at < report.stamps.validated_at);
    insta::assert_snapshot!("recovery", shown(&plan, &markdown(&report)));
    insta::assert_snapshot!("recovery-short", shown(&plan, &text(&report)));
    let stored = serde_json::to_string(&report).expect("JSON");
    assert_eq!(serde_json::from_str::<Report>(&stored).expect("a report"), report);
}

#[test]
fn what_failed_has_no_measured_time() {
    let denied = Rule::new(Act::Promote, Nth::Every, Disturbance::Refused(FaultKind::Denied));
    let faults = FaultPlan { rules: vec![denied], ..FaultPlan::default() };
    let (world, _) = built(Settings { faults, ..Settings::calm(7) });
    let plan = taking_over(&world);
    let mut paper = Paper::default();
    let (mut world, outcome, _) = Process::new(&plan).run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::PartlyApplied { .. })), "{outcome:?}");
    let first = report(&plan, &paper);
    assert!(!first.recovered);
    assert_eq!((first.rto.from_approval_seconds, first.rto.kept), (None, None));
    assert_eq!(first.ended(StepEnd::Skipped).count(), 1);
    insta::assert_snapshot!("failed-short", shown(&plan, &text(&first)));
    // The time goes on until a later session brings it about, and the sessions before are told.
    world.settings_mut().faults = FaultPlan::default();
    let (_, outcome, _) = Process { fencing: 2, ..Process::new(&plan) }.run(world, &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { .. })), "{outcome:?}");
    let second = report(&plan, &paper);
    assert!(second.recovered && second.sessions.len() == 2);
    assert_eq!(second.stamps.approved_at, first.stamps.approved_at);
    assert!(second.rto.from_approval_seconds >= first.duration.actual_seconds);
    assert!(second.ended(StepEnd::Failed).next().is_none());
}

#[test]
fn what_tidies_up_behind_keeps_no_service_waiting() {
    let denied = Rule::new(Act::Delete, Nth::Every, Disturbance::Refused(FaultKind::Denied));
    for (rules, complete) in [(vec![denied], false), (Vec::new(), true)] {
        let faults = FaultPlan { rules, ..FaultPlan::default() };
        let (world, _) = built(Settings { faults, ..Settings::calm(7) });
        let mut plan = taking_over(&world);
        let made = Arc::make_mut(&mut plan);
        let mut last = Draft::default();
        last.delete("cumulus_database", "orders", &[], &id(&world, "cumulus_database", "orders"), false);
        let mut gone = last.steps.remove(0);
        (gone.id, gone.after) = (StepId(3), vec![StepId(2)]);
        made.content.steps.push(gone);
        let mut paper = Paper::default();
        let (_, outcome, _) = Process::new(&plan).run(world, &mut paper);
        assert_eq!(matches!(outcome, Ok(Outcome::Completed { .. })), complete, "{outcome:?}");
        let report = report(&plan, &paper);
        assert!(report.recovered);
        assert_eq!(report.stamps.validated_at, report.steps[2].ended_at);
        assert_eq!(text(&report).contains("But not all is done behind it: partly applied"), !complete);
    }
}

#[test]
fn an_answer_that_never_comes_holds_no_promotion_up() {
    for (disturbance, fault) in [
        (Disturbance::LostBefore, "no answer within 5 s"),
        (Disturbance::Slow { milliseconds: 60_000 }, "no answer within 5 s"),
        (Disturbance::Refused(FaultKind::Denied), "denied"),
    ] {
        let rule = Rule::new(Act::Read, Nth::Only(1), disturbance).kind("cumulus_database");
        let faults = FaultPlan { rules: vec![rule], ..FaultPlan::default() };
        let (world, _) = built(Settings { faults, ..Settings::calm(7) });
        let plan = taking_over(&world);
        let mut paper = Paper::default();
        let (_, outcome, _) = Process::new(&plan).run(world, &mut paper);
        assert!(matches!(outcome, Ok(Outcome::Completed { .. })), "{outcome:?}\n{}", transcript(&paper));
        assert_eq!(measured(&paper), [None]);
        let report = report(&plan, &paper);
        assert_eq!((report.rpo.lag_seconds, report.rpo.kept), (None, None));
        let told = report.rpo.replicas[0].fault.clone().unwrap_or_default();
        assert!(told.contains(fault), "{told}");
        let (approved, executed) = (report.stamps.approved_at, report.steps[0].started_at);
        let waited = executed.zip(approved).map(|(executed, approved)| executed - approved);
        assert!(waited.is_some_and(|waited| waited <= 5_500), "{waited:?}");
    }
}

#[test]
fn what_left_is_not_measured_again_after_any_death() {
    let (start, _) = built(Settings::calm(7));
    let plan = taking_over(&start);
    let mut paper = Paper::default();
    let (calm, _, writes) = Process::new(&plan).run(start, &mut paper);
    assert_eq!(measured(&paper), [Some(0)]);
    for death in (0..writes).flat_map(|write| [Death::Before(write), Death::After(write)]) {
        let (world, _) = built(Settings::calm(7));
        let mut paper = Paper::default();
        let (world, outcome, _) =
            Process { death: Some(death), ..Process::new(&plan) }.run(world, &mut paper);
        assert!(outcome.is_err(), "it was to die at {death:?}");
        let ended = |entry: &Entry| matches!(entry.fact, Fact::Finished { .. });
        let over = paper.entries.borrow().last().is_some_and(ended);
        let world = if over { world } else { finish(&plan, world, &mut paper).0 };
        assert_eq!(standing(&world), standing(&calm), "{death:?}\n{}", transcript(&paper));
        let entries = paper.entries.borrow();
        let left = |fact: &Fact| matches!(fact, Fact::Started { step: StepId(0), .. });
        let late = entries.iter().skip_while(|entry| !left(&entry.fact));
        let again = late.filter(|entry| matches!(entry.fact, Fact::Measured { .. }));
        assert_eq!(again.count(), 0, "{death:?}\n{}", transcript(&paper));
        assert_eq!(Report::of(&plan, &entries, Vec::new()).rpo.lag_seconds, Some(0), "{death:?}");
    }
}

#[test]
fn what_steps_took_is_expected_of_later_ones() {
    let mut history = History::default();
    let mut plan = building();
    let takes = |plan: &Plan| plan.content.steps.iter().map(|step| plan.seconds(step)).collect::<Vec<_>>();
    let tables = takes(&plan);
    for seed in 0..3 {
        Arc::make_mut(&mut plan).learn(&history, &registry());
        assert_eq!(takes(&plan), tables, "too little is known after {seed} runs");
        let mut paper = Paper::default();
        let (_, outcome, _) = Process::new(&plan).run(world(Settings::calm(seed)), &mut paper);
        assert!(matches!(outcome, Ok(Outcome::Completed { .. })));
        // Two addresses in each run; of all else there is one.
        if seed != 1 {
            learn(&mut history, &plan, &paper.entries.borrow());
        }
    }
    let before = plan.id.clone();
    Arc::make_mut(&mut plan).learn(&history, &registry());
    let learned: Vec<&str> = plan.envelope.learned.iter().map(|timing| timing.kind.as_str()).collect();
    assert_eq!(learned, ["cumulus_address"], "four samples of addresses, two of all else");
    let (address, other) = (&plan.content.steps[3], &plan.content.steps[0]);
    assert_ne!(plan.seconds(address), address.seconds);
    assert_eq!(plan.seconds(other), other.seconds);
    assert_eq!((plan.id.clone(), relight::plan::identify(&plan.content)), (before.clone(), before));
}

#[test]
fn histories_keep_the_last_samples() {
    let mut history = History::default();
    (1..=100).for_each(|seconds| history.add("cumulus_disk", Verb::Create, seconds));
    let timing = history.timing("cumulus_disk", Verb::Create).expect("enough samples");
    assert_eq!((timing.samples, timing.p50_seconds, timing.p90_seconds), (20, 90, 98));
    assert_eq!(history.timing("cumulus_disk", Verb::Delete), None);
}
