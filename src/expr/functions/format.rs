//! `format` and `formatlist`: text from a pattern with verbs.

use relight_contract::{Type, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::decimal_text::Digits;
use super::format_number::{format_float, format_integer};
use super::json::to_json_text;
use super::table::*;
use super::text::TEXT_LIMIT_BYTES;
use crate::diag::Span;
use crate::expr::convert::convert;
use crate::expr::{Context, Expr, ExprKind};

/// Widest field and most digits behind a point that a verb may ask for.
const WIDTH_LIMIT: usize = 60_000;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("format", &[Parameter::text("format")], text_type, |a, _| {
        format(a.text(0), &a.from(1).iter().collect::<Vec<_>>()).map(text_value)
    })
    .and_more(Parameter::any("args").nullable().known(Known::Deep)),
    Function::new("formatlist", &[Parameter::text("format")], text_list_type, format_list)
        .and_more(Parameter::any("args").nullable().known(Known::No)),
];

/// A verb with its flags: `%[flags][width][.precision][[argument]]mode`.
#[derive(Default)]
pub(super) struct Verb {
    /// As it is written, for messages.
    pub raw: String,
    /// `+`: a sign also for positive numbers.
    pub plus: bool,
    /// ` `: a space where the sign of a positive number would be.
    pub space: bool,
    /// `-`: pad on the right.
    pub left: bool,
    /// `0`: pad with zeros.
    pub zero: bool,
    /// `#`: the alternative form.
    pub sharp: bool,
    /// Least width, in characters.
    pub width: Option<usize>,
    /// Digits behind the point, or most characters of a text.
    pub precision: Option<usize>,
    /// The argument, from 0.
    pub argument: usize,
    /// The letter.
    pub mode: char,
}

fn format(pattern: &str, arguments: &[&Value]) -> Result<String, Halt> {
    let mut output = String::new();
    let mut rest = pattern;
    let (mut next, mut used) = (0, 0);
    while let Some(start) = rest.find('%') {
        output.push_str(rest.get(..start).unwrap_or_default());
        rest = rest.get(start + 1..).unwrap_or_default();
        if let Some(behind) = rest.strip_prefix('%') {
            output.push('%');
            rest = behind;
            continue;
        }
        let (verb, behind) = parse_verb(rest, next)?;
        rest = behind;
        next = verb.argument.saturating_add(1);
        used = used.max(next);
        let argument = arguments.get(verb.argument).ok_or_else(|| {
            let (wanted, given) = (verb.argument.saturating_add(1), arguments.len());
            wrong(
                0,
                format!("not enough arguments for \"{}\": it takes argument {wanted} of {given}", verb.raw),
            )
        })?;
        output.push_str(&format_one(&verb, argument)?);
        if output.len() > TEXT_LIMIT_BYTES {
            return Err(failed(format!("would make a text of more than {TEXT_LIMIT_BYTES} bytes")));
        }
    }
    output.push_str(rest);
    if used < arguments.len() {
        return Err(wrong(
            used + 1,
            format!("too many arguments: the format uses {used} of {}", arguments.len()),
        ));
    }
    Ok(output)
}

