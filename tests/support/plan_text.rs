//! Plans as text that a person can review: one canonical form, holes shown as what fills them.

use std::fmt::Write as _;

use relight::expr::{Expr, ExprKind, Node};
use relight::plan::{Ask, Plan, PlannedChange, Step};
use relight_contract::Role;
use serde_json::Value as Json;

/// A plan as text: sites, changes, steps, outputs, notes, counts.
pub fn plan_text(plan: &Plan) -> String {
    let mut text = String::new();
    sites(plan, &mut text);
    for change in &plan.content.changes {
        change_text(plan, change, &mut text);
    }
    for step in &plan.content.steps {
        step_text(plan, step, &mut text);
    }
    for (name, output) in &plan.content.outputs {
        let value = if output.sensitive { "(sensitive)".to_owned() } else { value(plan, &output.value) };
        let _ = writeln!(text, "output {name} = {value}");
    }
    for note in &plan.content.notes {
        let word = if note.failed { "failed" } else { "note" };
        let _ = writeln!(text, "{word} {} {}", note.code, note.message);
    }
    let counted = plan.content.changes.iter().filter(|change| change.held.is_none()).count();
    let held = plan.content.changes.len() - counted;
    let _ = writeln!(text, "{counted} changes, {held} held, {} kept", plan.content.kept);
    text
}

/// Sites that are not simply standing there as the primary.
fn sites(plan: &Plan, text: &mut String) {
    for site in &plan.content.sites {
        let unreachable = site.unreachable.as_ref().map(|why| format!(", unreachable: {why}"));
        if site.role != Role::Primary || unreachable.is_some() {
            let _ = writeln!(text, "site {} {}{}", site.name, site.role, unreachable.unwrap_or_default());
        }
    }
}

fn change_text(plan: &Plan, change: &PlannedChange, text: &mut String) {
    let maybe = if change.maybe { " (maybe)" } else { "" };
    let first = if change.create_first { " (new one first)" } else { "" };
    let held = change.held.as_deref().map(|why| format!(" [held: {why}]")).unwrap_or_default();
    let _ = writeln!(text, "{} {}{maybe}{first}: {}{held}", change.label, change.address, change.why);
    for field in &change.fields {
        let forces = if field.forces_replacement { "  # forces replacement" } else { "" };
        let (before, after) = (value(plan, &field.before), value(plan, &field.after));
        let _ = writeln!(text, "    {}: {before} -> {after}{forces}", field.name);
    }
}

fn step_text(plan: &Plan, step: &Step, text: &mut String) {
    let after: Vec<String> = step.after.iter().map(|id| id.0.to_string()).collect();
    let after = if after.is_empty() { String::new() } else { format!(" after {}", after.join(" ")) };
    let maybe = if step.maybe { " (maybe)" } else { "" };
    let word = match &step.ask {
        Ask::Claim { mark: Some(_), .. } => "mark",
        Ask::Claim { .. } => "claim",
        Ask::Remember { .. } => "remember",
        Ask::Forget { .. } => "forget",
        Ask::Nothing => "gather",
        Ask::Verify(_) => "verify",
        Ask::Approve(_) => "approve",
        Ask::Run(_) => "run",
        Ask::Delete { replaced: true, .. } => "delete the old",
        _ => step.verb.as_str(),
    };
    let object = match &step.ask {
        Ask::Update { native_id, version, .. } | Ask::Delete { native_id, version, .. } => {
            let version = version.as_ref().map(|version| format!(" at {version}")).unwrap_or_default();
            format!(" {native_id}{version}")
        }
        Ask::Claim { native_id, .. } | Ask::Remember { native_id } | Ask::Forget { native_id } => {
            format!(" {native_id}")
        }
        _ => String::new(),
    };
    let _ = writeln!(text, "{:>3} {word} {}{object}{maybe}{after}", step.id.0, step.address);
    let fields = match &step.ask {
        Ask::Create { attributes, .. } | Ask::Delete { attributes, .. } => attributes,
        Ask::Update { changes, .. } | Ask::Perform { changes, .. } => changes,
        _ => &Json::Null,
    };
    for (name, json) in fields.as_object().into_iter().flatten() {
        let _ = writeln!(text, "        {name} = {}", value(plan, json));
    }
    for condition in &step.conditions {
        let when = if condition.after { "then" } else { "first" };
        let _ = writeln!(text, "        {when} check {}", value(plan, &condition.condition));
    }
}

/// JSON with every hole as what fills it.
fn value(plan: &Plan, json: &Json) -> String {
    match json {
        Json::Object(map) => match map.get("$hole").and_then(Json::as_u64) {
            Some(hole) => node(plan, u32::try_from(hole).unwrap_or(u32::MAX)),
            None => {
                let entries: Vec<String> =
                    map.iter().map(|(name, json)| format!("{name:?}: {}", value(plan, json))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        },
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| value(plan, item)).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn node(plan: &Plan, hole: u32) -> String {
    match plan.content.residuals.get(&hole) {
        None => format!("<missing {hole}>"),
        Some(Node::Output { address, attribute, .. }) => format!("<{address}.{attribute}>"),
        Some(Node::Secret(source)) => {
            format!("<secret {}>", serde_json::to_value(source).unwrap_or_default())
        }
        Some(Node::Data { kind, attribute, .. }) => format!("<data {kind}.{attribute}>"),
        Some(other @ Node::Expr(_)) => {
            let mut inner = Vec::new();
            other.each_operand(&mut |operand| inner.push(node(plan, operand.0)));
            format!("<{}({})>", operator(other), inner.join(", "))
        }
    }
}

fn operator(node: &Node) -> String {
    match node {
        Node::Expr(Expr { kind: ExprKind::Call { function, .. }, .. }) => function.to_string(),
        _ => "expression".to_owned(),
    }
}
