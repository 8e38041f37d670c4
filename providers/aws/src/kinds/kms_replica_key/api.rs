//! The API half of `aws_kms_replica_key`.
//!
//! A replica is asked for in the region of its primary, and from then on lives in its own, under the primary's id.

use std::sync::Arc;

use aws_sdk_kms::config::Region;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Object, Owner, State, Value,
};

use super::{KIND, ReplicaKey};
use crate::api::{
    Effect, FaultOf, Site, accepted, becomes, found, int, kms, missing, none_of_its_calls, object_or_absent,
    shape, tags,
};

/// How long to wait between two looks at a replica that is being made. It takes about a minute.
const LOOK_MILLISECONDS: u64 = 2_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page.as_deref(), &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, attributes, .. } => find(&site, &token, &attributes).await,
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => {
                let days = attributes.get("deletion_window_in_days").and_then(Value::as_i64);
                kms::delete(&site, &native_id, int(days)?).await?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                kms::set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<&str>, interest: &Interest) -> Result<Answer, Fault> {
    let (keys, next) = kms::list(site, page, interest).await?;
    let items = keys.into_iter().filter(kms::Key::is_replica).map(live).collect();
    Ok(Answer::Page { items, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    Ok(kms::read(site, id).await?.filter(kms::Key::is_replica).map(live))
}

/// The id is that of the primary: a replica is found without a search.
async fn find(site: &Site, token: &str, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = ReplicaKey::from_object(attributes).map_err(shape)?;
    let (_, id) = primary(&wanted)?;
    let live = read(site, id).await?.filter(|live| live.token.as_deref() == Some(token));
    Ok(found(live))
}

/// The region and the id of the primary.
fn primary(wanted: &ReplicaKey) -> Result<(&str, &str), Fault> {
    let arn = wanted.primary_key_arn.as_deref().unwrap_or_default();
    let wrong = || Fault::new(FaultKind::Invalid, format!("`{arn}` is not the ARN of a key"));
    let region = arn.split(':').nth(3).filter(|region| !region.is_empty()).ok_or_else(wrong)?;
    let (_, id) = arn.rsplit_once(":key/").ok_or_else(wrong)?;
    Ok((region, id))
}

fn live(key: kms::Key) -> Live {
    let state = key.state();
    let (metadata, told) = (key.metadata, key.told);
    let id = metadata.key_id;
    let regions = metadata.multi_region_configuration;
    let attributes = ReplicaKey {
        arn: metadata.arn,
        description: metadata.description.filter(|text| !text.is_empty()),
        enabled: Some(metadata.enabled),
        id: Some(id.clone()),
        key_id: Some(id.clone()),
        key_rotation_enabled: key.rotation.map(|(on, _)| on).or(Some(false)),
        key_spec: metadata.key_spec.map(|word| word.as_str().to_owned()),
        key_usage: metadata.key_usage.map(|word| word.as_str().to_owned()),
        policy: key.policy,
        primary_key_arn: regions.and_then(|regions| regions.primary_key).and_then(|primary| primary.arn),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..ReplicaKey::default()
    };
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = ReplicaKey::from_object(attributes).map_err(shape)?;
    let (region, id) = primary(&wanted)?;
    let asked = site
        .kms()
        .replicate_key()
        .key_id(id)
        .replica_region(site.region())
        .set_bypass_policy_lockout_safety_check(wanted.bypass_policy_lockout_safety_check)
        .set_description(wanted.description.clone())
        .set_policy(wanted.policy.clone())
        .set_tags(Some(kms::marks(tags::all(wanted.tags.as_ref(), owner, token))?));
    let there = kms::once().region(Region::new(region.to_owned()));
    asked.customize().config_override(there).send().await.fault(Effect::Maybe)?;
    Ok(accepted(id, "settings", LOOK_MILLISECONDS))
}

/// Goes on with a creation: waits for the key, and turns it off where it is to be off.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state == State::Pending {
        return Ok(accepted(id, "settings", LOOK_MILLISECONDS));
    }
    match attributes.get("enabled").and_then(Value::as_bool) {
        Some(wanted) if live.get("enabled").and_then(Value::as_bool) != Some(wanted) => {
            kms::set_enabled(site, id, wanted).await?;
            Ok(object_or_absent(read(site, id).await?))
        }
        _ => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("replica key", id))?;
    if let Some(Some(policy)) = becomes::<String>(&KIND, changes, "policy") {
        let unchecked = attributes.get("bypass_policy_lockout_safety_check").and_then(Value::as_bool);
        kms::set_policy(site, id, &policy, unchecked.unwrap_or(false)).await?;
    }
    if let Some(text) = becomes::<String>(&KIND, changes, "description") {
        kms::set_description(site, id, text).await?;
    }
    kms::update_tags(site, &live, changes).await?;
    if let Some(Some(enabled)) = becomes::<bool>(&KIND, changes, "enabled") {
        kms::set_enabled(site, id, enabled).await?;
    }
    Ok(object_or_absent(read(site, id).await?))
}
