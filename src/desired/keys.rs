//! The keys of repeated blocks, and what becomes of a block by them.

use relight_contract::{Key, Name, Type, Value};

use super::evaluation::{Cell, Each, Evaluation, Expansion, Member, Outcome, Silent};
use super::layers::Layers;
use super::model::Dependency;
use super::scope::Asker;
use super::unread::Unread;
use super::vertices::VertexId;
use crate::diag::{Code, Diagnostic, codes};
use crate::expr::convert::convert;
use crate::spec::Repeat;
use crate::topology::{BlockId, SiteId};

/// The most instances of one block.
const MOST_INSTANCES: usize = 1_000_000;

/// The keys of a repeated block.
pub(super) enum Keys {
    Single,
    Count(u64),
    ForEach(Vec<(Name, Value)>),
    /// There are none, because the block does not exist.
    Absent,
    Failed,
    Pending,
    /// They hang on data that cannot be read.
    Unread(Unread),
}

impl Evaluation<'_> {
    /// The keys of `count` or `for_each`; both must be known. A block that does not exist whatever the key may take
    /// them from what is absent like itself.
    pub(super) fn keys(
        &mut self,
        repeat: Option<&Repeat>,
        asker: &Asker,
        layers: &Layers<'_>,
        after: &mut Vec<Dependency>,
    ) -> Keys {
        let (Some(Repeat::Count(expr) | Repeat::ForEach(expr)), Some((exists, node))) =
            (repeat, layers.exists.last())
        else {
            return self.plain_keys(repeat, asker, after);
        };
        let absent = |failure: &crate::expr::Failure| failure.code == codes::OBJECT_ABSENT;
        if self.try_value(asker, expr).0.is_err_and(|failure| absent(&failure)) {
            let (value, touched) = self.try_value(&asker.in_node(*node), exists);
            if value.is_ok_and(|value| value.as_bool() == Some(false)) {
                after.extend(touched);
                return Keys::Absent;
            }
        }
        self.plain_keys(repeat, asker, after)
    }

    /// The keys of a block that has no `exists`.
    pub(super) fn plain_keys(
        &mut self,
        repeat: Option<&Repeat>,
        asker: &Asker,
        after: &mut Vec<Dependency>,
    ) -> Keys {
        let (expr, is_count) = match repeat {
            None => return Keys::Single,
            Some(Repeat::Count(expr)) => (expr, true),
            Some(Repeat::ForEach(expr)) => (expr, false),
        };
        let (value, touched) = self.try_value(asker, expr);
        after.extend(touched);
        let value = match value {
            Ok(value) => value,
            Err(failure) => {
                return match Silent::of(&failure) {
                    Some(Silent::Pending) => Keys::Pending,
                    _ => {
                        self.report(failure, asker);
                        Keys::Failed
                    }
                };
            }
        };
        let keys = if is_count { count_keys(&value) } else { each_keys(&value) };
        match keys {
            Ok(keys) => keys,
            Err((code, message)) => {
                if let Some(unread) = self.unread(&value) {
                    return Keys::Unread(unread);
                }
                let mut problem = Diagnostic::error(code, message).at(expr.span);
                if code == codes::KNOWN_WHEN_PLANNING {
                    problem = problem.help(
                        "how many instances there are is decided when planning: use values of the spec, not of objects \
                         that are yet to be made",
                    );
                }
                self.diagnostics.push(problem);
                Keys::Failed
            }
        }
    }

    /// What a block becomes by its keys, each member as `member` makes it; a cell where it has no keys to speak of.
    pub(super) fn expand(
        &mut self,
        keys: Keys,
        asker: &Asker,
        mut member: impl FnMut(&mut Self, &Asker, Option<Key>) -> Member,
    ) -> Result<Expansion, Cell> {
        let nothing = |outcome| Err(Cell { outcome, join: None });
        match keys {
            Keys::Single => Ok(Expansion::Single(member(self, asker, None))),
            Keys::Count(count) => {
                let one = |index| {
                    let asker = asker.clone().each(Each::Count(index));
                    member(self, &asker, Some(Key::Index(index)))
                };
                Ok(Expansion::Count((0..count).map(one).collect()))
            }
            Keys::ForEach(keys) => {
                let one = |(key, value): (Name, Value)| {
                    let asker = asker.clone().each(Each::Entry(Value::String(key.clone()), value));
                    (key.clone(), member(self, &asker, Some(Key::Text(key))))
                };
                Ok(Expansion::ForEach(keys.into_iter().map(one).collect()))
            }
            Keys::Absent => Ok(Expansion::Absent),
            Keys::Failed => nothing(Outcome::Failed(None)),
            Keys::Pending => nothing(Outcome::Pending),
            Keys::Unread(unread) => Err(unread.cell()),
        }
    }

    /// Keeps the cells of a block: one for each instance of its module.
    pub(super) fn lay(
        &mut self,
        vertex: VertexId,
        id: BlockId,
        site: Option<SiteId>,
        mut cell: impl FnMut(&mut Self, &Asker) -> Cell,
    ) {
        let node = self.topology.block(id).node;
        let count = self.instances_of(node, site).len();
        let cells = (0..count).map(|module| cell(self, &Asker::new(node, site, module).of(id))).collect();
        self.slots[vertex as usize] = cells;
    }
}

