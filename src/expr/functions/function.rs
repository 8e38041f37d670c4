//! What a function is, and the driver that checks, converts and refuses arguments before its body sees them.

use std::fmt::Display;

use relight_contract::{Number, Object, Type, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{FunctionError, Outcome};
use crate::expr::Context;
use crate::expr::Residuals;
use crate::expr::convert::{convert, convert_in};

/// A function of the library.
pub(super) struct Function {
    /// Its name.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// The parameter of all further arguments.
    pub variadic: Option<Parameter>,
    /// The type of its result, from converted arguments that may hold holes.
    pub result: fn(&[Value]) -> Type,
    /// The function itself. The driver guarantees the number of arguments, their types, and that they are neither
    /// null nor unknown where their parameters say so.
    pub body: fn(&Arguments<'_>, &Context<'_>) -> Answer,
}

/// A parameter of a function.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    /// Its name, as Terraform documents it.
    pub name: &'static str,
    /// The type that arguments are converted to.
    pub takes: Takes,
    /// Whether null is an argument.
    pub null: bool,
    /// How much of an argument must be known.
    pub known: Known,
}

/// The types that parameters have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Anything,
    Number,
    Text,
    List,
    Set,
    ListOfBool,
    ListOfText,
    MapOfListOfText,
}

/// How much of an argument must be known before a body sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing: the body looks for itself.
    No,
    /// The value itself; holes may stand inside it.
    Top,
    /// The value and all inside it.
    Deep,
}

/// Why a body gives no value.
pub(super) enum Halt {
    /// The call is wrong.
    Wrong(FunctionError),
    /// The value, of this type, waits for a hole.
    Unknown(Type),
}

/// What a body gives.
pub(super) type Answer = Result<Value, Halt>;

impl Takes {
    fn ty(self) -> Type {
        match self {
            Takes::Anything => Type::Dynamic,
            Takes::Number => Type::Number,
            Takes::Text => Type::String,
            Takes::List => Type::list(Type::Dynamic),
            Takes::Set => Type::set(Type::Dynamic),
            Takes::ListOfBool => Type::list(Type::Bool),
            Takes::ListOfText => Type::list(Type::String),
            Takes::MapOfListOfText => Type::map(Type::list(Type::String)),
        }
    }
}

impl Parameter {
    /// A parameter that must be known throughout and not be null.
    pub const fn new(name: &'static str, takes: Takes) -> Parameter {
        Parameter { name, takes, null: false, known: Known::Deep }
    }

    /// Text, known and not null.
    pub const fn text(name: &'static str) -> Parameter {
        Parameter::new(name, Takes::Text)
    }

    /// A number, known and not null.
    pub const fn number(name: &'static str) -> Parameter {
        Parameter::new(name, Takes::Number)
    }

    /// A value of any type, known at its top and not null.
    pub const fn any(name: &'static str) -> Parameter {
        Parameter { known: Known::Top, ..Parameter::new(name, Takes::Anything) }
    }

    /// The parameter, taking null too.
    pub const fn nullable(self) -> Parameter {
        Parameter { null: true, ..self }
    }

    /// The parameter, known so far.
    pub const fn known(self, known: Known) -> Parameter {
        Parameter { known, ..self }
    }

    fn accept(&self, argument: &Value, index: usize, residuals: &Residuals) -> Result<Value, FunctionError> {
        let refuse = |what: String| FunctionError {
            argument: Some(index),
            message: format!("invalid value for \"{}\": {what}", self.name),
        };
        // Holes that no body will see need no residual of their own.
        let converted = match (self.takes, self.known) {
            (Takes::Anything, _) => Ok(argument.clone()),
            (takes, Known::Deep) => convert(argument, &takes.ty()),
            (takes, _) => convert_in(argument, &takes.ty(), residuals),
        };
        let value = converted.map_err(|error| {
            let place = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
            refuse(format!("{place}{}", error.message))
        })?;
        if value.is_null() && !self.null {
            return Err(refuse("must not be null".to_owned()));
        }
        Ok(value)
    }

    fn is_known_enough(&self, value: &Value) -> bool {
        match self.known {
            Known::No => true,
            Known::Top => !matches!(value, Value::Hole(_)),
            Known::Deep => !value.has_hole(),
        }
    }
}

