//! `aws_instance`: one virtual machine. Class B: `RunInstances` takes a token.
//!
//! User data and the instance type are changed in place: EC2 stops the instance for it and starts it again.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, One, Operation,
    Part, Placement, Timeouts, Timing, Unsupported, block,
};

use crate::timing::{CALL, timing};

block! {
    /// One capacity reservation, or a group of them.
    pub struct CapacityReservationTarget {
        capacity_reservation_id: String = optional().conflicts(&["capacity_reservation_resource_group_arn"])
            .doc("The reservation."),
        capacity_reservation_resource_group_arn: String = optional().conflicts(&["capacity_reservation_id"])
            .doc("The resource group of reservations."),
    }
}

block! {
    /// Which capacity reservations the instance uses.
    pub struct CapacityReservation {
        capacity_reservation_preference: String = optional()
            .words(&["capacity-reservations-only", "open", "none"])
            .conflicts(&["capacity_reservation_target"]).doc("Whether any open reservation is used."),
        capacity_reservation_target: BlockList<CapacityReservationTarget> = optional().maximum(1)
            .doc("The reservation that is used."),
    }
}

block! {
    /// Processor options.
    pub struct CpuOptions {
        amd_sev_snp: String = computed().replaces().words(&["enabled", "disabled"]).doc("Whether AMD SEV-SNP is on."),
        core_count: i64 = computed().replaces().doc("How many cores."),
        threads_per_core: i64 = computed().replaces().doc("How many threads each core runs."),
    }
}

block! {
    /// CPU credits of a burstable type.
    pub struct CreditSpecification {
        cpu_credits: String = optional().words(&["standard", "unlimited"]).doc("What happens beyond the credits."),
    }
}

