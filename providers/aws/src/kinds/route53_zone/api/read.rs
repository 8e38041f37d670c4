//! Hosted zones as the API tells them.

use std::sync::PoisonError;

use aws_sdk_route53::types::{HostedZone, RrType};
use relight_contract::{Block, Blocks, Fault, Interest, Live, State};

use super::super::{Zone, ZoneVpc};
use crate::api::route53::{Sort, tags_of};
use crate::api::{Effect, FaultOf, Site, absent_is_none, merged, side_by_side};

/// A zone's id without what the API puts before it.
pub(crate) fn plain_id(id: &str) -> String {
    id.rsplit('/').next().unwrap_or_default().to_owned()
}

fn plain_name(name: &str) -> String {
    name.trim_end_matches('.').to_owned()
}

/// What a page tells, and the tags.
pub(super) async fn tagged(site: &Site, told: Vec<HostedZone>) -> Result<Vec<Live>, Fault> {
    let ids: Vec<String> = told.iter().map(|zone| plain_id(&zone.id)).collect();
    let mut tags = tags_of(site, Sort::Zone, &ids).await?;
    remember(site, &told);
    let live = |told: HostedZone| {
        let id = plain_id(&told.id);
        let tags = tags.remove(&id).unwrap_or_default();
        let config = told.config;
        let zone = Zone {
            arn: Some(format!("arn:{}:route53:::hostedzone/{id}", site.partition())),
            comment: config.and_then(|config| config.comment).filter(|comment| !comment.is_empty()),
            id: Some(id.clone()),
            name: Some(plain_name(&told.name)),
            tags: Some(tags.user.clone()),
            tags_all: Some(tags.user.clone()),
            zone_id: Some(id.clone()),
            ..Zone::default()
        };
        tags.live(&id, zone.to_object(), State::Ready)
    };
    Ok(told.into_iter().map(live).collect())
}

/// Keeps the names of zones for their records, whose names are told in full.
fn remember(site: &Site, told: &[HostedZone]) {
    let mut names = site.zone_names.lock().unwrap_or_else(PoisonError::into_inner);
    names.extend(told.iter().map(|zone| (plain_id(&zone.id), plain_name(&zone.name).to_lowercase())));
}

/// The zones with what only calls for each tell, of those that are to be looked at.
pub(super) async fn complete(
    site: &Site,
    items: Vec<Live>,
    interest: &Interest,
    looked_at: impl Fn(&Live) -> bool,
) -> Result<Vec<Live>, Fault> {
    let complete = items.into_iter().map(|live| {
        let is_looked_at = looked_at(&live);
        async move {
            if !is_looked_at {
                return Ok(Some(live));
            }
            let Some(found) = details(site, &live.native_id, interest).await? else { return Ok(None) };
            with_servers(site, with(live, &found.1), interest).await
        }
    });
    Ok(side_by_side(complete.collect()).await?.into_iter().flatten().collect())
}

fn with(live: Live, details: &Zone) -> Live {
    Live { attributes: merged(live.attributes, &details.to_object()), ..live }
}

/// What `GetHostedZone` tells beyond a page; `None` for a zone that is gone.
async fn details(
    site: &Site,
    id: &str,
    interest: &Interest,
) -> Result<Option<(Option<HostedZone>, Zone)>, Fault> {
    if !interest.wants(&["delegation_set_id", "name_servers", "vpc"]) {
        return Ok(Some((None, Zone::default())));
    }
    let asked = site.route53().get_hosted_zone().id(id).send().await;
    let Some(told) = absent_is_none(asked.fault(Effect::None))? else { return Ok(None) };
    let set = told.delegation_set.as_ref();
    let mut servers: Vec<String> = set.map(|set| set.name_servers.clone()).unwrap_or_default();
    servers.sort();
    let networks = told.vpcs.unwrap_or_default().into_iter().map(|vpc| ZoneVpc {
        vpc_id: vpc.vpc_id,
        vpc_region: vpc.vpc_region.map(|region| region.as_str().to_owned()),
    });
    let zone = Zone {
        delegation_set_id: set.and_then(|set| set.id.as_deref()).map(plain_id).filter(|id| !id.is_empty()),
        name_servers: Some(servers).filter(|servers| !servers.is_empty()),
        vpc: Some(Blocks(networks.filter(|network| network.vpc_id.is_some()).collect())),
        ..Zone::default()
    };
    Ok(Some((told.hosted_zone, zone)))
}

