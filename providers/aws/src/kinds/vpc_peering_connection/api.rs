//! The API half of `aws_vpc_peering_connection`.
//!
//! A creation answers as soon as there is an id; that the connection is accepted, and what its sides let each other do,
//! follows when it is polled. One that somebody else has to accept has come up when it waits for that.

use std::sync::Arc;

use aws_sdk_ec2::types::{
    Filter, PeeringConnectionOptionsRequest, ResourceType, VpcPeeringConnection as Described,
    VpcPeeringConnectionStateReasonCode as Code, VpcPeeringConnectionVpcInfo as Side,
};
use relight_contract::{
    Action, Answer, Answering, Block, BlockList, Fault, Kind, Live, Name, Object, Owner, State, Typed, Value,
};

use super::{KIND, PeerOptions, PeeringConnection};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, once, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// How long to wait between two looks at a connection.
pub(crate) const LOOK_MILLISECONDS: u64 = 1_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation.
    pub(super) const CREATE: &str = "create";
    /// The end of a deletion.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => VIEW.update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// How one of the two kinds sees a connection.
pub(crate) struct View {
    /// Its table.
    pub(crate) kind: &'static Kind,
    /// What it makes of a connection; `None` for one that is no more. Those are told for a while.
    pub(crate) live: fn(Described) -> Option<Live>,
}

/// The view of the asking side.
const VIEW: View = View { kind: &KIND, live };

impl View {
    /// A page of the connections that a filter lets through.
    pub(crate) async fn page(
        &self,
        site: &Site,
        which: Filter,
        page: Option<String>,
    ) -> Result<(Vec<Live>, Option<Name>), Fault> {
        let asked = site.ec2().describe_vpc_peering_connections().filters(which).max_results(PAGE);
        let answered = asked.set_next_token(page).send().await.fault(Effect::None)?;
        let connections = answered.vpc_peering_connections.unwrap_or_default();
        Ok((connections.into_iter().filter_map(self.live).collect(), next(answered.next_token)))
    }

    /// All connections that a filter lets through: a page may hold fewer of them than there is room for, and even none.
    pub(crate) async fn all(&self, site: &Site, which: Filter) -> Result<Vec<Live>, Fault> {
        let (mut found, mut next) = self.page(site, which.clone(), None).await?;
        while let Some(page) = next {
            let (more, behind) = self.page(site, which.clone(), Some(page.to_string())).await?;
            found.extend(more);
            next = behind;
        }
        Ok(found)
    }

    /// A connection, also while it waits.
    pub(crate) async fn read(&self, site: &Site, id: &str) -> Result<Option<Live>, Fault> {
        let describe = |ids| self.all(site, filter("vpc-peering-connection-id", ids));
        site.together(self.kind.name, id, MOST_FILTERED, describe).await
    }

