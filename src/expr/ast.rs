//! Expressions as data: what HCL text becomes once lowered, and what a residual is made of.
//!
//! References to names of the spec are kept apart from variables that an expression itself binds (`for`), so that
//! a reference can be replaced by its value: an expression whose references are all literals is a residual.

use relight_contract::{Mode, Name, Type, Value};
use serde::{Deserialize, Serialize};

use crate::diag::Span;

/// An expression with its place in the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    #[serde(flatten)]
    pub kind: ExprKind,
    /// Where it stands; `Span::NONE` in a stored residual.
    #[serde(skip, default = "no_span")]
    pub span: Span,
}

fn no_span() -> Span {
    Span::NONE
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    /// A value; in a residual also a hole.
    Literal(#[serde(with = "super::stored")] Value),
    /// Text with interpolations. One part that is an expression keeps its type (`"${x}"` is `x`).
    Template(Vec<Part>),
    /// `%{for ...}` in a template: the joined text of its rounds.
    TemplateFor(Box<For>),
    /// A name of the spec.
    Reference(Box<Reference>),
    /// A variable that an enclosing `for` or template binds.
    Bound(Name),
    /// `of.name`
    Attribute {
        /// The object.
        of: Box<Expr>,
        /// The attribute.
        name: Name,
    },
    /// `of[key]`
    Index {
        /// The collection.
        of: Box<Expr>,
        /// The index or key.
        key: Box<Expr>,
    },
    /// `of[*].a.b` and `of.*.a.b`: `each` uses the bound variable [`SPLAT`] for the element.
    Splat {
        /// The collection; null becomes empty, anything else than a list becomes a list of one.
        of: Box<Expr>,
        /// What becomes of each element.
        each: Box<Expr>,
    },
    /// `!a` and `-a`
    Unary {
        /// Which.
        operator: Unary,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b` and so on.
    Binary {
        /// Which.
        operator: Binary,
        /// The left and the right operand.
        operands: Box<(Expr, Expr)>,
    },
    /// `condition ? then : otherwise`
    Conditional {
        /// Condition, value if it holds, value if not.
        parts: Box<(Expr, Expr, Expr)>,
    },
    /// `name(arguments...)`
    Call {
        /// The function; `core::` is taken off.
        function: Name,
        /// The arguments.
        arguments: Vec<Expr>,
        /// Whether the last argument is spread out (`...`).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        spread: bool,
    },
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ a = b }`; keys are expressions, bare words are literals.
    Object(Vec<(Expr, Expr)>),
    /// `[for ...]` and `{for ...}`
    For(Box<For>),
    /// The value as a type; has no syntax of its own, residuals use it.
    Convert {
        /// What is converted.
        value: Box<Expr>,
        /// The type that it becomes.
        #[serde(rename = "type")]
        ty: Type,
    },
}

/// The name under which a splat's element is bound.
pub const SPLAT: &str = "*";

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Literal text.
    Text(Name),
    /// `${...}`
    Value(Expr),
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct For {
    /// The variable for the key or index.
    pub key: Option<Name>,
    /// The variable for the element.
    pub value: Name,
    /// What is gone through.
    pub collection: Expr,
    /// The key of each entry: makes an object instead of a tuple.
    pub key_result: Option<Expr>,
    /// The value of each entry.
    pub result: Expr,
    /// `if ...`
    pub condition: Option<Expr>,
    /// `...`: values of equal keys are gathered.
    pub group: bool,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unary {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// A name of the spec.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// `var.name`
    Variable(Name),
    /// `local.name`
    Local(Name),
    /// `module.name`: an object of its outputs, or a collection of such objects.
    Module(Name),
    /// `kind.name` and `data.kind.name`
    Resource {
        /// Managed, or read only.
        #[serde(skip)]
        mode: Mode,
        /// The resource type.
        kind: Name,
        /// The label.
        name: Name,
    },
    /// `each.key`
    EachKey,
    /// `each.value`
    EachValue,
    /// `count.index`
    CountIndex,
    /// `self`, in conditions of a resource.
    This,
    /// `path.module`
    PathModule,
    /// `path.root`
    PathRoot,
    /// `path.cwd`
    PathWorking,
    /// `terraform.workspace`: always `default`.
    Workspace,
    /// `topology.name`
    Topology(Name),
    /// `site.name`
    Site(Name),
    /// `primary.reference`: in the current primary site.
    Primary(Box<Reference>),
    /// `sites.name.reference`: in a site that is named.
    At(Name, Box<Reference>),
    /// `sites.name.value`
    SiteValue(Name, Name),
    /// `sites` on its own, as in `sites[each.key].aws_vpc.main`: the path behind it says where and what.
    Sites,
    /// `probe.name`, in `after` and `before`.
    Probe(Name),
    /// `gate.name`, in `after` and `before`.
    Gate(Name),
    /// `hook.name`, in `after` and `before`.
    Hook(Name),
}

/// One step of a path behind a reference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// `.name`
    Attribute(Name),
    /// `[key]`, the key being known text or a number.
    Index(Value),
}

impl Expr {
    /// A literal without a place.
    pub fn literal(value: Value) -> Expr {
        Expr { kind: ExprKind::Literal(value), span: Span::NONE }
    }

    /// An expression at `span`.
    pub fn new(kind: ExprKind, span: Span) -> Expr {
        Expr { kind, span }
    }

    /// Calls `visit` with every expression directly inside this one.
    pub fn each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Reference(_) | ExprKind::Bound(_) => {}
            ExprKind::Template(parts) => parts.iter().for_each(|part| {
                if let Part::Value(expr) = part {
                    visit(expr);
                }
            }),
            ExprKind::TemplateFor(each) | ExprKind::For(each) => {
                visit(&each.collection);
                each.key_result.iter().for_each(&mut *visit);
                visit(&each.result);
                each.condition.iter().for_each(visit);
            }
            ExprKind::Attribute { of, .. } => visit(of),
            ExprKind::Index { of, key } => {
                visit(of);
                visit(key);
            }
            ExprKind::Splat { of, each } => {
                visit(of);
                visit(each);
            }
            ExprKind::Unary { operand, .. } => visit(operand),
            ExprKind::Convert { value, .. } => visit(value),
            ExprKind::Binary { operands, .. } => {
                visit(&operands.0);
                visit(&operands.1);
            }
            ExprKind::Conditional { parts } => {
                visit(&parts.0);
                visit(&parts.1);
                visit(&parts.2);
            }
            ExprKind::Call { arguments, .. } => arguments.iter().for_each(visit),
            ExprKind::Tuple(items) => items.iter().for_each(visit),
            ExprKind::Object(entries) => entries.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
        }
    }

    /// The expression with every literal replaced by what `map` makes of it.
    pub fn map_literals<E>(&self, map: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Expr, E> {
        let kind = match &self.kind {
            ExprKind::Literal(value) => ExprKind::Literal(map(value)?),
            ExprKind::Reference(_) | ExprKind::Bound(_) => self.kind.clone(),
            ExprKind::Template(parts) => {
                let parts = parts.iter().map(|part| match part {
                    Part::Text(text) => Ok(Part::Text(text.clone())),
                    Part::Value(expr) => expr.map_literals(map).map(Part::Value),
                });
                ExprKind::Template(parts.collect::<Result<_, E>>()?)
            }
            ExprKind::TemplateFor(each) => ExprKind::TemplateFor(Box::new(each.map_literals(map)?)),
            ExprKind::For(each) => ExprKind::For(Box::new(each.map_literals(map)?)),
            ExprKind::Attribute { of, name } => {
                ExprKind::Attribute { of: boxed(of, map)?, name: name.clone() }
            }
            ExprKind::Index { of, key } => ExprKind::Index { of: boxed(of, map)?, key: boxed(key, map)? },
            ExprKind::Splat { of, each } => ExprKind::Splat { of: boxed(of, map)?, each: boxed(each, map)? },
            ExprKind::Unary { operator, operand } => {
                ExprKind::Unary { operator: *operator, operand: boxed(operand, map)? }
            }
            ExprKind::Binary { operator, operands } => {
                let operands = (operands.0.map_literals(map)?, operands.1.map_literals(map)?);
                ExprKind::Binary { operator: *operator, operands: Box::new(operands) }
            }
            ExprKind::Conditional { parts } => {
                let (condition, then, otherwise) = &**parts;
                let parts =
                    (condition.map_literals(map)?, then.map_literals(map)?, otherwise.map_literals(map)?);
                ExprKind::Conditional { parts: Box::new(parts) }
            }
            ExprKind::Call { function, arguments, spread } => ExprKind::Call {
                function: function.clone(),
                arguments: all(arguments, map)?,
                spread: *spread,
            },
            ExprKind::Tuple(items) => ExprKind::Tuple(all(items, map)?),
            ExprKind::Object(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| Ok((key.map_literals(map)?, value.map_literals(map)?)));
                ExprKind::Object(entries.collect::<Result<_, E>>()?)
            }
            ExprKind::Convert { value, ty } => {
                ExprKind::Convert { value: boxed(value, map)?, ty: ty.clone() }
            }
        };
        Ok(Expr::new(kind, self.span))
    }

    /// Calls `visit` with every reference in the expression, its span, and the steps written behind it as far as
    /// they are fixed. The parser bounds the depth of an expression.
    pub fn each_reference<'e>(&'e self, visit: &mut dyn FnMut(&'e Reference, &[Step], Span)) {
        let mut steps = Vec::new();
        let mut base = self;
        loop {
            match &base.kind {
                ExprKind::Attribute { of, name } => {
                    steps.push(Some(Step::Attribute(name.clone())));
                    base = of;
                }
                ExprKind::Index { of, key } => {
                    match &key.kind {
                        ExprKind::Literal(value) => steps.push(Some(Step::Index(value.clone()))),
                        _ => {
                            steps.push(None);
                            key.each_reference(visit);
                        }
                    }
                    base = of;
                }
                _ => break,
            }
        }
        match &base.kind {
            ExprKind::Reference(reference) => {
                let fixed: Vec<Step> = steps.into_iter().rev().map_while(|step| step).collect();
                visit(reference, &fixed, base.span);
            }
            _ => base.each_child(&mut |child| child.each_reference(visit)),
        }
    }
}

impl For {
    fn map_literals<E>(&self, map: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<For, E> {
        Ok(For {
            key: self.key.clone(),
            value: self.value.clone(),
            collection: self.collection.map_literals(map)?,
            key_result: self.key_result.as_ref().map(|expr| expr.map_literals(map)).transpose()?,
            result: self.result.map_literals(map)?,
            condition: self.condition.as_ref().map(|expr| expr.map_literals(map)).transpose()?,
            group: self.group,
        })
    }
}

fn boxed<E>(expr: &Expr, map: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Box<Expr>, E> {
    expr.map_literals(map).map(Box::new)
}

fn all<E>(exprs: &[Expr], map: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Vec<Expr>, E> {
    exprs.iter().map(|expr| expr.map_literals(map)).collect()
}
