//! The API half of `aws_eip`.
//!
//! To allocate an address and to associate it are two calls, so a creation answers as soon as there is an id, and the
//! address goes to its instance or network interface when it is polled.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::types::{Address, AddressAttributeName, DomainType, ResourceType};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Object, Owner, State, Value,
};

use super::{Eip, KIND};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, once, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, made, merged, missing, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// The largest page of `DescribeAddressesAttribute`; `DescribeAddresses` has no pages.
const PAGE: i32 = 1000;

/// What a poll does: it associates the address with what is to have it.
const ASSOCIATE: &str = "associate";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { interest, .. } => list(&site, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, interest: &Interest) -> Result<Answer, Fault> {
    let answered = site.ec2().describe_addresses().filters(owned()).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: complete(site, answered.addresses, interest).await?, next: None })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_addresses().filters(filter("allocation-id", ids));
        let answered = asked.send().await.fault(Effect::None)?;
        complete(site, answered.addresses, &Interest::default()).await
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_addresses().filters(intended(token));
    complete(site, asked.send().await.fault(Effect::None)?.addresses, &Interest::default()).await
}

/// The objects with what `DescribeAddresses` does not tell.
async fn complete(
    site: &Site,
    addresses: Option<Vec<Address>>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let addresses = addresses.unwrap_or_default();
    let mut names = match interest.wants(&["ptr_record"]) && !addresses.is_empty() {
        true => reverse_names(site).await?,
        false => BTreeMap::new(),
    };
    let mut items = Vec::with_capacity(addresses.len());
    for address in addresses {
        let id = address.allocation_id.clone().unwrap_or_default();
        let name = names.remove(&id);
        items.push(live(site, address, name).await?);
    }
    Ok(items)
}

/// The names that addresses resolve back to, by allocation, for all addresses of the place.
async fn reverse_names(site: &Site) -> Result<BTreeMap<String, String>, Fault> {
    let mut names = BTreeMap::new();
    let mut page = None;
    loop {
        let asked = site.ec2().describe_addresses_attribute().attribute(AddressAttributeName::DomainName);
        let asked = asked.max_results(PAGE).set_next_token(page);
        let answered = asked.send().await.fault(Effect::None)?;
        let told = answered.addresses.unwrap_or_default().into_iter();
        names.extend(told.filter_map(|address| Some((address.allocation_id?, address.ptr_record?))));
        page = answered.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(names);
        }
    }
}

async fn live(site: &Site, address: Address, reverse_name: Option<String>) -> Result<Live, Fault> {
    let id = address.allocation_id.unwrap_or_default();
    let told = Told::of(pairs(address.tags));
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let (public, private) = (given(address.public_ip), given(address.private_ip_address));
    let attributes = Eip {
        address: public.clone(),
        allocation_id: Some(id.clone()),
        arn: Some(site.arn("ec2", &format!("elastic-ip/{id}")).await?),
        associate_with_private_ip: private.clone(),
        association_id: given(address.association_id),
        carrier_ip: given(address.carrier_ip),
        customer_owned_ip: given(address.customer_owned_ip),
        customer_owned_ipv4_pool: given(address.customer_owned_ipv4_pool),
        domain: address.domain.map(|domain| domain.as_str().to_owned()),
        id: Some(id.clone()),
        instance: given(address.instance_id),
        ipam_pool_id: None,
        network_border_group: given(address.network_border_group),
        network_interface: given(address.network_interface_id),
        private_dns: private.as_deref().map(|ip| private_name(site.region(), ip)),
        private_ip: private,
        ptr_record: reverse_name,
        public_dns: public.as_deref().map(|ip| public_name(site.region(), ip)),
        public_ip: public,
        public_ipv4_pool: given(address.public_ipv4_pool),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
    };
    Ok(told.live(&id, attributes.to_object(), State::Ready))
}