/// The name servers that the zone itself names: the primary one stands nowhere else, and those of a private zone
/// neither.
async fn with_servers(site: &Site, live: Live, interest: &Interest) -> Result<Option<Live>, Fault> {
    let lacks = live.get("name_servers").is_none() && interest.wants(&["name_servers"]);
    if !lacks && !interest.wants(&["primary_name_server"]) {
        return Ok(Some(live));
    }
    let name = live.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    // Of the apex, NS stands shortly before SOA.
    let asked = site
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(&*live.native_id)
        .start_record_name(&name)
        .start_record_type(RrType::Ns)
        .max_items(10);
    let Some(told) = absent_is_none(asked.send().await.fault(Effect::None))? else { return Ok(None) };
    let values = |wanted: &RrType| {
        let apex = told.resource_record_sets.iter();
        let set = apex.filter(|set| plain_name(&set.name) == name).find(|set| set.r#type == *wanted);
        let records = set.and_then(|set| set.resource_records.clone()).unwrap_or_default();
        records.into_iter().map(|record| record.value).collect::<Vec<String>>()
    };
    let mut servers: Vec<String> = values(&RrType::Ns).iter().map(|server| plain_name(server)).collect();
    servers.sort();
    let authority = values(&RrType::Soa).into_iter().next();
    let primary = authority.and_then(|text| text.split_whitespace().next().map(plain_name));
    let zone = Zone {
        name_servers: Some(servers).filter(|servers| lacks && !servers.is_empty()),
        primary_name_server: primary,
        ..Zone::default()
    };
    Ok(Some(with(live, &zone)))
}

/// One zone with everything.
pub(super) async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    Ok(whole(site, id).await?.map(|(_, live)| live))
}

/// One zone with everything, also as the API tells it.
pub(crate) async fn whole(site: &Site, id: &str) -> Result<Option<(HostedZone, Live)>, Fault> {
    let everything = Interest::default();
    let Some((Some(told), zone)) = details(site, id, &everything).await? else { return Ok(None) };
    let Some(live) = tagged(site, vec![told.clone()]).await?.pop() else { return Ok(None) };
    Ok(with_servers(site, with(live, &zone), &everything).await?.map(|live| (told, live)))
}

/// The zones of this name, as a page tells them.
pub(crate) async fn of_name(site: &Site, name: &str) -> Result<Vec<HostedZone>, Fault> {
    let (mut found, mut from) = (Vec::new(), (Some(name.to_owned()), None));
    loop {
        let asked = site.route53().list_hosted_zones_by_name().max_items(super::PAGE);
        let asked = asked.set_dns_name(from.0).set_hosted_zone_id(from.1);
        let told = asked.send().await.fault(Effect::None)?;
        let all = told.hosted_zones.len();
        let same = |zone: &HostedZone| plain_name(&zone.name).eq_ignore_ascii_case(&plain_name(name));
        let of_name: Vec<HostedZone> = told.hosted_zones.into_iter().filter(same).collect();
        // They are told in the order of their names.
        let is_last = !told.is_truncated || of_name.len() < all;
        found.extend(of_name);
        if is_last {
            return Ok(found);
        }
        from = (told.next_dns_name, told.next_hosted_zone_id);
    }
}

/// The zone of this name that was created with this reference.
pub(super) async fn by_reference(site: &Site, name: &str, reference: &str) -> Result<Option<String>, Fault> {
    let zones = of_name(site, name).await?;
    let found = zones.iter().find(|zone| zone.caller_reference == reference);
    Ok(found.map(|zone| plain_id(&zone.id)))
}
