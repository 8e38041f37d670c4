//! The API half of `aws_secretsmanager_secret`.
//!
//! A creation takes all but the policy, which follows when it is polled; so do copies in other regions, which take
//! their time. The native id is the ARN. A copy is told by its own region too, with the tags of the original: it is
//! nobody's there.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::{
    ReplicaRegionType, ReplicationStatusType, SecretListEntry, StatusType, Tag,
};
use relight_contract::{
    Action, Answer, Answering, Block, Blocks, Fault, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{KIND, Replica, Secret};
use crate::api::secrets::{in_state, once};
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, found, made, missing, next,
    none_of_its_calls, object_or_absent, shape, time_text,
};

/// The largest page.
const PAGE: i32 = 100;

/// How long to wait between two looks at copies that are being made, or at a secret that goes.
const LOOK_MILLISECONDS: u64 = 2_000;

/// What a poll waits for.
mod handle {
    /// The end of a creation or a change.
    pub(super) const SETTINGS: &str = "settings";
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
                let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Poll { native_id, handle, .. } if *handle == *handle::DELETE => {
                gone(&site, &native_id).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.secrets().list_secrets().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let here = |entry: &SecretListEntry| is_original(site, entry.primary_region.as_deref());
    let entries = answered.secret_list.unwrap_or_default().into_iter().filter(here);
    let items = each(entries, |entry| async move {
        let mut facts = Facts::of_list(entry);
        if facts.told.is_owned() || interest.knows(&facts.name) || interest.knows(&facts.arn) {
            facts.complete(site, interest).await?;
        }
        Ok(facts.live())
    });
    Ok(Answer::Page { items: items.await?, next })
}

/// Whether a secret is no copy of one in another region.
fn is_original(site: &Site, region: Option<&str>) -> bool {
    region.is_none_or(|region| region.is_empty() || region == site.region())
}

/// What calls tell of a secret.
#[derive(Default)]
struct Facts {
    arn: String,
    name: String,
    description: Option<String>,
    key: Option<String>,
    told: Told,
    policy: Option<String>,
    copies: Vec<ReplicationStatusType>,
}

impl Facts {
    fn of_list(entry: SecretListEntry) -> Facts {
        Facts {
            arn: entry.arn.unwrap_or_default(),
            name: entry.name.unwrap_or_default(),
            description: entry.description,
            key: entry.kms_key_id,
            told: Told::of(pairs(entry.tags)),
            ..Facts::default()
        }
    }

    fn of_description(told: DescribeSecretOutput) -> Facts {
        Facts {
            arn: told.arn.unwrap_or_default(),
            name: told.name.unwrap_or_default(),
            description: told.description,
            key: told.kms_key_id,
            told: Told::of(pairs(told.tags)),
            policy: None,
            copies: told.replication_status.unwrap_or_default(),
        }
    }

    /// Adds what a list does not tell.
    async fn complete(&mut self, site: &Site, interest: &Interest) -> Result<(), Fault> {
        if interest.wants(&["policy"]) {
            self.policy = policy(site, &self.arn).await?;
        }
        if interest.wants(&["replica"]) {
            let told = describe(site, &self.arn).await?;
            self.copies = told.and_then(|told| told.replication_status).unwrap_or_default();
        }
        Ok(())
    }

    fn live(self) -> Live {
        let attributes = Secret {
            arn: Some(self.arn.clone()),
            description: self.description.filter(|text| !text.is_empty()),
            id: Some(self.arn.clone()),
            kms_key_id: self.key.filter(|key| !key.is_empty()),
            name: Some(self.name),
            policy: self.policy,
            replica: Some(Blocks(self.copies.into_iter().map(copy).collect())),
            tags: Some(self.told.user.clone()),
            tags_all: Some(self.told.user.clone()),
            ..Secret::default()
        };
        self.told.live(&self.arn, attributes.to_object(), State::Ready)
    }
}

fn copy(copy: ReplicationStatusType) -> Replica {
    Replica {
        kms_key_id: copy.kms_key_id,
        last_accessed_date: time_text(copy.last_accessed_date.as_ref()),
        region: copy.region,
        status: copy.status.map(|status| status.as_str().to_owned()),
        status_message: copy.status_message,
    }
}

fn pairs(tags: Option<Vec<Tag>>) -> impl Iterator<Item = (String, String)> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())))
}

fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

async fn describe(site: &Site, id: &str) -> Result<Option<DescribeSecretOutput>, Fault> {
    absent_is_none(site.secrets().describe_secret().secret_id(id).send().await.fault(Effect::None))
}

async fn policy(site: &Site, id: &str) -> Result<Option<String>, Fault> {
    let asked = site.secrets().get_resource_policy().secret_id(id).send().await;
    let answered = absent_is_none(asked.fault(Effect::None).map_err(in_state))?;
    Ok(answered.and_then(|answered| answered.resource_policy).filter(|text| !text.is_empty()))
}

/// A secret by name or ARN; `None` while it waits for its deletion.
async fn read_facts(site: &Site, id: &str) -> Result<Option<Facts>, Fault> {
    let Some(told) = describe(site, id).await? else { return Ok(None) };
    if told.deleted_date.is_some() || !is_original(site, told.primary_region.as_deref()) {
        return Ok(None);
    }
    let mut facts = Facts::of_description(told);
    facts.policy = policy(site, &facts.arn).await?;
    Ok(Some(facts))
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    Ok(read_facts(site, id).await?.map(Facts::live))
}

fn regions(copies: BTreeMap<String, Option<String>>) -> Option<Vec<ReplicaRegionType>> {
    let region = |(region, key)| ReplicaRegionType::builder().region(region).set_kms_key_id(key).build();
    (!copies.is_empty()).then(|| copies.into_iter().map(region).collect())
}

/// The keys of copies, by region.
fn wanted_copies(copies: Option<Blocks<Replica>>) -> BTreeMap<String, Option<String>> {
    let copies = copies.map(|copies| copies.0).unwrap_or_default();
    copies.into_iter().filter_map(|copy| Some((copy.region?, copy.kms_key_id))).collect()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Secret::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let asked = site
        .secrets()
        .create_secret()
        .set_name(wanted.name)
        .set_description(wanted.description)
        .set_kms_key_id(wanted.kms_key_id)
        .set_add_replica_regions(regions(wanted_copies(wanted.replica)))
        .set_force_overwrite_replica_secret(wanted.force_overwrite_replica_secret)
        .set_tags(Some(marks));
    let asked = asked.customize().config_override(once()).send().await;
    let arn = asked.fault(Effect::Maybe).map_err(in_state)?.arn;
    Ok(accepted(&made(arn, "a secret")?, handle::SETTINGS, 0))
}

/// Goes on with a creation or a change: puts the policy, and waits for the copies.
async fn settle(site: &Site, arn: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(facts) = read_facts(site, arn).await? else { return Ok(Answer::Absent) };
    if facts.copies.iter().any(|copy| copy.status == Some(StatusType::InProgress)) {
        return Ok(accepted(arn, handle::SETTINGS, LOOK_MILLISECONDS));
    }
    match attributes.get("policy").and_then(Value::as_str) {
        Some(wanted) if facts.policy.is_none() => {
            set_policy(site, arn, Some(wanted)).await?;
            Ok(object_or_absent(read(site, arn).await?))
        }
        _ => Ok(Answer::Object(facts.live())),
    }
}

