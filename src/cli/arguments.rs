//! What is typed: commands and options.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

/// Infrastructure as code for the day a region dies.
#[derive(Debug, Parser)]
#[command(
    name = "relight",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    propagate_version = false
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) globals: Globals,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Globals {
    /// The folder of the spec
    #[arg(short = 'C', long = "directory", value_name = "DIR", default_value = ".", global = true)]
    pub(super) directory: PathBuf,
    /// How results are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, global = true)]
    pub(super) format: Format,
    /// Write no colours, as with the environment variable NO_COLOR
    #[arg(long, global = true)]
    pub(super) no_color: bool,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// For comments on a change under review
    Markdown,
    /// The shape of `terraform show -json`, for policies (only `show`)
    TerraformJson,
    /// A value as it is, without quotes (only `output`)
    Raw,
}

/// Values for the variables of the spec. What comes later wins.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Variables")]
pub(super) struct Values {
    /// A value for a variable of the spec; may be repeated
    #[arg(id = "var", long = "var", value_name = "NAME=VALUE")]
    var: Vec<String>,
    /// A file of values, `.tfvars` or `.tfvars.json`; may be repeated
    #[arg(id = "var_file", long = "var-file", value_name = "FILE")]
    var_file: Vec<PathBuf>,
    /// Both, in the order in which they were typed.
    #[arg(skip)]
    pub(super) given: Vec<GivenValue>,
}

/// One `--var` or `--var-file`.
#[derive(Clone, Debug)]
pub(super) enum GivenValue {
    /// `name=value`
    Value(String),
    /// A file.
    File(PathBuf),
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check a spec, without any cloud
    Validate(ValidateArguments),
    /// Rewrite files in the canonical style
    Fmt(FmtArguments),
    /// Evaluate expressions, interactively or one per line
    Console(ConsoleArguments),
    /// Describe kinds and machine formats
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
}

#[derive(Debug, Args)]
pub(super) struct ValidateArguments {
    #[command(flatten)]
    pub(super) values: Values,
}

#[derive(Debug, Args)]
pub(super) struct FmtArguments {
    /// Files or folders; `-` for standard input [default: the folder of the spec]
    pub(super) paths: Vec<PathBuf>,
    /// Change nothing; fail when a file is not in the canonical style
    #[arg(long)]
    pub(super) check: bool,
    /// Show what changes
    #[arg(long)]
    pub(super) diff: bool,
    /// Also format what lies in folders further down
    #[arg(long, short)]
    pub(super) recursive: bool,
}

#[derive(Debug, Args)]
pub(super) struct ConsoleArguments {
    #[command(flatten)]
    pub(super) values: Values,
    /// The site that `site` and bare references stand for [default: the primary]
    #[arg(long, value_name = "SITE")]
    pub(super) site: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// A kind, a data source, or one of plan, journal, events, diagnostics [default: list all]
    pub(super) name: Option<String>,
    /// How much of Terraform's attributes is supported
    #[arg(long, conflicts_with = "name")]
    pub(super) coverage: bool,
    /// Write every schema as a file into this folder
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "schemas", conflicts_with_all = ["name", "coverage"])]
    pub(super) all: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

impl Arguments {
    /// Reads the arguments of the process.
    pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
        let matches = Arguments::command().try_get_matches_from(arguments)?;
        let mut read = Arguments::from_arg_matches(&matches)?;
        if let Some(values) = read.command.values_mut()
            && let Some((_, matches)) = matches.subcommand()
        {
            values.given = in_order(matches);
        }
        Ok(read)
    }
}

impl Command {
    fn values_mut(&mut self) -> Option<&mut Values> {
        match self {
            Command::Validate(arguments) => Some(&mut arguments.values),
            Command::Console(arguments) => Some(&mut arguments.values),
            Command::Fmt(_) | Command::Schema(_) | Command::Completions(_) => None,
        }
    }
}

/// `--var` and `--var-file` as they were typed: clap keeps each in a list of its own.
fn in_order(matches: &ArgMatches) -> Vec<GivenValue> {
    fn collect<T: Clone + Send + Sync + 'static>(
        matches: &ArgMatches,
        id: &str,
        make: impl Fn(T) -> GivenValue,
        into: &mut Vec<(usize, GivenValue)>,
    ) {
        if let (Some(indices), Some(values)) = (matches.indices_of(id), matches.get_many::<T>(id)) {
            into.extend(indices.zip(values.map(|value| make(value.clone()))));
        }
    }
    let mut given = Vec::new();
    collect(matches, "var", GivenValue::Value, &mut given);
    collect(matches, "var_file", GivenValue::File, &mut given);
    given.sort_by_key(|(index, _)| *index);
    given.into_iter().map(|(_, value)| value).collect()
}

/// Prints what is wrong with the arguments, or help; gives the exit code: 2 means changes here, so a mistake is 1.
pub(super) fn refuse(error: &clap::Error) -> u8 {
    // Nobody is left to tell when this fails.
    let _ = error.print();
    u8::from(error.use_stderr())
}
