//! The API half of `aws_kms_key`.
//!
//! A key is made enabled and without rotation; both follow when the creation is polled.

use std::sync::Arc;

use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Interest, Live, Object, Owner, State, Value,
};

use super::{KIND, Key};
use crate::api::{
    Effect, FaultOf, Site, accepted, becomes, int, kms, made, missing, none_of_its_calls, object_or_absent,
    shape, tags,
};

/// How long to wait between two looks at a key that is being made.
const LOOK_MILLISECONDS: u64 = 1_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page.as_deref(), &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => {
                let keys = kms::find(&site, &token).await?.into_iter();
                Ok(Answer::Found(keys.filter(|key| !key.is_replica()).map(live).collect()))
            }
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
    let items = keys.into_iter().filter(|key| !key.is_replica()).map(live).collect();
    Ok(Answer::Page { items, next })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    Ok(kms::read(site, id).await?.filter(|key| !key.is_replica()).map(live))
}

fn live(key: kms::Key) -> Live {
    let state = key.state();
    let (metadata, told) = (key.metadata, key.told);
    let id = metadata.key_id;
    let attributes = Key {
        arn: metadata.arn,
        custom_key_store_id: metadata.custom_key_store_id,
        customer_master_key_spec: metadata.key_spec.map(|word| word.as_str().to_owned()),
        description: metadata.description.filter(|text| !text.is_empty()),
        enable_key_rotation: key.rotation.map(|(on, _)| on).or(Some(false)),
        id: Some(id.clone()),
        is_enabled: Some(metadata.enabled),
        key_id: Some(id.clone()),
        key_usage: metadata.key_usage.map(|word| word.as_str().to_owned()),
        multi_region: Some(metadata.multi_region.unwrap_or(false)),
        policy: key.policy,
        rotation_period_in_days: key.rotation.and_then(|(on, days)| days.filter(|_| on)).map(i64::from),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        xks_key_id: metadata.xks_key_configuration.and_then(|key| key.id),
        ..Key::default()
    };
    told.live(&id, attributes.to_object(), state)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Key::from_object(attributes).map_err(shape)?;
    let asked = site
        .kms()
        .create_key()
        .set_bypass_policy_lockout_safety_check(wanted.bypass_policy_lockout_safety_check)
        .set_custom_key_store_id(wanted.custom_key_store_id)
        .set_description(wanted.description)
        .set_key_spec(wanted.customer_master_key_spec.as_deref().map(KeySpec::from))
        .set_key_usage(wanted.key_usage.as_deref().map(KeyUsageType::from))
        .set_multi_region(wanted.multi_region)
        .set_policy(wanted.policy)
        .set_tags(Some(kms::marks(tags::all(wanted.tags.as_ref(), owner, token))?))
        .set_xks_key_id(wanted.xks_key_id);
    let asked = asked.customize().config_override(kms::once());
    let id = asked.send().await.fault(Effect::Maybe)?.key_metadata.map(|made| made.key_id);
    Ok(accepted(&made(id, "a key")?, "settings", 0))
}

/// Goes on with a creation: sets what is not yet as it is to be.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state == State::Pending {
        return Ok(accepted(id, "settings", LOOK_MILLISECONDS));
    }
    let mut missing = attributes.clone();
    missing.retain(|name, value| SWITCHES.contains(&&**name) && live.get(name) != Some(value));
    if missing.is_empty() {
        return Ok(Answer::Object(live));
    }
    set_switches(site, &live, &missing).await?;
    Ok(object_or_absent(read(site, id).await?))
}

/// Fields that a creation cannot be given.
const SWITCHES: &[&str] = &["enable_key_rotation", "is_enabled", "rotation_period_in_days"];

/// A key that is off is refused a change of its rotation, so it is turned on before and off behind.
async fn set_switches(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let id = &*live.native_id;
    let enabled = becomes::<bool>(&KIND, changes, "is_enabled").flatten();
    if enabled == Some(true) {
        kms::set_enabled(site, id, true).await?;
    }
    let rotates = becomes::<bool>(&KIND, changes, "enable_key_rotation").flatten();
    let days = becomes::<i64>(&KIND, changes, "rotation_period_in_days").flatten();
    let on = rotates.or_else(|| live.get("enable_key_rotation").and_then(Value::as_bool)).unwrap_or(false);
    if on && (rotates.is_some() || days.is_some()) {
        let days = days.or_else(|| live.get("rotation_period_in_days").and_then(Value::as_i64));
        let asked = site.kms().enable_key_rotation().key_id(id).set_rotation_period_in_days(int(days)?);
        asked.send().await.fault(Effect::Maybe)?;
    } else if rotates == Some(false) {
        site.kms().disable_key_rotation().key_id(id).send().await.fault(Effect::Maybe)?;
    }
    if enabled == Some(false) {
        kms::set_enabled(site, id, false).await?;
    }
    Ok(())
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("key", id))?;
    if let Some(Some(policy)) = becomes::<String>(&KIND, changes, "policy") {
        let unchecked = attributes.get("bypass_policy_lockout_safety_check").and_then(Value::as_bool);
        kms::set_policy(site, id, &policy, unchecked.unwrap_or(false)).await?;
    }
    if let Some(text) = becomes::<String>(&KIND, changes, "description") {
        kms::set_description(site, id, text).await?;
    }
    kms::update_tags(site, &live, changes).await?;
    set_switches(site, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}
