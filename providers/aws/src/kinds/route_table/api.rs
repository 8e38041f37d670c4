//! The API half of `aws_route_table`.
//!
//! `CreateRouteTable` takes a token and no routes. So a creation answers as soon as there is an id, and routes and
//! propagation follow when it is polled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_ec2::types::{ResourceType, RouteTable as Described};
use relight_contract::canonical::text;
use relight_contract::field::Canonical;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, SetOf, State, Typed,
};

use super::{InlineRoute, KIND, RouteTable};
use crate::api::ec2::{filter, intended, marks, owned, pairs, set_tags, update_tags};
use crate::api::routes::{self, Destination, Target};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 100;

/// How many tables are read together: they fit a page.
const TOGETHER: usize = 100;

/// What a poll does: it sets the routes and the propagation that are not yet as they are to be.
const ROUTES: &str = "routes";

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
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.ec2().delete_route_table().route_table_id(&*native_id);
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
    let asked = site.ec2().describe_route_tables().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(site, answered.route_tables).await?, next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_route_tables().filters(filter("route-table-id", ids));
        all(site, asked.max_results(PAGE).send().await.fault(Effect::None)?.route_tables).await
    };
    site.together(KIND.name, id, TOGETHER, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_route_tables().filters(intended(token));
    all(site, asked.send().await.fault(Effect::None)?.route_tables).await
}

async fn all(site: &Site, tables: Option<Vec<Described>>) -> Result<Vec<Live>, Fault> {
    let mut items = Vec::new();
    for table in tables.unwrap_or_default() {
        items.push(live(site, table).await?);
    }
    Ok(items)
}

async fn live(site: &Site, table: Described) -> Result<Live, Fault> {
    let id = table.route_table_id.unwrap_or_default();
    let told = Told::of(pairs(table.tags));
    let routes = table.routes.unwrap_or_default().into_iter();
    let routes = routes.filter(|route| routes::is_asked_for(route) && !routes::is_local(route));
    let gateways = table.propagating_vgws.unwrap_or_default().into_iter();
    let attributes = RouteTable {
        arn: Some(site.arn("ec2", &format!("route-table/{id}")).await?),
        id: Some(id.clone()),
        owner_id: table.owner_id,
        propagating_vgws: Some(gateways.filter_map(|gateway| gateway.gateway_id).collect()),
        route: Some(SetOf(routes.filter_map(inline).collect())),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
        vpc_id: table.vpc_id,
    };
    Ok(told.live(&id, attributes.to_object(), State::Ready))
}

fn inline(route: aws_sdk_ec2::types::Route) -> Option<InlineRoute> {
    let destination = Destination::of(&route)?;
    let target = Target::of(route);
    let (mut v4, mut v6, mut list) = (None, None, None);
    match destination {
        Destination::V4(block) => v4 = Some(block),
        Destination::V6(block) => v6 = Some(block),
        Destination::List(id) => list = Some(id),
    }
    Some(InlineRoute {
        carrier_gateway_id: target.carrier_gateway_id,
        cidr_block: v4,
        core_network_arn: target.core_network_arn,
        destination_prefix_list_id: list,
        egress_only_gateway_id: target.egress_only_gateway_id,
        gateway_id: target.gateway_id,
        ipv6_cidr_block: v6,
        local_gateway_id: target.local_gateway_id,
        nat_gateway_id: target.nat_gateway_id,
        network_interface_id: target.network_interface_id,
        transit_gateway_id: target.transit_gateway_id,
        vpc_endpoint_id: target.vpc_endpoint_id,
        vpc_peering_connection_id: target.vpc_peering_connection_id,
    })
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = RouteTable::from_object(attributes).map_err(shape)?;
    let asked = site
        .ec2()
        .create_route_table()
        .client_token(token)
        .set_vpc_id(wanted.vpc_id)
        .tag_specifications(marks(ResourceType::RouteTable, wanted.tags.as_ref(), owner, token));
    let answered = asked.send().await.fault(Effect::Maybe)?;
    let id = answered.route_table.and_then(|table| table.route_table_id);
    Ok(accepted(&made(id, "a route table")?, ROUTES, 0))
}

/// Goes on with a creation: sets what is not yet as it is to be.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let routes = set_routes(site, id, &live, attributes).await?;
    let propagation = set_propagation(site, id, &live, attributes).await?;
    match routes || propagation {
        true => Ok(object_or_absent(read(site, id).await?)),
        false => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("route table", id))?;
    set_routes(site, id, &live, changes).await?;
    set_propagation(site, id, &live, changes).await?;
    update_tags(site, id, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}

/// Routes by their destination, blocks as EC2 keeps them.
fn by_destination(routes: Vec<InlineRoute>) -> Result<BTreeMap<Destination, Target>, Fault> {
    let block = |given: Option<String>| given.map(|given| text(Canonical::Cidr, &given));
    let each = routes.into_iter().map(|route| {
        let v4 = block(route.cidr_block);
        let v6 = block(route.ipv6_cidr_block);
        let destination = Destination::given(v4, v6, route.destination_prefix_list_id);
        let target = Target {
            carrier_gateway_id: route.carrier_gateway_id,
            core_network_arn: route.core_network_arn,
            egress_only_gateway_id: route.egress_only_gateway_id,
            gateway_id: route.gateway_id,
            local_gateway_id: route.local_gateway_id,
            nat_gateway_id: route.nat_gateway_id,
            network_interface_id: route.network_interface_id,
            transit_gateway_id: route.transit_gateway_id,
            vpc_endpoint_id: route.vpc_endpoint_id,
            vpc_peering_connection_id: route.vpc_peering_connection_id,
        };
        Ok((destination.ok_or_else(routes::without_destination)?, target))
    });
    each.collect()
}

/// Makes the routes of a table the wanted ones; whether there was anything to do. What is led elsewhere comes before
/// what goes, so that no traffic is without a way in between.
async fn set_routes(site: &Site, id: &str, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let Some(Some(SetOf(wanted))) = becomes::<SetOf<InlineRoute>>(&KIND, changes, "route") else {
        return Ok(false);
    };
    let has = live.get("route").and_then(SetOf::<InlineRoute>::from_value);
    let has = by_destination(has.map(|SetOf(routes)| routes).unwrap_or_default())?;
    let wanted = by_destination(wanted)?;
    let mut works = false;
    for (destination, target) in &wanted {
        match has.get(destination) {
            Some(live) if live == target => continue,
            Some(_) => routes::replace(site, id, destination, target.clone()).await?,
            None => routes::upsert(site, id, destination, target.clone()).await?,
        }
        works = true;
    }
    for destination in has.keys().filter(|destination| !wanted.contains_key(destination)) {
        routes::remove(site, id, destination).await?;
        works = true;
    }
    Ok(works)
}

/// Makes the gateways that announce routes the wanted ones; whether there was anything to do.
async fn set_propagation(site: &Site, id: &str, live: &Live, changes: &Object) -> Result<bool, Fault> {
    let Some(Some(wanted)) = becomes::<BTreeSet<String>>(&KIND, changes, "propagating_vgws") else {
        return Ok(false);
    };
    let has: BTreeSet<String> = live.get("propagating_vgws").and_then(Typed::from_value).unwrap_or_default();
    for gateway in wanted.difference(&has) {
        let asked = site.ec2().enable_vgw_route_propagation().route_table_id(id).gateway_id(gateway);
        asked.send().await.fault(Effect::Maybe)?;
    }
    for gateway in has.difference(&wanted) {
        let asked = site.ec2().disable_vgw_route_propagation().route_table_id(id).gateway_id(gateway);
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(wanted != has)
}
