//! The probes, gates and hooks of a plan as text.

use serde_json::Value as Json;

use super::cut;
use super::plan::View;
use super::value::{Values, safe};
use crate::cli::terminal::Colour;
use crate::plan::{ApproveAsk, Ask, Plan, ProbeWay, RunAsk, Step, VerifyAsk};

/// What is asked and run on the way, in the order of the plan.
pub(super) fn render(plan: &Plan, view: View, text: &mut String) {
    let guards: Vec<&Step> = plan.content.steps.iter().filter(|step| step.ask.is_guard()).collect();
    if guards.is_empty() {
        return;
    }
    text.push_str(&format!("{}\n", view.paint.strong("asked and run on the way")));
    let values = Values { residuals: &plan.content.residuals, site: None };
    let width = guards.iter().map(|step| step.address.to_string().chars().count()).max().unwrap_or(0);
    for step in guards {
        let (mark, colour) = match &step.ask {
            Ask::Run(_) => (">", Colour::Cyan),
            Ask::Approve(_) => ("?", Colour::Magenta),
            _ => ("?", Colour::Cyan),
        };
        let label = view.paint.paint(colour, &format!("{mark:>3} {:8}", step.verb.as_str()));
        let address = step.address.to_string();
        let room = view.width.saturating_sub(16 + width);
        let line = format!(" {label} {address:width$}  {}", cut(&said(&step.ask, &values), room));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
}

/// What it asks, in a line.
fn said(ask: &Ask, values: &Values<'_>) -> String {
    match ask {
        Ask::Approve(ApproveAsk { message, approvers, quorum, .. }) => {
            let who = match approvers.as_array() {
                Some(who) => format!("  ({quorum} of {})", words(who, values)),
                None => String::new(),
            };
            format!("{}{who}", values.line(message))
        }
        Ask::Verify(VerifyAsk { way, target, .. }) => match (way, target) {
            (ProbeWay::Command, Json::Array(items)) => words(items, values),
            (ProbeWay::Tcp, Json::String(text)) => format!("tcp {}", safe(text)),
            (ProbeWay::Dns, Json::String(text)) => format!("dns {}", safe(text)),
            (_, Json::String(text)) => safe(text),
            (_, other) => values.line(other),
        },
        Ask::Run(RunAsk { run: Json::Array(items), .. }) => words(items, values),
        Ask::Run(RunAsk { run, .. }) => values.line(run),
        _ => String::new(),
    }
}

fn words(items: &[Json], values: &Values<'_>) -> String {
    let word = |item: &Json| item.as_str().map_or_else(|| values.line(item), safe);
    items.iter().map(word).collect::<Vec<_>>().join(" ")
}
