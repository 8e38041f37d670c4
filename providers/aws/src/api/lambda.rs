//! What the kinds of Lambda share: tags, and what a role that was made only just now leads to.

use std::collections::HashMap;

use aws_sdk_lambda::config::Builder;
use relight_contract::{Fault, FaultKind, Live, Typed};

use super::answer::absent_is_none;
use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::{TagChange, Tags, Told};
use super::values::text_at;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// Tags as Lambda has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Option<HashMap<String, String>> {
    Some(tags.into_iter().collect())
}

/// A role that was made only just now cannot be assumed yet, and may do nothing yet; Lambda says so as it says of any
/// wrong parameter. So what is called wrong counts as missing: it is tried again where something is new.
/// Source: AWS Lambda developer guide, "Troubleshoot configuration issues in Lambda".
pub(crate) fn unless_new(fault: Fault) -> Fault {
    match fault.code.as_deref() {
        Some("InvalidParameterValueException") => Fault { kind: FaultKind::NotFound, ..fault },
        _ => fault,
    }
}

/// The tags of an object by its ARN; `None` when it is gone.
pub(crate) async fn tags_of(site: &Site, arn: &str) -> Result<Option<Told>, Fault> {
    let asked = site.lambda().list_tags().resource(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?;
    Ok(told.map(|told| Told::of(told.tags.unwrap_or_default())))
}

/// Makes the user's tags of an object the wanted ones; `None` leaves them.
pub(crate) async fn update_tags(site: &Site, live: &Live, wanted: Option<Option<Tags>>) -> Result<(), Fault> {
    let Some(wanted) = wanted else { return Ok(()) };
    let told = live.get("tags").and_then(Tags::from_value);
    let change = TagChange::new(&told.unwrap_or_default(), &wanted.unwrap_or_default());
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
