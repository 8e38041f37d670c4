//! The API half of `aws_instance`.
//!
//! A creation takes a token, and has ended when the instance runs. What an instance takes only while it is stopped is
//! changed in polls: it is stopped, changed and started again.

use std::sync::Arc;

use aws_sdk_ec2::types::{Filter, Instance as Described};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{Instance, KIND};
use crate::api::ec2::{MOST_FILTERED, filter, intended, owned, set_tags};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, made, merged, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

mod modify;
mod read;
mod volumes;
mod write;

/// The largest page.
const PAGE: i32 = 1000;

/// How long to wait before the first look at an operation.
const FIRST_LOOK_MILLISECONDS: u64 = 1_000;

/// How long to wait between two looks at an operation.
const LOOK_MILLISECONDS: u64 = 5_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// A new instance runs; then what its creation could not be given is set.
    pub(super) const CREATE: &str = "create";
    /// The instance is stopped; then it is changed and started.
    pub(super) const STOP: &str = "stop";
    /// The instance runs again.
    pub(super) const START: &str = "start";
    /// The instance is terminated.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Instances are told for about an hour after they are terminated; those are not among the objects.
fn alive() -> Filter {
    let states = ["pending", "running", "shutting-down", "stopped", "stopping"];
    filter("instance-state-name", states.map(str::to_owned))
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_instances().filters(owned()).filters(alive()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let items = read::complete(site, instances(answered.reservations), interest).await?;
    Ok(Answer::Page { items, next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_instances().filters(filter("instance-id", ids)).filters(alive());
        let answered = asked.max_results(PAGE).send().await.fault(Effect::None)?;
        read::complete(site, instances(answered.reservations), &Interest::default()).await
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("instance", id))
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let asked = site.ec2().describe_instances().filters(intended(token)).filters(alive());
    let answered = asked.send().await.fault(Effect::None)?;
    read::complete(site, instances(answered.reservations), &Interest::default()).await
}

fn instances(reservations: Option<Vec<aws_sdk_ec2::types::Reservation>>) -> Vec<Described> {
    let all = reservations.unwrap_or_default().into_iter();
    all.flat_map(|reservation| reservation.instances.unwrap_or_default()).collect()
}

/// What the instance is doing, in EC2's word.
fn doing(live: &Live) -> &str {
    live.get("instance_state").and_then(Value::as_str).unwrap_or_default()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Instance::from_object(attributes).map_err(shape)?;
    let root = match &wanted.root_block_device {
        Some(_) => root_device(site, wanted.ami.as_deref()).await?,
        None => None,
    };
    let asked = write::run(site, wanted, root.as_deref(), owner, token)?;
    let answered = asked.send().await.fault(Effect::Maybe)?;
    let id = answered.instances.unwrap_or_default().into_iter().find_map(|instance| instance.instance_id);
    Ok(accepted(&made(id, "an instance")?, handle::CREATE, FIRST_LOOK_MILLISECONDS))
}

/// The name that an image gives its root device: a root volume is asked for by it.
async fn root_device(site: &Site, image: Option<&str>) -> Result<Option<String>, Fault> {
    let Some(image) = image else {
        let text = "`root_block_device` needs `ami`: the image names the root device";
        return Err(Fault::new(FaultKind::Invalid, text));
    };
    let answered = site.ec2().describe_images().image_ids(image).send().await.fault(Effect::None)?;
    let images = answered.images.unwrap_or_default().into_iter();
    Ok(images.filter_map(|image| image.root_device_name).next())
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match (handle, live.state) {
        (_, State::Pending) | (handle::DELETE, _) => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        (handle::CREATE, State::Ready) => {
            modify::complete(site, &live, attributes).await?;
            Ok(object_or_absent(read(site, id).await?))
        }
        (handle::STOP, State::Ready) => restart(site, &live, attributes).await,
        _ => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    let stops = !modify::while_stopped(&live, changes).is_empty();
    let mut at_once = changes.clone();
    if stops && protects(changes) {
        at_once.remove(PROTECTION);
    }
    modify::running(site, &live, &at_once, &merged(attributes.clone(), changes)).await?;
    if !stops {
        return Ok(object_or_absent(read(site, id).await?));
    }
    restart(site, &live, changes).await
}

/// The protection from stops: it comes after a stop, and goes before one.
const PROTECTION: &str = "disable_api_stop";

fn protects(wanted: &Object) -> bool {
    wanted.get(PROTECTION).and_then(Value::as_bool) == Some(true)
}

/// Goes on with a change that needs a stop: stops the instance, or changes and starts it when it is stopped.
async fn restart(site: &Site, live: &Live, wanted: &Object) -> Result<Answer, Fault> {
    let id = &*live.native_id;
    if modify::while_stopped(live, wanted).is_empty() && doing(live) == "running" {
        return Ok(Answer::Object(live.clone()));
    }
    let mut now = live.clone();
    if doing(live) != "stopped" {
        site.ec2().stop_instances().instance_ids(id).send().await.fault(Effect::Maybe)?;
        now = must_read(site, id).await?;
    }
    if doing(&now) != "stopped" {
        return Ok(accepted(id, handle::STOP, LOOK_MILLISECONDS));
    }
    modify::stopped(site, &now, &modify::while_stopped(&now, wanted)).await?;
    if protects(wanted) {
        modify::switches(site, id, &[(PROTECTION, Value::Bool(true))].into_iter().collect()).await?;
    }
    site.ec2().start_instances().instance_ids(id).send().await.fault(Effect::Maybe)?;
    Ok(accepted(id, handle::START, FIRST_LOOK_MILLISECONDS))
}

/// EC2 refuses to terminate a protected instance with the code of something not permitted; to look first tells it for
/// what it is.
async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state == State::Deleting {
        return Ok(accepted(id, handle::DELETE, LOOK_MILLISECONDS));
    }
    if live.get("disable_api_termination").and_then(Value::as_bool) == Some(true) {
        return Err(Fault::new(FaultKind::Conflict, format!("{id} is protected from termination")));
    }
    // A persistent request would ask for another instance.
    if let Some(request) = live.get("spot_instance_request_id").and_then(Value::as_str) {
        let asked = site.ec2().cancel_spot_instance_requests().spot_instance_request_ids(request);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    }
    let asked = site.ec2().terminate_instances().instance_ids(id);
    match absent_is_none(asked.send().await.fault(Effect::Maybe))? {
        Some(_) => Ok(accepted(id, handle::DELETE, FIRST_LOOK_MILLISECONDS)),
        None => Ok(Answer::Absent),
    }
}
