//! The reference of kinds and data sources, as Markdown, from their tables alone.

use std::collections::BTreeMap;

use relight_contract::{
    ControlPlane, DataKind, DataSource, Example, Field, Kind, Literal, Mutability, Operation, Part, Presence,
    Registry, Shape, Unsupported,
};

use super::kind::{Described, word};

/// Every page by its file name, with an index called `README.md`.
pub(super) fn pages(registry: &Registry) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([("README.md".to_owned(), index(registry))]);
    pages.extend(registry.kinds().map(|kind| (format!("{}.md", kind.name), kind_page(kind))));
    pages.extend(registry.data_kinds().map(|data| (format!("data/{}.md", data.name), data_page(data))));
    pages
}

fn index(registry: &Registry) -> String {
    let mut page = "# Kinds\n\nA page for each resource type and data source: attributes, the API calls that its \
                    credentials must allow, and how long they take. `relight schema NAME` tells the same in the \
                    terminal, and `relight schema --reference DIR` writes these pages.\n"
        .to_owned();
    let kinds: Vec<[String; 2]> =
        registry.kinds().map(|kind| [format!("[`{0}`]({0}.md)", kind.name), kind.doc.to_owned()]).collect();
    section(&mut page, "Resources", &table(["kind", "what it is"], &kinds));
    let data: Vec<[String; 2]> = registry
        .data_kinds()
        .map(|data| [format!("[`{0}`](data/{0}.md)", data.name), data.doc.to_owned()])
        .collect();
    section(&mut page, "Data sources", &table(["data source", "what it answers"], &data));
    page
}

fn kind_page(kind: &'static Kind) -> String {
    let described = Described::from(kind);
    let mut page = head(&described);
    match kind.tags {
        Some(tags) => page.push_str(&format!("- its owner tag stands beside those of `{tags}`\n")),
        None => page.push_str("- it carries no owner tag\n"),
    }
    attributes(&mut page, &described, fields_of_kind);
    section(&mut page, "API operations", &operations(kind.operations));
    left_out(&mut page, kind.unsupported);
    examples(&mut page, kind.examples);
    page
}

fn data_page(data: &'static DataKind) -> String {
    let described = Described::from(data);
    let mut page = head(&described);
    if let DataSource::Object { kind, .. } = data.source {
        page.push_str(&format!("- it finds the one [`{kind}`](../{kind}.md) that matches\n"));
    }
    if let DataSource::Of { kind, .. } = data.source {
        page.push_str(&format!("- it tells of a [`{kind}`](../{kind}.md)\n"));
    }
    attributes(&mut page, &described, fields_of_data);
    if !data.calls.is_empty() {
        section(&mut page, "API operations", &format!("{}\n", code(data.calls)));
    }
    left_out(&mut page, data.unsupported);
    page
}

fn head(described: &Described) -> String {
    let mut page = format!("# {}\n\n{}\n\n", described.name, described.doc);
    for line in described.traits.iter() {
        page.push_str(&format!("- {line}\n"));
    }
    page
}

