//! `console`: expressions of the root module, answered as `terraform console` does.

use std::io::BufRead;

use relight_contract::Value;
use rustyline::error::ReadlineError;

use super::arguments::ConsoleArguments;
use super::exit::{Exit, Reason};
use super::problem::Problem;
use super::session::Session;
use super::{Cli, Outcome};
use crate::desired::{Answers, Assignment, Evaluated, evaluate};
use crate::diag::{Diagnostics, Sources, Span, codes, suggest, text};
use crate::expr::{self, Context, Expr, Failure, Reference, Residuals, Scope, Step};
use crate::shell::pipeline::Bound;
use crate::spec::parse_expression;
use crate::topology::{SiteId, Topology};

/// Whoever answers.
trait Oracle {
    fn value(&self, expr: &Expr) -> Result<Value, Diagnostics>;
}

pub(super) fn run(options: &ConsoleArguments, cli: &mut Cli<'_>) -> Outcome {
    let session = Session::load(cli, &options.values)?;
    let empty = session.diagnostics.iter().any(|diagnostic| diagnostic.code == codes::NO_FILES);
    if empty && session.errors() == 1 {
        return converse(&Bare { session: &session }, cli);
    }
    session.told(cli)?;
    let Session { bound: Some(Bound { topology, files }), sources, mut diagnostics, .. } = session else {
        return Err(Problem::told());
    };
    let site = site(&topology, options.site.as_deref())?;
    let (assignment, answers) = (Assignment::peacetime(&topology), Answers::new());
    let before = diagnostics.count(crate::diag::Severity::Error);
    let evaluated = evaluate(&topology, &assignment, &answers, &files, None, &mut diagnostics);
    if evaluated.diagnostics().count(crate::diag::Severity::Error) > before {
        cli.terminal.err(&text::render(evaluated.diagnostics(), &sources, cli.terminal.diagnostics()));
        return Err(Problem::told());
    }
    converse(&InSite { evaluated, site }, cli)
}

/// The site of `--site`, else the primary when there is one, else the first.
fn site(topology: &Topology, name: Option<&str>) -> Result<Option<SiteId>, Problem> {
    let Some(name) = name else {
        let primaries = Assignment::peacetime(topology).primaries();
        return Ok(primaries.first().copied().or_else(|| topology.site_ids().next()));
    };
    match topology.site_named(name) {
        Some(site) => Ok(Some(site)),
        None => Err(unknown_site(topology, name)),
    }
}

/// There is no such site.
pub(super) fn unknown_site(topology: &Topology, name: &str) -> Problem {
    let names: Vec<&str> = topology.sites.iter().map(|site| &*site.name).collect();
    let problem = Problem::new(format!("there is no site `{name}`"));
    match suggest(name, &names) {
        Some(known) => problem.hint(format!("did you mean `{known}`?")),
        None => problem.hint(format!("the sites are {}", names.join(", "))),
    }
}

fn converse(oracle: &dyn Oracle, cli: &mut Cli<'_>) -> Outcome {
    if cli.terminal.is_interactive() { interactive(oracle, cli) } else { piped(oracle, cli) }
}

fn piped(oracle: &dyn Oracle, cli: &mut Cli<'_>) -> Outcome {
    let mut exit = Exit::success();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Problem::new(format!("cannot read standard input: {error}")))?;
        exit = exit.and_if(!answer(oracle, &line, cli), Reason::Error);
    }
    Ok(exit)
}

fn interactive(oracle: &dyn Oracle, cli: &mut Cli<'_>) -> Outcome {
    let unusable = |error: ReadlineError| Problem::new(format!("cannot read from the terminal: {error}"));
    let mut editor = rustyline::DefaultEditor::new().map_err(unusable)?;
    loop {
        match editor.readline("> ") {
            Ok(line) if matches!(line.trim(), "exit" | "quit") => break,
            Ok(line) => {
                let _ = editor.add_history_entry(&line);
                answer(oracle, &line, cli);
                cli.terminal.flush();
            }
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => break,
            Err(error) => return Err(unusable(error)),
        }
    }
    Ok(Exit::success())
}

/// Answers one line; whether it had an answer.
fn answer(oracle: &dyn Oracle, line: &str, cli: &mut Cli<'_>) -> bool {
    if line.trim().is_empty() || line.trim_start().starts_with('#') {
        return true;
    }
    let mut sources = Sources::new();
    let file = sources.register("console", line);
    match parse_expression(line, file).and_then(|expr| oracle.value(&expr)) {
        Ok(value) => {
            cli.terminal.out(&(expr::render::render(&value) + "\n"));
            true
        }
        Err(problems) => {
            let style = cli.terminal.diagnostics();
            for problem in problems.sorted() {
                let mut problem = problem.clone();
                // A place in the spec cannot be shown here, since its sources are not these.
                if sources.text(problem.span.file).is_none() {
                    problem.span = Span::NONE;
                }
                cli.terminal.err(&text::render_one(&problem, &sources, style));
            }
            false
        }
    }
}

/// A topology, asked in one site.
struct InSite<'a> {
    evaluated: Evaluated<'a>,
    site: Option<SiteId>,
}

impl Oracle for InSite<'_> {
    fn value(&self, expr: &Expr) -> Result<Value, Diagnostics> {
        self.evaluated.value(self.site, expr)
    }
}

/// A folder without a spec: functions and literals only.
struct Bare<'a> {
    session: &'a Session,
}

impl Oracle for Bare<'_> {
    fn value(&self, expr: &Expr) -> Result<Value, Diagnostics> {
        let context = Context {
            scope: &NoNames,
            files: self.session.files.root(),
            residuals: &Residuals::new(),
            now: None,
        };
        expr::evaluate(expr, &context)
            .map_err(|failure| Diagnostics::from(crate::diag::Diagnostic::from(failure)))
    }
}

struct NoNames;

impl Scope for NoNames {
    fn look_up(&self, _: &Reference, _: &[Step], span: Span) -> Result<(Value, usize), Failure> {
        Err(Failure::new(
            codes::REFERENCE_UNKNOWN,
            "there is no spec here, so that no name means anything",
            span,
        )
        .help("name the folder of the spec with `-C DIR`"))
    }
}
