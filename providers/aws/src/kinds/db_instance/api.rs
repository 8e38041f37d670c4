//! The API half of `aws_db_instance`.
//!
//! The native id is the identifier: it is what calls name a database by, so a change of it moves the native id.
//! Operations take minutes and are polled. What a replica's or a restore's creation cannot be given is set when it has
//! become available.

use std::sync::Arc;

use aws_sdk_rds::config::Builder;
use aws_sdk_rds::types::{DbInstance as Instance, Tag};
use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, Owner, Presence, State,
    Value, canonical,
};

use super::{DbInstance, KIND};
use crate::api::tags::{self, Tags};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, merged, no_retries,
    none_of_its_calls, object_or_absent, shape,
};

mod create;
mod modify;
mod read;

/// The largest page.
const PAGE: i32 = 100;

/// How long to wait between two looks at an operation.
const LOOK_MILLISECONDS: u64 = 10_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation that was given everything.
    pub(super) const CREATE: &str = "create";
    /// The end of a creation whose other attributes follow.
    pub(super) const COMPLETE: &str = "complete";
    /// The end of a change.
    pub(super) const CHANGE: &str = "change";
    /// The end of a promotion: until then the database still names its source.
    pub(super) const PROMOTE: &str = "promote";
    /// The end of a deletion.
    pub(super) const DELETE: &str = "delete";
    /// The end of a change of the identifier; the old one follows.
    pub(super) const RENAME: &str = "rename ";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => find(&site, &attributes).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Perform { act: Act::Promote, native_id, changes, .. } => {
                promote(&site, &native_id, &changes).await
            }
            Action::Perform { act: Act::Retire, native_id, changes, .. } => {
                update(&site, &native_id, &changes, &at_once()).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => claim(&site, &native_id, &owner).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, &attributes).await
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Attributes that say that a change is not to wait for the maintenance window.
fn at_once() -> Object {
    [("apply_immediately", Value::Bool(true))].into_iter().collect()
}

fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_instances().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.marker.filter(|marker| !marker.is_empty()).map(Name::from);
    let items = answered.db_instances.unwrap_or_default().into_iter().map(live).collect();
    Ok(Answer::Page { items, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let asked = site.rds().describe_db_instances().db_instance_identifier(id);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let mut found = answered.and_then(|answered| answered.db_instances).unwrap_or_default();
    Ok(found.pop().map(live))
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    let missing = || Fault::new(FaultKind::NotFound, format!("there is no database {id}"));
    read(site, id).await?.ok_or_else(missing)
}

async fn find(site: &Site, attributes: &Object) -> Result<Vec<Live>, Fault> {
    match attributes.get("identifier").and_then(Value::as_str) {
        Some(id) => Ok(read(site, id).await?.into_iter().collect()),
        None => Err(Fault::new(FaultKind::Invalid, "a database needs an identifier")),
    }
}

fn live(instance: Instance) -> Live {
    let id = instance.db_instance_identifier.clone().unwrap_or_default();
    let state = read::state(instance.db_instance_status.as_deref().unwrap_or_default());
    let marks = instance.tag_list.clone().unwrap_or_default().into_iter();
    let told = Told::of(marks.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))));
    let attributes = read::attributes(instance, &told.user);
    told.live(&id, attributes.to_object(), state)
}

fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DbInstance::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let id = wanted.identifier.clone().unwrap_or_default();
    let is_whole = create::send(site, wanted, marks).await?;
    let handle = if is_whole { handle::CREATE } else { handle::COMPLETE };
    Ok(accepted(&id, handle, LOOK_MILLISECONDS))
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    if let Some(wanted) = becomes::<Tags>(&KIND, changes, "tags") {
        set_tags(site, &live, wanted.unwrap_or_default()).await?;
    }
    let changed = modify::send(site, &live, changes, attributes).await?;
    let renamed = becomes::<String>(&KIND, changes, "identifier").flatten().filter(|new| new != id);
    match (changed, renamed) {
        (false, _) => Ok(object_or_absent(read(site, id).await?)),
        (true, None) => Ok(accepted(id, handle::CHANGE, LOOK_MILLISECONDS)),
        (true, Some(new)) => Ok(accepted(&new, format!("{}{id}", handle::RENAME), LOOK_MILLISECONDS)),
    }
}

