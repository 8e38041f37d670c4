//! "Did you mean": the known name that somebody probably wanted to write.

use std::cmp::Reverse;

/// No name of the language is longer; a longer one is not a slip of the finger, and comparing it would cost time.
const LONGEST_NAME: usize = 128;

/// The candidate that is most likely meant by an unknown name; `None` when nothing is near.
///
/// Near is, from best to worst: the same but for case and separators; the name with a first word put before it (`vpc`,
/// `aws_vpc`); few slips of the finger (Damerau and Levenshtein), a third of the letters at most, where a first word that
/// both share does not count, since it says nothing about the rest (`aws_vpc` is not near `aws_eip`). On a tie, the longer
/// common beginning wins, then the alphabet, so that the order of the candidates does not matter.
pub fn suggest<I>(name: &str, candidates: I) -> Option<String>
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    if name.is_empty() || name.len() > LONGEST_NAME {
        return None;
    }
    let mut best: Option<(usize, Reverse<usize>, String)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        let Some(distance) = distance(name, candidate) else { continue };
        let rank = (distance, Reverse(common_beginning(name, candidate)), candidate);
        if best.as_ref().is_none_or(|(distance, common, best)| rank < (*distance, *common, best.as_str())) {
            best = Some((rank.0, rank.1, candidate.to_owned()));
        }
    }
    best.map(|(_, _, name)| name)
}

/// How far a candidate is from a name; `None` when it is too far to be meant.
fn distance(name: &str, candidate: &str) -> Option<usize> {
    if candidate == name || candidate.is_empty() || candidate.len() > LONGEST_NAME {
        return None;
    }
    if plain(name) == plain(candidate) {
        return Some(0);
    }
    if let Some((_, rest)) = split_first_word(candidate)
        && rest == name
    {
        return Some(1);
    }
    let (name, candidate) = match (split_first_word(name), split_first_word(candidate)) {
        (Some((first, name)), Some((same, candidate))) if first == same => (name, candidate),
        _ => (name, candidate),
    };
    let (shorter, longer) = {
        let (a, b) = (name.chars().count(), candidate.chars().count());
        (a.min(b), a.max(b))
    };
    let allowed = (longer / 3).max(1);
    if longer - shorter > allowed {
        return None;
    }
    let distance = strsim::damerau_levenshtein(name, candidate);
    (distance <= allowed && distance < shorter).then_some(distance)
}

/// A name without what fingers get wrong most: case and the kind of separator.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, '_' | '-' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

fn split_first_word(name: &str) -> Option<(&str, &str)> {
    name.split_once(['_', '-', '.']).filter(|(first, rest)| !first.is_empty() && !rest.is_empty())
}

fn common_beginning(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}
