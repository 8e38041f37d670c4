//! A spec's folder in memory.

use std::collections::BTreeMap;
use std::num::NonZero;

use relight::diag::{Diagnostics, Severity, Sources};
use relight::spec::{self, Folder, FolderError, Spec};

/// Path to bytes.
#[derive(Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    pub fn new<const N: usize>(files: [(&str, &str); N]) -> Memory {
        Memory(files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl Folder for Memory {
    fn names(&self, directory: &str) -> Result<Vec<String>, FolderError> {
        let inside = self.0.keys().filter(|path| folder_of(path) == directory);
        Ok(inside.map(|path| path.rsplit('/').next().unwrap_or_default().to_owned()).collect())
    }

    fn read(&self, directory: &str, name: &str, limit: u64) -> Result<Vec<u8>, FolderError> {
        let path = if directory == "." { name.to_owned() } else { format!("{directory}/{name}") };
        let bytes = self.0.get(&path).ok_or(FolderError::Missing)?;
        match bytes.len() as u64 > limit {
            true => Err(FolderError::TooLarge(bytes.len() as u64)),
            false => Ok(bytes.clone()),
        }
    }

    fn resolve(&self, directory: &str, path: &str) -> Result<String, FolderError> {
        let mut words: Vec<&str> = Vec::new();
        for word in directory.split('/').chain(path.split('/')) {
            match word {
                "." => {}
                ".." => drop(words.pop().ok_or(FolderError::Outside)?),
                word => words.push(word),
            }
        }
        let directory = if words.is_empty() { ".".to_owned() } else { words.join("/") };
        match self.0.keys().any(|path| folder_of(path) == directory) {
            true => Ok(directory),
            false => Err(FolderError::Missing),
        }
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(".", |(folder, _)| folder)
}

/// Reads a folder with two workers.
pub fn read(folder: &dyn Folder) -> (Spec, Diagnostics, Sources) {
    let mut sources = Sources::new();
    let (spec, problems) = spec::read(folder, NonZero::new(2).expect("two"), &mut sources);
    (spec, problems, sources)
}

/// Reads one file.
pub fn read_text(text: &str) -> (Spec, Vec<String>) {
    let (spec, problems, sources) = read(&Memory::new([("main.hcl", text)]));
    (spec, lines(&problems, &sources))
}

/// Each problem as `code line:column message | help`.
pub fn lines(problems: &Diagnostics, sources: &Sources) -> Vec<String> {
    let mut lines = Vec::new();
    for problem in problems.sorted() {
        let place = sources.position(problem.span.file, problem.span.start);
        let place = place.map_or("-".to_owned(), |place| format!("{}:{}", place.line, place.column));
        let note = if problem.severity == Severity::Error { "" } else { " (note)" };
        let help = problem.help.as_deref().unwrap_or_default();
        lines.push(
            format!("{}{note} {place} {} | {help}", problem.code, problem.message).trim_end().to_owned(),
        );
    }
    lines
}
