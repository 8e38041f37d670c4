//! What stands beside the instances: outputs, checks, moves, removals and imports.

use std::collections::BTreeSet;

use relight_contract::{Address, Key, Mode, Object, Value};

use super::evaluation::{Each, Evaluation, Outcome};
use super::model::{CheckResult, DesiredOutput, Pattern};
use super::scope::Asker;
use crate::diag::{Diagnostic, codes};
use crate::spec::{Import, Moved, Removed, RemovedFrom, Target, TargetKey};
use crate::topology::{BlockName, NodeId, SiteId};

const ROOT: NodeId = NodeId(0);

impl Evaluation<'_> {
    pub(super) fn finish(&mut self) {
        self.outputs();
        let root = &self.topology.spec.modules[0];
        for moved in &root.moved {
            self.moved(moved);
        }
        self.moved_again(&root.moved);
        for removed in &root.removed {
            self.removed(removed);
        }
        for import in &root.imports {
            self.import(import);
        }
        if self.desired.residuals.is_over_limit() {
            self.diagnostics.push(
                Diagnostic::error(
                    codes::VALUE_TOO_LARGE,
                    "the plan would carry more open expressions than can be stored",
                )
                .help("make fewer instances, or refer to single attributes instead of whole resources"),
            );
        }
    }

    fn outputs(&mut self) {
        let topology = self.topology;
        for output in &topology.spec.modules[0].outputs {
            let name = output.name.name.clone();
            let Some(id) = topology.find(ROOT, &BlockName::Output(name.clone())) else { continue };
            let mut by_site = Object::new();
            let mut only = None;
            for vertex in self.vertices.all(topology, id) {
                let (_, site) = self.vertices.place(vertex);
                let outcome = self.slots[vertex as usize].first().map(|cell| cell.outcome.clone());
                match (outcome, site) {
                    (Some(Outcome::Value(value)), Some(site)) => {
                        by_site.insert(topology.site(site).name.clone(), value);
                    }
                    (Some(Outcome::Value(value)), None) => only = Some(value),
                    // An output of what is not in this site is left out of the map; elsewhere it was reported.
                    _ => {}
                }
            }
            let per_site = topology.block(id).sites.is_some();
            let value = if per_site { Some(Value::object(by_site)) } else { only };
            let Some(value) = value else { continue };
            if value.has_secret() && !output.sensitive {
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::OUTPUT_SENSITIVE,
                        format!("the output `{name}` would show a secret"),
                    )
                    .at(output.value.span)
                    .help("add `sensitive = true` to it"),
                );
            }
            self.desired.outputs.insert(name, DesiredOutput { value, sensitive: output.sensitive });
        }
    }

    pub(super) fn check(&mut self, node: NodeId, index: usize, site: Option<SiteId>, instance: usize) {
        let check = &self.topology.module(node).checks[index];
        let asker = Asker::new(node, site, instance);
        let label = self
            .topology
            .node(node)
            .path
            .iter()
            .fold(String::new(), |text, step| format!("{text}module.{step}."));
        let site_name = site.map(|site| format!("@{}", self.topology.site(site).name)).unwrap_or_default();
        for assertion in &check.assertions {
            let passed = match self.try_value(&asker, &assertion.condition).0 {
                Ok(value) => value.as_bool(),
                Err(failure) => {
                    self.report(failure);
                    Some(false)
                }
            };
            let message = if passed == Some(false) { self.message(&asker, assertion) } else { String::new() };
            self.desired.checks.push(CheckResult {
                name: format!("{label}check.{}{site_name}", check.name.name),
                passed,
                message,
                span: assertion.condition.span,
            });
        }
    }

    /// Moves as pairs of addresses: one for every instance that the new address has.
    fn moved(&mut self, moved: &Moved) {
        let mut pairs = Vec::new();
        for instance in &self.desired.instances {
            if let Some(old) =
                matches(&moved.to, &instance.address).and_then(|rest| rewrite(moved, rest, &instance.address))
            {
                pairs.push((old, instance.address.clone()));
            }
        }
        self.desired.moved.extend(pairs);
    }

    /// What moved to an address that moved on: each older address also leads to the last one.
    fn moved_again(&mut self, all: &[Moved]) {
        let mut seen: BTreeSet<(Address, Address)> = self.desired.moved.iter().cloned().collect();
        let mut next = 0;
        while let Some((old, address)) = self.desired.moved.get(next).cloned() {
            next += 1;
            for moved in all {
                let older = matches(&moved.to, &old).and_then(|rest| rewrite(moved, rest, &old));
                if let Some(older) = older.filter(|older| *older != address) {
                    let pair = (older, address.clone());
                    if seen.insert(pair.clone()) {
                        self.desired.moved.push(pair);
                    }
                }
            }
        }
    }

    fn removed(&mut self, removed: &Removed) {
        match &removed.from {
            RemovedFrom::Site(site) => self.desired.removed_sites.push(site.name.clone()),
            RemovedFrom::Target(target) => {
                let pattern = pattern(target);
                let still = self.desired.instances.iter().find(|instance| pattern.matches(&instance.address));
                if let Some(instance) = still {
                    self.diagnostics.push(
                        Diagnostic::error(
                            codes::REMOVED_INVALID,
                            format!("`{}` is said to be removed, but is still in the spec", instance.address),
                        )
                        .at(removed.span)
                        .help("take the `removed` block or the resource out"),
                    );
                }
                match removed.destroy {
                    true => self.desired.removed.push(pattern),
                    false => self.desired.forgotten.push(pattern),
                }
            }
        }
    }

    fn import(&mut self, import: &Import) {
        let asker = Asker::new(ROOT, None, 0);
        let rounds: Vec<Each> = match &import.for_each {
            None => vec![Each::Once],
            Some(expr) => match self.try_value(&asker, expr).0 {
                Ok(value) => match (value.as_entries(), value.as_items()) {
                    (Some(entries), _) => entries
                        .iter()
                        .map(|(key, value)| Each::ForEach(Value::String(key.clone()), value.clone()))
                        .collect(),
                    (_, Some(items)) => {
                        items.iter().map(|item| Each::ForEach(item.clone(), item.clone())).collect()
                    }
                    _ => Vec::new(),
                },
                Err(failure) => return self.report(failure),
            },
        };
        for each in rounds {
            let asker = asker.clone().each(each);
            self.import_one(import, &asker);
        }
    }

    fn import_one(&mut self, import: &Import, asker: &Asker) {
        let text = |this: &mut Self, expr| match this.try_value(asker, expr).0 {
            Ok(Value::String(text)) => Some(text),
            Ok(_) => {
                this.diagnostics.push(
                    Diagnostic::error(codes::IMPORT_INVALID, "this must be text that is known when planning")
                        .at(import.span),
                );
                None
            }
            Err(failure) => {
                this.report(failure);
                None
            }
        };
        let Some(native_id) = text(self, &import.id) else { return };
        let site = match &import.site {
            Some(expr) => match text(self, expr) {
                Some(site) => Some(site),
                None => return,
            },
            None => {
                let primaries = self.assignment.primaries();
                primaries.first().map(|site| self.topology.site(*site).name.clone())
            }
        };
        let Some((mode, kind, name, key)) = &import.to.resource else { return };
        let key = match key {
            None => None,
            Some(TargetKey::Fixed(key)) => Some(key.clone()),
            Some(TargetKey::Expr(expr)) => match self.try_value(asker, expr).0 {
                Ok(Value::String(text)) => Some(Key::Text(text)),
                Ok(value) => value.as_i64().and_then(|index| u64::try_from(index).ok()).map(Key::Index),
                Err(failure) => return self.report(failure),
            },
        };
        let module =
            import.to.module.iter().fold(relight_contract::ModulePath::root(), |path, (name, key)| {
                path.child(name.clone(), key.clone())
            });
        let address =
            Address { module, mode: *mode, kind: kind.clone(), name: name.clone(), key, site: None };
        let global = self.desired.by_address.contains_key(&address);
        let address = match (global, site) {
            (false, Some(site)) => address.at(site),
            _ => address,
        };
        if !self.desired.by_address.contains_key(&address) {
            self.diagnostics.push(
                Diagnostic::error(codes::IMPORT_INVALID, format!("there is no `{address}` to import into"))
                    .at(import.to.span)
                    .help("declare the resource, or name the site with `site = \"...\"`"),
            );
            return;
        }
        self.desired.imports.insert(address, native_id);
    }
}

