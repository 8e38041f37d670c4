//! The function library: Terraform's pure functions, with the same names and the same answers.
//!
//! Functions get known, unmarked values: what is not known yet, and what is secret, is the evaluator's business.

use relight_contract::{Type, Value};

use super::Context;

/// What a function makes of its arguments.
pub enum Outcome {
    /// A value.
    Known(Value),
    /// Not known until a hole in the arguments is filled; what is known of its type.
    Unknown(Type),
}

/// Why a function has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FunctionError {
    /// Which argument is wrong, from 0; `None` for the call as a whole.
    pub argument: Option<usize>,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
}

/// The names of all functions, sorted.
pub fn names() -> &'static [&'static str] {
    &[]
}

/// Calls a function. Arguments hold no secrets; holes may stand anywhere in them. `None` when there is no such
/// function.
pub fn call(
    name: &str,
    arguments: &[Value],
    context: &Context<'_>,
) -> Option<Result<Outcome, FunctionError>> {
    let _ = (name, arguments, context);
    None
}
