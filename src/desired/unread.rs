//! What hangs on data that cannot be read: unknown, never wrong.
//!
//! An answer that nobody gives is an object of holes that nothing will fill. They flow through every expression as
//! others do; where a value must be known when planning, what asks for it is unknown as well.

use std::collections::HashSet;
use std::sync::Arc;

use relight_contract::{Address, DataKind, Hole, HoleId, ModulePath, Name, Object, Type, Value};

use super::evaluation::{Cell, Evaluation, Outcome};
use super::model::Pattern;
use crate::expr::Node;
use crate::spec::Resource;
use crate::topology::SiteId;

/// A value that waits for data which cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    /// It, with nothing known of its type.
    pub(super) hole: Value,
    /// Why, in words for people.
    pub(super) why: Name,
}

impl Unread {
    /// What a block is that hangs on it: whoever refers to the block waits for the same.
    pub(super) fn cell(self) -> Cell {
        Cell { outcome: Outcome::Value(self.hole), join: None }
    }
}

impl Evaluation<'_> {
    /// Whether a value waits for data that cannot be read; `None` when a step will tell it.
    pub(super) fn unread(&self, value: &Value) -> Option<Unread> {
        let mut holes = Vec::new();
        value.each_hole(&mut |id| holes.push(id));
        holes.into_iter().find_map(|id| {
            let why = self.unread_hole(id)?;
            let hole = Value::Hole(Arc::new(Hole { id, ty: Type::Dynamic, sensitive: value.has_secret() }));
            Some(Unread { hole, why })
        })
    }

    fn unread_hole(&self, hole: HoleId) -> Option<Name> {
        let mut seen = HashSet::from([hole]);
        let mut waiting = vec![hole];
        while let Some(next) = waiting.pop() {
            let mut why = None;
            self.desired.residuals.with_node(next, |node| match node {
                Node::Output { address, attribute, .. } => {
                    let known = self.desired.unknown.data.get(address);
                    why =
                        known.map(|why| Name::from(format!("it needs `{attribute}` of `{address}`, {why}")));
                }
                other => other.each_operand(&mut |operand| {
                    if seen.insert(operand) {
                        waiting.push(operand);
                    }
                }),
            });
            if why.is_some() {
                return why;
            }
        }
        None
    }

    /// The answer of a data source that nobody gives: what was asked with, and holes.
    pub(super) fn unanswered(&self, kind: &DataKind, address: &Address, mut arguments: Object) -> Value {
        for row in kind.fields {
            if !arguments.contains(row.name) {
                let name = Name::from(row.name);
                let hole = self.desired.residuals.output(address, &name, row.ty(), row.sensitive);
                arguments.insert(name, hole);
            }
        }
        Value::object(arguments)
    }

    /// Nobody knows how many instances there are here: of a resource, or of everything in a module.
    pub(super) fn uncounted(
        &mut self,
        path: &ModulePath,
        resource: Option<&Resource>,
        site: Option<SiteId>,
        unread: &Unread,
    ) {
        let pattern = Pattern {
            module: path.steps().iter().map(|step| (step.name.clone(), step.key.clone())).collect(),
            resource: resource.map(|block| (block.kind.name.clone(), block.name.name.clone(), None)),
        };
        let site = site.map(|site| self.topology.site(site).name.clone());
        self.desired.unknown.blocks.push((pattern, site, unread.why.clone()));
    }
}
