//! The journal of a run in a file: appended to, never rewritten.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::record::{self, Records};
use super::store::{StoreError, help};
use super::{durable, hold};
use crate::journal::{Entry, Journal, JournalError};

/// A run's journal, open to be appended to.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    file: File,
    /// How many records stand in it.
    count: u64,
    /// Why nothing more may be added: a write failed, and nobody knows what stands at the end.
    broken: Option<String>,
}

/// The entries of a journal file; none when there is no file.
pub fn read(path: &Path) -> Result<Records, StoreError> {
    let bytes = durable::read(path).map_err(|source| StoreError::Io { path: path.to_path_buf(), source })?;
    record::decode(&bytes.unwrap_or_default()).map_err(|error| StoreError::Damaged {
        path: path.to_path_buf(),
        reason: error.to_string(),
        help: help(path.parent().unwrap_or(path)),
    })
}

impl FileJournal {
    /// Opens a journal, or begins one; gives the entries that stand in it. A torn end is cut off: it was never
    /// acknowledged.
    pub fn open(path: &Path) -> Result<(FileJournal, Vec<Entry>), StoreError> {
        let failed = |source| StoreError::Io { path: path.to_path_buf(), source };
        let records = read(path)?;
        let mut file =
            OpenOptions::new().create(true).append(true).truncate(false).open(path).map_err(failed)?;
        file.set_len(records.whole as u64).map_err(failed)?;
        if records.whole == 0 {
            file.write_all(record::HEADER.as_bytes()).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        durable::sync_folder_of(path).map_err(failed)?;
        let journal = FileJournal { path: path.to_path_buf(), file, count: records.count, broken: None };
        Ok((journal, records.entries))
    }

    fn write(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let record = record::encode(self.count, entries)?;
        hold::point(|| format!("before journal {}", names(entries)));
        self.file.write_all(record.as_bytes())?;
        self.file.sync_data()?;
        hold::point(|| format!("after journal {}", names(entries)));
        Ok(())
    }
}

/// The kinds of facts, for people.
fn names(entries: &[Entry]) -> String {
    entries.iter().map(|entry| entry.fact.name()).collect::<Vec<_>>().join(" ")
}

impl Journal for FileJournal {
    fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        if entries.is_empty() {
            return Ok(());
        }
        if self.broken.is_none() {
            match self.write(entries) {
                Ok(()) => {
                    self.count += 1;
                    return Ok(());
                }
                Err(error) => self.broken = Some(error.to_string()),
            }
        }
        let reason = self.broken.clone().unwrap_or_default();
        Err(JournalError::Write { place: self.path.display().to_string(), reason })
    }
}
