//! Residuals of several evaluations, told apart by what they mean and not by where they stand.

use std::collections::HashMap;

use relight_contract::{HoleId, Value};

use super::table::Renumbering;
use super::{Node, Residuals};

/// For each table the numbers of its residuals, the same number in all of them for what means the same. Secrets are the
/// same when their values are.
pub fn alike(tables: &[&Residuals]) -> Vec<Renumbering> {
    let mut meanings = Meanings::default();
    tables.iter().map(|table| meanings.numbers(table)).collect()
}

#[derive(Default)]
struct Meanings {
    nodes: HashMap<String, HoleId>,
    secrets: HashMap<Value, HoleId>,
    next: u32,
}

impl Meanings {
    fn numbers(&mut self, table: &Residuals) -> Renumbering {
        let mut numbers = Renumbering::default();
        let vault = table.vault();
        // Operands stand before what is made of them.
        for id in (0..u32::try_from(table.len()).unwrap_or(u32::MAX)).map(HoleId) {
            let secret = |node: &Node| match node {
                Node::Secret(source) => vault.get(source).cloned(),
                _ => None,
            };
            let number = match table.with_node(id, secret).flatten() {
                Some(value) => *self.secrets.entry(value).or_insert_with(|| fresh(&mut self.next)),
                None => {
                    let node = table.with_node(id, |node| numbers.node(node));
                    match node.and_then(|node| serde_json::to_string(&node).ok()) {
                        Some(meaning) => *self.nodes.entry(meaning).or_insert_with(|| fresh(&mut self.next)),
                        None => fresh(&mut self.next),
                    }
                }
            };
            numbers.insert(id, number);
        }
        numbers
    }
}

fn fresh(next: &mut u32) -> HoleId {
    *next += 1;
    HoleId(*next)
}
