//! What the kinds of routing controls share.

use std::collections::HashMap;

use aws_sdk_route53recoverycontrolconfig::config::Builder;
use aws_sdk_route53recoverycontrolconfig::types::{ControlPanel, Status};
use relight_contract::{Fault, Live, Object, State};

use super::answer::absent_is_none;
use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::{TagChange, Told};

/// The largest page. Source: Recovery control configuration API reference, `MaxResults`.
pub(crate) const PAGE: i32 = 1000;

/// How long to wait between two looks at what is deployed or goes.
pub(crate) const LOOK_MILLISECONDS: u64 = 5_000;

/// What a poll waits for.
pub(crate) const READY: &str = "ready";
pub(crate) const GONE: &str = "gone";

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// Tags as the service has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Option<HashMap<String, String>> {
    Some(tags.into_iter().collect())
}

/// Whether an object can be used.
pub(crate) fn state(status: Option<&Status>) -> State {
    match status {
        Some(Status::Pending) => State::Pending,
        Some(Status::PendingDeletion) => State::Deleting,
        _ => State::Ready,
    }
}

/// The word for a status.
pub(crate) fn word(status: Option<&Status>) -> Option<String> {
    status.map(|status| status.as_str().to_owned())
}

/// The tags of an object; none of one that is gone.
pub(crate) async fn tags_of(site: &Site, arn: &str) -> Result<Told, Fault> {
    let asked = site.recovery_control().list_tags_for_resource().resource_arn(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.tags);
    Ok(Told::of(told.unwrap_or_default()))
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, &live.native_id, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.recovery_control().untag_resource().resource_arn(&*live.native_id);
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, arn: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.recovery_control().tag_resource().resource_arn(arn);
        asked.set_tags(marks(set)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Every control panel of the account: controls and rules are listed under them.
pub(crate) async fn panels(site: &Site) -> Result<Vec<ControlPanel>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let asked = site.recovery_control().list_control_panels().max_results(PAGE).set_next_token(page);
        let told = asked.send().await.fault(Effect::None)?;
        found.extend(told.control_panels.unwrap_or_default());
        page = told.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(found);
        }
    }
}
