//! A plan as text.

use std::collections::BTreeMap;

use relight_contract::Role;
use serde_json::Value as Json;

use super::value::{Values, safe};
use super::{count, cut, duration, guards, mark, readiness};
use crate::cli::terminal::{Colour, Paint};
use crate::diag::codes;
use crate::plan::{Action, Ask, Conclusion, Note, Operation, PerformAct, Plan, PlannedChange, is_measured};

/// How a plan is shown.
#[derive(Clone, Copy)]
pub(in crate::cli) struct View {
    pub(in crate::cli) paint: Paint,
    /// Columns; lines are cut there.
    pub(in crate::cli) width: usize,
    /// Whether every field of what is created is shown.
    pub(in crate::cli) details: bool,
    /// The objective that the estimate is held against, in seconds.
    pub(in crate::cli) rto_seconds: Option<u64>,
}

/// How many changes there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Counts {
    pub(in crate::cli) create: u64,
    pub(in crate::cli) update: u64,
    pub(in crate::cli) replace: u64,
    pub(in crate::cli) delete: u64,
    pub(in crate::cli) adopt: u64,
    pub(in crate::cli) forget: u64,
    pub(in crate::cli) mark: u64,
    pub(in crate::cli) held: u64,
}

impl Counts {
    pub(in crate::cli) fn of(plan: &Plan) -> Counts {
        let mut counts = Counts::default();
        for change in &plan.content.changes {
            let counter = match change.action {
                _ if change.held.is_some() => &mut counts.held,
                Action::Create => &mut counts.create,
                Action::Update => &mut counts.update,
                Action::Replace => &mut counts.replace,
                Action::Delete => &mut counts.delete,
                Action::Keep if change.label == "mark" => &mut counts.mark,
                Action::Adopt | Action::Keep => &mut counts.adopt,
                Action::Forget => &mut counts.forget,
            };
            *counter += 1;
        }
        counts
    }

