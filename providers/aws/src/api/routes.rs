//! What routes of a table and single routes share: destinations and targets.

use aws_sdk_ec2::types::{Route, RouteOrigin};
use relight_contract::{Fault, FaultKind};

use super::fault::{Effect, FaultOf};
use super::site::Site;

/// The code of a route whose destination the table has already.
const EXISTS: &str = "RouteAlreadyExists";

/// What AWS names an endpoint by, and the gateway that keeps traffic inside the network.
const ENDPOINT: &str = "vpce-";
const LOCAL: &str = "local";

/// Where the traffic of a route is going to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    /// An IPv4 block.
    V4(String),
    /// An IPv6 block.
    V6(String),
    /// A managed prefix list.
    List(String),
}

/// The target of a route: exactly one of these is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) carrier_gateway_id: Option<String>,
    pub(crate) core_network_arn: Option<String>,
    pub(crate) egress_only_gateway_id: Option<String>,
    pub(crate) gateway_id: Option<String>,
    pub(crate) local_gateway_id: Option<String>,
    pub(crate) nat_gateway_id: Option<String>,
    pub(crate) network_interface_id: Option<String>,
    pub(crate) transit_gateway_id: Option<String>,
    pub(crate) vpc_endpoint_id: Option<String>,
    pub(crate) vpc_peering_connection_id: Option<String>,
}

impl Destination {
    /// The one that is given.
    pub(crate) fn given(v4: Option<String>, v6: Option<String>, list: Option<String>) -> Option<Destination> {
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        text(v4)
            .map(Destination::V4)
            .or_else(|| text(v6).map(Destination::V6))
            .or_else(|| text(list).map(Destination::List))
    }

    /// The destination of a live route.
    pub(crate) fn of(route: &Route) -> Option<Destination> {
        Destination::given(
            route.destination_cidr_block.clone(),
            route.destination_ipv6_cidr_block.clone(),
            route.destination_prefix_list_id.clone(),
        )
    }

    /// Reads what [`Destination::as_str`] wrote.
    pub(crate) fn parse(text: &str) -> Destination {
        match text {
            list if list.starts_with("pl-") => Destination::List(list.to_owned()),
            v6 if v6.contains(':') => Destination::V6(v6.to_owned()),
            v4 => Destination::V4(v4.to_owned()),
        }
    }

    /// The block or the id of the list.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Destination::V4(text) | Destination::V6(text) | Destination::List(text) => text,
        }
    }

    fn v4(&self) -> Option<String> {
        matches!(self, Destination::V4(_)).then(|| self.as_str().to_owned())
    }

    fn v6(&self) -> Option<String> {
        matches!(self, Destination::V6(_)).then(|| self.as_str().to_owned())
    }

    fn list(&self) -> Option<String> {
        matches!(self, Destination::List(_)).then(|| self.as_str().to_owned())
    }
}

impl Target {
    /// The target of a live route. An interface is told together with the instance behind it, and an endpoint as if it
    /// were a gateway.
    pub(crate) fn of(route: Route) -> Target {
        let gateway = route.gateway_id.filter(|id| !id.is_empty());
        let is_endpoint = gateway.as_ref().is_some_and(|id| id.starts_with(ENDPOINT));
        Target {
            carrier_gateway_id: route.carrier_gateway_id,
            core_network_arn: route.core_network_arn,
            egress_only_gateway_id: route.egress_only_internet_gateway_id,
            gateway_id: gateway.clone().filter(|_| !is_endpoint),
            local_gateway_id: route.local_gateway_id,
            nat_gateway_id: route.nat_gateway_id,
            network_interface_id: route.network_interface_id,
            transit_gateway_id: route.transit_gateway_id,
            vpc_endpoint_id: gateway.filter(|_| is_endpoint),
            vpc_peering_connection_id: route.vpc_peering_connection_id,
        }
    }
}

/// Whether somebody asked for the route: not one that a private gateway announces, nor that of a gateway endpoint.
pub(crate) fn is_asked_for(route: &Route) -> bool {
    let of_endpoint = route.destination_prefix_list_id.is_some()
        && route.gateway_id.as_deref().is_some_and(|id| id.starts_with(ENDPOINT));
    route.origin != Some(RouteOrigin::EnableVgwRoutePropagation) && !of_endpoint
}

/// Whether it is the route that every table has and nobody has led elsewhere.
pub(crate) fn is_local(route: &Route) -> bool {
    route.gateway_id.as_deref() == Some(LOCAL)
}

/// Creates a route, or gives the one of its destination this target.
pub(crate) async fn upsert(
    site: &Site,
    table: &str,
    destination: &Destination,
    target: Target,
) -> Result<(), Fault> {
    let to = target.clone();
    let asked = site
        .ec2()
        .create_route()
        .route_table_id(table)
        .set_destination_cidr_block(destination.v4())
        .set_destination_ipv6_cidr_block(destination.v6())
        .set_destination_prefix_list_id(destination.list())
        .set_carrier_gateway_id(to.carrier_gateway_id)
        .set_core_network_arn(to.core_network_arn)
        .set_egress_only_internet_gateway_id(to.egress_only_gateway_id)
        .set_gateway_id(to.gateway_id)
        .set_local_gateway_id(to.local_gateway_id)
        .set_nat_gateway_id(to.nat_gateway_id)
        .set_network_interface_id(to.network_interface_id)
        .set_transit_gateway_id(to.transit_gateway_id)
        .set_vpc_endpoint_id(to.vpc_endpoint_id)
        .set_vpc_peering_connection_id(to.vpc_peering_connection_id);
    match asked.send().await.fault(Effect::Maybe) {
        Err(fault) if fault.code.as_deref() == Some(EXISTS) => {
            replace(site, table, destination, target).await
        }
        answered => answered.map(drop),
    }
}

/// Gives the route of a destination another target.
pub(crate) async fn replace(
    site: &Site,
    table: &str,
    destination: &Destination,
    target: Target,
) -> Result<(), Fault> {
    let is_local = target.gateway_id.as_deref() == Some(LOCAL);
    let asked = site
        .ec2()
        .replace_route()
        .route_table_id(table)
        .set_destination_cidr_block(destination.v4())
        .set_destination_ipv6_cidr_block(destination.v6())
        .set_destination_prefix_list_id(destination.list())
        .set_carrier_gateway_id(target.carrier_gateway_id)
        .set_core_network_arn(target.core_network_arn)
        .set_egress_only_internet_gateway_id(target.egress_only_gateway_id)
        .set_gateway_id(target.gateway_id.filter(|_| !is_local))
        .set_local_gateway_id(target.local_gateway_id)
        .set_local_target(is_local.then_some(true))
        .set_nat_gateway_id(target.nat_gateway_id)
        .set_network_interface_id(target.network_interface_id)
        .set_transit_gateway_id(target.transit_gateway_id)
        .set_vpc_endpoint_id(target.vpc_endpoint_id)
        .set_vpc_peering_connection_id(target.vpc_peering_connection_id);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Takes a route out; one that is not there is out already.
pub(crate) async fn remove(site: &Site, table: &str, destination: &Destination) -> Result<(), Fault> {
    let asked = site
        .ec2()
        .delete_route()
        .route_table_id(table)
        .set_destination_cidr_block(destination.v4())
        .set_destination_ipv6_cidr_block(destination.v6())
        .set_destination_prefix_list_id(destination.list());
    super::absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(())
}

/// A route that names no destination.
pub(crate) fn without_destination() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "a route needs a destination: an IPv4 block, an IPv6 block or a prefix list",
    )
}
