//! Resources to instances: how often, whether at all, with which attributes, after what.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{Address, Key, Mode, Name, Placement, Role, Type, Value};

use super::attributes::Evaluated;
use super::evaluation::{Cell, Each, Evaluation, Expansion, Member, Outcome, Silent};
use super::layers::{Layers, laid_role, layers};
use super::model::{Dependency, Ignore, Instance, Lifecycle};
use super::scope::{Asker, This};
use super::unread::Unread;
use super::vertices::VertexId;
use crate::diag::{Diagnostic, codes};
use crate::expr::convert::convert;
use crate::expr::{Expr, Step};
use crate::spec::{IgnoreChanges, Repeat, Resource};
use crate::topology::{BlockId, Bound, SiteId};

/// The most instances of one block.
const MOST_INSTANCES: usize = 1_000_000;

/// The keys of a repeated block.
pub(super) enum Keys {
    Single,
    Count(u64),
    ForEach(Vec<(Name, Value)>),
    /// There are none, because the block does not exist.
    Absent,
    Failed,
    Pending,
    /// They hang on data that cannot be read.
    Unread(Unread),
}

impl Evaluation<'_> {
    /// The keys of `count` or `for_each`; both must be known. A block that does not exist whatever the key may take
    /// them from what is absent like itself.
    pub(super) fn keys(
        &mut self,
        repeat: Option<&Repeat>,
        asker: &Asker,
        layers: &Layers<'_>,
        after: &mut Vec<Dependency>,
    ) -> Keys {
        let (Some(Repeat::Count(expr) | Repeat::ForEach(expr)), Some((exists, node))) =
            (repeat, layers.exists.last())
        else {
            return self.plain_keys(repeat, asker, after);
        };
        let absent = |failure: &crate::expr::Failure| failure.code == codes::OBJECT_ABSENT;
        if self.try_value(asker, expr).0.is_err_and(|failure| absent(&failure)) {
            let (value, touched) = self.try_value(&asker.in_node(*node), exists);
            if value.is_ok_and(|value| value.as_bool() == Some(false)) {
                after.extend(touched);
                return Keys::Absent;
            }
        }
        self.plain_keys(repeat, asker, after)
    }

    /// The keys of a block that has no `exists`.
    pub(super) fn plain_keys(
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
                        self.report(failure, asker);
                        Keys::Failed
                    }
                };
            }
        };
        let keys = if is_count { count_keys(&value) } else { each_keys(&value) };
        match keys {
            Ok(keys) => keys,
            Err((code, message)) => {
                if let Some(unread) = self.unread(&value) {
                    return Keys::Unread(unread);
                }
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
        let laid = laid_role(self.assignment, bound.kind.placement, site);
        let layers = layers(topology, block, bound.kind.fields, site, laid);
        let maker = Maker { id, bound, resource, layers, site, role };
        let count = self.instances_of(block.node, site).len();
        let mut cells = Vec::with_capacity(count);
        for module in 0..count {
            cells.push(self.resource_in(&maker, &Asker::new(block.node, site, module).of(id)));
        }
        self.slots[vertex as usize] = cells;
    }

    fn resource_in(&mut self, maker: &Maker<'_>, asker: &Asker) -> Cell {
        let depends_on = &maker.resource.depends_on;
        let mut after: Vec<Dependency> =
            depends_on.iter().flat_map(|expr| self.follows(asker, expr)).collect();
        after.extend(self.call_follows(asker));
        let lifecycle = self.lifecycle(maker.resource, asker);
        let maker = &Made { maker, lifecycle };
        let keys = self.keys(maker.resource.repeat.as_ref(), asker, &maker.layers, &mut after);
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
            Keys::Absent => Expansion::Absent,
            Keys::Failed => return Cell { outcome: Outcome::Failed(None), join: None },
            Keys::Pending => return Cell { outcome: Outcome::Pending, join: None },
            Keys::Unread(unread) => {
                self.uncounted(&self.path_of(asker), Some(maker.resource), maker.site, &unread);
                return unread.cell();
            }
        };
        let all = members(&expansion)
            .filter_map(|member| match member {
                Member::Instance(id) => Some(Dependency::Instance(*id)),
                _ => None,
            })
            .collect();
        Cell { outcome: Outcome::Instances(expansion), join: self.join(all) }
    }

    fn make(&mut self, maker: &Made<'_>, asker: &Asker, key: Option<Key>, shared: &[Dependency]) -> Member {
        let address = Address {
            module: self.path_of(asker),
            mode: Mode::Managed,
            kind: maker.resource.kind.name.clone(),
            name: maker.resource.name.name.clone(),
            key,
            site: maker.site.map(|site| self.topology.site(site).name.clone()),
        };
        let member = self.instance_of(maker, asker, &address, shared);
        if let Member::Unread(unread) = &member {
            self.desired.unknown.instances.insert(address, unread.why.clone());
        }
        member
    }

    fn instance_of(
        &mut self,
        maker: &Made<'_>,
        asker: &Asker,
        address: &Address,
        shared: &[Dependency],
    ) -> Member {
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
        if let Some(unread) = found.unread {
            return Member::Unread(unread);
        }
        self.settle(maker, &mut found);
        after.append(&mut found.after);
        after.sort_unstable();
        after.dedup();
        let primaries = self.assignment.primaries();
        let home = match kind.placement {
            Placement::Regional => maker.site,
            Placement::Global => None,
            Placement::Spanning => {
                primaries.into_iter().find(|site| self.topology.site(*site).provider.name == kind.provider)
            }
        };
        let alias = match home {
            Some(_) => None,
            None => self.topology.alias(self.topology.block(maker.id), kind.provider),
        };
        let place = self.place(kind.provider, alias.as_ref(), home);
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
        self.desired.by_address.insert(address.clone(), id);
        Member::Instance(id)
    }

    /// What the source of a replica dictates is neither sent nor compared; what role blocks name is managed in
    /// every role.
    fn settle(&self, maker: &Made<'_>, found: &mut Evaluated) {
        let kind = maker.bound.kind;
        let mut dictated: &[&str] = &[];
        if let Some((source, all)) = kind.promotable()
            && found.attributes.contains(source)
        {
            dictated = all;
            found.attributes.retain(|name, _| !dictated.contains(&&**name));
        }
        for name in &maker.bound.managed {
            if let Some(row) = kind.field(name)
                && !found.attributes.contains(name)
                && !dictated.contains(&&**name)
                && row.is_settable()
                && maker.site.is_some()
            {
                found.attributes.insert(name.clone(), Value::Null(row.ty()));
            }
        }
    }

    pub(super) fn exists(
        &mut self,
        layers: &Layers<'_>,
        asker: &Asker,
        after: &mut Vec<Dependency>,
    ) -> Result<bool, Member> {
        let Some((expr, node)) = layers.exists.last() else { return Ok(true) };
        let (value, touched) = self.try_value(&asker.in_node(*node), expr);
        after.extend(touched);
        match value {
            Ok(value) => match convert(&value, &Type::Bool).ok().and_then(|value| value.as_bool()) {
                Some(exists) => Ok(exists),
                None => {
                    if let Some(unread) = self.unread(&value) {
                        return Err(Member::Unread(unread));
                    }
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
                    self.report(failure, asker);
                    Member::Failed
                }
            }),
        }
    }

    fn lifecycle(&mut self, resource: &Resource, asker: &Asker) -> Lifecycle {
        let mut known = |expr: &Option<Expr>| {
            let expr = expr.as_ref()?;
            match self.try_value(asker, expr).0 {
                Ok(value) if value.as_bool().is_some() => value.as_bool(),
                // What may be protected is.
                Ok(value) if self.unread(&value).is_some() => Some(true),
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
                    self.report(failure, asker);
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

    fn triggers(&mut self, maker: &Made<'_>, asker: &Asker, id: u32) {
        let mut found = Vec::new();
        for expr in &maker.resource.lifecycle.replace_triggered_by {
            let (value, touched) = self.try_value(asker, expr);
            if let Err(failure) = value {
                self.report(failure, asker);
                continue;
            }
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
        found.sort_unstable();
        found.dedup();
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
            let asker = Asker { this: Some(This::Instance(id)), ..asker.clone() };
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
}

/// The same, with what each instance of the module says of its lifecycle.
struct Made<'m> {
    maker: &'m Maker<'m>,
    lifecycle: Lifecycle,
}

impl<'m> std::ops::Deref for Made<'m> {
    type Target = Maker<'m>;
    fn deref(&self) -> &Maker<'m> {
        self.maker
    }
}

/// Every member of an expansion, in order of its keys.
pub(super) fn members(expansion: &Expansion) -> Box<dyn Iterator<Item = &Member> + '_> {
    match expansion {
        Expansion::Single(member) => Box::new(std::iter::once(member)),
        Expansion::Count(members) => Box::new(members.iter()),
        Expansion::ForEach(members) => Box::new(members.values()),
        Expansion::Absent => Box::new(std::iter::empty()),
    }
}

fn count_keys(value: &Value) -> Result<Keys, (crate::diag::Code, String)> {
    match value {
        Value::Hole(_) => Err((codes::KNOWN_WHEN_PLANNING, "`count` must be known when planning".to_owned())),
        Value::Secret(_) => Err((codes::SENSITIVE_NOT_ALLOWED, "`count` may not be a secret".to_owned())),
        _ => {
            let number = convert(value, &Type::Number).ok();
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
