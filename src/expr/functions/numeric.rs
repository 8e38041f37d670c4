//! Functions of numbers.

use relight_contract::number::{NumberError, ParseNumberError};
use relight_contract::{Number, Type, Value};

use super::table::*;
use crate::expr::convert::convert;

/// As many elements as Terraform's `range` makes.
const RANGE_LIMIT: usize = 1024;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("abs", &[Parameter::number("num")], number_type, |a, _| Ok(a.number(0).abs().into_value())),
    Function::new("ceil", &[Parameter::number("num")], number_type, |a, _| {
        Ok(a.number(0).ceil().into_value())
    }),
    Function::new("floor", &[Parameter::number("num")], number_type, |a, _| {
        Ok(a.number(0).floor().into_value())
    }),
    Function::new("log", &[Parameter::number("num"), Parameter::number("base")], number_type, |a, _| {
        a.number(0).log(a.number(1)).map(Value::Number).map_err(calculation)
    }),
    Function::new("max", &[], number_type, |a, _| extreme(a, |candidate, best| candidate > best))
        .and_more(Parameter::number("numbers")),
    Function::new("min", &[], number_type, |a, _| extreme(a, |candidate, best| candidate < best))
        .and_more(Parameter::number("numbers")),
    Function::new(
        "parseint",
        &[Parameter::any("number").known(Known::Deep), Parameter::number("base")],
        number_type,
        parse_integer,
    ),
    Function::new("pow", &[Parameter::number("num"), Parameter::number("power")], number_type, |a, _| {
        a.number(0).pow(a.number(1)).map(Value::Number).map_err(calculation)
    }),
    Function::new("range", &[], |_| Type::list(Type::Number), range).and_more(Parameter::number("params")),
    Function::new("signum", &[Parameter::number("num")], number_type, |a, _| Ok(a.whole(0)?.signum().into())),
    Function::new("sum", &[Parameter::any("list").known(Known::Deep)], number_type, |a, _| sum(a)),
];

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for Number {
    fn into_value(self) -> Value {
        Value::Number(self)
    }
}

fn calculation(error: NumberError) -> Halt {
    failed(error.to_string())
}

fn extreme(arguments: &Arguments<'_>, is_better: fn(&Number, &Number) -> bool) -> Answer {
    let numbers = arguments.all().iter().filter_map(Value::as_number);
    numbers
        .reduce(|best, candidate| if is_better(candidate, best) { candidate } else { best })
        .map(|best| Value::Number(best.clone()))
        .ok_or_else(|| failed("takes at least 1 argument, 0 given"))
}

fn parse_integer(arguments: &Arguments<'_>, _: &crate::expr::Context<'_>) -> Answer {
    let Value::String(text) = arguments.value(0) else {
        return Err(wrong(0, "must be text: a number needs no parsing"));
    };
    let base = u32::try_from(arguments.whole(1)?).ok().filter(|base| (2..=62).contains(base));
    let base = base.ok_or_else(|| wrong(1, "base must be a whole number between 2 and 62"))?;
    Number::parse_radix(text, base).map(Value::Number).map_err(|error| match error {
        ParseNumberError::OutOfRange => wrong(0, "number out of range"),
        _ => wrong(0, format!("\"{}\" is not a whole number in base {base}", shorten(text))),
    })
}

fn sum(arguments: &Arguments<'_>) -> Answer {
    let Some(items) = arguments.value(0).as_items() else {
        return Err(wrong(0, "must be a list, set or tuple of numbers"));
    };
    let mut total: Option<Number> = None;
    for item in items {
        let number = convert(item, &Type::Number).ok().and_then(|value| value.as_number().cloned());
        let number = number.ok_or_else(|| wrong(0, "must be a list, set or tuple of numbers"))?;
        total = Some(match total {
            Some(total) => total.add(&number).map_err(calculation)?,
            None => number,
        });
    }
    total.map(Value::Number).ok_or_else(|| wrong(0, "cannot sum an empty list"))
}

/// `range(end)`, `range(start, end)` or `range(start, end, step)`; counts down by itself when the end is below.
fn range(arguments: &Arguments<'_>, _: &crate::expr::Context<'_>) -> Answer {
    let numbers: Vec<&Number> = arguments.all().iter().filter_map(Value::as_number).collect();
    let (start, end) = match *numbers.as_slice() {
        [end] => (&Number::ZERO, end),
        [start, end] | [start, end, _] => (start, end),
        _ => return Err(failed(format!("takes 1 to 3 arguments, {} given", numbers.len()))),
    };
    let down = end < start;
    let step = match numbers.get(2) {
        Some(step) => (*step).clone(),
        None if down => Number::from_i64(-1),
        None => Number::ONE,
    };
    if down && step.signum() > 0 {
        return Err(wrong(2, "end must be greater than start when the step is positive"));
    }
    if end > start && step.signum() < 0 {
        return Err(wrong(2, "end must be less than start when the step is negative"));
    }
    let mut items = Vec::new();
    let mut next = start.clone();
    while if down { next > *end } else { next < *end } {
        if items.len() == RANGE_LIMIT {
            let advice = "take a smaller difference between start and end, or a greater step";
            return Err(failed(format!("makes more than {RANGE_LIMIT} values: {advice}")));
        }
        items.push(Value::Number(next.clone()));
        next = next.add(&step).map_err(calculation)?;
    }
    Ok(Value::list(Type::Number, items))
}
