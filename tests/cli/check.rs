//! `check` and `runbook`: what is known before the day, and what is written down for it.

use std::path::Path;

use crate::context::TestContext;

fn shop() -> TestContext {
    let context = TestContext::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/webshop");
    for file in std::fs::read_dir(example).expect("the example") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|end| end == "hcl") {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
            context.write(name, &std::fs::read_to_string(&path).expect("a file of the example"));
        }
    }
    context
}

fn ended(context: &TestContext, arguments: &[&str], code: i32) -> String {
    let ran = context.run(arguments);
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.all());
    ran.all()
}

#[test]
fn the_web_shop_is_ready_but_for_what_it_says() {
    let context = shop();
    insta::assert_snapshot!("check", ended(&context, &["check"], 0));
    insta::assert_snapshot!("check_markdown", ended(&context, &["check", "--format", "markdown"], 0));
    ended(&context, &["check", "--strict"], 4);
    let json = context.run(&["check", "--format", "json", "--lost", "virginia"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("a document");
    assert_eq!((&json["errors"], &json["warnings"]), (&0.into(), &2.into()));
    let refused = ended(&context, &["check", "--lost", "oregon"], 1);
    assert!(refused.contains("`oregon` serves nothing"), "{refused}");
    let plan = ended(&context, &["plan", "--sandbox"], 0);
    assert!(plan.contains("\nrelight check: 2 warnings.\n"), "{plan}");
}

#[test]
fn an_error_ends_with_four_and_hinders_no_plan() {
    let context = shop();
    let data = context.read("data.hcl");
    context.write(
        "data.hcl",
        &data.replace("  standby { replicate_source_db", "  # standby { replicate_source_db"),
    );
    let found = ended(&context, &["check"], 4);
    assert!(found.contains("RL1019"), "{found}");
    let json = context.run(&["plan", "--sandbox", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("a document");
    assert_eq!(json["envelope"]["readiness"]["errors"], 1);
}

#[test]
fn a_runbook_is_the_same_each_time() {
    let context = shop();
    ended(&context, &["apply", "--sandbox", "--yes"], 0);
    let first = ended(&context, &["runbook", "--sandbox", "--var", "instance_type=m7g.large"], 0);
    insta::assert_snapshot!("runbook", first);
    assert_eq!(ended(&context, &["runbook", "--sandbox", "--var", "instance_type=m7g.large"], 0), first);
    let gone = "resource \"aws_eip\" \"gone\" {\n  primary { exists = false }\n}\n\nresource \"aws_sns_topic\" \"late\" {\n  name = \"late\"\n  site \"oregon\" { display_name = aws_eip.gone.public_ip }\n}\n";
    context.write("late.hcl", gone);
    let text = ended(&context, &["runbook", "--sandbox"], 4);
    assert!(text.contains("**It cannot be planned now**") && text.contains("RL1001"), "{text}");
    let refused = ended(&context, &["runbook", "--sandbox", "--lost", "oregon"], 1);
    assert!(refused.contains("nothing takes over when `oregon` is lost"), "{refused}");
}
