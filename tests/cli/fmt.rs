//! `fmt` against what `terraform fmt` made of the same text, kept beside it.

use proptest::prelude::*;

use crate::context::TestContext;

const MESSY: &str = include_str!("fmt/messy.tf");
const CANONICAL: &str = include_str!("fmt/canonical.tf");

fn format(text: &str) -> String {
    let context = TestContext::new();
    let ran = context.run_with(context.command(&["fmt", "-"]), text);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.out
}

#[test]
fn the_layout_is_that_of_terraform_fmt() {
    assert_eq!(format(MESSY), CANONICAL);
    assert_eq!(format(CANONICAL), CANONICAL);
}

#[test]
fn only_what_parses_is_touched() {
    let context = TestContext::new();
    context.write("good.hcl", "locals{\na=1\n}\n");
    context.write("bad.hcl", "locals{\na=\n}\n");
    let checked = context.run(&["fmt", "--check", "--diff"]);
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("+  a = 1"), "{}", checked.out);
    assert_eq!(context.read("good.hcl"), "locals{\na=1\n}\n");
    let ran = context.run(&["fmt"]);
    assert_eq!((ran.code, &*ran.out), (Some(1), "good.hcl\n"));
    assert!(ran.err.contains("bad.hcl:2"), "{}", ran.err);
    assert_eq!(context.read("good.hcl"), "locals {\n  a = 1\n}\n");
    assert_eq!(context.read("bad.hcl"), "locals{\na=\n}\n");
}

/// Expressions of every sort, with spaces and line ends in odd places.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1.5".to_owned()),
        Just("a.b[0].*.c".to_owned()),
        Just("\"x ${ y } $${z} \\\" %{if a}b%{ endif }\"".to_owned()),
        Just("<<-EOT\n    ${ a }\n  b { [\n  EOT\n".to_owned()),
        Just("-  3".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|all| format!("[{}\n]", all.join(",\n "))),
            inner.clone().prop_map(|one| format!("{{ a={one}\n  bcd =1 # why\n}}")),
            inner.clone().prop_map(|one| format!("foo( {one} ,2 )")),
            inner.prop_map(|one| format!("(x?{one}\n: -y)")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn formatting_twice_is_formatting_once(values in proptest::collection::vec(expression(), 1..4)) {
        let lines: String = values.iter().enumerate().map(|(n, value)| format!("a{n}  ={value}\n")).collect();
        let once = format(&lines);
        prop_assert_eq!(format(&once), once.clone());
        // Only spaces may differ.
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(solid(&once), solid(&lines));
    }
}
