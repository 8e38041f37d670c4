//! The command line: one file per command, one renderer, one place for exit codes.
//!
//! This is the only room that names a provider, that turns the errors of the other rooms into words with hints, and
//! that prints. It decides nothing: what is planned and done is decided further in.

mod arguments;
mod completions;
mod console;
mod exit;
mod fmt;
mod problem;
mod registry;
mod schema;
mod session;
mod terminal;
mod validate;
mod variables;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use exit::{Exit, Reason};
use problem::Problem;
use terminal::Terminal;

use crate::shell::environment;

/// What a command ends with; a problem has not been printed yet.
type Outcome = Result<Exit, Problem>;

/// Runs the process: reads its arguments, runs one command, and gives the exit code.
pub fn main() -> ExitCode {
    let environment = environment::variables();
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
        Command::Fmt(options) => fmt::run(options, &mut cli),
        Command::Console(options) => console::run(options, &mut cli),
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