/// What a target leaves open in an address that it matches.
struct Rest {
    /// How many calls of the address the target names.
    calls: usize,
}

fn matches(target: &Target, address: &Address) -> Option<Rest> {
    let steps = address.module.steps();
    if steps.len() < target.module.len() {
        return None;
    }
    let calls_fit = target
        .module
        .iter()
        .zip(steps)
        .all(|((name, key), step)| *name == step.name && (key.is_none() || *key == step.key));
    let resource_fits = match &target.resource {
        None => true,
        Some((mode, kind, name, key)) => {
            let key_fits = match key {
                None => true,
                Some(TargetKey::Fixed(key)) => Some(key) == address.key.as_ref(),
                Some(TargetKey::Expr(_)) => false,
            };
            steps.len() == target.module.len()
                && *mode == address.mode
                && *kind == address.kind
                && *name == address.name
                && key_fits
        }
    };
    (calls_fit && resource_fits).then_some(Rest { calls: target.module.len() })
}

/// The address before the move. Where neither side names a key, the instance's own is kept; a side that names none
/// beside one that does means the object without a key.
fn rewrite(moved: &Moved, rest: Rest, address: &Address) -> Option<Address> {
    let (from, to) = (&moved.from, &moved.to);
    let steps = address.module.steps();
    let mut module = relight_contract::ModulePath::root();
    for (index, (name, key)) in from.module.iter().enumerate() {
        let step = steps.get(index).filter(|_| index < rest.calls);
        let named = to.module.get(index).and_then(|(_, key)| key.as_ref());
        let own = step.and_then(|step| step.key.as_ref());
        module = module.child(name.clone(), older(key.as_ref(), named, own)?);
    }
    for step in steps.get(rest.calls..)? {
        module = module.child(step.name.clone(), step.key.clone());
    }
    let mut old = Address { module, ..address.clone() };
    if let Some((mode, kind, name, key)) = &from.resource {
        old.mode = *mode;
        old.kind = kind.clone();
        old.name = name.clone();
        let to = to.resource.as_ref().and_then(|(_, _, _, key)| key.as_ref());
        old.key = older(fixed(key.as_ref())?, fixed(to)?, address.key.as_ref())?;
    }
    (old != *address).then_some(old)
}

