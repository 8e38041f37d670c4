//! What follows from a change of roles: where it makes an object anew, whatever reads that object is told of the new one.

use std::collections::{BTreeSet, HashSet};

use relight_contract::{HoleId, Name, Object, Value};

use crate::desired::{Desired, InstanceId};
use crate::expr::Node;

/// What an operation makes anew, or changes because of that.
#[derive(Default)]
pub(super) struct Follows(HashSet<InstanceId>);

impl Follows {
    /// From here on, what reads the outputs of an instance follows it.
    pub(super) fn add(&mut self, id: InstanceId) {
        self.0.insert(id);
    }

    /// The fields with values that wait for something which is made anew.
    pub(super) fn fields(&self, attributes: &Object, desired: &Desired) -> BTreeSet<Name> {
        if self.0.is_empty() {
            return BTreeSet::new();
        }
        let follows = attributes.iter().filter(|(_, value)| self.waits(value, desired));
        follows.map(|(name, _)| name.clone()).collect()
    }

    fn waits(&self, value: &Value, desired: &Desired) -> bool {
        let mut seen: HashSet<HoleId> = HashSet::new();
        let mut waiting = Vec::new();
        let mut found = false;
        value.each_hole(&mut |id| waiting.push(id));
        while let Some(id) = waiting.pop() {
            if found || !seen.insert(id) {
                continue;
            }
            desired.residuals.with_node(id, |node| match node {
                Node::Output { address, .. } => {
                    let anew = desired.by_address.get(address).is_some_and(|id| self.0.contains(id));
                    found |= anew;
                }
                node => node.each_operand(&mut |operand| waiting.push(operand)),
            });
        }
        found
    }
}
