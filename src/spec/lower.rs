//! Syntax tree to [`Expr`]: places kept, names resolved to references or bound variables, nothing evaluated.

mod reference;
mod template;
mod traversal;
mod types;

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey, UnaryOperator};
use relight_contract::{Name, Number, Value};

use super::names::{Names, text};
use super::syntax::Text;
use crate::diag::{Code, Diagnostic, Diagnostics, Span, codes};
use crate::expr::{Binary, Expr, ExprKind, For, Unary};

/// How deep an expression may be: what walks over it later walks recursively.
const MAX_DEPTH: usize = 256;

/// Lowers the trees of one text. Problems are collected; what cannot be lowered becomes `null`.
pub(super) struct Lowering<'a> {
    pub(super) text: Text<'a>,
    pub(super) names: &'a mut Names,
    pub(super) problems: &'a mut Diagnostics,
    /// The variables that enclosing `for`s, templates and `dynamic` blocks bind; the innermost is the last.
    pub(super) bound: Vec<Name>,
    /// Whether every other name is bound from outside, as in a template file.
    pub(super) open: bool,
    depth: usize,
}

impl<'a> Lowering<'a> {
    /// Lowers what was parsed from `text`.
    pub(super) fn new(text: Text<'a>, names: &'a mut Names, problems: &'a mut Diagnostics) -> Lowering<'a> {
        Lowering { text, names, problems, bound: Vec::new(), open: false, depth: 0 }
    }

    /// The place of a node.
    pub(super) fn span(&self, node: &impl hcl_edit::Span) -> Span {
        node.span().map_or(Span::NONE, |range| self.text.span(range))
    }

    /// The shared form of a name.
    pub(super) fn name(&mut self, word: &str) -> Name {
        self.names.name(word)
    }

    /// Adds a problem and returns it for help and labels to be added.
    pub(super) fn error(
        &mut self,
        code: Code,
        message: impl Into<String>,
        span: Span,
        help: impl Into<String>,
    ) {
        self.problems.push(Diagnostic::error(code, message).at(span).help(help));
    }

    /// Lowers an expression.
    pub(super) fn expr(&mut self, node: &Expression) -> Expr {
        let span = self.span(node);
        if self.depth >= MAX_DEPTH {
            self.too_deep(span);
            return Expr::new(ExprKind::Literal(Value::NULL), span);
        }
        self.depth += 1;
        let expr = self.expr_at(node, span);
        self.depth -= 1;
        expr
    }

    fn too_deep(&mut self, span: Span) {
        let message = "The expression is nested too deeply here.";
        self.error(codes::NESTING_TOO_DEEP, message, span, "Move inner parts into `locals`.");
    }

    fn expr_at(&mut self, node: &Expression, span: Span) -> Expr {
        let kind = match node {
            Expression::Null(_) => ExprKind::Literal(Value::NULL),
            Expression::Bool(value) => ExprKind::Literal(Value::Bool(*value.value())),
            Expression::Number(number) => self.number(number.span(), span),
            Expression::String(value) => {
                self.one_line(value.span(), span);
                ExprKind::Literal(Value::String(text(value)))
            }
            Expression::Array(items) => ExprKind::Tuple(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => self.quoted(template, span),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc),
            Expression::Parenthesis(inner) => return Expr::new(self.expr(inner.inner()).kind, span),
            Expression::Variable(variable) => return self.word(variable, span),
            Expression::Conditional(conditional) => {
                let condition = self.expr(&conditional.cond_expr);
                let then = self.expr(&conditional.true_expr);
                let otherwise = self.expr(&conditional.false_expr);
                ExprKind::Conditional { parts: Box::new((condition, then, otherwise)) }
            }
            Expression::FuncCall(call) => self.call(call, span),
            Expression::Traversal(traversal) => return self.traversal(traversal),
            Expression::UnaryOp(operation) => {
                let operator = match operation.operator.value() {
                    UnaryOperator::Not => Unary::Not,
                    UnaryOperator::Neg => Unary::Negate,
                };
                ExprKind::Unary { operator, operand: Box::new(self.expr(&operation.expr)) }
            }
            Expression::BinaryOp(operation) => {
                let operator = binary(*operation.operator.value());
                let left = self.expr(&operation.lhs_expr);
                ExprKind::Binary { operator, operands: Box::new((left, self.expr(&operation.rhs_expr))) }
            }
            Expression::ForExpr(each) => ExprKind::For(Box::new(self.for_expr(each))),
        };
        Expr::new(kind, span)
    }

    /// A number is read from its own text: the parser keeps it as a float, which loses digits.
    fn number(&mut self, range: Option<std::ops::Range<usize>>, span: Span) -> ExprKind {
        let literal = range.and_then(|range| self.text.text.get(range)).unwrap_or_default();
        let (negative, digits) = match literal.strip_prefix('-') {
            Some(digits) => (true, digits.trim_start_matches(|c: char| !c.is_ascii_digit())),
            None => (false, literal),
        };
        let Ok(number) = digits.parse::<Number>() else {
            self.error(
                codes::SYNTAX,
                format!("`{literal}` is not a number."),
                span,
                "Write digits, as in `1.5`.",
            );
            return ExprKind::Literal(Value::NULL);
        };
        match negative {
            false => ExprKind::Literal(Value::Number(number)),
            // There is a negative zero, and only the evaluator knows it.
            true if number == Number::ZERO => {
                let operand = Box::new(Expr::new(ExprKind::Literal(Value::Number(number)), span));
                ExprKind::Unary { operator: Unary::Negate, operand }
            }
            true => ExprKind::Literal(Value::Number(number.neg())),
        }
    }

    /// Quoted text stands on one line, as everywhere in HCL; the parser would take more.
    fn one_line(&mut self, range: Option<std::ops::Range<usize>>, span: Span) {
        let literal = range.and_then(|range| self.text.text.get(range)).unwrap_or_default();
        if literal.contains('\n') {
            let help = "For text of several lines use `\\n` or a heredoc.";
            self.error(codes::SYNTAX, "A quoted text cannot go over several lines.", span, help);
        }
    }

    fn object(&mut self, object: &Object) -> ExprKind {
        let entries = object.iter().map(|(key, value)| {
            let key = self.key(key);
            (key, self.expr(value.expr()))
        });
        ExprKind::Object(entries.collect())
    }

    fn key(&mut self, key: &ObjectKey) -> Expr {
        let span = self.span(key);
        let word = match key {
            ObjectKey::Ident(word) => word.as_str(),
            ObjectKey::Expression(Expression::Null(_)) => "null",
            ObjectKey::Expression(Expression::Bool(value)) if *value.value() => "true",
            ObjectKey::Expression(Expression::Bool(_)) => "false",
            ObjectKey::Expression(Expression::Traversal(traversal))
                if traversal.expr.as_variable().is_some() =>
            {
                let written =
                    traversal.span().and_then(|range| self.text.text.get(range)).unwrap_or_default();
                let help =
                    format!("For the value of the reference as the key, write `({})`.", written.trim_end());
                self.error(codes::REFERENCE_MALFORMED, "A key cannot be a bare reference.", span, help);
                return Expr::new(ExprKind::Literal(Value::NULL), span);
            }
            ObjectKey::Expression(expr) => return self.expr(expr),
        };
        let word = self.name(word);
        Expr::new(ExprKind::Literal(Value::String(word)), span)
    }

    fn call(&mut self, call: &FuncCall, span: Span) -> ExprKind {
        let namespace: Vec<&str> = call.name.namespace.iter().map(|part| part.as_str()).collect();
        let function = self.name(call.name.name.as_str());
        if !namespace.is_empty() && namespace != ["core"] {
            let message = format!("There is no function `{}::{function}`.", namespace.join("::"));
            self.error(
                codes::FUNCTION_UNKNOWN,
                message,
                span,
                "Only the functions of the language exist here.",
            );
        }
        let arguments = call.args.iter().map(|argument| self.expr(argument)).collect();
        ExprKind::Call { function, arguments, spread: call.args.expand_final() }
    }

    fn for_expr(&mut self, each: &ForExpr) -> For {
        let collection = self.expr(&each.intro.collection_expr);
        let key = each.intro.key_var.as_ref().map(|key| self.name(key.as_str()));
        let value = self.name(each.intro.value_var.as_str());
        let outside = self.bound.len();
        self.bound.extend(key.clone());
        self.bound.push(value.clone());
        let key_result = each.key_expr.as_ref().map(|key| self.expr(key));
        let result = self.expr(&each.value_expr);
        let condition = each.cond.as_ref().map(|condition| self.expr(&condition.expr));
        self.bound.truncate(outside);
        For { key, value, collection, key_result, result, condition, group: each.grouping }
    }

    /// Whether an enclosing expression or block binds this name.
    pub(super) fn binds(&self, word: &str) -> bool {
        self.bound.iter().any(|bound| &**bound == word)
    }
}

fn binary(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Eq => Binary::Equal,
        BinaryOperator::NotEq => Binary::NotEqual,
        BinaryOperator::LessEq => Binary::LessOrEqual,
        BinaryOperator::GreaterEq => Binary::GreaterOrEqual,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::Plus => Binary::Add,
        BinaryOperator::Minus => Binary::Subtract,
        BinaryOperator::Mul => Binary::Multiply,
        BinaryOperator::Div => Binary::Divide,
        BinaryOperator::Mod => Binary::Remainder,
        BinaryOperator::And => Binary::And,
        BinaryOperator::Or => Binary::Or,
    }
}
