//! Functions of files beside the spec, and of paths.

use std::sync::Arc;

use base64::Engine;
use relight_contract::{Type, Value};

use super::encoding::STANDARD;
use super::hash;
use super::table::*;
use crate::expr::Context;

const PATH: &[Parameter] = &[Parameter::text("path")];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("basename", PATH, text_type, |a, _| Ok(text_value(base(a.text(0))))),
    Function::new("dirname", PATH, text_type, |a, _| Ok(text_value(folder(a.text(0))))),
    Function::new("file", PATH, text_type, |a, context| {
        let bytes = read(a, context)?;
        let text = std::str::from_utf8(&bytes).map(text_value);
        text.map_err(|_| {
            wrong(0, "is no UTF-8 text; read it with filebase64(), or hash it with filesha256()")
        })
    }),
    Function::new("filebase64", PATH, text_type, |a, context| {
        Ok(Value::text(STANDARD.encode(read(a, context)?)))
    }),
    Function::new("filebase64sha256", PATH, text_type, |a, context| {
        Ok(hash::base64_sha256(&read(a, context)?))
    }),
    Function::new("filebase64sha512", PATH, text_type, |a, context| {
        Ok(hash::base64_sha512(&read(a, context)?))
    }),
    Function::new("fileexists", PATH, bool_type, |a, context| {
        context.files.exists(a.text(0)).map(Value::from).map_err(|error| wrong(0, error))
    }),
    Function::new("filemd5", PATH, text_type, |a, context| Ok(hash::md5(&read(a, context)?))),
    Function::new(
        "fileset",
        &[Parameter::text("path"), Parameter::text("pattern")],
        |_| Type::set(Type::String),
        |a, context| {
            let names = context.files.matching(a.text(0), a.text(1)).map_err(|error| wrong(1, error))?;
            Ok(Value::set(Type::String, names.into_iter().map(text_value).collect()))
        },
    ),
    Function::new("filesha1", PATH, text_type, |a, context| Ok(hash::sha1(&read(a, context)?))),
    Function::new("filesha256", PATH, text_type, |a, context| Ok(hash::sha256(&read(a, context)?))),
    Function::new("filesha512", PATH, text_type, |a, context| Ok(hash::sha512(&read(a, context)?))),
];

fn read(arguments: &Arguments<'_>, context: &Context<'_>) -> Result<Arc<[u8]>, Halt> {
    context.files.read(arguments.text(0)).map_err(|error| wrong(0, error))
}

/// The last part of a path.
fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        _ if path.is_empty() => ".",
        Some(last) if !last.is_empty() => last,
        _ => "/",
    }
}

/// All but the last part of a path.
fn folder(path: &str) -> String {
    clean(path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or_default())
}

/// The shortest path that means the same, with `.` and `..` resolved as far as that goes without looking.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", None) if rooted => {}
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_owned(),
        (false, joined) => joined,
    }
}
