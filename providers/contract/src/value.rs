//! Values of the spec language: known, null, not yet known (a hole), or secret.

use std::fmt;
use std::sync::Arc;

use crate::{Name, Number, Type};

/// The place of a residual in its table: what a hole will be filled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HoleId(pub u32);

/// A value that is known only after a step; it flows through every expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hole {
    /// Which residual fills it.
    pub id: HoleId,
    /// What is known of its type.
    pub ty: Type,
    /// Whether what fills it must not be shown.
    pub sensitive: bool,
}

/// A sensitive value. It is known in this process, but never written: what is stored is its residual.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret {
    /// The residual that gives the value again, from its source.
    pub id: HoleId,
    /// The value itself; never a `Secret` or `Hole` at its top.
    pub value: Value,
}

/// Shows no secret, in no log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.id.0)
    }
}

/// The elements of a list or set, with their type. Those of a set are sorted and distinct.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sequence {
    /// The element type, also of an empty collection.
    pub element: Type,
    /// The elements.
    pub items: Vec<Value>,
}

/// The entries of a map, with the type of their values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mapping {
    /// The element type, also of an empty map.
    pub element: Type,
    /// The entries.
    pub entries: Object,
}

/// Names to values, sorted by name: an object value, the entries of a map, or the attributes of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object(Vec<(Name, Value)>);

/// A value of the spec language. Cloning is cheap: everything large is shared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Not set; knows the type that it would have.
    Null(Type),
    /// `true` or `false`.
    Bool(bool),
    /// An exact number.
    Number(Number),
    /// Text in Unicode normal form C.
    String(Name),
    /// `list(T)`.
    List(Arc<Sequence>),
    /// `set(T)`; items distinct, in the order of [`crate::order`].
    Set(Arc<Sequence>),
    /// `[a, b]` before it is converted.
    Tuple(Arc<Vec<Value>>),
    /// `map(T)`.
    Map(Arc<Mapping>),
    /// `{ a = b }` before it is converted.
    Object(Arc<Object>),
    /// Known only after a step.
    Hole(Arc<Hole>),
    /// Sensitive.
    Secret(Arc<Secret>),
}

impl Value {
    /// Null of no particular type, as the word `null` gives it.
    pub const NULL: Value = Value::Null(Type::Dynamic);

    /// Text.
    pub fn text(text: impl Into<Name>) -> Value {
        Value::String(text.into())
    }

    /// A list; the caller has converted the items to `element`.
    pub fn list(element: Type, items: Vec<Value>) -> Value {
        Value::List(Arc::new(Sequence { element, items }))
    }

    /// A set; sorts the items and drops duplicates. The caller has converted them to `element`.
    pub fn set(element: Type, mut items: Vec<Value>) -> Value {
        crate::order::arrange(&mut items);
        Value::Set(Arc::new(Sequence { element, items }))
    }

    /// A map; the caller has converted the values to `element`.
    pub fn map(element: Type, entries: Object) -> Value {
        Value::Map(Arc::new(Mapping { element, entries }))
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(Arc::new(items))
    }

    /// An object.
    pub fn object(attributes: Object) -> Value {
        Value::Object(Arc::new(attributes))
    }

    /// A hole.
    pub fn hole(id: HoleId, ty: Type) -> Value {
        Value::Hole(Arc::new(Hole { id, ty, sensitive: false }))
    }

    /// The value's type; of a secret, that of what it hides.
    pub fn ty(&self) -> Type {
        match self {
            Value::Null(ty) => ty.clone(),
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::List(list) => Type::list(list.element.clone()),
            Value::Set(set) => Type::set(set.element.clone()),
            Value::Map(map) => Type::map(map.element.clone()),
            Value::Tuple(items) => Type::tuple(items.iter().map(Value::ty).collect()),
            Value::Object(object) => {
                Type::object(object.iter().map(|(name, value)| (name.clone(), value.ty())))
            }
            Value::Hole(hole) => hole.ty.clone(),
            Value::Secret(secret) => secret.value.ty(),
        }
    }

    /// Whether this is null, secret or not.
    pub fn is_null(&self) -> bool {
        match self {
            Value::Null(_) => true,
            Value::Secret(secret) => secret.value.is_null(),
            _ => false,
        }
    }

    /// The value without a mark of secrecy at its top.
    pub fn unmarked(&self) -> &Value {
        match self {
            Value::Secret(secret) => &secret.value,
            other => other,
        }
    }

