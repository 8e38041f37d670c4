//! The static module tree and its blocks: every module call followed, nothing repeated yet.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::{Mode, Name, Registry};

use super::model::{Block, BlockId, BlockKind, BlockName, Bound, BoundData, ModuleNode, NodeId};
use super::resolve::is_declared;
use crate::diag::{Diagnostic, Diagnostics, codes, suggest};
use crate::spec::{self, ModuleId, Selector, Spec};

/// How many module calls a spec may lead to.
const LIMIT: usize = 10_000;

/// How deep modules may call modules.
const DEEPEST: usize = 100;

pub(super) struct Tree {
    pub(super) nodes: Vec<ModuleNode>,
    pub(super) blocks: Vec<Block>,
    pub(super) names: HashMap<(NodeId, BlockName), BlockId>,
}

pub(super) fn grow(spec: &Spec, registry: &Registry, diagnostics: &mut Diagnostics) -> Tree {
    let mut tree = Tree { nodes: Vec::new(), blocks: Vec::new(), names: HashMap::new() };
    tree.nodes.push(ModuleNode {
        parent: None,
        call: None,
        module: ModuleId(0),
        path: Vec::new(),
        blocks: 0..0,
        children: Vec::new(),
        aliases: BTreeMap::new(),
    });
    let mut next = 0;
    while next < tree.nodes.len() {
        if tree.is_circular(next) {
            // Reported where the spec is read.
            next += 1;
            continue;
        }
        if tree.nodes[next].path.len() > DEEPEST {
            diagnostics.push(
                Diagnostic::error(
                    codes::MODULE_LIMIT,
                    format!("modules call modules more than {DEEPEST} deep"),
                )
                .help("flatten them"),
            );
            break;
        }
        if tree.nodes.len() > LIMIT {
            diagnostics.push(
                Diagnostic::error(
                    codes::MODULE_LIMIT,
                    format!("the spec leads to more than {LIMIT} module calls"),
                )
                .help("calls multiply through modules that call modules: flatten them, or use `for_each`"),
            );
            break;
        }
        // Fits: the number of nodes is limited above.
        tree.read(spec, registry, NodeId(u32::try_from(next).unwrap_or(u32::MAX)), diagnostics);
        next += 1;
    }
    tree.bind_overlays(spec, diagnostics);
    tree
}

/// Where a resource or data source stands: in its module, or in one of its checks.
#[derive(Clone, Copy)]
enum Owner {
    Own(usize),
    Check(usize),
}

impl Tree {
    /// Whether a module is called, on whatever way, by itself.
    fn is_circular(&self, node: usize) -> bool {
        let module = self.nodes[node].module;
        let mut next = self.nodes[node].parent;
        while let Some(parent) = next {
            let parent = &self.nodes[parent.0 as usize];
            if parent.module == module {
                return true;
            }
            next = parent.parent;
        }
        false
    }

    fn add(&mut self, node: NodeId, name: BlockName, kind: BlockKind, span: crate::diag::Span) -> BlockId {
        let id = BlockId(u32::try_from(self.blocks.len()).unwrap_or(u32::MAX));
        self.blocks.push(Block { node, kind, sites: None, span });
        // Duplicate names are reported where the spec is read; the first one counts.
        self.names.entry((node, name)).or_insert(id);
        id
    }

    fn read(&mut self, spec: &Spec, registry: &Registry, node: NodeId, diagnostics: &mut Diagnostics) {
        let module = &spec.modules[self.nodes[node.0 as usize].module.0 as usize];
        // Blocks are counted in u32: sources are limited to less.
        let count = |tree: &Tree| u32::try_from(tree.blocks.len()).unwrap_or(u32::MAX);
        let first = count(self);
        for (index, variable) in module.variables.iter().enumerate() {
            let name = BlockName::Variable(variable.name.name.clone());
            self.add(node, name, BlockKind::Variable(index), variable.name.span);
        }
        for (index, local) in module.locals.iter().enumerate() {
            self.add(
                node,
                BlockName::Local(local.name.name.clone()),
                BlockKind::Local(index),
                local.name.span,
            );
        }
        for (index, resource) in module.resources.iter().enumerate() {
            self.add_resource(registry, node, resource, Owner::Own(index), diagnostics);
        }
        for (index, call) in module.calls.iter().enumerate() {
            self.add_call(node, index, call);
        }
        for (index, output) in module.outputs.iter().enumerate() {
            self.add(
                node,
                BlockName::Output(output.name.name.clone()),
                BlockKind::Output(index),
                output.name.span,
            );
        }
        for (index, check) in module.checks.iter().enumerate() {
            self.add(
                node,
                BlockName::Check(check.name.name.clone()),
                BlockKind::Check(index),
                check.name.span,
            );
            if let Some(data) = &check.data {
                self.add_resource(registry, node, data, Owner::Check(index), diagnostics);
            }
        }
        self.nodes[node.0 as usize].blocks = first..count(self);
    }

    fn add_call(&mut self, node: NodeId, index: usize, call: &spec::ModuleCall) {
        let child = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let id = self.add(
            node,
            BlockName::Call(call.name.name.clone()),
            BlockKind::Call(index, child),
            call.name.span,
        );
        let parent = &self.nodes[node.0 as usize];
        let mut path = parent.path.clone();
        path.push(call.name.name.clone());
        let mut aliases = BTreeMap::new();
        for (inside, outside) in &call.providers {
            let (provider, alias) = match inside.name.split_once('.') {
                Some((provider, alias)) => (Name::from(provider), Some(Name::from(alias))),
                None => (inside.name.clone(), None),
            };
            let outer = outside.alias.as_ref().map(|alias| alias.name.clone());
            let resolved = match parent.aliases.get(&(outside.provider.name.clone(), outer.clone())) {
                Some(further) => further.clone(),
                None => outer,
            };
            aliases.insert((provider, alias), resolved);
        }
        // A module without an entry takes over what its caller has.
        for (key, value) in &parent.aliases {
            aliases.entry(key.clone()).or_insert_with(|| value.clone());
        }
        self.nodes[node.0 as usize].children.push(child);
        self.nodes.push(ModuleNode {
            parent: Some(node),
            call: Some(id),
            module: call.module,
            path,
            blocks: 0..0,
            children: Vec::new(),
            aliases,
        });
    }

