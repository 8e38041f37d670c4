//! The API half of `aws_route`.
//!
//! Routes are read with their tables, all of a place at once. The native id is Terraform's for imports:
//! `TABLE_DESTINATION`.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_ec2::types::{Route as Described, RouteTable};
use relight_contract::canonical::text;
use relight_contract::field::Canonical;
use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State};

use super::{KIND, Route};
use crate::api::ec2::filter;
use crate::api::routes::{self, Destination, Target};
use crate::api::{
    Effect, FaultOf, Site, Told, accepted, found, merged, missing, next, none_of_its_calls, object_or_absent,
    shape,
};

/// The largest page.
const PAGE: i32 = 100;

/// How many routes are read together: their tables fit a page.
const TOGETHER: usize = 100;

/// What a poll does: it looks whether the route is told already.
const SEEN: &str = "seen";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let (table, destination) = key(&Route::from_object(&attributes).map_err(shape)?)?;
                let live = read(&site, &native_id(&table, &destination)).await?;
                Ok(found(live))
            }
            Action::Create { attributes, .. } => {
                let wanted = Route::from_object(&attributes).map_err(shape)?;
                let (table, destination) = key(&wanted)?;
                routes::upsert(&site, &table, &destination, target(wanted)).await?;
                Ok(accepted(&native_id(&table, &destination), SEEN, 0))
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let (table, destination) = parse(&native_id)?;
                routes::remove(&site, &table, &destination).await?;
                Ok(Answer::Absent)
            }
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

fn native_id(table: &str, destination: &Destination) -> String {
    format!("{table}_{}", destination.as_str())
}

fn parse(native_id: &str) -> Result<(String, Destination), Fault> {
    let (table, destination) = native_id.split_once('_').ok_or_else(|| {
        Fault::new(FaultKind::Invalid, format!("`{native_id}` names no route: it is not TABLE_DESTINATION"))
    })?;
    Ok((table.to_owned(), Destination::parse(destination)))
}

/// The table and the destination, the latter as EC2 keeps it.
fn key(route: &Route) -> Result<(String, Destination), Fault> {
    let block = |given: &Option<String>| given.as_deref().map(|given| text(Canonical::Cidr, given));
    let v4 = block(&route.destination_cidr_block);
    let v6 = block(&route.destination_ipv6_cidr_block);
    let destination = Destination::given(v4, v6, route.destination_prefix_list_id.clone());
    let destination = destination.ok_or_else(routes::without_destination)?;
    Ok((route.route_table_id.clone().unwrap_or_default(), destination))
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_route_tables().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.route_tables), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let tables: BTreeSet<String> = ids.iter().filter_map(|id| Some(parse(id).ok()?.0)).collect();
        let asked = site.ec2().describe_route_tables().filters(filter("route-table-id", tables));
        Ok(all(asked.max_results(PAGE).send().await.fault(Effect::None)?.route_tables))
    };
    site.together(KIND.name, id, TOGETHER, describe).await
}

fn all(tables: Option<Vec<RouteTable>>) -> Vec<Live> {
    let mut items = Vec::new();
    for table in tables.unwrap_or_default() {
        let id = table.route_table_id.unwrap_or_default();
        let routes = table.routes.unwrap_or_default().into_iter().filter(routes::is_asked_for);
        items.extend(routes.filter_map(|route| live(&id, route)));
    }
    items
}

fn live(table: &str, route: Described) -> Option<Live> {
    let destination = Destination::of(&route)?;
    let id = native_id(table, &destination);
    let told = Route {
        destination_cidr_block: route.destination_cidr_block.clone(),
        destination_ipv6_cidr_block: route.destination_ipv6_cidr_block.clone(),
        destination_prefix_list_id: route.destination_prefix_list_id.clone(),
        id: Some(format!("r-{table}{}", checksum(destination.as_str()))),
        instance_id: route.instance_id.clone().filter(|id| !id.is_empty()),
        instance_owner_id: route.instance_owner_id.clone().filter(|id| !id.is_empty()),
        origin: route.origin.as_ref().map(|origin| origin.as_str().to_owned()),
        route_table_id: Some(table.to_owned()),
        state: route.state.as_ref().map(|state| state.as_str().to_owned()),
        ..Route::default()
    };
    let target = Target::of(route);
    let attributes = Route {
        carrier_gateway_id: target.carrier_gateway_id,
        core_network_arn: target.core_network_arn,
        egress_only_gateway_id: target.egress_only_gateway_id,
        gateway_id: target.gateway_id,
        local_gateway_id: target.local_gateway_id,
        nat_gateway_id: target.nat_gateway_id,
        network_interface_id: target.network_interface_id,
        transit_gateway_id: target.transit_gateway_id,
        vpc_endpoint_id: target.vpc_endpoint_id,
        vpc_peering_connection_id: target.vpc_peering_connection_id,
        ..told
    };
    Some(Told::default().live(&id, attributes.to_object(), State::Ready))
}

/// CRC-32 as of ISO 3309, which Terraform makes the id of.
fn checksum(text: &str) -> u32 {
    let mut sum = u32::MAX;
    for byte in text.bytes() {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    !sum
}

fn target(route: Route) -> Target {
    Target {
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
    }
}

/// A new target takes the place of the old one, whether the changes take that one out or not.
async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("route", id))?;
    let (table, destination) = parse(id)?;
    let named = Route::from_object(changes).map_err(shape)?;
    let wanted = match target(named) {
        none if none == Target::default() => {
            target(Route::from_object(&merged(live.attributes, changes)).map_err(shape)?)
        }
        named => named,
    };
    routes::replace(site, &table, &destination, wanted).await?;
    Ok(object_or_absent(read(site, id).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids are those that Terraform 5.100 made for these routes.
    #[test]
    fn ids_are_those_of_terraform() {
        assert_eq!(checksum("0.0.0.0/0"), 1_080_289_494);
    }
}
