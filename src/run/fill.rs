//! Holes: what a plan left open is filled just before its step, from answers and secrets.

use std::cell::RefCell;
use std::collections::BTreeMap;

use relight_contract::{Address, DataSource, Field, Kind, Name, Object, Type, Value};
use serde_json::Value as Json;

use super::Means;
use crate::expr::{Filled, Filler, Learned, Leaves, Node, SecretSource};
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

/// Reads secrets from their sources: files, the environment, flags.
pub trait Secrets {
    /// The secret that `source` names, or what to do to have it.
    fn secret(&self, source: &SecretSource) -> Result<Value, String>;
}

/// What is known by now: outputs by address, and where secrets come from.
struct Known<'a> {
    outputs: &'a BTreeMap<Address, Object>,
    means: &'a Means,
    /// Why a secret was not given.
    refused: Option<String>,
}

impl Leaves for Known<'_> {
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value> {
        self.outputs.get(address).and_then(|object| object.get(attribute)).cloned()
    }

    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        match self.means.secrets.secret(source) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refused = Some(reason);
                None
            }
        }
    }

    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        let data = self.means.registry.data(kind).ok_or_else(|| format!("`{kind}` is not known"))?;
        let DataSource::Pure(answer) = data.source else {
            return Err(format!("`{kind}` is answered by a cloud, when planning"));
        };
        let answers = answer(arguments)?;
        answers.get(attribute).cloned().ok_or_else(|| format!("`{kind}` answers no `{attribute}`"))
    }
}

/// Fills one step's values.
pub(super) struct Filling<'a> {
    pub(super) plan: &'a Plan,
    pub(super) outputs: &'a BTreeMap<Address, Object>,
    pub(super) means: &'a Means,
    /// What earlier steps have filled, so that a long chain of expressions is gone through once.
    pub(super) learned: &'a RefCell<Learned>,
    /// Whether fields that cannot be filled are left out: nothing is sent then, only looked for.
    pub(super) lenient: bool,
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
            match self.value(json, &field.ty()) {
                Ok(value) => {
                    filled.insert(name.as_str(), value);
                }
                Err(FillError::Plan(reason)) => return Err(FillError::Plan(reason)),
                Err(_) if self.lenient => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// One value of a type, without holes.
    pub(super) fn value(&self, json: &Json, ty: &Type) -> Result<Value, FillError> {
        let value = Value::from_json(json, ty).map_err(|error| FillError::Plan(error.to_string()))?;
        let mut known = Known { outputs: self.outputs, means: self.means, refused: None };
        let mut filler = Filler::with(&self.plan.content.residuals, self.learned.take());
        let filled = filler.fill_value(&value, &mut known, &*self.means.files);
        self.learned.replace(filler.learned());
        match filled {
            Filled::Known(value) => Ok(value),
            Filled::Failed(failure) => Err(FillError::Expression(failure.message)),
            Filled::Still(node) => Err(match *node {
                Node::Output { address, attribute, .. } => FillError::Output { address, attribute },
                Node::Secret(source) => {
                    FillError::Secret(known.refused.unwrap_or_else(|| format!("{source:?}")))
                }
                Node::Data { .. } | Node::Expr(_) => {
                    FillError::Plan("a residual rests on nothing".to_owned())
                }
            }),
        }
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
