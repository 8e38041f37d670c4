//! Calls of the function library: unknown and secret arguments are this side's business.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{Hole, HoleId, Name, Type, Value};

use super::special::Form;
use super::{Bindings, Evaluator, described, is_marked, literal};
use crate::diag::{Span, codes, suggest};
use crate::expr::convert::{convert_in, reveal};
use crate::expr::functions::{self, FunctionError, Outcome, SPECIAL_FORMS};
use crate::expr::{Expr, ExprKind, Failure, Node};

/// A call with its arguments evaluated.
struct Called<'e> {
    function: &'e Name,
    values: Vec<Value>,
    /// The arguments as written; fewer than values when the last one was spread out.
    written: &'e [Expr],
    span: Span,
}

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn call(
        &self,
        function: &Name,
        arguments: &[Expr],
        spread: bool,
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let is_special = SPECIAL_FORMS.contains(&&**function);
        if is_special && !spread {
            return self.special(Form { function, arguments, span }, bindings);
        }
        if &**function == "length"
            && let [only] = arguments
        {
            let values = vec![self.collection(only, bindings)?];
            return self.invoke(&Called { function, values, written: arguments, span }, false);
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument, bindings)?);
        }
        let mut is_secret = false;
        if spread {
            let last = values.pop().unwrap_or(Value::NULL);
            is_secret = is_marked(&last);
            let place = arguments.last().map_or(span, |last| last.span);
            match spread_out(&last, place)? {
                Some(items) => values.extend(items.iter().cloned()),
                None => {
                    values.push(last);
                    let secret = values.iter().any(Value::has_secret);
                    let arguments = values.iter().map(literal).collect();
                    let call = ExprKind::Call { function: function.clone(), arguments, spread: true };
                    return Ok(self.hole(call, Type::Dynamic, secret));
                }
            }
        }
        if is_special {
            let literals: Vec<Expr> = values.iter().map(literal).collect();
            return self.special(Form { function, arguments: &literals, span }, bindings);
        }
        self.invoke(&Called { function, values, written: arguments, span }, is_secret)
    }

    fn invoke(&self, called: &Called<'_>, is_secret: bool) -> Result<Value, Failure> {
        let residuals = self.context.residuals;
        if !is_secret && called.values.iter().all(|value| residuals.is_plain(value)) {
            return match self.ask(called, &called.values, false)? {
                Outcome::Known(value) => Ok(value),
                Outcome::Unknown(ty) => Ok(self.hole(called.residual(), ty, false)),
            };
        }
        let is_secret = is_secret || called.values.iter().any(is_marked);
        if !called.values.iter().any(Value::has_secret) && !is_secret {
            return match self.ask(called, &called.values, false)? {
                Outcome::Known(value) => Ok(value),
                Outcome::Unknown(ty) => Ok(self.hole(called.residual(), ty, false)),
            };
        }
        if !is_secret && let Some(value) = self.invoke_around(called)? {
            return Ok(value);
        }
        let values: Vec<Value> = called.values.iter().map(reveal).collect();
        match self.ask(called, &values, true)? {
            Outcome::Known(value) => Ok(self.secret(called.residual(), &value)),
            Outcome::Unknown(ty) => Ok(self.hole(called.residual(), ty, true)),
        }
    }

    /// Calls with secrets inside the arguments as if they were unknown. A function that passes them on untouched, as
    /// `merge` and `concat` do, leaves everything around them plain. `None` when it needs to look at one.
    fn invoke_around(&self, called: &Called<'_>) -> Result<Option<Value>, Failure> {
        let mut secrets: BTreeMap<HoleId, Value> = BTreeMap::new();
        let mut holes: BTreeSet<HoleId> = BTreeSet::new();
        let mut cover = |value: &Value| -> Result<Value, Failure> {
            let Value::Secret(secret) = value else {
                value.each_hole(&mut |id| {
                    holes.insert(id);
                });
                return Ok(value.clone());
            };
            secrets.insert(secret.id, value.clone());
            Ok(Value::Hole(Arc::new(Hole { id: secret.id, ty: secret.value.ty(), sensitive: true })))
        };
        let covered: Result<Vec<Value>, Failure> =
            called.values.iter().map(|value| value.map_holes(&mut cover)).collect();
        let Ok(Outcome::Known(value)) = self.ask(called, &covered?, true) else { return Ok(None) };
        let mut is_untouched = true;
        let mut uncover = |value: &Value| -> Result<Value, Failure> {
            let Value::Hole(hole) = value else { return Ok(value.clone()) };
            let origin = self.origin(hole.id);
            let Some(secret) = secrets.get(&origin) else {
                is_untouched &= holes.contains(&origin);
                return Ok(value.clone());
            };
            convert_in(secret, &hole.ty, self.context.residuals).map_err(|error| {
                called.failure(&FunctionError { argument: None, message: error.message }, true)
            })
        };
        let value = value.map_holes(&mut uncover)?;
        // The order of a set tells of its members.
        let tells = value.any(&mut |part| matches!(part, Value::Set(_)) && part.has_secret());
        Ok((is_untouched && !tells).then_some(value))
    }

    /// The hole that a hole was converted from.
    fn origin(&self, mut id: HoleId) -> HoleId {
        let source = |node: &Node| match node {
            Node::Expr(Expr { kind: ExprKind::Convert { value, .. }, .. }) => match &value.kind {
                ExprKind::Literal(Value::Hole(hole)) => Some(hole.id),
                _ => None,
            },
            _ => None,
        };
        while let Some(Some(earlier)) = self.context.residuals.with_node(id, source) {
            id = earlier;
        }
        id
    }

    fn ask(&self, called: &Called<'_>, values: &[Value], has_secret: bool) -> Result<Outcome, Failure> {
        match functions::call(called.function, values, self.context) {
            Some(Ok(outcome)) => Ok(outcome),
            Some(Err(error)) => Err(called.failure(&error, has_secret)),
            None => Err(called.unknown()),
        }
    }
}

/// The elements of a spread argument; `None` when they are not known yet.
fn spread_out(value: &Value, span: Span) -> Result<Option<&[Value]>, Failure> {
    match value.unmarked() {
        Value::Set(_) if value.has_hole() => Ok(None),
        Value::Hole(hole) if !hole.ty.is_primitive() => Ok(None),
        known => match known.as_items() {
            Some(items) => Ok(Some(items)),
            None => {
                let message = format!("`...` spreads out a list, set or tuple, not {}.", described(known));
                Err(Failure::new(codes::SPLAT_INVALID, message, span))
            }
        },
    }
}

impl Called<'_> {
    fn residual(&self) -> ExprKind {
        let arguments = self.values.iter().map(literal).collect();
        ExprKind::Call { function: self.function.clone(), arguments, spread: false }
    }

    fn failure(&self, error: &FunctionError, has_secret: bool) -> Failure {
        let place = error.argument.and_then(|index| self.written.get(index).or(self.written.last()));
        let span = place.map_or(self.span, |argument| argument.span);
        let message = match has_secret {
            true => format!("The call of `{}` fails on a sensitive argument.", self.function),
            false => {
                format!("The call of `{}` fails: {}.", self.function, error.message.trim_end_matches('.'))
            }
        };
        Failure::new(codes::FUNCTION_FAILED, message, span)
    }

    fn unknown(&self) -> Failure {
        let message = format!("There is no function `{}`.", self.function);
        let failure = Failure::new(codes::FUNCTION_UNKNOWN, message, self.span);
        match suggest(self.function, functions::names()) {
            Some(near) => failure.help(format!("Did you mean `{near}`?")),
            None => failure,
        }
    }
}
