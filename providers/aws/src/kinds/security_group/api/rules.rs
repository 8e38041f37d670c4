//! The rules that a group itself holds, taken apart: one protocol, one range of ports, one peer.
//!
//! A spec may put many peers into one block, and EC2 tells all peers of one range of ports together. Taken apart, both
//! are the same, and what is to be added or taken away is a difference of sets.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};
use relight_contract::Fault;
use relight_contract::canonical::text;
use relight_contract::field::Canonical;

use super::InlineRule;
use crate::api::{Effect, FaultOf, Site, int};

/// Which traffic a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    /// Incoming.
    Ingress,
    /// Outgoing.
    Egress,
}

/// What tells two rules of a group and a direction apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    protocol: String,
    from_port: i64,
    to_port: i64,
    peer: Peer,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Peer {
    V4(String),
    V6(String),
    List(String),
    /// A group, of another account as `account/group`.
    Group(String),
}

/// Rules with what they are for.
pub(super) type Rules = BTreeMap<Rule, Option<String>>;

impl Direction {
    /// The field that holds its rules.
    pub(super) fn field(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }
}

/// The word that EC2 uses for a protocol. Source: Amazon EC2 API reference, `IpPermission`.
fn protocol(given: &str) -> String {
    match given.to_lowercase().as_str() {
        "all" => "-1",
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn rule(protocol: &str, ports: (i64, i64), peer: Peer) -> Rule {
    // Rules for all protocols have no ports; specs say 0.
    let (from_port, to_port) = if protocol == "-1" { (0, 0) } else { ports };
    Rule { protocol: protocol.to_owned(), from_port, to_port, peer }
}

/// The rules of blocks of the spec, in the group `id`.
pub(super) fn of_inline(id: &str, blocks: Vec<InlineRule>) -> Rules {
    let mut rules = Rules::new();
    for block in blocks {
        let protocol = protocol(block.protocol.as_deref().unwrap_or("-1"));
        let ports = (block.from_port.unwrap_or_default(), block.to_port.unwrap_or_default());
        let cidr = |block: String| text(Canonical::Cidr, &block);
        let v4 = block.cidr_blocks.unwrap_or_default().into_iter().map(cidr).map(Peer::V4);
        let v6 = block.ipv6_cidr_blocks.unwrap_or_default().into_iter().map(cidr).map(Peer::V6);
        let lists = block.prefix_list_ids.unwrap_or_default().into_iter().map(Peer::List);
        let groups = block.security_groups.unwrap_or_default().into_iter().map(Peer::Group);
        let own = (block.self_ == Some(true)).then(|| Peer::Group(id.to_owned()));
        let description = block.description.filter(|text| !text.is_empty());
        for peer in v4.chain(v6).chain(lists).chain(groups).chain(own) {
            rules.insert(rule(&protocol, ports, peer), description.clone());
        }
    }
    rules
}

/// The rules that EC2 tells of a group of the account `owner`.
pub(super) fn of_permissions(owner: &str, permissions: Option<Vec<IpPermission>>) -> Rules {
    let mut rules = Rules::new();
    for permission in permissions.unwrap_or_default() {
        let protocol = protocol(permission.ip_protocol.as_deref().unwrap_or("-1"));
        let port = |port: Option<i32>| i64::from(port.unwrap_or_default());
        let ports = (port(permission.from_port), port(permission.to_port));
        let v4 = permission.ip_ranges.unwrap_or_default().into_iter();
        let v4 = v4.filter_map(|range| Some((Peer::V4(range.cidr_ip?), range.description)));
        let v6 = permission.ipv6_ranges.unwrap_or_default().into_iter();
        let v6 = v6.filter_map(|range| Some((Peer::V6(range.cidr_ipv6?), range.description)));
        let lists = permission.prefix_list_ids.unwrap_or_default().into_iter();
        let lists = lists.filter_map(|list| Some((Peer::List(list.prefix_list_id?), list.description)));
        let groups = permission.user_id_group_pairs.unwrap_or_default().into_iter();
        let groups = groups.filter_map(|pair| {
            let foreign = pair.user_id.filter(|user| !user.is_empty() && user != owner);
            let prefix = foreign.map(|user| format!("{user}/")).unwrap_or_default();
            Some((Peer::Group(format!("{prefix}{}", pair.group_id?)), pair.description))
        });
        for (peer, description) in v4.chain(v6).chain(lists).chain(groups) {
            rules.insert(rule(&protocol, ports, peer), description.filter(|text| !text.is_empty()));
        }
    }
    rules
}

/// Rules as blocks, those of one protocol, range of ports and description together.
pub(super) fn inline(id: &str, rules: Rules) -> Vec<InlineRule> {
    let mut blocks: BTreeMap<(String, i64, i64, Option<String>), InlineRule> = BTreeMap::new();
    for (rule, description) in rules {
        let key = (rule.protocol.clone(), rule.from_port, rule.to_port, description.clone());
        let block = blocks.entry(key).or_insert_with(|| InlineRule {
            description,
            from_port: Some(rule.from_port),
            protocol: Some(rule.protocol.clone()),
            self_: Some(false),
            to_port: Some(rule.to_port),
            ..InlineRule::default()
        });
        match rule.peer {
            Peer::V4(cidr) => block.cidr_blocks.get_or_insert_default().push(cidr),
            Peer::V6(cidr) => block.ipv6_cidr_blocks.get_or_insert_default().push(cidr),
            Peer::List(list) => block.prefix_list_ids.get_or_insert_default().push(list),
            Peer::Group(group) if group == id => block.self_ = Some(true),
            Peer::Group(group) => drop(block.security_groups.get_or_insert_default().insert(group)),
        }
    }
    blocks.into_values().collect()
}

/// Makes the rules of a direction the wanted ones; whether there was anything to do. What is to be let through comes
/// before what no longer is, so that no wanted traffic is cut in between.
pub(super) async fn set(
    site: &Site,
    id: &str,
    direction: Direction,
    has: &Rules,
    wanted: &Rules,
) -> Result<bool, Fault> {
    let of = |keep: &dyn Fn(&Rule, &Option<String>) -> bool, from: &Rules| {
        let kept = from.iter().filter(|(rule, description)| keep(rule, description));
        kept.map(|(rule, description)| permission(rule, description.clone())).collect::<Result<Vec<_>, _>>()
    };
    let more = of(&|rule, _| !has.contains_key(rule), wanted)?;
    let renamed = of(&|rule, text| has.get(rule).is_some_and(|told| told != text), wanted)?;
    let less = of(&|rule, _| !wanted.contains_key(rule), has)?;
    let works = !(more.is_empty() && renamed.is_empty() && less.is_empty());
    if !more.is_empty() {
        authorize(site, id, direction, more).await?;
    }
    if !renamed.is_empty() {
        describe(site, id, direction, renamed).await?;
    }
    if !less.is_empty() {
        revoke(site, id, direction, less).await?;
    }
    Ok(works)
}

fn permission(rule: &Rule, description: Option<String>) -> Result<IpPermission, Fault> {
    let permission = IpPermission::builder().ip_protocol(&rule.protocol);
    let permission = match rule.protocol.as_str() {
        "-1" => permission,
        _ => permission.set_from_port(int(Some(rule.from_port))?).set_to_port(int(Some(rule.to_port))?),
    };
    let permission = match &rule.peer {
        Peer::V4(cidr) => {
            permission.ip_ranges(IpRange::builder().cidr_ip(cidr).set_description(description).build())
        }
        Peer::V6(cidr) => {
            permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr).set_description(description).build())
        }
        Peer::List(list) => {
            let list = PrefixListId::builder().prefix_list_id(list).set_description(description);
            permission.prefix_list_ids(list.build())
        }
        Peer::Group(group) => {
            let (user, group) = match group.split_once('/') {
                Some((user, group)) => (Some(user.to_owned()), group),
                None => (None, group.as_str()),
            };
            let pair = UserIdGroupPair::builder().set_user_id(user).group_id(group);
            permission.user_id_group_pairs(pair.set_description(description).build())
        }
    };
    Ok(permission.build())
}

