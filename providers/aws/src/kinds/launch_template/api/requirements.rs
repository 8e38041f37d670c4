//! What an instance type must have, both ways.

use aws_sdk_ec2::types::{
    AcceleratorCount, AcceleratorCountRequest, AcceleratorManufacturer, AcceleratorName,
    AcceleratorTotalMemoryMiB, AcceleratorTotalMemoryMiBRequest, AcceleratorType, BareMetal,
    BaselineEbsBandwidthMbps, BaselineEbsBandwidthMbpsRequest, BurstablePerformance, CpuManufacturer,
    InstanceGeneration, InstanceRequirements as Told, InstanceRequirementsRequest as Asked, LocalStorage,
    LocalStorageType, MemoryGiBPerVCpu, MemoryGiBPerVCpuRequest, MemoryMiB, MemoryMiBRequest,
    NetworkBandwidthGbps, NetworkBandwidthGbpsRequest, NetworkInterfaceCount, NetworkInterfaceCountRequest,
    TotalLocalStorageGb, TotalLocalStorageGbRequest, VCpuCountRange, VCpuCountRangeRequest,
};
use relight_contract::{Fault, Number};

use crate::api::{int, made_of, one, word, word_text, word_texts, words};
use crate::kinds::instance_requirements::{Measure, Range, RangeFrom, TemplateRequirements};

/// Bounds of a count or of a measure as a request.
macro_rules! asked {
    (count $block:expr, $ty:ident) => {
        made_of($block, |range| Ok($ty::builder().set_min(int(range.min)?).set_max(int(range.max)?).build()))?
    };
    (measure $block:expr, $ty:ident) => {
        made_of($block, |range| {
            let float = |bound: &Option<Number>| bound.as_ref().map(Number::to_f64);
            Ok($ty::builder().set_min(float(&range.min)).set_max(float(&range.max)).build())
        })?
    };
}

/// Requirements as a request.
pub(super) fn write(block: &TemplateRequirements) -> Result<Asked, Fault> {
    Ok(Asked::builder()
        .set_accelerator_count(asked!(count & block.accelerator_count, AcceleratorCountRequest))
        .set_accelerator_manufacturers(words::<AcceleratorManufacturer>(&block.accelerator_manufacturers))
        .set_accelerator_names(words::<AcceleratorName>(&block.accelerator_names))
        .set_accelerator_total_memory_mib(asked!(
            count & block.accelerator_total_memory_mib,
            AcceleratorTotalMemoryMiBRequest
        ))
        .set_accelerator_types(words::<AcceleratorType>(&block.accelerator_types))
        .set_allowed_instance_types(block.allowed_instance_types.clone().map(Vec::from_iter))
        .set_bare_metal(word::<BareMetal>(&block.bare_metal))
        .set_baseline_ebs_bandwidth_mbps(asked!(
            count & block.baseline_ebs_bandwidth_mbps,
            BaselineEbsBandwidthMbpsRequest
        ))
        .set_burstable_performance(word::<BurstablePerformance>(&block.burstable_performance))
        .set_cpu_manufacturers(words::<CpuManufacturer>(&block.cpu_manufacturers))
        .set_excluded_instance_types(block.excluded_instance_types.clone().map(Vec::from_iter))
        .set_instance_generations(words::<InstanceGeneration>(&block.instance_generations))
        .set_local_storage(word::<LocalStorage>(&block.local_storage))
        .set_local_storage_types(words::<LocalStorageType>(&block.local_storage_types))
        .set_max_spot_price_as_percentage_of_optimal_on_demand_price(int(
            block.max_spot_price_as_percentage_of_optimal_on_demand_price
        )?)
        .set_memory_gib_per_v_cpu(asked!(measure & block.memory_gib_per_vcpu, MemoryGiBPerVCpuRequest))
        .set_memory_mib(asked!(count & block.memory_mib, MemoryMiBRequest))
        .set_network_bandwidth_gbps(asked!(
            measure & block.network_bandwidth_gbps,
            NetworkBandwidthGbpsRequest
        ))
        .set_network_interface_count(asked!(
            count & block.network_interface_count,
            NetworkInterfaceCountRequest
        ))
        .set_on_demand_max_price_percentage_over_lowest_price(int(
            block.on_demand_max_price_percentage_over_lowest_price
        )?)
        .set_require_hibernate_support(block.require_hibernate_support)
        .set_spot_max_price_percentage_over_lowest_price(int(
            block.spot_max_price_percentage_over_lowest_price
        )?)
        .set_total_local_storage_gb(asked!(
            measure & block.total_local_storage_gb,
            TotalLocalStorageGbRequest
        ))
        .set_v_cpu_count(asked!(count & block.vcpu_count, VCpuCountRangeRequest))
        .build())
}

/// Bounds as the API tells them.
macro_rules! told {
    (count $told:expr, $ty:ident, $row:ident) => {
        one($told.map(|range: $ty| $row { min: range.min.map(i64::from), max: range.max.map(i64::from) }))
    };
    (measure $told:expr, $ty:ident) => {
        one($told.map(|range: $ty| Measure {
            min: range.min.and_then(Number::from_decimal_f64),
            max: range.max.and_then(Number::from_decimal_f64),
        }))
    };
}

/// Requirements as the API tells them.
pub(super) fn read(told: Told) -> TemplateRequirements {
    TemplateRequirements {
        accelerator_count: told!(count told.accelerator_count, AcceleratorCount, Range),
        accelerator_manufacturers: word_texts(told.accelerator_manufacturers),
        accelerator_names: word_texts(told.accelerator_names),
        accelerator_total_memory_mib: told!(
            count told.accelerator_total_memory_mib, AcceleratorTotalMemoryMiB, Range
        ),
        accelerator_types: word_texts(told.accelerator_types),
        allowed_instance_types: word_texts(told.allowed_instance_types),
        bare_metal: word_text(told.bare_metal),
        baseline_ebs_bandwidth_mbps: told!(
            count told.baseline_ebs_bandwidth_mbps, BaselineEbsBandwidthMbps, Range
        ),
        burstable_performance: word_text(told.burstable_performance),
        cpu_manufacturers: word_texts(told.cpu_manufacturers),
        excluded_instance_types: word_texts(told.excluded_instance_types),
        instance_generations: word_texts(told.instance_generations),
        local_storage: word_text(told.local_storage),
        local_storage_types: word_texts(told.local_storage_types),
        max_spot_price_as_percentage_of_optimal_on_demand_price: told
            .max_spot_price_as_percentage_of_optimal_on_demand_price
            .map(i64::from),
        memory_gib_per_vcpu: told!(measure told.memory_gib_per_v_cpu, MemoryGiBPerVCpu),
        memory_mib: told!(count told.memory_mib, MemoryMiB, RangeFrom),
        network_bandwidth_gbps: told!(measure told.network_bandwidth_gbps, NetworkBandwidthGbps),
        network_interface_count: told!(count told.network_interface_count, NetworkInterfaceCount, Range),
        on_demand_max_price_percentage_over_lowest_price: told
            .on_demand_max_price_percentage_over_lowest_price
            .map(i64::from),
        require_hibernate_support: told.require_hibernate_support,
        spot_max_price_percentage_over_lowest_price: told
            .spot_max_price_percentage_over_lowest_price
            .map(i64::from),
        total_local_storage_gb: told!(measure told.total_local_storage_gb, TotalLocalStorageGb),
        vcpu_count: told!(count told.v_cpu_count, VCpuCountRange, RangeFrom),
    }
}
