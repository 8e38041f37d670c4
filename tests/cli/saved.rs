//! Saved plans: what they bring along, and what makes them stale.

use crate::context::TestContext;

/// Two topics, and what they say about themselves.
fn spec(news: &str, alarms: &str) -> String {
    format!(
        r#"
topology "demo" {{}}

site "east" {{
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}}

variable "stage" {{
  type = string
}}

variable "token" {{
  type      = string
  default   = "hunter2"
  sensitive = true
}}

resource "aws_sns_topic" "news" {{
  name         = "news"
  display_name = "{news} ${{var.stage}}"
}}

resource "aws_sns_topic" "alarms" {{
  name         = "alarms"
  display_name = "{alarms}"
}}
"#
    )
}

const STAGE: [&str; 2] = ["--var", "stage=prod"];

fn run(context: &TestContext, arguments: &[&str]) -> (Option<i32>, String) {
    let arguments: Vec<&str> = arguments.iter().chain(&["--sandbox"]).copied().collect();
    let ran = context.run(&arguments);
    (ran.code, ran.all())
}

/// A folder in which the first spec is applied, the second is written, and a plan of it is saved.
fn planned(narrowing: &[&str]) -> TestContext {
    let context = TestContext::with(&spec("one", "one"));
    let (code, all) = run(&context, &[&["apply", "--yes"][..], &STAGE].concat());
    assert_eq!(code, Some(0), "{all}");
    context.write("main.hcl", &spec("two", "two"));
    let (code, all) = run(&context, &[&["plan", "--out", "saved.json"][..], &STAGE, narrowing].concat());
    assert_eq!(code, Some(0), "{all}");
    context
}

/// Somebody else changes one of the topics.
fn edited(context: &TestContext, news: &str, alarms: &str, topic: &str) {
    context.write("main.hcl", &spec(news, alarms));
    let (code, all) = run(context, &[&["apply", "--yes", "--target", topic][..], &STAGE].concat());
    assert_eq!(code, Some(0), "{all}");
    context.write("main.hcl", &spec("two", "two"));
}

const NARROWED: [&[&str]; 3] = [
    &["--target", "aws_sns_topic.news"],
    &["--target", "aws_sns_topic.news", "--replace", "aws_sns_topic.news"],
    &["--target", "aws_sns_topic.news", "--site", "east"],
];

#[test]
fn only_what_a_saved_plan_touches_makes_it_stale() {
    for narrowing in NARROWED {
        let context = planned(narrowing);
        edited(&context, "two", "by hand", "aws_sns_topic.alarms");
        let (code, all) = run(&context, &["apply", "saved.json"]);
        assert_eq!(code, Some(0), "{narrowing:?}: {all}");

        let context = planned(narrowing);
        edited(&context, "by hand", "two", "aws_sns_topic.news");
        let (code, all) = run(&context, &["apply", "saved.json"]);
        assert_eq!(code, Some(3), "{narrowing:?}: {all}");
        assert!(all.contains("`aws_sns_topic.news@east` is not as it was when planned"), "{all}");
    }
    let (code, all) = run(&planned(&["--replace", "aws_sns_topic.news"]), &["apply", "saved.json"]);
    assert_eq!(code, Some(0), "{all}");
    assert!(all.contains("deleted") && all.contains("aws_sns_topic.alarms"), "{all}");
}

#[test]
fn a_saved_plan_knows_its_variables_but_no_secret() {
    let context = planned(&[]);
    assert!(!context.read("saved.json").contains("hunter2"));
    for (other, hint) in [("stage=test", "--var 'stage=prod'"), ("token=other", "`token`")] {
        let (code, all) = run(&context, &["apply", "saved.json", "--var", other]);
        assert_eq!(code, Some(3), "{all}");
        assert!(all.contains(hint), "{all}");
    }
    let (code, all) = run(&context, &["apply", "saved.json", "--dry-run"]);
    assert!(code == Some(0) && all.contains("two prod"), "{all}");
    let (code, all) = run(&context, &["apply", "saved.json", "--target", "aws_sns_topic.news"]);
    assert!(code == Some(1) && all.contains("cannot be used with"), "{all}");
    let (code, all) = run(&context, &["apply", "saved.json"]);
    assert_eq!(code, Some(0), "{all}");
}

/// Whoever planned without a lost site applies without it: nothing is asked there.
#[test]
fn a_saved_plan_knows_which_site_was_lost() {
    let two = spec("one", "one")
        + "site \"west\" {\n  provider = \"aws\"\n  region = \"us-west-2\"\n  role = \"standby\"\n  posture = \"warm\"\n}\n";
    let context = TestContext::with(&two);
    let (code, all) =
        run(&context, &[&["plan", "--lost", "west", "--out", "saved.json"][..], &STAGE].concat());
    assert_eq!(code, Some(0), "{all}");
    let mut command = context.command(&["apply", "--sandbox", "saved.json"]);
    command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["west"]}"#);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.all());
}
