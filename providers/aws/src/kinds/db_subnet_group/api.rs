//! The API half of `aws_db_subnet_group`. The native id is the name. Tags are told for one group at a time.

use std::sync::Arc;

use aws_sdk_rds::types::DbSubnetGroup as Group;
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Object, Owner, State, Value,
};

use super::{DbSubnetGroup, KIND};
use crate::api::rds::{PAGE, once, set_tags, tag, tags_of, update_tags};
use crate::api::side_by_side::side_by_side;
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, merged, none_of_its_calls,
    object_or_absent, shape, tags,
};

/// What RDS wants and a spec may leave out: the default of the table.
const DESCRIPTION: &str = "Managed by Terraform";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => match attributes.get("name").and_then(Value::as_str) {
                Some(name) => Ok(Answer::Found(read(&site, name).await?.into_iter().collect())),
                None => Err(Fault::new(FaultKind::Invalid, "a subnet group needs a name")),
            },
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.rds().delete_db_subnet_group().db_subnet_group_name(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &must_read(&site, &native_id).await?, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.rds().describe_db_subnet_groups().max_records(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.marker.filter(|marker| !marker.is_empty()).map(Name::from);
    let groups = answered.db_subnet_groups.unwrap_or_default().into_iter();
    let known =
        groups.filter(|group| interest.knows(group.db_subnet_group_name.as_deref().unwrap_or_default()));
    let calls = known.map(|group| async move { absent_is_none(with_tags(site, group).await) });
    let items = side_by_side(calls.collect()).await?;
    // One that is deleted meanwhile is no longer there.
    Ok(Answer::Page { items: items.into_iter().flatten().collect(), next })
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let asked = site.rds().describe_db_subnet_groups().db_subnet_group_name(name);
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let group = answered.and_then(|answered| answered.db_subnet_groups).and_then(|mut groups| groups.pop());
    match group {
        Some(group) => absent_is_none(with_tags(site, group).await),
        None => Ok(None),
    }
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    let missing = || Fault::new(FaultKind::NotFound, format!("there is no subnet group {name}"));
    read(site, name).await?.ok_or_else(missing)
}

async fn with_tags(site: &Site, group: Group) -> Result<Live, Fault> {
    let told = Told::of(tags_of(site, group.db_subnet_group_arn.as_deref()).await?);
    Ok(live(group, told))
}

fn live(group: Group, told: Told) -> Live {
    let name = group.db_subnet_group_name.unwrap_or_default();
    let subnets = group.subnets.unwrap_or_default().into_iter();
    let attributes = DbSubnetGroup {
        arn: group.db_subnet_group_arn,
        description: group.db_subnet_group_description,
        id: Some(name.clone()),
        name: Some(name.clone()),
        subnet_ids: Some(subnets.filter_map(|subnet| subnet.subnet_identifier).collect()),
        supported_network_types: group.supported_network_types.map(FromIterator::from_iter),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        vpc_id: group.vpc_id,
        ..DbSubnetGroup::default()
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = DbSubnetGroup::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default().to_lowercase();
    let marks = tags::all(wanted.tags.as_ref(), owner, token);
    let asked = site
        .rds()
        .create_db_subnet_group()
        .db_subnet_group_name(&name)
        .db_subnet_group_description(wanted.description.unwrap_or_else(|| DESCRIPTION.to_owned()))
        .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter))
        .set_tags(Some(marks.iter().cloned().map(tag).collect()));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    // The answer tells all of it but the tags, which are those that were given.
    match answered.db_subnet_group {
        Some(group) => Ok(Answer::Object(live(group, Told::of(marks)))),
        None => Ok(accepted(&name, "create", 0)),
    }
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    if changes.names().any(|field| matches!(&**field, "description" | "subnet_ids")) {
        let description = becomes::<String>(&KIND, changes, "description").flatten();
        let wanted = DbSubnetGroup::from_object(&merged(live.attributes.clone(), changes)).map_err(shape)?;
        let asked = site
            .rds()
            .modify_db_subnet_group()
            .db_subnet_group_name(name)
            .set_db_subnet_group_description(description)
            .set_subnet_ids(wanted.subnet_ids.map(Vec::from_iter));
        asked.send().await.fault(Effect::Maybe)?;
    }
    update_tags(site, &live, becomes(&KIND, changes, "tags")).await?;
    Ok(object_or_absent(read(site, name).await?))
}
