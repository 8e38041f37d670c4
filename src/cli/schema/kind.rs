//! Kinds as JSON Schema and as text, from their tables alone.

use relight_contract::{
    Capability, DataKind, Field, Identity, Kind, Literal, Mutability, Placement, Presence, Registry, Shape,
};
use serde_json::{Map, Value as Json, json};

use super::reads::reads;

/// A kind or data source as the commands show it.
pub(super) struct Described {
    pub(super) name: &'static str,
    pub(super) provider: &'static str,
    pub(super) doc: &'static str,
    pub(super) fields: &'static [Field],
    pub(super) unsupported: &'static [relight_contract::Unsupported],
    /// A few words on where it stands and how it is found.
    pub(super) traits: Vec<String>,
    /// The kind, where it is one.
    kind: Option<&'static Kind>,
}

impl From<&'static Kind> for Described {
    fn from(kind: &'static Kind) -> Described {
        let placement = match kind.placement {
            Placement::Regional => "regional: one in each site of its provider",
            Placement::Global => "global: one in each account",
            Placement::Spanning => "spanning: one over several sites",
        };
        let identity = match kind.identity {
            Identity::Name(rule) => format!("found by its name, `{}`", rule.attribute),
            Identity::Token => "made once by an idempotency token".to_owned(),
            Identity::Server => "found by its owner tag".to_owned(),
            Identity::Key(fields) => format!("found by {}", fields.join(" and ")),
        };
        let mut traits = vec![placement.to_owned(), identity];
        if !kind.scalable().is_empty() {
            traits.push(format!("scalable by {}", kind.scalable().join(", ")));
        }
        if let Some((source, _)) = kind.promotable() {
            traits.push(format!("promotable: it follows `{source}`"));
        }
        if kind.capabilities.iter().any(|capability| matches!(capability, Capability::Fenceable { .. })) {
            traits.push("fenceable: its writers can be cut".to_owned());
        }
        if !kind.shiftable().is_empty() {
            traits.push(format!("steers traffic by {}", kind.shiftable().join(", ")));
        }
        Described {
            name: kind.name,
            provider: kind.provider,
            doc: kind.doc,
            fields: kind.fields,
            unsupported: kind.unsupported,
            traits,
            kind: Some(kind),
        }
    }
}

impl From<&'static DataKind> for Described {
    fn from(data: &'static DataKind) -> Described {
        let how = if data.is_pure() { "answered from its arguments alone" } else { "answered by the cloud" };
        Described {
            name: data.name,
            provider: data.provider,
            doc: data.doc,
            fields: data.fields,
            unsupported: data.unsupported,
            traits: vec!["data source".to_owned(), how.to_owned()],
            kind: None,
        }
    }
}

impl Described {
    /// The JSON Schema of its attributes: of known values, as plans and sandboxes store them. Beside them, what it takes
    /// to see its objects.
    pub(super) fn schema(&self, registry: &Registry) -> Json {
        let mut schema = object(self.fields);
        if let Json::Object(map) = &mut schema {
            map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
            map.insert("title".to_owned(), json!(self.name));
            map.insert("description".to_owned(), json!(self.doc));
            let unsupported: Map<String, Json> =
                self.unsupported.iter().map(|row| (row.name.to_owned(), json!(row.reason))).collect();
            if !unsupported.is_empty() {
                map.insert("x-unsupported".to_owned(), Json::Object(unsupported));
            }
            if let Some(kind) = self.kind {
                map.insert("x-reads".to_owned(), reads(kind, registry));
            }
        }
        schema
    }

    /// The description for people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{} ({})\n{}\n\n", self.name, self.provider, self.doc);
        for line in &self.traits {
            text.push_str(&format!("  {line}\n"));
        }
        text.push('\n');
        let mut rows = Vec::new();
        collect(self.fields, 1, &mut rows);
        let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
        let types = rows.iter().map(|row| row.1.len()).max().unwrap_or(0);
        for (name, ty, words) in rows {
            text.push_str(format!("{name:width$}  {ty:types$}  {words}").trim_end());
            text.push('\n');
        }
        if !self.unsupported.is_empty() {
            text.push_str("\nNot supported:\n");
            for row in self.unsupported {
                text.push_str(&format!("  {}: {}\n", row.name, row.reason));
            }
        }
        text
    }
}

