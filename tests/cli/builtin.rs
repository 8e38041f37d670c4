//! Built-in values on real clouds: they need none, and live beside the store.

use crate::context::{Ran, TestContext};

fn spec(input: &str, trigger: &str) -> String {
    let site = |name: &str, region: &str, role: &str| {
        format!("site \"{name}\" {{\n  provider = \"aws\"\n  region   = \"{region}\"\n  {role}\n}}\n")
    };
    format!(
        "topology \"demo\" {{}}\n{}{}resource \"terraform_data\" \"build\" {{\n  input            = \"{input} of ${{site.name}}\"\n  triggers_replace = \"{trigger}\"\n}}\noutput \"build\" {{\n  value = terraform_data.build.output\n}}\noutput \"id\" {{\n  value = terraform_data.build.id\n}}\n",
        site("east", "us-east-1", "role = \"primary\""),
        site("west", "us-west-2", "role = \"standby\"\n  posture = \"warm\""),
    )
}

fn outputs(context: &TestContext) -> serde_json::Value {
    let ran = context.run(&["output", "--format", "json"]);
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.all()))
}

fn change(context: &TestContext, input: &str, trigger: &str) -> Ran {
    context.write("main.hcl", &spec(input, trigger));
    let ran = context.run(&["apply", "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    let again = context.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(again.code, Some(0), "{}", again.all());
    ran
}

#[test]
fn a_built_in_value_needs_no_cloud() {
    let context = TestContext::with(&spec("one", "1"));
    let planned = context.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(planned.code, Some(2), "{}", planned.all());
    change(&context, "one", "1");
    let first = outputs(&context);
    assert!(
        first.to_string().contains("one of east") && first.to_string().contains("one of west"),
        "{first}"
    );

    change(&context, "two", "1");
    let second = outputs(&context);
    assert!(second.to_string().contains("two of west"), "{second}");
    assert_eq!(second["id"], first["id"], "an update keeps the object");
    change(&context, "two", "2");
    assert_ne!(outputs(&context)["id"], first["id"], "a replacement makes another");

    // Whoever loses all of it has it made anew.
    std::fs::remove_dir_all(context.path(".relight")).expect("the store");
    let lost = context.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(lost.code, Some(2), "{}", lost.all());
    change(&context, "two", "2");
    let end = context.run(&["destroy", "--yes"]);
    assert_eq!(end.code, Some(0), "{}", end.all());
    let ended = context.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(ended.code, Some(2), "{}", ended.all());
}

/// The objects may stay where memory is lost: then they are found by their owner.
#[test]
fn a_built_in_value_is_found_without_memory() {
    let context = TestContext::with(&spec("one", "1"));
    change(&context, "one", "1");
    let first = outputs(&context);
    std::fs::remove_dir_all(context.path(".relight/runs")).expect("the runs");
    let _ = std::fs::remove_file(context.path(".relight/memory.json"));
    let again = context.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(again.code, Some(0), "{}", again.all());
    assert_eq!(outputs(&context)["id"], first["id"]);
}
