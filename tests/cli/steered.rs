//! Failovers of the examples that are there for them, in the sandbox.

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
    let done: Vec<usize> = ["promoted", "updated    aws_s3_object.switch@oregon"]
        .iter()
        .filter_map(|word| ran.err.find(word))
        .collect();
    assert!(done.len() == 2 && done[0] < done[1], "{}", ran.err);
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}
