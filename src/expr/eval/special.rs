//! Functions that look at expressions rather than values, or at marks: `try`, `can`, `sensitive`, templates and so on.

use std::sync::Arc;

use relight_contract::identifier::is_identifier;
use relight_contract::{Hole, Name, Object, Type, Value};

use super::{Bindings, Evaluator, described, is_marked, literal};
use crate::diag::{Span, codes};
use crate::expr::convert::convert_in;
use crate::expr::residual::Node;
use crate::expr::{Expr, ExprKind, Failure, render};

/// A call of a special form.
#[derive(Clone, Copy)]
pub(super) struct Form<'e> {
    pub(super) function: &'e Name,
    pub(super) arguments: &'e [Expr],
    pub(super) span: Span,
}

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn special(&self, form: Form<'_>, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        match &**form.function {
            "try" => self.try_each(form, bindings),
            "can" => self.can(form.only()?, bindings),
            "type" => Ok(Value::text(render::type_text(&self.value(form.only()?, bindings)?.ty()))),
            "sensitive" => Ok(self.sensitive(form, &self.value(form.only()?, bindings)?)),
            "nonsensitive" => Ok(self.nonsensitive(form, self.value(form.only()?, bindings)?)),
            "issensitive" => Ok(Value::Bool(is_marked(&self.value(form.only()?, bindings)?))),
            "ephemeralasnull" => self.value(form.only()?, bindings),
            "templatefile" => self.template_file(form, bindings),
            _ => self.template_string(form, bindings),
        }
    }

    /// The first argument that has a value. One that may still fail leaves the choice open.
    fn try_each(&self, form: Form<'_>, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let mut last = None;
        for (index, argument) in form.arguments.iter().enumerate() {
            match self.value(argument, bindings) {
                Ok(value) if self.is_settled(&value) => return Ok(value),
                Ok(value) => {
                    let rest = form.arguments.get(index..).unwrap_or_default();
                    return self.open_try(form, rest, &value, bindings);
                }
                Err(failure) if failure.is_lasting() => return Err(failure),
                Err(failure) => last = Some(failure),
            }
        }
        Err(last.map_or_else(
            || Failure::new(codes::ARGUMENT_COUNT, "`try` needs at least one argument.", form.span),
            |last| {
                let message = format!("No argument of `try` has a value. The last one: {}", last.message);
                Failure::new(codes::FUNCTION_FAILED, message, form.span)
            },
        ))
    }

    fn open_try(
        &self,
        form: Form<'_>,
        rest: &[Expr],
        first: &Value,
        bindings: &Bindings<'_>,
    ) -> Result<Value, Failure> {
        let mut ty = first.ty();
        let mut is_secret = first.has_secret();
        for argument in rest.iter().skip(1) {
            if let Ok(value) = self.value(argument, bindings) {
                is_secret |= value.has_secret();
                if value.ty() != ty {
                    ty = Type::Dynamic;
                }
            }
        }
        let arguments = self.close_choices(rest, bindings)?;
        let call = ExprKind::Call { function: form.function.clone(), arguments, spread: false };
        Ok(self.hole(call, ty, is_secret))
    }

    fn can(&self, argument: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        match self.value(argument, bindings) {
            Ok(value) if self.is_settled(&value) => Ok(Value::Bool(true)),
            Ok(_) => {
                let closed = self.close(argument, bindings)?;
                let call = ExprKind::Call { function: "can".into(), arguments: vec![closed], spread: false };
                Ok(self.hole(call, Type::Bool, false))
            }
            Err(failure) if failure.is_lasting() => Err(failure),
            Err(_) => Ok(Value::Bool(false)),
        }
    }

    /// Whether the value cannot fail any more: what is open in it are outputs as they come.
    fn is_settled(&self, value: &Value) -> bool {
        let residuals = self.context.residuals;
        !value.any(&mut |part| match part {
            Value::Hole(hole) => {
                let fails = |node: &Node| match node {
                    Node::Output { ty, .. } => *ty != hole.ty,
                    Node::Secret(_) | Node::Data { .. } | Node::Expr(_) => true,
                };
                residuals.with_node(hole.id, fails).unwrap_or(true)
            }
            _ => false,
        })
    }

    fn sensitive(&self, form: Form<'_>, value: &Value) -> Value {
        let residuals = self.context.residuals;
        match value {
            Value::Secret(_) => value.clone(),
            Value::Hole(hole) => {
                Value::Hole(Arc::new(Hole { id: hole.id, ty: hole.ty.clone(), sensitive: true }))
            }
            known if residuals.is_plain(known) => residuals.spec_secret(known.clone()),
            mixed => {
                let hidden = ExprKind::Literal(self.hide(mixed));
                match mixed.has_hole() {
                    true => self.hole(hidden, mixed.ty(), true),
                    // What is secret inside stays so, also after `nonsensitive`.
                    false => residuals.secret_expr(Expr::new(hidden, form.span), mixed.clone()),
                }
            }
        }
    }

    /// The value with all its plain parts made secret, so that none of them is stored as it is.
    fn hide(&self, value: &Value) -> Value {
        let residuals = self.context.residuals;
        let items = |items: &[Value]| items.iter().map(|item| self.hide(item)).collect();
        let entries =
            |object: &Object| object.iter().map(|(name, item)| (name.clone(), self.hide(item))).collect();
        match value {
            Value::List(list) => Value::list(list.element.clone(), items(&list.items)),
            Value::Tuple(parts) => Value::tuple(items(parts)),
            Value::Map(map) => Value::map(map.element.clone(), entries(&map.entries)),
            Value::Object(object) => Value::object(entries(object)),
            Value::Hole(_) | Value::Secret(_) | Value::Set(_) | Value::Null(_) => value.clone(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => residuals.spec_secret(value.clone()),
        }
    }

    fn nonsensitive(&self, form: Form<'_>, value: Value) -> Value {
        match &value {
            Value::Secret(secret) => secret.value.clone(),
            Value::Hole(hole) if hole.sensitive => {
                let arguments = vec![literal(&value)];
                let call = ExprKind::Call { function: form.function.clone(), arguments, spread: false };
                self.hole(call, hole.ty.clone(), false)
            }
            _ => value,
        }
    }

    fn template_file(&self, form: Form<'_>, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let (path_expr, variables_expr) = form.pair()?;
        self.refuse_nested(form)?;
        let path_value = self.value(path_expr, bindings)?;
        let variables = self.value(variables_expr, bindings)?;
        let path = match path_value.unmarked() {
            Value::String(path) => path.clone(),
            Value::Hole(_) => return Ok(self.open_template(form, &path_value, &variables, Type::Dynamic)),
            other => {
                return Err(form.refuse(path_expr, &format!("the path is text, not {}", described(other))));
            }
        };
        let bytes = self.context.files.read(&path).map_err(|message| form.refuse(path_expr, &message))?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| form.refuse(path_expr, &format!("`{path}` is not UTF-8 text")))?;
        let result = self.render(form, (&path, text), (variables_expr, &variables))?;
        match result {
            Some(value) if is_marked(&path_value) => {
                Ok(self.marked(value, || form.residual(&path_value, &variables)))
            }
            Some(value) => Ok(value),
            None => Ok(self.open_template(form, &path_value, &variables, Type::Dynamic)),
        }
    }

    fn template_string(&self, form: Form<'_>, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let (text_expr, variables_expr) = form.pair()?;
        self.refuse_nested(form)?;
        let is_direct = match &text_expr.kind {
            ExprKind::Reference(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => true,
            // In a residual, the reference has become its value.
            ExprKind::Literal(_) => text_expr.span.is_none(),
            _ => false,
        };
        if !is_direct {
            return Err(form.refuse(text_expr, "the template must be a reference to a text"));
        }
        let text_value = self.value(text_expr, bindings)?;
        let variables = self.value(variables_expr, bindings)?;
        let text = match text_value.unmarked() {
            Value::String(text) => text.clone(),
            Value::Hole(_) => return Ok(self.open_template(form, &text_value, &variables, Type::String)),
            other => {
                return Err(
                    form.refuse(text_expr, &format!("the template is text, not {}", described(other)))
                );
            }
        };
        let result = self.render(form, ("the template", &text), (variables_expr, &variables))?;
        let Some(value) = result else {
            return Ok(self.open_template(form, &text_value, &variables, Type::String));
        };
        let value = convert_in(&value, &Type::String, self.context.residuals)
            .map_err(|error| form.refuse(text_expr, &error.to_string()))?;
        match is_marked(&text_value) {
            true => Ok(self.marked(value, || form.residual(&text_value, &variables))),
            false => Ok(value),
        }
    }

    /// A template's value; `None` when its variables are not known at all.
    fn render(
        &self,
        form: Form<'_>,
        (name, text): (&str, &str),
        (place, variables): (&Expr, &Value),
    ) -> Result<Option<Value>, Failure> {
        let entries = match variables.unmarked() {
            Value::Object(object) => object,
            Value::Map(map) => &map.entries,
            Value::Hole(hole) if matches!(hole.ty, Type::Map(_) | Type::Object(_) | Type::Dynamic) => {
                return Ok(None);
            }
            other => {
                let message = format!("the variables are an object or a map, not {}", described(other));
                return Err(form.refuse(place, &message));
            }
        };
        if let Some(bad) = entries.names().find(|name| !is_identifier(name)) {
            return Err(form.refuse(place, &format!("`{bad}` cannot be the name of a variable")));
        }
        let mut bound = entries.clone();
        if is_marked(variables) {
            let each = entries.iter().map(|(name, value)| {
                let of = || Box::new(literal(variables));
                let attribute = || ExprKind::Attribute { of: of(), name: name.clone() };
                (name.clone(), self.marked(value.clone(), attribute))
            });
            bound = each.collect();
        }
        let template = self.context.files.template(name, text).map_err(|message| {
            Failure::new(codes::TEMPLATE_INVALID, format!("In {name}: {message}"), form.span)
        })?;
        let inner = Evaluator { is_template: true, ..*self };
        let value = inner.value(&template, &Bindings::All(&bound)).map_err(|failure| {
            let message = format!("In {name}: {}", failure.message);
            Failure { code: codes::FUNCTION_FAILED, message, help: failure.help, span: form.span }
        })?;
        match is_marked(variables) {
            true => Ok(Some(self.marked(value, || form.residual(&Value::text(text), variables)))),
            false => Ok(Some(value)),
        }
    }

    fn refuse_nested(&self, form: Form<'_>) -> Result<(), Failure> {
        match self.is_template {
            false => Ok(()),
            true => {
                let message = format!("`{}` cannot be called inside a template.", form.function);
                Err(Failure::new(codes::FUNCTION_FAILED, message, form.span))
            }
        }
    }

    fn open_template(&self, form: Form<'_>, source: &Value, variables: &Value, ty: Type) -> Value {
        let is_secret = source.has_secret() || variables.has_secret();
        self.hole(form.residual(source, variables), ty, is_secret)
    }
}

impl<'e> Form<'e> {
    fn only(self) -> Result<&'e Expr, Failure> {
        match self.arguments {
            [only] => Ok(only),
            _ => Err(self.miscounted("one argument")),
        }
    }

    fn pair(self) -> Result<(&'e Expr, &'e Expr), Failure> {
        match self.arguments {
            [first, second] => Ok((first, second)),
            _ => Err(self.miscounted("two arguments")),
        }
    }

    fn miscounted(self, wanted: &str) -> Failure {
        let message = format!("`{}` takes {wanted}, not {}.", self.function, self.arguments.len());
        Failure::new(codes::ARGUMENT_COUNT, message, self.span)
    }

    fn refuse(self, place: &Expr, message: &str) -> Failure {
        let span = if place.span.is_none() { self.span } else { place.span };
        Failure::new(
            codes::FUNCTION_FAILED,
            format!("The call of `{}` fails: {message}.", self.function),
            span,
        )
    }

    fn residual(self, first: &Value, second: &Value) -> ExprKind {
        let arguments = vec![literal(first), literal(second)];
        ExprKind::Call { function: self.function.clone(), arguments, spread: false }
    }
}
