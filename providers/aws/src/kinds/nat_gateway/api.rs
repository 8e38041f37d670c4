//! The API half of `aws_nat_gateway`.
//!
//! A creation takes a token and about two minutes; it has ended when the gateway is available. More addresses come and
//! go one after the other, and the gateway counts as pending meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_ec2::types::{
    ConnectivityType, NatGateway as Gateway, NatGatewayAddress as Address, NatGatewayAddressStatus as Status,
    NatGatewayState, ResourceType,
};
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, State, Value};

use super::{KIND, NatGateway};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, int, made, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// How long to wait before the first look at an operation.
const FIRST_LOOK_MILLISECONDS: u64 = 1_000;

/// How long to wait between two looks at an operation.
const LOOK_MILLISECONDS: u64 = 5_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation or a change.
    pub(super) const READY: &str = "ready";
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
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, .. } => poll(&site, &native_id, &handle).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Gateways are told for about an hour after their deletion; those are not among the objects.
fn is_there(gateway: &Gateway) -> bool {
    gateway.state != Some(NatGatewayState::Deleted)
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_nat_gateways().filter(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.nat_gateways), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_nat_gateways().filter(filter("nat-gateway-id", ids));
        Ok(all(asked.max_results(PAGE).send().await.fault(Effect::None)?.nat_gateways))
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let answered = site.ec2().describe_nat_gateways().filter(intended(token)).send().await;
    let mut found = all(answered.fault(Effect::None)?.nat_gateways);
    found.retain(|live| live.token.as_deref() == Some(token));
    Ok(found)
}

fn all(gateways: Option<Vec<Gateway>>) -> Vec<Live> {
    gateways.unwrap_or_default().into_iter().filter(is_there).map(live).collect()
}

fn live(gateway: Gateway) -> Live {
    let id = gateway.nat_gateway_id.unwrap_or_default();
    let told = Told::of(pairs(gateway.tags));
    let addresses = gateway.nat_gateway_addresses.unwrap_or_default();
    let moves = addresses.iter().any(|address| {
        let still = [Status::Assigning, Status::Associating, Status::Disassociating, Status::Unassigning];
        address.status.as_ref().is_some_and(|status| still.contains(status))
    });
    // The first one is the primary one where none is marked as such.
    let at = addresses.iter().position(|address| address.is_primary == Some(true)).unwrap_or(0);
    let (mut primary, mut more): (Option<Address>, Vec<Address>) = (None, Vec::new());
    for (index, address) in addresses.into_iter().enumerate() {
        match index == at {
            true => primary = Some(address),
            false => more.push(address),
        }
    }
    more.retain(|address| address.status != Some(Status::Failed));
    let primary = primary.unwrap_or_else(|| Address::builder().build());
    let allocations: BTreeSet<String> =
        more.iter().filter_map(|address| address.allocation_id.clone()).collect();
    let private: BTreeSet<String> = more.iter().filter_map(|address| address.private_ip.clone()).collect();
    let attributes = NatGateway {
        allocation_id: primary.allocation_id,
        association_id: primary.association_id,
        connectivity_type: gateway.connectivity_type.map(|kind| kind.as_str().to_owned()),
        id: Some(id.clone()),
        network_interface_id: primary.network_interface_id,
        private_ip: primary.private_ip,
        public_ip: primary.public_ip,
        secondary_allocation_ids: Some(allocations),
        secondary_private_ip_address_count: i64::try_from(private.len()).ok(),
        secondary_private_ip_addresses: Some(private),
        subnet_id: gateway.subnet_id,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
    };
    let state = match gateway.state {
        Some(NatGatewayState::Pending) => State::Pending,
        Some(NatGatewayState::Failed) => State::Failed,
        Some(NatGatewayState::Deleting) => State::Deleting,
        _ if moves => State::Pending,
        _ => State::Ready,
    };
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = NatGateway::from_object(attributes).map_err(shape)?;
    let list = |set: Option<BTreeSet<String>>| {
        set.filter(|set| !set.is_empty()).map(|set| set.into_iter().collect::<Vec<_>>())
    };
    let count = wanted.secondary_private_ip_address_count.filter(|count| *count > 0);
    let asked = site
        .ec2()
        .create_nat_gateway()
        .client_token(token)
        .set_allocation_id(wanted.allocation_id)
        .set_connectivity_type(wanted.connectivity_type.as_deref().map(ConnectivityType::from))
        .set_private_ip_address(wanted.private_ip)
        .set_secondary_allocation_ids(list(wanted.secondary_allocation_ids))
        .set_secondary_private_ip_address_count(int(count)?)
        .set_secondary_private_ip_addresses(list(wanted.secondary_private_ip_addresses))
        .set_subnet_id(wanted.subnet_id)
        .tag_specifications(marks(ResourceType::Natgateway, wanted.tags.as_ref(), owner, token));
    let answered = asked.send().await.fault(Effect::Maybe)?;
    let id = answered.nat_gateway.and_then(|gateway| gateway.nat_gateway_id);
    Ok(accepted(&made(id, "a NAT gateway")?, handle::READY, FIRST_LOOK_MILLISECONDS))
}

