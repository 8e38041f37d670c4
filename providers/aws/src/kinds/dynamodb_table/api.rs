//! The API half of `aws_dynamodb_table`.
//!
//! The native id is the name. DynamoDB makes one change of a table at a time, and while it does takes no other: so a
//! change is a row of steps, each looked for anew in what the table is and what it is to be.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{TableDescription, TableStatus, Tag};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Typed,
    Value,
};

use super::{DynamodbTable, KIND};
use crate::api::side_by_side::side_by_side;
use crate::api::tags::{self, Tags};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, built, found, given, missing, next,
    none_of_its_calls, object_or_absent, shape,
};

mod create;
mod read;
mod step;
mod write;

/// The largest page.
const PAGE: i32 = 100;

/// How long to wait between two looks at an operation.
const LOOK_MILLISECONDS: u64 = 3_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation or a change: the fields that it unsets, then the steps that were made. What a creation
    /// could not be given is a step, too.
    pub(super) const CHANGE: &str = "change ";
    /// The end of a creation by a call that takes no tags; owner id, token and hint follow.
    pub(super) const TAG: &str = "tag ";
    /// The end of a deletion.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = given(&attributes, "name", "a table needs a name")?;
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, attributes).await
            }
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, attributes).await
            }
            Action::Claim { native_id, owner, .. } => {
                let live = must_read(&site, &native_id).await?;
                tag(&site, &live, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.dynamodb().list_tables().limit(PAGE);
    let asked = asked.set_exclusive_start_table_name(page.map(|page| page.to_string()));
    let answered = asked.send().await.fault(Effect::None)?;
    let next = next(answered.last_evaluated_table_name);
    let known = answered.table_names.unwrap_or_default().into_iter().filter(|name| interest.knows(name));
    let calls = known.map(|name| async move { look(site, &name, interest).await });
    let items = side_by_side(calls.collect()).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    look(site, name, &Interest::default()).await
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("table", name))
}

async fn describe(site: &Site, name: &str) -> Result<Option<TableDescription>, Fault> {
    let asked = site.dynamodb().describe_table().table_name(name).send().await;
    Ok(absent_is_none(asked.fault(Effect::None))?.and_then(|told| told.table))
}

/// A table with what `DescribeTable` does not tell. One that vanishes meanwhile is no longer there.
async fn look(site: &Site, name: &str, interest: &Interest) -> Result<Option<Live>, Fault> {
    let Some(table) = describe(site, name).await? else { return Ok(None) };
    let whole = async {
        let arn = table.table_arn.clone().unwrap_or_default();
        let marks = Told::of(all_tags(site, &arn).await?);
        let backups = match interest.wants(&["point_in_time_recovery"]) {
            true => {
                let asked = site.dynamodb().describe_continuous_backups().table_name(name);
                asked.send().await.fault(Effect::None)?.continuous_backups_description
            }
            false => None,
        };
        let expiry = match interest.wants(&["ttl"]) {
            true => {
                let asked = site.dynamodb().describe_time_to_live().table_name(name);
                asked.send().await.fault(Effect::None)?.time_to_live_description
            }
            false => None,
        };
        let state = read::state(&table);
        let attributes = read::attributes(table, backups, expiry, &marks.user);
        Ok(marks.live(name, attributes, state))
    };
    absent_is_none(whole.await)
}

