//! Functions of sets.

use relight_contract::{Type, Value};

use super::table::*;
use crate::expr::Context;
use crate::expr::convert::{convert, convert_in, unify};

/// Most combinations that `setproduct` makes: a product grows too fast to let a spec fill the memory with it.
const PRODUCT_LIMIT: usize = 1_000_000;

const SET: Takes = Takes::Set;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("setintersection", &[Parameter::new("first_set", SET)], shared_type, |a, _| {
        combine(a, |sets, item| sets.iter().all(|set| set.binary_search(item).is_ok()))
    })
    .and_more(Parameter::new("other_sets", SET)),
    Function::new("setproduct", &[], product_type, product).and_more(Parameter::any("sets")),
    Function::new(
        "setsubtract",
        &[Parameter::new("a", SET), Parameter::new("b", SET)],
        shared_type,
        |a, _| {
            combine(a, |sets, item| {
                let (first, rest) =
                    sets.split_first().map_or((None, sets), |(first, rest)| (Some(first), rest));
                first.is_some_and(|first| first.binary_search(item).is_ok())
                    && rest.iter().all(|set| set.binary_search(item).is_err())
            })
        },
    ),
    Function::new("setunion", &[Parameter::new("first_set", SET)], shared_type, |a, _| {
        combine(a, |_, _| true)
    })
    .and_more(Parameter::new("other_sets", SET)),
];

/// The element type that all sets share; empty sets of no type have no say.
fn shared_element(sets: &[Value]) -> Option<Type> {
    let types: Vec<Type> = sets
        .iter()
        .filter_map(|set| set.ty().element().cloned())
        .filter(|element| *element != Type::Dynamic)
        .collect();
    if types.is_empty() { Some(Type::Dynamic) } else { unify(&types) }
}

fn shared_type(sets: &[Value]) -> Type {
    Type::set(shared_element(sets).unwrap_or_default())
}

/// The items of all sets, as their shared type, that `keep` keeps.
fn combine(arguments: &Arguments<'_>, keep: fn(&[Vec<Value>], &Value) -> bool) -> Answer {
    let element = shared_element(arguments.all())
        .ok_or_else(|| failed("the items of all sets must have the same type"))?;
    let mut sets = Vec::with_capacity(arguments.all().len());
    for (index, set) in arguments.all().iter().enumerate() {
        let items: Result<Vec<Value>, _> =
            set.as_items().unwrap_or_default().iter().map(|item| convert(item, &element)).collect();
        let mut items = items.map_err(|error| wrong(index, error.to_string()))?;
        items.sort();
        sets.push(items);
    }
    let kept = sets.iter().flatten().filter(|item| keep(&sets, item)).cloned().collect();
    Ok(Value::set(element, kept))
}

/// One element type per argument; a set among them makes the result a set.
fn product_type(arguments: &[Value]) -> Type {
    let elements: Option<Vec<Type>> = arguments.iter().map(|value| product_element(&value.ty())).collect();
    let Some(elements) = elements else { return Type::Dynamic };
    let combination = Type::tuple(elements);
    match arguments.iter().any(|value| matches!(value.ty(), Type::Set(_))) {
        true => Type::set(combination),
        false => Type::list(combination),
    }
}

fn product_element(ty: &Type) -> Option<Type> {
    match ty {
        Type::List(element) | Type::Set(element) => Some((**element).clone()),
        Type::Tuple(elements) if elements.is_empty() => Some(Type::Dynamic),
        Type::Tuple(elements) => unify(elements),
        _ => None,
    }
}

fn product(arguments: &Arguments<'_>, context: &Context<'_>) -> Answer {
    let count = arguments.all().len();
    if count < 2 {
        return Err(failed(format!("takes at least 2 arguments, {count} given")));
    }
    let mut factors = Vec::with_capacity(count);
    let mut total: usize = 1;
    for (index, value) in arguments.all().iter().enumerate() {
        let items = value.as_items().ok_or_else(|| wrong(index, "must be a list, set or tuple"))?;
        let element =
            product_element(&value.ty()).ok_or_else(|| wrong(index, "all items must have the same type"))?;
        let items = items.iter().map(|item| convert_in(item, &element, context.residuals));
        let items =
            items.collect::<Result<Vec<Value>, _>>().map_err(|error| wrong(index, error.to_string()))?;
        total = total.saturating_mul(items.len());
        factors.push(items);
    }
    if total > PRODUCT_LIMIT {
        return Err(failed(format!("would make more than {PRODUCT_LIMIT} combinations")));
    }
    let mut combinations: Vec<Vec<Value>> = vec![Vec::with_capacity(count); usize::from(total > 0)];
    for items in &factors {
        combinations = combinations
            .iter()
            .flat_map(|start| items.iter().map(|item| start.iter().chain([item]).cloned().collect()))
            .collect();
    }
    let combinations = combinations.into_iter().map(Value::tuple).collect();
    Ok(match product_type(arguments.all()) {
        Type::Set(combination) => Value::set((*combination).clone(), combinations),
        Type::List(combination) => Value::list((*combination).clone(), combinations),
        _ => return Err(failed("the items of each argument must have one type")),
    })
}
