//! Network interfaces of a template, both ways.

use aws_sdk_ec2::types::{
    ConnectionTrackingSpecificationRequest, EnaSrdSpecificationRequest, EnaSrdUdpSpecificationRequest,
    InstanceIpv6AddressRequest, Ipv4PrefixSpecificationRequest, Ipv6PrefixSpecificationRequest,
    LaunchTemplateInstanceNetworkInterfaceSpecification as Told,
    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest as Asked, PrivateIpAddressSpecification,
};
use relight_contract::Fault;

use super::super as table;
use crate::api::{int, made_of, one, truth, truth_text};

/// An interface as a request.
pub(super) fn write(block: &table::NetworkInterface) -> Result<Asked, Fault> {
    let primary = block.private_ip_address.as_ref();
    let addresses = block.ipv4_addresses.iter().flatten().map(|address| {
        PrivateIpAddressSpecification::builder()
            .private_ip_address(address)
            .primary(primary == Some(address))
            .build()
    });
    let six = |address: &String| InstanceIpv6AddressRequest::builder().ipv6_address(address).build();
    let four_prefix = |prefix: &String| Ipv4PrefixSpecificationRequest::builder().ipv4_prefix(prefix).build();
    let six_prefix = |prefix: &String| Ipv6PrefixSpecificationRequest::builder().ipv6_prefix(prefix).build();
    // The list names the primary address too where it holds it; beside a list it may not be named twice.
    let listed =
        primary.is_some_and(|primary| block.ipv4_addresses.iter().flatten().any(|one| one == primary));
    Ok(Asked::builder()
        .set_associate_carrier_ip_address(truth(block.associate_carrier_ip_address.as_deref())?)
        .set_associate_public_ip_address(truth(block.associate_public_ip_address.as_deref())?)
        .set_connection_tracking_specification(made_of(&block.connection_tracking_specification, tracking)?)
        .set_delete_on_termination(truth(block.delete_on_termination.as_deref())?)
        .set_description(block.description.clone())
        .set_device_index(int(block.device_index)?)
        .set_ena_srd_specification(made_of(&block.ena_srd_specification, ena)?)
        .set_groups(block.security_groups.clone().map(Vec::from_iter))
        .set_interface_type(block.interface_type.clone())
        .set_ipv4_prefix_count(int(block.ipv4_prefix_count)?)
        .set_ipv4_prefixes(block.ipv4_prefixes.as_ref().map(|all| all.iter().map(four_prefix).collect()))
        .set_ipv6_address_count(int(block.ipv6_address_count)?)
        .set_ipv6_addresses(block.ipv6_addresses.as_ref().map(|all| all.iter().map(six).collect()))
        .set_ipv6_prefix_count(int(block.ipv6_prefix_count)?)
        .set_ipv6_prefixes(block.ipv6_prefixes.as_ref().map(|all| all.iter().map(six_prefix).collect()))
        .set_network_card_index(int(block.network_card_index)?)
        .set_network_interface_id(block.network_interface_id.clone())
        .set_primary_ipv6(truth(block.primary_ipv6.as_deref())?)
        .set_private_ip_address(block.private_ip_address.clone().filter(|_| !listed))
        .set_private_ip_addresses(block.ipv4_addresses.as_ref().map(|_| addresses.collect()))
        .set_secondary_private_ip_address_count(int(block.ipv4_address_count)?)
        .set_subnet_id(block.subnet_id.clone())
        .build())
}

fn tracking(block: &table::ConnectionTracking) -> Result<ConnectionTrackingSpecificationRequest, Fault> {
    Ok(ConnectionTrackingSpecificationRequest::builder()
        .set_tcp_established_timeout(int(block.tcp_established_timeout)?)
        .set_udp_stream_timeout(int(block.udp_stream_timeout)?)
        .set_udp_timeout(int(block.udp_timeout)?)
        .build())
}

fn ena(block: &table::EnaSrd) -> Result<EnaSrdSpecificationRequest, Fault> {
    let udp = made_of(&block.ena_srd_udp_specification, |udp| {
        Ok(EnaSrdUdpSpecificationRequest::builder().set_ena_srd_udp_enabled(udp.ena_srd_udp_enabled).build())
    })?;
    Ok(EnaSrdSpecificationRequest::builder()
        .set_ena_srd_enabled(block.ena_srd_enabled)
        .set_ena_srd_udp_specification(udp)
        .build())
}

/// An interface as the API tells it.
pub(super) fn read(told: Told) -> table::NetworkInterface {
    let addresses = told.private_ip_addresses.filter(|all| !all.is_empty());
    let main = addresses.iter().flatten().find(|one| one.primary == Some(true));
    let main = main.and_then(|one| one.private_ip_address.clone());
    table::NetworkInterface {
        associate_carrier_ip_address: truth_text(told.associate_carrier_ip_address),
        associate_public_ip_address: truth_text(told.associate_public_ip_address),
        connection_tracking_specification: one(told.connection_tracking_specification.map(|told| {
            table::ConnectionTracking {
                tcp_established_timeout: told.tcp_established_timeout.map(i64::from),
                udp_stream_timeout: told.udp_stream_timeout.map(i64::from),
                udp_timeout: told.udp_timeout.map(i64::from),
            }
        })),
        delete_on_termination: truth_text(told.delete_on_termination),
        description: told.description,
        device_index: told.device_index.map(i64::from),
        ena_srd_specification: one(told.ena_srd_specification.map(|told| table::EnaSrd {
            ena_srd_enabled: told.ena_srd_enabled,
            ena_srd_udp_specification: one(told
                .ena_srd_udp_specification
                .map(|udp| table::EnaSrdUdp { ena_srd_udp_enabled: udp.ena_srd_udp_enabled })),
        })),
        interface_type: told.interface_type,
        ipv4_address_count: told.secondary_private_ip_address_count.map(i64::from),
        ipv4_addresses: addresses
            .map(|all| all.into_iter().filter_map(|address| address.private_ip_address).collect()),
        ipv4_prefix_count: told.ipv4_prefix_count.map(i64::from),
        ipv4_prefixes: told
            .ipv4_prefixes
            .map(|all| all.into_iter().filter_map(|prefix| prefix.ipv4_prefix).collect()),
        ipv6_address_count: told.ipv6_address_count.map(i64::from),
        ipv6_addresses: told
            .ipv6_addresses
            .map(|all| all.into_iter().filter_map(|address| address.ipv6_address).collect()),
        ipv6_prefix_count: told.ipv6_prefix_count.map(i64::from),
        ipv6_prefixes: told
            .ipv6_prefixes
            .map(|all| all.into_iter().filter_map(|prefix| prefix.ipv6_prefix).collect()),
        network_card_index: told.network_card_index.map(i64::from),
        network_interface_id: told.network_interface_id,
        primary_ipv6: truth_text(told.primary_ipv6),
        private_ip_address: told.private_ip_address.or(main),
        security_groups: told.groups.map(FromIterator::from_iter),
        subnet_id: told.subnet_id,
    }
}
