//! What stands beside the instances: outputs, checks, moves, removals and imports.

use relight_contract::{Address, Key, Mode, Name, Object, Type, Value};

use super::evaluation::{Each, Evaluation, Outcome, Silent};
use super::model::{CheckResult, DesiredOutput, Pattern};
use super::scope::Asker;
use super::unread::Unread;
use crate::diag::{Diagnostic, codes, suggest};
use crate::expr::convert::convert;
use crate::spec::{Import, Removed, RemovedFrom, Target, TargetKey};
use crate::topology::{BlockName, NodeId, SiteId};

const ROOT: NodeId = NodeId(0);

impl Evaluation<'_> {
    pub(super) fn finish(&mut self) {
        self.outputs();
        let topology = self.topology;
        self.leave_out();
        self.moves();
        // What becomes of objects that serve or stand by is not a drill's to say.
        if topology.shadow.is_none() {
            self.endings();
        }
        self.guards();
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

    fn endings(&mut self) {
        let topology = self.topology;
        for node in topology.tree.iter() {
            for removed in &topology.spec.modules[node.module.0 as usize].removed {
                self.removed(removed, &node.path);
            }
        }
        let root = &topology.spec.modules[0];
        for import in &root.imports {
            self.import(import);
        }
    }

    fn outputs(&mut self) {
        let topology = self.topology;
        for output in &topology.spec.modules[0].outputs {
            let name = output.name.name.clone();
            let Some(id) = topology.find(ROOT, &BlockName::Output(name.clone())) else { continue };
            let per_site = topology.block(id).sites.is_some();
            let mut by_site = Object::new();
            let (mut only, mut absent, mut open) = (None, None, false);
            for vertex in self.vertices.all(topology, id) {
                let (_, site) = self.vertices.place(vertex);
                let outcome = self.slots[vertex as usize].first().map(|cell| cell.outcome.clone());
                match (outcome, site) {
                    (Some(Outcome::Value(value)), Some(site)) => {
                        by_site.insert(topology.site(site).name.clone(), value);
                    }
                    (Some(Outcome::Value(value)), None) => only = Some(value),
                    (Some(Outcome::Failed(Some(failure))), _) => absent = Some(failure),
                    _ => open = true,
                }
            }
            // An output of what is not in one site is left out of the map; what is nowhere is wrong.
            if let Some(failure) = absent.filter(|_| !per_site || by_site.is_empty() && !open) {
                self.report((*failure).clone(), &Asker::new(ROOT, None, 0).of(id));
            }
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
            let mut open = None;
            let (passed, message) = match self.try_value(&asker, &assertion.condition).0 {
                Ok(value) => match convert(&value, &Type::Bool).ok().as_ref().map(Value::unmarked) {
                    Some(Value::Bool(true)) => (Some(true), String::new()),
                    Some(Value::Bool(false)) => (Some(false), self.message(&asker, assertion)),
                    Some(Value::Hole(_)) => {
                        let said = self.try_value(&asker, &assertion.message).0;
                        open = Some((value, said.unwrap_or(Value::from("it does not hold"))));
                        (None, String::new())
                    }
                    _ => (Some(false), "the condition is neither true nor false".to_owned()),
                },
                Err(failure) => match Silent::of(&failure) {
                    Some(Silent::Pending) => (None, String::new()),
                    Some(Silent::Reported) => (Some(false), "what it looks at is wrong".to_owned()),
                    // A check tells, and stops nothing.
                    None => (Some(false), failure.message),
                },
            };
            self.desired.checks.push(CheckResult {
                name: format!("{label}check.{}{site_name}", check.name.name),
                passed,
                message,
                open,
                span: assertion.condition.span,
            });
        }
    }

    fn removed(&mut self, removed: &Removed, path: &[Name]) {
        match &removed.from {
            RemovedFrom::Site(site) => {
                if self.topology.site_named(&site.name).is_some() {
                    self.diagnostics.push(
                        Diagnostic::error(
                            codes::REMOVED_INVALID,
                            format!(
                                "the site `{}` is said to be removed, but is still in the spec",
                                site.name
                            ),
                        )
                        .at(removed.span)
                        .help("take the `removed` block or the site out"),
                    );
                }
                self.desired.removed_sites.push(site.name.clone());
            }
            RemovedFrom::Target(target) => {
                let pattern = pattern(&inside(target, path));
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
                        .map(|(key, value)| Each::Entry(Value::String(key.clone()), value.clone()))
                        .collect(),
                    (_, Some(items)) => {
                        items.iter().map(|item| Each::Entry(item.clone(), item.clone())).collect()
                    }
                    _ => {
                        if let Some(Unread { why, .. }) = self.unread(&value) {
                            self.desired.unknown.blocks.push((pattern(&import.to), None, why));
                        }
                        Vec::new()
                    }
                },
                Err(failure) => return self.report(failure, &asker),
            },
        };
        for each in rounds {
            let asker = asker.clone().each(each);
            self.import_one(import, &asker);
        }
    }

    fn import_one(&mut self, import: &Import, asker: &Asker) {
        let mut unread = None;
        let mut text = |this: &mut Self, expr| match this.try_value(asker, expr).0 {
            Ok(Value::String(text)) => Some(text),
            Ok(value) if this.unread(&value).is_some() => {
                unread = this.unread(&value);
                None
            }
            Ok(_) => {
                this.diagnostics.push(
                    Diagnostic::error(codes::IMPORT_INVALID, "this must be text that is known when planning")
                        .at(import.span),
                );
                None
            }
            Err(failure) => {
                this.report(failure, asker);
                None
            }
        };
        let native_id = text(self, &import.id);
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
                Err(failure) => return self.report(failure, asker),
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
        if let Some(site) = address.site.as_ref().filter(|site| self.topology.site_named(site).is_none()) {
            let names = self.topology.sites.iter().map(|site| &*site.name);
            self.diagnostics.push(
                Diagnostic::error(codes::SITE_UNKNOWN, format!("there is no site `{site}`"))
                    .at(import.site.as_ref().map_or(import.span, |expr| expr.span))
                    .did_you_mean(suggest(site, names)),
            );
            return;
        }
        if !self.desired.by_address.contains_key(&address) {
            self.diagnostics.push(
                Diagnostic::error(codes::IMPORT_INVALID, format!("there is no `{address}` to import into"))
                    .at(import.to.span)
                    .help("declare the resource, or name the site with `site = \"...\"`"),
            );
            return;
        }
        match (native_id, unread) {
            (Some(native_id), _) => {
                self.desired.imports.insert(address, native_id);
            }
            (None, Some(Unread { why, .. })) => {
                self.desired.unknown.instances.insert(address, why);
            }
            (None, None) => {}
        }
    }
}

/// A target as the root module would write it.
pub(super) fn inside(target: &Target, path: &[Name]) -> Target {
    let outer = path.iter().map(|name| (name.clone(), None));
    Target { module: outer.chain(target.module.iter().cloned()).collect(), ..target.clone() }
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
