//! References between objects: what must exist, and what cannot be deleted meanwhile.

use std::collections::BTreeMap;

use relight_contract::field::{Field, Reference};
use relight_contract::{Fault, FaultKind, Kind, Milliseconds, Object, Registry, Value, canonical};

use crate::World;
use crate::domain::Domain;
use crate::stored::Stored;

/// The kinds whose binding references point at a kind, by its name.
#[derive(Debug)]
pub(crate) struct Referrers(BTreeMap<&'static str, Vec<&'static Kind>>);

impl Referrers {
    pub(crate) fn of(registry: &Registry) -> Referrers {
        let mut referrers: BTreeMap<&'static str, Vec<&'static Kind>> = BTreeMap::new();
        for kind in registry.kinds() {
            let mut targets = Vec::new();
            each_reference(kind.fields, &mut targets);
            targets.sort_unstable();
            targets.dedup();
            for target in targets {
                referrers.entry(target).or_default().push(kind);
            }
        }
        Referrers(referrers)
    }
}

fn each_reference(rows: &'static [Field], targets: &mut Vec<&'static str>) {
    for row in rows {
        targets.extend(row.refers.filter(|reference| reference.binding).map(|reference| reference.kind));
        if let Some(inner) = row.shape.fields() {
            each_reference(inner, targets);
        }
    }
}

/// One binding reference of an object.
struct Link<'a> {
    row: &'static Field,
    reference: Reference,
    text: &'a str,
}

/// The binding references in an object's values. Recursion is as deep as the table nests.
fn links<'a>(rows: &'static [Field], object: &'a Object, found: &mut Vec<Link<'a>>) {
    for row in rows {
        let Some(value) = object.get(row.name) else { continue };
        let items = value.as_items().unwrap_or(std::slice::from_ref(value));
        if let Some(reference) = row.refers.filter(|reference| reference.binding) {
            let texts = items.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
            found.extend(texts.map(|text| Link { row, reference, text }));
        }
        if let Some(inner) = row.shape.fields() {
            for entries in items.iter().filter_map(Value::as_entries) {
                links(inner, entries, found);
            }
        }
    }
}

/// Whether an object is the one whose attribute has this value.
fn is_target(stored: &Stored, attribute: &str, text: &str) -> bool {
    let form = canonical::text;
    match (stored.kind.field(attribute), stored.text(attribute)) {
        (_, Some(value)) if value == text => true,
        (Some(row), Some(value)) => form(row.canonical, value) == form(row.canonical, text),
        _ => false,
    }
}

impl World {
    /// Refuses values that point at nothing.
    pub(crate) fn check_references(
        &self,
        kind: &'static Kind,
        given: &Object,
        domain: &Domain,
        now: Milliseconds,
    ) -> Result<(), Fault> {
        let source = kind.promotable().map(|(source, _)| source);
        let mut found = Vec::new();
        links(kind.fields, given, &mut found);
        for link in found {
            let Some(target) = self.registry.kind(link.reference.kind) else { continue };
            // A replica's source stands in another region, often in another account.
            let anywhere = source == Some(link.row.name);
            let there = self.target(target, link.reference.attribute, link.text, domain, anywhere, now);
            if there.is_none() {
                let message = format!("`{}`: no {} {:?}", link.row.name, target.name, link.text);
                return Err(Fault::new(FaultKind::NotFound, message).code("ReferenceNotFound"));
            }
        }
        Ok(())
    }

    /// The object of a kind whose attribute has this value and that a reference may name.
    pub(crate) fn target(
        &self,
        kind: &'static Kind,
        attribute: &str,
        text: &str,
        domain: &Domain,
        anywhere: bool,
        now: Milliseconds,
    ) -> Option<&Stored> {
        let usable = |stored: &&Stored| stored.deletion.is_none() && is_target(stored, attribute, text);
        let near = domain.for_kind(kind);
        if attribute == "id"
            && let Some(stored) = self.state.existing(&near, kind, text, now).filter(usable)
        {
            return Some(stored);
        }
        let there = |stored: &&Stored| match anywhere {
            true => stored.domain.provider == domain.provider,
            false => domain.reaches(&stored.domain),
        };
        self.state.everywhere(kind.name).filter(there).find(usable)
    }

    /// Refuses to delete what others point at.
    pub(crate) fn check_unused(&self, victim: &Stored, now: Milliseconds) -> Result<(), Fault> {
        for referrer in self.referrers.0.get(victim.kind.name).into_iter().flatten() {
            let source = referrer.promotable().map(|(source, _)| source);
            for stored in self.state.everywhere(referrer.name) {
                let other = stored.native_id != victim.native_id || stored.kind.name != victim.kind.name;
                if !other || !stored.exists(now) || stored.scenery || !stored.domain.reaches(&victim.domain) {
                    continue;
                }
                let mut found = Vec::new();
                links(stored.kind.fields, &stored.attributes, &mut found);
                let binds = found.iter().any(|link| {
                    link.reference.kind == victim.kind.name
                        && source != Some(link.row.name)
                        && is_target(victim, link.reference.attribute, link.text)
                });
                if binds {
                    let message = format!(
                        "{} {} is in use by {} {}",
                        victim.kind.name, victim.native_id, stored.kind.name, stored.native_id
                    );
                    return Err(Fault::new(FaultKind::Conflict, message).code("InUse"));
                }
            }
        }
        Ok(())
    }
}
