//! The API half of `aws_appautoscaling_target`.

use std::sync::Arc;

use aws_sdk_applicationautoscaling::types::{ScalableTarget, SuspendedState as Suspended};
use relight_contract::{
    Action, Answer, Answering, Block, BlockList, Fault, Interest, Live, Name, Object, State, Value,
};

use super::{KIND, SuspendedState, Target};
use crate::api::scaling::{self, Key};
use crate::api::tags::Tags;
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, found, int, merged, missing,
    none_of_its_calls, object_or_absent, shape, side_by_side,
};

/// The largest page.
const PAGE: i32 = 50;

/// The handle of a creation whose tags follow.
const TAGS: &str = "tags";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => {
                Ok(object_or_absent(read(&site, &Key::parse(&native_id)?, true).await?))
            }
            Action::Find { attributes, .. } => {
                let key = key_of(&Target::from_object(&attributes).map_err(shape)?);
                Ok(found(read(&site, &key, true).await?))
            }
            Action::Create { attributes, .. } => create(&site, &attributes).await,
            Action::Poll { native_id, attributes, .. } => tag(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let key = Key::parse(&native_id)?;
                let asked = site
                    .application_autoscaling()
                    .deregister_scalable_target()
                    .service_namespace(key.namespace())
                    .resource_id(&key.resource)
                    .scalable_dimension(key.dimension());
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

fn key_of(target: &Target) -> Key {
    Key {
        namespace: target.service_namespace.clone().unwrap_or_default(),
        resource: target.resource_id.clone().unwrap_or_default(),
        dimension: target.scalable_dimension.clone().unwrap_or_default(),
        policy: None,
    }
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let ask = async |namespace, token| {
        let asked = site.application_autoscaling().describe_scalable_targets().max_results(PAGE);
        let asked = asked.service_namespace(namespace).set_next_token(token);
        let told = asked.send().await.fault(Effect::None)?;
        Ok((told.scalable_targets.unwrap_or_default(), told.next_token.filter(|token| !token.is_empty())))
    };
    let (targets, next) = scaling::page(page, ask).await?;
    let with_tags = interest.wants(&["tags", "tags_all"]);
    let items = targets.into_iter().map(|target| complete(site, target, with_tags));
    let items = side_by_side(items.collect()).await?;
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, key: &Key, with_tags: bool) -> Result<Option<Live>, Fault> {
    let asked = site
        .application_autoscaling()
        .describe_scalable_targets()
        .service_namespace(key.namespace())
        .resource_ids(&key.resource)
        .scalable_dimension(key.dimension());
    let told = absent_is_none(asked.send().await.fault(Effect::None))?;
    match told.and_then(|told| told.scalable_targets).unwrap_or_default().into_iter().next() {
        Some(target) => complete(site, target, with_tags).await,
        None => Ok(None),
    }
}

/// A target, with its tags where they are asked for; `None` for one that is gone meanwhile.
async fn complete(site: &Site, told: ScalableTarget, with_tags: bool) -> Result<Option<Live>, Fault> {
    let tags = match told.scalable_target_arn.as_ref().filter(|_| with_tags) {
        None => Tags::new(),
        Some(arn) => {
            let asked = site.application_autoscaling().list_tags_for_resource().resource_arn(arn);
            let Some(told) = absent_is_none(asked.send().await.fault(Effect::None))? else {
                return Ok(None);
            };
            Told::of(told.tags.unwrap_or_default()).user
        }
    };
    let rests = told.suspended_state.map(|rests| SuspendedState {
        dynamic_scaling_in_suspended: rests.dynamic_scaling_in_suspended,
        dynamic_scaling_out_suspended: rests.dynamic_scaling_out_suspended,
        scheduled_scaling_suspended: rests.scheduled_scaling_suspended,
    });
    let target = Target {
        arn: told.scalable_target_arn,
        id: Some(told.resource_id.clone()),
        max_capacity: Some(i64::from(told.max_capacity)),
        min_capacity: Some(i64::from(told.min_capacity)),
        resource_id: Some(told.resource_id),
        role_arn: Some(told.role_arn),
        scalable_dimension: Some(told.scalable_dimension.as_str().to_owned()),
        service_namespace: Some(told.service_namespace.as_str().to_owned()),
        suspended_state: rests.map(|rests| BlockList(vec![rests])),
        tags: Some(tags.clone()),
        tags_all: Some(tags),
    };
    let id = key_of(&target).to_string();
    Ok(Some(Told::default().live(&id, target.to_object(), State::Ready)))
}

/// Registers a target, or changes one: what is left out stays as it is.
async fn register(site: &Site, key: &Key, changes: &Object) -> Result<(), Fault> {
    let rests = becomes::<BlockList<SuspendedState>>(&KIND, changes, "suspended_state").map(|block| {
        let block = block.and_then(|block| block.0.into_iter().next()).unwrap_or_default();
        Suspended::builder()
            .dynamic_scaling_in_suspended(block.dynamic_scaling_in_suspended.unwrap_or_default())
            .dynamic_scaling_out_suspended(block.dynamic_scaling_out_suspended.unwrap_or_default())
            .scheduled_scaling_suspended(block.scheduled_scaling_suspended.unwrap_or_default())
            .build()
    });
    let number = |field: &str| int(becomes::<i64>(&KIND, changes, field).flatten());
    let asked = site
        .application_autoscaling()
        .register_scalable_target()
        .service_namespace(key.namespace())
        .resource_id(&key.resource)
        .scalable_dimension(key.dimension())
        .set_min_capacity(number("min_capacity")?)
        .set_max_capacity(number("max_capacity")?)
        .set_role_arn(becomes::<String>(&KIND, changes, "role_arn").flatten())
        .set_suspended_state(rests);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

async fn create(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = Target::from_object(attributes).map_err(shape)?;
    let key = key_of(&wanted);
    let mut given = attributes.clone();
    given.retain(|_, value| !value.is_null());
    register(site, &key, &given).await?;
    match wanted.tags.filter(|tags| !tags.is_empty()) {
        Some(_) => Ok(accepted(&key.to_string(), TAGS, 0)),
        None => Ok(object_or_absent(read(site, &key, false).await?)),
    }
}

/// Goes on with a creation: sets the tags.
async fn tag(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let key = Key::parse(id)?;
    let Some(live) = read(site, &key, true).await? else { return Ok(Answer::Absent) };
    update_tags(site, &live, attributes).await?;
    Ok(object_or_absent(read(site, &key, true).await?))
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let key = Key::parse(id)?;
    let with_tags = changes.contains("tags");
    let live = read(site, &key, with_tags).await?.ok_or_else(|| missing("scalable target", id))?;
    if changes.names().any(|name| &**name != "tags") {
        // Registering a target that is gone would make a new one, of which only the changes are known.
        register(site, &key, &merged(bounds(&live), changes)).await?;
    }
    update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read(site, &key, with_tags).await?))
}

/// How far a target is scaled.
fn bounds(live: &Live) -> Object {
    let mut bounds = live.attributes.clone();
    bounds.retain(|name, _| matches!(&**name, "max_capacity" | "min_capacity"));
    bounds
}

async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let Some(arn) = live.get("arn").and_then(Value::as_str) else { return Ok(()) };
    let change = TagChange::of(live, changes);
    if !change.set.is_empty() {
        let asked = site.application_autoscaling().tag_resource().resource_arn(arn);
        let asked = asked.set_tags(Some(change.set.into_iter().collect()));
        asked.send().await.fault(Effect::Maybe)?;
    }
    if !change.remove.is_empty() {
        let asked = site.application_autoscaling().untag_resource().resource_arn(arn);
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
