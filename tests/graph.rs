//! The graph, through its public surface: orders, cycles and critical paths against brute force.

use proptest::prelude::*;
use relight::graph::{CriticalPath, Graph, GraphError};

fn graph(node_count: u32, edges: &[(u32, u32)]) -> Graph {
    Graph::new(node_count, edges).expect("edges lie inside the graph")
}

/// Any edges, self-edges and duplicates included.
fn any_edges() -> impl Strategy<Value = (u32, Vec<(u32, u32)>)> {
    (1_u32..9).prop_flat_map(|count| (Just(count), prop::collection::vec((0..count, 0..count), 0..16)))
}

/// Edges without a cycle, over nodes whose numbers say nothing about their order.
fn acyclic_edges() -> impl Strategy<Value = (u32, Vec<(u32, u32)>)> {
    any_edges().prop_flat_map(|(count, edges)| {
        let names = Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        names.prop_map(move |names| {
            let forward = edges.iter().filter(|(from, to)| from > to);
            let renamed = forward.map(|&(from, to)| (names[from as usize], names[to as usize])).collect();
            (count, renamed)
        })
    })
}

/// Whether a path of at least one edge leads from one node to another, by repeated squaring of nothing cleverer than a table.
fn reaches(count: u32, edges: &[(u32, u32)]) -> Vec<Vec<bool>> {
    let size = count as usize;
    let mut table = vec![vec![false; size]; size];
    for &(from, to) in edges {
        table[from as usize][to as usize] = true;
    }
    for middle in 0..size {
        for from in 0..size {
            for to in 0..size {
                table[from][to] |= table[from][middle] && table[middle][to];
            }
        }
    }
    table
}

/// The order by its definition: again and again the lowest node whose dependencies are all done.
fn naive_order(count: u32, edges: &[(u32, u32)]) -> Vec<u32> {
    let mut done: Vec<u32> = Vec::new();
    while let Some(next) = (0..count)
        .find(|node| !done.contains(node) && edges.iter().all(|(from, to)| from != node || done.contains(to)))
    {
        done.push(next);
    }
    done
}

/// The heaviest of all paths that start at a node, one by one.
fn naive_remaining(node: u32, edges: &[(u32, u32)], weights: &[u64]) -> u64 {
    let ahead = edges.iter().filter(|(_, to)| *to == node);
    weights[node as usize] + ahead.map(|&(from, _)| naive_remaining(from, edges, weights)).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn order_is_the_lowest_ready_node_first((count, edges) in acyclic_edges()) {
        prop_assert_eq!(graph(count, &edges).order(), Ok(naive_order(count, &edges)));
        prop_assert_eq!(graph(count, &edges).cycles(), vec![]);
    }

    #[test]
    fn every_cycle_is_real_and_every_knot_has_one((count, edges) in any_edges()) {
        let graph = graph(count, &edges);
        let table = reaches(count, &edges);
        let cycles = graph.cycles();
        for cycle in &cycles {
            let next = cycle.path.iter().cycle().skip(1);
            for (&from, &to) in cycle.path.iter().zip(next) {
                prop_assert!(edges.contains(&(from, to)), "{from} does not depend on {to}");
            }
            let mut distinct = cycle.path.clone();
            distinct.sort_unstable();
            distinct.dedup();
            prop_assert_eq!(distinct.len(), cycle.path.len(), "a node stands twice in {:?}", &cycle.path);
        }
        let together = |a: u32, b: u32| table[a as usize][b as usize] && table[b as usize][a as usize];
        let lowest: Vec<u32> = (0..count).filter(|&node| together(node, node) && (0..node).all(|other| !together(other, node))).collect();
        prop_assert_eq!(cycles.iter().map(|cycle| cycle.path[0]).collect::<Vec<_>>(), lowest);
        match graph.order() {
            Ok(order) => prop_assert_eq!((order, cycles.len()), (naive_order(count, &edges), 0)),
            Err(cycle) => prop_assert_eq!(Some(&cycle), cycles.first()),
        }
    }

    #[test]
    fn reachable_agrees_with_the_table((count, edges) in any_edges(), start in 0_u32..8) {
        let table = reaches(count, &edges);
        let start = start % count;
        let expected = |forward: bool| (0..count).filter(|&node| {
            let (from, to) = if forward { (start, node) } else { (node, start) };
            node == start || table[from as usize][to as usize]
        }).collect::<Vec<_>>();
        let graph = graph(count, &edges);
        prop_assert_eq!(graph.reachable_from(&[start]), expected(true));
        prop_assert_eq!(graph.dependents().reachable_from(&[start]), expected(false));
        prop_assert_eq!(graph.dependents().dependents(), graph);
    }

    #[test]
    fn critical_path_equals_brute_force((count, edges) in acyclic_edges(), weights in prop::collection::vec(0_u64..50, 8)) {
        let CriticalPath { remaining, path } = graph(count, &edges).critical_path(&weights).expect("no cycle");
        let expected: Vec<u64> = (0..count).map(|node| naive_remaining(node, &edges, &weights)).collect();
        prop_assert_eq!(path.iter().map(|&node| weights[node as usize]).sum::<u64>(), expected.iter().copied().max().unwrap_or(0));
        for pair in path.windows(2) {
            prop_assert!(edges.contains(&(pair[1], pair[0])));
        }
        prop_assert_eq!(remaining, expected);
    }
}

#[test]
fn a_cycle_starts_at_its_lowest_node_and_takes_the_short_way() {
    let edges = [(4, 2), (2, 3), (3, 4), (2, 4), (0, 2), (1, 1)];
    let cycles = graph(5, &edges).cycles();
    assert_eq!(cycles.iter().map(|cycle| cycle.path.as_slice()).collect::<Vec<_>>(), [&[1][..], &[2, 4]]);
}

#[test]
fn an_edge_to_nowhere_is_an_error() {
    assert_eq!(
        Graph::new(2, &[(0, 1), (1, 2)]),
        Err(GraphError::EdgeOutside { from: 1, to: 2, node_count: 2 })
    );
    assert_eq!(graph(0, &[]).order(), Ok(vec![]));
    assert_eq!(graph(2, &[(0, 1), (0, 1)]).edge_count(), 1);
    assert_eq!(graph(2, &[]).dependencies(7), &[] as &[u32]);
}

#[test]
fn a_chain_of_a_million_runs_on_a_small_stack() {
    const LENGTH: u32 = 1_000_000;
    let work = || {
        let backwards: Vec<(u32, u32)> = (1..LENGTH).map(|node| (node - 1, node)).collect();
        let chain = graph(LENGTH, &backwards);
        assert_eq!(chain.order(), Ok((0..LENGTH).rev().collect()));
        assert_eq!(chain.reachable_from(&[LENGTH - 2]), [LENGTH - 2, LENGTH - 1]);
        let critical = chain.critical_path(&vec![2; LENGTH as usize]).expect("a chain has no cycle");
        assert_eq!((critical.total(), critical.path.len()), (2_000_000, LENGTH as usize));
        let ring: Vec<(u32, u32)> = (0..LENGTH).map(|node| (node, (node + 1) % LENGTH)).collect();
        let cycle = graph(LENGTH, &ring).order().expect_err("a ring is a cycle");
        assert_eq!(cycle.path, (0..LENGTH).collect::<Vec<_>>());
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread starts");
    thread.join().expect("the stack suffices");
}
