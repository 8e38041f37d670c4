//! Targets: what each step of a plan works on, looked up once, and how the steps hang together.

use std::collections::BTreeMap;
use std::sync::Arc;

use relight_contract::{Address, Kind, Name, Object, Place, Registry, Type, Value};

use super::RunError;
use super::limits::LimitKey;
use crate::graph::Graph;
use crate::plan::{Ask, Plan, Step, StepId};

/// What a step works on.
pub(super) struct Target {
    pub(super) kind: &'static Kind,
    pub(super) place: Arc<Place>,
    /// The other half of a replacement: the step that deletes the old object, or the one that makes the new one.
    pub(super) partner: Option<StepId>,
    /// The owner tag of its address.
    pub(super) owner: relight_contract::Owner,
}

/// The targets of a plan's steps, by position.
pub(super) struct Targets {
    /// None for a step that asks no cloud.
    list: Vec<Option<Target>>,
    /// Seconds of the longest path from each step on, its own included.
    remaining: Vec<u64>,
    dependents: Graph,
}

impl Targets {
    pub(super) fn new(plan: &Plan, registry: &Registry) -> Result<Targets, RunError> {
        let steps = &plan.content.steps;
        let edges: Vec<(u32, u32)> =
            steps.iter().flat_map(|step| step.after.iter().map(|before| (step.id.0, before.0))).collect();
        let count = u32::try_from(steps.len()).map_err(|_| RunError::Plan("too many steps".to_owned()))?;
        let graph = Graph::new(count, &edges).map_err(|error| RunError::Plan(error.to_string()))?;
        let weights: Vec<u64> = steps.iter().map(|step| u64::from(plan.seconds(step).0).max(1)).collect();
        let critical =
            graph.critical_path(&weights).map_err(|cycle| RunError::Plan(format!("a cycle: {cycle:?}")))?;
        let places = places(plan)?;
        let partners = partners(plan);
        let mut list = Vec::with_capacity(steps.len());
        for (position, step) in steps.iter().enumerate() {
            if step.id.0 as usize != position {
                return Err(RunError::Plan(format!("step {} stands at position {position}", step.id.0)));
            }
            if step.ask.is_guard() {
                list.push(None);
                continue;
            }
            let place = places
                .get(step.place.as_str())
                .ok_or_else(|| RunError::Plan(format!("it names the unknown place `{}`", step.place)))?;
            let kind = registry
                .kind(&step.kind)
                .ok_or_else(|| RunError::Plan(format!("it names the unknown kind `{}`", step.kind)))?;
            list.push(Some(Target {
                kind,
                place: Arc::clone(place),
                partner: partners.get(&step.id).copied(),
                owner: owner(plan, step),
            }));
        }
        Ok(Targets { list, remaining: critical.remaining, dependents: graph.dependents() })
    }

    /// What a step works on.
    pub(super) fn get(&self, id: StepId) -> Option<&Target> {
        self.list.get(id.0 as usize)?.as_ref()
    }

    /// Seconds of the longest path from a step on, its own included.
    pub(super) fn remaining(&self, id: StepId) -> u64 {
        self.remaining.get(id.0 as usize).copied().unwrap_or(0)
    }

    /// The window that the call of a step that changes something takes from. What asks no cloud takes from none.
    pub(super) fn limit(&self, id: StepId) -> LimitKey {
        let none = || LimitKey { place: Name::from(""), service: "", changes: false };
        self.get(id).map_or_else(none, |target| target.limit(true))
    }

    /// The steps that wait for this one.
    pub(super) fn dependents(&self, id: StepId) -> impl Iterator<Item = StepId> + '_ {
        self.dependents.dependencies(id.0).iter().map(|next| StepId(*next))
    }
}

impl Target {
    /// The window that a call takes from.
    pub(super) fn limit(&self, changes: bool) -> LimitKey {
        LimitKey { place: self.place.name.clone(), service: self.kind.service, changes }
    }
}

fn owner(plan: &Plan, step: &Step) -> relight_contract::Owner {
    let id = match &step.ask {
        Ask::Create { owner, .. } | Ask::Claim { owner, .. } | Ask::Perform { owner: Some(owner), .. } => {
            owner.clone()
        }
        _ => step.address.owner(&plan.content.topology, &plan.content.instance),
    };
    let mark = match &step.ask {
        Ask::Claim { mark, .. } => mark.clone(),
        _ => None,
    };
    relight_contract::Owner { id, address: step.address.clone(), mark }
}

/// The places of a plan, by name.
pub fn places(plan: &Plan) -> Result<BTreeMap<&str, Arc<Place>>, RunError> {
    let place = |name: &str, planned: &crate::plan::PlannedPlace| -> Result<Arc<Place>, RunError> {
        let settings = Value::from_json(&planned.settings, &Type::Dynamic)
            .map_err(|error| RunError::Plan(format!("settings of `{name}`: {error}")))?;
        Ok(Arc::new(Place {
            name: name.into(),
            provider: planned.provider.as_str().into(),
            region: planned.region.as_str().into(),
            account: planned.account.as_deref().map(Into::into),
            global: planned.global,
            settings: settings.as_entries().cloned().unwrap_or_else(Object::new),
        }))
    };
    plan.content.places.iter().map(|(name, planned)| Ok((name.as_str(), place(name, planned)?))).collect()
}

/// The two steps of each replacement, each naming the other.
fn partners(plan: &Plan) -> BTreeMap<StepId, StepId> {
    let mut creates: BTreeMap<&Address, StepId> = BTreeMap::new();
    for step in &plan.content.steps {
        if matches!(step.ask, Ask::Create { .. }) {
            creates.insert(&step.address, step.id);
        }
    }
    let mut partners = BTreeMap::new();
    for step in &plan.content.steps {
        if let (Ask::Delete { replaced: true, .. }, Some(create)) = (&step.ask, creates.get(&step.address)) {
            partners.insert(step.id, *create);
            partners.insert(*create, step.id);
        }
    }
    partners
}
