//! What the fuzz targets share: an input as the files of a spec, the way of `relight validate`, and what must hold of it.

use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use relight::desired::{self, Answers, Assignment, Desired};
use relight::diag::json::DiagnosticReport;
use relight::diag::{Diagnostic, Diagnostics, Sources, Span, text};
use relight::shell::folder::DiskFolder;
use relight::shell::pipeline::{Bound, SpecFiles};
use relight::spec;
use relight::topology::{Inputs, bind};
use relight_contract::Registry;
use relight_contract::builtin::BUILTIN;
use tempfile::TempDir;

/// What a line begins with that says to which file the lines behind it belong: `#: modules/net/main.tf`.
///
/// It is a comment, so that a spec in one file is an input as it stands.
const MARK: &[u8] = b"#: ";

/// The file of the lines before the first mark.
const FIRST: &str = "main.hcl";

/// How many files one input makes at most.
const MOST_FILES: usize = 64;

static REGISTRY: LazyLock<Registry> =
    LazyLock::new(|| Registry::new(&[&BUILTIN, &relight_aws::AWS, &relight_conformance::cumulus::CUMULUS]));

/// A file of a spec: its path and its bytes.
pub type File = (String, Vec<u8>);

/// The files that an input stands for.
pub fn files(input: &[u8]) -> Vec<File> {
    let mut files = vec![(FIRST.to_owned(), Vec::new())];
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(MARK).and_then(path) {
            Some(path) if files.len() < MOST_FILES => files.push((path, Vec::new())),
            _ => files.last_mut().expect("the first file").1.extend_from_slice(line),
        }
    }
    files.retain(|(path, bytes)| path != FIRST || !bytes.is_empty());
    files
}

/// A path that stays inside its folder.
fn path(bytes: &[u8]) -> Option<String> {
    let path = std::str::from_utf8(bytes).ok()?.trim_end();
    let plain = |word: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        !matches!(word, "" | "." | "..") && word.chars().all(known)
    };
    (path.len() < 100 && path.split('/').all(plain)).then(|| path.to_owned())
}

/// A folder with these files, as far as a disk takes them.
pub fn folder(files: &[File]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        // An input may want the same name for a file and a folder; the first one has it.
        if path.parent().is_some_and(|parent| std::fs::create_dir_all(parent).is_ok()) {
            let _ = std::fs::write(path, bytes);
        }
    }
    folder
}

/// A spec as far as it came, and what is wrong with it.
pub struct Compiled {
    /// The texts of the spec.
    pub sources: Sources,
    /// Every problem.
    pub diagnostics: Diagnostics,
    /// What is meant.
    pub bound: Option<Bound>,
}

/// Reads and binds the spec in a folder, as every command does.
pub fn compile(folder: &Path) -> Compiled {
    let folder = DiskFolder::open(folder).expect("a folder");
    let mut sources = Sources::new();
    let (spec, mut diagnostics) = spec::read(&folder, NonZero::<usize>::MIN, &mut sources);
    let files = SpecFiles::new(&folder, &spec);
    let topology = match diagnostics.has_errors() {
        true => None,
        false => bind(Arc::new(spec), &REGISTRY, &Inputs::default(), files.root(), &mut diagnostics),
    };
    assert!(topology.is_some() || diagnostics.has_errors(), "nothing came out, and nothing was said");
    Compiled { sources, diagnostics, bound: topology.map(|topology| Bound { topology, files }) }
}

impl Compiled {
    /// Everything that is wanted in peacetime, if nothing is wrong.
    pub fn desire(&mut self) -> Option<Desired> {
        let bound = self.bound.as_ref().filter(|_| !self.diagnostics.has_errors())?;
        let (assignment, answers) = (Assignment::peacetime(&bound.topology), Answers::new());
        let found = &mut self.diagnostics;
        let desired = desired::desire(&bound.topology, &assignment, &answers, &bound.files, None, found);
        (!self.diagnostics.has_errors()).then_some(desired)
    }
}

/// Checks that diagnostics point into their sources, and that they can be shown.
pub fn check_diagnostics(diagnostics: &Diagnostics, sources: &Sources) {
    for diagnostic in diagnostics.iter() {
        let labels = diagnostic.labels.iter().map(|(span, _)| *span);
        std::iter::once(diagnostic.span).chain(labels).for_each(|span| check_span(diagnostic, span, sources));
    }
    let shown = text::render(diagnostics, sources, text::Style::default());
    assert!(diagnostics.is_empty() || !shown.is_empty(), "problems are shown as nothing");
    let report = DiagnosticReport::new(diagnostics, sources);
    let json = serde_json::to_string(&report).expect("JSON of every report");
    serde_json::from_str::<serde_json::Value>(&json).expect("JSON that can be read again");
}

fn check_span(diagnostic: &Diagnostic, span: Span, sources: &Sources) {
    // What has no file of the spec, such as a template in a file of its own, is shown without a place.
    if span.file == Span::NONE.file {
        return;
    }
    let text = sources.text(span.file).expect("a file that was read");
    let inside = text.get(span.start as usize..span.end as usize).is_some();
    assert!(inside, "{diagnostic} lies at {span:?} of {} bytes", text.len());
}
