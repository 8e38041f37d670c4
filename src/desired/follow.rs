//! `depends_on` to what must come first.

use relight_contract::Value;

use super::evaluation::{Evaluation, Expansion, Member, Outcome};
use super::model::{Dependency, JoinId};
use super::scope::Asker;
use super::vertices::is_resource;
use crate::expr::{Expr, Step};
use crate::topology::{BlockKind, NodeId, SiteId, Target, Where, expand, resolve};

impl Evaluation<'_> {
    /// What `depends_on` names: everything behind it, in the same site where it has several, and in the same
    /// instance of the module that says it.
    pub(super) fn follows(&mut self, asker: &Asker, expr: &Expr) -> Vec<Dependency> {
        let topology = self.topology;
        let mut found = Vec::new();
        resolve::references(topology, asker.node, expr, &mut |_, steps, _, target| {
            let Ok(Target::Block(target, at)) = target else { return };
            let site = match at {
                Where::Here | Where::Any => asker.site,
                Where::At(site) => Some(topology.meant(site, asker.site)),
                Where::Primary => self.assignment.primaries_for(asker.site).first().copied(),
            };
            let exact = steps.iter().find_map(|step| match step {
                Step::Index(key) => Some(key),
                Step::Attribute(_) => None,
            });
            expand(topology, target, steps, true, &mut |id| {
                let Some(vertex) = self.vertices.of(topology, id, site) else { return };
                let block = topology.block(id);
                for (module, cell) in self.slots[vertex as usize].iter().enumerate() {
                    if !self.is_inside(block.node, module, site, asker) {
                        continue;
                    }
                    match (is_resource(block), exact, &cell.outcome) {
                        (true, Some(key), Outcome::Instances(expansion)) if id == target => {
                            found.extend(keyed(expansion, key).map(Dependency::Instance));
                        }
                        _ => found.extend(cell.join.map(Dependency::Join)),
                    }
                }
            });
        });
        found
    }

    /// Whether an instance of a module is, or was called from, the asker's.
    fn is_inside(&self, node: NodeId, module: usize, site: Option<SiteId>, asker: &Asker) -> bool {
        let (mut node, mut module) = (node, module);
        while node != asker.node {
            let Some(parent) = self.topology.node(node).parent else { return true };
            let Some(own) = self.instances_of(node, site).get(module).map(|own| own.parent) else {
                return true;
            };
            (node, module) = (parent, own);
        }
        // Another site may count the instances of the module in another way.
        module == asker.module || site != asker.site
    }

    /// What the calls around a module instance depend on, everything inside depends on. Found once for each.
    pub(super) fn call_follows(&mut self, asker: &Asker) -> Option<Dependency> {
        let topology = self.topology;
        let key = (asker.node, asker.site, asker.module);
        if let Some(known) = self.calls.get(&key) {
            return known.map(Dependency::Join);
        }
        let node = topology.node(asker.node);
        let mut found = Vec::new();
        if let (Some(parent), Some(call)) = (node.parent, node.call)
            && let BlockKind::Call(index, _) = topology.block(call).kind
        {
            let instances = self.instances_of(asker.node, asker.site);
            let caller = instances.get(asker.module).map_or(0, |own| own.parent);
            let outer = Asker::new(parent, asker.site, caller);
            for expr in &topology.module(parent).calls[index].depends_on {
                found.extend(self.follows(&outer, expr));
            }
            // The tree of modules is limited in depth.
            found.extend(self.call_follows(&outer));
        }
        let join: Option<JoinId> = self.join(found);
        self.calls.insert(key, join);
        join.map(Dependency::Join)
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
