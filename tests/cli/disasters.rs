//! Failovers of the examples in the sandbox: every posture, every number of sites.

use std::path::Path;
use std::process::Command;

use crate::context::TestContext;

/// An example, standing in the sandbox.
fn standing(example: &str, arguments: &[&str]) -> TestContext {
    let context = TestContext::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    for file in std::fs::read_dir(example).expect("the example") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|end| end == "hcl") {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
            context.write(name, &std::fs::read_to_string(&path).expect("a file of the example"));
        }
    }
    ended(&context, &[&["apply", "--yes"], arguments].concat(), 0);
    context
}

fn sandbox(context: &TestContext, arguments: &[&str]) -> Command {
    context.command(&[arguments, &["--sandbox"]].concat())
}

fn ended(context: &TestContext, arguments: &[&str], code: i32) -> String {
    let ran = context.run_with(sandbox(context, arguments), "");
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.all());
    ran.all()
}

/// The changes that a plan tells, as verb and address.
fn told(plan: &str) -> Vec<String> {
    let signs = ["+", "~", "-", "!"];
    let change = |line: &str| {
        let mut words = line.split_whitespace();
        let sign = words.next().filter(|_| line.starts_with("   "))?;
        signs.contains(&sign).then(|| words.take(2).collect::<Vec<_>>().join(" "))
    };
    plan.lines().filter_map(change).filter(|text| text.contains('.')).collect()
}

/// Neither the flag for unreachable places nor an answer of Route 53 is needed where a failover changes nothing there.
#[test]
fn traffic_that_a_data_plane_steers_needs_no_global_service() {
    let context = standing("steered", &[]);
    let takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "X"];
    let plan = ended(&context, &[&takes_over[..], &["--dry-run"]].concat(), 0);
    let expected =
        ["promote aws_db_instance.orders", "scale aws_autoscaling_group.web", "shift aws_s3_object.switch"];
    assert_eq!(told(&plan), expected, "{plan}");
    let mut command = sandbox(&context, &[&takes_over[..], &["--yes"]].concat());
    command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["aws"]}"#);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    assert!(ran.all().contains("nothing of this stands there"), "{}", ran.all());
    assert!(ran.all().contains("Recovered in "), "{}", ran.all());
    let done: Vec<usize> = ["promoted", "shifted    aws_s3_object.switch@oregon"]
        .iter()
        .filter_map(|word| ran.err.find(word))
        .collect();
    assert!(done.len() == 2 && done[0] < done[1], "{}", ran.err);
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

/// Routing controls are thrown by what memory knows of them: whoever configures them may be gone.
#[test]
fn routing_controls_need_no_global_service() {
    let context = standing("controls", &[]);
    let takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "X", "--yes"];
    let mut command = sandbox(&context, &takes_over);
    command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["aws"]}"#);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    let state = "shift aws_route53recoverycluster_routing_control_state";
    assert_eq!(told(&ran.out), [format!("{state}.virginia"), format!("{state}.oregon")], "{}", ran.out);
    for change in [r#"state "On" -> "Off""#, r#"state "Off" -> "On""#] {
        assert!(ran.out.contains(change), "{}", ran.out);
    }
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

/// The readier a standby is, the less is done on the day; what holds afterwards is the same.
#[test]
fn every_posture_of_the_web_shop_takes_over() {
    let takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "X"];
    let made = ["aws_eip.nat", "aws_nat_gateway.main", "aws_route.nat"].map(|name| format!("create {name}"));
    for (posture, makes, scaled) in [
        ("pilot_light", &made[..], Some("desired_capacity 0 -> 6, min_size 0 -> 4")),
        ("warm", &[], Some("desired_capacity 2 -> 6, min_size 2 -> 4")),
        ("hot", &[], None),
    ] {
        let value = format!("standby_posture={posture}");
        let posture = ["--var", &*value];
        let context = standing("webshop", &posture);
        ended(&context, &[&["plan", "--detailed-exitcode"], &posture[..]].concat(), 0);
        let plan = ended(&context, &[&takes_over[..], &["--dry-run"], &posture].concat(), 0);
        let told = told(&plan);
        let created = told.iter().filter(|text| text.starts_with("create"));
        assert_eq!(created.collect::<Vec<_>>(), makes.iter().collect::<Vec<_>>(), "{plan}");
        assert!(told.contains(&"promote aws_db_instance.orders".to_owned()), "{plan}");
        assert_eq!(told.iter().filter(|text| *text == "shift aws_route53_record.www").count(), 2, "{plan}");
        assert_eq!(told.contains(&"scale aws_autoscaling_group.web".to_owned()), scaled.is_some(), "{plan}");
        assert!(scaled.is_none_or(|scaled| plan.contains(scaled)), "{plan}");
        let done = ended(&context, &[&takes_over[..], &["--yes"], &posture].concat(), 0);
        assert!(done.contains("Recovered in ") && done.contains("within the RTO of 30m."), "{done}");
        ended(&context, &[&["plan", "--detailed-exitcode"], &posture[..]].concat(), 0);
    }
}

