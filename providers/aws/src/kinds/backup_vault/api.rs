//! The API half of `aws_backup_vault`.
//!
//! Vaults are read by listing them: to describe one that does not exist is denied, and not told from a denial.

use std::sync::Arc;

use aws_sdk_backup::types::BackupVaultListMember;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{KIND, Vault};
use crate::api::backup::{PAGE, in_use, marks, once, set_tags, tags_of, update_tags};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, found, missing, none_of_its_calls, object_or_absent,
    shape, tags,
};

/// The most vaults that are read together: all, as they are read by listing.
const MOST: usize = 10_000;

/// How long to wait between two looks at backups that go.
const LOOK_MILLISECONDS: u64 = 5_000;

/// What a poll waits for: the end of a deletion.
const DELETE: &str = "delete";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => {
                let (vaults, next) = page_of(&site, page.map(|page| page.to_string())).await?;
                let items = complete(&site, vaults, &interest).await?;
                Ok(Answer::Page { items, next: next.map(Name::from) })
            }
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Poll { native_id, handle, .. } if *handle == *DELETE => empty(&site, &native_id).await,
            Action::Poll { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => {
                let live = must_read(&site, &native_id).await?;
                update_tags(&site, &live, &changes).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Delete { native_id, attributes, .. } => {
                match attributes.get("force_destroy").and_then(Value::as_bool) {
                    Some(true) => empty(&site, &native_id).await,
                    _ => delete(&site, &native_id).await,
                }
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

async fn page_of(
    site: &Site,
    page: Option<String>,
) -> Result<(Vec<BackupVaultListMember>, Option<String>), Fault> {
    let asked = site.backup().list_backup_vaults().max_results(PAGE).set_next_token(page);
    let answered = asked.send().await.fault(Effect::None)?;
    let next = answered.next_token.filter(|token| !token.is_empty());
    Ok((answered.backup_vault_list.unwrap_or_default(), next))
}

/// The vaults with the tags of those that can be meant.
async fn complete(
    site: &Site,
    vaults: Vec<BackupVaultListMember>,
    interest: &Interest,
) -> Result<Vec<Live>, Fault> {
    each(vaults, |vault| async move {
        let meant = vault.backup_vault_name.as_deref().is_some_and(|name| interest.knows(name));
        let told = match meant {
            true => tags_of(site, vault.backup_vault_arn.as_deref()).await?.unwrap_or_default(),
            false => tags::Told::default(),
        };
        Ok(live(vault, told))
    })
    .await
}

fn live(vault: BackupVaultListMember, told: tags::Told) -> Live {
    let name = vault.backup_vault_name.unwrap_or_default();
    let attributes = Vault {
        arn: vault.backup_vault_arn,
        id: Some(name.clone()),
        kms_key_arn: vault.encryption_key_arn,
        name: Some(name.clone()),
        recovery_points: Some(vault.number_of_recovery_points),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..Vault::default()
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let describe = async |names: Vec<String>| {
        let is_meant = |vault: &BackupVaultListMember| {
            vault.backup_vault_name.as_ref().is_some_and(|name| names.contains(name))
        };
        let (mut found, mut page) = (Vec::new(), None);
        loop {
            let (vaults, next) = page_of(site, page).await?;
            found.extend(vaults.into_iter().filter(is_meant));
            page = next;
            if page.is_none() || found.len() == names.len() {
                return complete(site, found, &Interest::default()).await;
            }
        }
    };
    site.together(KIND.name, name, MOST, describe).await
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("backup vault", name))
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Vault::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default();
    let asked = site
        .backup()
        .create_backup_vault()
        .backup_vault_name(&name)
        .creator_request_id(token)
        .set_encryption_key_arn(wanted.kms_key_arn)
        .set_backup_vault_tags(marks(tags::all(wanted.tags.as_ref(), owner, token)));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&name, "seen", 0))
}

async fn delete(site: &Site, name: &str) -> Result<Answer, Fault> {
    let asked = site.backup().delete_backup_vault().backup_vault_name(name).send().await;
    absent_is_none(asked.fault(Effect::Maybe).map_err(in_use))?;
    Ok(Answer::Absent)
}

/// Deletes a page of the backups in a vault, and once there are none, the vault.
async fn empty(site: &Site, name: &str) -> Result<Answer, Fault> {
    let asked = site.backup().list_recovery_points_by_backup_vault().backup_vault_name(name);
    let answered = absent_is_none(asked.max_results(PAGE).send().await.fault(Effect::None))?;
    let backups = answered.and_then(|answered| answered.recovery_points).unwrap_or_default();
    if backups.is_empty() {
        return delete(site, name).await;
    }
    each(backups, |backup| async move {
        let asked = site.backup().delete_recovery_point().backup_vault_name(name);
        let asked = asked.set_recovery_point_arn(backup.recovery_point_arn).send().await;
        match absent_is_none(asked.fault(Effect::Maybe).map_err(in_use)) {
            // One that is on its way out already.
            Err(fault) if fault.kind == FaultKind::Conflict => Ok(None),
            done => done,
        }
    })
    .await?;
    Ok(accepted(name, DELETE, LOOK_MILLISECONDS))
}