async fn poll(site: &Site, id: &str, handle: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match (handle, live.state) {
        (_, State::Pending) | (handle::DELETE, State::Ready | State::Deleting) => {
            Ok(accepted(id, handle, LOOK_MILLISECONDS))
        }
        _ => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("NAT gateway", id))?;
    update_tags(site, id, &live, changes).await?;
    let mut works = false;
    if live.get("connectivity_type").and_then(Value::as_str) == Some("private") {
        if let Some((more, less)) = difference(&live, changes, "secondary_private_ip_addresses") {
            works |= set_private(site, id, more, less).await?;
        }
    } else {
        works |= set_public(site, id, &live, changes).await?;
    }
    match works {
        true => Ok(accepted(id, handle::READY, FIRST_LOOK_MILLISECONDS)),
        false => Ok(object_or_absent(read(site, id).await?)),
    }
}

/// What a set of text gains and loses by a change; `None` when it does not change.
fn difference(live: &Live, changes: &Object, name: &str) -> Option<(Vec<String>, Vec<String>)> {
    let wanted: BTreeSet<String> = becomes(&KIND, changes, name)?.unwrap_or_default();
    let has: BTreeSet<String> =
        live.get(name).and_then(relight_contract::Typed::from_value).unwrap_or_default();
    Some((wanted.difference(&has).cloned().collect(), has.difference(&wanted).cloned().collect()))
}

/// Gives private addresses to a private gateway, or takes them away; whether there was anything to do.
async fn set_private(site: &Site, id: &str, more: Vec<String>, less: Vec<String>) -> Result<bool, Fault> {
    let works = !more.is_empty() || !less.is_empty();
    if !more.is_empty() {
        let asked = site.ec2().assign_private_nat_gateway_address().nat_gateway_id(id);
        asked.set_private_ip_addresses(Some(more)).send().await.fault(Effect::Maybe)?;
    }
    if !less.is_empty() {
        let asked = site.ec2().unassign_private_nat_gateway_address().nat_gateway_id(id);
        asked.set_private_ip_addresses(Some(less)).send().await.fault(Effect::Maybe)?;
    }
    Ok(works)
}

/// Gives public addresses to a gateway, each with a private one where the spec names those, or takes them away.
async fn set_public(site: &Site, id: &str, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let Some((more, less)) = difference(live, changes, "secondary_allocation_ids") else { return Ok(false) };
    let works = !more.is_empty() || !less.is_empty();
    if !more.is_empty() {
        let private = difference(live, changes, "secondary_private_ip_addresses").map(|(more, _)| more);
        let private = private.filter(|private| private.len() == more.len());
        let asked = site.ec2().associate_nat_gateway_address().nat_gateway_id(id);
        let asked = asked.set_allocation_ids(Some(more)).set_private_ip_addresses(private);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if !less.is_empty() {
        let associations = associations(site, id, &less).await?;
        if !associations.is_empty() {
            let asked = site.ec2().disassociate_nat_gateway_address().nat_gateway_id(id);
            asked.set_association_ids(Some(associations)).send().await.fault(Effect::Maybe)?;
        }
    }
    Ok(works)
}

/// The associations of a gateway with these allocations.
async fn associations(site: &Site, id: &str, allocations: &[String]) -> Result<Vec<String>, Fault> {
    let asked = site.ec2().describe_nat_gateways().filter(filter("nat-gateway-id", [id.to_owned()]));
    let answered = asked.send().await.fault(Effect::None)?.nat_gateways.unwrap_or_default();
    let addresses =
        answered.into_iter().flat_map(|gateway| gateway.nat_gateway_addresses.unwrap_or_default());
    let of = |address: &Address| {
        address.allocation_id.as_ref().is_some_and(|allocation| allocations.contains(allocation))
    };
    Ok(addresses.filter(of).filter_map(|address| address.association_id).collect())
}

/// To look first tells whether there is anything to delete, and costs one call for all that are asked at once.
async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state != State::Deleting {
        let asked = site.ec2().delete_nat_gateway().nat_gateway_id(id);
        if absent_is_none(asked.send().await.fault(Effect::Maybe))?.is_none() {
            return Ok(Answer::Absent);
        }
    }
    Ok(accepted(id, handle::DELETE, FIRST_LOOK_MILLISECONDS))
}
