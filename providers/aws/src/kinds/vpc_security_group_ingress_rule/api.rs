//! The API half of `aws_vpc_security_group_ingress_rule`, and of its twin for outgoing traffic.
//!
//! A rule is changed in place as long as its peer stays of one sort; a peer of another sort makes a new rule, with the
//! tags of the old one, whose place it takes.

use std::sync::Arc;

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroupRule as Described,
    SecurityGroupRuleRequest, SecurityGroupRuleUpdate, TagSpecification, UserIdGroupPair,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Kind, Live, Name, Object, Owner, State, Value,
};

use super::{IngressRule as Rule, KIND};
use crate::api::ec2::{
    MOST_FILTERED, filter, intended, marks, once, owned, pairs, set_tags, tag, update_tags,
};
use crate::api::{
    Effect, FaultOf, Site, Told, absent_is_none, accepted, int, made, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

/// The largest page.
const PAGE: i32 = 1000;

/// What a poll does: it looks whether a new rule is told already.
const SEEN: &str = "seen";

/// Which traffic the rules of a kind are for. Both kinds have the same fields.
#[derive(Clone, Copy)]
pub(crate) struct Direction {
    /// The kind.
    pub(crate) kind: &'static Kind,
    /// Whether its rules are for outgoing traffic.
    pub(crate) is_egress: bool,
}

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    rule(site, action, Direction { kind: &KIND, is_egress: false })
}

