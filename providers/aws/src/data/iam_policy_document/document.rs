//! A policy document: made from blocks, read from JSON, merged and printed.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json};

use super::{Condition, PolicyDocument, Principals, Statement as Given, order};

/// The version that knows policy variables (`${aws:username}`); the one before does not.
const WITHOUT_VARIABLES: &str = "2008-10-17";

/// The members of a statement, in the order in which they are printed.
const MEMBERS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

/// A policy document.
#[derive(Debug, Default)]
pub struct Policy {
    version: String,
    id: String,
    statements: Vec<Statement>,
}

/// A statement: its members in printing order, absent ones left out.
#[derive(Debug, Default)]
struct Statement {
    sid: String,
    members: Vec<(&'static str, Json)>,
}

impl Policy {
    /// The document of the blocks and arguments themselves.
    pub fn from_arguments(given: &PolicyDocument) -> Result<Policy, String> {
        let version = given.version.clone().unwrap_or_else(|| "2012-10-17".to_owned());
        let mut statements: Vec<Statement> = Vec::new();
        for block in given.statement.iter().flat_map(|blocks| &blocks.0) {
            let statement = Statement::from_block(block, &version)?;
            if !statement.sid.is_empty() && statements.iter().any(|other| other.sid == statement.sid) {
                return Err(format!("two statements have the sid `{}`", statement.sid));
            }
            statements.push(statement);
        }
        Ok(Policy { version, id: given.policy_id.clone().unwrap_or_default(), statements })
    }

    /// Reads a document. As in Go's JSON reader, the case of names does not count and unknown members are dropped; an
    /// empty text is an empty document.
    pub fn parse(text: &str) -> Result<Policy, String> {
        if text.is_empty() {
            return Ok(Policy::default());
        }
        let document = match serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))? {
            Json::Object(document) => document,
            Json::Null => Map::new(),
            _ => return Err("a policy document is a JSON object".to_owned()),
        };
        let statements = match member(&document, "Statement") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(items)) => items.iter().map(Statement::parse).collect::<Result<_, _>>()?,
            Some(_) => return Err("`Statement` is not a list".to_owned()),
        };
        Ok(Policy { version: text_of(&document, "Version")?, id: text_of(&document, "Id")?, statements })
    }

    /// The sids of the statements that have one.
    pub fn sids(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().map(|statement| statement.sid.as_str()).filter(|sid| !sid.is_empty())
    }

    /// Takes another document in: its id, a later version, and its statements, which replace those of the same sid.
    pub fn merge(&mut self, other: Policy) {
        if !other.id.is_empty() {
            self.id = other.id;
        }
        if other.version > self.version {
            self.version = other.version;
        }
        for statement in other.statements {
            let same = |existing: &&mut Statement| !statement.sid.is_empty() && existing.sid == statement.sid;
            match self.statements.iter_mut().find(same) {
                Some(existing) => *existing = statement,
                None => self.statements.push(statement),
            }
        }
    }

    /// The text with two spaces for each level.
    pub fn pretty(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(escaped).map_err(|error| error.to_string())
    }

    /// The text without white space.
    pub fn minified(&self) -> Result<String, String> {
        serde_json::to_string(self).map(escaped).map_err(|error| error.to_string())
    }
}

/// Escapes what Go's JSON writer escapes beyond the standard. These characters stand in strings only.
fn escaped(json: String) -> String {
    if !json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return json;
    }
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.version.is_empty() {
            map.serialize_entry("Version", &self.version)?;
        }
        if !self.id.is_empty() {
            map.serialize_entry("Id", &self.id)?;
        }
        if !self.statements.is_empty() {
            map.serialize_entry("Statement", &self.statements)?;
        }
        map.end()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.members.iter().map(|(name, value)| (name, value)))
    }
}

