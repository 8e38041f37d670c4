//! The API half of `aws_route53_record`.
//!
//! All changes are change batches; one is done when Route 53 says `INSYNC`. The native id is Terraform's:
//! `ZONE_name_TYPE`, and `_set identifier` where there is one, the name in full.

use std::sync::{Arc, PoisonError};

use aws_sdk_route53::config::Builder;
use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecordSet, RrType};
use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State};

use super::Record;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, built, found, merged, no_retries,
    none_of_its_calls, object_or_absent, shape,
};

mod name;
mod record_set;

use name::Key;

/// The largest page.
const PAGE: i32 = 300;

/// How long to wait between two looks at a change. It takes about 35 s.
const LOOK_MILLISECONDS: u64 = 5_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { under, page, .. } => list(&site, under.as_deref(), page.as_deref()).await,
            Action::Read { native_id, .. } => {
                let key = Key::parse(&native_id)?;
                Ok(object_or_absent(read(&site, &key).await?))
            }
            Action::Find { attributes, .. } => {
                let record = Record::from_object(&attributes).map_err(shape)?;
                let key = key_of(&site, &record).await?;
                Ok(found(read(&site, &key).await?))
            }
            Action::Create { attributes, .. } => upsert(&site, &attributes).await,
            Action::Update { native_id, changes, .. } | Action::Perform { native_id, changes, .. } => {
                update(&site, &native_id, &changes).await
            }
            Action::Poll { native_id, handle, .. } => poll(&site, &native_id, &handle).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, under: Option<&str>, page: Option<&str>) -> Result<Answer, Fault> {
    let Some(zone) = under else {
        return Err(Fault::new(FaultKind::Invalid, "records are listed under a zone"));
    };
    let mut asked = site.route53().list_resource_record_sets().hosted_zone_id(zone).max_items(PAGE);
    // A page begins at a record: name, type and, where there is one, set identifier.
    let mut start = page.unwrap_or_default().splitn(3, ' ');
    if let (Some(name), Some(record_type)) = (start.next().filter(|name| !name.is_empty()), start.next()) {
        asked = asked.start_record_name(name).start_record_type(RrType::from(record_type));
        asked = asked.set_start_record_identifier(start.next().map(str::to_owned));
    }
    let answered = asked.send().await.fault(Effect::None);
    // A zone that is gone has no records.
    let Some(answered) = absent_is_none(answered)? else {
        return Ok(Answer::Page { items: Vec::new(), next: None });
    };
    let next = match (answered.is_truncated, answered.next_record_name, answered.next_record_type) {
        (true, Some(name), Some(record_type)) => {
            let set = answered.next_record_identifier.map(|set| format!(" {set}")).unwrap_or_default();
            Some(Name::from(format!("{name} {record_type}{set}")))
        }
        _ => None,
    };
    let name = zone_name(site, zone).await?;
    let items =
        answered.resource_record_sets.into_iter().map(|set| live(zone, name.as_deref(), set)).collect();
    Ok(Answer::Page { items, next })
}

/// A record, its name in both spellings.
fn live(zone: &str, zone_name: Option<&str>, set: ResourceRecordSet) -> Live {
    let record = record_set::read(zone, set);
    let key = Key::of(zone, &record);
    let id = key.to_string();
    let relative = zone_name.and_then(|zone| name::relative(&key.name, zone));
    let record = Record { id: Some(id.clone()), relative_name: relative, ..record };
    Told::default().live(&id, record.to_object(), State::Ready)
}

/// The record set of a key. A list begins at the first one that does not sort before it, so one is enough.
async fn read_set(site: &Site, key: &Key) -> Result<Option<ResourceRecordSet>, Fault> {
    let asked = site
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(&key.zone)
        .start_record_name(&key.name)
        .start_record_type(RrType::from(key.record_type.as_str()))
        .set_start_record_identifier(key.set_identifier.clone());
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let mut sets = answered.map(|answered| answered.resource_record_sets).unwrap_or_default().into_iter();
    Ok(sets.find(|set| key.is_of(set)))
}

