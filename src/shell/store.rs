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
use super::lease::{self, Holder, LocalLease};
use super::{clock, durable, record};
use crate::journal::{Entry, Fact, Outcome, RunId, learn, remember};
use crate::memory::Memory;
use crate::plan::{self, History, Plan, PlanId, is_recovery};

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

/// What to do about a run that cannot be read, by the folder that it stands in.
pub(super) fn help(run: &Path) -> String {
    let (runs, name) = (run.parent().unwrap_or(run), run.file_name().unwrap_or_default());
    let beside = runs.with_file_name("damaged").join(name);
    format!(
        "restore it from a backup; or move the run away and plan anew: `mkdir -p {}; mv {} {}`. What it made is found \
         again by its owner tags; what it was just creating may be left over",
        quoted(beside.parent().unwrap_or(runs)),
        quoted(run),
        quoted(&beside)
    )
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    match text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+%".contains(c)) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
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
    /// Whether its plan makes another site serve.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovers: bool,
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
    /// How long the steps of runs took that came to their end.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    history: History,
}

/// A stored run.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// What can be read of a store that may be damaged.
#[derive(Debug, Default)]
pub struct Look {
    /// What is remembered.
    pub memory: Memory,
    /// The runs, oldest first.
    pub runs: Vec<RunSummary>,
    /// Who holds the lease, or held it last.
    pub holder: Option<Holder>,
    /// Whether a process on this machine holds it now.
    pub is_held: bool,
    /// What cannot be read, and what to do about it.
    pub problems: Vec<StoreError>,
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
        durable::replace_with(&path, |file| Ok(serde_json::to_writer(file, plan)?)).map_err(failed(&path))?;
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

    /// The run that applied this very plan: plans are for single use. The same content planned again later is another
    /// plan, of the same name.
    pub fn applied(&self, plan: &Plan) -> Result<Option<RunId>, StoreError> {
        for summary in self.runs()?.into_iter().filter(|summary| summary.plan == plan.id) {
            let begun = self.run(&summary.run)?.entries.first().map_or(0, |entry| entry.at);
            if begun >= plan.envelope.created_at {
                return Ok(Some(summary.run));
            }
        }
        Ok(None)
    }

    /// What is remembered: the inventory, up to the last durable entry.
    pub fn memory(&self) -> Result<Memory, StoreError> {
        Ok(self.fold()?.memory)
    }

    /// How long the steps of earlier runs took. It costs what the inventory costs: no journal is read for it again.
    pub fn history(&self) -> Result<History, StoreError> {
        Ok(self.fold()?.history)
    }

    /// Writes the inventory down, so that the next reading need not fold old journals. To be called under the lease.
    pub fn save_memory(&self) -> Result<(), StoreError> {
        let path = self.folder.join("memory.json");
        let failed = |source| StoreError::Io { path: path.clone(), source };
        let text = serde_json::to_string(&self.fold()?).map_err(|error| failed(error.into()))?;
        let sum = record::checksum(0, text.as_bytes());
        durable::replace(&path, format!("{MEMORY} {sum}\n{text}\n").as_bytes()).map_err(failed)
    }

    /// The snapshot, and on top of it what the journals tell since; the first problem ends it.
    fn fold(&self) -> Result<Snapshot, StoreError> {
        let (snapshot, problems) = self.gather()?;
        problems.into_iter().next().map_or(Ok(snapshot), Err)
    }

    /// Everything that can be read, for people to look at: nothing may be planned with it.
    pub fn look(&self) -> Result<Look, StoreError> {
        let (Snapshot { memory, runs, .. }, mut problems) = self.gather()?;
        let holder = self.holder().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        Ok(Look {
            memory,
            runs: runs.into_values().collect(),
            holder,
            is_held: lease::is_held(&self.folder),
            problems,
        })
    }

    /// The snapshot and the journals as far as they can be read, and what cannot.
    fn gather(&self) -> Result<(Snapshot, Vec<StoreError>), StoreError> {
        let mut problems = Vec::new();
        let mut snapshot = self.snapshot().unwrap_or_else(|problem| {
            problems.push(problem);
            Snapshot::default()
        });
        let runs = self.run_ids()?;
        // A run whose folder was moved away is over: nobody can take it up. What it made stays remembered.
        snapshot.runs.retain(|run, summary| !summary.is_unfinished() || runs.binary_search(run).is_ok());
        for run in runs {
            if snapshot.runs.get(&run).is_none_or(RunSummary::is_unfinished)
                && let Err(problem) = self.add(&run, &mut snapshot)
            {
                problems.push(problem);
            }
        }
        Ok((snapshot, problems))
    }

    /// Adds what the journal of a run tells beyond the snapshot.
    fn add(&self, run: &RunId, snapshot: &mut Snapshot) -> Result<(), StoreError> {
        let skip = snapshot.runs.get(run).map_or(0, |summary| summary.entries);
        let entries = journal::read(&self.run_folder(run).join("journal"))?.entries;
        // A run that died before its first entry has done nothing.
        let Some(Fact::Opened { plan: id, .. }) = entries.first().map(|entry| &entry.fact) else {
            return Ok(());
        };
        let new = entries.get(skip..).unwrap_or_default();
        let outcome = match entries.last().map(|entry| &entry.fact) {
            Some(Fact::Finished { outcome }) => Some(outcome.clone()),
            _ => None,
        };
        let mut recovers = snapshot.runs.get(run).is_some_and(|summary| summary.recovers);
        if !new.is_empty() {
            let plan = self.plan(run).map_err(|error| match error {
                StoreError::NoRun(_) => self.damaged_plan(run, "it is missing".to_owned()),
                other => other,
            })?;
            remember(&mut snapshot.memory, &plan, new);
            recovers = is_recovery(&plan.content.operation);
            if let Some(Outcome::Completed { .. }) = outcome {
                learn(&mut snapshot.history, &plan, &entries);
            }
        }
        let (plan, entries) = (id.clone(), entries.len());
        let summary = RunSummary { run: run.clone(), plan, entries, outcome, recovers };
        snapshot.runs.insert(run.clone(), summary);
        Ok(())
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
        let bytes = durable::read(&path).map_err(|source| StoreError::Io { path, source })?;
        let bytes = bytes.ok_or_else(|| StoreError::NoRun(run.clone()))?;
        let damaged = |reason: String| self.damaged_plan(run, reason);
        let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        match plan.content.format {
            plan::FORMAT if plan::identify(&plan.content) != plan.id => {
                Err(damaged(format!("its content is not what {} stands for", plan.id)))
            }
            plan::FORMAT => Ok(Arc::new(plan)),
            other => Err(damaged(format!("it has format {other}, this version knows {}", plan::FORMAT))),
        }
    }

    fn damaged_plan(&self, run: &RunId, reason: String) -> StoreError {
        let folder = self.run_folder(run);
        StoreError::Damaged { path: folder.join("plan.json"), reason, help: help(&folder) }
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
