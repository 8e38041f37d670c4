//! Probes, gates and hooks: what they stand before and after, and whether their settings can be used.
//!
//! They are bound here and evaluated by the operation that they guard, once for each site whose role it changes.

use relight_contract::{Name, Type, Value};

use super::model::{BlockKind, NodeId, Topology};
use super::resolve::{self, Target, Where};
use super::statics::Statics;
use super::{BlockId, sites::seconds};
use crate::diag::{Code, Diagnostic, Diagnostics, Span, codes, suggest};
use crate::expr::convert::convert;
use crate::expr::{Expr, ExprKind, Reference};
use crate::graph::Graph;
use crate::spec::{self, GuardKind};

/// The operations that a gate or hook may name in `on`.
pub const OPERATIONS: [&str; 8] =
    ["apply", "commit", "destroy", "drill", "failback", "failover", "reprotect", "switchover"];

/// A probe, gate or hook, bound.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The module that it stands in.
    pub node: NodeId,
    /// Its position among the guards of that module.
    pub index: usize,
    /// The operations that it belongs to; empty for all.
    pub on: Vec<Name>,
    /// What waits for it.
    pub before: Vec<Anchor>,
    /// What it waits for.
    pub after: Vec<Anchor>,
}

/// What a guard stands before or after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// A block, or one instance of it.
    Block {
        /// The block.
        id: BlockId,
        /// In which site.
        at: Where,
        /// The key of the instance; `None` for all of them.
        key: Option<Value>,
    },
    /// Another guard, by its position in the topology.
    Guard(usize),
}

impl Guard {
    /// What was written.
    pub fn written<'t>(&self, topology: &'t Topology) -> &'t spec::Guard {
        &topology.module(self.node).guards[self.index]
    }

    /// Its name as people write it, with the module in front.
    pub fn label(&self, topology: &Topology) -> String {
        let written = self.written(topology);
        let path = topology.node(self.node).path.iter();
        path.fold(String::new(), |text, step| format!("{text}module.{step}."))
            + &format!("{}.{}", word(written.kind), written.name.name)
    }
}

fn word(kind: GuardKind) -> &'static str {
    match kind {
        GuardKind::Probe => "probe",
        GuardKind::Gate => "gate",
        GuardKind::Hook => "hook",
    }
}

/// The code of what is wrong with a guard.
fn code(kind: GuardKind) -> Code {
    match kind {
        GuardKind::Probe => codes::PROBE_INVALID,
        GuardKind::Gate => codes::GATE_INVALID,
        GuardKind::Hook => codes::HOOK_INVALID,
    }
}

/// Every guard of every module.
pub(super) fn find(topology: &Topology, statics: &Statics<'_>, diagnostics: &mut Diagnostics) -> Vec<Guard> {
    let mut guards = Vec::new();
    for node in (0..).map(NodeId).take(topology.tree.len()) {
        for index in 0..topology.module(node).guards.len() {
            guards.push(Guard { node, index, on: Vec::new(), before: Vec::new(), after: Vec::new() });
        }
    }
    let known = guards.clone();
    for guard in &mut guards {
        let binder =
            Binder { topology, statics, known: &known, node: guard.node, kind: guard.written(topology).kind };
        binder.bind(guard, diagnostics);
    }
    circles(topology, &guards, diagnostics);
    guards
}

struct Binder<'a> {
    topology: &'a Topology,
    statics: &'a Statics<'a>,
    known: &'a [Guard],
    node: NodeId,
    kind: GuardKind,
}

