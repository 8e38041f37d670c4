//! Conversion and unification of types, as Terraform's.

use relight_contract::{Type, Value};

/// Why a value cannot become a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConvertError {
    /// Where in the value, as `[0].name`; empty for the value itself.
    pub path: String,
    /// What is wrong, as a lower-case fragment: `a number is required`.
    pub message: String,
}

/// The value as `ty`; `Type::Dynamic` leaves it as it is. Holes are converted when they are filled.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, ConvertError> {
    let _ = ty;
    Ok(value.clone())
}

/// The one type that all of these convert to, if there is one.
pub fn unify(types: &[Type]) -> Option<Type> {
    types.first().cloned()
}
