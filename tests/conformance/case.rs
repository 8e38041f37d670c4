//! One example of one kind: its specs, written to a folder of its own.

use std::path::Path;

use hcl_edit::structure::{Attribute, Block, Body, Structure};
use relight_contract::{Address, Example, Kind};

/// The label that an example gives to what it is about.
const SUBJECT: &str = "example";

/// The spec beside an example; `{provider}` and `{region}` stand for where the kind belongs.
const TOPOLOGY: &str = r#"topology "conformance" {}

site "here" {
  provider = "{provider}"
  region   = "{region}"
  role     = "primary"
  values   = { cidr = "10.0.0.0/16" }
}
"#;

/// An example, and the kind that it belongs to.
#[derive(Clone, Copy)]
pub struct Case {
    pub kind: &'static Kind,
    pub example: &'static Example,
}

/// What a spec says of the subject, beside what the example says.
#[derive(Clone, Copy)]
pub enum Variant {
    /// Nothing.
    Base,
    /// What changes it in place.
    Updated,
    /// What replaces it.
    Replaced,
    /// Tags of the user's, in the field that holds them.
    Tagged(&'static str),
}

impl Case {
    /// The kind, and the example where there are several.
    pub fn title(&self) -> String {
        match self.kind.examples.len() {
            1 => self.kind.name.to_owned(),
            _ => format!("{} ({})", self.kind.name, self.example.title),
        }
    }

    /// The kinds of everything in it, data sources included.
    pub fn kinds(&self) -> impl Iterator<Item = String> {
        let blocks = parsed(self.example.hcl).into_blocks();
        let labels = blocks.filter_map(|block| block.labels.first().map(|label| label.as_str().to_owned()));
        labels.collect::<Vec<_>>().into_iter()
    }

    /// Writes the whole spec, over an earlier one.
    pub fn write(&self, folder: &Path, variant: Variant) {
        let provider = if self.kind.provider == "builtin" { "aws" } else { self.kind.provider };
        let region = if provider == "aws" { "us-east-1" } else { "middle" };
        let topology = TOPOLOGY.replace("{provider}", provider).replace("{region}", region);
        std::fs::write(folder.join("topology.hcl"), topology).expect("a file");
        std::fs::write(folder.join("main.hcl"), self.text(variant)).expect("a file");
    }

    fn text(&self, variant: Variant) -> String {
        let changes = match variant {
            Variant::Base => String::new(),
            Variant::Updated => self.example.update.to_owned(),
            Variant::Replaced => self.example.replace.to_owned(),
            Variant::Tagged(field) => format!("{field} = {{ team = \"network\" }}"),
        };
        let mut body = parsed(self.example.hcl);
        let changes = parsed(&format!("{changes}\n"));
        let label = self.label(&body);
        let subject = body.get_blocks_mut("resource").find(|block| is_of(block, self.kind.name, &label));
        change(&mut subject.expect("the subject").body, changes);
        body.to_string()
    }

    /// The label of the subject: `example`, or that of the last block of the kind.
    fn label(&self, body: &Body) -> String {
        let blocks = || body.get_blocks("resource");
        if blocks().any(|block| is_of(block, self.kind.name, SUBJECT)) {
            return SUBJECT.to_owned();
        }
        let ours =
            blocks().filter(|block| block.labels.first().is_some_and(|l| l.as_str() == self.kind.name));
        ours.filter_map(|block| block.labels.get(1)).last().expect("a block of the kind").as_str().to_owned()
    }

    /// Whether an address is that of the subject.
    pub fn is_subject(&self, address: &Address) -> bool {
        *address.kind == *self.kind.name && *address.name == *self.label(&parsed(self.example.hcl))
    }
}

fn parsed(text: &str) -> Body {
    text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn is_of(block: &Block, kind: &str, label: &str) -> bool {
    block.labels.iter().map(|label| label.as_str()).eq([kind, label])
}

/// Attributes take the place of their namesakes, blocks that of all of theirs.
fn change(body: &mut Body, changes: Body) {
    let replaced: Vec<String> = changes.iter().map(name).collect();
    let mut kept = Body::new();
    for structure in body.iter().filter(|structure| !replaced.contains(&name(structure))) {
        kept.push(structure.clone());
    }
    for structure in changes {
        match structure {
            Structure::Attribute(attribute) => {
                kept.push(Attribute::new(attribute.key.value().clone(), attribute.value))
            }
            Structure::Block(block) => kept.push(block),
        }
    }
    *body = kept;
}

fn name(structure: &Structure) -> String {
    match structure {
        Structure::Attribute(attribute) => attribute.key.as_str().to_owned(),
        Structure::Block(block) => block.ident.as_str().to_owned(),
    }
}
