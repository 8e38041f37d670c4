//! Problems that are no diagnostics of a spec: what is wrong, and what to do, for people.

use std::path::Path;

use super::exit::{Exit, Reason};
use super::terminal::{Colour, Paint};
use crate::spec::FolderError;

/// Why a command cannot go on.
#[derive(Debug)]
pub(super) struct Problem {
    message: String,
    hints: Vec<String>,
    reason: Reason,
    /// Whether it was said already, by diagnostics.
    told: bool,
}

impl Problem {
    /// Something is wrong.
    pub(super) fn new(message: impl Into<String>) -> Problem {
        Problem { message: message.into(), hints: Vec::new(), reason: Reason::Error, told: false }
    }

    /// Something is wrong that diagnostics have told already.
    pub(super) fn told() -> Problem {
        Problem { told: true, ..Problem::new("") }
    }

    /// A file cannot be read or written.
    pub(super) fn file(doing: &str, path: &Path, error: &std::io::Error) -> Problem {
        Problem::new(format!("cannot {doing} `{}`: {error}", path.display()))
    }

    /// The folder of the spec cannot be read.
    pub(super) fn folder(path: &Path, error: &FolderError) -> Problem {
        Problem::new(format!("cannot read the folder `{}`: {error}", path.display()))
            .hint("name the folder of the spec with `-C DIR`")
    }

    /// What to do about it.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hints.push(hint.into());
        self
    }

    /// How the process ends for it.
    #[must_use]
    pub(super) fn because(mut self, reason: Reason) -> Problem {
        self.reason = reason;
        self
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        Exit::from(self.reason)
    }

    /// The text that people see.
    pub(super) fn render(&self, paint: Paint) -> String {
        self.text(&paint.bold(Colour::Red, "error:"), paint)
    }

    /// The same, where the command goes on.
    pub(super) fn warning(&self, paint: Paint) -> String {
        self.text(&paint.bold(Colour::Yellow, "warning:"), paint)
    }

    fn text(&self, word: &str, paint: Paint) -> String {
        if self.told {
            return String::new();
        }
        let mut text = format!("{word} {}\n", self.message);
        for hint in &self.hints {
            text.push_str(&format!("{} {hint}\n", paint.bold(Colour::Cyan, "hint:")));
        }
        text
    }
}
