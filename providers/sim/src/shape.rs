//! Values against the rows of a table: their form, and what the spec may say.

use relight_contract::field::{Field, Presence, object_type};
use relight_contract::{Fault, FaultKind, Object, Shape, Value};

/// A request that the table does not allow.
pub(crate) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Invalid, message)
}

/// Secrets as what they hide; a hole has no business in a call.
pub(crate) fn opened(value: &Value) -> Result<Value, Fault> {
    value.map_holes(&mut |leaf| match leaf {
        Value::Secret(secret) => opened(&secret.value),
        _ => Err(invalid("a value is not known yet")),
    })
}

/// The fields of a call that are set, in the forms of the table. Those in `exempt` may be missing though required.
pub(crate) fn given(
    rows: &'static [Field],
    object: &Object,
    path: &str,
    exempt: &[&str],
) -> Result<Object, Fault> {
    let mut set = Object::new();
    for (name, value) in object {
        let row = relight_contract::field::find(rows, name)
            .ok_or_else(|| invalid(format!("there is no field `{path}{name}`")))?;
        if value.is_null() {
            continue;
        }
        if !row.is_settable() {
            return Err(invalid(format!("`{path}{name}` is given by the cloud alone")));
        }
        set.insert(name.clone(), conformed(row, value, path)?);
    }
    for row in rows {
        let missing = row.presence == Presence::Required && !exempt.contains(&row.name);
        if missing && !set.contains(row.name) {
            return Err(invalid(format!("`{path}{}` is missing", row.name)));
        }
        // Blocks that nobody wrote read back as an empty list.
        let is_given = |name: &str| {
            set.get(name).is_some_and(|value| value.as_items().is_none_or(|items| !items.is_empty()))
        };
        let rival = row.conflicts.iter().find(|other| is_given(row.name) && is_given(other));
        if let Some(rival) = rival {
            return Err(invalid(format!("`{path}{}` may not stand beside `{rival}`", row.name)));
        }
        check_count(row, set.get(row.name), path)?;
    }
    Ok(set)
}

fn check_count(row: &Field, value: Option<&Value>, path: &str) -> Result<(), Fault> {
    let count = match value {
        None => 0,
        Some(value) => value.as_items().map_or(1, <[Value]>::len),
    };
    let few = count < usize::from(row.minimum);
    let many = row.maximum > 0 && count > usize::from(row.maximum);
    // A collection's bounds count its elements only where the row accepts blocks.
    if row.shape.accepts_blocks() && (few || many) {
        return Err(invalid(format!("`{path}{}` stands {count} times", row.name)));
    }
    Ok(())
}

/// A value in the form of its row.
pub(crate) fn conformed(row: &Field, value: &Value, path: &str) -> Result<Value, Fault> {
    let path = format!("{path}{}", row.name);
    let value = conform(&row.shape, value, &path)?;
    if let Some(text) = value.as_str()
        && !row.words.is_empty()
        && !row.words.iter().any(|word| same_word(row, word, text))
    {
        return Err(invalid(format!("`{path}` is {text:?}, not one of {}", row.words.join(", "))));
    }
    Ok(value)
}

fn same_word(row: &Field, word: &str, text: &str) -> bool {
    use relight_contract::canonical::text as canonical;
    canonical(row.canonical, word) == canonical(row.canonical, text)
}

fn conform(shape: &Shape, value: &Value, path: &str) -> Result<Value, Fault> {
    let wrong = || invalid(format!("`{path}` is no {}", shape.ty()));
    if value.is_null() {
        return Ok(Value::Null(shape.ty()));
    }
    let fits = match shape {
        Shape::Dynamic => true,
        Shape::Bool => value.as_bool().is_some(),
        Shape::Number => value.as_number().is_some(),
        Shape::String => value.as_str().is_some(),
        _ => return compose(shape, value, path),
    };
    if fits { Ok(value.clone()) } else { Err(wrong()) }
}

fn compose(shape: &Shape, value: &Value, path: &str) -> Result<Value, Fault> {
    let wrong = || invalid(format!("`{path}` is no {}", shape.ty()));
    let items = |element: &Shape| -> Result<Vec<Value>, Fault> {
        let items = value.as_items().ok_or_else(wrong)?;
        items.iter().enumerate().map(|(at, item)| conform(element, item, &format!("{path}[{at}]"))).collect()
    };
    Ok(match shape {
        Shape::List(element) => Value::list(element.ty(), items(element)?),
        Shape::Set(element) => Value::set(element.ty(), items(element)?),
        Shape::BlockList(rows) => Value::list(object_type(rows), items(&Shape::Object(rows))?),
        Shape::BlockSet(rows) => Value::set(object_type(rows), items(&Shape::Object(rows))?),
        Shape::Map(element) => {
            let entries = value.as_entries().ok_or_else(wrong)?;
            let entries: Result<Vec<_>, Fault> = entries
                .iter()
                .map(|(name, item)| Ok((name.clone(), conform(element, item, &format!("{path}[{name:?}]"))?)))
                .collect();
            Value::map(element.ty(), entries?.into_iter().collect())
        }
        Shape::Object(rows) | Shape::Block(rows) => {
            let entries = value.as_entries().ok_or_else(wrong)?;
            Value::object(given(rows, entries, &format!("{path}."), &[])?)
        }
        Shape::Dynamic | Shape::Bool | Shape::Number | Shape::String => return conform(shape, value, path),
    })
}