    /// Makes tags, and what the sides let each other do, what the changed fields say.
    pub(crate) async fn update(&self, site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
        let live = self.read(site, id).await?.ok_or_else(|| missing("peering connection", id))?;
        update_tags(site, id, &live, changes).await?;
        set_options(site, &live, changes).await?;
        Ok(object_or_absent(self.read(site, id).await?))
    }
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let (items, next) = VIEW.page(site, owned(), page.map(|page| page.to_string())).await?;
    Ok(Answer::Page { items, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    VIEW.read(site, id).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let mut found = VIEW.all(site, intended(token)).await?;
    found.retain(|live| live.token.as_deref() == Some(token));
    Ok(found)
}

/// How far a connection is; `None` for one that is no more.
pub(crate) fn state(connection: &Described) -> Option<State> {
    let code = connection.status.as_ref().and_then(|status| status.code.as_ref());
    match code {
        Some(Code::Deleted | Code::Rejected | Code::Expired) => None,
        Some(Code::InitiatingRequest | Code::Provisioning) => Some(State::Pending),
        Some(Code::Deleting) => Some(State::Deleting),
        Some(Code::Failed) => Some(State::Failed),
        _ => Some(State::Ready),
    }
}

/// What one side lets the other do.
pub(crate) fn options(side: Option<&Side>) -> BlockList<PeerOptions> {
    let told = side.and_then(|side| side.peering_options.as_ref());
    let allowed = told.and_then(|told| told.allow_dns_resolution_from_remote_vpc).unwrap_or_default();
    BlockList(vec![PeerOptions { allow_remote_vpc_dns_resolution: Some(allowed) }])
}

fn live(connection: Described) -> Option<Live> {
    let state = state(&connection)?;
    let id = connection.vpc_peering_connection_id.unwrap_or_default();
    let told = Told::of(pairs(connection.tags));
    let (accepter, requester) = (connection.accepter_vpc_info, connection.requester_vpc_info);
    let status = connection.status.and_then(|status| status.code);
    let attributes = PeeringConnection {
        accept_status: status.map(|code| code.as_str().to_owned()),
        accepter: Some(options(accepter.as_ref())),
        auto_accept: None,
        id: Some(id.clone()),
        peer_owner_id: accepter.as_ref().and_then(|side| side.owner_id.clone()),
        peer_region: accepter.as_ref().and_then(|side| side.region.clone()),
        requester: Some(options(requester.as_ref())),
        peer_vpc_id: accepter.and_then(|side| side.vpc_id),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
        vpc_id: requester.and_then(|side| side.vpc_id),
    };
    Some(told.live(&id, attributes.to_object(), state))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = PeeringConnection::from_object(attributes).map_err(shape)?;
    let asked = site
        .ec2()
        .create_vpc_peering_connection()
        .set_peer_owner_id(wanted.peer_owner_id)
        .set_peer_region(wanted.peer_region)
        .set_peer_vpc_id(wanted.peer_vpc_id)
        .set_vpc_id(wanted.vpc_id)
        .tag_specifications(marks(ResourceType::VpcPeeringConnection, wanted.tags.as_ref(), owner, token));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let id = answered.vpc_peering_connection.and_then(|made| made.vpc_peering_connection_id);
    Ok(accepted(&made(id, "a peering connection")?, handle::CREATE, 0))
}

/// Whether a connection waits for its acceptance.
pub(crate) fn waits(live: &Live) -> bool {
    live.get("accept_status").and_then(Value::as_str) == Some(Code::PendingAcceptance.as_str())
}

/// Accepts a connection.
pub(crate) async fn accept(site: &Site, id: &str) -> Result<(), Fault> {
    let asked = site.ec2().accept_vpc_peering_connection().vpc_peering_connection_id(id);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let accepts = attributes.get("auto_accept").and_then(Value::as_bool) == Some(true);
    match (handle, live.state) {
        (_, State::Pending) | (handle::DELETE, _) => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        (handle::CREATE, State::Ready) if waits(&live) && accepts => {
            accept(site, id).await?;
            Ok(accepted(id, handle, LOOK_MILLISECONDS))
        }
        // What the sides let each other do can be said of an active connection only.
        (handle::CREATE, State::Ready) if !waits(&live) && set_options(site, &live, attributes).await? => {
            Ok(object_or_absent(read(site, id).await?))
        }
        _ => Ok(Answer::Object(live)),
    }
}

/// Makes what the sides let each other do the wanted; whether there was anything to do.
async fn set_options(site: &Site, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let wanted = |name: &str| {
        let allows = |object: &Object| {
            let blocks = object.get(name).and_then(BlockList::<PeerOptions>::from_value)?;
            Some(blocks.0.first()?.allow_remote_vpc_dns_resolution.unwrap_or_default())
        };
        // Unset, it goes back to what EC2 begins with.
        let unset = changes.get(name).is_some_and(Value::is_null).then_some(false);
        let wanted = allows(changes).or(unset).filter(|wanted| allows(&live.attributes) != Some(*wanted))?;
        let request = PeeringConnectionOptionsRequest::builder().allow_dns_resolution_from_remote_vpc(wanted);
        Some(request.build())
    };
    let (accepter, requester) = (wanted("accepter"), wanted("requester"));
    if accepter.is_none() && requester.is_none() {
        return Ok(false);
    }
    let asked = site
        .ec2()
        .modify_vpc_peering_connection_options()
        .vpc_peering_connection_id(&*live.native_id)
        .set_accepter_peering_connection_options(accepter)
        .set_requester_peering_connection_options(requester);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(true)
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state != State::Deleting {
        let asked = site.ec2().delete_vpc_peering_connection().vpc_peering_connection_id(id);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    }
    Ok(accepted(id, handle::DELETE, 0))
}
