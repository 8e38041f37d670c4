//! Where stores and sandboxes stand on disk.
//!
//! ```text
//! .relight/                       the store of the default instance
//! .relight/instances/<instance>/  those of others
//! <store>/drills/<site>/          the store of a drill, beside the objects of its topology
//! .relight/sandbox/               simulated clouds
//! .relight/sandbox/store/...      the same stores for these
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use relight_contract::Name;

use super::exit::Reason;
use super::problem::Problem;
use crate::plan::Plan;
use crate::shell::store::{Store, StoreError};
use crate::topology::Topology;

/// The folder of the simulated clouds.
pub(super) fn sandbox(directory: &Path) -> PathBuf {
    directory.join(".relight").join("sandbox")
}

/// The store of a topology.
pub(super) fn open(directory: &Path, topology: &Topology, simulated: bool) -> Result<Store, Problem> {
    let base = match (&topology.store, simulated) {
        (_, true) => sandbox(directory).join("store"),
        (None, false) => directory.join(".relight"),
        (Some(url), false) => match url.split_once("://") {
            None => directory.join(&**url),
            Some(("file", path)) => PathBuf::from(path),
            Some((scheme, _)) => {
                return Err(Problem::new(format!("stores at `{scheme}://` cannot be used yet"))
                    .hint("leave `store` out: a local folder, `.relight`, is used then"));
            }
        },
    };
    Ok(Store::new(match &*topology.instance {
        "default" => base,
        instance => base.join("instances").join(folder_name(instance)),
    }))
}

/// The store of a drill of a site, under that of its topology: with a lease of its own, so that nothing waits for a
/// drill.
pub(super) fn drill(store: &Store, site: &str) -> Store {
    Store::new(store.folder().join("drills").join(folder_name(site)))
}

/// The drills that stand, each with how many objects it is remembered to have.
pub(super) fn drills(store: &Store, topology: &Topology) -> Result<Vec<(Name, u64)>, StoreError> {
    let mut standing = Vec::new();
    for site in &topology.sites {
        let objects = drill(store, &site.name).look()?.memory.inventory.len() as u64;
        if objects > 0 {
            standing.push((site.name.clone(), objects));
        }
    }
    Ok(standing)
}

/// Every store that there is, without knowing the spec.
pub(super) fn all(directory: &Path, simulated: bool) -> Vec<Store> {
    let base = if simulated { sandbox(directory).join("store") } else { directory.join(".relight") };
    let inside = |folder: PathBuf| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        found.sort();
        found
    };
    let mut folders = vec![base.clone()];
    folders.extend(inside(base.join("instances")));
    let drills: Vec<PathBuf> = folders.iter().flat_map(|folder| inside(folder.join("drills"))).collect();
    folders.extend(drills);
    folders.into_iter().filter(|folder| folder.join("runs").is_dir()).map(Store::new).collect()
}

/// The plan of the run that was left before its end, found without the spec: it knows the variables. `None` where there
/// is none, or more than one, or it cannot be read: whoever opens the store says so.
pub(super) fn left(directory: &Path, simulated: bool) -> Option<Arc<Plan>> {
    let stores = all(directory, simulated);
    let mut left = stores.iter().filter_map(|store| store.run(&store.unfinished().ok()??).ok());
    let run = left.next()?;
    left.next().is_none().then_some(run.plan)
}

/// A name that means the same on every file system, and nothing but itself.
fn folder_name(instance: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    instance
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let problem = Problem::new(error.to_string());
        match error {
            StoreError::Io { .. } => problem,
            StoreError::Damaged { help, .. } => problem.hint(help),
            StoreError::Held { .. } => problem
                .because(Reason::LeaseHeld)
                .hint("wait until it has ended; a dead process holds no lease"),
            StoreError::NoRun(_) => problem.hint("`relight status` lists the last runs"),
        }
    }
}
