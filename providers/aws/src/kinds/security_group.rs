//! `aws_security_group`: a stateful firewall around network interfaces. Class A: the caller chooses the name, and
//! AWS refuses a second group of that name in a network; `CreateSecurityGroup` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, NameRule, One, Operation, Placement, Scope,
    SetOf, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// A rule that the group itself holds: ports, a protocol, and any number of peers.
    pub struct InlineRule {
        cidr_blocks: Vec<String> = optional().cidr().doc("IPv4 blocks."),
        description: String = optional().doc("What the rule is for."),
        from_port: i64 = required().doc("The first port, or the ICMP type; 0 with protocol `-1`."),
        ipv6_cidr_blocks: Vec<String> = optional().cidr().doc("IPv6 blocks."),
        prefix_list_ids: Vec<String> = optional().doc("Managed prefix lists."),
        protocol: String = required().ignore_case().doc("`tcp`, `udp`, `icmp`, `-1` for all, or a number."),
        security_groups: BTreeSet<String> = optional().refers("aws_security_group", "id").doc("Other groups."),
        self_: bool = optional().default_bool(false).doc("Whether the group itself is a peer."),
        to_port: i64 = required().doc("The last port, or the ICMP code; 0 with protocol `-1`."),
    }
}

block! {
    /// The attributes of `aws_security_group`.
    pub struct SecurityGroup {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:security-group/{id}").doc("The ARN."),
        description: String = optional().replaces().default_text("Managed by Terraform")
            .doc("What the group is for. AWS wants one; the default is Terraform's, so that its groups stay."),
        egress: SetOf<InlineRule> = computed().apart()
            .doc("All rules for outgoing traffic. A group without them leaves rules to the kinds of single rules."),
        id: String = output().made("sg-{hex:17}").doc("The id."),
        ingress: SetOf<InlineRule> = computed().apart()
            .doc("All rules for incoming traffic. A group without them leaves rules to the kinds of single rules."),
        name: String = computed().replaces().conflicts(&["name_prefix"]).doc("The name, unique in the network."),
        name_prefix: String = computed().replaces().doc("What a derived name begins with."),
        owner_id: String = output().made("{account}").doc("The account that owns the group."),
        revoke_rules_on_delete: bool = optional().default_bool(false).local()
            .doc("Whether all rules are taken off first, for groups that refer to each other."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = computed().replaces().refers("aws_vpc", "id")
            .doc("The network; else the account's default one."),
    }
}

/// The table of `aws_security_group`. Name limit, duplicates and calls: Amazon EC2 API reference,
/// `CreateSecurityGroup`.
pub static KIND: Kind = Kind {
    name: "aws_security_group",
    provider: "aws",
    service: "ec2",
    doc: "A stateful firewall around the network interfaces that carry it.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 255,
        scope: Scope::Parent("vpc_id"),
    }),
    tags: Some("tags"),
    fields: SecurityGroup::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeSecurityGroups"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeSecurityGroups"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "ec2:CreateSecurityGroup",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:CreateTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
                "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "ec2:DeleteSecurityGroup",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:RevokeSecurityGroupEgress",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A web server's group",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "example" {
  name        = "example-web"
  description = "web servers"
  vpc_id      = aws_vpc.example.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#,
        update: "tags = { team = \"network\" }",
        replace: "description = \"all web servers\"",
    }],
};
