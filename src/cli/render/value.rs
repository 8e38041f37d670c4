//! Values of a plan as people read them: HCL's own notation, and words for what is not known yet.

use std::collections::BTreeSet;

use relight_contract::Address;
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use crate::expr::{Node, Table};
use crate::plan::FieldChange;

/// The longest text that is shown on one line.
const LONGEST: usize = 100;

/// The most lines of one value that are shown.
const MOST_LINES: usize = 60;

/// How many nodes are looked at to say what a hole waits for.
const MOST_NODES: usize = 10_000;

/// Writes the values of one plan; those of `site` leave the site out of addresses.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Values<'p> {
    pub(in crate::cli) residuals: &'p Table,
    pub(in crate::cli) site: Option<&'p str>,
}

impl Values<'_> {
    /// An address, without the site that everybody knows already.
    pub(in crate::cli) fn address(&self, address: &Address) -> String {
        let text = address.to_string();
        match self.site.and_then(|site| text.strip_suffix(site)?.strip_suffix('@')) {
            Some(short) => short.to_owned(),
            None => text,
        }
    }

    /// A value; of several lines when it is long.
    pub(in crate::cli) fn text(&self, json: &Json) -> String {
        let mut text = String::new();
        self.write(json, None, &mut text);
        if text.chars().count() > LONGEST && matches!(json, Json::Array(_) | Json::Object(_)) {
            text.clear();
            self.write(json, Some(0), &mut text);
        }
        text
    }

    /// A value in one line, however long.
    pub(in crate::cli) fn line(&self, json: &Json) -> String {
        let mut text = String::new();
        self.write(json, None, &mut text);
        text
    }

    /// What a hole waits for.
    fn hole(&self, id: u32) -> String {
        let (mut waiting, mut seen) = (vec![id], BTreeSet::new());
        let (mut addresses, mut secret) = (BTreeSet::new(), false);
        while let Some(next) = waiting.pop() {
            if !seen.insert(next) || seen.len() > MOST_NODES {
                continue;
            }
            match self.residuals.get(&next) {
                Some(Node::Output { address, .. }) => {
                    addresses.insert(address);
                }
                Some(Node::Secret(_)) => secret = true,
                Some(node) => node.each_operand(&mut |operand| waiting.push(operand.0)),
                None => {}
            }
        }
        let mut addresses = addresses.into_iter().map(|address| self.address(address));
        match (addresses.next(), addresses.count(), secret) {
            (_, _, true) => "(sensitive value)".to_owned(),
            (None, ..) => "(known after apply)".to_owned(),
            (Some(first), 0, _) => format!("(known after {first})"),
            (Some(first), more, _) => format!("(known after {first} and {more} more)"),
        }
    }

    /// Writes a value; `indent` is that of its lines, or `None` for a single line.
    fn write(&self, json: &Json, indent: Option<usize>, into: &mut String) {
        match json {
            Json::Null => into.push_str("null"),
            Json::Bool(_) | Json::Number(_) => into.push_str(&json.to_string()),
            Json::String(text) => quote(text, into),
            Json::Array(items) => {
                let items = items.iter().map(|item| (None, item));
                self.write_all(('[', ']'), items, indent, into);
            }
            Json::Object(map) => match map.get("$hole").and_then(Json::as_u64) {
                Some(id) => into.push_str(&self.hole(u32::try_from(id).unwrap_or(u32::MAX))),
                None => {
                    let given = map.iter().filter(|(_, value)| !value.is_null());
                    let items = given.map(|(name, value)| (Some(name.as_str()), value));
                    self.write_all(('{', '}'), items, indent, into);
                }
            },
        }
    }

    fn write_all<'j>(
        &self,
        (open, close): (char, char),
        items: impl Iterator<Item = (Option<&'j str>, &'j Json)>,
        indent: Option<usize>,
        into: &mut String,
    ) {
        into.push(open);
        let mut any = false;
        for (name, item) in items {
            match indent {
                Some(indent) => new_line(indent + 2, into),
                None if any => into.push_str(", "),
                None if open == '{' => into.push(' '),
                None => {}
            }
            any = true;
            if let Some(name) = name {
                into.push_str(name.strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(name));
                into.push_str(" = ");
            }
            self.write(item, indent.map(|indent| indent + 2), into);
            if indent.is_some() && open == '[' {
                into.push(',');
            }
        }
        match indent {
            Some(indent) if any => new_line(indent, into),
            None if any && open == '{' => into.push(' '),
            _ => {}
        }
        into.push(close);
    }

    /// The change of a field: `before -> after`, or the lines that differ where it is long.
    pub(in crate::cli) fn change(&self, field: &FieldChange) -> Vec<String> {
        if field.sensitive {
            return vec!["(sensitive value)".to_owned()];
        }
        let (before, after) = (plain(&field.before), plain(&field.after));
        let one_line = |json: &Json| {
            let line = self.line(json);
            (line.chars().count() <= LONGEST / 2).then_some(line)
        };
        match (one_line(&field.before), one_line(&field.after)) {
            (Some(before), Some(after)) => return vec![format!("{before} -> {after}")],
            (Some(before), _) if field.before.is_null() => {
                let mut lines: Vec<String> = self.lines(&field.after);
                if let Some(first) = lines.first_mut() {
                    *first = format!("{before} -> {first}");
                }
                return limited(lines);
            }
            _ => {}
        }
        let old = before.unwrap_or_else(|| self.lines(&field.before).join("\n"));
        let new = after.unwrap_or_else(|| self.lines(&field.after).join("\n"));
        limited(difference(&old, &new))
    }

    fn lines(&self, json: &Json) -> Vec<String> {
        let mut text = String::new();
        match plain(json) {
            Some(lines) => text = lines,
            None => self.write(json, Some(0), &mut text),
        }
        text.lines().map(str::to_owned).collect()
    }
}

