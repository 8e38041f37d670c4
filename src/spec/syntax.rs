//! The door to the parser: text to a syntax tree, and its errors to diagnostics.

use std::borrow::Cow;
use std::ops::Range;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Body;
use hcl_edit::template::Template;

use super::split::{Mask, Masked};
use crate::diag::{Diagnostic, FileId, Span, codes};

/// A text that is parsed, and where it stands in its file.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    /// What is written.
    pub(super) text: &'t str,
    /// What the parser is shown; of the same length.
    pub(super) shown: &'t str,
    /// The file.
    pub(super) file: FileId,
    /// Added to the parser's offsets to give those in the file.
    pub(super) shift: isize,
    /// Where it ends in its file: what follows in `text` was put there for the parser, and has no place.
    pub(super) end: usize,
}

impl<'t> Text<'t> {
    /// The whole text of a file.
    pub(super) fn whole(text: &'t str, shown: &'t str, file: FileId) -> Text<'t> {
        Text { text, shown, file, shift: 0, end: text.len() }
    }

    /// The place of a range of the text in its file.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let place = |offset: usize| offset.saturating_add_signed(self.shift).min(self.end);
        Span::new(self.file, place(range.start)..place(range.end))
    }

    /// The text as the inside of a block.
    pub(super) fn body(&self) -> Result<Body, Diagnostic> {
        hcl_edit::parser::parse_body(self.shown).map_err(|error| self.error(&error))
    }

    /// The text as an expression.
    pub(super) fn expression(&self) -> Result<Expression, Diagnostic> {
        hcl_edit::parser::parse_expr(self.shown).map_err(|error| self.error(&error))
    }

    /// The text as a template without quotes.
    pub(super) fn template(&self) -> Result<Template, Diagnostic> {
        hcl_edit::parser::parse_template(self.shown).map_err(|error| self.error(&error))
    }

    fn error(&self, error: &hcl_edit::parser::Error) -> Diagnostic {
        let start = self.text.floor_char_boundary(error.location().offset());
        let length = self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let at = self.span(start..start + length);
        let message = error.message();
        let diagnostic = if message.contains("nesting depth") || message.contains("chained binary") {
            Diagnostic::error(codes::NESTING_TOO_DEEP, "Blocks or expressions are nested too deeply here.")
                .help("At most 64 levels and 128 operators in a row. Move inner parts into `locals`.")
        } else if message.contains("redefined attribute") {
            Diagnostic::error(codes::ARGUMENT_DUPLICATE, "The attribute is set twice in its block.")
                .help("Remove one of the two.")
        } else if message.contains("redefined object key") {
            Diagnostic::error(codes::ARGUMENT_DUPLICATE, "The key stands twice in its object.")
                .help("Remove one of the two.")
        } else {
            Diagnostic::error(codes::SYNTAX, format!("This is not valid HCL: {message}."))
                .help("Often a brace, bracket or quote before it is not closed.")
        };
        diagnostic.at(at)
    }
}

/// The part of a text that lies in `range`, with what the parser would misread in it replaced.
pub(super) fn masked<'t>(text: &'t str, range: Range<usize>, masks: &[Mask]) -> Cow<'t, str> {
    let part = text.get(range.clone()).unwrap_or_default();
    let first = masks.partition_point(|mask| mask.range.start < range.start);
    let inside: Vec<&Mask> =
        masks.iter().skip(first).take_while(|mask| mask.range.end <= range.end).collect();
    if inside.is_empty() {
        return Cow::Borrowed(part);
    }
    let mut shown = String::with_capacity(part.len());
    let mut at = range.start;
    for mask in inside {
        shown.push_str(text.get(at..mask.range.start).unwrap_or_default());
        let length = mask.range.len();
        match mask.what {
            Masked::EmptyHeredoc => shown.push_str(&format!("\"\"{}", " ".repeat(length - 2))),
            Masked::Delimiter => shown.push_str(&"-".repeat(length)),
            Masked::Number => shown.push_str(&"0".repeat(length)),
        }
        at = mask.range.end;
    }
    shown.push_str(text.get(at..range.end).unwrap_or_default());
    Cow::Owned(shown)
}
