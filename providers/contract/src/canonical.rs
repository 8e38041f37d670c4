//! Canonical form and comparison of fields: when two spellings are one value.

use std::net::IpAddr;

use serde_json::Value as Json;

use crate::field::{self, Canonical, Field, Shape};
use crate::{Object, Value, apart};

/// Whether a wanted and a live value of a field are the same. Both are known; nulls compare by their absence.
pub fn same(field: &Field, wanted: &Value, live: &Value) -> bool {
    let (wanted, live) = (wanted.unmarked(), live.unmarked());
    if wanted == live || (wanted.is_null() && live.is_null()) {
        return true;
    }
    if wanted.has_secret() {
        return same(field, &wanted.revealed(), live);
    }
    if is_empty(wanted) && is_empty(live) {
        return true;
    }
    match (wanted, live) {
        (Value::String(a), Value::String(b)) if field.alike.is_some_and(|alike| alike(a, b)) => true,
        (Value::String(a), Value::String(b)) if field.canonical == Canonical::Version => begins(a, b),
        (Value::String(a), Value::String(b)) => text(field.canonical, a) == text(field.canonical, b),
        (Value::Object(a), Value::Object(b)) => match field.shape.fields() {
            Some(rows) => same_rows(rows, a, b),
            None => false,
        },
        (Value::List(a), Value::List(b)) => {
            a.items.len() == b.items.len()
                && a.items.iter().zip(&b.items).all(|(a, b)| same(&inner(field), a, b))
        }
        (Value::Set(a), Value::Set(b)) if field.canonical == Canonical::Apart => {
            apart::same(field, &a.items, &b.items)
        }
        (Value::Set(a), Value::Set(b)) => same_set(field, &a.items, &b.items),
        (Value::Map(a), Value::Map(b)) => same_entries(&a.entries, &b.entries),
        _ => false,
    }
}

/// The live value of a field, in the spelling that is wanted where it is told in two.
pub fn told<'o>(field: &Field, wanted: &Value, live: &'o Object) -> Option<&'o Value> {
    let other = field.also.and_then(|name| live.get(name));
    other.filter(|other| same(field, wanted, other)).or_else(|| live.get(field.name))
}

/// Whether a live version is the wanted one, or goes on behind it at a dot.
fn begins(wanted: &str, live: &str) -> bool {
    live.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Null, and a collection or text without content, say the same to a cloud.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null(_) => true,
        Value::String(text) => text.is_empty(),
        Value::Map(map) => map.entries.iter().all(|(_, value)| value.is_null()),
        other => other.as_items().is_some_and(<[Value]>::is_empty),
    }
}

fn same_entries(a: &Object, b: &Object) -> bool {
    let set = |object: &Object| {
        let mut object = object.clone();
        object.retain(|_, value| !value.is_null());
        object
    };
    set(a) == set(b)
}

/// Rows that the wanted side leaves unset keep what the cloud chose, so they do not count; nor do those that the
/// cloud never tells back or never keeps.
fn same_rows(rows: &'static [Field], wanted: &Object, live: &Object) -> bool {
    rows.iter().filter(|row| row.is_settable() && !row.write_only && !row.local).all(|row| {
        let absent = Value::Null(row.ty());
        let wanted = wanted.get(row.name).unwrap_or(&absent);
        let live = live.get(row.name).unwrap_or(&absent);
        match wanted.is_null() {
            true => {
                row.presence == field::Presence::Computed
                    || same(row, &row.default.to_value(&row.ty()), live)
                    || live.is_null()
            }
            false => same(row, wanted, live),
        }
    })
}

fn same_set(field: &Field, wanted: &[Value], live: &[Value]) -> bool {
    if wanted.len() != live.len() {
        return false;
    }
    let row = inner(field);
    let mut left: Vec<&Value> = live.iter().collect();
    wanted.iter().all(|item| match left.iter().position(|candidate| same(&row, item, candidate)) {
        Some(index) => {
            left.swap_remove(index);
            true
        }
        None => false,
    })
}

/// The row of a collection's elements.
fn inner(field: &Field) -> Field {
    let shape = match field.shape {
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => *element,
        Shape::BlockList(rows) | Shape::BlockSet(rows) => Shape::Object(rows),
        other => other,
    };
    Field { shape, ..*field }
}

/// Text in its canonical form.
pub fn text(form: Canonical, text: &str) -> String {
    match form {
        Canonical::Exact | Canonical::Version | Canonical::Apart => text.to_owned(),
        Canonical::CaseInsensitive => text.to_lowercase(),
        Canonical::Tail => text.rsplit('/').next().unwrap_or_default().to_owned(),
        Canonical::Dns => text.trim_end_matches('.').to_lowercase(),
        Canonical::Json => match serde_json::from_str::<Json>(text) {
            Ok(json) => canonical_json(json).to_string(),
            Err(_) => text.to_owned(),
        },
        Canonical::Cidr => cidr(text).unwrap_or_else(|| text.to_owned()),
        Canonical::Base64 => base64(text).unwrap_or_else(|| text.to_owned()),
    }
}

/// A document with lists of one item as that item: policies allow both spellings. Order of lists of text does
/// not count in policies either.
fn canonical_json(json: Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(canonical_json).collect();
            if items.len() == 1 {
                return items.remove(0);
            }
            if items.iter().all(Json::is_string) {
                items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            }
            Json::Array(items)
        }
        Json::Object(map) => map.into_iter().map(|(name, value)| (name, canonical_json(value))).collect(),
        other => other,
    }
}

fn cidr(text: &str) -> Option<String> {
    let (address, length) = text.split_once('/')?;
    let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.checked_sub(length)?).unwrap_or(0);
            Some(format!("{}/{length}", std::net::Ipv4Addr::from(u32::from(address) & mask)))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.checked_sub(length)?).unwrap_or(0);
            Some(format!("{}/{length}", std::net::Ipv6Addr::from(u128::from(address) & mask)))
        }
    }
}

/// The bytes behind base64 text as text; user data is given in either form.
fn base64(text: &str) -> Option<String> {
    let mut bits: u32 = 0;
    let mut count = 0;
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.trim_end_matches('=').bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    (text.len().is_multiple_of(4)).then(|| String::from_utf8(bytes).ok()).flatten()
}
