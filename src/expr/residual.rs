//! Residuals: what is left of expressions when planning, as one table of shared pure nodes.
//!
//! A node's operands stand before it in the table, so that the table is filled front to back without recursion.
//! Leaves are outputs of objects and sources of secrets.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use relight_contract::{Address, Hole, HoleId, Name, Object, Secret, Type, Value};
use serde::{Deserialize, Serialize};

use super::Expr;

/// What fills a hole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// An attribute of an object, known once the object's step is done.
    Output {
        /// The object.
        address: Address,
        /// Its attribute.
        attribute: Name,
        /// What is known of its type.
        #[serde(rename = "type")]
        ty: Type,
    },
    /// A secret, fetched from its source just before use.
    Secret(SecretSource),
    /// An attribute of what a pure data source makes of these arguments.
    Data {
        /// The data source.
        kind: Name,
        /// Its arguments; operands stand before this node.
        #[serde(with = "super::stored::object")]
        arguments: Object,
        /// Which of its answers.
        attribute: Name,
    },
    /// A pure expression; its literals hold the operands.
    Expr(Expr),
}

/// Where a secret is read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// A sensitive variable of the root module: its file, environment or flag gives it again.
    Variable(Name),
    /// A value that stands in the spec itself, or is made of nothing else: known only while planning.
    Spec(String),
}

/// The table that an evaluation adds to.
#[derive(Debug, Default)]
pub struct Residuals {
    nodes: RefCell<Vec<Node>>,
    outputs: RefCell<HashMap<(Address, Name), HoleId>>,
    secrets: RefCell<HashMap<SecretSource, HoleId>>,
    spec_secrets: RefCell<HashMap<Value, HoleId>>,
    plain: RefCell<HashMap<usize, (Value, bool)>>,
    vault: RefCell<Vault>,
    spent: Cell<u64>,
}

/// The most bytes of text and rounds of loops that one evaluation may make over all of its expressions.
const OVERALL_LIMIT: u64 = 8 << 30;

/// The secrets of one process, by their sources; shows none of them, and has no stored form.
#[derive(Clone, Default)]
pub struct Vault(BTreeMap<SecretSource, Value>);

impl Vault {
    /// The secret that a source gave.
    pub fn get(&self, source: &SecretSource) -> Option<&Value> {
        self.0.get(source)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} secrets)", self.0.len())
    }
}

/// Collections from this size on are looked through for holes and secrets only once.
const LARGE: usize = 64;

/// The most collections that are remembered as looked through.
const REMEMBERED: usize = 4096;

/// The largest table. Past it a plan would not be reviewable, and a hostile spec could fill the memory.
pub const LIMIT: usize = 16_000_000;

impl Residuals {
    /// An empty table.
    pub fn new() -> Residuals {
        Residuals::default()
    }

    /// The hole that an object's output leaves.
    pub fn output(&self, address: &Address, attribute: &Name, ty: Type, sensitive: bool) -> Value {
        let key = (address.clone(), attribute.clone());
        let known = self.outputs.borrow().get(&key).copied();
        let id = known.unwrap_or_else(|| {
            let node =
                Node::Output { address: address.clone(), attribute: attribute.clone(), ty: ty.clone() };
            let id = self.push(node);
            self.outputs.borrow_mut().insert(key, id);
            id
        });
        Value::Hole(Arc::new(Hole { id, ty, sensitive }))
    }

    /// Notes so many bytes that an expression made; false when it is too much.
    pub fn spend(&self, bytes: u64) -> bool {
        let spent = self.spent.get().saturating_add(bytes);
        self.spent.set(spent);
        spent <= OVERALL_LIMIT
    }

    /// A secret value that is read from `source` again when it is needed.
    pub fn secret(&self, source: SecretSource, value: Value) -> Value {
        let known = self.secrets.borrow().get(&source).copied();
        let id = known.unwrap_or_else(|| {
            let id = self.push(Node::Secret(source.clone()));
            self.vault.borrow_mut().0.insert(source.clone(), value.clone());
            self.secrets.borrow_mut().insert(source, id);
            id
        });
        Value::Secret(Arc::new(Secret { id, value }))
    }

    /// A secret value that stands in the spec itself. Equal values are one secret, named by a number in the order of
    /// their first appearance.
    pub fn spec_secret(&self, value: Value) -> Value {
        let known = self.spec_secrets.borrow().get(&value).copied();
        let id = known.unwrap_or_else(|| {
            let number = self.spec_secrets.borrow().len() + 1;
            let source = SecretSource::Spec(number.to_string());
            self.vault.borrow_mut().0.insert(source.clone(), value.clone());
            let id = self.push(Node::Secret(source));
            self.spec_secrets.borrow_mut().insert(value.clone(), id);
            id
        });
        Value::Secret(Arc::new(Secret { id, value }))
    }

