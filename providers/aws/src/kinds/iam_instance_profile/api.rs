//! The API half of `aws_iam_instance_profile`.
//!
//! `CreateInstanceProfile` takes no role: it follows when the creation is polled. A profile holds one role at most, so
//! that another one comes after the old one has gone.

use std::sync::Arc;

use aws_sdk_iam::types::InstanceProfile as Profile;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{InstanceProfile, KIND};
use crate::api::iam::{PAGE, marks, once, pairs};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, becomes, found, missing,
    none_of_its_calls, object_or_absent, shape, tags, time_text,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => delete(&site, &native_id).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Lists tell no tags, so profiles that can be meant are read one by one.
/// Source: IAM API reference, `ListInstanceProfiles` and `GetInstanceProfile`.
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.iam().list_instance_profiles().max_items(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.marker.filter(|_| answered.is_truncated).map(Name::from);
    let items = each(answered.instance_profiles, |profile| async move {
        match interest.knows(&profile.instance_profile_name) {
            true => read(site, &profile.instance_profile_name).await,
            false => Ok(Some(live(profile))),
        }
    });
    Ok(Answer::Page { items: items.await?.into_iter().flatten().collect(), next })
}

fn live(profile: Profile) -> Live {
    let told = Told::of(pairs(profile.tags.unwrap_or_default()));
    let name = profile.instance_profile_name;
    let attributes = InstanceProfile {
        arn: Some(profile.arn),
        create_date: time_text(Some(&profile.create_date)),
        id: Some(name.clone()),
        name: Some(name.clone()),
        path: Some(profile.path),
        role: profile.roles.into_iter().next().map(|role| role.role_name),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        unique_id: Some(profile.instance_profile_id),
        ..InstanceProfile::default()
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let asked = site.iam().get_instance_profile().instance_profile_name(name);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(answered.and_then(|answered| answered.instance_profile).map(live))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = InstanceProfile::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default();
    let asked = site
        .iam()
        .create_instance_profile()
        .instance_profile_name(&name)
        .set_path(wanted.path)
        .set_tags(Some(marks(tags::all(wanted.tags.as_ref(), owner, token))?));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&name, "role", 0))
}

/// Goes on with a creation: hands over the role.
async fn settle(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, name).await? else { return Ok(Answer::Absent) };
    let wanted = attributes.get("role").and_then(Value::as_str);
    match wanted.is_some() && set_role(site, &live, wanted).await? {
        true => Ok(object_or_absent(read(site, name).await?)),
        false => Ok(Answer::Object(live)),
    }
}

/// Makes the role the wanted one, and tells whether that took calls.
async fn set_role(site: &Site, live: &Live, wanted: Option<&str>) -> Result<bool, Fault> {
    let has = live.get("role").and_then(Value::as_str);
    if has == wanted {
        return Ok(false);
    }
    if let Some(role) = has {
        remove_role(site, &live.native_id, role).await?;
    }
    if let Some(role) = wanted {
        let asked = site.iam().add_role_to_instance_profile().instance_profile_name(&*live.native_id);
        asked.role_name(role).send().await.fault(Effect::Maybe)?;
    }
    Ok(true)
}

async fn remove_role(site: &Site, name: &str, role: &str) -> Result<(), Fault> {
    let asked = site.iam().remove_role_from_instance_profile().instance_profile_name(name).role_name(role);
    absent_is_none(asked.send().await.fault(Effect::Maybe)).map(drop)
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, name).await?.ok_or_else(|| missing("instance profile", name))?;
    if let Some(role) = becomes::<String>(&KIND, changes, "role") {
        set_role(site, &live, role.as_deref()).await?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, name, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.iam().untag_instance_profile().instance_profile_name(name);
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, name).await?))
}

async fn set_tags(site: &Site, name: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.iam().tag_instance_profile().instance_profile_name(name);
        asked.set_tags(Some(marks(set)?)).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

async fn delete(site: &Site, name: &str) -> Result<Answer, Fault> {
    let Some(live) = read(site, name).await? else { return Ok(Answer::Absent) };
    if let Some(role) = live.get("role").and_then(Value::as_str) {
        remove_role(site, name, role).await?;
    }
    let asked = site.iam().delete_instance_profile().instance_profile_name(name);
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
