//! The whole report as Markdown: for the page that is written after an incident or a drill.

use relight_contract::Milliseconds;

use super::lag::when;
use super::model::{Report, ReportedStep, StepEnd, Waits};
use super::moments::ended;
use super::text::headline;
use super::words::{duration, plain, rfc3339};
use crate::plan::Operation;

/// The document.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("# {}\n\n**{}**\n\n", title(report), cell(&headline(report)));
    let run = report.run.as_ref().map(|run| format!("`{run}` of ")).unwrap_or_default();
    let simulated = if report.simulated { ", on simulated clouds" } else { "" };
    text.push_str(&format!("{run}`{}`{simulated}.\n", report.plan));
    for (heading, body) in [
        ("Sites", sites(report)),
        ("The clock", clock(report)),
        ("Promised and kept", promises(report)),
        ("Replicas", replicas(report)),
        ("Approved", approvals(report)),
        ("What went wrong", wrong(report)),
        ("Slower than expected", slow(report)),
        ("Owed by lost sites", debts(report)),
        ("Held: seen, and left as it is", held(report)),
        ("Steps", steps(report)),
        ("API calls", calls(report)),
        ("Timeline", timeline(report)),
    ] {
        if !body.is_empty() {
            text.push_str(&format!("\n## {heading}\n\n{body}"));
        }
    }
    text
}

fn title(report: &Report) -> String {
    let incident = match &report.operation {
        Operation::Failover { incident } => format!(" for {}", cell(incident)),
        _ => String::new(),
    };
    let instance = match report.instance.as_str() {
        "default" | "" => String::new(),
        instance => format!(" ({})", cell(instance)),
    };
    let mut operation = report.operation.command().to_owned();
    // A word of ASCII.
    operation.get_mut(..1).map(str::make_ascii_uppercase);
    format!("{operation} of {}{instance}{incident}", cell(&report.topology))
}

/// A text that neither ends its cell nor becomes markup.
fn cell(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|")
}

/// The same in the type of code, where only bars and ticks mean something.
fn code(text: &str) -> String {
    format!("`{}`", plain(text).replace('`', "'").replace('|', "\\|"))
}

fn table<const COLUMNS: usize>(
    heads: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let body: String = rows.into_iter().map(|row| format!("| {} |\n", row.join(" | "))).collect();
    if body.is_empty() {
        return body;
    }
    format!("| {} |\n|{}\n{body}", heads.join(" | "), " --- |".repeat(COLUMNS))
}

fn sites(report: &Report) -> String {
    let row = |site: &super::model::ReportedSite| {
        let role = match site.before == site.after {
            true => site.after.to_string(),
            false => format!("{} -> {}", site.before, site.after),
        };
        [cell(&site.name), format!("{} {}", cell(&site.provider), cell(&site.region)), role]
    };
    table(["Site", "Where", "Role"], report.sites.iter().map(row))
}

fn clock(report: &Report) -> String {
    let stamps = &report.stamps;
    let all = [
        ("detected", stamps.detected_at),
        ("declared", stamps.declared_at),
        ("approved", stamps.approved_at),
        ("executed", stamps.executed_at),
        ("validated", stamps.validated_at),
    ];
    let first = all.iter().find_map(|(_, at)| *at).unwrap_or_default();
    let rows = all.into_iter().filter_map(|(word, at)| {
        let at = at?;
        Some([word.to_owned(), rfc3339(at), since(first, at)])
    });
    let mut text = table(["Stamp", "When", "Since the first"], rows);
    if report.sessions.len() > 1 {
        let row = |session: &super::model::Session| {
            let end = session.outcome.as_ref().map_or("died".to_owned(), ended);
            [rfc3339(session.began_at), since(session.began_at, session.ended_at), cell(&end)]
        };
        text.push('\n');
        text.push_str(&table(["Session began", "It lasted", "It ended"], report.sessions.iter().map(row)));
    }
    text
}

fn since(from: Milliseconds, to: Milliseconds) -> String {
    match to.checked_sub(from) {
        Some(later) => format!("+{}", duration(later / 1000)),
        None => format!("-{}", duration((from - to) / 1000)),
    }
}

fn promises(report: &Report) -> String {
    let (rto, rpo, run) = (&report.rto, &report.rpo, &report.duration);
    let seconds = |seconds: Option<u64>| seconds.map_or("-".to_owned(), duration);
    let kept = |measured: Option<u64>, promised: Option<u64>| match (measured, promised) {
        (Some(measured), Some(promised)) if measured <= promised => "kept",
        (Some(_), Some(_)) => "**broken**",
        _ => "-",
    };
    let mut rows = Vec::new();
    for (what, measured) in [
        ("RTO, from the detection on", rto.from_detection_seconds),
        ("RTO, from the approval on", rto.from_approval_seconds),
    ] {
        if measured.is_some() {
            let kept = kept(measured, rto.objective_seconds).to_owned();
            rows.push([what.to_owned(), seconds(measured), seconds(rto.objective_seconds), kept]);
        }
    }
    if !rpo.replicas.is_empty() {
        let kept = match rpo.kept {
            Some(true) => "kept",
            Some(false) => "**broken**",
            None => "-",
        };
        let what = "RPO, the replica that was the furthest behind".to_owned();
        rows.push([what, seconds(rpo.lag_seconds), seconds(rpo.objective_seconds), kept.to_owned()]);
    }
    let expected =
        format!("about {}, 9 of 10 within {}", duration(run.p50_seconds), duration(run.p90_seconds));
    let within = kept(run.actual_seconds, Some(run.p90_seconds)).replace("**broken**", "longer");
    rows.push([
        "The run, against its estimate".to_owned(),
        seconds(run.actual_seconds),
        expected,
        within.replace("kept", "within"),
    ]);
    table(["What", "Measured", "Promised", ""], rows)
}

