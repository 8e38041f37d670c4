//! What instances are made from, as a request.

use aws_sdk_ec2::types::{
    AmdSevSnpSpecification, CapacityReservationPreference, CapacityReservationTarget,
    CreditSpecificationRequest, HostnameType, InstanceInterruptionBehavior, InstanceType,
    LaunchTemplateAutoRecoveryState, LaunchTemplateBlockDeviceMappingRequest,
    LaunchTemplateCapacityReservationSpecificationRequest, LaunchTemplateCpuOptionsRequest,
    LaunchTemplateEbsBlockDeviceRequest, LaunchTemplateEnclaveOptionsRequest,
    LaunchTemplateHibernationOptionsRequest, LaunchTemplateHttpTokensState,
    LaunchTemplateIamInstanceProfileSpecificationRequest, LaunchTemplateInstanceMaintenanceOptionsRequest,
    LaunchTemplateInstanceMarketOptionsRequest, LaunchTemplateInstanceMetadataEndpointState,
    LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateInstanceMetadataProtocolIpv6,
    LaunchTemplateInstanceMetadataTagsState, LaunchTemplateLicenseConfigurationRequest,
    LaunchTemplatePlacementRequest, LaunchTemplatePrivateDnsNameOptionsRequest,
    LaunchTemplateSpotMarketOptionsRequest, LaunchTemplateTagSpecificationRequest,
    LaunchTemplatesMonitoringRequest, MarketType, RequestLaunchTemplateData, ResourceType, ShutdownBehavior,
    SpotInstanceType, Tenancy, VolumeType,
};
use relight_contract::{BlockList, Fault};

use super::super as table;
use super::{interfaces, requirements};
use crate::api::ec2::tag;
use crate::api::{int, made_of, time, truth, word};
use table::LaunchTemplate;

/// All blocks, each made into what `make` makes of it.
pub(super) fn all<T, U>(
    blocks: &Option<BlockList<T>>,
    make: impl Fn(&T) -> Result<U, Fault>,
) -> Result<Option<Vec<U>>, Fault> {
    blocks.as_ref().map(|blocks| blocks.0.iter().map(make).collect()).transpose()
}

