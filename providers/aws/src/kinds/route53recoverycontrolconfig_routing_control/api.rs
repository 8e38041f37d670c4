//! The API half of `aws_route53recoverycontrolconfig_routing_control`. The native id is the ARN. Controls are listed
//! under their panels, and those under nothing: so all panels are gone through.

use std::sync::Arc;

use aws_sdk_route53recoverycontrolconfig::types::{ControlPanel, RoutingControl as Described};
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Object, State};

use super::Control;
use crate::api::recovery_control::{GONE, LOOK_MILLISECONDS, PAGE, READY, once, panels, state, word};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, made, none_of_its_calls, object_or_absent, shape,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { .. } => Ok(Answer::Page { items: all(&site).await?, next: None }),
            Action::Read { native_id, .. } | Action::Claim { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let is = |live: &Live, field: &str| {
                    let wanted = attributes.get(field).filter(|value| !value.is_null());
                    wanted.is_none_or(|wanted| live.get(field) == Some(wanted))
                };
                let found = all(&site).await?.into_iter();
                let found = found.filter(|live| is(live, "name") && is(live, "control_panel_arn"));
                Ok(Answer::Found(found.collect()))
            }
            Action::Create { attributes, token, .. } => create(&site, &attributes, &token).await,
            Action::Poll { native_id, handle, .. } => {
                let waits = |live: &Live| *handle == *GONE || live.state == State::Pending;
                match read(&site, &native_id).await? {
                    Some(live) if waits(&live) => Ok(accepted(&native_id, handle, LOOK_MILLISECONDS)),
                    live => Ok(object_or_absent(live)),
                }
            }
            Action::Delete { native_id, .. } => {
                let asked = site.recovery_control().delete_routing_control();
                let asked = asked.routing_control_arn(&*native_id).send().await;
                match absent_is_none(asked.fault(Effect::Maybe))? {
                    Some(_) => Ok(accepted(&native_id, GONE, 0)),
                    None => Ok(Answer::Absent),
                }
            }
            Action::Update { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

async fn all(site: &Site) -> Result<Vec<Live>, Fault> {
    let found = each(panels(site).await?, |panel| under(site, panel)).await?;
    Ok(found.into_iter().flatten().collect())
}

async fn under(site: &Site, panel: ControlPanel) -> Result<Vec<Live>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let asked = site.recovery_control().list_routing_controls();
        let asked = asked.set_control_panel_arn(panel.control_panel_arn.clone());
        let asked = asked.max_results(PAGE).set_next_token(page).send().await;
        let Some(told) = absent_is_none(asked.fault(Effect::None))? else { return Ok(found) };
        let controls = told.routing_controls.unwrap_or_default().into_iter();
        found.extend(controls.map(|told| live(told, panel.cluster_arn.clone())));
        page = told.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(found);
        }
    }
}

/// The control; its panel tells the cluster that it is in.
async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let asked = site.recovery_control().describe_routing_control().routing_control_arn(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.routing_control);
    let Some(told) = told else { return Ok(None) };
    let asked = site.recovery_control().describe_control_panel();
    let asked = asked.set_control_panel_arn(told.control_panel_arn.clone()).send().await;
    let panel = absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.control_panel);
    Ok(Some(live(told, panel.and_then(|panel| panel.cluster_arn))))
}

fn live(told: Described, cluster_arn: Option<String>) -> Live {
    let arn = told.routing_control_arn.unwrap_or_default();
    let control = Control {
        arn: Some(arn.clone()),
        cluster_arn,
        control_panel_arn: told.control_panel_arn,
        id: Some(arn.clone()),
        name: told.name,
        status: word(told.status.as_ref()),
    };
    Live {
        native_id: arn.into(),
        attributes: control.to_object(),
        owner: None,
        hint: None,
        token: None,
        mark: None,
        version: None,
        state: state(told.status.as_ref()),
    }
}

async fn create(site: &Site, attributes: &Object, token: &str) -> Result<Answer, Fault> {
    let wanted = Control::from_object(attributes).map_err(shape)?;
    let asked = site
        .recovery_control()
        .create_routing_control()
        .client_token(token)
        .set_cluster_arn(wanted.cluster_arn)
        .set_control_panel_arn(wanted.control_panel_arn)
        .set_routing_control_name(wanted.name);
    let told = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    let arn = made(told.routing_control.and_then(|one| one.routing_control_arn), "a routing control")?;
    Ok(accepted(&arn, READY, 0))
}
