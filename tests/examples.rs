//! The examples, from nothing to standing and back, in simulated clouds.

mod support;

use relight::journal::Outcome;
use relight::memory::Memory;
use relight::plan::Operation;
use relight_sim::Settings;

fn whole_way(path: &str, protected: &[(&str, &str)]) {
    let path = std::path::Path::new(path);
    let mut clouds = support::empty_clouds(Settings::calm(1));
    let mut memory = Memory::default();
    let mut loaded = support::load(path, &[]);
    let planned = loaded
        .plan(Operation::Apply, &memory, &mut clouds)
        .unwrap_or_else(|| panic!("{}", loaded.problems()));
    let plan = planned.plan.clone();
    let (outcome, entries) = support::run(planned, "first", &mut memory, &mut clouds);
    if !matches!(outcome, Outcome::Completed { .. }) {
        let texts = entries.iter().map(|entry| serde_json::to_string(entry).expect("an entry"));
        let failed: Vec<String> = texts.filter(|text| text.contains("failed")).collect();
        panic!("{outcome:?}\n{}\n{}", failed.join("\n"), support::plan_text(&plan));
    }
    let mut loaded = support::load(path, &[]);
    let planned = loaded
        .plan(Operation::Apply, &memory, &mut clouds)
        .unwrap_or_else(|| panic!("{}", loaded.problems()));
    assert!(planned.plan.is_empty(), "{}", support::plan_text(&planned.plan));
    let mut forgetful = support::load(path, &[]);
    let planned =
        forgetful.plan(Operation::Apply, &Memory::default(), &mut clouds).expect("a plan without memory");
    assert!(planned.plan.is_empty(), "without memory:\n{}", support::plan_text(&planned.plan));
    if !protected.is_empty() {
        let mut loaded = support::load(path, protected);
        let planned = loaded
            .plan(Operation::Destroy, &memory, &mut clouds)
            .unwrap_or_else(|| panic!("{}", loaded.problems()));
        let (outcome, entries) = support::run(planned, "last", &mut memory, &mut clouds);
        assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?} {entries:#?}");
    }
}

#[test]
fn webshop_stands_and_goes() {
    whole_way("examples/webshop", &[("protected", "false")]);
}

#[test]
fn steered_stands_and_goes() {
    whole_way("examples/steered", &[("environment", "production")]);
}

#[test]
fn both_stands_and_goes() {
    whole_way("examples/both", &[("environment", "production")]);
}

#[test]
fn three_stands_and_goes() {
    whole_way("examples/three", &[("environment", "production")]);
}

#[test]
fn controls_stand_and_go() {
    whole_way("examples/controls", &[("domain", "\"controls.example\"")]);
}

#[test]
fn lift_stands() {
    whole_way("examples/lift", &[]);
}

#[test]
fn a_hotter_standby_is_only_scaled() {
    let path = std::path::Path::new("examples/webshop");
    let mut clouds = support::empty_clouds(Settings::calm(1));
    let mut memory = Memory::default();
    let planned = support::load(path, &[]).plan(Operation::Apply, &memory, &mut clouds).expect("a plan");
    let _ = support::run(planned, "first", &mut memory, &mut clouds);
    let mut hot = support::load(path, &[("standby_posture", "hot")]);
    let planned =
        hot.plan(Operation::Apply, &memory, &mut clouds).unwrap_or_else(|| panic!("{}", hot.problems()));
    let labels: Vec<&str> = planned.plan.content.changes.iter().map(|change| change.label.as_str()).collect();
    assert_eq!(labels, ["scale"], "{}", support::plan_text(&planned.plan));
    let mut protected = support::load(path, &[]);
    assert!(protected.plan(Operation::Destroy, &memory, &mut clouds).is_none());
    assert!(protected.problems().contains("RL0802"), "{}", protected.problems());
}
