//! What is typed for a change of roles.

use clap::Args;

use super::{CloudArguments, Narrowing, OperationArguments, Outlook, RunArguments, Values};

#[derive(Debug, Args)]
#[command(
    after_help = "No call is made to a lost site; what it owes is remembered as a debt. Only what the change of roles \
                  causes is planned: other differences are listed as held, and left for the next `apply`. The new \
                  roles hold as soon as the plan is approved, and override those of the spec."
)]
pub(in crate::cli) struct FailoverArguments {
    /// The standby that becomes the primary [default: the primaries that are left go on without the lost ones]
    pub(in crate::cli) site: Option<String>,
    /// The incident that it belongs to: it stands in the journal and in every report
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) incident: Option<String>,
    /// Promote also a replica that followed another source than the primary: what was written since is lost
    #[arg(long)]
    pub(in crate::cli) accept_loss: bool,
    #[command(flatten)]
    pub(in crate::cli) recovery: RecoveryArguments,
}

/// What the operations have in common that move roles.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct RecoveryArguments {
    #[command(flatten)]
    pub(in crate::cli) values: Values,
    #[command(flatten)]
    pub(in crate::cli) clouds: CloudArguments,
    #[command(flatten)]
    pub(in crate::cli) outlook: Outlook,
    #[command(flatten)]
    pub(in crate::cli) run: RunArguments,
}

impl RecoveryArguments {
    /// The same for an operation that is narrowed to nothing.
    pub(in crate::cli) fn operation(&self) -> OperationArguments {
        OperationArguments {
            values: self.values.clone(),
            clouds: self.clouds.clone(),
            narrowing: Narrowing::default(),
            outlook: self.outlook.clone(),
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Writers of the old primary are cut, the replica catches up, is promoted, and the site scales; traffic \
                  moves, and the old primary becomes a standby of the new one. Only what the change of roles causes is \
                  planned. Both sites have to answer."
)]
pub(in crate::cli) struct SwitchoverArguments {
    /// The standby that becomes the primary
    pub(in crate::cli) site: String,
    /// The primary that becomes a standby [default: the only one]
    #[arg(long, value_name = "SITE")]
    pub(in crate::cli) from: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) recovery: RecoveryArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What the site owes is done first: its writers are cut, what it still steers is given up. Its database is \
                  put aside under another name, never deleted, and a replica of the new primary takes its place; `relight \
                  commit --delete ADDRESS` deletes it, once you are sure."
)]
pub(in crate::cli) struct ReprotectArguments {
    /// The sites that were lost and answer again [default: all]
    pub(in crate::cli) sites: Vec<String>,
    /// How ready they stand by: pilot_light, warm or hot [default: as the spec has it]
    #[arg(long, value_name = "POSTURE", value_parser = posture)]
    pub(in crate::cli) posture: Option<relight_contract::Posture>,
    #[command(flatten)]
    pub(in crate::cli) recovery: RecoveryArguments,
}

fn posture(text: &str) -> Result<relight_contract::Posture, String> {
    let known = relight_contract::Posture::ALL.map(relight_contract::Posture::as_str).join(", ");
    text.parse().map_err(|()| format!("write one of {known}"))
}

#[derive(Debug, Args)]
#[command(
    after_help = "Sites that were lost are made standbys first, as `relight reprotect` does; then what serves moves home, as \
                  `relight switchover` does it. Each of the two is shown and asked for by itself. With `--dry-run`, the \
                  first of them that is still to be done is shown."
)]
pub(in crate::cli) struct FailbackArguments {
    #[command(flatten)]
    pub(in crate::cli) recovery: RecoveryArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Accepted roles go on overriding those of the spec; `relight status` no longer calls the recovery open. \
                  Nothing that was put aside is deleted but what is named."
)]
pub(in crate::cli) struct CommitArguments {
    /// Delete what was put aside at this address; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(in crate::cli) delete: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) recovery: RecoveryArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ResumeArguments {
    #[command(flatten)]
    pub(in crate::cli) values: Values,
    #[command(flatten)]
    pub(in crate::cli) clouds: CloudArguments,
    #[command(flatten)]
    pub(in crate::cli) run: RunArguments,
}
