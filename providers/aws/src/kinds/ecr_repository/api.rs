//! The API half of `aws_ecr_repository`.
//!
//! The native id is the name. Whose a repository is takes a call for each that can be meant.

use std::sync::Arc;

use aws_sdk_ecr::config::Builder;
use aws_sdk_ecr::types::{ImageScanningConfiguration, ImageTagMutability, Tag};
use relight_contract::{
    Action, Answer, Answering, BlockList, Fault, Interest, Live, Name, Object, Owner, State, Typed, Value,
};
use serde_json::Value as Json;

use super::{KIND, Scanning};
use crate::api::raw::{ask, tell};
use crate::api::side_by_side::each;
use crate::api::tags::{self, Tags};
use crate::api::wire::{Case, Wire};
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, built, found, given, missing,
    next, no_retries, none_of_its_calls, object_or_absent, only,
};

/// The largest page. Source: Amazon ECR API reference, `DescribeRepositories`.
const PAGE: i32 = 1000;

/// The most repositories that one call describes by their names. Source: the same.
const MOST_DESCRIBED: usize = 100;

const WIRE: Wire = Wire {
    case: Case::Camel,
    names: &[
        ("arn", "repositoryArn"),
        ("id", "repositoryName"),
        ("name", "repositoryName"),
        ("repository_url", "repositoryUri"),
    ],
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let name = given(&attributes, "name", "a repository needs a name")?;
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, attributes, .. } => {
                let force = attributes.get("force_delete").and_then(Value::as_bool) == Some(true);
                let asked = site.ecr().delete_repository().repository_name(&*native_id).force(force);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                let live = must_read(&site, &native_id).await?;
                set_tags(&site, &live, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// The settings of a call that may be made once only.
fn once() -> Builder {
    Builder::new().retry_config(no_retries())
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.ecr().describe_repositories().max_results(PAGE);
    let told = tell!(asked.set_next_token(page.map(|page| page.to_string())))?;
    let token = told.get("nextToken").and_then(Json::as_str).map(str::to_owned);
    Ok(Answer::Page { items: complete(site, &told, interest).await?, next: next(token) })
}

/// The repositories of an answer, with the tags of those that can be meant.
async fn complete(site: &Site, told: &Json, interest: &Interest) -> Result<Vec<Live>, Fault> {
    let repositories = told.get("repositories").and_then(Json::as_array).into_iter().flatten();
    let items = each(repositories, |repository| async move {
        let attributes = WIRE.read(KIND.fields, repository);
        let text = |name: &str| attributes.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (name, arn) = (text("name"), text("arn"));
        let marks = match interest.knows(&name) {
            true => tags_of(site, &arn).await?,
            false => Some(Told::default()),
        };
        // One that is deleted meanwhile is no longer there.
        let Some(marks) = marks else { return Ok(None) };
        Ok(Some(marks.tagged(&name, attributes, State::Ready)))
    });
    Ok(items.await?.into_iter().flatten().collect())
}

async fn tags_of(site: &Site, arn: &str) -> Result<Option<Told>, Fault> {
    let asked = site.ecr().list_tags_for_resource().resource_arn(arn).send().await;
    let told = absent_is_none(asked.fault(Effect::None))?;
    Ok(told.map(|told| Told::of(told.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)))))
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let describe = async |names| {
        let told = tell!(site.ecr().describe_repositories().set_repository_names(Some(names)))?;
        complete(site, &told, &Interest::default()).await
    };
    site.together(KIND.name, name, MOST_DESCRIBED, describe).await
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("repository", name))
}

fn sdk_tags(marks: Vec<(String, String)>) -> Result<Vec<Tag>, Fault> {
    marks.into_iter().map(|(key, value)| built(Tag::builder().key(key).value(value).build())).collect()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let user = attributes.get("tags").and_then(Tags::from_value);
    let marks = sdk_tags(tags::all(user.as_ref(), owner, token))?;
    let mut body = WIRE.write(KIND.fields, attributes);
    // Terraform has it as blocks without a bound.
    if let Some(encryption) = body.get_mut("encryptionConfiguration")
        && let Json::Array(blocks) = encryption
    {
        *encryption = blocks.pop().unwrap_or_default();
    }
    let told = ask!(once site.ecr().create_repository().set_tags(Some(marks)), body, Effect::Maybe)?;
    let name = told.pointer("/repository/repositoryName").and_then(Json::as_str);
    let name = name.or_else(|| attributes.get("name").and_then(Value::as_str)).unwrap_or_default();
    Ok(accepted(name, "seen", 0))
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    if let Some(mutability) = becomes::<String>(&KIND, changes, "image_tag_mutability").flatten() {
        let asked = site.ecr().put_image_tag_mutability().repository_name(name);
        let asked = asked.image_tag_mutability(ImageTagMutability::from(mutability.as_str()));
        asked.send().await.fault(Effect::Maybe)?;
    }
    if let Some(scanning) = becomes::<BlockList<Scanning>>(&KIND, changes, "image_scanning_configuration") {
        let scans = only(scanning).and_then(|scanning| scanning.scan_on_push).unwrap_or_default();
        let scanning = ImageScanningConfiguration::builder().scan_on_push(scans).build();
        let asked = site.ecr().put_image_scanning_configuration().repository_name(name);
        asked.image_scanning_configuration(scanning).send().await.fault(Effect::Maybe)?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, &live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.ecr().untag_resource().set_resource_arn(arn(&live));
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, name).await?))
}

async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.ecr().tag_resource().set_resource_arn(arn(live));
        asked.set_tags(Some(sdk_tags(set)?)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}
