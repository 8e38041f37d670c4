//! The API half of `aws_backup_plan`.
//!
//! A list tells names and ids; whose a plan is takes a call for each, and its rules another for each that is meant.
//! A change writes the whole plan.

use std::sync::Arc;

use aws_sdk_backup::operation::get_backup_plan::GetBackupPlanOutput;
use relight_contract::{Action, Answer, Answering, Block, Fault, Interest, Live, Name, Object, Owner, State};

use super::Plan;
use crate::api::backup::{PAGE, in_use, marks, set_tags, tags_of, update_tags};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, made, merged, missing, next, none_of_its_calls,
    object_or_absent, shape, tags,
};

mod rule;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => {
                let (items, next) = list(&site, page, &interest).await?;
                Ok(Answer::Page { items, next })
            }
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { token, .. } => find(&site, &token).await.map(Answer::Found),
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.backup().delete_backup_plan().backup_plan_id(&*native_id).send().await;
                absent_is_none(asked.fault(Effect::Maybe).map_err(in_use))?;
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

/// A page of the plans that carry an owner tag, or that memory knows.
async fn list(
    site: &Site,
    page: Option<Name>,
    interest: &Interest,
) -> Result<(Vec<Live>, Option<Name>), Fault> {
    let asked = site.backup().list_backup_plans().max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    let items = each(answered.backup_plans_list.unwrap_or_default(), |plan| async move {
        let Some(told) = tags_of(site, plan.backup_plan_arn.as_deref()).await? else { return Ok(None) };
        let id = plan.backup_plan_id.unwrap_or_default();
        match told.is_owned() || interest.names(&id) {
            true => described(site, &id, Some(told)).await,
            false => Ok(None),
        }
    });
    Ok((items.await?.into_iter().flatten().collect(), next))
}

async fn find(site: &Site, token: &str) -> Result<Vec<Live>, Fault> {
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let (items, next) = list(site, page, &Interest::default()).await?;
        found.extend(items.into_iter().filter(|live| live.token.as_deref() == Some(token)));
        page = next;
        if page.is_none() {
            return Ok(found);
        }
    }
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    described(site, id, None).await
}

async fn must_read(site: &Site, id: &str) -> Result<Live, Fault> {
    read(site, id).await?.ok_or_else(|| missing("backup plan", id))
}

/// A plan, with its tags where they are not known yet. A deleted one is told for a while.
async fn described(site: &Site, id: &str, told: Option<tags::Told>) -> Result<Option<Live>, Fault> {
    let asked = site.backup().get_backup_plan().backup_plan_id(id).send().await.fault(Effect::None);
    let Some(plan) = absent_is_none(asked)?.filter(|plan| plan.deletion_date.is_none()) else {
        return Ok(None);
    };
    let told = match told {
        Some(told) => Some(told),
        None => tags_of(site, plan.backup_plan_arn.as_deref()).await?,
    };
    Ok(told.map(|told| live(plan, told)))
}

fn live(plan: GetBackupPlanOutput, told: tags::Told) -> Live {
    let id = plan.backup_plan_id.unwrap_or_default();
    let read = plan.backup_plan.map(rule::read).unwrap_or_default();
    let attributes = Plan {
        arn: plan.backup_plan_arn,
        id: Some(id.clone()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        version: plan.version_id,
        ..read
    };
    told.live(&id, attributes.to_object(), State::Ready)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = Plan::from_object(attributes).map_err(shape)?;
    let marks = marks(tags::all(wanted.tags.as_ref(), owner, token));
    let asked = site
        .backup()
        .create_backup_plan()
        .backup_plan(rule::write(wanted)?)
        .creator_request_id(token)
        .set_backup_plan_tags(marks);
    let id = asked.send().await.fault(Effect::Maybe)?.backup_plan_id;
    Ok(accepted(&made(id, "a backup plan")?, "seen", 0))
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, id).await?;
    if changes.names().any(|name| &**name != "tags") {
        let wanted = Plan::from_object(&merged(live.attributes.clone(), changes)).map_err(shape)?;
        let asked = site.backup().update_backup_plan().backup_plan_id(id).backup_plan(rule::write(wanted)?);
        asked.send().await.fault(Effect::Maybe)?;
    }
    update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}
