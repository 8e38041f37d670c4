//! What the kinds of KMS share: a key with all that its calls tell of it.
//!
//! `ListKeys` tells ids alone, so that whose a key is takes a call for each key that is not AWS's own; those are known
//! by their aliases. All else is asked of the keys that are meant.

use std::collections::BTreeSet;

use aws_sdk_kms::config::Builder;
use aws_sdk_kms::types::{KeyListEntry, KeyMetadata, KeySpec, KeyState, MultiRegionKeyType, OriginType, Tag};
use relight_contract::{Fault, FaultKind, Interest, Live, Name, Object, State};

use super::answer::absent_is_none;
use super::fault::{Effect, FaultOf};
use super::side_by_side::each;
use super::site::{Site, no_retries};
use super::tags::{TagChange, Told};
use super::values::built;

/// The largest pages. Source: AWS KMS API reference, `ListKeys` and `ListAliases`.
const PAGE: i32 = 1000;
const PAGE_OF_ALIASES: i32 = 100;

/// How aliases of AWS's own keys begin.
pub(crate) const OF_AWS: &str = "alias/aws/";

const ROTATION: &[&str] = &["enable_key_rotation", "key_rotation_enabled", "rotation_period_in_days"];

/// A key.
pub(crate) struct Key {
    pub(crate) metadata: KeyMetadata,
    pub(crate) told: Told,
    pub(crate) policy: Option<String>,
    /// Whether it is rotated, and after how many days.
    pub(crate) rotation: Option<(bool, Option<i32>)>,
}

impl Key {
    /// Whether it is the copy of a key of another region.
    pub(crate) fn is_replica(&self) -> bool {
        let regions = self.metadata.multi_region_configuration.as_ref();
        regions.and_then(|regions| regions.multi_region_key_type.as_ref())
            == Some(&MultiRegionKeyType::Replica)
    }

    pub(crate) fn state(&self) -> State {
        match self.metadata.key_state {
            Some(KeyState::Creating | KeyState::Updating) => State::Pending,
            _ => State::Ready,
        }
    }
}

/// The settings of a call that may be made once only.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

/// A page of the keys that carry an owner tag, or that memory knows.
pub(crate) async fn list(
    site: &Site,
    page: Option<&str>,
    interest: &Interest,
) -> Result<(Vec<Key>, Option<Name>), Fault> {
    let (ids, next) = ids(site, page).await?;
    let marked = each(ids, |id| async move {
        let told = tags_of(site, &id, interest).await?;
        Ok(told.filter(|told| told.is_owned() || interest.names(&id)).map(|told| (id, told)))
    });
    let keys = each(marked.await?.into_iter().flatten(), |(id, told)| describe(site, id, told, interest));
    Ok((keys.await?.into_iter().flatten().collect(), next))
}

/// Keys that a create call with this token made.
pub(crate) async fn find(site: &Site, token: &str) -> Result<Vec<Key>, Fault> {
    let (interest, mut keys, mut page) = (&Interest::default(), Vec::new(), None);
    loop {
        let (ids, next) = ids(site, page.as_deref()).await?;
        let found = each(ids, |id| async move {
            match tags_of(site, &id, interest).await? {
                Some(told) if told.is_of(token) => describe(site, id, told, interest).await,
                _ => Ok(None),
            }
        });
        keys.extend(found.await?.into_iter().flatten());
        page = next;
        if page.is_none() {
            return Ok(keys);
        }
    }
}

/// A key that is not on its way out.
pub(crate) async fn read(site: &Site, id: &str) -> Result<Option<Key>, Fault> {
    let asked = site.kms().list_resource_tags().key_id(id).send().await.fault(Effect::None);
    let Some(answered) = absent_is_none(asked)? else { return Ok(None) };
    let told = Told::of(pairs(answered.tags.unwrap_or_default()));
    describe(site, id.to_owned(), told, &Interest::default()).await
}

/// The ids of a page of keys, those of AWS's own keys left out.
async fn ids(site: &Site, page: Option<&str>) -> Result<(Vec<String>, Option<Name>), Fault> {
    let asked = site.kms().list_keys().limit(PAGE).set_marker(page.map(str::to_owned));
    let answered = asked.send().await.fault(Effect::None)?;
    let next = answered.next_marker.filter(|_| answered.truncated).map(Name::from);
    let keys = answered.keys.unwrap_or_default();
    if keys.is_empty() {
        return Ok((Vec::new(), next));
    }
    let of_aws: BTreeSet<String> = aliases(site)
        .await?
        .into_iter()
        .filter(|(name, _)| name.starts_with(OF_AWS))
        .filter_map(|(_, target)| target)
        .collect();
    let ids = keys.into_iter().filter_map(|KeyListEntry { key_id, .. }| key_id);
    Ok((ids.filter(|id| !of_aws.contains(id)).collect(), next))
}

/// All aliases with the keys that they name.
pub(crate) async fn aliases(site: &Site) -> Result<Vec<(String, Option<String>)>, Fault> {
    let (mut aliases, mut marker) = (Vec::new(), None);
    loop {
        let asked = site.kms().list_aliases().limit(PAGE_OF_ALIASES).set_marker(marker);
        let answered = asked.send().await.fault(Effect::None)?;
        let told = answered.aliases.unwrap_or_default().into_iter();
        aliases.extend(told.filter_map(|alias| Some((alias.alias_name?, alias.target_key_id))));
        marker = answered.next_marker.filter(|_| answered.truncated);
        if marker.is_none() {
            return Ok(aliases);
        }
    }
}

