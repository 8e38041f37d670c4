//! Objects in the words of a service that speaks JSON, by the rows of their table: what a kind has is told once.
//!
//! ECS and Lambda name nearly every field as Terraform does, in another case. So their requests and answers are made
//! from the table, and a kind gives only the names that differ. What the SDK does not know yet goes through as well.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use relight_contract::field::{Field, object_type};
use relight_contract::{Name, Object, Shape, Typed, Value};
use serde_json::{Map, Value as Json};

use super::tags::Tags;

/// How a service writes names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// `taskDefinition`.
    Camel,
    /// `FunctionName`.
    Pascal,
}

/// How a service spells the fields of a table.
pub(crate) struct Wire {
    /// How it writes names.
    pub(crate) case: Case,
    /// Fields that are not where their name says, by path, such as `volume.host_path`. A dot in the service's name is a
    /// step into an object; `[]` at its end marks a list of what Terraform has one of, or of tags that Terraform has as a
    /// map. No name: the service has no such field, or the kind sees to it itself.
    pub(crate) names: &'static [(&'static str, &'static str)],
}

/// A field where the service has it.
struct Spelling {
    steps: String,
    is_list: bool,
}

impl Wire {
    fn spelling(&self, path: &str, name: &str) -> Option<Spelling> {
        if matches!(path, "tags" | "tags_all") {
            return None;
        }
        let listed = self.names.iter().find(|(listed, _)| *listed == path).map(|(_, spelt)| *spelt);
        let Some(spelt) = listed else { return Some(Spelling { steps: self.cased(name), is_list: false }) };
        let steps = spelt.strip_suffix("[]").unwrap_or(spelt);
        (!steps.is_empty()).then(|| Spelling { steps: steps.to_owned(), is_list: steps != spelt })
    }

    fn cased(&self, name: &str) -> String {
        let mut parts = name.split('_');
        let first = match self.case {
            Case::Camel => parts.next().unwrap_or_default(),
            Case::Pascal => "",
        };
        parts.fold(first.to_owned(), |mut cased, part| {
            let mut letters = part.chars();
            cased.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            cased.push_str(letters.as_str());
            cased
        })
    }

    /// The fields of a table as an answer tells them. What it does not tell stands at its default, or is null.
    pub(crate) fn read(&self, rows: &'static [Field], told: &Json) -> Object {
        self.object("", rows, told)
    }

    fn object(&self, above: &str, rows: &'static [Field], told: &Json) -> Object {
        let told_back = rows.iter().filter(|row| !row.local && !row.write_only);
        told_back
            .map(|row| {
                let path = join(above, row.name);
                let spelling = self.spelling(&path, row.name);
                let json = spelling.and_then(|spelling| walk(told, &spelling.steps));
                let value = json.and_then(|json| self.value(&path, &row.shape, json));
                (Name::from(row.name), value.unwrap_or_else(|| row.default.to_value(&row.ty())))
            })
            .collect()
    }

