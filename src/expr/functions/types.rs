//! Conversions that a spec asks for; a hole is converted when it is filled.

use relight_contract::Type;

use super::table::*;
use crate::expr::Context;
use crate::expr::convert::convert_in;

const VALUE: Parameter = Parameter::any("v").nullable().known(Known::No);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("tobool", &[VALUE], bool_type, |a, context| to(a, context, &Type::Bool)),
    Function::new(
        "tolist",
        &[VALUE],
        |_| Type::list(Type::Dynamic),
        |a, context| to(a, context, &Type::list(Type::Dynamic)),
    ),
    Function::new(
        "tomap",
        &[VALUE],
        |_| Type::map(Type::Dynamic),
        |a, context| to(a, context, &Type::map(Type::Dynamic)),
    ),
    Function::new("tonumber", &[VALUE], number_type, |a, context| to(a, context, &Type::Number)),
    Function::new(
        "toset",
        &[VALUE],
        |_| Type::set(Type::Dynamic),
        |a, context| to(a, context, &Type::set(Type::Dynamic)),
    ),
    Function::new("tostring", &[VALUE], text_type, |a, context| to(a, context, &Type::String)),
];

fn to(arguments: &Arguments<'_>, context: &Context<'_>, ty: &Type) -> Answer {
    convert_in(arguments.value(0), ty, context.residuals).map_err(|error| match error.path.is_empty() {
        true => wrong(0, error.message),
        false => wrong(0, format!("{}: {}", error.path, error.message)),
    })
}
