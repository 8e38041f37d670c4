//! `completions`: a script for a shell.

use clap::CommandFactory;

use super::arguments::{Arguments, CompletionsArguments};
use super::exit::Exit;
use super::{Cli, Outcome};

pub(super) fn run(options: &CompletionsArguments, cli: &mut Cli<'_>) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "relight", &mut script);
    cli.terminal.out(&String::from_utf8_lossy(&script));
    Ok(Exit::success())
}
