//! The local store: lease, journals, applied plans and the inventory, in one folder beside the spec.
//!
//! ```text
//! .relight/
//!   lock  lease.json        who may change anything
//!   key                     the key of digests
//!   memory.json             the inventory, folded from the journals up to some point
//!   runs/<run>/plan.json    what was executed
//!   runs/<run>/journal      what happened
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::journal::{self, FileJournal};
use super::lease::{Holder, LocalLease};
use super::{clock, durable, record};
use crate::journal::{Entry, Fact, Outcome, RunId, remember};
use crate::memory::Memory;
use crate::plan::{self, Plan, PlanId};

/// The first words of `memory.json`.
const MEMORY: &str = "relight memory 1";

/// Why the store does not work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what was written, or another version wrote it. It is left as it is.
    #[error("{} cannot be read: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
        /// What to do.
        help: String,
    },
    /// Another process holds the lease.
    #[error("another process holds the lease{}", holder.as_ref().map(describe).unwrap_or_default())]
    Held {
        /// Who, as far as known.
        holder: Option<Holder>,
    },
    /// There is no such run.
    #[error("there is no run `{0}`")]
    NoRun(RunId),
}

fn describe(holder: &Holder) -> String {
    format!(": process {} on {}", holder.process, holder.host)
}

/// What a list of runs tells of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: PlanId,
    /// How many of its entries the inventory knows.
    pub entries: usize,
    /// What came of its last session; `None` when it died.
    pub outcome: Option<Outcome>,
}

impl RunSummary {
    /// Whether it was left before its end.
    pub fn is_unfinished(&self) -> bool {
        self.outcome.as_ref().is_none_or(Outcome::is_resumable)
    }
}

/// The inventory and the runs that it was folded from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Snapshot {
    memory: Memory,
    runs: BTreeMap<RunId, RunSummary>,
}

