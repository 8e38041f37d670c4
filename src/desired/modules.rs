//! Module calls to module instances, and data sources to answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{
    Address, DataKind, DataSource, Key, Literal, Mode, Name, Object, Placement, Presence, Value,
};

use super::evaluation::{Cell, Each, Evaluation, Expansion, Member, ModuleInstance, Outcome};
use super::layers::{Layers, layers};
use super::model::{Dependency, Wanted};
use super::resources::Keys;
use super::scope::Asker;
use super::vertices::VertexId;
use crate::diag::{Diagnostic, codes};
use crate::spec::Resource;
use crate::topology::{BlockId, NodeId, SiteId};

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
        for (parent, caller) in callers.iter().enumerate() {
            let mut after = Vec::new();
            let asker = Asker::new(node, site, parent);
            let name = || call.name.name.clone();
            match self.keys(call.repeat.as_ref(), &asker, &mut after) {
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
                Keys::Failed | Keys::Pending => {}
            }
        }
        self.modules.insert((child, site), Arc::new(instances));
        self.slots[vertex as usize] = vec![Cell { outcome: Outcome::Value(Value::NULL), join: None }];
    }

    pub(super) fn data(
        &mut self,
        vertex: VertexId,
        id: BlockId,
        kind: &'static DataKind,
        site: Option<SiteId>,
    ) {
        let topology = self.topology;
        let block = topology.block(id);
        let Some(resource) = topology.resource(block) else { return };
        let role = site.map(|site| self.assignment.role(site));
        let layers = layers(topology, block, kind.fields, site, role);
        let count = self.instances_of(block.node, site).len();
        let mut cells = Vec::with_capacity(count);
        for module in 0..count {
            let asker = Asker::new(block.node, site, module);
            cells.push(self.data_in(kind, resource, &layers, &asker));
        }
        self.slots[vertex as usize] = cells;
    }

    fn data_in(
        &mut self,
        kind: &'static DataKind,
        resource: &Resource,
        layers: &Layers<'_>,
        asker: &Asker,
    ) -> Cell {
        let mut after: Vec<Dependency> =
            resource.depends_on.iter().flat_map(|expr| self.follows(asker.node, asker.site, expr)).collect();
        let keys = self.keys(resource.repeat.as_ref(), asker, &mut after);
        let mut ask =
            |this: &mut Self, asker: Asker, key| this.answer(kind, resource, layers, &asker, key, &mut after);
        let expansion = match keys {
            Keys::Single => Expansion::Single(ask(self, asker.clone(), None)),
            Keys::Count(count) => Expansion::Count(
                (0..count)
                    .map(|index| ask(self, asker.clone().each(Each::Count(index)), Some(Key::Index(index))))
                    .collect(),
            ),
            Keys::ForEach(keys) => {
                let mut members = BTreeMap::new();
                for (key, value) in keys {
                    let asker = asker.clone().each(Each::Entry(Value::String(key.clone()), value));
                    let member = ask(self, asker, Some(Key::Text(key.clone())));
                    members.insert(key, member);
                }
                Expansion::ForEach(members)
            }
            Keys::Failed => return Cell { outcome: Outcome::Failed(None), join: None },
            Keys::Pending => return Cell { outcome: Outcome::Pending, join: None },
        };
        // A policy document follows what its statements name, and whoever uses it does too: also by one attribute.
        let join = self.join(after);
        Cell { outcome: Outcome::Instances(expansion), join }
    }

    fn answer(
        &mut self,
        kind: &'static DataKind,
        resource: &Resource,
        layers: &Layers<'_>,
        asker: &Asker,
        key: Option<Key>,
        after: &mut Vec<Dependency>,
    ) -> Member {
        let span = resource.name.span;
        let mut found = self.attributes(layers, kind.fields, kind.name, asker, span);
        after.append(&mut found.after);
        if found.pending {
            return Member::Pending;
        }
        if found.failed {
            return Member::Failed;
        }
        let arguments = with_defaults(kind, found.attributes);
        match kind.source {
            DataSource::Pure(answer) => self.pure(kind, answer, arguments, resource),
            _ => self.impure(kind, arguments, resource, asker, key),
        }
    }

    fn pure(
        &mut self,
        kind: &'static DataKind,
        answer: relight_contract::kind::Answer,
        arguments: Object,
        resource: &Resource,
    ) -> Member {
        let open = arguments.iter().any(|(_, value)| value.has_hole() || value.has_secret());
        if open {
            let sensitive = arguments.iter().any(|(_, value)| value.has_secret());
            let mut object = arguments.clone();
            for row in kind.fields.iter().filter(|row| row.presence != Presence::Required) {
                if !object.contains(row.name) {
                    let name = Name::from(row.name);
                    let hidden = sensitive || row.sensitive;
                    let value =
                        self.desired.residuals.data(kind.name, arguments.clone(), &name, row.ty(), hidden);
                    object.insert(name, value);
                }
            }
            return Member::Data(Value::object(object));
        }
        match answer(&arguments) {
            Ok(answers) => Member::Data(Value::object(whole(kind, arguments, answers))),
            Err(message) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::KIND_ATTRIBUTE_VALUE,
                        format!("`data.{}.{}`: {message}", resource.kind.name, resource.name.name),
                    )
                    .at(resource.name.span),
                );
                Member::Failed
            }
        }
    }

    fn impure(
        &mut self,
        kind: &'static DataKind,
        arguments: Object,
        resource: &Resource,
        asker: &Asker,
        key: Option<Key>,
    ) -> Member {
        if arguments.iter().any(|(_, value)| value.has_hole()) {
            self.diagnostics.push(
                Diagnostic::error(
                    codes::KNOWN_WHEN_PLANNING,
                    format!("the arguments of `data.{}.{}` are not known yet", resource.kind.name, resource.name.name),
                )
                .at(resource.name.span)
                .help("data sources are read before planning; refer to the resource itself where it is in this spec"),
            );
            return Member::Failed;
        }
        let modules = self.instances_of(asker.node, asker.site);
        let address = Address {
            module: modules.get(asker.module).map(|module| module.path.clone()).unwrap_or_default(),
            mode: Mode::Data,
            kind: resource.kind.name.clone(),
            name: resource.name.name.clone(),
            key,
            site: asker.site.map(|site| self.topology.site(site).name.clone()),
        };
        match self.answers.get(&address) {
            Some(Ok(answers)) => Member::Data(Value::object(whole(kind, arguments, answers.clone()))),
            Some(Err(reason)) => {
                self.diagnostics.push(
                    Diagnostic::error(codes::DATA_UNKNOWN, format!("`{address}` has no answer: {reason}"))
                        .at(resource.name.span),
                );
                Member::Failed
            }
            None => {
                let place = self.place(kind.provider, asker.site, kind.placement != Placement::Regional);
                let span = resource.name.span;
                self.desired.wanted.push(Wanted { address, data: kind, place, arguments, span });
                Member::Pending
            }
        }
    }
}

fn with_defaults(kind: &DataKind, mut arguments: Object) -> Object {
    for row in kind.fields {
        if !arguments.contains(row.name) && row.default != Literal::None {
            arguments.insert(row.name, row.default.to_value(&row.ty()));
        }
    }
    arguments
}

/// Arguments and answers together, every row of the table present.
fn whole(kind: &DataKind, arguments: Object, answers: Object) -> Object {
    let mut object = arguments;
    for (name, value) in answers {
        object.insert(name, value);
    }
    for row in kind.fields {
        if !object.contains(row.name) {
            object.insert(row.name, Value::Null(row.ty()));
        }
    }
    object
}
