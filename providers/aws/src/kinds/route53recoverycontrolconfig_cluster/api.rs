//! The API half of `aws_route53recoverycontrolconfig_cluster`. The native id is the ARN.

use std::sync::Arc;

use aws_sdk_route53recoverycontrolconfig::types::{Cluster as Described, NetworkType};
use relight_contract::{Action, Answer, Answering, Block, Fault, ListOf, Live, Name, Object, Owner, State};

use super::{Cluster, ClusterEndpoint, KIND};
use crate::api::recovery_control::{
    GONE, LOOK_MILLISECONDS, PAGE, READY, marks, once, set_tags, state, tags_of, update_tags, word,
};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, becomes, made, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => {
                let (found, next) = page_of(&site, page.map(|page| page.to_string())).await?;
                Ok(Answer::Page { items: each(found, |told| live(&site, told)).await?, next })
            }
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, .. } => {
                let waits = |live: &Live| *handle == *GONE || live.state == State::Pending;
                match read(&site, &native_id).await? {
                    Some(live) if waits(&live) => Ok(accepted(&native_id, handle, LOOK_MILLISECONDS)),
                    live => Ok(object_or_absent(live)),
                }
            }
            Action::Delete { native_id, .. } => {
                let asked = site.recovery_control().delete_cluster().cluster_arn(&*native_id).send().await;
                match absent_is_none(asked.fault(Effect::Maybe))? {
                    Some(_) => Ok(accepted(&native_id, GONE, 0)),
                    None => Ok(Answer::Absent),
                }
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn page_of(site: &Site, page: Option<String>) -> Result<(Vec<Described>, Option<Name>), Fault> {
    let asked = site.recovery_control().list_clusters().max_results(PAGE).set_next_token(page);
    let told = asked.send().await.fault(Effect::None)?;
    Ok((told.clusters.unwrap_or_default(), next(told.next_token)))
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let (told, next) = page_of(site, page).await?;
        let told = each(told, |told| live(site, told)).await?;
        found.extend(told.into_iter().filter(|live| live.token.as_deref() == Some(token)));
        match next {
            Some(next) => page = Some(next.to_string()),
            None => return Ok(found),
        }
    }
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let asked = site.recovery_control().describe_cluster().cluster_arn(arn).send().await;
    match absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.cluster) {
        Some(told) => live(site, told).await.map(Some),
        None => Ok(None),
    }
}

async fn live(site: &Site, told: Described) -> Result<Live, Fault> {
    let arn = told.cluster_arn.unwrap_or_default();
    let endpoints = told.cluster_endpoints.unwrap_or_default().into_iter();
    let endpoints =
        endpoints.map(|one| ClusterEndpoint { endpoint: one.endpoint, region: one.region }).collect();
    let cluster = Cluster {
        arn: Some(arn.clone()),
        cluster_endpoints: Some(ListOf(endpoints)),
        id: Some(arn.clone()),
        name: told.name,
        network_type: told.network_type.map(|kind| kind.as_str().to_owned()),
        status: word(told.status.as_ref()),
        ..Cluster::default()
    };
    Ok(tags_of(site, &arn).await?.tagged(&arn, cluster.to_object(), state(told.status.as_ref())))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Cluster::from_object(attributes).map_err(shape)?;
    let asked = site
        .recovery_control()
        .create_cluster()
        .client_token(token)
        .set_cluster_name(wanted.name)
        .set_network_type(wanted.network_type.as_deref().map(NetworkType::from))
        .set_tags(marks(tags::all(wanted.tags.as_ref(), owner, token)));
    let told = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let arn = made(told.cluster.and_then(|cluster| cluster.cluster_arn), "a cluster")?;
    Ok(accepted(&arn, READY, 0))
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, arn).await?.ok_or_else(|| missing("cluster", arn))?;
    update_tags(site, &live, changes).await?;
    if let Some(Some(kind)) = becomes::<String>(&KIND, changes, "network_type") {
        let asked = site.recovery_control().update_cluster().cluster_arn(arn);
        let asked = asked.network_type(NetworkType::from(kind.as_str())).send().await;
        asked.fault(Effect::Maybe)?;
    }
    Ok(accepted(arn, READY, 0))
}
