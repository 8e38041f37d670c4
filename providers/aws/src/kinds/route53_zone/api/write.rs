//! Creations, changes and deletions of hosted zones.

use aws_sdk_route53::types::{
    Change, ChangeAction, ChangeBatch, HostedZoneConfig, ResourceRecordSet, RrType, Vpc, VpcRegion,
};
use relight_contract::{Block, Blocks, Fault, Live, Object, Typed};

use super::super::{Zone, ZoneVpc};
use super::read::{by_reference, plain_id};
use crate::api::route53::{once, pending};
use crate::api::{Effect, FaultOf, Site, absent_is_none, incomplete, made, shape};

/// What Terraform writes where the spec says nothing.
const COMMENT: &str = "Managed by Terraform";

/// The most changes of a batch. Source: Amazon Route 53 API reference, `ChangeResourceRecordSets`.
const MOST_CHANGES: usize = 500;

/// Creates a zone; its id, and the change that is to be waited for.
pub(super) async fn create(site: &Site, attributes: &Object, token: &str) -> Result<(String, String), Fault> {
    let wanted = Zone::from_object(attributes).map_err(shape)?;
    let name = wanted.name.unwrap_or_default();
    let network = wanted.vpc.and_then(|blocks| blocks.0.into_iter().next());
    let config = HostedZoneConfig::builder()
        .comment(wanted.comment.unwrap_or_else(|| COMMENT.to_owned()))
        .private_zone(network.is_some());
    let asked = site
        .route53()
        .create_hosted_zone()
        .name(&name)
        .caller_reference(token)
        .hosted_zone_config(config.build())
        .set_delegation_set_id(wanted.delegation_set_id)
        .set_vpc(network.map(|network| vpc(site, &network)));
    match asked.send().await.fault(Effect::Maybe) {
        Ok(told) => {
            let id = told.hosted_zone.map(|zone| plain_id(&zone.id));
            Ok((made(id, "a zone")?, pending(told.change_info).unwrap_or_default()))
        }
        // A reference makes one zone only: when its answer is lost, the next call says that it is there.
        Err(fault) if fault.code.as_deref() == Some("HostedZoneAlreadyExists") => {
            let found = by_reference(site, &name, token).await?;
            found.map(|id| (id, String::new())).ok_or(fault)
        }
        Err(fault) => Err(fault),
    }
}

/// A network, of the place's own region unless the spec names another one.
fn vpc(site: &Site, network: &ZoneVpc) -> Vpc {
    Vpc::builder()
        .set_vpc_id(network.vpc_id.clone())
        .vpc_region(VpcRegion::from(network.vpc_region.as_deref().unwrap_or(site.region())))
        .build()
}

/// Adds the first network that is missing, or takes one away that is not wanted; the change to wait for, if any.
pub(super) async fn next_network(
    site: &Site,
    live: &Live,
    wanted: &[ZoneVpc],
) -> Result<Option<String>, Fault> {
    let told = live.get("vpc").and_then(Blocks::<ZoneVpc>::from_value).map(|blocks| blocks.0);
    let told = told.unwrap_or_default();
    let has = |some: &[ZoneVpc], one: &ZoneVpc| some.iter().any(|other| other.vpc_id == one.vpc_id);
    if let Some(missing) = wanted.iter().find(|network| !has(&told, network)) {
        let asked = site.route53().associate_vpc_with_hosted_zone().hosted_zone_id(&*live.native_id);
        let answered = asked.vpc(vpc(site, missing)).send().await.fault(Effect::Maybe)?;
        return Ok(answered.change_info.map(|change| change.id));
    }
    if let Some(spare) = told.iter().find(|network| !has(wanted, network)) {
        let asked = site.route53().disassociate_vpc_from_hosted_zone().hosted_zone_id(&*live.native_id);
        let answered = asked.vpc(vpc(site, spare)).send().await.fault(Effect::Maybe)?;
        return Ok(answered.change_info.map(|change| change.id));
    }
    Ok(None)
}

/// Deletes a zone, with `force` all records in it first; the change to wait for, if any.
pub(super) async fn delete(site: &Site, id: &str, force: bool) -> Result<Option<String>, Fault> {
    if force && absent_is_none(empty(site, id).await)?.is_none() {
        return Ok(None);
    }
    let asked = site.route53().delete_hosted_zone().id(id).customize().config_override(once());
    let answered = absent_is_none(asked.send().await.fault(Effect::Maybe))?;
    Ok(answered.and_then(|answered| pending(answered.change_info)))
}

/// Deletes all records but those that a zone is made with.
async fn empty(site: &Site, id: &str) -> Result<(), Fault> {
    let zone = site.route53().get_hosted_zone().id(id).send().await.fault(Effect::None)?.hosted_zone;
    let apex = zone.map(|zone| zone.name).unwrap_or_default();
    let is_made_with = |set: &ResourceRecordSet| {
        set.name.trim_end_matches('.') == apex.trim_end_matches('.')
            && matches!(set.r#type, RrType::Ns | RrType::Soa)
    };
    let mut from: Option<(Option<String>, Option<RrType>, Option<String>)> = None;
    loop {
        let (name, sort, set) = from.unwrap_or_default();
        let asked = site
            .route53()
            .list_resource_record_sets()
            .hosted_zone_id(id)
            .max_items(300)
            .set_start_record_name(name)
            .set_start_record_type(sort)
            .set_start_record_identifier(set);
        let told = asked.send().await.fault(Effect::None)?;
        let gone: Vec<_> = told.resource_record_sets.into_iter().filter(|set| !is_made_with(set)).collect();
        for part in gone.chunks(MOST_CHANGES) {
            delete_sets(site, id, part).await?;
        }
        if !told.is_truncated {
            return Ok(());
        }
        from = Some((told.next_record_name, told.next_record_type, told.next_record_identifier));
    }
}

async fn delete_sets(site: &Site, id: &str, sets: &[ResourceRecordSet]) -> Result<(), Fault> {
    let changes: Result<Vec<Change>, Fault> = sets
        .iter()
        .map(|set| {
            let change = Change::builder().action(ChangeAction::Delete).resource_record_set(set.clone());
            change.build().map_err(incomplete)
        })
        .collect();
    let batch = ChangeBatch::builder().set_changes(Some(changes?)).build().map_err(incomplete)?;
    let asked = site.route53().change_resource_record_sets().hosted_zone_id(id).change_batch(batch);
    asked.customize().config_override(once()).send().await.fault(Effect::Maybe)?;
    Ok(())
}
