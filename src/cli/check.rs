//! `check`: what would go wrong on the day when a site is lost, as far as the spec shows it. No cloud is asked.

use super::arguments::{Format, Values};
use super::console::unknown_site;
use super::exit::{Exit, Reason};
use super::problem::Problem;
use super::session::Session;
use super::{Cli, Outcome};
use crate::diag::json::DiagnosticReport;
use crate::diag::{Diagnostic, Diagnostics, Severity, Sources, text};
use crate::plan::Readiness;
use crate::readiness::{self, Disaster, Question};
use crate::shell::pipeline::{Bound, Planned};
use crate::topology::{SiteId, Topology};

/// What is typed behind `check`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The spec is evaluated as it is in peacetime, and as it would be in every disaster that it prepares \
                  for. Ends with 4 when there is an error: then a recovery would fail, or lose data."
)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) values: Values,
    /// Think of the loss of this site only
    #[arg(long, value_name = "SITE")]
    pub(super) lost: Option<String>,
    /// End with 4 for warnings, too
    #[arg(long)]
    pub(super) strict: bool,
}

/// The stack of the thread that looks for findings, in bytes: that of a process.
const STACK_BYTES: usize = 8 << 20;

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

pub(super) fn run(options: &CheckArguments, cli: &mut Cli<'_>) -> Outcome {
    cli.formats(&[Format::Text, Format::Json, Format::Markdown])?;
    let session = Session::load(cli, &options.values)?;
    let bound = session.bound(cli)?;
    let topology = &bound.topology;
    let lost = options.lost.as_deref().map(|name| lost(topology, name)).transpose()?;
    let Some(findings) = findings(bound, lost) else {
        return Err(
            Problem::new("the spec is wrong in peacetime already").hint("`relight validate` says how")
        );
    };
    let text = match cli.globals.format {
        Format::Json => {
            let report = DiagnosticReport::new(&findings, &session.sources);
            serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
        }
        Format::Markdown => markdown(&findings, &session.sources),
        _ => {
            let style = cli.terminal.diagnostics();
            let found = by_severity(&findings).into_iter();
            let found: String =
                found.map(|one| text::render_one(one, &session.sources, style) + "\n").collect();
            found + &summary(topology, lost, &findings)
        }
    };
    cli.terminal.out(&text);
    let errors = findings.has_errors();
    let strictly = options.strict && findings.count(Severity::Warning) > 0;
    Ok(Exit::success().and_if(errors || strictly, Reason::CheckFailed))
}

/// The one site that is thought of as lost.
fn lost(topology: &Topology, name: &str) -> Result<SiteId, Problem> {
    let site = topology.site_named(name).ok_or_else(|| unknown_site(topology, name))?;
    match readiness::disasters(topology).iter().any(|disaster| disaster.lost == site) {
        true => Ok(site),
        false if topology.site(site).role == relight_contract::Role::Primary => Ok(site),
        false => Err(Problem::new(format!("`{name}` serves nothing that another site could take over"))
            .hint("name a primary: its loss is what a standby is for")),
    }
}

/// What is found in a spec; `None` where it is wrong in peacetime.
pub(super) fn findings(bound: &Bound, lost: Option<SiteId>) -> Option<Diagnostics> {
    readiness::check(&Question { topology: &bound.topology, files: &bound.files, now: None, lost })
}

/// The findings as they are shown: the worst first, then in the order of the source.
fn by_severity(findings: &Diagnostics) -> Vec<&Diagnostic> {
    let mut sorted = findings.sorted();
    sorted.sort_by_key(|one| one.severity);
    sorted
}

/// Makes a plan, looks at the same time for what its spec is not ready for, and writes down how much that is.
pub(super) fn beside(bound: &Bound, plan: impl FnOnce() -> Option<Planned>) -> Option<Planned> {
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().name("check".to_owned()).stack_size(STACK_BYTES);
        // A plan is a plan without it.
        let found = other.spawn_scoped(scope, || readiness(bound)).ok();
        let mut planned = plan()?;
        planned.plan.envelope.readiness = found.and_then(|found| found.join().ok().flatten());
        Some(planned)
    })
}

/// How much is found, for whoever looks at a plan.
fn readiness(bound: &Bound) -> Option<Readiness> {
    // A shadow recovers nothing.
    if bound.topology.shadow.is_some() {
        return None;
    }
    let found = findings(bound, None)?;
    let count = |severity: Severity| u64::try_from(found.count(severity)).unwrap_or(u64::MAX);
    Some(Readiness {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
    })
}

fn summary(topology: &Topology, lost: Option<SiteId>, findings: &Diagnostics) -> String {
    let found = text::summary(findings).unwrap_or_else(|| "nothing was found".to_owned());
    let disasters: Vec<Disaster> = readiness::disasters(topology)
        .into_iter()
        .filter(|disaster| lost.is_none_or(|lost| lost == disaster.lost))
        .collect();
    let when: Vec<String> = disasters.iter().map(|disaster| disaster.when(topology)).collect();
    let when = if when.is_empty() { "no site stands by".to_owned() } else { when.join(", and ") };
    format!("relight check: {found}. Thought through: {when}.\n")
}

/// The findings as lists, for a comment on a change under review.
fn markdown(findings: &Diagnostics, sources: &Sources) -> String {
    let mut text =
        format!("### relight check: {}\n", text::summary(findings).unwrap_or("nothing was found".to_owned()));
    for severity in SEVERITIES {
        let mut of = Diagnostics::new();
        of.extend(findings.iter().filter(|one| one.severity == severity).cloned());
        if !of.is_empty() {
            text.push_str(&format!("\n**{severity}s**\n\n{}", markdown_items(&of, sources)));
        }
    }
    text
}

/// Findings as items of a list, the worst first.
pub(super) fn markdown_items(findings: &Diagnostics, sources: &Sources) -> String {
    by_severity(findings).into_iter().map(|one| item(one, sources)).collect()
}

/// One finding as an item of a list.
fn item(one: &Diagnostic, sources: &Sources) -> String {
    let place = sources.path(one.span.file).zip(sources.position(one.span.file, one.span.start));
    let place = place.map(|(path, at)| format!(" ({path}:{})", at.line)).unwrap_or_default();
    let mut text = format!("- **{}** {}{place}\n", one.code.id(), one.message);
    for help in one.help.iter().flat_map(|help| help.lines()) {
        text.push_str(&format!("  - {help}\n"));
    }
    text
}
