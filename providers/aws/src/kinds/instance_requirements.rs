//! What an instance type must have: shared by launch templates and the overrides of Auto Scaling groups.

use std::collections::BTreeSet;

use relight_contract::field::{optional, required};
use relight_contract::{BlockList, Number, block};

block! {
    /// Bounds of a count.
    pub struct Range {
        max: i64 = optional().doc("The most."),
        min: i64 = optional().doc("The least."),
    }
}

block! {
    /// Bounds of a count, with a least one that must be given.
    pub struct RangeFrom {
        max: i64 = optional().doc("The most."),
        min: i64 = required().doc("The least."),
    }
}

block! {
    /// Bounds of a measure.
    pub struct Measure {
        max: Number = optional().doc("The most."),
        min: Number = optional().doc("The least."),
    }
}

/// Declares the attributes of an instance type. The two users differ in one thing: whether Terraform insists on memory
/// and vCPUs.
macro_rules! requirements {
    ($(#[$doc:meta])* $name:ident, $range:ty, $least:literal) => {
        block! {
            $(#[$doc])*
            pub struct $name {
                accelerator_count: BlockList<Range> = optional().maximum(1).doc("How many accelerators."),
                accelerator_manufacturers: BTreeSet<String> = optional().doc("Who makes the accelerators."),
                accelerator_names: BTreeSet<String> = optional().doc("Which accelerators."),
                accelerator_total_memory_mib: BlockList<Range> = optional().maximum(1)
                    .doc("How much memory all accelerators have, in MiB."),
                accelerator_types: BTreeSet<String> = optional().doc("Which kinds of accelerators."),
                allowed_instance_types: BTreeSet<String> = optional().conflicts(&["excluded_instance_types"])
                    .doc("The only instance types to choose from; `*` stands for any text."),
                bare_metal: String = optional().words(&["included", "excluded", "required"])
                    .doc("Whether bare metal is allowed."),
                baseline_ebs_bandwidth_mbps: BlockList<Range> = optional().maximum(1)
                    .doc("The lasting EBS bandwidth, in Mbit/s."),
                burstable_performance: String = optional().words(&["included", "excluded", "required"])
                    .doc("Whether burstable types are allowed."),
                cpu_manufacturers: BTreeSet<String> = optional().doc("Who makes the processors."),
                excluded_instance_types: BTreeSet<String> = optional().conflicts(&["allowed_instance_types"])
                    .doc("Instance types that are left out; `*` stands for any text."),
                instance_generations: BTreeSet<String> = optional().doc("`current`, `previous` or both."),
                local_storage: String = optional().words(&["included", "excluded", "required"])
                    .doc("Whether instance store volumes are allowed."),
                local_storage_types: BTreeSet<String> = optional().doc("`hdd`, `ssd` or both."),
                max_spot_price_as_percentage_of_optimal_on_demand_price: i64 = optional()
                    .conflicts(&["spot_max_price_percentage_over_lowest_price"])
                    .doc("The highest spot price, in percent of the best on-demand price."),
                memory_gib_per_vcpu: BlockList<Measure> = optional().maximum(1).doc("Memory per vCPU, in GiB."),
                memory_mib: BlockList<$range> = optional().minimum($least).maximum(1).doc("Memory, in MiB."),
                network_bandwidth_gbps: BlockList<Measure> = optional().maximum(1)
                    .doc("Network bandwidth, in Gbit/s."),
                network_interface_count: BlockList<Range> = optional().maximum(1)
                    .doc("How many network interfaces."),
                on_demand_max_price_percentage_over_lowest_price: i64 = optional()
                    .doc("How far the on-demand price may lie above the lowest, in percent."),
                require_hibernate_support: bool = optional().doc("Whether the type must be able to hibernate."),
                spot_max_price_percentage_over_lowest_price: i64 = optional()
                    .conflicts(&["max_spot_price_as_percentage_of_optimal_on_demand_price"])
                    .doc("How far the spot price may lie above the lowest, in percent."),
                total_local_storage_gb: BlockList<Measure> = optional().maximum(1)
                    .doc("All instance store volumes together, in GB."),
                vcpu_count: BlockList<$range> = optional().minimum($least).maximum(1).doc("How many vCPUs."),
            }
        }
    };
}

requirements!(
    /// Attributes in place of one instance type, in a launch template.
    TemplateRequirements,
    RangeFrom,
    1
);
requirements!(
    /// Attributes in place of one instance type, in an override of an Auto Scaling group.
    OverrideRequirements,
    Range,
    0
);
