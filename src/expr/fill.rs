//! Filling: from outputs, secrets and data to the values of the holes that wait for them.
//!
//! A filler walks the nodes that a hole needs with a stack of its own, operands first, and remembers what it learned.
//! What is still unknown is asked for again the next time.

use std::collections::HashMap;
use std::sync::Arc;

use relight_contract::{Address, Hole, HoleId, Name, Object, Secret, Value};

use super::convert::{convert, reveal};
use super::{
    Context, Expr, ExprKind, Failure, Files, Node, Reference, Residuals, Scope, SecretSource, Step, Table,
    evaluate,
};
use crate::diag::{Span, codes};

/// What the leaves of residuals are, as far as it is known.
pub trait Leaves {
    /// An attribute of an object; `None` while its step is not done.
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value>;
    /// A secret; `None` when its source does not give it.
    fn secret(&mut self, source: &SecretSource) -> Option<Value>;
    /// An answer of a pure data source to known arguments; the error is a lower-case fragment.
    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String>;
}

/// Where nodes are found: in the table of a planning under way, or in a stored one.
pub trait Nodes {
    /// Calls `visit` with a node; `None` when there is no such node.
    fn with<R>(&self, id: HoleId, visit: impl FnOnce(&Node) -> R) -> Option<R>;
}

impl Nodes for Residuals {
    fn with<R>(&self, id: HoleId, visit: impl FnOnce(&Node) -> R) -> Option<R> {
        self.with_node(id, visit)
    }
}

impl Nodes for Table {
    fn with<R>(&self, id: HoleId, visit: impl FnOnce(&Node) -> R) -> Option<R> {
        self.get(&id.0).map(visit)
    }
}

/// What a hole is filled with.
#[derive(Clone, Debug, PartialEq)]
pub enum Filled {
    /// This value; secret if anything is that it was made of.
    Known(Value),
    /// Nothing yet, because this leaf is not known.
    Still(Box<Node>),
    /// Nothing ever: the expression fails on the values that it got.
    Failed(Failure),
}

/// Fills the holes of one table.
#[derive(Debug)]
pub struct Filler<'n, N> {
    nodes: &'n N,
    learned: Learned,
}

/// What a filler has learned, to be passed on to the next one over the same table.
#[derive(Debug, Default)]
pub struct Learned {
    known: HashMap<HoleId, Value>,
    /// The leaf that a residual was found to wait for, so that a chain is not gone through for each of its links.
    waits: HashMap<HoleId, HoleId>,
}

/// What stops a filling.
enum Stop {
    Still(Box<Node>),
    Failed(Failure),
}

