//! Patterns of values that a cloud makes: `arn:aws:ec2:{region}:{account}:vpc/{id}`.
//!
//! | part | becomes |
//! |---|---|
//! | `{region}` `{account}` `{provider}` | those of the place |
//! | `{hex:17}` `{digits:12}` `{letters:8}` | that many characters, chosen by the cloud |
//! | `{version}` | how often the object was changed, from 1 |
//! | `{owner}` `{time}` | the account; the time of creation, RFC 3339 |
//! | `{name}` of a field | its value as text; `{name:lower}` in lower case; `{name:last}` what stands behind the last `/` or `:`; `{name:relative}` without a `/` at its beginning |
//!
//! A pattern made of text, places and fields that the spec gives is known before the object exists: that is how
//! the ARN of a class A object resolves while its site is dead.

use crate::Object;

/// What the parts of a pattern become. Absent answers leave the whole value unknown.
pub trait Source {
    /// A word of the place: `region`, `account`, `provider`, `owner`, `version`, `time`.
    fn word(&self, word: &str) -> Option<String>;
    /// `count` characters of an alphabet: `hex`, `digits` or `letters`.
    fn random(&self, alphabet: &str, count: usize) -> Option<String>;
}

/// Fills `pattern` from `source` and the text of `attributes`; `None` when a part is not known.
pub fn fill(pattern: &str, attributes: &Object, source: &dyn Source) -> Option<String> {
    let mut text = String::with_capacity(pattern.len() + 24);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (part, tail) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(&fill_part(part, attributes, source)?);
        rest = tail;
    }
    text.push_str(rest);
    Some(text)
}

fn fill_part(part: &str, attributes: &Object, source: &dyn Source) -> Option<String> {
    let (name, modifier) = part.split_once(':').unwrap_or((part, ""));
    if matches!(name, "hex" | "digits" | "letters") {
        return source.random(name, modifier.parse().ok()?);
    }
    if let Some(word) = source.word(name) {
        return Some(word);
    }
    let value = attributes.get(name)?;
    let text = match (value.as_str(), value.as_number(), value.as_bool()) {
        (Some(text), _, _) => text.to_owned(),
        (_, Some(number), _) => number.to_string(),
        (_, _, Some(truth)) => truth.to_string(),
        _ => return None,
    };
    match modifier {
        "lower" => Some(text.to_lowercase()),
        "last" => Some(text.rsplit(['/', ':']).next().unwrap_or_default().to_owned()),
        "relative" => Some(text.trim_start_matches('/').to_owned()),
        _ => Some(text),
    }
}

/// What stands in `text` where `pattern` has the part `{word}`; `None` when the text is not of that pattern, or when the
/// pattern does not say where the part ends.
pub fn part<'t>(pattern: &str, text: &'t str, word: &str) -> Option<&'t str> {
    let (mut pattern, mut text, mut found) = (pattern, text, None);
    while let Some((before, after)) = pattern.split_once('{') {
        text = text.strip_prefix(before)?;
        let (part, tail) = after.split_once('}')?;
        let next = tail.split('{').next().unwrap_or_default();
        let end = match (next.is_empty(), tail.is_empty()) {
            (true, true) => text.len(),
            (true, false) => return None,
            (false, _) => text.find(next)?,
        };
        let (value, rest) = text.split_at(end);
        if part == word && !value.is_empty() {
            found = Some(value);
        }
        (pattern, text) = (tail, rest);
    }
    found.filter(|_| text == pattern)
}

/// The names of the fields that `pattern` is made of.
pub fn fields(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('{').skip(1).filter_map(|part| {
        let (part, _) = part.split_once('}')?;
        let name = part.split(':').next()?;
        let reserved =
            ["hex", "digits", "letters", "region", "account", "provider", "version", "owner", "time"];
        (!reserved.contains(&name)).then_some(name)
    })
}
