//! Weight: how much an expression may make. Loops inside loops make more in a line than there is memory, or time.

use relight_contract::Value;

use super::Evaluator;
use crate::diag::{Span, codes};
use crate::expr::Failure;

/// What one round of a loop weighs, in bytes: about what a small value takes.
const ROUND: u64 = 64;

/// What an element of a collection weighs, in bytes.
const ELEMENT: u64 = 32;

/// The most bytes that one expression may make, what it throws away again included.
const EXPRESSION_LIMIT: u64 = 1 << 30;

impl Evaluator<'_, '_> {
    /// One more round of a loop.
    pub(super) fn one_round(&self, span: Span) -> Result<(), Failure> {
        self.spend(ROUND, ROUND, span)
    }

    /// The result of an operation that may be much larger than what it is written with.
    pub(super) fn weighed(&self, result: Result<Value, Failure>, span: Span) -> Result<Value, Failure> {
        let value = result?;
        let (text, elements) = match value.unmarked() {
            Value::String(text) => (text.len(), 0),
            Value::List(sequence) | Value::Set(sequence) => (0, sequence.items.len()),
            Value::Tuple(items) => (0, items.len()),
            Value::Map(map) => (0, map.entries.len()),
            Value::Object(object) => (0, object.len()),
            _ => (0, 0),
        };
        let (text, elements) = (text as u64, (elements as u64).saturating_mul(ELEMENT));
        // Functions over a large collection, once for each of many instances, are common and leave nothing behind.
        self.spend(text.saturating_add(elements), text, span)?;
        Ok(value)
    }

    /// Notes what this expression makes, and what of it counts for the whole evaluation.
    fn spend(&self, bytes: u64, overall: u64, span: Span) -> Result<(), Failure> {
        self.spent.set(self.spent.get().saturating_add(bytes));
        if self.spent.get() > EXPRESSION_LIMIT {
            let message = "The expression makes more than 1 GiB of values.";
            return Err(Failure::new(codes::VALUE_TOO_LARGE, message, span));
        }
        match self.context.residuals.spend(overall) {
            true => Ok(()),
            false => {
                let message = "The expressions together make more than 8 GiB of values.";
                Err(Failure::new(codes::VALUE_TOO_LARGE, message, span))
            }
        }
    }
}
