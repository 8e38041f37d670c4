//! The stable topological order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Cycle, Graph};

impl Graph {
    /// All nodes with dependencies first, and among those that are ready the lowest index first.
    ///
    /// The order depends on the edges alone, so that an unrelated edit never moves the nodes that it does not touch more than
    /// it must. Fails with a cycle when there is one.
    pub fn order(&self) -> Result<Vec<u32>, Cycle> {
        if self.is_in_order() {
            return Ok(self.nodes().collect());
        }
        self.order_by(&self.dependents())
    }

    /// The order, given the reversed graph, for callers that need it anyway.
    pub(super) fn order_by(&self, dependents: &Self) -> Result<Vec<u32>, Cycle> {
        let mut missing: Vec<u32> = Vec::with_capacity(self.node_count());
        missing.extend(
            self.nodes().map(|node| u32::try_from(self.dependencies(node).len()).unwrap_or(u32::MAX)),
        );
        let mut ready: BinaryHeap<Reverse<u32>> =
            self.nodes().filter(|&node| missing[node as usize] == 0).map(Reverse).collect();
        let mut order = Vec::with_capacity(self.node_count());
        while let Some(Reverse(node)) = ready.pop() {
            order.push(node);
            for &dependent in dependents.dependencies(node) {
                let count = &mut missing[dependent as usize];
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(dependent));
                }
            }
        }
        if order.len() == self.node_count() {
            return Ok(order);
        }
        // Nodes are left over only where a component keeps itself waiting, so that the list is never empty.
        match self.cycles().into_iter().next() {
            Some(cycle) => Err(cycle),
            None => Ok(order),
        }
    }

    /// Whether every node only depends on lower ones: then the order is the identity, and no heap is needed.
    fn is_in_order(&self) -> bool {
        self.edges().all(|(from, to)| to < from)
    }
}