impl Statement {
    fn from_block(block: &Given, version: &str) -> Result<Statement, String> {
        let sid = block.sid.clone().unwrap_or_default();
        let effect = block.effect.as_deref().unwrap_or("Allow");
        let listed = |texts: &Option<_>| texts.as_ref().map(order::backwards).unwrap_or_default();
        let resources = variables(listed(&block.resources), version)?;
        let not_resources = variables(listed(&block.not_resources), version)?;
        let values = [
            Some(Json::from(sid.as_str())),
            Some(Json::from(effect)),
            one_or_many(listed(&block.actions)),
            one_or_many(listed(&block.not_actions)),
            one_or_many(resources),
            one_or_many(not_resources),
            principals(block.principals.as_ref().map(|blocks| blocks.0.as_slice()), version)?,
            principals(block.not_principals.as_ref().map(|blocks| blocks.0.as_slice()), version)?,
            conditions(block.condition.as_ref().map(|blocks| blocks.0.as_slice()), version)?,
        ];
        Ok(Statement::of(sid, values))
    }

    fn parse(json: &Json) -> Result<Statement, String> {
        let Json::Object(object) = json else {
            return Err("a statement is not a JSON object".to_owned());
        };
        let sid = text_of(object, "Sid")?;
        let effect = text_of(object, "Effect")?;
        let any = |name| member(object, name).filter(|value| !value.is_null()).cloned();
        let values = [
            Some(Json::from(sid.as_str())),
            Some(Json::from(effect)),
            any("Action"),
            any("NotAction"),
            any("Resource"),
            any("NotResource"),
            member(object, "Principal").map(parse_principals).transpose()?.flatten(),
            member(object, "NotPrincipal").map(parse_principals).transpose()?.flatten(),
            member(object, "Condition").map(parse_conditions).transpose()?.flatten(),
        ];
        Ok(Statement::of(sid, values))
    }

    fn of(sid: String, values: [Option<Json>; 9]) -> Statement {
        let is_text = |name| matches!(name, "Sid" | "Effect");
        let members = MEMBERS
            .into_iter()
            .zip(values)
            .filter_map(|(name, value)| Some((name, value?)))
            .filter(|(name, value)| !(is_text(*name) && value.as_str() == Some("")))
            .collect();
        Statement { sid, members }
    }
}

/// `&{` stands for `${`, which HCL would take for itself.
fn variables(texts: Vec<String>, version: &str) -> Result<Vec<String>, String> {
    if version == WITHOUT_VARIABLES
        && let Some(text) = texts.iter().find(|text| text.contains("&{"))
    {
        return Err(format!("`{text}` has a policy variable, which version {version} does not know"));
    }
    Ok(texts.into_iter().map(|text| text.replace("&{", "${")).collect())
}

/// Nothing for no text, the text itself for one, a list for several.
fn one_or_many(mut texts: Vec<String>) -> Option<Json> {
    match texts.len() {
        0 => None,
        1 => texts.pop().map(Json::from),
        _ => Some(Json::from(texts)),
    }
}

fn principals(blocks: Option<&[Principals]>, version: &str) -> Result<Option<Json>, String> {
    let mut by_type: BTreeMap<String, Json> = BTreeMap::new();
    for block in order::principals(blocks.unwrap_or_default()) {
        let identifiers = block.identifiers.as_ref().map(order::backwards).unwrap_or_default();
        let mut identifiers = variables(identifiers, version)?;
        identifiers.sort_by(|a, b| b.cmp(a));
        let kind = block.type_.clone().unwrap_or_default();
        let before = match by_type.remove(&kind) {
            None if identifiers.len() == 1 => {
                by_type.insert(kind, Json::from(identifiers.remove(0)));
                continue;
            }
            None => Vec::new(),
            Some(Json::Array(items)) => items,
            Some(one) => vec![one],
        };
        let all: Vec<Json> = before.into_iter().chain(identifiers.into_iter().map(Json::from)).collect();
        by_type.insert(kind, Json::from(all));
    }
    Ok(everyone_or_object(by_type))
}