    fn value(&self, path: &str, shape: &Shape, told: &Json) -> Option<Value> {
        let nested = |rows: &'static [Field], told: &Json| Value::object(self.object(path, rows, told));
        Some(match shape {
            Shape::Bool => Value::Bool(told.as_bool()?),
            Shape::Number => Value::from(told.as_i64().or_else(|| told.as_str()?.parse().ok())?),
            Shape::String => match told {
                Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()).map(Value::from)?,
                other => Value::from(other.to_string()),
            },
            Shape::List(element) => Value::list(element.ty(), self.values(path, element, told)?),
            Shape::Set(element) => Value::set(element.ty(), self.values(path, element, told)?),
            Shape::Map(element) => match told {
                Json::Array(_) => pairs(told).into_iter().collect::<Tags>().to_value(),
                other => {
                    let entries = other.as_object()?.iter();
                    let entries = entries
                        .filter_map(|(name, item)| Some((name.as_str(), self.item(path, element, item)?)));
                    Value::map(element.ty(), entries.collect())
                }
            },
            Shape::Object(rows) | Shape::Block(rows) => nested(rows, told),
            Shape::BlockList(rows) | Shape::BlockSet(rows) => {
                let items = told.as_array().map_or(std::slice::from_ref(told), Vec::as_slice);
                let items = items.iter().map(|item| nested(rows, item)).collect();
                match shape {
                    Shape::BlockList(_) => Value::list(object_type(rows), items),
                    _ => Value::set(object_type(rows), items),
                }
            }
            Shape::Dynamic => return None,
        })
    }

    fn values(&self, path: &str, element: &Shape, told: &Json) -> Option<Vec<Value>> {
        Some(told.as_array()?.iter().filter_map(|item| self.item(path, element, item)).collect())
    }

    /// One of several values: a text without content is unset only where it stands alone.
    fn item(&self, path: &str, element: &Shape, told: &Json) -> Option<Value> {
        match (element, told) {
            (Shape::String, Json::String(text)) => Some(Value::from(text.as_str())),
            _ => self.value(path, element, told),
        }
    }

    /// The body of a request with all fields that are given.
    pub(crate) fn write(&self, rows: &'static [Field], wanted: &Object) -> Json {
        Json::Object(self.body("", rows, wanted, false))
    }

    /// The body of a request with the fields that change: those that are unset as their default, or as nothing.
    pub(crate) fn change(&self, rows: &'static [Field], changes: &Object) -> Json {
        Json::Object(self.body("", rows, changes, true))
    }

    fn body(&self, above: &str, rows: &'static [Field], wanted: &Object, unsets: bool) -> Map<String, Json> {
        let mut body = Map::new();
        for row in rows.iter().filter(|row| row.is_settable() && !row.local) {
            let path = join(above, row.name);
            let (Some(value), Some(spelling)) = (wanted.get(row.name), self.spelling(&path, row.name)) else {
                continue;
            };
            let json = match value.is_null() {
                true if unsets => nothing(row, &spelling),
                _ => self.json(&path, row, &spelling, value),
            };
            if let Some(json) = json {
                put(&mut body, &spelling.steps, json);
            }
        }
        body
    }

    fn json(&self, path: &str, row: &Field, spelling: &Spelling, value: &Value) -> Option<Json> {
        if let Some(rows) = row.shape.fields() {
            let items = value.as_items().unwrap_or(std::slice::from_ref(value));
            let items = items.iter().filter_map(Value::as_entries);
            let mut items = items.map(|item| Json::Object(self.body(path, rows, item, false)));
            let is_one = row.maximum == 1 || matches!(row.shape, Shape::Block(_) | Shape::Object(_));
            return match is_one && !spelling.is_list {
                true => items.next(),
                false => Some(items.collect()),
            };
        }
        match spelling.is_list {
            true => Some(listed(&Tags::from_value(value)?)),
            false => plain(value),
        }
    }
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn walk<'j>(told: &'j Json, steps: &str) -> Option<&'j Json> {
    steps.split('.').try_fold(told, |told, step| told.get(step)).filter(|told| !told.is_null())
}

fn put(body: &mut Map<String, Json>, steps: &str, json: Json) {
    match steps.split_once('.') {
        None => drop(body.insert(steps.to_owned(), json)),
        Some((step, rest)) => {
            let inner = body.entry(step).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(inner) = inner {
                put(inner, rest, json);
            }
        }
    }
}

/// Gives a field of a body a value.
pub(crate) fn set(body: &mut Json, steps: &str, json: Json) {
    if let Json::Object(body) = body {
        put(body, steps, json);
    }
}

/// What a request says to take a field back; `None` where there is no way to say it.
fn nothing(row: &Field, spelling: &Spelling) -> Option<Json> {
    let default = row.default.to_value(&row.ty());
    if !default.is_null() {
        return plain(&default);
    }
    match row.shape {
        Shape::Bool | Shape::Number | Shape::Dynamic => None,
        Shape::String => Some(Json::from("")),
        Shape::List(_) | Shape::Set(_) => Some(Json::Array(Vec::new())),
        Shape::BlockList(_) | Shape::BlockSet(_) if row.maximum != 1 || spelling.is_list => {
            Some(Json::Array(Vec::new()))
        }
        _ => Some(Json::Object(Map::new())),
    }
}

