//! The API half of `aws_security_group`.
//!
//! `CreateSecurityGroup` takes neither a token nor rules, and EC2 gives a new group a rule that lets everything out. So
//! a creation answers as soon as there is an id, and the rules become the wanted ones when it is polled.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ec2::types::{ResourceType, SecurityGroup as Described};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, Live, Name, Object, Owner, SetOf, State, Typed, Value,
};

use super::{InlineRule, KIND, SecurityGroup};
use crate::api::ec2::{MOST_FILTERED, filter, marks, once, owned, pairs, set_tags, update_tags};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, becomes, given, made, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod rules;

use rules::{Direction, Rules};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll does: it makes the rules of a new group the wanted ones.
const RULES: &str = "rules";

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { attributes, token, .. } => {
                find(&site, &attributes, &token).await.map(Answer::Found)
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Poll { native_id, attributes, .. } => settle(&site, &native_id, &attributes).await,
            Action::Delete { native_id, attributes, .. } => delete(&site, &native_id, &attributes).await,
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_security_groups().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    Ok(Answer::Page { items: all(answered.security_groups), next: next(answered.next_token) })
}

async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_security_groups().filters(filter("group-id", ids));
        Ok(all(asked.max_results(PAGE).send().await.fault(Effect::None)?.security_groups))
    };
    site.together(KIND.name, id, MOST_FILTERED, describe).await
}

/// The group of a name, in its network where the spec names one. What this very attempt made unheard is brought to its
/// end: no attribute asks for the rule of EC2's own to go, so that nobody would ever see that it stayed, and everything
/// be let out for good.
async fn find(site: &Site, attributes: &Object, token: &str) -> Result<Vec<Live>, Fault> {
    let mut found = named(site, attributes).await?;
    for live in &mut found {
        if live.token.as_deref() == Some(token)
            && let Answer::Object(settled) = settle(site, &live.native_id, attributes).await?
        {
            *live = settled;
        }
    }
    Ok(found)
}

async fn named(site: &Site, attributes: &Object) -> Result<Vec<Live>, Fault> {
    let name = given(attributes, "name", "a security group needs a name")?;
    let mut asked = site.ec2().describe_security_groups().filters(filter("group-name", [name.to_owned()]));
    if let Some(vpc) = attributes.get("vpc_id").and_then(Value::as_str) {
        asked = asked.filters(filter("vpc-id", [vpc.to_owned()]));
    }
    Ok(all(asked.send().await.fault(Effect::None)?.security_groups))
}

fn all(groups: Option<Vec<Described>>) -> Vec<Live> {
    groups.unwrap_or_default().into_iter().map(live).collect()
}

fn live(group: Described) -> Live {
    let id = group.group_id.unwrap_or_default();
    let owner = group.owner_id.clone().unwrap_or_default();
    let told = Told::of(pairs(group.tags));
    let inline = |permissions| SetOf(rules::inline(&id, rules::of_permissions(&owner, permissions)));
    let attributes = SecurityGroup {
        arn: group.security_group_arn,
        description: group.description,
        egress: Some(inline(group.ip_permissions_egress)),
        id: Some(id.clone()),
        ingress: Some(inline(group.ip_permissions)),
        name: group.group_name,
        name_prefix: None,
        owner_id: group.owner_id,
        revoke_rules_on_delete: None,
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        timeouts: None,
        vpc_id: group.vpc_id.filter(|vpc| !vpc.is_empty()),
    };
    told.live(&id, attributes.to_object(), State::Ready)
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = SecurityGroup::from_object(attributes).map_err(shape)?;
    let description = wanted.description.filter(|text| !text.is_empty());
    let default =
        becomes::<String>(&KIND, &[("description", Value::NULL)].into_iter().collect(), "description");
    let asked = site
        .ec2()
        .create_security_group()
        .set_group_name(wanted.name)
        .set_description(description.or(default.flatten()))
        .set_vpc_id(wanted.vpc_id)
        .tag_specifications(marks(ResourceType::SecurityGroup, wanted.tags.as_ref(), owner, token));
    let answered = asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(accepted(&made(answered.group_id, "a security group")?, RULES, 0))
}

/// The rules of one direction that an object tells or asks for; `None` where it says nothing of them.
fn rules_of(id: &str, attributes: &Object, direction: Direction) -> Option<Rules> {
    let told = attributes.get(direction.field()).filter(|told| !told.is_null())?;
    let SetOf(inline) = SetOf::<InlineRule>::from_value(told)?;
    Some(rules::of_inline(id, inline))
}

/// Goes on with a creation: makes the rules the wanted ones. What nobody asked to be let out is not.
async fn settle(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
    let mut wanted = BTreeMap::from([(Direction::Egress, Rules::new())]);
    for direction in [Direction::Ingress, Direction::Egress] {
        wanted.extend(rules_of(id, attributes, direction).map(|rules| (direction, rules)));
    }
    match set_rules(site, id, &live, wanted).await? {
        true => Ok(object_or_absent(read(site, id).await?)),
        false => Ok(Answer::Object(live)),
    }
}

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("security group", id))?;
    let mut wanted = BTreeMap::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        wanted.extend(rules_of(id, changes, direction).map(|rules| (direction, rules)));
    }
    set_rules(site, id, &live, wanted).await?;
    update_tags(site, id, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}

/// Makes the rules of a group the wanted ones; whether there was anything to do.
async fn set_rules(
    site: &Site,
    id: &str,
    live: &Live,
    wanted: BTreeMap<Direction, Rules>,
) -> Result<bool, Fault> {
    let mut works = false;
    for (direction, wanted) in wanted {
        let has = rules_of(id, &live.attributes, direction).unwrap_or_default();
        works |= rules::set(site, id, direction, &has, &wanted).await?;
    }
    Ok(works)
}

async fn delete(site: &Site, id: &str, attributes: &Object) -> Result<Answer, Fault> {
    let revokes = attributes.get("revoke_rules_on_delete").and_then(Value::as_bool) == Some(true);
    if revokes {
        let Some(live) = read(site, id).await? else { return Ok(Answer::Absent) };
        let none = [Direction::Ingress, Direction::Egress].map(|direction| (direction, Rules::new()));
        set_rules(site, id, &live, BTreeMap::from(none)).await?;
    }
    let asked = site.ec2().delete_security_group().group_id(id);
    absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(Answer::Absent)
}
