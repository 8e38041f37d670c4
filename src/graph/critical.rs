//! The critical path: what decides how long the whole takes.

use super::{Cycle, Graph};

/// The longest way through a weighted graph, and how much of such a way lies ahead of each node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriticalPath {
    /// For each node, the weight of the heaviest path from it through its dependents to any end, its own weight included.
    pub remaining: Vec<u64>,
    /// The heaviest path, from a node without dependencies to one without dependents; on a tie the lowest node wins.
    pub path: Vec<u32>,
}

impl CriticalPath {
    /// The weight of the whole path: the least time in which everything can be done, if weights are durations.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.path.first().map_or(0, |&node| self.remaining[node as usize])
    }
}

impl Graph {
    /// The critical path under the given weights, one for each node, in any unit; a missing weight counts as zero.
    ///
    /// Sums saturate. Fails with a cycle when there is one, because then no path is the longest.
    pub fn critical_path(&self, weights: &[u64]) -> Result<CriticalPath, Cycle> {
        let dependents = self.dependents();
        let order = self.order_by(&dependents)?;
        let mut remaining = vec![0_u64; self.node_count()];
        for &node in order.iter().rev() {
            let ahead = dependents.dependencies(node).iter().map(|&next| remaining[next as usize]).max();
            let own = weights.get(node as usize).copied().unwrap_or(0);
            remaining[node as usize] = own.saturating_add(ahead.unwrap_or(0));
        }
        let heaviest = |nodes: &mut dyn Iterator<Item = u32>| {
            nodes.max_by_key(|&node| (remaining[node as usize], std::cmp::Reverse(node)))
        };
        let mut path = Vec::new();
        let mut next = heaviest(&mut self.nodes().filter(|&node| self.dependencies(node).is_empty()));
        while let Some(node) = next {
            path.push(node);
            next = heaviest(&mut dependents.dependencies(node).iter().copied());
        }
        Ok(CriticalPath { remaining, path })
    }
}
