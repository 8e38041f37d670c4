//! Record sets as Route 53 has them, from and to those of the table.

use aws_sdk_route53::types::{
    AliasTarget, CidrRoutingConfig, Coordinates, GeoLocation, GeoProximityLocation, ResourceRecord,
    ResourceRecordSet, ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
};
use relight_contract::{BlockList, Blocks, Fault};

use super::Record;
use super::name::{Key, plain};
use crate::api::{first, incomplete, int};
use crate::kinds::route53_record as table;

/// Record types whose answers are quoted text. The spec gives them without the quotes.
const QUOTED: &[&str] = &["TXT", "SPF"];

fn list<T>(block: Option<T>) -> Option<BlockList<T>> {
    block.map(|block| BlockList(vec![block]))
}

/// The record set of a record.
pub(super) fn write(key: &Key, record: &Record) -> Result<ResourceRecordSet, Fault> {
    let quoted = QUOTED.contains(&key.record_type.as_str());
    let answer = |text: &String| {
        let text = if quoted { format!("\"{text}\"") } else { text.clone() };
        ResourceRecord::builder().value(text).build().map_err(incomplete)
    };
    let answers: Option<Vec<ResourceRecord>> =
        record.records.as_ref().map(|records| records.iter().map(answer).collect()).transpose()?;
    let failover = first(&record.failover_routing_policy).and_then(|policy| policy.type_.as_deref());
    let region = first(&record.latency_routing_policy).and_then(|policy| policy.region.as_deref());
    ResourceRecordSet::builder()
        .name(&key.name)
        .r#type(RrType::from(key.record_type.as_str()))
        .set_set_identifier(key.set_identifier.clone())
        .set_ttl(record.ttl)
        .set_resource_records(answers)
        .set_alias_target(first(&record.alias).map(alias).transpose()?)
        .set_failover(failover.map(ResourceRecordSetFailover::from))
        .set_weight(first(&record.weighted_routing_policy).and_then(|policy| policy.weight))
        .set_region(region.map(ResourceRecordSetRegion::from))
        .set_multi_value_answer(record.multivalue_answer_routing_policy.filter(|on| *on))
        .set_geo_location(first(&record.geolocation_routing_policy).map(geolocation))
        .set_geo_proximity_location(first(&record.geoproximity_routing_policy).map(geoproximity).transpose()?)
        .set_cidr_routing_config(first(&record.cidr_routing_policy).map(cidr).transpose()?)
        .set_health_check_id(record.health_check_id.clone().filter(|id| !id.is_empty()))
        .build()
        .map_err(incomplete)
}

fn alias(alias: &table::Alias) -> Result<AliasTarget, Fault> {
    AliasTarget::builder()
        .set_dns_name(alias.name.clone())
        .set_hosted_zone_id(alias.zone_id.clone())
        .evaluate_target_health(alias.evaluate_target_health.unwrap_or_default())
        .build()
        .map_err(incomplete)
}

fn geolocation(policy: &table::GeolocationRouting) -> GeoLocation {
    GeoLocation::builder()
        .set_continent_code(policy.continent.clone())
        .set_country_code(policy.country.clone())
        .set_subdivision_code(policy.subdivision.clone())
        .build()
}

fn geoproximity(policy: &table::GeoproximityRouting) -> Result<GeoProximityLocation, Fault> {
    let point = policy.coordinates.as_ref().and_then(|points| points.0.first());
    let point = point.map(|point| {
        Coordinates::builder()
            .set_latitude(point.latitude.clone())
            .set_longitude(point.longitude.clone())
            .build()
            .map_err(incomplete)
    });
    Ok(GeoProximityLocation::builder()
        .set_aws_region(policy.aws_region.clone())
        .set_local_zone_group(policy.local_zone_group.clone())
        .set_coordinates(point.transpose()?)
        .set_bias(int(policy.bias)?)
        .build())
}

fn cidr(policy: &table::CidrRouting) -> Result<CidrRoutingConfig, Fault> {
    CidrRoutingConfig::builder()
        .set_collection_id(policy.collection_id.clone())
        .set_location_name(policy.location_name.clone())
        .build()
        .map_err(incomplete)
}

/// The record of a record set.
pub(super) fn read(zone: &str, set: ResourceRecordSet) -> Record {
    let quoted = QUOTED.contains(&set.r#type.as_str());
    let answer = |record: ResourceRecord| match quoted {
        true => record.value.trim_matches('"').to_owned(),
        false => record.value,
    };
    let name = plain(&set.name);
    let answers = set.resource_records.filter(|records| !records.is_empty());
    Record {
        alias: list(set.alias_target.map(|target| table::Alias {
            evaluate_target_health: Some(target.evaluate_target_health),
            name: Some(plain(&target.dns_name)),
            zone_id: Some(target.hosted_zone_id),
        })),
        allow_overwrite: None,
        cidr_routing_policy: list(set.cidr_routing_config.map(|policy| table::CidrRouting {
            collection_id: Some(policy.collection_id),
            location_name: Some(policy.location_name),
        })),
        failover_routing_policy: list(
            set.failover.map(|failover| table::FailoverRouting { type_: Some(failover.as_str().to_owned()) }),
        ),
        fqdn: Some(name.clone()),
        geolocation_routing_policy: list(set.geo_location.map(|place| table::GeolocationRouting {
            continent: place.continent_code,
            country: place.country_code,
            subdivision: place.subdivision_code,
        })),
        geoproximity_routing_policy: list(set.geo_proximity_location.map(read_geoproximity)),
        health_check_id: set.health_check_id,
        id: None,
        latency_routing_policy: list(
            set.region.map(|region| table::LatencyRouting { region: Some(region.as_str().to_owned()) }),
        ),
        multivalue_answer_routing_policy: set.multi_value_answer,
        name: Some(name),
        records: answers.map(|records| records.into_iter().map(answer).collect()),
        relative_name: None,
        set_identifier: set.set_identifier,
        timeouts: None,
        ttl: set.ttl,
        type_: Some(set.r#type.as_str().to_owned()),
        weighted_routing_policy: list(
            set.weight.map(|weight| table::WeightedRouting { weight: Some(weight) }),
        ),
        zone_id: Some(zone.to_owned()),
    }
}

fn read_geoproximity(place: GeoProximityLocation) -> table::GeoproximityRouting {
    table::GeoproximityRouting {
        aws_region: place.aws_region,
        bias: place.bias.map(i64::from),
        coordinates: place.coordinates.map(|point| {
            Blocks(vec![table::Coordinates {
                latitude: Some(point.latitude),
                longitude: Some(point.longitude),
            }])
        }),
        local_zone_group: place.local_zone_group,
    }
}
