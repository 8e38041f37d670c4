//! The API half of `aws_iam_role`.
//!
//! One paged call tells the roles of an account with their policies and tags; only description and longest session
//! stand elsewhere. Inline policies follow a creation when it is polled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_iam::types::{Role as Told, RoleDetail};
use relight_contract::{
    Action, Answer, Answering, Block, Blocks, Fault, Interest, Live, Name, Object, Owner, State, Typed, Value,
};

use super::{InlinePolicy, KIND, Role};
use crate::api::iam::{self, PAGE, document, marks, once, pairs};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, TagChange, absent_is_none, accepted, becomes, found, int, missing,
    none_of_its_calls, object_or_absent, shape, tags, time_text,
};

/// The fields that only `ListRoles` tells in bulk.
const OF_LIST: &[&str] = &["description", "max_session_duration"];

/// Policies by name.
type Policies = BTreeMap<String, String>;

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
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let (roles, next) = iam::roles(site, page).await?;
    let mut items: Vec<Live> = roles.into_iter().map(of_detail).collect();
    if interest.wants(OF_LIST) {
        complete(site, &mut items, interest).await?;
    }
    Ok(Answer::Page { items, next })
}

/// Adds what `ListRoles` tells. Its pages are cut otherwise, so they are turned until all roles that can be meant are
/// told: an account of a thousand roles needs one.
async fn complete(site: &Site, items: &mut [Live], interest: &Interest) -> Result<(), Fault> {
    let meant = items.iter().filter(|live| live.owner.is_some() || interest.knows(&live.native_id));
    let mut missing: BTreeSet<Name> = meant.map(|live| live.native_id.clone()).collect();
    let mut told = BTreeMap::new();
    let mut marker = None;
    while !missing.is_empty() {
        let asked = site.iam().list_roles().max_items(PAGE).set_marker(marker.take());
        let answered = asked.send().await.fault(Effect::None)?;
        for role in answered.roles {
            missing.remove(role.role_name.as_str());
            told.insert(role.role_name, (role.description, role.max_session_duration));
        }
        marker = answered.marker.filter(|_| answered.is_truncated);
        if marker.is_none() {
            break;
        }
    }
    for live in items {
        let Some((description, duration)) = told.remove(&*live.native_id) else { continue };
        if let Some(description) = description.filter(|text| !text.is_empty()) {
            live.attributes.insert("description", Value::from(description.as_str()));
        }
        if let Some(duration) = duration {
            live.attributes.insert("max_session_duration", Value::from(i64::from(duration)));
        }
    }
    Ok(())
}

fn of_detail(role: RoleDetail) -> Live {
    let policies = role.role_policy_list.unwrap_or_default().into_iter();
    let policies = policies.filter_map(|one| Some((one.policy_name?, document(one.policy_document)?)));
    let told = tags::Told::of(pairs(role.tags.unwrap_or_default()));
    let name = role.role_name.unwrap_or_default();
    let attributes = Role {
        arn: role.arn,
        assume_role_policy: document(role.assume_role_policy_document),
        create_date: time_text(role.create_date.as_ref()),
        id: Some(name.clone()),
        inline_policy: Some(blocks(policies.collect())),
        name: Some(name.clone()),
        path: role.path,
        permissions_boundary: role.permissions_boundary.and_then(|bound| bound.permissions_boundary_arn),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        unique_id: role.role_id,
        ..Role::default()
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

fn live(role: Told, policies: Policies) -> Live {
    let told = tags::Told::of(pairs(role.tags.unwrap_or_default()));
    let attributes = Role {
        arn: Some(role.arn),
        assume_role_policy: document(role.assume_role_policy_document),
        create_date: time_text(Some(&role.create_date)),
        description: role.description.filter(|text| !text.is_empty()),
        id: Some(role.role_name.clone()),
        inline_policy: Some(blocks(policies)),
        max_session_duration: role.max_session_duration.map(i64::from),
        name: Some(role.role_name.clone()),
        path: Some(role.path),
        permissions_boundary: role.permissions_boundary.and_then(|bound| bound.permissions_boundary_arn),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        unique_id: Some(role.role_id),
        ..Role::default()
    };
    told.live(&role.role_name, attributes.to_object(), State::Ready)
}

fn blocks(policies: Policies) -> Blocks<InlinePolicy> {
    let block = |(name, policy)| InlinePolicy { name: Some(name), policy: Some(policy) };
    Blocks(policies.into_iter().map(block).collect())
}

/// The policies that blocks name. One without a name and a document stands for none.
fn named(blocks: Option<Blocks<InlinePolicy>>) -> Policies {
    let blocks = blocks.map(|blocks| blocks.0).unwrap_or_default();
    blocks.into_iter().filter_map(|block| Some((block.name?, block.policy?))).collect()
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let answered = site.iam().get_role().role_name(name).send().await.fault(Effect::None);
    let Some(role) = absent_is_none(answered)?.and_then(|answered| answered.role) else { return Ok(None) };
    let Some(names) = absent_is_none(inline_names(site, name).await)? else { return Ok(None) };
    let policies = each(names, |policy| async move {
        let asked = site.iam().get_role_policy().role_name(name).policy_name(&policy);
        let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
        Ok(answered.and_then(|answered| Some((policy, document(Some(answered.policy_document))?))))
    });
    Ok(Some(live(role, policies.await?.into_iter().flatten().collect())))
}

async fn inline_names(site: &Site, name: &str) -> Result<Vec<String>, Fault> {
    let (mut names, mut marker) = (Vec::new(), None);
    loop {
        let asked = site.iam().list_role_policies().role_name(name).max_items(PAGE).set_marker(marker);
        let answered = asked.send().await.fault(Effect::None)?;
        names.extend(answered.policy_names);
        marker = answered.marker.filter(|_| answered.is_truncated);
        if marker.is_none() {
            return Ok(names);
        }
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Role::from_object(attributes).map_err(shape)?;
    let name = wanted.name.clone().unwrap_or_default();
    let asked = site
        .iam()
        .create_role()
        .role_name(&name)
        .set_path(wanted.path)
        .set_assume_role_policy_document(wanted.assume_role_policy)
        .set_description(wanted.description)
        .set_max_session_duration(int(wanted.max_session_duration)?)
        .set_permissions_boundary(wanted.permissions_boundary)
        .set_tags(Some(marks(tags::all(wanted.tags.as_ref(), owner, token))?));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&name, "policies", 0))
}

/// Goes on with a creation: puts the inline policies that are missing.
async fn settle(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, name).await? else { return Ok(Answer::Absent) };
    let wanted = Role::from_object(attributes).map_err(shape)?;
    match set_policies(site, &live, named(wanted.inline_policy), false).await? {
        true => Ok(object_or_absent(read(site, name).await?)),
        false => Ok(Answer::Object(live)),
    }
}

