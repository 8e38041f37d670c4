//! `aws_eip`: a public address that stays. Class C: the id is the server's and `AllocateAddress` takes no token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeMap;

use relight_contract::field::{computed, optional, output};
use relight_contract::{
    Act, Block, ControlPlane, Detail, Example, Identity, Kind, Listing, One, Operation, Part, Placement,
    Timeouts, Unsupported, block,
};

use crate::timing::{CALL, QUICK};

block! {
    /// The attributes of `aws_eip`.
    pub struct Eip {
        address: String = optional().replaces().doc("A certain address of a pool, or one released a while ago."),
        allocation_id: String = output().made("{id}").doc("The id of the allocation."),
        arn: String = output().made("arn:aws:ec2:{region}:{account}:elastic-ip/{id}").doc("The ARN."),
        associate_with_private_ip: String = optional()
            .doc("The private address that the public one stands for; else the primary one."),
        association_id: String = output().moves().doc("The association with an instance or network interface."),
        carrier_ip: String = output().doc("The carrier's address, in a Wavelength zone."),
        customer_owned_ip: String = output().doc("The address from the customer's own pool."),
        customer_owned_ipv4_pool: String = optional().doc("The customer's own address pool, on an Outpost."),
        domain: String = computed().replaces().default_text("vpc").words(&["standard", "vpc"])
            .doc("Where the address is of use; AWS knows `vpc` only since it closed EC2-Classic."),
        id: String = output().made("eipalloc-{hex:17}").doc("The id of the allocation."),
        instance: String = computed().mentions("aws_instance", "id").doc("The instance that has the address."),
        ipam_pool_id: String = computed().replaces().write_only().doc("The address pool (IPAM) that the address comes from."),
        network_border_group: String = computed().replaces().made("{region}")
            .doc("The group of zones that announces the address."),
        network_interface: String = computed().doc("The network interface that has the address."),
        private_dns: String = output().moves().doc("The private DNS name of what has the address."),
        private_ip: String = output().moves().doc("The private address that the public one stands for."),
        ptr_record: String = output().doc("The name that the address resolves back to."),
        public_dns: String = output().made("ec2-52-1{digits:2}-1{digits:2}-1{digits:2}.{region}.compute.amazonaws.com")
            .doc("The public DNS name."),
        public_ip: String = output().made("52.1{digits:2}.1{digits:2}.1{digits:2}").plays(Part::Entrance).doc("The public address."),
        public_ipv4_pool: String = computed().replaces().default_text("amazon")
            .doc("The pool that the address comes from."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
    }
}

/// `DescribeAddresses` does not tell the names that addresses resolve back to.
const READS: &[&str] = &["ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "sts:GetCallerIdentity"];

/// The table of `aws_eip`. Calls: Amazon EC2 API reference, `AllocateAddress`; `DescribeAddresses` has no pages.
pub static KIND: Kind = Kind {
    name: "aws_eip",
    provider: "aws",
    service: "ec2",
    doc: "A public IPv4 address that stays the same until it is given back.",
    placement: Placement::Regional,
    identity: Identity::Server,
    tags: Some("tags"),
    fields: Eip::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[Detail { call: "ec2:DescribeAddressesAttribute", objects: 1000, fields: &["ptr_record"] }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["ec2:AllocateAddress", "ec2:AssociateAddress", "ec2:CreateTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:AssociateAddress", "ec2:DisassociateAddress", "ec2:CreateTags", "ec2:DeleteTags"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:ReleaseAddress", "ec2:DisassociateAddress"],
            plane: ControlPlane::Regional,
            timing: QUICK,
        },
    ],
    unsupported: &[Unsupported { name: "vpc", reason: "deprecated: use `domain = \"vpc\"`" }],
    examples: &[Example {
        title: "An address",
        hcl: "resource \"aws_eip\" \"example\" {\n  domain = \"vpc\"\n}\n",
        update: "tags = { team = \"network\" }",
        replace: "",
    }],
};
