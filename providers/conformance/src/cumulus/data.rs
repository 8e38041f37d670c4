//! The data sources of Cumulus: one that the cloud answers, one that finds an object, and a pure one.

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Block, BlockList, DataKind, DataSource, Object, Place, Placement, Type, Value, block,
};

block! {
    /// The attributes of `cumulus_zones`.
    pub struct Zones {
        id: String = output().doc("The region."),
        names: Vec<String> = output().doc("The region's zones, in order."),
        prefix: String = optional().doc("Only zones whose name begins so."),
    }
}

/// The zones of a region.
pub(super) static ZONES: DataKind = DataKind {
    name: "cumulus_zones",
    provider: "cumulus",
    doc: "The zones of a region.",
    placement: Placement::Regional,
    fields: Zones::FIELDS,
    source: DataSource::Cloud(zones),
    calls: &["compute:listZones"],
    unsupported: &[],
};

fn zones(place: &Place, arguments: &Object) -> Result<Object, String> {
    let prefix = arguments.get("prefix").and_then(Value::as_str).unwrap_or_default();
    let names = ["a", "b", "c"].iter().map(|letter| format!("{}-{letter}", place.region));
    let names = names.filter(|name| name.starts_with(prefix)).map(Value::from).collect();
    Ok([("id", Value::text(place.region.clone())), ("names", Value::list(Type::String, names))]
        .into_iter()
        .collect())
}

block! {
    /// The attributes of the data source `cumulus_zone`.
    pub struct FoundZone {
        dns_name: String = required().dns().doc("The domain that is looked for."),
        id: String = output().doc("The id."),
        name: String = output().doc("The zone's name."),
    }
}

/// A zone by its domain.
pub(super) static ZONE: DataKind = DataKind {
    name: "cumulus_zone",
    provider: "cumulus",
    doc: "A zone, by its domain.",
    placement: Placement::Global,
    fields: FoundZone::FIELDS,
    source: DataSource::Object { kind: "cumulus_zone", sample: zone },
    calls: &["dns:listZones"],
    unsupported: &[],
};

fn zone(place: &Place, arguments: &Object) -> Result<Object, String> {
    let domain = arguments.get("dns_name").and_then(Value::as_str).ok_or("`dns_name` is missing")?;
    let name = domain.trim_end_matches('.').replace('.', "-");
    let project = place.account.as_deref().unwrap_or("sample");
    let id = format!("projects/{project}/zones/{name}");
    Ok([("dns_name", Value::from(domain)), ("id", Value::from(id)), ("name", Value::from(name))]
        .into_iter()
        .collect())
}

block! {
    /// One rule of a policy.
    pub struct Rule {
        members: Vec<String> = required().doc("Who may."),
        role: String = required().doc("Do what."),
    }
}

block! {
    /// The attributes of `cumulus_policy`.
    pub struct Policy {
        json: String = output().json().doc("The policy as a JSON document."),
        rule: BlockList<Rule> = optional().doc("Who may do what."),
    }
}

/// A policy as a document.
pub(super) static POLICY: DataKind = DataKind {
    name: "cumulus_policy",
    provider: "cumulus",
    doc: "A policy as a JSON document, from its rules.",
    placement: Placement::Global,
    fields: Policy::FIELDS,
    source: DataSource::Pure(policy),
    calls: &[],
    unsupported: &[],
};

fn policy(arguments: &Object) -> Result<Object, String> {
    let rules = arguments.get("rule").and_then(Value::as_items).unwrap_or_default();
    let rules: Vec<serde_json::Value> = rules.iter().map(Value::to_json).collect();
    let json = serde_json::json!({ "rules": rules });
    Ok([("json", Value::from(json.to_string()))].into_iter().collect())
}
