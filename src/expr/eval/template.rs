//! Text with interpolations and loops.

use std::cell::RefCell;
use std::fmt::Write;

use relight_contract::{Name, Type, Value};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{Bindings, Evaluator, TEXT_LIMIT, described, is_marked};
use crate::diag::{Span, codes};
use crate::expr::{Expr, ExprKind, Failure, For, Part};

thread_local! {
    /// Text is built here and copied once, into its result.
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A template on its way: its text as far as it is known, and its parts from the first one on that is not plain.
struct Progress {
    text: String,
    parts: Vec<Part>,
    /// Where in `text` the plain text behind the last part begins.
    plain_from: usize,
    is_unknown: bool,
    is_secret: bool,
}

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn template(
        &self,
        parts: &[Part],
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        if let [Part::Value(only)] = parts {
            return self.value(only, bindings);
        }
        let mut progress = Progress::new();
        for part in parts {
            match part {
                Part::Text(text) => progress.text.push_str(text),
                Part::Value(expr) => {
                    let value = self.value(expr, bindings)?;
                    progress.push(value, expr.span)?;
                }
            }
            progress.check(span)?;
        }
        Ok(self.finish(progress))
    }

    /// The joined text of all rounds.
    #[inline(never)]
    pub(super) fn template_for(
        &self,
        each: &For,
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let rounds = self.loop_over(each, bindings, span)?;
        let mut progress = Progress::new();
        match &rounds {
            Value::Tuple(items) => {
                for item in items.iter() {
                    progress.push(item.clone(), each.result.span)?;
                    progress.check(span)?;
                }
                Ok(self.finish(progress))
            }
            // The rounds are secret or unknown as a whole: so is their text.
            whole => {
                let join = ExprKind::Call {
                    function: "join".into(),
                    arguments: vec![Expr::literal(Value::text("")), Expr::literal(whole.clone())],
                    spread: false,
                };
                match whole {
                    Value::Secret(secret) => {
                        for item in secret.value.as_items().unwrap_or_default() {
                            progress.push(item.clone(), each.result.span)?;
                            progress.check(span)?;
                        }
                        Ok(self.secret(join, &Value::String(progress.take_text())))
                    }
                    whole => Ok(self.hole(join, Type::String, is_marked(whole))),
                }
            }
        }
    }

    fn finish(&self, mut progress: Progress) -> Value {
        if progress.parts.is_empty() {
            return Value::String(progress.take_text());
        }
        progress.flush();
        // One part alone would keep its type.
        if progress.parts.len() == 1 {
            progress.parts.push(Part::Text("".into()));
        }
        let residual = ExprKind::Template(std::mem::take(&mut progress.parts));
        match progress.is_unknown {
            true => self.hole(residual, Type::String, progress.is_secret),
            false => self.secret(residual, &Value::String(progress.take_text())),
        }
    }
}

impl Progress {
    fn new() -> Progress {
        let mut text = BUFFER.take();
        text.clear();
        Progress { text, parts: Vec::new(), plain_from: 0, is_unknown: false, is_secret: false }
    }

    fn push(&mut self, value: Value, span: Span) -> Result<(), Failure> {
        let plain_until = self.text.len();
        match value.unmarked() {
            Value::String(text) => self.text.push_str(text),
            Value::Number(number) => {
                // Writing to text does not fail.
                let _ = write!(self.text, "{number}");
            }
            Value::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Value::Hole(hole) if hole.ty.is_primitive() || hole.ty == Type::Dynamic => self.is_unknown = true,
            Value::Null(_) => {
                let message = "The value is null, which cannot be part of a text.";
                return Err(Failure::new(codes::NULL_NOT_ALLOWED, message, span));
            }
            other => {
                let message = format!("The value is {}, which cannot be part of a text.", described(other));
                return Err(Failure::new(codes::TEMPLATE_VALUE, message, span)
                    .help("Make text of it first, for example with `jsonencode` or `join`."));
            }
        }
        if matches!(value, Value::Hole(_) | Value::Secret(_)) {
            self.is_secret |= is_marked(&value);
            let plain = self.text.get(self.plain_from..plain_until).unwrap_or_default();
            if !plain.is_empty() {
                self.parts.push(Part::Text(plain.into()));
            }
            self.parts.push(Part::Value(Expr::literal(value)));
            self.plain_from = self.text.len();
        }
        Ok(())
    }

    fn flush(&mut self) {
        let plain = self.text.get(self.plain_from..).unwrap_or_default();
        if !plain.is_empty() {
            self.parts.push(Part::Text(plain.into()));
        }
    }

    fn check(&self, span: Span) -> Result<(), Failure> {
        if self.text.len() <= TEXT_LIMIT {
            return Ok(());
        }
        Err(Failure::new(codes::VALUE_TOO_LARGE, "The text grows over 64 MiB.", span))
    }

    fn take_text(&mut self) -> Name {
        normal(&self.text)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        BUFFER.set(std::mem::take(&mut self.text));
    }
}

/// The text in Unicode normal form C, in which all text of the language is.
fn normal(text: &str) -> Name {
    if text.is_ascii() || is_nfc(text) {
        return text.into();
    }
    text.nfc().collect::<String>().into()
}
