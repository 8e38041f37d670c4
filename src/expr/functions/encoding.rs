//! Functions that encode and decode text.

use std::collections::BTreeSet;
use std::io::Write;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::{Compression, GzBuilder};
use relight_contract::{Name, Type, Value};

use super::table::*;
use super::{json, text_encoding, yaml_decode, yaml_encode};

/// Base64 with padding, as RFC 4648 section 4; as Go, it does not mind bits behind the last byte.
pub(super) const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

const TEXT: &[Parameter] = &[Parameter::text("str")];
const CONTENT: Parameter = Parameter::any("val").nullable().known(Known::Deep);

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("base64decode", TEXT, text_type, |a, _| {
        let bytes = decode_base64(a.text(0)).ok_or_else(|| wrong(0, "must be base64"))?;
        let text = String::from_utf8(bytes);
        text.map(text_value).map_err(|_| wrong(0, "the decoded bytes are no UTF-8 text"))
    }),
    Function::new("base64encode", TEXT, text_type, |a, _| Ok(Value::text(STANDARD.encode(a.text(0))))),
    Function::new("base64gzip", TEXT, text_type, |a, _| gzip(a.text(0))),
    Function::new("csvdecode", TEXT, any_type, |a, _| csv(a.text(0))),
    Function::new("jsondecode", TEXT, any_type, |a, _| json::decode(a)),
    Function::new("jsonencode", &[CONTENT], text_type, |a, _| json::encode(a)),
    Function::new(
        "textdecodebase64",
        &[Parameter::text("source"), Parameter::text("encoding")],
        text_type,
        |a, _| text_encoding::decode(a),
    ),
    Function::new(
        "textencodebase64",
        &[Parameter::text("string"), Parameter::text("encoding")],
        text_type,
        |a, _| text_encoding::encode(a),
    ),
    Function::new("urlencode", TEXT, text_type, |a, _| Ok(Value::text(url_encode(a.text(0))))),
    Function::new("yamldecode", &[Parameter::text("src")], any_type, |a, _| yaml_decode::decode(a)),
    Function::new("yamlencode", &[CONTENT], text_type, |a, _| yaml_encode::encode(a)),
];

/// The bytes of standard base64; line breaks in it do not count.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let joined: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    STANDARD.decode(joined).ok()
}

/// Compressed text. The bytes are not those that Terraform makes, but unpack to the same; there is no time in them.
fn gzip(text: &str) -> Answer {
    let mut encoder = GzBuilder::new().operating_system(255).write(Vec::new(), Compression::default());
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    let bytes = written.map_err(|error| failed(format!("cannot compress: {error}")))?;
    Ok(Value::text(STANDARD.encode(bytes)))
}

/// Percent encoding of everything but letters, digits and `-_.~`; a space becomes `+`.
fn url_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte))
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Comma-separated values with a header, as RFC 4180: a list of objects of text.
fn csv(text: &str) -> Answer {
    let mut rows = read_rows(text)?.into_iter();
    let (_, header) = rows.next().ok_or_else(|| wrong(0, "must have a line of column names"))?;
    let distinct: BTreeSet<&String> = header.iter().collect();
    if distinct.len() != header.len() {
        return Err(wrong(0, "must not have two columns of one name"));
    }
    let names: Vec<Name> = header
        .iter()
        .map(|name| Name::from(text_value(name.as_str()).as_str().unwrap_or_default()))
        .collect();
    let ty = Type::object(names.iter().map(|name| (name.clone(), Type::String)));
    let mut objects = Vec::new();
    for (line, row) in rows {
        if row.len() != names.len() {
            let counts = format!("{} fields, the header {}", row.len(), names.len());
            return Err(wrong(0, format!("line {line} has {counts}")));
        }
        objects.push(Value::object(names.iter().cloned().zip(row.into_iter().map(text_value)).collect()));
    }
    Ok(Value::list(ty, objects))
}

/// All rows with the lines they begin on; empty lines are left out.
fn read_rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, Halt> {
    let (mut rows, mut rest, mut line) = (Vec::new(), text, 1);
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")) {
            (rest, line) = (behind, line + 1);
            continue;
        }
        let first_line = line;
        let mut row = Vec::new();
        loop {
            let (field, separator);
            (field, separator, rest) = read_field(rest, &mut line)?;
            row.push(field);
            if separator != Some(',') {
                break;
            }
        }
        rows.push((first_line, row));
    }
    Ok(rows)
}

/// One field, the character that ended it, and what follows.
fn read_field<'t>(text: &'t str, line: &mut usize) -> Result<(String, Option<char>, &'t str), Halt> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let (field, rest) = text.split_at(end);
        if field.contains('"') {
            return Err(wrong(
                0,
                format!("line {line} has a quote inside a field that does not begin with one"),
            ));
        }
        let field = if rest.starts_with(',') { field } else { field.strip_suffix('\r').unwrap_or(field) };
        return Ok(end_field(field.to_owned(), rest, line));
    };
    let mut field = String::new();
    loop {
        let Some((part, behind)) = rest.split_once('"') else {
            return Err(wrong(0, format!("line {line} begins a quoted field that never ends")));
        };
        *line += part.matches('\n').count();
        field.push_str(&part.replace("\r\n", "\n"));
        match behind.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None => {
                let behind =
                    behind.strip_prefix('\r').filter(|rest| rest.starts_with('\n')).unwrap_or(behind);
                if !behind.is_empty() && !behind.starts_with([',', '\n']) {
                    return Err(wrong(0, format!("line {line} has text behind a closing quote")));
                }
                return Ok(end_field(field, behind, line));
            }
        }
    }
}

fn end_field<'t>(field: String, rest: &'t str, line: &mut usize) -> (String, Option<char>, &'t str) {
    let separator = rest.chars().next();
    *line += usize::from(separator == Some('\n'));
    (field, separator, rest.get(1..).unwrap_or_default())
}
