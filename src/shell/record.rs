//! Records: how entries stand in a journal file, so that a torn end and damage can be told apart.
//!
//! A file begins with a line that names its format. Each further line is one record: the length of its text, a checksum
//! over position and text, and the text, a JSON array of entries. A record is written and made durable as a whole.

use relight_contract::address::hex;
use sha2::{Digest, Sha256};

use crate::journal::Entry;

/// The first line.
pub const HEADER: &str = "relight journal 1\n";

/// What a journal file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Records {
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// How many records they stand in.
    pub count: u64,
    /// Where the last whole record ends, in bytes. What stands behind it was never acknowledged.
    pub whole: usize,
}

/// Why a journal file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The first line is not one that this version knows.
    #[error("its first line is not `{}`: another version wrote it, or it is no journal", HEADER.trim_end())]
    Header,
    /// A record in the middle, or a whole one at the end, is not what was written.
    #[error("it is damaged at byte {offset}: {reason}")]
    Damaged {
        /// Where.
        offset: usize,
        /// What is wrong.
        reason: String,
    },
}

/// One record as it stands in the file.
pub fn encode(position: u64, entries: &[Entry]) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(entries)?;
    Ok(format!("{:08x} {} {text}\n", text.len(), checksum(position, text.as_bytes())))
}

/// Reads a journal file. An end that was torn while it was written is left out: a record without its line end, which
/// nobody was ever told to be durable.
pub fn decode(bytes: &[u8]) -> Result<Records, RecordError> {
    let header = HEADER.as_bytes();
    if bytes.len() < header.len() && header.starts_with(bytes) {
        return Ok(Records::default());
    }
    let mut rest = bytes.strip_prefix(header).ok_or(RecordError::Header)?;
    let mut records = Records { entries: Vec::new(), count: 0, whole: header.len() };
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, tail) = rest.split_at(end + 1);
        let entries = decode_line(records.count, line.trim_ascii_end())
            .map_err(|reason| RecordError::Damaged { offset: records.whole, reason })?;
        records.entries.extend(entries);
        records.count += 1;
        records.whole += line.len();
        rest = tail;
    }
    Ok(records)
}

fn decode_line(position: u64, line: &[u8]) -> Result<Vec<Entry>, String> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let (Some(length), Some(sum), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("a record has a length, a checksum and a text".to_owned());
    };
    let length = std::str::from_utf8(length).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
    if length != Some(text.len()) {
        return Err("the length of a record is wrong".to_owned());
    }
    if checksum(position, text).as_bytes() != sum {
        return Err("the checksum of a record is wrong".to_owned());
    }
    serde_json::from_slice(text).map_err(|error| format!("a record of another version: {error}"))
}

/// 16 hex digits. The position is part of it, so that a missing or moved record is noticed.
pub fn checksum(position: u64, text: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(position.to_be_bytes());
    hash.update(text);
    hex(&hash.finalize()[..8])
}
