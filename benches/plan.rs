//! Spec text to a finished and serialised plan: how long, and in how much memory.
//!
//! `cargo bench --bench plan` prints the whole table. `-- --runs 3` takes the median of three runs of each case,
//! `-- --most 10000` leaves the larger sizes out, `-- --rooms` shows the time of every room, and words such as `chain`
//! or `for_each` leave the other cases out. Every run is a process of its own, so that peaks of memory do not mix.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing figures is what a benchmark is for")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod case;
mod support;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use case::{Case, Cost};
use support::{Form, Shape, System};

/// That of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many resources there are.
const COUNTS: [usize; 3] = [1_000, 10_000, 100_000];

/// How large the spec is that is validated, in bytes.
const VALIDATED_BYTES: usize = 5_000_000;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let whole = arguments.iter().any(|word| word == "--bench");
    arguments.retain(|word| word != "--bench");
    let outcome = match arguments.split_first() {
        Some((word, rest)) if word == "case" => case::child(rest),
        _ => Options::read(&arguments, whole).and_then(|options| options.run()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    runs: usize,
    most: usize,
    rooms: bool,
    words: Vec<String>,
}

impl Options {
    /// `whole` is set by `cargo bench`; under `cargo test` only the smallest size is tried.
    fn read(arguments: &[String], whole: bool) -> Result<Options, String> {
        let most = if whole { usize::MAX } else { COUNTS[0] };
        let mut options = Options { runs: 1, most, rooms: false, words: Vec::new() };
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            let mut number = || {
                let value = rest.next().and_then(|text| text.parse().ok());
                value.ok_or_else(|| format!("{word} needs a number"))
            };
            match word.as_str() {
                "--runs" => options.runs = number()?,
                "--most" => options.most = number()?,
                "--rooms" => options.rooms = true,
                word if word.starts_with('-') => return Err(format!("there is no option {word}")),
                word => options.words.push(word.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, case: &Case) -> bool {
        let words = [case.system.shape.word(), case.system.form.word(), case.live()];
        case.system.count <= self.most && self.words.iter().all(|word| words.contains(&word.as_str()))
    }

    fn run(&self) -> Result<(), String> {
        println!("{:<8} {:<9} {:<9} {}", "shape", "written", "live", Cost::HEADER);
        for form in Form::ALL {
            for shape in Shape::ALL {
                for standing in [false, true] {
                    self.sizes(form, shape, standing)?;
                }
            }
        }
        if self.words.is_empty() {
            self.commands()?;
        }
        Ok(())
    }

    /// One case in all sizes, each beside what it is to reach and what it grew by.
    fn sizes(&self, form: Form, shape: Shape, standing: bool) -> Result<(), String> {
        let mut before: Option<Cost> = None;
        for count in COUNTS {
            let case = Case { system: System { shape, form, count }, standing };
            if !self.wants(&case) {
                continue;
            }
            let folder = folder()?;
            case.system.write(folder.path()).map_err(|error| error.to_string())?;
            let mut costs = Vec::new();
            for _ in 0..self.runs.max(1) {
                costs.push(case.spawn(folder.path())?);
            }
            costs.sort_by_key(|cost| cost.wall);
            let cost = costs.swap_remove(costs.len() / 2);
            println!(
                "{:<8} {:<9} {:<9} {}",
                shape.word(),
                form.word(),
                case.live(),
                cost.row(&case, before.as_ref())
            );
            if self.rooms {
                println!("{:>28} {}", "", cost.rooms);
            }
            before = Some(cost);
        }
        Ok(())
    }

    /// What a person waits for besides: `validate` of a large spec, and the start of the process.
    fn commands(&self) -> Result<(), String> {
        let folder = folder()?;
        let count = VALIDATED_BYTES / 300;
        let system = System { shape: Shape::Wide, form: Form::Blocks, count };
        system.write(folder.path()).map_err(|error| error.to_string())?;
        let bytes: usize = system.files().iter().map(|(_, text)| text.len()).sum();
        let path = folder.path().to_string_lossy().into_owned();
        let what = format!("relight validate ({:.1} MB)", megabytes(bytes));
        self.command(&what, &["validate", "-C", &path], 1000)?;
        self.command("relight --version", &["--version"], 20)
    }

    fn command(&self, what: &str, arguments: &[&str], target_milliseconds: u64) -> Result<(), String> {
        let mut times = Vec::new();
        for _ in 0..self.runs.max(3) {
            let begin = Instant::now();
            let output = Command::new(env!("CARGO_BIN_EXE_relight")).args(arguments).output();
            times.push(begin.elapsed());
            let output = output.map_err(|error| error.to_string())?;
            if !output.status.success() {
                return Err(format!("{what} failed:\n{}", String::from_utf8_lossy(&output.stderr)));
            }
        }
        times.sort();
        let median = times[times.len() / 2].as_secs_f64() * 1000.0;
        println!("{what:<36} {median:>8.1} ms of {target_milliseconds} ms");
        Ok(())
    }
}

fn folder() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir().map_err(|error| error.to_string())
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// What a case is to reach: milliseconds of wall time and megabytes of memory.
fn target(form: Form, count: usize) -> Option<(u64, u64)> {
    match (form, count) {
        (Form::Blocks, 10_000) => Some((1_000, 250)),
        (Form::Blocks, 100_000) => Some((8_000, 2_000)),
        (Form::ForEach, 10_000) => Some((300, 150)),
        (Form::ForEach, 100_000) => Some((3_000, 1_000)),
        _ => None,
    }
}

fn path_argument(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
