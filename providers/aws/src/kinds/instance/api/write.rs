//! What an instance is made from, as a request.

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder as Run;
use aws_sdk_ec2::types::{
    AmdSevSnpSpecification, BlockDeviceMapping, CapacityReservationPreference,
    CapacityReservationSpecification, CapacityReservationTarget, CpuOptionsRequest,
    CreditSpecificationRequest, EbsBlockDevice as Ebs, EnclaveOptionsRequest, HibernationOptionsRequest,
    HostnameType, HttpTokensState, IamInstanceProfileSpecification, InstanceAutoRecoveryState,
    InstanceInterruptionBehavior, InstanceIpv6Address, InstanceMaintenanceOptionsRequest,
    InstanceMarketOptionsRequest, InstanceMetadataEndpointState, InstanceMetadataOptionsRequest,
    InstanceMetadataProtocolState, InstanceMetadataTagsState,
    InstanceNetworkInterfaceSpecification as Interface, InstanceType, LaunchTemplateSpecification,
    MarketType, Placement, PrivateDnsNameOptionsRequest, PrivateIpAddressSpecification, ResourceType,
    RunInstancesMonitoringEnabled, ShutdownBehavior, SpotInstanceType, SpotMarketOptions, TagSpecification,
    Tenancy, VolumeType,
};
use aws_smithy_types::base64;
use relight_contract::{Fault, Owner};

use super::super as table;
use crate::api::ec2::{marks, tag};
use crate::api::{Site, first, int, time, word};
use table::Instance;

/// User data as the API wants it: in base64, whichever way the spec gives it.
pub(super) fn user_data(wanted: &Instance) -> Option<String> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    given(&wanted.user_data_base64).or_else(|| given(&wanted.user_data).map(|text| encoded(&text)))
}

/// Base64 stays; all other text becomes it.
fn encoded(text: &str) -> String {
    match base64::decode(text) {
        Ok(_) => text.to_owned(),
        Err(_) => base64::encode(text),
    }
}

/// The request for one instance. `root` is the name that its image gives the root device.
pub(super) fn run(
    site: &Site,
    wanted: Instance,
    root: Option<&str>,
    owner: &Owner,
    token: &str,
) -> Result<Run, Fault> {
    let mut marked = vec![marks(ResourceType::Instance, wanted.tags.as_ref(), owner, token)];
    if let Some(tags) = wanted.volume_tags.clone().filter(|tags| !tags.is_empty()) {
        let tags = tags.into_iter().map(tag).collect();
        let of_volumes = TagSpecification::builder().resource_type(ResourceType::Volume);
        marked.push(of_volumes.set_tags(Some(tags)).build());
    }
    let profile = wanted.iam_instance_profile.clone().filter(|name| !name.is_empty());
    let asked = site
        .ec2()
        .run_instances()
        .client_token(token)
        .min_count(1)
        .max_count(1)
        .set_block_device_mappings(mappings(&wanted, root)?)
        .set_capacity_reservation_specification(
            first(&wanted.capacity_reservation_specification).map(reservation),
        )
        .set_cpu_options(first(&wanted.cpu_options).map(cpu).transpose()?)
        .set_credit_specification(first(&wanted.credit_specification).map(|block| {
            CreditSpecificationRequest::builder().set_cpu_credits(block.cpu_credits.clone()).build()
        }))
        .set_disable_api_stop(wanted.disable_api_stop)
        .set_disable_api_termination(wanted.disable_api_termination)
        .set_ebs_optimized(wanted.ebs_optimized)
        .set_enclave_options(
            first(&wanted.enclave_options)
                .map(|block| EnclaveOptionsRequest::builder().set_enabled(block.enabled).build()),
        )
        .set_hibernation_options(
            wanted
                .hibernation
                .filter(|on| *on)
                .map(|on| HibernationOptionsRequest::builder().configured(on).build()),
        )
        .set_iam_instance_profile(
            profile.map(|name| IamInstanceProfileSpecification::builder().name(name).build()),
        )
        .set_image_id(wanted.ami.clone())
        .set_instance_initiated_shutdown_behavior(word::<ShutdownBehavior>(
            &wanted.instance_initiated_shutdown_behavior,
        ))
        .set_instance_market_options(first(&wanted.instance_market_options).map(market).transpose()?)
        .set_instance_type(word::<InstanceType>(&wanted.instance_type))
        .set_key_name(wanted.key_name.clone())
        .set_launch_template(first(&wanted.launch_template).map(|block| {
            LaunchTemplateSpecification::builder()
                .set_launch_template_id(block.id.clone())
                .set_launch_template_name(block.name.clone())
                .set_version(block.version.clone())
                .build()
        }))
        .set_maintenance_options(first(&wanted.maintenance_options).map(|block| {
            let recovery = word::<InstanceAutoRecoveryState>(&block.auto_recovery);
            InstanceMaintenanceOptionsRequest::builder().set_auto_recovery(recovery).build()
        }))
        .set_metadata_options(first(&wanted.metadata_options).map(metadata).transpose()?)
        .set_monitoring(
            wanted.monitoring.map(|on| RunInstancesMonitoringEnabled::builder().enabled(on).build()),
        )
        .set_placement(placement(&wanted)?)
        .set_private_dns_name_options(first(&wanted.private_dns_name_options).map(names))
        .set_user_data(user_data(&wanted))
        .set_tag_specifications(Some(marked));
    network(asked, &wanted)
}

