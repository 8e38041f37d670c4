//! Chance by seed: the same seed and words give the same numbers, on every machine.

use std::fmt::Write as _;

/// A stream of numbers (SplitMix64). It needs no quality beyond being spread out and repeatable.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream that belongs to these words.
    pub(crate) fn of(seed: u64, words: &[&str]) -> Random {
        let mut state = seed ^ 0x9E37_79B9_7F4A_7C15;
        for word in words {
            state = state.rotate_left(17) ^ digest(word.as_bytes());
            state = state.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        }
        Random(state)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from 0 up to, but not including, `limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let bits = self.next();
        bits.checked_rem(limit).unwrap_or(0)
    }

    /// True this many times in a million.
    pub(crate) fn hits(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(per_million)
    }

    /// Text of `count` characters: `hex`, `digits` or `letters`; `None` for another alphabet.
    pub(crate) fn text(&mut self, alphabet: &str, count: usize) -> Option<String> {
        let (first, letters) = match alphabet {
            "hex" => ("0123456789abcdef", "0123456789abcdef"),
            // No leading zero: account and project numbers have none.
            "digits" => ("123456789", "0123456789"),
            "letters" => ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz0123456789"),
            _ => return None,
        };
        let mut text = String::with_capacity(count);
        for index in 0..count {
            let choice = if index == 0 { first } else { letters };
            let place = usize::try_from(self.below(choice.len() as u64)).unwrap_or(0);
            text.push(char::from(*choice.as_bytes().get(place)?));
        }
        Some(text)
    }
}

/// A 64-bit digest (FNV-1a): for checksums of our own files and for telling parameters apart, not for secrets.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// A digest as 16 hex digits.
pub(crate) fn hex(value: u64) -> String {
    let mut text = String::with_capacity(16);
    // Writing to a string cannot fail.
    let _ = write!(text, "{value:016x}");
    text
}
