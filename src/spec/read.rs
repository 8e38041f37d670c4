//! A folder to a [`Spec`]: all files, all modules that they call, all problems at once.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relight_contract::Name;
use sha2::{Digest, Sha256};

use super::block::Fragment;
use super::duplicate::duplicates;
use super::folder::{Folder, FolderError, path};
use super::lower::Lowering;
use super::module::{self, Installed, MODULE_LIMIT};
use super::names::Names;
use super::split::{Mask, split};
use super::syntax::{Text, masked};
use super::{Ident, Module, Spec};
use crate::diag::{Diagnostic, Diagnostics, FileId, Sources, Span, codes};

/// The largest file that is read, in bytes.
pub const FILE_LIMIT: u64 = 32 * 1024 * 1024;

/// About how much text is parsed at a time: a syntax tree takes some forty times the memory of its text.
pub(super) const CHUNK: usize = 32 * 1024;

/// The stack of a worker: enough for the parser and everything recursive at their limits of depth.
const STACK: usize = 16 * 1024 * 1024;

/// Reads the spec in `folder` on up to `workers` threads. Every file is registered with `sources`.
///
/// The spec holds what could be read, also beside errors; nothing must be made of it then but more diagnostics.
pub fn read(folder: &dyn Folder, workers: NonZero<usize>, sources: &mut Sources) -> (Spec, Diagnostics) {
    let mut reader = Reader {
        folder,
        workers: workers.get(),
        sources,
        problems: Diagnostics::new(),
        spec: Spec::default(),
        known: BTreeMap::from([(".".to_owned(), 0)]),
        waiting: vec![Waiting { directory: ".".to_owned(), calls: String::new(), called: None }],
        installed: None,
    };
    while !reader.waiting.is_empty() {
        reader.wave();
    }
    reader.finish()
}

/// A module that is known of, but not read yet.
struct Waiting {
    directory: String,
    /// The calls that led to it first, joined with dots.
    calls: String,
    /// Where it is called; `None` for the root.
    called: Option<Ident>,
}

struct Reader<'f> {
    folder: &'f dyn Folder,
    workers: usize,
    sources: &'f mut Sources,
    problems: Diagnostics,
    spec: Spec,
    /// Directory to index of the module.
    known: BTreeMap<String, usize>,
    waiting: Vec<Waiting>,
    installed: Option<Installed>,
}

/// A part of a file that is parsed at a time.
struct Chunk<'f> {
    file: &'f File,
    range: Range<usize>,
    /// Those of the whole file.
    masks: Arc<[Mask]>,
}

/// A file, read.
struct File {
    module: usize,
    path: Name,
    id: FileId,
    text: Arc<str>,
}

