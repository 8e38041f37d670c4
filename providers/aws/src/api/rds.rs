//! What the kinds of RDS share.

use std::collections::BTreeSet;

use aws_sdk_rds::config::Builder;
use aws_sdk_rds::types::{CloudwatchLogsExportConfiguration, Filter, Tag};
use relight_contract::{
    Answer, Fault, FaultKind, Kind, Live, Mutability, Name, Object, State, Typed, Value, canonical,
};

use super::answer::accepted;
use super::fault::{Effect, FaultOf};
use super::site::{Site, no_retries};
use super::tags::TagChange;

/// The largest page.
pub(crate) const PAGE: i32 = 100;

/// How many objects one call tells by a filter: as many as its page holds.
pub(crate) const MOST_FILTERED: usize = 100;

/// How long to wait before the first look at what has begun: not everything takes minutes. Only where an answer tells
/// the end from a beginning that does not show yet.
const FIRST_LOOK_MILLISECONDS: u64 = 1_000;

/// How long to wait between two looks at an operation that takes minutes.
const LOOK_MILLISECONDS: u64 = 10_000;

/// What a poll waits for: the handles of operations.
pub(crate) mod handle {
    /// The end of a creation that was given everything.
    pub(crate) const CREATE: &str = "create";
    /// The end of a creation whose other attributes follow.
    pub(crate) const COMPLETE: &str = "complete";
    /// The end of a change.
    pub(crate) const CHANGE: &str = "change";
    /// The end of a promotion: until then the object still names its source.
    pub(crate) const PROMOTE: &str = "promote";
    /// The end of a deletion.
    pub(crate) const DELETE: &str = "delete";
    /// The end of a change of the identifier; the old one follows.
    pub(crate) const RENAME: &str = "rename ";
}

/// Answers that an operation has begun: its end is looked for soon.
pub(crate) fn begun(id: &str, handle: impl Into<Name>) -> Answer {
    accepted(id, handle, FIRST_LOOK_MILLISECONDS)
}

/// An operation that takes minutes, and is looked at until it has ended.
pub(crate) fn goes_on(id: &str, handle: impl Into<Name>) -> Answer {
    accepted(id, handle, LOOK_MILLISECONDS)
}

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// Objects whose property `name` is one of `values`: the others are left out, and none is missed.
pub(crate) fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// A tag as RDS has it.
pub(crate) fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

/// Tags of RDS as pairs.
pub(crate) fn pairs(tags: Option<Vec<Tag>>) -> impl Iterator<Item = (String, String)> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
}

/// The tags of what an answer shows without them.
pub(crate) async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
    let asked = site.rds().list_tags_for_resource().set_resource_name(arn.map(str::to_owned));
    Ok(pairs(asked.send().await.fault(Effect::None)?.tag_list).collect())
}

/// Makes the user's tags of an object what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.rds().remove_tags_from_resource().set_resource_name(arn(live));
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to an object, or gives them other values.
pub(crate) async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.rds().add_tags_to_resource().set_resource_name(arn(live));
        let tags = set.into_iter().map(tag).collect();
        asked.set_tags(Some(tags)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// The ARN of a live object.
fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}

/// Whether a database or cluster of this status can be used and changed.
/// Source: Amazon RDS user guide, "Viewing Amazon RDS DB instance status"; Aurora user guide, "Viewing DB cluster status".
pub(crate) fn state(status: &str) -> State {
    match status {
        "available" | "storage-optimization" | "stopped" | "storage-full" => State::Ready,
        "deleting" => State::Deleting,
        "failed"
        | "inaccessible-encryption-credentials"
        | "restore-error"
        | "insufficient-capacity"
        | "cloning-failed"
        | "migration-failed" => State::Failed,
        _ if status.starts_with("incompatible-") => State::Failed,
        _ => State::Pending,
    }
}

