//! What is typed: commands and options.

mod recovery;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::check::CheckArguments;
use super::report::{Detected, detected};
use super::runbook::RunbookArguments;
use crate::shell::adopt::Adoption;

pub(super) use recovery::{
    CommitArguments, FailbackArguments, FailoverArguments, RecoveryArguments, ReprotectArguments,
    ResumeArguments, SwitchoverArguments,
};

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
    /// For Graphviz (only `graph`)
    Dot,
    /// For Mermaid (only `graph`)
    Mermaid,
}

/// Values for the variables of the spec. What comes later wins.
#[derive(Clone, Debug, Default, Args)]
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

/// Which clouds are meant.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Clouds")]
pub(super) struct CloudArguments {
    /// Use simulated clouds, kept in `.relight/sandbox`
    #[arg(long)]
    pub(super) sandbox: bool,
    /// How fast simulated time passes: `instant`, `real`, or so many times faster than real time
    #[arg(long, value_name = "SPEED", default_value = "instant", value_parser = speed)]
    pub(super) sandbox_speed: Speed,
    /// The number that all chance in new simulated clouds comes from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) seed: u64,
    /// A site that is lost: no call is made there; may be repeated
    #[arg(long, value_name = "SITE")]
    pub(super) lost: Vec<String>,
}

/// How fast simulated time passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Speed {
    /// As fast as it can be computed.
    #[default]
    Instant,
    /// So many times faster than real time.
    Times(u32),
}

fn speed(text: &str) -> Result<Speed, String> {
    match text {
        "instant" => Ok(Speed::Instant),
        "real" => Ok(Speed::Times(1)),
        _ => match text.parse() {
            Ok(factor) if factor > 0 => Ok(Speed::Times(factor)),
            _ => Err("write `instant`, `real` or a number from 1".to_owned()),
        },
    }
}

/// What a plan is narrowed to.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What is planned")]
pub(super) struct Narrowing {
    /// Only this object and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(super) target: Vec<String>,
    /// Only objects of this site; may be repeated
    #[arg(long, value_name = "SITE")]
    pub(super) site: Vec<String>,
    /// Replace this object even if nothing in it changes; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(super) replace: Vec<String>,
    /// Only the adoption of this object.
    #[arg(skip)]
    pub(super) adopt: Option<Adoption>,
    /// Whether data may be lost that a replica is known to lack.
    #[arg(skip)]
    pub(super) accepts_loss: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check a spec, without any cloud
    Validate(ValidateArguments),
    /// Find what would go wrong when a site is lost, without any cloud
    Check(CheckArguments),
    /// Rewrite files in the canonical style
    Fmt(FmtArguments),
    /// Evaluate expressions, interactively or one per line
    Console(ConsoleArguments),
    /// Show what an apply would change
    Plan(PlanArguments),
    /// Make the clouds as the spec says, or execute a saved plan
    Apply(ApplyArguments),
    /// Delete everything that belongs to the topology
    Destroy(DestroyArguments),
    /// Give another site what lost sites served: promote, scale, shift, and nothing else
    Failover(FailoverArguments),
    /// Bring a shadow of a standby up and take it down again, apart from everything that serves
    #[command(subcommand)]
    Drill(super::drill::DrillCommand),
    /// Let two sites that both answer change their roles, without losing anything
    Switchover(SwitchoverArguments),
    /// Make sites that were lost standbys again, once they answer
    Reprotect(ReprotectArguments),
    /// Give every site its role of the spec again: reprotect, then switch over home
    Failback(FailbackArguments),
    /// Accept what a recovery left, and delete what it put aside
    Commit(CommitArguments),
    /// Go on with the run that was left before its end
    Resume(ResumeArguments),
    /// Take an object that nobody owns into the topology
    Adopt(AdoptArguments),
    /// Show a saved plan, or a run as it went
    Show(ShowArguments),
    /// Write down what to do when a site is lost, for whoever is on call
    Runbook(RunbookArguments),
    /// Show what depends on what
    Graph(GraphArguments),
    /// Show the outputs as they are now
    Output(OutputArguments),
    /// Show sites, what stands in them, the lease and the last runs
    Status(StatusArguments),
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
    /// A kind, a data source, or one of plan, journal, events, report, diagnostics [default: list all]
    pub(super) name: Option<String>,
    /// How much of Terraform's attributes is supported
    #[arg(long, conflicts_with = "name")]
    pub(super) coverage: bool,
    /// Write every schema as a file into this folder
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "schemas", conflicts_with_all = ["name", "coverage"])]
    pub(super) all: Option<PathBuf>,
    /// Write a page for each kind and data source, as Markdown, into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["name", "coverage", "all"])]
    pub(super) reference: Option<PathBuf>,
    /// Print the least policy that the spec needs to be planned, to be applied, and to fail over
    #[arg(long, value_name = "FOR", num_args = 0..=1, default_missing_value = "all", conflicts_with_all = ["name", "coverage", "all", "reference"])]
    pub(super) iam_policy: Option<Purpose>,
    #[command(flatten)]
    pub(super) values: Values,
}

/// What somebody may do with a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Purpose {
    /// All of them, by name.
    All,
    /// Reads only.
    Plan,
    /// Creates, changes and deletes whatever the spec names.
    Apply,
    /// Promotes, scales and steers, and creates what a standby lacks.
    Failover,
    /// Brings a drill's shadow up and takes it down.
    Drill,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// What is planned, where, and how the plan is shown: what plan, apply and destroy have in common.
#[derive(Clone, Debug, Args)]
pub(super) struct OperationArguments {
    #[command(flatten)]
    pub(super) values: Values,
    #[command(flatten)]
    pub(super) clouds: CloudArguments,
    #[command(flatten)]
    pub(super) narrowing: Narrowing,
    #[command(flatten)]
    pub(super) outlook: Outlook,
}

