//! What is known of outputs already, in values that also wait for others: nobody gives those while a plan is carried out.

use std::collections::{BTreeMap, HashSet};

use relight_contract::{Address, HoleId, Name, Value};

use super::decide::Decider;
use crate::expr::{Leaves as _, Node};

/// Outputs by address and attribute.
pub type Known = BTreeMap<(Address, Name), Value>;

impl Decider<'_> {
    /// Tells the outputs that steps wait for and no step gives: those of objects that stay as they are, or cannot be
    /// seen but follow from a name. What is sensitive is not told, because it would be stored with the plan.
    pub(super) fn tell_known(&mut self) {
        let desired = self.question.desired;
        let done = self.changes.changes.iter().filter(|change| change.held.is_none());
        let giving: HashSet<&Address> = done.clone().map(|change| &change.address).collect();
        let mut waiting: Vec<HoleId> = Vec::new();
        let mut from = |value: &Value| value.each_hole(&mut |hole| waiting.push(hole));
        for change in done {
            change.attributes.iter().for_each(|(_, value)| from(value));
            change.fields.iter().for_each(|delta| from(&delta.after));
        }
        for (_, condition, message) in self.changes.conditions.values().flatten() {
            from(condition);
            from(message);
        }
        let mut seen = HashSet::new();
        let mut asked = Vec::new();
        while let Some(next) = waiting.pop() {
            if !seen.insert(next) {
                continue;
            }
            desired.residuals.with_node(next, |node| match node {
                Node::Output { address, attribute, .. } if !giving.contains(address) => {
                    asked.push((address.clone(), attribute.clone()));
                }
                node => node.each_operand(&mut |operand| waiting.push(operand)),
            });
        }
        for (address, attribute) in asked {
            let kind = desired.by_address.get(&address).map(|id| desired.instance(*id).kind);
            let hidden = kind.and_then(|kind| kind.field(&attribute)).is_some_and(|row| row.sensitive);
            if let Some(value) = self.filling.outputs.output(&address, &attribute).filter(|_| !hidden) {
                self.changes.known.insert((address, attribute), value);
            }
        }
    }
}
