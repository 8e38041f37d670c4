//! `Spec` to `Topology`: names bound, sites set up, every block's place known, bodies checked against their kinds.
//!
//! Past this room nothing sees HCL. It refuses to know roles beyond what the spec declares, and live clouds.

mod depend;
pub mod guards;
mod kinds;
pub mod model;
mod modules;
mod names;
mod notes;
mod reach;
mod region;
pub mod resolve;
mod shadow;
pub mod sites;
mod statics;
mod tree;
pub mod walk;

use std::sync::Arc;

use relight_contract::Registry;

pub use depend::{Dependency, dependencies, expand, part_node};
pub use guards::{Anchor, Guard};
pub use model::{
    Block, BlockId, BlockKind, BlockName, Bound, BoundData, NodeId, Objective, Site, SiteId, Topology,
};
pub use resolve::{Target, Where};
pub use shadow::{Shadow, shadow_name, shadowed};
pub(crate) use statics::convert_argument;
pub use statics::{Given, Inputs};

use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::expr::{Files, Residuals};
use crate::spec::Spec;

/// Binds a spec. `None` when there is no telling what is meant; else also look at the diagnostics.
pub fn bind(
    spec: Arc<Spec>,
    registry: &Registry,
    inputs: &Inputs,
    files: &dyn Files,
    diagnostics: &mut Diagnostics,
) -> Option<Topology> {
    let root = spec.modules.first()?;
    let variables = statics::variables(root, inputs, files, diagnostics);
    let residuals = Residuals::new();
    let statics = statics::Statics::new(root, &variables, files, &residuals);
    let set_up = sites::set_up(root, &statics, registry, diagnostics)?;
    if set_up.sites.len() > reach::MOST_SITES {
        diagnostics.push(
            Diagnostic::error(
                codes::SITE_MISSING,
                format!("there are more than {} sites", reach::MOST_SITES),
            )
            .help("split the topology"),
        );
        return None;
    }
    let tree = tree::grow(&spec, registry, diagnostics);
    let mut topology = Topology {
        name: set_up.name,
        instance: set_up.instance,
        objective: set_up.objective,
        store: set_up.store,
        sites: set_up.sites,
        shadow: None,
        variables: variables.clone(),
        settings: set_up.settings,
        aliased: set_up.aliased,
        tree: tree.nodes,
        blocks: tree.blocks,
        names: tree.names,
        guards: Vec::new(),
        spec: spec.clone(),
        registry: registry.clone(),
    };
    if topology.sites.len() == root.sites.len() && !topology.sites.is_empty() {
        reach::find_sites(&mut topology, &statics, diagnostics);
    }
    modules::check(&topology, diagnostics);
    kinds::check(&topology, diagnostics);
    names::check(&topology, diagnostics);
    notes::check(&topology, diagnostics);
    region::check(&topology, diagnostics);
    topology.guards = guards::find(&topology, &statics, diagnostics);
    Some(topology)
}
