//! The API half of `aws_secretsmanager_secret_version`.
//!
//! The object is a secret's current version, and its native id the ARN of the secret. The token of a creation becomes
//! the version's name, so that the same creation makes one version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_smithy_types::{Blob, base64};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State, Typed, Value,
};

use super::{KIND, SecretVersion};
use crate::api::secrets::in_state;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, found, next, none_of_its_calls,
    object_or_absent, shape,
};

/// The largest page.
const PAGE: i32 = 100;

/// The label of the version that a secret answers with.
const CURRENT: &str = "AWSCURRENT";

/// Labels by version.
type Versions = BTreeMap<String, BTreeSet<String>>;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let id = attributes.get("secret_id").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, id).await?))
            }
            Action::Create { attributes, token, .. } => {
                let wanted = SecretVersion::from_object(&attributes).map_err(shape)?;
                check(wanted.version_stages.as_ref())?;
                let secret = wanted.secret_id.clone().unwrap_or_default();
                let arn = put(&site, &secret, wanted, Some(&token)).await?;
                Ok(accepted(&arn, "labels", 0))
            }
            Action::Poll { native_id, attributes, .. } => {
                let wanted = attributes.get("version_stages").and_then(BTreeSet::from_value);
                set_labels(&site, &native_id, wanted).await
            }
            Action::Update { native_id, changes, attributes, .. } => {
                update(&site, &native_id, &changes, &attributes).await
            }
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.secrets().list_secrets().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let secrets = answered.secret_list.unwrap_or_default().into_iter();
    let items = secrets.filter_map(|secret| {
        let is_copy =
            secret.primary_region.is_some_and(|region| !region.is_empty() && region != site.region());
        let versions = sorted(secret.secret_versions_to_stages.unwrap_or_default());
        secret.arn.filter(|_| !is_copy).and_then(|arn| live(&arn, &versions))
    });
    Ok(Answer::Page { items: items.collect(), next })
}

fn sorted(versions: std::collections::HashMap<String, Vec<String>>) -> Versions {
    versions.into_iter().map(|(version, labels)| (version, labels.into_iter().collect())).collect()
}

/// The current version, if there is one yet.
fn live(arn: &str, versions: &Versions) -> Option<Live> {
    let (version, labels) = versions.iter().find(|(_, labels)| labels.contains(CURRENT))?;
    let attributes = SecretVersion {
        arn: Some(arn.to_owned()),
        id: Some(format!("{arn}|{version}")),
        secret_id: Some(arn.to_owned()),
        version_id: Some(version.clone()),
        version_stages: Some(labels.clone()),
        ..SecretVersion::default()
    };
    Some(Told::default().live(arn, attributes.to_object(), State::Ready))
}

/// The ARN and the versions of a secret that does not wait for its deletion.
async fn versions(site: &Site, secret: &str) -> Result<Option<(String, Versions)>, Fault> {
    let asked = site.secrets().describe_secret().secret_id(secret).send().await.fault(Effect::None);
    let told = absent_is_none(asked)?.filter(|told| told.deleted_date.is_none());
    Ok(told.and_then(|told| Some((told.arn?, sorted(told.version_ids_to_stages.unwrap_or_default())))))
}

async fn read(site: &Site, secret: &str) -> Result<Option<Live>, Fault> {
    let told = versions(site, secret).await?;
    Ok(told.and_then(|(arn, versions)| live(&arn, &versions)))
}

/// A version of a spec is the current one.
fn check(labels: Option<&BTreeSet<String>>) -> Result<(), Fault> {
    match labels {
        Some(labels) if !labels.is_empty() && !labels.contains(CURRENT) => {
            let text = format!("`version_stages` must name `{CURRENT}`: relight keeps the current version");
            Err(Fault::new(FaultKind::Invalid, text))
        }
        _ => Ok(()),
    }
}

/// Puts a version, and tells the ARN of its secret. Without a token the SDK makes one, which its own retries keep.
async fn put(site: &Site, secret: &str, wanted: SecretVersion, token: Option<&str>) -> Result<String, Fault> {
    let bytes = wanted.secret_binary.map(base64::decode).transpose();
    let bytes = bytes.map_err(|_| Fault::new(FaultKind::Invalid, "`secret_binary` is not base64"))?;
    let asked = site
        .secrets()
        .put_secret_value()
        .secret_id(secret)
        .set_client_request_token(token.map(str::to_owned))
        .set_secret_string(wanted.secret_string.or(wanted.secret_string_wo))
        .set_secret_binary(bytes.map(Blob::new));
    let answered = asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
    Ok(answered.arn.unwrap_or_else(|| secret.to_owned()))
}

/// Makes the labels of the current version the wanted ones; `None` leaves them.
async fn set_labels(site: &Site, secret: &str, wanted: Option<BTreeSet<String>>) -> Result<Answer, Fault> {
    let Some((arn, versions)) = versions(site, secret).await? else { return Ok(Answer::Absent) };
    let Some((current, labels)) = versions.iter().find(|(_, labels)| labels.contains(CURRENT)) else {
        return Ok(Answer::Absent);
    };
    let wanted = wanted.filter(|wanted| !wanted.is_empty()).unwrap_or_else(|| labels.clone());
    if *labels == wanted {
        return Ok(object_or_absent(live(&arn, &versions)));
    }
    for label in wanted.difference(labels) {
        let holder = versions.iter().find(|(_, labels)| labels.contains(label)).map(|(version, _)| version);
        let asked = site.secrets().update_secret_version_stage().secret_id(&arn).version_stage(label);
        let asked = asked.move_to_version_id(current).set_remove_from_version_id(holder.cloned());
        asked.send().await.fault(Effect::Maybe).map_err(in_state)?;
    }
    for label in labels.difference(&wanted).filter(|label| *label != CURRENT) {
        remove_label(site, &arn, current, label).await?;
    }
    Ok(object_or_absent(read(site, &arn).await?))
}

async fn remove_label(site: &Site, arn: &str, version: &str, label: &str) -> Result<(), Fault> {
    let asked = site.secrets().update_secret_version_stage().secret_id(arn).version_stage(label);
    let asked = asked.remove_from_version_id(version);
    asked.send().await.fault(Effect::Maybe).map_err(in_state).map(drop)
}

async fn update(site: &Site, arn: &str, changes: &Object, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = SecretVersion::from_object(attributes).map_err(shape)?;
    check(wanted.version_stages.as_ref())?;
    let labels = becomes::<BTreeSet<String>>(&KIND, changes, "version_stages").flatten();
    if changes.names().any(|name| &**name != "version_stages") {
        put(site, arn, wanted, None).await?;
    }
    set_labels(site, arn, labels).await
}

/// Takes off the labels that can be taken off. `AWSCURRENT` cannot: the text goes with its secret.
async fn delete(site: &Site, arn: &str) -> Result<Answer, Fault> {
    let Some((arn, versions)) = versions(site, arn).await? else { return Ok(Answer::Absent) };
    let current = versions.iter().filter(|(_, labels)| labels.contains(CURRENT));
    for (version, labels) in current {
        for label in labels.iter().filter(|label| *label != CURRENT) {
            remove_label(site, &arn, version, label).await?;
        }
    }
    Ok(Answer::Absent)
}
