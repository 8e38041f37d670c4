//! The tables of all kinds and data sources against Terraform's provider schema, distilled in `fixture.json`.

use std::collections::{BTreeMap, BTreeSet};

use relight_aws::{AWS, DATA, KINDS};
use relight_contract::coverage::{self, Coverage};
use relight_contract::field::{Field, Mutability, Presence};
use relight_contract::{Shape, Unsupported};
use serde::Deserialize;
use serde_json::Value as Json;

/// Kinds that Terraform does not have.
const OWN: &[&str] = &["aws_route53recoverycluster_routing_control_state"];

/// The part of Terraform's schema that this provider answers for.
#[derive(Deserialize)]
struct Fixture {
    resources: BTreeMap<String, Body>,
    data: BTreeMap<String, Body>,
}

/// A resource, a data source, or a nested block.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    attributes: BTreeMap<String, Attribute>,
    #[serde(default)]
    blocks: BTreeMap<String, Nested>,
}

#[derive(Deserialize)]
struct Attribute {
    is: String,
    #[serde(rename = "type")]
    ty: Json,
}

#[derive(Deserialize)]
struct Nested {
    nesting: String,
    #[serde(default)]
    min_items: u16,
    #[serde(default)]
    max_items: u16,
    #[serde(default)]
    deprecated: bool,
    #[serde(flatten)]
    body: Body,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("fixture.json")).expect("the fixture is JSON of this form")
}

/// One table beside its fixture: what is wrong, and the fixture's own counts.
struct Check<'f> {
    name: &'f str,
    unsupported: &'static [Unsupported],
    named: BTreeSet<&'static str>,
    problems: Vec<String>,
    count: Coverage,
    /// All attributes, those inside of unsupported blocks too.
    whole: usize,
}

