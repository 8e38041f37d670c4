//! `failover`: the standby takes over, nothing else changes, and from then on that is what holds.

use std::path::Path;

use serde_json::Value as Json;

use crate::context::TestContext;

pub const TAKES_OVER: [&str; 6] = ["failover", "oregon", "--lost", "virginia", "--incident", "INC-7"];

/// The web shop, standing in the sandbox.
pub fn shop() -> TestContext {
    let context = TestContext::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/webshop");
    for file in std::fs::read_dir(example).expect("the example") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|end| end == "hcl") {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
            context.write(name, &std::fs::read_to_string(&path).expect("a file of the example"));
        }
    }
    ended(&context, &["apply", "--yes"], 0);
    context
}

/// Runs a command in the sandbox, and expects how it ends.
pub fn ended(context: &TestContext, arguments: &[&str], code: i32) -> String {
    let arguments: Vec<&str> = arguments.iter().chain(&["--sandbox"]).copied().collect();
    let ran = context.run(&arguments);
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.all());
    ran.all()
}

pub fn status(context: &TestContext) -> Json {
    let ran = context.run(&["status", "--sandbox", "--format", "json"]);
    serde_json::from_str(&ran.out).expect("a document")
}

pub fn with(more: &[&'static str]) -> Vec<&'static str> {
    TAKES_OVER.iter().chain(more).copied().collect()
}

#[test]
fn the_standby_takes_over_and_that_holds() {
    let context = shop();
    let dry = ended(&context, &with(&["--dry-run", "--out", "saved.json"]), 0);
    insta::assert_snapshot!("failover", dry);
    assert_eq!(status(&context)["epoch"], 0, "a dry run declares nothing");
    let done = ended(&context, &["apply", "saved.json", "--approve", "promote"], 0);
    assert!(done.contains("Recovered in ") && done.contains("within the RTO of 30m."), "{done}");

    let status = status(&context);
    let roles: Vec<&Json> =
        status["sites"].as_array().expect("sites").iter().map(|s| &s["declared"]).collect();
    assert_eq!((&roles[0]["role"], &roles[0]["incident"]), (&"lost".into(), &"INC-7".into()));
    assert_eq!((&roles[1]["role"], &roles[1]["epoch"]), (&"primary".into(), &1.into()));
    let owed: Vec<String> = status["debts"]
        .as_array()
        .expect("debts")
        .iter()
        .map(|debt| format!("{} {}", debt["verb"], debt["address"]))
        .collect();
    let expected =
        [r#""fence" "aws_autoscaling_group.web@virginia""#, r#""demote" "aws_db_instance.orders@virginia""#];
    assert_eq!(owed, expected);

    // What was declared is what is planned for, by whatever command, and nothing is left to do.
    let plan = ended(&context, &["plan", "--detailed-exitcode"], 0);
    assert!(plan.contains("No changes in what can be read."), "{plan}");
    let again = ended(&context, &with(&["--yes"]), 0);
    assert!(again.contains("No changes in what can be read."), "{again}");
    assert_eq!(self::status(&context)["epoch"], 1, "the same roles are not declared twice");
}

#[test]
fn a_failover_that_was_cut_short_is_finished_by_another() {
    let context = shop();
    let mut slow =
        context.command(&with(&["--yes", "--sandbox", "--sandbox-speed", "100", "--events", "events.jsonl"]));
    let mut child = slow
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary");
    let promoting = || {
        let events = std::fs::read_to_string(context.path("events.jsonl")).unwrap_or_default();
        events.contains("aws_db_instance.orders@oregon")
    };
    while !promoting() && child.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("a kill");
    child.wait().expect("its end");
    // The roles hold already: an apply would have to promote, and says who does that.
    assert_eq!(status(&context)["epoch"], 1);
    ended(&context, &with(&["--yes"]), 0);
    ended(&context, &["plan", "--detailed-exitcode"], 0);
    assert_eq!(status(&context)["epoch"], 1);
}

#[test]
fn what_cannot_be_is_refused_and_declares_nothing() {
    let context = shop();
    let cases: [(&[&str], &str); 8] = [
        (&["failover", "oregon", "--incident", "X"], "none is named"),
        (&["failover", "--lost", "virginia", "--incident", "X"], "say which standby: oregon"),
        (&["failover", "virginia", "--lost", "virginia", "--incident", "X"], "cannot be lost and take over"),
        (&["failover", "virginia", "--lost", "oregon", "--incident", "X"], "serves nothing"),
        (&["failover", "oregon", "--lost", "virginia"], "belongs to an incident"),
        (&["failover", "atlantis", "--lost", "virginia", "--incident", "X"], "no site `atlantis`"),
        (&["failover", "oregon", "--lost", "atlantis", "--incident", "X"], "no site `atlantis`"),
        (&["failover", "oregon", "--lost", "virginia", "--incident", "X"], "pass `--yes`"),
    ];
    for (arguments, said) in cases {
        let all = ended(&context, arguments, 1);
        assert!(all.contains(said), "{arguments:?}: {all}");
    }
    assert_eq!(status(&context)["epoch"], 0);
}

#[test]
fn what_was_not_applied_and_what_drifted_is_held() {
    let context = shop();
    let spec = context.read("compute.hcl").replace("deregistration_delay = 30", "deregistration_delay = 60");
    context
        .write("compute.hcl", &format!("{spec}\nresource \"aws_sns_topic\" \"new\" {{ name = \"new\" }}\n"));
    let all = ended(&context, &with(&["--yes"]), 0);
    for held in ["update   aws_lb_target_group.web@oregon", "create   aws_sns_topic.new@oregon"] {
        assert!(all.contains(held), "{held}: {all}");
    }
    assert!(!all.contains("updating  aws_lb_target_group") && !all.contains("creating"), "{all}");
    let later = ended(&context, &["plan", "--detailed-exitcode"], 2);
    assert!(later.contains("1 to create, 1 to update; 47 unchanged."), "{later}");
}

/// Roles that were declared show in the cloud: a clone without the store neither scales in nor demotes what serves.
#[test]
fn without_its_store_a_declared_failover_is_not_undone() {
    let context = shop();
    ended(&context, &with(&["--yes"]), 0);
    std::fs::remove_dir_all(context.path(".relight/sandbox/store")).expect("the store");
    for command in ["plan", "apply"] {
        let all = ended(&context, &[command], 4);
        assert!(all.contains("RL0815") && all.contains("`oregon` was declared primary in epoch 1"), "{all}");
    }
    // Declared again, nothing but the roles is done, and everybody goes on from there.
    let again = ended(&context, &with(&["--yes"]), 0);
    assert!(!again.contains("promot") && !again.contains("scaled"), "{again}");
    assert_eq!(status(&context)["epoch"], 2);
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

/// What Route 53's control plane would do waits for it, and everything else does not.
#[test]
fn a_global_service_that_is_gone_as_well_is_done_without() {
    let context = shop();
    let gone = |arguments: &[&'static str]| {
        let arguments: Vec<&str> =
            TAKES_OVER.iter().chain(arguments).chain(&["--yes", "--sandbox"]).copied().collect();
        let mut command = context.command(&arguments);
        command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["aws"]}"#);
        context.run_with(command, "")
    };
    let refused = gone(&[]);
    assert_eq!(refused.code, Some(7), "{}", refused.all());
    assert!(
        !refused.err.contains("--lost aws") && refused.err.contains("--allow-unreachable"),
        "{}",
        refused.err
    );
    assert_eq!(status(&context)["epoch"], 0);
    let done = gone(&["--allow-unreachable"]);
    assert_eq!(done.code, Some(0), "{}", done.all());
    assert!(done.err.contains("promoted") && !done.err.contains("aws_route53_record"), "{}", done.err);
    assert!(!done.out.contains("Recovered"), "{}", done.out);
    let rest = ended(&context, &with(&["--yes"]), 0);
    assert!(rest.contains("aws_route53_record.www@oregon in") && rest.contains("Recovered in"), "{rest}");
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

/// Who serves is not pushed aside by somebody who does not know of it.
#[test]
fn a_second_standby_does_not_take_over_beside_the_first() {
    let spec = |name: &str, region: &str, role: &str| {
        let posture = if role == "standby" { "posture = \"warm\"" } else { "" };
        format!(
            "site \"{name}\" {{\n  provider = \"aws\"\n  region = \"{region}\"\n  role = \"{role}\"\n  {posture}\n}}\n"
        )
    };
    let context = TestContext::with(&format!(
        "topology \"three\" {{}}\n{}{}{}resource \"aws_sns_topic\" \"news\" {{ name = \"news-${{site.name}}\" }}\n",
        spec("virginia", "us-east-1", "primary"),
        spec("oregon", "us-west-2", "standby"),
        spec("ireland", "eu-west-1", "standby"),
    ));
    ended(&context, &["apply", "--yes"], 0);
    ended(&context, &with(&["--yes"]), 0);
    let second = ["failover", "ireland", "--lost", "virginia", "--incident", "INC-8", "--yes"];
    let refused = ended(&context, &second, 1);
    assert!(refused.contains("`oregon` serves already") && refused.contains("--lost oregon"), "{refused}");
    assert_eq!(status(&context)["epoch"], 1);
    let both: Vec<&str> = second.iter().chain(&["--lost", "oregon"]).copied().collect();
    ended(&context, &both, 0);
    let roles: Vec<String> = status(&context)["sites"]
        .as_array()
        .expect("sites")
        .iter()
        .map(|site| site["declared"]["role"].to_string())
        .collect();
    assert_eq!(roles, ["\"lost\"", "\"lost\"", "\"primary\""]);
}

#[test]
fn a_site_that_does_not_answer_takes_nothing_over() {
    let context = shop();
    for more in [&[][..], &["--allow-unreachable"]] {
        let arguments: Vec<&str> =
            TAKES_OVER.iter().chain(more).chain(&["--yes", "--sandbox"]).copied().collect();
        let mut command = context.command(&arguments);
        command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["oregon"]}"#);
        let refused = context.run_with(command, "");
        assert_eq!(refused.code, Some(7), "{}", refused.all());
        assert!(refused.err.contains("takes nothing over"), "{}", refused.err);
    }
    assert_eq!(status(&context)["epoch"], 0);
}

/// Two people at two terminals: one of them is told to wait, and what was planned before somebody else did it is stale.
#[test]
fn one_failover_at_a_time() {
    let context = shop();
    ended(&context, &with(&["--dry-run", "--out", "saved.json"]), 0);
    let slow = with(&["--yes", "--sandbox", "--sandbox-speed", "300", "--events", "events.jsonl"]);
    let null = std::process::Stdio::null;
    let mut first = context.command(&slow).stdout(null()).stderr(null()).spawn().expect("the binary");
    let began = || std::fs::read_to_string(context.path("events.jsonl")).is_ok_and(|text| !text.is_empty());
    while !began() && first.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    let second = ended(&context, &with(&["--yes"]), 5);
    assert!(second.contains("in use by another process"), "{second}");
    assert!(first.wait().expect("its end").success());
    let stale = ended(&context, &["apply", "saved.json"], 3);
    assert!(stale.contains("was applied already, by"), "{stale}");
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

/// Without its store nothing is declared, and nothing is done.
#[test]
fn a_store_that_cannot_be_used_is_told() {
    let context = shop();
    std::fs::remove_dir_all(context.path(".relight")).expect("the store");
    context.write(".relight", "in the way");
    let refused = ended(&context, &with(&["--yes"]), 1);
    assert!(refused.contains("cannot use") && refused.contains(".relight"), "{refused}");
}

/// Traffic moves behind the probes, whoever plans it: an apply does not do what a failover held back.
#[test]
fn an_apply_moves_no_traffic_past_a_probe() {
    let context = shop();
    let spec = context.read("compute.hcl");
    let dead = spec
        .replace("http://${aws_lb.web.dns_name}/healthz", "http://nowhere.invalid/")
        .replace("\"10m\"", "\"1m\"");
    assert_ne!(spec, dead);
    context.write("compute.hcl", &dead);
    let failed = ended(&context, &with(&["--yes"]), 4);
    assert!(
        failed.contains("promoted") && failed.contains("skipped    aws_route53_record.www@oregon"),
        "{failed}"
    );
    let told = ended(&context, &["status"], 0);
    assert!(
        told.contains("`relight failover oregon --lost virginia --incident 'INC-7'` goes on with it"),
        "{told}"
    );
    let applied = ended(&context, &["apply", "--yes"], 0);
    assert!(applied.contains("a change of roles is not done") && !applied.contains("shifting"), "{applied}");
    context.write("compute.hcl", &spec);
    let done = ended(&context, &with(&["--yes"]), 0);
    assert!(
        done.contains("verified   probe.web@oregon")
            && done.contains("shifted    aws_route53_record.www@oregon"),
        "{done}"
    );
    ended(&context, &["plan", "--detailed-exitcode"], 0);
    assert!(!ended(&context, &["status"], 0).contains("goes on with it"));
}

/// In peace, a site that only a command calls lost keeps its traffic.
#[test]
fn an_apply_without_a_site_moves_no_traffic() {
    let context = shop();
    let applied = ended(&context, &["apply", "--lost", "virginia", "--yes"], 0);
    assert!(
        !applied.contains("shifting") && applied.contains("relight failover --lost virginia"),
        "{applied}"
    );
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}
