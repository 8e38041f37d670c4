//! `aws_caller_identity`: the account and user that calls are made as.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::output;
use relight_contract::{Block, DataKind, DataSource, Object, Place, Placement, block};

use super::made_up::{account, answered, characters};

block! {
    /// The answers of `aws_caller_identity`.
    pub struct CallerIdentity {
        account_id: String = output().doc("The account."),
        arn: String = output().doc("The ARN of the user or role."),
        id: String = output().doc("The account."),
        user_id: String = output().doc("The unique id of the user or role."),
    }
}

/// The table of `aws_caller_identity`. The answer does not differ by site: all sites of a provider share an account.
pub static DATA: DataKind = DataKind {
    name: "aws_caller_identity",
    provider: "aws",
    doc: "The account and user that calls are made as.",
    placement: Placement::Global,
    fields: CallerIdentity::FIELDS,
    source: DataSource::Cloud(sample),
    calls: &["sts:GetCallerIdentity"],
    unsupported: &[],
};

fn sample(place: &Place, arguments: &Object) -> Result<Object, String> {
    let account = account(place);
    let user = characters(&account, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17);
    let answers = CallerIdentity {
        arn: Some(format!("arn:aws:iam::{account}:user/relight")),
        user_id: Some(format!("AIDA{user}")),
        id: Some(account.clone()),
        account_id: Some(account),
    };
    Ok(answered(arguments, &answers))
}
