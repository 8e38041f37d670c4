//! The API half of `aws_ecs_task_definition`.
//!
//! The native id is the ARN with its revision. A list tells ARNs alone, and whose a revision is takes a call for each
//! that can be meant: those that memory knows, and those of the families that the spec names.

use std::sync::Arc;

use aws_sdk_ecs::types::{TaskDefinitionField, TaskDefinitionStatus};
use relight_contract::{
    Action, Answer, Answering, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Typed, Value,
};
use serde_json::{Value as Json, json};

use super::{KIND, containers};
use crate::api::ecs::{PAGE, name_of, once, remove_tags, set_tags, tag, update_tags};
use crate::api::raw::{ask, tell};
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::text_at;
use crate::api::wire::{Case, Wire, pairs, set};
use crate::api::{
    Effect, FaultOf, Site, Told, accepted, made, missing, next, none_of_its_calls, object_or_absent,
};

const WIRE: Wire = Wire {
    case: Case::Camel,
    names: &[
        ("arn", "taskDefinitionArn"),
        ("arn_without_revision", ""),
        ("container_definitions", ""),
        ("ephemeral_storage.size_in_gib", "sizeInGiB"),
        ("id", "taskDefinitionArn"),
        ("inference_accelerator", "inferenceAccelerators"),
        ("volume", "volumes"),
        ("volume.configure_at_launch", "configuredAtLaunch"),
        ("volume.host_path", "host.sourcePath"),
    ],
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => {
                let (items, next) = list(&site, None, page, &interest).await?;
                Ok(Answer::Page { items, next })
            }
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { token, attributes, .. } => {
                find(&site, text_at(&attributes, "family"), &token).await.map(Answer::Found)
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => {
                let gone = || missing("task definition", &native_id);
                let live = read(&site, &native_id).await?.ok_or_else(gone)?;
                update_tags(&site, &live, &changes).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
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

/// A page of the revisions, of one family or of all, that carry an owner tag or that memory knows.
async fn list(
    site: &Site,
    family: Option<&str>,
    page: Option<Name>,
    interest: &Interest,
) -> Result<(Vec<Live>, Option<Name>), Fault> {
    let asked = site.ecs().list_task_definitions().max_results(PAGE).status(TaskDefinitionStatus::Active);
    let asked = asked.set_family_prefix(family.map(str::to_owned));
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let arns = answered.task_definition_arns.unwrap_or_default().into_iter();
    let meant = arns.filter(|arn| interest.knows(arn) || interest.knows(family_of(arn)));
    let items = each(meant, |arn| async move { read(site, &arn).await }).await?;
    let items = items.into_iter().flatten();
    Ok((items.filter(|live| live.owner.is_some() || interest.names(&live.native_id)).collect(), next))
}

/// The family of a revision.
fn family_of(arn: &str) -> &str {
    let name = name_of(arn);
    name.rsplit_once(':').map_or(name, |(family, _)| family)
}

async fn find(site: &Site, family: &str, token: &str) -> Result<Vec<Live>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let (items, next) = list(site, Some(family), page, &Interest::default()).await?;
        found.extend(items.into_iter().filter(|live| live.token.as_deref() == Some(token)));
        page = next;
        if page.is_none() {
            return Ok(found);
        }
    }
}

/// A revision that is registered. What does not exist is refused as if the request were wrong.
async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    let asked = site.ecs().describe_task_definition().task_definition(arn);
    match tell!(asked.include(TaskDefinitionField::Tags)) {
        Ok(told) => Ok(live(&told)),
        Err(fault) if fault.code.as_deref() == Some("ClientException") => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn live(told: &Json) -> Option<Live> {
    let mut definition = told.get("taskDefinition")?.clone();
    if definition.get("status").and_then(Json::as_str) != Some("ACTIVE") {
        return None;
    }
    let marks = Told::of(pairs(told.get("tags").unwrap_or(&Json::Null)));
    if let Some(properties) = definition.pointer_mut("/proxyConfiguration/properties") {
        *properties = by_name(properties);
    }
    let mut attributes = WIRE.read(KIND.fields, &definition);
    let arn = text_at(&attributes, "arn").to_owned();
    if let Some((family, _)) = arn.rsplit_once(':') {
        attributes.insert("arn_without_revision", Value::from(family));
    }
    let mut definitions = definition.get("containerDefinitions").cloned().unwrap_or_else(|| json!([]));
    if matches!(text_at(&attributes, "network_mode"), "awsvpc" | "host") {
        containers::of_own_network(&mut definitions);
    }
    attributes.insert("container_definitions", Value::from(definitions.to_string()));
    Some(marks.tagged(&arn, attributes, State::Ready))
}

/// A list of names and values as a map.
fn by_name(list: &Json) -> Json {
    let entry = |item: &Json| Some((item.get("name")?.as_str()?.to_owned(), item.get("value")?.clone()));
    Json::Object(list.as_array().into_iter().flatten().filter_map(entry).collect())
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wrong = |error: serde_json::Error| {
        Fault::new(FaultKind::Invalid, format!("`container_definitions` is no JSON: {error}"))
    };
    let mut body = WIRE.write(KIND.fields, attributes);
    if let Some(Json::Object(properties)) = body.pointer_mut("/proxyConfiguration/properties") {
        let listed = properties.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        set(&mut body, "proxyConfiguration.properties", listed);
    }
    let definitions: Json =
        serde_json::from_str(text_at(attributes, "container_definitions")).map_err(wrong)?;
    set(&mut body, "containerDefinitions", definitions);
    let user = attributes.get("tags").and_then(Tags::from_value);
    let marks = tags::all(user.as_ref(), owner, token).into_iter().map(tag).collect();
    let asked = site.ecs().register_task_definition().set_tags(Some(marks));
    let told = ask!(once asked, body, Effect::Maybe)?;
    let arn = told.pointer("/taskDefinition/taskDefinitionArn").and_then(Json::as_str);
    let arn = made(arn.map(str::to_owned), "a task definition")?;
    Ok(accepted(&arn, "seen", 0))
}

/// A revision that is to stay loses the marks of its owner: it is nobody's then.
async fn delete(site: &Site, arn: &str, attributes: &Object) -> Result<Answer, Fault> {
    if attributes.get("skip_destroy").and_then(Value::as_bool) == Some(true) {
        if read(site, arn).await?.is_some() {
            remove_tags(site, arn, tags::own_keys()).await?;
        }
        return Ok(Answer::Absent);
    }
    let asked = site.ecs().deregister_task_definition().task_definition(arn).send().await;
    match asked.fault(Effect::Maybe) {
        Ok(_) => Ok(Answer::Absent),
        Err(fault) => match read(site, arn).await? {
            None => Ok(Answer::Absent),
            Some(_) => Err(fault),
        },
    }
}
