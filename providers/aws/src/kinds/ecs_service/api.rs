//! The API half of `aws_ecs_service`.
//!
//! The native id is the ARN, which holds the names of cluster and service. Services are listed cluster by cluster, ARNs
//! alone, and described ten at a time.

use std::sync::Arc;

use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State,
    Typed,
};
use serde_json::{Value as Json, json};

use super::{KIND, Service};
use crate::api::ecs::{PAGE, name_of, set_tags, tag, update_tags};
use crate::api::raw::ask;
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::text_at;
use crate::api::wire::set;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, found, missing, next, none_of_its_calls,
    object_or_absent, shape,
};

mod read;

use read::{Progress, WIRE, look, read};

/// How long to wait between two looks at a service.
const LOOK_MILLISECONDS: u64 = 5_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation or a change: at once, or when the service is steady where the spec waits for that.
    pub(super) const SET: &str = "set";
    /// The end of all tasks of a service that is fenced.
    pub(super) const FENCE: &str = "fence";
    /// The end of a deletion.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let arn = arn_of(&site, &attributes).await?;
                Ok(found(read(&site, &arn).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Perform { act: Act::Fence, native_id, changes, .. } => {
                change(&site, &native_id, WIRE.change(KIND.fields, &changes)).await?;
                Ok(accepted(&native_id, handle::FENCE, 0))
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// The cluster of a service, by name.
fn cluster_of(arn: &str) -> &str {
    match arn.split('/').collect::<Vec<_>>().as_slice() {
        [_, cluster, _] => cluster,
        _ => "default",
    }
}

async fn arn_of(site: &Site, attributes: &Object) -> Result<String, Fault> {
    let cluster = Some(name_of(text_at(attributes, "cluster"))).filter(|name| !name.is_empty());
    let (cluster, name) = (cluster.unwrap_or("default"), text_at(attributes, "name"));
    site.arn("ecs", &format!("service/{cluster}/{name}")).await
}

/// The services of a page of clusters. Only those that can be meant are described.
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ecs().list_clusters().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let clusters = answered.cluster_arns.unwrap_or_default();
    let arns = each(clusters, |cluster| async move { arns_in(site, &cluster).await }).await?;
    let meant = arns.into_iter().flatten().filter(|arn| interest.knows(arn) || interest.knows(name_of(arn)));
    let items = read::describe(site, meant.collect()).await?;
    Ok(Answer::Page { items: items.into_iter().map(read::without_progress).collect(), next })
}

/// The ARNs of all services in a cluster.
async fn arns_in(site: &Site, cluster: &str) -> Result<Vec<String>, Fault> {
    let (mut arns, mut page) = (Vec::new(), None);
    loop {
        let asked = site.ecs().list_services().cluster(cluster).max_results(PAGE).set_next_token(page);
        // A cluster that is deleted has no services.
        let Some(answered) = absent_is_none(asked.send().await.fault(Effect::None))? else {
            return Ok(arns);
        };
        arns.extend(answered.service_arns.unwrap_or_default());
        page = answered.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(arns);
        }
    }
}

/// Says what the API does not say as a truth.
fn say_public(body: &mut Json) {
    if let Some(public) = body.pointer_mut("/networkConfiguration/awsvpcConfiguration/assignPublicIp") {
        *public = json!(if *public == json!(true) { "ENABLED" } else { "DISABLED" });
    }
}

/// Whether a service has one task on each instance, and no size of its own.
fn is_daemon(attributes: &Object) -> bool {
    text_at(attributes, "scheduling_strategy") == "DAEMON"
}

fn unsized_if_daemon(body: &mut Json, attributes: &Object) {
    if let Some(body) = body.as_object_mut()
        && is_daemon(attributes)
    {
        body.remove("desiredCount");
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let arn = arn_of(site, attributes).await?;
    if read(site, &arn).await?.is_some() {
        return Err(Fault::new(FaultKind::Conflict, format!("there is a service {arn} already")));
    }
    // What the API takes without these is not what the table says.
    let mut body = json!({ "availabilityZoneRebalancing": "DISABLED", "desiredCount": 0 });
    if let (Json::Object(body), Json::Object(given)) = (&mut body, WIRE.write(KIND.fields, attributes)) {
        body.extend(given);
    }
    say_public(&mut body);
    unsized_if_daemon(&mut body, attributes);
    for (field, name) in [("cluster", "cluster"), ("iam_role", "role")] {
        let given = text_at(attributes, field);
        if !given.is_empty() {
            set(&mut body, name, Json::from(given));
        }
    }
    let user = attributes.get("tags").and_then(Tags::from_value);
    let marks = tags::all(user.as_ref(), owner, token).into_iter().map(tag).collect();
    let asked = site.ecs().create_service().client_token(token).set_tags(Some(marks));
    ask!(asked, body, Effect::Maybe)?;
    Ok(accepted(&arn, handle::SET, 0))
}

async fn change(site: &Site, arn: &str, body: Json) -> Result<(), Fault> {
    let asked = site.ecs().update_service().cluster(cluster_of(arn)).service(arn);
    ask!(asked, body, Effect::Maybe)?;
    Ok(())
}

async fn update(site: &Site, arn: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let gone = || missing("service", arn);
    let live = read(site, arn).await?.ok_or_else(gone)?;
    update_tags(site, &live, changes).await?;
    let wanted = Service::from_object(attributes).map_err(shape)?;
    let mut body = WIRE.change(KIND.fields, changes);
    say_public(&mut body);
    unsized_if_daemon(&mut body, &live.attributes);
    // What belongs together is told together.
    let mut whole = WIRE.write(KIND.fields, &live.attributes);
    if let Some(Json::Object(changed)) = body.get_mut("deploymentConfiguration")
        && let Some(Json::Object(live)) = whole.get_mut("deploymentConfiguration")
    {
        live.extend(std::mem::take(changed));
        *changed = std::mem::take(live);
    }
    if body.get("serviceConnectConfiguration") == Some(&json!({})) {
        set(&mut body, "serviceConnectConfiguration", json!({ "enabled": false }));
    }
    let is_told = body.as_object().is_some_and(|body| !body.is_empty());
    let deploys = wanted.force_new_deployment == Some(true) && (is_told || changes.contains("triggers"));
    if deploys || changes.contains("capacity_provider_strategy") {
        set(&mut body, "forceNewDeployment", json!(true));
    }
    if is_told || deploys {
        change(site, arn, body).await?;
    }
    poll(site, arn, handle::SET, attributes).await
}

/// Scales a service down before it is deleted, unless it has no size or is to go at once.
async fn delete(site: &Site, arn: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, arn).await? else { return Ok(Answer::Absent) };
    if live.state != State::Deleting {
        let how = Service::from_object(attributes).map_err(shape)?;
        let force = how.force_delete == Some(true);
        let size = Service::from_object(&live.attributes).map_err(shape)?.desired_count.unwrap_or_default();
        if !force && size > 0 && !is_daemon(&live.attributes) {
            change(site, arn, json!({ "desiredCount": 0 })).await?;
        }
        let asked = site.ecs().delete_service().cluster(cluster_of(arn)).service(arn).force(force);
        if absent_is_none(asked.send().await.fault(Effect::Maybe))?.is_none() {
            return Ok(Answer::Absent);
        }
    }
    poll(site, arn, handle::DELETE, attributes).await
}

async fn poll(site: &Site, arn: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some((live, progress)) = look(site, arn).await? else { return Ok(Answer::Absent) };
    let goes_on = || Ok(accepted(arn, handle, LOOK_MILLISECONDS));
    match handle {
        handle::DELETE => goes_on(),
        handle::FENCE if progress.tasks != Some(0) => goes_on(),
        handle::SET => {
            let wanted = Service::from_object(attributes).map_err(shape)?;
            match wanted.wait_for_steady_state == Some(true) {
                true => steady(live, progress, goes_on),
                false => Ok(Answer::Object(live)),
            }
        }
        _ => Ok(Answer::Object(live)),
    }
}

/// The service, once its tasks run and no deployment is under way.
fn steady(
    live: Live,
    progress: Progress,
    goes_on: impl Fn() -> Result<Answer, Fault>,
) -> Result<Answer, Fault> {
    if let Some(reason) = progress.failed {
        let text = format!("{} does not become steady: {reason}", live.native_id);
        return Err(Fault::new(FaultKind::Invalid, text).code("DeploymentFailed"));
    }
    match progress.steady {
        Some(true) => Ok(Answer::Object(live)),
        _ => goes_on(),
    }
}
