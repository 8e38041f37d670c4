//! What one undisturbed apply makes: that to which everything disturbed is compared.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::bed::{STACK_FOLDER, WEBSHOP, Workplace};

/// A spec as one undisturbed apply makes it. Nobody changes it: who wants to takes an account of their own.
pub struct Made {
    pub workplace: Workplace,
    /// What stands, apart from what the server makes up.
    pub shape: Vec<String>,
    /// The operations that were called and may have changed something, with their services.
    pub changing: BTreeSet<(String, String)>,
    /// How often they were called.
    pub changes: u64,
    /// How many calls there were in all.
    pub calls: usize,
}

/// The web shop.
pub static SHOP: LazyLock<Option<Made>> = LazyLock::new(|| Made::of(WEBSHOP));

/// The smaller stack.
pub static STACK: LazyLock<Option<Made>> = LazyLock::new(|| Made::of(STACK_FOLDER));

impl Made {
    fn of(spec: &str) -> Option<Made> {
        let workplace = Workplace::new(spec)?;
        workplace.apply();
        let calls = workplace.proxy.seen().len();
        let changed = workplace.changing();
        let changes = changed.len() as u64;
        let changing = changed.into_iter().map(|seen| (seen.call.service, seen.call.operation)).collect();
        let shape = workplace.world().shape();
        Some(Made { workplace, shape, changing, changes, calls })
    }
}
