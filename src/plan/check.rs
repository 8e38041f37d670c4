//! A second pair of eyes over any plan, whoever made it: what must hold before a step of it may run.

use std::collections::{BTreeSet, HashMap};

use relight_contract::Address;
use serde_json::Value as Json;

use super::build::identify;
use super::model::{Ask, Content, FORMAT, Plan, Step, StepId};
use crate::expr::Node;

/// What is wrong with a plan that comes from outside, as sentences; empty when nothing is.
pub fn check(plan: &Plan) -> Vec<String> {
    let mut problems = flaws(&plan.content);
    if plan.content.format == FORMAT && identify(&plan.content) != plan.id {
        let problem =
            format!("its content is not what {} stands for: it was changed after planning", plan.id);
        problems.insert(0, problem);
    }
    problems
}

/// What is wrong with the content of a plan, as sentences; empty when nothing is.
pub fn flaws(content: &Content) -> Vec<String> {
    let mut problems = Vec::new();
    if content.format != FORMAT {
        return vec![format!(
            "it has the format {}, and this relight reads the format {FORMAT}",
            content.format
        )];
    }
    let makers = makers(content);
    for (index, step) in content.steps.iter().enumerate() {
        let at = At(step);
        if step.id.0 as usize != index {
            problems.push(format!("{at} stands at position {index}"));
        }
        if let Some(late) = step.after.iter().find(|after| after.0 >= step.id.0) {
            problems.push(format!("{at} follows step {}, which does not come before it", late.0));
        }
        if step.calls() && !content.places.contains_key(&step.place) {
            problems
                .push(format!("{at} goes to the place `{}`, which the plan does not describe", step.place));
        }
        match &step.ask {
            Ask::Update { native_id, .. }
            | Ask::Delete { native_id, .. }
            | Ask::Perform { native_id, .. }
            | Ask::Claim { native_id, .. }
                if native_id.is_empty() =>
            {
                problems.push(format!("{at} names no object"));
            }
            _ => {}
        }
        holes(content, step, &makers, &mut problems);
    }
    problems
}

/// A step in a sentence.
struct At<'s>(&'s Step);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "step {} ({} {})", self.0.id.0, self.0.verb, self.0.address)
    }
}

/// The step that gives the outputs of each address.
fn makers(content: &Content) -> HashMap<&Address, StepId> {
    let steps =
        content.steps.iter().filter(|step| matches!(step.ask, Ask::Create { .. } | Ask::Update { .. }));
    steps.map(|step| (&step.address, step.id)).collect()
}

/// Every hole of a step is in the table, and is filled by steps before it.
fn holes(
    content: &Content,
    step: &Step,
    makers: &HashMap<&Address, StepId>,
    problems: &mut Vec<String>,
) {
    let at = At(step);
    let mut waiting = Vec::new();
    match &step.ask {
        Ask::Create { attributes, .. } => in_json(attributes, &mut waiting),
        Ask::Update { changes, attributes, .. } | Ask::Perform { changes, attributes, .. } => {
            in_json(changes, &mut waiting);
            in_json(attributes, &mut waiting);
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    while let Some(hole) = waiting.pop() {
        if !seen.insert(hole) {
            continue;
        }
        match content.residuals.get(&hole) {
            None => {
                problems.push(format!("{at} waits for the expression {hole}, which the plan does not carry"))
            }
            Some(Node::Output { address, attribute, .. }) => {
                let maker = makers.get(address);
                if maker.is_some_and(|maker| *maker >= step.id) {
                    problems.push(format!("{at} needs `{attribute}` of `{address}`, which is made after it"));
                }
            }
            Some(node) => node.each_operand(&mut |operand| waiting.push(operand.0)),
        }
    }
}

/// The holes that stand in stored JSON.
pub fn in_json(json: &Json, found: &mut Vec<u32>) {
    let mut waiting = vec![json];
    while let Some(next) = waiting.pop() {
        match next {
            Json::Array(items) => waiting.extend(items),
            Json::Object(map) => match map.get("$hole").and_then(Json::as_u64) {
                Some(id) => found.extend(u32::try_from(id).ok()),
                None => waiting.extend(map.values()),
            },
            _ => {}
        }
    }
}