fn replicas(report: &Report) -> String {
    let row = |replica: &super::model::ReplicaLag| {
        let behind = replica.lag_seconds.map_or("unknown".to_owned(), duration);
        let source = replica.source.as_deref().map_or("-".to_owned(), code);
        [code(&replica.address.to_string()), behind, source, cell(&when(replica))]
    };
    table(["Replica", "Behind", "Told by", "Read"], report.rpo.replicas.iter().map(row))
}

fn approvals(report: &Report) -> String {
    let row = |approval: &super::model::Approval| {
        let what = approval.gate.as_ref().map_or("the plan".to_owned(), |gate| code(&gate.to_string()));
        let by = approval.by.as_deref().map_or("-".to_owned(), cell);
        [rfc3339(approval.at), what, by]
    };
    table(["When", "What", "Who"], report.approvals.iter().map(row))
}

fn wrong(report: &Report) -> String {
    let row = |step: &ReportedStep| {
        let why = match (&step.fault, &step.because) {
            (Some(fault), _) => cell(fault),
            (None, Some(because)) => format!("not tried, because of {}", code(&because.to_string())),
            (None, None) => "its end is not known".to_owned(),
        };
        [format!("{} {}", step.label, code(&step.address.to_string())), end(step.end).to_owned(), why]
    };
    let bad = |step: &&ReportedStep| matches!(step.end, StepEnd::Failed | StepEnd::Skipped | StepEnd::Open);
    table(["Step", "End", "Why"], report.steps.iter().filter(bad).map(row))
}

fn slow(report: &Report) -> String {
    let row = |step: &ReportedStep| {
        let usual = duration(u64::from(step.p90_seconds));
        [format!("{} {}", step.label, code(&step.address.to_string())), took(step), usual]
    };
    table(["Step", "Took", "Nine of ten take"], report.slow().map(row))
}

fn debts(report: &Report) -> String {
    let row = |debt: &crate::memory::Debt| {
        [debt.verb.to_string(), code(&debt.address.to_string()), cell(&debt.why)]
    };
    table(["What", "Of what", "Why"], report.debts.iter().map(row))
}

fn held(report: &Report) -> String {
    let row = |held: &super::model::HeldDifference| {
        [cell(&held.verb), code(&held.address.to_string()), cell(&held.why)]
    };
    table(["What", "Of what", "Why"], report.held.iter().map(row))
}

fn steps(report: &Report) -> String {
    let row = |step: &ReportedStep| {
        let expected = match (step.p50_seconds, step.p90_seconds) {
            (0, 0) => "-".to_owned(),
            (half, most) => format!("{}, {}", duration(half.into()), duration(most.into())),
        };
        let what = format!("{} {}", step.label, code(&step.address.to_string()));
        [what, cell(&step.place), end(step.end).to_owned(), expected, took(step), waits(&step.waits)]
    };
    let heads = ["Step", "Place", "End", "Expected: half, nine of ten", "Took", "Waited"];
    table(heads, report.steps.iter().map(row))
}

fn end(end: StepEnd) -> &'static str {
    match end {
        StepEnd::Done => "done",
        StepEnd::Kept => "unchanged",
        StepEnd::Failed => "**failed**",
        StepEnd::Skipped => "skipped",
        StepEnd::Open => "open",
        StepEnd::Waiting => "not begun",
    }
}

fn took(step: &ReportedStep) -> String {
    step.took_milliseconds.map_or("-".to_owned(), |took| duration(took / 1000))
}

/// What a step waited for, longest reasons by name; what took less than a second is left out.
fn waits(waits: &Waits) -> String {
    let timed = [
        (waits.turn_milliseconds, "for its turn"),
        (waits.retry_milliseconds, "before calling again"),
        (waits.cloud_milliseconds, "for the cloud"),
    ];
    let timed = timed
        .into_iter()
        .filter(|(milliseconds, _)| *milliseconds >= 1000)
        .map(|(milliseconds, what)| format!("{} {what}", duration(milliseconds / 1000)));
    let counted = [(waits.retries, "retry", "retries"), (waits.doubts, "doubt", "doubts")];
    let counted = counted
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }));
    let throttled = (waits.throttled > 0).then(|| format!("{} of them throttled", waits.throttled));
    let all: Vec<String> = timed.chain(counted).chain(throttled).collect();
    if all.is_empty() { "-".to_owned() } else { all.join(", ") }
}

fn calls(report: &Report) -> String {
    let row = |calls: &super::model::Calls| {
        [
            cell(&calls.region),
            code(&calls.call),
            calls.attempts.to_string(),
            calls.throttled.to_string(),
            calls.failed.to_string(),
        ]
    };
    table(["Region", "Call", "Attempts", "Throttled", "Failed"], report.calls.iter().map(row))
}

fn timeline(report: &Report) -> String {
    let began = report.timeline.first().map_or(0, |moment| moment.at);
    let row =
        |moment: &super::model::Moment| [rfc3339(moment.at), since(began, moment.at), cell(&moment.said)];
    table(["When", "", "What"], report.timeline.iter().map(row))
}
