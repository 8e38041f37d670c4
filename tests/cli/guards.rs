//! Probes, gates and hooks of a failover, in the sandbox.

use std::process::Stdio;

use serde_json::Value as Json;

use crate::context::TestContext;
use crate::failover::{ended, shop, status, with};

/// The web shop, with something in a file of its spec written otherwise.
fn shop_but(file: &str, from: &str, to: &str) -> TestContext {
    let context = shop();
    let spec = context.read(file);
    assert!(spec.contains(from), "{file} has no {from}");
    context.write(file, &spec.replace(from, to));
    context
}

const ASKS: &str = "  before  = [aws_db_instance.orders]\n";

/// The same, with people who must say yes before the orders are promoted.
fn shop_of(more: &str) -> TestContext {
    shop_but("data.hcl", ASKS, &format!("{ASKS}  approvers = [\"ann\", \"bob\"]\n{more}"))
}

/// The events of a run that are about steps: `step_done promote aws_db_instance.orders@oregon`.
fn told(context: &TestContext) -> Vec<String> {
    let line = |line: &str| {
        let event: Json = serde_json::from_str(line).expect("an event");
        let part = |name: &str| event[name].as_str().map(str::to_owned);
        Some(format!("{} {} {}", part("event")?, part("verb")?, part("address")?))
    };
    context.read("events.jsonl").lines().filter_map(line).collect()
}

fn position(told: &[String], event: &str) -> usize {
    let found = told.iter().position(|told| told == event);
    found.unwrap_or_else(|| panic!("no `{event}` in {told:#?}"))
}

#[test]
fn a_failover_asks_before_it_promotes_and_before_and_after_traffic_moves() {
    let context = shop();
    let planned = ended(&context, &with(&["--dry-run"]), 0);
    for line in [
        "? approve  gate.promote@oregon  \"Promote the orders in oregon? The replica is 0 s behind.\"",
        "? verify   probe.web@oregon     http://webshop-production-web-",
        "? verify   probe.shop@oregon    http://www.webshop.example/healthz",
    ] {
        assert!(planned.contains(line), "{line}: {planned}");
    }
    ended(&context, &with(&["--yes", "--events", "events.jsonl"]), 0);
    let told = told(&context);
    let order = [
        "gate_asked approve gate.promote@oregon",
        "gate_allowed approve gate.promote@oregon",
        "step_started promote aws_db_instance.orders@oregon",
        "step_done promote aws_db_instance.orders@oregon",
        "step_started verify probe.web@oregon",
        "probe_told verify probe.web@oregon",
        "step_done verify probe.web@oregon",
        "step_started shift aws_route53_record.www@oregon",
        "step_done shift aws_route53_record.www@oregon",
        "step_started verify probe.shop@oregon",
        "step_done verify probe.shop@oregon",
    ];
    let positions: Vec<usize> = order.iter().map(|event| position(&told, event)).collect();
    assert!(positions.is_sorted(), "{positions:?} {told:#?}");
    // A second look finds nothing to do, and asks nobody.
    let again = ended(&context, &with(&["--dry-run"]), 0);
    assert!(!again.contains("gate.promote") && !again.contains("probe.web"), "{again}");
    let shown = ended(&context, &["show"], 0);
    assert!(shown.contains("allowed    gate.promote@oregon"), "{shown}");
}

#[test]
fn a_gate_of_certain_people_is_not_opened_by_others() {
    let context = shop_of("");
    for refused in [&["--yes"][..], &["--yes", "--approve", "promote=mallory"]] {
        let all = ended(&context, &with(refused), 1);
        assert!(all.contains("1 of ann, bob must say yes: pass `--approve promote=ann`"), "{all}");
    }
    assert_eq!(status(&context)["epoch"], 0);
    let all = ended(&context, &with(&["--yes", "--approve", "gate.promote=bob"]), 0);
    assert!(all.contains("allowed    gate.promote@oregon, by bob, --approve"), "{all}");
}

#[test]
fn a_gate_that_is_not_opened_leaves_the_orders_alone_until_somebody_says_yes() {
    let context = shop_of("  timeout = \"1s\"\n");
    let refused = ended(&context, &with(&["--yes", "--approvals", "approvals"]), 4);
    assert!(refused.contains("failed     gate.promote@oregon: denied: nobody said yes in time"), "{refused}");
    assert!(refused.contains("skipped    aws_db_instance.orders@oregon"), "{refused}");
    assert!(!refused.contains("promoted") && !refused.contains("aws_route53_record.www@oregon in"));
    let resumed = ended(&context, &["apply", "--resume", "--approve", "promote=ann"], 0);
    assert!(resumed.contains("promoted") && resumed.contains("verified   probe.shop@oregon"), "{resumed}");
}

