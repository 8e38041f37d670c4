//! Layers of a body to attribute values: evaluated, converted to the table's types, checked against its rows.

use relight_contract::{Field, Name, Object, Presence, Shape, Type, Value};

use super::drill::{Isolation, Written};
use super::evaluation::{Evaluation, Silent};
use super::layers::{Layers, Source};
use super::model::Dependency;
use super::scope::Asker;
use super::unread::Unread;
use crate::diag::{Diagnostic, Span, codes, suggest};
use crate::expr::convert::convert_in;
use crate::expr::{Expr, ExprKind};
use crate::spec::{Body, NestedBlock};
use crate::topology::sites::seconds;

/// The most nested blocks that one `dynamic` may make.
const MOST_BLOCKS: usize = 100_000;

/// What a body turned out to be.
pub(super) struct Evaluated {
    pub(super) attributes: Object,
    pub(super) after: Vec<Dependency>,
    /// Something could not be evaluated; it was reported.
    pub(super) failed: bool,
    /// Something waits for a data source.
    pub(super) pending: bool,
    /// Something cannot be told while data cannot be read.
    pub(super) unread: Option<Unread>,
    /// In a drill's shadow, the rows that something of the shadow stands in.
    pub(super) own: Vec<&'static str>,
}

impl Evaluated {
    pub(super) fn new() -> Evaluated {
        Evaluated {
            attributes: Object::new(),
            after: Vec::new(),
            failed: false,
            pending: false,
            unread: None,
            own: Vec::new(),
        }
    }

    fn is_whole(&self) -> bool {
        !self.failed && !self.pending && self.unread.is_none()
    }
}

