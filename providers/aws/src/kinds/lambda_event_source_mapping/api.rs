//! The API half of `aws_lambda_event_source_mapping`.
//!
//! The native id is the UUID. A list tells all but the tags: whose a mapping is takes a call for each.

use std::sync::Arc;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use relight_contract::{
    Act, Action, Answer, Answering, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Typed,
    Value,
};
use serde_json::{Map, Value as Json, json};

use super::KIND;
use crate::api::lambda::{marks, once, set_tags, tags_of, update_tags};
use crate::api::raw::{ask, tell};
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::values::text_at;
use crate::api::wire::{Case, Wire, set, time};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, made, missing, next, none_of_its_calls,
    object_or_absent,
};

/// The largest page. Source: AWS Lambda API reference, `ListEventSourceMappings`.
const PAGE: i32 = 100;

/// How long to wait between two looks at a mapping.
const LOOK_MILLISECONDS: u64 = 3_000;

/// What a poll waits for: the handles of operations.
mod handle {
    /// The end of a creation, a change or a fence.
    pub(super) const SET: &str = "set";
    /// The end of a deletion.
    pub(super) const DELETE: &str = "delete";
}

const WIRE: Wire = Wire {
    case: Case::Pascal,
    names: &[
        ("arn", "EventSourceMappingArn"),
        ("destination_config.on_failure.destination_arn", "Destination"),
        ("document_db_event_source_config", "DocumentDBEventSourceConfig"),
        ("enabled", ""),
        ("filter_criteria.filter", "Filters"),
        ("function_name", ""),
        ("id", "UUID"),
        ("kms_key_arn", "KMSKeyArn"),
        ("last_modified", ""),
        ("self_managed_event_source.endpoints", ""),
        ("source_access_configuration", "SourceAccessConfigurations"),
        ("source_access_configuration.uri", "URI"),
        ("starting_position_timestamp", ""),
        ("uuid", "UUID"),
    ],
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => {
                let (items, next) = list(&site, page, &interest).await?;
                Ok(Answer::Page { items, next })
            }
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => {
                let gone = || missing("mapping", &native_id);
                let live = read(&site, &native_id).await?.ok_or_else(gone)?;
                update_tags(&site, &live, &changes).await?;
                change(&site, &native_id, &changes).await?;
                poll(&site, &native_id, handle::SET).await
            }
            Action::Perform { act: Act::Fence, native_id, changes, .. } => {
                change(&site, &native_id, &changes).await?;
                poll(&site, &native_id, handle::SET).await
            }
            Action::Poll { native_id, handle, .. } => poll(&site, &native_id, &handle).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                if let Some(live) = read(&site, &native_id).await? {
                    set_tags(&site, &live, tags::owner(&owner)).await?;
                }
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// A page of the mappings that carry an owner tag, or that memory knows.
async fn list(
    site: &Site,
    page: Option<Name>,
    interest: &Interest,
) -> Result<(Vec<Live>, Option<Name>), Fault> {
    let asked = site.lambda().list_event_source_mappings().max_items(PAGE);
    let told = tell!(asked.set_marker(page.map(|page| page.to_string())))?;
    let next = next(told.get("NextMarker").and_then(Json::as_str).map(str::to_owned));
    let mappings = told.get("EventSourceMappings").and_then(Json::as_array).cloned().unwrap_or_default();
    let items = each(mappings, |mapping| async move { with_tags(site, mapping).await }).await?;
    let items = items.into_iter().flatten();
    let items = items.filter(|live| live.owner.is_some() || interest.names(&live.native_id)).collect();
    Ok((items, next))
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let (items, next) = list(site, page, &Interest::default()).await?;
        found.extend(items.into_iter().filter(|live| live.token.as_deref() == Some(token)));
        page = next;
        if page.is_none() {
            return Ok(found);
        }
    }
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    match absent_is_none(tell!(site.lambda().get_event_source_mapping().uuid(id)))? {
        Some(mapping) => with_tags(site, mapping).await,
        None => Ok(None),
    }
}

/// A mapping with its tags; `None` when it is deleted meanwhile.
async fn with_tags(site: &Site, mapping: Json) -> Result<Option<Live>, Fault> {
    let arn = match mapping.get("EventSourceMappingArn").and_then(Json::as_str) {
        Some(arn) => arn.to_owned(),
        None => {
            let id = mapping.get("UUID").and_then(Json::as_str).unwrap_or_default();
            site.arn("lambda", &format!("event-source-mapping:{id}")).await?
        }
    };
    Ok(tags_of(site, &arn).await?.map(|marks| live(mapping, &arn, marks)))
}