#[test]
fn a_file_opens_a_gate_while_others_go_on() {
    let context = shop_of("  quorum = 2\n");
    context.write("approvals", "promote mallory\npromote ann\n");
    let arguments = with(&["--yes", "--sandbox", "--approvals", "approvals", "--events", "events.jsonl"]);
    let mut child =
        context.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
    let begun = || {
        std::fs::read_to_string(context.path("events.jsonl")).is_ok_and(|text| text.contains("gate_allowed"))
    };
    while !begun() && child.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    context.write("approvals", "promote ann\ngate.promote@oregon bob\n");
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    let told = told(&context);
    assert_eq!(told.iter().filter(|told| told.starts_with("gate_allowed")).count(), 2, "{told:#?}");
    let started = position(&told, "step_started update aws_autoscaling_group.web@oregon");
    assert!(started < position(&told, "step_started promote aws_db_instance.orders@oregon"), "{told:#?}");
}

#[test]
fn traffic_stays_where_it_is_while_the_new_site_does_not_answer() {
    let context = shop();
    let spec = context.read("compute.hcl");
    let line = "  target_group_arns         = [aws_lb_target_group.web.arn]\n";
    context.write("compute.hcl", &spec.replace(line, "  target_group_arns         = []\n"));
    ended(&context, &["apply", "--yes"], 0);
    let all = ended(&context, &with(&["--yes", "--events", "events.jsonl"]), 4);
    assert!(all.contains("failed     probe.web@oregon: internal: not up within 600 s: simulated: "), "{all}");
    let told = told(&context);
    assert!(!told.iter().any(|told| told.starts_with("step_started") && told.contains("route53_record")));
    position(&told, "step_skipped shift aws_route53_record.www@oregon");
    position(&told, "step_skipped verify probe.shop@oregon");
    let resumed = ended(&context, &["apply", "--resume", "--yes"], 4);
    assert!(
        !resumed.contains("gate.promote") && resumed.contains("failed     probe.web@oregon"),
        "{resumed}"
    );
}

const HOOK: &str = r#"
hook "warm" {
  on    = ["failover"]
  run   = ["./warm", site.name]
  env   = { LEVEL = "3" }
  after = [probe.web]
}
"#;

#[cfg(unix)]
#[test]
fn hooks_are_noted_in_the_sandbox_and_run_where_somebody_wants_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let context = shop();
    context.write("hooks.hcl", HOOK);
    let planned = ended(&context, &with(&["--dry-run"]), 0);
    assert!(planned.contains("> run      hook.warm@oregon"), "{planned}");
    let noted = ended(&context, &with(&["--yes"]), 0);
    assert!(noted.contains("noted      hook.warm@oregon: simulated: `./warm oregon` was not run"), "{noted}");

    let context = shop();
    context.write("hooks.hcl", HOOK);
    let script = "#!/bin/sh\necho \"$1 $LEVEL $RELIGHT_OPERATION $RELIGHT_SITE $RELIGHT_ROLE $RELIGHT_INCIDENT\" > warmed\necho it is cold >&2\nexit 3\n";
    context.write("warm", script);
    std::fs::set_permissions(context.path("warm"), std::fs::Permissions::from_mode(0o755)).expect("a script");
    let ran = ended(&context, &with(&["--yes", "--run-hooks"]), 4);
    assert!(ran.contains("failed     hook.warm@oregon: internal: the command ended with 3"), "{ran}");
    assert!(ran.contains("| it is cold"), "{ran}");
    assert_eq!(context.read("warmed"), "oregon 3 failover oregon primary INC-7\n");
}

/// Nobody's writers are cut for a question that is answered with no.
#[test]
fn a_switchover_that_is_refused_has_cut_nobody_off() {
    let context = shop_of("  timeout = \"1s\"\n");
    let refused = ended(&context, &["switchover", "oregon", "--yes", "--approvals", "approvals"], 4);
    assert!(refused.contains("failed     gate.promote@oregon"), "{refused}");
    assert!(refused.contains("skipped    aws_autoscaling_group.web@virginia"), "{refused}");
    assert!(!refused.contains("gate.promote@virginia") && !refused.contains("fencing"), "{refused}");
}
