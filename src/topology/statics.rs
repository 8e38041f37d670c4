//! Values that are known before there are sites: variables of the root, and locals made of nothing else.

use std::cell::Cell;
use std::collections::BTreeMap;

use relight_contract::{Name, Value};

use crate::diag::{Diagnostic, Diagnostics, Span, codes, suggest};
use crate::expr::convert::convert;
use crate::expr::{Context, Expr, Failure, Files, Reference, Residuals, Scope, Step, evaluate};
use crate::spec::{Module, TypeDefaults, Variable};

/// What the caller gives for the variables of the root module.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values by name; a later one of the same name wins.
    pub variables: Vec<(Name, Given)>,
}

/// One given value.
#[derive(Clone, Debug)]
pub struct Given {
    /// The text as it was given; counts for variables of type `string` and of no type.
    pub text: Option<String>,
    /// The value as an expression; counts for all others.
    pub expr: Option<Expr>,
    /// Where it comes from, for people: `--var`, `TF_VAR_x`, `prod.tfvars`.
    pub origin: String,
}

/// How deep locals may refer to each other where only static values are allowed.
const DEPTH: u32 = 100;

pub(super) struct Statics<'a> {
    pub(super) module: &'a Module,
    pub(super) variables: &'a BTreeMap<Name, (Value, bool)>,
    pub(super) files: &'a dyn Files,
    pub(super) residuals: &'a Residuals,
    depth: Cell<u32>,
}

impl<'a> Statics<'a> {
    pub(super) fn new(
        module: &'a Module,
        variables: &'a BTreeMap<Name, (Value, bool)>,
        files: &'a dyn Files,
        residuals: &'a Residuals,
    ) -> Statics<'a> {
        Statics { module, variables, files, residuals, depth: Cell::new(0) }
    }

    pub(super) fn evaluate(&self, expr: &Expr) -> Result<Value, Failure> {
        evaluate(expr, &Context { scope: self, files: self.files, residuals: self.residuals, now: None })
    }

    fn local(&self, name: &Name, span: Span) -> Result<Value, Failure> {
        let local = self.module.locals.iter().find(|local| local.name.name == *name).ok_or_else(|| {
            Failure::new(codes::LOCAL_UNKNOWN, format!("there is no local value `{name}`"), span)
        })?;
        if self.depth.get() >= DEPTH {
            return Err(Failure::new(
                codes::CYCLE,
                format!(
                    "`local.{name}` is reached through more than {DEPTH} other local values, or through itself"
                ),
                span,
            ));
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.evaluate(&local.value);
        self.depth.set(self.depth.get() - 1);
        value
    }
}

impl Scope for Statics<'_> {
    fn look_up(&self, reference: &Reference, _: &[Step], span: Span) -> Result<(Value, usize), Failure> {
        let value = match reference {
            Reference::Variable(name) => {
                self.variables.get(name).map(|(value, _)| value.clone()).ok_or_else(|| {
                    Failure::new(codes::VARIABLE_UNKNOWN, format!("there is no variable `{name}`"), span)
                })?
            }
            Reference::Local(name) => self.local(name, span)?,
            Reference::PathModule | Reference::PathRoot | Reference::PathWorking => Value::from("."),
            Reference::Workspace => Value::from("default"),
            _ => {
                return Err(Failure::new(
                    codes::REFERENCE_OUT_OF_PLACE,
                    "sites are set up before anything else exists: only variables and locals may stand here",
                    span,
                ));
            }
        };
        Ok((value, 0))
    }
}