    /// Whether neither hole nor secret stands anywhere in the value. Large collections are looked through once.
    pub fn is_plain(&self, value: &Value) -> bool {
        match value {
            Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
            Value::Hole(_) | Value::Secret(_) => false,
            Value::List(all) | Value::Set(all) => {
                self.all_plain(value, Arc::as_ptr(all).addr(), all.items.iter())
            }
            Value::Tuple(all) => self.all_plain(value, Arc::as_ptr(all).addr(), all.iter()),
            Value::Map(all) => {
                let values = all.entries.iter().map(|(_, value)| value);
                self.all_plain(value, Arc::as_ptr(all).addr(), values)
            }
            Value::Object(all) => {
                let values = all.iter().map(|(_, value)| value);
                self.all_plain(value, Arc::as_ptr(all).addr(), values)
            }
        }
    }

    fn all_plain<'v>(
        &self,
        whole: &Value,
        place: usize,
        mut values: impl ExactSizeIterator<Item = &'v Value>,
    ) -> bool {
        if values.len() < LARGE {
            return values.all(|value| self.is_plain(value));
        }
        if let Some((_, is_plain)) = self.plain.borrow().get(&place) {
            return *is_plain;
        }
        let is_plain = values.all(|value| self.is_plain(value));
        let mut remembered = self.plain.borrow_mut();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        // The value is kept beside its place in memory, so that no other one can come to lie there.
        remembered.insert(place, (whole.clone(), is_plain));
        is_plain
    }

    /// The hole that an expression leaves. Its literals hold all operands.
    pub fn expr(&self, expr: Expr, ty: Type, sensitive: bool) -> Value {
        let id = self.push(Node::Expr(expr));
        Value::Hole(Arc::new(Hole { id, ty, sensitive }))
    }

    /// The secret that an expression over secrets makes; `value` is what it is in this process.
    pub fn secret_expr(&self, expr: Expr, value: Value) -> Value {
        let id = self.push(Node::Expr(expr));
        Value::Secret(Arc::new(Secret { id, value }))
    }

    /// The hole that an answer of a pure data source leaves.
    pub fn data(&self, kind: &str, arguments: Object, attribute: &Name, ty: Type, sensitive: bool) -> Value {
        let id = self.push(Node::Data { kind: kind.into(), arguments, attribute: attribute.clone() });
        Value::Hole(Arc::new(Hole { id, ty, sensitive }))
    }

    /// A copy of one node.
    pub fn node(&self, id: HoleId) -> Option<Node> {
        self.nodes.borrow().get(id.0 as usize).cloned()
    }

    /// Calls `visit` with a node, without copying it.
    pub fn with_node<R>(&self, id: HoleId, visit: impl FnOnce(&Node) -> R) -> Option<R> {
        self.nodes.borrow().get(id.0 as usize).map(visit)
    }

    /// Every secret that was met, for a run in the same process.
    pub fn vault(&self) -> Vault {
        self.vault.borrow().clone()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.borrow().is_empty()
    }

    /// Whether the table is larger than a plan may carry.
    pub fn is_over_limit(&self) -> bool {
        self.len() > LIMIT
    }

    fn push(&self, node: Node) -> HoleId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(node);
        // The limit is checked between blocks and lies far below the range of the id.
        HoleId(u32::try_from(nodes.len() - 1).unwrap_or(u32::MAX))
    }
}

impl Node {
    /// Calls `visit` with the residuals that this node is made of; all stand before it.
    pub fn each_operand(&self, visit: &mut dyn FnMut(HoleId)) {
        match self {
            Node::Output { .. } | Node::Secret(_) => {}
            Node::Data { arguments, .. } => {
                arguments.iter().for_each(|(_, value)| value.each_hole(&mut |id| visit(id)));
            }
            Node::Expr(expr) => operands(expr, visit),
        }
    }
}

fn operands(expr: &Expr, visit: &mut dyn FnMut(HoleId)) {
    if let super::ExprKind::Literal(value) = &expr.kind {
        value.each_hole(&mut |id| visit(id));
    }
    expr.each_child(&mut |child| operands(child, visit));
}

/// Nodes by id, as a plan carries them: only those that its steps reach.
pub type Table = BTreeMap<u32, Node>;
