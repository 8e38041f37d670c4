//! `aws_route53_record`: one record set of a zone. Class D: its key is zone, name, type and set identifier.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeSet;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, Capability, ControlPlane, Example, Identity, Kind, Listing, One,
    Operation, Part, Placement, Timeouts, block,
};

use crate::timing::{CALL, timing};

block! {
    /// An answer that follows another AWS resource.
    pub struct Alias {
        evaluate_target_health: bool = required().plays(Part::Health).doc("Whether the target's health counts."),
        name: String = required().dns().plays(Part::Answer).doc("The target's DNS name."),
        zone_id: String = required().doc("The target's hosted zone."),
    }
}

block! {
    /// Routing by the number in a CIDR collection.
    pub struct CidrRouting {
        collection_id: String = required().doc("The collection."),
        location_name: String = required().doc("The location in it; `*` for all others."),
    }
}

block! {
    /// Failover routing: the primary answers while it is healthy.
    pub struct FailoverRouting {
        type_: String = required().words(&["PRIMARY", "SECONDARY"]).doc("Which of the two this record is."),
    }
}

block! {
    /// Routing by where the client is.
    pub struct GeolocationRouting {
        continent: String = optional().doc("A two-letter continent code."),
        country: String = optional().doc("A two-letter country code, `*` for all others."),
        subdivision: String = optional().doc("A subdivision of the country."),
    }
}

block! {
    /// A point on Earth.
    pub struct Coordinates {
        latitude: String = required().doc("Degrees north."),
        longitude: String = required().doc("Degrees east."),
    }
}

block! {
    /// Routing by distance.
    pub struct GeoproximityRouting {
        aws_region: String = optional().doc("The region that the record stands for."),
        bias: i64 = optional().doc("How far its area grows or shrinks, -99 to 99."),
        coordinates: Blocks<Coordinates> = optional().doc("The point that the record stands for."),
        local_zone_group: String = optional().doc("The local zone group that the record stands for."),
    }
}

block! {
    /// Routing by latency.
    pub struct LatencyRouting {
        region: String = required().doc("The region that the latency is measured to."),
    }
}

block! {
    /// Routing by weight.
    pub struct WeightedRouting {
        weight: i64 = required().plays(Part::Share).doc("The share, 0 to 255, of all weights of the name."),
    }
}

