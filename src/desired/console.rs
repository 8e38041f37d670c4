//! Expressions asked of an evaluated topology: what the console does.

use relight_contract::Value;

use super::evaluation::{Evaluation, Silent};
use super::scope::Asker;
use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::expr::Expr;
use crate::topology::resolve::{ROOT, references};
use crate::topology::{SiteId, Topology};

/// A topology in which everything has its value.
pub struct Evaluated<'a> {
    evaluation: Evaluation<'a>,
}

impl<'a> Evaluated<'a> {
    pub(super) fn new(mut evaluation: Evaluation<'a>) -> Evaluated<'a> {
        evaluation.all();
        Evaluated { evaluation }
    }

    /// What is wrong with the topology itself.
    pub fn diagnostics(&self) -> &Diagnostics {
        self.evaluation.diagnostics
    }

    /// The topology.
    pub fn topology(&self) -> &Topology {
        self.evaluation.topology
    }

    /// The value of an expression in the root module, `site` being the site that it is asked in.
    pub fn value(&self, site: Option<SiteId>, expr: &Expr) -> Result<Value, Diagnostics> {
        let mut problems = Diagnostics::new();
        references(self.evaluation.topology, ROOT, expr, &mut |_, _, _, target| {
            problems.extend(target.err());
        });
        if problems.has_errors() {
            return Err(problems);
        }
        let (result, _) = self.evaluation.try_value(&Asker::new(ROOT, site, 0), expr);
        result.map_err(|failure| {
            let lacking = |message| Diagnostic::error(codes::STEP_BLOCKED, message).at(failure.span);
            match Silent::of(&failure) {
                Some(Silent::Pending) => lacking("this waits for a data source, which a cloud answers"),
                Some(Silent::Reported) => lacking("this has no value, because the spec has an error"),
                None => failure.into(),
            }
            .into()
        })
    }
}
