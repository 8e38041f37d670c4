//! The built-in kinds on real clouds: they stand in none, but beside the store, as simulated ones stand in the sandbox.
//!
//! They are values with a life of their own. Who loses them has them made anew, and nothing else is lost.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use relight_contract::builtin::{BUILTIN, TERRAFORM_DATA};
use relight_contract::{Answer, Answering, Cloud, Fault, FaultKind, Name, Object, Place, Registry, Request};
use relight_sim::{Reply, Sandbox, SandboxError, Settings, World};

use super::points::Points;
use crate::shell::clock;

/// The door to the objects in a folder. They are opened for each call, so that two processes can look at once.
pub(super) struct Beside {
    folder: PathBuf,
    one_at_a_time: Mutex<()>,
}

impl Beside {
    /// The objects beside the store in `folder`.
    pub(super) fn new(folder: &Path) -> Beside {
        Beside { folder: folder.join("builtin"), one_at_a_time: Mutex::new(()) }
    }

    fn answer(&self, request: &Request) -> Result<Answer, Fault> {
        // A call that panicked has changed the disk or has not: the next one looks at that anew.
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let registry = Registry::new(&[&BUILTIN]);
        let request = Request { place: Arc::new(own_place(&request.place)), action: request.action.clone() };
        let changes = request.action.changes_anything();
        let now = clock::now();
        if !changes && !self.folder.exists() {
            return World::new(registry, Settings::instant(0)).submit(now, &request).outcome;
        }
        let seed =
            clock::random::<8>().map_err(|error| Fault::new(FaultKind::Internal, error.to_string()))?;
        let settings = Settings::instant(u64::from_le_bytes(seed));
        let sandbox = Sandbox::open(&self.folder, registry, settings, Some(Box::new(Points)));
        // Nothing has happened yet.
        let mut sandbox = sandbox.map_err(|error| match error {
            SandboxError::Busy { .. } => Fault::new(FaultKind::Throttled, error.to_string()),
            other => Fault::new(FaultKind::Denied, other.to_string()),
        })?;
        let reply: Result<Reply, SandboxError> = sandbox.submit(now, &request);
        let kind = if changes { FaultKind::Ambiguous } else { FaultKind::Denied };
        reply.map_err(|error| Fault::new(kind, error.to_string()))?.outcome
    }
}

/// The place of a site without what may change about it: its objects are the same under other credentials.
fn own_place(place: &Place) -> Place {
    Place {
        name: place.name.clone(),
        provider: Name::from(BUILTIN.name),
        region: place.name.clone(),
        account: Some(Name::from(BUILTIN.name)),
        global: false,
        settings: Object::new(),
    }
}

impl Cloud for Beside {
    fn reaches(&self, kind: &str) -> bool {
        kind == TERRAFORM_DATA.name
    }

    fn call(self: Arc<Self>, request: Request) -> Answering {
        Box::pin(async move { self.answer(&request) })
    }
}
