//! `schema`: kinds and machine formats, described for people and for machines.

mod kind;
pub(super) mod policy;
mod reads;
mod reference;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use relight_contract::Registry;
use relight_contract::coverage::{self, Coverage, Row};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value as Json, json};

use self::kind::Described;
use super::arguments::{Format, SchemaArguments};
use super::exit::Exit;
use super::problem::Problem;
use super::{Cli, Outcome, registry};
use crate::diag::json::DiagnosticReport;
use crate::diag::suggest;
use crate::journal::Entry;
use crate::plan::Plan;
use crate::report::Report;
use crate::shell::watch::RunEvent;

/// A machine format: its name, and what makes its schema.
type MachineFormat = (&'static str, fn() -> Json);

/// The machine formats. The file of a journal, and that of events, hold a line for each of theirs.
const FORMATS: [MachineFormat; 5] = [
    ("diagnostics", of::<DiagnosticReport>),
    ("events", of::<RunEvent>),
    ("journal", of::<Entry>),
    ("plan", of::<Plan>),
    ("report", of::<Report>),
];

pub(super) fn run(options: &SchemaArguments, cli: &mut Cli<'_>) -> Outcome {
    if let Some(purpose) = options.iam_policy {
        return policy::run(purpose, options, cli);
    }
    let registry = registry::registry();
    if let Some(directory) = &options.reference {
        return write(directory, reference::pages(&registry)).map(|()| Exit::success());
    }
    match (&options.all, &options.name) {
        (Some(directory), _) => write(directory, all(&registry))?,
        (None, Some(name)) => one(&registry, name, cli)?,
        (None, None) if options.coverage => covered(cli),
        (None, None) => list(&registry, cli),
    }
    Ok(Exit::success())
}

fn of<T: JsonSchema>() -> Json {
    let generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    generator.into_root_schema_for::<T>().to_value()
}

fn find(registry: &Registry, name: &str) -> Option<Described> {
    match name.strip_prefix("data.") {
        Some(data) => registry.data(data).map(Described::from),
        None => registry.kind(name).map(Described::from).or_else(|| registry.data(name).map(Described::from)),
    }
}

fn one(registry: &Registry, name: &str, cli: &mut Cli<'_>) -> Result<(), Problem> {
    if let Some((_, schema)) = FORMATS.iter().find(|(known, _)| *known == name) {
        cli.terminal.out(&pretty(&schema()));
        return Ok(());
    }
    let Some(described) = find(registry, name) else {
        let names = registry.kinds().map(|kind| kind.name).chain(registry.data_kinds().map(|data| data.name));
        let names = names.chain(FORMATS.map(|(name, _)| name));
        let problem = Problem::new(format!("there is no kind and no machine format `{name}`"));
        return Err(match suggest(name, names) {
            Some(known) => problem.hint(format!("did you mean `{known}`?")),
            None => problem.hint("`relight schema` lists all of them"),
        });
    };
    match cli.globals.format {
        Format::Json => cli.terminal.out(&pretty(&described.schema(registry))),
        _ => cli.terminal.out(&described.text()),
    }
    Ok(())
}

fn list(registry: &Registry, cli: &mut Cli<'_>) {
    let kinds: Vec<Described> = registry.kinds().map(Described::from).collect();
    let data: Vec<Described> = registry.data_kinds().map(Described::from).collect();
    if cli.globals.format == Format::Json {
        let names = |all: &[Described]| all.iter().map(|one| one.name).collect::<Vec<_>>();
        let formats = FORMATS.map(|(name, _)| name);
        let json = json!({ "kinds": names(&kinds), "data_sources": names(&data), "formats": formats });
        return cli.terminal.out(&pretty(&json));
    }
    let mut text = String::new();
    for (title, all) in [("Kinds", kinds), ("Data sources", data)] {
        text.push_str(&format!("{title}\n"));
        let width = all.iter().map(|one| one.name.len()).max().unwrap_or(0);
        for one in all {
            let first = one.doc.split_inclusive(". ").next().unwrap_or_default().trim();
            text.push_str(&format!("  {:width$}  {}: {first}\n", one.name, one.provider));
        }
        text.push('\n');
    }
    text.push_str("Machine formats\n");
    for (name, _) in FORMATS {
        text.push_str(&format!("  {name}\n"));
    }
    cli.terminal.out(&text);
}

fn covered(cli: &mut Cli<'_>) {
    let rows: Vec<Row> = registry::providers().into_iter().flat_map(coverage::rows).collect();
    let total: Coverage = rows.iter().map(|row| row.coverage).sum();
    if cli.globals.format == Format::Json {
        let rows: Vec<Json> = rows.iter().map(|row| counts(row.coverage, &label(row))).collect();
        return cli.terminal.out(&pretty(&json!({ "kinds": rows, "total": counts(total, "total") })));
    }
    let width = rows.iter().map(|row| label(row).len()).max().unwrap_or(0);
    let mut text = format!("{:width$}  {:>12}  {:>18}\n", "", "required", "all attributes");
    let lines = rows.iter().map(|row| (label(row), row.coverage)).chain([("total".to_owned(), total)]);
    for (name, coverage) in lines {
        let required = format!("{}/{}", coverage.required_supported, coverage.required);
        let all = format!("{}/{}", coverage.supported, coverage.all);
        let percent = percent(coverage.supported, coverage.all);
        text.push_str(&format!("{name:width$}  {required:>12}  {all:>12} {percent:>3} %\n"));
    }
    cli.terminal.out(&text);
}

fn label(row: &Row) -> String {
    if row.data { format!("data.{}", row.name) } else { row.name.to_owned() }
}

fn counts(coverage: Coverage, name: &str) -> Json {
    json!({
        "name": name,
        "required": coverage.required,
        "required_supported": coverage.required_supported,
        "all": coverage.all,
        "supported": coverage.supported,
    })
}

/// Rounded down, so that 100 means all.
fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

/// Every schema by its file name.
fn all(registry: &Registry) -> BTreeMap<String, String> {
    let formats = FORMATS.map(|(name, schema)| (format!("{name}.json"), schema()));
    let kinds = registry
        .kinds()
        .map(|kind| (format!("kinds/{}.json", kind.name), Described::from(kind).schema(registry)));
    let data = registry
        .data_kinds()
        .map(|data| (format!("data/{}.json", data.name), Described::from(data).schema(registry)));
    formats.into_iter().chain(kinds).chain(data).map(|(name, schema)| (name, pretty(&schema))).collect()
}

/// Writes texts by their file names.
fn write(directory: &Path, files: BTreeMap<String, String>) -> Result<(), Problem> {
    for (name, text) in files {
        let path = directory.join(name);
        let folder = path.parent().unwrap_or(directory);
        fs::create_dir_all(folder).map_err(|error| Problem::file("create the folder", folder, &error))?;
        fs::write(&path, text).map_err(|error| Problem::file("write", &path, &error))?;
    }
    Ok(())
}

fn pretty(json: &Json) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default() + "\n"
}