impl<'n, N: Nodes> Filler<'n, N> {
    /// A filler that knows nothing yet.
    pub fn new(nodes: &'n N) -> Filler<'n, N> {
        Filler::with(nodes, Learned::default())
    }

    /// A filler that knows what another one has learned of the same table, from leaves that said the same.
    pub fn with(nodes: &'n N, learned: Learned) -> Filler<'n, N> {
        Filler { nodes, learned }
    }

    /// What it has learned.
    pub fn learned(self) -> Learned {
        self.learned
    }

    /// The value of one residual. `files` serves the few functions that read files late.
    pub fn fill(&mut self, id: HoleId, leaves: &mut dyn Leaves, files: &dyn Files) -> Filled {
        match self.learn(id, leaves, files) {
            Ok(value) => Filled::Known(value),
            Err(stop) => stop.into(),
        }
    }

    /// A value with all its holes and secrets filled, each converted to the type that it has there.
    pub fn fill_value(&mut self, value: &Value, leaves: &mut dyn Leaves, files: &dyn Files) -> Filled {
        let mut fill = |part: &Value| match Slot::of(part) {
            Some(slot) => slot.take(&self.learn(slot.id, leaves, files)?),
            None => Ok(part.clone()),
        };
        match value.map_holes(&mut fill) {
            Ok(value) => Filled::Known(value),
            Err(stop) => Stop::into(stop),
        }
    }

    fn learn(&mut self, id: HoleId, leaves: &mut dyn Leaves, files: &dyn Files) -> Result<Value, Stop> {
        let mut waiting = vec![id];
        while let Some(&next) = waiting.last() {
            if self.learned.known.contains_key(&next) {
                waiting.pop();
                continue;
            }
            let open = match self.learned.waits.get(&next) {
                Some(leaf) if !self.learned.known.contains_key(leaf) => vec![*leaf],
                _ => self.open_operands(next)?,
            };
            if open.is_empty() {
                let value = self.compute(next, leaves, files);
                if matches!(value, Err(Stop::Still(_))) && next != id {
                    self.learned.waits.insert(id, next);
                }
                self.learned.known.insert(next, value?);
                waiting.pop();
            } else {
                waiting.extend(open);
            }
        }
        self.learned.known.get(&id).cloned().ok_or_else(|| damaged(id))
    }

    fn open_operands(&self, id: HoleId) -> Result<Vec<HoleId>, Stop> {
        let mut open = Vec::new();
        let mut is_ordered = true;
        let found = self.nodes.with(id, |node| {
            node.each_operand(&mut |operand| {
                is_ordered &= operand < id;
                if !self.learned.known.contains_key(&operand) {
                    open.push(operand);
                }
            });
        });
        match (found, is_ordered) {
            (Some(()), true) => Ok(open),
            _ => Err(damaged(id)),
        }
    }

    /// The value of a node whose operands are known.
    fn compute(&self, id: HoleId, leaves: &mut dyn Leaves, files: &dyn Files) -> Result<Value, Stop> {
        let mut operand = |value: &Value| self.operand(value);
        let ready = self.nodes.with(id, |node| match node {
            Node::Expr(expr) => expr.map_literals(&mut operand).map(Node::Expr),
            Node::Data { kind, arguments, attribute } => {
                let entries = arguments.iter().map(|(name, value)| Ok((name.clone(), operand(value)?)));
                let arguments = entries.collect::<Result<Object, Stop>>()?;
                Ok(Node::Data { kind: kind.clone(), arguments, attribute: attribute.clone() })
            }
            leaf => Ok(leaf.clone()),
        });
        let value = match ready.ok_or_else(|| damaged(id))?? {
            Node::Expr(expr) => late(&expr, files).map_err(Stop::Failed)?,
            Node::Data { kind, arguments, attribute } => {
                let is_secret = arguments.iter().any(|(_, value)| value.has_secret());
                let plain = arguments.iter().map(|(name, value)| (name.clone(), reveal(value))).collect();
                let answer = leaves.data(&kind, &plain, &attribute).map_err(|message| {
                    let message = format!("The data source `{kind}` gives no answer: {message}.");
                    Stop::Failed(Failure::new(codes::FUNCTION_FAILED, message, Span::NONE))
                })?;
                if is_secret { mark(id, &answer) } else { answer }
            }
            Node::Output { address, attribute, ty } => match leaves.output(&address, &attribute) {
                Some(value) if !value.has_hole() => value,
                _ => return Err(Stop::Still(Box::new(Node::Output { address, attribute, ty }))),
            },
            Node::Secret(source) => match leaves.secret(&source) {
                Some(value) => mark(id, &value),
                None => return Err(Stop::Still(Box::new(Node::Secret(source)))),
            },
        };
        // Marks inside belong to the table of the evaluation just made, and mean nothing here.
        Ok(if value.has_secret() { mark(id, &value) } else { value })
    }

    fn operand(&self, value: &Value) -> Result<Value, Stop> {
        value.map_holes(&mut |part| match Slot::of(part) {
            Some(slot) => slot.take(self.learned.known.get(&slot.id).ok_or_else(|| damaged(slot.id))?),
            None => Ok(part.clone()),
        })
    }
}

/// The place that a hole or secret has in a value.
struct Slot<'v> {
    id: HoleId,
    hole: Option<&'v Hole>,
}

impl<'v> Slot<'v> {
    fn of(value: &'v Value) -> Option<Slot<'v>> {
        match value {
            Value::Hole(hole) => Some(Slot { id: hole.id, hole: Some(&**hole) }),
            Value::Secret(secret) => Some(Slot { id: secret.id, hole: None }),
            _ => None,
        }
    }

    /// The filling, as this place wants it.
    fn take(&self, filling: &Value) -> Result<Value, Stop> {
        let Some(hole) = self.hole else { return Ok(mark(self.id, filling)) };
        let value = convert(filling, &hole.ty).map_err(|error| {
            let message = format!("A value that has become known does not fit: {error}.");
            Stop::Failed(Failure::new(codes::TYPE_MISMATCH, message, Span::NONE))
        })?;
        Ok(if hole.sensitive { mark(self.id, &value) } else { value })
    }
}

/// The value as one secret.
fn mark(id: HoleId, value: &Value) -> Value {
    Value::Secret(Arc::new(Secret { id, value: reveal(value) }))
}

/// Evaluates an expression whose literals are all known.
fn late(expr: &Expr, files: &dyn Files) -> Result<Value, Failure> {
    // A literal is by far the most frequent node after conversion.
    if let ExprKind::Literal(value) = &expr.kind {
        return Ok(value.clone());
    }
    let residuals = Residuals::new();
    let context = Context { scope: &Nothing, files, residuals: &residuals, now: None };
    let value = evaluate(expr, &context)?;
    match value.has_hole() {
        false => Ok(value),
        true => {
            let message = "The value is not known although all that it is made of is.";
            Err(Failure::new(codes::KNOWN_WHEN_PLANNING, message, expr.span))
        }
    }
}

/// Residuals name nothing.
struct Nothing;

impl Scope for Nothing {
    fn look_up(&self, _: &Reference, _: &[Step], span: Span) -> Result<(Value, usize), Failure> {
        Err(Failure::new(codes::REFERENCE_OUT_OF_PLACE, "A stored expression refers to a name.", span))
    }
}

fn damaged(id: HoleId) -> Stop {
    let message = format!("The stored expression {} is damaged.", id.0);
    Stop::Failed(Failure::new(codes::PLAN_INVALID, message, Span::NONE))
}

impl From<Stop> for Filled {
    fn from(stop: Stop) -> Filled {
        match stop {
            Stop::Still(leaf) => Filled::Still(leaf),
            Stop::Failed(failure) => Filled::Failed(failure),
        }
    }
}
