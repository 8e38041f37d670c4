//! The API half of `aws_launch_template`.
//!
//! A template tells name, versions and tags; what instances are made from stands in its versions, of which the newest
//! counts. A creation takes a token, and so may be sent again.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::types::{
    LaunchTemplate as Template, LaunchTemplateVersion as Version, ResourceType, TagSpecification,
};
use relight_contract::address::hex;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, Owner, State, Value, canonical,
};
use sha2::{Digest, Sha256};

use super::{KIND, LaunchTemplate};
use crate::api::ec2::{intended, pairs, set_tags, tag, update_tags};
use crate::api::side_by_side::side_by_side;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, becomes, made, merged, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

mod interfaces;
mod read;
mod requirements;
mod write;

/// The largest page.
const PAGE: i32 = 200;

/// The most templates that are read together.
const MOST_TOGETHER: usize = 200;

/// The version that counts.
const LATEST: &str = "$Latest";

/// Fields that are the template's own, not those of a version.
const OF_TEMPLATE: &[&str] = &["default_version", "name", "name_prefix", "tags", "update_default_version"];

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Delete { native_id, .. } => {
                let asked = site.ec2().delete_launch_template().launch_template_id(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::Poll { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

/// A page is a page of newest versions, joined with the templates that they belong to.
/// Source: Amazon EC2 API reference, `DescribeLaunchTemplateVersions`: without a template it tells those of all.
async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_launch_template_versions().versions(LATEST).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let versions = answered.launch_template_versions.unwrap_or_default();
    let next = next(answered.next_token);
    if versions.is_empty() {
        return Ok(Answer::Page { items: Vec::new(), next });
    }
    let ids = versions.iter().filter_map(|version| version.launch_template_id.clone()).collect();
    let asked = site.ec2().describe_launch_templates().set_launch_template_ids(Some(ids));
    let all = asked.into_paginator().items().send().collect::<Result<Vec<Template>, _>>();
    let templates = all.await.fault(Effect::None)?;
    Ok(Answer::Page { items: joined(site, templates, versions).await?, next })
}

async fn joined(site: &Site, templates: Vec<Template>, versions: Vec<Version>) -> Result<Vec<Live>, Fault> {
    let by_id = templates.into_iter().filter_map(|one| Some((one.launch_template_id.clone()?, one)));
    let mut templates: BTreeMap<String, Template> = by_id.collect();
    let mut items = Vec::with_capacity(versions.len());
    for version in versions {
        let template = version.launch_template_id.as_ref().and_then(|id| templates.remove(id));
        if let Some(template) = template {
            items.push(live(site, template, version).await?);
        }
    }
    Ok(items)
}

async fn live(site: &Site, template: Template, version: Version) -> Result<Live, Fault> {
    let id = template.launch_template_id.unwrap_or_default();
    let told = Told::of(pairs(template.tags));
    let data = version.launch_template_data.map(read::data).unwrap_or_default();
    let attributes = LaunchTemplate {
        arn: Some(site.arn("ec2", &format!("launch-template/{id}")).await?),
        default_version: template.default_version_number,
        description: version.version_description.filter(|text| !text.is_empty()),
        id: Some(id.clone()),
        latest_version: template.latest_version_number,
        name: template.launch_template_name,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..data
    };
    Ok(told.live(&id, attributes.to_object(), State::Ready))
}

async fn latest(site: &Site, id: &str) -> Result<Vec<Version>, Fault> {
    let asked = site.ec2().describe_launch_template_versions().launch_template_id(id).versions(LATEST);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(answered.and_then(|answered| answered.launch_template_versions).unwrap_or_default())
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let asked = site.ec2().describe_launch_templates().set_launch_template_ids(Some(ids.clone()));
        let answered = asked.send().await.fault(Effect::None)?;
        let versions = side_by_side(ids.iter().map(|id| latest(site, id)).collect()).await?;
        let templates = answered.launch_templates.unwrap_or_default();
        joined(site, templates, versions.into_iter().flatten().collect()).await
    };
    site.together(KIND.name, id, MOST_TOGETHER, describe).await
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let answered =
        site.ec2().describe_launch_templates().filters(intended(token)).send().await.fault(Effect::None)?;
    let mut found = Vec::new();
    for template in answered.launch_templates.unwrap_or_default() {
        let id = template.launch_template_id.clone().unwrap_or_default();
        found.extend(joined(site, vec![template], latest(site, &id).await?).await?);
    }
    Ok(found)
}

/// The name that is given, or one that is made of the token: the same token has to mean the same request.
fn name(wanted: &LaunchTemplate, token: &str) -> String {
    wanted.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| {
        let prefix = wanted.name_prefix.as_deref().unwrap_or("relight-");
        format!("{prefix}{}", token.get(..16).unwrap_or(token))
    })
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = LaunchTemplate::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    let marked =
        TagSpecification::builder().resource_type(ResourceType::LaunchTemplate).set_tags(Some(marks));
    let asked = site
        .ec2()
        .create_launch_template()
        .client_token(token)
        .launch_template_name(name(&wanted, token))
        .set_version_description(wanted.description.clone())
        .launch_template_data(write::data(&wanted)?)
        .tag_specifications(marked.build());
    let template = asked.send().await.fault(Effect::Maybe)?.launch_template;
    let id = made(template.and_then(|template| template.launch_template_id), "a launch template")?;
    match read(site, &id).await {
        Ok(Some(live)) => Ok(Answer::Object(live)),
        // Reads lag behind, but the token makes it safe to create it again.
        Ok(None) => Err(Fault::new(FaultKind::Ambiguous, format!("{id} was made, but is not seen yet"))),
        Err(fault) => Err(Fault { kind: FaultKind::Ambiguous, ..fault }),
    }
}

