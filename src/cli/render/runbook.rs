//! A plan as a runbook in Markdown: what to type, what will happen, what to look at, and what to do when it goes wrong.
//!
//! It says nothing of the time, nor of ids that change, so that it can be kept beside the spec and compared.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Act, ControlPlane};

use super::value::{Values, safe};
use super::{count, cut, duration};
use crate::cli::check::markdown_items;
use crate::diag::{Diagnostics, Sources, Span};
use crate::graph::Graph;
use crate::plan::{Ask, Note, Plan, Step, Verb};
use crate::readiness::Disaster;
use crate::spec::GuardKind;
use crate::topology::{Guard, Topology};

/// What a chapter is made of.
pub(in crate::cli) struct Chapter<'a> {
    pub(in crate::cli) topology: &'a Topology,
    pub(in crate::cli) sources: &'a Sources,
    pub(in crate::cli) disaster: Disaster,
    /// The plan, or why there is none.
    pub(in crate::cli) plan: Result<&'a Plan, String>,
    pub(in crate::cli) findings: &'a Diagnostics,
    /// What stands for the incident.
    pub(in crate::cli) incident: &'a str,
    /// Options of every command, each with a blank before it.
    pub(in crate::cli) flags: &'a str,
}

/// The head of the runbook.
pub(in crate::cli) fn title(topology: &Topology, disasters: &[Disaster]) -> String {
    let mut text = format!("# {}: when a region dies\n\n", topology.name);
    text += "Made by `relight runbook` from the spec and from what stands in the clouds. Print it: on the day, the place where \
             it is kept may be gone. Make it anew after every change.\n\n";
    let objective = &topology.objective;
    let promised = [("RTO", objective.rto_seconds), ("RPO", objective.rpo_seconds)];
    let promised: Vec<String> = promised
        .iter()
        .filter_map(|(name, seconds)| Some(format!("{name} {}", duration((*seconds)?))))
        .collect();
    if !promised.is_empty() {
        text += &format!("Promised: {}.\n\n", promised.join(", "));
    }
    for disaster in disasters {
        text += &format!("- [{}](#{})\n", heading(topology, disaster), anchor(&heading(topology, disaster)));
    }
    text + "\n"
}

fn heading(topology: &Topology, disaster: &Disaster) -> String {
    let lost = &topology.site(disaster.lost).name;
    match disaster.takes_over {
        Some(heir) => format!("{lost} is lost, {} takes over", topology.site(heir).name),
        None => format!("{lost} is lost, the others go on"),
    }
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter)).collect()
}

/// One disaster.
pub(in crate::cli) fn render(chapter: &Chapter<'_>) -> String {
    let mut text = format!("## {}\n\n", heading(chapter.topology, &chapter.disaster));
    text += &commands(chapter);
    match &chapter.plan {
        Ok(plan) => {
            text += &what_happens(chapter, plan);
            text += &guards(chapter);
            text += &control_planes(chapter, plan);
            text += &left(plan);
        }
        Err(problem) => {
            let why = match problem.trim() {
                "" => "the spec is wrong then, see below.".to_owned(),
                problem => format!("\n\n```text\n{problem}\n```"),
            };
            text += &format!("### What it does\n\n**It cannot be planned now**: {why}\n\n");
        }
    }
    text += &findings(chapter);
    text + &when_it_fails(chapter) + &home(chapter)
}

fn command(chapter: &Chapter<'_>) -> String {
    let lost = &chapter.topology.site(chapter.disaster.lost).name;
    let heir = chapter.disaster.takes_over.map(|site| format!(" {}", chapter.topology.site(site).name));
    format!(
        "relight failover{} --lost {lost} --incident {}{}",
        heir.unwrap_or_default(),
        chapter.incident,
        chapter.flags
    )
}

fn commands(chapter: &Chapter<'_>) -> String {
    let (command, flags) = (command(chapter), chapter.flags);
    let lost = &chapter.topology.site(chapter.disaster.lost).name;
    format!(
        "1. Decide. `{lost}` does not serve, and will not in time: whoever may decide says so. What was not copied yet is lost.\n\
         2. Look at the plan. Nothing is changed, nothing declared:\n\n   ```sh\n   {command} --dry-run\n   ```\n\n\
         3. Do it, with the name of the incident in the place of `{}`. It shows the plan again, and asks:\n\n   ```sh\n   {command}\n   ```\n\n\
         4. Watch. In another terminal:\n\n   ```sh\n   relight status{flags}\n   ```\n\n\
         5. Tell others who serves. Keep everybody from applying anything in `{lost}` by other means.\n\n",
        chapter.incident
    )
}