/// Source: Amazon VPC user guide, "DNS attributes for your VPC": public names, and the older ones of us-east-1.
fn public_name(region: &str, ip: &str) -> String {
    let ip = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ec2-{ip}.compute-1.amazonaws.com"),
        _ => format!("ec2-{ip}.{region}.compute.amazonaws.com"),
    }
}

/// Source: Amazon VPC user guide, "DNS attributes for your VPC": private names, and the older ones of us-east-1.
fn private_name(region: &str, ip: &str) -> String {
    let ip = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ip-{ip}.ec2.internal"),
        _ => format!("ip-{ip}.{region}.compute.internal"),
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Eip::from_object(attributes).map_err(shape)?;
    let marked = marks(ResourceType::ElasticIp, wanted.tags.as_ref(), owner, token);
    let asked = site
        .ec2()
        .allocate_address()
        .domain(wanted.domain.as_deref().map_or(DomainType::Vpc, DomainType::from))
        .set_address(wanted.address)
        .set_customer_owned_ipv4_pool(wanted.customer_owned_ipv4_pool)
        .set_ipam_pool_id(wanted.ipam_pool_id)
        .set_network_border_group(wanted.network_border_group)
        .set_public_ipv4_pool(wanted.public_ipv4_pool.filter(|pool| pool != "amazon"))
        .tag_specifications(marked);
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&made(answered.allocation_id, "an address")?, ASSOCIATE, 0))
}

/// Goes on with a creation or a change: gives the address to what is to have it.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if stands_as(&live, attributes) {
        return Ok(Answer::Object(live));
    }
    match associate(site, id, attributes).await? {
        true => Ok(accepted(id, ASSOCIATE, 0)),
        false => Ok(Answer::Object(live)),
    }
}

/// Gives an address to what is to have it; false where nothing is.
async fn associate(site: &Site, id: &str, attributes: &Object) -> Result<bool, Fault> {
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).map(str::to_owned);
    let (instance, interface) = (text("instance"), text("network_interface"));
    if instance.is_none() && interface.is_none() {
        return Ok(false);
    }
    let asked = site
        .ec2()
        .associate_address()
        .allocation_id(id)
        .set_instance_id(instance)
        .set_network_interface_id(interface)
        .set_private_ip_address(text("associate_with_private_ip"));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(true)
}

/// What says who has the address.
const HOLDERS: &[&str] = &["associate_with_private_ip", "instance", "network_interface"];

/// Whether the address is where it is to be, as far as the spec says.
fn stands_as(live: &Live, attributes: &Object) -> bool {
    let asked = HOLDERS.iter().filter_map(|name| Some((name, attributes.get(name)?)));
    asked.filter(|(_, value)| !value.is_null()).all(|(name, value)| live.get(name) == Some(value))
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("address", id))?;
    update_tags(site, id, &live, changes).await?;
    let wanted = merged(attributes.clone(), changes);
    let moves = |name: &&str| match changes.get(name) {
        Some(value) if value.is_null() => live.get(name).is_some(),
        Some(_) => !stands_as(&live, &wanted),
        None => false,
    };
    if HOLDERS.iter().any(moves) {
        disassociate(site, &live).await?;
        associate(site, id, &wanted).await?;
        return Ok(accepted(id, ASSOCIATE, 0));
    }
    Ok(object_or_absent(read(site, id).await?))
}

/// Takes an address from who has it. One that a service holds cannot be taken, which EC2 calls a lack of permission.
async fn disassociate(site: &Site, live: &Live) -> Result<(), Fault> {
    let Some(association) = live.get("association_id").and_then(Value::as_str) else { return Ok(()) };
    let asked = site.ec2().disassociate_address().association_id(association);
    match absent_is_none(asked.send().await.fault(Effect::Maybe)) {
        Err(fault) if fault.code.as_deref() == Some("AuthFailure") => {
            Err(Fault { kind: FaultKind::Conflict, ..fault })
        }
        answered => answered.map(drop),
    }
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    disassociate(site, &live).await?;
    let asked = site.ec2().release_address().allocation_id(id);
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
