//! What is evaluated, and in which order: every block, once for each of its sites.

use std::collections::{BTreeMap, HashSet};

use relight_contract::{Name, Placement, Role};

use super::layers::{applies, laid_role};
use super::model::Assignment;
use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::graph::Graph;
use crate::spec::Selector;
use crate::topology::walk::{Part, body_names};
use crate::topology::{Block, BlockId, BlockKind, SiteId, Target, Topology, Where, dependencies, expand};

/// The position of a block in a site.
pub(super) type VertexId = u32;

/// All vertices, with the block and site of each.
pub(super) struct Vertices {
    first: Vec<VertexId>,
    at: Vec<(BlockId, Option<SiteId>)>,
}

impl Vertices {
    pub(super) fn new(topology: &Topology) -> Vertices {
        let mut vertices = Vertices { first: Vec::with_capacity(topology.blocks.len()), at: Vec::new() };
        for (index, block) in topology.blocks.iter().enumerate() {
            // Blocks are counted in u32, and so are they times sites: both are limited when the spec is bound.
            let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
            vertices.first.push(u32::try_from(vertices.at.len()).unwrap_or(u32::MAX));
            match &block.sites {
                None => vertices.at.push((id, None)),
                Some(sites) => vertices.at.extend(sites.iter().map(|site| (id, Some(*site)))),
            }
        }
        vertices
    }

    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    pub(super) fn place(&self, vertex: VertexId) -> (BlockId, Option<SiteId>) {
        self.at[vertex as usize]
    }

    /// The vertex of a block for who asks from `site`: the same site, or the only one that the block has. A drill's
    /// shadow asks its site for what it has not itself.
    pub(super) fn of(&self, topology: &Topology, block: BlockId, site: Option<SiteId>) -> Option<VertexId> {
        let first = self.first[block.0 as usize];
        match &topology.block(block).sites {
            None => Some(first),
            Some(sites) => {
                let at = |site: Option<SiteId>| sites.iter().position(|own| Some(*own) == site);
                let real = site.map(|site| topology.real(site));
                let count = sites.iter().filter(|own| !topology.is_shadow(**own)).count();
                // A shadow stands behind the sites.
                let position = at(site).or_else(|| at(real)).or((count == 1).then_some(0))?;
                Some(first + u32::try_from(position).ok()?)
            }
        }
    }

    /// Every vertex of a block.
    pub(super) fn all(&self, topology: &Topology, block: BlockId) -> std::ops::Range<VertexId> {
        let first = self.first[block.0 as usize];
        let count = topology.block(block).sites.as_ref().map_or(1, Vec::len);
        first..first + u32::try_from(count).unwrap_or(0)
    }

