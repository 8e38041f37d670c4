//! Schemas and reference pages: those of this version, and in the pages how each operation was tried.

#[path = "../conformance/exceptions.rs"]
mod exceptions;
#[path = "../conformance/stage.rs"]
mod stage;
#[path = "../conformance/tried.rs"]
mod tried;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use relight_contract::Kind;

use crate::context::TestContext;
use exceptions::{EXCEPTIONS, What};
use tried::{Counts, SHAPE, tried};

/// What the words of the column mean; `{counts}` stands for how many operations there are of each.
const WORDS: &str = "
## How they were tried

Each operation of an AWS kind says what it was tried against, which the project's own tests write into these pages. {counts}.

- `moto`: the [conformance suite](../../../tests/conformance/course.rs) went through it, by way of the API half, against a server that
  answers in the shape of the API.
- `model only`: its requests were read, and answers with made-up values written, by the
  [published model](../../../tests/moto/modelled.py) of the API; nobody has seen what a cloud makes of them. The reason stands beside it.
- `live`: it ran on AWS itself.

The requests of all of them are held against the published model: well formed, complete, of known words.
";

#[test]
fn the_schemas_are_those_of_this_version() {
    assert_written("--all", "schemas", |_, text| text);
}

#[test]
fn the_reference_is_that_of_this_version() {
    assert_written("--reference", "docs/reference/kinds", |name, text| {
        let kind = relight_aws::KINDS.iter().find(|kind| name == Path::new(kind.name).with_extension("md"));
        match kind {
            Some(kind) => with_tried(kind, &text),
            None if name == Path::new("README.md") => {
                let counts = Counts::of(relight_aws::KINDS.iter().copied());
                text + &WORDS.replace("{counts}", &counts.to_string())
            }
            None => text,
        }
    });
}

/// The page of a kind, with a column more in the table of its operations.
fn with_tried(kind: &'static Kind, page: &str) -> String {
    let begin = page.find("| operation |").expect("the table");
    let end = page[begin..].find("\n\n").map_or(page.trim_end().len(), |end| begin + end);
    let rows = kind.operations.iter().map(|operation| format!("{} |", tried(kind, operation.act)));
    let cells = ["tried against |".to_owned(), "---|".to_owned()].into_iter().chain(rows);
    let lines: Vec<&str> = page[begin..end].lines().collect();
    assert_eq!(lines.len(), 2 + kind.operations.len(), "{}", kind.name);
    let mut made = page[..begin].to_owned();
    for (line, cell) in lines.into_iter().zip(cells) {
        let space = if cell.starts_with('-') { "" } else { " " };
        let _ = writeln!(made, "{line}{space}{cell}");
    }
    let own = EXCEPTIONS.iter().filter(|one| one.cloud == SHAPE && one.kind == kind.name);
    for one in own {
        if let What::Field(field) = one.what {
            let _ = writeln!(made, "\n`{field}` was not compared there: {}.", one.reason);
        }
    }
    made + page[end..].strip_prefix('\n').unwrap_or_default()
}

/// What `relight schema` writes under this option, and the project adds to it, is what the project's folder holds.
/// `RELIGHT_BLESS=1` rewrites it.
fn assert_written(option: &str, folder: &str, add: impl Fn(&Path, String) -> String) {
    let context = TestContext::new();
    let ran = context.run(&["schema", option, "made"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (made, mut names) = (context.path("made"), BTreeSet::new());
    for folder in [&made, &kept] {
        let files =
            walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        names.extend(files.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_owned())));
    }
    assert!(names.len() > 4, "nothing was written");
    let bless = relight::shell::environment::variables().contains_key("RELIGHT_BLESS");
    for name in names {
        let text = |folder: &Path| std::fs::read_to_string(folder.join(&name)).ok();
        let new = text(&made).map(|text| add(&name, text));
        if bless {
            let path = kept.join(&name);
            match &new {
                Some(new) => {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, new).unwrap();
                }
                None => std::fs::remove_file(path).unwrap(),
            }
        }
        assert!(new == text(&kept), "{folder}/{} has drifted: RELIGHT_BLESS=1 rewrites it", name.display());
    }
}