impl<'f> Check<'f> {
    fn new(
        name: &'f str,
        body: &Body,
        fields: &'static [Field],
        unsupported: &'static [Unsupported],
    ) -> Check<'f> {
        let mut check = Check {
            name,
            unsupported,
            named: BTreeSet::new(),
            problems: Vec::new(),
            count: Coverage::default(),
            whole: 0,
        };
        check.body("", body, fields);
        for entry in unsupported {
            if !check.named.contains(entry.name) {
                check.problem(entry.name, "is unsupported, but Terraform has no such thing");
            }
            if entry.reason.len() < 10 {
                check.problem(entry.name, "is unsupported without a reason");
            }
        }
        check
    }

    fn problem(&mut self, path: &str, text: &str) {
        self.problems.push(format!("{}: `{path}` {text}", self.name));
    }

    fn body(&mut self, prefix: &str, body: &Body, fields: &'static [Field]) {
        for (name, attribute) in &body.attributes {
            self.attribute(&format!("{prefix}{name}"), attribute, field(fields, name));
        }
        for (name, nested) in &body.blocks {
            self.nested(&format!("{prefix}{name}"), nested, field(fields, name));
        }
        for field in fields.iter().filter(|field| !field.own) {
            if !body.attributes.contains_key(field.name) && !body.blocks.contains_key(field.name) {
                self.problem(&format!("{prefix}{}", field.name), "is unknown to Terraform, and not our own");
            }
        }
    }

    /// Whether the table leaves this out; notes it when it does.
    fn leaves_out(&mut self, path: &str, required: bool, field: Option<&Field>) -> bool {
        let Some(entry) = self.unsupported.iter().find(|entry| entry.name == path) else {
            return false;
        };
        self.named.insert(entry.name);
        if field.is_some() {
            self.problem(path, "is both a field and unsupported");
        }
        if required {
            self.problem(path, "is required, and may not be unsupported");
        }
        true
    }

    fn attribute(&mut self, path: &str, attribute: &Attribute, field: Option<&'static Field>) {
        let is: BTreeSet<&str> = attribute.is.split(' ').collect();
        let required = is.contains("required");
        let deprecated = is.contains("deprecated");
        let unsupported = self.leaves_out(path, required, field);
        if !deprecated || field.is_some() {
            self.whole += 1;
            self.count.all += 1;
            self.count.required += usize::from(required);
        }
        let Some(field) = field else {
            if !unsupported && !deprecated {
                self.problem(path, "is neither a field nor unsupported");
            }
            return;
        };
        self.count.supported += 1;
        let wanted = presence(path, &is);
        let differs = field.presence != wanted;
        if differs && !keeps_what_it_was_made_from(field, wanted) && !is_told_in_two_spellings(path, wanted) {
            self.problem(path, &format!("should be {wanted:?}, not {:?}", field.presence));
        }
        if is.contains("sensitive") && !field.sensitive {
            self.problem(path, "should be sensitive");
        }
        if is.contains("write_only") && !field.write_only {
            self.problem(path, "should be write-only");
        }
        self.shape(path, &attribute.ty, field.shape);
    }

    fn shape(&mut self, path: &str, ty: &Json, shape: Shape) {
        match (ty.as_str(), ty[0].as_str(), shape) {
            (Some("bool"), _, Shape::Bool)
            | (Some("number"), _, Shape::Number)
            | (Some("string"), _, Shape::String)
            | (Some("dynamic"), _, Shape::Dynamic) => {}
            (_, Some("list"), Shape::List(element))
            | (_, Some("set"), Shape::Set(element))
            | (_, Some("map"), Shape::Map(element)) => self.shape(path, &ty[1], *element),
            (_, Some("object"), Shape::Object(fields)) => self.members(path, &ty[1], fields),
            (_, _, shape) => self.problem(path, &format!("should have the type {ty}, not {}", shape.ty())),
        }
    }

    /// The attributes of an object type: Terraform's schema gives their types alone.
    fn members(&mut self, path: &str, members: &Json, fields: &'static [Field]) {
        let members = members.as_object().expect("an object type names its attributes");
        for (name, ty) in members {
            let (path, field) = (format!("{path}.{name}"), field(fields, name));
            self.whole += 1;
            self.count.all += 1;
            let unsupported = self.leaves_out(&path, false, field);
            match field {
                Some(field) => {
                    self.count.supported += 1;
                    self.shape(&path, ty, field.shape);
                }
                None if !unsupported => self.problem(&path, "is neither a field nor unsupported"),
                None => {}
            }
        }
        for field in fields.iter().filter(|field| !members.contains_key(field.name)) {
            self.problem(&format!("{path}.{}", field.name), "is unknown to Terraform");
        }
    }

    fn nested(&mut self, path: &str, nested: &Nested, field: Option<&'static Field>) {
        let counts = !nested.deprecated || field.is_some();
        self.count.all += usize::from(counts);
        let unsupported = self.leaves_out(path, nested.min_items > 0, field);
        let timeouts = path == "timeouts";
        let Some(field) = field else {
            self.whole += match (counts, timeouts) {
                (false, _) => 0,
                (_, true) => 1,
                _ => size(nested),
            };
            if !unsupported && counts {
                self.problem(path, "is neither a block nor unsupported");
            }
            return;
        };
        self.whole += 1;
        self.count.supported += 1;
        self.count.required += usize::from(nested.min_items > 0);
        let fields = match (nested.nesting.as_str(), field.shape) {
            ("list", Shape::BlockList(fields))
            | ("set", Shape::BlockSet(fields))
            | ("single", Shape::Block(fields)) => fields,
            (nesting, shape) => {
                let text = format!("should be blocks nested as a {nesting}, not {}", shape.ty());
                return self.problem(path, &text);
            }
        };
        if field.presence == Presence::Output {
            self.problem(path, "is a block, and may not be an output");
        }
        if timeouts {
            return self.timeouts(&nested.body, field, fields);
        }
        if (field.minimum, field.maximum) != (nested.min_items, nested.max_items) {
            let text = format!("should have {} to {} blocks", nested.min_items, nested.max_items);
            self.problem(path, &text);
        }
        self.body(&format!("{path}."), &nested.body, fields);
    }

    /// Which durations there are differs between kinds of Terraform's; ours share one block that has them all.
    fn timeouts(&mut self, body: &Body, field: &Field, fields: &[Field]) {
        if !field.local {
            self.problem("timeouts", "should be local");
        }
        for name in body.attributes.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
            self.problem(&format!("timeouts.{name}"), "is not a field");
        }
    }
}

