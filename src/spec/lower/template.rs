//! Templates and heredocs: interpolations, directives, strip markers, indentation.
//!
//! Literal text is looked at line by line in heredocs and template files: a strip marker `~` takes blanks from the
//! line next to it and no further, and `<<-` takes from each line what the least indented one has.

use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::template::{
    Directive, Element, ForDirective, HeredocTemplate, StringTemplate, Strip, Template,
};
use relight_contract::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::super::names::text;
use super::Lowering;
use crate::diag::Span;
use crate::expr::{Expr, ExprKind, For, Part};

/// A template taken apart, in the order of its source.
enum Token<'t> {
    Text(String),
    Value(&'t Expression, Strip),
    If(&'t Expression, Strip),
    Else(Strip),
    For(&'t ForDirective, Strip),
    End(Strip),
}

impl Token<'_> {
    fn strip(&self) -> Strip {
        match self {
            Token::Text(_) => Strip::None,
            Token::Value(_, strip) | Token::If(_, strip) | Token::Else(strip) => *strip,
            Token::For(_, strip) | Token::End(strip) => *strip,
        }
    }
}

impl Lowering<'_> {
    /// `"a ${b}"`
    pub(super) fn quoted(&mut self, template: &StringTemplate, span: Span) -> ExprKind {
        let mut tokens = Vec::new();
        for element in template.iter() {
            if let Element::Literal(literal) = element {
                self.one_line(literal.span(), span);
            }
            self.flatten(element, false, &mut tokens);
        }
        strip(&mut tokens);
        self.assemble(tokens, span)
    }

    /// `<<EOT` and `<<-EOT`
    pub(super) fn heredoc(&mut self, heredoc: &HeredocTemplate) -> ExprKind {
        let span = self.span(heredoc);
        let mut tokens = self.lines(&heredoc.template);
        strip(&mut tokens);
        let begin = heredoc.span().map_or(0, |range| range.start);
        if self.text.text.get(begin..).is_some_and(|source| source.starts_with("<<-")) {
            unindent(&mut tokens);
        }
        self.assemble(tokens, span)
    }

    /// The text of a template file.
    pub(in super::super) fn file_template(&mut self, template: &Template) -> Expr {
        let span = self.text.span(0..self.text.text.len());
        let mut tokens = self.lines(template);
        strip(&mut tokens);
        Expr::new(self.assemble(tokens, span), span)
    }

    fn lines<'t>(&self, template: &'t Template) -> Vec<Token<'t>> {
        let mut tokens = Vec::new();
        template.iter().for_each(|element| self.flatten(element, true, &mut tokens));
        tokens
    }

    /// Appends the tokens of an element. The text of a heredoc is taken from the source: the parser has taken the
    /// indentation off in a way of its own.
    fn flatten<'t>(&self, element: &'t Element, by_line: bool, tokens: &mut Vec<Token<'t>>) {
        match element {
            Element::Literal(literal) => {
                let source = literal.span().and_then(|range| self.text.text.get(range));
                match source {
                    Some(source) if by_line => tokens.extend(source.split_inclusive('\n').map(unescape)),
                    _ => tokens.push(Token::Text(literal.to_string())),
                }
            }
            Element::Interpolation(value) => tokens.push(Token::Value(&value.expr, value.strip)),
            Element::Directive(directive) => match &**directive {
                Directive::If(condition) => {
                    tokens.push(Token::If(&condition.if_expr.cond_expr, condition.if_expr.strip));
                    let then = condition.if_expr.template.iter();
                    then.for_each(|element| self.flatten(element, by_line, tokens));
                    if let Some(otherwise) = &condition.else_expr {
                        tokens.push(Token::Else(otherwise.strip));
                        otherwise.template.iter().for_each(|element| self.flatten(element, by_line, tokens));
                    }
                    tokens.push(Token::End(condition.endif_expr.strip));
                }
                Directive::For(each) => {
                    tokens.push(Token::For(each, each.for_expr.strip));
                    each.for_expr.template.iter().for_each(|element| self.flatten(element, by_line, tokens));
                    tokens.push(Token::End(each.endfor_expr.strip));
                }
            },
        }
    }

    fn assemble(&mut self, tokens: Vec<Token>, span: Span) -> ExprKind {
        literal_or_template(self.parts(&mut tokens.into_iter(), span).0)
    }

    /// The parts up to the end of the enclosing directive; true when an `else` ended them.
    fn parts(&mut self, tokens: &mut std::vec::IntoIter<Token>, span: Span) -> (Vec<Part>, bool) {
        let mut parts = Vec::new();
        while let Some(token) = tokens.next() {
            match token {
                // Empty text is kept: beside it, an interpolation is text and does not keep its type.
                Token::Text(literal) => parts.push(Part::Text(text(&literal))),
                Token::Value(value, _) => parts.push(Part::Value(self.expr(value))),
                Token::If(condition, _) => {
                    let condition = self.expr(condition);
                    let (then, more) = self.parts(tokens, span);
                    let otherwise = if more { self.parts(tokens, span).0 } else { Vec::new() };
                    let arms = Box::new((condition, as_text(then, span), as_text(otherwise, span)));
                    parts.push(Part::Value(Expr::new(ExprKind::Conditional { parts: arms }, span)));
                }
                Token::For(each, _) => {
                    let each = self.template_for(each, tokens, span);
                    parts.push(Part::Value(Expr::new(ExprKind::TemplateFor(Box::new(each)), span)));
                }
                Token::Else(_) => return (parts, true),
                Token::End(_) => return (parts, false),
            }
        }
        (parts, false)
    }

    fn template_for(
        &mut self,
        each: &ForDirective,
        tokens: &mut std::vec::IntoIter<Token>,
        span: Span,
    ) -> For {
        let collection = self.expr(&each.for_expr.collection_expr);
        let key = each.for_expr.key_var.as_ref().map(|key| self.name(key.as_str()));
        let value = self.name(each.for_expr.value_var.as_str());
        let outside = self.bound.len();
        self.bound.extend(key.clone());
        self.bound.push(value.clone());
        let result = as_text(self.parts(tokens, span).0, span);
        self.bound.truncate(outside);
        For { key, value, collection, key_result: None, result, condition: None, group: false }
    }
}

