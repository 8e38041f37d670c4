//! What a topology means, held against the world object by object, without the planner.

use std::collections::BTreeSet;

use relight::desired::{Desired, Instance};
use relight_contract::{Identity, Kind, Live, Name, OwnerId, State, Value, canonical};

use crate::safety::Standing;

/// Everything wanted stands once as it is wanted, and nothing else of ours stands.
pub fn differences(
    desired: &Desired,
    objects: &[Standing],
    foreign: &BTreeSet<Name>,
    owner_of: &dyn Fn(&relight_contract::Address) -> OwnerId,
) -> Vec<String> {
    differences_but(desired, objects, foreign, owner_of, &BTreeSet::new())
}

/// The same, but for regions of which nothing is said.
pub fn differences_but(
    desired: &Desired,
    objects: &[Standing],
    foreign: &BTreeSet<Name>,
    owner_of: &dyn Fn(&relight_contract::Address) -> OwnerId,
    lost: &BTreeSet<&str>,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    let told = |instance: &&Instance| instance.place.global || !lost.contains(&*instance.place.region);
    for instance in desired.instances.iter().filter(told) {
        let owner = owner_of(&instance.address);
        let mut matching = (0..).zip(objects).filter(|(index, (domain, kind, live))| {
            let region = domain.rsplit('/').next().unwrap_or_default();
            kind.name == instance.kind.name
                && (region.is_empty() || region == &*instance.place.region)
                && match kind.tags {
                    Some(_) => live.owner.as_ref() == Some(&owner),
                    None => !met.contains(index) && has_key(instance, kind, live),
                }
        });
        let tagged = instance.kind.tags.is_some();
        let (first, second) = (matching.next(), matching.next());
        let (Some((index, (_, kind, live))), true) = (first, second.is_none() || !tagged) else {
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

/// Whether an object without tags may be this instance: by what is known of its name or key, and by its place.
fn has_key(instance: &Instance, kind: &Kind, live: &Live) -> bool {
    let fields: &[&str] = match &kind.identity {
        Identity::Name(rule) => &[rule.attribute],
        Identity::Key(fields) => fields,
        Identity::Token | Identity::Server => &[],
    };
    fields.iter().all(|field| match (kind.field(field), instance.attributes.get(field), live.get(field)) {
        (Some(row), Some(wanted), Some(live)) => {
            wanted.has_hole() || canonical::same(row, &wanted.revealed(), live)
        }
        (_, wanted, live) => wanted.is_none_or(Value::is_null) && live.is_none_or(Value::is_null),
    })
}
