//! What an expression is evaluated in: names, files and residuals, all passed in.

use std::sync::Arc;

use relight_contract::Value;

use super::{Expr, Reference, Residuals, Step};
use crate::diag::{Code, Span, codes};

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
}

impl Failure {
    /// A failure without help.
    pub fn new(code: Code, message: impl Into<String>, span: Span) -> Failure {
        Failure { code, message: message.into(), help: None, span }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }
}

/// What is wrong whatever the values are. An object that is absent at a site is not among them: `try` is for that.
const LASTING: &[Code] = &[
    codes::REFERENCE_UNKNOWN,
    codes::REFERENCE_MALFORMED,
    codes::REFERENCE_OUT_OF_PLACE,
    codes::VARIABLE_UNKNOWN,
    codes::LOCAL_UNKNOWN,
    codes::SITE_UNKNOWN,
    codes::MODULE_OUTPUT_UNKNOWN,
    codes::CYCLE,
    codes::KIND_UNKNOWN,
    codes::DATA_UNKNOWN,
    codes::KIND_ATTRIBUTE_UNKNOWN,
    codes::VALUE_TOO_LARGE,
    // It waits for something, or was reported where it arose: a default would hide that.
    codes::STEP_BLOCKED,
];

impl Failure {
    /// Whether no value could mend it, so that neither `try` nor `can` catches it, nor the arm of a conditional that is
    /// not taken hides it.
    pub fn is_lasting(&self) -> bool {
        LASTING.contains(&self.code)
    }
}

/// Names to values. Values are looked up when an expression asks for them, never copied beforehand.
pub trait Scope {
    /// The value of `reference` followed by as many of `path`'s steps as the scope takes on itself, and how many
    /// those were. A scope takes on what saves work (one instance of a large `for_each`, one attribute of it);
    /// the evaluator applies the rest.
    fn look_up(&self, reference: &Reference, path: &[Step], span: Span) -> Result<(Value, usize), Failure>;
}

/// The files beside a spec, confined to a module's folder.
pub trait Files {
    /// The bytes of a file; `path` as written in the spec, relative to the module's folder.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, String>;
    /// Whether there is such a regular file.
    fn exists(&self, path: &str) -> Result<bool, String>;
    /// The files below `path` that match `pattern`, relative to `path`, sorted, with `/` between folders.
    fn matching(&self, path: &str, pattern: &str) -> Result<Vec<String>, String>;
    /// A template's text as an expression; its variables are bound names.
    fn template(&self, name: &str, text: &str) -> Result<Expr, String>;
}

/// Everything that one evaluation needs.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The names.
    pub scope: &'a dyn Scope,
    /// The files.
    pub files: &'a dyn Files,
    /// Where new residuals go.
    pub residuals: &'a Residuals,
    /// The plan's time, for `plantimestamp`: RFC 3339; `None` makes that function fail.
    pub now: Option<&'a str>,
}

/// Functions of files are evaluated when planning: what is left of an expression needs none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, String> {
        Err(format!("`{path}` can be read while planning only"))
    }
    fn exists(&self, path: &str) -> Result<bool, String> {
        Err(format!("`{path}` can be looked for while planning only"))
    }
    fn matching(&self, path: &str, _: &str) -> Result<Vec<String>, String> {
        Err(format!("`{path}` can be searched while planning only"))
    }
    fn template(&self, name: &str, _: &str) -> Result<Expr, String> {
        Err(format!("the template `{name}` can be read while planning only"))
    }
}
