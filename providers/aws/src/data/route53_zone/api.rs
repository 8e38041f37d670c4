//! The API half of `aws_route53_zone`, the data source.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_route53::types::HostedZone;
use relight_contract::{Action, Answer, Answering, Block, Blocks, Fault, FaultKind, Live, Typed, Value};

use super::Route53Zone;
use crate::api::{Site, none_of_its_calls, shape};
use crate::data::made_up::answered;
use crate::kinds::route53_zone::ZoneVpc;
use crate::kinds::route53_zone::api::read::{of_name, plain_id, whole};

/// Answers the question.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        let Action::LookUp { arguments, .. } = action else { return Err(none_of_its_calls(&action)) };
        let asked = Route53Zone::from_object(&arguments).map_err(shape)?;
        let (told, live) = find(&site, &asked).await?;
        Ok(Answer::Data(answered(&arguments, &answers(told, &live, asked))))
    })
}

/// The one zone that is meant.
async fn find(site: &Site, asked: &Route53Zone) -> Result<(HostedZone, Live), Fault> {
    let missing = || Fault::new(FaultKind::NotFound, "no hosted zone matches the arguments");
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let Some(id) = some(&asked.zone_id) {
        return whole(site, &plain_id(&id)).await?.ok_or_else(missing);
    }
    let Some(name) = some(&asked.name) else {
        return Err(Fault::new(FaultKind::Invalid, "either `name` or `zone_id` says which zone"));
    };
    // A network has private zones only.
    let is_private = asked.private_zone.unwrap_or_default() || some(&asked.vpc_id).is_some();
    let mut found = Vec::new();
    for zone in of_name(site, &name).await? {
        if zone.config.as_ref().is_some_and(|config| config.private_zone) == is_private {
            let zone = whole(site, &plain_id(&zone.id)).await?;
            found.extend(zone.filter(|(_, live)| matches(live, asked)));
        }
    }
    match found.len() {
        0 | 1 => found.pop().ok_or_else(missing),
        count => {
            let text =
                format!("{count} hosted zones match: say with `zone_id`, `vpc_id` or `tags` which is meant");
            Err(Fault::new(FaultKind::Invalid, text))
        }
    }
}

/// Whether a zone has the network and all the tags that are asked for.
fn matches(live: &Live, asked: &Route53Zone) -> bool {
    let networks = live.get("vpc").and_then(Blocks::<ZoneVpc>::from_value).map(|blocks| blocks.0);
    let networks = networks.unwrap_or_default();
    let is_there = asked
        .vpc_id
        .as_ref()
        .filter(|id| !id.is_empty())
        .is_none_or(|id| networks.iter().any(|network| network.vpc_id.as_ref() == Some(id)));
    let tags = live.get("tags").and_then(BTreeMap::<String, String>::from_value).unwrap_or_default();
    is_there && asked.tags.iter().flatten().all(|(key, value)| tags.get(key) == Some(value))
}

fn answers(told: HostedZone, live: &Live, asked: Route53Zone) -> Route53Zone {
    let text = |field: &str| Some(live.get(field).and_then(Value::as_str).unwrap_or_default().to_owned());
    let service = told.linked_service;
    let (principal, description) =
        service.map_or((None, None), |service| (service.service_principal, service.description));
    Route53Zone {
        arn: text("arn"),
        caller_reference: Some(told.caller_reference),
        comment: text("comment"),
        id: text("id"),
        linked_service_description: Some(description.unwrap_or_default()),
        linked_service_principal: Some(principal.unwrap_or_default()),
        name: text("name"),
        name_servers: live.get("name_servers").and_then(Vec::<String>::from_value),
        primary_name_server: text("primary_name_server"),
        private_zone: Some(told.config.is_some_and(|config| config.private_zone)),
        resource_record_set_count: told.resource_record_set_count,
        tags: live.get("tags").and_then(BTreeMap::<String, String>::from_value),
        vpc_id: asked.vpc_id,
        zone_id: text("zone_id"),
    }
}