    fn add_resource(
        &mut self,
        registry: &Registry,
        node: NodeId,
        resource: &spec::Resource,
        owner: Owner,
        diagnostics: &mut Diagnostics,
    ) {
        let (kind, name) = (&resource.kind.name, &resource.name.name);
        match resource.mode {
            Mode::Managed => match registry.kind(kind) {
                Some(found) => {
                    let bound =
                        Bound { kind: found, overlays: Vec::new(), managed: managed(&resource.placement) };
                    // A check holds data sources only.
                    let Owner::Own(index) = owner else { return };
                    let block = BlockKind::Resource(index, Arc::new(bound));
                    let label = BlockName::Resource(kind.clone(), name.clone());
                    self.add(node, label, block, resource.name.span);
                }
                None => diagnostics.push(
                    Diagnostic::error(codes::KIND_UNKNOWN, format!("relight has no kind `{kind}`"))
                        .at(resource.kind.span)
                        .did_you_mean(suggest(kind, registry.kinds().map(|kind| kind.name))),
                ),
            },
            Mode::Data => match registry.data(kind) {
                Some(found) => {
                    let bound = BoundData { kind: found, overlays: Vec::new() };
                    let block = match owner {
                        Owner::Own(index) => BlockKind::Data(index, Arc::new(bound)),
                        Owner::Check(index) => BlockKind::CheckData(index, Arc::new(bound)),
                    };
                    let label = BlockName::Data(kind.clone(), name.clone());
                    self.add(node, label, block, resource.name.span);
                }
                None => diagnostics.push(
                    Diagnostic::error(codes::DATA_UNKNOWN, format!("relight has no data source `{kind}`"))
                        .at(resource.kind.span)
                        .did_you_mean(suggest(kind, registry.data_kinds().map(|kind| kind.name))),
                ),
            },
        }
    }

    fn bind_overlays(&mut self, spec: &Spec, diagnostics: &mut Diagnostics) {
        let Some(root) = spec.modules.first() else { return };
        for (index, overlay) in root.overlays.iter().enumerate() {
            let node = self.nodes.iter().position(|node| node.path == overlay.module);
            let label = |(kind, name): (&Name, &Name)| match overlay.mode {
                Mode::Managed => BlockName::Resource(kind.clone(), name.clone()),
                Mode::Data => BlockName::Data(kind.clone(), name.clone()),
            };
            let label = label((&overlay.kind.name, &overlay.name.name));
            let block = node.and_then(|node| {
                let node = NodeId(u32::try_from(node).ok()?);
                self.names.get(&(node, label.clone())).copied()
            });
            let Some(block) = block else {
                let module = node.and_then(|node| spec.modules.get(self.nodes[node].module.0 as usize));
                if module.is_some_and(|module| is_declared(module, &label)) {
                    continue;
                }
                let wanted = overlay_label(overlay);
                let candidates: Vec<String> = self
                    .names
                    .keys()
                    .filter_map(|(node, name)| {
                        let path = &self.nodes[node.0 as usize].path;
                        let name = match name {
                            BlockName::Resource(kind, name) => format!("{kind}.{name}"),
                            BlockName::Data(kind, name) => format!("data.{kind}.{name}"),
                            _ => return None,
                        };
                        Some(
                            path.iter().fold(String::new(), |text, step| format!("{text}module.{step}."))
                                + &name,
                        )
                    })
                    .collect();
                diagnostics.push(
                    Diagnostic::error(
                        codes::OVERLAY_TARGET,
                        format!("there is no resource `{wanted}` to lay over"),
                    )
                    .at(overlay.name.span)
                    .did_you_mean(suggest(&wanted, candidates.iter().map(String::as_str))),
                );
                continue;
            };
            match &mut self.blocks[block.0 as usize].kind {
                BlockKind::Resource(_, bound) => {
                    let bound = Arc::make_mut(bound);
                    bound.overlays.push(index);
                    bound.managed.extend(managed(&overlay.placement));
                    bound.managed.sort();
                    bound.managed.dedup();
                }
                BlockKind::Data(_, bound) => Arc::make_mut(bound).overlays.push(index),
                _ => {}
            }
        }
    }
}

fn overlay_label(overlay: &spec::Overlay) -> String {
    let path = overlay.module.iter().fold(String::new(), |text, step| format!("{text}module.{step}."));
    let mode = if overlay.mode == Mode::Data { "data." } else { "" };
    format!("{path}{mode}{}.{}", overlay.kind.name, overlay.name.name)
}

/// What role blocks name, site blocks apart: managed in every role.
fn managed(placement: &spec::PlacementBlocks) -> Vec<Name> {
    let mut names: Vec<Name> = placement
        .blocks
        .iter()
        .filter(|block| !matches!(block.selector, Selector::Site(_) | Selector::Drill))
        .flat_map(|block| {
            let attributes = block.body.attributes.iter().map(|attribute| attribute.name.name.clone());
            attributes.chain(block.body.blocks.iter().map(|nested| nested.name.name.clone()))
        })
        .collect();
    names.sort();
    names.dedup();
    names
}
