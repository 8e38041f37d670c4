//! The API half of `aws_vpc_peering_connection_accepter`.
//!
//! It is there once its connection is accepted: a connection that waits has no accepter yet.

use std::sync::Arc;

use aws_sdk_ec2::types::{VpcPeeringConnection as Described, VpcPeeringConnectionStateReasonCode as Code};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State, Value,
};

use super::{KIND, PeeringAccepter};
use crate::api::ec2::{filter, pairs};
use crate::api::{Site, Told, accepted, found, given, missing, none_of_its_calls, object_or_absent};
use crate::kinds::vpc_peering_connection::api::{LOOK_MILLISECONDS, View, accept, options, state, waits};

/// The view of the accepting side.
const VIEW: View = View { kind: &KIND, live };

/// What a poll waits for: the connection is active.
const ACTIVE: &str = "active";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => {
                Ok(object_or_absent(VIEW.read(&site, &native_id).await?.filter(is_accepted)))
            }
            Action::Find { attributes, .. } => {
                let live = VIEW.read(&site, connection(&attributes)?).await?.filter(is_accepted);
                Ok(found(live))
            }
            Action::Create { attributes, .. } => settle(&site, connection(&attributes)?, &attributes).await,
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, .. } => VIEW.update(&site, &native_id, &changes).await,
            // The connection ends with its asking side.
            Action::Delete { .. } => Ok(Answer::Absent),
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

fn connection(attributes: &Object) -> Result<&str, Fault> {
    given(attributes, "vpc_peering_connection_id", "an accepter needs a connection")
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let active = [Code::Active.as_str(), Code::Provisioning.as_str()].map(str::to_owned);
    let page = page.map(|page| page.to_string());
    let (items, next) = VIEW.page(site, filter("status-code", active), page).await?;
    Ok(Answer::Page { items: items.into_iter().filter(is_accepted).collect(), next })
}

fn is_accepted(live: &Live) -> bool {
    !waits(live)
}

fn live(told: Described) -> Option<Live> {
    let state = state(&told)?;
    let id = told.vpc_peering_connection_id.unwrap_or_default();
    let user = Told::of(pairs(told.tags)).user;
    let (here, there) = (told.accepter_vpc_info, told.requester_vpc_info);
    let attributes = PeeringAccepter {
        accept_status: told.status.and_then(|status| status.code).map(|code| code.as_str().to_owned()),
        accepter: Some(options(here.as_ref())),
        auto_accept: None,
        id: Some(id.clone()),
        peer_owner_id: there.as_ref().and_then(|side| side.owner_id.clone()),
        peer_region: there.as_ref().and_then(|side| side.region.clone()),
        requester: Some(options(there.as_ref())),
        peer_vpc_id: there.and_then(|side| side.vpc_id),
        tags: Some(user.clone()),
        tags_all: Some(user),
        timeouts: None,
        vpc_id: here.and_then(|side| side.vpc_id),
        vpc_peering_connection_id: Some(id.clone()),
    };
    Some(Told::default().live(&id, attributes.to_object(), state))
}

/// Accepts the connection, and makes it what was asked for; what is so already stays.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let live = VIEW.read(site, id).await?.ok_or_else(|| missing("peering connection", id))?;
    let accepts = attributes.get("auto_accept").and_then(Value::as_bool) == Some(true);
    match live.state {
        State::Pending => return Ok(accepted(id, ACTIVE, LOOK_MILLISECONDS)),
        State::Ready if waits(&live) && accepts => {
            accept(site, id).await?;
            return Ok(accepted(id, ACTIVE, LOOK_MILLISECONDS));
        }
        State::Ready if waits(&live) => {
            let text = format!("{id} waits to be accepted: by hand, or with `auto_accept = true`");
            return Err(Fault::new(FaultKind::Conflict, text));
        }
        State::Failed | State::Deleting => return Ok(Answer::Object(live)),
        State::Ready => {}
    }
    VIEW.update(site, id, attributes).await
}
