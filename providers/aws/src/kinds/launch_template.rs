//! `aws_launch_template`: what instances are made from, in versions. Class B: `CreateLaunchTemplate` takes a token.
//!
//! An update of what instances are made from is a new version; the template itself stays.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, Operation, Part,
    Placement, Unsupported, block,
};

use super::instance_requirements::TemplateRequirements;
use crate::timing::{CALL, QUICK};

block! {
    /// An EBS volume.
    pub struct Ebs {
        delete_on_termination: String = optional().doc("Whether the volume goes with the instance."),
        encrypted: String = optional().doc("Whether the volume is encrypted."),
        iops: i64 = computed().doc("Provisioned I/O operations per second."),
        kms_key_id: String = optional().mentions("aws_kms_key", "arn").doc("The key that it is encrypted with."),
        snapshot_id: String = optional().doc("The snapshot that it begins with."),
        throughput: i64 = computed().doc("The throughput of a `gp3` volume, in MiB/s."),
        volume_initialization_rate: i64 = computed()
            .doc("How fast blocks are fetched from the snapshot, in MiB/s."),
        volume_size: i64 = computed().doc("The size, in GiB."),
        volume_type: String = computed().doc("The volume type."),
    }
}

block! {
    /// A volume under a device name.
    pub struct BlockDeviceMapping {
        device_name: String = optional().doc("The device name."),
        ebs: BlockList<Ebs> = optional().maximum(1).doc("An EBS volume."),
        no_device: String = optional().doc("Set to leave out a device of the image."),
        virtual_name: String = optional().doc("An instance store volume, such as `ephemeral0`."),
    }
}

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
    /// Which capacity reservations instances use.
    pub struct CapacityReservation {
        capacity_reservation_preference: String = optional()
            .words(&["capacity-reservations-only", "open", "none"])
            .doc("Whether any open reservation is used."),
        capacity_reservation_target: BlockList<CapacityReservationTarget> = optional().maximum(1)
            .doc("The reservation that is used."),
    }
}

block! {
    /// Processor options.
    pub struct CpuOptions {
        amd_sev_snp: String = optional().words(&["enabled", "disabled"]).doc("Whether AMD SEV-SNP is on."),
        core_count: i64 = optional().doc("How many cores."),
        threads_per_core: i64 = optional().doc("How many threads each core runs."),
    }
}

block! {
    /// CPU credits of burstable types.
    pub struct CreditSpecification {
        cpu_credits: String = optional().words(&["standard", "unlimited"]).doc("What happens beyond the credits."),
    }
}

block! {
    /// Nitro Enclaves.
    pub struct EnclaveOptions {
        enabled: bool = optional().doc("Whether instances can run enclaves."),
    }
}

block! {
    /// Hibernation.
    pub struct HibernationOptions {
        configured: bool = required().doc("Whether instances can hibernate."),
    }
}

block! {
    /// The instance profile.
    pub struct IamInstanceProfile {
        arn: String = optional().mentions("aws_iam_instance_profile", "arn").conflicts(&["name"])
            .doc("The profile, by ARN."),
        name: String = optional().mentions("aws_iam_instance_profile", "name").doc("The profile, by name."),
    }
}

block! {
    /// How spot instances are asked for.
    pub struct SpotOptions {
        block_duration_minutes: i64 = optional().doc("For how long; a multiple of 60."),
        instance_interruption_behavior: String = optional().words(&["hibernate", "stop", "terminate"])
            .doc("What an interruption does."),
        max_price: String = optional().doc("The highest price per hour, in USD."),
        spot_instance_type: String = optional().words(&["one-time", "persistent"])
            .doc("Whether the request outlives the instance."),
        valid_until: String = computed().doc("When a persistent request ends, in RFC 3339."),
    }
}

block! {
    /// How capacity is bought.
    pub struct InstanceMarketOptions {
        market_type: String = optional().words(&["capacity-block", "spot"]).doc("The market."),
        spot_options: BlockList<SpotOptions> = optional().maximum(1).doc("How spot instances are asked for."),
    }
}

block! {
    /// A licence.
    pub struct LicenseSpecification {
        license_configuration_arn: String = required().doc("The licence configuration."),
    }
}

block! {
    /// Maintenance.
    pub struct MaintenanceOptions {
        auto_recovery: String = optional().words(&["default", "disabled"])
            .doc("Whether an impaired instance is moved to other hardware."),
    }
}

block! {
    /// The metadata service.
    pub struct MetadataOptions {
        http_endpoint: String = computed().words(&["enabled", "disabled"]).doc("Whether it answers."),
        http_protocol_ipv6: String = computed().words(&["enabled", "disabled"]).doc("Whether it answers on IPv6."),
        http_put_response_hop_limit: i64 = computed().doc("How many hops away a token may be used."),
        http_tokens: String = computed().words(&["optional", "required"]).doc("Whether it asks for a token."),
        instance_metadata_tags: String = computed().words(&["enabled", "disabled"])
            .doc("Whether it tells the instance's tags."),
    }
}

block! {
    /// Monitoring.
    pub struct Monitoring {
        enabled: bool = optional().doc("Whether metrics come every minute."),
    }
}

