//! The API half of `aws_db_subnet_group`.

use std::sync::Arc;

use aws_sdk_rds::types::DbSubnetGroup as Told;
use relight_contract::{Action, Answering, Fault, Kind, Live, Object};

use super::{DbSubnetGroup, KIND};
use crate::api::rds::{self, PAGE, once, tag};
use crate::api::subnet_group::{DESCRIPTION, SubnetGroup, subnet_group};
use crate::api::{Effect, FaultOf, Site};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move { subnet_group::<DbSubnetGroup>(&site, action).await })
}

<<<<<<< HEAD
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_subnet_groups().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.marker.filter(|marker| !marker.is_empty()).map(Name::from);
    let groups = answered.db_subnet_groups.unwrap_or_default().into_iter();
    let known =
        groups.filter(|group| interest.knows(group.db_subnet_group_name.as_deref().unwrap_or_default()));
    let calls = known.map(|group| async move { absent_is_none(with_tags(site, group).await) });
    let items = side_by_side(calls.collect()).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let asked = site.rds().describe_db_subnet_groups().db_subnet_group_name(name);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let group = answered.and_then(|answered| answered.db_subnet_groups).and_then(|mut groups| groups.pop());
    match group {
        Some(group) => absent_is_none(with_tags(site, group).await),
        None => Ok(None),
=======
impl SubnetGroup for DbSubnetGroup {
    fn kind() -> &'static Kind {
        &KIND
>>>>>>> main
    }

    async fn describe(
        site: &Site,
        page: Option<String>,
        name: Option<&str>,
    ) -> Result<(Vec<DbSubnetGroup>, Option<String>), Fault> {
        let asked = site.rds().describe_db_subnet_groups().max_records(PAGE).set_marker(page);
        let asked = asked.set_db_subnet_group_name(name.map(str::to_owned));
        let answered = asked.send().await.fault(Effect::None)?;
        let groups = answered.db_subnet_groups.unwrap_or_default();
        Ok((groups.into_iter().map(told).collect(), answered.marker))
    }

<<<<<<< HEAD
async fn with_tags(site: &Site, group: Group) -> Result<Live, Fault> {
    let told = Told::of(tags_of(site, group.db_subnet_group_arn.as_deref()).await?);
    Ok(live(group, told))
}

fn live(group: Group, told: Told) -> Live {
    let name = group.db_subnet_group_name.unwrap_or_default();
    let subnets = group.subnets.unwrap_or_default().into_iter();
    let attributes = DbSubnetGroup {
        arn: group.db_subnet_group_arn,
        description: group.db_subnet_group_description,
        id: Some(name.clone()),
        name: Some(name.clone()),
        subnet_ids: Some(subnets.filter_map(|subnet| subnet.subnet_identifier).collect()),
        supported_network_types: group.supported_network_types.map(FromIterator::from_iter),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        vpc_id: group.vpc_id,
        ..DbSubnetGroup::default()
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DbSubnetGroup::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default().to_lowercase();
    let marks = tags::all(wanted.tags.as_ref(), owner, token);
    let asked = site
        .rds()
        .create_db_subnet_group()
        .db_subnet_group_name(&name)
        .db_subnet_group_description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
        .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter))
        .set_tags(Some(marks.iter().cloned().map(tag).collect()));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    // The answer tells all of it but the tags, which are those that were given.
    match answered.db_subnet_group {
        Some(group) => Ok(Answer::Object(live(group, Told::of(marks)))),
        None => Ok(accepted(&name, "create", 0)),
    }
}
=======
    async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
        rds::tags_of(site, arn).await
    }

    async fn create(
        site: &Site,
        name: &str,
        wanted: DbSubnetGroup,
        marks: Vec<(String, String)>,
    ) -> Result<(), Fault> {
        let asked = site
            .rds()
            .create_db_subnet_group()
            .db_subnet_group_name(name)
            .db_subnet_group_description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter))
            .set_tags(Some(marks.into_iter().map(tag).collect()));
        asked.customize().config_override(once()).send().await.fault(Effect::Maybe).map(drop)
    }
>>>>>>> main

    async fn modify(
        site: &Site,
        name: &str,
        wanted: DbSubnetGroup,
        description: Option<String>,
    ) -> Result<(), Fault> {
        let asked = site
            .rds()
            .modify_db_subnet_group()
            .db_subnet_group_name(name)
            .set_db_subnet_group_description(description)
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter));
        asked.send().await.fault(Effect::Maybe).map(drop)
    }

    async fn delete(site: &Site, name: &str) -> Result<(), Fault> {
        let asked = site.rds().delete_db_subnet_group().db_subnet_group_name(name);
        asked.send().await.fault(Effect::Maybe).map(drop)
    }

    async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
        rds::set_tags(site, live, set).await
    }

    async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
        rds::update_tags(site, live, changes).await
    }
}

fn told(group: Told) -> DbSubnetGroup {
    let subnets = group.subnets.unwrap_or_default().into_iter();
    DbSubnetGroup {
        arn: group.db_subnet_group_arn,
        description: group.db_subnet_group_description,
        id: group.db_subnet_group_name.clone(),
        name: group.db_subnet_group_name,
        subnet_ids: Some(subnets.filter_map(|subnet| subnet.subnet_identifier).collect()),
        supported_network_types: group.supported_network_types.map(FromIterator::from_iter),
        vpc_id: group.vpc_id,
        ..DbSubnetGroup::default()
    }
}
