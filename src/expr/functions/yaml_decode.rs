//! YAML as Terraform reads it: one document, anchors, merge keys, the words of YAML 1.1.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag, options};
use relight_contract::{Name, Object, Value};

use super::json::DEPTH_LIMIT;
use super::table::*;
use super::yaml_scalar;

/// Most nodes that a document may have once its aliases are spelt out: ten lines of aliases can mean billions.
const NODE_LIMIT: usize = 1_000_000;

pub(super) fn decode(arguments: &Arguments<'_>) -> Answer {
    read(arguments.text(0)).map_err(|message| wrong(0, format!("not valid YAML: {message}")))
}

/// A collection that is being read.
struct Open {
    anchor: usize,
    style: StructureStyle,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping { entries: Vec<(Name, Value)>, key: Option<Key> },
}

enum Key {
    Name(Name),
    Merge,
}

/// A value with how many nodes it has, and how deep they are nested.
#[derive(Clone)]
struct Anchored {
    value: Value,
    nodes: usize,
    depth: usize,
}

impl Anchored {
    fn new(value: &Value) -> Anchored {
        let items = value.as_items().into_iter().flatten();
        let inner = items.chain(value.as_entries().into_iter().flatten().map(|(_, item)| item));
        let (nodes, depth) = inner.map(Anchored::new).fold((1, 1), |(nodes, depth), item: Anchored| {
            (item.nodes.saturating_add(nodes), depth.max(item.depth + 1))
        });
        Anchored { value: value.clone(), nodes, depth }
    }
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    /// Anchors of collections that are still open: an alias to one would be endless.
    unfinished: BTreeSet<usize>,
    nodes: usize,
    root: Option<Value>,
}

fn read(text: &str) -> Result<Value, String> {
    let options = options! { flow_nesting_limit: DEPTH_LIMIT, block_nesting_limit: DEPTH_LIMIT };
    let mut reader = Reader::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let at = |message: String| format!("line {}: {message}", span.start.line());
        if event.is_node() && reader.is_block() && is_tab_before(text, span.start.byte_offset().unwrap_or(0))
        {
            return Err(at("a tab cannot indent".to_owned()));
        }
        reader.on(event).map_err(at)?;
    }
    reader.root.ok_or_else(|| "there is no document".to_owned())
}

impl Reader {
    fn on(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::DocumentStart(_, Some(_)) => return Err("the YAML version cannot be chosen".to_owned()),
            Event::DocumentStart(..) if self.root.is_some() => {
                return Err("there is more than one document".to_owned());
            }
            Event::Scalar(text, style, anchor, tag) => {
                // `<<` is a merge key even in quotes.
                let merges = text == "<<" && self.expects_key();
                let value = scalar(&text, style == ScalarStyle::Plain, tag.as_deref())?;
                self.remember(anchor, &value);
                self.take(value, 1, merges)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                check_tag(tag.as_deref(), "seq")?;
                self.start(anchor, style, Content::Sequence(Vec::new()));
            }
            Event::MappingStart(style, anchor, tag) => {
                check_tag(tag.as_deref(), "map")?;
                self.start(anchor, style, Content::Mapping { entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.finish()?,
            Event::Alias(anchor) => {
                if self.unfinished.contains(&anchor) {
                    return Err("an alias refers to what it stands in".to_owned());
                }
                let anchored = self.anchors.get(&anchor).cloned();
                let Anchored { value, nodes, depth } = anchored.ok_or("an alias refers to nothing")?;
                if self.open.len() + depth > DEPTH_LIMIT {
                    return Err(format!("aliases nest the document deeper than {DEPTH_LIMIT} levels"));
                }
                self.take(value, nodes, false)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether what comes next is laid out by indentation, not by brackets.
    fn is_block(&self) -> bool {
        self.open.last().is_none_or(|open| open.style == StructureStyle::Block)
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn start(&mut self, anchor: usize, style: StructureStyle, content: Content) {
        self.unfinished.insert(anchor);
        self.open.push(Open { anchor, style, content });
    }

    fn finish(&mut self) -> Result<(), String> {
        let Some(Open { anchor, content, .. }) = self.open.pop() else { return Ok(()) };
        self.unfinished.remove(&anchor);
        let value = match content {
            Content::Sequence(items) => Value::tuple(items),
            Content::Mapping { entries, .. } => Value::object(entries.into_iter().collect::<Object>()),
        };
        self.remember(anchor, &value);
        self.take(value, 1, false)
    }

    fn remember(&mut self, anchor: usize, value: &Value) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored::new(value));
        }
    }

    /// Puts a finished node where it belongs.
    fn take(&mut self, value: Value, nodes: usize, may_merge: bool) -> Result<(), String> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODE_LIMIT {
            return Err(format!("the document has more than {NODE_LIMIT} nodes"));
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open { content: Content::Sequence(items), .. }) => items.push(value),
            Some(Open { content: Content::Mapping { entries, key }, .. }) => match key.take() {
                None if may_merge => *key = Some(Key::Merge),
                None => *key = Some(Key::Name(key_name(&value)?)),
                Some(Key::Name(name)) => entries.push((name, value)),
                Some(Key::Merge) => match value.as_entries() {
                    Some(merged) => entries.extend(merged.iter().cloned()),
                    None => return Err(format!("a merge key takes a mapping, not {}", value.ty())),
                },
            },
        }
        Ok(())
    }
}

fn key_name(value: &Value) -> Result<Name, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string().into()),
        Value::Bool(flag) => Ok(if *flag { "true" } else { "false" }.into()),
        Value::Null(_) => Err("a key must not be null".to_owned()),
        _ => Err("a key must be a scalar".to_owned()),
    }
}

fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    let name = match tag {
        None => None,
        Some(tag) => Some(standard_name(tag).ok_or_else(|| format!("unknown tag {}", tag.original()))?),
    };
    match name.as_deref() {
        Some("null" | "bool" | "int" | "float" | "str" | "binary" | "timestamp") | None => {}
        Some(other) => return Err(format!("a scalar cannot be a {other}")),
    }
    // Quotes and blocks make text, whatever the tag says.
    if plain { yaml_scalar::resolve(text, name.as_deref()) } else { Ok(text_value(text)) }
}

/// Whether only spaces and tabs, one tab at least, stand between the beginning of the line and the offset.
fn is_tab_before(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    let indent = before.rsplit('\n').next().unwrap_or_default();
    indent.contains('\t') && indent.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The name of a standard tag: `int` of `!!int`.
fn standard_name(tag: &Tag) -> Option<String> {
    tag.suffix_in_namespace("tag:yaml.org,2002:").map(std::borrow::Cow::into_owned)
}

fn check_tag(tag: Option<&Tag>, expected: &str) -> Result<(), String> {
    match tag {
        Some(tag) if standard_name(tag).as_deref() != Some(expected) => {
            Err(format!("unknown tag {} of a collection", tag.original()))
        }
        _ => Ok(()),
    }
}
