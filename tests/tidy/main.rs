//! The rules of the house that no compiler knows, checked over the whole checkout; all findings are told at once.

mod checkout;
mod registered;
mod rooms;
mod source;
mod style;

use checkout::File;
use source::Source;

/// Applies a check to every Rust file.
fn each_rust_file(check: impl Fn(&File, &Source<'_>) -> Vec<String>) -> Vec<String> {
    let files = checkout::files();
    let rust = files.iter().filter(|file| file.is_rust());
    rust.flat_map(|file| check(file, &Source::read(&file.text))).collect()
}

fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn the_checkout_is_found() {
    let files = checkout::files();
    for expected in ["Cargo.toml", "src/lib.rs", "providers/contract/src/lib.rs", "tests/tidy/main.rs"] {
        assert!(files.iter().any(|file| file.path == expected), "{expected} is missing from the checkout");
    }
}

#[test]
fn rooms_use_only_what_stands_before_them() {
    assert_none(&each_rust_file(rooms::check));
}

#[test]
fn every_rust_file_keeps_the_style() {
    assert_none(&each_rust_file(style::rust));
}

#[test]
fn no_file_names_a_machine_or_promises_work() {
    let files = checkout::files();
    assert_none(&files.iter().flat_map(style::text).collect::<Vec<_>>());
}

#[test]
fn every_kind_is_registered() {
    assert_none(&registered::kinds(&checkout::files()));
}

#[test]
fn every_golden_is_read_by_a_test() {
    assert_none(&registered::goldens(&checkout::files()));
}