/// Makes the inline policies the wanted ones, and tells whether that took calls. Others stay where the spec does not
/// name all.
async fn set_policies(site: &Site, live: &Live, wanted: Policies, all: bool) -> Result<bool, Fault> {
    let told = named(live.get("inline_policy").and_then(Blocks::from_value));
    let role = &*live.native_id;
    let mut called = false;
    for (name, policy) in wanted.iter().filter(|(name, policy)| told.get(*name) != Some(*policy)) {
        let asked = site.iam().put_role_policy().role_name(role).policy_name(name).policy_document(policy);
        asked.send().await.fault(Effect::Maybe)?;
        called = true;
    }
    for name in told.keys().filter(|name| all && !wanted.contains_key(*name)) {
        delete_policy(site, role, name).await?;
        called = true;
    }
    Ok(called)
}

async fn delete_policy(site: &Site, role: &str, policy: &str) -> Result<(), Fault> {
    let asked = site.iam().delete_role_policy().role_name(role).policy_name(policy);
    absent_is_none(asked.send().await.fault(Effect::Maybe)).map(drop)
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, name).await?.ok_or_else(|| missing("role", name))?;
    if let Some(policy) = becomes::<String>(&KIND, changes, "assume_role_policy") {
        let asked = site.iam().update_assume_role_policy().role_name(name).set_policy_document(policy);
        asked.send().await.fault(Effect::Maybe)?;
    }
    if OF_LIST.iter().any(|field| changes.contains(field)) {
        let kept = Role::from_object(&live.attributes).map_err(shape)?;
        let description = becomes::<String>(&KIND, changes, "description").unwrap_or(kept.description);
        let duration = becomes::<i64>(&KIND, changes, "max_session_duration");
        let asked = site
            .iam()
            .update_role()
            .role_name(name)
            .description(description.unwrap_or_default())
            .set_max_session_duration(int(duration.unwrap_or(kept.max_session_duration))?);
        asked.send().await.fault(Effect::Maybe)?;
    }
    match becomes::<String>(&KIND, changes, "permissions_boundary") {
        None => {}
        Some(Some(policy)) => {
            let asked = site.iam().put_role_permissions_boundary().role_name(name);
            asked.permissions_boundary(policy).send().await.fault(Effect::Maybe)?;
        }
        Some(None) => {
            let asked = site.iam().delete_role_permissions_boundary().role_name(name);
            absent_is_none(asked.send().await.fault(Effect::Maybe))?;
        }
    }
    if let Some(Some(wanted)) = becomes::<Blocks<InlinePolicy>>(&KIND, changes, "inline_policy") {
        set_policies(site, &live, named(Some(wanted)), true).await?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, name, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.iam().untag_role().role_name(name).set_tag_keys(Some(change.remove));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, name).await?))
}

async fn set_tags(site: &Site, name: &str, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.iam().tag_role().role_name(name).set_tags(Some(marks(set)?));
        asked.send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

/// Deletes a role with the policies inside it, which are nothing without it. What is attached to it, and what hands
/// it out, stands in the way unless it is to be taken off.
async fn delete(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(policies) = absent_is_none(inline_names(site, name).await)? else { return Ok(Answer::Absent) };
    if attributes.get("force_detach_policies").and_then(Value::as_bool) == Some(true) {
        detach(site, name).await?;
    }
    for policy in policies {
        delete_policy(site, name, &policy).await?;
    }
    absent_is_none(site.iam().delete_role().role_name(name).send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}

async fn detach(site: &Site, name: &str) -> Result<(), Fault> {
    loop {
        let asked = site.iam().list_attached_role_policies().role_name(name).max_items(PAGE);
        let answered = asked.send().await.fault(Effect::None)?;
        for policy in answered.attached_policies.unwrap_or_default() {
            let asked = site.iam().detach_role_policy().role_name(name).set_policy_arn(policy.policy_arn);
            absent_is_none(asked.send().await.fault(Effect::Maybe))?;
        }
        if !answered.is_truncated {
            break;
        }
    }
    let asked = site.iam().list_instance_profiles_for_role().role_name(name).max_items(PAGE);
    for profile in asked.send().await.fault(Effect::None)?.instance_profiles {
        let asked = site.iam().remove_role_from_instance_profile().role_name(name);
        let asked = asked.instance_profile_name(profile.instance_profile_name);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    }
    Ok(())
}
