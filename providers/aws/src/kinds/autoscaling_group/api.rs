//! The API half of `aws_autoscaling_group`.
//!
//! The native id is the name. Metrics, suspended processes and the warm pool follow a creation when it is polled; it is
//! made when as many instances are in service as the spec waits for. A deletion takes the instances away first.

use std::sync::Arc;

use aws_sdk_autoscaling::config::Builder;
use aws_sdk_autoscaling::types::{AutoScalingGroup as Group, Tag};
use relight_contract::{Act, Action, Answer, Answering, Block, Fault, Live, Name, Object, One, Owner, Typed};

use super::{AutoscalingGroup, KIND};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, found, given, missing, next, no_retries,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod capacity;
mod delete;
mod mixed;
mod read;
mod refresh;
mod requirements;
mod update;
mod write;

use capacity::Census;

/// The largest page.
const PAGE: i32 = 100;

/// The most groups that one call describes by their names.
/// Source: Amazon EC2 Auto Scaling API reference, `DescribeAutoScalingGroups`.
const MOST_DESCRIBED: usize = 50;

/// How long to wait between two looks at a group.
const LOOK_MILLISECONDS: u64 = 5_000;

/// Where the count of the instances travels with a group that is read together with others.
const CENSUS: &str = "census";

/// What a poll waits for: the handles of operations.
mod handle {
    /// The settings of a new group, then its instances.
    pub(super) const CREATE: &str = "create";
    /// Instances in service; how many looks are left, and the last activity before, follow.
    pub(super) const CAPACITY: &str = "capacity ";
    /// The end of an instance refresh that stands in the way of another one.
    pub(super) const REFRESH: &str = "refresh";
    /// The end of all instances of a group that is fenced.
    pub(super) const FENCE: &str = "fence";
    /// The end of all instances of a group that is to be deleted.
    pub(super) const DRAIN: &str = "drain";
    /// The end of the group.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = given(&attributes, "name", "an Auto Scaling group needs a name")?;
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                let name = write::create(&site, &attributes, &owner, &token).await?;
                Ok(accepted(&name, handle::CREATE, 0))
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update::update(&site, &native_id, &changes, &attributes).await
            }
            Action::Perform { act: Act::Fence, native_id, changes, .. } => {
                update::resize(&site, &native_id, &changes).await?;
                Ok(accepted(&native_id, handle::FENCE, 0))
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => {
                let how = AutoscalingGroup::from_object(&attributes).map_err(shape)?;
                delete::begin(&site, &native_id, &how).await
            }
            Action::Claim { native_id, owner, .. } => claim(&site, &native_id, &owner).await,
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// The settings of a call that may be made once only.
fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.autoscaling().describe_auto_scaling_groups().max_records(PAGE).include_instances(false);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let items = answered.auto_scaling_groups.unwrap_or_default().into_iter().map(read::live).collect();
    Ok(Answer::Page { items, next })
}

/// A group, and its instances counted.
async fn look(site: &Site, name: &str) -> Result<Option<(Live, Census)>, Fault> {
    let describe = async |names| {
        let asked = site.autoscaling().describe_auto_scaling_groups().max_records(PAGE);
        let answered = asked.set_auto_scaling_group_names(Some(names)).send().await.fault(Effect::None)?;
        let counted = |mut group: Group| {
            let census = Census::of(&group.instances.take().unwrap_or_default());
            let mut live = read::live(group);
            live.attributes.insert(CENSUS, One(census).to_value());
            live
        };
        Ok(answered.auto_scaling_groups.unwrap_or_default().into_iter().map(counted).collect())
    };
    let Some(mut live) = site.together(KIND.name, name, MOST_DESCRIBED, describe).await? else {
        return Ok(None);
    };
    let census = live.attributes.remove(CENSUS).and_then(|census| One::<Census>::from_value(&census));
    Ok(Some((live, census.map(|One(census)| census).unwrap_or_default())))
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    Ok(look(site, name).await?.map(|(live, _)| live))
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("Auto Scaling group", name))
}

async fn claim(site: &Site, name: &str, owner: &Owner) -> Result<Answer, Fault> {
    let marks = tags::owner(owner).into_iter().map(|mark| tag(name, mark, false)).collect();
    let asked = site.autoscaling().create_or_update_tags().set_tags(Some(marks));
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(object_or_absent(read(site, name).await?))
}

/// A tag as the API has it. Those of relight's own never go on to instances.
fn tag(group: &str, (key, value): (String, String), propagates: bool) -> Tag {
    Tag::builder()
        .resource_id(group)
        .resource_type("auto-scaling-group")
        .key(key)
        .value(value)
        .propagate_at_launch(propagates)
        .build()
}

async fn poll(site: &Site, name: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = AutoscalingGroup::from_object(attributes).map_err(shape)?;
    match handle {
        handle::CREATE => {
            write::complete(site, name, &wanted).await?;
            capacity::wait(site, name, capacity::begin(&wanted, None)?, &wanted).await
        }
        handle::REFRESH => refresh::go_on(site, name, attributes).await,
        handle::FENCE => delete::emptied(site, name).await,
        handle::DRAIN => delete::drained(site, name, &wanted).await,
        handle::DELETE => delete::ended(site, name).await,
        _ => match handle.strip_prefix(handle::CAPACITY) {
            Some(rest) => capacity::wait(site, name, capacity::Wait::parse(rest), &wanted).await,
            None => Ok(object_or_absent(read(site, name).await?)),
        },
    }
}
