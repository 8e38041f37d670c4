//! The API half of `aws_sns_topic`.
//!
//! A topic is a map of texts, which `CreateTopic` takes in part; what it does not take is set when the creation is
//! polled. A list tells ARNs alone. The native id is the ARN.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_sns::types::Tag;
use relight_contract::{
    Action, Answer, Answering, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Typed, Value,
    canonical,
};

use super::KIND;
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::{of_text, text};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, built, found, missing, next,
    none_of_its_calls, object_or_absent,
};

/// The fields that are attributes, by their names in the API, and whether `CreateTopic` takes them.
/// Source: Amazon SNS API reference, `CreateTopic` and `SetTopicAttributes`.
const ATTRIBUTES: &[(&str, &str, bool)] = &[
    ("application_failure_feedback_role_arn", "ApplicationFailureFeedbackRoleArn", false),
    ("application_success_feedback_role_arn", "ApplicationSuccessFeedbackRoleArn", false),
    ("application_success_feedback_sample_rate", "ApplicationSuccessFeedbackSampleRate", false),
    ("archive_policy", "ArchivePolicy", true),
    ("beginning_archive_time", "BeginningArchiveTime", false),
    ("content_based_deduplication", "ContentBasedDeduplication", true),
    ("delivery_policy", "DeliveryPolicy", true),
    ("display_name", "DisplayName", true),
    ("fifo_throughput_scope", "FifoThroughputScope", true),
    ("fifo_topic", "FifoTopic", true),
    ("firehose_failure_feedback_role_arn", "FirehoseFailureFeedbackRoleArn", false),
    ("firehose_success_feedback_role_arn", "FirehoseSuccessFeedbackRoleArn", false),
    ("firehose_success_feedback_sample_rate", "FirehoseSuccessFeedbackSampleRate", false),
    ("http_failure_feedback_role_arn", "HTTPFailureFeedbackRoleArn", false),
    ("http_success_feedback_role_arn", "HTTPSuccessFeedbackRoleArn", false),
    ("http_success_feedback_sample_rate", "HTTPSuccessFeedbackSampleRate", false),
    ("kms_master_key_id", "KmsMasterKeyId", true),
    ("lambda_failure_feedback_role_arn", "LambdaFailureFeedbackRoleArn", false),
    ("lambda_success_feedback_role_arn", "LambdaSuccessFeedbackRoleArn", false),
    ("lambda_success_feedback_sample_rate", "LambdaSuccessFeedbackSampleRate", false),
    ("owner", "Owner", false),
    ("policy", "Policy", true),
    ("signature_version", "SignatureVersion", true),
    ("sqs_failure_feedback_role_arn", "SQSFailureFeedbackRoleArn", false),
    ("sqs_success_feedback_role_arn", "SQSSuccessFeedbackRoleArn", false),
    ("sqs_success_feedback_sample_rate", "SQSSuccessFeedbackSampleRate", false),
    ("tracing_config", "TracingConfig", true),
];

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let arn = arn_of(&site, &attributes).await?;
                Ok(found(read(&site, &arn).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.sns().delete_topic().topic_arn(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Only topics that can be meant are looked at: each takes two calls.
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.sns().list_topics().set_next_token(page.map(|page| page.to_string()));
    let answered = asked.send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let arns = answered.topics.unwrap_or_default().into_iter().filter_map(|topic| topic.topic_arn);
    let meant = arns.filter(|arn| interest.knows(arn) || interest.knows(name_of(arn)));
    let items = each(meant, |arn| async move { read(site, &arn).await }).await?;
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

fn name_of(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

async fn arn_of(site: &Site, attributes: &Object) -> Result<String, Fault> {
    let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    site.arn("sns", name).await
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let attributes = async {
        let asked = site.sns().get_topic_attributes().topic_arn(arn);
        absent_is_none(asked.send().await.fault(Effect::None))
    };
    let tags = async {
        let asked = site.sns().list_tags_for_resource().resource_arn(arn);
        absent_is_none(asked.send().await.fault(Effect::None))
    };
    let (Some(attributes), Some(tags)) = tokio::try_join!(attributes, tags)? else { return Ok(None) };
    let pairs = tags.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
    Ok(Some(live(arn, attributes.attributes.unwrap_or_default(), Told::of(pairs))))
}

fn live(arn: &str, told: HashMap<String, String>, marks: Told) -> Live {
    let mut attributes = Object::new();
    for (name, attribute, _) in ATTRIBUTES {
        let Some(row) = KIND.field(name) else { continue };
        let value = told.get(*attribute).and_then(|text| of_text(row, text));
        attributes.insert(*name, value.unwrap_or_else(|| row.default.to_value(&row.ty())));
    }
    for name in ["arn", "id"] {
        attributes.insert(name, Value::from(arn));
    }
    attributes.insert("name", Value::from(name_of(arn)));
    marks.tagged(arn, attributes, State::Ready)
}

/// A name that is taken is looked for first: `CreateTopic` would answer with the topic that is there. It may be made
/// again for the same reason.
async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    let arn = site.arn("sns", name).await?;
    let taken = site.sns().get_topic_attributes().topic_arn(&arn).send().await.fault(Effect::None);
    if absent_is_none(taken)?.is_some() {
        return Err(Fault::new(FaultKind::Conflict, format!("there is a topic {name} already")));
    }
    let user = attributes.get("tags").and_then(Tags::from_value);
    let given = ATTRIBUTES.iter().filter(|(.., at_creation)| *at_creation).filter_map(|(name, key, _)| {
        let value = attributes.get(name).filter(|value| !value.is_null())?;
        // A topic without order is refused what only one with an order has, even where it is off.
        (value.as_bool() != Some(false)).then(|| ((*key).to_owned(), text(value)))
    });
    let asked = site
        .sns()
        .create_topic()
        .name(name)
        .set_attributes(Some(given.collect()))
        .set_tags(Some(marks(tags::all(user.as_ref(), owner, token))?));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(accepted(&arn, "settings", 0))
}

/// Goes on with a creation: sets what is not yet as it is to be.
async fn settle(site: &Site, arn: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, arn).await? else { return Ok(Answer::Absent) };
    let mut missing = attributes.clone();
    missing.retain(|name, wanted| {
        let row = KIND.field(name).filter(|row| row.is_settable());
        let is_attribute = ATTRIBUTES.iter().any(|(field, _, at_creation)| !at_creation && *field == &**name);
        let absent = Value::NULL;
        let told = live.get(name).unwrap_or(&absent);
        is_attribute && row.is_some_and(|row| !canonical::same(row, wanted, told))
    });
    if missing.is_empty() {
        return Ok(Answer::Object(live));
    }
    set_attributes(site, arn, &missing).await?;
    Ok(object_or_absent(read(site, arn).await?))
}

async fn set_attributes(site: &Site, arn: &str, changes: &Object) -> Result<(), Fault> {
    for (name, key, _) in ATTRIBUTES {
        let (Some(value), Some(row)) = (changes.get(name), KIND.field(name)) else { continue };
        let value = match value.is_null() {
            true => text(&row.default.to_value(&row.ty())),
            false => text(value),
        };
        let asked = site.sns().set_topic_attributes().topic_arn(arn).attribute_name(*key);
        asked.attribute_value(value).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, arn).await?.ok_or_else(|| missing("topic", arn))?;
    set_attributes(site, arn, changes).await?;
    let change = TagChange::of(&live, changes);
    set_tags(site, arn, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.sns().untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, arn).await?))
}

async fn set_tags(site: &Site, arn: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.sns().tag_resource().resource_arn(arn).set_tags(Some(marks(set)?));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn marks(tags: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    tags.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}