fn count_keys(value: &Value) -> Result<Keys, (Code, String)> {
    match value {
        Value::Hole(_) => Err((codes::KNOWN_WHEN_PLANNING, "`count` must be known when planning".to_owned())),
        Value::Secret(_) => Err((codes::SENSITIVE_NOT_ALLOWED, "`count` may not be a secret".to_owned())),
        _ => {
            let number = convert(value, &Type::Number).ok();
            let count = number.as_ref().and_then(Value::as_i64).and_then(|count| u64::try_from(count).ok());
            match count {
                Some(count) if usize::try_from(count).is_ok_and(|count| count <= MOST_INSTANCES) => {
                    Ok(Keys::Count(count))
                }
                Some(count) => Err((
                    codes::VALUE_TOO_LARGE,
                    format!("`count` is {count}: more than {MOST_INSTANCES} instances of one block"),
                )),
                None => Err((codes::COUNT_INVALID, "`count` must be a whole number from 0".to_owned())),
            }
        }
    }
}

fn each_keys(value: &Value) -> Result<Keys, (Code, String)> {
    let large = |count: usize| {
        (count > MOST_INSTANCES).then(|| {
            let message =
                format!("`for_each` has {count} keys: more than {MOST_INSTANCES} instances of one block");
            (codes::VALUE_TOO_LARGE, message)
        })
    };
    match value {
        Value::Hole(_) => {
            Err((codes::KNOWN_WHEN_PLANNING, "the keys of `for_each` must be known when planning".to_owned()))
        }
        Value::Secret(_) => Err((
            codes::SENSITIVE_NOT_ALLOWED,
            "`for_each` may not be a secret: its keys are shown".to_owned(),
        )),
        Value::Set(set) => {
            if let Some(problem) = large(set.items.len()) {
                return Err(problem);
            }
            let keys: Option<Vec<(Name, Value)>> = set
                .items
                .iter()
                .map(|item| match item {
                    Value::String(text) => Some((text.clone(), item.clone())),
                    _ => None,
                })
                .collect();
            keys.map(Keys::ForEach).ok_or_else(|| match value.has_hole() {
                true => (
                    codes::KNOWN_WHEN_PLANNING,
                    "the keys of `for_each` must be known when planning".to_owned(),
                ),
                false => (codes::FOR_EACH_INVALID, "a set in `for_each` must hold text".to_owned()),
            })
        }
        Value::Map(_) | Value::Object(_) => {
            let entries = value.as_entries().cloned().unwrap_or_default();
            if let Some(problem) = large(entries.len()) {
                return Err(problem);
            }
            Ok(Keys::ForEach(entries.into_iter().collect()))
        }
        Value::Null(_) => Err((codes::FOR_EACH_INVALID, "`for_each` may not be null".to_owned())),
        _ => Err((
            codes::FOR_EACH_INVALID,
            "`for_each` must be a map, an object or a set of text: use `toset(...)` for a list".to_owned(),
        )),
    }
}
