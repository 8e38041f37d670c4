//! The linter of kind tables: what a compiler cannot see in them.

use std::collections::BTreeSet;

use relight_contract::field::{Field, Presence};
use relight_contract::{
    Act, Capability, DataKind, Identity, Kind, Listing, Literal, Placement, Provider, Registry, Scope, Shape,
    pattern,
};

/// Words of relight's own language: no field may be called so.
const RESERVED: &[&str] = &[
    "topology", "site", "sites", "exists", "primary", "standby", "drill", "lost", "probe", "gate", "hook",
    "overlay",
];

/// Words of a pattern that are no fields.
const ALPHABETS: &[&str] = &["hex", "digits", "letters"];

/// What is wrong with a provider's tables, each as `kind.field: text`; empty when nothing is.
///
/// `registry` holds every provider whose kinds may be referred to, this one included.
pub fn lint(registry: &Registry, provider: &'static Provider) -> Vec<String> {
    let mut notes = Notes { registry, found: Vec::new(), subject: provider.name.to_owned() };
    let mut names = BTreeSet::new();
    for name in provider.kinds.iter().map(|kind| kind.name) {
        notes.unless(names.insert(name), "", || format!("the kind `{name}` stands twice"));
    }
    for kind in provider.kinds {
        notes.subject = kind.name.to_owned();
        notes.kind(provider, kind);
    }
    for data in provider.data {
        notes.subject = format!("data.{}", data.name);
        notes.data(provider, data);
    }
    notes.found
}

struct Notes<'r> {
    registry: &'r Registry,
    found: Vec<String>,
    subject: String,
}