impl Evaluation<'_> {
    /// The attributes of one instance. Unset ones are left out.
    pub(super) fn attributes(
        &mut self,
        layers: &Layers<'_>,
        rows: &[Field],
        kind: &str,
        asker: &Asker,
        span: Span,
    ) -> Evaluated {
        let mut found = Evaluated::new();
        for (row, source) in &layers.fields {
            let before = found.after.len();
            // The name as written is shared; that of the row would be made anew for every instance.
            let (name, value) = match source {
                Source::Attribute(attribute, node) => {
                    let value = self.attribute(row, &attribute.value, &asker.in_node(*node), &mut found);
                    (Some(&attribute.name.name), value)
                }
                Source::Blocks(blocks, node) => {
                    let value = self.blocks(row, blocks, &asker.in_node(*node), kind, &mut found);
                    (blocks.first().map(|block| &block.name.name), Some(value))
                }
            };
            if let (Some(name), Some(value)) = (name, value.filter(|value| !value.is_null())) {
                found.attributes.insert(name.clone(), value);
            }
            let by_drill = layers.drill.is_some_and(|body| body.names(row.name));
            let written = Written {
                row,
                value: name.and_then(|name| found.attributes.get(name)),
                touched: &found.after[before..],
                by_drill,
                span: source.span(),
            };
            match self.isolated(&written, kind, asker) {
                Isolation::Own => found.own.push(row.name),
                Isolation::Apart => {}
                Isolation::Broken => found.failed = true,
            }
        }
        if found.is_whole() {
            self.required(rows, &found.attributes, kind, span, &mut found.failed);
        }
        found
    }

    fn attribute(
        &mut self,
        row: &'static Field,
        expr: &Expr,
        asker: &Asker,
        found: &mut Evaluated,
    ) -> Option<Value> {
        // Literals are most of what is written: they need no scope.
        let value = match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            _ => {
                let (value, touched) = self.try_value(asker, expr);
                found.after.extend(touched);
                match value {
                    Ok(value) => value,
                    Err(failure) => {
                        match Silent::of(&failure) {
                            Some(Silent::Pending) => found.pending = true,
                            _ => {
                                found.failed = true;
                                self.report(failure, asker);
                            }
                        }
                        return None;
                    }
                }
            }
        };
        let converted = self.fit(row, &value, expr.span, found)?;
        if row.shape.accepts_blocks() && !converted.is_null() {
            return Some(complete(&self.types.of(row).whole, &converted));
        }
        // What must not be shown stands for its source, however openly the spec gives it.
        let residuals = &self.desired.residuals;
        match row.sensitive && !converted.is_null() && residuals.is_plain(&converted) {
            true => Some(residuals.spec_secret(converted)),
            false => Some(converted),
        }
    }

    /// The value in the type and words of its row.
    fn fit(
        &mut self,
        row: &'static Field,
        value: &Value,
        span: Span,
        found: &mut Evaluated,
    ) -> Option<Value> {
        let converted = convert_in(value, &self.types.of(row).settable, &self.desired.residuals);
        match converted {
            Ok(value) => {
                self.words(row, &value, span, found);
                Some(value)
            }
            Err(error) => {
                let place =
                    if error.path.is_empty() { String::new() } else { format!(" at `{}`", error.path) };
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("`{}`{place}: {}", row.name, error.message),
                    )
                    .at(span)
                    .help(format!("its type is `{}`", row.ty())),
                );
                found.failed = true;
                None
            }
        }
    }

    fn words(&mut self, row: &Field, value: &Value, span: Span, found: &mut Evaluated) {
        let Some(text) = value.as_str().filter(|_| !row.words.is_empty()) else { return };
        let known = row.words.contains(&text)
            || (row.canonical == relight_contract::Canonical::CaseInsensitive
                && row.words.iter().any(|word| word.eq_ignore_ascii_case(text)));
        if !known {
            self.diagnostics.push(
                Diagnostic::error(
                    codes::KIND_ATTRIBUTE_VALUE,
                    format!("`{}` does not take `{text}`", row.name),
                )
                .at(span)
                .help(format!("it takes {}", row.words.join(", ")))
                .did_you_mean(suggest(text, row.words.iter().copied())),
            );
            found.failed = true;
        }
    }

    fn blocks(
        &mut self,
        row: &'static Field,
        blocks: &[&NestedBlock],
        asker: &Asker,
        kind: &str,
        found: &mut Evaluated,
    ) -> Value {
        let types = self.types.of(row);
        let element = types.block();
        let mut items = Vec::new();
        for block in blocks {
            match &block.dynamic {
                None => items.extend(self.block(row, &block.body, asker, &[], kind, block.span, found)),
                Some(dynamic) => {
                    let elements = self.elements(&dynamic.for_each, asker, found);
                    for (key, value) in elements {
                        let iterator = Object::from_iter([("key", key), ("value", value)]);
                        let bound = [(dynamic.iterator.clone(), Value::object(iterator))];
                        items.extend(self.block(row, &block.body, asker, &bound, kind, block.span, found));
                    }
                }
            }
        }
        let span = blocks.first().map_or(Span::NONE, |block| block.span);
        // What could not be evaluated is missing from the count.
        if found.is_whole() {
            self.count(row, items.len(), kind, span, found);
        }
        let element = element.clone();
        match row.shape {
            Shape::BlockSet(_) | Shape::Set(_) => Value::set(element, items),
            Shape::BlockList(_) | Shape::List(_) => Value::list(element, items),
            _ => items.into_iter().next().unwrap_or(Value::Null(element)),
        }
    }

    fn count(&mut self, row: &Field, count: usize, kind: &str, span: Span, found: &mut Evaluated) {
        let most = match row.shape {
            Shape::Block(_) | Shape::Object(_) => 1,
            _ => usize::from(row.maximum),
        };
        let problem = if count < usize::from(row.minimum) {
            Some(format!("`{kind}` needs at least {} `{}` blocks", row.minimum, row.name))
        } else if most > 0 && count > most {
            Some(format!("`{kind}` takes at most {most} `{}` blocks, not {count}", row.name))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.diagnostics.push(Diagnostic::error(codes::KIND_BLOCK_COUNT, problem).at(span));
            found.failed = true;
        }
    }

    /// What a `dynamic` block goes through: must be known.
    fn elements(&mut self, expr: &Expr, asker: &Asker, found: &mut Evaluated) -> Vec<(Value, Value)> {
        let (value, touched) = self.try_value(asker, expr);
        found.after.extend(touched);
        let value = match value {
            Ok(value) => value,
            Err(failure) => {
                match Silent::of(&failure) {
                    Some(Silent::Pending) => found.pending = true,
                    _ => {
                        found.failed = true;
                        self.report(failure, asker);
                    }
                }
                return Vec::new();
            }
        };
        let elements: Option<Vec<(Value, Value)>> = match value.unmarked() {
            Value::List(list) => Some(numbered(&list.items)),
            Value::Tuple(items) => Some(numbered(items)),
            Value::Set(set) => Some(set.items.iter().map(|item| (item.clone(), item.clone())).collect()),
            other => other.as_entries().map(|entries| {
                entries.iter().map(|(key, value)| (Value::String(key.clone()), value.clone())).collect()
            }),
        };
        match elements {
            Some(elements) if elements.len() <= MOST_BLOCKS => elements,
            Some(elements) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::VALUE_TOO_LARGE,
                        format!("{} nested blocks are more than {MOST_BLOCKS}", elements.len()),
                    )
                    .at(expr.span),
                );
                found.failed = true;
                Vec::new()
            }
            None => {
                if let Some(unread) = self.unread(&value) {
                    found.unread = Some(unread);
                    return Vec::new();
                }
                let (code, problem) = match value.unmarked() {
                    Value::Hole(_) => (
                        codes::KNOWN_WHEN_PLANNING,
                        "`for_each` of a dynamic block must be known when planning",
                    ),
                    _ => (
                        codes::FOR_EACH_INVALID,
                        "`for_each` of a dynamic block must be a list, set, map or object",
                    ),
                };
                self.diagnostics.push(Diagnostic::error(code, problem).at(expr.span));
                found.failed = true;
                Vec::new()
            }
        }
    }

    /// The object of one nested block; every row is there, the unset ones null.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one evaluation, none of which is a whole of its own"
    )]
    fn block(
        &mut self,
        of: &'static Field,
        body: &Body,
        asker: &Asker,
        bound: &[(Name, Value)],
        kind: &str,
        span: Span,
        found: &mut Evaluated,
    ) -> Option<Value> {
        let rows = of.shape.fields().unwrap_or(&[]);
        let mut object = Object::new();
        for attribute in &body.attributes {
            let Some(row) = relight_contract::field::find(rows, &attribute.name.name) else { continue };
            let expr = substitute(&attribute.value, bound);
            let value = self.attribute(row, &expr, asker, found)?;
            if of.name == "timeouts" {
                self.duration(row, &value, attribute.value.span, found);
            }
            object.insert(attribute.name.name.clone(), value);
        }
        let mut names: Vec<&Name> = body.blocks.iter().map(|nested| &nested.name.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(row) = relight_contract::field::find(rows, name) else { continue };
            let nested: Vec<NestedBlock> =
                body.blocks_named(name).map(|nested| substitute_block(nested, bound)).collect();
            let nested: Vec<&NestedBlock> = nested.iter().collect();
            object.insert(name.clone(), self.blocks(row, &nested, asker, kind, found));
        }
        self.required(rows, &object, kind, span, &mut found.failed);
        Some(complete(self.types.of(of).block(), &Value::object(object)))
    }

    /// A timeout that is no duration would go unheard.
    fn duration(&mut self, row: &Field, value: &Value, span: Span, found: &mut Evaluated) {
        if value.as_str().is_some_and(|text| seconds(text).is_none()) {
            self.diagnostics.push(
                Diagnostic::error(codes::DURATION_INVALID, format!("`{}` is not a duration", row.name))
                    .at(span)
                    .help("write a number and a unit: `90s`, `60m`, `1h30m`"),
            );
            found.failed = true;
        }
    }

    fn required(&mut self, rows: &[Field], object: &Object, kind: &str, span: Span, failed: &mut bool) {
        for row in rows {
            let given = object.get(row.name).filter(|value| !value.is_null());
            let missing = row.presence == Presence::Required && given.is_none()
                || row.minimum > 0 && given.is_none() && row.shape.is_block();
            if missing {
                let what = if row.shape.is_block() { "block" } else { "attribute" };
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::KIND_ATTRIBUTE_MISSING,
                        format!("`{kind}` needs the {what} `{}`", row.name),
                    )
                    .at(span)
                    .help(row.doc.to_owned()),
                );
                *failed = true;
            }
            let conflict =
                row.conflicts.iter().find(|other| object.get(other).is_some_and(|value| !is_unset(value)));
            if let (Some(other), Some(value)) = (conflict, given)
                && !is_unset(value)
            {
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::KIND_ATTRIBUTES_CONFLICT,
                        format!("`{}` and `{other}` of `{kind}` exclude each other", row.name),
                    )
                    .at(span)
                    .help("keep one of them"),
                );
                *failed = true;
            }
        }
    }
}