/// A row for each attribute, those of nested blocks below the block.
fn collect(fields: &'static [Field], depth: usize, rows: &mut Vec<(String, String, String)>) {
    for field in fields {
        let name = format!("{:indent$}{}", "", field.name, indent = depth * 2);
        let ty = match field.shape {
            Shape::Block(_) => "block".to_owned(),
            Shape::BlockList(_) | Shape::BlockSet(_) => "blocks".to_owned(),
            _ => word(&field.shape),
        };
        let words: Vec<&str> =
            marks(field).into_iter().chain([field.doc]).filter(|w| !w.is_empty()).collect();
        rows.push((name, ty, words.join(". ")));
        if let Some(inner) = field.shape.fields() {
            collect(inner, depth + 1, rows);
        }
    }
}

/// The type in short: that of an object's attributes stands below it.
pub(super) fn word(shape: &Shape) -> String {
    match shape {
        Shape::List(inner) => format!("list({})", word(inner)),
        Shape::Set(inner) => format!("set({})", word(inner)),
        Shape::Map(inner) => format!("map({})", word(inner)),
        Shape::Object(_) => "object".to_owned(),
        other => other.ty().to_string(),
    }
}

fn marks(field: &Field) -> Vec<&'static str> {
    let mut marks = Vec::new();
    match field.presence {
        Presence::Required => marks.push("Required"),
        Presence::Output => marks.push("Output"),
        Presence::Computed => marks.push("Computed when not given"),
        Presence::Optional => {}
    }
    if field.mutability == Mutability::Replace && field.presence != Presence::Output {
        marks.push("A change replaces");
    }
    if field.sensitive {
        marks.push("Sensitive");
    }
    marks
}

fn object(fields: &[Field]) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.presence == Presence::Required).map(|field| field.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(field: &Field) -> Json {
    let mut schema = shape(&field.shape);
    let Json::Object(map) = &mut schema else { return schema };
    let mut set = |name: &str, value: Json| map.insert(name.to_owned(), value);
    if !field.doc.is_empty() {
        set("description", json!(field.doc));
    }
    match field.default {
        Literal::None => None,
        Literal::Bool(value) => set("default", json!(value)),
        Literal::Number(value) => set("default", json!(value)),
        Literal::Text(text) => set("default", json!(text)),
    };
    if !field.words.is_empty() {
        set("enum", json!(field.words));
    }
    if field.presence == Presence::Output {
        set("readOnly", json!(true));
    }
    if field.write_only {
        set("writeOnly", json!(true));
    }
    if field.minimum > 0 {
        set("minItems", json!(field.minimum));
    }
    if field.maximum > 0 && !matches!(field.shape, Shape::Block(_)) {
        set("maxItems", json!(field.maximum));
    }
    for (name, holds) in [
        ("x-computed", field.presence == Presence::Computed),
        ("x-replaces", field.mutability == Mutability::Replace && field.presence != Presence::Output),
        ("x-sensitive", field.sensitive),
        ("x-local", field.local),
        ("x-relight", field.own),
    ] {
        if holds {
            set(name, json!(true));
        }
    }
    schema
}

fn shape(shape_of: &Shape) -> Json {
    match shape_of {
        Shape::Dynamic => json!({}),
        Shape::Bool => json!({ "type": "boolean" }),
        // Numbers that no 64 bits hold exactly are stored as text.
        Shape::Number => json!({ "type": ["number", "string"] }),
        Shape::String => json!({ "type": "string" }),
        Shape::List(inner) => json!({ "type": "array", "items": shape(inner) }),
        Shape::Set(inner) => json!({ "type": "array", "items": shape(inner), "uniqueItems": true }),
        Shape::Map(inner) => json!({ "type": "object", "additionalProperties": shape(inner) }),
        Shape::Object(fields) | Shape::Block(fields) => object(fields),
        Shape::BlockList(fields) => json!({ "type": "array", "items": object(fields) }),
        Shape::BlockSet(fields) => json!({ "type": "array", "items": object(fields), "uniqueItems": true }),
    }
}
