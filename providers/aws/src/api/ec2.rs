//! What the kinds of EC2 share.

use aws_sdk_ec2::config::Builder;
use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use relight_contract::{Fault, Live, Object, Owner};

use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::{self, TagChange, Tags};

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// The most values of a filter. Source: Amazon EC2 API reference, "Query for resources by filtering".
pub(crate) const MOST_FILTERED: usize = 200;

/// Objects whose property `name` is one of `values`.
pub(crate) fn filter(name: impl Into<String>, values: impl IntoIterator<Item = String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.into_iter().collect())).build()
}

/// Objects that carry an owner tag, ours or another topology's.
pub(crate) fn owned() -> Filter {
    filter("tag-key", [crate::AWS.tags.owner.to_owned()])
}

/// Objects that a create call with this token made.
pub(crate) fn intended(token: &str) -> Filter {
    filter(format!("tag:{}", crate::AWS.tags.intent), [token.to_owned()])
}

/// All tags of an object, for its create call.
pub(crate) fn marks(of: ResourceType, user: Option<&Tags>, owner: &Owner, token: &str) -> TagSpecification {
    let all = tags::all(user, owner, token).into_iter().map(tag).collect();
    TagSpecification::builder().resource_type(of).set_tags(Some(all)).build()
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, id: &str, live: &Live, changes: &Object) -> Result<(), Fault> {
    change_tags(site, id, TagChange::of(live, changes)).await
}

/// Changes tags of an object.
pub(crate) async fn change_tags(site: &Site, id: &str, change: TagChange) -> Result<(), Fault> {
    set_tags(site, id, change.set).await?;
    if change.remove.is_empty() {
        return Ok(());
    }
    let keys = change.remove.into_iter().map(|key| Tag::builder().key(key).build());
    let asked = site.ec2().delete_tags().resources(id).set_tags(Some(keys.collect()));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Adds tags to an object of EC2, or gives them other values.
pub(crate) async fn set_tags(site: &Site, id: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if set.is_empty() {
        return Ok(());
    }
    let asked = site.ec2().create_tags().resources(id).set_tags(Some(set.into_iter().map(tag).collect()));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// A tag as EC2 has it.
pub(crate) fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// Tags of EC2 as pairs.
pub(crate) fn pairs(tags: Option<Vec<Tag>>) -> impl Iterator<Item = (String, String)> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
}