/// The data of a version.
pub(super) fn data(wanted: &LaunchTemplate) -> Result<RequestLaunchTemplateData, Fault> {
    Ok(RequestLaunchTemplateData::builder()
        .set_block_device_mappings(all(&wanted.block_device_mappings, mapping)?)
        .set_capacity_reservation_specification(made_of(
            &wanted.capacity_reservation_specification,
            reservation,
        )?)
        .set_cpu_options(made_of(&wanted.cpu_options, cpu)?)
        .set_credit_specification(made_of(&wanted.credit_specification, |block| {
            Ok(CreditSpecificationRequest::builder().set_cpu_credits(block.cpu_credits.clone()).build())
        })?)
        .set_disable_api_stop(wanted.disable_api_stop)
        .set_disable_api_termination(wanted.disable_api_termination)
        .set_ebs_optimized(truth(wanted.ebs_optimized.as_deref())?)
        .set_enclave_options(made_of(&wanted.enclave_options, |block| {
            Ok(LaunchTemplateEnclaveOptionsRequest::builder().set_enabled(block.enabled).build())
        })?)
        .set_hibernation_options(made_of(&wanted.hibernation_options, |block| {
            Ok(LaunchTemplateHibernationOptionsRequest::builder().set_configured(block.configured).build())
        })?)
        .set_iam_instance_profile(made_of(&wanted.iam_instance_profile, |block| {
            Ok(LaunchTemplateIamInstanceProfileSpecificationRequest::builder()
                .set_arn(block.arn.clone())
                .set_name(block.name.clone())
                .build())
        })?)
        .set_image_id(wanted.image_id.clone())
        .set_instance_initiated_shutdown_behavior(word::<ShutdownBehavior>(
            &wanted.instance_initiated_shutdown_behavior,
        ))
        .set_instance_market_options(made_of(&wanted.instance_market_options, market)?)
        .set_instance_requirements(made_of(&wanted.instance_requirements, requirements::write)?)
        .set_instance_type(word::<InstanceType>(&wanted.instance_type))
        .set_kernel_id(wanted.kernel_id.clone())
        .set_key_name(wanted.key_name.clone())
        .set_license_specifications(wanted.license_specification.as_ref().map(|blocks| {
            let arns = blocks.0.iter().map(|block| block.license_configuration_arn.clone());
            let make =
                |arn| LaunchTemplateLicenseConfigurationRequest::builder().set_license_configuration_arn(arn);
            arns.map(|arn| make(arn).build()).collect()
        }))
        .set_maintenance_options(made_of(&wanted.maintenance_options, |block| {
            Ok(LaunchTemplateInstanceMaintenanceOptionsRequest::builder()
                .set_auto_recovery(word::<LaunchTemplateAutoRecoveryState>(&block.auto_recovery))
                .build())
        })?)
        .set_metadata_options(made_of(&wanted.metadata_options, metadata)?)
        .set_monitoring(made_of(&wanted.monitoring, |block| {
            Ok(LaunchTemplatesMonitoringRequest::builder().set_enabled(block.enabled).build())
        })?)
        .set_network_interfaces(all(&wanted.network_interfaces, interfaces::write)?)
        .set_placement(made_of(&wanted.placement, placement)?)
        .set_private_dns_name_options(made_of(&wanted.private_dns_name_options, dns_names)?)
        .set_ram_disk_id(wanted.ram_disk_id.clone())
        .set_security_group_ids(wanted.vpc_security_group_ids.clone().map(Vec::from_iter))
        .set_security_groups(wanted.security_group_names.clone().map(Vec::from_iter))
        .set_tag_specifications(all(&wanted.tag_specifications, |block| {
            let tags = block.tags.clone().map(|tags| tags.into_iter().map(tag).collect());
            Ok(LaunchTemplateTagSpecificationRequest::builder()
                .set_resource_type(word::<ResourceType>(&block.resource_type))
                .set_tags(tags)
                .build())
        })?)
        .set_user_data(wanted.user_data.clone())
        .build())
}

fn mapping(block: &table::BlockDeviceMapping) -> Result<LaunchTemplateBlockDeviceMappingRequest, Fault> {
    Ok(LaunchTemplateBlockDeviceMappingRequest::builder()
        .set_device_name(block.device_name.clone())
        .set_ebs(made_of(&block.ebs, ebs)?)
        .set_no_device(block.no_device.clone())
        .set_virtual_name(block.virtual_name.clone())
        .build())
}

fn ebs(block: &table::Ebs) -> Result<LaunchTemplateEbsBlockDeviceRequest, Fault> {
    Ok(LaunchTemplateEbsBlockDeviceRequest::builder()
        .set_delete_on_termination(truth(block.delete_on_termination.as_deref())?)
        .set_encrypted(truth(block.encrypted.as_deref())?)
        .set_iops(int(block.iops)?)
        .set_kms_key_id(block.kms_key_id.clone())
        .set_snapshot_id(block.snapshot_id.clone())
        .set_throughput(int(block.throughput)?)
        .set_volume_initialization_rate(int(block.volume_initialization_rate)?)
        .set_volume_size(int(block.volume_size)?)
        .set_volume_type(word::<VolumeType>(&block.volume_type))
        .build())
}