/// Nobody takes over where others serve already: traffic leaves the lost site, and that is all.
#[test]
fn of_two_primaries_the_lost_one_is_evacuated() {
    let context = standing("both", &[]);
    let evacuates = ["failover", "--lost", "virginia", "--incident", "X"];
    let plan = ended(&context, &[&evacuates[..], &["--dry-run"]].concat(), 0);
    assert_eq!(told(&plan), ["shift aws_route53_record.www"], "{plan}");
    assert!(plan.contains("[{ weight = 50 }] -> [{ weight = 0 }]"), "{plan}");
    let done = ended(&context, &[&evacuates[..], &["--yes"]].concat(), 0);
    assert!(done.contains("Recovered in "), "{done}");
    let quiet = ended(&context, &["plan", "--detailed-exitcode"], 0);
    assert!(quiet.contains("oregon     aws us-west-2   primary\n"), "{quiet}");
    let none_left = ended(&context, &["failover", "--lost", "oregon", "--incident", "Y", "--yes"], 1);
    assert!(none_left.contains("no primary is left"), "{none_left}");
    // Nobody took its place: it comes back as what it was.
    let back = ended(&context, &["reprotect", "--dry-run"], 0);
    assert!(back.contains("virginia   aws us-east-1   lost -> primary"), "{back}");
}

/// Of three sites either standby takes over, one after the other too, and nobody touches the one that does not.
#[test]
fn of_three_sites_either_standby_takes_over() {
    let expected =
        ["shift aws_route53_record.www", "promote aws_db_instance.orders", "scale aws_ecs_service.web"];
    let takes_over = |context: &TestContext, site: &str, lost: &[&str], before: u8| {
        let failover = [&["failover", site, "--incident", site], lost].concat();
        let plan = ended(context, &[&failover[..], &["--dry-run"]].concat(), 0);
        let told = told(&plan);
        assert!(expected.iter().all(|change| told.contains(&(*change).to_owned())), "{plan}");
        assert_eq!(told.len(), 4, "{plan}");
        assert!(plan.contains(&format!("desired_count {before} -> 6")), "{plan}");
        assert!(plan.contains("[{ weight = 0 }] -> [{ weight = 100 }]"), "{plan}");
        ended(context, &[&failover[..], &["--yes"]].concat(), 0);
        ended(context, &["plan", "--detailed-exitcode"], 0);
    };
    let context = standing("three", &[]);
    takes_over(&context, "oregon", &["--lost", "virginia"], 2);
    // It still follows the first primary: what the second one got since then is not in it.
    let both = ["failover", "ireland", "--incident", "Y", "--lost", "virginia", "--lost", "oregon", "--yes"];
    let refused = ended(&context, &both, 4);
    assert!(refused.contains("RL0816") && refused.contains("--accept-loss"), "{refused}");
    takes_over(&context, "ireland", &["--lost", "virginia", "--lost", "oregon", "--accept-loss"], 0);
    let status = ended(&context, &["status"], 0);
    assert!(!status.contains("aws_db_instance.orders@ireland"), "{status}");
    let context = standing("three", &[]);
    takes_over(&context, "ireland", &["--lost", "virginia"], 0);
}

/// Whatever steers the traffic, it comes home with the roles, and nothing is left to do.
#[test]
fn every_example_comes_home() {
    for (example, site, demotions) in [
        ("steered", &["oregon"][..], 2),
        ("three", &["oregon"], 4),
        ("both", &[], 0),
        ("controls", &["oregon"], 0),
    ] {
        let context = standing(example, &[]);
        let failover = [&["failover"], site, &["--lost", "virginia", "--incident", "X", "--yes"]].concat();
        ended(&context, &failover, 0);
        let home = ended(&context, &["failback", "--yes"], 0);
        assert!(told(&home).iter().any(|change| change.starts_with("shift ")), "{example}: {home}");
        // Each way, what stood by follows the new primary: the old one, and the third site.
        let demoted = told(&home).iter().filter(|change| change.starts_with("demote ")).count();
        assert_eq!(demoted, demotions, "{example}: {home}");
        ended(&context, &["plan", "--detailed-exitcode"], 0);
        let status = ended(&context, &["status"], 0);
        assert!(!status.contains("declared"), "{example}: {status}");
    }
}
