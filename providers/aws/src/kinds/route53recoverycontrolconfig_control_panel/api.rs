//! The API half of `aws_route53recoverycontrolconfig_control_panel`. The native id is the ARN.

use std::sync::Arc;

use aws_sdk_route53recoverycontrolconfig::types::ControlPanel as Described;
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, State};

use super::{KIND, Panel};
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
                let asked = site.recovery_control().delete_control_panel().control_panel_arn(&*native_id);
                let asked = asked.send().await;
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
    let asked = site.recovery_control().list_control_panels().max_results(PAGE).set_next_token(page);
    let told = asked.send().await.fault(Effect::None)?;
    Ok((told.control_panels.unwrap_or_default(), next(told.next_token)))
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
    let asked = site.recovery_control().describe_control_panel().control_panel_arn(arn).send().await;
    match absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.control_panel) {
        Some(told) => live(site, told).await.map(Some),
        None => Ok(None),
    }
}

async fn live(site: &Site, told: Described) -> Result<Live, Fault> {
    let arn = told.control_panel_arn.unwrap_or_default();
    let panel = Panel {
        arn: Some(arn.clone()),
        cluster_arn: told.cluster_arn,
        default_control_panel: Some(told.default_control_panel.unwrap_or_default()),
        id: Some(arn.clone()),
        name: told.name,
        routing_control_count: told.routing_control_count.map(i64::from),
        status: word(told.status.as_ref()),
        ..Panel::default()
    };
    Ok(tags_of(site, &arn).await?.tagged(&arn, panel.to_object(), state(told.status.as_ref())))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Panel::from_object(attributes).map_err(shape)?;
    let asked = site
        .recovery_control()
        .create_control_panel()
        .client_token(token)
        .set_cluster_arn(wanted.cluster_arn)
        .set_control_panel_name(wanted.name)
        .set_tags(marks(tags::all(wanted.tags.as_ref(), owner, token)));
    let told = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let arn = made(told.control_panel.and_then(|panel| panel.control_panel_arn), "a control panel")?;
    Ok(accepted(&arn, READY, 0))
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, arn).await?.ok_or_else(|| missing("control panel", arn))?;
    update_tags(site, &live, changes).await?;
    if let Some(Some(name)) = becomes::<String>(&KIND, changes, "name") {
        let asked = site.recovery_control().update_control_panel().control_panel_arn(arn);
        asked.control_panel_name(name).send().await.fault(Effect::Maybe)?;
    }
    Ok(accepted(arn, READY, 0))
}
