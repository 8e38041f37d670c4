//! The files beside a module, as `file`, `templatefile` and `fileset` see them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::folder::{DiskFolder, confined, normal, read_file};
use crate::diag::{Sources, Span};
use crate::expr::{Expr, Files};
use crate::spec::{FILE_LIMIT, FolderError, parse_template};

/// How many files `fileset` looks at before it gives up.
const MATCH_LIMIT: usize = 1_000_000;

/// The files of one module. Paths are relative to the root module's folder, as `path.module` is, and must lie inside
/// the module's own folder, symbolic links followed.
#[derive(Debug)]
pub struct ModuleFiles {
    root: PathBuf,
    module: PathBuf,
    /// What was read already: a template is used by each instance of a block.
    read: Mutex<BTreeMap<PathBuf, Arc<[u8]>>>,
}

impl ModuleFiles {
    /// The files of the module in `directory`, named as in the spec.
    pub fn new(folder: &DiskFolder, directory: &str) -> ModuleFiles {
        let module = folder.directory(directory);
        ModuleFiles { root: folder.root().to_owned(), module, read: Mutex::default() }
    }

    /// What was read already, whoever else reads.
    fn known(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Arc<[u8]>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, path: &str) -> PathBuf {
        normal(&self.root.join(path))
    }

    fn failure(&self, path: &str, error: &FolderError) -> String {
        match error {
            FolderError::Missing => format!("there is no file `{path}`"),
            FolderError::Outside => format!(
                "`{path}` lies outside of the module's folder; paths inside of it begin with `${{path.module}}/`"
            ),
            FolderError::TooLarge(size) => format!("`{path}` has {size} bytes; at most 32 MB are read"),
            FolderError::Unreadable(reason) => format!("`{path}` cannot be read: {reason}"),
        }
    }
}

impl Files for ModuleFiles {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, String> {
        let full = self.path(path);
        if let Some(known) = self.known().get(&full) {
            return Ok(known.clone());
        }
        let bytes: Arc<[u8]> = confined(&self.module, &full)
            .and_then(|found| read_file(&found, FILE_LIMIT))
            .map_err(|error| self.failure(path, &error))?
            .into();
        self.known().insert(full, bytes.clone());
        Ok(bytes)
    }

    fn exists(&self, path: &str) -> Result<bool, String> {
        match confined(&self.module, &self.path(path)) {
            Ok(found) if found.is_dir() => Err(format!("`{path}` is a folder, not a file")),
            Ok(found) if found.is_file() => Ok(true),
            Ok(_) => Err(format!("`{path}` is not a regular file")),
            Err(FolderError::Missing) => Ok(false),
            Err(error) => Err(self.failure(path, &error)),
        }
    }

    fn matching(&self, path: &str, pattern: &str) -> Result<Vec<String>, String> {
        let base = self.path(path);
        // The pattern goes on from the folder, and may lead out of it and back.
        let joined = normal(&base.join(pattern.trim_start_matches('/')));
        let inner = joined
            .strip_prefix(&base)
            .map_err(|_| format!("the pattern `{pattern}` leads out of its folder"))?;
        let glob = GlobBuilder::new(&inner.to_string_lossy())
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| format!("the pattern `{pattern}` is not usable: {}", error.kind()))?
            .compile_matcher();
        let folder = match confined(&self.module, &base) {
            Ok(folder) if folder.is_dir() => folder,
            Ok(_) | Err(FolderError::Missing) => return Ok(Vec::new()),
            Err(error) => return Err(self.failure(path, &error)),
        };
        let mut found = Vec::new();
        for (count, entry) in WalkDir::new(&folder).into_iter().enumerate() {
            if count == MATCH_LIMIT {
                return Err(format!("`{path}` holds more than {MATCH_LIMIT} files"));
            }
            let entry = entry.map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            let Ok(inside) = entry.path().strip_prefix(&folder) else { continue };
            if self.is_file(&entry) && glob.is_match(inside) {
                let words: Vec<_> =
                    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                found.push(words.join("/"));
            }
        }
        found.sort();
        Ok(found)
    }

    fn template(&self, name: &str, text: &str) -> Result<Expr, String> {
        parse_template(text, Span::NONE.file).map_err(|_| template_error(name, text))
    }
}

impl ModuleFiles {
    /// A regular file, or a symbolic link to one inside the module's folder.
    fn is_file(&self, entry: &walkdir::DirEntry) -> bool {
        match entry.file_type().is_symlink() {
            true => confined(&self.module, entry.path()).is_ok_and(|found| found.is_file()),
            false => entry.file_type().is_file(),
        }
    }
}

/// What is wrong with a template, with line and column.
fn template_error(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.register(name, text);
    let problems = parse_template(text, file).err().unwrap_or_default();
    let Some(first) = problems.sorted().first().copied() else {
        return format!("`{name}` is not a template");
    };
    match sources.position(file, first.span.start) {
        Some(place) => format!("{name}:{}:{}: {}", place.line, place.column, first.message),
        None => format!("{name}: {}", first.message),
    }
}