/// The steps, in the order in which they begin.
fn what_happens(chapter: &Chapter<'_>, plan: &Plan) -> String {
    let estimate = &plan.envelope.estimate;
    let mut text = "### What it does\n\n".to_owned();
    let failed: Vec<&Note> = plan.content.notes.iter().filter(|note| note.failed).collect();
    for note in &failed {
        text += &format!("- **This stops it:** {}\n", note.message);
    }
    match (plan.content.steps.is_empty(), failed.is_empty()) {
        (true, true) => {
            return text
                + "Nothing has to be done in any cloud: what is declared holds, and what answers goes on.\n\n";
        }
        (true, false) => return text + "\nNothing else can be done.\n\n",
        (false, true) => {}
        (false, false) => text.push('\n'),
    }
    let promised = chapter.topology.objective.rto_seconds;
    let promised =
        promised.map(|seconds| format!(", of an RTO of {}", duration(seconds))).unwrap_or_default();
    text += &format!(
        "About {}{promised}; nine of ten times within {}. Waiting for people is not in it.\n\n\
         | begins after | step | what | takes |\n|---|---|---|---|\n",
        duration(estimate.p50_seconds),
        duration(estimate.p90_seconds),
    );
    for (begin, step) in in_time(plan) {
        let takes = if step.seconds.0 < 5 { String::new() } else { duration(u64::from(step.seconds.0)) };
        let door = if step.one_way { "**one way:** " } else { "" };
        text += &format!(
            "| {} | {} | {door}`{}` {} | {takes} |\n",
            duration(begin),
            label(plan, step),
            step.address,
            told(plan, step)
        );
    }
    text.push('\n');
    let doors: Vec<String> = plan
        .content
        .steps
        .iter()
        .filter(|step| step.one_way)
        .map(|step| format!("`{}`", step.address))
        .collect();
    if !doors.is_empty() {
        text += &format!(
            "{}, which nobody can undo: {}.\n\n",
            count(doors.len() as u64, "one-way door"),
            doors.join(", ")
        );
    }
    for note in plan.content.notes.iter().filter(|note| note.failed) {
        text += &format!("**Not ready** ({}): {}\n\n", note.code, safe(&note.message));
    }
    text
}

/// Steps that do something, with the second in which each begins where all take as long as half of them do.
fn in_time(plan: &Plan) -> Vec<(u64, &Step)> {
    let steps = &plan.content.steps;
    let edges: Vec<(u32, u32)> =
        steps.iter().flat_map(|step| step.after.iter().map(|after| (step.id.0, after.0))).collect();
    let graph = u32::try_from(steps.len()).ok().and_then(|count| Graph::new(count, &edges).ok());
    let order = graph.and_then(|graph| graph.order().ok()).unwrap_or_default();
    let mut ends = vec![0_u64; steps.len()];
    let mut found = Vec::new();
    for id in order {
        let Some(step) = steps.get(id as usize) else { continue };
        let ready = step.after.iter().filter_map(|after| ends.get(after.0 as usize)).max();
        let begin = ready.copied().unwrap_or(0);
        if let Some(end) = ends.get_mut(id as usize) {
            *end = begin + u64::from(step.seconds.0);
        }
        if !matches!(step.ask, Ask::Nothing | Ask::Claim { .. } | Ask::Remember { .. } | Ask::Forget { .. }) {
            found.push((begin, step));
        }
    }
    found.sort_by_key(|(begin, step)| (*begin, step.id));
    found
}

/// The word for a step: that of its change, which says more of an update.
fn label<'p>(plan: &'p Plan, step: &'p Step) -> &'p str {
    let mut changes = plan.content.changes.iter();
    let change = changes.find(|change| step.verb == Verb::Update && change.steps.contains(&step.id));
    change.map_or(step.verb.as_str(), |change| &change.label)
}

/// What a step changes, in a few words.
fn told(plan: &Plan, step: &Step) -> String {
    let change = plan.content.changes.iter().find(|change| change.steps.contains(&step.id));
    let Some(change) = change.filter(|_| step.verb != Verb::Create && step.verb != Verb::Delete) else {
        return String::new();
    };
    let values = Values { residuals: &plan.content.residuals, site: change.address.site.as_deref() };
    let fields = change.fields.iter().map(|field| match values.change(field).as_slice() {
        [line] => format!("{} {}", field.name, cut(line, 60)),
        _ => field.name.clone(),
    });
    fields.collect::<Vec<_>>().join(", ").replace('|', "\\|")
}

/// Probes, gates and hooks that take part, as they are written.
fn guards(chapter: &Chapter<'_>) -> String {
    let topology = chapter.topology;
    let takes_part = |guard: &&Guard| guard.on.is_empty() || guard.on.iter().any(|on| &**on == "failover");
    let kinds = [
        (GuardKind::Gate, "Who is asked", "A gate waits for a person: at the terminal, or `--approve NAME`."),
        (
            GuardKind::Probe,
            "What tells that it is up",
            "Where one of them fails, nothing follows that waits for it.",
        ),
        (GuardKind::Hook, "What else is run", "Commands of your own, with their output in the journal."),
    ];
    let mut text = String::new();
    for (kind, title, sentence) in kinds {
        let of: Vec<&Guard> = topology
            .guards
            .iter()
            .filter(takes_part)
            .filter(|guard| guard.written(topology).kind == kind)
            .collect();
        if of.is_empty() {
            continue;
        }
        text += &format!("### {title}\n\n{sentence}\n\n");
        for guard in of {
            text += &format!("- `{}`: {}\n", guard.label(topology), said(chapter, guard));
        }
        text.push('\n');
    }
    text
}

