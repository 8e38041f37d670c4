//! The topology as data: sites, the static module tree, and every block with what it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::{DataKind, Kind, Name, Object, Provider, Registry, Role, Value};

use super::guards::Guard;
use super::shadow::Shadow;
use crate::diag::Span;
use crate::spec::{self, Spec};

/// The spec as meant.
#[derive(Clone, Debug)]
pub struct Topology {
    /// Its name.
    pub name: Name,
    /// Its instance: part of every owner tag.
    pub instance: Name,
    /// What is promised.
    pub objective: Objective,
    /// Where the store is; `None` for the local folder.
    pub store: Option<Name>,
    /// The sites, in spec order.
    pub sites: Vec<Site>,
    /// The shadow among them, in a drill.
    pub shadow: Option<Shadow>,
    /// The values of the root module's variables, converted; with whether each is sensitive.
    pub variables: BTreeMap<Name, (Value, bool)>,
    /// The settings of providers without an alias: for global services.
    pub settings: BTreeMap<Name, Object>,
    /// The settings of providers with an alias, by provider and alias.
    pub aliased: BTreeMap<(Name, Name), Object>,
    /// The static module tree; the root is 0.
    pub tree: Vec<ModuleNode>,
    /// Every block that is evaluated, in the order of the spec.
    pub blocks: Vec<Block>,
    /// Names to blocks.
    pub names: HashMap<(NodeId, BlockName), BlockId>,
    /// Probes, gates and hooks.
    pub guards: Vec<Guard>,
    /// What was written.
    pub spec: Arc<Spec>,
    /// The kinds.
    pub registry: Registry,
}

/// What is promised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objective {
    /// Seconds from the disaster to service.
    pub rto_seconds: Option<u64>,
    /// Seconds of data that may be lost.
    pub rpo_seconds: Option<u64>,
    /// What the standby sites may cost a month, in currency units.
    pub standby_cost: Option<relight_contract::Number>,
}

/// One place to run.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name.
    pub name: Name,
    /// Its provider.
    pub provider: &'static Provider,
    /// Its region.
    pub region: Name,
    /// Its account or project, where the spec names it.
    pub account: Option<Name>,
    /// The role that the spec declares.
    pub role: Role,
    /// The provider alias whose resources it takes.
    pub alias: Option<Name>,
    /// The user's own values: `site.cidr`.
    pub values: Object,
    /// Provider settings, those of the site laid over those of the provider block.
    pub settings: Object,
    /// Where it is declared.
    pub span: Span,
}

/// The position of a site in the topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub u16);

/// The position of a module in the static tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// The position of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// One module call chain, without keys.
#[derive(Clone, Debug)]
pub struct ModuleNode {
    /// The caller; `None` for the root.
    pub parent: Option<NodeId>,
    /// The call that leads here; `None` for the root.
    pub call: Option<BlockId>,
    /// What is called.
    pub module: spec::ModuleId,
    /// The labels of the calls, outermost first.
    pub path: Vec<Name>,
    /// The blocks that stand in it.
    pub blocks: std::ops::Range<u32>,
    /// The modules that it calls.
    pub children: Vec<NodeId>,
    /// Which alias outside a provider inside stands for: (provider, alias inside) to alias outside.
    pub aliases: BTreeMap<(Name, Option<Name>), Option<Name>>,
}

/// What a block is called, inside its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockName {
    /// `var.name`
    Variable(Name),
    /// `local.name`
    Local(Name),
    /// `output "name"`
    Output(Name),
    /// `module.name`
    Call(Name),
    /// `kind.name`
    Resource(Name, Name),
    /// `data.kind.name`
    Data(Name, Name),
    /// `check "name"`
    Check(Name),
}

/// A block that is evaluated.
#[derive(Clone, Debug)]
pub struct Block {
    /// The module that it stands in.
    pub node: NodeId,
    /// What it is.
    pub kind: BlockKind,
    /// The sites that it has an instance for; `None` when it is the same for all.
    pub sites: Option<Vec<SiteId>>,
    /// Where it stands.
    pub span: Span,
}

/// What a block is: its position in its module, and what is bound to it.
#[derive(Clone, Debug)]
pub enum BlockKind {
    /// A variable.
    Variable(usize),
    /// A local.
    Local(usize),
    /// An output.
    Output(usize),
    /// A module call, with the node that it leads to.
    Call(usize, NodeId),
    /// A resource.
    Resource(usize, Arc<Bound>),
    /// A data source.
    Data(usize, Arc<BoundData>),
    /// A check.
    Check(usize),
    /// The data source of a check, by the check's position: only the check may name it.
    CheckData(usize, Arc<BoundData>),
}

/// What is bound to a resource.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Its kind.
    pub kind: &'static Kind,
    /// The overlays on it, as positions in the root module.
    pub overlays: Vec<usize>,
    /// The attributes and blocks that its role blocks name: managed in every role.
    pub managed: Vec<Name>,
}

/// What is bound to a data source.
#[derive(Clone, Debug)]
pub struct BoundData {
    /// Its kind.
    pub kind: &'static DataKind,
    /// The overlays on it, as positions in the root module.
    pub overlays: Vec<usize>,
}

