//! Large, hostile and random specs: never a panic, never an endless run, and the same answer twice.

mod support;

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use relight::desired::{Assignment, Desired, desire};
use relight::diag::{Diagnostics, Sources, text};
use relight::shell::pipeline;
use relight::topology::Inputs;

const SITES: &str = r#"
topology "t" {}
site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = { cidr = "10.1.0.0/16" }
}
site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.2.0.0/16" }
}
"#;

/// What is wrong with a spec, and what it wants, data sources left open.
fn outcome(files: &[(&str, &str)]) -> (Diagnostics, String, Option<Desired>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let mut sources = Sources::new();
    let mut found = Diagnostics::new();
    let inputs = Inputs::default();
    let bound = pipeline::load(folder.path(), &support::registry(), &inputs, &mut sources, &mut found);
    // Also with errors: evaluation must stand whatever binding let pass.
    let desired = bound.expect("the folder").map(|bound| {
        let assignment = Assignment::peacetime(&bound.topology);
        desire(&bound.topology, &assignment, &Default::default(), &bound.files, None, &mut found)
    });
    let problems = text::render(&found, &sources, text::Style::default());
    (found, problems, desired)
}

/// Runs on a thread with the stack of a main thread.
fn on_8_megabytes(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn chains_of_100_000() {
    on_8_megabytes(|| {
        let mut spec = String::from(SITES).replace("site \"west\"", "# site \"west\"");
        spec = spec.split("# site").next().expect("the first part").to_owned();
        spec.push_str("locals {\n  l0 = 0\n");
        for index in 1..100_000 {
            let _ = writeln!(spec, "  l{index} = local.l{} + 1", index - 1);
        }
        spec.push_str("}\nresource \"terraform_data\" \"r0\" {}\n");
        for index in 1..100_000 {
            let _ = writeln!(
                spec,
                "resource \"terraform_data\" \"r{index}\" {{\n  input = terraform_data.r{}.output\n}}",
                index - 1
            );
        }
        spec.push_str("output \"last\" {\n  value = local.l99999\n}\n");
        let (found, problems, desired) = outcome(&[("main.hcl", &spec)]);
        assert!(found.is_empty(), "{problems}");
        let desired = desired.expect("something");
        assert_eq!(desired.instances.len(), 100_000);
        assert_eq!(desired.outputs["last"].value, relight_contract::Value::from(99_999_i64));
    });
}

#[test]
fn a_circle_of_100_000_is_told_in_a_few_lines() {
    on_8_megabytes(|| {
        let mut spec = String::from(SITES);
        spec.push_str("locals {\n");
        for index in 0..100_000 {
            let _ = writeln!(spec, "  l{index} = local.l{}", (index + 1) % 100_000);
        }
        spec.push_str("}\n");
        let (found, problems, _) = outcome(&[("main.hcl", &spec)]);
        assert!(found.has_errors());
        assert!(problems.contains("more ... ->") && problems.lines().count() < 60, "{problems}");
    });
}

#[test]
fn more_than_a_million_keys_are_refused() {
    let million = "toset(flatten([for a in range(1001) : [for b in range(1000) : \"${a}-${b}\"]]))";
    let spec =
        format!("{SITES}\nresource \"aws_eip\" \"nat\" {{\n  for_each = {million}\n  domain = \"vpc\"\n}}\n");
    let (found, problems, desired) = outcome(&[("main.hcl", &spec)]);
    assert!(found.has_errors() && problems.contains("RL0316"), "{problems}");
    assert!(desired.expect("a result").instances.is_empty());
}

#[test]
fn modules_too_deep_or_too_many_are_refused() {
    let deep: Vec<(String, String)> = (0..150)
        .map(|depth| {
            let path = if depth == 0 { "main.hcl".to_owned() } else { format!("m{depth}/main.tf") };
            let next = if depth == 0 { "./m1".to_owned() } else { format!("../m{}", depth + 1) };
            let call = format!("module \"next\" {{\n  source = \"{next}\"\n}}\n");
            let call = if depth == 149 { String::new() } else { call };
            (path, if depth == 0 { format!("{SITES}{call}") } else { call })
        })
        .collect();
    let files: Vec<(&str, &str)> = deep.iter().map(|(path, text)| (&**path, &**text)).collect();
    let (found, problems, _) = outcome(&files);
    assert!(found.has_errors() && problems.contains("RL0613"), "{problems}");

    // Each calls the next one ten times: a hundred thousand calls.
    let ten = |next: &str| {
        (0..10).map(|n| format!("module \"c{n}\" {{\n  source = \"{next}\"\n}}\n")).collect::<String>()
    };
    let wide: Vec<(String, String)> = (0..6)
        .map(|depth| match depth {
            0 => ("main.hcl".to_owned(), format!("{SITES}{}", ten("./w1"))),
            5 => ("w5/main.tf".to_owned(), "locals {\n  a = 1\n}\n".to_owned()),
            _ => (format!("w{depth}/main.tf"), ten(&format!("../w{}", depth + 1))),
        })
        .collect();
    let files: Vec<(&str, &str)> = wide.iter().map(|(path, text)| (&**path, &**text)).collect();
    let (found, problems, _) = outcome(&files);
    assert!(found.has_errors() && problems.contains("RL0613"), "{problems}");
}

/// A made-up spec: what is drawn from `choices` decides every word of it.
struct Author<'c> {
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
    text: String,
}

