//! The command line: one file per command, one renderer, one place for exit codes.
//!
//! This is the only room that names a provider, that turns the errors of the other rooms into words with hints, and
//! that prints. It decides nothing: what is planned and done is decided further in.

mod adopt;
mod advice;
mod apply;
mod arguments;
mod builtin;
mod check;
mod clouds;
mod commit;
mod completions;
mod console;
mod destroy;
mod drill;
mod exit;
mod failback;
mod failover;
mod faults;
mod fmt;
mod gates;
mod graph;
mod output;
mod plan;
mod planning;
mod points;
mod problem;
mod registry;
mod render;
mod report;
mod reprotect;
mod resume;
mod roles;
mod runbook;
mod running;
mod schema;
mod session;
mod show;
mod status;
mod stores;
mod switchover;
mod terminal;
mod validate;
mod variables;

use std::process::ExitCode;

use arguments::{Arguments, Command, Format};
use exit::{Exit, Reason};
pub use fmt::canonical;
use problem::Problem;
use terminal::Terminal;

use crate::shell::environment;

/// What a command ends with; a problem has not been printed yet.
type Outcome = Result<Exit, Problem>;

/// Runs the process: reads its arguments, runs one command, and gives the exit code.
pub fn main() -> ExitCode {
    let environment = environment::variables();
    crate::shell::hold::arm(&environment);
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(refused) => return ExitCode::from(arguments::refuse(&refused)),
    };
    let mut terminal = Terminal::new(&environment, arguments.globals.no_color);
    let outcome = run(&arguments, &environment, &mut terminal);
    let exit = outcome.unwrap_or_else(|problem| {
        terminal.err(&problem.render(terminal.err_style()));
        problem.exit()
    });
    let exit = if terminal.flush() { exit } else { exit.and(Reason::Error) };
    ExitCode::from(exit.code())
}

fn run(arguments: &Arguments, environment: &environment::Variables, terminal: &mut Terminal) -> Outcome {
    let globals = &arguments.globals;
    let mut cli = Cli { globals, environment, terminal };
    match &arguments.command {
        Command::Validate(options) => validate::run(options, &mut cli),
        Command::Check(options) => check::run(options, &mut cli),
        Command::Fmt(options) => fmt::run(options, &mut cli),
        Command::Console(options) => console::run(options, &mut cli),
        Command::Plan(options) => plan::run(options, &mut cli),
        Command::Apply(options) => apply::run(options, &mut cli),
        Command::Destroy(options) => destroy::run(options, &mut cli),
        Command::Failover(options) => failover::run(options, &mut cli),
        Command::Drill(command) => drill::run(command, &mut cli),
        Command::Switchover(options) => switchover::run(options, &mut cli),
        Command::Reprotect(options) => reprotect::run(options, &mut cli),
        Command::Failback(options) => failback::run(options, &mut cli),
        Command::Commit(options) => commit::run(options, &mut cli),
        Command::Resume(options) => resume::run(options, &mut cli),
        Command::Adopt(options) => adopt::run(options, &mut cli),
        Command::Show(options) => show::run(options, &mut cli),
        Command::Runbook(options) => runbook::run(options, &mut cli),
        Command::Graph(options) => graph::run(options, &mut cli),
        Command::Output(options) => output::run(options, &mut cli),
        Command::Status(options) => status::run(options, &mut cli),
        Command::Schema(options) => schema::run(options, &mut cli),
        Command::Completions(options) => completions::run(options, &mut cli),
    }
}

/// What every command gets.
struct Cli<'a> {
    globals: &'a arguments::Globals,
    environment: &'a environment::Variables,
    terminal: &'a mut Terminal,
}

impl Cli<'_> {
    /// Refuses a format that the command does not write.
    fn formats(&self, known: &[Format]) -> Result<(), Problem> {
        use clap::ValueEnum as _;
        let name = |format: &Format| {
            format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
        };
        let format = self.globals.format;
        if known.contains(&format) {
            return Ok(());
        }
        let known: Vec<String> = known.iter().map(name).collect();
        Err(Problem::new(format!("this command does not write `--format {}`", name(&format)))
            .hint(format!("it writes {}", known.join(", "))))
    }

    /// Writes a JSON document as the result.
    fn json(&mut self, json: &impl serde::Serialize) {
        // Everything that is written has a JSON form.
        let text = serde_json::to_string_pretty(json).unwrap_or_default();
        self.terminal.out(&(text + "\n"));
    }
}
