//! What a cloud adds to an object: defaults, and values made from patterns.

use std::cell::RefCell;

use relight_contract::field::{Field, Presence, object_type};
use relight_contract::{Literal, Milliseconds, Name, Object, Shape, Type, Value, pattern};

use crate::random::Random;

/// Where the parts of patterns come from, for one object.
pub(crate) struct Maker {
    pub(crate) region: Name,
    pub(crate) account: Name,
    pub(crate) provider: Name,
    pub(crate) version: u64,
    pub(crate) created_at: Milliseconds,
    pub(crate) random: RefCell<Random>,
}

impl pattern::Source for Maker {
    fn word(&self, word: &str) -> Option<String> {
        match word {
            "region" => Some(self.region.to_string()),
            "account" | "owner" => Some(self.account.to_string()),
            "provider" => Some(self.provider.to_string()),
            "version" => Some(self.version.to_string()),
            "time" => Some(time(self.created_at)),
            _ => None,
        }
    }

    fn random(&self, alphabet: &str, count: usize) -> Option<String> {
        self.random.borrow_mut().text(alphabet, count)
    }
}

/// Every row of a table: what is given, else its default, else what the cloud makes, else null.
pub(crate) fn complete(rows: &'static [Field], given: &Object, maker: &Maker) -> Object {
    complete_inside(rows, given, &Object::new(), maker)
}

/// The same for a nested block: a pattern finds names that the block lacks in `outer`.
fn complete_inside(rows: &'static [Field], given: &Object, outer: &Object, maker: &Maker) -> Object {
    let mut object = Object::new();
    let mut waiting: Vec<&'static Field> = Vec::new();
    for row in rows {
        let kept = !row.local && !row.write_only;
        match given.get(row.name).filter(|value| kept && !value.is_null()) {
            Some(value) => {
                object.insert(row.name, value.clone());
            }
            None if kept && row.default != Literal::None => {
                object.insert(row.name, row.default.to_value(&row.ty()));
            }
            None if kept && row.made.is_some() => waiting.push(row),
            None => {
                object.insert(row.name, absent(row));
            }
        }
    }
    make(&mut object, waiting, outer, maker);
    for row in rows {
        nest(row, &mut object, maker);
    }
    object
}

/// Makes what can be made until nothing more can: patterns may name each other's fields.
fn make(object: &mut Object, mut waiting: Vec<&'static Field>, outer: &Object, maker: &Maker) {
    loop {
        let before = waiting.len();
        waiting.retain(|row| {
            let value = row.made.and_then(|pattern| made(row, pattern, object, outer, maker));
            value.map(|value| object.insert(row.name, value)).is_none() && !object.contains(row.name)
        });
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    for row in waiting {
        object.insert(row.name, absent(row));
    }
}

/// Makes the value of one row anew, or null when its pattern cannot be filled.
pub(crate) fn make_one(row: &'static Field, object: &Object, maker: &Maker) -> Value {
    let value = row.made.and_then(|pattern| made(row, pattern, object, &Object::new(), maker));
    value.unwrap_or_else(|| absent(row))
}

fn made(row: &Field, pattern: &str, object: &Object, outer: &Object, maker: &Maker) -> Option<Value> {
    let exact = pattern.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    if let Some(name) = exact
        && let Some(value) = object.get(name).or_else(|| outer.get(name))
    {
        return Some(typed(value, &row.shape));
    }
    let mut names = outer.clone();
    for (name, value) in object {
        names.insert(name.clone(), value.clone());
    }
    let text = pattern::fill(pattern, &names, maker)?;
    Some(typed(&Value::from(text), &row.shape))
}

/// A made value in the form of its row: text is read as a number or boolean, or as a list split at commas.
fn typed(value: &Value, shape: &Shape) -> Value {
    let ty = shape.ty();
    if value.is_null() {
        return Value::Null(ty);
    }
    let read = match (shape, value.as_str()) {
        (Shape::Bool, Some(text)) => text.parse().ok().map(Value::Bool),
        (Shape::Number, Some(text)) => text.parse().ok().map(Value::Number),
        (Shape::String, None) => {
            let number = value.as_number().map(ToString::to_string);
            number.or_else(|| value.as_bool().map(|truth| truth.to_string())).map(Value::from)
        }
        (Shape::List(Shape::String), Some(text)) => {
            Some(Value::list(Type::String, text.split(',').map(Value::from).collect()))
        }
        (Shape::Set(Shape::String), Some(text)) => {
            Some(Value::set(Type::String, text.split(',').map(Value::from).collect()))
        }
        _ => Some(value.clone()),
    };
    read.unwrap_or(Value::Null(ty))
}

/// What an unset row reads as: blocks are empty, all else is null.
fn absent(row: &Field) -> Value {
    match row.shape {
        Shape::BlockList(rows) => Value::list(object_type(rows), Vec::new()),
        Shape::BlockSet(rows) => Value::set(object_type(rows), Vec::new()),
        _ => Value::Null(row.ty()),
    }
}

/// Completes what is inside a block. A block that nobody gave is made where the cloud gives it and knows what to say.
fn nest(row: &'static Field, object: &mut Object, maker: &Maker) {
    let Some(rows) = row.shape.fields() else { return };
    let Some(value) = object.get(row.name) else { return };
    let empty = value.is_null() || value.as_items().is_some_and(<[Value]>::is_empty);
    let volunteered = matches!(row.presence, Presence::Computed | Presence::Output)
        && row.made.is_none()
        && !row.local
        && rows.iter().any(|row| row.made.is_some() || row.default != Literal::None);
    let outer = object.clone();
    let whole = |item: &Value| match item.as_entries() {
        Some(given) => Value::object(complete_inside(rows, given, &outer, maker)),
        None => item.clone(),
    };
    let items = match (value, empty && volunteered) {
        (_, true) => vec![whole(&Value::object(Object::new()))],
        (Value::List(sequence) | Value::Set(sequence), _) => sequence.items.iter().map(whole).collect(),
        (Value::Object(_), _) => vec![whole(value)],
        _ => return,
    };
    let nested = match row.shape {
        Shape::Object(_) | Shape::Block(_) => items.into_iter().next(),
        Shape::BlockList(_) | Shape::List(_) => Some(Value::list(object_type(rows), items)),
        Shape::BlockSet(_) | Shape::Set(_) => Some(Value::set(object_type(rows), items)),
        _ => None,
    };
    if let Some(nested) = nested {
        object.insert(row.name, nested);
    }
}

/// A time as RFC 3339 in UTC. The calendar: days are counted from 0000-03-01, in cycles of 400 years.
fn time(milliseconds: Milliseconds) -> String {
    let seconds = milliseconds / 1000;
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_written_as_people_know_them() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(time(1_795_177_544_000), "2026-11-20T12:25:44Z");
    }
}
