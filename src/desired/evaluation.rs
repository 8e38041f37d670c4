//! The state of an evaluation: what each vertex turned out to be, and the loop over all of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::{Key, ModulePath, Name, Place, Value};

use super::model::{Answers, Assignment, Dependency, Desired, InstanceId, JoinId};
use super::types::Types;
use super::unread::Unread;
use super::vertices::{VertexId, Vertices};
use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::expr::{Expr, ExprKind, Failure, Files, evaluate, excess};
use crate::spec::Condition;
use crate::topology::{BlockId, BlockKind, NodeId, SiteId, Topology, convert_argument};

use super::scope::Asker;

/// Gives the files beside a module's sources.
pub trait ModuleFiles {
    /// The files of the module in `directory` (relative to the root, `.` for the root).
    fn of(&self, directory: &str) -> &dyn Files;
}

/// One instance of a module.
#[derive(Clone, Debug)]
pub(super) struct ModuleInstance {
    pub(super) path: ModulePath,
    /// Its caller among the instances of the calling module.
    pub(super) parent: usize,
    pub(super) key: Option<Key>,
    /// `each.key` and `each.value`, or `count.index`, of the call.
    pub(super) each: Each,
}

/// What `each` and `count` mean.
#[derive(Clone, Debug, Default)]
pub(super) enum Each {
    #[default]
    Once,
    /// A key and its value.
    Entry(Value, Value),
    Count(u64),
}

/// What a vertex turned out to be, for one instance of its module.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Value(Value),
    Instances(Expansion),
    /// Something is wrong; it was reported, or it is what this failure says once somebody asks.
    Failed(Option<Arc<Failure>>),
    /// It waits for a data source.
    Pending,
}

/// The instances of a resource or data source.
#[derive(Clone, Debug)]
pub(super) enum Expansion {
    Single(Member),
    Count(Vec<Member>),
    ForEach(BTreeMap<Name, Member>),
    /// None, whatever the keys would be: the block does not exist here.
    Absent,
}

/// One instance of a resource, or one answer of a data source.
#[derive(Clone, Debug)]
pub(super) enum Member {
    Instance(InstanceId),
    Data(Value),
    /// A data source of a check that has no answer: why.
    Refused(Arc<Failure>),
    Absent,
    Failed,
    Pending,
    /// Whether it exists, or what it is, hangs on data that cannot be read.
    Unread(Unread),
}

/// The result of one vertex in one module instance, with what whoever uses it must follow.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) outcome: Outcome,
    pub(super) join: Option<JoinId>,
}

