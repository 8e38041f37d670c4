//! `aws_route53_zone`: a hosted zone that exists already.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{Block, DataKind, DataSource, Object, Place, Placement, block};

use super::made_up::{answered, characters, given, hex, seed};

block! {
    /// The arguments and answers of `aws_route53_zone`.
    pub struct Route53Zone {
        arn: String = output().doc("The ARN."),
        caller_reference: String = output().doc("The token of the call that made it."),
        comment: String = output().doc("Its comment."),
        id: String = output().doc("The id."),
        linked_service_description: String = output().doc("What a service of AWS made it for."),
        linked_service_principal: String = output().doc("The service of AWS that made it."),
        name: String = computed().dns().doc("Its domain."),
        name_servers: Vec<String> = output().doc("Its name servers."),
        primary_name_server: String = output().doc("The first of them."),
        private_zone: bool = optional().default_bool(false).doc("Whether it answers inside of VPCs only."),
        resource_record_set_count: i64 = output().volatile().doc("How many record sets it has."),
        tags: BTreeMap<String, String> = computed().doc("Its tags; given, all of them must match."),
        vpc_id: String = computed().mentions("aws_vpc", "id").doc("A VPC that a private zone answers in."),
        zone_id: String = computed().doc("The id."),
    }
}

/// The table of `aws_route53_zone`.
pub static DATA: DataKind = DataKind {
    name: "aws_route53_zone",
    provider: "aws",
    doc: "A hosted zone that exists already.",
    placement: Placement::Global,
    fields: Route53Zone::FIELDS,
    source: DataSource::Object { kind: "aws_route53_zone", sample },
    calls: &[
        "route53:ListHostedZonesByName",
        "route53:GetHostedZone",
        "route53:ListTagsForResources",
        "route53:ListResourceRecordSets",
    ],
    unsupported: &[],
};

fn sample(_: &Place, arguments: &Object) -> Result<Object, String> {
    let asked: Route53Zone = given(arguments)?;
    let seed = seed("", arguments);
    let zone_id = match (&asked.zone_id, &asked.name) {
        (Some(id), _) => id.clone(),
        (None, Some(_)) => format!("Z{}", characters(&seed, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 20)),
        (None, None) => return Err("either `name` or `zone_id` says which zone".to_owned()),
    };
    let name = asked.name.as_deref().map_or("example.com", |name| name.trim_end_matches('.')).to_owned();
    let digits = characters(&seed, b"123456789", 2);
    let numbers = if asked.private_zone == Some(true) {
        ["0", "512", "1024", "1536"].map(str::to_owned)
    } else {
        [1, 2, 3, 4].map(|server| format!("{server}{digits}"))
    };
    let name_servers: Vec<String> = numbers
        .into_iter()
        .zip(["com", "net", "org", "co.uk"])
        .map(|(number, end)| format!("ns-{number}.awsdns-00.{end}"))
        .collect();
    let answers = Route53Zone {
        arn: Some(format!("arn:aws:route53:::hostedzone/{zone_id}")),
        caller_reference: Some(hex(&seed, 32)),
        comment: Some(String::new()),
        id: Some(zone_id.clone()),
        linked_service_description: Some(String::new()),
        linked_service_principal: Some(String::new()),
        name: Some(name),
        primary_name_server: name_servers.first().cloned(),
        name_servers: Some(name_servers),
        private_zone: Some(asked.private_zone.unwrap_or(false)),
        resource_record_set_count: Some(2),
        tags: Some(asked.tags.unwrap_or_default()),
        vpc_id: asked.vpc_id,
        zone_id: Some(zone_id),
    };
    Ok(answered(arguments, &answers))
}
