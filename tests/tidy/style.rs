//! The style of a file: its size, what it may not say, and what it may not call.

use std::ops::Range;

use super::checkout::File;
use super::source::{Source, Token};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 90;

/// Words that promise work instead of doing it; in two parts, so that this list does not find itself.
const PROMISES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Macros that stand for missing code, or for looking into it.
const PLACEHOLDERS: &[&str] = &["todo", "unimplemented", "dbg"];

/// How the kinds of the clouds begin: words that the core does not know.
const CLOUDS: &[&str] = &["aws_", "google_", "azurerm_"];

/// What only a certain machine has, in two parts for the same reason.
const MACHINES: &[&str] = &[
    concat!("../", "shared"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("proxy.", "golang.org"),
];

/// What holds in every text file.
pub fn text(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let words = || line.split(|c: char| c != '_' && !c.is_alphanumeric());
        let promise = PROMISES.iter().find(|promise| words().any(|word| word == **promise));
        let machine = MACHINES.iter().find(|machine| line.contains(**machine));
        let said = promise.into_iter().chain(machine);
        found.extend(said.map(|said| format!("{}:{}: says `{said}`", file.path, number + 1)));
    }
    found
}

/// What holds in every Rust file.
pub fn rust(file: &File, source: &Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LINES {
        found.push(format!("{}: {lines} lines, {FILE_LINES} at most", file.path));
    }
    long_functions(file, source, &mut found);
    attributes(file, source, &mut found);
    calls(file, source, &mut found);
    if file.path.starts_with("src/") && !file.is_test() {
        clouds(file, source, &mut found);
    }
    found
}

fn long_functions(file: &File, source: &Source<'_>, found: &mut Vec<String>) {
    for index in 0..source.tokens.len() {
        let Some(name) = source.word(index + 1).filter(|_| source.word(index) == Some("fn")) else {
            continue;
        };
        let Some(body) = source.body(index) else { continue };
        let lines = source.line(body.end - 1) + 1 - source.line(index);
        if lines > FUNCTION_LINES {
            let line = source.line(index);
            found.push(format!("{}:{line}: `{name}` has {lines} lines, {FUNCTION_LINES} at most", file.path));
        }
    }
}

/// A lint is expected with a reason, never allowed.
fn attributes(file: &File, source: &Source<'_>, found: &mut Vec<String>) {
    let called = |range: &Range<usize>, name| {
        range.clone().any(|index| source.word(index) == Some(name) && source.signs(index + 1, "("))
    };
    for range in source.attributes() {
        let place = format!("{}:{}", file.path, source.line(range.start));
        if called(&range, "allow") {
            found.push(format!("{place}: a lint is `allow`ed; `expect` it, with a reason"));
        }
        if called(&range, "expect") && !range.clone().any(|index| source.word(index) == Some("reason")) {
            found.push(format!("{place}: a lint is expected without a reason"));
        }
    }
}

/// No placeholders anywhere; outside tests, nothing that panics.
fn calls(file: &File, source: &Source<'_>, found: &mut Vec<String>) {
    for index in 0..source.tokens.len() {
        let Some(word) = source.word(index) else { continue };
        let place = || format!("{}:{}", file.path, source.line(index));
        let is_macro = source.signs(index + 1, "!") && !source.signs(index + 1, "!=");
        if is_macro && PLACEHOLDERS.contains(&word) {
            found.push(format!("{}: `{word}!`", place()));
        }
        if file.is_test() || source.in_test(index) {
            continue;
        }
        let is_method = index > 0 && source.signs(index - 1, ".") && source.signs(index + 1, "(");
        if (is_macro && word == "panic") || (is_method && ["unwrap", "expect"].contains(&word)) {
            found.push(format!("{}: `{word}` can panic", place()));
        }
    }
}

/// The core knows no cloud: its code and its texts name no kind of one.
fn clouds(file: &File, source: &Source<'_>, found: &mut Vec<String>) {
    for (index, token) in source.tokens.iter().enumerate() {
        let (Token::Word(said) | Token::Text(said)) = token else { continue };
        let words = said.split(|c: char| c != '_' && !c.is_alphanumeric());
        let named = words.filter(|word| CLOUDS.iter().any(|cloud| word.starts_with(cloud)));
        if !source.in_test(index) {
            found.extend(named.map(|word| format!("{}:{}: names `{word}`", file.path, source.line(index))));
        }
    }
}

#[test]
fn each_rule_finds_its_offender() {
    let long = format!("fn long() {{{}}}", "\n".repeat(FUNCTION_LINES));
    let offenders = [
        ("#[allow(dead_code)] fn f() {}", "allow"),
        ("#[expect(dead_code)] fn f() {}", "without a reason"),
        ("fn f() { x.unwrap() }", "unwrap"),
        ("fn f() { panic!(\"{}\", '\"') }", "panic"),
        ("const C: &str = r#\"an \"aws_vpc\"\"#;", "names `aws_vpc`"),
        (concat!("fn f() { to", "do!() }"), "!`"),
        (&long, "lines"),
    ];
    for (text, expected) in offenders {
        let file = File { path: "src/plan/made_up.rs".into(), text: text.into() };
        let found = rust(&file, &Source::read(text));
        assert!(matches!(&found[..], [only] if only.contains(expected)), "{text}: {found:?}");
    }
}

#[test]
fn what_is_fine_is_left_alone() {
    let text = "/// As `aws_vpc` does: never `unwrap()`. /* open
        #[expect(dead_code, reason = \"shared\")] fn f<'a>(x: &'a str) -> char { '\\'' }
        fn g() -> bool { \"x.unwrap() // no\".is_empty() && panic != 1 }
        #[cfg(test)] mod tests { fn h() { x.unwrap(); \"aws_vpc\" } }";
    let file = File { path: "src/plan/made_up.rs".into(), text: text.into() };
    assert_eq!(rust(&file, &Source::read(text)), Vec::<String>::new());
}
