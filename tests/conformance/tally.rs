//! Who passes: every example in turn, a line for each kind, and everything that is wrong at the end.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use relight_contract::Kind;

use super::case::Case;
use super::course::{Course, STAGES, Stage};
use super::exceptions::{EXCEPTIONS, Exception, What};
use super::ground::Ground;
use super::support;

/// What was found on one ground.
#[derive(Default)]
#[must_use]
pub struct Tally {
    cloud: &'static str,
    kinds: u32,
    examples: u32,
    checks: u32,
    failures: Vec<String>,
    unreached: Vec<&'static str>,
    /// Kinds that were tried, and the exceptions that were needed.
    tried: BTreeSet<&'static str>,
    needed: BTreeSet<usize>,
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
    /// Drives every example that is asked for, each over a ground of its own.
    pub fn over<G: Ground>(ground: &mut dyn FnMut() -> Option<G>) -> Tally {
        let mut tally = Tally::default();
        let registry = support::registry();
        for kind in registry.kinds().filter(|kind| is_asked("KIND", kind.name)) {
            tally.kind(kind, ground);
        }
        tally
    }

    fn kind<G: Ground>(&mut self, kind: &'static Kind, ground: &mut dyn FnMut() -> Option<G>) {
        let (checks, examples) = (self.checks, self.examples);
        for example in kind.examples {
            let Some(mut ground) = ground() else { return };
            self.cloud = ground.name();
            if !ground.reaches(kind) {
                self.unreached.push(kind.name);
                return;
            }
            self.example(Case { kind, example }, &mut ground);
        }
        self.kinds += 1;
        self.tried.insert(kind.name);
        let (checks, examples) = (self.checks - checks, self.examples - examples);
        let wrong = self.failures.iter().filter(|text| text.starts_with(&format!("{} ", kind.name))).count();
        let wrong = if wrong == 0 { String::new() } else { format!(", {wrong} FAILED") };
        say(&format!("{} {:<45} {examples} examples, {checks} checks{wrong}", self.cloud, kind.name));
    }

    fn example(&mut self, case: Case, ground: &mut dyn Ground) {
        self.examples += 1;
        let untold: BTreeSet<(&str, &str)> = self
            .exceptions()
            .filter_map(|(_, one)| match one.what {
                What::Field(name) => Some((one.kind, name)),
                What::Stage(_) => None,
            })
            .collect();
        let mut course = Course::new(ground, case, &untold);
        for stage in STAGES {
            let excepted = self
                .exceptions()
                .find(|(_, one)| one.kind == case.kind.name && one.what == What::Stage(*stage));
            match (course.check(*stage), excepted) {
                (Ok(checks), _) => self.checks += checks,
                (Err(_), Some((at, one))) => {
                    self.needed.insert(at);
                    say(&format!("{} {} {stage}: {}", self.cloud, case.title(), one.reason));
                    if *stage == Stage::Create {
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

    /// Prints the counts, and fails with everything that is wrong.
    pub fn finish(mut self) {
        for (at, one) in self.exceptions() {
            if self.tried.contains(one.kind) && !self.needed.contains(&at) {
                self.failures.push(format!("{}: the exception {:?} is no longer needed", one.kind, one.what));
            }
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
        if !self.unreached.is_empty() {
            let _ = write!(
                text,
                "; {} kinds without an API half: {}",
                self.unreached.len(),
                self.unreached.join(" ")
            );
        }
        say(&text);
        assert!(self.failures.is_empty(), "{}\n{text}", self.failures.join("\n"));
    }
}