/// Makes the calls of one action of a rule.
pub(crate) fn rule(site: Arc<Site>, action: Action, way: Direction) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, way, page).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, way, &native_id).await?))
            }
            Action::Find { token, .. } => {
                let asked = site.ec2().describe_security_group_rules().filters(intended(&token));
                let answered = asked.send().await.fault(Effect::None)?;
                Ok(Answer::Found(all(&site, way, answered.security_group_rules).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, way, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, way, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                if let Some(live) = read(&site, way, &native_id).await? {
                    revoke(&site, way, group_of(&live), &native_id).await?;
                }
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                set_tags(&site, &native_id, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, way, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, way: Direction, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.ec2().describe_security_group_rules().filters(owned()).max_results(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let items = all(site, way, answered.security_group_rules).await?;
    Ok(Answer::Page { items, next: next(answered.next_token) })
}

async fn read(site: &Site, way: Direction, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids| {
        let asked = site.ec2().describe_security_group_rules();
        let asked = asked.filters(filter("security-group-rule-id", ids));
        all(site, way, asked.send().await.fault(Effect::None)?.security_group_rules).await
    };
    site.together(way.kind.name, id, MOST_FILTERED, describe).await
}

/// The rules of one direction: a list cannot be asked for it.
async fn all(site: &Site, way: Direction, rules: Option<Vec<Described>>) -> Result<Vec<Live>, Fault> {
    let mut items = Vec::new();
    for rule in rules.unwrap_or_default() {
        if rule.is_egress.unwrap_or_default() == way.is_egress {
            items.push(live(site, rule).await?);
        }
    }
    Ok(items)
}

async fn live(site: &Site, rule: Described) -> Result<Live, Fault> {
    let id = rule.security_group_rule_id.unwrap_or_default();
    let arn = match rule.security_group_rule_arn {
        Some(arn) => arn,
        None => site.arn("ec2", &format!("security-group-rule/{id}")).await?,
    };
    let told = Told::of(pairs(rule.tags));
    let owner = match rule.group_owner_id {
        Some(owner) => owner,
        None => site.account().await?.to_owned(),
    };
    let peer = rule.referenced_group_info.and_then(|peer| {
        let foreign = peer.user_id.filter(|user| !user.is_empty() && *user != owner);
        let prefix = foreign.map(|user| format!("{user}/")).unwrap_or_default();
        Some(format!("{prefix}{}", peer.group_id?))
    });
    let attributes = Rule {
        arn: Some(arn),
        cidr_ipv4: rule.cidr_ipv4,
        cidr_ipv6: rule.cidr_ipv6,
        description: rule.description.filter(|text| !text.is_empty()),
        from_port: rule.from_port.map(i64::from),
        id: Some(id.clone()),
        ip_protocol: rule.ip_protocol,
        prefix_list_id: rule.prefix_list_id,
        referenced_security_group_id: peer,
        security_group_id: rule.group_id,
        security_group_rule_id: Some(id.clone()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        to_port: rule.to_port.map(i64::from),
    };
    Ok(told.live(&id, attributes.to_object(), State::Ready))
}

fn group_of(live: &Live) -> &str {
    live.get("security_group_id").and_then(Value::as_str).unwrap_or_default()
}

/// The account and the id of a group: that of another account is `account/group`.
fn parts(group: &str) -> (Option<String>, &str) {
    match group.split_once('/') {
        Some((account, group)) => (Some(account.to_owned()), group),
        None => (None, group),
    }
}

fn permission(rule: Rule) -> Result<IpPermission, Fault> {
    let text = rule.description;
    let v4 = |cidr| IpRange::builder().cidr_ip(cidr).set_description(text.clone()).build();
    let v6 = |cidr| Ipv6Range::builder().cidr_ipv6(cidr).set_description(text.clone()).build();
    let list = |id| PrefixListId::builder().prefix_list_id(id).set_description(text.clone()).build();
    let group = |id: String| {
        let (account, group) = parts(&id);
        let pair = UserIdGroupPair::builder().set_user_id(account).group_id(group);
        pair.set_description(text.clone()).build()
    };
    let permission = IpPermission::builder()
        .set_ip_protocol(rule.ip_protocol)
        .set_from_port(int(rule.from_port)?)
        .set_to_port(int(rule.to_port)?)
        .set_ip_ranges(rule.cidr_ipv4.map(|cidr| vec![v4(cidr)]))
        .set_ipv6_ranges(rule.cidr_ipv6.map(|cidr| vec![v6(cidr)]))
        .set_prefix_list_ids(rule.prefix_list_id.map(|id| vec![list(id)]))
        .set_user_id_group_pairs(rule.referenced_security_group_id.map(|id| vec![group(id)]));
    Ok(permission.build())
}

async fn create(
    site: &Site,
    way: Direction,
    attributes: &Object,
    owner: &Owner,
    token: &str,
) -> Result<Answer, Fault> {
    let wanted = Rule::from_object(attributes).map_err(shape)?;
    let marked = marks(ResourceType::SecurityGroupRule, wanted.tags.as_ref(), owner, token);
    let id = authorize(site, way, wanted, marked).await?;
    Ok(accepted(&id, SEEN, 0))
}

/// Adds a rule, and gives its id.
async fn authorize(
    site: &Site,
    way: Direction,
    wanted: Rule,
    marked: TagSpecification,
) -> Result<String, Fault> {
    let group = wanted.security_group_id.clone();
    let permission = permission(wanted)?;
    let rules = match way.is_egress {
        true => {
            let asked = site.ec2().authorize_security_group_egress().set_group_id(group);
            let asked = asked.ip_permissions(permission).tag_specifications(marked);
            let answered = asked.customize().config_override(once()).send().await;
            answered.fault(Effect::Maybe)?.security_group_rules
        }
        false => {
            let asked = site.ec2().authorize_security_group_ingress().set_group_id(group);
            let asked = asked.ip_permissions(permission).tag_specifications(marked);
            let answered = asked.customize().config_override(once()).send().await;
            answered.fault(Effect::Maybe)?.security_group_rules
        }
    };
    let id = rules.unwrap_or_default().into_iter().find_map(|rule| rule.security_group_rule_id);
    made(id, "a rule")
}

async fn revoke(site: &Site, way: Direction, group: &str, id: &str) -> Result<(), Fault> {
    let answered = match way.is_egress {
        true => {
            let asked = site.ec2().revoke_security_group_egress().group_id(group);
            asked.security_group_rule_ids(id).send().await.fault(Effect::Maybe).map(drop)
        }
        false => {
            let asked = site.ec2().revoke_security_group_ingress().group_id(group);
            asked.security_group_rule_ids(id).send().await.fault(Effect::Maybe).map(drop)
        }
    };
    absent_is_none(answered)?;
    Ok(())
}

/// The fields that name a peer; a rule has exactly one.
const PEERS: &[&str] = &["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];

/// The field that names the peer.
fn sort_of_peer(rule: &Object) -> Option<&'static str> {
    PEERS.iter().find(|name| rule.get(name).is_some_and(|peer| !peer.is_null())).copied()
}

async fn update(site: &Site, way: Direction, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, way, id).await?.ok_or_else(|| missing("rule", id))?;
    update_tags(site, id, &live, changes).await?;
    let mut of_rule = changes.clone();
    of_rule.remove("tags");
    if of_rule.is_empty() {
        return Ok(object_or_absent(read(site, way, id).await?));
    }
    // A peer that is named takes the place of the old one, whether the changes take that one out or not.
    let named = sort_of_peer(&of_rule);
    let mut wanted = live.attributes.clone();
    wanted.retain(|name, _| named.is_none() || !PEERS.contains(&&**name));
    let wanted = merged(wanted, &of_rule);
    if sort_of_peer(&wanted) != sort_of_peer(&live.attributes) {
        return supersede(site, way, &live, &wanted).await;
    }
    modify(site, &live, Rule::from_object(&wanted).map_err(shape)?).await?;
    Ok(object_or_absent(read(site, way, id).await?))
}

async fn modify(site: &Site, live: &Live, wanted: Rule) -> Result<(), Fault> {
    let group = wanted.referenced_security_group_id;
    let request = SecurityGroupRuleRequest::builder()
        .set_ip_protocol(wanted.ip_protocol)
        .set_from_port(int(wanted.from_port)?)
        .set_to_port(int(wanted.to_port)?)
        .set_cidr_ipv4(wanted.cidr_ipv4)
        .set_cidr_ipv6(wanted.cidr_ipv6)
        .set_prefix_list_id(wanted.prefix_list_id)
        .set_referenced_group_id(group.map(|group| parts(&group).1.to_owned()))
        .set_description(wanted.description);
    let update = SecurityGroupRuleUpdate::builder()
        .security_group_rule_id(&*live.native_id)
        .security_group_rule(request.build());
    let asked = site.ec2().modify_security_group_rules().group_id(group_of(live));
    asked.security_group_rules(update.build()).send().await.fault(Effect::Maybe)?;
    Ok(())
}

/// Puts a new rule into the place of one whose peer is of another sort. The new one carries the same tags, so that it is
/// known when the call is made again after a cut: then only the old one is left to be taken away.
async fn supersede(site: &Site, way: Direction, live: &Live, wanted: &Object) -> Result<Answer, Fault> {
    let old = filter("security-group-rule-id", [live.native_id.to_string()]);
    let answered =
        site.ec2().describe_security_group_rules().filters(old).send().await.fault(Effect::None)?;
    let told = answered.security_group_rules.unwrap_or_default().into_iter().next();
    let marks: Vec<_> = pairs(told.and_then(|rule| rule.tags)).collect();
    let owner = marks.iter().find(|(key, _)| key == crate::AWS.tags.owner).map(|(_, value)| value.clone());
    let Some(owner) = owner else {
        let text =
            format!("{} carries no owner tag that a rule in its place could take over", live.native_id);
        return Err(Fault::new(FaultKind::Conflict, text));
    };
    let of_owner = filter(format!("tag:{}", crate::AWS.tags.owner), [owner]);
    let in_group = filter("group-id", [group_of(live).to_owned()]);
    let asked = site.ec2().describe_security_group_rules().filters(of_owner).filters(in_group);
    let answered = asked.send().await.fault(Effect::None)?;
    let others = all(site, way, answered.security_group_rules).await?;
    let made_before = others.into_iter().find(|other| {
        other.native_id != live.native_id && sort_of_peer(&other.attributes) == sort_of_peer(wanted)
    });
    let new = match made_before {
        Some(other) => other.native_id.to_string(),
        None => {
            let marked = TagSpecification::builder()
                .resource_type(ResourceType::SecurityGroupRule)
                .set_tags(Some(marks.into_iter().map(tag).collect()));
            authorize(site, way, Rule::from_object(wanted).map_err(shape)?, marked.build()).await?
        }
    };
    revoke(site, way, group_of(live), &live.native_id).await?;
    Ok(accepted(&new, SEEN, 0))
}
