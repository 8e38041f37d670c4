//! What a spec wants under some roles, without any cloud: data sources answer as simulated clouds do.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use relight_contract::{Address, DataSource, Field, HoleId, Kind, Name, Role, Value};

use super::Question;
use super::name::Names;
use crate::desired::{
    Answers, Assignment, Dependency, Desired, Instance, InstanceId, JoinId, Unanswered, Wanted, desire,
};
use crate::diag::Diagnostics;
use crate::expr::{Expr, ExprKind, Node, Part};
use crate::topology::{BlockId, SiteId, Topology};

/// How often data sources may depend on the answers of others; planning says so where they go deeper.
const MOST_ROUNDS: usize = 16;

/// Everything that the spec wants under these roles; `None` where that has no end.
pub(super) fn evaluate(
    question: &Question<'_>,
    assignment: &Assignment,
    diagnostics: &mut Diagnostics,
) -> Option<Desired> {
    let topology = question.topology;
    let mut answers = Answers::new();
    for _ in 0..MOST_ROUNDS {
        let mut found = Diagnostics::new();
        let desired = desire(topology, assignment, &answers, question.files, question.now, &mut found);
        if desired.wanted.is_empty() || found.has_errors() {
            diagnostics.append(found);
            return Some(desired);
        }
        answers.extend(desired.wanted.into_iter().map(|wanted| answer(topology, assignment, wanted)));
    }
    None
}

/// What a simulated cloud says to a data source. A lost site says nothing.
fn answer(
    topology: &Topology,
    assignment: &Assignment,
    wanted: Wanted,
) -> (Address, Result<relight_contract::Object, Unanswered>) {
    let site = topology.site_named(&wanted.place.name).filter(|_| !wanted.place.global);
    if site.is_some_and(|site| assignment.role(site) == Role::Lost) {
        return (wanted.address, Err(Unanswered::Unknown("its site is lost".into())));
    }
    let answer = match wanted.data.source {
        DataSource::Pure(answer) => answer(&wanted.arguments),
        DataSource::Cloud(sample) | DataSource::Object { sample, .. } => {
            sample(&wanted.place, &wanted.arguments)
        }
        DataSource::Of { sample, .. } => sample(&wanted.place, &wanted.arguments, None)
            .and_then(|answer| answer.ok_or_else(|| "there is no such thing".to_owned())),
    };
    (wanted.address, answer.map_err(|why| Unanswered::Unknown(Name::from(why))))
}

/// What is wanted, and which of it has to do with a recovery.
pub(super) struct World<'a> {
    pub(super) topology: &'a Topology,
    pub(super) desired: &'a Desired,
    /// The instances of kinds whose tables tell something.
    pub(super) telling: Vec<InstanceId>,
    /// The instances of a block in a site.
    of_block: BTreeMap<(BlockId, Option<SiteId>), Vec<InstanceId>>,
    pub(super) names: Names,
}

/// What a value is put together of.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) texts: Vec<Arc<str>>,
    /// Attributes of objects, by address.
    pub(super) outputs: Vec<(Address, Name)>,
}

