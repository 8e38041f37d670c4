//! The API half of `aws_iam_role_policy_attachment`.
//!
//! The native id is the role's name, a slash, the policy's ARN.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relight_contract::{Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State};

use super::{KIND, RolePolicyAttachment};
use crate::api::iam::{self, PAGE};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, found, none_of_its_calls, object_or_absent, shape,
};

/// The most attachments that are read together.
const MOST: usize = 100;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let (role, policy) = key(&attributes)?;
                let live = read(&site, &format!("{role}/{policy}")).await?;
                Ok(found(live))
            }
            Action::Create { attributes, .. } => {
                let (role, policy) = key(&attributes)?;
                let asked = site.iam().attach_role_policy().role_name(&role).policy_arn(&policy);
                asked.send().await.fault(Effect::Maybe)?;
                Ok(Answer::Object(live(&role, &policy)))
            }
            Action::Delete { native_id, .. } => {
                let (role, policy) = parts(&native_id)?;
                let asked = site.iam().detach_role_policy().role_name(role).policy_arn(policy);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Update { .. }
            | Action::Claim { .. }
            | Action::Perform { .. }
            | Action::Poll { .. }
            | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// The role and the policy of a native id: no name of a role holds a slash.
fn parts(id: &str) -> Result<(&str, &str), Fault> {
    let wrong = || Fault::new(FaultKind::Invalid, format!("`{id}` is not `ROLE/POLICY-ARN`"));
    id.split_once('/').ok_or_else(wrong)
}

fn key(attributes: &Object) -> Result<(String, String), Fault> {
    let wanted = RolePolicyAttachment::from_object(attributes).map_err(shape)?;
    Ok((wanted.role.unwrap_or_default(), wanted.policy_arn.unwrap_or_default()))
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let (roles, next) = iam::roles(site, page).await?;
    let mut items = Vec::new();
    for role in roles {
        let name = role.role_name.unwrap_or_default();
        let policies = role.attached_managed_policies.unwrap_or_default();
        let arns = policies.into_iter().filter_map(|policy| policy.policy_arn);
        items.extend(arns.map(|policy| live(&name, &policy)));
    }
    Ok(Answer::Page { items, next })
}

fn live(role: &str, policy: &str) -> Live {
    let id = format!("{role}/{policy}");
    let attributes = RolePolicyAttachment {
        id: Some(id.clone()),
        policy_arn: Some(policy.to_owned()),
        role: Some(role.to_owned()),
    };
    Told::default().live(&id, attributes.to_object(), State::Ready)
}

/// Attachments that are asked for together take a call for each role.
async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for id in &ids {
            let (role, policy) = parts(id)?;
            roles.entry(role.to_owned()).or_default().insert(policy.to_owned());
        }
        let told = each(roles, |(role, wanted)| async move { attached(site, &role, &wanted).await });
        Ok(told.await?.into_iter().flatten().collect())
    };
    site.together(KIND.name, id, MOST, describe).await
}

/// Those of the wanted policies that are on a role; none where there is no role.
async fn attached(site: &Site, role: &str, wanted: &BTreeSet<String>) -> Result<Vec<Live>, Fault> {
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let asked = site.iam().list_attached_role_policies().role_name(role).max_items(PAGE);
        let answered = absent_is_none(asked.set_marker(marker).send().await.fault(Effect::None))?;
        let Some(answered) = answered else { return Ok(Vec::new()) };
        let policies = answered.attached_policies.unwrap_or_default();
        let arns = policies.into_iter().filter_map(|policy| policy.policy_arn);
        found.extend(arns.filter(|arn| wanted.contains(arn)).map(|arn| live(role, &arn)));
        marker = answered.marker.filter(|_| answered.is_truncated);
        if marker.is_none() {
            return Ok(found);
        }
    }
}