async fn set_tags(site: &Site, live: &Live, wanted: Tags) -> Result<(), Fault> {
    let told = live.get("tags").and_then(relight_contract::Typed::from_value);
    let change = TagChange::new(&told.unwrap_or_default(), &wanted);
    add_tags(site, live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.rds().remove_tags_from_resource().set_resource_name(arn(live));
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn add_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.rds().add_tags_to_resource().set_resource_name(arn(live));
        let tags = set.into_iter().map(tag).collect();
        asked.set_tags(Some(tags)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}

async fn claim(site: &Site, id: &str, owner: &Owner) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    add_tags(site, &live, tags::owner(owner)).await?;
    Ok(object_or_absent(read(site, id).await?))
}

/// A replica that is none any more is refused by RDS with a state, which is a conflict; the caller then looks.
async fn promote(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    if live.get("replicate_source_db").is_none_or(Value::is_null) {
        let text = format!("{id} is no replica: it is promoted already, or never was one");
        return Err(Fault::new(FaultKind::Conflict, text));
    }
    let retention = becomes::<i64>(&KIND, changes, "backup_retention_period").flatten();
    let asked = site
        .rds()
        .promote_read_replica()
        .db_instance_identifier(id)
        .set_backup_retention_period(crate::api::int(retention)?);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(id, handle::PROMOTE, LOOK_MILLISECONDS))
}

/// RDS refuses a protected database with the code of a wrong request; to look first tells it for what it is.
async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state == State::Deleting {
        return Ok(accepted(id, handle::DELETE, LOOK_MILLISECONDS));
    }
    if live.get("deletion_protection").and_then(Value::as_bool) == Some(true) {
        return Err(Fault::new(FaultKind::Conflict, format!("{id} is protected from deletion")));
    }
    let how = DbInstance::from_object(attributes).map_err(shape)?;
    // A replica holds nothing that its source does not: RDS takes no final snapshot of one.
    let is_replica = live.get("replicate_source_db").is_some_and(|source| !source.is_null());
    let skips = is_replica || how.skip_final_snapshot.unwrap_or(false);
    let snapshot = how.final_snapshot_identifier.filter(|_| !skips);
    if !skips && snapshot.is_none() {
        let text = "`final_snapshot_identifier` is needed unless `skip_final_snapshot` is true";
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    let asked = site
        .rds()
        .delete_db_instance()
        .db_instance_identifier(id)
        .skip_final_snapshot(skips)
        .set_final_db_snapshot_identifier(snapshot)
        .set_delete_automated_backups(how.delete_automated_backups);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => Ok(accepted(id, handle::DELETE, LOOK_MILLISECONDS)),
        None => Ok(Answer::Absent),
    }
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let goes_on = || Ok(accepted(id, handle, LOOK_MILLISECONDS));
    let Some(live) = read(site, id).await? else {
        // Until a new identifier holds, the database answers to its old one.
        let old = handle.strip_prefix(handle::RENAME);
        return match old {
            Some(old) if read(site, old).await?.is_some() => goes_on(),
            _ => Ok(Answer::Absent),
        };
    };
    let is_replica = live.get("replicate_source_db").is_some_and(|source| !source.is_null());
    match (handle, live.state) {
        (_, State::Failed) => Ok(Answer::Object(live)),
        (_, State::Pending) | (handle::DELETE, _) => goes_on(),
        (handle::PROMOTE, _) if is_replica => goes_on(),
        (handle::COMPLETE | handle::PROMOTE, State::Ready) => {
            let missing = missing(&live, attributes, handle == handle::COMPLETE);
            let asked = merged(attributes.clone(), &at_once());
            match modify::send(site, &live, &missing, &asked).await? {
                true => Ok(accepted(id, handle::CHANGE, LOOK_MILLISECONDS)),
                false => Ok(Answer::Object(live)),
            }
        }
        _ => Ok(Answer::Object(live)),
    }
}

/// What was asked for, can be changed, and is not so. With `secrets`, also what the cloud does not tell back.
fn missing(live: &Live, attributes: &Object, secrets: bool) -> Object {
    let mut missing = attributes.clone();
    missing.retain(|name, wanted| {
        let Some(row) = KIND.field(name) else { return false };
        if row.local || row.presence == Presence::Output || wanted.is_null() {
            return false;
        }
        if row.write_only {
            return secrets && matches!(&**name, "password" | "password_wo");
        }
        let unset = Value::Null(row.ty());
        &**name != "replicate_source_db" && !canonical::same(row, wanted, live.get(name).unwrap_or(&unset))
    });
    missing
}
