//! What simulated clouds answer with: made up, but the same for the same place and arguments.

use std::collections::BTreeSet;

#[cfg(feature = "api")]
use relight_contract::Blocks;
use relight_contract::field::required;
use relight_contract::{Block, Object, Place, ShapeError, block};

block! {
    /// A filter of a query.
    pub struct Filter {
        name: String = required().doc("What is filtered by, as the EC2 API calls it."),
        values: BTreeSet<String> = required().doc("The values, one of which must match."),
    }
}

/// The names and values of filters.
#[cfg(feature = "api")]
pub fn filters(blocks: &Option<Blocks<Filter>>) -> impl Iterator<Item = (String, Vec<String>)> {
    blocks.iter().flat_map(|blocks| &blocks.0).map(|filter| {
        let values = filter.values.iter().flatten().cloned().collect();
        (filter.name.clone().unwrap_or_default(), values)
    })
}

/// The account of a place, or one for documentation where none is known.
pub fn account(place: &Place) -> String {
    place.account.as_deref().unwrap_or("123456789012").to_owned()
}

/// `count` characters of `alphabet` that depend on `seed` alone.
pub fn characters(seed: &str, alphabet: &[u8], count: usize) -> String {
    let mut state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mut text = String::with_capacity(count);
    for _ in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = (state >> 33) % alphabet.len().max(1) as u64;
        text.extend(
            usize::try_from(index).ok().and_then(|index| alphabet.get(index)).map(|byte| char::from(*byte)),
        );
    }
    text
}

/// `count` hexadecimal digits that depend on `seed` alone.
pub fn hex(seed: &str, count: usize) -> String {
    characters(seed, b"0123456789abcdef", count)
}

/// What the answers depend on: a region and all arguments.
pub fn seed(region: &str, arguments: &Object) -> String {
    format!("{region} {}", arguments.to_json())
}

/// The arguments as a struct.
pub fn given<T: Block>(arguments: &Object) -> Result<T, String> {
    T::from_object(arguments).map_err(|error: ShapeError| error.to_string())
}

/// The arguments with the answers over them.
pub fn answered<T: Block>(arguments: &Object, answers: &T) -> Object {
    let mut all = arguments.clone();
    for (name, value) in answers.to_object() {
        all.insert(name, value);
    }
    all
}

/// Whether `text` matches `pattern`, in which `*` stands for any text and `?` for any character.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at_pattern, mut at_text, mut star) = (0, 0, None);
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some('*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(wanted) if *wanted == '?' || text.get(at_text) == Some(wanted) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => match star {
                None => return false,
                Some((before, from)) => {
                    star = Some((before, from + 1));
                    at_pattern = before + 1;
                    at_text = from + 1;
                }
            },
        }
    }
    pattern.iter().skip(at_pattern).all(|rest| *rest == '*')
}
