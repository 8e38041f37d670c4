//! The API half of `aws_vpc`.
//!
//! `CreateVpc` takes no token and no DNS settings. So a creation answers as soon as there is an id, and the settings
//! follow when it is polled.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, TagSpecification, Tenancy, VpcAttributeName, VpcCidrBlockStateCode,
    VpcState,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{KIND, Vpc};
use crate::api::ec2::{MOST_FILTERED, filter, intended, once, owned, pairs, set_tags, tag, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, made, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// The pool of addresses that blocks of Amazon's own come from.
const AMAZON_POOL: &str = "Amazon";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
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

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_vpcs().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    Ok(Answer::Page { items: complete(site, answered.vpcs.unwrap_or_default(), interest).await?, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    look(site, KIND.name, id, &Interest::default()).await
}

/// One VPC, together with all that are asked for at the same time under the same `topic`, with the same interest.
async fn look(
    site: &Site,
    topic: &'static str,
    id: &str,
    interest: &Interest,
) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_vpcs().filters(filter("vpc-id", ids));
        let answered = asked.send().await.fault(Effect::None)?;
        complete(site, answered.vpcs.unwrap_or_default(), interest).await
    };
    site.together(topic, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_vpcs().filters(intended(token));
    let answered = asked.send().await.fault(Effect::None)?;
    complete(site, answered.vpcs.unwrap_or_default(), &Interest::default()).await
}

/// The objects with what `DescribeVpcs` does not tell.
async fn complete(
    site: &Site,
    vpcs: Vec<aws_sdk_ec2::types::Vpc>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let mut complete = Vec::with_capacity(vpcs.len());
    for part in vpcs.chunks(MOST_FILTERED) {
        let ids: Vec<String> = part.iter().filter_map(|vpc| vpc.vpc_id.clone()).collect();
        let (tables, groups, lists) = tokio::try_join!(
            main_tables(site, &ids, interest),
            default_groups(site, &ids, interest),
            default_lists(site, &ids, interest)
        )?;
        for vpc in part {
            let id = vpc.vpc_id.clone().unwrap_or_default();
            // One that is deleted meanwhile is no longer there.
            let Some(switches) = absent_is_none(switches(site, &id, interest).await)? else { continue };
            let table = tables.get(&id).cloned();
            let made = Vpc {
                default_route_table_id: table.clone(),
                main_route_table_id: table,
                default_security_group_id: groups.get(&id).cloned(),
                default_network_acl_id: lists.get(&id).cloned(),
                ..switches
            };
            complete.push(live(site, vpc.clone(), made).await?);
        }
    }
    Ok(complete)
}

async fn main_tables(
    site: &Site,
    ids: &[String],
    interest: &Interest,
) -> Result<BTreeMap<String, String>, Fault> {
    if !interest.wants(&["default_route_table_id", "main_route_table_id"]) {
        return Ok(BTreeMap::new());
    }
    let main = filter("association.main", ["true".to_owned()]);
    let asked = site.ec2().describe_route_tables().filters(main).filters(filter("vpc-id", ids.to_vec()));
    let answered = asked.send().await.fault(Effect::None)?;
    let tables = answered.route_tables.unwrap_or_default();
    Ok(tables.into_iter().filter_map(|table| Some((table.vpc_id?, table.route_table_id?))).collect())
}

async fn default_groups(
    site: &Site,
    ids: &[String],
    interest: &Interest,
) -> Result<BTreeMap<String, String>, Fault> {
    if !interest.wants(&["default_security_group_id"]) {
        return Ok(BTreeMap::new());
    }
    let named = filter("group-name", ["default".to_owned()]);
    let asked = site.ec2().describe_security_groups().filters(named).filters(filter("vpc-id", ids.to_vec()));
    let answered = asked.send().await.fault(Effect::None)?;
    let groups = answered.security_groups.unwrap_or_default();
    Ok(groups.into_iter().filter_map(|group| Some((group.vpc_id?, group.group_id?))).collect())
}

async fn default_lists(
    site: &Site,
    ids: &[String],
    interest: &Interest,
) -> Result<BTreeMap<String, String>, Fault> {
    if !interest.wants(&["default_network_acl_id"]) {
        return Ok(BTreeMap::new());
    }
    let default = filter("default", ["true".to_owned()]);
    let asked = site.ec2().describe_network_acls().filters(default).filters(filter("vpc-id", ids.to_vec()));
    let answered = asked.send().await.fault(Effect::None)?;
    let lists = answered.network_acls.unwrap_or_default();
    Ok(lists.into_iter().filter_map(|list| Some((list.vpc_id?, list.network_acl_id?))).collect())
}

/// What only `DescribeVpcAttribute` tells, an attribute at a time.
async fn switches(site: &Site, id: &str, interest: &Interest) -> Result<Vpc, Fault> {
    let ask = async |field: &str, name| {
        if !interest.wants(&[field]) {
            return Ok(None);
        }
        site.ec2()
            .describe_vpc_attribute()
            .vpc_id(id)
            .attribute(name)
            .send()
            .await
            .fault(Effect::None)
            .map(Some)
    };
    let (hostnames, support, metrics) = tokio::try_join!(
        ask("enable_dns_hostnames", VpcAttributeName::EnableDnsHostnames),
        ask("enable_dns_support", VpcAttributeName::EnableDnsSupport),
        ask("enable_network_address_usage_metrics", VpcAttributeName::EnableNetworkAddressUsageMetrics),
    )?;
    let value = |told: Option<AttributeBooleanValue>| told.and_then(|told| told.value);
    Ok(Vpc {
        enable_dns_hostnames: value(hostnames.and_then(|told| told.enable_dns_hostnames)),
        enable_dns_support: value(support.and_then(|told| told.enable_dns_support)),
        enable_network_address_usage_metrics: value(
            metrics.and_then(|told| told.enable_network_address_usage_metrics),
        ),
        ..Vpc::default()
    })
}

async fn live(site: &Site, vpc: aws_sdk_ec2::types::Vpc, made: Vpc) -> Result<Live, Fault> {
    let id = vpc.vpc_id.unwrap_or_default();
    let told = Told::of(pairs(vpc.tags));
    let block = vpc.ipv6_cidr_block_association_set.unwrap_or_default().into_iter().find(|block| {
        let state = block.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref());
        state == Some(&VpcCidrBlockStateCode::Associated)
    });
    let by_amazon = block.as_ref().is_some_and(|block| block.ipv6_pool.as_deref() == Some(AMAZON_POOL));
    let attributes = Vpc {
        arn: Some(site.arn("ec2", &format!("vpc/{id}")).await?),
        assign_generated_ipv6_cidr_block: Some(by_amazon),
        cidr_block: vpc.cidr_block,
        dhcp_options_id: vpc.dhcp_options_id,
        id: Some(id.clone()),
        instance_tenancy: vpc.instance_tenancy.map(|tenancy| tenancy.as_str().to_owned()),
        ipv6_association_id: block.as_ref().and_then(|block| block.association_id.clone()),
        ipv6_cidr_block: block.and_then(|block| block.ipv6_cidr_block),
        owner_id: vpc.owner_id,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..made
    };
    let state = match vpc.state {
        Some(VpcState::Pending) => State::Pending,
        _ => State::Ready,
    };
    Ok(told.live(&id, attributes.to_object(), state))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Vpc::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag);
    let marked =
        TagSpecification::builder().resource_type(ResourceType::Vpc).set_tags(Some(marks.collect())).build();
    let asked = site
        .ec2()
        .create_vpc()
        .set_cidr_block(wanted.cidr_block)
        .set_instance_tenancy(wanted.instance_tenancy.as_deref().map(Tenancy::from))
        .set_amazon_provided_ipv6_cidr_block(wanted.assign_generated_ipv6_cidr_block)
        .tag_specifications(marked);
    let asked = asked.customize().config_override(once());
    let id = asked.send().await.fault(Effect::Maybe)?.vpc.and_then(|vpc| vpc.vpc_id);
    Ok(accepted(&made(id, "a VPC")?, "settings", 0))
}

