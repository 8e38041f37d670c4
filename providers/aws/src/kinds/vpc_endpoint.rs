//! `aws_vpc_endpoint`: a private way from a network to a service. Class B: `CreateVpcEndpoint` takes a token.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, ListOf, Listing, One,
    Operation, Placement, Timeouts, Timing, block,
};

use crate::timing::{CALL, timing};

block! {
    /// A DNS name of an endpoint.
    pub struct DnsEntry {
        dns_name: String = output().doc("The name."),
        hosted_zone_id: String = output().doc("The hosted zone that the name stands in."),
    }
}

block! {
    /// How names of the service resolve in the network.
    pub struct DnsOptions {
        dns_record_ip_type: String = computed()
            .words(&["ipv4", "dualstack", "ipv6", "service-defined"])
            .doc("Which records the names have."),
        private_dns_only_for_inbound_resolver_endpoint: bool = optional()
            .doc("Whether only what comes in through a resolver uses the endpoint; for S3."),
    }
}

block! {
    /// The addresses of an endpoint in a subnet.
    pub struct SubnetConfiguration {
        ipv4: String = optional().doc("The IPv4 address."),
        ipv6: String = optional().doc("The IPv6 address."),
        subnet_id: String = optional().refers("aws_subnet", "id").doc("The subnet."),
    }
}

block! {
    /// The attributes of `aws_vpc_endpoint`.
    pub struct VpcEndpoint {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}").doc("The ARN."),
        auto_accept: bool = optional().local()
            .doc("Whether the connection is accepted, where the service is of the same account."),
        cidr_blocks: Vec<String> = output().doc("The addresses of the service, for a gateway endpoint."),
        dns_entry: ListOf<DnsEntry> = output().moves().doc("The DNS names, for an interface endpoint."),
        dns_options: BlockList<DnsOptions> = computed().maximum(1).doc("How names of the service resolve."),
        id: String = output().made("vpce-{hex:17}").doc("The id."),
        ip_address_type: String = computed().words(&["ipv4", "dualstack", "ipv6"]).doc("Which addresses it has."),
        network_interface_ids: BTreeSet<String> = output().moves().doc("Its network interfaces."),
        owner_id: String = output().made("{account}").doc("The account that owns the endpoint."),
        policy: String = computed().json().doc("Who may do what through it; else everybody everything."),
        prefix_list_id: String = output().doc("The list of the service's addresses, for a gateway endpoint."),
        private_dns_enabled: bool = computed().default_bool(false)
            .doc("Whether the service's own names lead to the endpoint."),
        requester_managed: bool = output().default_bool(false).doc("Whether a service of AWS manages it."),
        resource_configuration_arn: String = optional().replaces()
            .conflicts(&["service_name", "service_network_arn"]).doc("The resource that it leads to."),
        route_table_ids: BTreeSet<String> = computed().refers("aws_route_table", "id")
            .doc("Tables that lead the service's traffic to it, for a gateway endpoint."),
        security_group_ids: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups; else the network's default one, for an interface endpoint."),
        service_name: String = optional().replaces().conflicts(&["service_network_arn"])
            .doc("The service that it leads to, such as `com.amazonaws.us-east-1.s3`."),
        service_network_arn: String = optional().replaces().doc("The service network that it leads to."),
        service_region: String = computed().replaces().made("{region}").doc("The region of the service."),
        state: String = output().made("available").volatile().doc("What it is doing."),
        subnet_configuration: Blocks<SubnetConfiguration> = optional().write_only()
            .doc("Addresses of one's own choice."),
        subnet_ids: BTreeSet<String> = computed().refers("aws_subnet", "id")
            .doc("The subnets that it has a network interface in, for all but gateway endpoints."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        vpc_endpoint_type: String = optional().replaces().default_text("Gateway")
            .words(&["Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"])
            .doc("What sort of endpoint it is."),
        vpc_id: String = required().replaces().refers("aws_vpc", "id").doc("The network."),
    }
}

const CREATE: Timing =
    timing(60, 180, "unmeasured: a gateway endpoint at once, an interface one in 1 to 3 minutes");

/// `DescribeVpcEndpoints` does not tell the addresses of a gateway endpoint's service.
const READS: &[&str] = &["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists", "sts:GetCallerIdentity"];

/// The table of `aws_vpc_endpoint`. Calls: Amazon EC2 API reference, `CreateVpcEndpoint` and `ModifyVpcEndpoint`.
pub static KIND: Kind = Kind {
    name: "aws_vpc_endpoint",
    provider: "aws",
    service: "ec2",
    doc: "A way from a network to a service that does not lead over the internet.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: VpcEndpoint::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[Detail {
        call: "ec2:DescribePrefixLists",
        objects: 1000,
        fields: &["cidr_blocks", "prefix_list_id"],
    }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "ec2:CreateVpcEndpoint",
                "ec2:DescribeVpcEndpointServiceConfigurations",
                "ec2:AcceptVpcEndpointConnections",
                "ec2:CreateTags",
            ],
            plane: ControlPlane::Regional,
            timing: CREATE,
        },
        Operation {
            act: Act::Update,
            calls: &["ec2:ModifyVpcEndpoint", "ec2:CreateTags", "ec2:DeleteTags"],
            plane: ControlPlane::Regional,
            timing: CREATE,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:DeleteVpcEndpoints"],
            plane: ControlPlane::Regional,
            timing: CREATE,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A way to S3",
        hcl: r#"resource "aws_vpc" "example" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_route_table" "example" {
  vpc_id = aws_vpc.example.id
}

resource "aws_vpc_endpoint" "example" {
  vpc_id          = aws_vpc.example.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.example.id]
}
"#,
        update: "tags = { team = \"network\" }",
        replace: "service_name = \"com.amazonaws.us-east-1.dynamodb\"",
    }],
};