block! {
    /// A volume that is attached at launch. Its size, type and speed change in place.
    pub struct EbsBlockDevice {
        delete_on_termination: bool = optional().default_bool(true).doc("Whether the volume goes with the instance."),
        device_name: String = required().replaces().doc("The device name."),
        encrypted: bool = computed().replaces().doc("Whether the volume is encrypted."),
        iops: i64 = computed().doc("Provisioned I/O operations per second."),
        kms_key_id: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The key that it is encrypted with."),
        snapshot_id: String = computed().replaces().doc("The snapshot that it begins with."),
        tags: BTreeMap<String, String> = optional().doc("Tags of the volume."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        throughput: i64 = computed().doc("The throughput of a `gp3` volume, in MiB/s."),
        volume_id: String = output().made("vol-{hex:17}").doc("The volume."),
        volume_size: i64 = computed().doc("The size, in GiB. It can grow, never shrink."),
        volume_type: String = computed().made("gp2").doc("The volume type."),
    }
}

block! {
    /// Nitro Enclaves.
    pub struct EnclaveOptions {
        enabled: bool = computed().replaces().doc("Whether the instance can run enclaves."),
    }
}

block! {
    /// An instance store volume.
    pub struct EphemeralBlockDevice {
        device_name: String = required().replaces().doc("The device name."),
        no_device: bool = optional().replaces().doc("Whether a device of the image is left out."),
        virtual_name: String = optional().replaces().doc("The volume, such as `ephemeral0`."),
    }
}

block! {
    /// How a spot instance is asked for.
    pub struct SpotOptions {
        instance_interruption_behavior: String = computed().replaces().words(&["hibernate", "stop", "terminate"])
            .doc("What an interruption does."),
        max_price: String = computed().replaces().doc("The highest price per hour, in USD."),
        spot_instance_type: String = computed().replaces().words(&["one-time", "persistent"])
            .doc("Whether the request outlives the instance."),
        valid_until: String = computed().replaces().doc("When a persistent request ends, in RFC 3339."),
    }
}

block! {
    /// How capacity is bought.
    pub struct InstanceMarketOptions {
        market_type: String = computed().replaces().words(&["capacity-block", "spot"]).doc("The market."),
        spot_options: BlockList<SpotOptions> = computed().replaces().maximum(1)
            .doc("How a spot instance is asked for."),
    }
}

block! {
    /// The launch template that the instance was made from.
    pub struct TemplateReference {
        id: String = computed().replaces().mentions("aws_launch_template", "id").conflicts(&["name"]).doc("It, by id."),
        name: String = computed().replaces().mentions("aws_launch_template", "name").doc("It, by name."),
        version: String = optional().replaces().write_only().default_text("$Default")
            .doc("A version number, `$Latest` or `$Default`, as it was at launch."),
    }
}

block! {
    /// Maintenance.
    pub struct MaintenanceOptions {
        auto_recovery: String = computed().words(&["default", "disabled"]).made("default")
            .doc("Whether the instance is moved to other hardware when it is impaired."),
    }
}

block! {
    /// The metadata service.
    pub struct MetadataOptions {
        http_endpoint: String = optional().default_text("enabled").words(&["enabled", "disabled"])
            .doc("Whether it answers."),
        http_protocol_ipv6: String = optional().default_text("disabled").words(&["enabled", "disabled"])
            .doc("Whether it answers on IPv6."),
        http_put_response_hop_limit: i64 = computed().default_number(1)
            .doc("How many hops away a token may be used."),
        http_tokens: String = computed().words(&["optional", "required"]).made("optional")
            .doc("Whether it asks for a token."),
        instance_metadata_tags: String = computed().words(&["enabled", "disabled"]).made("disabled")
            .doc("Whether it tells the instance's tags."),
    }
}

block! {
    /// A network interface that exists already.
    pub struct NetworkInterface {
        delete_on_termination: bool = optional().replaces().default_bool(false)
            .doc("Whether it goes with the instance."),
        device_index: i64 = required().replaces().doc("The place on the network card."),
        network_card_index: i64 = optional().replaces().default_number(0).doc("The network card."),
        network_interface_id: String = required().replaces().doc("The interface."),
    }
}

block! {
    /// Private DNS names.
    pub struct PrivateDnsNameOptions {
        enable_resource_name_dns_a_record: bool = computed().default_bool(false)
            .doc("Whether the resource name gets an A record."),
        enable_resource_name_dns_aaaa_record: bool = computed().default_bool(false)
            .doc("Whether the resource name gets an AAAA record."),
        hostname_type: String = computed().words(&["ip-name", "resource-name"]).made("ip-name")
            .doc("What the name is made of; a change stops the instance."),
    }
}

block! {
    /// The root volume. Its size, type and speed change in place.
    pub struct RootBlockDevice {
        delete_on_termination: bool = optional().default_bool(true).doc("Whether the volume goes with the instance."),
        device_name: String = output().made("/dev/xvda").doc("The device name."),
        encrypted: bool = computed().replaces().default_bool(false).doc("Whether the volume is encrypted."),
        iops: i64 = computed().doc("Provisioned I/O operations per second."),
        kms_key_id: String = computed().replaces().mentions("aws_kms_key", "arn")
            .doc("The key that it is encrypted with."),
        tags: BTreeMap<String, String> = optional().doc("Tags of the volume."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        throughput: i64 = computed().doc("The throughput of a `gp3` volume, in MiB/s."),
        volume_id: String = output().made("vol-{hex:17}").doc("The volume."),
        volume_size: i64 = computed().default_number(8).doc("The size, in GiB. It can grow, never shrink."),
        volume_type: String = computed().made("gp3").doc("The volume type."),
    }
}

block! {
    /// The attributes of `aws_instance`.
    pub struct Instance {
        ami: String = computed().replaces().doc("The image of the site's region."),
        arn: String = output().made("arn:aws:ec2:{region}:{account}:instance/{id}").doc("The ARN."),
        associate_public_ip_address: bool = computed().replaces().write_only()
            .doc("Whether it gets a public address at launch; the subnet says so where the spec does not."),
        availability_zone: String = computed().replaces().made("{region}a").doc("The zone."),
        capacity_reservation_specification: BlockList<CapacityReservation> = computed().maximum(1)
            .doc("Which capacity reservations it uses."),
        cpu_options: BlockList<CpuOptions> = computed().replaces().maximum(1).doc("Processor options."),
        credit_specification: BlockList<CreditSpecification> = computed().maximum(1)
            .doc("CPU credits of a burstable type."),
        disable_api_stop: bool = computed().default_bool(false).doc("Whether it cannot be stopped through the API."),
        disable_api_termination: bool = computed().default_bool(false).guards_deletion()
            .doc("Whether it cannot be terminated through the API."),
        ebs_block_device: Blocks<EbsBlockDevice> = computed().doc("Volumes that are attached at launch."),
        ebs_optimized: bool = computed().replaces().default_bool(false)
            .doc("Whether EBS traffic has bandwidth of its own."),
        enable_primary_ipv6: bool = computed().replaces()
            .doc("Whether the first IPv6 address stays the primary one."),
        enclave_options: BlockList<EnclaveOptions> = computed().replaces().maximum(1).doc("Nitro Enclaves."),
        ephemeral_block_device: Blocks<EphemeralBlockDevice> = computed().replaces().write_only()
           .doc("Instance store volumes."),
        hibernation: bool = optional().replaces().default_bool(false).doc("Whether it can hibernate."),
        host_id: String = computed().replaces().doc("The dedicated host."),
        host_resource_group_arn: String = computed().conflicts(&["host_id"]).doc("The host resource group."),
        iam_instance_profile: String = computed().mentions("aws_iam_instance_profile", "name")
            .doc("The instance profile."),
        id: String = output().made("i-{hex:17}").doc("The id."),
        instance_initiated_shutdown_behavior: String = computed().words(&["stop", "terminate"]).made("stop")
            .doc("What a shutdown from inside does."),
        instance_lifecycle: String = output().doc("`spot` or `capacity-block`, if it is one."),
        instance_market_options: BlockList<InstanceMarketOptions> = computed().replaces().maximum(1).write_only()
            .doc("How capacity is bought."),
        instance_state: String = output().volatile().made("running").doc("What it is doing."),
        instance_type: String = computed().doc("The instance type. A change stops the instance."),
        ipv6_address_count: i64 = computed().conflicts(&["ipv6_addresses"]).doc("How many IPv6 addresses."),
        ipv6_addresses: Vec<String> = computed().replaces().doc("IPv6 addresses."),
        key_name: String = computed().replaces().doc("The SSH key pair."),
        launch_template: BlockList<TemplateReference> = optional().replaces().maximum(1)
            .doc("The launch template that the instance is made from."),
        maintenance_options: BlockList<MaintenanceOptions> = computed().maximum(1).doc("Maintenance."),
        metadata_options: BlockList<MetadataOptions> = computed().maximum(1).doc("The metadata service."),
        monitoring: bool = computed().default_bool(false).doc("Whether metrics come every minute."),
        network_interface: Blocks<NetworkInterface> = optional().replaces().write_only()
            .conflicts(&["associate_public_ip_address", "private_ip", "secondary_private_ips", "security_groups",
                "subnet_id", "vpc_security_group_ids"])
            .doc("Network interfaces that exist already."),
        outpost_arn: String = output().doc("The Outpost that it stands on."),
        placement_group: String = computed().replaces().doc("The placement group."),
        placement_partition_number: i64 = computed().replaces().doc("The partition of the placement group."),
        primary_network_interface_id: String = output().made("eni-{hex:17}").doc("The primary network interface."),
        private_dns: String = output().made("ip-10-0-0-{digits:2}.{region}.compute.internal")
            .doc("The private DNS name."),
        private_dns_name_options: BlockList<PrivateDnsNameOptions> = computed().maximum(1)
            .doc("Private DNS names."),
        private_ip: String = computed().replaces().made("10.0.0.1{digits:1}").doc("The private address."),
        public_dns: String = output().moves().doc("The public DNS name."),
        public_ip: String = output().moves().made("198.51.100.1{digits:1}").plays(Part::Entrance)
            .doc("The public address; without an elastic address it changes when the instance stops."),
        root_block_device: BlockList<RootBlockDevice> = computed().maximum(1).doc("The root volume."),
        secondary_private_ips: BTreeSet<String> = computed().doc("Further private addresses."),
        security_groups: BTreeSet<String> = computed().replaces()
            .doc("Security groups of a default VPC, by name."),
        source_dest_check: bool = optional().default_bool(true)
            .doc("Whether traffic that is neither from nor for it is dropped."),
        spot_instance_request_id: String = output().doc("The spot request, if there is one."),
        subnet_id: String = computed().replaces().refers("aws_subnet", "id").doc("The subnet."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        tenancy: String = computed().replaces().words(&["default", "dedicated", "host"]).made("default")
            .doc("Who shares the hardware."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        user_data: String = computed().base64().conflicts(&["user_data_base64"]).plays(Part::StartScript)
            .doc("What it runs at its first start. A change stops the instance and is not run again."),
        user_data_base64: String = computed().conflicts(&["user_data"]).plays(Part::StartScript).doc("The same, in base64."),
        volume_tags: BTreeMap<String, String> = optional().doc("Tags of the volumes made with the instance."),
        vpc_security_group_ids: BTreeSet<String> = computed().refers("aws_security_group", "id")
            .doc("The security groups."),
    }
}

const LAUNCH: Timing =
    timing(30, 90, "16 to 26 s measured for t3 to r7i, public Terraform logs 12 to 42 s; plus user data");
const TERMINATE: Timing = timing(40, 120, "unmeasured: until the instance is terminated");
const SITE: ControlPlane = ControlPlane::Regional;

/// `DescribeInstances` tells neither volumes nor user data, protection and credits.
const READS: &[&str] = &[
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceCreditSpecifications",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeVolumes",
    "sts:GetCallerIdentity",
];

/// The table of `aws_instance`. Terminated instances are listed for a while: the list filters by state.
pub static KIND: Kind = Kind {
    name: "aws_instance",
    provider: "aws",
    service: "ec2",
    doc: "A virtual machine.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: Instance::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 1000 },
    details: &[
        Detail {
            call: "ec2:DescribeVolumes",
            objects: 200,
            fields: &["ebs_block_device", "root_block_device", "volume_tags"],
        },
        Detail {
            call: "ec2:DescribeInstanceCreditSpecifications",
            objects: 200,
            fields: &["credit_specification"],
        },
        Detail { call: "ec2:DescribeLaunchTemplates", objects: 1, fields: &["launch_template"] },
        Detail { call: "ec2:DescribeInstanceAttribute", objects: 1, fields: &["disable_api_stop"] },
        Detail { call: "ec2:DescribeInstanceAttribute", objects: 1, fields: &["disable_api_termination"] },
        Detail {
            call: "ec2:DescribeInstanceAttribute",
            objects: 1,
            fields: &["instance_initiated_shutdown_behavior"],
        },
        Detail {
            call: "ec2:DescribeInstanceAttribute",
            objects: 1,
            fields: &["user_data", "user_data_base64"],
        },
    ],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &[
                "ec2:RunInstances",
                "ec2:DescribeImages",
                "ec2:ModifyInstanceAttribute",
                "ec2:CreateTags",
                "iam:PassRole",
            ],
            plane: SITE,
            timing: LAUNCH,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:ModifyInstanceAttribute",
                "ec2:ModifyInstanceCapacityReservationAttributes",
                "ec2:ModifyInstanceCreditSpecification",
                "ec2:ModifyInstanceMaintenanceOptions",
                "ec2:ModifyInstanceMetadataOptions",
                "ec2:ModifyInstancePlacement",
                "ec2:ModifyPrivateDnsNameOptions",
                "ec2:ModifyVolume",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
                "ec2:AssignIpv6Addresses",
                "ec2:UnassignIpv6Addresses",
                "ec2:ModifyNetworkInterfaceAttribute",
                "ec2:DescribeIamInstanceProfileAssociations",
                "ec2:AssociateIamInstanceProfile",
                "ec2:DisassociateIamInstanceProfile",
                "ec2:ReplaceIamInstanceProfileAssociation",
                "ec2:MonitorInstances",
                "ec2:UnmonitorInstances",
                "ec2:StopInstances",
                "ec2:StartInstances",
                "ec2:CreateTags",
                "ec2:DeleteTags",
                "iam:PassRole",
            ],
            plane: SITE,
            timing: LAUNCH,
        },
        Operation {
            act: Act::Delete,
            calls: &["ec2:TerminateInstances", "ec2:CancelSpotInstanceRequests"],
            plane: SITE,
            timing: TERMINATE,
        },
    ],
    unsupported: &[
        Unsupported { name: "cpu_core_count", reason: "deprecated: use `cpu_options`" },
        Unsupported { name: "cpu_threads_per_core", reason: "deprecated: use `cpu_options`" },
        Unsupported {
            name: "get_password_data",
            reason: "relight neither reads nor keeps Windows passwords",
        },
        Unsupported { name: "password_data", reason: "relight neither reads nor keeps Windows passwords" },
        Unsupported {
            name: "user_data_replace_on_change",
            reason: "user data is changed in place; `replace_triggered_by` in `lifecycle` replaces the instance",
        },
    ],
    examples: &[Example {
        title: "A machine",
        hcl: r#"resource "aws_instance" "example" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t4g.small"
}
"#,
        update: "instance_type = \"t4g.medium\"",
        replace: "ami = \"ami-0fedcba9876543210\"",
    }],
};
