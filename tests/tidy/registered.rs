//! Nothing lies about unused: every kind stands in its cloud's table, every golden is read by a test.

use std::collections::BTreeMap;

use super::checkout::File;
use super::source::{Source, Token};

/// The tables of the providers: the folder of what is registered, and the name of each entry's constant.
const TABLES: &[(&str, &str)] = &[("kinds", "KIND"), ("data", "DATA")];

/// The suites of goldens, and whether each of their folders is a case: a spec, and what is expected of it.
const SUITES: &[(&str, bool)] = &[("spec", true), ("plan", true), ("console", false)];

pub fn kinds(files: &[File]) -> Vec<String> {
    let by_path: BTreeMap<&str, &File> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("providers/") && file.is_rust()) {
        for (folder, constant) in TABLES {
            let Some((provider, stem)) = file.path.split_once(&format!("/src/{folder}/")) else { continue };
            let stem = stem.trim_end_matches(".rs").trim_end_matches("/mod");
            if stem == "mod" || stem.contains('/') || !declares(file, constant) {
                continue;
            }
            let table = format!("{provider}/src/{folder}/mod.rs");
            let listed = by_path.get(table.as_str()).is_some_and(|table| lists(table, stem));
            if !listed {
                found.push(format!("{}: does not stand in {table}", file.path));
            }
        }
    }
    found
}

/// Whether the file has a `static` of that name.
fn declares(file: &File, constant: &str) -> bool {
    let source = Source::read(&file.text);
    let declared = |index| source.word(index) == Some("static") && source.word(index + 1) == Some(constant);
    (0..source.tokens.len()).any(declared)
}

/// Whether the table has a line for `stem`: its name, with or without something behind a colon.
fn lists(table: &File, stem: &str) -> bool {
    let source = Source::read(&table.text);
    (1..source.tokens.len()).any(|index| {
        source.word(index - 1) == Some(stem) && matches!(source.tokens[index], Token::Sign(',' | ':'))
    })
}

pub fn goldens(files: &[File]) -> Vec<String> {
    SUITES.iter().flat_map(|(suite, by_folder)| golden_suite(files, suite, *by_folder)).collect()
}

/// A suite has a test that discovers its folder, and each of its cases both input and expectation.
fn golden_suite(files: &[File], suite: &str, by_folder: bool) -> Vec<String> {
    let folder = format!("tests/{suite}/");
    let mut cases: BTreeMap<&str, Vec<(&str, &File)>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.is_rust()) {
        let Some(inside) = file.path.strip_prefix(&folder) else { continue };
        let (case, name) = inside.split_once('/').unwrap_or(("", inside));
        cases.entry(case).or_default().push((name, file));
    }
    if cases.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let reads = |file: &&File| {
        file.is_rust()
            && file.path.starts_with("tests/")
            && file.text.contains(folder.trim_end_matches('/'))
            && file.text.contains("read_dir")
            && !file.path.starts_with("tests/tidy/")
    };
    if files.iter().find(reads).is_none() {
        found.push(format!("{folder}: no test reads the cases of this folder"));
    }
    let lacking = |(case, files): (&&str, &Vec<(&str, &File)>)| {
        // A case may use the spec of another one.
        let is_spec = |(name, file): &(&str, &File)| {
            name.ends_with(".hcl")
                || name.ends_with(".tf")
                || *name == "options.json" && file.text.contains("\"like\"")
        };
        let complete =
            files.iter().any(is_spec) && files.iter().any(|(name, _)| name.starts_with("expected"));
        (by_folder && !case.is_empty() && !complete)
            .then(|| format!("{folder}{case}: has no spec, or nothing that is expected of it"))
    };
    found.extend(cases.iter().filter_map(lacking));
    found
}

#[test]
fn what_is_not_registered_is_found() {
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let files = [
        file("providers/aws/src/kinds/mod.rs", "pub static KINDS: &[&Kind] = &[&vpc::KIND];"),
        file("providers/aws/src/kinds/vpc.rs", "pub static KIND: Kind = 1;"),
        file("providers/aws/src/kinds/eip.rs", "pub static KIND: Kind = 1;"),
        file("providers/aws/src/kinds/shared.rs", "pub struct Shared;"),
        file("tests/spec/lonely/main.hcl", ""),
    ];
    assert_eq!(
        kinds(&files),
        ["providers/aws/src/kinds/eip.rs: does not stand in providers/aws/src/kinds/mod.rs"]
    );
    assert_eq!(goldens(&files).len(), 2, "neither a test that reads it nor an expectation");
}