impl Function {
    /// A function of these parameters only.
    pub const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        result: fn(&[Value]) -> Type,
        body: fn(&Arguments<'_>, &Context<'_>) -> Answer,
    ) -> Function {
        Function { name, parameters, variadic: None, result, body }
    }

    /// The function, with any number of further arguments.
    pub const fn and_more(self, variadic: Parameter) -> Function {
        Function { variadic: Some(variadic), ..self }
    }

    /// Checks the arguments, converts them, and calls the body if enough of them is known.
    pub fn call(&self, arguments: &[Value], context: &Context<'_>) -> Result<Outcome, FunctionError> {
        self.check_count(arguments.len())?;
        let parameters = self.parameters.iter().chain(self.variadic.iter().cycle());
        let mut accepted = Vec::with_capacity(arguments.len());
        let mut known = true;
        for (index, (argument, parameter)) in arguments.iter().zip(parameters).enumerate() {
            let value = parameter.accept(argument, index, context.residuals)?;
            known &= parameter.is_known_enough(&value);
            accepted.push(value);
        }
        if !known {
            return Ok(Outcome::Unknown((self.result)(&accepted)));
        }
        match (self.body)(&Arguments(&accepted), context) {
            Ok(value) => Ok(Outcome::Known(value)),
            Err(Halt::Unknown(ty)) => Ok(Outcome::Unknown(ty)),
            Err(Halt::Wrong(error)) => Err(error),
        }
    }

    fn check_count(&self, given: usize) -> Result<(), FunctionError> {
        let wanted = self.parameters.len();
        if given == wanted || (given > wanted && self.variadic.is_some()) {
            return Ok(());
        }
        let at_least = if self.variadic.is_some() { "at least " } else { "" };
        let plural = if wanted == 1 { "" } else { "s" };
        let names: Vec<_> = self.parameters.iter().map(|parameter| parameter.name).collect();
        let list = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        let message = format!("takes {at_least}{wanted} argument{plural}{list}, {given} given");
        Err(FunctionError { argument: (given > wanted).then_some(wanted), message })
    }
}

/// Converted arguments. The accessors fall back to empty values rather than panic; by the driver's checks they
/// never do.
pub(super) struct Arguments<'a>(&'a [Value]);

impl<'a> Arguments<'a> {
    /// All of them.
    pub fn all(&self) -> &'a [Value] {
        self.0
    }

    /// Those from `start` on.
    pub fn from(&self, start: usize) -> &'a [Value] {
        self.0.get(start..).unwrap_or_default()
    }

    /// One of them.
    pub fn value(&self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&Value::NULL)
    }

    /// A text.
    pub fn text(&self, index: usize) -> &'a str {
        self.value(index).as_str().unwrap_or_default()
    }

    /// A number.
    pub fn number(&self, index: usize) -> &'a Number {
        static ZERO: Number = Number::ZERO;
        self.value(index).as_number().unwrap_or(&ZERO)
    }

    /// A whole number within 64 bits; anything else is an error.
    pub fn whole(&self, index: usize) -> Result<i64, Halt> {
        let number = self.number(index);
        number
            .to_i64()
            .ok_or_else(|| wrong(index, format!("must be a whole number, not {}", shorten(number))))
    }

    /// The items of a list, set or tuple.
    pub fn items(&self, index: usize) -> &'a [Value] {
        self.value(index).as_items().unwrap_or_default()
    }

    /// The entries of a map or object.
    pub fn entries(&self, index: usize) -> &'a Object {
        static NONE: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Object::new);
        self.value(index).as_entries().unwrap_or(&NONE)
    }
}

/// The text of a value for a message, cut short.
pub(super) fn shorten(value: impl Display) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// An error in one argument, from 0.
pub(super) fn wrong(argument: usize, message: impl Into<String>) -> Halt {
    Halt::Wrong(FunctionError { argument: Some(argument), message: message.into() })
}

/// An error of the call as a whole.
pub(super) fn failed(message: impl Into<String>) -> Halt {
    Halt::Wrong(FunctionError { argument: None, message: message.into() })
}

/// Text as the language holds it: in Unicode normal form C.
pub(super) fn text_value(text: impl AsRef<str> + Into<relight_contract::Name>) -> Value {
    match is_nfc_quick(text.as_ref().chars()) {
        IsNormalized::Yes => Value::text(text),
        _ => Value::text(text.as_ref().nfc().collect::<String>()),
    }
}

/// A number from an integer that a count gives.
pub(super) fn count_value(count: usize) -> Value {
    Value::Number(Number::from(count))
}

/// A list of texts.
pub(super) fn text_list<T: AsRef<str> + Into<relight_contract::Name>>(
    items: impl IntoIterator<Item = T>,
) -> Value {
    Value::list(Type::String, items.into_iter().map(text_value).collect())
}

/// Result type `bool`.
pub(super) fn bool_type(_: &[Value]) -> Type {
    Type::Bool
}

/// Result type `number`.
pub(super) fn number_type(_: &[Value]) -> Type {
    Type::Number
}

/// Result type `string`.
pub(super) fn text_type(_: &[Value]) -> Type {
    Type::String
}

/// Result type `list(string)`.
pub(super) fn text_list_type(_: &[Value]) -> Type {
    Type::list(Type::String)
}

/// Result type not known before the result.
pub(super) fn any_type(_: &[Value]) -> Type {
    Type::Dynamic
}

/// The result has the type of the first argument.
pub(super) fn first_type(arguments: &[Value]) -> Type {
    arguments.first().map_or(Type::Dynamic, Value::ty)
}
