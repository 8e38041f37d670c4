//! The API half of `aws_s3_object`.
//!
//! The native id is bucket and key, with a `/` between them. To write an object again does nothing, and a change of
//! anything but its tags writes it anew, with all that it had. Where it is known which objects are meant, they are asked
//! for one by one: a bucket may hold millions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ServerSideEncryption, StorageClass, Tag, Tagging};
use aws_smithy_types::base64;
use relight_contract::{
    Act, Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State,
};

use super::{KIND, StoredObject};
use crate::api::side_by_side::side_by_side;
use crate::api::tags::{self, Tags};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, becomes, built, found, given, merged, missing,
    next, none_of_its_calls, object_or_absent, shape,
};

/// The largest page of keys. Source: Amazon S3 API reference, `ListObjectsV2`.
const PAGE: i32 = 1_000;

/// Larger content than this is of no spec: it is not fetched, and counts as another one than any that is wanted.
const LARGEST_BYTES: i64 = 16 * 1024 * 1024;

/// What an object is kept on of which S3 says nothing.
const STANDARD: &str = "STANDARD";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { under, page, interest, .. } => list(&site, under, page, &interest).await,
            Action::Read { native_id, .. } => {
                let (bucket, key) = apart(&native_id)?;
                Ok(object_or_absent(read(&site, bucket, key).await?))
            }
            Action::Find { attributes, .. } => {
                let (bucket, key) = named(&attributes)?;
                Ok(found(read(&site, bucket, key).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. }
            | Action::Perform { act: Act::Shift, native_id, changes, .. } => {
                update(&site, &native_id, &changes).await
            }
            Action::Claim { native_id, owner, .. } => claim(&site, &native_id, &owner).await,
            Action::Poll { native_id, .. } => {
                let (bucket, key) = apart(&native_id)?;
                Ok(object_or_absent(read(&site, bucket, key).await?))
            }
            Action::Delete { native_id, .. } => {
                let (bucket, key) = apart(&native_id)?;
                let asked = site.s3().delete_object().bucket(bucket).key(key).send().await;
                absent_is_none(asked.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Bucket and key of a native id: no name of a bucket holds a `/`.
fn apart(native_id: &str) -> Result<(&str, &str), Fault> {
    let lack = || Fault::new(FaultKind::Invalid, format!("`{native_id}` is no bucket and key"));
    native_id.split_once('/').ok_or_else(lack)
}

fn named(attributes: &Object) -> Result<(&str, &str), Fault> {
    let bucket = given(attributes, "bucket", "an object needs a bucket")?;
    Ok((bucket, given(attributes, "key", "an object needs a key")?))
}

async fn list(
    site: &Site,
    under: Option<Name>,
    page: Option<Name>,
    interest: &Interest,
) -> Result<Answer, Fault> {
    let Some(bucket) = under else {
        return Err(Fault::new(FaultKind::Invalid, "objects are listed under a bucket"));
    };
    let (keys, next): (BTreeSet<String>, Option<Name>) = match &interest.names {
        Some(names) => (meant(&bucket, names), None),
        None => page_of_keys(site, &bucket, page).await?,
    };
    let calls = keys.into_iter().map(|key| {
        let bucket = bucket.clone();
        async move { read(site, &bucket, &key).await }
    });
    let items = side_by_side(calls.collect()).await?;
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

/// The keys that can be meant: those of this bucket's native ids, and all that are no name of a bucket.
fn meant(bucket: &str, names: &BTreeSet<Name>) -> BTreeSet<String> {
    let key = |name: &Name| match name.strip_prefix(bucket).and_then(|rest| rest.strip_prefix('/')) {
        Some(key) => Some(key.to_owned()),
        None => (**name != *bucket).then(|| name.to_string()),
    };
    names.iter().filter_map(key).filter(|key| !key.is_empty()).collect()
}

async fn page_of_keys(
    site: &Site,
    bucket: &str,
    page: Option<Name>,
) -> Result<(BTreeSet<String>, Option<Name>), Fault> {
    let asked = site.s3().list_objects_v2().bucket(bucket).max_keys(PAGE);
    let asked = asked.set_continuation_token(page.map(|page| page.to_string()));
    let told = asked.send().await.fault(Effect::None)?;
    let keys = told.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect();
    Ok((keys, next(told.next_continuation_token)))
}

async fn read(site: &Site, bucket: &str, key: &str) -> Result<Option<Live>, Fault> {
    let asked = site.s3().get_object().bucket(bucket).key(key).send().await.fault(Effect::None);
    let Some(told) = absent_is_none(asked)? else { return Ok(None) };
    let Some(marks) = absent_is_none(all_tags(site, bucket, key).await)? else { return Ok(None) };
    let mut object = attributes(site, bucket, key, &told);
    if told.content_length.unwrap_or_default() <= LARGEST_BYTES {
        let lost = |error: &dyn std::fmt::Display| {
            Fault::new(FaultKind::Unreachable, format!("the content of {key} broke off: {error}"))
        };
        let bytes = told.body.collect().await.map_err(|error| lost(&error))?.into_bytes();
        object.content_base64 = Some(base64::encode(&bytes));
        object.content = String::from_utf8(bytes.into()).ok();
    }
    let native_id = format!("{bucket}/{key}");
    Ok(Some(Told::of(marks).tagged(&native_id, object.to_object(), State::Ready)))
}

fn attributes(site: &Site, bucket: &str, key: &str, told: &GetObjectOutput) -> StoredObject {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let metadata: Option<BTreeMap<String, String>> =
        told.metadata.as_ref().map(|words| words.clone().into_iter().collect());
    StoredObject {
        arn: Some(format!("arn:{}:s3:::{bucket}/{key}", site.partition())),
        bucket: Some(bucket.to_owned()),
        bucket_key_enabled: Some(told.bucket_key_enabled.unwrap_or_default()),
        cache_control: some(&told.cache_control),
        content_disposition: some(&told.content_disposition),
        content_encoding: some(&told.content_encoding),
        content_language: some(&told.content_language),
        content_type: some(&told.content_type),
        etag: told.e_tag.as_ref().map(|tag| tag.trim_matches('"').to_owned()),
        id: Some(key.to_owned()),
        key: Some(key.to_owned()),
        kms_key_id: some(&told.ssekms_key_id),
        metadata: metadata.filter(|words| !words.is_empty()),
        server_side_encryption: told.server_side_encryption.as_ref().map(|how| how.as_str().to_owned()),
        storage_class: Some(told.storage_class.as_ref().map_or(STANDARD, StorageClass::as_str).to_owned()),
        version_id: some(&told.version_id).filter(|version| version != "null"),
        website_redirect: some(&told.website_redirect_location),
        ..StoredObject::default()
    }
}

async fn all_tags(site: &Site, bucket: &str, key: &str) -> Result<Vec<(String, String)>, Fault> {
    let told = site.s3().get_object_tagging().bucket(bucket).key(key).send().await.fault(Effect::None)?;
    Ok(told.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let (bucket, key) = named(attributes)?;
    let wanted = StoredObject::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token);
    put(site, bucket, key, wanted, marks).await?;
    Ok(object_or_absent(read(site, bucket, key).await?))
}

/// What a change leaves as it is when an object is written anew, by the fields that say it otherwise.
const SPELLINGS: &[(&str, &str)] = &[("content", "content_base64"), ("content_base64", "content")];

/// What S3 makes of an object by itself, where nothing else is asked for.
const MADE: [&str; 2] = ["etag", "version_id"];

async fn update(site: &Site, native_id: &str, changes: &Object) -> Result<Answer, Fault> {
    let (bucket, key) = apart(native_id)?;
    let lack = || missing("object", native_id);
    let live = read(site, bucket, key).await?.ok_or_else(lack)?;
    let told: Tags = all_tags(site, bucket, key).await?.into_iter().collect();
    let wanted = becomes::<Tags>(&KIND, changes, "tags").map(Option::unwrap_or_default);
    let change =
        wanted.map(|wanted| TagChange::new(&Told::of(told.clone()).user, &wanted)).unwrap_or_default();
    let tags = changed(told, change);
    if changes.names().any(|name| &**name != "tags") {
        let mut whole = merged(live.attributes, changes);
        // One content stands in two spellings: the one that was changed counts.
        for (one, other) in SPELLINGS {
            if changes.get(one).is_some_and(|value| !value.is_null()) {
                whole.remove(other);
            }
        }
        MADE.iter().for_each(|field| drop(whole.remove(field)));
        let whole = StoredObject::from_object(&whole).map_err(shape)?;
        put(site, bucket, key, whole, tags.into_iter().collect()).await?;
    } else {
        put_tags(site, bucket, key, tags).await?;
    }
    Ok(Answer::Object(read(site, bucket, key).await?.ok_or_else(lack)?))
}

fn changed(mut told: Tags, change: TagChange) -> Tags {
    told.retain(|key, _| !change.remove.contains(key));
    told.extend(change.set);
    told
}

async fn claim(site: &Site, native_id: &str, owner: &Owner) -> Result<Answer, Fault> {
    let (bucket, key) = apart(native_id)?;
    let mut told: Tags = all_tags(site, bucket, key).await?.into_iter().collect();
    told.extend(tags::owner(owner));
    put_tags(site, bucket, key, told).await?;
    Ok(object_or_absent(read(site, bucket, key).await?))
}

/// Writes the whole object, with its tags in the same call.
async fn put(
    site: &Site,
    bucket: &str,
    key: &str,
    wanted: StoredObject,
    marks: Vec<(String, String)>,
) -> Result<(), Fault> {
    let invalid = |text: String| Fault::new(FaultKind::Invalid, text);
    let bytes = match (wanted.content, wanted.content_base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(text)) => base64::decode(text)
            .map_err(|error| invalid(format!("`content_base64` is no base64: {error}")))?,
        (None, None) => Vec::new(),
    };
    let keyed = wanted.kms_key_id.is_some();
    let how = wanted.server_side_encryption.as_deref().map(ServerSideEncryption::from);
    let how = how.or(keyed.then_some(ServerSideEncryption::AwsKms));
    let class = wanted.storage_class.as_deref().map(StorageClass::from);
    let asked = site
        .s3()
        .put_object()
        .bucket(bucket)
        .key(key)
        .body(ByteStream::from(bytes))
        .set_bucket_key_enabled(wanted.bucket_key_enabled.filter(|on| *on))
        .set_cache_control(wanted.cache_control)
        .set_content_disposition(wanted.content_disposition)
        .set_content_encoding(wanted.content_encoding)
        .set_content_language(wanted.content_language)
        .set_content_type(wanted.content_type)
        .set_metadata(wanted.metadata.map(|words| words.into_iter().collect()))
        .set_server_side_encryption(how)
        .set_ssekms_key_id(wanted.kms_key_id)
        .set_storage_class(class)
        .set_website_redirect_location(wanted.website_redirect)
        .tagging(query(&marks));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Tags as the header of a call has them: the parameters of a query.
fn query(tags: &[(String, String)]) -> String {
    let plain = |text: &str| -> String {
        let one = |byte: u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(one).collect()
    };
    let pairs = tags.iter().map(|(key, value)| format!("{}={}", plain(key), plain(value)));
    pairs.collect::<Vec<_>>().join("&")
}

async fn put_tags(site: &Site, bucket: &str, key: &str, tags: Tags) -> Result<(), Fault> {
    let tag = |(key, value)| built(Tag::builder().key(key).value(value).build());
    let tags = tags.into_iter().map(tag).collect::<Result<_, Fault>>()?;
    let tagging = built(Tagging::builder().set_tag_set(Some(tags)).build())?;
    let asked = site.s3().put_object_tagging().bucket(bucket).key(key).tagging(tagging);
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}