/// The values of the root module's variables, and what is wrong with them.
pub(super) fn variables(
    module: &Module,
    inputs: &Inputs,
    files: &dyn Files,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<Name, (Value, bool)> {
    let residuals = Residuals::new();
    let none = BTreeMap::new();
    let statics = Statics::new(module, &none, files, &residuals);
    for (name, given) in &inputs.variables {
        if !module.variables.iter().any(|variable| variable.name.name == *name) {
            let names = module.variables.iter().map(|variable| variable.name.name.to_string());
            diagnostics.push(
                Diagnostic::error(
                    codes::VARIABLE_UNDECLARED,
                    format!("{} gives a value for `{name}`, but there is no such variable", given.origin),
                )
                .did_you_mean(suggest(name, names)),
            );
        }
    }
    let mut values = BTreeMap::new();
    for variable in &module.variables {
        let given = inputs
            .variables
            .iter()
            .rev()
            .find(|(name, _)| *name == variable.name.name)
            .map(|(_, given)| given);
        let value = match given {
            Some(given) => given_value(&statics, variable, given),
            None => default_value(&statics, variable),
        };
        let value = value.and_then(|value| typed(&statics, variable, value));
        let value = diagnostics.keep(value).unwrap_or(Value::Null(variable.ty.clone()));
        values.insert(variable.name.name.clone(), (value, variable.sensitive));
    }
    values
}

fn given_value(statics: &Statics<'_>, variable: &Variable, given: &Given) -> Result<Value, Diagnostic> {
    let plain = matches!(variable.ty, relight_contract::Type::String | relight_contract::Type::Dynamic);
    match (&given.text, &given.expr) {
        (Some(text), _) if plain => Ok(Value::from(text.as_str())),
        (_, Some(expr)) => statics.evaluate(expr).map_err(Diagnostic::from),
        (Some(text), None) if variable.ty.is_primitive() => Ok(Value::from(text.as_str())),
        _ => Err(Diagnostic::error(
            codes::VARIABLE_TYPE,
            format!("{} gives no usable value for `{}`", given.origin, variable.name.name),
        )
        .at(variable.span)
        .help(format!("give a value of type `{}` in HCL syntax", variable.ty))),
    }
}

fn default_value(statics: &Statics<'_>, variable: &Variable) -> Result<Value, Diagnostic> {
    match &variable.default {
        Some(default) => statics.evaluate(default).map_err(Diagnostic::from),
        None => {
            let name = &variable.name.name;
            Err(Diagnostic::error(codes::VARIABLE_MISSING, format!("the variable `{name}` has no value"))
                .at(variable.name.span)
                .help(format!("pass `--var {name}=...`, set it in a `.tfvars` file, or give it a `default`")))
        }
    }
}

/// The value with defaults of optional attributes filled in, converted, and checked for null.
fn typed(statics: &Statics<'_>, variable: &Variable, value: Value) -> Result<Value, Diagnostic> {
    let name = &variable.name.name;
    let mut value = value;
    if value.is_null() && !variable.nullable {
        value = default_value(statics, variable)?;
    }
    convert_argument(statics.files, statics.residuals, variable, value).map_err(|message| {
        Diagnostic::error(
            codes::VARIABLE_TYPE,
            format!("the value of the variable `{name}` does not fit its type: {message}"),
        )
        .at(variable.name.span)
        .help(format!("its type is `{}`", variable.ty))
    })
}

/// Lays the defaults of optional attributes under a value, and converts it to the variable's type.
pub(crate) fn convert_argument(
    files: &dyn Files,
    residuals: &Residuals,
    variable: &Variable,
    value: Value,
) -> Result<Value, String> {
    let value = match &variable.defaults {
        Some(defaults) => with_defaults(files, residuals, defaults, value)?,
        None => value,
    };
    let value = convert(&value, &variable.ty).map_err(|error| {
        if error.path.is_empty() { error.message } else { format!("at `{}`: {}", error.path, error.message) }
    })?;
    if value.is_null() && !variable.nullable {
        return Err("it may not be null".to_owned());
    }
    Ok(value)
}

fn with_defaults(
    files: &dyn Files,
    residuals: &Residuals,
    defaults: &TypeDefaults,
    value: Value,
) -> Result<Value, String> {
    let inner = |name: &str| defaults.inner.iter().find(|(key, _)| &**key == name).map(|(_, inner)| inner);
    let descend = |name: &str, value: &Value| match inner(name).or_else(|| inner("*")) {
        Some(defaults) => with_defaults(files, residuals, defaults, value.clone()),
        None => Ok(value.clone()),
    };
    let entries = |object: &relight_contract::Object| -> Result<relight_contract::Object, String> {
        object.iter().map(|(name, value)| Ok((name.clone(), descend(name, value)?))).collect()
    };
    let items =
        |items: &[Value]| items.iter().map(|item| descend("*", item)).collect::<Result<Vec<_>, String>>();
    let none = BTreeMap::new();
    let module = Module::default();
    let statics = Statics::new(&module, &none, files, residuals);
    Ok(match &value {
        Value::Object(object)
            if !defaults.values.is_empty() || defaults.inner.iter().any(|(name, _)| &**name != "*") =>
        {
            let mut object = (**object).clone();
            for (name, default) in &defaults.values {
                if object.get(name).is_none_or(Value::is_null) {
                    let default = statics.evaluate(default).map_err(|failure| failure.message)?;
                    object.insert(name.clone(), default);
                }
            }
            Value::object(entries(&object)?)
        }
        Value::Object(object) => Value::object(entries(object)?),
        // A map loses nothing by becoming an object first: conversion to the variable's type follows.
        Value::Map(map) if !defaults.values.is_empty() => {
            return with_defaults(files, residuals, defaults, Value::object(map.entries.clone()));
        }
        Value::Map(map) => Value::object(entries(&map.entries)?),
        Value::List(list) => Value::tuple(items(&list.items)?),
        Value::Set(set) => Value::tuple(items(&set.items)?),
        Value::Tuple(tuple) => Value::tuple(items(tuple)?),
        other => other.clone(),
    })
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Diagnostic {
        let diagnostic = Diagnostic::error(failure.code, failure.message).at(failure.span);
        match failure.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}