block! {
    /// When idle connections are forgotten.
    pub struct ConnectionTracking {
        tcp_established_timeout: i64 = optional().doc("Established TCP connections, in seconds."),
        udp_stream_timeout: i64 = optional().doc("UDP streams, in seconds."),
        udp_timeout: i64 = optional().doc("Other UDP, in seconds."),
    }
}

block! {
    /// ENA Express for UDP.
    pub struct EnaSrdUdp {
        ena_srd_udp_enabled: bool = optional().doc("Whether UDP uses it."),
    }
}

block! {
    /// ENA Express.
    pub struct EnaSrd {
        ena_srd_enabled: bool = optional().doc("Whether it is on."),
        ena_srd_udp_specification: BlockList<EnaSrdUdp> = optional().maximum(1).doc("ENA Express for UDP."),
    }
}

block! {
    /// A network interface.
    pub struct NetworkInterface {
        associate_carrier_ip_address: String = optional().doc("Whether it gets a carrier address."),
        associate_public_ip_address: String = optional().doc("Whether it gets a public address."),
        connection_tracking_specification: BlockList<ConnectionTracking> = optional().maximum(1)
            .doc("When idle connections are forgotten."),
        delete_on_termination: String = optional().doc("Whether it goes with the instance."),
        description: String = optional().doc("A description."),
        device_index: i64 = optional().doc("The place on the network card."),
        ena_srd_specification: BlockList<EnaSrd> = optional().maximum(1).doc("ENA Express."),
        interface_type: String = optional().doc("`efa`, `efa-only` or `interface`."),
        ipv4_address_count: i64 = optional().conflicts(&["ipv4_addresses"]).doc("How many secondary addresses."),
        ipv4_addresses: BTreeSet<String> = optional().doc("Private addresses."),
        ipv4_prefix_count: i64 = optional().conflicts(&["ipv4_prefixes"]).doc("How many IPv4 prefixes."),
        ipv4_prefixes: BTreeSet<String> = optional().doc("IPv4 prefixes."),
        ipv6_address_count: i64 = optional().conflicts(&["ipv6_addresses"]).doc("How many IPv6 addresses."),
        ipv6_addresses: BTreeSet<String> = optional().doc("IPv6 addresses."),
        ipv6_prefix_count: i64 = optional().conflicts(&["ipv6_prefixes"]).doc("How many IPv6 prefixes."),
        ipv6_prefixes: BTreeSet<String> = optional().doc("IPv6 prefixes."),
        network_card_index: i64 = optional().doc("The network card."),
        network_interface_id: String = optional().doc("An interface that exists already."),
        primary_ipv6: String = optional().doc("Whether the first IPv6 address stays the primary one."),
        private_ip_address: String = optional().doc("The primary private address."),
        security_groups: BTreeSet<String> = optional().mentions("aws_security_group", "id")
            .doc("The security groups."),
        subnet_id: String = optional().mentions("aws_subnet", "id").doc("The subnet."),
    }
}

block! {
    /// Where instances stand.
    pub struct InstancePlacement {
        affinity: String = optional().doc("Whether a restart stays on the dedicated host."),
        availability_zone: String = optional().doc("The zone."),
        group_name: String = optional().doc("The placement group."),
        host_id: String = optional().conflicts(&["host_resource_group_arn"]).doc("The dedicated host."),
        host_resource_group_arn: String = optional().conflicts(&["host_id"]).doc("The host resource group."),
        partition_number: i64 = optional().doc("The partition of the placement group."),
        spread_domain: String = optional().doc("Reserved by EC2."),
        tenancy: String = optional().words(&["default", "dedicated", "host"]).doc("Who shares the hardware."),
    }
}

block! {
    /// Private DNS names.
    pub struct PrivateDnsNameOptions {
        enable_resource_name_dns_a_record: bool = optional().doc("Whether resource names get A records."),
        enable_resource_name_dns_aaaa_record: bool = optional().doc("Whether resource names get AAAA records."),
        hostname_type: String = optional().words(&["ip-name", "resource-name"]).doc("What names are made of."),
    }
}

block! {
    /// Tags of what is launched.
    pub struct TagSpecification {
        resource_type: String = optional().doc("What is tagged, such as `instance` or `volume`."),
        tags: BTreeMap<String, String> = optional().doc("The tags."),
    }
}