/// What becomes of a plan before anything is done.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The plan")]
pub(super) struct Outlook {
    /// Only plan, which `plan` does anyway
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Save the plan for `apply`
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// End with 2 when there are changes and nothing is done
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Go on although a site cannot be reached and was not declared lost
    #[arg(long)]
    pub(super) allow_unreachable: bool,
    /// Show every attribute of what is created
    #[arg(long)]
    pub(super) details: bool,
}

/// How a run is carried out.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The run")]
pub(super) struct RunArguments {
    /// Ask nothing
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Allow this gate, for yourself or for who is named; may be repeated
    #[arg(long, value_name = "GATE[=WHO]")]
    pub(super) approve: Vec<String>,
    /// A file with a line `GATE WHO` for each yes; it is read again and again while a gate is open
    #[arg(long, value_name = "FILE")]
    pub(super) approvals: Option<PathBuf>,
    /// Run commands of hooks and probes also on simulated clouds, where they are only noted
    #[arg(long)]
    pub(super) run_hooks: bool,
    /// Write every event of the run to this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// Write the report of the run to this file, also when it fails: JSON for `.json`, else Markdown
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// When it was seen first that a recovery is needed, as a time or as how long ago (`12m`): the RTO counts from then
    #[arg(long, value_name = "TIME", value_parser = detected)]
    pub(super) detected: Option<Detected>,
}

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    /// Plan the deletion of everything
    #[arg(long)]
    pub(super) destroy: bool,
    #[command(flatten)]
    pub(super) operation: OperationArguments,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    /// A plan saved with `plan --out`
    #[arg(value_name = "PLAN", conflicts_with_all = ["target", "site", "replace"])]
    pub(super) file: Option<PathBuf>,
    /// Go on with the run that was left before its end
    #[arg(long, conflicts_with_all = ["file", "dry_run"])]
    pub(super) resume: bool,
    #[command(flatten)]
    pub(super) operation: OperationArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
}

#[derive(Debug, Args)]
pub(super) struct DestroyArguments {
    #[command(flatten)]
    pub(super) operation: OperationArguments,
    #[command(flatten)]
    pub(super) run: RunArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The object becomes that of the address, as an `import` block of the spec says it, and what \
                        differs from the spec is changed in place. Nothing else is changed, and nothing is deleted."
)]
pub(super) struct AdoptArguments {
    /// The address in the spec; without a site, that of the first primary
    pub(super) address: String,
    /// What the cloud names the object by
    pub(super) native_id: String,
    #[command(flatten)]
    pub(super) values: Values,
    #[command(flatten)]
    pub(super) clouds: CloudArguments,
    #[command(flatten)]
    pub(super) outlook: Outlook,
    #[command(flatten)]
    pub(super) run: RunArguments,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// A file with a plan, a run, or the plan of a run [default: the last run]
    #[arg(value_name = "PLAN|RUN")]
    pub(super) what: Option<String>,
    /// Look among the runs on simulated clouds
    #[arg(long)]
    pub(super) sandbox: bool,
    /// Show every attribute of what is created
    #[arg(long)]
    pub(super) details: bool,
}

#[derive(Debug, Args)]
pub(super) struct GraphArguments {
    /// Changes nothing: no cloud is asked, be it simulated or real
    #[arg(long)]
    sandbox: bool,
    /// A saved plan, whose steps are shown [default: the objects of the spec]
    #[arg(value_name = "PLAN")]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) values: Values,
}

#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// Only this output
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) values: Values,
    #[command(flatten)]
    pub(super) clouds: CloudArguments,
}

#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    #[command(flatten)]
    pub(super) values: Values,
    /// Look at the store of the simulated clouds
    #[arg(long)]
    pub(super) sandbox: bool,
}

impl Arguments {
    /// Reads the arguments of the process.
    pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
        let matches = Arguments::command().try_get_matches_from(arguments)?;
        let mut read = Arguments::from_arg_matches(&matches)?;
        if let Some(values) = read.command.values_mut()
            && let Some((_, mut matches)) = matches.subcommand()
        {
            while let Some((_, inner)) = matches.subcommand() {
                matches = inner;
            }
            values.given = in_order(matches);
        }
        Ok(read)
    }
}

impl Command {
    fn values_mut(&mut self) -> Option<&mut Values> {
        match self {
            Command::Validate(arguments) => Some(&mut arguments.values),
            Command::Check(arguments) => Some(&mut arguments.values),
            Command::Console(arguments) => Some(&mut arguments.values),
            Command::Plan(arguments) => Some(&mut arguments.operation.values),
            Command::Apply(arguments) => Some(&mut arguments.operation.values),
            Command::Destroy(arguments) => Some(&mut arguments.operation.values),
            Command::Drill(command) => Some(&mut command.arguments_mut().recovery.values),
            Command::Failover(arguments) => Some(&mut arguments.recovery.values),
            Command::Switchover(arguments) => Some(&mut arguments.recovery.values),
            Command::Reprotect(arguments) => Some(&mut arguments.recovery.values),
            Command::Failback(arguments) => Some(&mut arguments.recovery.values),
            Command::Commit(arguments) => Some(&mut arguments.recovery.values),
            Command::Resume(arguments) => Some(&mut arguments.values),
            Command::Adopt(arguments) => Some(&mut arguments.values),
            Command::Runbook(arguments) => Some(&mut arguments.values),
            Command::Graph(arguments) => Some(&mut arguments.values),
            Command::Output(arguments) => Some(&mut arguments.values),
            Command::Status(arguments) => Some(&mut arguments.values),
            Command::Schema(arguments) => Some(&mut arguments.values),
            Command::Fmt(_) | Command::Show(_) | Command::Completions(_) => None,
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