async fn authorize(
    site: &Site,
    id: &str,
    direction: Direction,
    rules: Vec<IpPermission>,
) -> Result<(), Fault> {
    let (rules, ec2) = (Some(rules), site.ec2());
    match direction {
        Direction::Ingress => {
            let asked = ec2.authorize_security_group_ingress().group_id(id).set_ip_permissions(rules);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
        Direction::Egress => {
            let asked = ec2.authorize_security_group_egress().group_id(id).set_ip_permissions(rules);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
    }
}

async fn describe(
    site: &Site,
    id: &str,
    direction: Direction,
    rules: Vec<IpPermission>,
) -> Result<(), Fault> {
    let (rules, ec2) = (Some(rules), site.ec2());
    match direction {
        Direction::Ingress => {
            let asked = ec2.update_security_group_rule_descriptions_ingress().group_id(id);
            asked.set_ip_permissions(rules).send().await.fault(Effect::Maybe).map(drop)
        }
        Direction::Egress => {
            let asked = ec2.update_security_group_rule_descriptions_egress().group_id(id);
            asked.set_ip_permissions(rules).send().await.fault(Effect::Maybe).map(drop)
        }
    }
}

async fn revoke(site: &Site, id: &str, direction: Direction, rules: Vec<IpPermission>) -> Result<(), Fault> {
    let (rules, ec2) = (Some(rules), site.ec2());
    match direction {
        Direction::Ingress => {
            let asked = ec2.revoke_security_group_ingress().group_id(id).set_ip_permissions(rules);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
        Direction::Egress => {
            let asked = ec2.revoke_security_group_egress().group_id(id).set_ip_permissions(rules);
            asked.send().await.fault(Effect::Maybe).map(drop)
        }
    }
}