impl Author<'_> {
    fn pick(&mut self, count: u8) -> u8 {
        self.choices.next().copied().unwrap_or(0) % count
    }

    fn reference(&mut self) -> String {
        let (number, key) = (self.pick(4), self.pick(3));
        let name = match self.pick(12) {
            0 => format!("local.l{number}"),
            1 => format!("var.v{number}"),
            2 => format!("terraform_data.r{number}.output"),
            3 => format!("terraform_data.r{number}[\"k{key}\"].output"),
            4 => format!("module.m{}.out", number % 2),
            5 => "site.cidr".to_owned(),
            6 => format!("sites.west.terraform_data.r{number}.id"),
            7 => format!("primary.terraform_data.r{number}.input"),
            8 => format!("sites[local.l{number}].cidr"),
            9 => format!("terraform_data.r{number}[*].id"),
            10 => "each.key".to_owned(),
            _ => format!("aws_iam_role.g{}.arn", number % 2),
        };
        if self.pick(4) == 0 { format!("try({name}, \"none\")") } else { name }
    }

    fn expression(&mut self, depth: u8) -> String {
        if depth == 0 || self.pick(3) == 0 {
            return match self.pick(5) {
                0 => "\"west\"".to_owned(),
                1 => self.pick(9).to_string(),
                2 => "null".to_owned(),
                _ => self.reference(),
            };
        }
        let (a, b) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.pick(9) {
            0 => format!("[{a}, {b}]"),
            1 => format!("{{ a = {a}, b = {b} }}"),
            2 => format!("\"${{{a}}}-x\""),
            3 => format!("({a} == {b} ? {a} : {b})"),
            4 => format!("toset([{a}, {b}])"),
            5 => format!("[for x in [{a}] : x]"),
            6 => format!("length({a})"),
            7 => format!("sensitive({a})"),
            _ => format!("{{ for k in toset([\"k0\", \"k1\"]) : k => {b} }}"),
        }
    }

    fn line(&mut self, indent: &str, name: &str) {
        let value = self.expression(2);
        let _ = writeln!(self.text, "{indent}{name} = {value}");
    }

    fn resource(&mut self, number: u8) {
        let _ = writeln!(self.text, "resource \"terraform_data\" \"r{number}\" {{");
        match self.pick(5) {
            0 => self.line("  ", "for_each"),
            1 => self.line("  ", "count"),
            2 => self.text.push_str("  for_each = toset([\"k0\", \"k1\"])\n"),
            _ => {}
        }
        if self.pick(5) == 0 {
            self.line("  ", "exists");
        }
        if self.pick(5) == 0 {
            self.text.push_str("  sites = [\"west\"]\n");
        }
        self.line("  ", "input");
        if self.pick(4) == 0 {
            let other = self.pick(4);
            let _ = writeln!(self.text, "  depends_on = [terraform_data.r{other}, module.m0]");
        }
        for block in ["primary", "standby", "standby \"warm\"", "site \"west\""] {
            if self.pick(5) == 0 {
                let _ = writeln!(self.text, "  {block} {{");
                match self.pick(2) {
                    0 => self.line("    ", "input"),
                    _ => self.text.push_str("    exists = false\n"),
                }
                self.text.push_str("  }\n");
            }
        }
        if self.pick(5) == 0 {
            self.text.push_str("  lifecycle {\n");
            self.line("    ", "prevent_destroy");
            self.text.push_str("    postcondition {\n");
            self.line("      ", "condition");
            self.text.push_str("      error_message = \"m\"\n    }\n  }\n");
        }
        self.text.push_str("}\n");
    }

    fn spec(mut self) -> String {
        for number in 0..4 {
            let _ = writeln!(self.text, "variable \"v{number}\" {{\n  default = \"{number}\"\n}}");
            self.text.push_str("locals {\n");
            self.line("  ", &format!("l{number}"));
            self.text.push_str("}\n");
            self.resource(number);
        }
        for number in 0..2 {
            let _ = writeln!(
                self.text,
                "resource \"aws_iam_role\" \"g{number}\" {{\n  assume_role_policy = \"{{}}\""
            );
            if self.pick(2) == 0 {
                self.text.push_str("  sites = all\n");
            }
            self.line("  ", "name");
            let _ = writeln!(self.text, "}}\nmodule \"m{number}\" {{\n  source = \"./m\"");
            if self.pick(3) == 0 {
                self.line("  ", "for_each");
            }
            self.line("  ", "in");
            self.text.push_str("}\n");
        }
        let _ = writeln!(self.text, "output \"o\" {{");
        self.line("  ", "value");
        self.text.push_str("}\ncheck \"c\" {\n  assert {\n");
        self.line("    ", "condition");
        self.text.push_str("    error_message = \"m\"\n  }\n}\n");
        self.text
    }
}

const MODULE: &str = "variable \"in\" {}\nresource \"terraform_data\" \"this\" {\n  input = var.in\n}\noutput \"out\" {\n  value = terraform_data.this.output\n}\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_specs_are_told_the_same_twice(choices in proptest::collection::vec(any::<u8>(), 40..400)) {
        let author = Author { choices: choices.iter().cycle(), text: SITES.to_owned() };
        let spec = author.spec();
        let files = [("main.hcl", &*spec), ("m/main.tf", MODULE)];
        let ((_, first, one), (_, second, two)) = (outcome(&files), outcome(&files));
        prop_assert_eq!(&first, &second, "{}", spec);
        let (one, two) = (one.map(|one| support::desired_text(&one)), two.map(|two| support::desired_text(&two)));
        prop_assert_eq!(one, two, "{}", spec);
    }
}
