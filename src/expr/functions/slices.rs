//! Functions that make a list of lists.

use relight_contract::{Type, Value};

use super::lists::list_items;
use super::table::*;
use crate::expr::Context;
use crate::expr::convert::{convert, convert_in, unify};

const LIST: Parameter = Parameter::new("list", Takes::List);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "chunklist",
        &[LIST.known(Known::Top), Parameter::number("size")],
        |a| Type::list(first_type(a)),
        |a, _| chunks(a),
    ),
    Function::new("compact", &[Parameter::new("list", Takes::ListOfText)], text_list_type, |a, _| {
        let kept = a.items(0).iter().filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
        Ok(Value::list(Type::String, kept.cloned().collect()))
    }),
    Function::new("concat", &[], concat_type, concat).and_more(Parameter::any("seqs")),
    Function::new("distinct", &[LIST], first_type, |a, _| Ok(distinct(a))),
    Function::new("flatten", &[Parameter::any("list")], any_type, |a, _| flatten(a)),
    Function::new(
        "matchkeys",
        &[
            Parameter::new("values", Takes::List).known(Known::Top),
            Parameter::new("keys", Takes::List),
            Parameter::new("searchset", Takes::List),
        ],
        first_type,
        |a, _| match_keys(a),
    ),
    Function::new("reverse", &[Parameter::any("list")], reverse_type, |a, _| reverse(a)),
    Function::new(
        "slice",
        &[Parameter::any("list"), Parameter::number("start_index"), Parameter::number("end_index")],
        slice_type,
        |a, _| slice(a),
    ),
    Function::new("sort", &[Parameter::new("list", Takes::ListOfText)], text_list_type, |a, _| sort(a)),
];

fn element_of(arguments: &Arguments<'_>, index: usize) -> Type {
    arguments.value(index).ty().element().cloned().unwrap_or_default()
}

/// A size of zero means one chunk of everything.
fn chunks(arguments: &Arguments<'_>) -> Answer {
    let items = arguments.items(0);
    let Ok(size) = usize::try_from(arguments.whole(1)?) else {
        return Err(wrong(1, "must not be negative"));
    };
    let element = element_of(arguments, 0);
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items.chunks(size).map(|chunk| Value::list(element.clone(), chunk.to_vec()));
    Ok(Value::list(Type::list(element.clone()), chunks.collect()))
}

/// Lists alone make a list of the type that their elements share; any tuple among them makes a tuple.
fn concat_type(arguments: &[Value]) -> Type {
    let elements: Option<Vec<Type>> = arguments
        .iter()
        .map(|value| match value.ty() {
            Type::List(element) => Some((*element).clone()),
            _ => None,
        })
        .collect();
    elements.and_then(|elements| unify(&elements)).map_or(Type::Dynamic, Type::list)
}

fn concat(arguments: &Arguments<'_>, context: &Context<'_>) -> Answer {
    if arguments.all().is_empty() {
        return Err(failed("takes at least one list"));
    }
    let mut items = Vec::new();
    for (index, value) in arguments.all().iter().enumerate() {
        match value {
            Value::List(_) | Value::Tuple(_) => items.extend_from_slice(arguments.items(index)),
            _ => return Err(wrong(index, "must be a list or tuple")),
        }
    }
    let Type::List(element) = concat_type(arguments.all()) else {
        return Ok(Value::tuple(items));
    };
    let converted = items.iter().map(|item| convert_in(item, &element, context.residuals));
    let converted: Result<Vec<Value>, _> = converted.collect();
    Ok(Value::list((*element).clone(), converted.map_err(|error| failed(error.to_string()))?))
}

fn distinct(arguments: &Arguments<'_>) -> Value {
    let mut seen = std::collections::HashSet::new();
    let items = arguments.items(0).iter().filter(|item| seen.insert(*item)).cloned();
    Value::list(element_of(arguments, 0), items.collect())
}

