//! What the kinds of ECS share: tags, and lists that tell ARNs alone.

use aws_sdk_ecs::config::Builder;
use aws_sdk_ecs::types::Tag;
use relight_contract::{Fault, Live, Object};

use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::TagChange;

/// The largest page of all lists of ECS. Source: Amazon ECS API reference, `ListClusters`.
pub(crate) const PAGE: i32 = 100;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// A tag as ECS has it.
pub(crate) fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, &live.native_id, change.set).await?;
    remove_tags(site, &live.native_id, change.remove).await
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, arn: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let tags = set.into_iter().map(tag).collect();
        let asked = site.ecs().tag_resource().resource_arn(arn).set_tags(Some(tags));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Takes tags off an object.
pub(crate) async fn remove_tags(site: &Site, arn: &str, keys: Vec<String>) -> Result<(), Fault> {
    if !keys.is_empty() {
        let asked = site.ecs().untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// The name at the end of an ARN, or of a name alone.
pub(crate) fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}
