//! `aws_elasticache_subnet_group`: the subnets that caches may stand in. Class A: its name is unique in a region.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Operation, Placement,
    Scope, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_elasticache_subnet_group`.
    pub struct ElasticacheSubnetGroup {
        arn: String = output().made("arn:aws:elasticache:{region}:{account}:subnetgroup:{name:lower}")
            .doc("The ARN."),
        description: String = optional().default_text("Managed by Terraform")
            .doc("A description. ElastiCache wants one, so that the default is that of Terraform."),
        id: String = output().made("{name:lower}").doc("The name."),
        name: String = required().replaces().ignore_case().doc("The name, in lower case."),
        subnet_ids: BTreeSet<String> = required().refers("aws_subnet", "id").doc("The subnets."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        vpc_id: String = output().made("vpc-{hex:17}").doc("The VPC of the subnets."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;
const READS: &[&str] = &["elasticache:DescribeCacheSubnetGroups", "elasticache:ListTagsForResource"];

/// The table of `aws_elasticache_subnet_group`.
pub static KIND: Kind = Kind {
    name: "aws_elasticache_subnet_group",
    provider: "aws",
    service: "elasticache",
    doc: "The subnets that caches may stand in.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: None,
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: ElasticacheSubnetGroup::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "elasticache:ListTagsForResource", objects: 1, fields: &[] }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["elasticache:CreateCacheSubnetGroup", "elasticache:AddTagsToResource"],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "elasticache:ModifyCacheSubnetGroup",
                "elasticache:AddTagsToResource",
                "elasticache:RemoveTagsFromResource",
            ],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["elasticache:DeleteCacheSubnetGroup"],
            plane: SITE,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Two subnets",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.example.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_elasticache_subnet_group" "example" {
  name       = "example"
  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}
"#,
        update: "description = \"Caches of the example\"",
        replace: "name = \"other\"",
    }],
};
