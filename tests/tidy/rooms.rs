//! Who may use whom: the rooms of `src`, the crates of `providers`, and the crates that have one home.

use std::collections::{BTreeMap, BTreeSet};

use super::checkout::File;
use super::source::{Source, Token};

/// The rooms of `src`, in the order of the data, and what each may use. It holds transitively; all may use `diag`.
const ROOMS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("graph", &[]),
    ("expr", &[]),
    ("spec", &["expr"]),
    ("topology", &["spec", "graph"]),
    ("desired", &["topology"]),
    ("memory", &[]),
    ("diff", &["desired", "memory"]),
    ("plan", &["diff", "graph"]),
    ("readiness", &["diff"]),
    ("journal", &["plan"]),
    ("report", &["journal"]),
    ("run", &["plan", "journal", "expr"]),
    ("shell", &["run", "report", "readiness"]),
    ("cli", &["shell"]),
];

/// What lives in some rooms only: a path that begins so, and the places that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("relight_aws", &["src/cli/"]),
    ("relight_sim", &["src/cli/"]),
    ("relight_conformance", &[]),
    ("tokio", &["src/shell/"]),
    ("hcl_edit", &["src/spec/"]),
    ("clap", &["src/cli/", "src/main.rs"]),
    ("std::fs", &["src/shell/", "src/cli/"]),
    ("fs", &["src/shell/", "src/cli/"]),
    ("TcpListener", &["src/shell/"]),
    ("TcpStream", &["src/shell/"]),
    ("UdpSocket", &["src/shell/"]),
    ("std::process", &["src/shell/", "src/cli/", "src/main.rs"]),
];

/// The crates of `providers`, and those of ours that each is built from.
const CRATES: &[(&str, &[&str])] = &[
    ("contract", &[]),
    ("conformance", &["relight_contract"]),
    ("sim", &["relight_contract"]),
    ("aws", &["relight_contract"]),
];

pub fn check(file: &File, source: &Source<'_>) -> Vec<String> {
    if file.is_test() {
        return Vec::new();
    }
    match file.path.split('/').collect::<Vec<_>>().as_slice() {
        ["src", room, _, ..] => {
            room_imports(room, file, source).into_iter().chain(homes(file, source)).collect()
        }
        ["src", _] => homes(file, source),
        ["providers", name, "src", ..] => crate_imports(name, file, source),
        _ => Vec::new(),
    }
}

/// What a room may use, itself included; nothing for one that is not in the table.
fn may_use(room: &str) -> Option<BTreeSet<&'static str>> {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let (own, _) = ROOMS.iter().find(|(name, _)| *name == room)?;
    let mut found = BTreeSet::new();
    let mut open = vec![*own, "diag"];
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(table[next]);
        }
    }
    Some(found)
}

fn room_imports(room: &str, file: &File, source: &Source<'_>) -> Vec<String> {
    let Some(allowed) = may_use(room) else {
        return vec![format!("{}: the room `{room}` is not in the table of rooms", file.path)];
    };
    let foreign = |(index, used): (usize, &str)| {
        let known = ROOMS.iter().any(|(name, _)| *name == used);
        (known && !allowed.contains(used) && !source.in_test(index))
            .then(|| format!("{}:{}: `{room}` may not use `{used}`", file.path, source.line(index)))
    };
    uses(file, source).into_iter().filter_map(foreign).collect()
}

/// Every module of the crate's root that is named from there on: `crate::x`, `crate::{x, y}`, `super::super::x`.
fn uses<'a>(file: &File, source: &Source<'a>) -> Vec<(usize, &'a str)> {
    let depth = file.path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count() - 1;
    let mut inline = Vec::new();
    let mut found = Vec::new();
    let mut index = 0;
    while index < source.tokens.len() {
        inline.retain(|end| *end > index);
        match source.word(index) {
            Some("mod") => inline.extend(source.body(index).map(|body| body.end)),
            Some("crate") if source.signs(index + 1, "::") => heads(source, index + 3, &mut found),
            Some("super") => {
                let mut climbed = 1;
                while source.signs(index + 1, "::") && source.word(index + 3) == Some("super") {
                    (climbed, index) = (climbed + 1, index + 3);
                }
                if climbed == depth + inline.len() {
                    heads(source, index + 3, &mut found);
                }
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// The first word of the path at `index`, or of each path of the group there.
fn heads<'a>(source: &Source<'a>, index: usize, found: &mut Vec<(usize, &'a str)>) {
    if let Some(word) = source.word(index) {
        return found.push((index, word));
    }
    let end = source.closing(index);
    let mut at = index + 1;
    while source.signs(index, "{") && at < end {
        found.extend(source.word(at).map(|word| (at, word)));
        while at < end && source.tokens[at] != Token::Sign(',') {
            at = if source.signs(at, "{") { source.closing(at) } else { at + 1 };
        }
        at += 1;
    }
}

fn homes(file: &File, source: &Source<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, homes) in HOMES {
        if homes.iter().any(|home| file.path.starts_with(home)) {
            continue;
        }
        let named =
            (0..source.tokens.len()).filter(|index| source.path(*index, path) && !source.in_test(*index));
        found.extend(named.map(|index| {
            let homes = if homes.is_empty() { "tests alone".to_owned() } else { homes.join(", ") };
            format!("{}:{}: `{path}` belongs to {homes}", file.path, source.line(index))
        }));
    }
    found
}

fn crate_imports(name: &str, file: &File, source: &Source<'_>) -> Vec<String> {
    let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
        return vec![format!("{}: the crate `{name}` is not in the table of crates", file.path)];
    };
    let ours = |word: &str| word == "relight" || word.starts_with("relight_");
    let own = format!("relight_{name}");
    let foreign = |index: usize| {
        let word = source.word(index).filter(|word| ours(word) && source.signs(index + 1, "::"))?;
        (word != own && !allowed.contains(&word) && !source.in_test(index))
            .then(|| format!("{}:{}: `{name}` may not use `{word}`", file.path, source.line(index)))
    };
    (0..source.tokens.len()).filter_map(foreign).collect()
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::{expr::{a, b}, plan as p}; fn f() { super::super::cli::x(); } mod m { use super::super::run; }
        #[cfg(test)] mod tests { use crate::shell; }";
    let file = File { path: "src/graph/cycle.rs".into(), text: text.into() };
    let named: Vec<&str> = uses(&file, &Source::read(text)).into_iter().map(|(_, word)| word).collect();
    assert_eq!(
        named,
        ["expr", "plan", "cli", "shell"],
        "`super::super` of an inner module is the room itself"
    );
    let found = check(&file, &Source::read(text));
    assert_eq!(found.len(), 3, "{found:?}");
}
