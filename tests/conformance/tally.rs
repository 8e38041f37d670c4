//! Who passes: every example in turn, a line for each kind, and everything that is wrong at the end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use relight_contract::{Act, Kind};

use super::case::Case;
use super::course::Course;
use super::exceptions::{EXCEPTIONS, Exception, What};
use super::ground::Ground;
use super::stage::{STAGES, Stage};
use super::support;
use super::tried::{self, Counts};

/// What was found on one ground.
#[derive(Default)]
#[must_use]
pub struct Tally {
    cloud: &'static str,
    kinds: u32,
    examples: u32,
    checks: u32,
    failures: Vec<String>,
    unreached: Vec<String>,
    /// Kinds that were tried, and the exceptions that were needed.
    tried: BTreeSet<&'static str>,
    needed: BTreeSet<usize>,
    /// The stages in which there was something to check, and it held, by kind.
    held: BTreeMap<&'static str, BTreeSet<Stage>>,
}

/// Whether an environment variable leaves a word in: it is unset, or a list that holds it.
#[expect(clippy::disallowed_methods, reason = "whoever runs the suite may limit it")]
pub fn is_asked(variable: &str, word: &str) -> bool {
    let list = std::env::var(variable).unwrap_or_default();
    list.is_empty() || list.split(',').any(|asked| asked.trim() == word)
}

/// A line for whoever runs the suite, whether or not it passes.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