/// A value without rows of its own.
fn plain(value: &Value) -> Option<Json> {
    if value.is_null() {
        return None;
    }
    if let Some(items) = value.as_items() {
        return Some(items.iter().filter_map(plain).collect());
    }
    if let Some(entries) = value.as_entries() {
        let entries = entries.iter().filter_map(|(name, item)| Some((name.to_string(), plain(item)?)));
        return Some(Json::Object(entries.collect()));
    }
    match (value.as_str(), value.as_bool(), value.as_i64()) {
        (Some(text), ..) => Some(Json::from(text)),
        (_, Some(truth), _) => Some(Json::from(truth)),
        (.., number) => number.map(Json::from),
    }
}

/// Tags as a list of `key` and `value`.
fn listed(tags: &Tags) -> Json {
    tags.iter().map(|(key, value)| serde_json::json!({ "key": key, "value": value })).collect()
}

/// The tags of a list of `key` and `value`.
pub(crate) fn pairs(told: &Json) -> Vec<(String, String)> {
    let pair = |tag: &Json| {
        let key = tag.get("key")?.as_str()?.to_owned();
        Some((key, tag.get("value").and_then(Json::as_str).unwrap_or_default().to_owned()))
    };
    told.as_array().map(|tags| tags.iter().filter_map(pair).collect()).unwrap_or_default()
}

/// A time that the service tells in seconds, as the spec has it.
pub(crate) fn time(seconds: f64) -> Option<String> {
    DateTime::from_secs_f64(seconds).fmt(Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use relight_contract::field::{optional, output};
    use relight_contract::{Block, BlockList, Blocks, block};
    use serde_json::json;

    use super::*;

    block! {
        /// A port.
        pub struct Port {
            name: String = optional().doc("Its name."),
            number: i64 = optional().default_number(80).doc("Its number."),
        }
    }

    block! {
        /// A thing.
        pub struct Thing {
            arn: String = output().doc("The ARN."),
            most_percent: i64 = optional().default_number(200).doc("How much."),
            only_port: BlockList<Port> = optional().maximum(1).doc("A port."),
            port: Blocks<Port> = optional().doc("Ports."),
            registry: BlockList<Port> = optional().maximum(1).doc("One of a list."),
            words: BTreeMap<String, String> = optional().doc("Words by name."),
        }
    }

    const WIRE: Wire = Wire {
        case: Case::Camel,
        names: &[
            ("arn", "thingArn"),
            ("most_percent", "deployment.maximumPercent"),
            ("port", "ports"),
            ("registry", "registries[]"),
        ],
    };

    #[test]
    fn what_is_written_is_read_again() {
        let port = |number| Port { name: Some("web".to_owned()), number: Some(number) };
        let thing = Thing {
            arn: None,
            most_percent: Some(150),
            only_port: Some(BlockList(vec![port(1)])),
            port: Some(Blocks(vec![port(2), port(3)])),
            registry: Some(BlockList(vec![port(4)])),
            words: Some([("a".to_owned(), String::new())].into_iter().collect()),
        };
        let written = WIRE.write(Thing::FIELDS, &thing.to_object());
        let expected = json!({
            "deployment": { "maximumPercent": 150 },
            "onlyPort": { "name": "web", "number": 1 },
            "ports": [{ "name": "web", "number": 2 }, { "name": "web", "number": 3 }],
            "registries": [{ "name": "web", "number": 4 }],
            "words": { "a": "" },
        });
        assert_eq!(written, expected);
        assert_eq!(Thing::from_object(&WIRE.read(Thing::FIELDS, &written)), Ok(thing));
    }

    #[test]
    fn what_is_not_told_is_at_its_default_and_what_is_unset_goes_back() {
        let read = Thing::from_object(&WIRE.read(Thing::FIELDS, &json!({ "thingArn": "a" }))).unwrap();
        assert_eq!((read.arn.as_deref(), read.most_percent, read.port), (Some("a"), Some(200), None));
        let unset = ["most_percent", "only_port", "port", "registry"].map(|name| (name, Value::NULL));
        let changed = WIRE.change(Thing::FIELDS, &unset.into_iter().collect());
        let expected =
            json!({ "deployment": { "maximumPercent": 200 }, "onlyPort": {}, "ports": [], "registries": [] });
        assert_eq!(changed, expected);
    }
}
