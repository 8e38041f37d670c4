//! What names mean to one asker: an instance of a block, in a site and an instance of its module.

use std::cell::RefCell;
use std::sync::Arc;

use relight_contract::{Mode, Object, Role, Type, Value};

use super::evaluation::{Each, Evaluation, ModuleInstance, Outcome, Silent};
use super::model::{Dependency, InstanceId};
use crate::diag::{Span, codes, suggest};
use crate::expr::{Failure, Reference, Scope, Step};
use crate::topology::resolve::block_name;
use crate::topology::{BlockId, BlockKind, BlockName, NodeId, SiteId};

/// What `self` stands for.
#[derive(Clone, Debug)]
pub(super) enum This {
    Instance(InstanceId),
    Data(Value),
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    pub(super) node: NodeId,
    pub(super) site: Option<SiteId>,
    /// Which instance of the module.
    pub(super) module: usize,
    pub(super) each: Each,
    pub(super) this: Option<This>,
    /// The block that asks, for what is said of failures.
    pub(super) block: Option<BlockId>,
    /// What `each.value` is made of, where that counts for more than the order.
    pub(super) through: Option<Arc<[Dependency]>>,
}

impl Asker {
    pub(super) fn new(node: NodeId, site: Option<SiteId>, module: usize) -> Asker {
        Asker { node, site, module, each: Each::Once, this: None, block: None, through: None }
    }

    pub(super) fn of(mut self, block: BlockId) -> Asker {
        self.block = Some(block);
        self
    }

    pub(super) fn each(mut self, each: Each) -> Asker {
        self.each = each;
        self
    }

    /// The same, asking in the names of the root module.
    pub(super) fn in_node(&self, node: NodeId) -> Asker {
        match node == self.node {
            true => self.clone(),
            false => Asker { node, module: 0, ..self.clone() },
        }
    }

    pub(super) fn scope<'s, 'a>(
        &'s self,
        evaluation: &'s Evaluation<'a>,
        touched: &'s RefCell<Vec<Dependency>>,
    ) -> Names<'s, 'a> {
        Names { asker: self, evaluation, touched }
    }
}

pub(super) struct Names<'s, 'a> {
    pub(super) asker: &'s Asker,
    pub(super) evaluation: &'s Evaluation<'a>,
    pub(super) touched: &'s RefCell<Vec<Dependency>>,
}

/// A value, and how many steps of the path lie behind it.
pub(super) type Found = Result<(Value, usize), Failure>;

impl Scope for Names<'_, '_> {
    fn look_up(&self, reference: &Reference, path: &[Step], span: Span) -> Found {
        let topology = self.evaluation.topology;
        match reference {
            Reference::Variable(_)
            | Reference::Local(_)
            | Reference::Module(_)
            | Reference::Resource { .. } => {
                self.named(self.asker.node, self.asker.module, self.asker.site, reference, path, span)
            }
            Reference::Primary(inner) => {
                let site = self.primary(span)?;
                self.elsewhere(site, inner, path, span)
            }
            Reference::At(site, inner) => {
                let site = self.site_named(site, span)?;
                self.elsewhere(site, inner, path, span)
            }
            Reference::SiteValue(site, value) => {
                let site = self.site_named(site, span)?;
                Ok((self.site_value(site, value, span)?, 0))
            }
            Reference::Site(value) => match self.asker.site {
                Some(site) => Ok((self.site_value(site, value, span)?, 0)),
                None => Err(Failure::new(codes::GLOBAL_REFERENCE, "there is no one site here", span)
                    .help("name a site: `sites.oregon...`, or say `sites = all`")),
            },
            Reference::Sites => self.any_site(path, span),
            Reference::Topology(name) => match &**name {
                "name" => Ok((Value::String(topology.name.clone()), 0)),
                "instance" => Ok((Value::String(topology.instance.clone()), 0)),
                _ => {
                    Err(Failure::new(codes::REFERENCE_ATTRIBUTE, format!("`topology` has no `{name}`"), span)
                        .help("it has `name` and `instance`"))
                }
            },
            Reference::EachKey => self.each(span).map(|(key, _)| (key, 0)),
            Reference::EachValue => {
                self.touched
                    .borrow_mut()
                    .extend(self.asker.through.iter().flat_map(|through| through.iter()));
                self.each(span).map(|(_, value)| (value, 0))
            }
            Reference::CountIndex => match self.asker.each {
                Each::Count(index) => Ok((Value::from(i64::try_from(index).unwrap_or(i64::MAX)), 0)),
                _ => Err(self.meaningless("count.index", span)),
            },
            Reference::This => match &self.asker.this {
                Some(This::Instance(instance)) => self.instance(*instance, path, span, 0),
                Some(This::Data(value)) => Ok((value.clone(), 0)),
                None => Err(self.meaningless("self", span)),
            },
            Reference::PathModule => {
                Ok((Value::String(topology.module(self.asker.node).directory.clone()), 0))
            }
            Reference::PathRoot | Reference::PathWorking => Ok((Value::from("."), 0)),
            Reference::Workspace => Ok((Value::from("default"), 0)),
            Reference::Probe(name) | Reference::Gate(name) | Reference::Hook(name) => {
                Err(self.meaningless(name, span))
            }
        }
    }
}

