//! Resources to instances: how often, whether at all, with which attributes, after what.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{Address, Key, Mode, Name, Placement, Role, Type, Value};

use super::attributes::Evaluated;
use super::evaluation::{Cell, Each, Evaluation, Expansion, Member, Outcome, Silent};
use super::layers::{Layers, layers};
use super::model::{Dependency, Ignore, Instance, Lifecycle};
use super::scope::Asker;
use super::vertices::{VertexId, is_resource};
use crate::diag::{Diagnostic, codes};
use crate::expr::{Expr, Step};
use crate::spec::{IgnoreChanges, Repeat, Resource};
use crate::topology::{Block, BlockId, BlockKind, Bound, NodeId, SiteId, Target, Where, expand, resolve};

/// The most instances of one block.
const MOST_INSTANCES: usize = 1_000_000;

/// The keys of a repeated block.
pub(super) enum Keys {
    Single,
    Count(u64),
    ForEach(Vec<(Name, Value)>),
    Failed,
    Pending,
}

impl Evaluation<'_> {
    /// The keys of `count` or `for_each`; both must be known.
    pub(super) fn keys(
        &mut self,
        repeat: Option<&Repeat>,
        asker: &Asker,
        after: &mut Vec<Dependency>,
    ) -> Keys {
        let (expr, is_count) = match repeat {
            None => return Keys::Single,
            Some(Repeat::Count(expr)) => (expr, true),
            Some(Repeat::ForEach(expr)) => (expr, false),
        };
        let (value, touched) = self.try_value(asker, expr);
        after.extend(touched);
        let value = match value {
            Ok(value) => value,
            Err(failure) => {
                return match Silent::of(&failure) {
                    Some(Silent::Pending) => Keys::Pending,
                    _ => {
                        self.report(failure);
                        Keys::Failed
                    }
                };
            }
        };
        let keys = if is_count { count_keys(&value) } else { each_keys(&value) };
        match keys {
            Ok(keys) => keys,
            Err((code, message)) => {
                let mut problem = Diagnostic::error(code, message).at(expr.span);
                if code == codes::KNOWN_WHEN_PLANNING {
                    problem = problem.help(
                        "how many instances there are is decided when planning: use values of the spec, not of objects \
                         that are yet to be made",
                    );
                }
                self.diagnostics.push(problem);
                Keys::Failed
            }
        }
    }

    pub(super) fn resource(
        &mut self,
        vertex: VertexId,
        id: BlockId,
        bound: &Arc<Bound>,
        site: Option<SiteId>,
    ) {
        let topology = self.topology;
        let block = topology.block(id);
        let Some(resource) = topology.resource(block) else { return };
        let role = site.map(|site| self.assignment.role(site));
        let layers = layers(topology, block, bound.kind.fields, site, role);
        let maker =
            Maker { id, bound, resource, layers, site, role, lifecycle: self.lifecycle(resource, block) };
        let count = self.instances_of(block.node, site).len();
        let follows: Vec<Dependency> =
            resource.depends_on.iter().flat_map(|expr| self.follows(block.node, site, expr)).collect();
        let call = self.call_follows(block.node, site);
        let shared: Vec<Dependency> = follows.into_iter().chain(call).collect();
        let mut cells = Vec::with_capacity(count);
        for module in 0..count {
            let asker = Asker::new(block.node, site, module);
            cells.push(self.resource_in(&maker, &asker, &shared));
        }
        self.slots[vertex as usize] = cells;
    }

    fn resource_in(&mut self, maker: &Maker<'_>, asker: &Asker, shared: &[Dependency]) -> Cell {
        let mut after = shared.to_vec();
        let keys = self.keys(maker.resource.repeat.as_ref(), asker, &mut after);
        let expansion = match keys {
            Keys::Single => Expansion::Single(self.make(maker, asker, None, &after)),
            Keys::Count(count) => Expansion::Count(
                (0..count)
                    .map(|index| {
                        let asker = asker.clone().each(Each::Count(index));
                        self.make(maker, &asker, Some(Key::Index(index)), &after)
                    })
                    .collect(),
            ),
            Keys::ForEach(keys) => {
                let mut members = BTreeMap::new();
                for (key, value) in keys {
                    let asker = asker.clone().each(Each::Entry(Value::String(key.clone()), value));
                    let member = self.make(maker, &asker, Some(Key::Text(key.clone())), &after);
                    members.insert(key, member);
                }
                Expansion::ForEach(members)
            }
            Keys::Failed => return Cell { outcome: Outcome::Failed(None), join: None },
            Keys::Pending => return Cell { outcome: Outcome::Pending, join: None },
        };
        let all = members(&expansion)
            .filter_map(|member| match member {
                Member::Instance(id) => Some(Dependency::Instance(*id)),
                _ => None,
            })
            .collect();
        Cell { outcome: Outcome::Instances(expansion), join: self.join(all) }
    }

    fn make(&mut self, maker: &Maker<'_>, asker: &Asker, key: Option<Key>, shared: &[Dependency]) -> Member {
        let mut after = shared.to_vec();
        match self.exists(&maker.layers, asker, &mut after) {
            Ok(true) => {}
            Ok(false) => return Member::Absent,
            Err(member) => return member,
        }
        let kind = maker.bound.kind;
        let span = maker.resource.name.span;
        let mut found = self.attributes(&maker.layers, kind.fields, kind.name, asker, span);
        if found.pending {
            return Member::Pending;
        }
        if found.failed {
            return Member::Failed;
        }
        self.settle(maker, &mut found);
        after.append(&mut found.after);
        after.sort_unstable();
        after.dedup();
        let modules = self.instances_of(asker.node, asker.site);
        let address = Address {
            module: modules.get(asker.module).map(|module| module.path.clone()).unwrap_or_default(),
            mode: Mode::Managed,
            kind: maker.resource.kind.name.clone(),
            name: maker.resource.name.name.clone(),
            key,
            site: maker.site.map(|site| self.topology.site(site).name.clone()),
        };
        let global = kind.placement != Placement::Regional;
        let home = if kind.placement == Placement::Spanning {
            self.assignment
                .primaries()
                .into_iter()
                .find(|site| self.topology.site(*site).provider.name == kind.provider)
        } else {
            maker.site
        };
        let place = match kind.placement {
            Placement::Spanning => self.place(kind.provider, home, false),
            _ => self.place(kind.provider, maker.site, global),
        };
        let Ok(id) = u32::try_from(self.desired.instances.len()) else { return Member::Failed };
        self.desired.instances.push(Instance {
            address: address.clone(),
            kind,
            place,
            site: maker.site,
            role: maker.role,
            attributes: found.attributes,
            after,
            lifecycle: maker.lifecycle.clone(),
            block: maker.id,
            span,
        });
        self.conditions(maker.resource, asker, id);
        self.triggers(maker, asker, id);
        self.desired.by_address.insert(address, id);
        Member::Instance(id)
    }

    /// What the source of a replica dictates is neither sent nor compared; what role blocks name is managed in
    /// every role.
    fn settle(&self, maker: &Maker<'_>, found: &mut Evaluated) {
        let kind = maker.bound.kind;
        if let Some((source, dictated)) = kind.promotable()
            && found.attributes.contains(source)
        {
            found.attributes.retain(|name, _| !dictated.contains(&&**name));
        }
        for name in &maker.bound.managed {
            if let Some(row) = kind.field(name)
                && !found.attributes.contains(name)
                && row.is_settable()
                && maker.site.is_some()
            {
                found.attributes.insert(name.clone(), Value::Null(row.ty()));
            }
        }
    }

    fn exists(
        &mut self,
        layers: &Layers<'_>,
        asker: &Asker,
        after: &mut Vec<Dependency>,
    ) -> Result<bool, Member> {
        let Some((expr, node)) = layers.exists.last() else { return Ok(true) };
        let (value, touched) = self.try_value(&asker.in_node(*node), expr);
        after.extend(touched);
        match value {
            Ok(value) => match value.as_bool() {
                Some(exists) => Ok(exists),
                None => {
                    let (code, problem) = match value.unmarked() {
                        Value::Hole(_) => {
                            (codes::KNOWN_WHEN_PLANNING, "`exists` must be known when planning")
                        }
                        _ => (codes::CONDITION_TYPE, "`exists` must be true or false"),
                    };
                    self.diagnostics.push(Diagnostic::error(code, problem).at(expr.span));
                    Err(Member::Failed)
                }
            },
            Err(failure) => Err(match Silent::of(&failure) {
                Some(Silent::Pending) => Member::Pending,
                _ => {
                    self.report(failure);
                    Member::Failed
                }
            }),
        }
    }

    /// What `depends_on` names: everything behind it, in the same site where it has several.
    pub(super) fn follows(&mut self, node: NodeId, site: Option<SiteId>, expr: &Expr) -> Vec<Dependency> {
        let topology = self.topology;
        let mut found = Vec::new();
        resolve::references(topology, node, expr, &mut |_, steps, _, target| {
            let Ok(Target::Block(target, at)) = target else { return };
            let site = match at {
                Where::Here | Where::Any => site,
                Where::At(site) => Some(site),
                Where::Primary => self.assignment.primaries().first().copied(),
            };
            expand(topology, target, steps, true, &mut |block| {
                let Some(vertex) = self.vertices.of(topology, block, site) else { return };
                let whole = is_resource(topology.block(block));
                for cell in &self.slots[vertex as usize] {
                    let exact = steps.iter().find_map(|step| match step {
                        Step::Index(key) => Some(key),
                        Step::Attribute(_) => None,
                    });
                    match (whole, exact, &cell.outcome) {
                        (true, Some(key), Outcome::Instances(expansion)) if block == target => {
                            found.extend(keyed(expansion, key).map(Dependency::Instance));
                        }
                        _ => found.extend(cell.join.map(Dependency::Join)),
                    }
                }
            });
        });
        found
    }

    /// What the calls around a module depend on, everything inside depends on.
    fn call_follows(&mut self, node: NodeId, site: Option<SiteId>) -> Vec<Dependency> {
        let mut found = Vec::new();
        let mut node = node;
        while let (Some(parent), Some(call)) =
            (self.topology.node(node).parent, self.topology.node(node).call)
        {
            if let BlockKind::Call(index, _) = self.topology.block(call).kind {
                let expressions = &self.topology.module(parent).calls[index].depends_on;
                for expr in expressions {
                    found.extend(self.follows(parent, site, expr));
                }
            }
            node = parent;
        }
        found
    }

    fn lifecycle(&mut self, resource: &Resource, block: &Block) -> Lifecycle {
        let mut known = |expr: &Option<Expr>| {
            let expr = expr.as_ref()?;
            let asker =
                Asker::new(block.node, block.sites.as_ref().and_then(|sites| sites.first().copied()), 0);
            match self.try_value(&asker, expr).0 {
                Ok(value) if value.as_bool().is_some() => value.as_bool(),
                Ok(_) => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            codes::LIFECYCLE_INVALID,
                            "it must be true or false, and known when planning",
                        )
                        .at(expr.span),
                    );
                    None
                }
                Err(failure) => {
                    self.report(failure);
                    None
                }
            }
        };
        let prevent_destroy = known(&resource.lifecycle.prevent_destroy).unwrap_or(false);
        let create_before_destroy = known(&resource.lifecycle.create_before_destroy).unwrap_or(false);
        let ignore = match &resource.lifecycle.ignore_changes {
            IgnoreChanges::None => Ignore::Nothing,
            IgnoreChanges::All => Ignore::All,
            IgnoreChanges::Some(paths) => Ignore::Fields(Arc::new(
                paths.iter().map(|(name, steps)| (name.name.clone(), steps.clone())).collect(),
            )),
        };
        Lifecycle {
            prevent_destroy,
            create_before_destroy,
            ignore,
            triggers: Vec::new(),
            conditions: Vec::new(),
        }
    }

    fn triggers(&mut self, maker: &Maker<'_>, asker: &Asker, id: u32) {
        let topology = self.topology;
        let mut found = Vec::new();
        for expr in &maker.resource.lifecycle.replace_triggered_by {
            let (_, touched) = self.try_value(asker, expr);
            let mut attribute = None;
            expr.each_reference(&mut |_, steps, _| {
                attribute = steps.iter().find_map(|step| match step {
                    Step::Attribute(name) => Some(name.clone()),
                    Step::Index(_) => None,
                });
            });
            for dependency in touched {
                match dependency {
                    Dependency::Instance(instance) => found.push((instance, attribute.clone())),
                    Dependency::Join(join) => {
                        let members = &self.desired.joins[join as usize];
                        found.extend(members.iter().filter_map(|member| match member {
                            Dependency::Instance(instance) => Some((*instance, attribute.clone())),
                            Dependency::Join(_) => None,
                        }));
                    }
                }
            }
        }
        let _ = topology;
        let instance = &mut self.desired.instances[id as usize];
        instance.after.extend(found.iter().map(|(other, _)| Dependency::Instance(*other)));
        instance.after.sort_unstable();
        instance.after.dedup();
        instance.lifecycle.triggers = found;
    }

    /// Conditions of an instance: those that are known are settled here, the others when its step runs.
    fn conditions(&mut self, resource: &Resource, asker: &Asker, id: u32) {
        let lifecycle = &resource.lifecycle;
        let all = lifecycle.preconditions.iter().map(|condition| (false, condition));
        let all = all.chain(lifecycle.postconditions.iter().map(|condition| (true, condition)));
        for (after, condition) in all {
            let asker = Asker { this: Some(id), ..asker.clone() };
            let (value, _) = self.try_value(&asker, &condition.condition);
            let code = if after { codes::POSTCONDITION } else { codes::PRECONDITION };
            match value {
                Ok(value) if matches!(value.unmarked(), Value::Hole(_)) => {
                    let (message, _) = self.try_value(&asker, &condition.message);
                    let message = message.unwrap_or(Value::from("the condition does not hold"));
                    self.desired.instances[id as usize].lifecycle.conditions.push((after, value, message));
                }
                _ => self.hold(asker, condition, code),
            }
        }
    }
}

