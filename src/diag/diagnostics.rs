//! All problems of one run.

use std::collections::HashSet;

use super::{Diagnostic, Severity};

/// How many diagnostics of one severity are kept; the rest is counted. A person reads no more, and a hostile specification
/// must not fill the memory with its own errors.
const KEPT_OF_EACH: usize = 200;

/// Every problem found so far; identical ones are kept once.
///
/// After 200 of one severity, further ones are only counted, and the renderings say how many. Which ones are kept depends on
/// the order in which they come, so that whoever collects must do so in a stable order.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    seen: HashSet<Diagnostic>,
    /// By severity: kept, and counted only.
    counts: [(usize, usize); 3],
}

impl Diagnostics {
    /// No problems yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem, unless the very same one is there.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.seen.contains(&diagnostic) {
            return;
        }
        let (kept, omitted) = &mut self.counts[diagnostic.severity as usize];
        if *kept == KEPT_OF_EACH {
            *omitted += 1;
            return;
        }
        *kept += 1;
        self.seen.insert(diagnostic.clone());
        self.kept.push(diagnostic);
    }

    /// Adds all problems of another collection, those that it only counted included.
    pub fn append(&mut self, other: Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            mine.1 += theirs.1;
        }
        self.extend(other.kept);
    }

    /// Keeps the problem of a failed result and gives the value of a good one.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.counts == [(0, 0); 3]
    }

    /// Whether there is an error, so that the next room must not start.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many problems of one severity there are, those counted only included.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let (kept, omitted) = self.counts[severity as usize];
        kept + omitted
    }

    /// How many problems of one severity were counted but not kept.
    #[must_use]
    pub fn omitted(&self, severity: Severity) -> usize {
        self.counts[severity as usize].1
    }

    /// The kept problems in the order in which they came.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.kept.iter()
    }

    /// The kept problems as they are shown: by file in the order of registration, by place, those without a source last.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.kept.iter().collect();
        sorted.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.span.file, d.span.start, d.severity, d.code, d.span.end);
            key(a).cmp(&key(b)).then_with(|| (&a.message, &a.address).cmp(&(&b.message, &b.address)))
        });
        sorted
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        let mut diagnostics = Self::new();
        diagnostics.push(diagnostic);
        diagnostics
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
