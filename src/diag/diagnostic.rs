//! One problem.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Span};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// relight does not go on.
    Error,
    /// relight goes on, but a person should look.
    Warning,
    /// Worth knowing; nothing to do.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One problem: what is wrong, where, and what to do.
///
/// Built as a sentence: `Diagnostic::error(codes::CYCLE, "`local.a` depends on itself.").at(span).help("...")`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which problem it is.
    pub code: Code,
    /// What is wrong, as a full sentence, with names in backticks and never a secret value.
    pub message: String,
    /// Where, or [`Span::NONE`].
    pub span: Span,
    /// Other places that explain it, each with a few words; one with the span of the diagnostic says what is marked there.
    pub labels: Vec<(Span, String)>,
    /// What to do, as a full sentence.
    pub help: Option<String>,
    /// The address of the object that it is about, when the same source stands for several.
    pub address: Option<String>,
}

impl Diagnostic {
    /// A problem that stops relight.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A problem that does not.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A remark.
    #[must_use]
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self { severity, code, message, span: Span::NONE, labels: Vec::new(), help: None, address: None }
    }

    /// Says where the problem is.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Adds a place that explains the problem; labels are shown in the order of the source.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// Says what to do; a second help goes on a line of its own.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        let help = help.into();
        self.help = Some(match self.help.take() {
            Some(first) => format!("{first}\n{help}"),
            None => help,
        });
        self
    }

    /// Asks "did you mean" when there is a suggestion, as [`super::suggest`] gives it.
    #[must_use]
    pub fn did_you_mean(self, suggestion: Option<String>) -> Self {
        match suggestion {
            Some(name) => self.help(format!("Did you mean `{name}`?")),
            None => self,
        }
    }

    /// Names the object that the problem is about.
    #[must_use]
    pub fn address(mut self, address: impl ToString) -> Self {
        self.address = Some(address.to_string());
        self
    }
}

/// One line without the source, for logs and tests: `error[RL0205]: message`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}
