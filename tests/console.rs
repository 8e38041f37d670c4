//! The expression language against Terraform's own answers: every record of every file in `tests/console`.
//!
//! `tests/console/README.md` describes the format. All differences of a file are reported together. Expectations come
//! from Terraform alone; what relight means to answer differently stands in [`DEVIATIONS`], with the reason.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use relight::diag::{Sources, Span, codes};
use relight::expr::convert::convert;
use relight::expr::render::{SENSITIVE, UNKNOWN, answer, render, type_text};
use relight::expr::{
    Context, Expr, ExprKind, Failure, Reference, Residuals, Scope, SecretSource, Step, evaluate,
};
use relight::shell::files::ModuleFiles;
use relight::shell::folder::DiskFolder;
use relight::spec::{Spec, TypeDefaults, Variable, parse_expression, read};
use relight_contract::{Name, Type, Value};

/// The expressions that relight answers differently, by reason.
const DEVIATIONS: &str = include_str!("console/deviations");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console")
}

/// What the prelude declares.
struct World {
    spec: Spec,
    files: ModuleFiles,
    residuals: Residuals,
    known: RefCell<BTreeMap<Reference, Value>>,
}

impl World {
    fn load() -> World {
        let disk = DiskFolder::open(&folder()).expect("the folder of the goldens");
        let mut sources = Sources::new();
        let (spec, problems) = read(&disk, NonZero::<usize>::MIN, &mut sources);
        assert!(!problems.has_errors(), "{problems:?}");
        let files = ModuleFiles::new(&disk, ".");
        World { spec, files, residuals: Residuals::new(), known: RefCell::default() }
    }

    fn context(&self) -> Context<'_> {
        Context { scope: self, files: &self.files, residuals: &self.residuals, now: None }
    }

    fn variable(&self, variable: &Variable) -> Result<Value, Failure> {
        let default = variable.default.as_ref().expect("every variable of the prelude has a default");
        let mut value = evaluate(default, &self.context())?;
        if let Some(defaults) = &variable.defaults {
            value = self.with_defaults(value, &variable.ty, defaults)?;
        }
        let value = convert(&value, &variable.ty).expect("the prelude is sound");
        Ok(match variable.sensitive {
            true => self.residuals.secret(SecretSource::Variable(variable.name.name.clone()), value),
            false => value,
        })
    }

    fn with_defaults(&self, value: Value, ty: &Type, defaults: &TypeDefaults) -> Result<Value, Failure> {
        if let (Type::List(element), Some(items)) = (ty, value.as_items()) {
            let inner = defaults.inner.first().map(|(_, inner)| inner);
            let items = items.iter().map(|item| match inner {
                Some(inner) => self.with_defaults(item.clone(), element, inner),
                None => Ok(item.clone()),
            });
            return items.collect::<Result<_, _>>().map(Value::tuple);
        }
        let Some(mut entries) = value.as_entries().cloned() else { return Ok(value) };
        for (name, default) in &defaults.values {
            if entries.get(name).is_none_or(Value::is_null) {
                entries.insert(name.clone(), evaluate(default, &self.context())?);
            }
        }
        Ok(Value::object(entries))
    }

    fn find(&self, reference: &Reference, span: Span) -> Result<Value, Failure> {
        let module = self.spec.modules.first().expect("the root module");
        let unknown = |code| Failure::new(code, "There is no such thing here.", span);
        match reference {
            Reference::Variable(name) => {
                let found = module.variables.iter().find(|variable| variable.name.name == *name);
                self.variable(found.ok_or_else(|| unknown(codes::VARIABLE_UNKNOWN))?)
            }
            Reference::Local(name) => {
                let found = module.locals.iter().find(|local| local.name.name == *name);
                evaluate(&found.ok_or_else(|| unknown(codes::LOCAL_UNKNOWN))?.value, &self.context())
            }
            Reference::PathModule | Reference::PathRoot => Ok(Value::text(".")),
            Reference::Workspace => Ok(Value::text("default")),
            _ => Err(unknown(codes::REFERENCE_UNKNOWN)),
        }
    }
}

impl Scope for World {
    fn look_up(&self, reference: &Reference, path: &[Step], span: Span) -> Result<(Value, usize), Failure> {
        if let Reference::Resource { kind, name, .. } = reference
            && &**kind == "terraform_data"
            && &**name == "x"
        {
            let output = |attribute: &Name| {
                let address = "terraform_data.x@here".parse().expect("an address");
                self.residuals.output(&address, attribute, Type::Dynamic, false)
            };
            return match path.first() {
                Some(Step::Attribute(attribute)) if matches!(&**attribute, "id" | "output") => {
                    Ok((output(attribute), 1))
                }
                None => Ok((output(&"self".into()), 0)),
                Some(_) => Err(Failure::new(codes::KIND_ATTRIBUTE_UNKNOWN, "no such attribute", span)),
            };
        }
        if let Some(known) = self.known.borrow().get(reference) {
            return Ok((known.clone(), 0));
        }
        let value = self.find(reference, span)?;
        self.known.borrow_mut().insert(reference.clone(), value.clone());
        Ok((value, 0))
    }
}

