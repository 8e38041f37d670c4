//! What a plan will never know: values that wait for objects which cannot be read, or are not made by it.

use std::cell::RefCell;
use std::collections::HashMap;

use relight_contract::{HoleId, Name, Value};

use super::outputs::Outputs;
use crate::expr::{Node, Residuals};

/// Why holes cannot be filled, remembered hole by hole.
#[derive(Default)]
pub(super) struct Blocks(RefCell<HashMap<HoleId, Option<Name>>>);

impl Blocks {
    /// Why a value cannot be known by this plan; `None` when it will be.
    ///
    /// What a hole hangs on stands before it in the order of decisions, so that an answer never changes.
    pub(super) fn why(&self, value: &Value, residuals: &Residuals, outputs: &Outputs<'_>) -> Option<Name> {
        if !outputs.hides_any() {
            return None;
        }
        let mut holes = Vec::new();
        value.each_hole(&mut |id| holes.push(id));
        holes.into_iter().find_map(|hole| self.hole(hole, residuals, outputs))
    }

    fn hole(&self, hole: HoleId, residuals: &Residuals, outputs: &Outputs<'_>) -> Option<Name> {
        let mut known = self.0.borrow_mut();
        let mut waiting = vec![hole];
        while let Some(&next) = waiting.last() {
            if known.contains_key(&next) {
                waiting.pop();
                continue;
            }
            let mut open = Vec::new();
            let mut found = None;
            residuals.with_node(next, |node| match node {
                Node::Output { address, attribute, .. } => {
                    found = outputs
                        .hidden(address, attribute)
                        .map(|why| Name::from(format!("it needs `{attribute}` of `{address}`, {why}")));
                }
                other => other.each_operand(&mut |operand| match known.get(&operand) {
                    Some(Some(why)) => found = found.take().or_else(|| Some(why.clone())),
                    Some(None) => {}
                    None => open.push(operand),
                }),
            });
            if open.is_empty() {
                known.insert(next, found);
                waiting.pop();
            } else {
                waiting.extend(open);
            }
        }
        known.get(&hole).cloned().flatten()
    }
}