    /// `3 to create, 1 to delete`; `None` for nothing to do.
    pub(in crate::cli) fn sentence(&self) -> Option<String> {
        let parts = [
            (self.create, "create"),
            (self.update, "update"),
            (self.replace, "replace"),
            (self.delete, "delete"),
            (self.adopt, "adopt"),
            (self.forget, "forget"),
            (self.mark, "mark"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(number, verb)| format!("{number} to {verb}"))
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The whole text.
pub(in crate::cli) fn render(plan: &Plan, view: View) -> String {
    let mut text = header(plan, view);
    for (group, changes) in groups(plan) {
        text.push_str(&format!("{}\n", view.paint.strong(&group.title)));
        let writer =
            Writer { plan, view, values: Values { residuals: &plan.content.residuals, site: group.site } };
        let width = writer.address_width(&changes);
        for change in changes {
            writer.change(change, width, &mut text);
        }
        text.push('\n');
    }
    guards::render(plan, view, &mut text);
    held(plan, view, &mut text);
    notes(plan, view, &mut text);
    outputs(plan, view, &mut text);
    text.push_str(&summary(plan, view));
    text
}

/// One heading with what belongs under it.
pub(in crate::cli) struct Group<'p> {
    pub(in crate::cli) title: String,
    pub(in crate::cli) site: Option<&'p str>,
}

/// What is to be done, by site in spec order; what belongs to none stands first, under its provider.
pub(in crate::cli) fn groups(plan: &Plan) -> Vec<(Group<'_>, Vec<&PlannedChange>)> {
    let content = &plan.content;
    let mut by_place: BTreeMap<(usize, &str), Vec<&PlannedChange>> = BTreeMap::new();
    for change in content.changes.iter().filter(|change| change.held.is_none()) {
        let site = change.address.site.as_deref();
        let position = content.sites.iter().position(|known| Some(known.name.as_str()) == site);
        let key = match (position, site) {
            (Some(position), Some(site)) => (position + 1, site),
            (None, Some(site)) => (usize::MAX, site),
            _ => (0, change.kind.split('_').next().unwrap_or_default()),
        };
        by_place.entry(key).or_default().push(change);
    }
    let title = |(position, name): (usize, &str)| {
        let site = content.sites.iter().find(|site| position > 0 && site.name == name);
        let title = match site {
            _ if position == 0 => format!("{name} (no one site)"),
            // What steers traffic away from it stands elsewhere.
            Some(site) if site.role == Role::Lost => format!("{name} (by global services)"),
            _ => name.to_owned(),
        };
        Group { title, site: site.map(|site| site.name.as_str()) }
    };
    by_place.into_iter().map(|(key, changes)| (title(key), changes)).collect()
}

fn header(plan: &Plan, view: View) -> String {
    let content = &plan.content;
    let operation = content.operation.command();
    let incident = match &content.operation {
        Operation::Failover { incident } => format!(" for {}", safe(incident)),
        Operation::DrillStart { site } | Operation::DrillStop { site } => format!(", {}", safe(site)),
        _ => String::new(),
    };
    let instance =
        if content.instance == "default" { String::new() } else { format!(" ({})", content.instance) };
    let simulated = if plan.envelope.simulated { "   simulated clouds" } else { "" };
    let title = format!("{operation} {}{instance}{incident}", content.topology);
    let mut text = format!("{}   {}{simulated}\n\n", view.paint.strong(&title), plan.id);
    let name = content.sites.iter().map(|site| site.name.len()).max().unwrap_or(0);
    let place =
        content.sites.iter().map(|site| site.provider.len() + 1 + site.region.len()).max().unwrap_or(0);
    for site in &content.sites {
        let region = format!("{} {}", site.provider, site.region);
        let declared = content.declares.iter().find(|declared| declared.site == site.name);
        let from = declared.map(|declared| format!("{} -> ", role_of(declared.from))).unwrap_or_default();
        let role = match site.role {
            Role::Lost => format!("{from}lost: no calls are made there"),
            role => format!("{from}{}", role_of(role)),
        };
        let role = match &site.declared {
            Some(declared) => format!("{role} ({declared})"),
            None => role,
        };
        let unreachable = match &site.unreachable {
            Some(reason) if site.role != Role::Lost => {
                view.paint.bold(Colour::Red, &format!("   cannot be read: {}", safe(reason)))
            }
            _ => String::new(),
        };
        text.push_str(&format!("  {:name$}   {region:place$}   {role}{unreachable}\n", site.name));
    }
    text + "\n"
}

fn role_of(role: Role) -> String {
    match role {
        Role::Standby(posture) => format!("standby, {posture}"),
        other => other.to_string(),
    }
}

struct Writer<'p> {
    plan: &'p Plan,
    view: View,
    values: Values<'p>,
}

impl Writer<'_> {
    /// One column for all addresses of a group, unless a few are far longer than others.
    fn address_width(&self, changes: &[&PlannedChange]) -> usize {
        let widths = changes.iter().map(|change| self.values.address(&change.address).chars().count());
        widths.max().unwrap_or(0).min(self.view.width / 2)
    }

    /// The name that the object of a change gets which makes room for a replica.
    fn put_aside(&self, change: &PlannedChange) -> Option<String> {
        let mut steps = change.steps.iter().filter_map(|id| self.plan.content.steps.get(id.0 as usize));
        steps.find_map(|step| match &step.ask {
            Ask::Perform { act: PerformAct::Retire, changes, .. } => {
                changes.as_object()?.values().find_map(Json::as_str).map(str::to_owned)
            }
            _ => None,
        })
    }

    fn change(&self, change: &PlannedChange, width: usize, text: &mut String) {
        let (mark, colour) = mark(change);
        let one_way = change
            .steps
            .iter()
            .filter_map(|id| self.plan.content.steps.get(id.0 as usize))
            .any(|s| s.one_way);
        let (mark, colour) = if one_way { ("!", Colour::Red) } else { (mark, colour) };
        let address = self.values.address(&change.address);
        let label = self.view.paint.paint(colour, &format!("{mark:>3} {:8}", change.label));
        let time = self.view.paint.paint(Colour::Grey, &format!("{:>7}", self.time(change)));
        let used = 14 + width.max(address.chars().count()) + 11;
        let (inline, lines) = self.said(change, self.view.width.saturating_sub(used));
        let inline = match (one_way, inline.is_empty()) {
            (true, true) => "one way: cannot be undone".to_owned(),
            (true, false) => format!("one way: cannot be undone; {inline}"),
            (false, _) => inline,
        };
        let line = format!(" {label} {address:width$}  {time}  {inline}");
        text.push_str(line.trim_end());
        text.push('\n');
        if let Some(name) = self.put_aside(change) {
            let what =
                format!("what stands there is put aside as `{name}` and kept; a replica takes its place");
            text.push_str(&format!("{:16}{what}\n", ""));
        }
        for line in lines {
            text.push_str(&format!("{:16}{line}\n", ""));
        }
    }

