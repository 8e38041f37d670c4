//! The sandbox: a world that stays on disk between processes.
//!
//! In its folder stand `world.json` (a snapshot), `effects-<n>.log` (what happened since snapshot `n`) and `lock`. An
//! effect is on disk before its answer leaves. Damage is an error that says what to do: nothing is overwritten.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use relight_contract::{Milliseconds, Registry, Request};

use crate::codec::{Record, Snapshot};
use crate::effects_log;
use crate::random::{digest, hex};
use crate::settings::Settings;
use crate::state::State;
use crate::world::{Reply, World};

const SNAPSHOT: &str = "world.json";
const SNAPSHOT_WORD: &str = "relight-sandbox-world";
const LOG_WORD: &str = "relight-sandbox-effects";
const VERSION: &str = "1";

/// From this size on, in bytes, the log is folded into a new snapshot, unless the last snapshot is a good part of it.
const COMPACT_BYTES: u64 = 1 << 20;

/// Why a sandbox cannot be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A file could not be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process works in the sandbox.
    #[error("the sandbox {} is in use by another process: wait until it has ended", folder.display())]
    Busy {
        /// The sandbox.
        folder: PathBuf,
    },
    /// A file is damaged. It was left as it is.
    #[error("{} is damaged: {reason}; put it back from a copy, or move its folder away to begin anew", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file was written by another version of relight.
    #[error("{} has format {found:?}, which this version does not read; use the version that wrote it, or move its folder away to begin anew", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version that it gives.
        found: String,
    },
    /// An earlier write failed: what the disk holds is behind what this process knows.
    #[error("an earlier write to the sandbox failed: open it again")]
    Broken,
}

/// Watches durable writes, so that a test can end the process between them.
pub trait Killer: Send {
    /// Called before the `write`-th durable write of this process, from 1.
    fn before_write(&mut self, write: u64);
    /// Called when that write is durable and before any answer leaves.
    fn after_write(&mut self, write: u64);
}

/// A world on disk. Only one process at a time may have it open.
pub struct Sandbox {
    world: World,
    folder: PathBuf,
    generation: u64,
    log: File,
    log_bytes: u64,
    snapshot_bytes: u64,
    writes: u64,
    broken: bool,
    killer: Option<Box<dyn Killer>>,
    /// Held until the sandbox is dropped, or its process dies.
    _lock: File,
}

impl Sandbox {
    /// Opens the sandbox in `folder`, or begins one. A world keeps the seed of its first opening.
    ///
    /// # Errors
    /// [`SandboxError`] when another process has it, when a file is damaged or of another version, or when the disk fails.
    pub fn open(
        folder: &Path,
        registry: Registry,
        settings: Settings,
        killer: Option<Box<dyn Killer>>,
    ) -> Result<Sandbox, SandboxError> {
        make_folder(folder)?;
        let lock = lock(folder)?;
        if !folder.join(SNAPSHOT).exists() {
            begin(folder, settings.seed)?;
        }
        let (mut settings, path) = (settings, folder.join(SNAPSHOT));
        let text = fs::read_to_string(&path).map_err(|source| failed(&path, source))?;
        let (generation, snapshot) = read_snapshot(&path, &text)?;
        settings.seed = snapshot.seed;
        let corrupt = |reason: String| SandboxError::Corrupt { path: path.clone(), reason };
        let mut state = snapshot.into_state(&registry).map_err(corrupt)?;
        let (log, log_bytes) = replay(folder, generation, &registry, &mut state)?;
        remove_other_logs(folder, generation)?;
        let mut world = World::with_state(registry, settings, state);
        world.unsaved = Some(Vec::new());
        Ok(Sandbox {
            world,
            folder: folder.to_owned(),
            generation,
            log,
            log_bytes,
            snapshot_bytes: text.len() as u64,
            writes: 0,
            broken: false,
            killer,
            _lock: lock,
        })
    }

    /// Makes one call. What it changed is on disk when this returns.
    ///
    /// # Errors
    /// [`SandboxError`] when the disk fails; the call may have had its effect.
    pub fn submit(&mut self, now: Milliseconds, request: &Request) -> Result<Reply, SandboxError> {
        self.with(|world| world.submit(now, request))
    }

    /// Works on the world directly (other hands, faults); what that changed is on disk when this returns.
    ///
    /// # Errors
    /// [`SandboxError`] when the disk fails.
    pub fn with<T>(&mut self, work: impl FnOnce(&mut World) -> T) -> Result<T, SandboxError> {
        if self.broken {
            return Err(SandboxError::Broken);
        }
        let result = work(&mut self.world);
        let unsaved = self.world.unsaved.replace(Vec::new()).unwrap_or_default();
        if !unsaved.is_empty() {
            self.append(&Record::of(&self.world.state, &unsaved))?;
        }
        Ok(result)
    }