/// All that is the same for every instance of a resource in a site.
struct Maker<'t> {
    id: BlockId,
    bound: &'t Bound,
    resource: &'t Resource,
    layers: Layers<'t>,
    site: Option<SiteId>,
    role: Option<Role>,
    lifecycle: Lifecycle,
}

/// Every member of an expansion, in order of its keys.
pub(super) fn members(expansion: &Expansion) -> Box<dyn Iterator<Item = &Member> + '_> {
    match expansion {
        Expansion::Single(member) => Box::new(std::iter::once(member)),
        Expansion::Count(members) => Box::new(members.iter()),
        Expansion::ForEach(members) => Box::new(members.values()),
    }
}

fn keyed(expansion: &Expansion, key: &Value) -> Option<u32> {
    let member = match (expansion, key.unmarked()) {
        (Expansion::Count(members), key) => members.get(usize::try_from(key.as_i64()?).ok()?)?,
        (Expansion::ForEach(members), Value::String(key)) => members.get(key)?,
        _ => return None,
    };
    match member {
        Member::Instance(id) => Some(*id),
        _ => None,
    }
}

fn count_keys(value: &Value) -> Result<Keys, (crate::diag::Code, String)> {
    match value {
        Value::Hole(_) => Err((codes::KNOWN_WHEN_PLANNING, "`count` must be known when planning".to_owned())),
        Value::Secret(_) => Err((codes::SENSITIVE_NOT_ALLOWED, "`count` may not be a secret".to_owned())),
        _ => {
            let number = crate::expr::convert::convert(value, &Type::Number).ok();
            let count = number.as_ref().and_then(Value::as_i64).and_then(|count| u64::try_from(count).ok());
            match count {
                Some(count) if usize::try_from(count).is_ok_and(|count| count <= MOST_INSTANCES) => {
                    Ok(Keys::Count(count))
                }
                Some(count) => Err((
                    codes::VALUE_TOO_LARGE,
                    format!("`count` is {count}: more than {MOST_INSTANCES} instances of one block"),
                )),
                None => Err((codes::COUNT_INVALID, "`count` must be a whole number from 0".to_owned())),
            }
        }
    }
}

