//! What the rows of a table must keep among themselves, whatever Terraform's schema says.

use std::collections::BTreeSet;

use relight_aws::{AWS, DATA, KINDS};
use relight_contract::field::{Field, Mutability, Presence, find};
use relight_contract::{Act, Identity, Kind, Listing, Literal, Scope, Shape, pattern};

/// Every row of a kind, with its path and the rows beside it.
fn walk(fields: &'static [Field]) -> Vec<(String, &'static Field, &'static [Field])> {
    let mut rows = Vec::new();
    let mut open = vec![(String::new(), fields)];
    while let Some((prefix, fields)) = open.pop() {
        for field in fields {
            let path = format!("{prefix}{}", field.name);
            if let Some(nested) = field.shape.fields() {
                open.push((format!("{path}."), nested));
            }
            rows.push((path, field, fields));
        }
    }
    rows
}

fn fits(literal: Literal, shape: Shape) -> bool {
    matches!(
        (literal, shape),
        (Literal::None, _)
            | (Literal::Bool(_), Shape::Bool)
            | (Literal::Number(_), Shape::Number)
            | (Literal::Text(_), Shape::String)
    )
}

/// What is wrong with a row of a kind or data source.
fn row_problem(field: &Field, beside: &[Field], top: &[Field]) -> Option<String> {
    let unknown = |name: &&&str| find(beside, name).is_none() || **name == field.name;
    if field.doc.is_empty() {
        return Some("has no doc".to_owned());
    }
    if let Some(name) = field.conflicts.iter().find(unknown) {
        return Some(format!("conflicts with `{name}`, which is not a row beside it"));
    }
    if !fits(field.default, field.shape) {
        return Some("has a default of another type".to_owned());
    }
    if let Literal::Text(text) = field.default
        && !field.words.is_empty()
        && !field.words.contains(&text)
    {
        return Some(format!("has the default {text:?}, which is not among its words"));
    }
    let made = field.made.unwrap_or_default();
    if let Some(name) = pattern::fields(made).find(|name| find(top, name).is_none()) {
        return Some(format!("is made of `{name}`, which is not a row"));
    }
    if field.presence == Presence::Output && field.mutability == Mutability::Replace {
        return Some("is an output, and replaces".to_owned());
    }
    if field.maximum > 0 && field.minimum > field.maximum {
        return Some("needs more blocks than it allows".to_owned());
    }
    let kind = field.refers.and_then(|refers| Some((refers, KINDS.iter().find(|k| k.name == refers.kind)?)));
    if let Some((refers, kind)) = kind
        && kind.field(refers.attribute).is_none()
    {
        return Some(format!("refers to `{}.{}`, which is not a row", refers.kind, refers.attribute));
    }
    (field.refers.is_some_and(|refers| refers.binding) && kind.is_none())
        .then(|| "refers to a kind that is not in the tables".to_owned())
}

#[test]
fn rows_agree_with_each_other() {
    let tables = KINDS.iter().map(|kind| (kind.name, kind.fields));
    let tables = tables.chain(DATA.iter().map(|data| (data.name, data.fields)));
    let mut problems = Vec::new();
    for (name, fields) in tables {
        for (path, field, beside) in walk(fields) {
            problems.extend(
                row_problem(field, beside, fields).map(|problem| format!("{name}: `{path}` {problem}")),
            );
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// Whether a row can hold tags: a map, or blocks with a key and a value each.
fn holds_tags(field: &Field) -> bool {
    match field.shape {
        Shape::Map(_) => true,
        Shape::BlockSet(rows) => find(rows, "key").is_some() && find(rows, "value").is_some(),
        _ => false,
    }
}

/// What is wrong with a kind beyond its rows.
fn kind_problem(kind: &Kind) -> Option<String> {
    let missing = |name: &str| kind.field(name).is_none().then(|| format!("`{name}` is not a row"));
    let key = match kind.identity {
        Identity::Name(rule) => {
            let parent = match rule.scope {
                Scope::Parent(parent) => Some(parent),
                _ => None,
            };
            let name = kind.field(rule.attribute).filter(|field| field.mutability == Mutability::Replace);
            if name.is_none() && kind.promotable().is_none() {
                return Some("can change its name in place".to_owned());
            }
            [Some(rule.attribute), rule.prefix, parent].into_iter().flatten().collect()
        }
        Identity::Key(key) => {
            let changes = |name: &&&str| kind.field(name).is_none_or(|f| f.mutability != Mutability::Replace);
            if let Some(name) = key.iter().find(changes) {
                return Some(format!("can change `{name}`, a part of its key, in place"));
            }
            key.to_vec()
        }
        Identity::Token | Identity::Server => Vec::new(),
    };
    let parent = match kind.listing {
        Listing::Under { attribute, .. } => Some(attribute),
        Listing::All { .. } => None,
    };
    let tags = kind.tags.filter(|tags| !kind.field(tags).is_some_and(holds_tags));
    let acts: BTreeSet<Act> = kind.operations.iter().map(|operation| operation.act).collect();
    let needed = [Act::List, Act::Read, Act::Create, Act::Delete];
    key.into_iter()
        .chain(parent)
        .find_map(missing)
        .or_else(|| tags.map(|tags| format!("`{tags}` cannot hold tags")))
        .or_else(|| needed.iter().find(|act| !acts.contains(act)).map(|act| format!("cannot {act:?}")))
        .or_else(|| (acts.len() < kind.operations.len()).then(|| "does one act in two ways".to_owned()))
        .or_else(|| kind.examples.is_empty().then(|| "has no example".to_owned()))
}

#[test]
fn kinds_have_an_identity_operations_and_an_example() {
    let problems: Vec<String> = KINDS
        .iter()
        .filter_map(|kind| kind_problem(kind).map(|problem| format!("{}: {problem}", kind.name)))
        .collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// Class A kinds whose ARN carries an id of the server's all the same.
const ARNS_BY_THE_SERVER: &[&str] = &[
    "aws_autoscaling_group",
    "aws_lb",
    "aws_lb_target_group",
    "aws_secretsmanager_secret",
    "aws_security_group",
];

#[test]
fn class_a_arns_are_known_while_their_site_is_dead() {
    let named = KINDS.iter().filter(|kind| matches!(kind.identity, Identity::Name(_)));
    for kind in named.filter(|kind| !ARNS_BY_THE_SERVER.contains(&kind.name)) {
        let Some(arn) = kind.field("arn") else { continue };
        let arn = arn.made.unwrap_or_default();
        assert!(!arn.is_empty(), "{} has an ARN without a pattern", kind.name);
        let chosen = ["{hex", "{digits", "{letters"].iter().any(|part| arn.contains(part));
        let known = pattern::fields(arn).all(|name| kind.field(name).is_some_and(Field::is_settable));
        assert!(!chosen && known, "{}: {arn}", kind.name);
    }
}

#[test]
fn no_kind_uses_a_word_of_relights_own_language() {
    let words = ["drill", "exists", "lost", "overlay", "primary", "site", "sites", "standby", "lifecycle"];
    for (name, fields) in KINDS.iter().map(|kind| (kind.name, kind.fields)) {
        for word in words {
            assert!(find(fields, word).is_none(), "{name} has an attribute `{word}`");
        }
    }
    assert!(find(AWS.settings, "profile").is_some());
}
