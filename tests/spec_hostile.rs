//! Large, hostile and random specs: never a panic, never an endless run, and the same answer twice.

mod support;

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use relight::desired::{Assignment, Desired, desire};
use relight::diag::{Diagnostics, Sources, text};
use relight::memory::Memory;
use relight::plan::{Operation, check};
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

/// Each waits for the same object through all before it: planned in one pass, not link by link for each.
#[test]
fn a_chain_of_20_000_open_values_is_planned() {
    on_8_megabytes(|| {
        let mut spec = String::from(SITES).split("site \"west\"").next().expect("the first part").to_owned();
        spec.push_str("resource \"terraform_data\" \"r0\" {}\nlocals {\n  l0 = terraform_data.r0.id\n}\n");
        for index in 1..20_000 {
            let _ = writeln!(
                spec,
                "resource \"terraform_data\" \"r{index}\" {{\n  input = \"${{local.l{}}}-x\"\n}}\n\
                 locals {{\n  l{index} = terraform_data.r{index}.input\n}}",
                index - 1
            );
        }
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("main.hcl"), spec).expect("a file");
        let mut clouds = support::empty_clouds(relight_sim::Settings::calm(1));
        let mut loaded = support::load(folder.path(), &[]);
        let planned = loaded.plan(Operation::Apply, &Memory::default(), &mut clouds);
        let planned = planned.unwrap_or_else(|| panic!("{}", loaded.problems()));
        assert_eq!(planned.plan.content.steps.len(), 20_000);
        assert_eq!(check(&planned.plan), Vec::<String>::new());
    });
}