/// The tags of a key; `None` for one that is gone, or that tells us nothing and that nobody remembers: the policy of
/// somebody's key may keep everyone else out.
async fn tags_of(site: &Site, id: &str, interest: &Interest) -> Result<Option<Told>, Fault> {
    let asked = site.kms().list_resource_tags().key_id(id).send().await.fault(Effect::None);
    match absent_is_none(asked) {
        Ok(answered) => Ok(answered.map(|answered| Told::of(pairs(answered.tags.unwrap_or_default())))),
        Err(fault) if fault.kind == FaultKind::Denied && !interest.names(id) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A key with what is wanted of it. One that waits for its deletion counts as gone.
async fn describe(site: &Site, id: String, told: Told, interest: &Interest) -> Result<Option<Key>, Fault> {
    let asked = site.kms().describe_key().key_id(&id).send().await.fault(Effect::None);
    let Some(metadata) = absent_is_none(asked)?.and_then(|answered| answered.key_metadata) else {
        return Ok(None);
    };
    if matches!(metadata.key_state, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)) {
        return Ok(None);
    }
    let policy = async {
        match interest.wants(&["policy"]) {
            true => policy(site, &id).await,
            false => Ok(None),
        }
    };
    let rotation = async {
        match interest.wants(ROTATION) && can_rotate(&metadata) {
            true => rotation(site, &id).await,
            false => Ok(None),
        }
    };
    let (policy, rotation) = tokio::try_join!(policy, rotation)?;
    Ok(Some(Key { metadata, told, policy, rotation }))
}

/// Only symmetric keys whose material is KMS's own are rotated; of others even the question is refused.
/// Source: AWS KMS API reference, `GetKeyRotationStatus`.
pub(crate) fn can_rotate(metadata: &KeyMetadata) -> bool {
    metadata.key_spec == Some(KeySpec::SymmetricDefault) && metadata.origin == Some(OriginType::AwsKms)
}

async fn policy(site: &Site, id: &str) -> Result<Option<String>, Fault> {
    let asked = site.kms().get_key_policy().key_id(id).policy_name("default");
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(answered.and_then(|answered| answered.policy))
}

async fn rotation(site: &Site, id: &str) -> Result<Option<(bool, Option<i32>)>, Fault> {
    let asked = site.kms().get_key_rotation_status().key_id(id).send().await.fault(Effect::None);
    let told = absent_is_none(asked)?;
    Ok(told.map(|told| (told.key_rotation_enabled, told.rotation_period_in_days)))
}

/// Makes the user's tags of a key what the changed fields say.
pub(crate) async fn update_tags(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let change = TagChange::of(live, changes);
    set_tags(site, &live.native_id, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.kms().untag_resource().key_id(&*live.native_id);
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Adds tags to a key, or gives them other values.
pub(crate) async fn set_tags(site: &Site, id: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.kms().tag_resource().key_id(id).set_tags(Some(marks(set)?));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Tags as KMS has them.
pub(crate) fn marks(tags: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    let mark = |(key, value)| built(Tag::builder().tag_key(key).tag_value(value).build());
    tags.into_iter().map(mark).collect()
}

fn pairs(tags: Vec<Tag>) -> impl Iterator<Item = (String, String)> {
    tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value))
}

/// Turns a key on or off.
pub(crate) async fn set_enabled(site: &Site, id: &str, enabled: bool) -> Result<(), Fault> {
    match enabled {
        true => site.kms().enable_key().key_id(id).send().await.fault(Effect::Maybe).map(drop),
        false => site.kms().disable_key().key_id(id).send().await.fault(Effect::Maybe).map(drop),
    }
}

/// Makes the document of a key the wanted one.
pub(crate) async fn set_policy(site: &Site, id: &str, policy: &str, unchecked: bool) -> Result<(), Fault> {
    let asked = site.kms().put_key_policy().key_id(id).policy_name("default").policy(policy);
    let asked = asked.bypass_policy_lockout_safety_check(unchecked);
    asked.send().await.fault(Effect::Maybe).map(drop)
}

/// Says what a key is for.
pub(crate) async fn set_description(site: &Site, id: &str, text: Option<String>) -> Result<(), Fault> {
    let asked = site.kms().update_key_description().key_id(id).description(text.unwrap_or_default());
    asked.send().await.fault(Effect::Maybe).map(drop)
}

/// Has a key deleted after a while. To look first tells one that waits for that already.
pub(crate) async fn delete(site: &Site, id: &str, days: Option<i32>) -> Result<(), Fault> {
    let asked = site.kms().describe_key().key_id(id).send().await.fault(Effect::None);
    let told = absent_is_none(asked)?.and_then(|answered| answered.key_metadata);
    let Some(state) = told.and_then(|told| told.key_state) else { return Ok(()) };
    if matches!(state, KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) {
        return Ok(());
    }
    let asked = site.kms().schedule_key_deletion().key_id(id).set_pending_window_in_days(days);
    absent_is_none(asked.send().await.fault(Effect::Maybe)).map(drop)
}
