//! A plan in the shape of `terraform show -json`, so that policies written for that read it.
//!
//! What relight knows beyond it stands under the one key `relight`, of the document and of each resource. Values that
//! are not known yet are absent from `after` and `true` in `after_unknown`, and so are secrets, which Terraform would show.

use relight_contract::{Field, Key, Kind, Presence, Registry, Shape};
use serde_json::{Map, Value as Json, json};

use crate::expr::{Node, Table};
use crate::plan::{Action, Ask, Plan, PlannedChange};
use crate::report::words::rfc3339;

/// The version of Terraform's format that this follows.
const FORMAT: &str = "1.2";

/// The version of Terraform whose format that is.
const VERSION: &str = "1.11.4";

/// The document.
pub(in crate::cli) fn project(plan: &Plan, registry: &Registry) -> Json {
    let content = &plan.content;
    let changes: Vec<Json> = content.changes.iter().map(|change| resource(plan, change, registry)).collect();
    let planned: Vec<Json> =
        content.changes.iter().filter_map(|change| planned(plan, change, registry)).collect();
    let outputs = content.outputs.iter().map(|(name, output)| {
        let parts = Parts::of(&output.value, &content.residuals);
        let change = json!({
            "actions": ["create"],
            "before": null,
            "after": if output.sensitive { Json::Null } else { parts.known },
            "after_unknown": parts.unknown,
            "before_sensitive": false,
            "after_sensitive": output.sensitive,
        });
        (name.clone(), change)
    });
    let checks =
        content.notes.iter().filter(|note| note.code == crate::diag::codes::CHECK.id()).map(|note| {
            let status = if note.failed { "fail" } else { "unknown" };
            json!({ "address": { "kind": "check", "to_display": note.message }, "status": status })
        });
    json!({
        "format_version": FORMAT,
        "terraform_version": VERSION,
        "applyable": !plan.is_empty(),
        "complete": true,
        "errored": false,
        "timestamp": rfc3339(plan.envelope.created_at),
        "variables": {},
        "planned_values": { "root_module": { "resources": planned } },
        "resource_changes": changes,
        "output_changes": outputs.collect::<Map<_, _>>(),
        "checks": checks.collect::<Vec<_>>(),
        "configuration": { "root_module": {} },
        "relight": {
            "plan": plan.id,
            "version": plan.envelope.version,
            "topology": content.topology,
            "instance": content.instance,
            "operation": content.operation,
            "sites": content.sites,
            "kept": content.kept,
            "estimate": plan.envelope.estimate,
            "simulated": plan.envelope.simulated,
        },
    })
}

/// A value without what is not known, and the shapes of what is not known and of what is secret.
#[derive(Default)]
struct Parts {
    known: Json,
    unknown: Json,
    sensitive: Json,
}

impl Parts {
    fn of(json: &Json, residuals: &Table) -> Parts {
        match json {
            Json::Object(map) => match map.get("$hole").and_then(Json::as_u64) {
                Some(id) => {
                    let node = u32::try_from(id).ok().and_then(|id| residuals.get(&id));
                    let secret = matches!(node, Some(Node::Secret(_)));
                    Parts { known: Json::Null, unknown: json!(true), sensitive: json!(secret) }
                }
                None => Parts::of_object(
                    map.iter().map(|(name, value)| (name.clone(), Parts::of(value, residuals))),
                ),
            },
            Json::Array(items) => Parts::of_list(items.iter().map(|item| Parts::of(item, residuals))),
            other => Parts { known: other.clone(), unknown: json!(false), sensitive: json!(false) },
        }
    }

    /// The parts of a list.
    fn of_list(parts: impl Iterator<Item = Parts>) -> Parts {
        let (mut known, mut unknown, mut sensitive) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            known.push(part.known);
            unknown.push(part.unknown);
            sensitive.push(part.sensitive);
        }
        Parts { known: known.into(), unknown: unknown.into(), sensitive: sensitive.into() }
    }

    /// The parts of an object: what is not known is left out, and only what is true anywhere inside is told.
    fn of_object(parts: impl Iterator<Item = (String, Parts)>) -> Parts {
        let (mut known, mut unknown, mut sensitive) = (Map::new(), Map::new(), Map::new());
        for (name, part) in parts {
            if part.unknown != json!(true) {
                known.insert(name.clone(), part.known);
            }
            for (into, value) in [(&mut unknown, part.unknown), (&mut sensitive, part.sensitive)] {
                if value != json!(false) && value != json!({}) {
                    into.insert(name.clone(), value);
                }
            }
        }
        Parts { known: known.into(), unknown: unknown.into(), sensitive: sensitive.into() }
    }
}

fn actions(change: &PlannedChange) -> Json {
    match change.action {
        _ if change.held.is_some() => json!(["no-op"]),
        Action::Keep | Action::Adopt if change.fields.is_empty() => json!(["no-op"]),
        Action::Keep | Action::Adopt | Action::Update => json!(["update"]),
        Action::Create => json!(["create"]),
        Action::Replace if change.create_first => json!(["create", "delete"]),
        Action::Replace => json!(["delete", "create"]),
        Action::Delete => json!(["delete"]),
        Action::Forget => json!(["forget"]),
    }
}

