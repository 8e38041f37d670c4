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

impl SubnetGroup for DbSubnetGroup {
    fn kind() -> &'static Kind {
        &KIND
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

    async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
        rds::tags_of(site, arn).await
    }

    async fn create(
        site: &Site,
        name: &str,
        wanted: DbSubnetGroup,
        marks: Vec<(String, String)>,
    ) -> Result<Option<DbSubnetGroup>, Fault> {
        let asked = site
            .rds()
            .create_db_subnet_group()
            .db_subnet_group_name(name)
            .db_subnet_group_description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter))
            .set_tags(Some(marks.into_iter().map(tag).collect()));
        let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
        Ok(answered.db_subnet_group.map(told))
    }

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
