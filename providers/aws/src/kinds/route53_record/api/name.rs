//! Names and keys of records.

use std::fmt;

use aws_sdk_route53::types::ResourceRecordSet;
use relight_contract::{Fault, FaultKind};

use super::Record;

/// What tells a record from all others. Displays as the native id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) zone: String,
    /// Lower case, without the final dot.
    pub(super) name: String,
    pub(super) record_type: String,
    pub(super) set_identifier: Option<String>,
}

impl Key {
    pub(super) fn of(zone: &str, record: &Record) -> Key {
        Key {
            zone: zone.to_owned(),
            name: plain(record.name.as_deref().unwrap_or_default()),
            record_type: record.type_.clone().unwrap_or_default(),
            set_identifier: record.set_identifier.clone().filter(|set| !set.is_empty()),
        }
    }

    /// Reads a native id. Names are in lower case and types are not, so the first word of capitals between
    /// underscores is the type.
    pub(super) fn parse(id: &str) -> Result<Key, Fault> {
        let wrong = || {
            Fault::new(FaultKind::Invalid, format!("`{id}` is no record: expected `ZONE_name_TYPE` or more"))
        };
        let (zone, rest) = id.split_once('_').ok_or_else(wrong)?;
        for (at, _) in rest.match_indices('_') {
            let (name, tail) = (rest.get(..at), rest.get(at + 1..).unwrap_or_default());
            let (word, set) = match tail.split_once('_') {
                Some((word, set)) => (word, Some(set)),
                None => (tail, None),
            };
            let is_type = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
            if let (true, Some(name)) = (is_type, name) {
                return Ok(Key {
                    zone: zone.to_owned(),
                    name: plain(name),
                    record_type: word.to_owned(),
                    set_identifier: set.map(str::to_owned),
                });
            }
        }
        Err(wrong())
    }

    pub(super) fn is_of(&self, set: &ResourceRecordSet) -> bool {
        plain(&set.name) == self.name
            && set.r#type.as_str() == self.record_type
            && set.set_identifier == self.set_identifier
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}", self.zone, self.name, self.record_type)?;
        match &self.set_identifier {
            Some(set) => write!(f, "_{set}"),
            None => Ok(()),
        }
    }
}

/// A name in lower case, without the final dot, its escapes resolved: Route 53 tells `*` as `\052`.
/// Source: Amazon Route 53 developer guide, "DNS domain name format".
pub(super) fn plain(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let code = after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(u8::is_ascii_graphic) {
            Some(code) => {
                text.push(char::from(code));
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                text.push('\\');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text.trim_end_matches('.').to_lowercase()
}

/// A name in full, of one that may be relative to its zone.
pub(super) fn expand(name: &str, zone: &str) -> String {
    let name = plain(name);
    let is_full = name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
    match (is_full, name.is_empty()) {
        (true, _) => name,
        (false, true) => zone.to_owned(),
        (false, false) => format!("{name}.{zone}"),
    }
}

/// A full name without that of its zone; `None` where that would be read as another name.
pub(super) fn relative(name: &str, zone: &str) -> Option<String> {
    let rest = name.strip_suffix(zone)?;
    let relative = if rest.is_empty() { rest } else { rest.strip_suffix('.')? };
    (expand(relative, zone) == name).then(|| relative.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_native_id_round_trips() {
        for id in [
            "Z1_example.com_A",
            "Z1_*.example.com_AAAA",
            "Z1__dmarc.example.com_TXT",
            "Z1__a._tcp.example.com_SRV_blue_A_green",
        ] {
            assert_eq!(Key::parse(id).unwrap().to_string(), id);
        }
        assert_eq!(Key::parse("Z1__dmarc.example.com_TXT").unwrap().name, "_dmarc.example.com");
        for wrong in ["", "Z1", "Z1_example.com", "Z1_example.com_", "Z1_example.com_a"] {
            assert_eq!(Key::parse(wrong).unwrap_err().kind, FaultKind::Invalid, "{wrong}");
        }
    }

    #[test]
    fn names_are_made_full_and_plain() {
        assert_eq!(plain("\\052.Example.COM."), "*.example.com");
        assert_eq!(expand("www", "example.com"), "www.example.com");
        assert_eq!(expand("", "example.com"), "example.com");
        assert_eq!(expand("Example.com.", "example.com"), "example.com");
        assert_eq!(expand("myexample.com", "example.com"), "myexample.com.example.com");
        assert_eq!(relative("www.example.com", "example.com").as_deref(), Some("www"));
        assert_eq!(relative("example.com", "example.com").as_deref(), Some(""));
        assert_eq!(relative("www.example.com.example.com", "example.com"), None);
        assert_eq!(relative("myexample.com", "example.com"), None);
    }
}