fn live(mut mapping: Json, arn: &str, marks: Told) -> Live {
    prune(&mut mapping);
    let mut attributes = WIRE.read(KIND.fields, &mapping);
    attributes.insert("arn", Value::from(arn));
    let word = mapping.get("State").and_then(Json::as_str).unwrap_or_default();
    attributes.insert("enabled", Value::Bool(!matches!(word, "Disabled" | "Disabling")));
    let function = text_at(&attributes, "function_arn").to_owned();
    let name = function.split_once(":function:").map_or(function.as_str(), |(_, name)| name);
    attributes.insert("function_name", Value::from(name));
    for (field, told) in
        [("last_modified", "LastModified"), ("starting_position_timestamp", "StartingPositionTimestamp")]
    {
        if let Some(text) = mapping.get(told).and_then(Json::as_f64).and_then(time) {
            attributes.insert(field, Value::from(text.as_str()));
        }
    }
    if let Some(Json::Object(endpoints)) = mapping.pointer("/SelfManagedEventSource/Endpoints") {
        let source = json!([{ "endpoints": joined(endpoints) }]);
        if let Some(row) = KIND.field("self_managed_event_source")
            && let Ok(value) = Value::from_json(&source, &row.ty())
        {
            attributes.insert(row.name, value);
        }
    }
    let state = match word {
        "Creating" | "Enabling" | "Disabling" | "Updating" => State::Pending,
        "Deleting" => State::Deleting,
        _ => State::Ready,
    };
    let id = text_at(&attributes, "uuid").to_owned();
    marks.tagged(&id, attributes, state)
}

/// Takes out objects and lists without content: settings that are not set.
fn prune(json: &mut Json) {
    let Json::Object(map) = json else { return };
    map.values_mut().for_each(prune);
    map.retain(|_, value| match value {
        Json::Null => false,
        Json::Object(map) => !map.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => true,
    });
}

/// Servers as the spec has them: a list by type, joined by commas.
fn joined(endpoints: &Map<String, Json>) -> Json {
    let text = |servers: &Json| {
        let servers = servers.as_array().into_iter().flatten().filter_map(Json::as_str);
        Json::from(servers.collect::<Vec<_>>().join(","))
    };
    Json::Object(endpoints.iter().map(|(kind, servers)| (kind.clone(), text(servers))).collect())
}

/// What the service spells in a way of its own.
fn say_otherwise(body: &mut Json, wanted: &Object) -> Result<(), Fault> {
    for (field, name) in [("enabled", "Enabled"), ("function_name", "FunctionName")] {
        if let Some(value) = wanted.get(field) {
            let value = if value.is_null() { Value::Bool(true) } else { value.clone() };
            set(body, name, value.to_json());
        }
    }
    let timestamp = text_at(wanted, "starting_position_timestamp");
    if !timestamp.is_empty() {
        let wrong = |error| Fault::new(FaultKind::Invalid, format!("`{timestamp}` is no time: {error}"));
        let parsed = DateTime::from_str(timestamp, Format::DateTimeWithOffset).map_err(wrong)?;
        set(body, "StartingPositionTimestamp", json!(parsed.secs()));
    }
    let source = wanted.get("self_managed_event_source").and_then(Value::as_items);
    let endpoints = source.and_then(|items| items.first()?.as_entries()?.get("endpoints")?.as_entries());
    for (kind, servers) in endpoints.into_iter().flatten() {
        let servers: Vec<&str> = servers.as_str().unwrap_or_default().split(',').collect();
        set(body, &format!("SelfManagedEventSource.Endpoints.{kind}"), json!(servers));
    }
    Ok(())
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let mut body = WIRE.write(KIND.fields, attributes);
    say_otherwise(&mut body, attributes)?;
    let user = attributes.get("tags").and_then(Tags::from_value);
    let asked = site.lambda().create_event_source_mapping();
    let asked = asked.set_tags(marks(tags::all(user.as_ref(), owner, token)));
    let told = ask!(once asked, body, Effect::Maybe)?;
    let id = made(told.get("UUID").and_then(Json::as_str).map(str::to_owned), "a mapping")?;
    Ok(accepted(&id, handle::SET, 0))
}

/// Makes a change, if there is any that is not of tags.
async fn change(site: &Site, id: &str, changes: &Object) -> Result<(), Fault> {
    let mut body = WIRE.change(KIND.fields, changes);
    say_otherwise(&mut body, changes)?;
    if body.as_object().is_some_and(|body| !body.is_empty()) {
        let asked = site.lambda().update_event_source_mapping().uuid(id);
        ask!(asked, body, Effect::Maybe)?;
    }
    Ok(())
}

async fn poll(site: &Site, id: &str, handle: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    match (handle, live.state) {
        (handle::DELETE, _) | (_, State::Pending | State::Deleting) => {
            Ok(accepted(id, handle, LOOK_MILLISECONDS))
        }
        _ => Ok(Answer::Object(live)),
    }
}

async fn delete(site: &Site, id: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    if live.state != State::Deleting {
        let asked = site.lambda().delete_event_source_mapping().uuid(id).send().await;
        absent_is_none(asked.fault(Effect::Maybe))?;
    }
    poll(site, id, handle::DELETE).await
}
