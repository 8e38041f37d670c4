//! Arithmetic, comparison and logic: operands are converted, results are exact.

use relight_contract::{Number, Type, Value};

use super::equal::{Equality, equality};
use super::{Bindings, Evaluator, described, is_marked, literal};
use crate::diag::{Span, codes};
use crate::expr::convert::{ConvertError, convert};
use crate::expr::unify::is_convertible;
use crate::expr::{Binary, Expr, ExprKind, Failure, Unary};

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn unary(
        &self,
        operator: Unary,
        operand: &Expr,
        bindings: &Bindings<'_>,
    ) -> Result<Value, Failure> {
        let value = self.value(operand, bindings)?;
        let ty = operator.ty();
        let result = prepare(&value, &ty, operand.span)?.map(|known| match (operator, known) {
            (Unary::Negate, Value::Number(number)) => Value::Number(number.neg()),
            (_, known) => Value::Bool(known.as_bool() == Some(false)),
        });
        let residual = || ExprKind::Unary { operator, operand: Box::new(literal(&value)) };
        Ok(match result {
            None => self.hole(residual(), ty, is_marked(&value)),
            Some(result) if is_marked(&value) => self.secret(residual(), &result),
            Some(result) => result,
        })
    }

    #[inline(never)]
    pub(super) fn binary(
        &self,
        operator: Binary,
        operands: &(Expr, Expr),
        bindings: &Bindings<'_>,
    ) -> Result<Value, Failure> {
        let left = self.value(&operands.0, bindings)?;
        let right = self.value(&operands.1, bindings)?;
        let (result, is_secret) = match operator {
            Binary::Equal | Binary::NotEqual => {
                let result = match equality(&left, &right, self.context.residuals) {
                    Equality::Yes => Some(Value::Bool(operator == Binary::Equal)),
                    Equality::No => Some(Value::Bool(operator == Binary::NotEqual)),
                    Equality::Open => None,
                };
                // Equality looks into structures, so that a secret anywhere in them shows in the answer.
                (result, has_secret(&left) || has_secret(&right))
            }
            _ => {
                let ty = operator.operand_ty();
                let known_left = prepare(&left, &ty, operands.0.span)?;
                let known_right = prepare(&right, &ty, operands.1.span)?;
                let span = operands.0.span.to(operands.1.span);
                let result = compute(operator, known_left.as_ref(), known_right.as_ref(), span)?;
                (result, is_marked(&left) || is_marked(&right))
            }
        };
        let residual =
            || ExprKind::Binary { operator, operands: Box::new((literal(&left), literal(&right))) };
        Ok(match result {
            None => self.hole(residual(), operator.ty(), is_secret),
            Some(result) if is_secret => self.secret(residual(), &result),
            Some(result) => result,
        })
    }
}

fn has_secret(value: &Value) -> bool {
    match value {
        Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        other => other.has_secret(),
    }
}

/// An operand as the operator wants it; `None` when it is not known yet.
fn prepare(value: &Value, ty: &Type, span: Span) -> Result<Option<Value>, Failure> {
    let wanted = if *ty == Type::Bool { "a bool" } else { "a number" };
    match value.unmarked() {
        Value::Null(_) => {
            let message = format!("The operand is null, where {wanted} is needed.");
            Err(Failure::new(codes::NULL_NOT_ALLOWED, message, span))
        }
        Value::Hole(hole) if is_convertible(&hole.ty, ty) => Ok(None),
        known => convert(known, ty).map(Some).map_err(|_: ConvertError| {
            let message = match known {
                Value::String(_) if *ty == Type::Number => {
                    "The operand is text that is no number.".to_owned()
                }
                Value::String(_) => "The operand is text that is neither `true` nor `false`.".to_owned(),
                other => format!("The operand is {}, where {wanted} is needed.", described(other)),
            };
            Failure::new(codes::OPERAND_TYPE, message, span)
        }),
    }
}

fn compute(
    operator: Binary,
    left: Option<&Value>,
    right: Option<&Value>,
    span: Span,
) -> Result<Option<Value>, Failure> {
    match operator {
        Binary::And => Ok(logic(left, right, false)),
        Binary::Or => Ok(logic(left, right, true)),
        _ => match (left, right) {
            (Some(Value::Number(left)), Some(Value::Number(right))) => {
                arithmetic(operator, left, right, span).map(Some)
            }
            _ => Ok(None),
        },
    }
}

/// `decisive` settles the result whatever the other operand is.
fn logic(left: Option<&Value>, right: Option<&Value>, decisive: bool) -> Option<Value> {
    let (left, right) = (left.and_then(Value::as_bool), right.and_then(Value::as_bool));
    match (left, right) {
        (Some(flag), _) | (_, Some(flag)) if flag == decisive => Some(Value::Bool(decisive)),
        (Some(left), Some(right)) => Some(Value::Bool(if decisive { left || right } else { left && right })),
        _ => None,
    }
}

fn arithmetic(operator: Binary, left: &Number, right: &Number, span: Span) -> Result<Value, Failure> {
    let result = match operator {
        Binary::Add => left.add(right),
        Binary::Subtract => left.sub(right),
        Binary::Multiply => left.mul(right),
        Binary::Divide => left.div(right),
        // As Terraform has it, nothing divides by zero here, and all of it is left over.
        Binary::Remainder if *right == Number::ZERO => return Ok(Value::Number(left.clone())),
        Binary::Remainder => left.rem(right),
        Binary::Less => return Ok(Value::Bool(left < right)),
        Binary::LessOrEqual => return Ok(Value::Bool(left <= right)),
        Binary::Greater => return Ok(Value::Bool(left > right)),
        Binary::GreaterOrEqual => return Ok(Value::Bool(left >= right)),
        Binary::Equal | Binary::NotEqual | Binary::And | Binary::Or => {
            return Ok(Value::Bool(left == right));
        }
    };
    result.map(Value::Number).map_err(|error| match error {
        relight_contract::number::NumberError::DivisionByZero => {
            Failure::new(codes::DIVISION_BY_ZERO, "The divisor is zero.", span)
        }
        other => Failure::new(codes::VALUE_TOO_LARGE, format!("The calculation fails: {other}."), span),
    })
}

impl Unary {
    /// The type of operand and result.
    pub(super) fn ty(self) -> Type {
        match self {
            Unary::Not => Type::Bool,
            Unary::Negate => Type::Number,
        }
    }
}

impl Binary {
    /// The type of the result.
    pub(super) fn ty(self) -> Type {
        match self {
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
                Type::Number
            }
            _ => Type::Bool,
        }
    }

    fn operand_ty(self) -> Type {
        match self {
            Binary::And | Binary::Or => Type::Bool,
            _ => Type::Number,
        }
    }
}