/// Goes on with a creation: sets what a new VPC does not have by itself, and asks for none of it.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let fields = KIND.fields.iter().map(|row| row.name).filter(|name| !SWITCHES.iter().any(|s| s.0 == *name));
    let others = Interest { fields: Some(fields.map(Name::from).collect()), names: None };
    let Some(live) = look(site, "new aws_vpc", id, &others).await? else { return Ok(Answer::Absent) };
    if live.state == State::Pending {
        return Ok(accepted(id, "settings", 1_000));
    }
    let new: Object =
        SWITCHES.iter().map(|(switch, by_default, _)| (*switch, Value::Bool(*by_default))).collect();
    let mut wanted = attributes.clone();
    wanted.retain(|name, value| new.get(name).is_some_and(|by_default| by_default != value));
    set_switches(site, id, &wanted).await?;
    let attributes = merged(merged(live.attributes, &new), &wanted);
    Ok(Answer::Object(Live { attributes, ..live }))
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("VPC", id))?;
    set_switches(site, id, changes).await?;
    update_tags(site, id, &live, changes).await?;
    if let Some(Some(wanted)) = becomes::<bool>(&KIND, changes, "assign_generated_ipv6_cidr_block") {
        set_ipv6_block(site, id, &live, wanted).await?;
    }
    if changes.get("ipv6_cidr_block").is_some_and(|block| !block.is_null()) {
        let text = "`ipv6_cidr_block` comes from a pool of the account, which relight does not manage";
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    Ok(object_or_absent(read(site, id).await?))
}