async fn set_policy(site: &Site, arn: &str, policy: Option<&str>) -> Result<(), Fault> {
    let done = match policy {
        Some(policy) => {
            let asked = site.secrets().put_resource_policy().secret_id(arn).resource_policy(policy);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
        None => {
            let asked = site.secrets().delete_resource_policy().secret_id(arn);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
    };
    done.map_err(in_state)
}

async fn update(site: &Site, arn: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let facts = read_facts(site, arn).await?.ok_or_else(|| missing("secret", arn))?;
    let description = becomes::<String>(&KIND, changes, "description");
    let key = becomes::<String>(&KIND, changes, "kms_key_id");
    if description.is_some() || key.is_some() {
        let asked = site
            .secrets()
            .update_secret()
            .secret_id(arn)
            .set_description(description.map(Option::unwrap_or_default))
            .set_kms_key_id(key.map(Option::unwrap_or_default));
        asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
    }
    if let Some(policy) = becomes::<String>(&KIND, changes, "policy") {
        set_policy(site, arn, policy.as_deref()).await?;
    }
    if let Some(wanted) = becomes::<Tags>(&KIND, changes, "tags") {
        let change = TagChange::new(&facts.told.user, &wanted.unwrap_or_default());
        set_tags(site, arn, change.set).await?;
        if !change.remove.is_empty() {
            let asked = site.secrets().untag_resource().secret_id(arn).set_tag_keys(Some(change.remove));
            asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
        }
    }
    if let Some(wanted) = becomes::<Blocks<Replica>>(&KIND, changes, "replica") {
        let force = attributes.get("force_overwrite_replica_secret").and_then(Value::as_bool);
        set_copies(site, &facts, wanted_copies(wanted), force).await?;
        return Ok(accepted(arn, handle::SETTINGS, LOOK_MILLISECONDS));
    }
    Ok(object_or_absent(read(site, arn).await?))
}

/// A copy gets another key by being made again.
async fn set_copies(
    site: &Site,
    facts: &Facts,
    mut wanted: BTreeMap<String, Option<String>>,
    force: Option<bool>,
) -> Result<(), Fault> {
    let mut gone = Vec::new();
    for copy in &facts.copies {
        let Some(region) = copy.region.clone() else { continue };
        match wanted.get(&region) {
            Some(key) if key.is_none() || *key == copy.kms_key_id => drop(wanted.remove(&region)),
            _ => gone.push(region),
        }
    }
    remove_copies(site, &facts.arn, gone).await?;
    if let Some(regions) = regions(wanted) {
        let asked = site.secrets().replicate_secret_to_regions().secret_id(&facts.arn);
        let asked = asked.set_add_replica_regions(Some(regions)).set_force_overwrite_replica_secret(force);
        asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
    }
    Ok(())
}

async fn remove_copies(site: &Site, arn: &str, regions: Vec<String>) -> Result<(), Fault> {
    if regions.is_empty() {
        return Ok(());
    }
    let asked = site.secrets().remove_regions_from_replication().secret_id(arn);
    let asked = asked.set_remove_replica_regions(Some(regions));
    asked.send().await.fault(Effect::Maybe).map_err(in_state).map(drop)
}

async fn set_tags(site: &Site, arn: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let tags = set.into_iter().map(tag).collect();
        let asked = site.secrets().tag_resource().secret_id(arn).set_tags(Some(tags));
        asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
    }
    Ok(())
}

/// A secret with copies cannot be deleted. One that is deleted for good keeps its name for a moment.
async fn delete(site: &Site, arn: &str, attributes: &Object) -> Result<Answer, Fault> {
    let how = Secret::from_object(attributes).map_err(shape)?;
    let for_good = how.recovery_window_in_days == Some(0);
    let Some(told) = describe(site, arn).await?.filter(|told| told.deleted_date.is_none()) else {
        return Ok(Answer::Absent);
    };
    let copies = told.replication_status.unwrap_or_default();
    remove_copies(site, arn, copies.into_iter().filter_map(|copy| copy.region).collect()).await?;
    let asked = site.secrets().delete_secret().secret_id(arn);
    let asked = match for_good {
        true => asked.force_delete_without_recovery(true),
        false => asked.set_recovery_window_in_days(how.recovery_window_in_days),
    };
    absent_is_none(asked.send().await.fault(Effect::Maybe).map_err(in_state))?;
    match for_good {
        true => Ok(accepted(arn, handle::DELETE, 0)),
        false => Ok(Answer::Absent),
    }
}

async fn gone(site: &Site, arn: &str) -> Result<Answer, Fault> {
    match describe(site, arn).await? {
        Some(_) => Ok(accepted(arn, handle::DELETE, LOOK_MILLISECONDS)),
        None => Ok(Answer::Absent),
    }
}