/// The inside of a directive is text, also when it is nothing but one interpolation.
fn as_text(mut parts: Vec<Part>, span: Span) -> Expr {
    if let [Part::Value(_)] = parts.as_slice() {
        parts.push(Part::Text("".into()));
    }
    Expr::new(literal_or_template(parts), span)
}

fn literal_or_template(parts: Vec<Part>) -> ExprKind {
    let mut joined = String::new();
    for part in &parts {
        match part {
            Part::Text(text) => joined.push_str(text),
            Part::Value(_) => return ExprKind::Template(merged(parts)),
        }
    }
    ExprKind::Literal(Value::String(text(&joined)))
}

/// Neighbouring texts as one.
fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::with_capacity(parts.len());
    let mut pending: Option<String> = None;
    for part in parts {
        match part {
            Part::Text(text) => pending.get_or_insert_default().push_str(&text),
            Part::Value(_) => {
                merged.extend(pending.take().map(|joined| Part::Text(text(&joined))));
                merged.push(part);
            }
        }
    }
    merged.extend(pending.map(|joined| Part::Text(text(&joined))));
    merged
}

fn unescape<'t>(line: &str) -> Token<'t> {
    match line.contains("$${") || line.contains("%%{") {
        true => Token::Text(line.replace("$${", "${").replace("%%{", "%{")),
        false => Token::Text(line.to_owned()),
    }
}

/// Takes the blanks next to strip markers off, from the neighbouring text only.
fn strip(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let Some(marker) = tokens.get(at).map(Token::strip) else { return };
        if marker.strip_start()
            && let Some(Token::Text(text)) = at.checked_sub(1).and_then(|before| tokens.get_mut(before))
        {
            text.truncate(text.trim_end().len());
        }
        if marker.strip_end()
            && let Some(Token::Text(text)) = tokens.get_mut(at + 1)
        {
            text.drain(..text.len() - text.trim_start().len());
        }
    }
}

/// Takes from the beginning of each line the blanks that all lines have. Lines of nothing but blanks do not count.
fn unindent(tokens: &mut [Token]) {
    let mut least: Option<usize> = None;
    let mut starts = Vec::new();
    let mut at_start = true;
    for (at, token) in tokens.iter().enumerate() {
        let mut next_start = false;
        match token {
            Token::Text(text) => {
                next_start = text.ends_with('\n');
                let blank = text.trim_start().is_empty() && next_start;
                if at_start && !blank {
                    let blanks = text.get(..text.len() - text.trim_start().len()).unwrap_or_default();
                    let count = blanks.graphemes(true).count();
                    least = Some(least.map_or(count, |least| least.min(count)));
                    starts.push(at);
                }
            }
            _ if at_start => least = Some(0),
            _ => {}
        }
        at_start = next_start;
    }
    let least = least.unwrap_or(0);
    for at in starts {
        if let Some(Token::Text(text)) = tokens.get_mut(at) {
            let bytes: usize = text.graphemes(true).take(least).map(str::len).sum();
            text.drain(..bytes);
        }
    }
}
