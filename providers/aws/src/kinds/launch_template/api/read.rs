//! What instances are made from, as the API tells it.

use aws_sdk_ec2::types::{
    CapacityReservationTargetResponse, LaunchTemplateBlockDeviceMapping, LaunchTemplateEbsBlockDevice,
    LaunchTemplateInstanceMarketOptions, LaunchTemplateInstanceMetadataOptions, LaunchTemplatePlacement,
    LaunchTemplateSpotMarketOptions, LaunchTemplateTagSpecification, ResourceType,
    ResponseLaunchTemplateData,
};
use relight_contract::{BlockList, Blocks};

use super::super as table;
use super::{interfaces, requirements};
use crate::api::ec2::pairs;
use crate::api::{one, truth_text, word_text};
use table::LaunchTemplate;

/// Blocks in order; none where there are none.
pub(super) fn all<T, U>(items: Option<Vec<T>>, make: impl Fn(T) -> U) -> Option<BlockList<U>> {
    let items = items.filter(|items| !items.is_empty())?;
    Some(BlockList(items.into_iter().map(make).collect()))
}

/// The attributes that stand in a version.
pub(super) fn data(data: ResponseLaunchTemplateData) -> LaunchTemplate {
    let licenses = data.license_specifications.filter(|licenses| !licenses.is_empty());
    LaunchTemplate {
        block_device_mappings: all(data.block_device_mappings, mapping),
        capacity_reservation_specification: one(data.capacity_reservation_specification.map(|told| {
            table::CapacityReservation {
                capacity_reservation_preference: word_text(told.capacity_reservation_preference),
                capacity_reservation_target: one(told.capacity_reservation_target.map(target)),
            }
        })),
        cpu_options: one(data.cpu_options.map(|told| table::CpuOptions {
            amd_sev_snp: word_text(told.amd_sev_snp),
            core_count: told.core_count.map(i64::from),
            threads_per_core: told.threads_per_core.map(i64::from),
        })),
        credit_specification: one(data
            .credit_specification
            .map(|told| table::CreditSpecification { cpu_credits: told.cpu_credits })),
        disable_api_stop: data.disable_api_stop,
        disable_api_termination: data.disable_api_termination,
        ebs_optimized: truth_text(data.ebs_optimized),
        enclave_options: one(data
            .enclave_options
            .map(|told| table::EnclaveOptions { enabled: told.enabled })),
        hibernation_options: one(data
            .hibernation_options
            .map(|told| table::HibernationOptions { configured: told.configured })),
        iam_instance_profile: one(data
            .iam_instance_profile
            .map(|told| table::IamInstanceProfile { arn: told.arn, name: told.name })),
        image_id: data.image_id,
        instance_initiated_shutdown_behavior: word_text(data.instance_initiated_shutdown_behavior),
        instance_market_options: one(data.instance_market_options.map(market)),
        instance_requirements: one(data.instance_requirements.map(requirements::read)),
        instance_type: word_text(data.instance_type),
        kernel_id: data.kernel_id,
        key_name: data.key_name,
        license_specification: licenses.map(|licenses| {
            let arns = licenses.into_iter().map(|license| license.license_configuration_arn);
            let make = |arn| table::LicenseSpecification { license_configuration_arn: arn };
            Blocks(arns.map(make).collect())
        }),
        maintenance_options: one(data
            .maintenance_options
            .map(|told| table::MaintenanceOptions { auto_recovery: word_text(told.auto_recovery) })),
        metadata_options: one(data.metadata_options.map(metadata)),
        monitoring: one(data.monitoring.map(|told| table::Monitoring { enabled: told.enabled })),
        network_interfaces: all(data.network_interfaces, interfaces::read),
        placement: one(data.placement.map(placement)),
        private_dns_name_options: one(data.private_dns_name_options.map(|told| {
            table::PrivateDnsNameOptions {
                enable_resource_name_dns_a_record: told.enable_resource_name_dns_a_record,
                enable_resource_name_dns_aaaa_record: told.enable_resource_name_dns_aaaa_record,
                hostname_type: word_text(told.hostname_type),
            }
        })),
        ram_disk_id: data.ram_disk_id,
        security_group_names: data.security_groups.map(FromIterator::from_iter),
        tag_specifications: all(launched(data.tag_specifications), |told| table::TagSpecification {
            resource_type: word_text(told.resource_type),
            tags: Some(pairs(told.tags).collect()),
        }),
        user_data: data.user_data,
        vpc_security_group_ids: data.security_group_ids.map(FromIterator::from_iter),
        ..LaunchTemplate::default()
    }
}