/// Everyone alone is a text; all else is an object by type.
fn everyone_or_object(by_type: BTreeMap<String, Json>) -> Option<Json> {
    let is_everyone = by_type.len() == 1 && by_type.get("*").is_some_and(|identifier| identifier == "*");
    if is_everyone { Some(Json::from("*")) } else { object(by_type) }
}

fn conditions(blocks: Option<&[Condition]>, version: &str) -> Result<Option<Json>, String> {
    let mut tests: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for block in order::conditions(blocks.unwrap_or_default()) {
        let values = variables(block.values.clone().unwrap_or_default(), version)?;
        let variables = tests.entry(block.test.clone().unwrap_or_default()).or_default();
        variables.entry(block.variable.clone().unwrap_or_default()).or_default().extend(values);
    }
    Ok(print_conditions(tests))
}

fn print_conditions(tests: BTreeMap<String, BTreeMap<String, Vec<String>>>) -> Option<Json> {
    let printed = tests.into_iter().map(|(test, variables)| {
        let variables: Map<String, Json> = variables
            .into_iter()
            .map(|(name, values)| (name, one_or_many(values).unwrap_or_else(|| Json::Array(Vec::new()))))
            .collect();
        (test, Json::Object(variables))
    });
    object(printed.collect())
}

/// An object, or nothing when it would be empty.
fn object(members: BTreeMap<String, Json>) -> Option<Json> {
    (!members.is_empty()).then(|| Json::Object(members.into_iter().collect()))
}

/// Any text means everyone. A list keeps its form, sorted backwards, even when it has one item.
fn parse_principals(json: &Json) -> Result<Option<Json>, String> {
    let object = match json {
        Json::String(_) => return Ok(Some(Json::from("*"))),
        Json::Object(object) => object,
        _ => return Err("principals are neither a text nor an object".to_owned()),
    };
    let mut by_type = BTreeMap::new();
    for (kind, identifiers) in object {
        let identifiers = match identifiers {
            Json::String(_) => identifiers.clone(),
            Json::Array(items)
                if kind == "*" && object.len() == 1 && matches!(&items[..], [one] if one == "*") =>
            {
                Json::from("*")
            }
            Json::Array(_) => {
                let mut texts = texts_of(identifiers, "a principal")?;
                texts.sort_by(|a, b| b.cmp(a));
                Json::from(texts)
            }
            _ => return Err("a principal is neither a text nor a list of texts".to_owned()),
        };
        by_type.insert(kind.clone(), identifiers);
    }
    Ok(everyone_or_object(by_type))
}

/// Truth values become texts, as the provider does; other values than texts and lists of them are dropped.
fn parse_conditions(json: &Json) -> Result<Option<Json>, String> {
    let object = match json {
        Json::Null => return Ok(None),
        Json::Object(object) => object,
        _ => return Err("a condition is not an object".to_owned()),
    };
    let mut tests: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (test, variables) in object {
        let Json::Object(variables) = variables else {
            return Err(format!("the condition `{test}` is not an object"));
        };
        for (variable, values) in variables {
            let values = match values {
                Json::String(text) => vec![text.clone()],
                Json::Bool(truth) => vec![truth.to_string()],
                Json::Array(_) => texts_of(values, "a value of a condition")?,
                _ => continue,
            };
            tests.entry(test.clone()).or_default().insert(variable.clone(), values);
        }
    }
    Ok(print_conditions(tests))
}

fn texts_of(list: &Json, what: &str) -> Result<Vec<String>, String> {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or_else(|| format!("{what} is not a text"))
}

/// A member by its name, else by its name in another case.
fn member<'t>(object: &'t Map<String, Json>, name: &str) -> Option<&'t Json> {
    let other = || object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    object.get(name).or_else(other)
}

fn text_of(object: &Map<String, Json>, name: &str) -> Result<String, String> {
    match member(object, name) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("`{name}` is not a text")),
    }
}
