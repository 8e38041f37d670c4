//! A second look at what a stored plan was made for, before it is carried out.

use std::collections::BTreeMap;

use relight_contract::{Address, Fault, Name, Value};

use super::adopt;
use super::pipeline::{Bound, Request, earlier, wanted_with};
use super::survey::survey;
use super::transport::Transport;
use crate::diag::{Diagnostics, Severity, codes};
use crate::diff::{Endangered, Options, Question, diff};
use crate::expr::Vault;
use crate::memory::digest;
use crate::plan::{Basis, Plan, standing};

/// The print of an address whose object is somebody else's now.
const DISPUTED: &str = "disputed";

/// What the second look came to.
pub struct Again {
    /// What stands at the addresses of the plan now.
    pub basis: Basis,
    /// The secrets of the spec, for the run.
    pub vault: Vault,
    /// Places that could not be read, with why; lost sites are not among them.
    pub unreachable: BTreeMap<Name, Name>,
    /// Those of them that answered, and refused: what they said.
    pub refused: BTreeMap<Name, Fault>,
}

/// Looks at the addresses that a stored plan touches or reads. What the same question would decide now is not asked:
/// only what stands there counts, so that neither a target nor a replacement has to be given again. `None` when it was
/// interrupted, or when something is wrong with the spec, which `diagnostics` tell.
pub fn again(
    bound: &Bound,
    request: &Request<'_>,
    plan: &Plan,
    transport: &mut dyn Transport,
    diagnostics: &mut Diagnostics,
) -> Option<Again> {
    let topology = &bound.topology;
    let (mut desired, answers) =
        wanted_with(bound, &request.assignment, transport, request.now_text, diagnostics)?;
    for (address, native_id) in adopt::planned(plan) {
        desired.imports.entry(address).or_insert(native_id);
    }
    let survey = survey(topology, &desired, request, &Endangered::Nothing, transport)?;
    let earlier = earlier(bound, request, &answers);
    let keyed = |value: &Value| digest(request.key, value);
    let question = Question {
        topology,
        assignment: &request.assignment,
        desired: &desired,
        earlier: &earlier,
        survey: &survey,
        memory: request.memory,
        operation: request.operation.clone(),
        options: &Options::default(),
        digest: &keyed,
    };
    let mut found = Diagnostics::new();
    let changes = diff(&question, &mut found);
    let mut basis = standing(&question, &changes, plan.content.basis.live.keys());
    // Whatever else is wrong is none of the plan's business: it decides nothing any more.
    let whose = [codes::OWNERSHIP_CONFLICT, codes::IMPORT_INVALID];
    let disputed = found.iter().filter(|one| one.severity == Severity::Error && whose.contains(&one.code));
    for address in disputed.filter_map(|one| one.address.as_ref()?.parse::<Address>().ok()) {
        basis.live.insert(address, DISPUTED.to_owned());
    }
    let unreachable = question.unreachable(&changes);
    let refused = survey.refused.into_iter().filter(|(place, _)| unreachable.contains_key(place)).collect();
    Some(Again { basis, vault: desired.residuals.vault(), unreachable, refused })
}