/// A key that is written down; `None` where it is an expression.
fn fixed(key: Option<&TargetKey>) -> Option<Option<&Key>> {
    match key {
        None => Some(None),
        Some(TargetKey::Fixed(key)) => Some(Some(key)),
        Some(TargetKey::Expr(_)) => None,
    }
}

/// The key before a move, of what has the key `own` now; `None` when it did not come from there.
fn older(from: Option<&Key>, to: Option<&Key>, own: Option<&Key>) -> Option<Option<Key>> {
    match (from, to) {
        (None, None) => Some(own.cloned()),
        (Some(from), None) => own.is_none().then(|| Some(from.clone())),
        (from, Some(_)) => Some(from.cloned()),
    }
}

fn pattern(target: &Target) -> Pattern {
    Pattern {
        module: target.module.clone(),
        resource: target.resource.as_ref().map(|(_, kind, name, key)| {
            let key = match key {
                Some(TargetKey::Fixed(key)) => Some(key.clone()),
                _ => None,
            };
            (kind.clone(), name.clone(), key)
        }),
    }
}

impl Pattern {
    /// Whether an address fits.
    pub fn matches(&self, address: &Address) -> bool {
        let steps = address.module.steps();
        let calls = steps.len() >= self.module.len()
            && self
                .module
                .iter()
                .zip(steps)
                .all(|((name, key), step)| *name == step.name && (key.is_none() || *key == step.key));
        let resource = match &self.resource {
            None => true,
            Some((kind, name, key)) => {
                steps.len() == self.module.len()
                    && address.mode == Mode::Managed
                    && *kind == address.kind
                    && *name == address.name
                    && (key.is_none() || *key == address.key)
            }
        };
        calls && resource
    }
}