/// The tags of what is launched. Some tell those of the template itself beside them, which stand apart.
fn launched(
    told: Option<Vec<LaunchTemplateTagSpecification>>,
) -> Option<Vec<LaunchTemplateTagSpecification>> {
    told.map(|told| {
        told.into_iter().filter(|told| told.resource_type != Some(ResourceType::LaunchTemplate)).collect()
    })
}

fn mapping(told: LaunchTemplateBlockDeviceMapping) -> table::BlockDeviceMapping {
    table::BlockDeviceMapping {
        device_name: told.device_name,
        ebs: one(told.ebs.map(ebs)),
        no_device: told.no_device,
        virtual_name: told.virtual_name,
    }
}

fn ebs(told: LaunchTemplateEbsBlockDevice) -> table::Ebs {
    table::Ebs {
        delete_on_termination: truth_text(told.delete_on_termination),
        encrypted: truth_text(told.encrypted),
        iops: told.iops.map(i64::from),
        kms_key_id: told.kms_key_id,
        snapshot_id: told.snapshot_id,
        throughput: told.throughput.map(i64::from),
        volume_initialization_rate: told.volume_initialization_rate.map(i64::from),
        volume_size: told.volume_size.map(i64::from),
        volume_type: word_text(told.volume_type),
    }
}

fn target(told: CapacityReservationTargetResponse) -> table::CapacityReservationTarget {
    table::CapacityReservationTarget {
        capacity_reservation_id: told.capacity_reservation_id,
        capacity_reservation_resource_group_arn: told.capacity_reservation_resource_group_arn,
    }
}

fn market(told: LaunchTemplateInstanceMarketOptions) -> table::InstanceMarketOptions {
    table::InstanceMarketOptions {
        market_type: word_text(told.market_type),
        spot_options: one(told.spot_options.map(spot)),
    }
}

fn spot(told: LaunchTemplateSpotMarketOptions) -> table::SpotOptions {
    table::SpotOptions {
        block_duration_minutes: told.block_duration_minutes.map(i64::from),
        instance_interruption_behavior: word_text(told.instance_interruption_behavior),
        max_price: told.max_price,
        spot_instance_type: word_text(told.spot_instance_type),
        valid_until: told.valid_until.map(|time| time.to_string()),
    }
}

fn metadata(told: LaunchTemplateInstanceMetadataOptions) -> table::MetadataOptions {
    table::MetadataOptions {
        http_endpoint: word_text(told.http_endpoint),
        http_protocol_ipv6: word_text(told.http_protocol_ipv6),
        http_put_response_hop_limit: told.http_put_response_hop_limit.map(i64::from),
        http_tokens: word_text(told.http_tokens),
        instance_metadata_tags: word_text(told.instance_metadata_tags),
    }
}

fn placement(told: LaunchTemplatePlacement) -> table::InstancePlacement {
    table::InstancePlacement {
        affinity: told.affinity,
        availability_zone: told.availability_zone,
        group_name: told.group_name,
        host_id: told.host_id,
        host_resource_group_arn: told.host_resource_group_arn,
        partition_number: told.partition_number.map(i64::from),
        spread_domain: told.spread_domain,
        tenancy: word_text(told.tenancy),
    }
}
