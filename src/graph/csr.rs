//! The edges of a graph in compressed rows: one array of row starts, one of targets.

use thiserror::Error;

/// A graph whose nodes are `0..node_count` and whose edges point from a node to what it depends on.
///
/// Edges live in two flat arrays (compressed rows), 4 bytes for a node and 4 for an edge, so that a million nodes cost
/// megabytes. Rows are sorted and free of duplicates, which makes every walk deterministic. A node may depend on itself: that
/// is a cycle of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// Row `n` is `targets[starts[n]..starts[n + 1]]`; one more entry than nodes.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

/// Why a graph cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GraphError {
    /// An edge names a node that is not below the node count.
    #[error("edge from node {from} to node {to} leaves the graph of {node_count} nodes")]
    EdgeOutside {
        /// The node that depends.
        from: u32,
        /// The node that it depends on.
        to: u32,
        /// How many nodes the graph has.
        node_count: u32,
    },
    /// More edges than an index of 32 bits can count.
    #[error("{count} edges are more than a graph can hold")]
    TooManyEdges {
        /// How many edges were given.
        count: usize,
    },
}

impl Graph {
    /// Builds the graph of `node_count` nodes from edges `(from, to)`, where `from` depends on `to`.
    ///
    /// The edges may come in any order and more than once: the result is the same. Fails on an edge that names a node outside
    /// the graph.
    pub fn new(node_count: u32, edges: &[(u32, u32)]) -> Result<Self, GraphError> {
        if u32::try_from(edges.len()).is_err() {
            return Err(GraphError::TooManyEdges { count: edges.len() });
        }
        if let Some(&(from, to)) = edges.iter().find(|(from, to)| *from >= node_count || *to >= node_count) {
            return Err(GraphError::EdgeOutside { from, to, node_count });
        }
        let mut graph = Self::scatter(node_count as usize, || edges.iter().copied());
        graph.sort_rows();
        Ok(graph)
    }

    /// How many nodes the graph has.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many distinct edges the graph has.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.targets.len()
    }

    /// What a node depends on directly, ascending; empty for a node outside the graph.
    #[must_use]
    pub fn dependencies(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(&start), Some(&end)) => &self.targets[start as usize..end as usize],
            _ => &[],
        }
    }

    /// The graph with every edge turned round: its "dependencies" are the nodes that depend on a node.
    #[must_use]
    pub fn dependents(&self) -> Self {
        // Sources come in ascending order, so that the rows are born sorted.
        Self::scatter(self.node_count(), || self.edges().map(|(from, to)| (to, from)))
    }

    /// Every edge as `(from, to)`, ascending.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.nodes().flat_map(|from| self.dependencies(from).iter().map(move |&to| (from, to)))
    }

    /// Everything that the given nodes depend on, directly or through others, and the nodes themselves, ascending.
    ///
    /// Call it on [`Graph::dependents`] for everything that is affected by them. Nodes outside the graph are passed over.
    #[must_use]
    pub fn reachable_from(&self, nodes: &[u32]) -> Vec<u32> {
        let mut seen = vec![false; self.node_count()];
        let mut waiting: Vec<u32> = Vec::new();
        let visit = |node: u32, seen: &mut Vec<bool>, waiting: &mut Vec<u32>| {
            if let Some(mark @ false) = seen.get_mut(node as usize) {
                *mark = true;
                waiting.push(node);
            }
        };
        for &node in nodes {
            visit(node, &mut seen, &mut waiting);
        }
        while let Some(node) = waiting.pop() {
            for &next in self.dependencies(node) {
                visit(next, &mut seen, &mut waiting);
            }
        }
        self.nodes().filter(|&node| seen[node as usize]).collect()
    }

    /// All nodes, ascending.
    pub(super) fn nodes(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.node_count()).unwrap_or(u32::MAX)
    }

    /// Places edges into rows by counting; within a row they keep the order in which they came.
    fn scatter<I: Iterator<Item = (u32, u32)>>(node_count: usize, edges: impl Fn() -> I) -> Self {
        let mut starts = vec![0_u32; node_count + 1];
        for (from, _) in edges() {
            starts[from as usize + 1] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut targets = vec![0_u32; total as usize];
        for (from, to) in edges() {
            let slot = &mut next[from as usize];
            targets[*slot as usize] = to;
            *slot += 1;
        }
        Self { starts, targets }
    }

    /// Sorts each row and drops duplicates, closing the gaps in place.
    fn sort_rows(&mut self) {
        let mut kept = 0;
        for node in 0..self.node_count() {
            let (start, end) = (self.starts[node] as usize, self.starts[node + 1] as usize);
            self.targets[start..end].sort_unstable();
            self.starts[node] = kept;
            let mut previous = None;
            for index in start..end {
                let target = self.targets[index];
                if previous != Some(target) {
                    self.targets[kept as usize] = target;
                    kept += 1;
                    previous = Some(target);
                }
            }
        }
        let last = self.node_count();
        self.starts[last] = kept;
        self.targets.truncate(kept as usize);
        self.targets.shrink_to_fit();
    }
}
