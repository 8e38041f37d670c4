//! Probes, gates and hooks as steps: what each answer leads to, and that nobody else waits for it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use relight::journal::{Fact, Outcome, Phase, fold};
use relight::plan::{ApproveAsk, Ask, Plan, ProbeWay, RunAsk, StepId, VerifyAsk};
use relight::run::{Inquiry, Ticket, Verdict};
use relight::shell::outside::Outside;
use relight_sim::Settings;
use serde_json::{Value as Json, json};

use crate::stage::*;

/// Says what was written down for it, and then nothing more.
#[derive(Clone, Default)]
struct Script {
    answers: Rc<RefCell<VecDeque<Vec<Verdict>>>>,
    asked: Rc<RefCell<Vec<Inquiry>>>,
}

impl Script {
    fn of(answers: impl IntoIterator<Item = Vec<Verdict>>) -> Script {
        Script { answers: Rc::new(RefCell::new(answers.into_iter().collect())), ..Script::default() }
    }
}

impl Outside for Script {
    fn inquire(&mut self, _: Ticket, inquiry: &Inquiry) -> Vec<Verdict> {
        self.asked.borrow_mut().push(inquiry.clone());
        self.answers.borrow_mut().pop_front().unwrap_or_default()
    }

    fn withdraw(&mut self, _: Ticket) {}
}

fn yes(by: &str) -> Verdict {
    Verdict::Allowed { by: by.to_owned(), how: "a test".to_owned() }
}

fn down(why: &str) -> Vec<Verdict> {
    vec![Verdict::Down(why.to_owned())]
}

fn up() -> Vec<Verdict> {
    vec![Verdict::Up("200".to_owned())]
}

fn gate(approvers: Json, quorum: u64, timeout: Option<u64>) -> Ask {
    Ask::Approve(ApproveAsk { message: json!("Really?"), approvers, quorum, timeout, doors: Vec::new() })
}

fn probe(threshold: u64, within: u64) -> Ask {
    let target = json!("http://shop.test/");
    Ask::Verify(VerifyAsk {
        way: ProbeWay::Http,
        target,
        expect: Json::Null,
        interval: 5,
        threshold,
        timeout: 1,
        within,
    })
}

fn hook(goes_on: bool) -> Ask {
    Ask::Run(RunAsk { run: json!(["warm", "east"]), env: json!({ "LEVEL": "3" }), timeout: 60, goes_on })
}

/// A guard, a disk behind it, and an address that has nothing to do with it.
fn guarded(word: &str, ask: Ask) -> Arc<Plan> {
    let mut draft = Draft::default();
    let guard = draft.guard(word, "first", &[], ask);
    draft.create("cumulus_disk", "data", &[guard], json!({ "size_gib": 10 }));
    draft.create("cumulus_address", "front", &[], json!({ "description": "the front door" }));
    draft.plan()
}

fn run(plan: &Arc<Plan>, script: &Script, paper: &mut Paper) -> Outcome {
    let fencing = next_fencing(paper);
    let process = Process { outside: Box::new(script.clone()), fencing, ..Process::new(plan) };
    process.run(world(Settings::calm(7)), paper).1.expect("nothing dies")
}

fn facts(paper: &Paper, word: &str) -> Vec<Fact> {
    let entries = paper.entries.borrow();
    entries.iter().map(|entry| entry.fact.clone()).filter(|fact| fact.name() == word).collect()
}

fn failure(paper: &Paper) -> String {
    match facts(paper, "failed").as_slice() {
        [Fact::Failed { fault, .. }] => {
            format!("{}: {}", fault.code.clone().unwrap_or_default(), fault.message)
        }
        others => panic!("{others:?}"),
    }
}

