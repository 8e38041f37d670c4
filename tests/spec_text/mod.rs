//! What is desired as text for spec goldens: everything that a spec decides, in words that a person can review.

use std::fmt::Write as _;

use relight::desired::{Dependency, Desired, Ignore, Instance, Pattern};
use relight::expr::{Node, SecretSource};
use relight::topology::{Anchor, Topology, Where};
use relight_contract::Value;

/// All of it.
pub fn desired(desired: &Desired) -> String {
    let mut text = String::new();
    for one in &desired.instances {
        instance(desired, one, &mut text);
    }
    for (name, output) in &desired.outputs {
        let sensitive = if output.sensitive { " (sensitive)" } else { "" };
        let _ = writeln!(text, "output {name}{sensitive} = {}", value(desired, &output.value));
    }
    for check in &desired.checks {
        let passed = match check.passed {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "not known yet",
        };
        let _ = writeln!(text, "{} {passed} {}", check.name, check.message);
    }
    for (old, new) in &desired.moved {
        let _ = writeln!(text, "moved {old} to {new}");
    }
    for (word, patterns) in [("forgotten", &desired.forgotten), ("removed", &desired.removed)] {
        for one in patterns {
            let _ = writeln!(text, "{word} {}", pattern(one));
        }
    }
    for site in &desired.removed_sites {
        let _ = writeln!(text, "removed site {site}");
    }
    for (address, id) in &desired.imports {
        let _ = writeln!(text, "import {id} as {address}");
    }
    if text.is_empty() { "nothing is desired\n".to_owned() } else { text }
}

fn instance(desired: &Desired, instance: &Instance, text: &mut String) {
    let role = instance.role.map(|role| format!(" {role}")).unwrap_or_default();
    let _ = writeln!(text, "{}  [{}{role}]", instance.address, instance.place.name);
    for (name, given) in &instance.attributes {
        let _ = writeln!(text, "  {name} = {}", value(desired, given));
    }
    let mut after: Vec<String> = Vec::new();
    flatten(desired, &instance.after, &mut after);
    after.sort();
    after.dedup();
    if !after.is_empty() {
        let _ = writeln!(text, "  after {}", after.join(", "));
    }
    let lifecycle = &instance.lifecycle;
    if lifecycle.prevent_destroy {
        let _ = writeln!(text, "  prevent_destroy");
    }
    if lifecycle.create_before_destroy {
        let _ = writeln!(text, "  create_before_destroy");
    }
    match &lifecycle.ignore {
        Ignore::Nothing => {}
        Ignore::All => text.push_str("  ignores all\n"),
        Ignore::Fields(fields) => {
            let names: Vec<&str> = fields.iter().map(|(name, _)| &**name).collect();
            let _ = writeln!(text, "  ignores {}", names.join(", "));
        }
    }
    for (other, attribute) in &lifecycle.triggers {
        let attribute = attribute.as_ref().map(|name| format!(".{name}")).unwrap_or_default();
        let _ = writeln!(text, "  replaced with {}{attribute}", desired.instance(*other).address);
    }
    for (after, condition, message) in &lifecycle.conditions {
        let when = if *after { "after" } else { "before" };
        let (condition, message) = (value(desired, condition), value(desired, message));
        let _ = writeln!(text, "  {when} its step: {condition}, else {message}");
    }
}

fn flatten(desired: &Desired, dependencies: &[Dependency], into: &mut Vec<String>) {
    for dependency in dependencies {
        match dependency {
            Dependency::Instance(id) => into.push(desired.instance(*id).address.to_string()),
            Dependency::Join(join) => flatten(desired, &desired.joins[*join as usize], into),
        }
    }
}

fn pattern(pattern: &Pattern) -> String {
    let key =
        |key: &Option<relight_contract::Key>| key.as_ref().map(|key| format!("[{key}]")).unwrap_or_default();
    let mut parts: Vec<String> =
        pattern.module.iter().map(|(name, at)| format!("module.{name}{}", key(at))).collect();
    parts.extend(pattern.resource.iter().map(|(kind, name, at)| format!("{kind}.{name}{}", key(at))));
    parts.join(".")
}

/// A value; a hole shows its type and what fills it, a secret where it comes from.
fn value(desired: &Desired, given: &Value) -> String {
    match given {
        Value::Null(_) => "null".to_owned(),
        Value::Hole(hole) => {
            let sensitive = if hole.sensitive { "sensitive " } else { "" };
            let source = desired.residuals.node(hole.id).map(|node| node_text(&node)).unwrap_or_default();
            format!("<{sensitive}{}: {source}>", hole.ty)
        }
        Value::Secret(secret) => {
            let source = desired.residuals.node(secret.id).map(|node| node_text(&node)).unwrap_or_default();
            format!("<secret: {source}>")
        }
        Value::List(list) | Value::Set(list) => items(desired, &list.items),
        Value::Tuple(list) => items(desired, list),
        Value::Map(map) => entries(desired, &map.entries),
        Value::Object(object) => entries(desired, object),
        other => other.to_json().to_string(),
    }
}

fn items(desired: &Desired, items: &[Value]) -> String {
    let texts: Vec<String> = items.iter().map(|item| value(desired, item)).collect();
    format!("[{}]", texts.join(", "))
}

/// Unset entries are left out, as they are in a spec.
fn entries(desired: &Desired, object: &relight_contract::Object) -> String {
    let set = object.iter().filter(|(_, value)| !value.is_null());
    let texts: Vec<String> = set.map(|(name, item)| format!("{name} = {}", value(desired, item))).collect();
    format!("{{{}}}", texts.join(", "))
}

fn node_text(node: &Node) -> String {
    match node {
        Node::Output { address, attribute, .. } => format!("{attribute} of {address}"),
        Node::Secret(SecretSource::Variable(name)) => format!("var.{name}"),
        Node::Secret(SecretSource::Spec(name)) => format!("the spec's {name}"),
        Node::Data { kind, attribute, .. } => format!("{attribute} of data {kind}"),
        Node::Expr(_) => "an expression".to_owned(),
    }
}

/// Probes, gates and hooks, with what they stand before and after.
pub fn guards(topology: &Topology) -> String {
    let mut text = String::new();
    for guard in &topology.guards {
        let _ = write!(text, "{}", guard.label(topology));
        let on: Vec<&str> = guard.on.iter().map(|word| &**word).collect();
        if !on.is_empty() {
            let _ = write!(text, " on {}", on.join(", "));
        }
        for (word, anchors) in [("before", &guard.before), ("after", &guard.after)] {
            let names: Vec<String> = anchors.iter().map(|one| anchor(topology, one)).collect();
            if !names.is_empty() {
                let _ = write!(text, " {word} {}", names.join(", "));
            }
        }
        text.push('\n');
    }
    text
}

fn anchor(topology: &Topology, anchor: &Anchor) -> String {
    match anchor {
        Anchor::Guard(at) => topology.guards[*at].label(topology),
        Anchor::Block { id, at, key } => {
            let key = key.as_ref().map(|key| format!("[{}]", key.to_json())).unwrap_or_default();
            let site = match at {
                Where::At(site) => format!(" in {}", topology.site(*site).name),
                Where::Primary => " in the primary".to_owned(),
                Where::Here | Where::Any => String::new(),
            };
            format!("{}{key}{site}", topology.label(*id))
        }
    }
}
