//! Holes: what a plan left open is filled just before its step, from answers and secrets.

use std::collections::BTreeMap;

use relight_contract::{Address, Field, HoleId, Kind, Name, Object, Type, Value};
use serde_json::Value as Json;

use crate::expr::{SecretSource, Table};
use crate::plan::{Plan, StepCondition};

/// Why a value cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// No step left this output.
    #[error("`{attribute}` of {address} is not known")]
    Output {
        /// The object.
        address: Address,
        /// Its attribute.
        attribute: Name,
    },
    /// A secret cannot be read from its source.
    #[error("a secret cannot be read: {0}")]
    Secret(String),
    /// An expression fails with the values that came out.
    #[error("{0}")]
    Expression(String),
    /// The plan holds a value that its kind does not have.
    #[error("the plan is damaged: {0}")]
    Plan(String),
}

/// What residuals are made of at last.
pub trait Leaves {
    /// An attribute of an object, as the cloud told it.
    fn output(&self, address: &Address, attribute: &Name) -> Result<Value, FillError>;

    /// A secret, from its source.
    fn secret(&self, source: &SecretSource) -> Result<Value, FillError>;
}

/// Computes residuals: expressions, over leaves.
pub trait Filler {
    /// The value of a hole of `table`. Values made of secrets come back as secrets.
    fn fill(&self, table: &Table, hole: HoleId, leaves: &dyn Leaves) -> Result<Value, FillError>;
}

/// Reads secrets from their sources: files, the environment, flags.
pub trait Secrets {
    /// The secret that `source` names.
    fn secret(&self, source: &SecretSource) -> Result<Value, String>;
}

/// What is known by now: outputs by address, and where secrets come from.
pub(super) struct Known<'a> {
    pub(super) outputs: &'a BTreeMap<Address, Object>,
    pub(super) secrets: &'a dyn Secrets,
}

impl Leaves for Known<'_> {
    fn output(&self, address: &Address, attribute: &Name) -> Result<Value, FillError> {
        let value = self.outputs.get(address).and_then(|object| object.get(attribute));
        value
            .cloned()
            .ok_or_else(|| FillError::Output { address: address.clone(), attribute: attribute.clone() })
    }

    fn secret(&self, source: &SecretSource) -> Result<Value, FillError> {
        self.secrets.secret(source).map_err(FillError::Secret)
    }
}

/// Fills one step's values.
pub(super) struct Filling<'a> {
    pub(super) plan: &'a Plan,
    pub(super) filler: &'a dyn Filler,
    pub(super) known: Known<'a>,
}

impl Filling<'_> {
    /// The fields of a step, typed by their kind and without holes.
    pub(super) fn fields(&self, kind: &'static Kind, json: &Json) -> Result<Object, FillError> {
        let Json::Object(entries) = json else {
            return Err(FillError::Plan(format!("expected the fields of {}", kind.name)));
        };
        let mut filled = Object::new();
        for (name, json) in entries {
            let Some(field) = kind.field(name) else {
                return Err(FillError::Plan(format!("{} has no field `{name}`", kind.name)));
            };
            filled.insert(name.as_str(), self.value(json, &field.ty())?);
        }
        Ok(filled)
    }

    /// One value of a type, without holes.
    pub(super) fn value(&self, json: &Json, ty: &Type) -> Result<Value, FillError> {
        let value = Value::from_json(json, ty).map_err(|error| FillError::Plan(error.to_string()))?;
        let filled = value.map_holes(&mut |leaf| match leaf {
            Value::Hole(hole) => self.hole(hole.id, &hole.ty),
            other => Ok(other.clone()),
        })?;
        match filled.has_hole() {
            true => Err(FillError::Plan("a hole is filled with another one".to_owned())),
            false => Ok(filled),
        }
    }

    /// The value of a hole, as the type that stands around it wants it.
    fn hole(&self, hole: HoleId, ty: &Type) -> Result<Value, FillError> {
        let value = self.filler.fill(&self.plan.content.residuals, hole, &self.known)?;
        if *ty == Type::Dynamic || value.ty() == *ty {
            return Ok(value);
        }
        crate::expr::convert::convert(&value, ty)
            .map_err(|error| FillError::Expression(format!("{error} where {ty} is expected")))
    }

    /// The message of the first condition that does not hold.
    pub(super) fn violated(
        &self,
        conditions: &[StepCondition],
        after: bool,
    ) -> Result<Option<String>, FillError> {
        for condition in conditions.iter().filter(|condition| condition.after == after) {
            if self.value(&condition.condition, &Type::Bool)?.as_bool() == Some(true) {
                continue;
            }
            let message = self.value(&condition.message, &Type::String)?;
            let hidden = message.has_secret();
            let text = message.as_str().filter(|_| !hidden).unwrap_or("a condition does not hold");
            return Ok(Some(text.to_owned()));
        }
        Ok(None)
    }
}

/// The rows of `kind` that `object` sets and that `test` accepts, with their values.
pub(super) fn rows<'a>(
    kind: &'static Kind,
    object: &'a Object,
    test: impl Fn(&Field) -> bool + 'a,
) -> impl Iterator<Item = (&'static Field, &'a Value)> + 'a {
    object.iter().filter_map(move |(name, value)| {
        let field = kind.field(name).filter(|field| test(field))?;
        Some((field, value))
    })
}