#[test]
fn a_gate_lets_go_on_when_enough_of_those_who_may_say_yes() {
    let plan = guarded("gate", gate(json!(["ann", "bob", "eve"]), 2, None));
    let said = vec![yes("mallory"), yes("ann"), yes("ann"), yes("bob")];
    let mut paper = Paper::default();
    let outcome = run(&plan, &Script::of([said]), &mut paper);
    assert!(matches!(outcome, Outcome::Completed { done: 3, .. }), "{outcome:?}");
    let who: Vec<String> = facts(&paper, "allowed")
        .into_iter()
        .map(|fact| match fact {
            Fact::Allowed { by, .. } => by,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(who, ["ann", "bob"]);
}

#[test]
fn a_gate_that_is_refused_stops_what_stands_behind_it_only_and_is_asked_again() {
    let plan = guarded("gate", gate(Json::Null, 1, None));
    let mut paper = Paper::default();
    let no = vec![Verdict::Refused("ann said no".to_owned())];
    let outcome = run(&plan, &Script::of([no]), &mut paper);
    let (failed, skipped) = (vec![StepId(0)], vec![StepId(1)]);
    assert_eq!(outcome, Outcome::PartlyApplied { done: 1, failed, skipped });
    assert_eq!(failure(&paper), "refused: ann said no");
    let outcome = run(&plan, &Script::of([vec![yes("ann")]]), &mut paper);
    assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?}");
}

#[test]
fn a_gate_that_nobody_answers_in_time_is_refused_and_nobody_else_waits_for_it() {
    let plan = guarded("gate", gate(Json::Null, 1, Some(1)));
    let mut paper = Paper::default();
    let outcome = run(&plan, &Script::default(), &mut paper);
    assert!(matches!(outcome, Outcome::PartlyApplied { done: 1, .. }), "{outcome:?}");
    assert_eq!(failure(&paper), "timeout: nobody said yes in time");
    let names: Vec<&str> = paper.entries.borrow().iter().map(|entry| entry.fact.name()).collect();
    let failed = names.iter().position(|name| *name == "failed").expect("it failed");
    let started = names.iter().take(failed).filter(|name| **name == "started");
    assert_eq!(started.count(), 2, "{names:?}");
}

#[test]
fn a_probe_wants_so_many_good_answers_in_a_row() {
    let plan = guarded("probe", probe(2, 60));
    let answers = [down("503"), up(), down("503"), down("503"), up(), up()];
    let (script, mut paper) = (Script::of(answers), Paper::default());
    let outcome = run(&plan, &script, &mut paper);
    assert!(matches!(outcome, Outcome::Completed { done: 3, .. }), "{outcome:?}");
    assert_eq!(script.asked.borrow().len(), 6);
    let at = |word: &str| {
        let entries = paper.entries.borrow();
        let is_one = |fact: &Fact| fact.step() == Some(StepId(0)) && fact.name() == word;
        entries.iter().find(|entry| is_one(&entry.fact)).map(|entry| entry.at).expect("it is there")
    };
    // Six questions are five intervals apart.
    assert_eq!(at("done") - at("started"), 25_000);
    // The same answer again is no news, but for the last one.
    assert_eq!(facts(&paper, "probed").len(), 5);
}

#[test]
fn a_probe_that_never_comes_up_stops_what_stands_behind_it() {
    let plan = guarded("probe", probe(1, 12));
    let (script, mut paper) = (Script::of((0..9).map(|_| down("503"))), Paper::default());
    let outcome = run(&plan, &script, &mut paper);
    assert!(matches!(outcome, Outcome::PartlyApplied { done: 1, .. }), "{outcome:?}");
    assert_eq!(failure(&paper), "not_up: not up within 12 s: 503");
    assert_eq!(script.asked.borrow().len(), 3);
}

#[test]
fn a_hook_is_told_where_it_runs_and_what_it_says_is_kept() {
    let ended = |status| vec![Verdict::Ended { status, output: "cold\nno cache".to_owned() }];
    let plan = guarded("hook", hook(false));
    let (script, mut paper) = (Script::of([ended(Some(3))]), Paper::default());
    let outcome = run(&plan, &script, &mut paper);
    assert!(matches!(outcome, Outcome::PartlyApplied { done: 1, .. }), "{outcome:?}");
    assert_eq!(failure(&paper), "hook_failed: the command ended with 3");
    assert!(matches!(&facts(&paper, "ran")[..],
        [Fact::Ran { status: Some(3), output, .. }] if output == "cold\nno cache"));
    let [Inquiry::Hook(asked)] = &script.asked.borrow()[..] else { panic!("one hook") };
    assert_eq!(asked.run, ["warm", "east"]);
    let told = ["LEVEL", "RELIGHT_OPERATION", "RELIGHT_SITE"].map(|name| asked.environment[name].clone());
    assert_eq!(told, ["3", "apply", "east"]);

    let plan = guarded("hook", hook(true));
    let mut paper = Paper::default();
    let outcome = run(&plan, &Script::of([ended(None)]), &mut paper);
    assert!(matches!(outcome, Outcome::Completed { done: 3, .. }), "{outcome:?}");
}

/// Whoever died while a gate was open, a probe asked or a hook ran begins with it anew, and ends the same.
#[test]
fn a_death_at_any_instant_changes_nothing() {
    let mut draft = Draft::default();
    let first = draft.guard("gate", "first", &[], gate(Json::Null, 1, None));
    let disk = draft.create("cumulus_disk", "data", &[first], json!({ "size_gib": 10 }));
    let verified = draft.guard("probe", "web", &[disk], probe(2, 60));
    draft.guard("hook", "warm", &[verified], hook(false));
    let plan = draft.plan();
    let mut paper = Paper::default();
    let process = Process { outside: Box::new(Agreeable), ..Process::new(&plan) };
    let (_, outcome, writes) = process.run(world(Settings::calm(7)), &mut paper);
    assert!(matches!(outcome, Ok(Outcome::Completed { done: 4, .. })), "{outcome:?}");
    for write in 0..writes {
        for death in [Death::Before(write), Death::After(write)] {
            let mut paper = Paper::default();
            let process = Process { death: Some(death), outside: Box::new(Agreeable), ..Process::new(&plan) };
            let (world, died, _) = process.run(world(Settings::calm(7)), &mut paper);
            if paper.entries.borrow().is_empty() || died.is_ok() {
                continue;
            }
            if matches!(paper.entries.borrow().last().map(|e| e.fact.clone()), Some(Fact::Finished { .. })) {
                continue;
            }
            let fencing = next_fencing(&paper);
            let process = Process { fencing, outside: Box::new(Agreeable), ..Process::new(&plan) };
            let (_, outcome, _) = process.run(world, &mut paper);
            assert!(matches!(outcome, Ok(Outcome::Completed { done: 4, .. })), "{death:?}: {outcome:?}");
            let state = fold(&plan, &paper.entries.borrow()).expect("a journal");
            assert!(state.steps.iter().all(|step| step.phase == Phase::Done), "{death:?}");
        }
    }
}

/// Everything is up, everybody says yes, and every command ends well.
struct Agreeable;

impl Outside for Agreeable {
    fn inquire(&mut self, _: Ticket, inquiry: &Inquiry) -> Vec<Verdict> {
        match inquiry {
            Inquiry::Probe(_) => up(),
            Inquiry::Gate(_) => vec![yes("ann")],
            Inquiry::Hook(_) => vec![Verdict::Ended { status: Some(0), output: String::new() }],
        }
    }

    fn withdraw(&mut self, _: Ticket) {}
}
