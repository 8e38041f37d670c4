//! One case: planned in a process of its own, which tells what it cost.

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use relight::desired::{Answers, Assignment, desire};
use relight::diag::{Diagnostics, Sources, text};
use relight::diff::{Options, Question, diff};
use relight::memory::{Memory, digest};
use relight::plan::{Circumstances, Operation, Plan, build, flaws};
use relight::shell::pipeline::load;
use relight::topology::Inputs;
use relight_contract::Value;

use super::support::{Form, Shape, System, registry};
use super::{path_argument, target};

/// The stack that chains are planned on, in bytes: that of a main thread.
const STACK: usize = 8 << 20;

/// What is planned.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The system.
    pub system: System,
    /// Whether everything exists already.
    pub standing: bool,
}

/// What a run cost.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Milliseconds from the first byte read to the last byte written.
    pub wall: u64,
    /// Milliseconds of processor time, which other processes disturb less.
    pub processor: u64,
    /// The most memory that was in use, in kilobytes.
    pub peak: u64,
    /// Bytes of the spec and of the plan.
    pub bytes: (u64, u64),
    /// The milliseconds of each room, as text.
    pub rooms: String,
}

impl Case {
    /// The word in tables and arguments.
    pub fn live(&self) -> &'static str {
        if self.standing { "standing" } else { "empty" }
    }

    /// Runs the case in a process of its own.
    pub fn spawn(&self, folder: &Path) -> Result<Cost, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let output = Command::new(own)
            .args(["case", self.system.shape.word(), self.system.form.word(), self.live()])
            .arg(self.system.count.to_string())
            .arg(path_argument(folder))
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Cost::read(&text).ok_or_else(|| format!("{self:?} ended with {}: {text}", output.status))
    }

    fn read(words: &[String]) -> Option<(Case, &Path)> {
        let [shape, form, live, count, folder] = words else { return None };
        let shape = Shape::ALL.into_iter().find(|known| known.word() == shape)?;
        let form = Form::ALL.into_iter().find(|known| known.word() == form)?;
        let system = System { shape, form, count: count.parse().ok()? };
        Some((Case { system, standing: live == "standing" }, Path::new(folder)))
    }

    fn run(&self, folder: &Path) -> Result<(), String> {
        let survey = if self.standing { self.system.standing() } else { self.system.empty() };
        let before = processor_milliseconds();
        let mut clock = Clock::start();
        let (registry, memory, options) = (registry(), Memory::default(), Options::default());
        let (mut sources, mut problems) = (Sources::new(), Diagnostics::new());
        let bound = load(folder, &registry, &Inputs::default(), &mut sources, &mut problems);
        clock.lap("topology");
        let bound = bound.map_err(|error| error.to_string())?.filter(|_| !problems.has_errors());
        let said = |problems: &Diagnostics| text::render(problems, &sources, text::Style::default());
        let Some(bound) = bound else { return Err(said(&problems)) };
        let assignment = Assignment::peacetime(&bound.topology);
        let now = Some("2026-01-01T00:00:00Z");
        let desired = desire(&bound.topology, &assignment, &Answers::new(), &bound.files, now, &mut problems);
        clock.lap("desired");
        let keyed = |value: &Value| digest(b"the key of a benchmark", value);
        let question = Question {
            topology: &bound.topology,
            assignment: &assignment,
            desired: &desired,
            survey: &survey,
            earlier: &[],
            memory: &memory,
            operation: Operation::Apply,
            options: &options,
            digest: &keyed,
        };
        let changes = diff(&question, &mut problems);
        clock.lap("diff");
        let circumstances = Circumstances {
            now: 1_767_225_600_000,
            lifetime: 3_600_000,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            simulated: true,
        };
        let plan = build(&question, &changes, &circumstances, &mut problems);
        let Some(plan) = plan.filter(|_| !problems.has_errors()) else { return Err(said(&problems)) };
        clock.lap("plan");
        let wrong = flaws(&plan.content);
        clock.lap("check");
        let spec: usize = sources_bytes(folder);
        let written = folder.join("plan.json");
        write(&plan, &written).map_err(|error| error.to_string())?;
        clock.lap("writing");
        let count = self.system.count as u64;
        let steps = plan.content.steps.len() as u64;
        let sound = match self.standing {
            true => plan.content.kept == count && steps == 0,
            false => plan.content.kept == 0 && steps >= count,
        };
        if !sound || !wrong.is_empty() {
            return Err(format!("{} kept, {steps} steps, {wrong:?}", plan.content.kept));
        }
        let bytes = std::fs::metadata(&written).map_err(|error| error.to_string())?.len();
        println!(
            "{} {} {} {spec} {}{}",
            clock.total().as_millis(),
            processor_milliseconds() - before,
            peak_kilobytes(),
            bytes,
            clock.laps
        );
        // Nobody waits for the memory to be given back piece by piece.
        std::process::exit(0);
    }
}

