//! Values and types as the console prints them.

use relight_contract::{Name, Object, Type, Value};

use super::{Expr, ExprKind};

/// What is shown for a hole.
pub const UNKNOWN: &str = "(known after apply)";

/// What is shown for a secret.
pub const SENSITIVE: &str = "(sensitive value)";

/// A value as `terraform console` prints it, without a newline at its end. Secrets and holes show as such.
pub fn render(value: &Value) -> String {
    let mut text = String::new();
    write_value(value, 0, &mut text);
    text
}

/// What the console answers to an expression with this value: the value, or, to `type(...)`, the bare type.
pub fn answer(expr: &Expr, value: &Value) -> String {
    match (&expr.kind, value) {
        (ExprKind::Call { function, .. }, Value::String(text)) if &**function == "type" => text.to_string(),
        _ => render(value),
    }
}

fn write_value(value: &Value, indent: usize, into: &mut String) {
    match value {
        Value::Hole(_) => into.push_str(UNKNOWN),
        Value::Secret(_) => into.push_str(SENSITIVE),
        Value::Null(ty) => into.push_str(&null_text(ty)),
        Value::Bool(flag) => into.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => into.push_str(&number.to_string()),
        Value::String(text) => write_text(text, indent, into),
        Value::Tuple(items) => write_items(items, indent, into),
        Value::List(list) => {
            into.push_str("tolist(");
            write_items(&list.items, indent, into);
            into.push(')');
        }
        Value::Set(set) => {
            into.push_str("toset(");
            write_items(&set.items, indent, into);
            into.push(')');
        }
        Value::Map(map) => {
            into.push_str("tomap(");
            write_entries(&map.entries, indent, into);
            into.push(')');
        }
        Value::Object(object) => write_entries(object, indent, into),
    }
}

fn write_items(items: &[Value], indent: usize, into: &mut String) {
    into.push('[');
    for item in items {
        new_line(indent + 2, into);
        write_value(item, indent + 2, into);
        into.push(',');
    }
    if !items.is_empty() {
        new_line(indent, into);
    }
    into.push(']');
}

fn write_entries(entries: &Object, indent: usize, into: &mut String) {
    into.push('{');
    for (name, value) in entries {
        new_line(indent + 2, into);
        write_text(name, indent + 2, into);
        into.push_str(" = ");
        write_value(value, indent + 2, into);
    }
    if !entries.is_empty() {
        new_line(indent, into);
    }
    into.push('}');
}

fn new_line(indent: usize, into: &mut String) {
    into.push('\n');
    into.extend(std::iter::repeat_n(' ', indent));
}

/// Text in quotes; of several lines, as a heredoc whose end marker is none of them.
fn write_text(text: &str, indent: usize, into: &mut String) {
    if !text.contains('\n') {
        return write_quoted(text, into);
    }
    let mut marker = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == marker) {
        marker.push('_');
    }
    into.push_str(if indent > 0 { "<<-" } else { "<<" });
    into.push_str(&marker);
    for line in text.split('\n') {
        new_line(indent, into);
        into.push_str(line);
    }
    new_line(indent, into);
    into.push_str(&marker);
}

fn write_quoted(text: &str, into: &mut String) {
    into.push('"');
    for letter in text.chars() {
        match letter {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\u{7}' => into.push_str("\\a"),
            '\u{8}' => into.push_str("\\b"),
            '\u{b}' => into.push_str("\\v"),
            '\u{c}' => into.push_str("\\f"),
            letter if is_printable(letter) => into.push(letter),
            letter => into.push_str(&match u32::from(letter) {
                code @ 0..=0x7f => format!("\\x{code:02x}"),
                code @ 0x80..=0xffff => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
        }
    }
    into.push('"');
}

/// Whether a letter has a form of its own. A mark does, behind a letter, which is why one stands before it here.
fn is_printable(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_control();
    }
    let mut pair = [0; 5];
    pair[0] = b'a';
    let length = letter.encode_utf8(&mut pair[1..]).len();
    let pair = pair.get(..=length).and_then(|pair| std::str::from_utf8(pair).ok()).unwrap_or_default();
    pair.escape_debug().nth(1) == Some(letter)
}

fn null_text(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::List(element) => format!("tolist(null) /* of {} */", friendly(element)),
        Type::Set(element) => format!("toset(null) /* of {} */", friendly(element)),
        Type::Map(element) => format!("tomap(null) /* of {} */", friendly(element)),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", friendly(ty)),
    }
}

/// A type in a few words: `list of string`.
fn friendly(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "dynamic".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::List(element) => format!("list of {}", friendly(element)),
        Type::Set(element) => format!("set of {}", friendly(element)),
        Type::Map(element) => format!("map of {}", friendly(element)),
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
    }
}

/// A type as the console's `type(...)` prints it, without a newline at its end.
pub fn type_text(ty: &Type) -> String {
    let mut text = String::new();
    write_type(ty, 0, &mut text);
    text
}

fn write_type(ty: &Type, indent: usize, into: &mut String) {
    match ty {
        Type::List(element) => write_collection("list", element, indent, into),
        Type::Set(element) => write_collection("set", element, indent, into),
        Type::Map(element) => write_collection("map", element, indent, into),
        Type::Tuple(parts) => {
            into.push_str("tuple([");
            for part in parts.iter() {
                new_line(indent + 4, into);
                write_type(part, indent + 4, into);
                into.push(',');
            }
            if !parts.is_empty() {
                new_line(indent, into);
            }
            into.push_str("])");
        }
        Type::Object(object) => {
            into.push_str("object({");
            for (name, ty) in &object.attributes {
                write_attribute(name, ty, indent + 4, into);
            }
            if !object.attributes.is_empty() {
                new_line(indent, into);
            }
            into.push_str("})");
        }
        primitive => into.push_str(&friendly(primitive)),
    }
}

fn write_attribute(name: &Name, ty: &Type, indent: usize, into: &mut String) {
    new_line(indent, into);
    into.push_str(name);
    into.push_str(": ");
    write_type(ty, indent, into);
    into.push(',');
}

/// Collections of structures take several lines.
fn write_collection(name: &str, element: &Type, indent: usize, into: &mut String) {
    into.push_str(name);
    into.push('(');
    if matches!(element, Type::Tuple(_) | Type::Object(_)) {
        new_line(indent + 4, into);
        write_type(element, indent + 4, into);
        into.push(',');
        new_line(indent, into);
    } else {
        write_type(element, indent, into);
    }
    into.push(')');
}