    /// What is said beside the address, and on lines below it.
    fn said(&self, change: &PlannedChange, room: usize) -> (String, Vec<String>) {
        let maybe = if change.maybe { "maybe: " } else { "" };
        match change.action {
            Action::Create => {
                let attributes = self.attributes(change);
                match self.view.details {
                    true => (String::new(), self.details(&attributes)),
                    false => (self.gist(&attributes, room), Vec::new()),
                }
            }
            Action::Update | Action::Replace | Action::Adopt
                if change.action != Action::Adopt || !change.fields.is_empty() =>
            {
                let fields = self.fields(change);
                let short = fields.iter().all(|(_, lines)| lines.len() == 1);
                let inline: Vec<String> =
                    fields.iter().map(|(name, lines)| format!("{name} {}", lines.join(" "))).collect();
                let inline = format!("{maybe}{}", inline.join(", "));
                if short && fields.len() <= 2 && inline.chars().count() <= room {
                    return (inline, Vec::new());
                }
                let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
                let mut below = Vec::new();
                for (name, lines) in fields {
                    match lines.as_slice() {
                        [line] => below.push(format!("{name:width$}  {line}")),
                        lines => {
                            below.push(name);
                            below.extend(lines.iter().map(|line| format!("  {line}")));
                        }
                    }
                }
                let why = if change.fields.is_empty() || change.action == Action::Replace {
                    &change.why
                } else {
                    ""
                };
                (format!("{maybe}{}", cut(&safe(why), room)), below)
            }
            _ => (cut(&format!("{maybe}{}", safe(&change.why)), room), Vec::new()),
        }
    }

    fn fields(&self, change: &PlannedChange) -> Vec<(String, Vec<String>)> {
        let field = |field: &crate::plan::FieldChange| {
            let mut lines = self.values.change(field);
            if field.forces_replacement
                && let Some(last) = lines.last_mut()
            {
                last.push_str(&self.view.paint.paint(Colour::Magenta, "  (forces the replacement)"));
            }
            (field.name.clone(), lines)
        };
        change.fields.iter().map(field).collect()
    }

