//! `aws_route53_zone`: a hosted zone. Class B: the cloud makes the id, `CreateHostedZone` takes a caller
//! reference; tags follow in a second call.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, One, Operation, Part,
    Placement, Timeouts, Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// A network that a private zone answers in.
    pub struct ZoneVpc {
        vpc_id: String = required().mentions("aws_vpc", "id").doc("The network."),
        vpc_region: String = computed().made("{region}").doc("The region of the network."),
    }
}

block! {
    /// The attributes of `aws_route53_zone`.
    pub struct Zone {
        arn: String = output().made("arn:aws:route53:::hostedzone/{zone_id}").doc("The ARN."),
        comment: String = optional().default_text("Managed by Terraform").doc("A comment."),
        delegation_set_id: String = optional().replaces().conflicts(&["vpc"])
            .doc("The reusable set of name servers that answers for the zone."),
        force_destroy: bool = optional().default_bool(false).local()
            .doc("Whether deleting the zone deletes all records in it first."),
        id: String = output().made("{zone_id}").doc("The id."),
        name: String = required().replaces().dns().plays(Part::Domain).doc("The domain."),
        name_servers: Vec<String> = output()
            .made("ns-{digits:3}.awsdns-{digits:2}.com,ns-{digits:3}.awsdns-{digits:2}.net,\
                   ns-{digits:3}.awsdns-{digits:2}.org,ns-{digits:4}.awsdns-{digits:2}.co.uk")
            .doc("The name servers to delegate the domain to."),
        primary_name_server: String = output().made("ns-{digits:3}.awsdns-{digits:2}.com")
            .doc("The name server of the zone's SOA record."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc: Blocks<ZoneVpc> = optional().doc("The networks that a private zone answers in; a public zone has none."),
        zone_id: String = output().made("Z{digits:13}").doc("The id."),
    }
}

/// Changes are in sync in 35 s, generally within 60. Source: `estimates`, a public Terraform log; Route 53 API
/// reference, `GetChange`.
const CHANGE: Timing = timing(35, 60, "Route 53 API reference: generally within 60 s");

/// The home of Route 53's control plane. Source: AWS fault isolation boundaries.
const HOME: ControlPlane = ControlPlane::Global("us-east-1");

/// A list tells neither tags nor networks nor name servers.
const READS: &[&str] = &[
    "route53:ListHostedZones",
    "route53:ListHostedZonesByName",
    "route53:GetHostedZone",
    "route53:ListResourceRecordSets",
    "route53:ListTagsForResources",
];

/// The table of `aws_route53_zone`. Calls and limits: Route 53 API reference, `CreateHostedZone`.
pub static KIND: Kind = Kind {
    name: "aws_route53_zone",
    provider: "aws",
    service: "route53",
    doc: "A domain that Route 53 answers for, in public or inside networks.",
    placement: Placement::Global,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: Zone::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[
        Detail { call: "route53:ListTagsForResources", objects: 10, fields: &[] },
        Detail {
            call: "route53:GetHostedZone",
            objects: 1,
            fields: &["delegation_set_id", "name_servers", "vpc"],
        },
        Detail { call: "route53:ListResourceRecordSets", objects: 1, fields: &["primary_name_server"] },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: HOME, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: HOME, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "route53:CreateHostedZone",
                "route53:GetChange",
                "route53:ChangeTagsForResource",
                "route53:AssociateVPCWithHostedZone",
                "ec2:DescribeVpcs",
            ],
            plane: HOME,
            timing: CHANGE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "route53:UpdateHostedZoneComment",
                "route53:ChangeTagsForResource",
                "route53:AssociateVPCWithHostedZone",
                "route53:DisassociateVPCFromHostedZone",
                "route53:GetChange",
                "ec2:DescribeVpcs",
            ],
            plane: HOME,
            timing: CALL,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "route53:DeleteHostedZone",
                "route53:GetChange",
                "route53:ListResourceRecordSets",
                "route53:ChangeResourceRecordSets",
            ],
            plane: HOME,
            timing: CHANGE,
        },
    ],
    unsupported: &[],
    examples: &[
        Example {
            title: "A public zone",
            hcl: r#"resource "aws_route53_zone" "example" {
  name = "example.com"
}
"#,
            update: r#"comment = "The shop's domain""#,
            replace: r#"name = "example.org""#,
        },
        Example {
            title: "A private zone",
            hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_route53_zone" "example" {
  name = "shop.internal"

  vpc {
    vpc_id = aws_vpc.example.id
  }
}
"#,
            update: r#"comment = "Names inside the network""#,
            replace: r#"name = "store.internal""#,
        },
    ],
};
