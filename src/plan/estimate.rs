//! How long a plan takes: the critical path of its steps, and the sum of them all.

use relight_contract::Act;

use super::model::{Ask, Content, Estimate, StepId, Verb};
use crate::diff::Question;
use crate::graph::Graph;

/// The estimate of a plan's content, from the timings of its kinds.
pub(super) fn estimate(question: &Question<'_>, content: &Content) -> Estimate {
    let edges: Vec<(u32, u32)> =
        content.steps.iter().flat_map(|step| step.after.iter().map(|after| (step.id.0, after.0))).collect();
    let Ok(count) = u32::try_from(content.steps.len()) else { return Estimate::default() };
    let Ok(graph) = Graph::new(count, &edges) else { return Estimate::default() };
    let weights = |pick: fn(&(u32, u32)) -> u32| -> Vec<u64> {
        content.steps.iter().map(|step| u64::from(pick(&step.seconds))).collect()
    };
    let (Ok(half), Ok(most)) = (
        graph.critical_path(&weights(|seconds| seconds.0)),
        graph.critical_path(&weights(|seconds| seconds.1)),
    ) else {
        return Estimate::default();
    };
    let unmeasured = content.steps.iter().filter(|step| is_unmeasured(question, step)).count();
    Estimate {
        p50_seconds: half.total(),
        p90_seconds: most.total(),
        sum_seconds: weights(|seconds| seconds.1).iter().sum(),
        unmeasured: u64::try_from(unmeasured).unwrap_or(u64::MAX),
        path: half.path.iter().map(|id| StepId(*id)).collect(),
    }
}

fn is_unmeasured(question: &Question<'_>, step: &super::model::Step) -> bool {
    let act = match step.verb {
        _ if matches!(step.ask, Ask::Claim { .. }) => return false,
        Verb::Create => Act::Create,
        Verb::Update | Verb::Shift => Act::Update,
        Verb::Delete => Act::Delete,
        Verb::Promote => Act::Promote,
        _ => return false,
    };
    let kind = question.topology.registry.kind(&step.kind);
    kind.is_some_and(|kind| kind.timing(act).source.starts_with("unmeasured"))
}
