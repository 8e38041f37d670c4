//! The format of the effects log: records with length and checksums, one behind the other.
//!
//! A record is a header of 43 bytes (length and checksum of the text in hex, then the header's own checksum), the text,
//! and a line feed. A record whose write never finished had no answer: it is a torn tail and counts as never written.
//! Everything else that does not add up is damage.

use crate::random::{digest, hex};

/// The length of a record's header, in bytes.
const HEADER_BYTES: usize = 43;

/// A text as a record.
pub(crate) fn frame(text: &str) -> Vec<u8> {
    let start = format!("{:08x} {} ", text.len(), hex(digest(text.as_bytes())));
    let check = hex(digest(start.as_bytes()));
    format!("{start}{check}\n{text}\n").into_bytes()
}

/// The texts of whole records, and how many bytes they take; the error is the offset of the damage.
pub(crate) fn texts(bytes: &[u8]) -> Result<(Vec<&str>, usize), usize> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match next(rest) {
            Next::Text(text, length) => {
                found.push(text);
                at += length;
            }
            Next::Torn => return Ok((found, at)),
            Next::Damaged => return Err(at),
        }
    }
}

enum Next<'b> {
    Text(&'b str, usize),
    /// Nothing more, or a write that never finished.
    Torn,
    Damaged,
}

fn next(rest: &[u8]) -> Next<'_> {
    let (Some(header), Some(body)) = (rest.get(..HEADER_BYTES), rest.get(HEADER_BYTES..)) else {
        return Next::Torn;
    };
    let Some((length, checksum)) = read_header(header) else {
        // Blocks that the disk never wrote read as zeros.
        return if rest.iter().all(|byte| *byte == 0) { Next::Torn } else { Next::Damaged };
    };
    let (Some(text), Some(end)) = (body.get(..length), body.get(length)) else {
        return Next::Torn;
    };
    let whole = *end == b'\n' && hex(digest(text)).as_bytes() == checksum;
    match std::str::from_utf8(text) {
        Ok(text) if whole => Next::Text(text, HEADER_BYTES + length + 1),
        _ if body.get(length..).is_some_and(|tail| tail.iter().all(|byte| *byte == 0)) => Next::Torn,
        _ => Next::Damaged,
    }
}

fn read_header(header: &[u8]) -> Option<(usize, &[u8])> {
    let (start, check) = (header.get(..26)?, header.get(26..42)?);
    if hex(digest(start)).as_bytes() != check || header.get(42) != Some(&b'\n') {
        return None;
    }
    let length = usize::from_str_radix(std::str::from_utf8(header.get(..8)?).ok()?, 16).ok()?;
    Some((length, header.get(9..25)?))
}

#[cfg(test)]
mod tests {
    use super::{frame, texts};

    #[test]
    fn a_tail_cut_anywhere_is_torn_and_never_damage() {
        let mut bytes = frame("{\"a\":1}");
        let first = bytes.len();
        bytes.extend(frame("{\"b\":2}"));
        for end in first..bytes.len() {
            assert_eq!(texts(&bytes[..end]), Ok((vec!["{\"a\":1}"], first)), "cut at {end}");
        }
        let mut unwritten = bytes[..first].to_vec();
        unwritten.extend([0; 100]);
        assert_eq!(texts(&unwritten), Ok((vec!["{\"a\":1}"], first)));
    }

    #[test]
    fn any_changed_byte_is_damage() {
        let mut bytes = frame("{\"a\":1}");
        bytes.extend(frame("{\"b\":2}"));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(texts(&changed).is_err(), "byte {at}");
        }
    }
}
