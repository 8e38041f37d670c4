//! Resources to instances: how often, whether at all, with which attributes, after what.

use std::sync::Arc;

use relight_contract::{Address, Key, Mode, Placement, Role, Type, Value};

use super::attributes::Evaluated;
use super::evaluation::{Cell, Evaluation, Expansion, Member, Outcome, Silent};
use super::keys::Keys;
use super::layers::{Layers, laid_role, layers};
use super::model::{Dependency, Ignore, Instance, Lifecycle};
use super::scope::{Asker, This};
use super::vertices::VertexId;
use crate::diag::{Diagnostic, codes};
use crate::expr::convert::convert;
use crate::expr::{Expr, Step};
use crate::spec::{IgnoreChanges, Resource};
use crate::topology::{BlockId, Bound, SiteId};

impl Evaluation<'_> {
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
        self.lay(vertex, id, site, |this, asker| this.resource_in(&maker, asker));
    }

    fn resource_in(&mut self, maker: &Maker<'_>, asker: &Asker) -> Cell {
        let depends_on = &maker.resource.depends_on;
        let mut after: Vec<Dependency> =
            depends_on.iter().flat_map(|expr| self.follows(asker, expr)).collect();
        after.extend(self.call_follows(asker));
        let lifecycle = self.lifecycle(maker.resource, asker);
        let maker = &Made { maker, lifecycle };
        let first = after.len();
        let keys = self.keys(maker.resource.repeat.as_ref(), asker, &maker.layers, &mut after);
        // Whether a drill is joined to something is told by each attribute.
        let through = self.topology.shadow.and_then(|_| after.get(first..)).map(Arc::from);
        let asker = &Asker { through, ..asker.clone() };
        if let Keys::Unread(unread) = &keys {
            self.uncounted(&self.path_of(asker), Some(maker.resource), maker.site, unread);
        }
        let expansion =
            match self.expand(keys, asker, |this, asker, key| this.make(maker, asker, key, &after)) {
                Ok(expansion) => expansion,
                Err(cell) => return cell,
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
        if !found.failed && !found.pending && found.unread.is_none() {
            self.drilled(kind, address, maker.site, &mut found, span);
        }
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
        // What a drill makes, it takes away again.
        let drilled = asker.site.is_some_and(|site| self.topology.is_shadow(site));
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
        let prevent_destroy = known(&resource.lifecycle.prevent_destroy).unwrap_or(false) && !drilled;
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
