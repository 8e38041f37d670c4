//! The API half of `aws_sqs_queue`.
//!
//! A queue is a map of texts. A list tells URLs alone, whose last part is the name; the native id is the URL.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use relight_contract::{
    Action, Answer, Answering, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Typed, Value,
};

use super::KIND;
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::{of_text, text};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, found, made, missing, next,
    none_of_its_calls, object_or_absent,
};

/// The largest page.
const PAGE: i32 = 1000;

/// How long to wait between two looks at a queue that goes.
const LOOK_MILLISECONDS: u64 = 3_000;

/// What a poll waits for: the end of a deletion.
const DELETE: &str = "delete";

/// The fields that are attributes. Source: Amazon SQS API reference, `SetQueueAttributes`.
const ATTRIBUTES: &[(&str, Attribute)] = &[
    ("arn", Attribute::QueueArn),
    ("content_based_deduplication", Attribute::ContentBasedDeduplication),
    ("deduplication_scope", Attribute::DeduplicationScope),
    ("delay_seconds", Attribute::DelaySeconds),
    ("fifo_queue", Attribute::FifoQueue),
    ("fifo_throughput_limit", Attribute::FifoThroughputLimit),
    ("kms_data_key_reuse_period_seconds", Attribute::KmsDataKeyReusePeriodSeconds),
    ("kms_master_key_id", Attribute::KmsMasterKeyId),
    ("max_message_size", Attribute::MaximumMessageSize),
    ("message_retention_seconds", Attribute::MessageRetentionPeriod),
    ("policy", Attribute::Policy),
    ("receive_wait_time_seconds", Attribute::ReceiveMessageWaitTimeSeconds),
    ("redrive_allow_policy", Attribute::RedriveAllowPolicy),
    ("redrive_policy", Attribute::RedrivePolicy),
    ("sqs_managed_sse_enabled", Attribute::SqsManagedSseEnabled),
    ("visibility_timeout_seconds", Attribute::VisibilityTimeout),
];

/// Attributes that a queue without order is refused, even where they are off.
const OF_ORDER: &[&str] = &["content_based_deduplication", "fifo_queue"];

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Poll { native_id, handle, .. } => match read(&site, &native_id).await? {
                Some(_) if *handle == *DELETE => Ok(accepted(&native_id, DELETE, LOOK_MILLISECONDS)),
                seen => Ok(object_or_absent(seen)),
            },
            Action::Find { attributes, .. } => {
                let live = match url_of(&site, &attributes).await? {
                    Some(url) => read(&site, &url).await?,
                    None => None,
                };
                Ok(found(live))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.sqs().delete_queue().queue_url(&*native_id);
                match absent_is_none(asked.send().await.fault(Effect::Maybe))? {
                    Some(_) => Ok(accepted(&native_id, DELETE, 0)),
                    None => Ok(Answer::Absent),
                }
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Only queues that can be meant are looked at: each takes two calls.
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.sqs().list_queues().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let urls = answered.queue_urls.unwrap_or_default().into_iter();
    let meant = urls.filter(|url| interest.knows(url) || interest.knows(name_of(url)));
    let items = each(meant, |url| async move { read(site, &url).await }).await?;
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

async fn url_of(site: &Site, attributes: &Object) -> Result<Option<String>, Fault> {
    let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    let answered = site.sqs().get_queue_url().queue_name(name).send().await.fault(Effect::None);
    Ok(absent_is_none(answered)?.and_then(|answered| answered.queue_url))
}

async fn read(site: &Site, url: &str) -> Result<Option<Live>, Fault> {
    let attributes = async {
        let asked = site.sqs().get_queue_attributes().queue_url(url).attribute_names(Attribute::All);
        absent_is_none(asked.send().await.fault(Effect::None))
    };
    let tags = async {
        let asked = site.sqs().list_queue_tags().queue_url(url);
        absent_is_none(asked.send().await.fault(Effect::None))
    };
    let (Some(attributes), Some(tags)) = tokio::try_join!(attributes, tags)? else { return Ok(None) };
    Ok(Some(live(url, &attributes.attributes.unwrap_or_default(), Told::of(tags.tags.unwrap_or_default()))))
}

fn live(url: &str, told: &HashMap<Attribute, String>, marks: Told) -> Live {
    let mut attributes = Object::new();
    for (name, attribute) in ATTRIBUTES {
        let Some(row) = KIND.field(name) else { continue };
        let value = told.get(attribute).and_then(|text| of_text(row, text));
        attributes.insert(*name, value.unwrap_or_else(|| row.default.to_value(&row.ty())));
    }
    for name in ["id", "url"] {
        attributes.insert(name, Value::from(url));
    }
    attributes.insert("name", Value::from(name_of(url)));
    marks.tagged(url, attributes, State::Ready)
}

/// A name that is taken is looked for first: `CreateQueue` would answer with an equal queue that is there. It may be
/// made again for the same reason.
async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    if url_of(site, attributes).await?.is_some() {
        return Err(Fault::new(FaultKind::Conflict, format!("there is a queue {name} already")));
    }
    let user = attributes.get("tags").and_then(Tags::from_value);
    let given = ATTRIBUTES.iter().filter_map(|(name, attribute)| {
        let value = attributes.get(name).filter(|value| !value.is_null())?;
        let is_off = OF_ORDER.contains(name) && value.as_bool() == Some(false);
        (!is_off).then(|| (attribute.clone(), text(value)))
    });
    let asked = site
        .sqs()
        .create_queue()
        .queue_name(name)
        .set_attributes(Some(given.collect()))
        .set_tags(Some(tags::all(user.as_ref(), owner, token).into_iter().collect()));
    let url = asked.send().await.fault(Effect::Maybe)?.queue_url;
    Ok(accepted(&made(url, "a queue")?, "seen", 0))
}

async fn update(site: &Site, url: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, url).await?.ok_or_else(|| missing("queue", url))?;
    let changed = ATTRIBUTES.iter().filter_map(|(name, attribute)| {
        let (value, row) = (changes.get(name)?, KIND.field(name)?);
        let value = match value.is_null() {
            true => text(&row.default.to_value(&row.ty())),
            false => text(value),
        };
        Some((attribute.clone(), value))
    });
    let changed: HashMap<Attribute, String> = changed.collect();
    if !changed.is_empty() {
        let asked = site.sqs().set_queue_attributes().queue_url(url).set_attributes(Some(changed));
        asked.send().await.fault(Effect::Maybe)?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, url, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.sqs().untag_queue().queue_url(url).set_tag_keys(Some(change.remove));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, url).await?))
}

async fn set_tags(site: &Site, url: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.sqs().tag_queue().queue_url(url).set_tags(Some(set.into_iter().collect()));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}
