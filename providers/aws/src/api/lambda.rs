//! What the kinds of Lambda share.

use std::collections::HashMap;

use aws_sdk_lambda::config::Builder;
use relight_contract::{Fault, Live, Object};

use super::answer::absent_is_none;
use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::{TagChange, Told};
use super::values::text_at;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// Tags as Lambda has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Option<HashMap<String, String>> {
    Some(tags.into_iter().collect())
}

/// The tags of an object by its ARN; `None` when it is gone.
pub(crate) async fn tags_of(site: &Site, arn: &str) -> Result<Option<Told>, Fault> {
    let asked = site.lambda().list_tags().resource(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?;
    Ok(told.map(|told| Told::of(told.tags.unwrap_or_default())))
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, live, change.set).await?;
    remove_tags(site, live, change.remove).await
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.lambda().tag_resource().resource(text_at(&live.attributes, "arn"));
        asked.set_tags(marks(set)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Takes tags off an object.
pub(crate) async fn remove_tags(site: &Site, live: &Live, keys: Vec<String>) -> Result<(), Fault> {
    if !keys.is_empty() {
        let asked = site.lambda().untag_resource().resource(text_at(&live.attributes, "arn"));
        asked.set_tag_keys(Some(keys)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
