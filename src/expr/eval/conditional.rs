//! `condition ? then : otherwise`: both arms become one type; only the failure of the arm that is chosen counts.

use relight_contract::{Type, Value};

use super::{Bindings, Evaluator, described_type, is_marked, literal};
use crate::diag::{Span, codes};
use crate::expr::convert::{convert, convert_in, unify};
use crate::expr::{Expr, ExprKind, Failure, Part};

type Arm = Result<Value, Failure>;

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn conditional(
        &self,
        parts: &(Expr, Expr, Expr),
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let (condition, then, otherwise) = parts;
        let then_arm = self.arm(then, bindings)?;
        let otherwise_arm = self.arm(otherwise, bindings)?;
        let ty = common_type(then, &then_arm, otherwise, &otherwise_arm, span)?;
        let condition_value = self.value(condition, bindings)?;
        let Some(holds) = truth(&condition_value, condition.span)? else {
            return self.undecided(parts, condition_value, [then_arm, otherwise_arm], ty, bindings);
        };
        let (chosen, place) = if holds { (&then_arm, then.span) } else { (&otherwise_arm, otherwise.span) };
        let value = convert_in(chosen.as_ref().map_err(Clone::clone)?, &ty, self.context.residuals);
        let value = value.map_err(|error| {
            let message = format!("The result does not fit the type of the other one: {error}.");
            Failure::new(codes::ARMS_DIFFER, message, place)
        })?;
        let results = [Some(&condition_value), then_arm.as_ref().ok(), otherwise_arm.as_ref().ok()];
        if !results.into_iter().flatten().any(is_marked) {
            return Ok(value);
        }
        // An arm that fails is never taken, as long as the secrets stay what they are.
        let arm = |arm: &Arm| arm.as_ref().map_or_else(|_| Expr::literal(Value::NULL), literal);
        let conditional = (literal(&condition_value), arm(&then_arm), arm(&otherwise_arm));
        Ok(self.marked(value, || ExprKind::Conditional { parts: Box::new(conditional) }))
    }

    /// An arm whose failure counts only when it is chosen. What no choice could mend is a failure at once.
    fn arm(&self, expr: &Expr, bindings: &Bindings<'_>) -> Result<Arm, Failure> {
        match self.value(expr, bindings) {
            Err(failure) if failure.is_lasting() => Err(failure),
            arm => Ok(arm),
        }
    }

    fn undecided(
        &self,
        parts: &(Expr, Expr, Expr),
        condition: Value,
        arms: [Arm; 2],
        ty: Type,
        bindings: &Bindings<'_>,
    ) -> Result<Value, Failure> {
        let mut is_secret = is_marked(&condition);
        let mut results = Vec::with_capacity(2);
        for (arm, expr) in arms.into_iter().zip([&parts.1, &parts.2]) {
            results.push(match arm {
                Ok(value) => {
                    is_secret |= value.has_secret();
                    match convert_in(&value, &ty, self.context.residuals) {
                        Ok(converted) => Expr::literal(converted),
                        Err(_) => Expr::literal(value),
                    }
                }
                Err(_) => self.close(expr, bindings)?,
            });
        }
        let [then, otherwise] = <[Expr; 2]>::try_from(results).unwrap_or_else(|_| {
            // Two arms went in, so that two come out.
            [Expr::literal(Value::NULL), Expr::literal(Value::NULL)]
        });
        if let (ExprKind::Literal(a), ExprKind::Literal(b)) = (&then.kind, &otherwise.kind)
            && a == b
            && !is_secret
        {
            return Ok(a.clone());
        }
        let expr = ExprKind::Conditional { parts: Box::new((Expr::literal(condition), then, otherwise)) };
        Ok(self.hole(expr, ty, is_secret))
    }
}

/// Whether a condition holds; `None` when it is not known yet.
pub(super) fn truth(condition: &Value, span: Span) -> Result<Option<bool>, Failure> {
    match condition.unmarked() {
        Value::Bool(flag) => Ok(Some(*flag)),
        Value::Hole(_) => Ok(None),
        Value::Null(_) => {
            Err(Failure::new(codes::CONDITION_TYPE, "The condition is null, where a bool is needed.", span))
        }
        known => match convert(known, &Type::Bool) {
            Ok(value) => Ok(value.as_bool()),
            Err(error) => {
                Err(Failure::new(codes::CONDITION_TYPE, format!("In the condition, {error}."), span))
            }
        },
    }
}

/// The type of the whole; open when an arm's type is.
fn common_type(
    then: &Expr,
    then_arm: &Arm,
    otherwise: &Expr,
    otherwise_arm: &Arm,
    span: Span,
) -> Result<Type, Failure> {
    match (then_arm, otherwise_arm) {
        (Ok(Value::Null(Type::Dynamic)), Ok(other)) | (Ok(other), Ok(Value::Null(Type::Dynamic))) => {
            return Ok(other.ty());
        }
        _ => {}
    }
    let a = arm_type(then, then_arm);
    let b = arm_type(otherwise, otherwise_arm);
    if a == Type::Dynamic || b == Type::Dynamic {
        return Ok(Type::Dynamic);
    }
    if a == b {
        return Ok(a);
    }
    unify(&[a.clone(), b.clone()]).ok_or_else(|| {
        let message = match (described_type(&a), described_type(&b)) {
            (a, b) if a == b => format!("Both results are {a}, but their parts have no common type."),
            (a, b) => format!("One result is {a}, the other {b}, and these have no common type."),
        };
        Failure::new(codes::ARMS_DIFFER, message, span)
    })
}

/// The type of an arm; of one that fails, what its form tells.
fn arm_type(expr: &Expr, arm: &Arm) -> Type {
    match arm {
        Ok(value) => value.ty(),
        Err(_) => match &expr.kind {
            ExprKind::Template(parts) if !matches!(parts.as_slice(), [Part::Value(_)]) => Type::String,
            ExprKind::TemplateFor(_) => Type::String,
            ExprKind::Unary { operator, .. } => operator.ty(),
            ExprKind::Binary { operator, .. } => operator.ty(),
            _ => Type::Dynamic,
        },
    }
}
