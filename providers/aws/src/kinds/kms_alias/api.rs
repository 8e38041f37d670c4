//! The API half of `aws_kms_alias`.
//!
//! One paged call tells all aliases of a region, and no other call tells one.

use std::sync::Arc;

use aws_sdk_kms::types::AliasListEntry;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Live, Name, Object, State, Value,
};

use super::{Alias, KIND};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, found, kms, none_of_its_calls,
    object_or_absent, shape,
};

/// The largest page.
const PAGE: i32 = 100;

/// The most aliases that are read together: all, as they are read by listing.
const MOST: usize = 10_000;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => {
                let (items, next) = list(&site, page.map(|page| page.to_string())).await?;
                Ok(Answer::Page { items, next: next.map(Name::from) })
            }
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, .. } => create(&site, &attributes).await,
            Action::Update { native_id, changes, .. } => {
                if let Some(Some(key)) = becomes::<String>(&KIND, &changes, "target_key_id") {
                    let asked = site.kms().update_alias().alias_name(&*native_id).target_key_id(key);
                    asked.send().await.fault(Effect::Maybe)?;
                }
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Delete { native_id, .. } => {
                let asked = site.kms().delete_alias().alias_name(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

/// A page of the aliases that name a key; those of AWS's own keys are nobody's.
async fn list(site: &Site, page: Option<String>) -> Result<(Vec<Live>, Option<String>), Fault> {
    let asked = site.kms().list_aliases().limit(PAGE).set_marker(page);
    let answered = asked.send().await.fault(Effect::None)?;
    let items = answered.aliases.unwrap_or_default().into_iter().filter_map(live).collect();
    Ok((items, answered.next_marker.filter(|_| answered.truncated)))
}

fn live(alias: AliasListEntry) -> Option<Live> {
    let name = alias.alias_name.filter(|name| !name.starts_with(kms::OF_AWS))?;
    let (arn, key) = (alias.alias_arn?, alias.target_key_id?);
    let attributes = Alias {
        target_key_arn: arn.strip_suffix(&name).map(|place| format!("{place}key/{key}")),
        arn: Some(arn),
        id: Some(name.clone()),
        name: Some(name.clone()),
        target_key_id: Some(key),
        ..Alias::default()
    };
    Some(Told::default().live(&name, attributes.to_object(), State::Ready))
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let describe = async |names: Vec<String>| {
        let (mut found, mut page) = (Vec::new(), None);
        loop {
            let (items, next) = list(site, page).await?;
            found.extend(items.into_iter().filter(|live| names.iter().any(|name| **name == *live.native_id)));
            page = next;
            if page.is_none() || found.len() == names.len() {
                return Ok(found);
            }
        }
    };
    site.together(KIND.name, name, MOST, describe).await
}

async fn create(site: &Site, attributes: &Object) -> Result<Answer, Fault> {
    let wanted = Alias::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default();
    if name.starts_with(kms::OF_AWS) {
        let text = format!("`{name}` begins like the names of AWS's own keys");
        return Err(Fault::new(FaultKind::Invalid, text));
    }
    let asked = site.kms().create_alias().alias_name(&name).set_target_key_id(wanted.target_key_id);
    asked.customize().config_override(kms::once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&name, "seen", 0))
}
