//! The API half of `aws_vpc_security_group_egress_rule`: that of rules for incoming traffic, the other way round.

use std::sync::Arc;

use relight_contract::{Action, Answering};

use super::KIND;
use crate::api::Site;
use crate::kinds::vpc_security_group_ingress_rule::api::{Direction, rule};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    rule(site, action, Direction { kind: &KIND, is_egress: true })
}
