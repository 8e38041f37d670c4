//! Sample bodies of a kind, made from its table: every field that can be set, in two variants.

use relight_contract::canonical;
use relight_contract::field::{Canonical, Field, Mutability, Presence, object_type};
use relight_contract::{Identity, Kind, Literal, Object, Shape, TagRules, Type, Value, pattern};

/// What a field that refers to another object holds: the attribute's value of that kind's sample.
pub(crate) type Resolve<'a> = dyn FnMut(&'static str, &'static str) -> Option<Value> + 'a;

/// A body with every field that may be set, apart from those that need a replica's source or guard deletion.
///
/// `variant` 0 is the base; another one differs from it in every field that allows it. `salt` makes names distinct.
pub(crate) fn body(kind: &'static Kind, variant: u32, salt: &str, resolve: &mut Resolve) -> Object {
    let source = kind.promotable().map(|(source, _)| source);
    let wanted = |row: &Field| source != Some(row.name) && !row.guards_deletion;
    let mut object = rows(kind.fields, &wanted, variant, resolve);
    match kind.identity {
        Identity::Name(rule) => {
            if let Some(prefix) = rule.prefix {
                object.remove(prefix);
            }
            object.insert(rule.attribute, name(kind, rule.attribute, rule.longest, salt));
        }
        Identity::Key(fields) => {
            // The last free part of the key tells two samples apart.
            let parts = fields.iter().rev().filter_map(|name| kind.field(name));
            let mut set = parts.filter(|row| object.contains(row.name));
            let free = set.find(|row| is_free_text(row) || row.canonical == Canonical::Cidr);
            if let Some(free) = free {
                let value = match free.canonical {
                    Canonical::Cidr => Value::from(format!("10.{salt}.0.0/16")),
                    _ => name(kind, free.name, 60, salt),
                };
                object.insert(free.name, value);
            }
        }
        Identity::Token | Identity::Server => {}
    }
    if let Some(tags) = kind.tags {
        object.insert(tags, tag(kind, tags, if variant == 0 { "shop" } else { "pay" }));
    }
    object
}

/// Whether a field may be filled with any text.
pub(crate) fn is_free_text(row: &Field) -> bool {
    matches!(row.shape, Shape::String)
        && row.refers.is_none()
        && row.words.is_empty()
        && matches!(row.canonical, Canonical::Exact | Canonical::CaseInsensitive | Canonical::Dns)
}

/// A tag `team` in the form of the kind: a map of text, or a block with `key` and `value`.
fn tag(kind: &Kind, field: &str, value: &str) -> Value {
    let Some(rows) = kind.field(field).and_then(|row| row.shape.fields()) else {
        return Value::map(Type::String, [("team", Value::from(value))].into_iter().collect());
    };
    let mut block = whole(rows, &|_| true, 0, &mut |_, _| None);
    block.insert("key", Value::from("team"));
    block.insert("value", Value::from(value));
    Value::set(object_type(rows), vec![Value::object(block)])
}

/// Tags that the provider of a kind refuses; `None` when it accepts everything.
pub(crate) fn bad_tags(kind: &Kind, field: &str, rules: &TagRules) -> Option<Value> {
    let refused = ['\u{7}', '%', 'A', '.'].into_iter().find(|c| !(rules.accepts)(*c));
    refused.map(|c| tag(kind, field, &format!("x{c}")))
}