async fn read(site: &Site, key: &Key) -> Result<Option<Live>, Fault> {
    let key = Key { name: full_name(site, &key.zone, &key.name).await?, ..key.clone() };
    let zone = zone_name(site, &key.zone).await?;
    Ok(read_set(site, &key).await?.map(|set| live(&key.zone, zone.as_deref(), set)))
}

async fn key_of(site: &Site, record: &Record) -> Result<Key, Fault> {
    let zone = record.zone_id.as_deref().unwrap_or_default();
    let name = full_name(site, zone, record.name.as_deref().unwrap_or_default()).await?;
    Ok(Key::of(zone, &Record { name: Some(name), ..record.clone() }))
}

/// A name in full: a spec may give it relative to its zone.
async fn full_name(site: &Site, zone: &str, name: &str) -> Result<String, Fault> {
    let zone = zone_name(site, zone).await?;
    Ok(zone.map_or_else(|| name::plain(name), |zone| name::expand(name, &zone)))
}

/// The name of a zone, asked for once; `None` for a zone that is gone.
async fn zone_name(site: &Site, zone: &str) -> Result<Option<String>, Fault> {
    let known = site.zone_names.lock().unwrap_or_else(PoisonError::into_inner).get(zone).cloned();
    if known.is_some() {
        return Ok(known);
    }
    let answered = site.route53().get_hosted_zone().id(zone).send().await.fault(Effect::None);
    let Some(answered) = absent_is_none(answered)? else { return Ok(None) };
    let told = name::plain(answered.hosted_zone.map(|zone| zone.name).as_deref().unwrap_or_default());
    let mut names = site.zone_names.lock().unwrap_or_else(PoisonError::into_inner);
    names.insert(zone.to_owned(), told.clone());
    Ok(Some(told))
}

async fn upsert(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let record = Record::from_object(attributes).map_err(shape)?;
    let key = key_of(site, &record).await?;
    let set = record_set::write(&key, &record)?;
    change(site, &key, ChangeAction::Upsert, set).await
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let key = Key::parse(id)?;
    let Some(live) = read(site, &key).await? else {
        return Err(Fault::new(FaultKind::NotFound, format!("there is no record {id}")));
    };
    upsert(site, &merged(live.attributes, changes)).await
}

/// Deletes a record: the batch has to name all that it holds, so it is read first.
async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let key = Key::parse(id)?;
    let key = Key { name: full_name(site, &key.zone, &key.name).await?, ..key };
    match read_set(site, &key).await? {
        Some(set) => change(site, &key, ChangeAction::Delete, set).await,
        None => Ok(Answer::Absent),
    }
}

async fn change(
    site: &Site,
    key: &Key,
    action: ChangeAction,
    set: ResourceRecordSet,
) -> Result<Answer, Fault> {
    let once = (action == ChangeAction::Delete).then(no_retries);
    let batch = Change::builder()
        .action(action)
        .resource_record_set(set)
        .build()
        .and_then(|change| ChangeBatch::builder().changes(change).build());
    let batch = built(batch)?;
    let asked = site.route53().change_resource_record_sets().hosted_zone_id(&key.zone).change_batch(batch);
    // A deletion that is made twice fails as invalid; all else can be made again.
    let settings = Builder::new().set_retry_config(once).clone();
    let answered = asked.customize().config_override(settings).send().await.fault(Effect::Maybe)?;
    match answered.change_info {
        Some(change) if change.status == ChangeStatus::Pending => {
            Ok(accepted(&key.to_string(), change.id, LOOK_MILLISECONDS))
        }
        _ => Ok(object_or_absent(read(site, key).await?)),
    }
}

async fn poll(site: &Site, id: &str, handle: &str) -> Result<Answer, Fault> {
    let answered = site.route53().get_change().id(handle).send().await.fault(Effect::None)?;
    match answered.change_info {
        Some(change) if change.status == ChangeStatus::Pending => Ok(accepted(id, handle, LOOK_MILLISECONDS)),
        _ => Ok(object_or_absent(read(site, &Key::parse(id)?).await?)),
    }
}
