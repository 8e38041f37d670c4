//! Readiness: each folder of `tests/readiness/` holds a mistake, and the same spec without it.
//!
//! Its name begins with the code of what is found, notes apart, in `bad.hcl` (with `main.hcl`, where both have it), and nothing is found in
//! `mended.hcl`. Sites stand in `tests/readiness/sites.hcl` unless the case has its own. `expected.txt` is what a terminal
//! shows; `RELIGHT_BLESS=1` writes it anew.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use relight::diag::{Code, Diagnostic, Diagnostics, Severity, codes, text};
use relight::readiness::{Question, check};

#[test]
fn every_mistake_is_found_and_nothing_else() {
    #[expect(clippy::disallowed_methods, reason = "a person asks for new goldens by the environment")]
    let bless = std::env::var_os("RELIGHT_BLESS").is_some();
    let mut failures = Vec::new();
    for case in cases() {
        let (findings, actual) = outcome(&case, "bad.hcl");
        let code = code(&case);
        let weighty = |one: &&Diagnostic| one.severity != Severity::Note || one.code == code;
        let found: BTreeSet<&str> = findings.iter().filter(weighty).map(|one| one.code.id()).collect();
        if found != BTreeSet::from([code.id()]) {
            failures.push(format!("{}: expected {} alone\n{actual}", case.display(), code.id()));
        }
        let (_, mended) = outcome(&case, "mended.hcl");
        if !mended.is_empty() {
            failures.push(format!("{}: it is mended, and still\n{mended}", case.display()));
        }
        let path = case.join("expected.txt");
        match fs::read_to_string(&path) {
            Ok(expected) if expected == actual => {}
            _ if bless => fs::write(&path, &actual).expect("the case can be written"),
            _ => failures.push(format!("{} would be:\n{actual}", path.display())),
        }
    }
    assert!(failures.is_empty(), "{} failures:\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_code_has_a_case_and_stands_in_the_reference() {
    let mut page = PAGE.to_owned();
    let cases = cases();
    for of in codes::ALL.iter().filter(|of| of.id().starts_with("RL10") || **of == codes::STORE_IN_SITE) {
        let case = cases.iter().find(|case| code(case) == *of);
        let case = case.unwrap_or_else(|| panic!("no case in tests/readiness finds {}", of.id()));
        page += &section(*of, case);
    }
    #[expect(clippy::disallowed_methods, reason = "a person asks for new goldens by the environment")]
    let bless = std::env::var_os("RELIGHT_BLESS").is_some();
    match bless {
        true => fs::write(REFERENCE, page).expect("the reference can be written"),
        false => assert!(
            fs::read_to_string(REFERENCE).is_ok_and(|known| known == page),
            "{REFERENCE} is not up to date: RELIGHT_BLESS=1 writes it"
        ),
    }
}

const REFERENCE: &str = "docs/reference/checks.md";

const PAGE: &str = "# What `relight check` finds

Each code with what it means, a spec in which it is found, and the same one without the mistake. An **error** makes a
recovery fail or lose data, and ends the command with 4; a **warning** makes it slower or more fragile, and does so with
`--strict`; a **note** is worth knowing. Sites, and what else both specs have, stand in `tests/readiness/`, from which this
page is made.
";

/// What the reference says of a code: what it means, and a case.
fn section(code: Code, case: &Path) -> String {
    let mut text = format!("\n## {}: {}\n\n{}\n", code.id(), code.summary(), code.explanation());
    let expected = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
    let found = expected.split("\n\n").next().unwrap_or_default().trim_end();
    for (title, file) in [("Found in", "bad.hcl"), ("Mended", "mended.hcl")] {
        let spec = fs::read_to_string(case.join(file)).unwrap_or_default();
        if !spec.starts_with('#') {
            text += &format!("\n{title}:\n\n```hcl\n{}\n```\n", spec.trim());
        }
        if file == "bad.hcl" {
            text += &format!("\n```text\n{found}\n```\n");
        }
    }
    text
}

#[test]
fn the_web_shop_has_no_error_in_any_posture() {
    for posture in ["pilot_light", "warm", "hot"] {
        let loaded = support::load(Path::new("examples/webshop"), &[("standby_posture", posture)]);
        let bound = loaded.bound.as_ref().expect("the example");
        let question = Question { topology: &bound.topology, files: &bound.files, now: None, lost: None };
        let findings = check(&question).expect("a spec that is right in peacetime");
        let shown = text::render(&findings, &loaded.sources, text::Style::default());
        assert!(!findings.has_errors(), "{posture}: {shown}");
    }
}

fn cases() -> BTreeSet<PathBuf> {
    let entries = fs::read_dir("tests/readiness").expect("the folder of the cases");
    let paths = entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir());
    paths.collect()
}

/// The code that the name of a case begins with.
fn code(case: &Path) -> Code {
    let name = case.file_name().and_then(|name| name.to_str()).expect("a plain name");
    let id = name.split('-').next().expect("a code");
    Code::find(id).expect("a code that exists")
}

/// What is found in a case, and how it is shown.
fn outcome(case: &Path, file: &str) -> (Diagnostics, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let own = fs::read_to_string(case.join("main.hcl")).unwrap_or_default();
    let tried = fs::read_to_string(case.join(file)).expect("a bad and a mended one");
    if !(own.clone() + &tried).contains("topology \"") {
        fs::copy("tests/readiness/sites.hcl", folder.path().join("sites.hcl")).expect("a copy");
    }
    fs::write(folder.path().join("main.hcl"), own).expect("a file");
    fs::write(folder.path().join(file), tried).expect("a file");
    let loaded = support::load(folder.path(), &[]);
    let Some(bound) = &loaded.bound else { return (Diagnostics::new(), loaded.problems()) };
    let question = Question { topology: &bound.topology, files: &bound.files, now: None, lost: None };
    let Some(findings) = check(&question) else {
        return (Diagnostics::new(), "it is wrong in peacetime\n".to_owned());
    };
    let shown = text::render(&findings, &loaded.sources, text::Style::default());
    (findings, shown)
}
