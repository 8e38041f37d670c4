//! Functions that ask of a list, set or tuple, or choose from it.

use relight_contract::{Type, Value};

use super::table::*;
use crate::expr::Context;
use crate::expr::convert::{convert_in, unify};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "alltrue",
        &[Parameter::new("list", Takes::ListOfBool).known(Known::Top)],
        bool_type,
        |a, _| {
            let is_false = |item: &Value| !matches!(item, Value::Bool(true) | Value::Hole(_));
            decide(a.items(0), is_false, false)
        },
    ),
    Function::new(
        "anytrue",
        &[Parameter::new("list", Takes::ListOfBool).known(Known::Top)],
        bool_type,
        |a, _| decide(a.items(0), |item| matches!(item, Value::Bool(true)), true),
    ),
    Function::new("coalesce", &[], any_type, coalesce)
        .and_more(Parameter::any("vals").nullable().known(Known::No)),
    Function::new("coalescelist", &[], any_type, |a, _| coalesce_list(a))
        .and_more(Parameter::any("vals").nullable().known(Known::No)),
    Function::new(
        "contains",
        &[Parameter::any("list"), Parameter::any("value").known(Known::No)],
        bool_type,
        |a, _| contains(a),
    ),
    Function::new("element", &[Parameter::any("list"), Parameter::number("index")], element_type, |a, _| {
        element(a)
    }),
    Function::new(
        "index",
        &[Parameter::any("list"), Parameter::any("value").known(Known::No)],
        number_type,
        |a, _| index(a),
    ),
    Function::new("length", &[Parameter::any("value").known(Known::No)], number_type, |a, _| length(a)),
    Function::new("one", &[Parameter::any("list")], element_type, |a, _| one(a)),
];

/// The type of what is inside the first argument, as far as it is one type.
fn element_type(arguments: &[Value]) -> Type {
    match arguments.first().map(Value::ty) {
        Some(ty) => ty.element().cloned().unwrap_or_default(),
        None => Type::Dynamic,
    }
}

/// `answer` if the test holds for an item; its opposite if it surely holds for none.
fn decide(items: &[Value], test: impl Fn(&Value) -> bool, answer: bool) -> Answer {
    if items.iter().any(test) {
        return Ok(answer.into());
    }
    match items.iter().any(Value::has_hole) {
        true => Err(Halt::Unknown(Type::Bool)),
        false => Ok((!answer).into()),
    }
}

/// The first argument that is neither null nor the empty text, as the one type that all arguments share.
fn coalesce(arguments: &Arguments<'_>, context: &Context<'_>) -> Answer {
    let typed = arguments.all().iter().filter(|value| !matches!(value, Value::Null(Type::Dynamic)));
    let types: Vec<Type> = typed.map(Value::ty).collect();
    if types.is_empty() {
        return Err(failed("takes at least one argument that is not null"));
    }
    let ty = unify(&types).ok_or_else(|| failed("all arguments must have the same type"))?;
    for (index, value) in arguments.all().iter().enumerate() {
        match value {
            Value::Null(_) => {}
            Value::Hole(_) => return Err(Halt::Unknown(ty)),
            known => {
                let value = convert_in(known, &ty, context.residuals)
                    .map_err(|error| wrong(index, error.to_string()))?;
                if value.as_str() != Some("") {
                    return Ok(value);
                }
            }
        }
    }
    Err(failed("no argument is there: all are null or the empty text"))
}

fn coalesce_list(arguments: &Arguments<'_>) -> Answer {
    let lists = arguments.all();
    if lists.is_empty() {
        return Err(failed("takes at least one argument"));
    }
    for (index, value) in lists.iter().enumerate() {
        let is_unknown = matches!(value, Value::Hole(hole) if hole.ty == Type::Dynamic);
        if !is_unknown && !matches!(value.ty(), Type::List(_) | Type::Tuple(_)) {
            return Err(wrong(index, "must be a list or tuple"));
        }
    }
    for value in lists {
        if matches!(value, Value::Hole(_)) {
            let ty = lists.first().map(Value::ty).unwrap_or_default();
            let same = lists.iter().all(|list| list.ty() == ty);
            return Err(Halt::Unknown(if same { ty } else { Type::Dynamic }));
        }
        if value.as_items().is_some_and(|items| !items.is_empty()) {
            return Ok(value.clone());
        }
    }
    Err(failed("all lists are null or empty"))
}