fn each_keys(value: &Value) -> Result<Keys, (crate::diag::Code, String)> {
    let large = |count: usize| {
        (count > MOST_INSTANCES).then(|| {
            let message =
                format!("`for_each` has {count} keys: more than {MOST_INSTANCES} instances of one block");
            (codes::VALUE_TOO_LARGE, message)
        })
    };
    match value {
        Value::Hole(_) => {
            Err((codes::KNOWN_WHEN_PLANNING, "the keys of `for_each` must be known when planning".to_owned()))
        }
        Value::Secret(_) => Err((
            codes::SENSITIVE_NOT_ALLOWED,
            "`for_each` may not be a secret: its keys are shown".to_owned(),
        )),
        Value::Set(set) => {
            if let Some(problem) = large(set.items.len()) {
                return Err(problem);
            }
            let keys: Option<Vec<(Name, Value)>> = set
                .items
                .iter()
                .map(|item| match item {
                    Value::String(text) => Some((text.clone(), item.clone())),
                    _ => None,
                })
                .collect();
            keys.map(Keys::ForEach).ok_or_else(|| match value.has_hole() {
                true => (
                    codes::KNOWN_WHEN_PLANNING,
                    "the keys of `for_each` must be known when planning".to_owned(),
                ),
                false => (codes::FOR_EACH_INVALID, "a set in `for_each` must hold text".to_owned()),
            })
        }
        Value::Map(_) | Value::Object(_) => {
            let entries = value.as_entries().cloned().unwrap_or_default();
            if let Some(problem) = large(entries.len()) {
                return Err(problem);
            }
            Ok(Keys::ForEach(entries.into_iter().collect()))
        }
        Value::Null(_) => Err((codes::FOR_EACH_INVALID, "`for_each` may not be null".to_owned())),
        _ => Err((
            codes::FOR_EACH_INVALID,
            "`for_each` must be a map, an object or a set of text: use `toset(...)` for a list".to_owned(),
        )),
    }
}
