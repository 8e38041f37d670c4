//! Top-level blocks to the model, each with all its meta-arguments; what is not understood is said.

mod body;
mod condition;
mod declaration;
mod overlay;
mod relight;
mod resource;
mod target;

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute as HclAttribute, Block as HclBlock, Body as HclBody, Structure};
use relight_contract::identifier::is_identifier;
use relight_contract::{Name, Value};

use super::lower::Lowering;
use super::{Ident, Module};
use crate::diag::{Diagnostic, Span, codes, suggest};
use crate::expr::{Expr, ExprKind};

/// What one chunk of a file declares.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    /// The declarations; the calls' modules are not known yet.
    pub(super) module: Module,
    /// The source of each call in `module`.
    pub(super) sources: Vec<Ident>,
}

/// All block types that may stand at the top of a file.
const TOP: [&str; 18] = [
    "check",
    "data",
    "gate",
    "hook",
    "import",
    "locals",
    "module",
    "moved",
    "output",
    "overlay",
    "probe",
    "provider",
    "removed",
    "resource",
    "site",
    "terraform",
    "topology",
    "variable",
];

impl Lowering<'_> {
    /// Lowers the inside of a file.
    pub(super) fn file(&mut self, body: &HclBody, into: &mut Fragment) {
        for structure in body {
            match structure {
                Structure::Block(block) => self.top(block, into),
                Structure::Attribute(attribute) => {
                    let span = self.span(&attribute.key);
                    let message =
                        format!("The attribute `{}` stands outside of any block.", attribute.key.as_str());
                    let help = "Values of your own go into a `locals` block.";
                    self.error(codes::ARGUMENT_UNKNOWN, message, span, help);
                }
            }
        }
    }

    fn top(&mut self, block: &HclBlock, into: &mut Fragment) {
        let module = &mut into.module;
        match block.ident.as_str() {
            "resource" | "data" => module.resources.extend(self.resource(block)),
            "overlay" => module.overlays.extend(self.overlay(block)),
            "locals" => self.locals(block, &mut module.locals),
            "variable" => module.variables.extend(self.variable(block)),
            "output" => module.outputs.extend(self.output(block)),
            "provider" => module.providers.extend(self.provider(block)),
            "module" => {
                if let Some((call, source)) = self.module_call(block) {
                    module.calls.push(call);
                    into.sources.push(source);
                }
            }
            "check" => module.checks.extend(self.check(block)),
            "moved" => module.moved.extend(self.moved(block)),
            "removed" => module.removed.extend(self.removed(block)),
            "import" => module.imports.extend(self.import(block)),
            "site" => module.sites.extend(self.site(block)),
            "topology" => match self.topology(block) {
                Some(second) if module.topology.is_some() => self.second(&second.name, "topology"),
                Some(first) => module.topology = Some(first),
                None => {}
            },
            "probe" | "gate" | "hook" => module.guards.extend(self.guard(block)),
            "terraform" => {
                let note = "The `terraform` block is read past: nothing in it means anything to relight.";
                let span = self.span(&block.ident);
                self.problems.push(Diagnostic::note(codes::READ_PAST, note).at(span));
            }
            other => {
                let message = format!("There is no block type `{other}`.");
                let diagnostic = Diagnostic::error(codes::BLOCK_UNKNOWN, message).at(self.span(&block.ident));
                self.problems.push(match suggest(other, TOP) {
                    Some(near) => diagnostic.did_you_mean(Some(near)),
                    None => diagnostic.help(format!("Block types are {}.", list(&TOP))),
                });
            }
        }
    }

    /// Complains about a block that may stand once only.
    pub(super) fn second(&mut self, second: &Ident, what: &str) {
        let message = format!("A second `{what}` block stands here.");
        self.error(codes::BLOCK_DUPLICATE, message, second.span, "There is one only. Merge the two.");
    }

    /// A name with its place.
    fn ident(&mut self, word: &str, node: &impl hcl_edit::Span) -> Ident {
        Ident { name: self.name(word), span: self.span(node) }
    }

    /// The labels of a block, which takes these.
    fn labels<const N: usize>(&mut self, block: &HclBlock, wanted: [&str; N]) -> Option<[Ident; N]> {
        let labels: Vec<Ident> = block.labels.iter().map(|label| self.ident(label.as_str(), label)).collect();
        for label in &labels {
            self.valid_name(label);
        }
        self.exact_labels(block, labels, wanted)
    }

    /// Labels as [`Lowering::labels`], which may be more than plain names.
    fn exact_labels<const N: usize>(
        &mut self,
        block: &HclBlock,
        labels: Vec<Ident>,
        wanted: [&str; N],
    ) -> Option<[Ident; N]> {
        let count = labels.len();
        let word = block.ident.as_str();
        let form: String = wanted.iter().map(|label| format!(" \"<{label}>\"")).collect();
        labels.try_into().map_or_else(
            |_| {
                let message = format!(
                    "A `{word}` block takes {N} label{}, not {count}.",
                    if N == 1 { "" } else { "s" }
                );
                let help = format!("Write `{word}{form} {{ ... }}`.");
                self.error(codes::BLOCK_LABELS, message, self.span(&block.ident), help);
                None
            },
            Some,
        )
    }

    fn valid_name(&mut self, name: &Ident) {
        if !is_identifier(&name.name) {
            let message = format!("`{}` is not a name.", name.name);
            let help = "Names begin with a letter or underscore and go on with letters, digits, `_` and `-`.";
            self.error(codes::NAME_INVALID, message, name.span, help);
        }
    }

    /// Complains about something that stands in a block which takes these attributes and blocks only.
    fn unknown(&mut self, what: &str, structure: &Structure, attributes: &[&str], blocks: &[&str]) {
        let (word, span, is_block) = match structure {
            Structure::Attribute(attribute) => (attribute.key.as_str(), self.span(&attribute.key), false),
            Structure::Block(block) => (block.ident.as_str(), self.span(&block.ident), true),
        };
        let (known, others) = if is_block { (blocks, attributes) } else { (attributes, blocks) };
        if others.contains(&word) {
            let (message, help) = match is_block {
                true => (format!("`{word}` is an attribute."), format!("Write `{word} = ...`.")),
                false => (format!("`{word}` is a block."), format!("Write `{word} {{ ... }}`.")),
            };
            return self.error(codes::BLOCK_FOR_ATTRIBUTE, message, span, help);
        }
        let (code, sort) = match is_block {
            true => (codes::BLOCK_UNKNOWN, "block"),
            false => (codes::ARGUMENT_UNKNOWN, "attribute"),
        };
        let diagnostic =
            Diagnostic::error(code, format!("A `{what}` block has no {sort} `{word}`.")).at(span);
        self.problems.push(match suggest(word, known) {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None if known.is_empty() => diagnostic.help(format!("It takes no {sort}s.")),
            None => diagnostic.help(format!("It takes {}.", list(known))),
        });
    }

    /// Complains about an attribute that a block lacks.
    fn missing(&mut self, what: &str, name: &str, block: &HclBlock) {
        let message = format!("The `{what}` block lacks `{name}`.");
        let help = format!("Add `{name} = ...`.");
        self.error(codes::ARGUMENT_MISSING, message, self.span(&block.ident), help);
    }

    /// Complains unless the block holds these attributes and blocks only.
    fn only(&mut self, what: &str, block: &HclBlock, attributes: &[&str], blocks: &[&str]) {
        for structure in &block.body {
            let known = match structure {
                Structure::Attribute(attribute) => attributes.contains(&attribute.key.as_str()),
                Structure::Block(block) => blocks.contains(&block.ident.as_str()),
            };
            if !known {
                self.unknown(what, structure, attributes, blocks);
            }
        }
    }

    /// Literal text.
    fn literal_text(&mut self, attribute: &HclAttribute) -> Option<Ident> {
        let expr = self.expr(&attribute.value);
        match expr.kind {
            ExprKind::Literal(Value::String(name)) => Some(Ident { name, span: expr.span }),
            _ => {
                self.literal_required(attribute, "text in quotes");
                None
            }
        }
    }

    /// `true` or `false`, written out.
    fn literal_bool(&mut self, attribute: &HclAttribute) -> bool {
        match &attribute.value {
            Expression::Bool(value) => *value.value(),
            Expression::String(text) if text.as_str() == "true" => true,
            Expression::String(text) if text.as_str() == "false" => false,
            _ => {
                self.literal_required(attribute, "`true` or `false`");
                false
            }
        }
    }

    fn literal_required(&mut self, attribute: &HclAttribute, what: &str) {
        let message = format!("`{}` must be written out here.", attribute.key.as_str());
        self.error(codes::LITERAL_REQUIRED, message, self.span(&attribute.value), format!("Write {what}."));
    }

    /// A value that refers to nothing and calls nothing, as defaults of variables are.
    pub(super) fn constant(&mut self, node: &Expression) -> Expr {
        let expr = self.expr(node);
        let mut stack = vec![&expr];
        let mut found = None;
        while let Some(next) = stack.pop() {
            if matches!(next.kind, ExprKind::Reference(_) | ExprKind::Call { .. }) {
                found = Some(next.span);
            }
            next.each_child(&mut |child| stack.push(child));
        }
        if let Some(span) = found {
            let help = "For a value that depends on others, use a `locals` block.";
            self.error(codes::LITERAL_REQUIRED, "A default can use neither names nor functions.", span, help);
        }
        expr
    }
}

/// Words as prose: `a`, `b`.
fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Text shared without its place.
fn plain(ident: Option<Ident>) -> Option<Name> {
    ident.map(|ident| ident.name)
}

/// The place from a block's name to its last label: what an error about the block as a whole marks.
fn header(lowering: &Lowering, block: &HclBlock) -> Span {
    let start = lowering.span(&block.ident);
    block.labels.last().map_or(start, |label| start.to(lowering.span(label)))
}