impl Notes<'_> {
    fn unless(&mut self, fine: bool, field: &str, text: impl FnOnce() -> String) {
        if !fine {
            let dot = if field.is_empty() { "" } else { "." };
            self.found.push(format!("{}{dot}{field}: {}", self.subject, text()));
        }
    }

    fn kind(&mut self, provider: &Provider, kind: &'static Kind) {
        self.unless(kind.provider == provider.name, "", || "it names another provider".to_owned());
        self.unless(is_snake_case(kind.name), "", || "its name is not in snake case".to_owned());
        self.unless(!kind.doc.is_empty(), "", || "it has no doc".to_owned());
        self.unless(!kind.service.is_empty(), "", || "it has no service".to_owned());
        let id = kind.field("id").is_some_and(|row| matches!(row.shape, Shape::String));
        self.unless(id, "id", || "there is no such text".to_owned());
        self.rows(kind.fields, kind.fields, "");
        self.identity(kind);
        self.tags(provider, kind);
        self.capabilities(kind);
        self.listing(kind);
        self.operations(provider, kind);
        self.unsupported(kind.fields, kind.unsupported.iter().map(|entry| (entry.name, entry.reason)));
        self.unless(!kind.examples.is_empty(), "", || "it has no examples".to_owned());
        for example in kind.examples {
            let title = example.title;
            let shows = example.hcl.contains(kind.name) && !title.is_empty();
            self.unless(shows, "", || format!("the example {title:?} does not show it, or has no title"));
        }
    }

    fn data(&mut self, provider: &Provider, data: &'static DataKind) {
        self.unless(data.provider == provider.name, "", || "it names another provider".to_owned());
        self.unless(is_snake_case(data.name), "", || "its name is not in snake case".to_owned());
        self.unless(!data.doc.is_empty(), "", || "it has no doc".to_owned());
        self.unless(data.is_pure() == data.calls.is_empty(), "", || {
            "a pure data source has no calls, any other has some".to_owned()
        });
        self.calls(data.calls);
        if let relight_contract::DataSource::Object { kind, .. } = data.source {
            self.unless(self.registry.kind(kind).is_some(), "", || format!("there is no kind `{kind}`"));
        }
        if let relight_contract::DataSource::Of { kind, argument, attribute, .. } = data.source {
            let found = self.registry.kind(kind).and_then(|kind| kind.field(attribute));
            self.unless(found.is_some(), "", || format!("there is no `{kind}` with `{attribute}`"));
            self.unless(data.field(argument).is_some(), "", || format!("there is no argument `{argument}`"));
        }
        self.rows(data.fields, data.fields, "");
        self.unsupported(data.fields, data.unsupported.iter().map(|entry| (entry.name, entry.reason)));
    }

    fn rows(&mut self, rows: &'static [Field], root: &'static [Field], path: &str) {
        let mut names = BTreeSet::new();
        for row in rows {
            let name = format!("{path}{}", row.name);
            self.unless(names.insert(row.name), &name, || "it stands twice".to_owned());
            self.unless(is_snake_case(row.name), &name, || "it is not in snake case".to_owned());
            self.unless(!RESERVED.contains(&row.name), &name, || "this is a word of relight".to_owned());
            self.unless(!row.doc.is_empty(), &name, || "it has no doc".to_owned());
            self.row(row, rows, root, &name);
            if let Some(inner) = row.shape.fields() {
                self.rows(inner, root, &format!("{name}."));
            }
        }
    }

    fn row(&mut self, row: &'static Field, rows: &'static [Field], root: &'static [Field], name: &str) {
        let default_fits = match (row.default, row.shape) {
            (Literal::None, _) | (_, Shape::Dynamic) => true,
            (Literal::Bool(_), Shape::Bool) | (Literal::Number(_), Shape::Number) => true,
            (Literal::Text(word), Shape::String) => row.words.is_empty() || row.words.contains(&word),
            _ => false,
        };
        self.unless(default_fits, name, || "its default is none of its values".to_owned());
        let required = row.presence == Presence::Required && row.default != Literal::None;
        self.unless(!required, name, || "it is required and has a default".to_owned());
        let worded = row.words.is_empty() || holds_text(&row.shape);
        self.unless(worded, name, || "only text has words".to_owned());
        for other in row.conflicts {
            let there = rows.iter().any(|row| row.name == *other) && *other != row.name;
            self.unless(there, name, || format!("there is no `{other}` to conflict with"));
        }
        if let Some(other) = row.also {
            let told = rows.iter().any(|row| row.name == other && !row.is_settable());
            self.unless(told, name, || format!("no output `{other}` tells it in another spelling"));
        }
        if let Some(reference) = row.refers {
            let (kind, attribute) = (reference.kind, reference.attribute);
            let there = self.registry.kind(kind).is_some_and(|kind| kind.field(attribute).is_some());
            self.unless(there, name, || format!("there is no `{kind}.{attribute}` to refer to"));
        }
        if let Some(pattern) = row.made {
            self.pattern(pattern, row, rows, root, name);
        }
        self.unless(!row.moves || row.made.is_some() || !row.is_settable(), name, || {
            "it moves, but nothing says how".to_owned()
        });
        let guard = !row.guards_deletion || (matches!(row.shape, Shape::Bool) && !name.contains('.'));
        self.unless(guard, name, || "only a boolean of the kind itself guards deletion".to_owned());
        let bounded = row.maximum == 0 || row.minimum <= row.maximum;
        self.unless(bounded, name, || "its minimum is above its maximum".to_owned());
    }

    fn pattern(
        &mut self,
        text: &'static str,
        row: &Field,
        rows: &'static [Field],
        root: &'static [Field],
        name: &str,
    ) {
        self.unless(row.presence == Presence::Output || row.presence == Presence::Computed, name, || {
            "the cloud makes only what is computed or an output".to_owned()
        });
        let balanced = text.matches('{').count() == text.matches('}').count();
        self.unless(balanced, name, || format!("the braces of {text:?} do not match"));
        for part in text.split('{').skip(1).filter_map(|part| part.split_once('}')) {
            let (word, modifier) = part.0.split_once(':').unwrap_or((part.0, ""));
            let known = match ALPHABETS.contains(&word) {
                true => modifier.parse::<usize>().is_ok_and(|count| count > 0),
                false => matches!(modifier, "" | "lower" | "last" | "relative"),
            };
            self.unless(known, name, || format!("the part `{}` of its pattern means nothing", part.0));
        }
        for field in pattern::fields(text) {
            let there = rows.iter().chain(root).any(|row| row.name == field) && field != row.name;
            self.unless(there, name, || format!("its pattern names `{field}`, which is no field"));
        }
    }

    fn identity(&mut self, kind: &'static Kind) {
        let fields: Vec<&str> = match kind.identity {
            Identity::Name(rule) => {
                self.unless(rule.longest > 0, rule.attribute, || "the longest name has no length".to_owned());
                if let Scope::Parent(parent) = rule.scope {
                    self.unless(kind.field(parent).is_some(), parent, || {
                        "there is no such parent".to_owned()
                    });
                }
                std::iter::once(rule.attribute).chain(rule.prefix).collect()
            }
            Identity::Key(fields) => {
                self.unless(!fields.is_empty(), "", || "its key is empty".to_owned());
                fields.to_vec()
            }
            Identity::Token => Vec::new(),
            Identity::Server => {
                // Nothing else could find an object of class C again.
                let known = kind.tags.is_some() || kind.provider == "builtin";
                self.unless(known, "", || "its cloud makes the id, and it has no tags".to_owned());
                Vec::new()
            }
        };
        for field in fields {
            let settable = kind.field(field).is_some_and(Field::is_settable);
            self.unless(settable, field, || "it is part of the identity, but cannot be set".to_owned());
        }
    }

    fn tags(&mut self, provider: &Provider, kind: &'static Kind) {
        let Some(field) = kind.tags else { return };
        let fits = kind.field(field).is_some_and(|row| {
            let blocks =
                row.shape.fields().is_some_and(|rows| is_field(rows, "key") && is_field(rows, "value"));
            row.is_settable() && (blocks || matches!(row.shape, Shape::Map(Shape::String)))
        });
        self.unless(fits, field, || "it holds the tags, but is neither a map of text nor blocks".to_owned());
        let rules = &provider.tags;
        for tag in [rules.owner, rules.address, rules.intent, rules.role] {
            let wrong = rules.check(tag, "0123456789abcdef0123456789abcdef");
            self.unless(wrong.is_none(), field, || wrong.unwrap_or_default());
        }
    }

    fn capabilities(&mut self, kind: &'static Kind) {
        for capability in kind.capabilities {
            let (fields, act): (Vec<&str>, Option<Act>) = match capability {
                Capability::Scalable { fields } => (fields.to_vec(), None),
                Capability::Promotable { source, dictated, demotes, lag, .. } => {
                    let told = lag.is_none_or(|name| kind.field(name).is_some_and(is_lag));
                    self.unless(told, lag.unwrap_or_default(), || {
                        "it is no volatile number of relight's own that tells a lag".to_owned()
                    });
                    let fields = std::iter::once(*source).chain(dictated.iter().copied()).collect();
                    let demote = !*demotes || kind.operation(Act::Demote).is_some();
                    self.unless(demote, "", || "it demotes, but has no operation for it".to_owned());
                    (fields, Some(Act::Promote))
                }
                Capability::Fenceable { effect } => {
                    (effect.iter().map(|transition| transition.field).collect(), Some(Act::Fence))
                }
                Capability::Shiftable { fields } => (fields.to_vec(), Some(Act::Shift)),
                Capability::Restorable(by) => {
                    let asks =
                        |data: &DataKind| [by.of, by.newest].iter().all(|name| data.field(name).is_some());
                    let there = self.registry.data(by.data).is_some_and(asks);
                    self.unless(there, "", || format!("`{}` does not find its snapshots", by.data));
                    (vec![by.source], None)
                }
                Capability::Shared | Capability::Joins => (Vec::new(), None),
            };
            for field in fields {
                let settable = kind.field(field).is_some_and(Field::is_settable);
                self.unless(settable, field, || "a capability names it, but it cannot be set".to_owned());
            }
            let there = act.is_none_or(|act| kind.operation(act).is_some());
            self.unless(there, "", || format!("the operation for {capability:?} is missing"));
        }
    }

    fn listing(&mut self, kind: &'static Kind) {
        let page = match kind.listing {
            Listing::All { page } => page,
            Listing::Under { kind: parent, attribute, page } => {
                let there = self.registry.kind(parent).is_some();
                self.unless(there, "", || format!("its parent `{parent}` is no kind"));
                let field = kind.field(attribute).is_some();
                self.unless(field, attribute, || "it is listed under this, which is no field".to_owned());
                page
            }
        };
        self.unless(page > 0, "", || "its pages are empty".to_owned());
    }

    fn operations(&mut self, provider: &Provider, kind: &'static Kind) {
        let in_place = kind.fields.iter().any(|row| {
            row.is_settable() && !row.local && row.mutability == relight_contract::field::Mutability::InPlace
        });
        for act in [Act::List, Act::Read, Act::Create, Act::Update, Act::Delete] {
            let needed = act != Act::Update || in_place;
            let there = kind.operation(act).is_some();
            self.unless(there || !needed, "", || format!("the operation {act:?} is missing"));
        }
        for operation in kind.operations {
            let act = operation.act;
            let called = !operation.calls.is_empty() || provider.home.is_empty();
            self.unless(called, "", || format!("{act:?} makes no call"));
            self.calls(operation.calls);
            let timing = operation.timing;
            self.unless(!timing.source.is_empty(), "", || format!("the timing of {act:?} has no source"));
            let ordered = timing.p50_seconds <= timing.p90_seconds;
            self.unless(ordered, "", || format!("the timing of {act:?} has its p50 above its p90"));
            let twice = kind.operations.iter().filter(|other| other.act == act).count();
            self.unless(twice == 1, "", || format!("{act:?} stands {twice} times"));
        }
        let homed = kind.placement == Placement::Regional || !provider.home.is_empty();
        self.unless(homed, "", || "it is global, but its provider has no home region".to_owned());
    }

    fn calls(&mut self, calls: &[&str]) {
        for call in calls {
            let fine = call.split_once(':').is_some_and(|(service, operation)| {
                !service.is_empty() && !operation.is_empty() && !operation.contains(':')
            });
            self.unless(fine, "", || format!("the call {call:?} is not `service:Operation`"));
        }
    }

    fn unsupported<'e>(&mut self, rows: &'static [Field], entries: impl Iterator<Item = (&'e str, &'e str)>) {
        for (name, reason) in entries {
            self.unless(!reason.is_empty(), name, || "it is unsupported without a reason".to_owned());
            self.unless(!is_field(rows, name), name, || "it is unsupported, and also a field".to_owned());
        }
    }
}

/// Whether a path of names joined by dots leads to a field.
/// Whether a field may tell how far a replica is behind.
fn is_lag(row: &Field) -> bool {
    row.own && row.volatile && !row.is_settable() && matches!(row.shape, Shape::Number)
}

fn is_field(rows: &'static [Field], path: &str) -> bool {
    let mut rows = Some(rows);
    path.split('.').all(|name| {
        let row = rows.and_then(|rows| relight_contract::field::find(rows, name));
        rows = row.and_then(|row| row.shape.fields());
        row.is_some()
    })
}

fn holds_text(shape: &Shape) -> bool {
    match shape {
        Shape::String => true,
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => holds_text(element),
        _ => false,
    }
}

fn is_snake_case(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    letters && name.starts_with(|first: char| first.is_ascii_lowercase()) && !name.ends_with('_')
}