impl Topology {
    /// The site at a position.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[usize::from(id.0)]
    }

    /// The position of the site called `name`.
    pub fn site_named(&self, name: &str) -> Option<SiteId> {
        let index = self.sites.iter().position(|site| &*site.name == name)?;
        u16::try_from(index).ok().map(SiteId)
    }

    /// Every site's position, in spec order.
    pub fn site_ids(&self) -> impl Iterator<Item = SiteId> + use<> {
        (0..u16::try_from(self.sites.len()).unwrap_or(u16::MAX)).map(SiteId)
    }

    /// The block at a position.
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    /// A module of the tree.
    pub fn node(&self, id: NodeId) -> &ModuleNode {
        &self.tree[id.0 as usize]
    }

    /// What was written for a module of the tree.
    pub fn module(&self, id: NodeId) -> &spec::Module {
        &self.spec.modules[self.node(id).module.0 as usize]
    }

    /// The block called `name` in a module.
    pub fn find(&self, node: NodeId, name: &BlockName) -> Option<BlockId> {
        // A borrowed look-up would need a key type of its own; names are counted, so this copies no text.
        self.names.get(&(node, name.clone())).copied()
    }

    /// The resource behind a block.
    pub fn resource(&self, block: &Block) -> Option<&spec::Resource> {
        match &block.kind {
            BlockKind::Resource(index, _) | BlockKind::Data(index, _) => {
                self.module(block.node).resources.get(*index)
            }
            BlockKind::CheckData(index, _) => self.module(block.node).checks.get(*index)?.data.as_deref(),
            _ => None,
        }
    }

    /// The provider alias that a resource or data source asks for, as the root module names it.
    pub fn alias(&self, block: &Block, provider: &str) -> Option<Name> {
        let named = self.resource(block)?.provider.as_ref();
        let explicit = named.and_then(|name| name.alias.as_ref().map(|alias| alias.name.clone()));
        match self.node(block.node).aliases.get(&(provider.into(), explicit.clone())) {
            Some(outside) => outside.clone(),
            None => explicit,
        }
    }

    /// The place of the global services of a provider, under the credentials of an alias: its name and settings.
    /// An alias whose provider block says nothing of its own is the provider itself.
    pub fn global_place(&self, provider: &str, alias: Option<&Name>) -> (Name, Object) {
        let plain = self.settings.get(provider).cloned().unwrap_or_default();
        let own = alias.and_then(|alias| Some((alias, self.aliased.get(&(provider.into(), alias.clone()))?)));
        match own {
            Some((alias, settings)) if *settings != plain => {
                (Name::from(format!("{provider}.{alias}")), settings.clone())
            }
            _ => (provider.into(), plain),
        }
    }

    /// Where the global services of a provider have their home: in the part of its cloud that its sites are in.
    pub fn home(&self, provider: &str) -> &'static str {
        let first = self.sites.iter().find(|site| site.provider.name == provider);
        let known = self.registry.provider(provider);
        known.map_or("", |provider| first.map_or(provider.home, |site| provider.home_of(&site.region)))
    }

    /// The settings of the global services that a place of this name stands for.
    pub fn global_settings(&self, place: &str, provider: &str) -> Object {
        let alias = place.strip_prefix(provider).and_then(|rest| rest.strip_prefix('.')).map(Name::from);
        self.global_place(provider, alias.as_ref()).1
    }

    /// The name of a block as people write it, with the module in front.
    pub fn label(&self, id: BlockId) -> String {
        let block = self.block(id);
        let module = self.module(block.node);
        let data = |resource: &spec::Resource| format!("data.{}.{}", resource.kind.name, resource.name.name);
        let name = match &block.kind {
            BlockKind::Variable(index) => format!("var.{}", module.variables[*index].name.name),
            BlockKind::Local(index) => format!("local.{}", module.locals[*index].name.name),
            BlockKind::Output(index) => format!("output.{}", module.outputs[*index].name.name),
            BlockKind::Call(index, _) => format!("module.{}", module.calls[*index].name.name),
            BlockKind::Check(index) => format!("check.{}", module.checks[*index].name.name),
            BlockKind::Resource(index, _) => {
                let resource = &module.resources[*index];
                format!("{}.{}", resource.kind.name, resource.name.name)
            }
            BlockKind::Data(index, _) => data(&module.resources[*index]),
            BlockKind::CheckData(index, _) => {
                module.checks[*index].data.as_deref().map(data).unwrap_or_default()
            }
        };
        let path = &self.node(block.node).path;
        path.iter().fold(String::new(), |text, step| format!("{text}module.{step}.")) + &name
    }
}

impl Block {
    /// The placement blocks that count for it: its own, and those of its overlays.
    pub fn placements<'t>(&'t self, topology: &'t Topology) -> Vec<&'t spec::PlacementBlocks> {
        let overlays = match &self.kind {
            BlockKind::Resource(_, bound) => &bound.overlays,
            BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => &bound.overlays,
            _ => return Vec::new(),
        };
        let root = &topology.spec.modules[0];
        let own = topology.resource(self).map(|resource| &resource.placement);
        own.into_iter()
            .chain(
                overlays
                    .iter()
                    .filter_map(|index| root.overlays.get(*index).map(|overlay| &overlay.placement)),
            )
            .collect()
    }
}