impl Binder<'_> {
    fn bind(&self, guard: &mut Guard, diagnostics: &mut Diagnostics) {
        for attribute in &guard.written(self.topology).attributes {
            let (name, expr) = (&*attribute.name.name, &*attribute.value);
            match name {
                "before" => guard.before = self.anchors(name, expr, diagnostics),
                "after" => guard.after = self.anchors(name, expr, diagnostics),
                "on" => guard.on = self.operations(expr, diagnostics),
                "timeout" | "within" | "interval" => self.duration(name, expr, diagnostics),
                "quorum" | "threshold" => self.count(name, expr, diagnostics),
                "on_failure" => self.on_failure(expr, diagnostics),
                "approvers" | "run" | "command" => {
                    self.list(name, expr, diagnostics);
                    self.names(expr, diagnostics);
                }
                _ => self.names(expr, diagnostics),
            }
        }
    }

    fn wrong(&self, problem: String, span: Span, help: &str, diagnostics: &mut Diagnostics) {
        diagnostics.push(Diagnostic::error(code(self.kind), problem).at(span).help(help));
    }

    /// A value that is known when the spec is read.
    fn known_now(&self, name: &str, expr: &Expr, diagnostics: &mut Diagnostics) -> Option<Value> {
        match self.statics.evaluate(expr) {
            Ok(value) => Some(value),
            Err(failure) if failure.code == codes::REFERENCE_OUT_OF_PLACE => {
                let problem =
                    format!("`{name}` of a {} is the same at all times and in all sites", word(self.kind));
                self.wrong(problem, failure.span, "use variables and local values only", diagnostics);
                None
            }
            Err(failure) => {
                diagnostics.push(Diagnostic::from(failure));
                None
            }
        }
    }

    fn operations(&self, expr: &Expr, diagnostics: &mut Diagnostics) -> Vec<Name> {
        let Some(value) = self.known_now("on", expr, diagnostics) else { return Vec::new() };
        let Ok(Value::List(list)) = convert(&value, &Type::list(Type::String)) else {
            self.wrong(
                "`on` is a list of operations".to_owned(),
                expr.span,
                "write `on = [\"failover\"]`",
                diagnostics,
            );
            return Vec::new();
        };
        let words: Vec<Name> = list.items.iter().filter_map(Value::as_str).map(Name::from).collect();
        for unknown in words.iter().filter(|word| !OPERATIONS.contains(&&***word)) {
            diagnostics.push(
                Diagnostic::error(code(self.kind), format!("there is no operation `{unknown}`"))
                    .at(expr.span)
                    .help(format!("operations are {}", OPERATIONS.join(", ")))
                    .did_you_mean(suggest(unknown, OPERATIONS)),
            );
        }
        words
    }

    fn duration(&self, name: &str, expr: &Expr, diagnostics: &mut Diagnostics) {
        let Some(value) = self.known_now(name, expr, diagnostics) else { return };
        if value.as_str().and_then(seconds).is_none() {
            diagnostics.push(
                Diagnostic::error(codes::DURATION_INVALID, format!("`{name}` is not a duration"))
                    .at(expr.span)
                    .help("write a number and a unit: `90s`, `15m`, `1h30m`"),
            );
        }
    }

    fn count(&self, name: &str, expr: &Expr, diagnostics: &mut Diagnostics) {
        let Some(value) = self.known_now(name, expr, diagnostics) else { return };
        if value.as_i64().is_none_or(|count| count < 1) {
            let problem = format!("`{name}` is a whole number from 1");
            self.wrong(problem, expr.span, "leave it out for 1", diagnostics);
        }
    }

    fn on_failure(&self, expr: &Expr, diagnostics: &mut Diagnostics) {
        let Some(value) = self.known_now("on_failure", expr, diagnostics) else { return };
        if !value.as_str().is_some_and(|word| ["stop", "continue"].contains(&word)) {
            let help = "write `on_failure = \"stop\"` or `\"continue\"`";
            self.wrong("`on_failure` is `stop` or `continue`".to_owned(), expr.span, help, diagnostics);
        }
    }

    /// A list as far as that can be told without evaluating it.
    fn list(&self, name: &str, expr: &Expr, diagnostics: &mut Diagnostics) {
        let empty = matches!(&expr.kind, ExprKind::Tuple(items) if items.is_empty());
        let other = match &expr.kind {
            ExprKind::Literal(value) => value.as_items().is_none_or(<[Value]>::is_empty),
            ExprKind::Template(_) | ExprKind::Object(_) => true,
            _ => false,
        };
        if empty || other {
            let problem = format!("`{name}` is a list of words, of which there is at least one");
            let help = format!("write `{name} = [\"...\"]`");
            self.wrong(problem, expr.span, &help, diagnostics);
        }
    }

    /// Names in an attribute that is evaluated when the guard does its work.
    fn names(&self, expr: &Expr, diagnostics: &mut Diagnostics) {
        resolve::references(self.topology, self.node, expr, &mut |reference, steps, span, target| match (
            target, reference,
        ) {
            (_, Reference::EachKey | Reference::EachValue | Reference::CountIndex | Reference::This) => {
                let problem = format!("a {} is not repeated: there is no such name here", word(self.kind));
                diagnostics.push(Diagnostic::error(codes::REFERENCE_OUT_OF_PLACE, problem).at(span));
            }
            (_, Reference::Probe(_) | Reference::Gate(_) | Reference::Hook(_)) => {
                super::names::guard_out_of_place(reference, span, diagnostics);
            }
            (Err(problem), _) => diagnostics.push(problem),
            (Ok(Target::Block(id, _)), _) => {
                super::names::attribute(self.topology, id, steps, span, diagnostics);
            }
            (Ok(_), _) => {}
        });
    }

    fn anchors(&self, name: &str, expr: &Expr, diagnostics: &mut Diagnostics) -> Vec<Anchor> {
        let ExprKind::Tuple(items) = &expr.kind else {
            let help = format!("write `{name} = [...]`");
            self.wrong(format!("`{name}` is a list of references"), expr.span, &help, diagnostics);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.anchor(item, diagnostics)).collect()
    }

    fn anchor(&self, item: &Expr, diagnostics: &mut Diagnostics) -> Option<Anchor> {
        let (base, key) = match &item.kind {
            ExprKind::Index { of, key } => match &key.kind {
                ExprKind::Literal(key) => (&**of, Some(key.clone())),
                _ => (item, None),
            },
            _ => (item, None),
        };
        let ExprKind::Reference(reference) = &base.kind else {
            let help = "name a resource, module, probe, gate or hook: `after = [<kind>.<name>]`";
            self.wrong("this is nothing to stand before or after".to_owned(), item.span, help, diagnostics);
            return None;
        };
        match &**reference {
            Reference::Probe(name) => self.guard(GuardKind::Probe, name, item.span, diagnostics),
            Reference::Gate(name) => self.guard(GuardKind::Gate, name, item.span, diagnostics),
            Reference::Hook(name) => self.guard(GuardKind::Hook, name, item.span, diagnostics),
            reference => {
                let target = resolve::resolve(self.topology, self.node, reference, item.span);
                match diagnostics.keep(target)? {
                    Target::Block(id, at) if is_object(&self.topology.block(id).kind) => {
                        Some(Anchor::Block { id, at, key })
                    }
                    Target::Unbound => None,
                    _ => {
                        let help = "name a resource, module, probe, gate or hook: `after = [<kind>.<name>]`";
                        let problem = "this is nothing to stand before or after".to_owned();
                        self.wrong(problem, item.span, help, diagnostics);
                        None
                    }
                }
            }
        }
    }

    fn guard(
        &self,
        kind: GuardKind,
        name: &Name,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Anchor> {
        let here = |guard: &&Guard| guard.node == self.node && guard.written(self.topology).kind == kind;
        let found = self
            .known
            .iter()
            .position(|guard| here(&guard) && guard.written(self.topology).name.name == *name);
        if found.is_none() {
            let names = self.known.iter().filter(here).map(|guard| &*guard.written(self.topology).name.name);
            diagnostics.push(
                Diagnostic::error(codes::REFERENCE_UNKNOWN, format!("there is no {} `{name}`", word(kind)))
                    .at(span)
                    .did_you_mean(suggest(name, names)),
            );
        }
        found.map(Anchor::Guard)
    }
}

