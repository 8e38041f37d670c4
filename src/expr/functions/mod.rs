//! The function library: Terraform's pure functions, with the same names and the same answers.
//!
//! Functions get known, unmarked values: what is not known yet, and what is secret, is the evaluator's business.
//! One file per theme holds a table; the tables are joined here. `function` is the driver that checks and converts
//! arguments before a function's body sees them.

mod date;
mod decimal_text;
mod encoding;
mod files;
mod format;
mod format_number;
mod function;
mod hash;
mod impure;
mod json;
mod lists;
mod maps;
mod network;
mod numeric;
mod pattern;
mod pattern_syntax;
mod sets;
mod slices;
mod table;
mod text;
mod text_encoding;
mod types;
mod yaml_decode;
mod yaml_encode;
mod yaml_scalar;

use std::sync::LazyLock;

use relight_contract::{Type, Value};

use self::function::Function;
use super::Context;

/// What a function makes of its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Functions that are forms of the evaluator: they see expressions, secrets or templates instead of known values.
pub(super) const SPECIAL_FORMS: [&str; 9] = [
    "can",
    "ephemeralasnull",
    "issensitive",
    "nonsensitive",
    "sensitive",
    "templatefile",
    "templatestring",
    "try",
    "type",
];

static FUNCTIONS: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let tables = [
        date::FUNCTIONS,
        encoding::FUNCTIONS,
        files::FUNCTIONS,
        format::FUNCTIONS,
        hash::FUNCTIONS,
        impure::FUNCTIONS,
        lists::FUNCTIONS,
        maps::FUNCTIONS,
        network::FUNCTIONS,
        numeric::FUNCTIONS,
        pattern::FUNCTIONS,
        sets::FUNCTIONS,
        slices::FUNCTIONS,
        text::FUNCTIONS,
        types::FUNCTIONS,
    ];
    let mut functions: Vec<_> = tables.into_iter().flatten().collect();
    functions.sort_by_key(|function| function.name);
    functions
});

static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<_> = FUNCTIONS.iter().map(|function| function.name).chain(SPECIAL_FORMS).collect();
    names.sort_unstable();
    names
});

/// The names of all functions, sorted, with those that the evaluator handles itself (`try`, `sensitive`,
/// `templatefile`, ...).
pub fn names() -> &'static [&'static str] {
    &NAMES
}

/// Calls a function. Arguments hold no secrets; holes may stand anywhere in them. `None` when there is no such
/// function, and for the evaluator's own forms.
pub fn call(
    name: &str,
    arguments: &[Value],
    context: &Context<'_>,
) -> Option<Result<Outcome, FunctionError>> {
    let index = FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok()?;
    FUNCTIONS.get(index).map(|function| function.call(arguments, context))
}
