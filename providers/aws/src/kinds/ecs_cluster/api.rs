//! The API half of `aws_ecs_cluster`.
//!
//! The native id is the ARN. A list tells ARNs alone; a hundred clusters are described in one call.

use std::sync::Arc;

use aws_sdk_ecs::types::ClusterField;
use relight_contract::{
    Action, Answer, Answering, Fault, FaultKind, Live, Name, Object, Owner, State, Typed,
};
use serde_json::{Value as Json, json};

use super::KIND;
use crate::api::ecs::{PAGE, set_tags, tag, update_tags};
use crate::api::raw::{ask, tell};
use crate::api::tags::{self, Tags};
use crate::api::values::text_at;
use crate::api::wire::{Case, Wire, pairs};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, found, missing, next, none_of_its_calls,
    object_or_absent,
};

/// The most clusters that one call describes. Source: Amazon ECS API reference, `DescribeClusters`.
const MOST_DESCRIBED: usize = 100;

/// How long to wait between two looks at a cluster.
const LOOK_MILLISECONDS: u64 = 3_000;

/// What a poll waits for: the end of a deletion.
const DELETE: &str = "delete";

const WIRE: Wire = Wire {
    case: Case::Camel,
    names: &[
        ("arn", "clusterArn"),
        (
            "configuration.execute_command_configuration.log_configuration.s3_bucket_encryption_enabled",
            "s3EncryptionEnabled",
        ),
        ("id", "clusterArn"),
        ("name", "clusterName"),
        ("setting", "settings"),
    ],
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let arn = arn_of(&site, &attributes).await?;
                Ok(found(read(&site, &arn).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, handle, .. } => poll(&site, &native_id, &handle).await,
            Action::Delete { native_id, .. } => {
                let asked = site.ecs().delete_cluster().cluster(&*native_id).send().await;
                match absent_is_none(asked.fault(Effect::Maybe))? {
                    Some(_) => poll(&site, &native_id, DELETE).await,
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

async fn arn_of(site: &Site, attributes: &Object) -> Result<String, Fault> {
    site.arn("ecs", &format!("cluster/{}", text_at(attributes, "name"))).await
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ecs().list_clusters().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let arns = answered.cluster_arns.unwrap_or_default();
    let items = if arns.is_empty() { Vec::new() } else { describe(site, arns).await? };
    Ok(Answer::Page { items, next })
}

/// Those of the clusters that are there; deleted ones are told for a while.
async fn describe(site: &Site, arns: Vec<String>) -> Result<Vec<Live>, Fault> {
    let told = tell!(
        site.ecs()
            .describe_clusters()
            .set_clusters(Some(arns))
            .include(ClusterField::Configurations)
            .include(ClusterField::Settings)
            .include(ClusterField::Tags)
    )?;
    let clusters = told.get("clusters").and_then(Json::as_array);
    Ok(clusters.into_iter().flatten().filter_map(live).collect())
}

async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    site.together(KIND.name, arn, MOST_DESCRIBED, |arns| describe(site, arns)).await
}

fn live(cluster: &Json) -> Option<Live> {
    let state = match cluster.get("status").and_then(Json::as_str).unwrap_or_default() {
        "INACTIVE" => return None,
        "PROVISIONING" => State::Pending,
        "DEPROVISIONING" => State::Deleting,
        "FAILED" => State::Failed,
        _ => State::Ready,
    };
    let told = Told::of(pairs(cluster.get("tags").unwrap_or(&Json::Null)));
    let mut cluster = cluster.clone();
    // A namespace that was taken back may still be told, without a name.
    let namespace = cluster.pointer("/serviceConnectDefaults/namespace").and_then(Json::as_str);
    if namespace.unwrap_or_default().is_empty()
        && let Some(cluster) = cluster.as_object_mut()
    {
        cluster.remove("serviceConnectDefaults");
    }
    let attributes = WIRE.read(KIND.fields, &cluster);
    let arn = text_at(&attributes, "arn").to_owned();
    Some(told.tagged(&arn, attributes, state))
}

/// A name that is taken is looked for first: a creation answers with the cluster that has it.
async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let arn = arn_of(site, attributes).await?;
    if read(site, &arn).await?.is_some() {
        return Err(Fault::new(FaultKind::Conflict, format!("there is a cluster {arn} already")));
    }
    let user = attributes.get("tags").and_then(Tags::from_value);
    let marks = tags::all(user.as_ref(), owner, token).into_iter().map(tag).collect();
    let asked = site.ecs().create_cluster().set_tags(Some(marks));
    ask!(asked, WIRE.write(KIND.fields, attributes), Effect::Maybe)?;
    Ok(accepted(&arn, "create", 0))
}

async fn poll(site: &Site, arn: &str, handle: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, arn).await? else { return Ok(Answer::Absent) };
    match live.state {
        State::Pending | State::Deleting => Ok(accepted(arn, handle, LOOK_MILLISECONDS)),
        State::Ready if handle == DELETE => Ok(accepted(arn, handle, LOOK_MILLISECONDS)),
        _ => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, arn: &str, changes: &Object) -> Result<Answer, Fault> {
    let gone = || missing("cluster", arn);
    let live = read(site, arn).await?.ok_or_else(gone)?;
    update_tags(site, &live, changes).await?;
    let mut body = WIRE.change(KIND.fields, changes);
    if body.as_object().is_some_and(|body| !body.is_empty()) {
        // An empty name takes the namespace back.
        if let Some(Json::Object(defaults)) = body.get_mut("serviceConnectDefaults") {
            defaults.entry("namespace").or_insert_with(|| json!(""));
        }
        ask!(site.ecs().update_cluster().cluster(arn), body, Effect::Maybe)?;
    }
    poll(site, arn, "update").await
}
