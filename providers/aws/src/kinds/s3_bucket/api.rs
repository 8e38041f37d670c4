//! The API half of `aws_s3_bucket`.
//!
//! The native id is the name. A list tells names only: whose a bucket is stands in its tags, a call for each bucket that
//! somebody knows. Objects are deleted a page at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_s3::config::Builder;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, Delete, ObjectIdentifier, ObjectLockEnabled, Tag,
    Tagging,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{Bucket, KIND, zone};
use crate::api::side_by_side::side_by_side;
use crate::api::tags::{self, Tags};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, built, found, given, merged,
    missing, next, no_retries, none_of_its_calls, object_or_absent, shape,
};

/// The largest page of buckets.
const PAGE: i32 = 10_000;

/// The largest page of versions, and the most that one call deletes.
const VERSIONS: i32 = 1_000;

/// The region that is no location. Source: Amazon S3 API reference, `CreateBucket`.
const HOME: &str = "us-east-1";

/// What S3 tells of a bucket that has no tags.
const NO_TAGS: &str = "NoSuchTagSet";

/// What a poll waits for: the handles of operations.
mod handle {
    /// That a new bucket can be seen.
    pub(super) const CREATE: &str = "create";
    /// The end of a deletion, of which the objects are a part.
    pub(super) const DELETE: &str = "delete";
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = given(&attributes, "bucket", "a bucket needs a name")?;
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Claim { native_id, owner, .. } => {
                change_tags(&site, &native_id, tags::owner(&owner), &[]).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Poll { native_id, handle, attributes, .. } => match &*handle {
                handle::DELETE => delete(&site, &native_id, &attributes).await,
                _ => Ok(object_or_absent(made(&site, &native_id, &attributes).await?)),
            },
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.s3().list_buckets().max_buckets(PAGE).bucket_region(site.region());
    let answered =
        asked.set_continuation_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.continuation_token);
    let names = answered.buckets.unwrap_or_default().into_iter().filter_map(|bucket| bucket.name);
    let names = names.filter(|name| interest.knows(name));
    let calls = names.map(|name| async move { look(site, &name, interest).await });
    let items = side_by_side(calls.collect()).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    look(site, name, &Interest::default()).await
}

/// A new bucket: without a lock where none was asked for, so that nothing has to be asked.
async fn made(site: &Site, name: &str, attributes: &Object) -> Result<Option<Live>, Fault> {
    if attributes.get("object_lock_enabled").and_then(Value::as_bool) == Some(true) {
        return read(site, name).await;
    }
    let tags_only = Interest { fields: Some(BTreeSet::new()), names: None };
    let unlocked = Bucket { object_lock_enabled: Some(false), ..Bucket::default() }.to_object();
    let live = look(site, name, &tags_only).await?;
    Ok(live.map(|live| Live { attributes: merged(live.attributes, &unlocked), ..live }))
}