fn mappings(wanted: &Instance, root_name: Option<&str>) -> Result<Option<Vec<BlockDeviceMapping>>, Fault> {
    let mut all = Vec::new();
    if let Some(root) = first(&wanted.root_block_device) {
        let ebs = Ebs::builder()
            .delete_on_termination(root.delete_on_termination.unwrap_or(true))
            .set_encrypted(root.encrypted)
            .set_iops(int(root.iops)?)
            .set_kms_key_id(root.kms_key_id.clone())
            .set_throughput(int(root.throughput)?)
            .set_volume_size(int(root.volume_size)?)
            .set_volume_type(word::<VolumeType>(&root.volume_type));
        let mapping = BlockDeviceMapping::builder().set_device_name(root_name.map(str::to_owned));
        all.push(mapping.ebs(ebs.build()).build());
    }
    for block in wanted.ebs_block_device.iter().flat_map(|blocks| &blocks.0) {
        let ebs = Ebs::builder()
            .delete_on_termination(block.delete_on_termination.unwrap_or(true))
            .set_encrypted(block.encrypted)
            .set_iops(int(block.iops)?)
            .set_kms_key_id(block.kms_key_id.clone())
            .set_snapshot_id(block.snapshot_id.clone())
            .set_throughput(int(block.throughput)?)
            .set_volume_size(int(block.volume_size)?)
            .set_volume_type(word::<VolumeType>(&block.volume_type));
        let mapping = BlockDeviceMapping::builder().set_device_name(block.device_name.clone());
        all.push(mapping.ebs(ebs.build()).build());
    }
    for block in wanted.ephemeral_block_device.iter().flat_map(|blocks| &blocks.0) {
        let mapping = BlockDeviceMapping::builder()
            .set_device_name(block.device_name.clone())
            .set_no_device((block.no_device == Some(true)).then(String::new))
            .set_virtual_name(block.virtual_name.clone());
        all.push(mapping.build());
    }
    Ok((!all.is_empty()).then_some(all))
}

pub(super) fn reservation(block: &table::CapacityReservation) -> CapacityReservationSpecification {
    let target = first(&block.capacity_reservation_target).map(|target| {
        CapacityReservationTarget::builder()
            .set_capacity_reservation_id(target.capacity_reservation_id.clone())
            .set_capacity_reservation_resource_group_arn(
                target.capacity_reservation_resource_group_arn.clone(),
            )
            .build()
    });
    CapacityReservationSpecification::builder()
        .set_capacity_reservation_preference(word::<CapacityReservationPreference>(
            &block.capacity_reservation_preference,
        ))
        .set_capacity_reservation_target(target)
        .build()
}

fn cpu(block: &table::CpuOptions) -> Result<CpuOptionsRequest, Fault> {
    Ok(CpuOptionsRequest::builder()
        .set_amd_sev_snp(word::<AmdSevSnpSpecification>(&block.amd_sev_snp))
        .set_core_count(int(block.core_count)?)
        .set_threads_per_core(int(block.threads_per_core)?)
        .build())
}

fn market(block: &table::InstanceMarketOptions) -> Result<InstanceMarketOptionsRequest, Fault> {
    let spot = first(&block.spot_options).map(|spot| {
        let until = time(spot.valid_until.as_deref())?;
        Ok(SpotMarketOptions::builder()
            .set_instance_interruption_behavior(word::<InstanceInterruptionBehavior>(
                &spot.instance_interruption_behavior,
            ))
            .set_max_price(spot.max_price.clone())
            .set_spot_instance_type(word::<SpotInstanceType>(&spot.spot_instance_type))
            .set_valid_until(until)
            .build())
    });
    Ok(InstanceMarketOptionsRequest::builder()
        .set_market_type(word::<MarketType>(&block.market_type))
        .set_spot_options(spot.transpose()?)
        .build())
}

