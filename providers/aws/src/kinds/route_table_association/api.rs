//! The API half of `aws_route_table_association`.
//!
//! Associations are read with their tables, all of a place at once. The native id is that of the subnet or the gateway,
//! which has one table at most; the association's own id changes with the table.

use std::sync::Arc;

use aws_sdk_ec2::types::{
    RouteTable as Table, RouteTableAssociation as Described, RouteTableAssociationStateCode as Code,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State, Value,
};

use super::{KIND, RouteTableAssociation};
use crate::api::ec2::filter;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, found, missing, next, none_of_its_calls,
    object_or_absent, shape,
};

/// The largest page.
const PAGE: i32 = 100;

/// How many associations are read together: their tables fit a page.
const TOGETHER: usize = 100;

/// What a poll does: it looks whether the wanted table is in use.
const TABLE: &str = "table";

/// How long to wait between two looks at an association.
const LOOK_MILLISECONDS: u64 = 1_000;

/// The code of a subnet or gateway that uses another table.
const ASSOCIATED: &str = "Resource.AlreadyAssociated";

/// How ids of subnets begin; every other native id is that of a gateway.
const SUBNET: &str = "subnet-";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let wanted = RouteTableAssociation::from_object(&attributes).map_err(shape)?;
                let live = read(&site, &subject(&wanted)?).await?;
                Ok(found(live))
            }
            Action::Create { attributes, .. } => create(&site, &attributes).await,
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

/// What uses the table: the natural key, and the native id.
fn subject(association: &RouteTableAssociation) -> Result<String, Fault> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    given(&association.subnet_id)
        .or_else(|| given(&association.gateway_id))
        .ok_or_else(|| Fault::new(FaultKind::Invalid, "an association needs a subnet or a gateway"))
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_route_tables().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.route_tables), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let (subnets, gateways): (Vec<String>, Vec<String>) =
            ids.into_iter().partition(|id| id.starts_with(SUBNET));
        let mut found = Vec::new();
        for (name, values) in [("association.subnet-id", subnets), ("association.gateway-id", gateways)] {
            if !values.is_empty() {
                let asked = site.ec2().describe_route_tables().filters(filter(name, values));
                found.extend(all(asked.max_results(PAGE).send().await.fault(Effect::None)?.route_tables));
            }
        }
        Ok(found)
    };
    site.together(KIND.name, id, TOGETHER, describe).await
}

fn all(tables: Option<Vec<Table>>) -> Vec<Live> {
    let associations =
        tables.unwrap_or_default().into_iter().flat_map(|table| table.associations.unwrap_or_default());
    associations.filter_map(live).collect()
}

/// The association of a subnet or a gateway; `None` for that of a main table, which belongs to nobody.
fn live(told: Described) -> Option<Live> {
    let code = told.association_state.and_then(|state| state.state);
    let state = match code {
        Some(Code::Associating) => State::Pending,
        Some(Code::Disassociating) => State::Deleting,
        Some(Code::Disassociated) => return None,
        Some(Code::Failed) => State::Failed,
        _ => State::Ready,
    };
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let attributes = RouteTableAssociation {
        gateway_id: given(told.gateway_id),
        id: told.route_table_association_id,
        route_table_id: told.route_table_id,
        subnet_id: given(told.subnet_id),
        timeouts: None,
    };
    let id = subject(&attributes).ok()?;
    Some(Told::default().live(&id, attributes.to_object(), state))
}

async fn create(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = RouteTableAssociation::from_object(attributes).map_err(shape)?;
    let subject = subject(&wanted)?;
    let asked = site
        .ec2()
        .associate_route_table()
        .set_gateway_id(wanted.gateway_id)
        .set_route_table_id(wanted.route_table_id)
        .set_subnet_id(wanted.subnet_id);
    match asked.send().await.fault(Effect::Maybe) {
        // The poll gives it the wanted table.
        Err(fault) if fault.code.as_deref() == Some(ASSOCIATED) => {}
        answered => drop(answered?),
    }
    Ok(accepted(&subject, TABLE, 0))
}

fn table(object: &Object) -> Option<&str> {
    object.get("route_table_id").and_then(Value::as_str)
}

/// Goes on with a creation or a change: gives the subnet or the gateway the wanted table where it uses another.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match (live.state, table(attributes)) {
        (State::Pending | State::Deleting, _) => Ok(accepted(id, TABLE, LOOK_MILLISECONDS)),
        (State::Ready, Some(wanted)) if table(&live.attributes) != Some(wanted) => {
            replace(site, &live, wanted).await?;
            Ok(accepted(id, TABLE, 0))
        }
        _ => Ok(Answer::Object(live)),
    }
}

async fn replace(site: &Site, live: &Live, table: &str) -> Result<(), Fault> {
    let association = live.get("id").and_then(Value::as_str).unwrap_or_default();
    let asked =
        site.ec2().replace_route_table_association().association_id(association).route_table_id(table);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("table association of", id))?;
    match table(changes) {
        Some(wanted) if table(&live.attributes) != Some(wanted) => {
            replace(site, &live, wanted).await?;
            Ok(accepted(id, TABLE, 0))
        }
        _ => Ok(Answer::Object(live)),
    }
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let association = live.get("id").and_then(Value::as_str).unwrap_or_default();
    let asked = site.ec2().disassociate_route_table().association_id(association);
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