/// One expression and what Terraform says to it.
#[derive(Default)]
struct Record {
    line: usize,
    expression: String,
    is_error: bool,
    json: Option<String>,
    ty: Vec<String>,
    console: Vec<String>,
}

fn records(text: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if let Some(expression) = line.strip_prefix("> ") {
            let expression = expression.to_owned();
            records.push(Record { line: index + 1, expression, ..Record::default() });
            continue;
        }
        let Some(record) = records.last_mut() else { continue };
        let rest = || line.get(2..).unwrap_or_default().to_owned();
        match line.as_bytes().first() {
            Some(b'!') => record.is_error = true,
            Some(b'=') => record.json = Some(rest()),
            Some(b':') => record.ty.push(rest()),
            Some(b'|') => record.console.push(rest()),
            _ => {}
        }
    }
    records
}

/// What relight says instead; `None` when it agrees.
fn difference(world: &World, record: &Record) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.register("expression", record.expression.as_str());
    let result = match parse_expression(&record.expression, file) {
        Ok(expr) => {
            evaluate(&expr, &world.context()).map(|value| (expr, value)).map_err(|failure| failure.message)
        }
        Err(problems) => {
            Err(problems.sorted().first().map_or_else(String::new, |problem| problem.message.clone()))
        }
    };
    let (expr, value) = match (result, record.is_error) {
        (Err(_), true) => return None,
        (Ok((_, value)), true) => return Some(format!("expected an error, got {}", render(&value))),
        (Err(message), false) => return Some(format!("expected a value, got the error: {message}")),
        (Ok(pair), false) => pair,
    };
    let mut said = String::new();
    compare_json(world, record, &expr, &value, &mut said);
    compare_type(record, &value, &mut said);
    compare_console(record, &expr, &value, &mut said);
    (!said.is_empty()).then_some(said)
}

fn compare_json(world: &World, record: &Record, expr: &Expr, value: &Value, said: &mut String) {
    let Some(expected) = &record.json else { return };
    if expected == UNKNOWN {
        return;
    }
    let call = ExprKind::Call { function: "jsonencode".into(), arguments: vec![expr.clone()], spread: false };
    let json = match evaluate(&Expr::new(call, expr.span), &world.context()) {
        Ok(Value::Secret(_)) => SENSITIVE.to_owned(),
        Ok(Value::Hole(_)) => UNKNOWN.to_owned(),
        Ok(json) => json.as_str().unwrap_or_default().to_owned(),
        Err(failure) => failure.message,
    };
    let json: String = json.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&");
    let plain = expected.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&");
    if json != plain {
        let _ = writeln!(said, "expected {expected}\n     got {json} of {}", render(value));
    }
}

fn compare_type(record: &Record, value: &Value, said: &mut String) {
    let expected = record.ty.join("\n");
    let is_unknown = record.json.as_deref() == Some(UNKNOWN);
    if expected.is_empty() || (is_unknown && expected == "dynamic") {
        return;
    }
    let ty = type_text(&value.ty());
    if ty != expected {
        let _ = writeln!(said, "expected type {expected}\n     got {ty}");
    }
}

fn compare_console(record: &Record, expr: &Expr, value: &Value, said: &mut String) {
    let expected = match (&record.json, record.console.is_empty()) {
        (Some(json), true) => json.clone(),
        _ => record.console.join("\n"),
    };
    let text = answer(expr, value);
    // What Terraform does not know, relight may.
    let knows_more = expected.contains(UNKNOWN) && !text.contains(UNKNOWN);
    if text != expected && !knows_more && !expected.is_empty() {
        let _ = writeln!(said, "expected on the console {expected}\n     got {text}");
    }
}

fn is_deviation(expression: &str) -> bool {
    let lines = DEVIATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.into_iter().any(|line| line == expression)
}

#[test]
fn expressions_have_the_values_that_terraform_gives_them() {
    let world = World::load();
    let mut report = String::new();
    let (mut count, mut differing) = (0, 0);
    let mut unneeded: Vec<&str> =
        DEVIATIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of the goldens")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a golden");
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for record in records(&text) {
            count += 1;
            let Some(said) = difference(&world, &record) else { continue };
            if is_deviation(&record.expression) {
                unneeded.retain(|line| *line != record.expression);
                continue;
            }
            differing += 1;
            let _ = writeln!(report, "{name}:{}: {}\n  {}", record.line, record.expression, said.trim_end());
        }
    }
    assert!(count > 1000, "the goldens were not found");
    assert!(report.is_empty(), "{differing} of {count} differ:\n{report}");
    assert!(unneeded.is_empty(), "deviations that are none any more: {unneeded:#?}");
}