impl<'a> World<'a> {
    pub(super) fn new(topology: &'a Topology, desired: &'a Desired) -> World<'a> {
        let mut tells: HashMap<&'static str, bool> = HashMap::new();
        let mut telling = Vec::new();
        let mut of_block: BTreeMap<_, Vec<InstanceId>> = BTreeMap::new();
        for (id, instance) in (0..).zip(&desired.instances) {
            let kind = instance.kind;
            if *tells.entry(kind.name).or_insert_with(|| has_part(kind.fields)) {
                telling.push(id);
            }
            if !kind.capabilities.is_empty() || tells[kind.name] {
                of_block.entry((instance.block, instance.site)).or_default().push(id);
            }
        }
        let world = World { topology, desired, telling, of_block, names: Names::default() };
        let names = Names::of(&world);
        World { names, ..world }
    }

    /// The instances whose tables tell something.
    pub(super) fn telling(&self) -> impl Iterator<Item = &'a Instance> + use<'_, 'a> {
        self.telling.iter().map(|id| self.desired.instance(*id))
    }

    /// The instances of a block in a site, of kinds that can do something or tell something.
    pub(super) fn of(
        &self,
        block: BlockId,
        site: SiteId,
    ) -> impl Iterator<Item = &'a Instance> + use<'_, 'a> {
        let found = self.of_block.get(&(block, Some(site)));
        found.into_iter().flatten().map(|id| self.desired.instance(*id))
    }

    /// The blocks of kinds that can do or tell something, with the kind, that have instances in a site.
    pub(super) fn blocks_in(&self, site: SiteId) -> impl Iterator<Item = (BlockId, &'static Kind)> + use<'_> {
        let here = self.of_block.iter().filter(move |((_, at), _)| *at == Some(site));
        here.filter_map(|((block, _), ids)| Some((*block, self.desired.instance(*ids.first()?).kind)))
    }

    /// The instance at an address.
    pub(super) fn at(&self, address: &Address) -> Option<&'a Instance> {
        self.desired.by_address.get(address).map(|id| self.desired.instance(*id))
    }

    /// The attributes of objects that a value waits for, each once.
    pub(super) fn outputs(&self, value: &Value) -> Vec<(Address, Name)> {
        let mut found = Vec::new();
        self.each_node(value, &mut |node| {
            if let Node::Output { address, attribute, .. } = node {
                found.push((address.clone(), attribute.clone()));
            }
        });
        found
    }

    /// What a value is put together of where nothing is computed: texts, and attributes of objects.
    pub(super) fn parts(&self, value: &Value) -> Parts {
        let mut parts = Parts::default();
        if let Some(text) = value.as_str() {
            parts.texts.push(Arc::from(text));
        }
        let mut holes: Vec<HoleId> = Vec::new();
        if matches!(value.unmarked(), Value::Hole(_)) {
            value.each_hole(&mut |id| holes.push(id));
        }
        while let Some(id) = holes.pop() {
            self.desired.residuals.with_node(id, |node| match node {
                Node::Output { address, attribute, .. } => {
                    parts.outputs.push((address.clone(), attribute.clone()));
                }
                Node::Expr(Expr { kind: ExprKind::Template(template), .. }) => {
                    for part in template {
                        match part {
                            Part::Text(text) => parts.texts.push(Arc::from(&**text)),
                            Part::Value(Expr { kind: ExprKind::Literal(value), .. }) => {
                                value.each_hole(&mut |id| holes.push(id));
                            }
                            Part::Value(_) => {}
                        }
                    }
                }
                _ => {}
            });
        }
        parts
    }

    /// Every text that a value is made of, as far as it is known. Of secrets nothing is said.
    pub(super) fn texts(&self, value: &Value) -> Vec<Arc<str>> {
        let mut found = Vec::new();
        in_value(value, &mut found);
        self.each_node(value, &mut |node| {
            if let Node::Expr(expr) = node {
                in_expr(expr, &mut found);
            }
        });
        found
    }

    fn each_node(&self, value: &Value, visit: &mut dyn FnMut(&Node)) {
        let mut waiting: Vec<HoleId> = Vec::new();
        value.each_hole(&mut |id| waiting.push(id));
        let mut seen = HashSet::new();
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                self.desired.residuals.with_node(id, |node| {
                    visit(node);
                    node.each_operand(&mut |operand| waiting.push(operand));
                });
            }
        }
    }

    /// What an instance follows directly, whatever gathers it.
    pub(super) fn follows(&self, instance: &Instance) -> Vec<InstanceId> {
        self.follows_once(instance, &mut HashSet::new())
    }

    /// The same without what stands in joins that were gone through before, and of which all is known.
    pub(super) fn follows_once(&self, instance: &Instance, joins: &mut HashSet<JoinId>) -> Vec<InstanceId> {
        let mut found = Vec::new();
        let mut waiting = instance.after.clone();
        while let Some(next) = waiting.pop() {
            match next {
                Dependency::Instance(id) => found.push(id),
                Dependency::Join(join) if joins.insert(join) => {
                    waiting.extend(self.desired.joins.get(join as usize).into_iter().flatten());
                }
                Dependency::Join(_) => {}
            }
        }
        found
    }
}

fn has_part(rows: &[Field]) -> bool {
    let inner = |row: &Field| row.shape.fields().is_some_and(has_part);
    rows.iter().any(|row| row.part.is_some() || !row.unfit.is_empty() || inner(row))
}

fn in_value(value: &Value, found: &mut Vec<Arc<str>>) {
    match value {
        Value::Secret(_) => {}
        Value::String(text) => found.push(Arc::from(&**text)),
        other => {
            other.as_items().into_iter().flatten().for_each(|item| in_value(item, found));
            other.as_entries().into_iter().flat_map(|entries| entries.iter()).for_each(|(_, item)| {
                in_value(item, found);
            });
        }
    }
}

/// The texts in an expression, whose depth the parser bounds.
pub(super) fn in_expr(expr: &Expr, found: &mut Vec<Arc<str>>) {
    match &expr.kind {
        ExprKind::Literal(value) => in_value(value, found),
        ExprKind::Template(parts) => {
            let texts = parts.iter().filter_map(|part| match part {
                Part::Text(text) => Some(Arc::from(&**text)),
                Part::Value(_) => None,
            });
            found.extend(texts);
        }
        _ => {}
    }
    expr.each_child(&mut |child| in_expr(child, found));
}