block! {
    /// The attributes of `aws_route53_record`.
    pub struct Record {
        alias: BlockList<Alias> = optional().maximum(1).conflicts(&["records", "ttl"])
            .doc("An answer that follows another AWS resource."),
        allow_overwrite: bool = computed().default_bool(false).local()
            .doc("Whether a record that exists already is taken over. relight upserts its own records anyway."),
        cidr_routing_policy: BlockList<CidrRouting> = optional().maximum(1)
            .conflicts(&["failover_routing_policy", "geolocation_routing_policy", "geoproximity_routing_policy",
                "latency_routing_policy", "multivalue_answer_routing_policy", "weighted_routing_policy"])
            .doc("Routing by the client's network."),
        failover_routing_policy: BlockList<FailoverRouting> = optional().maximum(1)
            .conflicts(&["geolocation_routing_policy", "geoproximity_routing_policy", "latency_routing_policy",
                "multivalue_answer_routing_policy", "weighted_routing_policy"])
            .doc("Primary and secondary answers."),
        fqdn: String = output().made("{name}").doc("The full name."),
        geolocation_routing_policy: BlockList<GeolocationRouting> = optional().maximum(1)
            .conflicts(&["geoproximity_routing_policy", "latency_routing_policy",
                "multivalue_answer_routing_policy", "weighted_routing_policy"])
            .doc("Routing by where the client is."),
        geoproximity_routing_policy: BlockList<GeoproximityRouting> = optional().maximum(1)
            .conflicts(&["latency_routing_policy", "multivalue_answer_routing_policy", "weighted_routing_policy"])
            .doc("Routing by distance."),
        health_check_id: String = optional().mentions("aws_route53_health_check", "id").plays(Part::Health)
            .doc("The health check that decides whether the record answers."),
        id: String = output().made("{zone_id}_{name:lower}_{type}").doc("Zone, name, type and set identifier."),
        latency_routing_policy: BlockList<LatencyRouting> = optional().maximum(1)
            .conflicts(&["multivalue_answer_routing_policy", "weighted_routing_policy"])
            .doc("Routing by latency."),
        multivalue_answer_routing_policy: bool = optional().conflicts(&["weighted_routing_policy"])
            .doc("Whether up to eight healthy records answer together."),
        name: String = required().replaces().dns().also("relative_name").plays(Part::Name)
            .doc("The name, relative to the zone or in full."),
        records: BTreeSet<String> = optional().plays(Part::Answer).doc("The answers."),
        relative_name: String = output().own()
            .doc("The name without that of the zone: the other way to write it."),
        set_identifier: String = optional().replaces().doc("Tells records of one name and type apart."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        ttl: i64 = optional().plays(Part::TimeToLive { otherwise: ALIAS_SECONDS }).doc("How long resolvers may keep the answer, in seconds."),
        type_: String = required()
            .words(&["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
                "SSHFP", "SVCB", "TLSA", "TXT"])
            .replaces()
            .doc("The record type."),
        weighted_routing_policy: BlockList<WeightedRouting> = optional().maximum(1).doc("Routing by weight."),
        zone_id: String = required().replaces().refers("aws_route53_zone", "zone_id").doc("The hosted zone."),
    }
}

/// How long resolvers keep what an alias answers with. Source: Route 53 developer guide, alias records: 60 s for those to
/// load balancers.
const ALIAS_SECONDS: u32 = 60;

/// Changes are in sync in 35 s, generally within 60. Source: `estimates`, a public Terraform log; Route 53 API
/// reference, `ChangeResourceRecordSets`.
const CHANGE: relight_contract::Timing = timing(35, 60, "Route 53 API reference: generally within 60 s");

/// The home of Route 53's control plane. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// A change names the whole record, and a name is made full with that of its zone.
const CALLS: &[&str] = &[
    "route53:ChangeResourceRecordSets",
    "route53:GetChange",
    "route53:ListResourceRecordSets",
    "route53:GetHostedZone",
];

const READS: &[&str] = &["route53:ListResourceRecordSets", "route53:GetHostedZone"];

/// The table of `aws_route53_record`.
pub static KIND: Kind = Kind {
    name: "aws_route53_record",
    provider: "aws",
    service: "route53",
    doc: "One record set of a hosted zone.",
    placement: Placement::Global,
    identity: Identity::Key(&["zone_id", "name", "type", "set_identifier"]),
    tags: None,
    fields: Record::FIELDS,
    capabilities: &[Capability::Shiftable {
        fields: &["failover_routing_policy", "weighted_routing_policy", "alias", "records"],
    }],
    listing: Listing::Under { kind: "aws_route53_zone", attribute: "zone_id", page: 300 },
    details: &[],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: HOME, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: HOME, timing: CALL },
        Operation { act: Act::Create, calls: CALLS, plane: HOME, timing: CHANGE },
        Operation { act: Act::Update, calls: CALLS, plane: HOME, timing: CHANGE },
        Operation { act: Act::Delete, calls: CALLS, plane: HOME, timing: CHANGE },
        Operation { act: Act::Shift, calls: CALLS, plane: HOME, timing: CHANGE },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A name",
        hcl: "resource \"aws_route53_zone\" \"example\" {\n  name = \"example.com\"\n}\n\nresource \
              \"aws_route53_record\" \"example\" {\n  zone_id = aws_route53_zone.example.zone_id\n  name    = \
              \"www\"\n  type    = \"A\"\n  ttl     = 60\n  records = [\"192.0.2.1\"]\n}\n",
        update: "records = [\"192.0.2.2\"]",
        replace: "name = \"web\"",
    }],
};
