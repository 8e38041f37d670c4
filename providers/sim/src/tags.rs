//! Tags: what a provider accepts of the user's and of relight's own.

use relight_contract::{Fault, Kind, Object, Owner, Registry, Value};

use crate::shape::invalid;

/// Refuses tags that the provider would refuse: letters, lengths, count, and the names of relight's own.
pub(crate) fn check(
    registry: &Registry,
    kind: &Kind,
    attributes: &Object,
    owner: Option<(&Owner, &str)>,
) -> Result<(), Fault> {
    let (Some(field), Some(provider)) = (kind.tags, registry.provider(kind.provider)) else {
        return Ok(());
    };
    let rules = &provider.tags;
    let own = [rules.owner, rules.address, rules.intent];
    let mut count = 0;
    for (key, value) in attributes.get(field).map(pairs).unwrap_or_default() {
        if own.contains(&key) || key == rules.role {
            return Err(invalid(format!("the tag `{key}` is relight's own")));
        }
        if let Some(wrong) = rules.check(key, value) {
            return Err(invalid(wrong));
        }
        count += 1;
    }
    if let Some((owner, token)) = owner {
        let hint = rules.escape(&owner.address);
        let tags = [(rules.owner, &*owner.id.0), (rules.address, &*hint), (rules.intent, token)];
        let mark = owner.mark.as_ref().map(|mark| rules.mark(mark));
        for (key, value) in tags.into_iter().chain(mark.as_deref().map(|mark| (rules.role, mark))) {
            if let Some(wrong) = rules.check(key, value) {
                return Err(invalid(wrong));
            }
        }
    }
    if count + own.len() > usize::from(rules.most) {
        return Err(invalid(format!("{count} tags and relight's own are more than {}", rules.most)));
    }
    Ok(())
}

/// Keys and values of tags: of a map, or of blocks with `key` and `value`.
fn pairs(tags: &Value) -> Vec<(&str, &str)> {
    if let Some(entries) = tags.as_entries() {
        return entries.iter().map(|(key, value)| (&**key, value.as_str().unwrap_or_default())).collect();
    }
    let blocks = tags.as_items().unwrap_or_default().iter().filter_map(Value::as_entries);
    blocks
        .map(|block| {
            let text = |name: &str| block.get(name).and_then(Value::as_str).unwrap_or_default();
            (text("key"), text("value"))
        })
        .collect()
}