/// An attribute that `ModifyVpcAttribute` sets, one to a call, whether a new VPC has it, and the order of the calls: names
/// of instances need a VPC that resolves names. Source: Amazon VPC user guide, "DNS attributes for your VPC".
const SWITCHES: &[(&str, bool, VpcAttributeName)] = &[
    ("enable_dns_support", true, VpcAttributeName::EnableDnsSupport),
    ("enable_dns_hostnames", false, VpcAttributeName::EnableDnsHostnames),
    ("enable_network_address_usage_metrics", false, VpcAttributeName::EnableNetworkAddressUsageMetrics),
];

async fn set_switches(site: &Site, id: &str, changes: &Object) -> Result<(), Fault> {
    let off = becomes::<bool>(&KIND, changes, "enable_dns_support") == Some(Some(false));
    let order: Vec<_> = if off { SWITCHES.iter().rev().collect() } else { SWITCHES.iter().collect() };
    for (name, _, attribute) in order {
        let Some(Some(wanted)) = becomes::<bool>(&KIND, changes, name) else { continue };
        let value = AttributeBooleanValue::builder().value(wanted).build();
        let asked = site.ec2().modify_vpc_attribute().vpc_id(id);
        let asked = match attribute {
            VpcAttributeName::EnableDnsSupport => asked.enable_dns_support(value),
            VpcAttributeName::EnableDnsHostnames => asked.enable_dns_hostnames(value),
            _ => asked.enable_network_address_usage_metrics(value),
        };
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn set_ipv6_block(site: &Site, id: &str, live: &Live, wanted: bool) -> Result<(), Fault> {
    let has = live.get("assign_generated_ipv6_cidr_block").and_then(Value::as_bool);
    if has == Some(wanted) {
        return Ok(());
    }
    if wanted {
        let asked = site.ec2().associate_vpc_cidr_block().vpc_id(id).amazon_provided_ipv6_cidr_block(true);
        let asked = asked.customize().config_override(once());
        asked.send().await.fault(Effect::Maybe)?;
    } else if let Some(block) = live.get("ipv6_association_id").and_then(Value::as_str) {
        let asked = site.ec2().disassociate_vpc_cidr_block().association_id(block);
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    absent_is_none(site.ec2().delete_vpc().vpc_id(id).send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
