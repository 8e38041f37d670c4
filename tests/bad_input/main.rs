//! Bad input: whatever is fed to relight ends with diagnostics and exit code 1, and what is damaged is never overwritten.

mod formatted;
mod hostile;
mod mutants;
mod stored;
#[path = "../support/mod.rs"]
mod support;
mod unfinished;

use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the binary in a folder with three gigabytes of address space at most: its exit code, and all that it said.
fn relight(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    relight_with(folder, arguments, "{}")
}

/// The same with faults of the simulated clouds.
fn relight_with(folder: &Path, arguments: &[&str], faults: &str) -> (Option<i32>, String) {
    let bounded = "ulimit -v 3145728 && exec \"$0\" \"$@\"";
    let output = Command::new("/bin/sh")
        .args(["-c", bounded, env!("CARGO_BIN_EXE_relight")])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("RELIGHT_SANDBOX_FAULTS", faults)
        .stdin(Stdio::null())
        .output()
        .expect("the binary");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code(), text)
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    folder
}
