//! Cutting out of a planning's table what a plan needs of it, under numbers that depend on nothing else.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use relight_contract::{Address, Hole, HoleId, Name, Object, Secret, Value};

use super::{Expr, Node, Residuals, Table};

/// Numbers of a planning's residuals to those of a table cut out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renumbering(HashMap<HoleId, HoleId>);

impl Renumbering {
    /// The new number; `None` of a residual that was not reached.
    pub fn get(&self, id: HoleId) -> Option<HoleId> {
        self.0.get(&id).copied()
    }

    /// Gives a residual a number.
    pub(super) fn insert(&mut self, id: HoleId, number: HoleId) {
        self.0.insert(id, number);
    }

    /// The value with the new numbers. Secrets stay known in this process.
    pub fn value(&self, value: &Value) -> Value {
        never(value.map_holes(&mut |part| {
            Ok(match part {
                Value::Secret(secret) => {
                    Value::Secret(Arc::new(Secret { id: self.id(secret.id), value: secret.value.clone() }))
                }
                other => self.covered(other),
            })
        }))
    }

    /// The hole or secret as a hole with its new number: what is stored holds no secret.
    fn covered(&self, part: &Value) -> Value {
        match part {
            Value::Hole(hole) => {
                let ty = hole.ty.clone();
                Value::Hole(Arc::new(Hole { id: self.id(hole.id), ty, sensitive: hole.sensitive }))
            }
            Value::Secret(secret) => {
                let ty = secret.value.ty();
                Value::Hole(Arc::new(Hole { id: self.id(secret.id), ty, sensitive: true }))
            }
            other => other.clone(),
        }
    }

    fn literal(&self, value: &Value) -> Value {
        never(value.map_holes(&mut |part| Ok(self.covered(part))))
    }

    /// The node with its operands under their new numbers.
    pub(super) fn node(&self, node: &Node) -> Node {
        match node {
            Node::Expr(expr) => {
                Node::Expr(never(expr.map_literals(&mut |value| Ok::<_, Infallible>(self.literal(value)))))
            }
            Node::Data { kind, arguments, attribute } => {
                let entries = arguments.iter().map(|(name, value)| (name.clone(), self.literal(value)));
                let arguments: Object = entries.collect();
                Node::Data { kind: kind.clone(), arguments, attribute: attribute.clone() }
            }
            leaf => leaf.clone(),
        }
    }

    /// A residual outside of the table keeps a number that no table has.
    fn id(&self, id: HoleId) -> HoleId {
        self.get(id).unwrap_or(HoleId(u32::MAX))
    }
}

/// The nodes that `roots` reach, numbered from 0 in the order of their first use, operands before what uses them.
pub fn table(residuals: &Residuals, roots: impl IntoIterator<Item = HoleId>) -> (Table, Renumbering) {
    table_with(residuals, roots, |_, _| None)
}

/// The same, with the outputs that are `known` as their values.
pub fn table_with(
    residuals: &Residuals,
    roots: impl IntoIterator<Item = HoleId>,
    known: impl Fn(&Address, &Name) -> Option<Value>,
) -> (Table, Renumbering) {
    let cut = |numbers: &Renumbering, node: &Node| match node {
        Node::Output { address, attribute, .. } => match known(address, attribute) {
            Some(value) => Node::Expr(Expr::literal(value)),
            None => node.clone(),
        },
        node => numbers.node(node),
    };
    let mut table = Table::new();
    let mut numbers = Renumbering::default();
    for root in roots {
        let mut waiting = vec![root];
        while let Some(&next) = waiting.last() {
            if numbers.get(next).is_some() {
                waiting.pop();
                continue;
            }
            let mut open = Vec::new();
            let found = residuals.with_node(next, |node| {
                node.each_operand(&mut |operand| {
                    if numbers.get(operand).is_none() {
                        open.push(operand);
                    }
                });
            });
            if found.is_none() {
                waiting.pop();
            } else if open.is_empty() {
                let node = residuals.with_node(next, |node| cut(&numbers, node));
                // A table has fewer nodes than the one it is cut out of.
                let number = u32::try_from(table.len()).unwrap_or(u32::MAX);
                table.extend(node.map(|node| (number, node)));
                numbers.0.insert(next, HoleId(number));
                waiting.pop();
            } else {
                // The first operand is looked at first.
                waiting.extend(open.into_iter().rev());
            }
        }
    }
    (table, numbers)
}

fn never<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
