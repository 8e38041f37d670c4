//! Every exit code, by what it stands for.

use std::process::{Child, Command, Stdio};

use crate::context::{Ran, TestContext};

/// Two sites with a network each, which says what its site tells, and something that takes half a minute.
const SPEC: &str = r#"
topology "demo" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}

data "aws_availability_zones" "here" {}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { zones = join(" ", data.aws_availability_zones.here.names) }
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}
"#;

fn with_faults(context: &TestContext, arguments: &[&str], faults: &str) -> Ran {
    let mut command: Command = context.command(arguments);
    command.env("RELIGHT_SANDBOX_FAULTS", faults);
    context.run_with(command, "")
}

/// How many objects are remembered.
fn objects(context: &TestContext) -> i64 {
    let ran = context.run(&["status", "--sandbox", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&ran.out).expect("one document");
    status["objects"].as_i64().expect("a count")
}

/// An apply that has begun its half minute, at ten times the speed of time.
fn begun(context: &TestContext) -> Child {
    let slow = ["apply", "--sandbox", "--yes", "--sandbox-speed", "10", "--events", "events.jsonl"];
    let mut child =
        context.command(&slow).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
    let seen = || {
        let events = std::fs::read_to_string(context.path("events.jsonl"));
        events.is_ok_and(|text| text.contains("aws_route53_zone"))
    };
    while !seen() && child.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    child
}

#[test]
fn nothing_to_do_is_0_and_changes_are_2_when_asked_for() {
    let context = TestContext::with(SPEC);
    assert_eq!(context.run(&["plan", "--sandbox", "--detailed-exitcode"]).code, Some(2));
    assert_eq!(context.run(&["plan", "--sandbox"]).code, Some(0));
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    assert_eq!(context.run(&["plan", "--sandbox", "--detailed-exitcode"]).code, Some(0));
}

#[test]
fn a_wrong_spec_is_1() {
    let context = TestContext::with(&SPEC.replace("aws_vpc", "aws_vpcs"));
    let ran = context.run(&["plan", "--sandbox"]);
    assert_eq!(ran.code, Some(1), "{}", ran.all());
    assert!(ran.err.contains("`aws_vpc`"), "{}", ran.err);
    let ran = with_faults(&TestContext::with(SPEC), &["plan", "--sandbox"], "{\"outage\": []}");
    assert!(ran.code == Some(1) && ran.err.contains("RELIGHT_SANDBOX_FAULTS"), "{}", ran.all());
}

#[test]
fn a_plan_is_stale_with_3_after_an_edit_and_after_drift() {
    let context = TestContext::with(SPEC);
    assert_eq!(context.run(&["plan", "--sandbox", "--out", "saved.json"]).code, Some(0));
    context.write("main.hcl", &SPEC.replace("10.0.0.0", "10.1.0.0"));
    let edited = context.run(&["apply", "--sandbox", "saved.json"]);
    assert_eq!(edited.code, Some(3), "{}", edited.all());
    context.write("main.hcl", SPEC);
    // Somebody else applies the same spec meanwhile: what the saved plan would make is there.
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    let drifted = context.run(&["apply", "--sandbox", "saved.json"]);
    assert_eq!(drifted.code, Some(3), "{}", drifted.all());
}

#[test]
fn another_process_is_5() {
    let context = TestContext::with(SPEC);
    let mut child = begun(&context);
    let other = context.run(&["apply", "--sandbox", "--yes"]);
    assert_eq!(other.code, Some(5), "{}", other.all());
    assert!(child.wait().expect("its end").success());
}

#[test]
fn partly_applied_is_6_and_resuming_is_0() {
    let context = TestContext::with(SPEC);
    let faults = r#"{"rules": [{"place": "west", "act": "create", "fault": "quota"}]}"#;
    let partly = with_faults(&context, &["apply", "--sandbox", "--yes"], faults);
    assert_eq!(partly.code, Some(6), "{}", partly.all());
    assert!(partly.err.contains("`relight apply --sandbox --resume`"), "{}", partly.err);
    assert_eq!(objects(&context), 2, "the other site and the zone are there");
    // Another spec is another plan.
    context.write("main.hcl", &SPEC.replace("shop.example", "store.example"));
    let other = context.run(&["apply", "--sandbox", "--yes", "--resume"]);
    assert_eq!(other.code, Some(3), "{}", other.all());
    context.write("main.hcl", SPEC);
    let resumed = context.run(&["apply", "--sandbox", "--yes", "--resume"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.all());
    assert_eq!(objects(&context), 3);
}

#[test]
fn a_resumed_run_knows_its_variables() {
    let spec = SPEC.replace("\"shop.example\"", "var.zone");
    let context = TestContext::with(&format!("{spec}\nvariable \"zone\" {{\n  type = string\n}}\n"));
    let faults = r#"{"rules": [{"place": "west", "act": "create", "fault": "quota"}]}"#;
    let zone = ["--var", "zone=shop.example"];
    let partly = with_faults(&context, &[&["apply", "--sandbox", "--yes"][..], &zone].concat(), faults);
    assert_eq!(partly.code, Some(6), "{}", partly.all());
    let other = context.run(&["apply", "--sandbox", "--yes", "--resume", "--var", "zone=store.example"]);
    assert_eq!(other.code, Some(3), "{}", other.all());
    let resumed = context.run(&["apply", "--sandbox", "--yes", "--resume"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.all());
    assert_eq!(
        context.run(&[&["plan", "--sandbox", "--detailed-exitcode"][..], &zone].concat()).code,
        Some(0)
    );
}

#[test]
fn an_unreachable_site_is_7_and_changes_nothing_unless_allowed() {
    let context = TestContext::with(SPEC);
    let outage = r#"{"outages": ["west"]}"#;
    let refused = with_faults(&context, &["apply", "--sandbox", "--yes"], outage);
    assert_eq!(refused.code, Some(7), "{}", refused.all());
    assert_eq!(objects(&context), 0);
    for how in [&["--allow-unreachable"][..], &["--lost", "west"]] {
        let arguments: Vec<&str> = ["apply", "--sandbox", "--yes"].iter().chain(how).copied().collect();
        let ran = with_faults(&context, &arguments, outage);
        assert_eq!(ran.code, Some(0), "{how:?}: {}", ran.all());
        assert_eq!(objects(&context), 2);
    }
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    assert_eq!(objects(&context), 3);
}

#[test]
fn an_interrupt_is_130_and_leaves_nothing_in_doubt() {
    let last = "resource \"aws_sns_topic\" \"last\" {\n  depends_on = [aws_route53_zone.shop]\n}\n";
    let context = TestContext::with(&format!("{SPEC}{last}"));
    let mut child = begun(&context);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill").success());
    assert_eq!(child.wait().expect("its end").code(), Some(130));
    assert_eq!(objects(&context), 3, "what was under way has ended, what waited for it was not begun");
    let ran = context.run(&["apply", "--sandbox", "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    assert_eq!(objects(&context), 5);
}

/// A zone takes half a minute: its own timeout, where it sets one, ends the wait.
#[test]
fn a_resource_says_how_long_it_may_take() {
    let hasty = SPEC.replace("\"shop.example\"", "\"shop.example\"\n  timeouts {\n    create = \"10s\"\n  }");
    let context = TestContext::with(&hasty);
    let ran = context.run(&["apply", "--sandbox", "--yes"]);
    assert!(ran.code == Some(6) && ran.err.contains("it takes too long"), "{}", ran.all());
    let context = TestContext::with(&hasty.replace("10s", "1m30s"));
    let ran = context.run(&["apply", "--sandbox", "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
}

/// What stands in the way of a deletion may take a quarter of an hour to go by itself.
#[test]
fn a_deletion_waits_for_what_is_in_use() {
    let context = TestContext::with(SPEC);
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    let faults = |first: u32| {
        format!(
            r#"{{"rules": [{{"place": "west", "kind": "aws_vpc", "act": "delete", "fault": "conflict", "first": {first}}}]}}"#
        )
    };
    let ran = with_faults(&context, &["destroy", "--sandbox", "--yes", "--site", "west"], &faults(25));
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    let ran = with_faults(&context, &["destroy", "--sandbox", "--yes", "--site", "west"], &faults(99));
    assert_eq!(ran.code, Some(6), "not for ever: {}", ran.all());
}

/// A site that dies under way keeps its run open. What is said then is the way out, to the letter.
#[test]
fn a_site_that_dies_under_way_keeps_nobody_waiting() {
    let context = TestContext::with(SPEC);
    let dying = r#"{"rules": [{"place": "west", "act": "create", "fault": "lost_after"}, {"place": "west", "kind": "aws_vpc", "act": "read", "fault": "lost_before"}]}"#;
    let ran = with_faults(&context, &["apply", "--sandbox", "--yes"], dying);
    assert_eq!(ran.code, Some(6), "{}", ran.all());
    let outage = r#"{"outages": ["west"]}"#;
    let again = with_faults(&context, &["apply", "--sandbox", "--yes"], outage);
    assert_eq!(again.code, Some(6), "{}", again.all());
    for ran in [ran, again] {
        assert!(ran.err.contains("`relight apply --sandbox --resume`"), "{}", ran.err);
        assert!(ran.err.contains("`relight apply --sandbox --lost west`"), "{}", ran.err);
    }
    let ran = with_faults(&context, &["apply", "--sandbox", "--yes", "--lost", "west"], outage);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    // It comes back, with what was made there unseen: that is found, and nothing is made twice.
    let ran = context.run(&["apply", "--sandbox", "--yes"]);
    assert!(ran.code == Some(0) && ran.all().contains("All 3 objects are as the spec says"), "{}", ran.all());
}

#[test]
fn what_is_easily_mistaken_is_answered_with_the_way() {
    let context = TestContext::with(SPEC);
    for (arguments, hint) in
        [(["apply", "."], "-C DIR"), (["apply", "main.hcl"], "-C DIR"), (["output", "nope"], "no outputs")]
    {
        let ran = context.run(&[&arguments[..], &["--sandbox"]].concat());
        assert!(ran.code == Some(1) && ran.err.contains(hint), "{arguments:?}: {}", ran.all());
    }
    for arguments in [["plan", "--dry-run"], ["graph", "--format=json"]] {
        let ran = context.run(&[&arguments[..], &["--sandbox"]].concat());
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.all());
    }
}