block! {
    /// The attributes of `aws_launch_template`.
    pub struct LaunchTemplate {
        arn: String = output().made("arn:aws:ec2:{region}:{account}:launch-template/{id}").doc("The ARN."),
        block_device_mappings: BlockList<BlockDeviceMapping> = optional().doc("Volumes beyond those of the image."),
        capacity_reservation_specification: BlockList<CapacityReservation> = optional().maximum(1)
            .doc("Which capacity reservations instances use."),
        cpu_options: BlockList<CpuOptions> = optional().maximum(1).doc("Processor options."),
        credit_specification: BlockList<CreditSpecification> = optional().maximum(1)
            .doc("CPU credits of burstable types."),
        default_version: i64 = computed().default_number(1).conflicts(&["update_default_version"])
            .doc("The version that is used where none is named."),
        description: String = optional().doc("What the version is for."),
        disable_api_stop: bool = optional().doc("Whether instances cannot be stopped through the API."),
        disable_api_termination: bool = optional().doc("Whether instances cannot be terminated through the API."),
        ebs_optimized: String = optional().doc("Whether EBS traffic has bandwidth of its own."),
        enclave_options: BlockList<EnclaveOptions> = optional().maximum(1).doc("Nitro Enclaves."),
        hibernation_options: BlockList<HibernationOptions> = optional().maximum(1).doc("Hibernation."),
        iam_instance_profile: BlockList<IamInstanceProfile> = optional().maximum(1).doc("The instance profile."),
        id: String = output().made("lt-{hex:17}").doc("The id."),
        image_id: String = optional().doc("The image of the site's region, or a parameter as `resolve:ssm:...`."),
        instance_initiated_shutdown_behavior: String = optional().words(&["stop", "terminate"])
            .doc("What a shutdown from inside does."),
        instance_market_options: BlockList<InstanceMarketOptions> = optional().maximum(1)
            .doc("How capacity is bought."),
        instance_requirements: BlockList<TemplateRequirements> = optional().maximum(1)
            .conflicts(&["instance_type"]).doc("What the instance type must have."),
        instance_type: String = optional().conflicts(&["instance_requirements"]).doc("The instance type."),
        kernel_id: String = optional().doc("The kernel, for old images."),
        key_name: String = optional().doc("The SSH key pair."),
        latest_version: i64 = output().made("{version}").moves().doc("The newest version."),
        license_specification: Blocks<LicenseSpecification> = optional().doc("Licences."),
        maintenance_options: BlockList<MaintenanceOptions> = optional().maximum(1).doc("Maintenance."),
        metadata_options: BlockList<MetadataOptions> = computed().maximum(1).doc("The metadata service."),
        monitoring: BlockList<Monitoring> = optional().maximum(1).doc("Monitoring."),
        name: String = computed().replaces().unique(128).made("template-{letters:16}")
            .doc("The name, unique in the region."),
        name_prefix: String = computed().replaces().conflicts(&["name"]).doc("What a derived name begins with."),
        network_interfaces: BlockList<NetworkInterface> = optional().doc("Network interfaces."),
        placement: BlockList<InstancePlacement> = optional().maximum(1).doc("Where instances stand."),
        private_dns_name_options: BlockList<PrivateDnsNameOptions> = optional().maximum(1)
            .doc("Private DNS names."),
        ram_disk_id: String = optional().doc("The RAM disk, for old images."),
        security_group_names: BTreeSet<String> = optional().conflicts(&["vpc_security_group_ids"])
            .doc("Security groups of a default VPC, by name."),
        tag_specifications: BlockList<TagSpecification> = optional().doc("Tags of what is launched."),
        tags: BTreeMap<String, String> = optional().doc("Tags of the template itself."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        update_default_version: bool = optional().local().conflicts(&["default_version"])
            .doc("Whether an update makes the new version the default one."),
        user_data: String = optional().base64().plays(Part::StartScript).doc("What instances run at their first start, in base64."),
        vpc_security_group_ids: BTreeSet<String> = optional().mentions("aws_security_group", "id")
            .conflicts(&["security_group_names"]).doc("The security groups."),
    }
}

const SITE: ControlPlane = ControlPlane::Regional;

const READS: &[&str] =
    &["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "sts:GetCallerIdentity"];

/// The table of `aws_launch_template`. `CreateLaunchTemplateVersion` takes a token too, but no tags.
pub static KIND: Kind = Kind {
    name: "aws_launch_template",
    provider: "aws",
    service: "ec2",
    doc: "What instances are made from, in versions.",
    placement: Placement::Regional,
    identity: Identity::Token,
    tags: Some("tags"),
    fields: LaunchTemplate::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 200 },
    details: &[Detail { call: "ec2:DescribeLaunchTemplateVersions", objects: 200, fields: &[] }],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Create,
            calls: &["ec2:CreateLaunchTemplate", "ec2:CreateTags"],
            plane: SITE,
            timing: QUICK,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "ec2:CreateLaunchTemplateVersion",
                "ec2:ModifyLaunchTemplate",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            plane: SITE,
            timing: QUICK,
        },
        Operation { act: Act::Delete, calls: &["ec2:DeleteLaunchTemplate"], plane: SITE, timing: QUICK },
    ],
    unsupported: &[
        Unsupported {
            name: "elastic_gpu_specifications",
            reason: "deprecated: AWS has ended Elastic Graphics",
        },
        Unsupported {
            name: "elastic_inference_accelerator",
            reason: "deprecated: AWS has ended Elastic Inference",
        },
    ],
    examples: &[Example {
        title: "A template",
        hcl: r#"resource "aws_launch_template" "example" {
  name          = "example"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t4g.small"
  user_data     = base64encode("echo ready")
}
"#,
        update: "instance_type = \"t4g.medium\"",
        replace: "name = \"other\"",
    }],
};