async fn update(site: &Site, id: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("launch template", id))?;
    let version = add_version(site, id, &live, changes).await?;
    let follows = attributes.get("update_default_version").and_then(Value::as_bool) == Some(true);
    let default = match becomes::<i64>(&KIND, changes, "default_version").flatten() {
        Some(default) => Some(default),
        None => version.filter(|_| follows),
    };
    if let Some(default) = default {
        let asked = site.ec2().modify_launch_template().launch_template_id(id);
        asked.default_version(default.to_string()).send().await.fault(Effect::Maybe)?;
    }
    update_tags(site, id, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}

/// Adds a version where the newest one is not as it is to be, and gives its number. Its token is made of what it is
/// made from, so that the same change of the same version is made once.
async fn add_version(site: &Site, id: &str, live: &Live, changes: &Object) -> Result<Option<i64>, Fault> {
    let latest = live.get("latest_version").and_then(Value::as_i64);
    let mut of_version = changes.clone();
    of_version.retain(|name, _| !OF_TEMPLATE.contains(&&**name));
    let differs = of_version.iter().any(|(name, wanted)| {
        let unset = Value::NULL;
        let told = live.get(name).unwrap_or(&unset);
        KIND.field(name).is_some_and(|row| !row.local && !canonical::same(row, wanted, told))
    });
    if !differs {
        return Ok(latest);
    }
    let wanted = merged(live.attributes.clone(), &of_version);
    let wanted = LaunchTemplate::from_object(&wanted).map_err(shape)?;
    let data = write::data(&wanted)?;
    let mut hash = Sha256::new();
    for part in [id, &format!("{latest:?}"), &format!("{data:?}"), &format!("{:?}", wanted.description)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let asked = site
        .ec2()
        .create_launch_template_version()
        .client_token(hex(&hash.finalize()[..16]))
        .launch_template_id(id)
        .set_version_description(wanted.description)
        .launch_template_data(data);
    let made = asked.send().await.fault(Effect::Maybe)?.launch_template_version;
    Ok(made.and_then(|version| version.version_number))
}