async fn all_tags(site: &Site, arn: &str) -> Result<Vec<(String, String)>, Fault> {
    let (mut tags, mut next) = (Vec::new(), None);
    loop {
        let asked = site.dynamodb().list_tags_of_resource().resource_arn(arn).set_next_token(next);
        let told = asked.send().await.fault(Effect::None)?;
        tags.extend(told.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
        next = told.next_token.filter(|token| !token.is_empty());
        if next.is_none() {
            return Ok(tags);
        }
    }
}

fn sdk_tags(marks: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    marks.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}

async fn tag(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let arn = live.get("arn").and_then(Value::as_str).unwrap_or_default();
        let asked = site.dynamodb().tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(set)?));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    tag(site, live, change.set).await?;
    if !change.remove.is_empty() {
        let arn = live.get("arn").and_then(Value::as_str).unwrap_or_default();
        let asked = site.dynamodb().untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DynamodbTable::from_object(attributes).map_err(shape)?;
    let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    let is_tagged = create::send(site, &wanted, owner, token).await?;
    let handle = match is_tagged {
        true => handle::CHANGE.to_owned(),
        false => format!("{}{} {token} {}", handle::TAG, owner.id.0, crate::AWS.tags.escape(&owner.address)),
    };
    Ok(accepted(name, handle, LOOK_MILLISECONDS))
}

async fn update(site: &Site, name: &str, changes: &Object, attributes: Object) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    update_tags(site, &live, changes).await?;
    // What changes and is not asked for goes back to its default.
    let unset: Vec<&str> =
        changes.names().filter(|name| !attributes.contains(name)).map(|name| &**name).collect();
    poll(site, name, &format!("{}{}", handle::CHANGE, unset.join(",")), attributes).await
}

/// Deletes a table after its replicas. To look first tells a protected one for what it is.
async fn delete(site: &Site, name: &str) -> Result<Answer, Fault> {
    let Some(table) = describe(site, name).await? else { return Ok(Answer::Absent) };
    if table.deletion_protection_enabled == Some(true) {
        return Err(Fault::new(FaultKind::Conflict, format!("{name} is protected from deletion")));
    }
    let goes_on = || Ok(accepted(name, handle::DELETE, LOOK_MILLISECONDS));
    if read::state(&table) != State::Ready {
        return goes_on();
    }
    let replica = table.replicas.unwrap_or_default().into_iter().find_map(|replica| replica.region_name);
    match replica.filter(|region| region != site.region()) {
        Some(region) => step::delete_replica(site, name, &region).await?,
        None if table.table_status == Some(TableStatus::Deleting) => {}
        None => {
            let asked = site.dynamodb().delete_table().table_name(name).send().await;
            if absent_is_none(asked.fault(Effect::Maybe))?.is_none() {
                return Ok(Answer::Absent);
            }
        }
    }
    goes_on()
}

async fn poll(site: &Site, name: &str, handle: &str, mut asked: Object) -> Result<Answer, Fault> {
    if handle == handle::DELETE {
        return delete(site, name).await;
    }
    let Some(live) = read(site, name).await? else { return Ok(Answer::Absent) };
    if live.state != State::Ready {
        return Ok(accepted(name, handle, LOOK_MILLISECONDS));
    }
    if let Some(marks) = handle.strip_prefix(handle::TAG) {
        tag(site, &live, marks_of(marks, &asked)).await?;
        return Ok(accepted(name, handle::CHANGE, 0));
    }
    let mut parts = handle.strip_prefix(handle::CHANGE).unwrap_or_default().split('|');
    for row in parts.next().unwrap_or_default().split(',').filter_map(|name| KIND.field(name)) {
        asked.insert(row.name, Value::Null(row.ty()));
    }
    let made: Vec<String> = parts.map(str::to_owned).collect();
    match step::next(site, &live, &asked, &made).await? {
        Some(step) => Ok(accepted(name, format!("{handle}|{step}"), LOOK_MILLISECONDS)),
        None => Ok(Answer::Object(live)),
    }
}

/// The tags of a table that was made by a call that takes none: relight's from the handle, the user's as asked for.
fn marks_of(handle: &str, asked: &Object) -> Vec<(String, String)> {
    let rules = &crate::AWS.tags;
    let user = asked.get("tags").and_then(Tags::from_value);
    let parts = handle.splitn(3, ' ').map(str::to_owned);
    let ours = [rules.owner, rules.intent, rules.address].into_iter().map(str::to_owned).zip(parts);
    ours.chain(user.unwrap_or_default()).collect()
}