fn is_object(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::Resource(..) | BlockKind::Data(..) | BlockKind::Call(..))
}

/// Guards that wait for each other.
fn circles(topology: &Topology, guards: &[Guard], diagnostics: &mut Diagnostics) {
    let mut edges = Vec::new();
    for (from, guard) in (0_u32..).zip(guards) {
        let position = |anchor: &Anchor| match anchor {
            Anchor::Guard(to) => u32::try_from(*to).ok(),
            Anchor::Block { .. } => None,
        };
        edges.extend(guard.after.iter().filter_map(position).map(|to| (from, to)));
        edges.extend(guard.before.iter().filter_map(position).map(|to| (to, from)));
    }
    let Some(graph) = u32::try_from(guards.len()).ok().and_then(|count| Graph::new(count, &edges).ok())
    else {
        return;
    };
    for cycle in graph.cycles() {
        let guard = |at: &u32| guards.get(*at as usize);
        let first = cycle.path.first();
        let names = cycle.path.iter().chain(first).filter_map(guard).map(|guard| guard.label(topology));
        let path = names.collect::<Vec<_>>().join(" -> ");
        let span = first.and_then(guard).map_or(Span::NONE, |guard| guard.written(topology).name.span);
        diagnostics.push(
            Diagnostic::error(codes::CYCLE, format!("these wait for each other: {path}"))
                .at(span)
                .help("break the circle: let one of them stand before or after something else"),
        );
    }
}
