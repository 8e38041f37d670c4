//! The way home: what was lost becomes a standby again, what serves moves back, and what was put aside is given up.

use std::process::Stdio;

use serde_json::Value as Json;

use crate::context::TestContext;
use crate::failover::{ended, shop, status, with};

const STANDBY: &str = r#"{"standby":"warm"}"#;
const PRIMARY: &str = "\"primary\"";

/// What `status` tells of each site: its declared role, or nothing.
fn declared(context: &TestContext) -> Vec<String> {
    let status = status(context);
    let sites = status["sites"].as_array().expect("sites").clone();
    sites.iter().map(|site| site["declared"]["role"].to_string()).collect()
}

fn put_aside(context: &TestContext) -> Vec<String> {
    let retired = status(context)["retired"].as_array().expect("what was put aside").clone();
    retired.iter().map(|debt| debt["address"].as_str().expect("an address").to_owned()).collect()
}

/// Nothing is left to do under the roles that hold: every managed attribute is as the spec says.
fn is_settled(context: &TestContext) {
    let plan = ended(context, &["plan", "--detailed-exitcode"], 0);
    assert!(plan.contains("No changes"), "{plan}");
}

/// How many objects stand where.
fn standing(context: &TestContext) -> Vec<Json> {
    let status = status(context);
    let sites = status["sites"].as_array().expect("sites").iter().map(|site| site["objects"].clone());
    sites.chain([status["objects"].clone()]).collect()
}