/// A table of the attributes, then one for each nested block, by its path.
fn attributes(page: &mut String, described: &Described, rows: fn(&[Field]) -> String) {
    section(page, "Attributes", &rows(described.fields));
    let mut open: Vec<(String, &'static [Field])> = nested("", described.fields);
    while let Some((path, fields)) = open.pop() {
        page.push_str(&format!("\n### `{path}`\n\n{}", rows(fields)));
        open.extend(nested(&format!("{path}."), fields));
    }
}

/// What is nested right below, the last one first. The durations of `timeouts` are the same everywhere.
fn nested(path: &str, fields: &'static [Field]) -> Vec<(String, &'static [Field])> {
    let inner = fields.iter().rev().filter(|field| field.name != "timeouts");
    inner.filter_map(|field| Some((format!("{path}{}", field.name), field.shape.fields()?))).collect()
}

fn fields_of_kind(fields: &[Field]) -> String {
    let row =
        |field: &Field| [name(field), ty(field), given(field), change(field), default(field), remarks(field)];
    let rows: Vec<[String; 6]> = fields.iter().map(row).collect();
    table(["name", "type", "given", "a change", "default", ""], &rows)
}

/// Nothing is made of a data source, so that nothing changes.
fn fields_of_data(fields: &[Field]) -> String {
    let row = |field: &Field| [name(field), ty(field), given(field), remarks(field)];
    let rows: Vec<[String; 4]> = fields.iter().map(row).collect();
    table(["name", "type", "given", ""], &rows)
}

fn name(field: &Field) -> String {
    format!("`{}`", field.name)
}

fn ty(field: &Field) -> String {
    match field.shape {
        Shape::Block(_) => "block".to_owned(),
        Shape::BlockList(_) | Shape::BlockSet(_) if field.maximum == 1 => "block".to_owned(),
        Shape::BlockList(_) | Shape::BlockSet(_) => "blocks".to_owned(),
        _ => format!("`{}`", word(&field.shape)),
    }
}

fn given(field: &Field) -> String {
    match field.presence {
        Presence::Required => "required",
        Presence::Optional if field.minimum > 0 => "required",
        Presence::Optional => "optional",
        Presence::Computed => "optional, else by the cloud",
        Presence::Output => "by the cloud",
    }
    .to_owned()
}

fn change(field: &Field) -> String {
    match field.mutability {
        _ if field.presence == Presence::Output => "",
        _ if field.local => "is never compared",
        Mutability::Replace => "**replaces**",
        Mutability::InPlace => "in place",
    }
    .to_owned()
}

fn default(field: &Field) -> String {
    match field.default {
        Literal::None => String::new(),
        Literal::Bool(value) => format!("`{value}`"),
        Literal::Number(value) => format!("`{value}`"),
        Literal::Text(text) => format!("`\"{text}\"`"),
    }
}

fn remarks(field: &Field) -> String {
    let mut remarks = vec![field.doc.to_owned()];
    if field.name == "timeouts" {
        let durations: Vec<&str> =
            field.shape.fields().into_iter().flatten().map(|field| field.name).collect();
        remarks.push(format!("Durations: {}.", code(&durations)));
    }
    if !field.words.is_empty() {
        remarks.push(format!("One of {}.", code(field.words)));
    }
    remarks.extend(field.part.and_then(Part::doc));
    for unfit in field.unfit {
        let whose = unfit.through.map(|kind| format!(" of `{kind}`")).unwrap_or_default();
        remarks.push(format!(
            "Not `{}*` where `{}`{whose} is set: {}",
            unfit.begins, unfit.beside, unfit.instead
        ));
    }
    if !field.conflicts.is_empty() {
        remarks.push(format!("Not beside {}.", code(field.conflicts)));
    }
    for (holds, words) in [
        (field.guards_deletion, "While it is true, nothing deletes the object."),
        (field.sensitive, "Sensitive."),
        (field.write_only, "The cloud never tells it back."),
        (field.volatile, "Moves by itself."),
        (field.own, "relight's own."),
    ] {
        if holds {
            remarks.push(words.to_owned());
        }
    }
    remarks.retain(|words| !words.is_empty());
    remarks.join(" ")
}

fn operations(operations: &[Operation]) -> String {
    let rows: Vec<[String; 5]> = operations
        .iter()
        .map(|operation| {
            let timing = operation.timing;
            [
                operation.act.name().to_owned(),
                code(operation.calls),
                plane(operation.plane),
                format!("{} s, {} s", timing.p50_seconds, timing.p90_seconds),
                timing.source.to_owned(),
            ]
        })
        .collect();
    format!(
        "The credentials must allow these calls, and no others. Half of all operations, and nine of ten, take no \
         longer than the times given.\n\n{}",
        table(["operation", "calls", "control plane", "half, nine of ten", "source of the times"], &rows)
    )
}

fn plane(plane: ControlPlane) -> String {
    match plane {
        ControlPlane::Data => "none: data plane".to_owned(),
        ControlPlane::Regional => "the site's".to_owned(),
        ControlPlane::Global(home) => format!("global, in {home}"),
        ControlPlane::Via(service) => format!("the site's, and that of {service}"),
    }
}

fn left_out(page: &mut String, unsupported: &[Unsupported]) {
    if unsupported.is_empty() {
        return;
    }
    let rows: Vec<[String; 2]> =
        unsupported.iter().map(|row| [format!("`{}`", row.name), row.reason.to_owned()]).collect();
    section(page, "Not supported", &table(["attribute", "why"], &rows));
}

fn examples(page: &mut String, examples: &[Example]) {
    for example in examples {
        section(page, &format!("Example: {}", example.title), &fence(example.hcl));
        for (title, hcl) in [("Changed in place by:", example.update), ("Replaced by:", example.replace)] {
            if !hcl.is_empty() {
                page.push_str(&format!("\n{title}\n\n{}", fence(hcl)));
            }
        }
    }
}

fn fence(hcl: &str) -> String {
    format!("```hcl\n{}\n```\n", hcl.trim_end())
}

fn section(page: &mut String, title: &str, body: &str) {
    page.push_str(&format!("\n## {title}\n\n{body}"));
}

fn table<const WIDTH: usize>(titles: [&str; WIDTH], rows: &[[String; WIDTH]]) -> String {
    let mut text = format!("| {} |\n|{}\n", titles.join(" | "), "---|".repeat(WIDTH));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Names in code, with commas.
fn code(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
