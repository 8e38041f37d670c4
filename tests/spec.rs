//! Spec goldens: each folder of `tests/spec/` is a spec, and `expected.txt` in it what is wrong with it or desired.
//!
//! `vars` gives variables (`name=value` lines), `roles` gives sites other roles than the spec declares
//! (`site role` lines). `RELIGHT_BLESS=1` writes `expected.txt` anew; read the difference before committing it.

mod spec_text;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use relight::desired::Assignment;
use relight::shell::pipeline;
use relight_contract::{Posture, Role};

#[test]
fn every_case_means_what_is_expected() {
    #[expect(clippy::disallowed_methods, reason = "a person asks for new goldens by the environment")]
    let bless = std::env::var_os("RELIGHT_BLESS").is_some();
    let mut failures = Vec::new();
    let cases = cases();
    assert!(cases.len() > 60, "only {} cases were found", cases.len());
    for case in &cases {
        if let Err(problem) = strangers(case) {
            failures.push(problem);
        }
        let actual = outcome(case);
        let path = case.join("expected.txt");
        let expected = fs::read_to_string(&path).ok();
        if expected.as_deref() == Some(&actual) {
            continue;
        }
        match (bless, expected) {
            (true, _) => fs::write(&path, &actual).expect("the case can be written"),
            (false, None) => failures.push(format!("{} is missing; it would be:\n{actual}", path.display())),
            (false, Some(expected)) => {
                failures.push(format!("{}\n{}", path.display(), difference(&expected, &actual)));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

/// The folders of all cases, by name.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/spec").expect("the folder of the cases");
    let paths = entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir());
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Files that no case has: a misspelt `expected.txt` must not pass as none.
fn strangers(case: &Path) -> Result<(), String> {
    const KNOWN: [&str; 6] = ["hcl", "tf", "tfvars", "tftpl", "txt", "json"];
    for entry in fs::read_dir(case).expect("the folder of the case") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let known = path.is_dir() || ["vars", "roles"].contains(&&*name) || KNOWN.contains(&&*extension);
        if !known {
            return Err(format!("{} is nothing that a case holds", path.display()));
        }
    }
    Ok(())
}

/// What is wrong with the case, and when nothing is, what is desired.
fn outcome(case: &Path) -> String {
    let vars = lines(&case.join("vars"), '=');
    let vars: Vec<(&str, &str)> = vars.iter().map(|(name, value)| (&**name, &**value)).collect();
    let mut loaded = support::load(case, &vars);
    let Some(bound) = &loaded.bound else { return loaded.problems() };
    let mut assignment = Assignment::peacetime(&bound.topology);
    for (site, word) in lines(&case.join("roles"), ' ') {
        let site = bound.topology.site_named(&site).expect("a site of the case");
        assignment = assignment.with(site, role(&word));
    }
    let mut clouds = support::empty_clouds(relight_sim::Settings::calm(1));
    let now = "2026-01-01T00:00:00Z";
    let desired = pipeline::wanted(bound, &assignment, &mut clouds, now, &mut loaded.diagnostics);
    let guards = spec_text::guards(&bound.topology);
    let desired = desired.map(|desired| spec_text::desired(&desired)).unwrap_or_default();
    let problems = loaded.problems();
    let gap = if problems.is_empty() || desired.is_empty() { "" } else { "\n" };
    if desired.is_empty() { problems } else { format!("{problems}{gap}{desired}{guards}") }
}

/// The lines of a file of pairs; none when there is no such file.
fn lines(path: &Path, separator: char) -> Vec<(String, String)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let pair = |line: &str| {
        let (name, value) = line.split_once(separator).expect("a pair");
        (name.trim().to_owned(), value.trim().to_owned())
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(pair).collect()
}

fn role(word: &str) -> Role {
    match word {
        "primary" => Role::Primary,
        "fenced" => Role::Fenced,
        "lost" => Role::Lost,
        posture => Role::Standby(posture.parse::<Posture>().expect("a role")),
    }
}

/// The lines that differ, between those that both texts begin and end with.
fn difference(expected: &str, actual: &str) -> String {
    let (left, right): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let rest = left.len().min(right.len()) - head;
    let tail = left.iter().rev().zip(right.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let marked = |mark: char, lines: &[&str]| {
        lines[head..lines.len() - tail].iter().map(|line| format!("  {mark} {line}\n")).collect::<String>()
    };
    format!("  @ line {}\n{}{}", head + 1, marked('-', &left), marked('+', &right))
}