async fn look(site: &Site, name: &str, interest: &Interest) -> Result<Option<Live>, Fault> {
    let Some(told) = all_tags(site, name).await? else { return Ok(None) };
    let told = Told::of(told);
    let locked = match interest.wants(&["object_lock_enabled"]) {
        true => Some(has_lock(site, name).await?),
        false => None,
    };
    let (region, domain) = (site.region(), site.domain());
    let attributes = Bucket {
        arn: Some(format!("arn:{}:s3:::{name}", site.partition())),
        bucket: Some(name.to_owned()),
        bucket_domain_name: Some(format!("{name}.s3.{domain}")),
        bucket_regional_domain_name: Some(format!("{name}.s3.{region}.{domain}")),
        hosted_zone_id: zone::of(region).map(str::to_owned),
        id: Some(name.to_owned()),
        object_lock_enabled: locked,
        region: Some(region.to_owned()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..Bucket::default()
    };
    Ok(Some(told.live(name, attributes.to_object(), State::Ready)))
}

/// All tags of a bucket; `None` where there is no such bucket in this region.
async fn all_tags(site: &Site, name: &str) -> Result<Option<Vec<(String, String)>>, Fault> {
    let told = site.s3().get_bucket_tagging().bucket(name).send().await.fault(Effect::None);
    match told {
        Ok(told) => Ok(Some(told.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(fault) if fault.code.as_deref() == Some(NO_TAGS) => Ok(Some(Vec::new())),
        // The name is that of a bucket in another region.
        Err(fault) if fault.code.as_deref() == Some("PermanentRedirect") => Ok(None),
        Err(fault) => absent_is_none(Err(fault)),
    }
}

async fn has_lock(site: &Site, name: &str) -> Result<bool, Fault> {
    let told = site.s3().get_object_lock_configuration().bucket(name).send().await.fault(Effect::None);
    let told = absent_is_none(told)?.and_then(|told| told.object_lock_configuration);
    Ok(told.is_some_and(|lock| lock.object_lock_enabled == Some(ObjectLockEnabled::Enabled)))
}

fn tag((key, value): (String, String)) -> Result<Tag, Fault> {
    built(Tag::builder().key(key).value(value).build())
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Bucket::from_object(attributes).map_err(shape)?;
    let name = wanted.bucket.unwrap_or_default();
    // There S3 takes the creation of a bucket that is ours already for one more of the same, and answers that all is well.
    if site.region() == HOME && all_tags(site, &name).await.is_ok_and(|told| told.is_some()) {
        return Err(Fault::new(FaultKind::Conflict, format!("there is a bucket {name} already")));
    }
    let place = (site.region() != HOME).then(|| BucketLocationConstraint::from(site.region()));
    let marks: Vec<Tag> =
        tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect::<Result<_, Fault>>()?;
    let how =
        CreateBucketConfiguration::builder().set_location_constraint(place).set_tags(Some(marks)).build();
    let asked = site
        .s3()
        .create_bucket()
        .bucket(&name)
        .create_bucket_configuration(how)
        .set_object_lock_enabled_for_bucket(wanted.object_lock_enabled.filter(|on| *on));
    let once = Builder::new().retry_config(no_retries());
    asked.customize().config_override(once).send().await.fault(Effect::Maybe).map_err(never_ours)?;
    Ok(accepted(&name, handle::CREATE, 0))
}

/// A name that another account has: to wait does not help, and to look whose it is would be refused. Of a bucket of our
/// own S3 says `BucketAlreadyOwnedByYou`. Source: Amazon S3 API reference, `CreateBucket`.
fn never_ours(fault: Fault) -> Fault {
    match fault.code.as_deref() {
        Some("BucketAlreadyExists") => Fault { kind: FaultKind::Invalid, ..fault },
        _ => fault,
    }
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    if let Some(wanted) = becomes::<Tags>(&KIND, changes, "tags") {
        let told = Told::of(all_tags(site, name).await?.ok_or_else(|| missing("bucket", name))?);
        let change = TagChange::new(&told.user, &wanted.unwrap_or_default());
        change_tags(site, name, change.set, &change.remove).await?;
    }
    Ok(Answer::Object(read(site, name).await?.ok_or_else(|| missing("bucket", name))?))
}

/// Changes some tags: S3 takes all of a bucket at once, those of others among them.
async fn change_tags(
    site: &Site,
    name: &str,
    set: Vec<(String, String)>,
    remove: &[String],
) -> Result<(), Fault> {
    if set.is_empty() && remove.is_empty() {
        return Ok(());
    }
    let mut tags: Tags =
        all_tags(site, name).await?.ok_or_else(|| missing("bucket", name))?.into_iter().collect();
    tags.retain(|key, _| !remove.contains(key));
    tags.extend(set);
    if tags.is_empty() {
        site.s3().delete_bucket_tagging().bucket(name).send().await.fault(Effect::Maybe)?;
        return Ok(());
    }
    let tags = tags.into_iter().map(tag).collect::<Result<_, Fault>>()?;
    let tagging = built(Tagging::builder().set_tag_set(Some(tags)).build())?;
    site.s3().put_bucket_tagging().bucket(name).tagging(tagging).send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Deletes a bucket, or a page of what is in it where `force_destroy` allows that.
async fn delete(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let how = Bucket::from_object(attributes).map_err(shape)?;
    if how.force_destroy == Some(true) {
        match absent_is_none(page_of_versions(site, name).await)? {
            None => return Ok(Answer::Absent),
            Some(versions) if !versions.is_empty() => {
                delete_versions(site, name, versions).await?;
                return Ok(accepted(name, handle::DELETE, 0));
            }
            Some(_) => {}
        }
    }
    absent_is_none(site.s3().delete_bucket().bucket(name).send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}

/// The first versions and deletion markers of a bucket.
async fn page_of_versions(site: &Site, name: &str) -> Result<Vec<ObjectIdentifier>, Fault> {
    let asked = site.s3().list_object_versions().bucket(name).max_keys(VERSIONS);
    let told = asked.send().await.fault(Effect::None)?;
    let versions = told.versions.unwrap_or_default().into_iter().map(|one| (one.key, one.version_id));
    let markers = told.delete_markers.unwrap_or_default().into_iter().map(|one| (one.key, one.version_id));
    let named = versions.chain(markers);
    named
        .map(|(key, id)| built(ObjectIdentifier::builder().set_key(key).set_version_id(id).build()))
        .collect()
}

/// Deletes versions; those that are locked or held stay, and are a conflict.
async fn delete_versions(site: &Site, name: &str, versions: Vec<ObjectIdentifier>) -> Result<(), Fault> {
    let which = built(Delete::builder().set_objects(Some(versions)).quiet(true).build())?;
    let told = site.s3().delete_objects().bucket(name).delete(which).send().await.fault(Effect::Maybe)?;
    match told.errors.unwrap_or_default().into_iter().next() {
        None => Ok(()),
        Some(error) => {
            let (key, code) = (error.key.unwrap_or_default(), error.code.unwrap_or_default());
            let text = format!("the object {key} stays: {}", error.message.unwrap_or_default());
            Err(Fault::new(FaultKind::Conflict, text).code(code))
        }
    }
}
