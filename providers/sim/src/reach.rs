//! What a name leads to: records to doors, doors to what stands behind them, as far as attributes tell.

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::{Kind, Live, Milliseconds, Name, Presence, Value};

use crate::World;
use crate::domain::Domain;

/// How many references one may be away from the door: listener, target group, attachment, group.
const FAR: usize = 4;

/// An object with every text that it holds.
struct Node {
    name: String,
    kind: &'static Kind,
    domain: Domain,
    live: Live,
    texts: BTreeSet<Name>,
}

impl Node {
    /// How many of it are wanted; `None` for what has no size.
    fn size(&self) -> Option<i64> {
        self.kind.scalable().first().map(|field| self.live.get(field).and_then(Value::as_i64).unwrap_or(0))
    }
}

impl World {
    /// Whether something answers at a host name: it must lead, by records where it is the name of one, to an object in
    /// a region that is not in `out`, and from there, by what refers to it and what that refers to, to one whose size
    /// is above zero. Tells what is reached, or why nothing is.
    pub fn reach(&self, now: Milliseconds, host: &str, out: &BTreeSet<Name>) -> Result<String, String> {
        let nodes = self.nodes(now);
        let owners = owners(&nodes);
        let host = plain(host);
        let is_door = |node: &Node| {
            node.live.attributes.iter().any(|(name, value)| {
                let own = !node.kind.shiftable().is_empty() || is_output(node, name);
                own && value.as_str().is_some_and(|text| plain(text) == host)
            })
        };
        let doors: Vec<usize> = (0..nodes.len()).filter(|index| is_door(&nodes[*index])).collect();
        if doors.is_empty() {
            return Err(format!("nothing is called `{host}`"));
        }
        let mut why = None;
        for door in doors {
            match behind(&nodes, &owners, door, out) {
                Ok(found) => return Ok(found),
                Err(reason) => why = why.or(Some(reason)),
            }
        }
        Err(why.unwrap_or_default())
    }

    fn nodes(&self, now: Milliseconds) -> Vec<Node> {
        let nodes = self.objects(now).map(|(domain, kind, live)| {
            let mut texts = BTreeSet::new();
            for (_, value) in &live.attributes {
                value.any(&mut |part| {
                    if let Value::String(text) = part {
                        texts.insert(text.clone());
                    }
                    false
                });
            }
            Node {
                name: format!("{} {}", kind.name, live.native_id),
                domain: domain.clone(),
                texts,
                kind,
                live,
            }
        });
        nodes.collect()
    }
}

/// Host names in one spelling.
fn plain(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_output(node: &Node, name: &str) -> bool {
    node.kind.field(name).is_some_and(|field| field.presence == Presence::Output)
}

/// By text, the one object that is known by it: its id, or an output that no other object has.
fn owners(nodes: &[Node]) -> BTreeMap<Name, usize> {
    let mut known: BTreeMap<Name, BTreeSet<usize>> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        known.entry(node.live.native_id.clone()).or_default().insert(index);
        for (name, value) in &node.live.attributes {
            if let Some(text) = value.as_str().filter(|text| !text.is_empty() && is_output(node, name)) {
                known.entry(text.into()).or_default().insert(index);
            }
        }
    }
    let one = |(text, nodes): (Name, BTreeSet<usize>)| match nodes.len() {
        1 => nodes.first().map(|node| (text, *node)),
        _ => None,
    };
    known.into_iter().filter_map(one).collect()
}

/// What stands behind a door, or why nothing does that could answer.
fn behind(
    nodes: &[Node],
    owners: &BTreeMap<Name, usize>,
    door: usize,
    out: &BTreeSet<Name>,
) -> Result<String, String> {
    let named = |node: usize| {
        let texts = nodes[node].texts.iter().filter_map(|text| owners.get(text).copied());
        texts.filter(move |other| *other != node)
    };
    let start = &nodes[door];
    // What belongs to no region only names what does.
    if start.domain.region.is_empty() {
        let mut why = format!("{} leads nowhere", start.name);
        let next: BTreeSet<usize> =
            named(door).filter(|other| !nodes[*other].domain.region.is_empty()).collect();
        for other in next {
            match behind(nodes, owners, other, out) {
                Ok(found) => return Ok(found),
                Err(reason) => why = reason,
            }
        }
        return Err(why);
    }
    let region = &start.domain.region;
    if out.contains(region) {
        return Err(format!("{} stands in {region}, which is out", start.name));
    }
    let near = |node: usize| nodes[node].domain.region == *region;
    let mut seen = BTreeSet::from([door]);
    let mut edge = vec![door];
    let mut empty = None;
    // By turns: what refers to it, and what that refers to. Any other way leads to everything that shares a network.
    for turn in 0..FAR {
        let next: BTreeSet<usize> = match turn % 2 {
            0 => {
                let users = (0..nodes.len()).filter(|node| near(*node));
                users.filter(|node| named(*node).any(|other| edge.contains(&other))).collect()
            }
            _ => edge.iter().flat_map(|node| named(*node)).filter(|node| near(*node)).collect(),
        };
        edge.clear();
        for node in next {
            if !seen.insert(node) {
                continue;
            }
            match nodes[node].size() {
                Some(size) if size > 0 => {
                    return Ok(format!("{} leads to {}, {size} of it", start.name, nodes[node].name));
                }
                Some(_) => empty = empty.or(Some(node)),
                None => edge.push(node),
            }
        }
    }
    Err(match empty {
        Some(node) => format!("{} leads to {}, and there is none of it", start.name, nodes[node].name),
        None => format!("nothing that could answer stands behind {}", start.name),
    })
}