pub(super) struct Evaluation<'a> {
    pub(super) topology: &'a Topology,
    pub(super) assignment: &'a Assignment,
    pub(super) answers: &'a Answers,
    pub(super) files: &'a dyn ModuleFiles,
    pub(super) now: Option<&'a str>,
    pub(super) vertices: Vertices,
    pub(super) slots: Vec<Vec<Cell>>,
    pub(super) modules: HashMap<(NodeId, Option<SiteId>), Arc<Vec<ModuleInstance>>>,
    pub(super) types: Types,
    /// What the calls around a module instance follow.
    pub(super) calls: HashMap<(NodeId, Option<SiteId>, usize), Option<JoinId>>,
    pub(super) desired: Desired,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> Evaluation<'a> {
    pub(super) fn run(mut self) -> Desired {
        if self.all() {
            self.finish();
        }
        self.desired
    }

    /// Gives every vertex its value; whether there is an order in which that can be done.
    pub(super) fn all(&mut self) -> bool {
        let Some(order) = self.vertices.order(self.topology, self.assignment, self.diagnostics) else {
            return false;
        };
        self.slots.resize_with(self.vertices.len(), Vec::new);
        let root = ModuleInstance { path: ModulePath::root(), parent: 0, key: None, each: Each::Once };
        self.modules.insert((NodeId(0), None), Arc::new(vec![root]));
        for vertex in order {
            self.vertex(vertex);
        }
        true
    }

    fn vertex(&mut self, vertex: VertexId) {
        let (id, site) = self.vertices.place(vertex);
        let block = self.topology.block(id);
        match &block.kind {
            BlockKind::Variable(index) => self.each_module(vertex, block.node, site, |this, instance| {
                this.variable(block.node, *index, site, instance)
            }),
            BlockKind::Local(index) => self.each_module(vertex, block.node, site, |this, instance| {
                let local = &this.topology.module(block.node).locals[*index];
                this.value(Asker::new(block.node, site, instance), &local.value)
            }),
            BlockKind::Output(index) => self.each_module(vertex, block.node, site, |this, instance| {
                this.output(block.node, *index, site, instance)
            }),
            BlockKind::Check(index) => self.each_module(vertex, block.node, site, |this, instance| {
                this.check(block.node, *index, site, instance);
                Cell { outcome: Outcome::Value(Value::NULL), join: None }
            }),
            BlockKind::Call(index, child) => self.call(vertex, block.node, *index, *child, site),
            BlockKind::Resource(_, bound) => {
                let bound = bound.clone();
                self.resource(vertex, id, &bound, site);
            }
            BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => {
                let bound = bound.clone();
                self.data(vertex, id, bound.kind, site);
            }
        }
    }

    /// Evaluates a vertex once for each instance of its module.
    fn each_module(
        &mut self,
        vertex: VertexId,
        node: NodeId,
        site: Option<SiteId>,
        mut evaluate: impl FnMut(&mut Self, usize) -> Cell,
    ) {
        let count = self.instances_of(node, site).len();
        let cells = (0..count).map(|instance| evaluate(self, instance)).collect();
        self.slots[vertex as usize] = cells;
    }

    /// The instances of a module in a site; those that are the same everywhere stand under no site.
    pub(super) fn instances_of(&self, node: NodeId, site: Option<SiteId>) -> Arc<Vec<ModuleInstance>> {
        let own = self.modules.get(&(node, site)).or_else(|| self.modules.get(&(node, None)));
        match own {
            Some(instances) => instances.clone(),
            None => {
                // A module that belongs to one site only, asked for from outside of it.
                let open = |at: Option<SiteId>| !at.is_some_and(|at| self.topology.is_shadow(at));
                let mut only = self.modules.iter().filter(|((id, at), _)| *id == node && open(*at));
                match (only.next(), only.next()) {
                    (Some((_, instances)), None) => instances.clone(),
                    _ => Arc::new(Vec::new()),
                }
            }
        }
    }

    /// Evaluates an expression; what went wrong is reported once.
    pub(super) fn value(&mut self, asker: Asker, expr: &Expr) -> Cell {
        let (outcome, dependencies) = self.try_value(&asker, expr);
        let join = self.join(dependencies);
        let outcome = outcome.and_then(|value| match excess(&value) {
            None => Ok(value),
            Some(message) => Err(Failure::new(codes::VALUE_TOO_LARGE, message, expr.span)),
        });
        let outcome = match outcome {
            Ok(value) => Outcome::Value(value),
            Err(failure) => self.failed(failure),
        };
        Cell { outcome, join }
    }

    /// Evaluates an expression, with all that it must follow.
    pub(super) fn try_value(&self, asker: &Asker, expr: &Expr) -> (Result<Value, Failure>, Vec<Dependency>) {
        let touched = RefCell::new(Vec::new());
        let scope = asker.scope(self, &touched);
        let context = crate::expr::Context {
            scope: &scope,
            files: self.files.of(&self.topology.module(asker.node).directory),
            residuals: &self.desired.residuals,
            now: self.now,
        };
        let result = evaluate(expr, &context);
        (result, touched.into_inner())
    }

    /// A join over these, or none when there is nothing to follow.
    pub(super) fn join(&mut self, mut dependencies: Vec<Dependency>) -> Option<JoinId> {
        dependencies.sort_unstable();
        dependencies.dedup();
        match dependencies.as_slice() {
            [] => None,
            [Dependency::Join(join)] => Some(*join),
            _ => {
                self.desired.joins.push(dependencies);
                u32::try_from(self.desired.joins.len() - 1).ok()
            }
        }
    }

    /// Reports a failure, unless it only repeats another one, or waits for a data source.
    pub(super) fn failed(&mut self, failure: Failure) -> Outcome {
        match Silent::of(&failure) {
            Some(Silent::Pending) => Outcome::Pending,
            Some(Silent::Reported) => Outcome::Failed(None),
            None => {
                // What is not in this site matters only to something that is.
                if failure.code == crate::diag::codes::OBJECT_ABSENT {
                    return Outcome::Failed(Some(Arc::new(failure)));
                }
                self.diagnostics.push(Diagnostic::from(failure));
                Outcome::Failed(None)
            }
        }
    }

    /// Reports a failure of something that exists and needs the value.
    pub(super) fn report(&mut self, mut failure: Failure, asker: &Asker) {
        if Silent::of(&failure).is_some() {
            return;
        }
        if failure.code == crate::diag::codes::OBJECT_ABSENT
            && let Some(block) = asker.block
        {
            failure.message = format!("{}, but `{}` needs it", failure.message, self.topology.label(block));
        }
        self.diagnostics.push(Diagnostic::from(failure));
    }

    /// The module instance of an asker.
    pub(super) fn path_of(&self, asker: &Asker) -> ModulePath {
        let instances = self.instances_of(asker.node, asker.site);
        instances.get(asker.module).map(|own| own.path.clone()).unwrap_or_default()
    }

    fn variable(&mut self, node: NodeId, index: usize, site: Option<SiteId>, instance: usize) -> Cell {
        let variable = &self.topology.module(node).variables[index];
        let name = &variable.name.name;
        let mut cell = match (self.topology.node(node).parent, self.topology.node(node).call) {
            (Some(parent), Some(call)) => self.argument(node, parent, call, index, site, instance),
            _ => {
                let (value, _) = self.topology.variables.get(name).cloned().unwrap_or((Value::NULL, false));
                Cell { outcome: Outcome::Value(value), join: None }
            }
        };
        if variable.sensitive
            && let Outcome::Value(value) = &cell.outcome
            && !matches!(value, Value::Secret(_))
        {
            cell.outcome = Outcome::Value(self.secret(node, name, value));
        }
        if !variable.validations.is_empty() && matches!(cell.outcome, Outcome::Value(_)) {
            // A validation may ask for the variable itself.
            let vertex = self.vertex_of(node, index, site);
            if let Some(vertex) = vertex {
                self.slots[vertex as usize]
                    .resize(instance + 1, Cell { outcome: Outcome::Pending, join: None });
                self.slots[vertex as usize][instance] = cell.clone();
            }
            for validation in &variable.validations {
                let code = crate::diag::codes::VARIABLE_VALIDATION;
                self.hold(Asker::new(node, site, instance), validation, code);
            }
        }
        cell
    }

    fn vertex_of(&self, node: NodeId, index: usize, site: Option<SiteId>) -> Option<VertexId> {
        let name = self.topology.module(node).variables[index].name.name.clone();
        let block = self.topology.find(node, &crate::topology::BlockName::Variable(name))?;
        self.vertices.of(self.topology, block, site)
    }

    /// The value as a secret: one of the root's variables is asked for again, any other is made again from the spec.
    fn secret(&self, node: NodeId, name: &Name, value: &Value) -> Value {
        if node == NodeId(0) && self.desired.residuals.is_plain(value) {
            let source = crate::expr::SecretSource::Variable(name.clone());
            return self.desired.residuals.secret(source, value.clone());
        }
        let arguments = vec![Expr::literal(value.clone())];
        let call = ExprKind::Call { function: "sensitive".into(), arguments, spread: false };
        // Nothing in it can fail; were it to, the value would at least not get lost.
        self.try_value(&Asker::new(node, None, 0), &Expr::new(call, crate::diag::Span::NONE))
            .0
            .unwrap_or_else(|_| value.clone())
    }

    fn argument(
        &mut self,
        node: NodeId,
        parent: NodeId,
        call: BlockId,
        index: usize,
        site: Option<SiteId>,
        instance: usize,
    ) -> Cell {
        let variable = &self.topology.module(node).variables[index];
        let BlockKind::Call(call_index, _) = self.topology.block(call).kind else {
            return Cell { outcome: Outcome::Failed(None), join: None };
        };
        let call = &self.topology.module(parent).calls[call_index];
        let given = call.arguments.iter().find(|argument| argument.name.name == variable.name.name);
        let instances = self.instances_of(node, site);
        let Some(own) = instances.get(instance) else {
            return Cell { outcome: Outcome::Failed(None), join: None };
        };
        let (mut cell, span) = match (given, &variable.default) {
            (Some(argument), _) => {
                let asker = Asker::new(parent, site, own.parent).each(own.each.clone());
                (self.value(asker, &argument.value), argument.value.span)
            }
            (None, Some(default)) => (self.value(Asker::new(node, site, instance), default), default.span),
            // Reported when the spec was bound.
            (None, None) => return Cell { outcome: Outcome::Failed(None), join: None },
        };
        if let Outcome::Value(value) = &cell.outcome {
            let mut value = value.clone();
            if value.is_null()
                && !variable.nullable
                && let Some(default) = &variable.default
                && let (Ok(default), _) = self.try_value(&Asker::new(node, site, instance), default)
            {
                value = default;
            }
            let files = self.files.of(&self.topology.module(node).directory);
            cell.outcome = match convert_argument(files, &self.desired.residuals, variable, value) {
                Ok(value) => Outcome::Value(value),
                Err(message) => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            crate::diag::codes::VARIABLE_TYPE,
                            format!(
                                "`{}` of the module `{}` does not fit its type: {message}",
                                variable.name.name, call.name.name
                            ),
                        )
                        .at(span)
                        .help(format!("its type is `{}`", variable.ty)),
                    );
                    Outcome::Failed(None)
                }
            };
        }
        cell
    }

    fn output(&mut self, node: NodeId, index: usize, site: Option<SiteId>, instance: usize) -> Cell {
        let output = &self.topology.module(node).outputs[index];
        let asker = Asker::new(node, site, instance);
        let mut cell = self.value(asker.clone(), &output.value);
        for condition in &output.preconditions {
            self.hold(asker.clone(), condition, crate::diag::codes::PRECONDITION);
        }
        // At the root the output itself says that it is not shown; in a module, its value must carry that on.
        if output.sensitive
            && node != NodeId(0)
            && let Outcome::Value(value) = &cell.outcome
        {
            cell.outcome = Outcome::Value(self.secret(node, &output.name.name, value));
        }
        let more: Vec<Dependency> =
            output.depends_on.iter().flat_map(|expr| self.follows(&asker, expr)).collect();
        if !more.is_empty() {
            let all = more.into_iter().chain(cell.join.map(Dependency::Join)).collect();
            cell.join = self.join(all);
        }
        cell
    }

    /// Checks a condition whose failure is an error; one that is not known yet is left.
    pub(super) fn hold(&mut self, asker: Asker, condition: &Condition, code: crate::diag::Code) {
        match self.try_value(&asker, &condition.condition).0 {
            Ok(value) => match value.unmarked() {
                Value::Bool(true) | Value::Hole(_) => {}
                Value::Bool(false) => {
                    let message = self.message(&asker, condition);
                    self.diagnostics.push(Diagnostic::error(code, message).at(condition.condition.span));
                }
                _ => self.diagnostics.push(
                    Diagnostic::error(
                        crate::diag::codes::CONDITION_INVALID,
                        "the condition is neither true nor false",
                    )
                    .at(condition.condition.span),
                ),
            },
            Err(failure) => self.report(failure, &asker),
        }
    }

    /// The message of a condition that does not hold.
    pub(super) fn message(&mut self, asker: &Asker, condition: &Condition) -> String {
        match self.try_value(asker, &condition.message).0 {
            Ok(Value::String(text)) => text.to_string(),
            Ok(Value::Secret(_)) => "the condition does not hold; its message holds a secret".to_owned(),
            _ => "the condition does not hold".to_owned(),
        }
    }

    /// The place of a site, or of a provider's global services under the credentials of an alias; made once.
    pub(super) fn place(&mut self, provider: &str, alias: Option<&Name>, site: Option<SiteId>) -> Arc<Place> {
        let topology = self.topology;
        let (name, place) = match site {
            Some(site) => {
                let site = topology.site(site);
                let place = Place {
                    name: site.name.clone(),
                    provider: site.provider.name.into(),
                    region: site.region.clone(),
                    account: site.account.clone(),
                    global: false,
                    settings: site.settings.clone(),
                };
                (site.name.clone(), place)
            }
            None => {
                let (name, settings) = topology.global_place(provider, alias);
                let place = Place {
                    name: name.clone(),
                    provider: provider.into(),
                    region: topology.home(provider).into(),
                    account: None,
                    global: true,
                    settings,
                };
                (name, place)
            }
        };
        self.desired.places.entry(name).or_insert_with(|| Arc::new(place)).clone()
    }
}

/// Failures that nobody needs to hear of.
pub(super) enum Silent {
    /// It waits for a data source.
    Pending,
    /// It was reported where it arose.
    Reported,
}

impl Silent {
    const PENDING: &'static str = "\u{0}pending";
    const REPORTED: &'static str = "\u{0}reported";

    pub(super) fn failure(self, span: crate::diag::Span) -> Failure {
        let message = match self {
            Silent::Pending => Silent::PENDING,
            Silent::Reported => Silent::REPORTED,
        };
        Failure::new(crate::diag::codes::STEP_BLOCKED, message, span)
    }

    pub(super) fn of(failure: &Failure) -> Option<Silent> {
        match failure.message.as_str() {
            Silent::PENDING => Some(Silent::Pending),
            Silent::REPORTED => Some(Silent::Reported),
            _ => None,
        }
    }
}
