//! Typed structs over the rows of a table: what a kind's `api` module works with.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Number, Object, Shape, Type, Value, field};

/// Why a value does not fit a typed struct. Plans are checked against the table before any call, so this is a
/// defect of relight, not of a spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` does not have the form of its table")]
pub struct ShapeError {
    /// The name of the field, outermost first.
    pub field: String,
}

/// A Rust type that holds a field's value.
pub trait Typed: Sized {
    /// The form that the table shows.
    const SHAPE: Shape;
    /// Reads a known value of that form.
    fn from_value(value: &Value) -> Option<Self>;
    /// The value, with the type of the form.
    fn to_value(&self) -> Value;
}

/// A struct whose fields are the rows of a table; made by [`crate::block!`].
pub trait Block: Sized {
    /// The rows, in the order of the declaration.
    const FIELDS: &'static [field::Field];
    /// Reads known attributes; those that are absent or null are `None`.
    fn from_object(object: &Object) -> Result<Self, ShapeError>;
    /// The attributes that are set.
    fn to_object(&self) -> Object;
}

/// Nested blocks, at most one.
#[derive(Clone, Debug, PartialEq)]
pub struct One<T>(pub T);

/// Nested blocks without order.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks<T>(pub Vec<T>);

/// Nested blocks in order.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockList<T>(pub Vec<T>);

/// An attribute whose type is a set of objects (`ingress`): may also be written as blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct SetOf<T>(pub Vec<T>);

/// An attribute whose type is a list of objects: may also be written as blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct ListOf<T>(pub Vec<T>);