    /// Keeps the clock: the next opening does not begin before this time.
    ///
    /// # Errors
    /// [`SandboxError`] when the disk fails.
    pub fn keep_clock(&mut self, now: Milliseconds) -> Result<(), SandboxError> {
        if self.broken {
            return Err(SandboxError::Broken);
        }
        self.world.state.clock = self.world.state.clock.max(now);
        self.append(&Record::of(&self.world.state, &[]))
    }

    /// The latest time that the sandbox has seen: where its clock goes on.
    pub fn clock(&self) -> Milliseconds {
        self.world.clock()
    }

    /// The world, to look at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How many durable writes this process made.
    pub fn writes(&self) -> u64 {
        self.writes
    }

    fn append(&mut self, record: &Record) -> Result<(), SandboxError> {
        let path = log_path(&self.folder, self.generation);
        let text = serde_json::to_string(record).map_err(|error| failed(&path, error.into()))?;
        let bytes = effects_log::frame(&text);
        self.writes += 1;
        if let Some(killer) = &mut self.killer {
            killer.before_write(self.writes);
        }
        let written = self.log.write_all(&bytes).and_then(|()| self.log.sync_data());
        written.map_err(|source| {
            self.broken = true;
            failed(&path, source)
        })?;
        self.log_bytes += bytes.len() as u64;
        if let Some(killer) = &mut self.killer {
            killer.after_write(self.writes);
        }
        if self.log_bytes > COMPACT_BYTES.max(self.snapshot_bytes.saturating_mul(2)) {
            self.compact()?;
        }
        Ok(())
    }

    /// Folds the log into a new snapshot. A cut at any point leaves the old pair or the new one.
    ///
    /// # Errors
    /// [`SandboxError`] when the disk fails.
    pub fn compact(&mut self) -> Result<(), SandboxError> {
        if self.broken {
            return Err(SandboxError::Broken);
        }
        self.world.state.forget();
        let snapshot = Snapshot::of(&self.world.state, self.world.settings.seed);
        let next = self.generation + 1;
        // Should this fail half-way, the old log may no longer be the one that counts.
        self.broken = true;
        let (log, log_bytes) = new_log(&self.folder, next)?;
        self.writes += 1;
        if let Some(killer) = &mut self.killer {
            killer.before_write(self.writes);
        }
        self.snapshot_bytes = write_snapshot(&self.folder, next, &snapshot)?;
        if let Some(killer) = &mut self.killer {
            killer.after_write(self.writes);
        }
        (self.log, self.log_bytes, self.generation) = (log, log_bytes, next);
        remove_other_logs(&self.folder, next)?;
        self.broken = false;
        Ok(())
    }
}

fn failed(path: &Path, source: io::Error) -> SandboxError {
    SandboxError::Io { path: path.to_owned(), source }
}

fn log_path(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("effects-{generation}.log"))
}

/// Only the owner may look: the simulated objects hold what the spec gave them.
fn make_folder(folder: &Path) -> Result<(), SandboxError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| failed(folder, source))
}

fn lock(folder: &Path) -> Result<File, SandboxError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| failed(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SandboxError::Busy { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(&path, source)),
    }
}

/// An empty world. A log without a snapshot that holds anything is what is left of a world: it is not overwritten.
fn begin(folder: &Path, seed: u64) -> Result<(), SandboxError> {
    for (generation, path) in logs(folder)? {
        let bytes = fs::read(&path).map_err(|source| failed(&path, source))?;
        if bytes.len() > log_header(generation).len() {
            let reason = format!("{SNAPSHOT} is missing beside it");
            return Err(SandboxError::Corrupt { path, reason });
        }
    }
    new_log(folder, 1)?;
    write_snapshot(folder, 1, &Snapshot::of(&State::default(), seed)).map(|_| ())
}

fn log_header(generation: u64) -> String {
    format!("{LOG_WORD} {VERSION} {generation}\n")
}

/// An empty log that is durable before anything names it.
fn new_log(folder: &Path, generation: u64) -> Result<(File, u64), SandboxError> {
    let path = log_path(folder, generation);
    let header = log_header(generation);
    let write = || -> io::Result<File> {
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
        file.write_all(header.as_bytes())?;
        file.sync_all()?;
        sync_folder(folder)?;
        Ok(file)
    };
    let file = write().map_err(|source| failed(&path, source))?;
    Ok((file, header.len() as u64))
}