    /// Text, if it is known text.
    pub fn as_str(&self) -> Option<&str> {
        match self.unmarked() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.unmarked() {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number, if it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.unmarked() {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number that fits 64 bits, if it is a known one.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::to_i64)
    }

    /// The items of a list, set or tuple.
    pub fn as_items(&self) -> Option<&[Value]> {
        match self.unmarked() {
            Value::List(sequence) | Value::Set(sequence) => Some(&sequence.items),
            Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map or object.
    pub fn as_entries(&self) -> Option<&Object> {
        match self.unmarked() {
            Value::Map(map) => Some(&map.entries),
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether a hole stands anywhere in the value. Secrets count as known.
    pub fn has_hole(&self) -> bool {
        self.any(&mut |value| matches!(value, Value::Hole(_)))
    }

    /// Whether a secret, or a hole that must not be shown, stands anywhere in the value.
    pub fn has_secret(&self) -> bool {
        self.any(&mut |value| match value {
            Value::Secret(_) => true,
            Value::Hole(hole) => hole.sensitive,
            _ => false,
        })
    }

    /// Whether `test` holds for the value or any value inside it. Depth is bounded by the parser's nesting
    /// limit and the function library's, so recursion is safe here.
    pub fn any(&self, test: &mut impl FnMut(&Value) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match self {
            Value::List(sequence) | Value::Set(sequence) => sequence.items.iter().any(|item| item.any(test)),
            Value::Tuple(items) => items.iter().any(|item| item.any(test)),
            Value::Map(map) => map.entries.iter().any(|(_, item)| item.any(test)),
            Value::Object(object) => object.iter().any(|(_, item)| item.any(test)),
            Value::Secret(secret) => secret.value.any(test),
            _ => false,
        }
    }

    /// Calls `visit` with the residual of every hole and secret in the value, in order of appearance.
    pub fn each_hole(&self, visit: &mut impl FnMut(HoleId)) {
        self.any(&mut |value| {
            match value {
                Value::Hole(hole) => visit(hole.id),
                Value::Secret(secret) => visit(secret.id),
                _ => {}
            }
            false
        });
    }

    /// The value without any of its marks: whoever asks for it must not show it.
    pub fn revealed(&self) -> Value {
        let mut reveal = |part: &Value| Ok::<_, std::convert::Infallible>(part.unmarked().clone());
        let Ok(revealed) = self.map_holes(&mut reveal);
        revealed
    }

    /// The value with every hole and secret replaced by what `fill` gives for it; collections keep their types,
    /// sets are sorted anew. `fill` is given the whole `Hole` or `Secret` value and returns its replacement.
    pub fn map_holes<E>(&self, fill: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Value, E> {
        Ok(match self {
            Value::Hole(_) | Value::Secret(_) => fill(self)?,
            Value::List(list) if self.has_hole() || self.has_secret() => {
                Value::list(list.element.clone(), map_items(&list.items, fill)?)
            }
            Value::Set(set) if self.has_hole() || self.has_secret() => {
                Value::set(set.element.clone(), map_items(&set.items, fill)?)
            }
            Value::Tuple(items) if self.has_hole() || self.has_secret() => {
                Value::tuple(map_items(items, fill)?)
            }
            Value::Map(map) if self.has_hole() || self.has_secret() => {
                Value::map(map.element.clone(), map_entries(&map.entries, fill)?)
            }
            Value::Object(object) if self.has_hole() || self.has_secret() => {
                Value::object(map_entries(object, fill)?)
            }
            known => known.clone(),
        })
    }
}

fn map_items<E>(items: &[Value], fill: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Vec<Value>, E> {
    items.iter().map(|item| item.map_holes(fill)).collect()
}

fn map_entries<E>(entries: &Object, fill: &mut impl FnMut(&Value) -> Result<Value, E>) -> Result<Object, E> {
    entries.iter().map(|(name, item)| Ok((name.clone(), item.map_holes(fill)?))).collect()
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Number(Number::from(value))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}

impl Object {
    /// No entries.
    pub fn new() -> Object {
        Object::default()
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).ok().and_then(|index| self.0.get(index)).map(|(_, value)| value)
    }

    /// The value under `name`, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let index = self.position(name).ok()?;
        self.0.get_mut(index).map(|(_, value)| value)
    }

    /// Whether there is a value under `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_ok()
    }

    /// Sets the value under `name` and returns the one before.
    pub fn insert(&mut self, name: impl Into<Name>, value: Value) -> Option<Value> {
        let name = name.into();
        match self.position(&name) {
            Ok(index) => self.0.get_mut(index).map(|entry| std::mem::replace(&mut entry.1, value)),
            Err(index) => {
                self.0.insert(index, (name, value));
                None
            }
        }
    }

    /// Takes the value under `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).ok().map(|index| self.0.remove(index).1)
    }

    /// Entries in order of their names.
    pub fn iter(&self) -> std::slice::Iter<'_, (Name, Value)> {
        self.0.iter()
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&Name, &Value) -> bool) {
        self.0.retain(|(name, value)| keep(name, value));
    }

    /// Names in order.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.0.iter().map(|(name, _)| name)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(entry, _)| (**entry).cmp(name))
    }
}

/// The last value of a name wins.
impl<N: Into<Name>> FromIterator<(N, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(entries: I) -> Object {
        let mut entries: Vec<(Name, Value)> =
            entries.into_iter().map(|(name, value)| (name.into(), value)).collect();
        // Tables and other objects give their entries in order already.
        if entries.is_sorted_by(|a, b| a.0 < b.0) {
            return Object(entries);
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let mut distinct: Vec<(Name, Value)> = Vec::with_capacity(entries.len());
        for entry in entries {
            match distinct.last_mut() {
                Some(last) if last.0 == entry.0 => *last = entry,
                _ => distinct.push(entry),
            }
        }
        Object(distinct)
    }
}

impl IntoIterator for Object {
    type Item = (Name, Value);
    type IntoIter = std::vec::IntoIter<(Name, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = &'a (Name, Value);
    type IntoIter = std::slice::Iter<'a, (Name, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