impl Tally {
    /// Drives every example that is asked for, each over a ground of its own; a thread for each maker of grounds.
    pub fn over<G: Ground, F: FnMut() -> G + Send>(makers: Vec<F>) -> Tally {
        let registry = support::registry();
        let kinds = registry.kinds().filter(|kind| is_asked("KIND", kind.name));
        let kinds: Mutex<VecDeque<&'static Kind>> = Mutex::new(kinds.collect());
        let next = || kinds.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let work = |mut ground: F| {
            let mut tally = Tally::default();
            while let Some(kind) = next() {
                tally.kind(kind, &mut ground);
            }
            tally
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = makers.into_iter().map(|maker| scope.spawn(|| work(maker))).collect();
            let tallies = workers.into_iter().map(|worker| worker.join().expect("a tally"));
            tallies.fold(Tally::default(), Tally::with)
        })
    }

    /// Both together.
    fn with(mut self, other: Tally) -> Tally {
        self.cloud = if other.cloud.is_empty() { self.cloud } else { other.cloud };
        self.kinds += other.kinds;
        self.examples += other.examples;
        self.checks += other.checks;
        self.failures.extend(other.failures);
        self.unreached.extend(other.unreached);
        self.tried.extend(other.tried);
        self.needed.extend(other.needed);
        self.held.extend(other.held);
        self
    }

    fn kind<G: Ground>(&mut self, kind: &'static Kind, ground: &mut dyn FnMut() -> G) {
        let (checks, examples, failures) = (self.checks, self.examples, self.failures.len());
        for example in kind.examples {
            let case = Case { kind, example };
            let mut ground = ground();
            self.cloud = ground.name();
            let registry = support::registry();
            let out_of_reach =
                case.kinds().find(|name| registry.kind(name).is_some_and(|kind| !ground.reaches(kind)));
            if let Some(name) = out_of_reach {
                self.unreached.push(format!("{} for {name}", kind.name));
                return;
            }
            // One example that breaks down does not take the others with it.
            let tried = std::panic::AssertUnwindSafe(|| self.example(case, &mut ground));
            if let Err(panic) = std::panic::catch_unwind(tried) {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
                self.failures.push(format!("{} broke down: {}", case.title(), text.unwrap_or_default()));
            }
        }
        self.kinds += 1;
        self.tried.insert(kind.name);
        let (checks, examples) = (self.checks - checks, self.examples - examples);
        let failed = self.failures.get(failures..).unwrap_or_default().join("\n");
        let failed = if failed.is_empty() { failed } else { format!(" FAILED\n{failed}") };
        say(&format!("{} {:<45} {examples} examples, {checks} checks{failed}", self.cloud, kind.name));
    }

    fn example(&mut self, case: Case, ground: &mut dyn Ground) {
        self.examples += 1;
        let untold: BTreeSet<(&str, &str)> = self
            .exceptions()
            .filter_map(|(_, one)| match one.what {
                What::Field(name) => Some((one.kind, name)),
                What::Stage(_) | What::From(_) => None,
            })
            .collect();
        let mut course = Course::new(ground, case, &untold);
        for stage in STAGES {
            let excepted = self.exceptions().find(|(_, one)| {
                one.kind == case.kind.name && [What::Stage(*stage), What::From(*stage)].contains(&one.what)
            });
            match (course.check(*stage), excepted) {
                (Ok(checks), _) => {
                    self.checks += checks;
                    if checks > 0 {
                        self.held.entry(case.kind.name).or_default().insert(*stage);
                    }
                }
                (Err(_), Some((at, one))) => {
                    self.needed.insert(at);
                    say(&format!("{} {} {stage}: {}", self.cloud, case.title(), one.reason));
                    if *stage == Stage::Create || one.what == What::From(*stage) {
                        break;
                    }
                }
                (Err(text), None) => {
                    self.failures.push(format!("{} on {}, {stage}: {text}", case.title(), self.cloud));
                    break;
                }
            }
        }
        let met = course.met;
        let fields: Vec<usize> = self
            .exceptions()
            .filter(|(_, one)| matches!(one.what, What::Field(name) if met.contains(&(one.kind, name))))
            .map(|(at, _)| at)
            .collect();
        self.needed.extend(fields);
    }

    /// The exceptions of this ground, with their positions.
    fn exceptions(&self) -> impl Iterator<Item = (usize, &'static Exception)> + use<> {
        let cloud = self.cloud;
        EXCEPTIONS.iter().enumerate().filter(move |(_, one)| one.cloud == cloud)
    }

    /// The kinds that were tried.
    fn kinds(&self) -> Vec<&'static Kind> {
        let registry = support::registry();
        registry.kinds().filter(|kind| self.tried.contains(kind.name)).collect()
    }

    /// What the reference of kinds would say wrongly of their operations, where the course came to something else.
    fn told_wrongly(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for kind in self.kinds() {
            let held = self.held.get(kind.name);
            let made: BTreeSet<Act> =
                held.into_iter().flatten().flat_map(|stage| tried::acts(*stage)).copied().collect();
            for act in kind.operations.iter().map(|operation| operation.act) {
                match (made.contains(&act), tried::untried(self.cloud, kind, act)) {
                    (true, Some(why)) => wrong.push(format!("{}: {act:?} was tried, not: {why}", kind.name)),
                    (false, None) => wrong.push(format!("{}: {act:?} was not tried", kind.name)),
                    _ => {}
                }
            }
        }
        wrong
    }

    /// Prints the counts, and fails with everything that is wrong.
    pub fn finish(mut self) {
        for (at, one) in self.exceptions() {
            if self.tried.contains(one.kind) && !self.needed.contains(&at) {
                self.failures.push(format!("{}: the exception {:?} is no longer needed", one.kind, one.what));
            }
        }
        // A course that failed came to nothing of its own.
        if self.failures.is_empty() {
            self.failures = self.told_wrongly();
        }
        let mut text = format!(
            "{}: {} kinds, {} examples, {} checks, {} exceptions, {} failures",
            self.cloud,
            self.kinds,
            self.examples,
            self.checks,
            self.needed.len(),
            self.failures.len()
        );
        if self.cloud == tried::SHAPE {
            let _ = write!(text, "; {}", Counts::of(self.kinds().into_iter()));
        }
        if !self.unreached.is_empty() {
            let _ = write!(
                text,
                "; {} kinds that wait for an API half: {}",
                self.unreached.len(),
                self.unreached.join(", ")
            );
        }
        say(&text);
        assert!(self.failures.is_empty(), "{}\n{text}", self.failures.join("\n"));
    }
}