#[test]
fn values_that_grow_by_sharing_are_refused() {
    on_8_megabytes(|| {
        let cases = [("[local.l0, local.l0]", 200, "parts"), ("[local.l0]", 100_000, "nested deeper")];
        for (doubled, count, why) in cases {
            let mut spec = format!("{SITES}locals {{\n  l0 = 0\n");
            for index in 1..count {
                let value = doubled.replace("l0", &format!("l{}", index - 1));
                let _ = writeln!(spec, "  l{index} = {value}");
            }
            spec.push_str("}\n");
            let (found, problems, _) = outcome(&[("main.hcl", &spec)]);
            assert_eq!(found.iter().count(), 1, "{problems}");
            assert!(problems.contains(why), "{problems}");
        }
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

/// A made-up spec: what is drawn from `choices` decides every word of it. Most of it is right, for a spec that is
/// wrong in one place is not looked at much further.
struct Author<'c> {
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
    text: String,
    /// Which resources are repeated.
    repeated: [bool; 4],
    /// Only what has a lower number is referred to, so that there are few circles.
    below: u8,
}

impl Author<'_> {
    fn pick(&mut self, count: u8) -> u8 {
        self.choices.next().copied().unwrap_or(0) % count
    }

    /// Whether something rare happens.
    fn rarely(&mut self) -> bool {
        self.pick(32) == 31
    }

    fn reference(&mut self) -> String {
        let below = if self.rarely() { 4 } else { self.below };
        if below == 0 {
            return ["var.v0", "site.cidr", "site.name"][usize::from(self.pick(3))].to_owned();
        }
        let (number, key) = (self.pick(below), self.pick(3));
        let keyed = self.repeated[usize::from(number)] != self.rarely();
        let key = if key == 2 && !self.rarely() { 0 } else { key };
        let one = if keyed { format!("r{number}[\"k{key}\"]") } else { format!("r{number}") };
        let name = match self.pick(11) {
            0 | 1 => format!("local.l{number}"),
            2 => format!("var.v{number}"),
            3 | 4 => format!("terraform_data.{one}.output"),
            5 if below == 4 => format!("module.m{}.out", number % 2),
            5 => "site.cidr".to_owned(),
            6 => format!("sites.west.terraform_data.{one}.id"),
            7 => format!("primary.terraform_data.{one}.input"),
            8 => format!("sites[\"west\"].terraform_data.{one}.output"),
            9 => format!("terraform_data.r{number}"),
            _ if self.rarely() => "each.key".to_owned(),
            _ => "var.v1".to_owned(),
        };
        if self.pick(3) == 0 { name } else { format!("try({name}, \"none\")") }
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
        match self.pick(10) {
            0 => format!("[{a}, {b}]"),
            1 => format!("{{ a = {a}, b = {b} }}"),
            2 => format!("\"x-${{jsonencode({a})}}\""),
            3 => format!("(can({a}) ? jsonencode({b}) : \"none\")"),
            4 => format!("try(toset([{a}, {b}]), {a})"),
            5 => format!("[for x in [{a}] : x]"),
            6 => format!("length([{a}])"),
            7 => format!("sensitive({a})"),
            8 if self.rarely() => format!("toset({a})"),
            _ => format!("{{ for k in toset([\"k0\", \"k1\"]) : k => {b} }}"),
        }
    }

    fn line(&mut self, indent: &str, name: &str) {
        let value = self.expression(2);
        let _ = writeln!(self.text, "{indent}{name} = {value}");
    }

    fn resource(&mut self, number: u8) {
        self.below = number;
        let _ = writeln!(self.text, "resource \"terraform_data\" \"r{number}\" {{");
        if self.repeated[usize::from(number)] {
            match self.pick(8) {
                0 => self.line("  ", "for_each"),
                1 => self.text.push_str("  for_each = { for k in [\"k0\", \"k1\"] : k => site.cidr }\n"),
                _ => self.text.push_str("  for_each = toset([\"k0\", \"k1\"])\n"),
            }
        }
        if self.rarely() {
            self.line("  ", "exists");
        }
        if self.pick(5) == 0 {
            self.text.push_str("  sites = [\"west\"]\n");
        }
        self.line("  ", "input");
        if number > 0 && self.pick(3) == 0 {
            let other = self.pick(number);
            let _ = writeln!(self.text, "  depends_on = [terraform_data.r{other}]");
        }
        for block in ["primary", "standby", "standby \"warm\"", "site \"west\""] {
            match self.pick(12) {
                0 | 1 => {
                    let _ = writeln!(self.text, "  {block} {{");
                    self.line("    ", "input");
                    self.text.push_str("  }\n");
                }
                2 => {
                    let _ = writeln!(self.text, "  {block} {{\n    exists = false\n  }}");
                }
                _ => {}
            }
        }
        if self.pick(4) == 0 {
            let value = self.expression(2);
            let _ = writeln!(
                self.text,
                "  lifecycle {{\n    prevent_destroy = site.role == \"primary\"\n    postcondition {{\n      condition = \
                 length([{value}, self.id]) == 2\n      error_message = \"m\"\n    }}\n  }}"
            );
        }
        self.text.push_str("}\n");
    }

    fn spec(mut self) -> String {
        self.repeated = std::array::from_fn(|_| self.pick(2) == 0);
        for number in 0..4 {
            let _ = writeln!(self.text, "variable \"v{number}\" {{\n  default = \"{number}\"\n}}");
            self.resource(number);
            self.text.push_str("locals {\n");
            self.line("  ", &format!("l{number}"));
            self.text.push_str("}\n");
        }
        for number in 0..2 {
            let _ = writeln!(self.text, "module \"m{number}\" {{\n  source = \"./m\"");
            if self.rarely() {
                self.text.push_str("  for_each = toset([\"k0\"])\n");
            }
            self.line("  ", "in");
            self.text.push_str("}\n");
            let _ = writeln!(self.text, "resource \"aws_iam_role\" \"g{number}\" {{");
            let placed =
                if self.pick(2) == 0 { "  sites = all\n  name  = site.name\n" } else { "  name = var.v2\n" };
            let _ = writeln!(self.text, "{placed}  assume_role_policy = \"{{}}\"\n}}");
        }
        self.below = 4;
        self.text.push_str("output \"o\" {\n  sensitive = true\n");
        self.line("  ", "value");
        self.text.push_str("}\ncheck \"c\" {\n  assert {\n");
        self.line("    ", "condition");
        self.text.push_str("    error_message = \"m\"\n  }\n}\n");
        self.text
    }
}

const MODULE: &str = "variable \"in\" {}\nresource \"terraform_data\" \"this\" {\n  input = var.in\n}\noutput \"out\" {\n  value = terraform_data.this.output\n}\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_specs_are_told_the_same_twice(choices in proptest::collection::vec(any::<u8>(), 40..400)) {
        let author = Author { choices: choices.iter().cycle(), text: SITES.to_owned(), repeated: [false; 4], below: 0 };
        let spec = author.spec();
        let files = [("main.hcl", &*spec), ("m/main.tf", MODULE)];
        let ((_, first, one), (_, second, two)) = (outcome(&files), outcome(&files));
        prop_assert_eq!(&first, &second, "{}", spec);
        let (one, two) = (one.map(|one| support::desired_text(&one)), two.map(|two| support::desired_text(&two)));
        prop_assert_eq!(one, two, "{}", spec);
    }
}
