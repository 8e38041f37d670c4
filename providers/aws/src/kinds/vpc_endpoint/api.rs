//! The API half of `aws_vpc_endpoint`.
//!
//! An endpoint has come up when it is available, or when it waits for a service of somebody else to accept it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ec2::types::{
    DnsOptionsSpecification, DnsRecordIpType, IpAddressType, PrefixList, ResourceType,
    SubnetConfiguration as Addresses, VpcEndpoint as Described, VpcEndpointType,
};
use relight_contract::{
    Action, Answer, Answering, Block, BlockList, Blocks, Fault, FaultKind, Interest, ListOf, Live, Name,
    Object, Owner, State, Typed, Value,
};

use super::{DnsEntry, DnsOptions, KIND, SubnetConfiguration, VpcEndpoint};
use crate::api::ec2::{MOST_FILTERED, filter, intended, marks, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
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
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
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

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_vpc_endpoints().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let items = complete(site, answered.vpc_endpoints, interest).await?;
    Ok(Answer::Page { items, next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let asked = site.ec2().describe_vpc_endpoints().set_vpc_endpoint_ids(Some(ids));
        let answered = asked.send().await.fault(Effect::None)?;
        complete(site, answered.vpc_endpoints, &Interest::default()).await
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_vpc_endpoints().filters(intended(token));
    let answered = asked.send().await.fault(Effect::None)?;
    complete(site, answered.vpc_endpoints, &Interest::default()).await
}

/// The objects with the addresses of the services that gateway endpoints lead to.
async fn complete(
    site: &Site,
    endpoints: Option<Vec<Described>>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    let endpoints = endpoints.unwrap_or_default();
    let of_gateways = endpoints.iter().filter(|endpoint| {
        endpoint.vpc_endpoint_type == Some(VpcEndpointType::Gateway)
            && interest.wants(&["cidr_blocks", "prefix_list_id"])
    });
    let names: BTreeSet<String> = of_gateways.filter_map(|endpoint| endpoint.service_name.clone()).collect();
    let mut lists: BTreeMap<String, PrefixList> = BTreeMap::new();
    if !names.is_empty() {
        let asked = site.ec2().describe_prefix_lists().filters(filter("prefix-list-name", names));
        let told = asked.send().await.fault(Effect::None)?.prefix_lists.unwrap_or_default();
        lists.extend(told.into_iter().filter_map(|list| Some((list.prefix_list_name.clone()?, list))));
    }
    let mut items = Vec::with_capacity(endpoints.len());
    for endpoint in endpoints {
        let list = endpoint.service_name.as_ref().and_then(|name| lists.get(name)).cloned();
        items.extend(live(site, endpoint, list).await?);
    }
    Ok(items)
}

/// What the endpoint is doing, in lower case: the API spells it one way and its model another.
fn doing(endpoint: &Described) -> String {
    endpoint.state.as_ref().map(|state| state.as_str().to_lowercase()).unwrap_or_default()
}

async fn live(site: &Site, told: Described, list: Option<PrefixList>) -> Result<Option<Live>, Fault> {
    let doing = doing(&told);
    let state = match doing.as_str() {
        "deleted" => return Ok(None),
        "pending" | "partial" => State::Pending,
        "deleting" => State::Deleting,
        "failed" | "rejected" | "expired" => State::Failed,
        _ => State::Ready,
    };
    let id = told.vpc_endpoint_id.unwrap_or_default();
    let marks = Told::of(pairs(told.tags));
    let entries = told.dns_entries.unwrap_or_default().into_iter();
    let set = |ids: Option<Vec<String>>| Some(ids.unwrap_or_default().into_iter().collect());
    let groups = told.groups.unwrap_or_default().into_iter();
    let attributes = VpcEndpoint {
        arn: Some(site.arn("ec2", &format!("vpc-endpoint/{id}")).await?),
        cidr_blocks: Some(list.as_ref().and_then(|list| list.cidrs.clone()).unwrap_or_default()),
        dns_entry: Some(ListOf(
            entries
                .map(|entry| DnsEntry { dns_name: entry.dns_name, hosted_zone_id: entry.hosted_zone_id })
                .collect(),
        )),
        dns_options: told.dns_options.map(|options| {
            BlockList(vec![DnsOptions {
                dns_record_ip_type: options.dns_record_ip_type.map(|word| word.as_str().to_owned()),
                private_dns_only_for_inbound_resolver_endpoint: options
                    .private_dns_only_for_inbound_resolver_endpoint,
            }])
        }),
        id: Some(id.clone()),
        ip_address_type: told.ip_address_type.map(|word| word.as_str().to_owned()),
        network_interface_ids: set(told.network_interface_ids),
        owner_id: told.owner_id,
        policy: told.policy_document.filter(|text| !text.is_empty()),
        prefix_list_id: list.and_then(|list| list.prefix_list_id),
        private_dns_enabled: Some(told.private_dns_enabled.unwrap_or_default()),
        requester_managed: Some(told.requester_managed.unwrap_or_default()),
        resource_configuration_arn: told.resource_configuration_arn,
        route_table_ids: set(told.route_table_ids),
        security_group_ids: Some(groups.filter_map(|group| group.group_id).collect()),
        service_name: told.service_name,
        service_network_arn: told.service_network_arn,
        service_region: told.service_region,
        state: Some(doing),
        subnet_ids: set(told.subnet_ids),
        tags: Some(marks.user.clone()),
        tags_all: Some(marks.user.clone()),
        vpc_endpoint_type: told.vpc_endpoint_type.map(|word| word.as_str().to_owned()),
        vpc_id: told.vpc_id,
        ..VpcEndpoint::default()
    };
    Ok(Some(marks.live(&id, attributes.to_object(), state)))
}

fn ids(set: Option<BTreeSet<String>>) -> Option<Vec<String>> {
    set.filter(|set| !set.is_empty()).map(Vec::from_iter)
}

fn addresses(blocks: Option<Blocks<SubnetConfiguration>>) -> Option<Vec<Addresses>> {
    let blocks = blocks.filter(|blocks| !blocks.0.is_empty())?;
    let each = blocks.0.into_iter().map(|block| {
        let addresses = Addresses::builder().set_subnet_id(block.subnet_id);
        addresses.set_ipv4(block.ipv4).set_ipv6(block.ipv6).build()
    });
    Some(each.collect())
}

fn options(blocks: Option<BlockList<DnsOptions>>) -> Option<DnsOptionsSpecification> {
    let block = blocks?.0.into_iter().next()?;
    let only = block.private_dns_only_for_inbound_resolver_endpoint;
    let options = DnsOptionsSpecification::builder().set_private_dns_only_for_inbound_resolver_endpoint(only);
    Some(
        options
            .set_dns_record_ip_type(block.dns_record_ip_type.as_deref().map(DnsRecordIpType::from))
            .build(),
    )
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = VpcEndpoint::from_object(attributes).map_err(shape)?;
    let asked = site
        .ec2()
        .create_vpc_endpoint()
        .client_token(token)
        .set_dns_options(options(wanted.dns_options))
        .set_ip_address_type(wanted.ip_address_type.as_deref().map(IpAddressType::from))
        .set_policy_document(wanted.policy)
        .set_private_dns_enabled(wanted.private_dns_enabled)
        .set_resource_configuration_arn(wanted.resource_configuration_arn)
        .set_route_table_ids(ids(wanted.route_table_ids))
        .set_security_group_ids(ids(wanted.security_group_ids))
        .set_service_name(wanted.service_name)
        .set_service_network_arn(wanted.service_network_arn)
        .set_service_region(wanted.service_region)
        .set_subnet_configurations(addresses(wanted.subnet_configuration))
        .set_subnet_ids(ids(wanted.subnet_ids))
        .set_vpc_endpoint_type(wanted.vpc_endpoint_type.as_deref().map(VpcEndpointType::from))
        .set_vpc_id(wanted.vpc_id)
        .tag_specifications(marks(ResourceType::VpcEndpoint, wanted.tags.as_ref(), owner, token));
    let answered = asked.send().await.fault(Effect::Maybe)?;
    let id = answered.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id);
    Ok(accepted(&made(id, "an endpoint")?, handle::READY, FIRST_LOOK_MILLISECONDS))
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let waits = live.get("state").and_then(Value::as_str) == Some("pendingacceptance");
    let accepts = attributes.get("auto_accept").and_then(Value::as_bool) == Some(true);
    match (handle, live.state) {
        (_, State::Pending) | (handle::DELETE, _) => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        (handle::READY, State::Ready) if waits && accepts => {
            accept(site, &live).await?;
            Ok(accepted(id, handle, FIRST_LOOK_MILLISECONDS))
        }
        _ => Ok(Answer::Object(live)),
    }
}

/// Accepts the connection on the side of the service, which has to be the account's own.
async fn accept(site: &Site, live: &Live) -> Result<(), Fault> {
    let name = live.get("service_name").and_then(Value::as_str).unwrap_or_default();
    let of_name = filter("service-name", [name.to_owned()]);
    let asked = site.ec2().describe_vpc_endpoint_service_configurations().filters(of_name);
    let answered = asked.send().await.fault(Effect::None)?;
    let service = answered.service_configurations.unwrap_or_default().into_iter().next();
    let Some(service) = service.and_then(|service| service.service_id) else {
        let text = format!("`auto_accept` needs a service of this account, and {name} is none");
        return Err(Fault::new(FaultKind::Invalid, text));
    };
    let asked = site.ec2().accept_vpc_endpoint_connections().service_id(service);
    asked.vpc_endpoint_ids(&*live.native_id).send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// What a set of ids gains and loses by a change.
fn difference(live: &Live, changes: &Object, name: &str) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let Some(wanted) = becomes::<BTreeSet<String>>(&KIND, changes, name) else { return (None, None) };
    let wanted = wanted.unwrap_or_default();
    let has: BTreeSet<String> = live.get(name).and_then(Typed::from_value).unwrap_or_default();
    (
        ids(Some(wanted.difference(&has).cloned().collect())),
        ids(Some(has.difference(&wanted).cloned().collect())),
    )
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("endpoint", id))?;
    update_tags(site, id, &live, changes).await?;
    if changes.names().all(|name| &**name == "tags") {
        return Ok(object_or_absent(read(site, id).await?));
    }
    let policy = becomes::<String>(&KIND, changes, "policy");
    let reset = matches!(&policy, Some(None)).then_some(true);
    let (more_tables, fewer_tables) = difference(&live, changes, "route_table_ids");
    let (more_groups, fewer_groups) = difference(&live, changes, "security_group_ids");
    let (more_subnets, fewer_subnets) = difference(&live, changes, "subnet_ids");
    let kind = becomes::<String>(&KIND, changes, "ip_address_type").flatten();
    let asked = site
        .ec2()
        .modify_vpc_endpoint()
        .vpc_endpoint_id(id)
        .set_add_route_table_ids(more_tables)
        .set_add_security_group_ids(more_groups)
        .set_add_subnet_ids(more_subnets)
        .set_dns_options(options(becomes(&KIND, changes, "dns_options").flatten()))
        .set_ip_address_type(kind.as_deref().map(IpAddressType::from))
        .set_policy_document(policy.flatten())
        .set_private_dns_enabled(becomes(&KIND, changes, "private_dns_enabled").flatten())
        .set_remove_route_table_ids(fewer_tables)
        .set_remove_security_group_ids(fewer_groups)
        .set_remove_subnet_ids(fewer_subnets)
        .set_reset_policy(reset)
        .set_subnet_configurations(addresses(becomes(&KIND, changes, "subnet_configuration").flatten()));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(accepted(id, handle::READY, FIRST_LOOK_MILLISECONDS))
}

/// The answer to a deletion is good even where it deleted nothing: what went wrong stands in it.
async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let answered = site.ec2().delete_vpc_endpoints().vpc_endpoint_ids(id).send().await;
    let Some(answered) = absent_is_none(answered.fault(Effect::Maybe))? else { return Ok(Answer::Absent) };
    let wrong = answered.unsuccessful.unwrap_or_default().into_iter().find_map(|item| item.error);
    match wrong {
        None => Ok(accepted(id, handle::DELETE, FIRST_LOOK_MILLISECONDS)),
        Some(wrong) => {
            let fault = crate::api::told(wrong.code.as_deref(), wrong.message.as_deref(), Effect::Maybe);
            absent_is_none::<()>(Err(fault)).map(|_| Answer::Absent)
        }
    }
}