/// A stored run.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// A store in a folder.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in `folder`, which is made with the first thing that is kept there.
    pub fn new(folder: impl Into<PathBuf>) -> Store {
        Store { folder: folder.into() }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes the lease, or tells who holds it.
    pub fn acquire(&self) -> Result<LocalLease, StoreError> {
        self.prepare()?;
        LocalLease::acquire(&self.folder)
    }

    /// Who holds the lease, or held it last.
    pub fn holder(&self) -> Result<Option<Holder>, StoreError> {
        super::lease::read(&self.folder.join("lease.json"))
    }

    /// The key of digests; made when it is first asked for.
    pub fn key(&self) -> Result<Arc<[u8]>, StoreError> {
        self.prepare()?;
        let path = self.folder.join("key");
        let failed = |source| StoreError::Io { path: path.clone(), source };
        if let Some(key) = durable::read(&path).map_err(failed)? {
            return match key.len() {
                32 => Ok(key.into()),
                _ => Err(StoreError::Damaged {
                    path,
                    reason: "a key has 32 bytes".to_owned(),
                    help:
                        "move it away: secrets that the cloud never tells back then count as unchanged once"
                            .to_owned(),
                }),
            };
        }
        let key = clock::random::<32>().map_err(failed)?;
        durable::replace(&path, &key).map_err(failed)?;
        restrict(&path).map_err(failed)?;
        Ok(Arc::from(key.as_slice()))
    }

    /// Begins a run of `plan`: keeps the plan, and opens an empty journal. To be called under the lease.
    pub fn begin(&self, plan: &Plan) -> Result<(RunId, FileJournal), StoreError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| StoreError::Io { path, source }
        };
        let run = RunId(clock::fresh_name("run").map_err(failed(&self.folder))?);
        let folder = self.run_folder(&run);
        durable::create_folder(&self.folder.join("runs")).map_err(failed(&folder))?;
        durable::create_folder(&folder).map_err(failed(&folder))?;
        let path = folder.join("plan.json");
        let bytes = serde_json::to_vec(plan).map_err(|error| failed(&path)(error.into()))?;
        durable::replace(&path, &bytes).map_err(failed(&path))?;
        let (journal, _) = FileJournal::open(&folder.join("journal"))?;
        Ok((run, journal))
    }

    /// Takes a run up again. To be called under the lease.
    pub fn take_up(&self, run: &RunId) -> Result<(StoredRun, FileJournal), StoreError> {
        let plan = self.plan(run)?;
        let (journal, entries) = FileJournal::open(&self.run_folder(run).join("journal"))?;
        Ok((StoredRun { plan, entries }, journal))
    }

    /// A run as it stands.
    pub fn run(&self, run: &RunId) -> Result<StoredRun, StoreError> {
        let plan = self.plan(run)?;
        Ok(StoredRun { plan, entries: journal::read(&self.run_folder(run).join("journal"))?.entries })
    }

    /// All runs, oldest first.
    pub fn runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        Ok(self.fold()?.runs.into_values().collect())
    }

    /// The run that was left before its end, if any: the last one.
    pub fn unfinished(&self) -> Result<Option<RunId>, StoreError> {
        Ok(self.runs()?.into_iter().rev().find(RunSummary::is_unfinished).map(|summary| summary.run))
    }

    /// The run that a plan was applied by already: plans are for single use.
    pub fn applied(&self, plan: &PlanId) -> Result<Option<RunId>, StoreError> {
        Ok(self.runs()?.into_iter().find(|summary| summary.plan == *plan).map(|summary| summary.run))
    }

    /// What is remembered: the inventory, up to the last durable entry.
    pub fn memory(&self) -> Result<Memory, StoreError> {
        Ok(self.fold()?.memory)
    }

    /// Writes the inventory down, so that the next reading need not fold old journals. To be called under the lease.
    pub fn save_memory(&self) -> Result<(), StoreError> {
        let path = self.folder.join("memory.json");
        let failed = |source| StoreError::Io { path: path.clone(), source };
        let text = serde_json::to_string(&self.fold()?).map_err(|error| failed(error.into()))?;
        let sum = record::checksum(0, text.as_bytes());
        durable::replace(&path, format!("{MEMORY} {sum}\n{text}\n").as_bytes()).map_err(failed)
    }

    /// The snapshot, and on top of it what the journals tell since.
    fn fold(&self) -> Result<Snapshot, StoreError> {
        let mut snapshot = self.snapshot()?;
        for run in self.run_ids()? {
            let known = snapshot.runs.get(&run);
            if known.is_some_and(|summary| !summary.is_unfinished()) {
                continue;
            }
            let skip = known.map_or(0, |summary| summary.entries);
            let entries = journal::read(&self.run_folder(&run).join("journal"))?.entries;
            // A run that died before its first entry has done nothing.
            let Some(Fact::Opened { plan: id, .. }) = entries.first().map(|entry| &entry.fact) else {
                continue;
            };
            let new = entries.get(skip..).unwrap_or_default();
            if !new.is_empty() {
                remember(&mut snapshot.memory, &*self.plan(&run)?, new);
            }
            let outcome = match entries.last().map(|entry| &entry.fact) {
                Some(Fact::Finished { outcome }) => Some(outcome.clone()),
                _ => None,
            };
            let summary = RunSummary { run: run.clone(), plan: id.clone(), entries: entries.len(), outcome };
            snapshot.runs.insert(run, summary);
        }
        Ok(snapshot)
    }

    fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let path = self.folder.join("memory.json");
        let bytes = durable::read(&path).map_err(|source| StoreError::Io { path: path.clone(), source })?;
        let Some(bytes) = bytes else { return Ok(Snapshot::default()) };
        let damaged = |reason: String| StoreError::Damaged {
            path: path.clone(),
            reason,
            help: "move it away: it is folded anew from the journals".to_owned(),
        };
        let text = String::from_utf8(bytes).map_err(|error| damaged(error.to_string()))?;
        let (head, body) = text.split_once('\n').unwrap_or_default();
        let sum = head.strip_prefix(MEMORY).map(str::trim);
        let sum = sum.ok_or_else(|| damaged(format!("its first line does not begin with `{MEMORY}`")))?;
        let body = body.trim_end();
        if sum != record::checksum(0, body.as_bytes()) {
            return Err(damaged("its checksum is wrong".to_owned()));
        }
        serde_json::from_str(body).map_err(|error| damaged(error.to_string()))
    }

    fn plan(&self, run: &RunId) -> Result<Arc<Plan>, StoreError> {
        let path = self.run_folder(run).join("plan.json");
        let bytes = durable::read(&path).map_err(|source| StoreError::Io { path: path.clone(), source })?;
        let bytes = bytes.ok_or_else(|| StoreError::NoRun(run.clone()))?;
        let damaged = |reason: String| StoreError::Damaged {
            path: path.clone(),
            reason,
            help: "restore it from a backup: without its plan a run cannot be taken up again".to_owned(),
        };
        let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        match plan.content.format {
            plan::FORMAT => Ok(Arc::new(plan)),
            other => Err(damaged(format!("it has format {other}, this version knows {}", plan::FORMAT))),
        }
    }

    fn run_folder(&self, run: &RunId) -> PathBuf {
        // Only plain names come from the folder's own list or from `begin`; others lead nowhere.
        let plain = run.0.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        self.folder.join("runs").join(if plain && !run.0.is_empty() { run.0.as_str() } else { "unknown" })
    }

    /// The names of all runs, oldest first: they sort by time.
    fn run_ids(&self) -> Result<Vec<RunId>, StoreError> {
        let folder = self.folder.join("runs");
        let failed = |source| StoreError::Io { path: folder.clone(), source };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut runs = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            runs.extend(
                name.to_str().filter(|name| name.starts_with("run-")).map(|name| RunId(name.to_owned())),
            );
        }
        runs.sort();
        Ok(runs)
    }

    fn prepare(&self) -> Result<(), StoreError> {
        durable::create_folder(&self.folder)
            .map_err(|source| StoreError::Io { path: self.folder.clone(), source })
    }
}

/// Nobody else reads the key.
#[cfg(unix)]
fn restrict(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}
