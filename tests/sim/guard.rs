//! What holds of roles at every call that leaves: lost sites are let be, the data of a recovery are never deleted, and
//! no second site begins to write.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{
    Action, Address, Kind, Live, Milliseconds, Name, OwnerId, Request, State, Value, canonical,
};
use relight_sim::World;

/// What is checked, and what was so a moment ago.
#[derive(Default)]
pub struct Guard {
    /// The sites that nobody calls.
    gone: BTreeSet<Name>,
    /// The regions of the sites that are not lost, while the play moves roles; before, nothing is said of writers.
    regions: BTreeMap<Name, Name>,
    /// Whether data must survive: what was a source is put aside and never deleted.
    pub keeps_data: bool,
    /// The addresses of our objects, by owner tag; what was put aside is not among them.
    ours: BTreeMap<OwnerId, Address>,
    /// For each database, in how many sites it was written a moment ago.
    writers: BTreeMap<String, usize>,
}

impl Guard {
    /// From here on, nobody calls these sites.
    pub fn leave_alone(&mut self, gone: BTreeSet<Name>) {
        if self.gone != gone {
            // What somebody comes back with was not done by us.
            self.writers.clear();
            self.gone = gone;
        }
    }

    /// From here on, no second site may begin to write.
    pub fn watch(&mut self, regions: BTreeMap<Name, Name>) {
        self.regions = regions;
        self.writers.clear();
        self.keeps_data = true;
    }

    /// Whose objects these are.
    pub fn know(&mut self, ours: &BTreeMap<OwnerId, Address>) {
        self.ours.clone_from(ours);
    }

    /// The play moves no roles any more.
    pub fn rest(&mut self) {
        self.regions.clear();
        self.keeps_data = false;
    }

    pub fn check_place(&self, request: &Request) {
        let place = &request.place.name;
        assert!(!self.gone.contains(place), "a call to {place}, which is lost: {:?}", request.action.act());
    }

    /// What never came to be has no data.
    pub fn check_data(&self, now: Milliseconds, request: &Request, world: &World) {
        if let Action::Delete { kind, native_id, .. } = &request.action {
            let mut objects = world.objects(now.max(world.clock()));
            let failed = objects.any(|(_, other, live)| {
                other.name == kind.name && live.native_id == *native_id && live.state == State::Failed
            });
            let data = self.keeps_data && kind.promotable().is_some() && !failed;
            assert!(!data, "{} {native_id} is deleted by a recovery", kind.name);
        }
    }

    /// In how many sites each database is a source whose writers nobody cut: it may not become one more.
    pub fn check_writers(&mut self, now: Milliseconds, world: &World) {
        if self.regions.is_empty() {
            return;
        }
        let mut sources: BTreeMap<String, BTreeSet<Name>> = BTreeMap::new();
        let mut fences: BTreeMap<Name, Vec<bool>> = BTreeMap::new();
        for (domain, kind, live) in world.objects(now.max(world.clock())) {
            let site = self
                .regions
                .iter()
                .find(|(site, region)| !self.gone.contains(*site) && ***region == *domain.region);
            let address = live.owner.as_ref().and_then(|owner| self.ours.get(owner));
            let (Some((site, _)), Some(address)) = (site, address) else { continue };
            if live.state == State::Deleting {
                continue;
            }
            if let Some((source, _)) = kind.promotable()
                && live.get(source).is_none_or(|value| value.is_null() || value.as_str() == Some(""))
            {
                sources.entry(format!("{}.{}", address.kind, address.name)).or_default().insert(site.clone());
            }
            if !kind.fence().is_empty() {
                fences.entry(site.clone()).or_default().push(is_fenced(kind, &live));
            }
        }
        // Where nothing can be fenced, nobody can be asked for it.
        let is_open = |site: &Name| fences.get(site).is_some_and(|all| all.iter().any(|fenced| !fenced));
        for (database, sites) in sources {
            let open = sites.iter().filter(|site| is_open(site)).count();
            let before = self.writers.insert(database.clone(), open).unwrap_or(open);
            assert!(open < 2 || open <= before, "{database} is written in {open} sites: {sites:?}");
        }
    }
}

fn is_fenced(kind: &Kind, live: &Live) -> bool {
    kind.fence().iter().all(|transition| {
        let Some(field) = kind.field(transition.field) else { return true };
        let fenced = transition.to.to_value(&field.ty());
        canonical::same(field, &fenced, live.get(field.name).unwrap_or(&Value::NULL))
    })
}