impl Names<'_, '_> {
    fn meaningless(&self, name: &str, span: Span) -> Failure {
        Failure::new(codes::REFERENCE_OUT_OF_PLACE, format!("`{name}` has no value here"), span)
    }

    fn each(&self, span: Span) -> Result<(Value, Value), Failure> {
        match &self.asker.each {
            Each::Entry(key, value) => Ok((key.clone(), value.clone())),
            _ => Err(self.meaningless("each", span)),
        }
    }

    fn primary(&self, span: Span) -> Result<SiteId, Failure> {
        let primaries = self.evaluation.assignment.primaries_for(self.asker.site);
        match primaries.as_slice() {
            [site] => Ok(*site),
            [] => Err(Failure::new(codes::PRIMARY_MISSING, "no site is primary", span)),
            _ => {
                let names: Vec<String> = primaries
                    .iter()
                    .map(|site| self.evaluation.topology.site(*site).name.to_string())
                    .collect();
                Err(Failure::new(
                    codes::PRIMARY_AMBIGUOUS,
                    format!("`primary` could be any of {}", names.join(", ")),
                    span,
                )
                .help("name the site: `sites.<name>...`"))
            }
        }
    }

    fn site_named(&self, name: &str, span: Span) -> Result<SiteId, Failure> {
        let topology = self.evaluation.topology;
        topology.site_named(name).map(|site| topology.meant(site, self.asker.site)).ok_or_else(|| {
            let failure = Failure::new(codes::SITE_UNKNOWN, format!("there is no site `{name}`"), span);
            match suggest(name, topology.sites.iter().map(|site| &*site.name)) {
                Some(known) => failure.help(format!("did you mean `{known}`?")),
                None => failure,
            }
        })
    }

    fn site_value(&self, id: SiteId, name: &str, span: Span) -> Result<Value, Failure> {
        let site = self.evaluation.topology.site(id);
        let role = self.evaluation.assignment.role(id);
        let built_in = match name {
            // A shadow is its site in everything that it calls by name.
            "name" => Some(Value::String(
                self.evaluation.topology.site(self.evaluation.topology.real(id)).name.clone(),
            )),
            "provider" => Some(Value::from(site.provider.name)),
            "region" => Some(Value::String(site.region.clone())),
            "account" => Some(site.account.clone().map_or(Value::Null(Type::String), Value::String)),
            "role" => Some(Value::from(match role {
                Role::Standby(_) => "standby".to_owned(),
                other => other.to_string(),
            })),
            "posture" => Some(match role {
                Role::Standby(posture) => Value::from(posture.as_str()),
                _ => Value::Null(Type::String),
            }),
            "drill" => Some(Value::Bool(self.evaluation.topology.is_shadow(id))),
            _ => None,
        };
        built_in.or_else(|| site.values.get(name).cloned()).ok_or_else(|| {
            Failure::new(
                codes::SITE_VALUE_UNKNOWN,
                format!("the site `{}` has no value `{name}`", site.name),
                span,
            )
            .help(format!("add `{name}` to `values` in the block of the site `{}`", site.name))
        })
    }

