//! `aws_vpc_security_group_egress_rule`: one rule of a security group for outgoing traffic. Found by its owner tag, as
//! class C: a rule has a natural key, but all of it apart from the group can change in place.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, Operation, Placement, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_vpc_security_group_egress_rule`. It has exactly one peer.
    pub struct EgressRule {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:security-group-rule/{id}").doc("The ARN."),
        cidr_ipv4: String = optional().cidr()
            .conflicts(&["cidr_ipv6", "prefix_list_id", "referenced_security_group_id"])
            .doc("An IPv4 block, as the destination."),
        cidr_ipv6: String = optional().cidr().conflicts(&["prefix_list_id", "referenced_security_group_id"])
            .doc("An IPv6 block, as the destination."),
        description: String = optional().doc("What the rule is for."),
        from_port: i64 = optional().doc("The first port, or the ICMP type."),
        id: String = output().made("sgr-{hex:17}").doc("The id."),
        ip_protocol: String = required().ignore_case()
            .doc("`tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or a number."),
        prefix_list_id: String = optional().conflicts(&["referenced_security_group_id"])
            .doc("A managed prefix list, as the destination."),
        referenced_security_group_id: String = optional().refers("aws_security_group", "id")
            .doc("A security group, as the destination."),
        security_group_id: String = required().replaces().refers("aws_security_group", "id")
            .doc("The group that the rule belongs to."),
        security_group_rule_id: String = output().made("{id}").doc("The id."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        to_port: i64 = optional().doc("The last port, or the ICMP code."),
    }
}

/// The table of `aws_vpc_security_group_egress_rule`. Calls and the tags in the create call: Amazon EC2 API
/// reference, `AuthorizeSecurityGroupEgress`; a peer of another sort is authorized anew, the old one revoked.
pub static KIND: Kind = Kind {
    name: "aws_vpc_security_group_egress_rule",
    provider: "aws",
    service: "ec2",
    doc: "One rule of a security group for outgoing traffic.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: EgressRule::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeSecurityGroupRules", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeSecurityGroupRules", "sts:GetCallerIdentity"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:ModifySecurityGroupRules",
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:RevokeSecurityGroupEgress"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "HTTPS to private networks",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "example" {
  name   = "example-web"
  vpc_id = aws_vpc.example.id
}

resource "aws_security_group" "other" {
  name   = "example-admin"
  vpc_id = aws_vpc.example.id
}

resource "aws_vpc_security_group_egress_rule" "example" {
  security_group_id = aws_security_group.example.id
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
"#,
        update: "from_port = 8443\nto_port   = 8443",
        replace: "security_group_id = aws_security_group.other.id",
    }],
};
