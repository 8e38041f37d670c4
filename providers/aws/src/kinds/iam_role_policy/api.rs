//! The API half of `aws_iam_role_policy`.
//!
//! The native id is Terraform's: the role's name, a colon, the policy's name. `PutRolePolicy` overwrites, so that a
//! name that is taken is looked for first.

use std::sync::Arc;

use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State, Value,
};

use super::{KIND, RolePolicy};
use crate::api::iam::{self, document};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, becomes, found, none_of_its_calls, object_or_absent, shape,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => {
                let (role, name) = parts(&native_id)?;
                Ok(object_or_absent(read(&site, role, name).await?))
            }
            Action::Find { attributes, .. } => {
                let text = |name: &str| attributes.get(name).and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, text("role"), text("name")).await?))
            }
            Action::Create { attributes, .. } => create(&site, &attributes).await,
            Action::Update { native_id, changes, .. } => {
                let (role, name) = parts(&native_id)?;
                if let Some(Some(policy)) = becomes::<String>(&KIND, &changes, "policy") {
                    put(&site, role, name, &policy).await?;
                }
                Ok(object_or_absent(read(&site, role, name).await?))
            }
            Action::Delete { native_id, .. } => {
                let (role, name) = parts(&native_id)?;
                let asked = site.iam().delete_role_policy().role_name(role).policy_name(name);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { .. } | Action::Perform { .. } | Action::Poll { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

/// The role and the policy of a native id: no name of a role holds a colon.
fn parts(id: &str) -> Result<(&str, &str), Fault> {
    let wrong = || Fault::new(FaultKind::Invalid, format!("`{id}` is not `ROLE:POLICY`"));
    id.split_once(':').ok_or_else(wrong)
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let (roles, next) = iam::roles(site, page).await?;
    let mut items = Vec::new();
    for role in roles {
        let name = role.role_name.unwrap_or_default();
        let policies = role.role_policy_list.unwrap_or_default().into_iter();
        let policies = policies.filter_map(|one| Some((one.policy_name?, document(one.policy_document)?)));
        items.extend(policies.map(|(policy, text)| live(&name, &policy, text)));
    }
    Ok(Answer::Page { items, next })
}

fn live(role: &str, name: &str, policy: String) -> Live {
    let id = format!("{role}:{name}");
    let attributes = RolePolicy {
        id: Some(id.clone()),
        name: Some(name.to_owned()),
        policy: Some(policy),
        role: Some(role.to_owned()),
        ..RolePolicy::default()
    };
    Told::default().live(&id, attributes.to_object(), State::Ready)
}

async fn read(site: &Site, role: &str, name: &str) -> Result<Option<Live>, Fault> {
    let asked = site.iam().get_role_policy().role_name(role).policy_name(name);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let told = answered.and_then(|answered| document(Some(answered.policy_document)));
    Ok(told.map(|policy| live(role, name, policy)))
}

async fn put(site: &Site, role: &str, name: &str, policy: &str) -> Result<(), Fault> {
    let asked = site.iam().put_role_policy().role_name(role).policy_name(name).policy_document(policy);
    asked.send().await.fault(Effect::Maybe).map(drop)
}

async fn create(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = RolePolicy::from_object(attributes).map_err(shape)?;
    let (role, name) = (wanted.role.unwrap_or_default(), wanted.name.unwrap_or_default());
    if read(site, &role, &name).await?.is_some() {
        let text = format!("the role {role} has a policy {name} already");
        return Err(Fault::new(FaultKind::Conflict, text));
    }
    let policy = wanted.policy.unwrap_or_default();
    put(site, &role, &name, &policy).await?;
    Ok(Answer::Object(live(&role, &name, policy)))
}
