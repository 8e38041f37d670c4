//! The API half of `aws_db_instance`.
//!
//! The native id is the identifier: it is what calls name a database by, so a change of it moves the native id.
//! Operations take minutes and are polled. What a replica's or a restore's creation cannot be given is set when it has
//! become available.

use std::sync::Arc;

use aws_sdk_rds::types::DbInstance as Instance;
use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{DbInstance, KIND};
use crate::api::lag::{self, Gauge, Measured};
use crate::api::rds::{
    MOST_FILTERED, PAGE, at_once, begun, check_replica, check_unprotected, filter, goes_on, handle,
    is_replica, last_snapshot, once, outstanding, pairs, set_tags, state, tag, update_tags,
};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, becomes, found, given, int, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod create;
mod modify;
pub(crate) mod read;

/// Source: Amazon RDS user guide, "Monitoring read replication"; -1 says that nothing is replicated.
const GAUGE: Gauge = Gauge { metric: "ReplicaLag", per_second: 1.0 };

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => {
                let live = read(&site, &native_id).await?.into_iter().collect();
                Ok(object_or_absent(with_lag(&site, live, &Interest::default()).await.pop()))
            }
            Action::Find { attributes, .. } => {
                let id = given(&attributes, "identifier", "a database needs an identifier")?;
                Ok(found(read(&site, id).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Perform { act: Act::Promote, native_id, changes, .. } => {
                promote(&site, &native_id, &changes).await
            }
            Action::Perform { act: Act::Retire, native_id, changes, owner, .. } => {
                if let Some(owner) = owner {
                    set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                }
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

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_instances().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    let items = alone(answered.db_instances).map(live).collect();
    Ok(Answer::Page { items: with_lag(site, items, interest).await, next })
}

/// Databases that belong to no cluster: those that do are another kind's.
fn alone(instances: Option<Vec<Instance>>) -> impl Iterator<Item = Instance> {
    instances.unwrap_or_default().into_iter().filter(|instance| instance.db_cluster_identifier.is_none())
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = |ids| async move {
        let asked = site.rds().describe_db_instances().filters(filter("db-instance-id", ids));
        let answered = asked.max_records(PAGE).send().await.fault(Effect::None)?;
        Ok(alone(answered.db_instances).map(live).collect())
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

/// The databases, replicas with how far they are behind.
async fn with_lag(site: &Site, mut items: Vec<Live>, interest: &Interest) -> Vec<Live> {
    const LAG: &str = "replica_lag_seconds";
    if !interest.wants(&[LAG]) {
        return items;
    }
    let replicas = items.iter().filter(|live| is_replica(&KIND, live));
    let measured = |live: &Live| {
        let replica = live.native_id.to_string();
        Measured { dimensions: vec![("DBInstanceIdentifier", replica.clone())], replica }
    };
    let replicas: Vec<Measured> = replicas.map(measured).collect();
    let lags = lag::read(site, &GAUGE, &replicas).await;
    for live in &mut items {
        if let Some(lag) = lags.get(&*live.native_id) {
            live.attributes.insert(LAG, Value::from(*lag));
        }
    }
    items
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("database", id))
}

fn live(instance: Instance) -> Live {
    let id = instance.db_instance_identifier.clone().unwrap_or_default();
    let state = state(instance.db_instance_status.as_deref().unwrap_or_default());
    let told = Told::of(pairs(instance.tag_list.clone()));
    let attributes = read::attributes(instance, &told.user);
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DbInstance::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let id = wanted.identifier.clone().unwrap_or_default();
    let is_whole = create::send(site, wanted, marks).await?;
    let handle = if is_whole { handle::CREATE } else { handle::COMPLETE };
    Ok(begun(&id, handle))
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    update_tags(site, &live, changes).await?;
    let changed = modify::send(site, &live, changes, attributes).await?;
    let renamed = becomes::<String>(&KIND, changes, "identifier").flatten().filter(|new| new != id);
    match (changed, renamed) {
        (false, _) => Ok(object_or_absent(read(site, id).await?)),
        (true, None) => Ok(goes_on(id, handle::CHANGE)),
        (true, Some(new)) => Ok(goes_on(&new, format!("{}{id}", handle::RENAME))),
    }
}

async fn claim(site: &Site, id: &str, owner: &Owner) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    set_tags(site, &live, tags::owner(owner)).await?;
    Ok(object_or_absent(read(site, id).await?))
}

async fn promote(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    check_replica(&KIND, &live)?;
    let retention = becomes::<i64>(&KIND, changes, "backup_retention_period").flatten();
    let asked = site
        .rds()
        .promote_read_replica()
        .db_instance_identifier(id)
        .set_backup_retention_period(int(retention)?);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(begun(id, handle::PROMOTE))
}

async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state == State::Deleting {
        return Ok(goes_on(id, handle::DELETE));
    }
    check_unprotected(&live)?;
    let how = DbInstance::from_object(attributes).map_err(shape)?;
    let snapshot =
        last_snapshot(is_replica(&KIND, &live), how.skip_final_snapshot, how.final_snapshot_identifier)?;
    let asked = site
        .rds()
        .delete_db_instance()
        .db_instance_identifier(id)
        .skip_final_snapshot(snapshot.is_none())
        .set_final_db_snapshot_identifier(snapshot)
        .set_delete_automated_backups(how.delete_automated_backups);
    let asked = asked.customize().config_override(once()).send().await;
    match absent_is_none(asked.fault(Effect::Maybe))? {
        Some(_) => Ok(begun(id, handle::DELETE)),
        None => Ok(Answer::Absent),
    }
}

async fn poll(site: &Site, id: &str, handle: &str, attributes: &Object) -> Result<Answer, Fault> {
    let waits = || Ok(goes_on(id, handle));
    let Some(live) = read(site, id).await? else {
        // Until a new identifier holds, the database answers to its old one.
        let old = handle.strip_prefix(handle::RENAME);
        return match old {
            Some(old) if read(site, old).await?.is_some() => waits(),
            _ => Ok(Answer::Absent),
        };
    };
    match (handle, live.state) {
        (_, State::Failed) => Ok(Answer::Object(live)),
        (_, State::Pending) | (handle::DELETE, _) => waits(),
        (handle::PROMOTE, _) if is_replica(&KIND, &live) => waits(),
        (handle::COMPLETE | handle::PROMOTE, State::Ready) => {
            let unseen: &[&str] = if handle == handle::COMPLETE { &["password", "password_wo"] } else { &[] };
            let changes = outstanding(&KIND, &live, attributes, unseen);
            let asked = merged(attributes.clone(), &at_once());
            match modify::send(site, &live, &changes, &asked).await? {
                true => Ok(goes_on(id, handle::CHANGE)),
                false => Ok(Answer::Object(live)),
            }
        }
        _ => Ok(Answer::Object(live)),
    }
}
