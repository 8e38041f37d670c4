//! How long a plan takes: the critical path of its steps, and the sum of them all.

use relight_contract::{Act, Registry};

use super::envelope::{Estimate, LearnedTiming};
use super::history::is_of;
use super::model::{Ask, Content, Step, StepId, Verb};
use super::recovery::serving;
use crate::graph::Graph;

/// The estimate of a plan's content, from the timings of its kinds, and before them from what earlier runs tell.
pub(super) fn estimate(registry: &Registry, content: &Content, learned: &[LearnedTiming]) -> Estimate {
    let timing = |step: &Step| learned.iter().find(|timing| is_of(timing, step));
    let seconds: Vec<(u32, u32)> = content
        .steps
        .iter()
        .map(|step| timing(step).map_or(step.seconds, |one| (one.p50_seconds, one.p90_seconds)))
        .collect();
    let edges: Vec<(u32, u32)> =
        content.steps.iter().flat_map(|step| step.after.iter().map(|after| (step.id.0, after.0))).collect();
    let Ok(count) = u32::try_from(content.steps.len()) else { return Estimate::default() };
    let Ok(graph) = Graph::new(count, &edges) else { return Estimate::default() };
    let weights = |pick: fn(&(u32, u32)) -> u32| -> Vec<u64> {
        seconds.iter().map(|seconds| u64::from(pick(seconds))).collect()
    };
    let serving = serving(content);
    let until_service = |pick: fn(&(u32, u32)) -> u32| -> Vec<u64> {
        let counts = serving.iter().map(|serves| u64::from(*serves));
        weights(pick).into_iter().zip(counts).map(|(weight, counts)| weight * counts).collect()
    };
    let (Ok(half), Ok(most), Ok(service_half), Ok(service_most)) = (
        graph.critical_path(&weights(|seconds| seconds.0)),
        graph.critical_path(&weights(|seconds| seconds.1)),
        graph.critical_path(&until_service(|seconds| seconds.0)),
        graph.critical_path(&until_service(|seconds| seconds.1)),
    ) else {
        return Estimate::default();
    };
    let unmeasured = |step: &&Step| timing(step).is_none() && is_unmeasured(registry, step);
    let unmeasured = content.steps.iter().filter(unmeasured).count();
    Estimate {
        p50_seconds: half.total(),
        p90_seconds: most.total(),
        service_p50_seconds: service_half.total(),
        service_p90_seconds: service_most.total(),
        sum_seconds: weights(|seconds| seconds.1).iter().sum(),
        unmeasured: u64::try_from(unmeasured).unwrap_or(u64::MAX),
        path: half.path.iter().map(|id| StepId(*id)).collect(),
    }
}

fn is_unmeasured(registry: &Registry, step: &Step) -> bool {
    let act = match step.verb {
        _ if matches!(step.ask, Ask::Claim { .. }) => return false,
        Verb::Create => Act::Create,
        Verb::Update | Verb::Shift => Act::Update,
        Verb::Delete => Act::Delete,
        Verb::Promote => Act::Promote,
        // Nobody knows what stands behind an endpoint, or what a command does.
        Verb::Verify | Verb::Run => return true,
        _ => return false,
    };
    let kind = registry.kind(&step.kind);
    kind.is_some_and(|kind| kind.timing(act).source.starts_with("unmeasured"))
}
