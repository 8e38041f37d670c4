//! A drill's shadow: the topology with one more site, which is the primary of a world of its own.

use relight_contract::Role;

use super::model::{BlockKind, Site, SiteId, Topology};

/// What the name of a shadow ends in; no site of a spec can be called so.
const END: &str = "~drill";

/// A shadow in a topology.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// The shadow.
    pub site: SiteId,
    /// The site that is drilled.
    pub of: SiteId,
    /// Whether it is being taken down: then nothing is looked up that it was made of.
    pub ends: bool,
}

/// The name of a site's shadow.
pub fn shadow_name(site: &str) -> String {
    format!("{site}{END}")
}

/// The site that a shadow of this name belongs to; `None` for the name of a site.
pub fn shadowed(name: &str) -> Option<&str> {
    name.strip_suffix(END)
}

impl Topology {
    /// The topology with a shadow of a site: in the same region and account, with every block of the site once more,
    /// but for what stands in no one site, is shared, or joins sites.
    #[must_use]
    pub fn with_shadow(&self, of: SiteId, ends: bool) -> Topology {
        let mut topology = self.clone();
        let Ok(position) = u16::try_from(topology.sites.len()) else { return topology };
        let site = SiteId(position);
        let real = self.site(of);
        topology.sites.push(Site {
            name: shadow_name(&real.name).into(),
            role: Role::Primary,
            ..real.clone()
        });
        for block in &mut topology.blocks {
            let made = match &block.kind {
                BlockKind::Resource(_, bound) => bound.kind.is_made_in_a_drill(),
                // A check tells of what serves.
                BlockKind::Check(_) | BlockKind::CheckData(..) => false,
                _ => true,
            };
            if let Some(sites) = block.sites.as_mut().filter(|sites| made && sites.contains(&of)) {
                sites.push(site);
            }
        }
        topology.shadow = Some(Shadow { site, of, ends });
        topology
    }

    /// Whether a site is a drill's shadow.
    pub fn is_shadow(&self, site: SiteId) -> bool {
        self.shadow.is_some_and(|shadow| shadow.site == site)
    }

    /// The site as the spec knows it: the drilled one for its shadow.
    pub fn real(&self, site: SiteId) -> SiteId {
        self.shadow.filter(|shadow| shadow.site == site).map_or(site, |shadow| shadow.of)
    }

    /// A site as one in `from` means it: who is in a shadow means the shadow where the drilled site is named.
    pub fn meant(&self, site: SiteId, from: Option<SiteId>) -> SiteId {
        match self.shadow {
            Some(shadow) if from == Some(shadow.site) && site == shadow.of => shadow.site,
            _ => site,
        }
    }
}
