//! The API half of `aws_caller_identity`.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering};

use super::CallerIdentity;
use crate::api::{Effect, FaultOf, Site, none_of_its_calls};
use crate::data::made_up::answered;

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let told = site.sts().get_caller_identity().send().await.fault(Effect::None)?;
        let answers = CallerIdentity {
            account_id: told.account.clone(),
            arn: told.arn,
            id: told.account,
            user_id: told.user_id,
        };
        Ok(Answer::Data(answered(&arguments, &answers)))
    })
}
