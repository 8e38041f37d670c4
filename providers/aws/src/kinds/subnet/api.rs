//! The API half of `aws_subnet`.
//!
//! `CreateSubnet` takes no token and no settings. So a creation answers as soon as there is an id, and the settings
//! follow when it is polled, one to a call.

use std::sync::Arc;

use aws_sdk_ec2::operation::modify_subnet_attribute::builders::ModifySubnetAttributeFluentBuilder as Modify;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, HostnameType, ResourceType, Subnet as Described,
    SubnetCidrBlockStateCode as BlockState, SubnetState,
};
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, State, Value};

use super::{KIND, Subnet};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, once, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, int, made, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll does: it sets what a creation or a change asked for and is not yet so.
const SETTINGS: &str = "settings";

/// How long to wait between two looks at a block that comes or goes.
const LOOK_MILLISECONDS: u64 = 1_000;

/// The setting that needs an IPv6 block, and so follows it.
const OF_BLOCK: &str = "assign_ipv6_address_on_creation";

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
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.ec2().delete_subnet().subnet_id(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_subnets().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.subnets), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_subnets().filters(filter("subnet-id", ids));
        Ok(all(asked.send().await.fault(Effect::None)?.subnets))
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_subnets().filters(intended(token));
    Ok(all(asked.send().await.fault(Effect::None)?.subnets))
}

fn all(subnets: Option<Vec<Described>>) -> Vec<Live> {
    subnets.unwrap_or_default().into_iter().map(live).collect()
}

fn live(subnet: Described) -> Live {
    let id = subnet.subnet_id.unwrap_or_default();
    let told = Told::of(pairs(subnet.tags));
    let state_of = |state: Option<&BlockState>| match state {
        Some(BlockState::Associating | BlockState::Disassociating) => State::Pending,
        Some(BlockState::Associated) => State::Ready,
        _ => State::Failed,
    };
    let blocks = subnet.ipv6_cidr_block_association_set.unwrap_or_default().into_iter().map(|block| {
        let state = block.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref());
        (state_of(state), block)
    });
    let blocks: Vec<_> = blocks.collect();
    let moves = blocks.iter().any(|(state, _)| *state == State::Pending);
    let block = blocks.into_iter().find(|(state, _)| *state == State::Ready).map(|(_, block)| block);
    let names = subnet.private_dns_name_options_on_launch;
    let answers = |told: Option<bool>| Some(told.unwrap_or_default());
    let attributes = Subnet {
        arn: subnet.subnet_arn,
        assign_ipv6_address_on_creation: answers(subnet.assign_ipv6_address_on_creation),
        availability_zone: subnet.availability_zone,
        availability_zone_id: subnet.availability_zone_id,
        cidr_block: subnet.cidr_block,
        customer_owned_ipv4_pool: subnet.customer_owned_ipv4_pool,
        enable_dns64: answers(subnet.enable_dns64),
        enable_lni_at_device_index: subnet.enable_lni_at_device_index.map(i64::from),
        enable_resource_name_dns_a_record_on_launch: answers(
            names.as_ref().and_then(|names| names.enable_resource_name_dns_a_record),
        ),
        enable_resource_name_dns_aaaa_record_on_launch: answers(
            names.as_ref().and_then(|names| names.enable_resource_name_dns_aaaa_record),
        ),
        id: Some(id.clone()),
        ipv6_cidr_block: block.as_ref().and_then(|block| block.ipv6_cidr_block.clone()),
        ipv6_cidr_block_association_id: block.and_then(|block| block.association_id),
        ipv6_native: answers(subnet.ipv6_native),
        map_customer_owned_ip_on_launch: subnet.map_customer_owned_ip_on_launch,
        map_public_ip_on_launch: answers(subnet.map_public_ip_on_launch),
        outpost_arn: subnet.outpost_arn,
        owner_id: subnet.owner_id,
        private_dns_hostname_type_on_launch: names
            .and_then(|names| names.hostname_type)
            .map(|hostname| hostname.as_str().to_owned()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
        vpc_id: subnet.vpc_id,
    };
    let state = match subnet.state {
        Some(SubnetState::Pending) => State::Pending,
        Some(SubnetState::Failed | SubnetState::FailedInsufficientCapacity) => State::Failed,
        _ if moves => State::Pending,
        _ => State::Ready,
    };
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Subnet::from_object(attributes).map_err(shape)?;
    let marked = marks(ResourceType::Subnet, wanted.tags.as_ref(), owner, token);
    let asked = site
        .ec2()
        .create_subnet()
        .set_availability_zone(wanted.availability_zone)
        .set_availability_zone_id(wanted.availability_zone_id)
        .set_cidr_block(wanted.cidr_block)
        .set_ipv6_cidr_block(wanted.ipv6_cidr_block)
        .set_ipv6_native(wanted.ipv6_native.filter(|native| *native))
        .set_outpost_arn(wanted.outpost_arn)
        .set_vpc_id(wanted.vpc_id)
        .tag_specifications(marked);
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let id = answered.subnet.and_then(|subnet| subnet.subnet_id);
    Ok(accepted(&made(id, "a subnet")?, SETTINGS, 0))
}

