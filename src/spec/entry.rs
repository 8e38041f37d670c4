//! Texts that are no files of a spec: an expression at the console, a template file, a file of variables.

use hcl_edit::expr::Expression;
use hcl_edit::structure::Structure;

use super::lower::Lowering;
use super::names::Names;
use super::read::CHUNK;
use super::split::{Mask, split};
use super::syntax::{Text, masked};
use super::{Attribute, FILE_LIMIT};
use crate::diag::{Diagnostic, Diagnostics, FileId, Span, codes};
use crate::expr::Expr;

/// One expression, as it may stand behind `=`; line ends and comments may be anywhere in it. `file` is where `text`
/// is registered, for the places in diagnostics.
pub fn parse_expression(text: &str, file: FileId) -> Result<Expr, Diagnostics> {
    // In parentheses, so that line ends and comments mean what they mean inside of brackets.
    let masks = check(text, file)?;
    let wrapped = format!("({text}\n)");
    let shown = format!("({}\n)", masked(text, 0..text.len(), &masks));
    let source = Text { text: &wrapped, shown: &shown, file, shift: -1, end: text.len() };
    let tree = source.expression()?;
    let Expression::Parenthesis(inner) = &tree else {
        let message = "This is not valid HCL: a parenthesis is closed that was not opened.";
        return Err(Diagnostic::error(codes::SYNTAX, message).at(Span::new(file, 0..text.len())).into());
    };
    lowered(source, |lowering| lowering.expr(inner.inner()))
}

/// The text of a template file; every name in it is a bound variable.
pub fn parse_template(text: &str, file: FileId) -> Result<Expr, Diagnostics> {
    too_large(text, file)?;
    let source = Text::whole(text, text, file);
    let tree = source.template()?;
    lowered(source, |lowering| {
        lowering.open = true;
        lowering.file_template(&tree)
    })
}

/// A file of `name = value` lines, such as one with values of variables.
pub fn parse_assignments(text: &str, file: FileId) -> Result<Vec<Attribute>, Diagnostics> {
    let masks = check(text, file)?;
    let shown = masked(text, 0..text.len(), &masks);
    let source = Text::whole(text, &shown, file);
    let tree = source.body()?;
    lowered(source, |lowering| {
        let mut attributes = Vec::new();
        for structure in &tree {
            match structure {
                Structure::Attribute(attribute) => attributes.push(lowering.attribute(attribute)),
                Structure::Block(block) => {
                    let span = lowering.span(&block.ident);
                    let help = "Write `name = value`, one on each line.";
                    lowering.error(
                        codes::VARIABLE_FILE,
                        "A block cannot stand in a file of values.",
                        span,
                        help,
                    );
                }
            }
        }
        attributes
    })
}

/// Every syntax error of a file, whatever its blocks and attributes are called.
pub fn check_syntax(text: &str, file: FileId) -> Diagnostics {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let whole = Text::whole(text, text, file);
    if let Err(problems) = too_large(text, file) {
        return problems;
    }
    let split = split(text, start..text.len(), CHUNK);
    let mut problems = Diagnostics::new();
    problems.extend(split.flaws.iter().map(|flaw| flaw.diagnostic(whole)));
    for chunk in split.chunks {
        let shift = isize::try_from(chunk.start).unwrap_or(0);
        let shown = masked(text, chunk.clone(), &split.masks);
        let end = chunk.end;
        let text = text.get(chunk).unwrap_or_default();
        problems.keep(Text { text, shown: &shown, file, shift, end }.body());
    }
    problems
}

fn lowered<T>(source: Text, lower: impl FnOnce(&mut Lowering) -> T) -> Result<T, Diagnostics> {
    let (mut names, mut problems) = (Names::default(), Diagnostics::new());
    let result = lower(&mut Lowering::new(source, &mut names, &mut problems));
    if problems.has_errors() { Err(problems) } else { Ok(result) }
}

/// Refuses what the parser should not be given, and finds what it would misread.
fn check(text: &str, file: FileId) -> Result<Vec<Mask>, Diagnostics> {
    too_large(text, file)?;
    let split = split(text, 0..text.len(), usize::MAX);
    let mut problems = Diagnostics::new();
    problems.extend(split.flaws.iter().map(|flaw| flaw.diagnostic(Text::whole(text, text, file))));
    if problems.is_empty() { Ok(split.masks) } else { Err(problems) }
}

fn too_large(text: &str, file: FileId) -> Result<(), Diagnostics> {
    match text.len() as u64 > FILE_LIMIT {
        true => {
            let message = format!("The text has {} bytes; at most 32 MB are read.", text.len());
            Err(Diagnostic::error(codes::FILE_TOO_LARGE, message).at(Span::new(file, 0..0)).into())
        }
        false => Ok(()),
    }
}