    /// `sites[key]...` and `sites.name...` with a path that says what is meant.
    fn any_site(&self, path: &[Step], span: Span) -> Found {
        let name = match path.first() {
            Some(Step::Index(Value::String(name)) | Step::Attribute(name)) => name,
            _ => {
                return Err(Failure::new(
                    codes::REFERENCE_MALFORMED,
                    "`sites` needs the name of a site",
                    span,
                )
                .help("write `sites.<name>.<what>` or `sites[each.key].<what>`"));
            }
        };
        let site = self.site_named(name, span)?;
        let word = |index: usize| match path.get(index) {
            Some(Step::Attribute(name)) => Some(name.clone()),
            _ => None,
        };
        let (Some(first), second) = (word(1), word(2)) else {
            return Err(Failure::new(
                codes::REFERENCE_MALFORMED,
                "`sites` needs something in the site",
                span,
            ));
        };
        let resource = |mode, kind, name| Reference::Resource { mode, kind, name };
        let (reference, used) = match (&*first, second, word(3)) {
            ("data", Some(kind), Some(name)) => (resource(Mode::Data, kind, name), 4),
            ("module", Some(name), _) => (Reference::Module(name), 3),
            ("local", Some(name), _) => (Reference::Local(name), 3),
            (kind, Some(name), _) if self.evaluation.topology.registry.kind(kind).is_some() => {
                (resource(Mode::Managed, first.clone(), name), 3)
            }
            _ => return Ok((self.site_value(site, &first, span)?, 2)),
        };
        let rest = path.get(used..).unwrap_or_default();
        let (value, further) = self.elsewhere(site, &reference, rest, span)?;
        Ok((value, used + further))
    }

    /// A name of the same module instance, as it is in a site that is named.
    fn elsewhere(&self, site: SiteId, reference: &Reference, path: &[Step], span: Span) -> Found {
        let (node, evaluation) = (self.asker.node, self.evaluation);
        let here = evaluation.instances_of(node, self.asker.site);
        let there = evaluation.instances_of(node, Some(site));
        let module = match (Arc::ptr_eq(&here, &there), here.get(self.asker.module)) {
            (true, _) => Some(self.asker.module),
            (false, Some(own)) => there.iter().position(|other| other.path == own.path),
            (false, None) => None,
        };
        match module {
            Some(module) => self.named(node, module, Some(site), reference, path, span),
            None => Err(Failure::new(
                codes::OBJECT_ABSENT,
                format!(
                    "this module has no such instance in the site `{}`",
                    evaluation.topology.site(site).name
                ),
                span,
            )),
        }
    }

    fn named(
        &self,
        node: NodeId,
        module: usize,
        site: Option<SiteId>,
        reference: &Reference,
        path: &[Step],
        span: Span,
    ) -> Found {
        let topology = self.evaluation.topology;
        let id = block_name(reference).and_then(|name| topology.find(node, &name));
        // What names nothing was reported when the spec was bound.
        let Some(id) = id else { return Err(Silent::Reported.failure(span)) };
        match &topology.block(id).kind {
            BlockKind::Call(_, child) => self.call(id, *child, module, site, path, span),
            _ => self.cell(id, module, site, path, span),
        }
    }

    fn cell(&self, id: BlockId, module: usize, site: Option<SiteId>, path: &[Step], span: Span) -> Found {
        let evaluation = self.evaluation;
        let Some(vertex) = evaluation.vertices.of(evaluation.topology, id, site) else {
            return Err(self.not_here(id, site, span));
        };
        let Some(cell) = evaluation.slots[vertex as usize].get(module) else {
            return Err(Silent::Reported.failure(span));
        };
        match &cell.outcome {
            Outcome::Value(value) => {
                self.touched.borrow_mut().extend(cell.join.map(Dependency::Join));
                Ok((value.clone(), 0))
            }
            Outcome::Failed(None) => Err(Silent::Reported.failure(span)),
            Outcome::Failed(Some(failure)) => Err((**failure).clone()),
            Outcome::Pending => Err(Silent::Pending.failure(span)),
            Outcome::Instances(expansion) => {
                // One instance of a resource is followed by itself; an answer of a data source follows what it was
                // asked with, whichever part of it is used.
                let is_data = matches!(evaluation.topology.block(id).kind, BlockKind::Data(..));
                let join = cell.join.filter(|_| is_data || path.is_empty());
                self.touched.borrow_mut().extend(join.map(Dependency::Join));
                self.expansion(vertex, expansion, path, span)
            }
        }
    }

