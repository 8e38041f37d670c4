//! Which folder a module's source leads to, and modules that contain themselves.

use serde::Deserialize;

use super::folder::{Folder, FolderError};
use super::{Ident, Module, ModuleId};
use crate::diag::{Diagnostic, Span, codes};

/// The most folders that one spec may be made of.
pub(super) const MODULE_LIMIT: usize = 10_000;

/// What `terraform init` has fetched: written by it into the root module's folder.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Installed {
    #[serde(rename = "Modules", default)]
    modules: Vec<InstalledModule>,
}

#[derive(Debug, Deserialize)]
struct InstalledModule {
    /// The calls that lead to it, joined with dots.
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source", default)]
    source: String,
    /// Relative to the root module's folder.
    #[serde(rename = "Dir")]
    directory: String,
}

impl Installed {
    /// The list in the folder; empty when there is none.
    pub(super) fn read(folder: &dyn Folder, limit: u64) -> Result<Installed, Diagnostic> {
        let unusable = |reason: String| {
            let message = format!("`.terraform/modules/modules.json` cannot be used: {reason}.");
            Diagnostic::error(codes::MODULE_SOURCE, message).help("`terraform init` writes it anew.")
        };
        let bytes = match folder.read(".terraform/modules", "modules.json", limit) {
            Ok(bytes) => bytes,
            Err(FolderError::Missing) => return Ok(Installed::default()),
            Err(error) => return Err(unusable(error.to_string())),
        };
        serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))
    }

    /// Where the module behind these calls stands, if it was fetched from this source.
    fn directory(&self, calls: &str, source: &str) -> Option<&str> {
        let found = self.modules.iter().find(|module| module.key == calls)?;
        // Sources of a registry are recorded with its host in front; others in a form of their own.
        let is_registry = source.split('/').count() >= 3 && !source.contains(':');
        let fits = !is_registry || found.source.ends_with(source) || found.source.contains("::");
        fits.then_some(found.directory.as_str())
    }
}

/// The folder that a source leads to; `calls` is the dotted path of the call.
pub(super) fn locate(
    folder: &dyn Folder,
    installed: &mut Option<Installed>,
    directory: &str,
    calls: &str,
    source: &Ident,
    limit: u64,
) -> Result<String, Diagnostic> {
    let text = &*source.name;
    if text.starts_with("./") || text.starts_with("../") || matches!(text, "." | "..") {
        return folder.resolve(directory, text).map_err(|error| unreachable_folder(&error, source));
    }
    if text.starts_with("relight://") {
        let message = format!("There is no built-in module `{text}`.");
        let help = "Use a local module: `source = \"./modules/network\"`.";
        return Err(Diagnostic::error(codes::MODULE_SOURCE, message).at(source.span).help(help));
    }
    if text.starts_with('/') || text.is_empty() {
        let message = "A local source is relative to the module that calls it.";
        let help = "Begin it with `./` or `../`.";
        return Err(Diagnostic::error(codes::MODULE_SOURCE, message).at(source.span).help(help));
    }
    let known = match installed {
        Some(known) => known,
        None => installed.insert(Installed::read(folder, limit).map_err(|error| error.at(source.span))?),
    };
    match known.directory(calls, text) {
        Some(found) => folder.resolve(".", found).map_err(|error| unreachable_folder(&error, source)),
        None => {
            let message = format!("The module `{text}` is not there: relight never fetches.");
            let help = "Run `terraform init`, which puts it into `.terraform/modules`, or copy it and name its folder. \
                        A local source begins with `./` or `../`.";
            Err(Diagnostic::error(codes::MODULE_SOURCE, message).at(source.span).help(help))
        }
    }
}

fn unreachable_folder(error: &FolderError, source: &Ident) -> Diagnostic {
    let (code, help) = match error {
        FolderError::Missing => {
            (codes::MODULE_NOT_FOUND, "The path is relative to the module that calls it.")
        }
        FolderError::Outside => (
            codes::PATH_OUTSIDE,
            "Modules may lie anywhere inside the git repository, symbolic links followed.",
        ),
        FolderError::TooLarge(_) | FolderError::Unreadable(_) => {
            (codes::FILE_UNREADABLE, "Check who may read the folder.")
        }
    };
    let message = format!("The module's folder `{}` cannot be used: {error}.", source.name);
    Diagnostic::error(code, message).at(source.span).help(help)
}

/// The circles in which modules call each other, each once, as a path.
pub(super) fn circles(modules: &[Module]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut done = vec![false; modules.len()];
    let mut on_path = vec![false; modules.len()];
    // Each entry is a module, and which of its calls is looked at next.
    for start in 0..modules.len() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            if done.get(at).copied().unwrap_or(true) {
                path.pop();
                continue;
            }
            set(&mut on_path, at, true);
            match modules.get(at).and_then(|module| module.calls.get(*next)) {
                Some(call) => {
                    *next += 1;
                    let to = call.module.0 as usize;
                    match on_path.get(to) {
                        Some(true) => found.push(circle(modules, &path, to)),
                        Some(false) => path.push((to, 0)),
                        None => {}
                    }
                }
                None => {
                    set(&mut done, at, true);
                    set(&mut on_path, at, false);
                    path.pop();
                }
            }
        }
    }
    found
}

fn set(marks: &mut [bool], at: usize, mark: bool) {
    if let Some(place) = marks.get_mut(at) {
        *place = mark;
    }
}

fn circle(modules: &[Module], path: &[(usize, usize)], to: usize) -> Diagnostic {
    let from = path.iter().position(|(at, _)| *at == to).unwrap_or(0);
    let mut names = Vec::new();
    let mut places: Vec<(Span, String)> = Vec::new();
    for (at, next) in path.get(from..).unwrap_or_default() {
        let Some(module) = modules.get(*at) else { continue };
        names.push(format!("`{}`", module.directory));
        if let Some(call) = next.checked_sub(1).and_then(|call| module.calls.get(call)) {
            let to = modules.get(call.module.0 as usize).map_or("", |module| &*module.directory);
            places.push((call.name.span, format!("`{}` calls `{to}`", module.directory)));
        }
    }
    names.extend(names.first().cloned());
    let message = format!("Modules call each other in a circle: {}.", names.join(" -> "));
    let at = places.last().map_or(Span::NONE, |(span, _)| *span);
    let diagnostic = Diagnostic::error(codes::MODULE_CYCLE, message).at(at).help("Remove one of the calls.");
    places.into_iter().fold(diagnostic, |diagnostic, (span, label)| diagnostic.label(span, label))
}

/// The id of the module with this index.
pub(super) fn id(index: usize) -> ModuleId {
    ModuleId(u32::try_from(index).unwrap_or(u32::MAX))
}
