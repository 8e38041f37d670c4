//! A second pair of eyes over any plan, whoever made it: what must hold before a step of it may run.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use relight_contract::{Address, Role};
use serde_json::Value as Json;

use super::build::identify;
use super::model::{ApproveAsk, Ask, Content, FORMAT, Plan, RunAsk, Step, StepId, VerifyAsk};
use crate::expr::Node;

/// What is wrong with a plan that was stored, as sentences; empty when nothing is.
pub fn check(plan: &Plan) -> Vec<String> {
    let mut problems = Vec::new();
    if plan.content.format == FORMAT && identify(&plan.content) != plan.id {
        problems
            .push(format!("its content is not what {} stands for: it was changed after planning", plan.id));
    }
    problems.extend(flaws(&plan.content));
    problems
}

/// What is wrong with the content of a plan, as sentences; empty when nothing is.
pub fn flaws(content: &Content) -> Vec<String> {
    if content.format != FORMAT {
        return vec![format!(
            "it has the format {}, and this relight reads the format {FORMAT}",
            content.format
        )];
    }
    let mut problems = Vec::new();
    let givers = Givers::new(content);
    let lost = lost(content);
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
        if step.calls() && lost.contains(step.place.as_str()) {
            problems.push(format!("{at} goes to `{}`, which is lost", step.place));
        }
        match &step.ask {
            Ask::Update { native_id, .. }
            | Ask::Delete { native_id, .. }
            | Ask::Perform { native_id, .. }
            | Ask::Claim { native_id, .. }
            | Ask::Remember { native_id }
                if native_id.is_empty() =>
            {
                problems.push(format!("{at} names no object"));
            }
            _ => {}
        }
        holes(content, step, &givers, &mut problems);
    }
    problems
}

/// A step as sentences name it; written only where there is something to say.
struct At<'c>(&'c Step);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} ({} {})", self.0.id.0, self.0.verb, self.0.address)
    }
}

/// Which steps give what holes are filled with.
struct Givers<'c> {
    /// The step that gives the outputs of each address.
    makers: HashMap<&'c Address, StepId>,
    /// The last step that each sound residual waits for, if it waits for any.
    last: HashMap<u32, Option<StepId>>,
}

impl<'c> Givers<'c> {
    fn new(content: &'c Content) -> Givers<'c> {
        let steps = content.steps.iter().filter(|step| {
            matches!(
                step.ask,
                Ask::Create { .. } | Ask::Update { .. } | Ask::Perform { .. } | Ask::Claim { .. }
            )
        });
        let makers = steps.map(|step| (&step.address, step.id)).collect();
        let mut givers = Givers { makers, last: HashMap::with_capacity(content.residuals.len()) };
        for (id, node) in &content.residuals {
            let mut last = Some(None);
            match node {
                Node::Output { address, .. } => last = givers.makers.get(address).map(|maker| Some(*maker)),
                // In a sound table operands stand before what they are operands of.
                node => node.each_operand(&mut |operand| {
                    last = last.and_then(|last| Some(last.max(*givers.last.get(&operand.0)?)));
                }),
            }
            givers.last.extend(last.map(|last| (*id, last)));
        }
        givers
    }
}

/// Every hole of a step is in the table, and is filled by steps before it; what is checked behind the step may be
/// filled by itself.
fn holes(content: &Content, step: &Step, givers: &Givers<'_>, problems: &mut Vec<String>) {
    let (mut before, mut behind) = (Vec::new(), Vec::new());
    match &step.ask {
        Ask::Create { attributes, .. } => in_json(attributes, &mut before),
        Ask::Update { changes, attributes, .. } | Ask::Perform { changes, attributes, .. } => {
            in_json(changes, &mut before);
            in_json(attributes, &mut before);
        }
        Ask::Verify(VerifyAsk { target: first, expect: second, .. })
        | Ask::Approve(ApproveAsk { message: first, approvers: second, .. })
        | Ask::Run(RunAsk { run: first, env: second, .. }) => {
            in_json(first, &mut before);
            in_json(second, &mut before);
        }
        _ => {}
    }
    for condition in &step.conditions {
        let into = if condition.after { &mut behind } else { &mut before };
        in_json(&condition.condition, into);
    }
    outputs(content, before, step, problems, |maker| maker < step.id, givers);
    outputs(content, behind, step, problems, |maker| maker <= step.id, givers);
}

fn outputs(
    content: &Content,
    mut waiting: Vec<u32>,
    step: &Step,
    problems: &mut Vec<String>,
    in_time: impl Fn(StepId) -> bool,
    givers: &Givers<'_>,
) {
    let at = At(step);
    // Only what is wrong is gone through, to say what.
    waiting.retain(|hole| !givers.last.get(hole).is_some_and(|last| last.is_none_or(&in_time)));
    let mut seen = BTreeSet::new();
    while let Some(hole) = waiting.pop() {
        if !seen.insert(hole) {
            continue;
        }
        match content.residuals.get(&hole) {
            None => {
                problems.push(format!("{at} waits for the expression {hole}, which the plan does not carry"))
            }
            Some(Node::Output { address, attribute, .. }) => match givers.makers.get(address) {
                None => {
                    problems.push(format!("{at} needs `{attribute}` of `{address}`, which no step gives"))
                }
                Some(maker) if !in_time(*maker) => {
                    problems.push(format!("{at} needs `{attribute}` of `{address}`, which is made after it"));
                }
                Some(_) => {}
            },
            Some(node) => node.each_operand(&mut |operand| waiting.push(operand.0)),
        }
    }
}

/// The places that no call may go to: those of lost sites.
fn lost(content: &Content) -> BTreeSet<&str> {
    let sites = content.sites.iter();
    sites.filter(|site| site.role == Role::Lost).map(|site| site.name.as_str()).collect()
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
