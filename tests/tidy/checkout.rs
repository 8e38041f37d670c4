//! The files of the checkout: those that git knows, or else everything below the root.

use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

/// A text file of the checkout.
pub struct File {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the file holds tests, benchmarks or fuzz targets alone: no user ever runs it.
    pub fn is_test(&self) -> bool {
        let folders = ["tests/", "benches/", "fuzz/"];
        folders.iter().any(|folder| self.path.starts_with(folder))
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }
}

/// Every text file, in the order of their paths.
pub fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = tracked(root).unwrap_or_else(|| walked(root));
    paths.sort();
    let read = |path: String| {
        let text = std::fs::read_to_string(root.join(&path)).ok()?;
        Some(File { path, text })
    };
    paths.into_iter().filter_map(read).collect()
}

/// What git tracks, or would once it is added.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root).output().ok()?;
    let listed = String::from_utf8(output.stdout).ok()?;
    let paths: Vec<String> = listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

/// Without git: everything but what builds and runs leave behind.
fn walked(root: &Path) -> Vec<String> {
    let ours = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        !["target", ".git", ".relight", ".venv"].contains(&name)
    };
    let slashed = |path: PathBuf| {
        let relative = path.strip_prefix(root).ok()?.to_str()?;
        Some(relative.replace(std::path::MAIN_SEPARATOR, "/"))
    };
    WalkDir::new(root)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || ours(entry.path()))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| slashed(entry.into_path()))
        .collect()
}
