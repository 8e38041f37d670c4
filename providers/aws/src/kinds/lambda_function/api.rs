//! The API half of `aws_lambda_function`.
//!
//! The native id is the name. A list tells neither tags nor what was reserved, so each function that can be meant is
//! read. Lambda makes one change of a function at a time: a change is a row of steps, each waited for.

use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Fault, Interest, Live, Name, Object, Owner, Typed, Value};
use serde_json::Value as Json;

use super::KIND;
use crate::api::lambda::{marks, once, remove_tags, set_tags, update_tags};
use crate::api::raw::ask;
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::text_at;
use crate::api::wire::set;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, found, missing, next, none_of_its_calls,
    object_or_absent,
};

mod read;
mod step;

use read::{WIRE, read};

/// The largest page. Source: AWS Lambda API reference, `ListFunctions`.
const PAGE: i32 = 50;

/// How long to wait between two looks at a function.
const LOOK_MILLISECONDS: u64 = 2_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id, &Interest::default()).await?))
            }
            Action::Find { attributes, .. } => {
                let name = text_at(&attributes, "function_name");
                Ok(found(read(&site, name, &Interest::default()).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                let live = must_read(&site, &native_id).await?;
                update_tags(&site, &live, &changes).await?;
                step::begin(&site, &native_id, &changes, &attributes).await
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                step::go_on(&site, &native_id, &handle, &attributes).await
            }
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id, &Interest::default()).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.lambda().list_functions().max_items(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_marker);
    let names = answered.functions.unwrap_or_default().into_iter().filter_map(|one| one.function_name);
    let known: Vec<String> = names.filter(|name| interest.knows(name)).collect();
    let items = each(known, |name| async move { read(site, &name, interest).await }).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    let gone = || missing("function", name);
    read(site, name, &Interest::default()).await?.ok_or_else(gone)
}

/// Where the code comes from.
fn code(attributes: &Object) -> Vec<(&'static str, Json)> {
    let sources = [
        ("image_uri", "ImageUri"),
        ("s3_bucket", "S3Bucket"),
        ("s3_key", "S3Key"),
        ("s3_object_version", "S3ObjectVersion"),
    ];
    let given = sources.into_iter().map(|(field, name)| (name, text_at(attributes, field)));
    given.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, Json::from(text))).collect()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let mut body = WIRE.write(KIND.fields, attributes);
    for (name, source) in code(attributes) {
        set(&mut body, &format!("Code.{name}"), source);
    }
    let signing = text_at(attributes, "code_signing_config_arn");
    if !signing.is_empty() {
        set(&mut body, "CodeSigningConfigArn", Json::from(signing));
    }
    let user = attributes.get("tags").and_then(Tags::from_value);
    let asked = site
        .lambda()
        .create_function()
        .set_publish(attributes.get("publish").and_then(Value::as_bool))
        .set_tags(marks(tags::all(user.as_ref(), owner, token)));
    ask!(once asked, body, Effect::Maybe)?;
    Ok(accepted(text_at(attributes, "function_name"), step::after_creation(attributes), 0))
}

/// A function that is to stay loses the marks of its owner: it is nobody's then.
async fn delete(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    if attributes.get("skip_destroy").and_then(Value::as_bool) == Some(true) {
        if let Some(live) = read(site, name, &Interest::default()).await? {
            remove_tags(site, &live, tags::own_keys()).await?;
        }
        return Ok(Answer::Absent);
    }
    absent_is_none(site.lambda().delete_function().function_name(name).send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
