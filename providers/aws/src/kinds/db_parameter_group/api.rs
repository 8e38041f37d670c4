//! The API half of `aws_db_parameter_group`. The native id is the name.
//!
//! A creation takes no parameters: they follow. Parameters and tags are told for one group at a time.

use std::sync::Arc;

use aws_sdk_rds::types::{ApplyMethod, DbParameterGroup as Group, Parameter as Setting};
use relight_contract::{
    Action, Answer, Answering, Block, Blocks, Fault, Interest, Live, Name, Object, Owner, State,
};

use super::{DbParameterGroup, KIND, Parameter};
use crate::api::rds::{PAGE, once, set_tags, tag, tags_of, update_tags};
use crate::api::side_by_side::side_by_side;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, found, given, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

/// The most parameters of one call. Source: Amazon RDS API reference, `ModifyDBParameterGroup`.
const MOST_PARAMETERS: usize = 20;

/// What RDS wants and a spec may leave out: the default of the table.
const DESCRIPTION: &str = "Managed by Terraform";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, .. } => {
                let name = given(&attributes, "name", "a parameter group needs a name")?;
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_parameter_groups().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.marker);
    let groups = answered.db_parameter_groups.unwrap_or_default().into_iter();
    let known =
        groups.filter(|group| interest.knows(group.db_parameter_group_name.as_deref().unwrap_or_default()));
    let calls = known.map(|group| async move { absent_is_none(live(site, group, interest).await) });
    let items = side_by_side(calls.collect()).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let asked = site.rds().describe_db_parameter_groups().db_parameter_group_name(name);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let groups = answered.and_then(|answered| answered.db_parameter_groups);
    match groups.and_then(|mut groups| groups.pop()) {
        Some(group) => absent_is_none(live(site, group, &Interest::default()).await),
        None => Ok(None),
    }
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("parameter group", name))
}

async fn live(site: &Site, group: Group, interest: &Interest) -> Result<Live, Fault> {
    let told = Told::of(tags_of(site, group.db_parameter_group_arn.as_deref()).await?);
    let name = group.db_parameter_group_name.unwrap_or_default();
    let parameters = match interest.wants(&["parameter"]) {
        true => Some(Blocks(parameters(site, &name).await?)),
        false => None,
    };
    let attributes = DbParameterGroup {
        arn: group.db_parameter_group_arn,
        description: group.description,
        family: group.db_parameter_group_family,
        id: Some(name.clone()),
        name: Some(name.clone()),
        parameter: parameters,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        ..DbParameterGroup::default()
    };
    Ok(told.live(&name, attributes.to_object(), State::Ready))
}

/// The parameters that somebody set.
async fn parameters(site: &Site, group: &str) -> Result<Vec<Parameter>, Fault> {
    let (mut parameters, mut next) = (Vec::new(), None);
    loop {
        let asked = site.rds().describe_db_parameters().db_parameter_group_name(group).source("user");
        let told = asked.max_records(PAGE).set_marker(next).send().await.fault(Effect::None)?;
        parameters.extend(told.parameters.unwrap_or_default().into_iter().map(|told| Parameter {
            apply_method: told.apply_method.map(|method| method.as_str().to_owned()),
            name: told.parameter_name,
            value: told.parameter_value,
        }));
        next = told.marker.filter(|marker| !marker.is_empty());
        if next.is_none() {
            return Ok(parameters);
        }
    }
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DbParameterGroup::from_object(attributes).map_err(shape)?;
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag);
    let name = wanted.name.unwrap_or_default().to_lowercase();
    let asked = site
        .rds()
        .create_db_parameter_group()
        .db_parameter_group_name(&name)
        .set_db_parameter_group_family(wanted.family)
        .description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
        .set_tags(Some(marks.collect()));
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&name, "parameters", 0))
}

/// Goes on with a creation: sets the parameters that are not yet as they are to be.
async fn settle(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, name).await? else { return Ok(Answer::Absent) };
    let wanted = DbParameterGroup::from_object(attributes).map_err(shape)?;
    match set_parameters(site, &live, wanted.parameter).await? {
        true => Ok(object_or_absent(read(site, name).await?)),
        false => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    if let Some(wanted) = becomes::<Blocks<Parameter>>(&KIND, changes, "parameter") {
        set_parameters(site, &live, wanted).await?;
    }
    update_tags(site, &live, changes).await?;
    Ok(object_or_absent(read(site, name).await?))
}

fn method(parameter: &Parameter) -> &str {
    parameter.apply_method.as_deref().unwrap_or("immediate")
}

/// Sets the parameters that differ, and gives those that are not wanted their default back. False when there was nothing
/// to do.
async fn set_parameters(site: &Site, live: &Live, wanted: Option<Blocks<Parameter>>) -> Result<bool, Fault> {
    let wanted = wanted.map(|blocks| blocks.0).unwrap_or_default();
    let told = DbParameterGroup::from_object(&live.attributes).map_err(shape)?;
    let told = told.parameter.map(|blocks| blocks.0).unwrap_or_default();
    let same =
        |a: &Parameter, b: &Parameter| a.name == b.name && a.value == b.value && method(a) == method(b);
    let set: Vec<_> = wanted.iter().filter(|one| !told.iter().any(|other| same(one, other))).collect();
    let reset: Vec<_> =
        told.iter().filter(|one| !wanted.iter().any(|other| other.name == one.name)).collect();
    for part in set.chunks(MOST_PARAMETERS) {
        let asked = site.rds().modify_db_parameter_group().db_parameter_group_name(&*live.native_id);
        let part = part.iter().map(|one| setting(one, one.value.clone())).collect();
        asked.set_parameters(Some(part)).send().await.fault(Effect::Maybe)?;
    }
    for part in reset.chunks(MOST_PARAMETERS) {
        let asked = site.rds().reset_db_parameter_group().db_parameter_group_name(&*live.native_id);
        let part = part.iter().map(|one| setting(one, None)).collect();
        asked.reset_all_parameters(false).set_parameters(Some(part)).send().await.fault(Effect::Maybe)?;
    }
    Ok(!set.is_empty() || !reset.is_empty())
}

fn setting(parameter: &Parameter, value: Option<String>) -> Setting {
    Setting::builder()
        .set_parameter_name(parameter.name.clone())
        .set_parameter_value(value)
        .apply_method(ApplyMethod::from(method(parameter)))
        .build()
}

async fn delete(site: &Site, name: &str, attributes: &Object) -> Result<Answer, Fault> {
    let how = DbParameterGroup::from_object(attributes).map_err(shape)?;
    if how.skip_destroy != Some(true) {
        let asked = site.rds().delete_db_parameter_group().db_parameter_group_name(name);
        absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    }
    Ok(Answer::Absent)
}
