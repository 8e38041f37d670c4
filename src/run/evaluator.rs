//! The filler of real runs: the expressions that a plan carries, evaluated as they were when planning.

use relight_contract::{Address, DataSource, HoleId, Name, Object, Registry, Value};

use super::fill::{FillError, Filler, Leaves};
use crate::diff::NoFiles;
use crate::expr::{self, Filled, Node, SecretSource, Table};

/// Computes residuals with the expression language.
#[derive(Clone, Debug)]
pub struct Evaluator {
    registry: Registry,
}

impl Evaluator {
    /// An evaluator that knows the pure data sources of `registry`.
    pub fn new(registry: Registry) -> Evaluator {
        Evaluator { registry }
    }
}

impl Filler for Evaluator {
    fn fill(&self, table: &Table, hole: HoleId, leaves: &dyn Leaves) -> Result<Value, FillError> {
        let mut adapter = Adapter { registry: &self.registry, leaves, failure: None };
        match expr::Filler::new(table).fill(hole, &mut adapter, &NoFiles) {
            Filled::Known(value) => Ok(value),
            Filled::Failed(failure) => Err(FillError::Expression(failure.message)),
            Filled::Still(leaf) => Err(adapter.failure.unwrap_or_else(|| match *leaf {
                Node::Output { address, attribute, .. } => FillError::Output { address, attribute },
                _ => FillError::Plan("an expression waits for nothing that a run can give".to_owned()),
            })),
        }
    }
}

struct Adapter<'a> {
    registry: &'a Registry,
    leaves: &'a dyn Leaves,
    /// Why the leaf that stopped the filling is not known.
    failure: Option<FillError>,
}

impl Adapter<'_> {
    fn keep(&mut self, value: Result<Value, FillError>) -> Option<Value> {
        value.map_err(|error| self.failure = Some(error)).ok()
    }
}

impl expr::Leaves for Adapter<'_> {
    fn output(&mut self, address: &Address, attribute: &Name) -> Option<Value> {
        let value = self.leaves.output(address, attribute);
        self.keep(value)
    }

    fn secret(&mut self, source: &SecretSource) -> Option<Value> {
        let value = self.leaves.secret(source);
        self.keep(value)
    }

    fn data(&mut self, kind: &Name, arguments: &Object, attribute: &Name) -> Result<Value, String> {
        match self.registry.data(kind).map(|data| data.source) {
            Some(DataSource::Pure(answer)) => {
                let answers = answer(arguments)?;
                let known = answers.get(attribute).or_else(|| arguments.get(attribute));
                Ok(known.cloned().unwrap_or(Value::NULL))
            }
            _ => Err(format!("there is no pure data source `{kind}`")),
        }
    }
}
