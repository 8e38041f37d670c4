//! The API half of `aws_backup_selection`.
//!
//! The native id is Terraform's for an import: the plan's id, a bar, the selection's id.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_backup::types as sdk;
use relight_contract::{
    Action, Answer, Answering, Block, Blocks, Fault, FaultKind, Interest, Live, Name, Object, State, Value,
};

use super::{Comparison, Condition, Selection, SelectionTag};
use crate::api::backup::PAGE;
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, found, incomplete, made, next, none_of_its_calls,
    object_or_absent, shape,
};

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { under, page, interest, .. } => {
                let plan = under.unwrap_or_default();
                let (items, next) = list(&site, &plan, page.as_deref(), &interest).await?;
                Ok(Answer::Page { items, next })
            }
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                let (plan, id) = parts(&native_id)?;
                Ok(object_or_absent(read(&site, plan, id).await?))
            }
            Action::Find { attributes, .. } => {
                let text = |name: &str| attributes.get(name).and_then(Value::as_str).unwrap_or_default();
                let live = find(&site, text("plan_id"), text("name")).await?;
                Ok(found(live))
            }
            Action::Create { attributes, token, .. } => create(&site, &attributes, &token).await,
            Action::Delete { native_id, .. } => {
                let (plan, id) = parts(&native_id)?;
                let asked = site.backup().delete_backup_selection().backup_plan_id(plan).selection_id(id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Update { .. } | Action::Claim { .. } | Action::Perform { .. } | Action::LookUp { .. } => {
                Err(none_of_its_calls(&action))
            }
        }
    })
}

fn parts(id: &str) -> Result<(&str, &str), Fault> {
    let wrong = || Fault::new(FaultKind::Invalid, format!("`{id}` is not `PLAN|SELECTION`"));
    id.split_once('|').ok_or_else(wrong)
}

async fn members(
    site: &Site,
    plan: &str,
    page: Option<&str>,
) -> Result<(Vec<sdk::BackupSelectionsListMember>, Option<Name>), Fault> {
    let asked = site.backup().list_backup_selections().backup_plan_id(plan).max_results(PAGE);
    let answered = asked.set_next_token(page.map(str::to_owned)).send().await.fault(Effect::None);
    // A plan that is gone has no selections.
    let Some(answered) = absent_is_none(answered)? else { return Ok((Vec::new(), None)) };
    let next = next(answered.next_token);
    Ok((answered.backup_selections_list.unwrap_or_default(), next))
}

async fn list(
    site: &Site,
    plan: &str,
    page: Option<&str>,
    interest: &Interest,
) -> Result<(Vec<Live>, Option<Name>), Fault> {
    let (members, next) = members(site, plan, page).await?;
    let is_wanted = interest.wants(&["condition", "not_resources", "resources", "selection_tag"]);
    let items = each(members, |member| async move {
        let id = member.selection_id.unwrap_or_default();
        if is_wanted {
            return read(site, plan, &id).await;
        }
        let brief = Selection {
            iam_role_arn: member.iam_role_arn,
            name: member.selection_name,
            ..Selection::default()
        };
        Ok(Some(live(plan, &id, brief)))
    });
    Ok((items.await?.into_iter().flatten().collect(), next))
}

async fn find(site: &Site, plan: &str, name: &str) -> Result<Option<Live>, Fault> {
    let mut page: Option<Name> = None;
    loop {
        let (members, next) = members(site, plan, page.as_deref()).await?;
        let found = members.into_iter().find(|member| member.selection_name.as_deref() == Some(name));
        match (found.and_then(|member| member.selection_id), next) {
            (Some(id), _) => return read(site, plan, &id).await,
            (None, None) => return Ok(None),
            (None, next) => page = next,
        }
    }
}

async fn read(site: &Site, plan: &str, id: &str) -> Result<Option<Live>, Fault> {
    let asked = site.backup().get_backup_selection().backup_plan_id(plan).selection_id(id);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    Ok(answered.and_then(|answered| answered.backup_selection).map(|told| live(plan, id, selection(told))))
}

