//! The API half of `aws_availability_zones`.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_ec2::types::AvailabilityZone;
use relight_contract::{Action, Answer, Answering, Block, Fault};

use super::AvailabilityZones;
use crate::api::ec2::filter;
use crate::api::{Effect, FaultOf, Site, none_of_its_calls, shape};
use crate::data::made_up::{answered, filters};

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let asked = AvailabilityZones::from_object(&arguments).map_err(shape)?;
        let zones = zones(&site, &asked).await?;
        let names = |name: fn(&AvailabilityZone) -> &Option<String>| {
            zones.iter().filter_map(|zone| name(zone).clone()).collect::<Vec<String>>()
        };
        let answers = AvailabilityZones {
            group_names: Some(names(|zone| &zone.group_name).into_iter().collect()),
            id: Some(site.region().to_owned()),
            names: Some(names(|zone| &zone.zone_name)),
            zone_ids: Some(names(|zone| &zone.zone_id)),
            ..AvailabilityZones::default()
        };
        Ok(Answer::Data(answered(&arguments, &answers)))
    })
}

/// The zones that are asked for, in the order of their names.
async fn zones(site: &Site, asked: &AvailabilityZones) -> Result<Vec<AvailabilityZone>, Fault> {
    let mut wanted: Vec<_> = filters(&asked.filter).map(|(name, values)| filter(name, values)).collect();
    if let Some(state) = &asked.state {
        wanted.push(filter("state", [state.clone()]));
    }
    let call = site
        .ec2()
        .describe_availability_zones()
        .set_all_availability_zones(asked.all_availability_zones)
        .set_filters(Some(wanted).filter(|wanted| !wanted.is_empty()));
    let told = call.send().await.fault(Effect::None)?.availability_zones.unwrap_or_default();
    let excludes = |names: &Option<BTreeSet<String>>, name: &Option<String>| {
        name.as_ref().is_some_and(|name| names.as_ref().is_some_and(|names| names.contains(name)))
    };
    let mut zones: Vec<AvailabilityZone> = told
        .into_iter()
        .filter(|zone| !excludes(&asked.exclude_names, &zone.zone_name))
        .filter(|zone| !excludes(&asked.exclude_zone_ids, &zone.zone_id))
        .collect();
    zones.sort_by(|a, b| a.zone_name.cmp(&b.zone_name));
    Ok(zones)
}
