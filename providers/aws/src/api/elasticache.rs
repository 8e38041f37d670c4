//! What the kinds of ElastiCache share.

use aws_sdk_elasticache::config::Builder;
use aws_sdk_elasticache::types::Tag;
use relight_contract::{Fault, Live, Object, Value};

use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::TagChange;

/// The largest page.
pub(crate) const PAGE: i32 = 100;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// A tag as ElastiCache has it.
pub(crate) fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// The tags of an object: no answer shows them beside it.
pub(crate) async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
    let asked = site.elasticache().list_tags_for_resource().set_resource_name(arn.map(str::to_owned));
    let told = asked.send().await.fault(Effect::None)?.tag_list.unwrap_or_default().into_iter();
    Ok(told.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.elasticache().remove_tags_from_resource().set_resource_name(arn(live));
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.elasticache().add_tags_to_resource().set_resource_name(arn(live));
        let tags = set.into_iter().map(tag).collect();
        asked.set_tags(Some(tags)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}