/// Where the value stands in the items; `Err` when that depends on a hole. Nothing is converted: `1` is not `"1"`.
fn position(items: &[Value], value: &Value) -> Result<Option<usize>, ()> {
    let waits = value.has_hole();
    for (index, item) in items.iter().enumerate() {
        if waits || item.has_hole() {
            return Err(());
        }
        if item == value {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn contains(arguments: &Arguments<'_>) -> Answer {
    let Some(items) = arguments.value(0).as_items() else {
        return Err(wrong(0, "must be a list, tuple or set"));
    };
    // An item that is equal decides, whatever the others become.
    let value = arguments.value(1);
    if !value.has_hole() && items.iter().any(|item| item == value) {
        return Ok(true.into());
    }
    match position(items, value) {
        Ok(found) => Ok(found.is_some().into()),
        Err(()) => Err(Halt::Unknown(Type::Bool)),
    }
}

fn index(arguments: &Arguments<'_>) -> Answer {
    let items = list_items(arguments)?;
    if items.is_empty() {
        return Err(wrong(0, "cannot search an empty list"));
    }
    match position(items, arguments.value(1)) {
        Ok(Some(index)) => Ok(count_value(index)),
        Ok(None) => Err(wrong(1, "item not found")),
        Err(()) => Err(Halt::Unknown(Type::Number)),
    }
}

/// The items of a first argument that has an order.
pub(super) fn list_items<'a>(arguments: &Arguments<'a>) -> Result<&'a [Value], Halt> {
    match arguments.value(0) {
        Value::List(_) | Value::Tuple(_) => Ok(arguments.items(0)),
        Value::Set(_) => {
            Err(wrong(0, "must be a list or tuple: a set has no order; take tolist() of it first"))
        }
        _ => Err(wrong(0, "must be a list or tuple")),
    }
}

/// The item at an index that wraps around at the end.
fn element(arguments: &Arguments<'_>) -> Answer {
    let items = list_items(arguments)?;
    let Ok(index) = usize::try_from(arguments.whole(1)?) else {
        return Err(wrong(1, "must not be negative"));
    };
    let wrapped = index.checked_rem(items.len()).and_then(|index| items.get(index));
    wrapped.cloned().ok_or_else(|| wrong(0, "cannot take an element of an empty list"))
}

fn length(arguments: &Arguments<'_>) -> Answer {
    match arguments.value(0) {
        Value::String(text) => {
            let clusters = unicode_segmentation::UnicodeSegmentation::graphemes(&**text, true);
            Ok(count_value(clusters.count()))
        }
        // What a hole becomes may be equal to another item.
        Value::Set(set) if set.items.len() > 1 && set.items.iter().any(Value::has_hole) => {
            Err(Halt::Unknown(Type::Number))
        }
        Value::Hole(hole) => match &hole.ty {
            Type::Tuple(elements) => Ok(count_value(elements.len())),
            Type::Object(object) => Ok(count_value(object.attributes.len())),
            Type::Bool | Type::Number => Err(wrong(0, "must be a collection or text")),
            _ => Err(Halt::Unknown(Type::Number)),
        },
        collection => {
            let count = collection.as_items().map(<[Value]>::len);
            let count = count.or_else(|| collection.as_entries().map(|entries| entries.len()));
            count.map(count_value).ok_or_else(|| wrong(0, "must be a collection or text"))
        }
    }
}

/// The only item, or null when there is none.
fn one(arguments: &Arguments<'_>) -> Answer {
    let Some(items) = arguments.value(0).as_items() else {
        return Err(wrong(0, "must be a list, set or tuple"));
    };
    match items {
        [] => Ok(Value::Null(element_type(arguments.all()))),
        [only] => Ok(only.clone()),
        // The items of a set may still turn out to be one.
        more if matches!(arguments.value(0), Value::Set(_)) && more.iter().any(Value::has_hole) => {
            Err(Halt::Unknown(element_type(arguments.all())))
        }
        more => Err(wrong(0, format!("must have one item or none, and has {}", more.len()))),
    }
}