fn resource(plan: &Plan, change: &PlannedChange, registry: &Registry) -> Json {
    let address = &change.address;
    let kind = registry.kind(&change.kind);
    let (before, before_sensitive) = before(plan, change);
    let after = after(plan, change, kind);
    let mut json = json!({
        "address": address.to_string(),
        "mode": "managed",
        "type": change.kind,
        "name": &*address.name,
        "provider_name": provider_name(kind),
        "change": {
            "actions": actions(change),
            "before": before,
            "after": after.known,
            "after_unknown": after.unknown,
            "before_sensitive": before_sensitive,
            "after_sensitive": after.sensitive,
        },
        "relight": {
            "site": address.site.as_deref(),
            "label": change.label,
            "why": change.why,
            "held": change.held,
            "maybe": change.maybe,
        },
    });
    if !address.module.is_root() {
        json["module_address"] = json!(address.module.to_string());
    }
    match &address.key {
        Some(Key::Index(index)) => json["index"] = json!(index),
        Some(Key::Text(text)) => json["index"] = json!(&**text),
        None => {}
    }
    let forced: Vec<Json> = change
        .fields
        .iter()
        .filter(|field| field.forces_replacement)
        .map(|field| json!([field.name]))
        .collect();
    match change.action {
        Action::Replace if !forced.is_empty() => {
            json["action_reason"] = json!("replace_because_cannot_update");
            json["change"]["replace_paths"] = json!(forced);
        }
        Action::Replace => json["action_reason"] = json!("replace_by_request"),
        Action::Delete => json["action_reason"] = json!("delete_because_no_resource_config"),
        _ => {}
    }
    json
}

/// The fields as they are to be, by the change's steps.
fn wanted<'p>(plan: &'p Plan, change: &PlannedChange) -> Option<&'p Map<String, Json>> {
    let steps = change.steps.iter().filter_map(|id| plan.content.steps.get(id.0 as usize));
    steps.into_iter().find_map(|step| match &step.ask {
        Ask::Create { attributes, .. } | Ask::Update { attributes, .. } | Ask::Perform { attributes, .. } => {
            attributes.as_object()
        }
        _ => None,
    })
}

/// What is known of the object as it is: a plan carries the fields that it changes, and those that stay as wanted.
fn before(plan: &Plan, change: &PlannedChange) -> (Json, Json) {
    if change.action == Action::Create {
        return (Json::Null, json!(false));
    }
    let mut before = match change.action {
        Action::Update => wanted(plan, change).cloned().unwrap_or_default(),
        _ => Map::new(),
    };
    let mut sensitive = Map::new();
    for field in &change.fields {
        before.insert(field.name.clone(), field.before.clone());
        if field.sensitive {
            sensitive.insert(field.name.clone(), json!(true));
        }
    }
    let known = Parts::of(&Json::Object(before), &plan.content.residuals).known;
    (known, Json::Object(sensitive))
}

fn after(plan: &Plan, change: &PlannedChange, kind: Option<&Kind>) -> Parts {
    if matches!(change.action, Action::Delete | Action::Forget) {
        return Parts { known: Json::Null, unknown: json!({}), sensitive: json!(false) };
    }
    let Some(wanted) = wanted(plan, change) else {
        return Parts { known: json!({}), unknown: json!({}), sensitive: json!({}) };
    };
    let mut parts = Parts::of(&Json::Object(wanted.clone()), &plan.content.residuals);
    let made_anew = matches!(change.action, Action::Create | Action::Replace);
    for field in kind.map_or(&[][..], |kind| kind.fields) {
        let by_cloud = matches!(field.presence, Presence::Output | Presence::Computed);
        if made_anew && by_cloud && !wanted.contains_key(field.name) {
            parts.unknown[field.name] = unknown(field);
        }
        if field.sensitive && wanted.contains_key(field.name) {
            parts.sensitive[field.name] = json!(true);
            if let Json::Object(known) = &mut parts.known {
                known.remove(field.name);
            }
        }
    }
    parts
}

fn unknown(field: &Field) -> Json {
    match field.shape {
        Shape::BlockList(_) | Shape::BlockSet(_) => json!([]),
        _ => json!(true),
    }
}

fn planned(plan: &Plan, change: &PlannedChange, registry: &Registry) -> Option<Json> {
    if change.held.is_some() || matches!(change.action, Action::Delete | Action::Forget) {
        return None;
    }
    let kind = registry.kind(&change.kind);
    let parts = after(plan, change, kind);
    Some(json!({
        "address": change.address.to_string(),
        "mode": "managed",
        "type": change.kind,
        "name": &*change.address.name,
        "provider_name": provider_name(kind),
        "values": parts.known,
        "sensitive_values": parts.sensitive,
    }))
}

fn provider_name(kind: Option<&Kind>) -> String {
    match kind.map(|kind| kind.provider) {
        Some("builtin") | None => "terraform.io/builtin/terraform".to_owned(),
        Some(provider) => format!("registry.terraform.io/hashicorp/{provider}"),
    }
}
