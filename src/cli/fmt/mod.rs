//! `fmt`: files in the canonical style, untouched where they do not parse.

mod layout;
mod lexer;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use walkdir::WalkDir;

use super::arguments::FmtArguments;
use super::exit::{Exit, Reason};
use super::problem::Problem;
use super::{Cli, Outcome};
use crate::diag::{Diagnostics, FileId, Sources, text};
use crate::spec::{FILE_LIMIT, check_syntax};

/// The ends of names that are formatted in a folder.
const ENDINGS: [&str; 3] = [".hcl", ".tf", ".tfvars"];

pub(super) fn run(options: &FmtArguments, cli: &mut Cli<'_>) -> Outcome {
    let mut exit = Exit::success();
    let directory = vec![cli.globals.directory.clone()];
    let paths = if options.paths.is_empty() { &directory } else { &options.paths };
    for path in paths {
        if path.as_os_str() == "-" {
            exit = exit.and_if(!standard_input(options, cli)?, Reason::Error);
            continue;
        }
        let path = if options.paths.is_empty() { path.clone() } else { cli.globals.directory.join(path) };
        for file in files(&path, options.recursive)? {
            exit = exit.and_if(!file_in_place(&file, options, cli)?, Reason::Error);
        }
    }
    Ok(exit)
}

/// The files that a path stands for.
fn files(path: &Path, recursive: bool) -> Result<Vec<PathBuf>, Problem> {
    let kind = fs::metadata(path).map_err(|error| Problem::file("read", path, &error))?;
    if !kind.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let depth = if recursive { usize::MAX } else { 1 };
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let mut found = Vec::new();
    let walk = WalkDir::new(path).min_depth(1).max_depth(depth).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| !hidden(entry.file_name())) {
        let entry = entry.map_err(|error| Problem::new(format!("cannot read a folder: {error}")))?;
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_file() && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// Formats one file; whether it is well.
fn file_in_place(path: &Path, options: &FmtArguments, cli: &mut Cli<'_>) -> Result<bool, Problem> {
    let shown = path.strip_prefix(".").unwrap_or(path).display().to_string();
    let size = fs::metadata(path).map_err(|error| Problem::file("read", path, &error))?.len();
    if size > FILE_LIMIT {
        return Err(Problem::new(format!("`{shown}` has {size} bytes; at most 32 MB are read")));
    }
    let text = fs::read_to_string(path).map_err(|error| Problem::file("read", path, &error))?;
    let Some(formatted) = formatted(&shown, &text, cli) else { return Ok(false) };
    if formatted == text {
        return Ok(true);
    }
    cli.terminal.out(&format!("{shown}\n"));
    if options.diff {
        cli.terminal.out(&diff(&shown, &text, &formatted));
    }
    if options.check {
        return Ok(false);
    }
    replace(path, &formatted).map_err(|error| Problem::file("write", path, &error))?;
    Ok(true)
}

fn standard_input(options: &FmtArguments, cli: &mut Cli<'_>) -> Result<bool, Problem> {
    let mut text = String::new();
    std::io::stdin()
        .take(FILE_LIMIT)
        .read_to_string(&mut text)
        .map_err(|error| Problem::new(format!("cannot read standard input: {error}")))?;
    let Some(formatted) = formatted("standard input", &text, cli) else { return Ok(false) };
    match (options.check, options.diff) {
        (_, true) => cli.terminal.out(&diff("standard input", &text, &formatted)),
        (true, false) => {}
        (false, false) => cli.terminal.out(&formatted),
    }
    Ok(!options.check || formatted == text)
}

/// The canonical text; `None` when it does not parse, which is told.
fn formatted(name: &str, text: &str, cli: &mut Cli<'_>) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.register(name, text);
    let told = |problems: Diagnostics| {
        cli.terminal.err(&text::render(&problems, &sources, cli.terminal.diagnostics()));
    };
    canonical(text, file).map_err(told).ok()
}

/// The canonical text of a file; the problems of one that does not parse, since what it means cannot be kept.
pub fn canonical(text: &str, file: FileId) -> Result<String, Diagnostics> {
    let problems = check_syntax(text, file);
    if problems.has_errors() { Err(problems) } else { Ok(layout::format(text)) }
}

fn diff(name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().header(&format!("old/{name}"), &format!("new/{name}")).to_string()
}

/// Writes a file so that it is never seen half written.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // Through a symbolic link, so that the link stays one.
    let path = fs::canonicalize(path)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".relight-fmt");
    let beside = path.with_file_name(name);
    let write = || {
        let mut file = fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::set_permissions(&beside, fs::metadata(&path)?.permissions())?;
        fs::rename(&beside, &path)
    };
    write().inspect_err(|_| {
        // The file itself is untouched; what is beside it may stay when it cannot be removed.
        let _ = fs::remove_file(&beside);
    })
}
