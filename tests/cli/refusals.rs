//! Places that refuse, and what is said to whoever has to put it right.

use std::path::Path;
use std::process::Command;

use crate::context::{Ran, TestContext};

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

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
"#;

fn with_fault(context: &TestContext, arguments: &[&str], rule: &str) -> Ran {
    let mut command: Command = context.command(arguments);
    command.env("RELIGHT_SANDBOX_FAULTS", format!("{{\"rules\": [{rule}]}}"));
    context.run_with(command, "")
}

/// Who answers and refuses is not lost: no code 7, no word of `--lost`, and nothing goes on without it.
#[test]
fn a_site_that_refuses_is_an_error_and_not_a_loss() {
    let context = TestContext::with(SPEC);
    let denied = r#"{"place": "west", "act": "list", "fault": "denied"}"#;
    for arguments in [
        &["plan", "--sandbox"][..],
        &["apply", "--sandbox", "--yes"],
        &["apply", "--sandbox", "--yes", "--allow-unreachable"],
    ] {
        let ran = with_fault(&context, arguments, denied);
        assert_eq!(ran.code, Some(1), "{arguments:?}: {}", ran.all());
        assert!(ran.err.contains("`west` cannot be read: denied"), "{}", ran.err);
        assert!(ran.err.contains("`relight schema --iam-policy`"), "{}", ran.err);
        assert!(!ran.err.contains("--lost"), "{}", ran.err);
        assert!(!ran.out.contains("No changes") && !ran.out.contains("Nothing is there"), "{}", ran.out);
    }
    let ran = context.run(&["status", "--sandbox", "--format", "json"]);
    assert!(ran.out.contains("\"objects\": 0"), "{}", ran.out);
}

#[test]
fn a_failed_step_says_what_to_do() {
    let context = TestContext::with(SPEC);
    let quota = r#"{"place": "west", "act": "create", "fault": "quota"}"#;
    let ran = with_fault(&context, &["apply", "--sandbox", "--yes"], quota);
    assert_eq!(ran.code, Some(6), "{}", ran.all());
    assert!(ran.err.contains("hint: a quota of"), "{}", ran.err);
}

/// What a `provider` block of Terraform's says of credentials counts, down to the blocks in it.
#[test]
fn a_role_of_a_provider_block_is_read_and_checked() {
    let role = |body: &str| {
        format!("{SPEC}\nprovider \"aws\" {{\n  region = \"us-east-1\"\n  assume_role {{\n{body}\n  }}\n}}\n")
    };
    let known = "    role_arn = \"arn:aws:iam::123456789012:role/deploy\"\n    external_id = \"word\"";
    let context = TestContext::with(&role(known));
    assert_eq!(context.run(&["plan", "--sandbox", "--out", "plan.json"]).code, Some(0));
    let plan: serde_json::Value = serde_json::from_str(&context.read("plan.json")).expect("a plan");
    let role_of = &plan["content"]["places"]["west"]["settings"]["assume_role"];
    assert_eq!(role_of["role_arn"], "arn:aws:iam::123456789012:role/deploy", "{role_of}");
    assert_eq!(role_of["external_id"], "word");

    let context = TestContext::with(&role("    external_id = \"word\""));
    let ran = context.run(&["validate"]);
    assert!(ran.code == Some(1) && ran.all().contains("`assume_role` has no `role_arn`"), "{}", ran.all());

    let context = TestContext::with(&role(&format!("{known}\n    source_identity = \"me\"")));
    let ran = context.run(&["validate"]);
    assert!(ran.code == Some(0) && ran.all().contains("`source_identity`"), "{}", ran.all());
}

#[test]
fn a_spec_tells_the_least_policy_that_it_needs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/webshop");
    let folder = folder.to_str().expect("UTF-8");
    let context = TestContext::new();
    let ran = context.run(&["-C", folder, "schema", "--iam-policy"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    insta::assert_snapshot!("policy", ran.out);
    let all: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let actions = |of: &str| -> Vec<String> {
        let listed = all[of]["Statement"][0]["Action"].as_array().cloned().unwrap_or_default();
        listed.iter().filter_map(|action| action.as_str().map(str::to_owned)).collect()
    };
    let (plan, apply, failover) = (actions("plan"), actions("apply"), actions("failover"));
    assert!(plan.is_sorted() && apply.is_sorted() && failover.is_sorted());
    assert!(plan.iter().all(|action| apply.contains(action) && failover.contains(action)));
    assert!(
        failover.iter().all(|action| apply.contains(action)),
        "a failover does nothing that apply may not"
    );
    let reads = |action: &String| ["Describe", "List", "Get"].iter().any(|word| action.contains(word));
    assert!(plan.iter().all(reads), "{plan:?}");
    assert!(failover.contains(&"rds:PromoteReadReplica".to_owned()));
    for never in
        ["ec2:CreateVpc", "ec2:DeleteVpc", "rds:CreateDBInstance", "rds:DeleteDBInstance", "s3:CreateBucket"]
    {
        assert!(apply.contains(&never.to_owned()) && !failover.contains(&never.to_owned()), "{never}");
    }
    let one = context.run(&["-C", folder, "schema", "--iam-policy", "plan"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&one.out).expect("JSON"), all["plan"]);
}

/// What cannot be read is not said to be as it should be, be it refused, silent or lost.
#[test]
fn nothing_is_claimed_of_what_is_not_read() {
    let context = TestContext::with(SPEC);
    let denied = r#"{"act": "list", "fault": "denied"}"#;
    for (arguments, rule) in
        [(&["plan", "--sandbox"][..], denied), (&["plan", "--sandbox", "--lost", "west"], denied)]
    {
        let ran = with_fault(&context, arguments, rule);
        assert!(ran.out.contains("Nothing is planned: not everything can be read."), "{}", ran.out);
    }
    assert_eq!(context.run(&["apply", "--sandbox", "--yes"]).code, Some(0));
    let west = r#"{"place": "west", "act": "list", "fault": "denied"}"#;
    let ran = with_fault(&context, &["plan", "--sandbox"], west);
    assert!(ran.out.contains("No changes in what can be read. The one object there is as"), "{}", ran.out);
    let ran = with_fault(&context, &["plan", "--sandbox", "--format", "markdown"], west);
    assert!(ran.out.starts_with("### relight: not everything can be read"), "{}", ran.out);
}