fn field(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    relight_contract::field::find(fields, name)
}

fn presence(path: &str, is: &BTreeSet<&str>) -> Presence {
    if path == "id" || path.rsplit('.').next() == Some("tags_all") {
        return Presence::Output;
    }
    match (is.contains("required"), is.contains("optional"), is.contains("computed")) {
        (true, _, _) => Presence::Required,
        (_, true, true) => Presence::Computed,
        (_, true, false) => Presence::Optional,
        _ => Presence::Output,
    }
}

/// Whether a row is read at creation alone (`snapshot_identifier`): Terraform calls it optional, and lets it be
/// taken out of a spec without a change. Here it is computed, so that taking it out never replaces a database.
fn keeps_what_it_was_made_from(field: &Field, wanted: Presence) -> bool {
    wanted == Presence::Optional
        && field.presence == Presence::Computed
        && field.write_only
        && field.mutability == Mutability::Replace
}

/// Whether the cloud tells a field that the spec may write in another form instead: Terraform keeps the form that was
/// written in its state, and calls it optional. Here the form that the spec leaves out is the cloud's to tell.
fn is_told_in_two_spellings(path: &str, wanted: Presence) -> bool {
    wanted == Presence::Optional
        && matches!(path, "action.target_group_arn" | "default_action.target_group_arn")
}

/// A block and all that it holds, what is deprecated apart.
fn size(nested: &Nested) -> usize {
    let attributes = nested.body.attributes.values().filter(|attribute| !attribute.is.contains("deprecated"));
    let blocks = nested.body.blocks.values().filter(|block| !block.deprecated);
    1 + attributes.count() + blocks.map(size).sum::<usize>()
}

/// All tables beside their fixtures, each with the coverage that it claims.
fn checks(fixture: &Fixture) -> Vec<(Check<'_>, Coverage)> {
    let rows: BTreeMap<_, _> =
        coverage::rows(&AWS).into_iter().map(|row| ((row.data, row.name), row)).collect();
    let kinds = KINDS.iter().filter_map(|kind| {
        let (name, body) = fixture.resources.get_key_value(kind.name)?;
        Some((Check::new(name, body, kind.fields, kind.unsupported), rows[&(false, kind.name)].coverage))
    });
    let data = DATA.iter().filter_map(|data| {
        let (name, body) = fixture.data.get_key_value(data.name)?;
        Some((Check::new(name, body, data.fields, data.unsupported), rows[&(true, data.name)].coverage))
    });
    kinds.chain(data).collect()
}

#[test]
fn names_types_and_presence_are_terraforms() {
    let fixture = fixture();
    let problems: Vec<String> = checks(&fixture).into_iter().flat_map(|(check, _)| check.problems).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn coverage_from_the_tables_is_that_of_the_fixture() {
    let fixture = fixture();
    let mut whole = 0;
    let mut total = Coverage::default();
    for (check, claimed) in checks(&fixture) {
        let counted = Coverage { required_supported: check.count.required, ..check.count };
        assert_eq!(claimed, counted, "{}", check.name);
        whole += check.whole;
        total = total + claimed;
    }
    assert!(total.reaches(85), "{total:?}");
    assert!(total.supported * 100 >= whole * 85, "{total:?}, of {whole} with those in unsupported blocks");
}

#[test]
fn every_kind_of_the_fixture_is_registered_in_order() {
    let fixture = fixture();
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|name| !OWN.contains(name)).collect();
    assert_eq!(kinds, fixture.resources.keys().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn every_data_source_of_the_fixture_is_registered_in_order() {
    let fixture = fixture();
    let data: Vec<&str> = DATA.iter().map(|data| data.name).collect();
    assert_eq!(data, fixture.data.keys().map(String::as_str).collect::<Vec<_>>());
}