/// The attributes of a guard, as they stand in the spec.
fn said(chapter: &Chapter<'_>, guard: &Guard) -> String {
    let attributes = guard.written(chapter.topology).attributes.iter();
    let attributes = attributes.map(|attribute| {
        let source = slice(chapter.sources, attribute.value.span);
        format!("{} `{}`", attribute.name.name, source.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    attributes.collect::<Vec<_>>().join(", ")
}

fn slice(sources: &Sources, span: Span) -> &str {
    let text = sources.text(span.file).map_or("", |text| text);
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// Control planes with one home that steps need.
fn control_planes(chapter: &Chapter<'_>, plan: &Plan) -> String {
    let mut needed: BTreeMap<(String, &str), BTreeSet<String>> = BTreeMap::new();
    for step in &plan.content.steps {
        let Some(kind) = chapter.topology.registry.kind(&step.kind) else { continue };
        let Some(operation) = act(step.verb).and_then(|act| kind.operation(act)) else { continue };
        let key = match operation.plane {
            ControlPlane::Data | ControlPlane::Regional => continue,
            ControlPlane::Global(home) => (kind.service.to_owned(), home),
            ControlPlane::Via(service) => (service.to_owned(), chapter.topology.home(kind.provider)),
        };
        needed.entry(key).or_default().insert(format!("`{}`", step.address));
    }
    let mut text = "### What it depends on\n\n".to_owned();
    if needed.is_empty() {
        return text
            + "Nothing outside of the sites that serve: no control plane with one home is needed.\n\n";
    }
    let lost = chapter.topology.site(chapter.disaster.lost);
    for ((service, home), addresses) in needed {
        let gone = if *home == *lost.region {
            ", **the region that is lost**: where it does not answer, say `--allow-unreachable`, and run the command again when it does"
        } else {
            ""
        };
        let addresses = addresses.into_iter().collect::<Vec<_>>().join(", ");
        text += &format!("- the control plane of {service} in `{home}`{gone}: {addresses}\n");
    }
    text + "\n"
}

fn act(verb: Verb) -> Option<Act> {
    Some(match verb {
        Verb::Create => Act::Create,
        Verb::Update => Act::Update,
        Verb::Delete => Act::Delete,
        Verb::Promote => Act::Promote,
        Verb::Demote => Act::Demote,
        Verb::Retire => Act::Retire,
        Verb::Fence => Act::Fence,
        Verb::Shift => Act::Shift,
        Verb::Wait | Verb::Verify | Verb::Approve | Verb::Run => return None,
    })
}

/// What is left as it is, and what is owed.
fn left(plan: &Plan) -> String {
    let mut text = String::new();
    let held: Vec<String> = plan
        .content
        .changes
        .iter()
        .filter_map(|change| {
            Some(format!("- {} `{}`: {}\n", change.label, change.address, safe(change.held.as_ref()?)))
        })
        .collect();
    if !held.is_empty() {
        text += &format!(
            "### What it leaves as it is\n\nSeen, and no part of a failover:\n\n{}\n",
            held.concat()
        );
    }
    if !plan.content.debts.is_empty() {
        text += "### What the lost site owes\n\nNobody can do it there now. Until it is done, keep its writers away from the data.\n\n";
        for debt in &plan.content.debts {
            text += &format!("- {} `{}`: {}\n", debt.verb, debt.address, safe(&debt.why));
        }
        text.push('\n');
    }
    text
}

fn findings(chapter: &Chapter<'_>) -> String {
    if chapter.findings.is_empty() {
        return String::new();
    }
    let items = markdown_items(chapter.findings, chapter.sources);
    format!("### What `relight check` finds\n\n{items}\n")
}

fn when_it_fails(chapter: &Chapter<'_>) -> String {
    let (command, flags) = (command(chapter), chapter.flags);
    format!(
        "### When something fails\n\n\
         - A step failed, or the terminal is gone: what is done stays done. The same command goes on, and so does\n  `relight resume{flags}`.\n\
         - It ends with 7, something does not answer: a global service is gone on without by\n  `{command} --allow-unreachable`.\n\
         - It ends with 5, somebody else is at it: `relight status{flags}` says who. Do not break in.\n\
         - It ends with 4: a check, gate or probe said no. Nothing that waits for it was done; the plan says what.\n\
         - The lost site answers again in the middle: go on. Nothing is written there before `reprotect`.\n\n"
    )
}

fn home(chapter: &Chapter<'_>) -> String {
    let flags = chapter.flags;
    let lost = &chapter.topology.site(chapter.disaster.lost).name;
    format!(
        "### Home again\n\n\
         When `{lost}` is back, and somebody is sure of it:\n\n\
         ```sh\n\
         # What it owes.\n\
         relight status{flags}\n\n\
         # It becomes a standby again. What it was is put aside, and not deleted.\n\
         relight reprotect {lost}{flags} --dry-run\n\
         relight reprotect {lost}{flags}\n\n\
         # At a quiet hour: every site has its role of the spec again.\n\
         relight failback{flags}\n\
         ```\n\n\
         To stay where you are instead: `relight commit{flags}`, and give the sites their new roles in the spec.\n\n"
    )
}