/// Reads a verb behind its `%`; gives what stands behind the verb.
fn parse_verb(text: &str, next: usize) -> Result<(Verb, &str), Halt> {
    let mut verb = Verb { argument: next, ..Verb::default() };
    let mut rest = text;
    while let Some(flag) = rest.chars().next().filter(|flag| "#0+- ".contains(*flag)) {
        match flag {
            '#' => verb.sharp = true,
            '0' => verb.zero = true,
            '+' => verb.plus = true,
            '-' => verb.left = true,
            _ => verb.space = true,
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    (verb.width, rest) = take_size(rest)?;
    if let Some(behind) = rest.strip_prefix('.') {
        (verb.precision, rest) = take_size(behind)?;
        verb.precision = verb.precision.or(Some(0));
    }
    if let Some(behind) = rest.strip_prefix('[') {
        let (number, behind) = behind.split_once(']').unwrap_or((behind, ""));
        let position = Some(number).filter(|digits| !digits.starts_with(['0', '+']));
        let position = position.and_then(|digits| digits.parse::<usize>().ok());
        let position = position.ok_or_else(|| wrong(0, format!("\"[{number}]\" is no argument's number")))?;
        verb.argument = position.saturating_sub(1);
        rest = behind;
    }
    let mode = rest.chars().next().ok_or_else(|| wrong(0, format!("\"%{text}\" ends before its verb")))?;
    rest = rest.get(mode.len_utf8()..).unwrap_or_default();
    verb.mode = mode;
    verb.raw = format!("%{}", text.get(..text.len() - rest.len()).unwrap_or_default());
    if !"vtbdoxXeEfgGsq".contains(mode) {
        let hint = if mode == '%' { "; a percent sign is written \"%%\"" } else { "" };
        return Err(wrong(0, format!("unknown verb '{mode}' in \"{}\"{hint}", verb.raw)));
    }
    Ok((verb, rest))
}

fn take_size(text: &str) -> Result<(Option<usize>, &str), Halt> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    match digits.parse().ok().filter(|size| *size <= WIDTH_LIMIT) {
        Some(size) => Ok((Some(size), rest)),
        None => Err(wrong(0, format!("width {} is greater than {WIDTH_LIMIT}", shorten(digits)))),
    }
}

fn format_one(verb: &Verb, argument: &Value) -> Result<String, Halt> {
    let place = verb.argument + 1;
    if verb.mode == 'v' {
        return format_as_is(verb, argument).map_err(|_| wrong(place, "cannot be shown as JSON"));
    }
    let refuse = |what: &str| wrong(place, format!("unsupported value for \"{}\": {what}", verb.raw));
    if argument.is_null() {
        return Err(refuse("a null value cannot be formatted"));
    }
    let (ty, wanted) = match verb.mode {
        't' => (Type::Bool, "a bool is required"),
        's' | 'q' => (Type::String, "text is required"),
        _ => (Type::Number, "a number is required"),
    };
    let value = convert(argument, &ty).map_err(|_| refuse(wanted))?;
    match (&value, verb.mode) {
        (Value::Bool(flag), _) => Ok(flag.to_string()),
        (Value::String(text), 'q') => to_json_text(&text_value(cut(verb, text)), 0)
            .map(|quoted| pad(verb, quoted))
            .map_err(|_| refuse("cannot be quoted")),
        (Value::String(text), _) => Ok(pad(verb, cut(verb, text))),
        (Value::Number(number), 'e' | 'E' | 'f' | 'g' | 'G') => {
            format_float(verb, number).ok_or_else(|| refuse("the number is too small to be written out"))
        }
        (Value::Number(number), _) => {
            format_integer(verb, number).ok_or_else(|| refuse("a whole number is required"))
        }
        _ => Err(refuse(wanted)),
    }
}

/// `%v`: texts and numbers plain, everything else, and all of it with `#`, as JSON.
fn format_as_is(verb: &Verb, argument: &Value) -> Result<String, super::json::Unencodable> {
    let text = match argument {
        Value::String(text) if !verb.sharp => text.to_string(),
        Value::Number(number) if !verb.sharp => {
            let sign = if number.signum() < 0 { "-" } else { "" };
            format!("{sign}{}", Digits::shortest(number).general(None))
        }
        other => to_json_text(other, 0)?,
    };
    Ok(pad(verb, text))
}

/// The first characters of a text, as many as the precision says; zero says all.
fn cut(verb: &Verb, text: &str) -> String {
    match verb.precision {
        Some(count) if count > 0 => text.graphemes(true).take(count).collect(),
        _ => text.to_owned(),
    }
}

/// Text padded to the verb's width, counted in characters as people see them.
fn pad(verb: &Verb, text: String) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    if verb.left {
        return text + &" ".repeat(missing);
    }
    (if verb.zero { "0" } else { " " }).repeat(missing) + &text
}

/// One text for each position of the lists among the arguments; other arguments are the same in each. A text that
/// waits for a hole leaves the others, and their number, known.
fn format_list(arguments: &Arguments<'_>, context: &Context<'_>) -> Answer {
    let pattern = arguments.text(0);
    let mut rounds: Option<usize> = None;
    for (index, value) in arguments.from(1).iter().enumerate() {
        if matches!(value, Value::Hole(hole) if !hole.ty.is_primitive()) {
            return Err(Halt::Unknown(Type::list(Type::String)));
        }
        let Some(items) = value.as_items() else { continue };
        if rounds.is_some_and(|rounds| rounds != items.len()) {
            let lengths = format!("{} and {}", rounds.unwrap_or_default(), items.len());
            return Err(wrong(index + 1, format!("all lists must have the same length, and have {lengths}")));
        }
        rounds = Some(items.len());
    }
    let mut texts = Vec::new();
    for round in 0..rounds.unwrap_or(1) {
        let row: Vec<&Value> = arguments
            .from(1)
            .iter()
            .map(|value| value.as_items().map_or(value, |items| items.get(round).unwrap_or(&Value::NULL)))
            .collect();
        if row.iter().any(|value| value.has_hole()) {
            texts.push(pending(pattern, &row, context));
        } else {
            let text = format(pattern, &row).map_err(|halt| match halt {
                Halt::Wrong(error) => {
                    wrong(error.argument.unwrap_or(0), format!("for item {round}: {}", error.message))
                }
                other => other,
            })?;
            texts.push(text_value(text));
        }
    }
    Ok(Value::list(Type::String, texts))
}

/// The hole that one text of a list leaves.
fn pending(pattern: &str, row: &[&Value], context: &Context<'_>) -> Value {
    let sensitive = row.iter().any(|value| value.has_secret());
    let arguments = std::iter::once(Value::text(pattern)).chain(row.iter().map(|value| (*value).clone()));
    let call = ExprKind::Call {
        function: "format".into(),
        arguments: arguments.map(Expr::literal).collect(),
        spread: false,
    };
    context.residuals.expr(Expr::new(call, Span::NONE), Type::String, sensitive)
}
