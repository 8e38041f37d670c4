//! The API half of `aws_elasticache_replication_group`.
//!
//! The native id is the group's id. What its nodes alone tell (version, type, security groups) comes from a list of all
//! nodes. ElastiCache takes one change of size at a time: a change is a row of steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_elasticache::types::{CacheCluster as Node, ReplicationGroup as Group};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{KIND, OF_NODES, ReplicationGroup};
use crate::api::elasticache::{PAGE, once, set_tags, tags_of, update_tags};
use crate::api::side_by_side::side_by_side;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, found, given, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod create;
mod read;
mod step;

/// How long to wait between two looks at an operation.
const LOOK_MILLISECONDS: u64 = 10_000;

/// Of so few groups the nodes are asked for one by one, instead of listing all.
const FEW: usize = 3;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation.
    pub(super) const CREATE: &str = "create";
    /// The end of a change: the fields that it unsets, then the steps that were made.
    pub(super) const CHANGE: &str = "change ";
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
                let id = given(&attributes, "replication_group_id", "a replication group needs an id")?;
                Ok(found(read(&site, &id.to_lowercase()).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, attributes).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Poll { native_id, handle, attributes, .. } => {
                poll(&site, &native_id, &handle, attributes).await
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.elasticache().describe_replication_groups().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    let groups = answered.replication_groups.unwrap_or_default().into_iter();
    let known = groups.filter(|group| interest.knows(group.replication_group_id().unwrap_or_default()));
    Ok(Answer::Page { items: complete(site, known.collect(), interest).await?, next })
}

async fn describe(site: &Site, id: &str) -> Result<Option<Group>, Fault> {
    let asked = site.elasticache().describe_replication_groups().replication_group_id(id);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(answered.and_then(|answered| answered.replication_groups).and_then(|mut groups| groups.pop()))
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let groups = describe(site, id).await?.into_iter().collect();
    Ok(complete(site, groups, &Interest::default()).await?.pop())
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("replication group", id))
}

/// The groups with their tags, and with what one of their nodes tells.
async fn complete(site: &Site, groups: Vec<Group>, interest: &Interest) -> Result<Vec<Live>, Fault> {
    let nodes = match interest.wants(OF_NODES) {
        true => nodes(site, &groups).await?,
        false => BTreeMap::new(),
    };
    let nodes = &nodes;
    let live = |group: Group| async move {
        let told = Told::of(tags_of(site, group.arn()).await?);
        let id = group.replication_group_id().unwrap_or_default().to_owned();
        let state = read::state(group.status().unwrap_or_default());
        let attributes = read::attributes(group, nodes.get(&id), &told.user);
        Ok(told.live(&id, attributes.to_object(), state))
    };
    // One that is deleted meanwhile is no longer there.
    let calls = groups.into_iter().map(|group| async move { absent_is_none(live(group).await) });
    let items = side_by_side(calls.collect()).await?;
    Ok(items.into_iter().flatten().collect())
}

/// One node of each group, by the group's id.
async fn nodes(site: &Site, groups: &[Group]) -> Result<BTreeMap<String, Node>, Fault> {
    let mut found = BTreeMap::new();
    let mut keep = |nodes: Option<Vec<Node>>| {
        for node in nodes.unwrap_or_default() {
            if let Some(group) = node.replication_group_id.clone() {
                found.entry(group).or_insert(node);
            }
        }
    };
    if groups.len() <= FEW {
        for member in groups.iter().filter_map(|group| group.member_clusters().first()) {
            let asked = site.elasticache().describe_cache_clusters().cache_cluster_id(member);
            let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
            keep(answered.and_then(|answered| answered.cache_clusters));
        }
        return Ok(found);
    }
    let mut next = None;
    loop {
        let asked = site.elasticache().describe_cache_clusters().max_records(PAGE).set_marker(next);
        let answered = asked.send().await.fault(Effect::None)?;
        keep(answered.cache_clusters);
        next = answered.marker.filter(|marker| !marker.is_empty());
        if next.is_none() {
            return Ok(found);
        }
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = ReplicationGroup::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token);
    let id = wanted.replication_group_id.clone().unwrap_or_default().to_lowercase();
    create::send(site, wanted, marks).await?;
    Ok(accepted(&id, handle::CREATE, LOOK_MILLISECONDS))
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    update_tags(site, &live, changes).await?;
    let token = becomes::<String>(&KIND, changes, "auth_token");
    if let Some(token) = &token {
        step::set_token(site, id, token.as_deref(), &attributes).await?;
    }
    // What changes and is not asked for goes back to its default.
    let unset: Vec<&str> =
        changes.names().filter(|name| !attributes.contains(name)).map(|name| &**name).collect();
    let handle = format!("{}{}", handle::CHANGE, unset.join(","));
    match token {
        Some(_) => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        None => poll(site, id, &handle, attributes).await,
    }
}

async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let goes_on = || Ok(accepted(id, handle::DELETE, LOOK_MILLISECONDS));
    let Some(group) = describe(site, id).await? else { return Ok(Answer::Absent) };
    if read::state(group.status().unwrap_or_default()) != State::Ready {
        return match group.status() {
            Some("create-failed") => send_delete(site, id, None).await,
            _ => goes_on(),
        };
    }
    let how = ReplicationGroup::from_object(attributes).map_err(shape)?;
    send_delete(site, id, how.final_snapshot_identifier).await
}

async fn send_delete(site: &Site, id: &str, snapshot: Option<String>) -> Result<Answer, Fault> {
    let asked = site.elasticache().delete_replication_group().replication_group_id(id);
    let asked = asked.set_final_snapshot_identifier(snapshot);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => Ok(accepted(id, handle::DELETE, LOOK_MILLISECONDS)),
        None => Ok(Answer::Absent),
    }
}

async fn poll(site: &Site, id: &str, handle: &str, mut asked: Object) -> Result<Answer, Fault> {
    if handle == handle::DELETE {
        return delete(site, id, &asked).await;
    }
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match (live.state, handle.strip_prefix(handle::CHANGE)) {
        (State::Pending, _) => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        (State::Ready, Some(progress)) => {
            let mut parts = progress.split('|');
            let unset = parts.next().unwrap_or_default();
            for row in unset.split(',').filter_map(|name| KIND.field(name)) {
                asked.insert(row.name, Value::Null(row.ty()));
            }
            let made: Vec<&str> = parts.collect();
            match step::next(site, &live, &asked, &made).await? {
                Some(step) => Ok(accepted(id, format!("{handle}|{step}"), LOOK_MILLISECONDS)),
                None => Ok(Answer::Object(live)),
            }
        }
        _ => Ok(Answer::Object(live)),
    }
}
