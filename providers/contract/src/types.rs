//! The types of the spec language, as Terraform knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

/// A name or text that is shared widely: cloning it costs a count, not a copy.
pub type Name = Arc<str>;

/// The type of a [`crate::Value`]. `Dynamic` stands for "not known yet" and accepts everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Not known yet, or anything.
    #[default]
    Dynamic,
    /// `true` or `false`.
    Bool,
    /// An exact number, see [`crate::Number`].
    Number,
    /// Unicode text.
    String,
    /// An ordered collection of one element type.
    List(Arc<Type>),
    /// An unordered collection of one element type, without duplicates.
    Set(Arc<Type>),
    /// Text keys to values of one element type.
    Map(Arc<Type>),
    /// An ordered collection with a type per position.
    Tuple(Arc<Vec<Type>>),
    /// Named attributes with a type each.
    Object(Arc<ObjectType>),
}

/// The attributes of an object type; those in `optional` may be left out of a value and are null then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectType {
    /// Attribute name to type.
    pub attributes: BTreeMap<Name, Type>,
    /// Names of attributes that a value may leave out (`optional(...)` in a type constraint).
    pub optional: BTreeSet<Name>,
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Type {
        Type::Set(Arc::new(element))
    }

    /// A map to `element`.
    pub fn map(element: Type) -> Type {
        Type::Map(Arc::new(element))
    }

    /// A tuple of these positions.
    pub fn tuple(elements: Vec<Type>) -> Type {
        Type::Tuple(Arc::new(elements))
    }

    /// An object of these attributes, none optional.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Type {
        let attributes = attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
        Type::Object(Arc::new(ObjectType { attributes, optional: BTreeSet::new() }))
    }

    /// Whether values of this type are `bool`, `number` or `string`.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::String)
    }

    /// Whether the type still has a `Dynamic` part.
    pub fn has_dynamic(&self) -> bool {
        match self {
            Type::Dynamic => true,
            Type::Bool | Type::Number | Type::String => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
            Type::Tuple(elements) => elements.iter().any(Type::has_dynamic),
            Type::Object(object) => object.attributes.values().any(Type::has_dynamic),
        }
    }

    /// The element type of a list, set or map.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some(element),
            _ => None,
        }
    }

    /// The form of Terraform's JSON schemas: `"string"`, `["list", "string"]`, `["object", {...}]`.
    pub fn to_json(&self) -> Json {
        match self {
            Type::Dynamic => Json::from("dynamic"),
            Type::Bool => Json::from("bool"),
            Type::Number => Json::from("number"),
            Type::String => Json::from("string"),
            Type::List(element) => Json::from(vec![Json::from("list"), element.to_json()]),
            Type::Set(element) => Json::from(vec![Json::from("set"), element.to_json()]),
            Type::Map(element) => Json::from(vec![Json::from("map"), element.to_json()]),
            Type::Tuple(elements) => {
                Json::from(vec![Json::from("tuple"), elements.iter().map(Type::to_json).collect()])
            }
            Type::Object(object) => {
                let attributes =
                    object.attributes.iter().map(|(name, ty)| (name.to_string(), ty.to_json())).collect();
                let mut parts = vec![Json::from("object"), Json::Object(attributes)];
                if !object.optional.is_empty() {
                    parts.push(object.optional.iter().map(|name| Json::from(&**name)).collect());
                }
                Json::from(parts)
            }
        }
    }

    /// Reads the form of [`Type::to_json`]; `None` when it is none.
    pub fn from_json(json: &Json) -> Option<Type> {
        match json {
            Json::String(word) => match word.as_str() {
                "dynamic" => Some(Type::Dynamic),
                "bool" => Some(Type::Bool),
                "number" => Some(Type::Number),
                "string" => Some(Type::String),
                _ => None,
            },
            Json::Array(parts) => {
                let rest = parts.get(1)?;
                match parts.first()?.as_str()? {
                    "list" => Some(Type::list(Type::from_json(rest)?)),
                    "set" => Some(Type::set(Type::from_json(rest)?)),
                    "map" => Some(Type::map(Type::from_json(rest)?)),
                    "tuple" => Some(Type::tuple(
                        rest.as_array()?.iter().map(Type::from_json).collect::<Option<_>>()?,
                    )),
                    "object" => {
                        let mut object = ObjectType::default();
                        for (name, ty) in rest.as_object()? {
                            object.attributes.insert(Name::from(name.as_str()), Type::from_json(ty)?);
                        }
                        for name in parts.get(2).and_then(Json::as_array).into_iter().flatten() {
                            object.optional.insert(Name::from(name.as_str()?));
                        }
                        Some(Type::Object(Arc::new(object)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The form of a type constraint in HCL: `list(string)`, `object({ a = number })`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dynamic => f.write_str("any"),
            Type::Bool => f.write_str("bool"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::List(element) => write!(f, "list({element})"),
            Type::Set(element) => write!(f, "set({element})"),
            Type::Map(element) => write!(f, "map({element})"),
            Type::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (index, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Type::Object(object) => {
                f.write_str("object({")?;
                for (index, (name, ty)) in object.attributes.iter().enumerate() {
                    f.write_str(if index == 0 { " " } else { ", " })?;
                    match object.optional.contains(name) {
                        true => write!(f, "{name} = optional({ty})")?,
                        false => write!(f, "{name} = {ty}")?,
                    }
                }
                f.write_str(if object.attributes.is_empty() { "})" } else { " })" })
            }
        }
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Type, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Type::from_json(&json).ok_or_else(|| serde::de::Error::custom("not a type"))
    }
}
