//! The local lease: one process at a time may change anything.
//!
//! The lock of the file is the truth on one machine: the system frees it when its process dies, however it dies. The
//! record beside it tells people who holds it, gives each holder a higher fencing number, and bridges file systems whose
//! locks do not reach other machines.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use relight_contract::Milliseconds;
use serde::{Deserialize, Serialize};

use super::store::StoreError;
use super::{clock, durable};
use crate::journal::{Lease, LeaseLost};

/// The version of the record.
const FORMAT: u32 = 1;

/// How long a holder on another machine counts as alive after its last heartbeat, in milliseconds.
pub const TIME_TO_LIVE_MILLISECONDS: u64 = 60_000;

/// Who holds the lease, as its record tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The version of the record.
    pub format: u32,
    /// The machine.
    pub host: String,
    /// The process.
    pub process: u32,
    /// Rises with each acquisition.
    pub fencing: u64,
    /// When it last said that it lives, in milliseconds since 1970.
    pub heartbeat_at: Milliseconds,
    /// How long that counts, in milliseconds.
    pub time_to_live_milliseconds: u64,
    /// Whether it has given the lease back.
    pub released: bool,
}

/// The lease of a local store. Dropping it gives it back.
#[derive(Debug)]
pub struct LocalLease {
    record: PathBuf,
    holder: Holder,
    /// Holds the lock as long as it is open.
    _lock: File,
}

impl LocalLease {
    /// Takes the lease of the store in `folder`, or tells who holds it.
    pub fn acquire(folder: &Path) -> Result<LocalLease, StoreError> {
        let (path, record) = (folder.join("lock"), folder.join("lease.json"));
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| StoreError::Io { path, source }
        };
        let lock = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let lock = lock.map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Held { holder: read(&record)? }),
            Err(TryLockError::Error(source)) => return Err(failed(&path)(source)),
        }
        let last = read(&record)?;
        let host = host();
        if let Some(last) = &last {
            let alive_until = last.heartbeat_at.saturating_add(last.time_to_live_milliseconds);
            // On this machine the lock tells that its process is gone; of another one only time does.
            if !last.released && last.host != host && clock::now() < alive_until {
                return Err(StoreError::Held { holder: Some(last.clone()) });
            }
        }
        let holder = Holder {
            format: FORMAT,
            host,
            process: std::process::id(),
            fencing: last.map_or(1, |last| last.fencing.saturating_add(1)),
            heartbeat_at: clock::now(),
            time_to_live_milliseconds: TIME_TO_LIVE_MILLISECONDS,
            released: false,
        };
        let lease = LocalLease { record, holder, _lock: lock };
        lease.write().map_err(failed(&lease.record))?;
        Ok(lease)
    }

    fn write(&self) -> std::io::Result<()> {
        durable::replace(&self.record, &serde_json::to_vec(&self.holder)?)
    }
}

/// Whether a process on this machine holds the lease of a store.
pub fn is_held(folder: &Path) -> bool {
    let lock = OpenOptions::new().read(true).write(true).open(folder.join("lock"));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

impl Lease for LocalLease {
    fn fencing(&self) -> u64 {
        self.holder.fencing
    }

    fn hold(&mut self) -> Result<(), LeaseLost> {
        let lost = |reason: String| LeaseLost { reason };
        match read(&self.record).map_err(|error| lost(error.to_string()))? {
            Some(holder) if holder.fencing == self.holder.fencing => {}
            Some(other) => {
                return Err(lost(format!("process {} on {} took it over", other.process, other.host)));
            }
            None => return Err(lost(format!("{} is gone", self.record.display()))),
        }
        let now = clock::now();
        if now.saturating_sub(self.holder.heartbeat_at) >= self.holder.time_to_live_milliseconds / 4 {
            self.holder.heartbeat_at = now;
            self.write().map_err(|error| lost(error.to_string()))?;
        }
        Ok(())
    }
}

impl Drop for LocalLease {
    fn drop(&mut self) {
        // Whoever took it over has written a record of his own.
        if read(&self.record).is_ok_and(|last| last.is_some_and(|l| l.fencing == self.holder.fencing)) {
            self.holder.released = true;
            // The lock goes with the file; a record that still says `held` only delays other machines.
            let _ = self.write();
        }
    }
}

/// The record of a lease; `None` when nobody ever held it.
pub fn read(record: &Path) -> Result<Option<Holder>, StoreError> {
    let bytes =
        durable::read(record).map_err(|source| StoreError::Io { path: record.to_path_buf(), source })?;
    let Some(bytes) = bytes else { return Ok(None) };
    let damaged = |reason: String| StoreError::Damaged {
        path: record.to_path_buf(),
        reason,
        help: "make sure that no relight runs on this folder, then move the file away".to_owned(),
    };
    let holder: Holder = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    match holder.format {
        FORMAT => Ok(Some(holder)),
        other => Err(damaged(format!("it has format {other}, this version knows {FORMAT}"))),
    }
}

/// The machine's name, as far as it tells.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "this machine".to_owned(),
        name => name.to_owned(),
    }
}