/// Writes a plan as a saved one is written, but for the wait until the disk has it.
fn write(plan: &Plan, path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 16, std::fs::File::create(path)?);
    serde_json::to_writer(&mut file, plan)?;
    file.flush()
}

/// Runs one case, and prints what it cost.
pub fn child(words: &[String]) -> Result<(), String> {
    let (case, folder) = Case::read(words).ok_or_else(|| format!("this is no case: {words:?}"))?;
    if case.system.shape != Shape::Chain {
        return case.run(folder);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || case.run(folder));
        thread.map_err(|error| error.to_string())?.join().map_err(|_| "it panicked".to_owned())?
    })
}

impl Cost {
    /// The names of the columns of [`Cost::row`].
    pub const HEADER: &str =
        "   count   spec MB  plan MB    wall ms (target)  growth     cpu ms    peak MB (target)  growth";

    fn read(text: &str) -> Option<Cost> {
        let mut words = text.trim().splitn(6, ' ');
        let mut number = || words.next()?.parse().ok();
        let (wall, processor, peak) = (number()?, number()?, number()?);
        let bytes = (number()?, number()?);
        Some(Cost { wall, processor, peak, bytes, rooms: words.next().unwrap_or_default().to_owned() })
    }

    /// The cost as a line of the table; growth is against ten times fewer resources.
    pub fn row(&self, case: &Case, before: Option<&Cost>) -> String {
        let (time, memory) = match target(case.system.form, case.system.count) {
            Some((milliseconds, megabytes)) => (format!("({milliseconds})"), format!("({megabytes})")),
            None => (String::new(), String::new()),
        };
        let growth = |now: u64, before: Option<u64>| match before {
            Some(before) if before > 0 => format!("x{:.1}", now as f64 / before as f64),
            _ => String::new(),
        };
        format!(
            "{:>8} {:>9.1} {:>8.1} {:>10} {:>8} {:>7} {:>10} {:>10.0} {:>8} {:>7}",
            case.system.count,
            self.bytes.0 as f64 / 1e6,
            self.bytes.1 as f64 / 1e6,
            self.wall,
            time,
            growth(self.wall, before.map(|cost| cost.wall)),
            self.processor,
            self.peak as f64 / 1e3,
            memory,
            growth(self.peak, before.map(|cost| cost.peak)),
        )
    }
}

struct Clock {
    begin: Instant,
    last: Instant,
    laps: String,
}

impl Clock {
    fn start() -> Clock {
        let now = Instant::now();
        Clock { begin: now, last: now, laps: String::new() }
    }

    fn lap(&mut self, room: &str) {
        let now = Instant::now();
        let _ = write!(self.laps, " {room} {}", now.duration_since(self.last).as_millis());
        self.last = now;
    }

    fn total(&self) -> Duration {
        self.last.duration_since(self.begin)
    }
}

fn sources_bytes(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len() as usize).sum()
}

/// The most memory that this process had in use, in kilobytes; 0 where the system does not tell.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Processor time of this process, in milliseconds; 0 where the system does not tell.
fn processor_milliseconds() -> u64 {
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may hold anything: user and system time are the 12th and 13th, in hundredths.
    let numbers = status.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum::<u64>() * 10
}
