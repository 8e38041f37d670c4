//! `for` expressions: lists, sets and tuples in order, maps and objects by key.

use relight_contract::{Name, Object, Type, Value};

use super::conditional::truth;
use super::{Bindings, Evaluator, ITEM_LIMIT, described, is_marked, literal, redacted};
use crate::diag::{Span, codes};
use crate::expr::{Expr, ExprKind, Failure, For};

/// What a loop has made so far.
struct Harvest {
    entries: Vec<(Name, Value)>,
    items: Vec<Value>,
    /// A key or condition is not known: nor is the shape of the result.
    is_open: bool,
    /// A key or condition is secret: so is the shape of the result.
    is_secret: bool,
}

impl Evaluator<'_, '_> {
    #[inline(never)]
    pub(super) fn loop_over(
        &self,
        each: &For,
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let collection = self.collection(&each.collection, bindings)?;
        let mut harvest =
            Harvest { entries: Vec::new(), items: Vec::new(), is_open: false, is_secret: false };
        harvest.is_secret = is_marked(&collection);
        match self.rounds(each, &collection, bindings, &mut harvest) {
            Err(failure) if is_marked(&collection) => return Err(redacted(failure)),
            result => result?,
        }
        self.gather(each, &collection, harvest, bindings, span)
    }

    fn rounds(
        &self,
        each: &For,
        collection: &Value,
        bindings: &Bindings<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Failure> {
        match collection.unmarked() {
            Value::Tuple(items) => self.over_items(each, items, bindings, harvest)?,
            Value::List(list) => self.over_items(each, &list.items, bindings, harvest)?,
            // What is not known yet may turn out to be an element that is there already.
            Value::Set(set) if collection.has_hole() => {
                harvest.is_secret |= set.items.iter().any(Value::has_secret);
                harvest.is_open = true;
            }
            Value::Set(set) => {
                for item in &set.items {
                    self.round(each, item, item, bindings, harvest)?;
                }
            }
            Value::Map(map) => self.over_entries(each, &map.entries, bindings, harvest)?,
            Value::Object(object) => self.over_entries(each, object, bindings, harvest)?,
            Value::Hole(hole) if !hole.ty.is_primitive() => harvest.is_open = true,
            Value::Null(_) => {
                let message = "The collection is null, and so cannot be gone over.";
                return Err(Failure::new(codes::FOR_INVALID, message, each.collection.span));
            }
            other => {
                let message = format!("{} cannot be gone over with `for`.", described(other));
                return Err(Failure::new(codes::FOR_INVALID, message, each.collection.span));
            }
        }
        Ok(())
    }

    /// What is gone over; of an object that does not exist here there is nothing.
    pub(super) fn collection(&self, expr: &Expr, bindings: &Bindings<'_>) -> Result<Value, Failure> {
        let is_path =
            matches!(expr.kind, ExprKind::Reference(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. });
        match self.value(expr, bindings) {
            Err(failure) if is_path && failure.code == codes::OBJECT_ABSENT => Ok(Value::tuple(Vec::new())),
            result => result,
        }
    }

    fn over_items(
        &self,
        each: &For,
        items: &[Value],
        bindings: &Bindings<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Failure> {
        for (index, item) in items.iter().enumerate() {
            let key = Value::from(i64::try_from(index).unwrap_or(i64::MAX));
            self.round(each, &key, item, bindings, harvest)?;
        }
        Ok(())
    }

    fn over_entries(
        &self,
        each: &For,
        entries: &Object,
        bindings: &Bindings<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Failure> {
        for (name, item) in entries {
            self.round(each, &Value::String(name.clone()), item, bindings, harvest)?;
        }
        Ok(())
    }

    fn round(
        &self,
        each: &For,
        key: &Value,
        item: &Value,
        bindings: &Bindings<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Failure> {
        self.one_round(each.result.span)?;
        let keyed;
        let outer = match &each.key {
            Some(name) => {
                keyed = Bindings::One { name, value: key, outer: bindings };
                &keyed
            }
            None => bindings,
        };
        let inner = Bindings::One { name: &each.value, value: item, outer };
        if let Some(condition) = &each.condition {
            let value = self.value(condition, &inner)?;
            harvest.is_secret |= is_marked(&value);
            match truth(&value, condition.span)? {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => {
                    harvest.is_open = true;
                    return Ok(());
                }
            }
        }
        let Some(key_result) = &each.key_result else {
            harvest.items.push(self.value(&each.result, &inner)?);
            return limit(harvest.items.len(), each.result.span);
        };
        let key = self.value(key_result, &inner)?;
        harvest.is_secret |= is_marked(&key);
        let name = self.key_text(&key, codes::FOR_INVALID, key_result.span)?;
        let value = self.value(&each.result, &inner)?;
        match name {
            Some(name) => harvest.entries.push((name, value)),
            None => harvest.is_open = true,
        }
        limit(harvest.entries.len(), each.result.span)
    }

    fn gather(
        &self,
        each: &For,
        collection: &Value,
        mut harvest: Harvest,
        bindings: &Bindings<'_>,
        span: Span,
    ) -> Result<Value, Failure> {
        let entries = std::mem::take(&mut harvest.entries);
        let value = match (&each.key_result, each.group) {
            (None, _) => Value::tuple(std::mem::take(&mut harvest.items)),
            (Some(_), true) => Value::object(grouped(entries)),
            (Some(_), false) if harvest.is_open => Value::object(entries.into_iter().collect()),
            (Some(_), false) => Value::object(distinct(entries, harvest.is_secret, span)?),
        };
        if !harvest.is_open && !harvest.is_secret {
            return Ok(value);
        }
        let closed = self.close_loop(each, literal(collection), bindings)?;
        if harvest.is_open {
            let is_secret = harvest.is_secret || value.has_secret() || collection.has_secret();
            return Ok(self.hole(closed, Type::Dynamic, is_secret));
        }
        Ok(self.secret(closed, &value))
    }
}

/// Entries of one key as a tuple, in the order in which they came.
fn grouped(mut entries: Vec<(Name, Value)>) -> Object {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let mut groups: Vec<(Name, Vec<Value>)> = Vec::new();
    for (name, value) in entries {
        match groups.last_mut() {
            Some(last) if last.0 == name => last.1.push(value),
            _ => groups.push((name, vec![value])),
        }
    }
    groups.into_iter().map(|(name, values)| (name, Value::tuple(values))).collect()
}

fn distinct(entries: Vec<(Name, Value)>, is_secret: bool, span: Span) -> Result<Object, Failure> {
    let count = entries.len();
    let mut names: Vec<Name> = entries.iter().map(|(name, _)| name.clone()).collect();
    let object: Object = entries.into_iter().collect();
    if object.len() == count {
        return Ok(object);
    }
    names.sort();
    let twice = names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some(a.clone()),
        _ => None,
    });
    let message = match twice {
        Some(name) if !is_secret => format!("The key \"{name}\" comes twice."),
        _ => "A key comes twice.".to_owned(),
    };
    Err(Failure::new(codes::FOR_INVALID, message, span)
        .help("Add `...` behind the value to gather the values of equal keys."))
}

fn limit(count: usize, span: Span) -> Result<(), Failure> {
    if count <= ITEM_LIMIT {
        return Ok(());
    }
    let message = format!("The result has more than {ITEM_LIMIT} elements.");
    Err(Failure::new(codes::VALUE_TOO_LARGE, message, span))
}
