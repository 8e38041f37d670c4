//! Module calls to module instances.

use std::sync::Arc;

use relight_contract::{Key, Value};

use super::evaluation::{Cell, Each, Evaluation, ModuleInstance, Outcome};
use super::keys::Keys;
use super::scope::Asker;
use super::vertices::VertexId;
use crate::topology::{NodeId, SiteId};

impl Evaluation<'_> {
    /// The instances of a module: once for each instance of the caller and each key of the call.
    pub(super) fn call(
        &mut self,
        vertex: VertexId,
        node: NodeId,
        index: usize,
        child: NodeId,
        site: Option<SiteId>,
    ) {
        let call = &self.topology.module(node).calls[index];
        let callers = self.instances_of(node, site);
        let mut instances = Vec::new();
        let mut cells = Vec::with_capacity(callers.len());
        for (parent, caller) in callers.iter().enumerate() {
            let mut after = Vec::new();
            let asker = Asker::new(node, site, parent);
            let name = || call.name.name.clone();
            let mut cell = Cell { outcome: Outcome::Value(Value::NULL), join: None };
            match self.plain_keys(call.repeat.as_ref(), &asker, &mut after) {
                Keys::Single => instances.push(ModuleInstance {
                    path: caller.path.child(name(), None),
                    parent,
                    key: None,
                    each: Each::Once,
                }),
                Keys::Count(count) => instances.extend((0..count).map(|index| ModuleInstance {
                    path: caller.path.child(name(), Some(Key::Index(index))),
                    parent,
                    key: Some(Key::Index(index)),
                    each: Each::Count(index),
                })),
                Keys::ForEach(keys) => {
                    instances.extend(keys.into_iter().map(|(key, value)| ModuleInstance {
                        path: caller.path.child(name(), Some(Key::Text(key.clone()))),
                        parent,
                        key: Some(Key::Text(key.clone())),
                        each: Each::Entry(Value::String(key), value),
                    }))
                }
                Keys::Unread(unread) => {
                    self.uncounted(&caller.path.child(name(), None), None, site, &unread);
                    cell = unread.cell();
                }
                Keys::Absent | Keys::Failed | Keys::Pending => {}
            }
            cells.push(cell);
        }
        self.modules.insert((child, site), Arc::new(instances));
        self.slots[vertex as usize] = cells;
    }
}