fn live(plan: &str, id: &str, told: Selection) -> Live {
    let attributes = Selection { id: Some(id.to_owned()), plan_id: Some(plan.to_owned()), ..told };
    Told::default().live(&format!("{plan}|{id}"), attributes.to_object(), State::Ready)
}

fn selection(told: sdk::BackupSelection) -> Selection {
    let set = |items: Option<Vec<String>>| items.map(BTreeSet::from_iter);
    let tags = told.list_of_tags.unwrap_or_default().into_iter().map(|tag| SelectionTag {
        key: Some(tag.condition_key),
        type_: Some(tag.condition_type.as_str().to_owned()),
        value: Some(tag.condition_value),
    });
    Selection {
        condition: told.conditions.map(read_condition),
        iam_role_arn: Some(told.iam_role_arn),
        name: Some(told.selection_name),
        not_resources: set(told.not_resources),
        resources: set(told.resources),
        selection_tag: Some(Blocks(tags.collect())),
        ..Selection::default()
    }
}

/// No conditions are no block.
fn read_condition(told: sdk::Conditions) -> Blocks<Condition> {
    let read = |items: Option<Vec<sdk::ConditionParameter>>| {
        let items = items.filter(|items| !items.is_empty())?.into_iter();
        let items = items.map(|item| Comparison { key: item.condition_key, value: item.condition_value });
        Some(Blocks(items.collect()))
    };
    let condition = Condition {
        string_equals: read(told.string_equals),
        string_like: read(told.string_like),
        string_not_equals: read(told.string_not_equals),
        string_not_like: read(told.string_not_like),
    };
    Blocks(if condition == Condition::default() { Vec::new() } else { vec![condition] })
}

fn write_condition(blocks: Blocks<Condition>) -> Option<sdk::Conditions> {
    let write = |blocks: Option<Blocks<Comparison>>| {
        let one = |block: Comparison| {
            let built = sdk::ConditionParameter::builder().set_condition_key(block.key);
            built.set_condition_value(block.value).build()
        };
        blocks.map(|blocks| blocks.0.into_iter().map(one).collect())
    };
    let condition = blocks.0.into_iter().next()?;
    Some(
        sdk::Conditions::builder()
            .set_string_equals(write(condition.string_equals))
            .set_string_like(write(condition.string_like))
            .set_string_not_equals(write(condition.string_not_equals))
            .set_string_not_like(write(condition.string_not_like))
            .build(),
    )
}

/// The token makes it safe to create it again; a name that is taken is looked for first.
async fn create(site: &Site, attributes: &Object, token: &str) -> Result<Answer, Fault> {
    let wanted = Selection::from_object(attributes).map_err(shape)?;
    let (plan, name) = (wanted.plan_id.unwrap_or_default(), wanted.name.unwrap_or_default());
    if find(site, &plan, &name).await?.is_some() {
        let text = format!("the plan {plan} has a selection {name} already");
        return Err(Fault::new(FaultKind::Conflict, text));
    }
    let tags = wanted.selection_tag.map(|tags| tags.0).unwrap_or_default().into_iter().map(|tag| {
        sdk::Condition::builder()
            .set_condition_key(tag.key)
            .set_condition_type(tag.type_.as_deref().map(sdk::ConditionType::from))
            .set_condition_value(tag.value)
            .build()
    });
    let selection = sdk::BackupSelection::builder()
        .selection_name(&name)
        .set_iam_role_arn(wanted.iam_role_arn)
        .set_resources(wanted.resources.map(Vec::from_iter))
        .set_not_resources(wanted.not_resources.map(Vec::from_iter))
        .set_list_of_tags(Some(tags.collect::<Result<_, _>>().map_err(incomplete)?))
        .set_conditions(wanted.condition.and_then(write_condition))
        .build()
        .map_err(incomplete)?;
    let asked = site.backup().create_backup_selection().backup_plan_id(&plan).backup_selection(selection);
    let id = asked.creator_request_id(token).send().await.fault(Effect::Maybe)?.selection_id;
    Ok(accepted(&format!("{plan}|{}", made(id, "a selection")?), "seen", 0))
}
