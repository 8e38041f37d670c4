//! Functions that search and replace.

use regex::{Captures, Regex};
use relight_contract::{Type, Value};

use super::pattern_syntax::translate;
use super::table::*;
use super::text::TEXT_LIMIT_BYTES;

const PATTERN: &[Parameter] = &[Parameter::text("pattern"), Parameter::text("string")];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("regex", PATTERN, match_type, |a, _| {
        let pattern = Pattern::new(a.text(0), 0)?;
        let found = pattern.regex.captures(a.text(1));
        found.map(|captures| pattern.value(&captures)).ok_or_else(|| wrong(1, "does not match the pattern"))
    }),
    Function::new(
        "regexall",
        PATTERN,
        |a| Type::list(match_type(a)),
        |a, _| {
            let pattern = Pattern::new(a.text(0), 0)?;
            let found = pattern.regex.captures_iter(a.text(1)).map(|captures| pattern.value(&captures));
            Ok(Value::list(pattern.ty(), found.collect()))
        },
    ),
    Function::new(
        "replace",
        &[Parameter::text("str"), Parameter::text("substr"), Parameter::text("replace")],
        text_type,
        |a, _| replace(a),
    ),
];

/// A compiled pattern with the names of its groups: all have one, or none has.
struct Pattern {
    regex: Regex,
    names: Vec<Option<String>>,
}

impl Pattern {
    fn new(text: &str, argument: usize) -> Result<Pattern, Halt> {
        let pattern = Pattern::with_any_names(text, argument)?;
        let named = pattern.names.iter().flatten().count();
        if named != 0 && named != pattern.names.len() {
            return Err(wrong(argument, "either all groups have names or none has"));
        }
        Ok(pattern)
    }

    fn with_any_names(text: &str, argument: usize) -> Result<Pattern, Halt> {
        let refuse = |what: String| wrong(argument, format!("not a valid regular expression: {what}"));
        let translated = translate(text).map_err(refuse)?;
        let regex = Regex::new(&translated.pattern).map_err(|error| {
            let text = error.to_string();
            refuse(text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
        })?;
        Ok(Pattern { regex, names: translated.names })
    }

    /// Text without groups, a tuple of groups, or an object of named groups.
    fn ty(&self) -> Type {
        let names: Option<Vec<&str>> = self.names.iter().map(Option::as_deref).collect();
        match names {
            _ if self.names.is_empty() => Type::String,
            Some(names) => Type::object(names.into_iter().map(|name| (name, Type::String))),
            None => Type::tuple(vec![Type::String; self.names.len()]),
        }
    }

    fn value(&self, captures: &Captures<'_>) -> Value {
        let group = |index: usize| match captures.get(index) {
            Some(group) => text_value(group.as_str()),
            None => Value::Null(Type::String),
        };
        let names: Option<Vec<&str>> = self.names.iter().map(Option::as_deref).collect();
        match names {
            _ if self.names.is_empty() => group(0),
            Some(names) => Value::object(
                names.into_iter().enumerate().map(|(index, name)| (name, group(index + 1))).collect(),
            ),
            None => Value::tuple((1..=self.names.len()).map(group).collect()),
        }
    }

    /// The text that a name or number in a replacement stands for.
    fn group<'t>(&self, captures: &Captures<'t>, name: &str) -> &'t str {
        let text = |index: usize| captures.get(index).map(|group| group.as_str());
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            return name.parse().ok().and_then(text).unwrap_or_default();
        }
        let named = self.names.iter().enumerate().filter(|(_, candidate)| candidate.as_deref() == Some(name));
        named.filter_map(|(index, _)| text(index + 1)).next().unwrap_or_default()
    }
}

fn match_type(arguments: &[Value]) -> Type {
    let pattern = arguments.first().and_then(Value::as_str);
    pattern.and_then(|text| Pattern::new(text, 0).ok()).map_or(Type::Dynamic, |pattern| pattern.ty())
}

/// Between slashes stands a pattern; `$1`, `${1}` and `${name}` in the replacement are its groups.
fn replace(arguments: &Arguments<'_>) -> Answer {
    let (text, searched, replacement) = (arguments.text(0), arguments.text(1), arguments.text(2));
    let pattern = searched.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let too_long = || failed(format!("would make a text of more than {TEXT_LIMIT_BYTES} bytes"));
    let Some(pattern) = pattern else {
        let count = if searched.is_empty() { text.len() + 1 } else { text.matches(searched).count() };
        if count.saturating_mul(replacement.len()).saturating_add(text.len()) > TEXT_LIMIT_BYTES {
            return Err(too_long());
        }
        return Ok(text_value(text.replace(searched, replacement)));
    };
    let pattern = Pattern::with_any_names(pattern, 1)?;
    let mut output = String::new();
    let mut copied = 0;
    for captures in pattern.regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        output.push_str(text.get(copied..whole.start()).unwrap_or_default());
        expand(&pattern, &captures, replacement, &mut output);
        copied = whole.end();
        if output.len() > TEXT_LIMIT_BYTES {
            return Err(too_long());
        }
    }
    output.push_str(text.get(copied..).unwrap_or_default());
    Ok(text_value(output))
}

/// Fills a replacement in; a dollar sign that begins nothing stands for itself, `$$` for one.
fn expand(pattern: &Pattern, captures: &Captures<'_>, replacement: &str, output: &mut String) {
    let mut rest = replacement;
    while let Some((before, behind)) = rest.split_once('$') {
        output.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            output.push('$');
            rest = behind;
            continue;
        }
        match take_name(behind) {
            Some((name, behind)) => {
                output.push_str(pattern.group(captures, name));
                rest = behind;
            }
            None => {
                output.push('$');
                rest = behind;
            }
        }
    }
    output.push_str(rest);
}

/// `name` or `{name}` at the beginning, and what follows it.
fn take_name(text: &str) -> Option<(&str, &str)> {
    let (braced, text) = match text.strip_prefix('{') {
        Some(inside) => (true, inside),
        None => (false, text),
    };
    let end =
        text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    if braced { rest.strip_prefix('}').map(|rest| (name, rest)) } else { Some((name, rest)) }
}
