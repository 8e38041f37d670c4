//! The API half of `aws_appautoscaling_policy`. A policy is always put as a whole.

use std::sync::Arc;

use aws_sdk_applicationautoscaling::types::{PolicyType, ScalingPolicy};
use relight_contract::{Action, Answer, Answering, Block, Fault, Live, Name, Object, State};

use super::Policy;
use crate::api::scaling::{self, Key};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, found, merged, missing, none_of_its_calls, object_or_absent,
    shape,
};

mod steps;
mod tracking;

/// The largest page.
const PAGE: i32 = 10;

/// How a policy scales that does not say so.
const BY_STEPS: &str = "StepScaling";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &Key::parse(&native_id)?).await?))
            }
            Action::Find { attributes, .. } => {
                let key = key_of(&Policy::from_object(&attributes).map_err(shape)?);
                Ok(found(read(&site, &key).await?))
            }
            Action::Create { attributes, .. } => put(&site, &attributes).await,
            Action::Update { native_id, changes, .. } => {
                let live = read(&site, &Key::parse(&native_id)?)
                    .await?
                    .ok_or_else(|| missing("policy", &native_id))?;
                put(&site, &merged(live.attributes, &changes)).await
            }
            Action::Delete { native_id, .. } => delete(&site, &Key::parse(&native_id)?).await,
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

fn key_of(policy: &Policy) -> Key {
    Key {
        namespace: policy.service_namespace.clone().unwrap_or_default(),
        resource: policy.resource_id.clone().unwrap_or_default(),
        dimension: policy.scalable_dimension.clone().unwrap_or_default(),
        policy: policy.name.clone(),
    }
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let ask = async |namespace, token| {
        let asked = site.application_autoscaling().describe_scaling_policies().max_results(PAGE);
        let asked = asked.service_namespace(namespace).set_next_token(token);
        let told = asked.send().await.fault(Effect::None)?;
        Ok((told.scaling_policies.unwrap_or_default(), told.next_token.filter(|token| !token.is_empty())))
    };
    let (policies, next) = scaling::page(page, ask).await?;
    Ok(Answer::Page { items: policies.into_iter().map(live).collect(), next })
}

async fn read(site: &Site, key: &Key) -> Result<Option<Live>, Fault> {
    let asked = site
        .application_autoscaling()
        .describe_scaling_policies()
        .service_namespace(key.namespace())
        .resource_id(&key.resource)
        .scalable_dimension(key.dimension())
        .set_policy_names(key.policy.clone().map(|name| vec![name]));
    let told = absent_is_none(asked.send().await.fault(Effect::None))?;
    let mut policies = told.and_then(|told| told.scaling_policies).unwrap_or_default().into_iter().map(live);
    let id = key.to_string();
    Ok(policies.find(|live| *live.native_id == *id))
}

fn live(told: ScalingPolicy) -> Live {
    let alarms = told.alarms.unwrap_or_default().into_iter().map(|alarm| alarm.alarm_arn);
    let policy = Policy {
        alarm_arns: Some(alarms.collect()),
        arn: Some(told.policy_arn),
        id: Some(told.policy_name.clone()),
        name: Some(told.policy_name),
        policy_type: Some(told.policy_type.as_str().to_owned()),
        resource_id: Some(told.resource_id),
        scalable_dimension: Some(told.scalable_dimension.as_str().to_owned()),
        service_namespace: Some(told.service_namespace.as_str().to_owned()),
        step_scaling_policy_configuration: told.step_scaling_policy_configuration.map(steps::read),
        target_tracking_scaling_policy_configuration: told
            .target_tracking_scaling_policy_configuration
            .map(tracking::read),
    };
    let id = key_of(&policy).to_string();
    Told::default().live(&id, policy.to_object(), State::Ready)
}

async fn put(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = Policy::from_object(attributes).map_err(shape)?;
    let key = key_of(&wanted);
    let sort = wanted.policy_type.as_deref().unwrap_or(BY_STEPS);
    let by_steps = sort == BY_STEPS;
    let steps = wanted.step_scaling_policy_configuration.and_then(|blocks| blocks.0.into_iter().next());
    let tracking =
        wanted.target_tracking_scaling_policy_configuration.and_then(|blocks| blocks.0.into_iter().next());
    let asked = site
        .application_autoscaling()
        .put_scaling_policy()
        .set_policy_name(key.policy.clone())
        .service_namespace(key.namespace())
        .resource_id(&key.resource)
        .scalable_dimension(key.dimension())
        .policy_type(PolicyType::from(sort))
        // What the policy was before it became of another sort is not put again.
        .set_step_scaling_policy_configuration(
            steps.filter(|_| by_steps).as_ref().map(steps::write).transpose()?,
        )
        .set_target_tracking_scaling_policy_configuration(
            tracking.filter(|_| !by_steps).as_ref().map(tracking::write).transpose()?,
        );
    asked.send().await.fault(Effect::Maybe)?;
    Ok(object_or_absent(read(site, &key).await?))
}

async fn delete(site: &Site, key: &Key) -> Result<Answer, Fault> {
    let asked = site
        .application_autoscaling()
        .delete_scaling_policy()
        .set_policy_name(key.policy.clone())
        .service_namespace(key.namespace())
        .resource_id(&key.resource)
        .scalable_dimension(key.dimension());
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