fn flatten(arguments: &Arguments<'_>) -> Answer {
    let Some(items) = arguments.value(0).as_items() else {
        return Err(wrong(0, "must be a list, set or tuple"));
    };
    let mut flat = Vec::new();
    match flatten_into(items, &mut flat) {
        true => Ok(Value::tuple(flat)),
        false => Err(Halt::Unknown(Type::Dynamic)),
    }
}

/// Whether the shape is known: a hole that may become a list leaves it open. Depth is that of the value, bounded by
/// the parser and the decoders.
fn flatten_into(items: &[Value], flat: &mut Vec<Value>) -> bool {
    items.iter().all(|item| match (item, item.as_items()) {
        (_, Some(inner)) => flatten_into(inner, flat),
        (Value::Hole(hole), None)
            if matches!(hole.ty, Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) =>
        {
            false
        }
        _ => {
            flat.push(item.clone());
            true
        }
    })
}

fn match_keys(arguments: &Arguments<'_>) -> Answer {
    let (values, keys, searched) = (arguments.items(0), arguments.items(1), arguments.items(2));
    if values.len() != keys.len() {
        return Err(wrong(1, "must have as many items as values"));
    }
    let types = [element_of(arguments, 1), element_of(arguments, 2)];
    let typed: Vec<Type> = types.into_iter().filter(|ty| *ty != Type::Dynamic).collect();
    let shared = if typed.is_empty() { Some(Type::Dynamic) } else { unify(&typed) };
    let shared = shared.ok_or_else(|| wrong(2, "must have items of the same type as keys"))?;
    let as_shared = |item: &Value| convert(item, &shared).map_err(|error| failed(error.to_string()));
    let wanted = searched.iter().map(as_shared).collect::<Result<std::collections::HashSet<_>, _>>()?;
    let mut matches = Vec::new();
    for (value, key) in values.iter().zip(keys) {
        if wanted.contains(&as_shared(key)?) {
            matches.push(value.clone());
        }
    }
    Ok(Value::list(element_of(arguments, 0), matches))
}

fn reverse_type(arguments: &[Value]) -> Type {
    match first_type(arguments) {
        Type::Set(element) => Type::List(element),
        Type::Tuple(elements) => Type::tuple(elements.iter().rev().cloned().collect()),
        other => other,
    }
}

fn reverse(arguments: &Arguments<'_>) -> Answer {
    let items = arguments.items(0).iter().rev().cloned().collect();
    match arguments.value(0) {
        Value::Tuple(_) => Ok(Value::tuple(items)),
        Value::List(_) | Value::Set(_) => Ok(Value::list(element_of(arguments, 0), items)),
        _ => Err(wrong(0, "must be a list, tuple or set")),
    }
}

fn slice_type(arguments: &[Value]) -> Type {
    match first_type(arguments) {
        list @ Type::List(_) => list,
        _ => Type::Dynamic,
    }
}

fn slice(arguments: &Arguments<'_>) -> Answer {
    let items = list_items(arguments)?;
    let (start, end) = (arguments.whole(1)?, arguments.whole(2)?);
    let Ok(first) = usize::try_from(start) else {
        return Err(wrong(1, "start must not be negative"));
    };
    if first > items.len() {
        return Err(wrong(1, format!("start must be at most {}, the length of the list", items.len())));
    }
    let last = usize::try_from(end).ok().filter(|last| *last <= items.len());
    let last = last.ok_or_else(|| wrong(2, format!("end must be between start and {}", items.len())))?;
    let part = items.get(first..last).ok_or_else(|| wrong(1, "start must not be greater than end"))?.to_vec();
    Ok(match arguments.value(0) {
        Value::Tuple(_) => Value::tuple(part),
        _ => Value::list(element_of(arguments, 0), part),
    })
}

fn sort(arguments: &Arguments<'_>) -> Answer {
    let mut items = arguments.items(0).to_vec();
    if let Some(position) = items.iter().position(Value::is_null) {
        return Err(wrong(0, format!("item {position} is null; a null value cannot be sorted")));
    }
    items.sort();
    Ok(Value::list(Type::String, items))
}
