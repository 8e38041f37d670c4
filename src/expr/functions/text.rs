//! Functions of text. Lengths and positions count what people see as characters: grapheme clusters.

use relight_contract::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::table::*;

/// Longest text that a function may make out of shorter ones, in bytes: a spec must not fill the memory.
pub(super) const TEXT_LIMIT_BYTES: usize = 64 * 1024 * 1024;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("chomp", &[Parameter::text("str")], text_type, |a, _| {
        Ok(text_value(a.text(0).trim_end_matches(['\r', '\n'])))
    }),
    Function::new("endswith", &[Parameter::text("str"), Parameter::text("suffix")], bool_type, |a, _| {
        Ok(a.text(0).ends_with(a.text(1)).into())
    }),
    Function::new("indent", &[Parameter::number("spaces"), Parameter::text("str")], text_type, |a, _| {
        indent(a)
    }),
    Function::new("join", &[Parameter::text("separator")], text_type, |a, _| join(a)).and_more(Parameter {
        name: "lists",
        takes: Takes::ListOfText,
        null: false,
        known: Known::Deep,
    }),
    Function::new("lower", &[Parameter::text("str")], text_type, |a, _| {
        Ok(text_value(a.text(0).chars().map(lower).collect::<String>()))
    }),
    Function::new(
        "split",
        &[Parameter::text("separator"), Parameter::text("str")],
        text_list_type,
        |a, _| {
            Ok(match a.text(0) {
                "" => text_list(a.text(1).chars().map(String::from)),
                separator => text_list(a.text(1).split(separator)),
            })
        },
    ),
    Function::new("startswith", &[Parameter::text("str"), Parameter::text("prefix")], bool_type, |a, _| {
        Ok(a.text(0).starts_with(a.text(1)).into())
    }),
    Function::new("strcontains", &[Parameter::text("str"), Parameter::text("substr")], bool_type, |a, _| {
        Ok(a.text(0).contains(a.text(1)).into())
    }),
    Function::new("strrev", &[Parameter::text("str")], text_type, |a, _| {
        Ok(text_value(a.text(0).graphemes(true).rev().collect::<String>()))
    }),
    Function::new(
        "substr",
        &[Parameter::text("str"), Parameter::number("offset"), Parameter::number("length")],
        text_type,
        |a, _| substring(a),
    ),
    Function::new("title", &[Parameter::text("str")], text_type, |a, _| Ok(text_value(title(a.text(0))))),
    Function::new("trim", &[Parameter::text("str"), Parameter::text("cutset")], text_type, |a, _| {
        Ok(text_value(a.text(0).trim_matches(|character| a.text(1).contains(character))))
    }),
    Function::new("trimprefix", &[Parameter::text("str"), Parameter::text("prefix")], text_type, |a, _| {
        Ok(text_value(a.text(0).strip_prefix(a.text(1)).unwrap_or(a.text(0))))
    }),
    Function::new("trimspace", &[Parameter::text("str")], text_type, |a, _| Ok(text_value(a.text(0).trim()))),
    Function::new("trimsuffix", &[Parameter::text("str"), Parameter::text("suffix")], text_type, |a, _| {
        Ok(text_value(a.text(0).strip_suffix(a.text(1)).unwrap_or(a.text(0))))
    }),
    Function::new("upper", &[Parameter::text("str")], text_type, |a, _| {
        Ok(text_value(a.text(0).chars().map(upper).collect::<String>()))
    }),
];

/// Upper case character by character, as Go maps it: what has no single upper-case character stays (`ß`).
fn upper(character: char) -> char {
    let mut mapped = character.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        // Greek letters with a subscript iota: eight small ones, then their eight capitals.
        _ => match u32::from(character) {
            code @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => shift(code, 8),
            code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => shift(code, 9),
            _ => character,
        },
    }
}

fn shift(code: u32, distance: u32) -> char {
    char::from_u32(code + distance).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Lower case character by character: only `İ` would give two, of which Go keeps the first.
fn lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

/// The letter that begins a word; only four digraphs differ from upper case.
fn title_case(character: char) -> char {
    match character {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        other => upper(other),
    }
}

fn title(text: &str) -> String {
    let mut after_separator = true;
    let raise = |character: char| {
        let raised = if after_separator { title_case(character) } else { character };
        after_separator = if character.is_ascii() {
            !character.is_ascii_alphanumeric() && character != '_'
        } else {
            !character.is_alphanumeric() && character.is_whitespace()
        };
        raised
    };
    text.chars().map(raise).collect()
}

fn indent(arguments: &Arguments<'_>) -> Answer {
    let text = arguments.text(1);
    let Ok(spaces) = usize::try_from(arguments.whole(0)?) else {
        return Err(wrong(0, "must not be negative"));
    };
    let lines = text.matches('\n').count();
    if lines.saturating_mul(spaces).saturating_add(text.len()) > TEXT_LIMIT_BYTES {
        return Err(wrong(0, format!("would make a text of more than {TEXT_LIMIT_BYTES} bytes")));
    }
    if lines == 0 {
        return Ok(text_value(text));
    }
    Ok(text_value(text.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn join(arguments: &Arguments<'_>) -> Answer {
    let lists = arguments.from(1);
    if lists.is_empty() {
        return Err(failed("takes at least one list"));
    }
    let mut texts = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        for (position, item) in list.as_items().unwrap_or_default().iter().enumerate() {
            let text = item.as_str().ok_or_else(|| {
                wrong(index + 1, format!("item {position} is null; a null value has no text to join"))
            })?;
            texts.push(text);
        }
    }
    let separators = texts.len().saturating_sub(1).saturating_mul(arguments.text(0).len());
    let length = texts.iter().map(|text| text.len()).fold(separators, usize::saturating_add);
    if length > TEXT_LIMIT_BYTES {
        return Err(failed(format!("would make a text of more than {TEXT_LIMIT_BYTES} bytes")));
    }
    Ok(text_value(texts.join(arguments.text(0))))
}

/// A negative offset counts from the end; a negative length, and a zero one after a negative offset, reach to the end.
fn substring(arguments: &Arguments<'_>) -> Answer {
    let clusters: Vec<&str> = arguments.text(0).graphemes(true).collect();
    let (offset, length) = (arguments.whole(1)?, arguments.whole(2)?);
    let end = i64::try_from(clusters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { end.saturating_add(offset).max(0) } else { offset.min(end) };
    let stop = match length {
        0 if offset >= 0 => start,
        1.. => start.saturating_add(length).min(end),
        _ => end,
    };
    let part = usize::try_from(start).ok().zip(usize::try_from(stop).ok());
    let part = part.and_then(|(start, stop)| clusters.get(start..stop)).unwrap_or_default();
    Ok::<Value, Halt>(text_value(part.concat()))
}
