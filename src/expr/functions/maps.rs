//! Functions of maps and objects.

use std::collections::BTreeMap;

use relight_contract::{Name, Object, Type, Value};

use super::table::*;
use crate::expr::Context;
use crate::expr::convert::convert_in;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("keys", &[Parameter::any("inputMap").known(Known::No)], keys_type, |a, _| keys(a)),
    Function::new("lookup", &[Parameter::any("inputMap"), Parameter::text("key")], lookup_type, lookup)
        .and_more(Parameter::any("default").nullable().known(Known::No)),
    Function::new("merge", &[], any_type, |a, _| merge(a))
        .and_more(Parameter::any("maps").nullable().known(Known::No)),
    Function::new(
        "transpose",
        &[Parameter::new("values", Takes::MapOfListOfText)],
        |_| Type::map(Type::list(Type::String)),
        |a, _| transpose(a),
    ),
    Function::new("values", &[Parameter::any("mapping")], values_type, |a, _| values(a)),
    Function::new(
        "zipmap",
        &[Parameter::new("keys", Takes::ListOfText), Parameter::any("values")],
        zip_type,
        |a, _| zip(a),
    ),
];

fn keys_type(arguments: &[Value]) -> Type {
    match first_type(arguments) {
        Type::Map(_) => Type::list(Type::String),
        _ => Type::Dynamic,
    }
}

/// The names of an object are known even before its values are.
fn keys(arguments: &Arguments<'_>) -> Answer {
    let names =
        |names: &mut dyn Iterator<Item = &Name>| names.map(|name| Value::text(name.clone())).collect();
    match arguments.value(0) {
        Value::Map(map) => Ok(Value::list(Type::String, names(&mut map.entries.names()))),
        Value::Object(object) => Ok(Value::tuple(names(&mut object.names()))),
        Value::Hole(hole) => match &hole.ty {
            Type::Object(object) => Ok(Value::tuple(names(&mut object.attributes.keys()))),
            Type::Map(_) | Type::Dynamic => Err(Halt::Unknown(keys_type(arguments.all()))),
            _ => Err(wrong(0, "must be a map or object")),
        },
        _ => Err(wrong(0, "must be a map or object")),
    }
}

fn values_type(arguments: &[Value]) -> Type {
    match first_type(arguments) {
        Type::Map(element) => Type::List(element),
        Type::Object(object) => Type::tuple(object.attributes.values().cloned().collect()),
        _ => Type::Dynamic,
    }
}

fn values(arguments: &Arguments<'_>) -> Answer {
    let items = |entries: &Object| entries.iter().map(|(_, value)| value.clone()).collect();
    match arguments.value(0) {
        Value::Map(map) => Ok(Value::list(map.element.clone(), items(&map.entries))),
        Value::Object(object) => Ok(Value::tuple(items(object))),
        _ => Err(wrong(0, "must be a map or object")),
    }
}

fn lookup_type(arguments: &[Value]) -> Type {
    match arguments.first().map(Value::ty) {
        Some(Type::Map(element)) => (*element).clone(),
        _ => Type::Dynamic,
    }
}

/// The default of a map must have the type of its elements even when it is not used.
fn lookup(arguments: &Arguments<'_>, context: &Context<'_>) -> Answer {
    let default = match arguments.from(2) {
        [] => None,
        [default] => Some(default),
        more => return Err(failed(format!("takes 2 or 3 arguments, {} given", more.len() + 2))),
    };
    let (collection, key) = (arguments.value(0), arguments.text(1));
    let default = match (collection, default) {
        (Value::Map(map), Some(value)) => {
            let converted = convert_in(value, &map.element, context.residuals).map_err(|error| {
                wrong(2, format!("the default must have the type of the map's elements: {error}"))
            })?;
            Some(converted)
        }
        (Value::Map(_) | Value::Object(_), default) => default.cloned(),
        _ => return Err(wrong(0, "must be a map or object")),
    };
    let found = arguments.entries(0).get(key).cloned().or(default);
    found.ok_or_else(|| wrong(1, format!("there is no element \"{}\", and no default", shorten(key))))
}

/// Maps of one type make a map of it; anything else makes an object.
fn merge(arguments: &Arguments<'_>) -> Answer {
    let all = arguments.all();
    let mut unknown = false;
    for (index, value) in all.iter().enumerate() {
        match value {
            Value::Map(_) | Value::Object(_) => {}
            Value::Null(Type::Dynamic | Type::Map(_) | Type::Object(_)) => {}
            Value::Hole(hole) if matches!(hole.ty, Type::Map(_) | Type::Object(_) | Type::Dynamic) => {
                unknown = true
            }
            _ => return Err(wrong(index, "must be a map, an object or null")),
        }
    }
    let first = all.first().map(Value::ty).filter(|ty| matches!(ty, Type::Map(_)));
    let shared = first.filter(|ty| all.iter().all(|value| value.ty() == *ty));
    if unknown {
        return Err(Halt::Unknown(shared.unwrap_or_default()));
    }
    let entries = all.iter().filter_map(Value::as_entries).flatten().cloned().collect();
    Ok(match shared {
        Some(Type::Map(element)) => Value::map((*element).clone(), entries),
        _ => Value::object(entries),
    })
}

fn transpose(arguments: &Arguments<'_>) -> Answer {
    let mut turned: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
    for (name, list) in arguments.entries(0) {
        let items = list.as_items().ok_or_else(|| wrong(0, format!("element \"{name}\" is null")))?;
        for item in items {
            let Value::String(text) = item else {
                return Err(wrong(0, format!("element \"{name}\" holds null; every item becomes a key")));
            };
            turned.entry(text.clone()).or_default().push(Value::text(name.clone()));
        }
    }
    let entries = turned.into_iter().map(|(name, names)| (name, Value::list(Type::String, names)));
    Ok(Value::map(Type::list(Type::String), entries.collect()))
}

fn zip_type(arguments: &[Value]) -> Type {
    match arguments.get(1).map(Value::ty) {
        Some(Type::List(element)) => Type::Map(element),
        _ => Type::Dynamic,
    }
}

fn zip(arguments: &Arguments<'_>) -> Answer {
    let (keys, values) = (arguments.items(0), arguments.items(1));
    if !matches!(arguments.value(1), Value::List(_) | Value::Tuple(_)) {
        return Err(wrong(1, "must be a list or tuple"));
    }
    if keys.len() != values.len() {
        let counts = format!("{} keys and {} values", keys.len(), values.len());
        return Err(wrong(1, format!("must have as many items as keys: {counts}")));
    }
    let mut entries = Vec::with_capacity(keys.len());
    for (position, (key, value)) in keys.iter().zip(values).enumerate() {
        let Value::String(name) = key else {
            return Err(wrong(0, format!("item {position} is null; a key must not be null")));
        };
        entries.push((name.clone(), value.clone()));
    }
    let entries: Object = entries.into_iter().collect();
    Ok(match arguments.value(1).ty() {
        Type::List(element) => Value::map((*element).clone(), entries),
        _ => Value::object(entries),
    })
}
