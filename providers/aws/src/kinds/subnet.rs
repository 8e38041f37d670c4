//! `aws_subnet`: a range of a network in one zone. Class C: the id is the server's and `CreateSubnet` takes no
//! token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, ControlPlane, Example, Identity, Kind, Listing, One, Operation, Placement, Timeouts, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_subnet`.
    pub struct Subnet {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:subnet/{id}").doc("The ARN."),
        assign_ipv6_address_on_creation: bool = optional().default_bool(false)
            .doc("Whether new network interfaces get an IPv6 address."),
        availability_zone: String = computed().replaces().made("{region}a").conflicts(&["availability_zone_id"])
            .doc("The zone, by the name that this account knows it under."),
        availability_zone_id: String = computed().replaces().made("{region}-az1")
            .doc("The zone, by the id that is the same in every account."),
        cidr_block: String = optional().replaces().cidr().doc("The IPv4 block, /16 to /28, inside the network's."),
        customer_owned_ipv4_pool: String = optional().doc("The customer's own address pool, on an Outpost."),
        enable_dns64: bool = optional().default_bool(false)
            .doc("Whether names that have IPv4 addresses alone get synthetic IPv6 answers."),
        enable_lni_at_device_index: i64 = optional()
            .doc("The device index at which interfaces are local network interfaces, on an Outpost."),
        enable_resource_name_dns_a_record_on_launch: bool = optional().default_bool(false)
            .doc("Whether instance names that are made of the id answer with IPv4 addresses."),
        enable_resource_name_dns_aaaa_record_on_launch: bool = optional().default_bool(false)
            .doc("Whether instance names that are made of the id answer with IPv6 addresses."),
        id: String = output().made("subnet-{hex:17}").doc("The id."),
        ipv6_cidr_block: String = optional().cidr().doc("The IPv6 block, /64, inside the network's."),
        ipv6_cidr_block_association_id: String = output().moves().doc("The association of the IPv6 block."),
        ipv6_native: bool = optional().replaces().default_bool(false).doc("Whether the subnet has IPv6 only."),
        map_customer_owned_ip_on_launch: bool = optional()
            .doc("Whether new network interfaces get an address of the customer's own pool."),
        map_public_ip_on_launch: bool = optional().default_bool(false)
            .doc("Whether instances get a public IPv4 address."),
        outpost_arn: String = optional().replaces().doc("The Outpost that the subnet is on."),
        owner_id: String = output().made("{account}").doc("The account that owns the subnet."),
        private_dns_hostname_type_on_launch: String = computed().default_text("ip-name")
            .words(&["ip-name", "resource-name"])
            .doc("Whether instances are named after their address or their id."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_id: String = required().replaces().refers("aws_vpc", "id").doc("The network."),
    }
}

/// The table of `aws_subnet`. Calls: Amazon EC2 API reference, `CreateSubnet` and `ModifySubnetAttribute`, which
/// changes one attribute in a call.
pub static KIND: Kind = Kind {
    name: "aws_subnet",
    provider: "aws",
    service: "ec2",
    doc: "A range of addresses of a network, in one availability zone.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Subnet::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["ec2:DescribeSubnets"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["ec2:DescribeSubnets"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateSubnet", "ec2:ModifySubnetAttribute", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:ModifySubnetAttribute",
                "ec2:AssociateSubnetCidrBlock",
                "ec2:DisassociateSubnetCidrBlock",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteSubnet"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A subnet",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "example" {
  vpc_id     = aws_vpc.example.id
  cidr_block = "10.0.1.0/24"
}
"#,
        update: "map_public_ip_on_launch = true",
        replace: "cidr_block = \"10.0.2.0/24\"",
    }],
};
