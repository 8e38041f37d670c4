//! Where the values of a spec's variables come from, in Terraform's order: the environment, then the files that are
//! read by themselves, then those that a saved plan was made with, then `--var` and `--var-file` as they were typed.
//! What comes later wins.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use relight_contract::{Name, Object, Value};
use serde_json::Value as Json;

use super::arguments::GivenValue;
use super::problem::Problem;
use crate::diag::{Diagnostic, Diagnostics, Sources, Span, codes, suggest};
use crate::expr::{Expr, ExprKind};
use crate::plan::Plan;
use crate::shell::environment::Variables as Environment;
use crate::spec::{FILE_LIMIT, parse_assignments, parse_expression};
use crate::topology::{Given, Inputs};

/// The files that are read by themselves, weakest first; `*.auto.tfvars` follow them.
const FILES: [&str; 4] =
    ["terraform.tfvars", "terraform.tfvars.json", "relight.tfvars", "relight.tfvars.json"];

/// The prefixes of environment variables, weakest first.
const PREFIXES: [&str; 2] = ["TF_VAR_", "RELIGHT_VAR_"];

pub(super) struct Reader<'a> {
    /// The names that the spec declares.
    pub(super) declared: BTreeSet<Name>,
    pub(super) sources: &'a mut Sources,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// Everything that is given, the weakest first.
    pub(super) fn inputs(
        &mut self,
        directory: &Path,
        environment: &Environment,
        saved: Option<&Plan>,
        given: &[GivenValue],
    ) -> Result<Inputs, Problem> {
        let mut inputs = Inputs::default();
        for prefix in PREFIXES {
            for name in self.declared.clone() {
                let variable = format!("{prefix}{name}");
                if let Some(value) = environment.get(&variable) {
                    inputs
                        .variables
                        .push((name, self.text(value, format!("the environment variable {variable}"))));
                }
            }
        }
        for file in automatic(directory) {
            self.file(&file, false, &mut inputs)?;
        }
        for (name, json) in saved.iter().flat_map(|plan| &plan.content.variables) {
            let name = Name::from(name.as_str());
            if self.declared.contains(&name) {
                let value = json_value(json)
                    .map_err(|reason| Problem::new(format!("the plan's value for `{name}`: {reason}")))?;
                let expr = Expr { kind: ExprKind::Literal(value), span: Span::NONE };
                let origin = "the saved plan".to_owned();
                inputs.variables.push((name, Given { text: None, expr: Some(expr), origin }));
            }
        }
        for value in given {
            match value {
                GivenValue::File(path) => self.file(path, true, &mut inputs)?,
                GivenValue::Value(text) => {
                    let (name, value) = text.split_once('=').ok_or_else(|| {
                        Problem::new(format!("`--var {text}` names no value"))
                            .hint("write `--var NAME=VALUE`")
                    })?;
                    inputs.variables.push((name.trim().into(), self.text(value, "`--var`".to_owned())));
                }
            }
        }
        Ok(inputs)
    }

    /// A value given as text: whether it is an expression depends on the variable's type.
    fn text(&mut self, text: &str, origin: String) -> Given {
        let file = self.sources.register(origin.replace('`', ""), text);
        Given { text: Some(text.to_owned()), expr: parse_expression(text, file).ok(), origin }
    }

    fn file(&mut self, path: &Path, named: bool, inputs: &mut Inputs) -> Result<(), Problem> {
        let read = |error: &std::io::Error| Problem::file("read the values in", path, error);
        let size = fs::metadata(path).map_err(|error| read(&error))?.len();
        if size > FILE_LIMIT {
            return Err(Problem::new(format!(
                "`{}` has {size} bytes; at most 32 MB are read",
                path.display()
            )));
        }
        let text = fs::read_to_string(path).map_err(|error| read(&error))?;
        let origin = path.display().to_string();
        let id = self.sources.register(origin.as_str(), text.as_str());
        let values = if origin.ends_with(".json") {
            let values = json_values(&text).map_err(|reason| {
                Problem::new(format!("`{origin}` is no JSON object of values: {reason}"))
            })?;
            values.into_iter().map(|(name, expr)| (name, expr, Span::new(id, 0..0))).collect()
        } else {
            match parse_assignments(&text, id) {
                Ok(attributes) => attributes
                    .into_iter()
                    .map(|attribute| {
                        (attribute.name.name, Expr::clone(&attribute.value), attribute.name.span)
                    })
                    .collect::<Vec<_>>(),
                Err(problems) => {
                    self.diagnostics.append(problems);
                    return Ok(());
                }
            }
        };
        for (name, expr, span) in values {
            if self.declared.contains(&name) {
                let origin = format!("`{origin}`");
                inputs.variables.push((name, Given { text: None, expr: Some(expr), origin }));
            } else {
                self.undeclared(&name, &origin, span, named);
            }
        }
        Ok(())
    }

    /// A file of values may be shared by several specs, so that a value too many is no error in it.
    fn undeclared(&mut self, name: &str, origin: &str, span: Span, named: bool) {
        let message = format!("`{origin}` gives a value for `{name}`, but there is no such variable");
        let diagnostic = match named {
            true => Diagnostic::warning(codes::VARIABLE_UNDECLARED, message),
            false => Diagnostic::note(codes::VARIABLE_UNDECLARED, message),
        };
        let declared = self.declared.iter().map(|name| name.to_string());
        self.diagnostics.push(diagnostic.at(span).did_you_mean(suggest(name, declared)));
    }
}

fn automatic(directory: &Path) -> Vec<PathBuf> {
    let named = FILES.iter().map(|name| directory.join(name)).filter(|path| path.is_file());
    let mut found: Vec<PathBuf> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")) && path.is_file()
        })
        .collect();
    found.sort();
    named.chain(found).collect()
}

fn json_values(text: &str) -> Result<Vec<(Name, Expr)>, String> {
    let json: serde_json::Map<String, Json> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    json.iter()
        .map(|(name, value)| {
            let kind = ExprKind::Literal(json_value(value)?);
            Ok((Name::from(name.as_str()), Expr { kind, span: Span::NONE }))
        })
        .collect()
}

/// Arrays are tuples and objects are objects; the variable's type converts them. The parser limits the depth.
fn json_value(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::NULL,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => {
            let number = number.to_string();
            Value::Number(number.parse().map_err(|_| format!("`{number}` is no number"))?)
        }
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::tuple(items.iter().map(json_value).collect::<Result<_, _>>()?),
        Json::Object(entries) => {
            let entries =
                entries.iter().map(|(name, value)| Ok((Name::from(name.as_str()), json_value(value)?)));
            Value::object(entries.collect::<Result<Object, String>>()?)
        }
    })
}
