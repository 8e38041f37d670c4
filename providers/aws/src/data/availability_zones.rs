//! `aws_availability_zones`: the zones of the site's region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeSet;

use relight_contract::field::{optional, output};
use relight_contract::{Block, Blocks, DataKind, DataSource, Object, One, Place, Placement, Timeouts, block};

use super::made_up::{Filter, answered, given, matches};

block! {
    /// The arguments and answers of `aws_availability_zones`.
    pub struct AvailabilityZones {
        all_availability_zones: bool = optional().doc("Whether zones count that the account has not opted in to."),
        exclude_names: BTreeSet<String> = optional().doc("Zones to leave out, by name."),
        exclude_zone_ids: BTreeSet<String> = optional().doc("Zones to leave out, by id."),
        filter: Blocks<Filter> = optional().doc("Filters, all of which must match."),
        group_names: BTreeSet<String> = output().doc("The groups of the zones."),
        id: String = output().doc("The region."),
        names: Vec<String> = output().doc("The names of the zones, in order."),
        state: String = optional().words(&["available", "impaired", "information", "unavailable"])
            .doc("The state that the zones must be in."),
        timeouts: One<Timeouts> = optional().local().doc("How long reading may take."),
        zone_ids: Vec<String> = output().doc("The ids of the zones, in the same order."),
    }
}

/// The table of `aws_availability_zones`.
pub static DATA: DataKind = DataKind {
    name: "aws_availability_zones",
    provider: "aws",
    doc: "The availability zones of the site's region.",
    placement: Placement::Regional,
    fields: AvailabilityZones::FIELDS,
    source: DataSource::Cloud(sample),
    calls: &["ec2:DescribeAvailabilityZones"],
    unsupported: &[],
};

struct Zone {
    name: String,
    id: String,
}

/// A simulated region has three zones, all of them available.
fn sample(place: &Place, arguments: &Object) -> Result<Object, String> {
    let asked: AvailabilityZones = given(arguments)?;
    let region = &*place.region;
    let group = format!("{region}-zg-1");
    let mut zones: Vec<Zone> = Vec::new();
    for (index, letter) in ["a", "b", "c"].iter().enumerate() {
        let zone =
            Zone { name: format!("{region}{letter}"), id: format!("{}-az{}", short(region), index + 1) };
        if is_wanted(&asked, &zone, region, &group)? {
            zones.push(zone);
        }
    }
    let groups: BTreeSet<String> = zones.iter().map(|_| group.clone()).collect();
    let answers = AvailabilityZones {
        group_names: Some(groups),
        id: Some(region.to_owned()),
        zone_ids: Some(zones.iter().map(|zone| zone.id.clone()).collect()),
        names: Some(zones.into_iter().map(|zone| zone.name).collect()),
        ..AvailabilityZones::default()
    };
    Ok(answered(arguments, &answers))
}

fn is_wanted(asked: &AvailabilityZones, zone: &Zone, region: &str, group: &str) -> Result<bool, String> {
    let excluded = |names: &Option<BTreeSet<String>>, name| names.iter().any(|names| names.contains(name));
    if excluded(&asked.exclude_names, &zone.name) || excluded(&asked.exclude_zone_ids, &zone.id) {
        return Ok(false);
    }
    for filter in asked.filter.iter().flat_map(|filters| &filters.0) {
        let name = filter.name.as_deref().unwrap_or_default();
        let has = match name {
            "group-name" => group,
            "opt-in-status" => "opt-in-not-required",
            "region-name" => region,
            "state" => "available",
            "zone-id" => &zone.id,
            "zone-name" => &zone.name,
            "zone-type" => "availability-zone",
            "message" | "parent-zone-id" | "parent-zone-name" => "",
            _ => return Err(format!("the filter `{name}` is not one of availability zones")),
        };
        if !filter.values.iter().flatten().any(|pattern| matches(pattern, has)) {
            return Ok(false);
        }
    }
    Ok(asked.state.as_deref().is_none_or(|state| state == "available"))
}

/// The beginning of a region's zone ids: `use1` for us-east-1, `apse2` for ap-southeast-2.
fn short(region: &str) -> String {
    let mut parts = region.split('-');
    let area = parts.next().unwrap_or_default();
    let direction = match parts.next().unwrap_or_default() {
        "northeast" => "ne",
        "northwest" => "nw",
        "southeast" => "se",
        "southwest" => "sw",
        other => other.get(..1).unwrap_or_default(),
    };
    format!("{area}{direction}{}", parts.next().unwrap_or_default())
}