impl Reader<'_> {
    /// Reads all modules that were found so far, and finds those that they call.
    fn wave(&mut self) {
        let first = self.spec.modules.len();
        let waves = std::mem::take(&mut self.waiting);
        let mut files = Vec::new();
        for (index, waiting) in waves.iter().enumerate() {
            let directory = waiting.directory.as_str().into();
            self.spec.modules.push(Module { directory, ..Module::default() });
            self.files(waiting, first + index, &mut files);
        }
        let cut = parallel(self.workers, &files, |_, file| {
            let hash: [u8; 32] = Sha256::digest(file.text.as_bytes()).into();
            // A byte order mark is no part of the language.
            let start = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            (hash, split(&file.text, start..file.text.len(), CHUNK))
        });
        let mut chunks: Vec<Chunk> = Vec::new();
        for (file, (hash, split)) in files.iter().zip(cut) {
            self.spec.files.push((file.path.clone(), hash));
            let whole = Text::whole(&file.text, &file.text, file.id);
            self.problems.extend(split.flaws.iter().map(|flaw| flaw.diagnostic(whole)));
            let masks: Arc<[Mask]> = split.masks.into();
            chunks.extend(split.chunks.into_iter().map(|range| Chunk { file, range, masks: masks.clone() }));
        }
        let fragments = parallel(self.workers, &chunks, lower);
        let mut sources: Vec<Vec<Ident>> = waves.iter().map(|_| Vec::new()).collect();
        for (Chunk { file, .. }, (fragment, problems)) in chunks.iter().zip(fragments) {
            self.problems.append(problems);
            if let Some(sources) = sources.get_mut(file.module - first) {
                sources.extend(fragment.sources);
            }
            if let Some(module) = self.spec.modules.get_mut(file.module) {
                merge(module, fragment.module, &mut self.problems);
            }
        }
        for (index, (waiting, sources)) in waves.iter().zip(sources).enumerate() {
            self.calls(waiting, first + index, &sources);
        }
    }

    /// Reads the files of one module.
    fn files(&mut self, waiting: &Waiting, module: usize, into: &mut Vec<File>) {
        let directory = &waiting.directory;
        let called = waiting.called.as_ref().map_or(Span::NONE, |source| source.span);
        let names = match self.folder.names(directory) {
            Ok(names) => names,
            Err(error) => {
                let message = format!("The folder `{directory}` cannot be read: {error}.");
                self.problems.push(Diagnostic::error(codes::FILE_UNREADABLE, message).at(called));
                return;
            }
        };
        let before = into.len();
        let mut any = false;
        for name in names.iter().filter(|name| !name.starts_with('.') && !name.ends_with('~')) {
            if name.ends_with(".tf.json") {
                let message = format!("`{}` is not read: only HCL text is.", path(directory, name));
                self.problems.push(Diagnostic::note(codes::READ_PAST, message));
            }
            if name.ends_with(".hcl") || name.ends_with(".tf") {
                any = true;
                into.extend(self.file(directory, name, module));
            }
        }
        if into.len() == before && !any {
            let message = format!("The folder `{directory}` holds no specification.");
            let help = "A specification is every `*.hcl` and `*.tf` file directly in the folder.";
            self.problems.push(Diagnostic::error(codes::NO_FILES, message).at(called).help(help));
        }
    }

    fn file(&mut self, directory: &str, name: &str, module: usize) -> Option<File> {
        let path = path(directory, name);
        let bytes = match self.folder.read(directory, name, FILE_LIMIT) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problems.push(unreadable(&path, &error));
                return None;
            }
        };
        let text: Arc<str> = match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let line = error.as_bytes().iter().take(good).filter(|&&byte| byte == b'\n').count() + 1;
                let message = format!("`{path}` is not valid UTF-8, from line {line} on.");
                let help = "Save the file as UTF-8 text.";
                self.problems.push(Diagnostic::error(codes::NOT_UTF8, message).help(help));
                return None;
            }
        };
        let id = self.sources.register(path.as_str(), text.clone());
        Some(File { module, path: path.into(), id, text })
    }

    /// Finds the modules that a module calls.
    fn calls(&mut self, waiting: &Waiting, module: usize, sources: &[Ident]) {
        let calls: Vec<Name> = match self.spec.modules.get(module) {
            Some(module) => module.calls.iter().map(|call| call.name.name.clone()).collect(),
            None => return,
        };
        let mut found = Vec::with_capacity(calls.len());
        for (name, source) in calls.iter().zip(sources) {
            let calls =
                if waiting.calls.is_empty() { name.to_string() } else { format!("{}.{name}", waiting.calls) };
            let located = module::locate(
                self.folder,
                &mut self.installed,
                &waiting.directory,
                &calls,
                source,
                FILE_LIMIT,
            );
            found.push(
                self.problems.keep(located).and_then(|directory| self.module(directory, calls, source)),
            );
        }
        if let Some(module) = self.spec.modules.get_mut(module) {
            // A call whose module is not to be had is left out: nothing true could be said about it.
            let mut found = found.into_iter();
            module.calls.retain_mut(|call| match found.next().flatten() {
                Some(index) => {
                    call.module = module::id(index);
                    true
                }
                None => false,
            });
        }
    }

    /// The index of the module in a directory, which is read in the next wave if it is new.
    fn module(&mut self, directory: String, calls: String, source: &Ident) -> Option<usize> {
        if let Some(known) = self.known.get(&directory) {
            return Some(*known);
        }
        let index = self.known.len();
        if index >= MODULE_LIMIT {
            let message = format!("The specification has more than {MODULE_LIMIT} modules.");
            self.problems.push(Diagnostic::error(codes::MODULE_LIMIT, message).at(source.span));
            return None;
        }
        self.known.insert(directory.clone(), index);
        self.waiting.push(Waiting { directory, calls, called: Some(source.clone()) });
        Some(index)
    }

    fn finish(mut self) -> (Spec, Diagnostics) {
        for (index, module) in self.spec.modules.iter().enumerate() {
            duplicates(module, &mut self.problems);
            if index > 0 {
                root_only(module, &mut self.problems);
            }
        }
        self.problems.extend(module::circles(&self.spec.modules));
        self.spec.files.sort();
        (self.spec, self.problems)
    }
}

