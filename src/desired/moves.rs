//! `moved` blocks to pairs of addresses.

use std::collections::BTreeSet;

use relight_contract::{Address, Key, ModulePath};

use super::evaluation::Evaluation;
use super::finish::inside;
use crate::diag::{Diagnostic, codes};
use crate::spec::{Moved, Target, TargetKey};

impl Evaluation<'_> {
    /// Moves as pairs: for every instance, each address that it had before, through chains of moves.
    pub(super) fn moves(&mut self) {
        let topology = self.topology;
        let mut all: Vec<Moved> = Vec::new();
        for node in &topology.tree {
            let moved = &topology.spec.modules[node.module.0 as usize].moved;
            all.extend(moved.iter().map(|one| Moved {
                from: inside(&one.from, &node.path),
                to: inside(&one.to, &node.path),
                span: one.span,
            }));
        }
        if all.is_empty() {
            return;
        }
        let mut pairs = Vec::new();
        let mut still = BTreeSet::new();
        for instance in &self.desired.instances {
            let mut known = BTreeSet::from([instance.address.clone()]);
            let mut open = vec![instance.address.clone()];
            while let Some(address) = open.pop() {
                for (index, moved) in all.iter().enumerate() {
                    let Some(old) = before(moved, &address) else { continue };
                    if self.desired.by_address.contains_key(&old) {
                        still.insert((index, old));
                    } else if known.insert(old.clone()) {
                        pairs.push((old.clone(), instance.address.clone()));
                        open.push(old);
                    }
                }
            }
        }
        for (index, old) in still {
            self.diagnostics.push(
                Diagnostic::error(
                    codes::MOVED_INVALID,
                    format!("`{old}` is said to have moved, but is still in the spec"),
                )
                .at(all[index].span)
                .help("take the `moved` block or the resource out"),
            );
        }
        self.desired.moved.extend(pairs);
    }
}

/// The address before the move, when it leads here.
fn before(moved: &Moved, address: &Address) -> Option<Address> {
    let (from, to) = (&moved.from, &moved.to);
    let steps = address.module.steps();
    if steps.len() < to.module.len() || from.resource.is_some() != to.resource.is_some() {
        return None;
    }
    // Where either side of the last call has a key, single instances of it are meant, else all.
    let whole_call = to.resource.is_none();
    let last_key = |target: &Target| target.module.last().and_then(|(_, key)| key.clone());
    let one_call = whole_call && (last_key(from).is_some() || last_key(to).is_some());
    for (index, ((name, key), step)) in to.module.iter().zip(steps).enumerate() {
        let exact = one_call && index + 1 == to.module.len();
        if *name != step.name || (exact || key.is_some()) && *key != step.key {
            return None;
        }
    }
    let mut module = ModulePath::root();
    for (index, (name, key)) in from.module.iter().enumerate() {
        let exact = one_call && index + 1 == from.module.len();
        let kept =
            steps.get(index).filter(|_| !exact && index < to.module.len()).and_then(|step| step.key.clone());
        module = module.child(name.clone(), key.clone().or(kept));
    }
    for step in steps.get(to.module.len()..)? {
        module = module.child(step.name.clone(), step.key.clone());
    }
    let mut old = Address { module, ..address.clone() };
    if let (Some((mode, kind, name, key)), Some((to_mode, to_kind, to_name, to_key))) =
        (&from.resource, &to.resource)
    {
        let (key, to_key) = (fixed(key.as_ref())?, fixed(to_key.as_ref())?);
        let one = key.is_some() || to_key.is_some();
        let fits = steps.len() == to.module.len()
            && (*to_mode == address.mode && *to_kind == address.kind && *to_name == address.name)
            && (!one || to_key == address.key);
        if !fits {
            return None;
        }
        (old.mode, old.kind, old.name) = (*mode, kind.clone(), name.clone());
        old.key = if one { key } else { address.key.clone() };
    }
    Some(old)
}

/// The key of a target; `None` when it is not fixed, which the reader refuses.
fn fixed(key: Option<&TargetKey>) -> Option<Option<Key>> {
    match key {
        None => Some(None),
        Some(TargetKey::Fixed(key)) => Some(Some(key.clone())),
        Some(TargetKey::Expr(_)) => None,
    }
}