    fn not_here(&self, id: BlockId, site: Option<SiteId>, span: Span) -> Failure {
        let topology = self.evaluation.topology;
        let label = topology.label(id);
        match site {
            Some(site) => Failure::new(
                codes::OBJECT_ABSENT,
                format!("`{label}` has no instance in the site `{}`", topology.site(site).name),
                span,
            )
            .help(format!("name a site that has one: `primary.{label}` or `sites.<name>.{label}`")),
            None => Failure::new(
                codes::GLOBAL_REFERENCE,
                format!("`{label}` exists once per site, and no site is meant here"),
                span,
            )
            .help(format!("name a site: `primary.{label}` or `sites.<name>.{label}`")),
        }
    }

    fn call(
        &self,
        id: BlockId,
        child: NodeId,
        module: usize,
        site: Option<SiteId>,
        path: &[Step],
        span: Span,
    ) -> Found {
        let evaluation = self.evaluation;
        let instances: Arc<Vec<ModuleInstance>> = evaluation.instances_of(child, site);
        let own = || instances.iter().enumerate().filter(|(_, instance)| instance.parent == module);
        let repeated = matches!(&evaluation.topology.block(id).kind, BlockKind::Call(index, _)
            if evaluation.topology.module(evaluation.topology.block(id).node).calls[*index].repeat.is_some());
        if !repeated {
            return match own().next() {
                Some((position, _)) => self.outputs(child, position, site, path, span, 0),
                None => Err(Silent::Reported.failure(span)),
            };
        }
        // Nobody knows how many there are while data cannot be read.
        let vertex = evaluation.vertices.of(evaluation.topology, id, site);
        let cell = vertex.and_then(|vertex| evaluation.slots[vertex as usize].get(module));
        if let Some(Outcome::Value(hole @ Value::Hole(_))) = cell.map(|cell| &cell.outcome) {
            return Ok((hole.clone(), 0));
        }
        if let Some(Step::Index(key)) = path.first() {
            let wanted = key.unmarked();
            let fits = |instance: &ModuleInstance| match (&instance.each, wanted) {
                (Each::Entry(own, _), wanted) => own == wanted,
                (Each::Count(own), wanted) => wanted.as_i64() == i64::try_from(*own).ok(),
                (Each::Once, _) => false,
            };
            return match own().find(|(_, instance)| fits(instance)) {
                Some((position, _)) => self.outputs(child, position, site, &path[1..], span, 1),
                None => {
                    let keys =
                        own().filter_map(|(_, instance)| instance.key.as_ref().map(ToString::to_string));
                    Err(self.no_key((id, site), key, keys, span))
                }
            };
        }
        let mut items = Vec::new();
        let mut entries = Vec::new();
        for (position, instance) in own() {
            let value = self.outputs(child, position, site, &[], span, 0)?.0;
            match &instance.each {
                Each::Entry(Value::String(key), _) => entries.push((key.clone(), value)),
                _ => items.push(value),
            }
        }
        let is_count =
            !items.is_empty() || own().all(|(_, instance)| matches!(instance.each, Each::Count(_)));
        Ok((
            if is_count && entries.is_empty() {
                Value::tuple(items)
            } else {
                Value::object(entries.into_iter().collect())
            },
            0,
        ))
    }

    /// One output of a module instance, or all of them as an object.
    fn outputs(
        &self,
        child: NodeId,
        position: usize,
        site: Option<SiteId>,
        path: &[Step],
        span: Span,
        used: usize,
    ) -> Found {
        let topology = self.evaluation.topology;
        if let Some(Step::Attribute(name)) = path.first() {
            let Some(output) = topology.find(child, &BlockName::Output(name.clone())) else {
                return Err(Silent::Reported.failure(span));
            };
            let (value, further) = self.cell(output, position, site, &[], span)?;
            return Ok((value, used + 1 + further));
        }
        let mut object = Object::new();
        for output in &topology.module(child).outputs {
            let name = output.name.name.clone();
            if let Some(id) = topology.find(child, &BlockName::Output(name.clone())) {
                object.insert(name, self.cell(id, position, site, &[], span)?.0);
            }
        }
        Ok((Value::object(object), used))
    }
}
