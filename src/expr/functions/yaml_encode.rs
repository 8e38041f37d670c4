//! YAML as Terraform writes it: block style, keys sorted and quoted, text quoted or as a block.

use relight_contract::{Object, Value};

use super::json::DEPTH_LIMIT;
use super::table::*;

/// Where quoted text is broken into lines.
const LINE_WIDTH: usize = 80;

/// Longest key, in bytes, that stands before a simple `:`.
const SIMPLE_KEY_BYTES: usize = 128;

pub(super) fn encode(arguments: &Arguments<'_>) -> Answer {
    let mut writer = Writer { output: String::new() };
    let value = arguments.value(0);
    writer.node(value, Place { indent: 0, text_indent: 2, depth: 0 })?;
    if matches!(value, Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        writer.output.push_str("...\n");
    }
    Ok(text_value(writer.output))
}

struct Writer {
    output: String,
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place {
    /// Column of its items or keys, if it has any.
    indent: usize,
    /// Column of the lines of a text.
    text_indent: usize,
    depth: usize,
}

impl Writer {
    /// Writes a node behind an indicator on the current line; ends its last line.
    fn node(&mut self, value: &Value, place: Place) -> Result<(), Halt> {
        if place.depth > DEPTH_LIMIT {
            return Err(wrong(0, format!("is nested deeper than {DEPTH_LIMIT} levels")));
        }
        match (value, value.as_items(), value.as_entries()) {
            (_, Some([]), _) => self.output.push_str("[]\n"),
            (_, Some(items), _) => self.sequence(items, place)?,
            (_, _, Some(entries)) if entries.is_empty() => self.output.push_str("{}\n"),
            (_, _, Some(entries)) => self.mapping(entries, place)?,
            (Value::String(text), _, _) => self.text(text, place.text_indent, true),
            (Value::Bool(flag), _, _) => self.output.push_str(if *flag { "true\n" } else { "false\n" }),
            (Value::Number(number), _, _) => self.output.push_str(&format!("{number}\n")),
            _ => self.output.push_str("null\n"),
        }
        Ok(())
    }

    fn indent(&mut self, columns: usize) {
        self.output.extend(std::iter::repeat_n(' ', columns));
    }

    fn sequence(&mut self, items: &[Value], place: Place) -> Result<(), Halt> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(place.indent);
            }
            self.output.push_str("- ");
            let inner = place.indent + 2;
            self.node(item, Place { indent: inner, text_indent: inner, depth: place.depth + 1 })?;
        }
        Ok(())
    }

    fn mapping(&mut self, entries: &Object, place: Place) -> Result<(), Halt> {
        let inner = Place { indent: place.indent + 2, text_indent: place.indent + 2, depth: place.depth + 1 };
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.indent(place.indent);
            }
            if key.contains('\n') || key.len() > SIMPLE_KEY_BYTES {
                self.output.push_str("? ");
                self.text(key, inner.text_indent, true);
                self.indent(place.indent);
                self.output.push_str(": ");
                self.node(value, inner)?;
                continue;
            }
            self.quoted(key, inner.text_indent, false);
            let is_sequence = value.as_items().is_some_and(|items| !items.is_empty());
            let is_mapping = value.as_entries().is_some_and(|entries| !entries.is_empty());
            if is_sequence || is_mapping {
                // The items of a sequence stand below their key, the keys of a mapping to its right.
                let below = if is_sequence { place.indent } else { inner.indent };
                self.output.push_str(":\n");
                self.indent(below);
                self.node(value, Place { indent: below, ..inner })?;
            } else {
                self.output.push_str(": ");
                self.node(value, inner)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str, indent: usize, may_break: bool) {
        if text.contains('\n') && fits_block(text) {
            self.block(text, indent);
            return;
        }
        self.quoted(text, indent, may_break);
        self.output.push('\n');
    }

    /// `|` and the lines; the sign behind it says how many line breaks end the text.
    fn block(&mut self, text: &str, indent: usize) {
        let hint = if text.starts_with([' ', '\n']) { "2" } else { "" };
        let ending = match text.strip_suffix('\n') {
            None => "-",
            Some(before) if before.is_empty() || before.ends_with('\n') => "+",
            Some(_) => "",
        };
        self.output.push_str(&format!("|{hint}{ending}\n"));
        let body = text.strip_suffix('\n').unwrap_or(text);
        for line in body.split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.output.push_str(line);
            }
            self.output.push('\n');
        }
    }

    /// Text in double quotes, broken at spaces past the line width.
    fn quoted(&mut self, text: &str, indent: usize, may_break: bool) {
        let line_start = self.output.rfind('\n').map_or(0, |at| at + 1);
        let mut column = self.output.get(line_start..).map_or(0, |line| line.chars().count()) + 1;
        self.output.push('"');
        let mut characters = text.char_indices().peekable();
        let mut after_space = false;
        while let Some((index, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if character == ' '
                && may_break
                && !after_space
                && column > LINE_WIDTH
                && index > 0
                && next.is_some()
            {
                self.output.push('\n');
                self.indent(indent);
                column = indent;
                if next == Some(' ') {
                    self.output.push('\\');
                    column += 1;
                }
                after_space = true;
                continue;
            }
            after_space = character == ' ';
            match escape(character) {
                Some(escaped) => {
                    column += escaped.len();
                    self.output.push_str(&escaped);
                }
                None => {
                    column += 1;
                    self.output.push(character);
                }
            }
        }
        self.output.push('"');
    }
}

/// Whether text of several lines can stand as a block: nothing needs an escape, no line ends in a space.
fn fits_block(text: &str) -> bool {
    let is_plain = |character: char| character == '\n' || is_printable(character);
    text.chars().all(is_plain)
        && !text.contains(['\u{2028}', '\u{2029}'])
        && !text.contains(" \n")
        && !text.ends_with(' ')
}

fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escape(character: char) -> Option<String> {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other if is_printable(other) => return None,
        other => {
            let code = u32::from(other);
            return Some(match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            });
        }
    };
    Some(format!("\\{short}"))
}