/// Whether the cloud makes a field by chance, and not of what is given alone.
pub(crate) fn is_made_by_chance(kind: &Kind, field: &str) -> bool {
    let mut names = vec![field];
    let mut next = 0;
    while let Some(made) = names.get(next).map(|name| kind.field(name).and_then(|row| row.made)) {
        next += 1;
        let Some(made) = made else { continue };
        if ["{hex:", "{digits:", "{letters:"].iter().any(|alphabet| made.contains(alphabet)) {
            return true;
        }
        for name in pattern::fields(made) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    false
}

fn name(kind: &Kind, attribute: &str, longest: u16, salt: &str) -> Value {
    let domain = kind.field(attribute).is_some_and(|row| row.canonical == Canonical::Dns);
    let text = format!("sample-{salt}{}", if domain { ".example.test" } else { "" });
    Value::from(text.chars().take(usize::from(longest)).collect::<String>())
}

fn rows(
    table: &'static [Field],
    wanted: &dyn Fn(&Field) -> bool,
    variant: u32,
    resolve: &mut Resolve,
) -> Object {
    let mut object = Object::new();
    // Required fields come first: where two conflict, an optional one gives way.
    let (required, optional): (Vec<&'static Field>, Vec<&'static Field>) =
        table.iter().partition(|row| row.presence == Presence::Required);
    for row in required.into_iter().chain(optional) {
        let rivalled = row.conflicts.iter().any(|other| object.contains(other))
            || table.iter().any(|other| object.contains(other.name) && other.conflicts.contains(&row.name));
        if !row.is_settable() || row.local || rivalled || !wanted(row) {
            continue;
        }
        // What cannot be changed in place is the same in both variants: it is for the replace case.
        let variant = if row.mutability == Mutability::Replace { 0 } else { variant };
        if let Some(value) = value(row, &row.shape, variant, resolve) {
            object.insert(row.name, value);
        }
    }
    object
}

/// A value of a field; `None` when what it refers to cannot be had.
pub(crate) fn value(row: &Field, shape: &Shape, variant: u32, resolve: &mut Resolve) -> Option<Value> {
    let all = |_: &Field| true;
    Some(match shape {
        Shape::Dynamic => Value::from(format!("value {variant}")),
        Shape::Bool => Value::Bool((row.default == Literal::Bool(true)) == (variant != 0)),
        Shape::Number => Value::from(1 + i64::from(variant)),
        Shape::String => match row.refers {
            Some(reference) => match resolve(reference.kind, reference.attribute) {
                Some(value) => value,
                None if reference.binding => return None,
                None => Value::from(text(row, variant)),
            },
            None => Value::from(text(row, variant)),
        },
        Shape::List(element) => Value::list(element.ty(), vec![value(row, element, variant, resolve)?]),
        Shape::Set(element) => Value::set(element.ty(), vec![value(row, element, variant, resolve)?]),
        Shape::Map(element) => {
            let entry = value(row, element, variant, resolve)?;
            Value::map(element.ty(), [("key", entry)].into_iter().collect())
        }
        Shape::Object(table) | Shape::Block(table) => Value::object(whole(table, &all, variant, resolve)),
        Shape::BlockList(table) => {
            let items = vec![Value::object(whole(table, &all, variant, resolve)); count(row)];
            Value::list(object_type(table), items)
        }
        Shape::BlockSet(table) => {
            let items = vec![Value::object(whole(table, &all, variant, resolve))];
            Value::set(object_type(table), items)
        }
    })
}

fn count(row: &Field) -> usize {
    usize::from(row.minimum).max(1)
}

/// A nested body as a plan carries it: rows that nobody set are null.
fn whole(
    table: &'static [Field],
    wanted: &dyn Fn(&Field) -> bool,
    variant: u32,
    resolve: &mut Resolve,
) -> Object {
    let mut object = rows(table, wanted, variant, resolve);
    for row in table {
        if !object.contains(row.name) {
            object.insert(row.name, Value::Null(row.ty()));
        }
    }
    object
}

fn text(row: &Field, variant: u32) -> String {
    if !row.words.is_empty() {
        let at = usize::try_from(variant).unwrap_or(0) % row.words.len();
        return row.words.get(at).copied().unwrap_or_default().to_owned();
    }
    match row.canonical {
        Canonical::Json => format!("{{\"Version\":\"{variant}\"}}"),
        Canonical::Cidr => format!("10.{variant}.0.0/16"),
        Canonical::Dns => format!("name-{variant}.example.test"),
        Canonical::Base64 => {
            ["aGVsbG8=", "d29ybGQ="].get(usize::from(variant > 0)).unwrap_or(&"").to_string()
        }
        Canonical::Version => format!("{}.1", 15 + variant),
        Canonical::Exact | Canonical::CaseInsensitive | Canonical::Apart | Canonical::Tail => {
            format!("text-{variant}")
        }
    }
}

/// The same value in another spelling that must not count as a difference; `None` where there is none.
pub(crate) fn respelled(row: &Field, value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let other = match row.canonical {
        Canonical::Json => text.replace(':', ": "),
        Canonical::Cidr => text.replace(".0.0/16", ".0.9/16"),
        Canonical::Dns => format!("{}.", text.to_uppercase()),
        Canonical::CaseInsensitive => text.to_uppercase(),
        Canonical::Tail => format!("path/{text}"),
        // A beginning counts as the same, but has the same text only where it is the whole.
        Canonical::Exact | Canonical::Base64 | Canonical::Version | Canonical::Apart => return None,
    };
    let differs =
        other != text && canonical::text(row.canonical, &other) == canonical::text(row.canonical, text);
    differs.then(|| Value::from(other))
}