/// Goes on with a creation or a change: sets what is not yet as it is to be.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match live.state {
        State::Pending => return Ok(accepted(id, SETTINGS, LOOK_MILLISECONDS)),
        State::Ready => {}
        State::Failed | State::Deleting => return Ok(Answer::Object(live)),
    }
    let block = attributes.get("ipv6_cidr_block").and_then(Value::as_str);
    if let Some(block) = block.filter(|_| live.get("ipv6_cidr_block").is_none()) {
        associate(site, id, block).await?;
        return Ok(accepted(id, SETTINGS, LOOK_MILLISECONDS));
    }
    let mut lacking = attributes.clone();
    lacking.retain(|name, value| {
        let is_setting = SETTERS.iter().any(|(setting, _)| setting == &&**name);
        is_setting && !value.is_null() && live.get(name) != Some(value)
    });
    if lacking.is_empty() {
        return Ok(Answer::Object(live));
    }
    set(site, id, &lacking, attributes).await?;
    Ok(object_or_absent(read(site, id).await?))
}

async fn associate(site: &Site, id: &str, block: &str) -> Result<(), Fault> {
    let asked = site.ec2().associate_subnet_cidr_block().subnet_id(id).ipv6_cidr_block(block);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// A block that takes the place of another one comes when that one is gone, in a poll.
async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("subnet", id))?;
    let block = becomes::<String>(&KIND, changes, "ipv6_cidr_block");
    let mut at_once = changes.clone();
    let assigns = becomes::<bool>(&KIND, changes, OF_BLOCK).flatten() == Some(true);
    if block.is_some() && assigns {
        at_once.remove(OF_BLOCK);
    }
    set(site, id, &at_once, &merged(attributes.clone(), changes)).await?;
    update_tags(site, id, &live, changes).await?;
    let Some(block) = block else { return Ok(object_or_absent(read(site, id).await?)) };
    let has = live.get("ipv6_cidr_block").and_then(Value::as_str);
    let association = live.get("ipv6_cidr_block_association_id").and_then(Value::as_str);
    match (association, &block) {
        (Some(association), _) if has != block.as_deref() => {
            let asked = site.ec2().disassociate_subnet_cidr_block().association_id(association);
            absent_is_none(asked.send().await.fault(Effect::Maybe))?;
        }
        (None, Some(block)) => associate(site, id, block).await?,
        _ => {}
    }
    Ok(accepted(id, SETTINGS, 0))
}

/// Puts one setting into a call.
type Setter = fn(Modify, &Object) -> Result<Modify, Fault>;

/// The settings, each with what its call says. The order is that of the calls: an address pool comes with the switch that
/// uses it.
const SETTERS: &[(&str, Setter)] = &[
    ("enable_dns64", |call, changes| Ok(call.set_enable_dns64(switch(changes, "enable_dns64")))),
    ("enable_lni_at_device_index", |call, changes| {
        Ok(match int(becomes(&KIND, changes, "enable_lni_at_device_index").flatten())? {
            Some(index) => call.enable_lni_at_device_index(index),
            None => call.disable_lni_at_device_index(AttributeBooleanValue::builder().value(true).build()),
        })
    }),
    ("enable_resource_name_dns_a_record_on_launch", |call, changes| {
        let value = switch(changes, "enable_resource_name_dns_a_record_on_launch");
        Ok(call.set_enable_resource_name_dns_a_record_on_launch(value))
    }),
    ("enable_resource_name_dns_aaaa_record_on_launch", |call, changes| {
        let value = switch(changes, "enable_resource_name_dns_aaaa_record_on_launch");
        Ok(call.set_enable_resource_name_dns_aaaa_record_on_launch(value))
    }),
    ("map_customer_owned_ip_on_launch", |call, changes| {
        let value = switch(changes, "map_customer_owned_ip_on_launch").unwrap_or_else(off);
        Ok(call.map_customer_owned_ip_on_launch(value))
    }),
    ("map_public_ip_on_launch", |call, changes| {
        Ok(call.set_map_public_ip_on_launch(switch(changes, "map_public_ip_on_launch")))
    }),
    ("private_dns_hostname_type_on_launch", |call, changes| {
        let word: Option<String> = becomes(&KIND, changes, "private_dns_hostname_type_on_launch").flatten();
        Ok(call.set_private_dns_hostname_type_on_launch(word.as_deref().map(HostnameType::from)))
    }),
    (OF_BLOCK, |call, changes| Ok(call.set_assign_ipv6_address_on_creation(switch(changes, OF_BLOCK)))),
];

fn switch(changes: &Object, name: &str) -> Option<AttributeBooleanValue> {
    let wanted = becomes::<bool>(&KIND, changes, name).flatten()?;
    Some(AttributeBooleanValue::builder().value(wanted).build())
}

fn off() -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(false).build()
}

/// Sets what changes, one setting to a call. `attributes` are the fields as they are to be.
async fn set(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<(), Fault> {
    let pool = attributes.get("customer_owned_ipv4_pool").and_then(Value::as_str);
    let mut changes = changes.clone();
    if changes.contains("customer_owned_ipv4_pool")
        && let Some(mapped) = attributes.get("map_customer_owned_ip_on_launch")
    {
        changes.insert("map_customer_owned_ip_on_launch", mapped.clone());
    }
    for (name, setter) in SETTERS.iter().filter(|(name, _)| changes.contains(name)) {
        let call = setter(site.ec2().modify_subnet_attribute().subnet_id(id), &changes)?;
        let of_pool = *name == "map_customer_owned_ip_on_launch";
        let call = call.set_customer_owned_ipv4_pool(pool.filter(|_| of_pool).map(str::to_owned));
        call.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