fn unreadable(path: &str, error: &FolderError) -> Diagnostic {
    match error {
        FolderError::TooLarge(size) => {
            let message = format!("`{path}` has {size} bytes; at most 32 MB are read.");
            Diagnostic::error(codes::FILE_TOO_LARGE, message)
                .help("Split the file: all files of a folder count as one.")
        }
        FolderError::Outside => {
            let message = format!("`{path}` cannot be read: {error}.");
            let help = "Symbolic links must stay inside the git repository, or inside the folder when there is none.";
            Diagnostic::error(codes::PATH_OUTSIDE, message).help(help)
        }
        _ => Diagnostic::error(codes::FILE_UNREADABLE, format!("`{path}` cannot be read: {error}.")),
    }
}

/// What only the root module may declare.
fn root_only(module: &Module, problems: &mut Diagnostics) {
    let topology = module.topology.iter().map(|block| ("topology", &block.name));
    let sites = module.sites.iter().map(|block| ("site", &block.name));
    for (what, name) in topology.chain(sites) {
        let message = format!("A `{what}` block stands in a module that is called.");
        let help = "Sites and the topology are declared in the root module, for all modules.";
        problems.push(Diagnostic::error(codes::BLOCK_UNKNOWN, message).at(name.span).help(help));
    }
}

/// Parses and lowers one chunk of a file. With a syntax error in it, its structures are parsed one by one, so that
/// the others are read, and every error is found.
fn lower(names: &mut Names, chunk: &Chunk) -> (Fragment, Diagnostics) {
    let (mut fragment, mut problems) = (Fragment::default(), Diagnostics::new());
    if lower_range(names, chunk, chunk.range.clone(), &mut fragment, &mut problems).is_err() {
        for piece in split(&chunk.file.text, chunk.range.clone(), 0).chunks {
            if let Err(error) = lower_range(names, chunk, piece, &mut fragment, &mut problems) {
                problems.push(error);
            }
        }
    }
    (fragment, problems)
}

fn lower_range(
    names: &mut Names,
    chunk: &Chunk,
    range: Range<usize>,
    fragment: &mut Fragment,
    problems: &mut Diagnostics,
) -> Result<(), Diagnostic> {
    let file = chunk.file;
    let shift = isize::try_from(range.start).unwrap_or(isize::MAX);
    let shown = masked(&file.text, range.clone(), &chunk.masks);
    let end = range.end;
    let text = file.text.get(range).unwrap_or_default();
    let text = Text { text, shown: &shown, file: file.id, shift, end };
    let body = text.body()?;
    Lowering::new(text, names, problems).file(&body, fragment);
    Ok(())
}

/// Adds what one chunk declares to its module.
fn merge(module: &mut Module, mut part: Module, problems: &mut Diagnostics) {
    match (&module.topology, part.topology.take()) {
        (Some(first), Some(second)) => {
            let message = "A second `topology` block stands here.";
            let diagnostic = Diagnostic::error(codes::BLOCK_DUPLICATE, message).at(second.name.span);
            problems.push(
                diagnostic.label(first.name.span, "the first one").help("There is one only. Merge the two."),
            );
        }
        (None, Some(topology)) => module.topology = Some(topology),
        (_, None) => {}
    }
    module.sites.append(&mut part.sites);
    module.providers.append(&mut part.providers);
    module.variables.append(&mut part.variables);
    module.locals.append(&mut part.locals);
    module.outputs.append(&mut part.outputs);
    module.calls.append(&mut part.calls);
    module.resources.append(&mut part.resources);
    module.overlays.append(&mut part.overlays);
    module.checks.append(&mut part.checks);
    module.moved.append(&mut part.moved);
    module.removed.append(&mut part.removed);
    module.imports.append(&mut part.imports);
    module.guards.append(&mut part.guards);
}

/// Does `work` on every item, on several threads with large stacks; results stand in the order of the items.
fn parallel<T: Sync, R: Send>(
    workers: usize,
    items: &[T],
    work: impl Fn(&mut Names, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut names = Names::default();
        let mut results = Vec::new();
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            results.push((index, work(&mut names, item)));
        }
        results
    };
    let mut results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers.min(items.len()))
            .map_while(|_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).ok())
            .collect();
        let mut results = Vec::with_capacity(items.len());
        for thread in threads {
            match thread.join() {
                Ok(part) => results.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    // Nothing is left over unless no thread could be started.
    results.extend(run());
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
