//! Diagnostics as JSON for machines; the names of the fields are stable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Diagnostic, Diagnostics, Severity, Sources, Span};

/// The version of this format; it changes when a reader of the old one would go wrong.
pub const FORMAT_VERSION: &str = "1.0";

/// All diagnostics of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DiagnosticReport {
    /// Version of this format.
    pub format_version: String,
    /// Number of errors, those that are not listed included.
    pub errors: usize,
    /// Number of warnings, those that are not listed included.
    pub warnings: usize,
    /// Number of notes, those that are not listed included.
    pub notes: usize,
    /// How many of all these are not listed, because there are too many.
    pub omitted: usize,
    /// The problems in the order of the source, those without a source last.
    pub diagnostics: Vec<JsonDiagnostic>,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JsonDiagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code, such as `RL0205`.
    pub code: String,
    /// What the code means: constant for a code, without any word of the user's.
    pub summary: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where it is; the fields stand beside the others and are null when it has no source.
    #[serde(flatten)]
    pub place: Place,
    /// The address of the object that it is about.
    pub address: Option<String>,
    /// Other places that explain it.
    pub labels: Vec<JsonLabel>,
}

/// A place with a few words on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JsonLabel {
    /// What is to be said about the place.
    pub message: String,
    /// The place.
    #[serde(flatten)]
    pub place: Place,
}

/// A range in a file: lines and columns from 1, columns in characters, end exclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The path of the file.
    pub file: Option<String>,
    /// Line of the first character.
    pub line: Option<usize>,
    /// Column of the first character.
    pub column: Option<usize>,
    /// Line of the place behind the last character.
    pub end_line: Option<usize>,
    /// Column of the place behind the last character.
    pub end_column: Option<usize>,
}

impl DiagnosticReport {
    /// Resolves every span, so that the result stands for itself.
    #[must_use]
    pub fn new(diagnostics: &Diagnostics, sources: &Sources) -> Self {
        let severities = [Severity::Error, Severity::Warning, Severity::Note];
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            errors: diagnostics.count(Severity::Error),
            warnings: diagnostics.count(Severity::Warning),
            notes: diagnostics.count(Severity::Note),
            omitted: severities.into_iter().map(|severity| diagnostics.omitted(severity)).sum(),
            diagnostics: diagnostics
                .sorted()
                .into_iter()
                .map(|one| JsonDiagnostic::new(one, sources))
                .collect(),
        }
    }
}

impl JsonDiagnostic {
    /// Resolves the spans of one diagnostic, for whoever streams them.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let label = |(span, message): &(Span, String)| JsonLabel {
            message: message.clone(),
            place: Place::new(*span, sources),
        };
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code.id().to_owned(),
            summary: diagnostic.code.summary().to_owned(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            place: Place::new(diagnostic.span, sources),
            address: diagnostic.address.clone(),
            labels: diagnostic.labels.iter().map(label).collect(),
        }
    }
}

impl Place {
    fn new(span: Span, sources: &Sources) -> Self {
        let Some((start, end)) = sources.positions(span) else { return Self::default() };
        Self {
            file: sources.path(span.file).map(str::to_owned),
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        }
    }
}
