//! Cycles: strongly connected components without recursion, and one concrete path through each.

use std::collections::VecDeque;

use thiserror::Error;

use super::Graph;

/// A concrete cycle: every node depends on the next one, and the last on the first.
///
/// It starts at the lowest node of its component and is a shortest cycle through that node, because a person has to read it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cycle of {} nodes", .path.len())]
pub struct Cycle {
    /// The nodes of the cycle; the first follows the last and is not repeated.
    pub path: Vec<u32>,
}

/// "Not visited", "not in this component", "no parent": no graph has so many nodes that it is a real one.
const NONE: u32 = u32::MAX;

impl Graph {
    /// One cycle for each group of nodes that depend on each other, ordered by the lowest node of the group.
    ///
    /// Empty exactly when the graph has an order. One cycle per group is what a person can act on; a group of many nodes holds
    /// exponentially many.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle> {
        let mut lowest_nodes: Vec<u32> = Vec::new();
        let components = self.components(|members| {
            let is_cycle = match members {
                [node] => self.dependencies(*node).binary_search(node).is_ok(),
                _ => true,
            };
            if is_cycle {
                lowest_nodes.extend(members.iter().min());
            }
        });
        lowest_nodes.sort_unstable();
        let mut parents = vec![NONE; self.node_count()];
        lowest_nodes
            .into_iter()
            .map(|start| Cycle { path: self.shortest_cycle(start, &components, &mut parents) })
            .collect()
    }

    /// Tarjan's algorithm with an explicit stack: calls `found` with each component and returns the component of each node.
    fn components(&self, mut found: impl FnMut(&[u32])) -> Vec<u32> {
        let mut walk = Walk::new(self.node_count());
        for root in self.nodes() {
            if walk.indices[root as usize] != NONE {
                continue;
            }
            walk.enter(root);
            while let Some(&(node, edge)) = walk.frames.last() {
                if let Some(&next) = self.dependencies(node).get(edge as usize) {
                    walk.follow(node, next);
                } else if let Some(members) = walk.leave(node) {
                    found(&members);
                }
            }
        }
        walk.components
    }

    /// A shortest cycle through `start`, which must lie on one, by breadth-first search within its component.
    ///
    /// `parents` comes and goes all `NONE`: the search clears what it wrote, so that many small components stay cheap.
    fn shortest_cycle(&self, start: u32, components: &[u32], parents: &mut [u32]) -> Vec<u32> {
        let component = components[start as usize];
        let mut waiting = VecDeque::from([start]);
        let mut touched: Vec<u32> = Vec::new();
        let mut path = Vec::new();
        'search: while let Some(node) = waiting.pop_front() {
            for &next in self.dependencies(node) {
                if next == start {
                    let mut back = node;
                    while back != NONE {
                        path.push(back);
                        back = parents[back as usize];
                    }
                    path.reverse();
                    break 'search;
                }
                if components[next as usize] == component && parents[next as usize] == NONE {
                    parents[next as usize] = node;
                    touched.push(next);
                    waiting.push_back(next);
                }
            }
        }
        for node in touched {
            parents[node as usize] = NONE;
        }
        path
    }
}

/// The state of Tarjan's walk, with the call stack as data.
struct Walk {
    /// When each node was first seen; `NONE` while it was not.
    indices: Vec<u32>,
    /// The earliest node known to be reachable from each node and still open.
    lows: Vec<u32>,
    /// The component of each finished node; `NONE` while it is open.
    components: Vec<u32>,
    /// Nodes seen whose component is not complete.
    open: Vec<u32>,
    /// Node and number of the edge to follow next.
    frames: Vec<(u32, u32)>,
    next_index: u32,
    next_component: u32,
}

impl Walk {
    fn new(node_count: usize) -> Self {
        Self {
            indices: vec![NONE; node_count],
            lows: vec![NONE; node_count],
            components: vec![NONE; node_count],
            open: Vec::new(),
            frames: Vec::new(),
            next_index: 0,
            next_component: 0,
        }
    }

    fn enter(&mut self, node: u32) {
        self.indices[node as usize] = self.next_index;
        self.lows[node as usize] = self.next_index;
        self.next_index += 1;
        self.open.push(node);
        self.frames.push((node, 0));
    }

    fn follow(&mut self, node: u32, next: u32) {
        if let Some((_, edge)) = self.frames.last_mut() {
            *edge += 1;
        }
        let next_index = self.indices[next as usize];
        if next_index == NONE {
            self.enter(next);
        } else if self.components[next as usize] == NONE {
            self.lower(node, next_index);
        }
    }

    /// Closes a node whose edges are all followed; gives its component when it is the first node of one.
    fn leave(&mut self, node: u32) -> Option<Vec<u32>> {
        self.frames.pop();
        let low = self.lows[node as usize];
        if let Some(&(parent, _)) = self.frames.last() {
            self.lower(parent, low);
        }
        if low != self.indices[node as usize] {
            return None;
        }
        let first = self.open.iter().rposition(|&member| member == node)?;
        let members = self.open.split_off(first);
        for &member in &members {
            self.components[member as usize] = self.next_component;
        }
        self.next_component += 1;
        Some(members)
    }

    fn lower(&mut self, node: u32, index: u32) {
        let low = &mut self.lows[node as usize];
        *low = (*low).min(index);
    }
}