impl Typed for String {
    const SHAPE: Shape = Shape::String;
    fn from_value(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
    fn to_value(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Typed for bool {
    const SHAPE: Shape = Shape::Bool;
    fn from_value(value: &Value) -> Option<bool> {
        value.as_bool()
    }
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Typed for i64 {
    const SHAPE: Shape = Shape::Number;
    fn from_value(value: &Value) -> Option<i64> {
        value.as_i64()
    }
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

impl Typed for Number {
    const SHAPE: Shape = Shape::Number;
    fn from_value(value: &Value) -> Option<Number> {
        value.as_number().cloned()
    }
    fn to_value(&self) -> Value {
        Value::Number(self.clone())
    }
}

/// Anything at all.
impl Typed for Value {
    const SHAPE: Shape = Shape::Dynamic;
    fn from_value(value: &Value) -> Option<Value> {
        Some(value.clone())
    }
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl<T: Typed> Typed for Vec<T> {
    const SHAPE: Shape = Shape::List(&T::SHAPE);
    fn from_value(value: &Value) -> Option<Vec<T>> {
        value.as_items()?.iter().map(T::from_value).collect()
    }
    fn to_value(&self) -> Value {
        Value::list(T::SHAPE.ty(), self.iter().map(T::to_value).collect())
    }
}

impl<T: Typed + Ord> Typed for BTreeSet<T> {
    const SHAPE: Shape = Shape::Set(&T::SHAPE);
    fn from_value(value: &Value) -> Option<BTreeSet<T>> {
        value.as_items()?.iter().map(T::from_value).collect()
    }
    fn to_value(&self) -> Value {
        Value::set(T::SHAPE.ty(), self.iter().map(T::to_value).collect())
    }
}

impl<T: Typed> Typed for BTreeMap<String, T> {
    const SHAPE: Shape = Shape::Map(&T::SHAPE);
    fn from_value(value: &Value) -> Option<BTreeMap<String, T>> {
        value
            .as_entries()?
            .iter()
            .map(|(name, item)| Some((name.to_string(), T::from_value(item)?)))
            .collect()
    }
    fn to_value(&self) -> Value {
        Value::map(T::SHAPE.ty(), self.iter().map(|(name, item)| (name.as_str(), item.to_value())).collect())
    }
}

fn blocks<T: Block>(value: &Value) -> Option<Vec<T>> {
    value.as_items()?.iter().map(|item| T::from_object(item.as_entries()?).ok()).collect()
}

fn objects<T: Block>(items: &[T]) -> Vec<Value> {
    items.iter().map(|item| complete(T::FIELDS, item.to_object())).collect()
}

/// The object value of a block: every row present, the unset ones null, so that all items share one type.
fn complete(fields: &[field::Field], mut object: Object) -> Value {
    for row in fields {
        if !object.contains(row.name) {
            object.insert(row.name, Value::Null(row.ty()));
        }
    }
    Value::object(object)
}

impl<T: Block> Typed for One<T> {
    const SHAPE: Shape = Shape::Block(T::FIELDS);
    fn from_value(value: &Value) -> Option<One<T>> {
        T::from_object(value.as_entries()?).ok().map(One)
    }
    fn to_value(&self) -> Value {
        complete(T::FIELDS, self.0.to_object())
    }
}

macro_rules! sequences {
    ($($name:ident, $shape:expr, $collect:path;)*) => {$(
        impl<T: Block> Typed for $name<T> {
            const SHAPE: Shape = $shape;
            fn from_value(value: &Value) -> Option<$name<T>> {
                blocks(value).map($name)
            }
            fn to_value(&self) -> Value {
                $collect(element::<T>(), objects(&self.0))
            }
        }
    )*};
}

sequences! {
    Blocks, Shape::BlockSet(T::FIELDS), Value::set;
    BlockList, Shape::BlockList(T::FIELDS), Value::list;
    SetOf, Shape::Set(&Shape::Object(T::FIELDS)), Value::set;
    ListOf, Shape::List(&Shape::Object(T::FIELDS)), Value::list;
}

fn element<T: Block>() -> Type {
    field::object_type(T::FIELDS)
}

crate::block! {
    /// How long operations may take before relight stops waiting, as durations (`40m`).
    pub struct Timeouts {
        create: String = field::optional().local().doc("For creating."),
        read: String = field::optional().local().doc("For reading."),
        update: String = field::optional().local().doc("For changing."),
        delete: String = field::optional().local().doc("For deleting."),
    }
}

/// Reads the field `name` of `object`; used by [`crate::block!`].
pub fn read<T: Typed>(object: &Object, name: &str) -> Result<Option<T>, ShapeError> {
    match object.get(name) {
        None => Ok(None),
        Some(value) if value.is_null() => Ok(None),
        Some(value) => T::from_value(value).map(Some).ok_or_else(|| ShapeError { field: name.to_owned() }),
    }
}

/// Declares a struct and its table in one: every line is a field, its Rust type, and its row.
///
/// ```
/// use relight_contract::{Block, block, field::*};
/// block! {
///     /// A listener's certificate.
///     pub struct Certificate {
///         arn: String = required().replaces().doc("The certificate."),
///         is_default: bool = output().doc("Whether it is the default one."),
///     }
/// }
/// assert_eq!(Certificate::FIELDS[0].name, "arn");
/// ```
#[macro_export]
macro_rules! block {
    ($(#[$doc:meta])* pub struct $name:ident { $($field:ident: $ty:ty = $row:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[expect(missing_docs, reason = "each row carries its own `doc`, which the reference prints")]
        pub struct $name { $(pub $field: Option<$ty>,)* }

        impl $crate::Block for $name {
            const FIELDS: &'static [$crate::field::Field] =
                &[$($row.named($crate::field_name!($field), <$ty as $crate::Typed>::SHAPE)),*];

            fn from_object(object: &$crate::Object) -> Result<Self, $crate::ShapeError> {
                Ok($name { $($field: $crate::typed::read(object, $crate::field_name!($field))?,)* })
            }

            fn to_object(&self) -> $crate::Object {
                let mut object = $crate::Object::new();
                $(if let Some(value) = &self.$field {
                    object.insert($crate::field_name!($field), $crate::Typed::to_value(value));
                })*
                object
            }
        }
    };
}

/// The HCL name of a Rust field: the same, but for words that Rust reserves (`type_`).
#[macro_export]
macro_rules! field_name {
    (type_) => {
        "type"
    };
    (match_) => {
        "match"
    };
    (override_) => {
        "override"
    };
    (self_) => {
        "self"
    };
    ($field:ident) => {
        stringify!($field)
    };
}