    /// The attributes that a creation gives.
    fn attributes(&self, change: &PlannedChange) -> Vec<(String, Json)> {
        let steps = change.steps.iter().filter_map(|id| self.plan.content.steps.get(id.0 as usize));
        let given = steps.into_iter().find_map(|step| match &step.ask {
            Ask::Create { attributes: Json::Object(map), .. } => Some(map),
            _ => None,
        });
        let given = given.into_iter().flatten().filter(|(_, value)| !value.is_null());
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The few attributes that tell most: short known values.
    fn gist(&self, attributes: &[(String, Json)], room: usize) -> String {
        let mut gist = String::new();
        // Names first, then other words, then sizes; what only describes comes last.
        let rank = |(name, value): &&(String, Json)| match value {
            Json::String(text) if text.len() > 40 || text.contains('\n') => None,
            Json::String(_) if name.contains("description") || name.contains("comment") => Some(3),
            Json::String(_) if name == "name" || name.ends_with("_name") || name.contains("identifier") => {
                Some(0)
            }
            Json::String(_) => Some(1),
            Json::Number(_) => Some(2),
            _ => None,
        };
        let mut telling: Vec<(u8, &(String, Json))> =
            attributes.iter().filter_map(|entry| Some((rank(&entry)?, entry))).collect();
        telling.sort_by_key(|(rank, _)| *rank);
        for (_, (name, value)) in telling {
            let part = format!("{name} {}", self.values.line(value));
            let comma = if gist.is_empty() { "" } else { ", " };
            if gist.chars().count() + comma.len() + part.chars().count() > room {
                break;
            }
            gist.push_str(comma);
            gist.push_str(&part);
        }
        gist
    }

    fn details(&self, attributes: &[(String, Json)]) -> Vec<String> {
        let width = attributes.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (name, value) in attributes {
            let text = self.values.text(value);
            let text = cut_each(&text, self.view.width.saturating_sub(16));
            lines.extend(format!("{name:width$} = {text}").lines().map(str::to_owned));
        }
        lines
    }

    fn time(&self, change: &PlannedChange) -> String {
        let steps = change.steps.iter().filter_map(|id| self.plan.content.steps.get(id.0 as usize));
        // Nothing waits for tags.
        let steps = steps.filter(|step| !matches!(step.ask, Ask::Claim { .. }));
        match steps.map(|step| u64::from(self.plan.seconds(step).0)).sum() {
            0..5 => String::new(),
            seconds => format!("~{}", duration(seconds)),
        }
    }
}

fn cut_each(text: &str, columns: usize) -> String {
    text.lines().map(|line| cut(line, columns)).collect::<Vec<_>>().join("\n")
}

fn held(plan: &Plan, view: View, text: &mut String) {
    let held: Vec<_> =
        plan.content.changes.iter().filter_map(|change| Some((change, change.held.as_ref()?))).collect();
    if held.is_empty() {
        return;
    }
    text.push_str(&format!("{}\n", view.paint.strong("held: seen, and left as it is")));
    for (change, reason) in held {
        text.push_str(&format!("   . {:8} {}\n{:16}{}\n", change.label, change.address, "", safe(reason)));
    }
    text.push('\n');
}

fn notes(plan: &Plan, view: View, text: &mut String) {
    let (failed, others): (Vec<&Note>, Vec<&Note>) = plan.content.notes.iter().partition(|note| note.failed);
    for (title, notes, colour) in [("checks that fail", failed, Colour::Red), ("notes", others, Colour::Grey)]
    {
        if notes.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", view.paint.bold(colour, title)));
        for note in notes {
            let address = note.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
            text.push_str(&format!("   {} {address}{}\n", note.code, safe(&note.message)));
        }
        text.push('\n');
    }
}

fn outputs(plan: &Plan, view: View, text: &mut String) {
    // Those that stay as they are need no reading.
    let mut holes = Vec::new();
    plan.content.outputs.values().for_each(|output| crate::plan::in_json(&output.value, &mut holes));
    if holes.is_empty() || plan.is_empty() || plan.content.operation != Operation::Apply {
        return;
    }
    let values = Values { residuals: &plan.content.residuals, site: None };
    text.push_str(&format!("{}\n", view.paint.strong("outputs afterwards")));
    let width = plan.content.outputs.keys().map(String::len).max().unwrap_or(0);
    for (name, output) in &plan.content.outputs {
        let value =
            if output.sensitive { "(sensitive value)".to_owned() } else { values.line(&output.value) };
        text.push_str(&format!("   {name:width$} = {}\n", cut(&value, view.width.saturating_sub(width + 6))));
    }
    text.push('\n');
}

/// Whether there is a place that was not read, lost or out of reach: what it would say is not known.
pub(in crate::cli) fn is_unread(plan: &Plan) -> bool {
    let of_a_place = |note: &Note| note.code == codes::SITE_UNREACHABLE.id() && note.address.is_none();
    plan.content.notes.iter().any(of_a_place)
}

/// What is said of a plan without steps that does not know everything.
fn nothing_read(kept: u64, held: &str, view: View) -> String {
    let (title, rest) = match (kept, held) {
        (0, "") => ("Nothing is planned: not everything can be read.", String::new()),
        (1, "") => {
            ("No changes in what can be read.", " The one object there is as the spec says.".to_owned())
        }
        (_, "") => {
            ("No changes in what can be read.", format!(" All {kept} objects there are as the spec says."))
        }
        _ => ("No changes in what can be read.", format!(" {kept} unchanged{held}.")),
    };
    format!("{}{rest}\n", view.paint.strong(title))
}

/// The last lines: how much, and how long.
pub(in crate::cli) fn summary(plan: &Plan, view: View) -> String {
    let counts = Counts::of(plan);
    let kept = plan.content.kept;
    let held = if counts.held > 0 { format!(", {} held", counts.held) } else { String::new() };
    let Some(sentence) = counts.sentence() else {
        let accepts = match plan.content.concludes {
            Some(Conclusion::Accepted) => {
                "Accepts the declared roles: they stay until somebody moves them.\n"
            }
            _ => "",
        };
        if is_unread(plan) {
            return nothing_read(kept, &held, view) + accepts;
        }
        let rest = match (plan.content.operation.destroys(), kept) {
            (true, _) | (_, 0) => "Nothing is there, and nothing is asked for.".to_owned(),
            (_, 1) => "The one object is as the spec says.".to_owned(),
            _ => format!("All {kept} objects are as the spec says."),
        };
        let rest = if counts.held > 0 { format!("{kept} unchanged{held}.") } else { rest };
        let accepts = match plan.content.concludes {
            Some(Conclusion::Accepted) => {
                "The declared roles are accepted: they stay until somebody moves them.\n"
            }
            _ => "",
        };
        return format!("{} {rest}\n{accepts}{}", view.paint.strong("No changes."), readiness::line(plan));
    };
    let unchanged = if kept > 0 { format!("; {kept} unchanged") } else { String::new() };
    let mut text = format!("{}{unchanged}{held}.\n", view.paint.strong(&sentence));
    let one_way = plan.content.steps.iter().filter(|step| step.one_way).count() as u64;
    if one_way > 0 {
        text.push_str(&format!("{}: cannot be undone.\n", count(one_way, "one-way door")));
    }
    text.push_str(&estimate(plan, view));
    text.push_str(&readiness::line(plan));
    text
}

/// How long it will take, and how much of that anybody has measured.
pub(in crate::cli) fn estimate(plan: &Plan, view: View) -> String {
    let estimate = &plan.envelope.estimate;
    let steps = plan.content.steps.iter().filter(|step| step.calls() || step.ask.is_guard()).count() as u64;
    // Whatever makes nobody a primary recovers nothing.
    let recovers = !matches!(
        plan.content.operation,
        Operation::Reprotect | Operation::Commit { .. } | Operation::DrillStop { .. }
    );
    let rto = view.rto_seconds.or(plan.envelope.objective.rto_seconds).filter(|_| recovers);
    let rto = rto.map(|seconds| format!(" of an RTO of {}", duration(seconds))).unwrap_or_default();
    let unmeasured = match estimate.unmeasured {
        0 => String::new(),
        all if all >= steps => "; nobody has measured any of its steps".to_owned(),
        some => format!("; {some} of {} are unmeasured guesses", count(steps, "step")),
    };
    let learned = plan.content.steps.iter().filter(|step| plan.is_learned(step)).count();
    let learned = match learned {
        0 => String::new(),
        some => format!("; {some} as earlier runs took"),
    };
    let (mut half, mut most) = (estimate.p50_seconds, estimate.p90_seconds);
    let mut rest = String::new();
    if is_measured(&plan.content.operation) && estimate.service_p50_seconds < half {
        rest = format!(", {} until all is done", duration(half));
        (half, most) = (estimate.service_p50_seconds, estimate.service_p90_seconds);
    }
    let (half, most) = (duration(half), duration(most));
    let steps = count(steps, "step");
    let mut text =
        format!("{steps}, about {half}{rto} (9 of 10 runs within {most}){rest}{unmeasured}{learned}.\n");
    if let Some(lag) = plan.envelope.lags.iter().max_by_key(|lag| lag.lag_seconds) {
        let behind = duration(lag.lag_seconds);
        let (rpo, colour) = match plan.envelope.objective.rpo_seconds {
            Some(rpo) if lag.lag_seconds > rpo => {
                (format!(" of {}, more than promised", duration(rpo)), Colour::Red)
            }
            Some(rpo) => (format!(" of {}", duration(rpo)), Colour::Grey),
            None => (String::new(), Colour::Grey),
        };
        let said = match colour {
            Colour::Red => view.paint.bold(colour, &format!("RPO {behind}{rpo}")),
            _ => format!("RPO {behind}{rpo}"),
        };
        let state = if lag.lag_seconds == 0 { "is not behind now" } else { "is as far behind now" };
        text.push_str(&format!("{said}: {} {state}.\n", lag.address));
    }
    text
}