fn metadata(block: &table::MetadataOptions) -> Result<InstanceMetadataOptionsRequest, Fault> {
    Ok(InstanceMetadataOptionsRequest::builder()
        .set_http_endpoint(word::<InstanceMetadataEndpointState>(&block.http_endpoint))
        .set_http_protocol_ipv6(word::<InstanceMetadataProtocolState>(&block.http_protocol_ipv6))
        .set_http_put_response_hop_limit(int(block.http_put_response_hop_limit)?)
        .set_http_tokens(word::<HttpTokensState>(&block.http_tokens))
        .set_instance_metadata_tags(word::<InstanceMetadataTagsState>(&block.instance_metadata_tags))
        .build())
}

fn names(block: &table::PrivateDnsNameOptions) -> PrivateDnsNameOptionsRequest {
    PrivateDnsNameOptionsRequest::builder()
        .set_enable_resource_name_dns_a_record(block.enable_resource_name_dns_a_record)
        .set_enable_resource_name_dns_aaaa_record(block.enable_resource_name_dns_aaaa_record)
        .set_hostname_type(word::<HostnameType>(&block.hostname_type))
        .build()
}

fn placement(wanted: &Instance) -> Result<Option<Placement>, Fault> {
    let placement = Placement::builder()
        .set_availability_zone(wanted.availability_zone.clone())
        .set_group_name(wanted.placement_group.clone())
        .set_host_id(wanted.host_id.clone())
        .set_host_resource_group_arn(wanted.host_resource_group_arn.clone())
        .set_partition_number(int(wanted.placement_partition_number)?)
        .set_tenancy(word::<Tenancy>(&wanted.tenancy))
        .build();
    Ok((placement != Placement::builder().build()).then_some(placement))
}

/// Where the instance stands in the network: in interfaces that exist, in one that EC2 makes of what only an interface
/// can be given, or in the subnet.
fn network(asked: Run, wanted: &Instance) -> Result<Run, Fault> {
    let given = wanted.network_interface.iter().flat_map(|blocks| &blocks.0);
    let given = given.map(|block| {
        Ok(Interface::builder()
            .set_delete_on_termination(block.delete_on_termination)
            .set_device_index(int(block.device_index)?)
            .set_network_card_index(int(block.network_card_index)?)
            .set_network_interface_id(block.network_interface_id.clone())
            .build())
    });
    let given = given.collect::<Result<Vec<Interface>, Fault>>()?;
    if !given.is_empty() {
        return Ok(asked.set_network_interfaces(Some(given)));
    }
    let groups =
        wanted.vpc_security_group_ids.clone().map(Vec::from_iter).filter(|groups| !groups.is_empty());
    let v6 = wanted.ipv6_addresses.clone().filter(|all| !all.is_empty()).map(|all| {
        let each = all.into_iter().map(|one| InstanceIpv6Address::builder().ipv6_address(one).build());
        each.collect::<Vec<_>>()
    });
    let v6_count = int(wanted.ipv6_address_count.filter(|count| *count > 0))?;
    let more = wanted.secondary_private_ips.clone().filter(|all| !all.is_empty());
    if wanted.associate_public_ip_address.is_none() && more.is_none() && wanted.enable_primary_ipv6.is_none()
    {
        let names = wanted.security_groups.clone().map(Vec::from_iter).filter(|names| !names.is_empty());
        return Ok(asked
            .set_ipv6_address_count(v6_count)
            .set_ipv6_addresses(v6)
            .set_private_ip_address(wanted.private_ip.clone())
            .set_security_group_ids(groups)
            .set_security_groups(names)
            .set_subnet_id(wanted.subnet_id.clone()));
    }
    let private = more.map(|more| {
        let address = |ip: String, primary| {
            PrivateIpAddressSpecification::builder().private_ip_address(ip).primary(primary).build()
        };
        let first = wanted.private_ip.clone().map(|ip| address(ip, true));
        first.into_iter().chain(more.into_iter().map(|ip| address(ip, false))).collect::<Vec<_>>()
    });
    let interface = Interface::builder()
        .set_associate_public_ip_address(wanted.associate_public_ip_address)
        .device_index(0)
        .set_groups(groups)
        .set_ipv6_address_count(v6_count)
        .set_ipv6_addresses(v6)
        .set_primary_ipv6(wanted.enable_primary_ipv6)
        .set_private_ip_address(wanted.private_ip.clone().filter(|_| private.is_none()))
        .set_private_ip_addresses(private)
        .set_subnet_id(wanted.subnet_id.clone());
    Ok(asked.network_interfaces(interface.build()))
}