/// What was asked for, can be changed, and is not so. What the cloud does not tell back counts only where it stands in
/// `unseen`.
pub(crate) fn outstanding(kind: &Kind, live: &Live, asked: &Object, unseen: &[&str]) -> Object {
    let source = kind.promotable().map(|(source, _)| source);
    let mut outstanding = asked.clone();
    outstanding.retain(|name, wanted| {
        let Some(row) = kind.field(name) else { return false };
        let fixed = row.local || !row.is_settable() || row.mutability == Mutability::Replace;
        if fixed || wanted.is_null() || Some(row.name) == source {
            return false;
        }
        if row.write_only {
            return unseen.contains(&row.name);
        }
        !canonical::same(row, wanted, live.get(name).unwrap_or(&Value::NULL))
    });
    outstanding
}

/// The changes that a call sends: without what only says how calls are made and what other calls set, and with the
/// default for what is unset.
pub(crate) fn settled(kind: &Kind, changes: &Object, elsewhere: &[&str]) -> Object {
    let filled = changes.iter().filter_map(|(name, value)| {
        let row = kind.field(name).filter(|row| !row.local && !elsewhere.contains(&row.name))?;
        let value = if value.is_null() { row.default.to_value(&row.ty()) } else { value.clone() };
        Some((name.clone(), value))
    });
    filled.collect()
}

/// Attributes that say that a change is not to wait for the maintenance window.
pub(crate) fn at_once() -> Object {
    [("apply_immediately", Value::Bool(true))].into_iter().collect()
}

/// Which logs begin and which cease to go to CloudWatch.
pub(crate) fn exports(live: &Live, changes: &Object) -> Option<CloudwatchLogsExportConfiguration> {
    const FIELD: &str = "enabled_cloudwatch_logs_exports";
    let logs = |value: Option<&Value>| value.and_then(BTreeSet::<String>::from_value).unwrap_or_default();
    let (told, wanted) = (logs(live.get(FIELD)), logs(Some(changes.get(FIELD)?)));
    let made = CloudwatchLogsExportConfiguration::builder()
        .set_enable_log_types(Some(wanted.difference(&told).cloned().collect()))
        .set_disable_log_types(Some(told.difference(&wanted).cloned().collect()));
    Some(made.build())
}

/// Whether an object names a source that it is a replica of.
pub(crate) fn is_replica(kind: &Kind, live: &Live) -> bool {
    let source = kind.promotable().and_then(|(source, _)| live.get(source));
    source.is_some_and(|source| !source.is_null())
}

/// Only a replica is promoted. One that is none any more RDS itself refuses with a state, which is a conflict; the
/// caller then looks.
pub(crate) fn check_replica(kind: &Kind, live: &Live) -> Result<(), Fault> {
    if is_replica(kind, live) {
        return Ok(());
    }
    let text = format!("{} is no replica: it is promoted already, or never was one", live.native_id);
    Err(Fault::new(FaultKind::Conflict, text))
}

/// RDS refuses to delete what is protected with the code of a wrong request; to look first tells it for what it is.
pub(crate) fn check_unprotected(live: &Live) -> Result<(), Fault> {
    match live.get("deletion_protection").and_then(Value::as_bool) {
        Some(true) => {
            let text = format!("{} is protected from deletion", live.native_id);
            Err(Fault::new(FaultKind::Conflict, text))
        }
        _ => Ok(()),
    }
}

/// A snapshot that has to be made before a deletion; `None` when none is to be. A replica holds nothing that its source
/// does not: RDS takes no last snapshot of one.
pub(crate) fn last_snapshot(
    is_replica: bool,
    skips: Option<bool>,
    name: Option<String>,
) -> Result<Option<String>, Fault> {
    if is_replica || skips.unwrap_or(false) {
        return Ok(None);
    }
    let text = "`final_snapshot_identifier` is needed unless `skip_final_snapshot` is true";
    name.map(Some).ok_or_else(|| Fault::new(FaultKind::Invalid, text))
}