/// Runs a command while a site does not answer.
fn without(context: &TestContext, site: &str, arguments: &[&str]) -> Option<i32> {
    let mut command = context.command(arguments);
    command.env("RELIGHT_SANDBOX_FAULTS", format!(r#"{{"outages": ["{site}"]}}"#));
    context.run_with(command, "").code
}

/// A plan without the ids that the simulated cloud drew.
fn told(plan: &str) -> String {
    let line = |line: &str| match ["\"IyEv", "id = \"lt-"].iter().find_map(|drawn| line.find(drawn)) {
        Some(at) => format!("{}[DRAWN]\n", &line[..at]),
        None => format!("{line}\n"),
    };
    plan.lines().map(line).collect()
}

#[test]
fn everybody_comes_home_and_each_step_is_whole() {
    let context = shop();
    let first = standing(&context);
    ended(&context, &with(&["--yes"]), 0);
    let failback = ended(&context, &["failback", "--dry-run"], 0);
    assert!(failback.contains("reprotect webshop"), "{failback}");

    let dry = ended(&context, &["reprotect", "--dry-run", "--out", "saved.json"], 0);
    insta::assert_snapshot!("reprotect", told(&dry));
    assert_eq!(declared(&context), ["\"lost\"", PRIMARY]);
    ended(&context, &["apply", "saved.json"], 0);
    assert_eq!(declared(&context), [STANDBY, PRIMARY]);
    assert_eq!(status(&context)["debts"].as_array().map(Vec::len), Some(0));
    assert_eq!(put_aside(&context), ["aws_db_instance.orders@virginia"]);
    is_settled(&context);
    let again = ended(&context, &["reprotect", "--yes"], 0);
    assert!(again.contains("No changes"), "{again}");

    let dry = ended(&context, &["failback", "--dry-run"], 0);
    insta::assert_snapshot!("failback", told(&dry));
    let home = ended(&context, &["failback", "--yes"], 0);
    assert!(home.contains("promoted   aws_db_instance.orders@virginia"), "{home}");
    assert_eq!(declared(&context), ["null", "null"]);
    is_settled(&context);
    assert_eq!(standing(&context), first);

    for address in ["aws_db_instance.orders@oregon", "aws_db_instance.orders@virginia"] {
        assert_eq!(put_aside(&context).first().map(String::as_str), Some(address));
        let given_up = ended(&context, &["commit", "--delete", address, "--yes"], 0);
        assert!(given_up.contains(&format!("deleted    {address}")), "{given_up}");
        is_settled(&context);
    }
    assert_eq!(standing(&context), first);
}

/// One command does both, and one more has nothing to do.
#[test]
fn a_failback_alone_goes_all_the_way() {
    let context = shop();
    ended(&context, &with(&["--yes"]), 0);
    let home = ended(&context, &["failback", "--yes"], 0);
    assert!(home.contains("reprotect webshop") && home.contains("switchover webshop"), "{home}");
    assert_eq!(declared(&context), ["null", "null"]);
    is_settled(&context);
    let again = ended(&context, &["failback", "--yes"], 1);
    assert!(again.contains("nobody is away from home"), "{again}");
}

#[test]
fn sites_that_answer_change_their_roles_and_back() {
    let context = shop();
    let first = standing(&context);
    let there = ended(&context, &["switchover", "oregon", "--yes"], 0);
    let order = [
        "fenced     aws_autoscaling_group.web@virginia",
        "awaited    aws_db_instance.orders@oregon",
        "promoted   aws_db_instance.orders@oregon",
        "shifted    aws_route53_record.www@oregon",
        "retired    aws_db_instance.orders@virginia",
        "created    aws_db_instance.orders@virginia",
    ];
    let found = order.iter().map(|line| there.find(line).unwrap_or_else(|| panic!("{line}: {there}")));
    assert!(found.is_sorted(), "{there}");
    assert_eq!(declared(&context), [STANDBY, PRIMARY]);
    is_settled(&context);
    let again = ended(&context, &["switchover", "oregon", "--yes"], 0);
    assert!(again.contains("No changes"), "{again}");
    ended(&context, &["switchover", "virginia", "--yes"], 0);
    assert_eq!(declared(&context), ["null", "null"]);
    is_settled(&context);
    assert_eq!(standing(&context), first);
}

/// Killed wherever it is: the same command, or `resume`, goes on to the same end.
#[test]
fn what_was_cut_short_is_gone_on_with() {
    let cases: [(&str, &[&str]); 4] = [
        ("aws_autoscaling_group.web@virginia", &["switchover", "oregon", "--yes"]),
        ("aws_db_instance.orders@oregon", &["resume", "--yes"]),
        ("aws_route53_record.www@oregon", &["switchover", "oregon", "--yes"]),
        ("aws_db_instance.orders@virginia", &["resume", "--yes"]),
    ];
    for (reached, goes_on) in cases {
        let context = shop();
        let slow = ["switchover", "oregon", "--yes", "--sandbox", "--sandbox-speed", "200"];
        let slow: Vec<&str> = slow.into_iter().chain(["--events", "events.jsonl"]).collect();
        let mut slow = context.command(&slow);
        let mut child = slow.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary");
        let events = || std::fs::read_to_string(context.path("events.jsonl")).unwrap_or_default();
        while !events().contains(reached) && child.try_wait().expect("its state").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("a kill");
        child.wait().expect("its end");
        ended(&context, goes_on, 0);
        assert_eq!(declared(&context), [STANDBY, PRIMARY], "{reached}");
        is_settled(&context);
        assert_eq!(put_aside(&context), ["aws_db_instance.orders@virginia"], "{reached}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let context = shop();
    let refusals = |cases: &[(&[&str], &str)]| {
        for (arguments, said) in cases {
            let all = ended(&context, arguments, 1);
            assert!(all.contains(said), "{arguments:?}: {all}");
        }
    };
    refusals(&[
        (&["switchover", "atlantis"], "no site `atlantis`"),
        (&["switchover", "oregon", "--from", "oregon"], "does not serve"),
        (&["switchover", "oregon", "--lost", "virginia"], "a switchover needs both sites"),
        (&["switchover", "oregon"], "pass `--yes`"),
        (&["reprotect"], "no site is lost"),
        (&["reprotect", "virginia"], "`virginia` is not lost"),
        (&["failback"], "nobody is away from home"),
        (&["commit", "--delete", "nothing"], "`nothing` is no address"),
        (&["commit", "--delete", "aws_db_instance.orders@virginia"], "nothing was put aside at"),
        (&["resume"], "there is no run to go on with"),
    ]);
    let usage = ended(&context, &["reprotect", "--posture", "lukewarm"], 1);
    assert!(usage.contains("write one of pilot_light, warm, hot"), "{usage}");
    assert_eq!(status(&context)["epoch"], 0);
    ended(&context, &with(&["--yes"]), 0);
    refusals(&[
        (&["switchover", "virginia"], "it takes over once it is a standby again"),
        (&["reprotect", "oregon"], "`oregon` is not lost: its role is primary"),
        (&["reprotect", "--lost", "virginia"], "cannot be lost and be a standby again"),
    ]);
    assert_eq!(status(&context)["epoch"], 1);
}

/// Without both sites nothing is begun: a writer that nobody cut would go on.
#[test]
fn a_site_that_does_not_answer_is_not_switched() {
    let context = shop();
    for site in ["virginia", "oregon"] {
        let code = without(&context, site, &["switchover", "oregon", "--yes", "--sandbox"]);
        assert_eq!(code, Some(7), "{site}");
    }
    assert_eq!(status(&context)["epoch"], 0);
    // Nor does a site that is still dead become a standby.
    ended(&context, &with(&["--yes"]), 0);
    assert_eq!(without(&context, "virginia", &["reprotect", "--yes", "--sandbox"]), Some(7));
    assert_eq!(declared(&context), ["\"lost\"", PRIMARY]);
}

/// What was accepted stays, and the roles of the spec do not come back by themselves.
#[test]
fn an_accepted_recovery_holds() {
    let context = shop();
    ended(&context, &with(&["--yes"]), 0);
    let accepted = ended(&context, &["commit", "--yes"], 0);
    assert!(accepted.contains("Accepts the declared roles"), "{accepted}");
    assert_eq!(status(&context)["sites"][1]["declared"]["committed"], true);
    let again = ended(&context, &["commit"], 0);
    assert!(again.contains("No changes"), "{again}");
    is_settled(&context);
}
