//! Real specs with something wrong in them, on the whole way from text to plan.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use relight::cli::canonical;
use relight::desired::Assignment;
use relight::diag::{Diagnostics, Sources};
use relight::memory::Memory;
use relight::plan::Operation;
use relight::shell::pipeline::{self, Request};
use relight_sim::Settings;

use crate::folder;
use crate::support::{empty_clouds, inputs, registry};

/// The files of a spec: path and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// The examples, and every case of the spec goldens.
static ORIGINALS: LazyLock<Vec<Files>> = LazyLock::new(|| {
    let cases = std::fs::read_dir("tests/spec").expect("the goldens").flatten().map(|entry| entry.path());
    let mut folders: Vec<_> = cases.filter(|path| path.is_dir()).collect();
    folders.sort();
    // The examples are where most is to be broken: half of all draws are theirs.
    let count = folders.len() / 2;
    folders.extend((0..count).flat_map(|_| ["examples/webshop".into(), "examples/lift".into()]));
    folders.iter().map(|folder| files(folder)).collect()
});

fn is_spec(name: &str) -> bool {
    name.ends_with(".hcl") || name.ends_with(".tf")
}

fn files(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// What happens to one file.
#[derive(Clone, Debug)]
enum Wound {
    /// It ends here.
    Cut(prop::sample::Index),
    /// This stretch of it is replaced.
    Replaced(prop::sample::Index, usize, Vec<u8>),
    /// A line is there twice.
    Doubled(prop::sample::Index),
    /// A line is gone.
    Dropped(prop::sample::Index),
    /// A word stands where another one stood.
    Swapped(prop::sample::Index, prop::sample::Index),
}

fn wound() -> impl Strategy<Value = Wound> {
    let place = any::<prop::sample::Index>;
    let words = prop::sample::select(vec![
        "null",
        "site",
        "each.key",
        "primary",
        "sites",
        "all",
        "{",
        "}",
        "[",
        "\"",
        "${",
        "%{",
        "count.index",
        "-1",
        "1e400",
        "self",
        "local",
        "module",
        "data",
        "for",
        "...",
        "[*]",
        "standby",
        "exists",
        "<<EOT\n",
        "\nEOT",
        "//",
        "/*",
        "*/",
        "\"${\"",
        "}\"",
        "-",
        "~}",
        "\r",
        "\u{301}",
        "\u{0}",
    ]);
    let bytes = prop_oneof![
        words.prop_map(|word: &str| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..8)
    ];
    prop_oneof![
        1 => place().prop_map(Wound::Cut),
        4 => (place(), 0..12_usize, bytes).prop_map(|(at, length, by)| Wound::Replaced(at, length, by)),
        2 => place().prop_map(Wound::Doubled),
        3 => place().prop_map(Wound::Dropped),
        4 => (place(), place()).prop_map(|(one, other)| Wound::Swapped(one, other)),
    ]
}

fn inflict(bytes: &mut Vec<u8>, wound: &Wound) {
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    match wound {
        Wound::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Wound::Replaced(at, length, by) => {
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, by.iter().copied());
        }
        Wound::Doubled(at) | Wound::Dropped(at) => {
            let mut all = lines(bytes);
            if !all.is_empty() {
                let line = at.index(all.len());
                match wound {
                    Wound::Doubled(_) => all.insert(line, all[line].clone()),
                    _ => drop(all.remove(line)),
                }
            }
            *bytes = all.concat();
        }
        Wound::Swapped(one, other) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let pattern = regex::Regex::new("[A-Za-z_][A-Za-z0-9_-]*").expect("a pattern");
            let words: Vec<_> = pattern.find_iter(&text).collect();
            if !words.is_empty() {
                let (to, from) = (words[one.index(words.len())], words[other.index(words.len())].as_str());
                *bytes = [&text[..to.start()], from, &text[to.end()..]].concat().into_bytes();
            }
        }
    }
}

/// Reads, binds, and plans against empty clouds.
fn swallow(files: &Files) {
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
    let place = folder(&borrowed);
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let given = inputs(&[]);
    let bound = pipeline::load(place.path(), &registry(), &given, &mut sources, &mut diagnostics);
    let Some(bound) = bound.expect("a folder") else {
        assert!(diagnostics.has_errors(), "nothing came out, and nothing was said");
        return;
    };
    let memory = Memory::default();
    let request = Request {
        operation: Operation::Apply,
        assignment: Assignment::peacetime(&bound.topology),
        earlier: Vec::new(),
        memory: &memory,
        key: b"the key of tests, which is no secret",
        targets: Vec::new(),
        sites: Vec::new(),
        replace: Vec::new(),
        adopt: None,
        accepts_loss: false,
        lifetime: 3_600_000,
        simulated: true,
        now_text: "2026-01-01T00:00:00Z",
    };
    let mut clouds = empty_clouds(Settings::instant(1));
    let planned = pipeline::plan(&bound, &request, &mut clouds, &mut diagnostics);
    assert!(planned.is_some() || diagnostics.has_errors(), "no plan, and nothing was said");
    // Rendering walks over every span that was noted.
    let _ = relight::diag::text::render(&diagnostics, &sources, relight::diag::text::Style::default());
    let defect = diagnostics.iter().any(|problem| problem.code == relight::diag::codes::PLAN_INVALID);
    assert!(!defect, "a plan with flaws");
}

/// Formats, when it can be read: what comes out can be read too, and is formatted.
fn check_format(text: &str) {
    let mut sources = Sources::new();
    let file = sources.register("before", text);
    let Ok(once) = canonical(text, file) else { return };
    let file = sources.register("after", once.as_str());
    let twice = canonical(&once, file).unwrap_or_else(|problems| panic!("{text}\n-->\n{once}\n{problems:?}"));
    assert_eq!(twice, once);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn wounded_specs_end_in_diagnostics(
        which in any::<prop::sample::Index>(),
        file in any::<prop::sample::Index>(),
        wounds in prop::collection::vec(wound(), 1..4),
    ) {
        let mut files = which.get(&ORIGINALS).clone();
        let count = files.iter().filter(|(name, _)| is_spec(name)).count();
        let (_, bytes) = files.iter_mut().filter(|(name, _)| is_spec(name)).nth(file.index(count)).expect("a file");
        wounds.iter().for_each(|wound| inflict(bytes, wound));
        swallow(&files);
    }

    #[test]
    fn wounded_files_that_can_be_read_can_be_formatted(
        which in any::<prop::sample::Index>(),
        file in any::<prop::sample::Index>(),
        wounds in prop::collection::vec(wound(), 1..4),
    ) {
        let files = which.get(&ORIGINALS);
        let specs: Vec<_> = files.iter().filter(|(name, _)| is_spec(name)).collect();
        let mut bytes = file.get(&specs).1.clone();
        wounds.iter().for_each(|wound| inflict(&mut bytes, wound));
        check_format(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn arbitrary_bytes_end_in_diagnostics(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        swallow(&vec![("main.hcl".to_owned(), bytes)]);
    }
}