/// Text of several lines, and JSON documents, which are easier to read that way.
fn plain(json: &Json) -> Option<String> {
    let text = json.as_str()?;
    if text.contains('\n') {
        return Some(text.to_owned());
    }
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let document: Json = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&document).ok()
}

/// The lines that differ, with two around them.
fn difference(old: &str, new: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(2).iter().enumerate() {
        if index > 0 {
            lines.push("  ...".to_owned());
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("{mark} {}", safe(change.value().trim_end_matches(['\n', '\r']))));
        }
    }
    lines
}

fn limited(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    for line in &mut lines {
        *line = super::cut(line, LONGEST * 2);
    }
    if more > 0 {
        lines.push(format!("({more} more lines)"));
    }
    lines
}

fn new_line(indent: usize, into: &mut String) {
    into.push('\n');
    into.extend(std::iter::repeat_n(' ', indent));
}

/// Text in quotes; what a terminal might obey is written out.
fn quote(text: &str, into: &mut String) {
    into.push('"');
    for letter in text.chars() {
        match letter {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            letter if letter.is_control() => into.extend(letter.escape_default()),
            letter => into.push(letter),
        }
    }
    into.push('"');
}

/// Text without anything that a terminal might obey.
pub(in crate::cli) fn safe(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\t' { '\u{fffd}' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use relight_contract::Type;
    use serde_json::json;

    use super::*;

    fn field(before: Json, after: Json) -> FieldChange {
        FieldChange { name: "x".to_owned(), before, after, forces_replacement: false, sensitive: false }
    }

    #[test]
    fn holes_name_what_they_wait_for() {
        let address = Address::from_str("aws_vpc.main@oregon").unwrap();
        let node = Node::Output { address, attribute: "id".into(), ty: Type::String };
        let residuals = Table::from([(3, node)]);
        let here = Values { residuals: &residuals, site: Some("oregon") };
        let elsewhere = Values { residuals: &residuals, site: Some("virginia") };
        let value = json!({ "vpc": { "$hole": 3 }, "none": null });
        assert_eq!(here.text(&value), "{ vpc = (known after aws_vpc.main) }");
        assert_eq!(elsewhere.text(&value), "{ vpc = (known after aws_vpc.main@oregon) }");
    }

    #[test]
    fn changes_of_documents_show_the_lines_that_differ() {
        let residuals = Table::new();
        let values = Values { residuals: &residuals, site: None };
        assert_eq!(values.change(&field(json!(3), json!(12))), ["3 -> 12"]);
        let policy = |action: &str| {
            json!(format!("{{\"Version\":\"2012-10-17\",\"Action\":\"{action}\",\"Effect\":\"Allow\"}}"))
        };
        let lines = values.change(&field(policy("s3:GetObject"), policy("s3:*")));
        assert!(lines.contains(&"-   \"Action\": \"s3:GetObject\",".to_owned()), "{lines:?}");
        assert!(lines.contains(&"+   \"Action\": \"s3:*\",".to_owned()), "{lines:?}");
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        let residuals = Table::new();
        let values = Values { residuals: &residuals, site: None };
        assert_eq!(values.text(&json!("a\u{1b}[31mb")), "\"a\\u{1b}[31mb\"");
    }
}
