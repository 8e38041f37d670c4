//! Reports at the command line: at the end of a failover, in a file, and of any run later.

use serde_json::Value as Json;

use crate::context::TestContext;
use crate::failover::{TAKES_OVER, ended, shop};

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    TAKES_OVER.iter().chain(more).copied().collect()
}

fn document(text: &str) -> Json {
    serde_json::from_str(text).expect("a document")
}

/// The last run, as JSON.
fn last(context: &TestContext) -> Json {
    let ran = context.run(&["show", "--sandbox", "--format", "json"]);
    document(&ran.out)["report"].clone()
}

#[test]
fn a_failover_ends_with_its_report_and_shows_it_again() {
    let context = shop();
    let mut command =
        context.command(&with(&["--yes", "--sandbox", "--detected", "1m", "--report", "report.md"]));
    command.env("RELIGHT_SANDBOX_FAULTS", r#"{"replica_lag_seconds": 400}"#);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    for said in [
        "RPO 6m40s of 5m, more than promised: aws_db_instance.orders@oregon is as far behind now.",
        " from the detection on, ",
        " from the approval on, within the RTO of 30m.",
        "RPO      6m40s, and the RPO is 5m: aws_db_instance.orders@oregon, read just before its promotion",
        "owed     2 debts of lost sites",
        "whole    relight show [RUN] --sandbox --format markdown",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let written = context.read("report.md");
    let heading = "# Failover of webshop (production) for INC-7\n\n**Recovered in ";
    assert!(written.starts_with(heading), "{written}");
    for row in ["| detected | ", "| virginia | aws us-east-1 | primary -> lost |", "| scale `aws_autoscaling"]
    {
        assert!(written.contains(row), "{row}: {written}");
    }
    let shown = ended(&context, &["show", "--format", "markdown"], 0);
    assert!(shown.contains(heading) && shown.contains("| RTO, from the detection on |"), "{shown}");
    let report = last(&context);
    assert_eq!(report["recovered"], true);
    assert_eq!((&report["rpo"]["lag_seconds"], &report["rpo"]["kept"]), (&400.into(), &false.into()));
    let seconds = |name: &str| report["rto"][name].as_u64().expect("a time");
    let apart = seconds("from_detection_seconds") - seconds("from_approval_seconds");
    assert!((59..70).contains(&apart), "{apart}");
    let status = ended(&context, &["status"], 0);
    assert!(status.contains("last recovery: [RUN]: Recovered in "), "{status}");
}

#[test]
fn a_failover_that_fails_is_reported_as_well() {
    let context = shop();
    let mut command =
        context.command(&with(&["--yes", "--sandbox", "--report", "report.json", "--format", "json"]));
    let rule = r#"{"rules": [{"kind": "aws_autoscaling_group", "act": "update", "fault": "capacity"}]}"#;
    command.env("RELIGHT_SANDBOX_FAULTS", rule);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(6), "{}", ran.all());
    let written = document(&context.read("report.json"));
    assert_eq!(document(&ran.out)["report"]["steps"], written["steps"]);
    assert_eq!((&written["recovered"], &written["stamps"]["validated_at"]), (&false.into(), &Json::Null));
    let ends: Vec<&str> =
        written["steps"].as_array().expect("steps").iter().filter_map(|step| step["end"].as_str()).collect();
    assert!(ends.contains(&"failed") && ends.contains(&"skipped"), "{ends:?}");
    // What finishes it counts from the approval that declared the roles.
    ended(&context, &with(&["--yes"]), 0);
    let later = last(&context);
    assert_eq!(later["recovered"], true, "{later}");
    let approved = |report: &Json| report["stamps"]["approved_at"].as_u64().expect("a time");
    let took = later["rto"]["from_approval_seconds"].as_u64().expect("a time");
    let since = later["stamps"]["validated_at"].as_u64().expect("a time") - approved(&written);
    assert!(took.abs_diff(since / 1000) <= 1, "{took} {since}");
}

#[test]
fn times_that_cannot_be_are_refused() {
    let context = shop();
    for (time, code, said) in [
        ("yesterday", 1, "write a time as `2026-11-21T03:04:05Z`"),
        ("2999-01-01T00:00:00Z", 1, "`--detected` is still to come"),
    ] {
        let all = ended(&context, &with(&["--yes", "--detected", time]), code);
        assert!(all.contains(said), "{all}");
    }
    let all = ended(&context, &with(&["--yes", "--report", "nowhere/report.md"]), 1);
    assert!(all.contains("nowhere/report.md"), "{all}");
    let status = ended(&context, &["status"], 0);
    assert!(!status.contains("last recovery"), "nothing was begun: {status}");
    ended(&context, &with(&["--dry-run", "--report", "report.md"]), 0);
    assert!(!context.path("report.md").exists(), "nothing ran, and nothing is told");
}