    /// Vertices in an order in which each stands behind what it refers to; circles are reported as paths.
    pub(super) fn order(
        &self,
        topology: &Topology,
        assignment: &Assignment,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<VertexId>> {
        let mut edges = Vec::new();
        for vertex in 0..u32::try_from(self.at.len()).unwrap_or(u32::MAX) {
            self.edges_of(topology, assignment, vertex, &mut edges);
        }
        let count = u32::try_from(self.at.len()).ok()?;
        let graph = Graph::new(count, &edges).ok()?;
        drop(edges);
        match graph.order() {
            Ok(order) => Some(self.counting(topology, &graph, order)),
            Err(_) => {
                graph.cycles().iter().for_each(|cycle| diagnostics.push(self.circle(topology, &cycle.path)));
                None
            }
        }
    }

    /// Those that count: in a drill what its shadow is made of, and no other site.
    fn counting(&self, topology: &Topology, graph: &Graph, order: Vec<VertexId>) -> Vec<VertexId> {
        let Some(shadow) = topology.shadow else { return order };
        let inside = (0..).zip(&self.at).filter(|(_, (_, site))| *site == Some(shadow.site));
        let inside: Vec<VertexId> = inside.map(|(vertex, _)| vertex).collect();
        let reached: HashSet<VertexId> = graph.reachable_from(&inside).into_iter().collect();
        order.into_iter().filter(|vertex| reached.contains(vertex)).collect()
    }

    fn edges_of(
        &self,
        topology: &Topology,
        assignment: &Assignment,
        vertex: VertexId,
        edges: &mut Vec<(VertexId, VertexId)>,
    ) {
        let (id, site) = self.place(vertex);
        let block = topology.block(id);
        // Only resources and data sources have blocks for roles.
        let placement = match &block.kind {
            BlockKind::Resource(_, bound) => bound.kind.placement,
            BlockKind::Data(_, bound) | BlockKind::CheckData(_, bound) => bound.kind.placement,
            _ => Placement::Regional,
        };
        let role = laid_role(assignment, placement, site);
        let strongest = strongest(topology, block, site, role);
        if let Some(call) = topology.node(block.node).call {
            edges.extend(self.of(topology, call, site).map(|target| (vertex, target)));
        }
        dependencies(topology, id, &mut |dependency| {
            let counts = match dependency.part {
                Part::Field(name) => !strongest.contains_key(name),
                Part::Role(selector, None) => applies(topology, selector, site, role),
                Part::Role(selector, Some(name)) => strongest.get(name) == Some(&selector),
                _ => true,
            };
            if !counts {
                return;
            }
            let Ok(Target::Block(target, at)) = dependency.target else { return };
            // A validation asks for the variable that it belongs to.
            if target == id && matches!(block.kind, BlockKind::Variable(_)) {
                return;
            }
            let whole = dependency.part == Part::DependsOn;
            expand(topology, target, dependency.steps, whole, &mut |target| match at {
                Where::Here => edges.extend(self.of(topology, target, site).map(|to| (vertex, to))),
                Where::At(named) => {
                    let named = topology.meant(named, site);
                    edges.extend(self.of(topology, target, Some(named)).map(|to| (vertex, to)));
                }
                Where::Primary => edges.extend(
                    assignment
                        .primaries_for(site)
                        .into_iter()
                        .filter_map(|site| self.of(topology, target, Some(site)))
                        .map(|to| (vertex, to)),
                ),
                Where::Any => {
                    let mut to: Vec<VertexId> = self
                        .all(topology, target)
                        .filter(|to| self.is_open_to(topology, *to, site))
                        .collect();
                    to.retain(|to| *to != vertex);
                    edges.extend(to.into_iter().map(|to| (vertex, to)));
                }
            });
        });
    }

    /// Whether one in `from` can mean a vertex of a site that it names when it is evaluated: nobody outside means a
    /// drill's shadow.
    fn is_open_to(&self, topology: &Topology, vertex: VertexId, from: Option<SiteId>) -> bool {
        let inside = from.is_some_and(|from| topology.is_shadow(from));
        let shadow = self.place(vertex).1.is_some_and(|site| topology.is_shadow(site));
        inside || !shadow
    }

    fn circle(&self, topology: &Topology, path: &[VertexId]) -> Diagnostic {
        let label = |vertex: VertexId| {
            let (block, site) = self.place(vertex);
            let site = site.map(|site| format!("@{}", topology.site(site).name)).unwrap_or_default();
            format!("{}{site}", topology.label(block))
        };
        let mut names: Vec<String> = path.iter().map(|vertex| label(*vertex)).collect();
        names.extend(path.first().map(|vertex| label(*vertex)));
        let shown = match names.len() {
            0..=20 => names.join(" -> "),
            count => format!(
                "{} -> ... {} more ... -> {}",
                names[..10].join(" -> "),
                count - 20,
                names[count - 10..].join(" -> ")
            ),
        };
        let span = |vertex: VertexId| topology.block(self.place(vertex).0).span;
        let mut diagnostic = Diagnostic::error(codes::CYCLE, format!("these depend on each other: {shown}"))
            .help("break the circle: let one of them refer to something that comes before");
        if let Some(first) = path.first() {
            diagnostic = diagnostic.at(span(*first));
        }
        for vertex in path.iter().skip(1).take(8) {
            diagnostic = diagnostic.label(span(*vertex), format!("{} is part of the circle", label(*vertex)));
        }
        diagnostic
    }
}

/// The attributes and blocks that site and role blocks say, with the block whose word counts: what is written of them
/// elsewhere is not looked at there, and so makes no circle.
fn strongest<'t>(
    topology: &'t Topology,
    block: &'t Block,
    site: Option<SiteId>,
    role: Option<Role>,
) -> BTreeMap<&'t Name, &'t Selector> {
    let mut strongest = BTreeMap::new();
    for placement in block.placements(topology) {
        for laid in placement.blocks.iter().filter(|laid| applies(topology, &laid.selector, site, role)) {
            for name in body_names(&laid.body) {
                let entry = strongest.entry(name).or_insert(&laid.selector);
                *entry = (*entry).max(&laid.selector);
            }
        }
    }
    strongest
}

/// Whether a block is a resource or data source.
pub(super) fn is_resource(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Resource(..) | BlockKind::Data(..) | BlockKind::CheckData(..))
}
