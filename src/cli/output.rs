//! `output`: the outputs as they are now, read from the clouds.

use std::collections::BTreeMap;

use relight_contract::{Address, DataSource, Name, Object, Registry, Type, Value};
use serde_json::{Value as Json, json};

use super::arguments::{Format, Narrowing, OutputArguments};
use super::exit::Exit;
use super::planning::Planning;
use super::problem::Problem;
use super::session::Session;
use super::{Cli, Outcome};
use crate::diag::suggest;
use crate::expr::render::{SENSITIVE, UNKNOWN, render};
use crate::expr::{Filled, Filler, Leaves, NoFiles, SecretSource, Vault};
use crate::plan::{Operation, Plan};
use crate::run::Secrets as _;

pub(super) fn run(options: &OutputArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Raw])?;
    let session = Session::load(cli, &options.values)?;
    let mut planning = Planning::open(session, &options.clouds, cli)?;
    let planned = planning.plan(Operation::Apply, &Narrowing::default(), cli)?;
    let made = BTreeMap::<_, Object>::new();
    let values = all(&planned.plan, &made, &planned.vault, &planning.session.registry);
    let masked = |name: &str| planned.plan.content.outputs.get(name).is_some_and(|output| output.sensitive);
    match &options.name {
        Some(name) => {
            let value = values.get(name).ok_or_else(|| unknown(name, values.keys()))?;
            // Who names one asks for it, secret or not.
            one(name, value.as_ref(), cli)?;
        }
        None if cli.globals.format == Format::Raw => {
            return Err(Problem::new("`--format raw` needs the name of one output"));
        }
        None if cli.globals.format == Format::Json => {
            let all = values.iter().map(|(name, value)| {
                let json = json!({
                    "sensitive": masked(name),
                    "type": value.as_ref().map(|value| value.ty().to_json()),
                    "value": json(value.as_ref(), masked(name)),
                });
                (name, json)
            });
            cli.json(&all.collect::<BTreeMap<_, _>>());
        }
        None => {
            for (name, value) in &values {
                cli.terminal.out(&format!("{name} = {}\n", text(value.as_ref(), masked(name))));
            }
        }
    }
    planning.clouds.close()?;
    Ok(Exit::success())
}

fn one(name: &str, value: Option<&Value>, cli: &mut Cli<'_>) -> Result<(), Problem> {
    let value = value.map(Value::revealed).ok_or_else(|| {
        Problem::new(format!("the output `{name}` is known only after an apply"))
            .hint("`relight plan` says what is missing")
    })?;
    match cli.globals.format {
        Format::Json => cli.json(&value.to_json()),
        Format::Raw => {
            let text = match &value {
                Value::String(text) => text.to_string(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => {
                    return Err(Problem::new(format!("the output `{name}` is no text, number or bool"))
                        .hint("use `--format json`"));
                }
            };
            cli.terminal.out(&text);
        }
        _ => cli.terminal.out(&(render(&value) + "\n")),
    }
    Ok(())
}

fn unknown<'n>(name: &str, names: impl Iterator<Item = &'n String>) -> Problem {
    let problem = Problem::new(format!("there is no output `{name}`"));
    let names: Vec<&String> = names.collect();
    match suggest(name, names.iter().copied()) {
        Some(known) => problem.hint(format!("did you mean `{known}`?")),
        None if names.is_empty() => problem.hint("the spec has no outputs"),
        None => {
            let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
            problem.hint(format!("the outputs are {}", names.join(", ")))
        }
    }
}

/// The outputs after a run; `None` where a step that did not run would have told.
pub(super) fn all(
    plan: &Plan,
    made: &BTreeMap<Address, Object>,
    vault: &Vault,
    registry: &Registry,
) -> BTreeMap<String, Option<Value>> {
    if plan.content.operation == Operation::Destroy {
        return BTreeMap::new();
    }
    let mut known = Known { made, vault, registry };
    let mut filler = Filler::new(&plan.content.residuals);
    let mut fill = |name: &String| {
        let output = plan.content.outputs.get(name)?;
        let value = Value::from_json(&output.value, &Type::from_json(&output.ty)?).ok()?;
        match filler.fill_value(&value, &mut known, &NoFiles) {
            Filled::Known(value) => Some(value),
            Filled::Still(_) | Filled::Failed(_) => None,
        }
    };
    plan.content.outputs.keys().map(|name| (name.clone(), fill(name))).collect()
}

struct Known<'a> {
    made: &'a BTreeMap<Address, Object>,
    vault: &'a Vault,
    registry: &'a Registry,
}

impl Leaves for Known<'_> {
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value> {
        self.made.get(address).and_then(|object| object.get(attribute)).cloned()
    }

    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        self.vault.secret(source).ok()
    }

    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        match self.registry.data(kind).map(|data| data.source) {
            Some(DataSource::Pure(answer)) => {
                Ok(answer(arguments)?.get(attribute).cloned().unwrap_or(Value::NULL))
            }
            _ => Err(format!("`{kind}` is answered by a cloud, when planning")),
        }
    }
}

/// An output as text.
pub(super) fn text(value: Option<&Value>, masked: bool) -> String {
    match value {
        _ if masked => SENSITIVE.to_owned(),
        Some(value) => render(value),
        None => UNKNOWN.to_owned(),
    }
}

/// An output as JSON; null where it is masked or not known.
pub(super) fn json(value: Option<&Value>, masked: bool) -> Json {
    match value {
        Some(value) if !masked && !value.has_secret() => value.to_json(),
        _ => Json::Null,
    }
}