fn reservation(
    block: &table::CapacityReservation,
) -> Result<LaunchTemplateCapacityReservationSpecificationRequest, Fault> {
    let target = made_of(&block.capacity_reservation_target, |target| {
        Ok(CapacityReservationTarget::builder()
            .set_capacity_reservation_id(target.capacity_reservation_id.clone())
            .set_capacity_reservation_resource_group_arn(
                target.capacity_reservation_resource_group_arn.clone(),
            )
            .build())
    })?;
    Ok(LaunchTemplateCapacityReservationSpecificationRequest::builder()
        .set_capacity_reservation_preference(word::<CapacityReservationPreference>(
            &block.capacity_reservation_preference,
        ))
        .set_capacity_reservation_target(target)
        .build())
}

fn cpu(block: &table::CpuOptions) -> Result<LaunchTemplateCpuOptionsRequest, Fault> {
    Ok(LaunchTemplateCpuOptionsRequest::builder()
        .set_amd_sev_snp(word::<AmdSevSnpSpecification>(&block.amd_sev_snp))
        .set_core_count(int(block.core_count)?)
        .set_threads_per_core(int(block.threads_per_core)?)
        .build())
}

fn market(block: &table::InstanceMarketOptions) -> Result<LaunchTemplateInstanceMarketOptionsRequest, Fault> {
    Ok(LaunchTemplateInstanceMarketOptionsRequest::builder()
        .set_market_type(word::<MarketType>(&block.market_type))
        .set_spot_options(made_of(&block.spot_options, spot)?)
        .build())
}

fn spot(block: &table::SpotOptions) -> Result<LaunchTemplateSpotMarketOptionsRequest, Fault> {
    let until = time(block.valid_until.as_deref())?;
    Ok(LaunchTemplateSpotMarketOptionsRequest::builder()
        .set_block_duration_minutes(int(block.block_duration_minutes)?)
        .set_instance_interruption_behavior(word::<InstanceInterruptionBehavior>(
            &block.instance_interruption_behavior,
        ))
        .set_max_price(block.max_price.clone())
        .set_spot_instance_type(word::<SpotInstanceType>(&block.spot_instance_type))
        .set_valid_until(until)
        .build())
}

fn metadata(block: &table::MetadataOptions) -> Result<LaunchTemplateInstanceMetadataOptionsRequest, Fault> {
    Ok(LaunchTemplateInstanceMetadataOptionsRequest::builder()
        .set_http_endpoint(word::<LaunchTemplateInstanceMetadataEndpointState>(&block.http_endpoint))
        .set_http_protocol_ipv6(word::<LaunchTemplateInstanceMetadataProtocolIpv6>(&block.http_protocol_ipv6))
        .set_http_put_response_hop_limit(int(block.http_put_response_hop_limit)?)
        .set_http_tokens(word::<LaunchTemplateHttpTokensState>(&block.http_tokens))
        .set_instance_metadata_tags(word::<LaunchTemplateInstanceMetadataTagsState>(
            &block.instance_metadata_tags,
        ))
        .build())
}

fn placement(block: &table::InstancePlacement) -> Result<LaunchTemplatePlacementRequest, Fault> {
    Ok(LaunchTemplatePlacementRequest::builder()
        .set_affinity(block.affinity.clone())
        .set_availability_zone(block.availability_zone.clone())
        .set_group_name(block.group_name.clone())
        .set_host_id(block.host_id.clone())
        .set_host_resource_group_arn(block.host_resource_group_arn.clone())
        .set_partition_number(int(block.partition_number)?)
        .set_spread_domain(block.spread_domain.clone())
        .set_tenancy(word::<Tenancy>(&block.tenancy))
        .build())
}

fn dns_names(
    block: &table::PrivateDnsNameOptions,
) -> Result<LaunchTemplatePrivateDnsNameOptionsRequest, Fault> {
    Ok(LaunchTemplatePrivateDnsNameOptionsRequest::builder()
        .set_enable_resource_name_dns_a_record(block.enable_resource_name_dns_a_record)
        .set_enable_resource_name_dns_aaaa_record(block.enable_resource_name_dns_aaaa_record)
        .set_hostname_type(word::<HostnameType>(&block.hostname_type))
        .build())
}
