//! The command line as a process: results, problems, and exit codes.

mod adopt;
mod aurora;
mod builtin;
mod check;
mod context;
mod disasters;
mod drill;
mod exits;
mod failover;
mod fmt;
mod guards;
mod home;
mod reference;
mod refusals;
mod report;
mod saved;

use std::process::Stdio;

use context::TestContext;

/// Two sites and a value in each, which need no cloud's kinds.
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

variable "size" {
  type    = number
  default = 3
}

variable "token" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "first" {
  input = "${site.name} ${var.size}"
}

resource "terraform_data" "second" {
  input            = { of = terraform_data.first.id, token = var.token }
  triggers_replace = var.size > 5
}

output "ids" {
  value = terraform_data.second.output.of
}

output "token" {
  value     = var.token
  sensitive = true
}
"#;

#[test]
fn a_spec_becomes_a_plan_and_the_plan_becomes_objects() {
    let context = TestContext::with(SPEC);
    insta::assert_snapshot!("plan", context.run(&["plan", "--sandbox"]).all());
    let applied = context.run(&["apply", "--sandbox", "--yes", "--events", "events.jsonl"]);
    assert_eq!(applied.code, Some(0), "{}", applied.all());
    assert!(applied.err.contains("Done: 4 steps"), "{}", applied.err);
    insta::assert_snapshot!("unchanged", context.run(&["plan", "--sandbox", "--detailed-exitcode"]).all());
    let changed = ["plan", "--sandbox", "--detailed-exitcode", "--var", "size=6"];
    insta::assert_snapshot!("changed", context.run(&changed).all());
    let events = context.read("events.jsonl");
    let last: serde_json::Value = serde_json::from_str(events.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "run_finished");
    let destroyed = context.run(&["destroy", "--sandbox", "--yes"]);
    assert_eq!(destroyed.code, Some(0), "{}", destroyed.all());
    let status = context.run(&["status", "--sandbox", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!((&status["objects"], status["runs"].as_array().map(Vec::len)), (&0.into(), Some(2)));
}

#[test]
fn secrets_are_shown_only_to_who_asks_for_them() {
    let context = TestContext::with(SPEC);
    let everything = [
        context.run(&["plan", "--sandbox", "--details", "--out", "saved.json"]).all(),
        context.run(&["plan", "--sandbox", "--format", "json"]).all(),
        context.run(&["show", "saved.json", "--format", "terraform-json"]).all(),
        context.run(&["apply", "--sandbox", "--yes"]).all(),
        context.run(&["show"]).all(),
        context.run(&["output", "--sandbox"]).all(),
        context.run(&["output", "--sandbox", "--format", "json"]).all(),
        context.read("saved.json"),
    ];
    for text in everything {
        assert!(!text.contains("hunter2"), "{text}");
    }
    assert_eq!(context.run(&["output", "--sandbox", "--format", "raw", "token"]).out, "hunter2");
}

#[test]
fn nobody_is_asked_off_a_terminal() {
    let context = TestContext::with(SPEC);
    let refused = context.run(&["apply", "--sandbox"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    let status = context.run(&["status", "--sandbox", "--format", "json"]);
    assert!(status.out.contains("\"objects\": 0"), "{}", status.out);
}

#[test]
fn a_saved_plan_is_applied_once_and_only_while_it_fits() {
    let context = TestContext::with(SPEC);
    context.run(&["plan", "--sandbox", "--out", "saved.json"]);
    let other = context.run(&["apply", "--sandbox", "saved.json", "--var", "size=4"]);
    assert_eq!(other.code, Some(3), "{}", other.all());
    assert_eq!(context.run(&["apply", "--sandbox", "saved.json"]).code, Some(0));
    let again = context.run(&["apply", "--sandbox", "saved.json"]);
    assert_eq!(again.code, Some(3), "{}", again.all());
    let changed = context.read("saved.json").replacen("east 3", "east 9", 1);
    context.write("saved.json", &changed);
    let forged = context.run(&["apply", "--sandbox", "saved.json"]);
    assert_eq!(forged.code, Some(1));
    assert!(forged.err.contains("it was changed after planning"), "{}", forged.err);
}

/// A zone takes half a minute, here a tenth of that; the process gets a second.
#[test]
fn a_terminated_run_is_taken_up_again() {
    let zone = "resource \"aws_route53_zone\" \"shop\" {\n  name = \"shop.example\"\n}\n";
    let context = TestContext::with(&format!("{SPEC}{zone}"));
    let slow = ["apply", "--sandbox", "--yes", "--sandbox-speed", "10", "--events", "events.jsonl"];
    let mut child =
        context.command(&slow).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
    let begun = || {
        std::fs::read_to_string(context.path("events.jsonl"))
            .is_ok_and(|text| text.contains("aws_route53_zone"))
    };
    while !begun() && child.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    let terminated = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(terminated.expect("kill").success());
    assert_eq!(child.wait().expect("its end").code(), Some(130));
    let resumed = context.run(&["apply", "--sandbox", "--resume", "--yes"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.all());
    assert_eq!(context.run(&["plan", "--sandbox", "--detailed-exitcode"]).code, Some(0));
    assert_eq!(context.run(&["apply", "--sandbox", "--resume", "--yes"]).code, Some(1));
}

/// What stands already gives no step of its own, and is known to whoever waits for both.
#[test]
fn a_value_may_be_made_of_what_stands_and_of_what_is_to_be_made() {
    let topics = "resource \"aws_sns_topic\" \"news\" {\n  for_each = toset([\"a\", \"b\"])\n  name     = each.key\n}\n";
    let context = TestContext::with(&format!("{SPEC}{topics}"));
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    let queue = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_sqs_queue\" \"orders\" {\n  \
                 policy = jsonencode({ topics = [for topic in aws_sns_topic.news : topic.arn], vpc = aws_vpc.main.id })\n}\n";
    context.write("queue.hcl", queue);
    let applied = context.run(&["apply", "--sandbox", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}", applied.all());
    assert_eq!(context.run(&["plan", "--sandbox", "--detailed-exitcode"]).code, Some(0));
}

#[test]
fn values_follow_terraforms_order() {
    let context = TestContext::with(SPEC);
    let ask = |environment: &[(&str, &str)], flags: &[&str]| {
        let arguments: Vec<&str> = ["console"].iter().chain(flags).copied().collect();
        let mut command = context.command(&arguments);
        command.envs(environment.iter().copied());
        context.run_with(command, "var.size\n").out
    };
    assert_eq!(ask(&[], &[]), "3\n");
    assert_eq!(ask(&[("TF_VAR_size", "4")], &[]), "4\n");
    assert_eq!(ask(&[("TF_VAR_size", "4"), ("RELIGHT_VAR_size", "5")], &[]), "5\n");
    context.write("terraform.tfvars", "size = 6\n");
    assert_eq!(ask(&[("RELIGHT_VAR_size", "5")], &[]), "6\n");
    context.write("b.auto.tfvars.json", "{\"size\": 7}");
    assert_eq!(ask(&[], &[]), "7\n");
    context.write("more.tfvars", "size = 8\n");
    assert_eq!(ask(&[], &["--var", "size=9", "--var-file", "more.tfvars"]), "8\n");
    assert_eq!(ask(&[], &["--var-file", "more.tfvars", "--var", "size=9"]), "9\n");
}

#[test]
fn the_console_answers_line_by_line() {
    let context = TestContext::with(SPEC);
    let input = "1 + 1\nsite.region\nnope\nvar.token\nterraform_data.first.id\n";
    let ran = context.run_with(context.command(&["console", "--site", "west"]), input);
    insta::assert_snapshot!("console", ran.all());
    let bare = TestContext::new();
    let ran = bare.run_with(bare.command(&["console"]), "upper(\"a\")\n");
    assert_eq!((ran.code, &*ran.out), (Some(0), "\"A\"\n"), "{}", ran.err);
}

#[test]
fn a_wrong_spec_is_told_in_text_and_in_json() {
    let context = TestContext::with(&SPEC.replace("var.size > 5", "var.sizes > 5"));
    insta::assert_snapshot!("invalid", context.run(&["validate"]).all());
    let json = context.run(&["plan", "--sandbox", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json.out).expect("one document");
    assert_eq!((json.code, &report["errors"]), (Some(1), &1.into()));
}

#[cfg(not(feature = "aws"))]
#[test]
fn without_simulated_clouds_it_says_what_it_cannot_reach() {
    let vpc = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let context = TestContext::with(&format!("{SPEC}{vpc}"));
    let ran = context.run(&["plan"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("aws_vpc") && ran.err.contains("--sandbox"), "{}", ran.err);
    assert!(!ran.err.contains("terraform_data"), "{}", ran.err);
}

#[test]
fn a_reader_that_leaves_is_no_panic() {
    let context = TestContext::new();
    let mut child = context
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("its end");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &[][..]));
}

#[test]
fn wrong_arguments_end_with_one_since_two_means_changes() {
    let context = TestContext::new();
    assert_eq!(context.run(&["plan", "--nonsense"]).code, Some(1));
    assert_eq!(context.run(&["--version"]).code, Some(0));
    assert_eq!(context.run(&["plan", "--format", "dot"]).code, Some(1));
}
