//! Whatever is read, it ends with diagnostics: no panic, no overflow, no hang.

use crate::support::{Memory, read, read_text};
use proptest::prelude::*;
use relight::diag::{Span, codes};
use relight::spec::{parse_assignments, parse_expression, parse_template};

/// The spec that is mangled: something of everything.
const SEED: &str = r#"
topology "shop" {
  objective { rto = "15m" }
}
site "oregon" {
  provider = "aws"
  role     = "standby"
}
variable "x" {
  type    = object({ a = optional(list(string), ["b"]) })
  default = {}
}
locals {
  text = <<-EOT
    a ${var.x.a[0]} %{ if true ~} b %{ endif }
  EOT
  list = [for k, v in { a = 1, "b" : -2.5e3 } : "${k}=${v}" if v != null ? true : !false]
}
resource "aws_vpc" "main" {
  for_each = toset(["a"]) # comment
  cidr     = cidrsubnet(site.cidr, 8, each.key)
  dynamic "ingress" {
    for_each = local.list[*].x
    content { port = ingress.value }
  }
  standby "warm" { exists = false }
  lifecycle { ignore_changes = [tags["a"]] }
}
moved {
  from = aws_vpc.a
  to   = module.b.aws_vpc.main["x"]
}
"#;

#[test]
fn deep_nesting_and_long_chains_end_in_diagnostics() {
    let deep =
        |open: &str, close: &str, count: usize| format!("{}1{}", open.repeat(count), close.repeat(count));
    for count in [60, 100, 1_000, 200_000] {
        for text in [
            deep("[", "]", count),
            deep("(", ")", count),
            deep("{a=", "}", count),
            deep("\"${", "}\"", count),
            deep("f(", ")", count),
            deep("a[", "]", count),
            format!("{}1", "-".repeat(count)),
            format!("{}true", "!".repeat(count)),
            format!("1{}", " + 1".repeat(count)),
            format!("a.b{}", ".c".repeat(count)),
            format!("a.b{}", "[0]".repeat(count)),
            format!("a.b{}", "[*]".repeat(count)),
            format!("{}1", "true ? 1 : ".repeat(count)),
            format!("\"{}{}\"", "%{if true}".repeat(count), "%{endif}".repeat(count)),
        ] {
            let expression = parse_expression(&text, Span::NONE.file);
            assert!(count < 1_000 || expression.is_err(), "{}", &text[..40]);
            let _ = parse_template(&format!("${{{text}}}"), Span::NONE.file);
            let (_, problems) = read_text(&format!("locals {{\n  a = {text}\n}}\n"));
            assert!(count < 1_000 || !problems.is_empty(), "{}", &text[..40]);
        }
        let blocks = format!("{}{}", "a {\n".repeat(count), "}\n".repeat(count));
        let (_, problems) = read_text(&format!("resource \"x_y\" \"z\" {{\n{blocks}}}\n"));
        assert!(count < 100 || problems.iter().any(|line| line.starts_with("RL0106")), "{problems:?}");
    }
}

#[test]
fn many_things_that_are_never_closed_take_no_time() {
    for line in [
        "locals { a = <<X",
        "locals { /*",
        "locals { a = \"",
        "locals {",
        "locals { a = [",
        "}",
        "locals { a = \"${",
    ] {
        let (_, problems) = read_text(&format!("{line}\n").repeat(100_000));
        assert!(!problems.is_empty(), "{line}");
    }
}

#[test]
fn large_objects_are_refused_before_they_take_time() {
    let entries: String = (0..30_000).map(|index| format!("    k{index} = {index}\n")).collect();
    let (_, problems) = read_text(&format!("locals {{\n  a = {{\n{entries}  }}\n}}\n"));
    assert!(problems.len() == 1 && problems[0].starts_with("RL0316 20003:"), "{problems:?}");
    let (spec, problems) = read_text(&format!("locals {{\n{entries}}}\n"));
    assert!(
        problems.is_empty() && spec.modules[0].locals.len() == 30_000,
        "a block may be long: {problems:?}"
    );
}

#[test]
fn large_and_mangled_files_are_refused() {
    let mut folder = Memory::new([("b.tf", "locals {}\n"), ("c.tf", "locals {}\n")]);
    folder.0.insert("a.tf".to_owned(), vec![b' '; 100 * 1024 * 1024]);
    folder.0.insert("b.tf".to_owned(), b"locals {\n  a = \"\xff\"\n}\n".to_vec());
    let (spec, problems, _) = read(&folder);
    let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [codes::FILE_TOO_LARGE, codes::NOT_UTF8]);
    assert!(
        problems
            .iter()
            .any(|problem| problem.message.contains("`b.tf`") && problem.message.contains("line 2"))
    );
    assert_eq!(spec.files.len(), 1, "the good one is read");
}

fn swallow(text: &str) {
    let _ = read_text(text);
    let _ = parse_expression(text, Span::NONE.file);
    let _ = parse_template(text, Span::NONE.file);
    let _ = parse_assignments(text, Span::NONE.file);
}

/// A seed with a piece cut out, doubled or replaced by something nasty.
fn mangled() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just(String::new()),
        "[{}\\[\\]()\"$%~<>=.,:?*#/\\\\\n-]{1,6}",
        Just("${".to_owned()),
        Just("%{ for ".to_owned()),
        Just("<<-EOT\n".to_owned()),
        Just("/*".to_owned()),
        Just("\u{feff}é\u{0}".to_owned()),
        Just("1e999".to_owned()),
    ];
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), nasty);
    prop::collection::vec(cut, 1..4).prop_map(|cuts| {
        let mut text = SEED.to_owned();
        for (from, to, nasty) in cuts {
            let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
            let (from, to) = (text.floor_char_boundary(from), text.floor_char_boundary(to));
            text.replace_range(from..to, &nasty);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        swallow(&text);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut folder = Memory::default();
        folder.0.insert("main.tf".to_owned(), bytes.clone());
        let _ = read(&folder);
        swallow(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn mangled_specs_never_panic(text in mangled()) {
        swallow(&text);
    }

    /// Cutting a file into pieces finds an error if and only if the parser does that sees the whole file.
    #[test]
    fn pieces_are_as_right_as_the_whole(text in mangled()) {
        let whole = hcl_edit::parser::parse_body(&text).is_ok();
        let (_, problems) = read_text(&text);
        let syntax = problems.iter().any(|line| line.starts_with("RL0101 ") || line.starts_with("RL0106 "));
        // Numbers past what the parser's own type holds are read exactly here, and refused by it.
        let beyond = regex::Regex::new("[0-9][eE][+-]?[0-9]{3}").unwrap().is_match(&text);
        if !whole && !beyond {
            prop_assert!(problems.iter().any(|line| !line.contains("(note)")), "{}", text);
        }
        if whole && syntax {
            // Only what is refused on purpose: quoted text over several lines, and paths that read otherwise.
            let known = ["not closed on its line", "over several lines", "Two indexes", "behind another", "never closed"];
            prop_assert!(problems.iter().any(|line| known.iter().any(|words| line.contains(words))), "{:?}\n{}", problems, text);
        }
    }
}

#[test]
fn the_seed_itself_is_right() {
    let (spec, problems) = read_text(SEED);
    assert_eq!(problems, [""; 0]);
    assert_eq!(spec.modules[0].resources.len(), 1);
}
