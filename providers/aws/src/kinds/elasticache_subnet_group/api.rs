//! The API half of `aws_elasticache_subnet_group`.

use std::sync::Arc;

use aws_sdk_elasticache::types::CacheSubnetGroup as Told;
use relight_contract::{Action, Answering, Fault, Kind, Live, Object};

use super::{ElasticacheSubnetGroup, KIND};
use crate::api::elasticache::{self, PAGE, once, tag};
use crate::api::subnet_group::{DESCRIPTION, SubnetGroup, subnet_group};
use crate::api::{Effect, FaultOf, Site};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move { subnet_group::<ElasticacheSubnetGroup>(&site, action).await })
}

impl SubnetGroup for ElasticacheSubnetGroup {
    fn kind() -> &'static Kind {
        &KIND
    }

    async fn describe(
        site: &Site,
        page: Option<String>,
        name: Option<&str>,
    ) -> Result<(Vec<ElasticacheSubnetGroup>, Option<String>), Fault> {
        let asked = site.elasticache().describe_cache_subnet_groups().max_records(PAGE).set_marker(page);
        let asked = asked.set_cache_subnet_group_name(name.map(str::to_owned));
        let answered = asked.send().await.fault(Effect::None)?;
        let groups = answered.cache_subnet_groups.unwrap_or_default();
        Ok((groups.into_iter().map(told).collect(), answered.marker))
    }

    async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
        elasticache::tags_of(site, arn).await
    }

    async fn create(
        site: &Site,
        name: &str,
        wanted: ElasticacheSubnetGroup,
        marks: Vec<(String, String)>,
    ) -> Result<Option<ElasticacheSubnetGroup>, Fault> {
        let asked = site
            .elasticache()
            .create_cache_subnet_group()
            .cache_subnet_group_name(name)
            .cache_subnet_group_description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter))
            .set_tags(Some(marks.into_iter().map(tag).collect()));
        let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
        Ok(answered.cache_subnet_group.map(told))
    }

    async fn modify(
        site: &Site,
        name: &str,
        wanted: ElasticacheSubnetGroup,
        description: Option<String>,
    ) -> Result<(), Fault> {
        let asked = site
            .elasticache()
            .modify_cache_subnet_group()
            .cache_subnet_group_name(name)
            .set_cache_subnet_group_description(description)
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter));
        asked.send().await.fault(Effect::Maybe).map(drop)
    }

    async fn delete(site: &Site, name: &str) -> Result<(), Fault> {
        let asked = site.elasticache().delete_cache_subnet_group().cache_subnet_group_name(name);
        asked.send().await.fault(Effect::Maybe).map(drop)
    }

    async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
        elasticache::set_tags(site, live, set).await
    }

    async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
        elasticache::update_tags(site, live, changes).await
    }
}

fn told(group: Told) -> ElasticacheSubnetGroup {
    let subnets = group.subnets.unwrap_or_default().into_iter();
    ElasticacheSubnetGroup {
        arn: group.arn,
        description: group.cache_subnet_group_description,
        id: group.cache_subnet_group_name.clone(),
        name: group.cache_subnet_group_name,
        subnet_ids: Some(subnets.filter_map(|subnet| subnet.subnet_identifier).collect()),
        vpc_id: group.vpc_id,
        ..ElasticacheSubnetGroup::default()
    }
}
