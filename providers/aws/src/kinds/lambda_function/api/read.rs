//! Functions as Lambda tells them.

use relight_contract::{Fault, FaultKind, Interest, Live, State, Value};
use serde_json::Value as Json;

use super::super::KIND;
use crate::api::raw::tell;
use crate::api::tags::Tags;
use crate::api::values::text_at;
use crate::api::wire::{Case, Wire};
use crate::api::{Effect, FaultOf, Site, Told, absent_is_none};

/// The fields that the latest version tells.
const OF_VERSION: &[&str] = &["qualified_arn", "qualified_invoke_arn", "version"];

/// The largest page of versions. Source: AWS Lambda API reference, `ListVersionsByFunction`.
const PAGE: i32 = 50;

pub(super) const WIRE: Wire = Wire {
    case: Case::Pascal,
    names: &[
        ("arn", "FunctionArn"),
        ("code_signing_config_arn", ""),
        ("file_system_config", "FileSystemConfigs[]"),
        ("id", "FunctionName"),
        ("image_uri", ""),
        ("invoke_arn", ""),
        ("kms_key_arn", "KMSKeyArn"),
        ("qualified_arn", ""),
        ("qualified_invoke_arn", ""),
        ("reserved_concurrent_executions", ""),
        ("s3_bucket", ""),
        ("s3_key", ""),
        ("s3_object_version", ""),
        ("source_code_hash", ""),
        ("source_code_size", "CodeSize"),
        ("version", ""),
    ],
};

/// A function as it is told in one call.
pub(super) async fn look(site: &Site, name: &str) -> Result<Option<Json>, Fault> {
    absent_is_none(tell!(site.lambda().get_function().function_name(name)))
}

/// A function, with what takes calls of its own as far as that is wanted.
pub(super) async fn read(site: &Site, name: &str, interest: &Interest) -> Result<Option<Live>, Fault> {
    let Some(told) = look(site, name).await? else { return Ok(None) };
    let marks: Tags = match (told.get("Tags"), told.get("TagsError")) {
        (Some(Json::Object(tags)), _) => {
            let text = |(key, value): (&String, &Json)| Some((key.clone(), value.as_str()?.to_owned()));
            tags.iter().filter_map(text).collect()
        }
        // Without its tags nobody knows whose it is.
        (_, Some(error)) if error.is_object() => {
            let said = |name| error.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
            return Err(Fault::new(FaultKind::Denied, said("Message")).code(said("ErrorCode")));
        }
        _ => Tags::new(),
    };
    let mut live = live(&told, Told::of(marks), site);
    if interest.wants(OF_VERSION) {
        let Some(versions) = latest_version(site, name).await? else { return Ok(None) };
        let (version, arn) = versions;
        live.attributes.insert("version", Value::from(version.as_str()));
        live.attributes.insert("qualified_invoke_arn", Value::from(invoke_arn(site, &arn).as_str()));
        live.attributes.insert("qualified_arn", Value::from(arn.as_str()));
    }
    // Images are not signed.
    if interest.wants(&["code_signing_config_arn"]) && text_at(&live.attributes, "package_type") == "Zip" {
        let asked = site.lambda().get_function_code_signing_config().function_name(name).send().await;
        let told = absent_is_none(asked.fault(Effect::None))?;
        let signing = told.map(|told| told.code_signing_config_arn).filter(|arn| !arn.is_empty());
        if let Some(signing) = signing {
            live.attributes.insert("code_signing_config_arn", Value::from(signing.as_str()));
        }
    }
    Ok(Some(live))
}

/// The number and the ARN of the latest version; that of what is not published where nothing is. `None` when the
/// function is gone.
async fn latest_version(site: &Site, name: &str) -> Result<Option<(String, String)>, Fault> {
    let (mut latest, mut page) = (None, None);
    loop {
        let asked = site.lambda().list_versions_by_function().function_name(name).max_items(PAGE);
        let answered = absent_is_none(asked.set_marker(page).send().await.fault(Effect::None))?;
        let Some(answered) = answered else { return Ok(None) };
        for version in answered.versions.unwrap_or_default() {
            let number: u64 =
                version.version.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
            if latest.as_ref().is_none_or(|(other, _, _)| number >= *other) {
                let (text, arn) = (version.version, version.function_arn);
                latest = Some((number, text.unwrap_or_default(), arn.unwrap_or_default()));
            }
        }
        page = answered.next_marker.filter(|marker| !marker.is_empty());
        if page.is_none() {
            return Ok(latest.map(|(_, version, arn)| (version, arn)));
        }
    }
}

fn invoke_arn(site: &Site, arn: &str) -> String {
    let (partition, region) = (site.partition(), site.region());
    format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
}

fn live(told: &Json, marks: Told, site: &Site) -> Live {
    let mut function = told.get("Configuration").cloned().unwrap_or_default();
    plain(&mut function);
    let state = state(&function);
    let mut attributes = WIRE.read(KIND.fields, &function);
    let reserved = told.pointer("/Concurrency/ReservedConcurrentExecutions").and_then(Json::as_i64);
    attributes.insert("reserved_concurrent_executions", Value::from(reserved.unwrap_or(-1)));
    if let Some(image) = told.pointer("/Code/ImageUri").and_then(Json::as_str) {
        attributes.insert("image_uri", Value::from(image));
    }
    let invoke = invoke_arn(site, text_at(&attributes, "arn"));
    attributes.insert("invoke_arn", Value::from(invoke.as_str()));
    let name = text_at(&attributes, "function_name").to_owned();
    marks.tagged(&name, attributes, state)
}

/// Puts right what an answer tells otherwise than a request says it, and takes out what says that there is nothing.
fn plain(function: &mut Json) {
    if let Some(layers) = function.get_mut("Layers") {
        let arns = layers.as_array().into_iter().flatten().filter_map(|layer| layer.get("Arn").cloned());
        *layers = arns.collect();
    }
    let image = function.pointer("/ImageConfigResponse/ImageConfig").cloned();
    let is_empty = |image: &Json| image.as_object().is_none_or(|image| image.values().all(Json::is_null));
    let has_network = function
        .pointer("/VpcConfig/SubnetIds")
        .and_then(Json::as_array)
        .is_some_and(|subnets| !subnets.is_empty());
    let Some(function) = function.as_object_mut() else { return };
    if let Some(image) = image.filter(|image| !is_empty(image)) {
        function.insert("ImageConfig".to_owned(), image);
    }
    if !has_network {
        function.remove("VpcConfig");
    }
}

/// How far a function is, by its configuration.
pub(super) fn state(function: &Json) -> State {
    let word = |name: &str| function.get(name).and_then(Json::as_str).unwrap_or_default();
    match (word("State"), word("LastUpdateStatus")) {
        ("Pending", _) | (_, "InProgress") => State::Pending,
        ("Failed", _) => State::Failed,
        ("Deleting", _) => State::Deleting,
        // One that rests (`Inactive`) wakes when it is called; one whose last change failed is as it was.
        _ => State::Ready,
    }
}
