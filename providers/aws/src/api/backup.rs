//! What the kinds of Backup share.

use std::collections::HashMap;

use aws_sdk_backup::config::Builder;
use relight_contract::{Fault, FaultKind, Live, Object, Value};

use super::answer::absent_is_none;
use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::{TagChange, Told};

/// The largest page. Source: AWS Backup API reference, `MaxResults`.
pub(crate) const PAGE: i32 = 1000;

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// What Backup refuses to delete because something is in it, or belongs to it.
/// Source: AWS Backup API reference, `DeleteBackupVault` and `DeleteBackupPlan`.
pub(crate) fn in_use(fault: Fault) -> Fault {
    match fault.code.as_deref() {
        Some("InvalidRequestException") => Fault { kind: FaultKind::Conflict, ..fault },
        _ => fault,
    }
}

/// Tags as Backup has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Option<HashMap<String, String>> {
    Some(tags.into_iter().collect())
}

/// The tags of an object; `None` when it is gone.
pub(crate) async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Option<Told>, Fault> {
    let (mut tags, mut page) = (HashMap::new(), None);
    loop {
        let asked = site.backup().list_tags().set_resource_arn(arn.map(str::to_owned)).max_results(PAGE);
        let answered = absent_is_none(asked.set_next_token(page).send().await.fault(Effect::None))?;
        let Some(answered) = answered else { return Ok(None) };
        tags.extend(answered.tags.unwrap_or_default());
        page = answered.next_token.filter(|token| !token.is_empty());
        if page.is_none() {
            return Ok(Some(Told::of(tags)));
        }
    }
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.backup().untag_resource().set_resource_arn(arn(live));
        asked.set_tag_key_list(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.backup().tag_resource().set_resource_arn(arn(live));
        asked.set_tags(marks(set)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}
