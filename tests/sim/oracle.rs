//! What a topology means, held against the world object by object, without the planner.

use std::collections::BTreeSet;

use relight::desired::Desired;
use relight::memory::Memory;
use relight_contract::{Name, OwnerId, State, Value, canonical};

use crate::safety::Standing;

/// Everything wanted stands once as it is wanted, and nothing else of ours stands.
pub fn differences(
    desired: &Desired,
    memory: &Memory,
    objects: &[Standing],
    foreign: &BTreeSet<Name>,
    owner_of: &dyn Fn(&relight_contract::Address) -> OwnerId,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for instance in &desired.instances {
        let owner = owner_of(&instance.address);
        let earlier = desired.moved.iter().filter(|(_, to)| *to == instance.address).map(|(from, _)| from);
        let mut remembered =
            earlier.chain([&instance.address]).filter_map(|address| memory.inventory.get(address));
        let remembered = remembered.next_back().map(|item| &item.native_id);
        let mut matching = (0..).zip(objects).filter(|(_, (_, kind, live))| {
            kind.name == instance.kind.name
                && match kind.tags {
                    Some(_) => live.owner.as_ref() == Some(&owner),
                    None => Some(&live.native_id) == remembered,
                }
        });
        let (Some((index, (_, kind, live))), None) = (matching.next(), matching.next()) else {
            found.push(format!("{} does not stand exactly once", instance.address));
            continue;
        };
        met.insert(index);
        if live.state != State::Ready {
            found.push(format!("{} is {:?}", instance.address, live.state));
        }
        let dictated = kind
            .promotable()
            .filter(|(source, _)| instance.attributes.get(source).is_some_and(|value| !value.is_null()));
        for (name, wanted) in &instance.attributes {
            let Some(row) = kind.field(name) else { continue };
            let skipped = row.local
                || row.write_only
                || wanted.has_hole()
                || wanted.is_null()
                || dictated.is_some_and(|(_, fields)| fields.contains(&&**name))
                || kind.scalable().contains(&&**name);
            let same = live.get(name).is_some_and(|value| canonical::same(row, &wanted.revealed(), value));
            if !skipped && !same {
                let live = live.get(name).map_or("nothing".to_owned(), |value| value.to_json().to_string());
                let wanted = Value::to_json(wanted);
                found.push(format!("{}: {name} is {live}, and not {wanted}", instance.address));
            }
        }
    }
    for (index, (domain, kind, live)) in (0..).zip(objects) {
        if !met.contains(&index) && !foreign.contains(&live.native_id) {
            found.push(format!("{} {} in {domain} is left over", kind.name, live.native_id));
        }
    }
    found
}