fn is_unset(value: &Value) -> bool {
    value.is_null() || value.as_items().is_some_and(<[Value]>::is_empty)
}

fn numbered(items: &[Value]) -> Vec<(Value, Value)> {
    (0..).map(Value::from).zip(items.iter().cloned()).collect()
}

/// The value with every attribute of its objects, unset ones as null, in the types of a row.
fn complete(ty: &Type, value: &Value) -> Value {
    match (ty, value) {
        (Type::Object(wanted), Value::Object(object)) => {
            let whole = wanted.attributes.iter().map(|(name, ty)| {
                let given = object.get(name).map(|value| complete(ty, value));
                (name.clone(), given.unwrap_or_else(|| Value::Null(ty.clone())))
            });
            Value::object(whole.collect())
        }
        (Type::List(element), Value::List(list)) => {
            let items = list.items.iter().map(|item| complete(element, item));
            Value::list((**element).clone(), items.collect())
        }
        (Type::Set(element), Value::Set(set)) => {
            let items = set.items.iter().map(|item| complete(element, item));
            Value::set((**element).clone(), items.collect())
        }
        (_, other) => other.clone(),
    }
}

/// The expression with variables of enclosing `dynamic` blocks replaced by what they are.
fn substitute<'e>(expr: &'e Expr, bound: &[(Name, Value)]) -> std::borrow::Cow<'e, Expr> {
    match bound {
        [] => std::borrow::Cow::Borrowed(expr),
        _ => std::borrow::Cow::Owned(crate::expr::bind(expr, bound)),
    }
}

fn substitute_block(block: &NestedBlock, bound: &[(Name, Value)]) -> NestedBlock {
    let mut block = block.clone();
    if !bound.is_empty() {
        bind_body(&mut block.body, bound);
        if let Some(dynamic) = &mut block.dynamic {
            dynamic.for_each = crate::expr::bind(&dynamic.for_each, bound);
        }
    }
    block
}

fn bind_body(body: &mut Body, bound: &[(Name, Value)]) {
    for attribute in &mut body.attributes {
        attribute.value = std::sync::Arc::new(crate::expr::bind(&attribute.value, bound));
    }
    for nested in &mut body.blocks {
        bind_body(&mut nested.body, bound);
        if let Some(dynamic) = &mut nested.dynamic {
            dynamic.for_each = crate::expr::bind(&dynamic.for_each, bound);
        }
    }
}
