//! Addresses: the one name of a resource instance, in spec, plan, journal and tags.

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::Name;
use crate::identifier::continues_identifier;

/// The key of one instance of a `for_each` or `count`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// `[0]`, from `count`.
    Index(u64),
    /// `["a"]`, from `for_each`.
    Text(Name),
}

/// One module call on the way to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleStep {
    /// The label of the `module` block.
    pub name: Name,
    /// Which instance of the call.
    pub key: Option<Key>,
}

/// The module instance that a resource stands in; empty for the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModulePath(Arc<Vec<ModuleStep>>);

/// Whether relight manages a resource or only reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// A `resource` block.
    #[default]
    Managed,
    /// A `data` block.
    Data,
}

/// A resource instance: `module.net["a"].aws_vpc.main["x"]@oregon`. Round-trips through text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The module instance.
    pub module: ModulePath,
    /// Managed, or read only.
    pub mode: Mode,
    /// The resource type.
    pub kind: Name,
    /// The label.
    pub name: Name,
    /// Which instance of a `for_each` or `count`.
    pub key: Option<Key>,
    /// The site of a per-site instance (`oregon`, or a drill's shadow `oregon~drill`); `None` for global and
    /// spanning ones.
    pub site: Option<Name>,
}

/// 32 hex digits that join a live object to its address: hash(topology, instance, address).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnerId(pub Name);

/// Why text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an address: {reason}")]
pub struct ParseAddressError {
    /// The text as given.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl ModulePath {
    /// The root module.
    pub fn root() -> ModulePath {
        ModulePath::default()
    }

    /// The path of a call inside this module instance.
    pub fn child(&self, name: Name, key: Option<Key>) -> ModulePath {
        let mut steps = self.0.to_vec();
        steps.push(ModuleStep { name, key });
        ModulePath(Arc::new(steps))
    }

    /// The calls, outermost first.
    pub fn steps(&self) -> &[ModuleStep] {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl Address {
    /// A managed resource in the root module, without key and site.
    pub fn new(kind: impl Into<Name>, name: impl Into<Name>) -> Address {
        Address {
            module: ModulePath::root(),
            mode: Mode::Managed,
            kind: kind.into(),
            name: name.into(),
            key: None,
            site: None,
        }
    }

    /// The same instance in `site`.
    pub fn at(mut self, site: impl Into<Name>) -> Address {
        self.site = Some(site.into());
        self
    }

    /// The same block's instance under `key`.
    pub fn keyed(mut self, key: Key) -> Address {
        self.key = Some(key);
        self
    }

    /// The owner tag's value. The parts are joined by a byte that none of them can hold, so no two differ only
    /// in where one part ends.
    pub fn owner(&self, topology: &str, instance: &str) -> OwnerId {
        let mut hash = Sha256::new();
        for part in [topology, instance, &self.text()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        OwnerId(hex(&hash.finalize()[..16]).into())
    }

    /// The address as text, with room from the start for one of usual length.
    fn text(&self) -> String {
        let mut text = String::with_capacity(96);
        // Writing to a string cannot fail.
        let _ = write!(text, "{self}");
        text
    }
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    text
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Index(index) => write!(f, "{index}"),
            Key::Text(text) if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) => {
                write!(f, "{}", serde_json::Value::from(&**text))
            }
            Key::Text(text) => {
                f.write_char('"')?;
                f.write_str(text)?;
                f.write_char('"')
            }
        }
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            write!(f, "{}module.{}", if index == 0 { "" } else { "." }, step.name)?;
            if let Some(key) = &step.key {
                write!(f, "[{key}]")?;
            }
        }
        Ok(())
    }
}

/// Addresses are written more than anything else: no part goes through the formatting of arguments.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            self.module.fmt(f)?;
            f.write_char('.')?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        f.write_str(&self.kind)?;
        f.write_char('.')?;
        f.write_str(&self.name)?;
        if let Some(key) = &self.key {
            f.write_char('[')?;
            key.fmt(f)?;
            f.write_char(']')?;
        }
        if let Some(site) = &self.site {
            f.write_char('@')?;
            f.write_str(site)?;
        }
        Ok(())
    }
}

impl FromStr for Address {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Address, ParseAddressError> {
        let fail = |reason| ParseAddressError { text: text.to_owned(), reason };
        let mut cursor = Cursor { rest: text };
        let mut module = ModulePath::root();
        let mut mode = Mode::Managed;
        let mut kind = cursor.word().ok_or_else(|| fail("expected a kind"))?;
        while kind == "module" {
            cursor.eat('.').ok_or_else(|| fail("expected `.` after `module`"))?;
            let name = cursor.word().ok_or_else(|| fail("expected a module name"))?;
            let key = cursor.key().map_err(fail)?;
            module = module.child(name.into(), key);
            cursor.eat('.').ok_or_else(|| fail("expected `.` after the module"))?;
            kind = cursor.word().ok_or_else(|| fail("expected a kind"))?;
        }
        if kind == "data" {
            mode = Mode::Data;
            cursor.eat('.').ok_or_else(|| fail("expected `.` after `data`"))?;
            kind = cursor.word().ok_or_else(|| fail("expected a kind"))?;
        }
        cursor.eat('.').ok_or_else(|| fail("expected `.` between kind and name"))?;
        let name = cursor.word().ok_or_else(|| fail("expected a name"))?;
        let key = cursor.key().map_err(fail)?;
        let site = match cursor.eat('@') {
            None => None,
            Some(()) => Some(cursor.site().ok_or_else(|| fail("expected a site after `@`"))?.into()),
        };
        if !cursor.rest.is_empty() {
            return Err(fail("there is text after its end"));
        }
        Ok(Address { module, mode, kind: kind.into(), name: name.into(), key, site })
    }
}

struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    fn eat(&mut self, expected: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> Option<&'t str> {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn word(&mut self) -> Option<&'t str> {
        self.take(continues_identifier)
    }

    fn site(&mut self) -> Option<&'t str> {
        self.take(|c| continues_identifier(c) || c == '~')
    }

    fn key(&mut self) -> Result<Option<Key>, &'static str> {
        if self.eat('[').is_none() {
            return Ok(None);
        }
        let mut stream = serde_json::Deserializer::from_str(self.rest).into_iter::<serde_json::Value>();
        let key = match stream.next() {
            Some(Ok(serde_json::Value::String(text))) => Key::Text(text.into()),
            Some(Ok(serde_json::Value::Number(number))) => {
                Key::Index(number.as_u64().ok_or("an index is a whole number from 0")?)
            }
            _ => return Err("expected a number or quoted text in `[ ]`"),
        };
        self.rest = self.rest.get(stream.byte_offset()..).unwrap_or_default();
        self.eat(']').ok_or("expected `]` after the key")?;
        Ok(Some(key))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