fn write_snapshot(folder: &Path, generation: u64, snapshot: &Snapshot) -> Result<u64, SandboxError> {
    let path = folder.join(SNAPSHOT);
    let new = folder.join("world.json.new");
    let json = serde_json::to_string(snapshot).map_err(|error| failed(&path, error.into()))?;
    let check = hex(digest(json.as_bytes()));
    let text = format!("{SNAPSHOT_WORD} {VERSION} {generation} {check}\n{json}\n");
    let write = || -> io::Result<()> {
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        sync_folder(folder)
    };
    write().map_err(|source| failed(&path, source))?;
    Ok(text.len() as u64)
}

/// Makes names in a folder durable; only Unix knows how.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn read_snapshot(path: &Path, text: &str) -> Result<(u64, Snapshot), SandboxError> {
    let corrupt = |reason: &str| SandboxError::Corrupt { path: path.to_owned(), reason: reason.to_owned() };
    let (head, json) = text.split_once('\n').ok_or_else(|| corrupt("its first line is missing"))?;
    let words: Vec<&str> = head.split(' ').collect();
    let [SNAPSHOT_WORD, version, generation, check] = words[..] else {
        return Err(corrupt("its first line is not that of a snapshot"));
    };
    if version != VERSION {
        return Err(SandboxError::Version { path: path.to_owned(), found: version.to_owned() });
    }
    let json = json.strip_suffix('\n').ok_or_else(|| corrupt("its end is missing"))?;
    if hex(digest(json.as_bytes())) != check {
        return Err(corrupt("its checksum does not fit"));
    }
    let generation = generation.parse().map_err(|_| corrupt("its first line has no number"))?;
    let snapshot = serde_json::from_str(json).map_err(|error| corrupt(&error.to_string()))?;
    Ok((generation, snapshot))
}

/// Does again what the log holds, cuts its torn tail off, and opens it for more.
fn replay(
    folder: &Path,
    generation: u64,
    registry: &Registry,
    state: &mut State,
) -> Result<(File, u64), SandboxError> {
    let path = log_path(folder, generation);
    let corrupt = |reason: String| SandboxError::Corrupt { path: path.clone(), reason };
    let bytes = fs::read(&path).map_err(|source| failed(&path, source))?;
    let header = log_header(generation);
    let Some(body) = bytes.strip_prefix(header.as_bytes()) else {
        let first =
            String::from_utf8_lossy(bytes.get(..80.min(bytes.len())).unwrap_or_default()).into_owned();
        let words: Vec<&str> = first.lines().next().unwrap_or_default().split(' ').collect();
        return Err(match words[..] {
            [LOG_WORD, version, _] if version != VERSION => {
                SandboxError::Version { path: path.clone(), found: version.to_owned() }
            }
            _ => corrupt("its first line is not that of this log".to_owned()),
        });
    };
    let (texts, whole) = effects_log::texts(body)
        .map_err(|offset| corrupt(format!("the record at byte {} does not fit", offset + header.len())))?;
    for text in texts {
        let record: Record = serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
        record.replay(state, registry).map_err(corrupt)?;
    }
    let length = (header.len() + whole) as u64;
    let open = || -> io::Result<File> {
        let mut file = OpenOptions::new().write(true).open(&path)?;
        if length < bytes.len() as u64 {
            file.set_len(length)?;
            file.sync_all()?;
        }
        io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
        Ok(file)
    };
    Ok((open().map_err(|source| failed(&path, source))?, length))
}

fn logs(folder: &Path) -> Result<Vec<(u64, PathBuf)>, SandboxError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| failed(folder, source))? {
        let path = entry.map_err(|source| failed(folder, source))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.strip_prefix("effects-").and_then(|rest| rest.strip_suffix(".log"));
        if let Some(generation) = number.and_then(|number| number.parse().ok()) {
            found.push((generation, path));
        }
    }
    Ok(found)
}

/// Removes what a compaction left: older logs are in the snapshot, a newer one was never written to.
fn remove_other_logs(folder: &Path, generation: u64) -> Result<(), SandboxError> {
    for (other, path) in logs(folder)? {
        let length = fs::metadata(&path).map_err(|source| failed(&path, source))?.len();
        if other > generation && length > log_header(other).len() as u64 {
            let reason = format!("it is newer than {SNAPSHOT}");
            return Err(SandboxError::Corrupt { path, reason });
        }
        if other != generation {
            fs::remove_file(&path).map_err(|source| failed(&path, source))?;
        }
    }
    Ok(())
}
