//! `aws_autoscaling_group`: a number of like instances over several zones. Class A: its name is unique in a region.
//!
//! User tags are the `tag` blocks; the owner tags are kept beside them, are never handed on to instances and are not
//! told back in `tag`.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::BTreeSet;

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, Capability, ControlPlane, Example, Identity, Kind, Listing, Literal,
    NameRule, One, Operation, Part, Placement, Scope, Timeouts, Timing, Transition, block,
};

use super::instance_requirements::OverrideRequirements;
use crate::timing::{CALL, timing};

block! {
    /// How zones are kept even.
    pub struct ZoneDistribution {
        capacity_distribution_strategy: String = optional().default_text("balanced-best-effort")
            .words(&["balanced-only", "balanced-best-effort"])
            .doc("Whether other zones make up for one where launches fail."),
    }
}

block! {
    /// Capacity reservations by id or group.
    pub struct ReservationTarget {
        capacity_reservation_ids: Vec<String> = optional().conflicts(&["capacity_reservation_resource_group_arns"])
            .doc("The reservations."),
        capacity_reservation_resource_group_arns: Vec<String> = optional().conflicts(&["capacity_reservation_ids"])
            .doc("The resource groups of reservations."),
    }
}

block! {
    /// Which capacity reservations instances use.
    pub struct ReservationSpecification {
        capacity_reservation_preference: String = computed()
            .words(&["capacity-reservations-first", "capacity-reservations-only", "default", "none"])
            .doc("Whether reserved capacity comes first, alone, or not at all."),
        capacity_reservation_target: BlockList<ReservationTarget> = optional().maximum(1)
            .doc("The reservations that are used."),
    }
}

block! {
    /// A lifecycle hook that stands before the first instance is launched.
    pub struct LifecycleHook {
        default_result: String = computed().local().words(&["ABANDON", "CONTINUE"])
            .doc("What happens when nobody answers."),
        heartbeat_timeout: i64 = optional().local().doc("How long an answer may take, in seconds."),
        lifecycle_transition: String = required().local()
            .words(&["autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"])
            .doc("When it stops an instance."),
        name: String = required().local().doc("Its name."),
        notification_metadata: String = optional().local().doc("What is told along."),
        notification_target_arn: String = optional().local().mentions("aws_sns_topic", "arn")
            .doc("The topic or queue that is told."),
        role_arn: String = optional().local().mentions("aws_iam_role", "arn")
            .doc("The role that tells it."),
    }
}

block! {
    /// How many instances stand while some are replaced.
    pub struct MaintenancePolicy {
        max_healthy_percentage: i64 = required().doc("At most, in percent of the wanted size; -1 for no bound."),
        min_healthy_percentage: i64 = required().doc("At least, in percent of the wanted size; -1 for no bound."),
    }
}

block! {
    /// Alarms that stop an instance refresh.
    pub struct RefreshAlarms {
        alarms: Vec<String> = optional().local().mentions("aws_cloudwatch_metric_alarm", "alarm_name")
            .doc("Their names."),
    }
}

block! {
    /// How an instance refresh goes.
    pub struct RefreshPreferences {
        alarm_specification: BlockList<RefreshAlarms> = optional().local().maximum(1).doc("Alarms that stop it."),
        auto_rollback: bool = optional().local().doc("Whether a failed refresh is taken back."),
        checkpoint_delay: String = optional().local().doc("How long it waits at a checkpoint, in seconds."),
        checkpoint_percentages: Vec<i64> = optional().local().doc("Where it waits; the last one is 100."),
        instance_warmup: String = optional().local().doc("How long a new instance is not counted yet, in seconds."),
        max_healthy_percentage: i64 = optional().local().default_number(100).doc("At most this many, in percent."),
        min_healthy_percentage: i64 = optional().local().default_number(90).doc("At least this many, in percent."),
        scale_in_protected_instances: String = optional().local().default_text("Ignore")
            .words(&["Refresh", "Ignore", "Wait"]).doc("What happens to protected instances."),
        skip_matching: bool = optional().local().default_bool(false)
            .doc("Whether instances that match already are left alone."),
        standby_instances: String = optional().local().default_text("Ignore")
            .words(&["Terminate", "Ignore", "Wait"]).doc("What happens to instances in standby."),
    }
}

block! {
    /// How instances are replaced after a change of the template.
    pub struct InstanceRefresh {
        preferences: BlockList<RefreshPreferences> = optional().local().maximum(1).doc("How it goes."),
        strategy: String = required().local().words(&["Rolling"]).doc("How instances are replaced."),
        triggers: BTreeSet<String> = optional().local().doc("Further attributes whose change starts a refresh."),
    }
}

block! {
    /// The launch template.
    pub struct TemplateReference {
        id: String = computed().refers("aws_launch_template", "id").conflicts(&["name"]).doc("It, by id."),
        name: String = computed().mentions("aws_launch_template", "name").doc("It, by name."),
        version: String = computed().made("$Default")
            .doc("A version number, `$Latest` or `$Default`; a number starts an instance refresh when it moves."),
    }
}

block! {
    /// The launch template of a mixed group.
    pub struct TemplateSpecification {
        launch_template_id: String = computed().refers("aws_launch_template", "id")
            .conflicts(&["launch_template_name"]).doc("It, by id."),
        launch_template_name: String = computed().mentions("aws_launch_template", "name").doc("It, by name."),
        version: String = computed().made("$Default").doc("A version number, `$Latest` or `$Default`."),
    }
}

block! {
    /// One of several instance types.
    pub struct TemplateOverride {
        instance_requirements: BlockList<OverrideRequirements> = optional().maximum(1)
            .conflicts(&["instance_type"]).doc("What the instance type must have."),
        instance_type: String = optional().doc("The instance type."),
        launch_template_specification: BlockList<TemplateSpecification> = optional().maximum(1)
            .doc("Another launch template for this type."),
        weighted_capacity: String = optional().doc("How many units of capacity an instance counts for."),
    }
}

block! {
    /// The launch template of a mixed group, with instance types in place of its own.
    pub struct MixedTemplate {
        launch_template_specification: BlockList<TemplateSpecification> = optional().minimum(1).maximum(1)
            .doc("The launch template."),
        override_: BlockList<TemplateOverride> = optional().doc("Instance types, the preferred ones first."),
    }
}

block! {
    /// How much is bought on demand and how much on the spot market.
    pub struct InstancesDistribution {
        on_demand_allocation_strategy: String = computed().words(&["lowest-price", "prioritized"])
            .made("prioritized").doc("Which types are bought on demand."),
        on_demand_base_capacity: i64 = computed().default_number(0).doc("How much is on demand in any case."),
        on_demand_percentage_above_base_capacity: i64 = computed().default_number(100)
            .doc("How much of the rest is on demand, in percent."),
        spot_allocation_strategy: String = computed().made("lowest-price")
            .doc("Which pools spot instances come from."),
        spot_instance_pools: i64 = computed().doc("How many pools the strategy `lowest-price` spreads over."),
        spot_max_price: String = optional().doc("The highest spot price per hour, in USD."),
    }
}

block! {
    /// Several instance types, and two ways to buy them.
    pub struct MixedInstancesPolicy {
        instances_distribution: BlockList<InstancesDistribution> = computed().maximum(1)
            .doc("On demand or on the spot market."),
        launch_template: BlockList<MixedTemplate> = optional().minimum(1).maximum(1)
            .doc("The launch template and its instance types."),
    }
}

block! {
    /// A tag of the group.
    pub struct GroupTag {
        key: String = required().doc("The key."),
        propagate_at_launch: bool = required().doc("Whether new instances get it."),
        value: String = required().doc("The value."),
    }
}

block! {
    /// Where traffic comes from.
    pub struct TrafficSource {
        identifier: String = required().doc("A target group's ARN, or a classic load balancer's name."),
        type_: String = optional().doc("`elb`, `elbv2` or `vpc-lattice`."),
    }
}

block! {
    /// What becomes of instances at scale-in.
    pub struct ReusePolicy {
        reuse_on_scale_in: bool = optional().default_bool(false).doc("Whether they go back to the warm pool."),
    }
}

block! {
    /// Instances that stand ready outside the group.
    pub struct WarmPool {
        instance_reuse_policy: BlockList<ReusePolicy> = optional().maximum(1)
            .doc("What becomes of instances at scale-in."),
        max_group_prepared_capacity: i64 = optional().default_number(-1)
            .doc("The most instances in group and pool together; -1 for the group's maximum."),
        min_size: i64 = optional().default_number(0).doc("The least instances in the pool."),
        pool_state: String = optional().default_text("Stopped").words(&["Hibernated", "Running", "Stopped"])
            .doc("What they do there."),
    }
}

block! {
    /// The attributes of `aws_autoscaling_group`.
    pub struct AutoscalingGroup {
        arn: String = output()
            .made("arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}\
                :autoScalingGroupName/{name}")
            .doc("The ARN; it holds an id that only AWS knows."),
        availability_zone_distribution: BlockList<ZoneDistribution> = computed().maximum(1)
            .doc("How zones are kept even."),
        availability_zones: BTreeSet<String> = computed().conflicts(&["vpc_zone_identifier"])
            .doc("The zones, for groups in a default VPC."),
        capacity_rebalance: bool = optional().default_bool(false)
            .doc("Whether a spot instance at risk is replaced before it is taken away."),
        capacity_reservation_specification: BlockList<ReservationSpecification> = computed().maximum(1)
            .doc("Which capacity reservations instances use."),
        context: String = optional().doc("Reserved by AWS."),
        default_cooldown: i64 = computed().default_number(300)
            .doc("How long simple scaling waits after an activity, in seconds."),
        default_instance_warmup: i64 = optional().doc("How long a new instance is not counted yet, in seconds."),
        desired_capacity: i64 = computed().made("{min_size}").doc("How many instances there are to be."),
        desired_capacity_type: String = optional().words(&["units", "vcpu", "memory-mib"])
            .doc("What `desired_capacity` counts."),
        enabled_metrics: BTreeSet<String> = optional().doc("The group metrics that are collected."),
        force_delete: bool = optional().in_a_drill(true).local().default_bool(false)
            .doc("Whether the group is deleted without waiting for its instances."),
        force_delete_warm_pool: bool = optional().local().default_bool(false)
            .doc("Whether the warm pool is deleted without waiting for its instances."),
        health_check_grace_period: i64 = optional().default_number(300)
            .doc("How long a new instance may be unhealthy, in seconds."),
        health_check_type: String = computed().made("EC2").doc("Who judges instances: `EC2`, `ELB` and others."),
        id: String = output().made("{name}").doc("The name."),
        ignore_failed_scaling_activities: bool = optional().local().default_bool(false)
            .doc("Whether failed launches are passed over while waiting for capacity."),
        initial_lifecycle_hook: Blocks<LifecycleHook> = optional().local()
            .doc("Lifecycle hooks that stand before the first instance is launched. Read only when the group is \
                created."),
        instance_maintenance_policy: BlockList<MaintenancePolicy> = optional().maximum(1)
            .doc("How many instances stand while some are replaced."),
        instance_refresh: BlockList<InstanceRefresh> = optional().local().maximum(1)
            .doc("How instances are replaced after a change of the template; without it they stay as they are."),
        launch_configuration: String = optional().conflicts(&["launch_template", "mixed_instances_policy"])
            .doc("A launch configuration, the old form of a template, by name."),
        launch_template: BlockList<TemplateReference> = computed().maximum(1)
            .conflicts(&["launch_configuration", "mixed_instances_policy"]).doc("The launch template."),
        load_balancers: BTreeSet<String> = computed().doc("Classic load balancers, by name."),
        max_instance_lifetime: i64 = optional().doc("After how many seconds an instance is replaced."),
        max_size: i64 = required().plays(Part::Most).doc("The most instances."),
        metrics_granularity: String = optional().default_text("1Minute").words(&["1Minute"])
            .doc("How fine group metrics are."),
        min_elb_capacity: i64 = optional().local()
            .doc("How many healthy instances the load balancers must see before a create is done."),
        min_size: i64 = required().doc("The least instances."),
        mixed_instances_policy: BlockList<MixedInstancesPolicy> = computed().maximum(1)
            .conflicts(&["launch_configuration", "launch_template"])
            .doc("Several instance types, and two ways to buy them."),
        name: String = computed().replaces().doc("The name."),
        name_prefix: String = computed().replaces().conflicts(&["name"]).doc("What a derived name begins with."),
        placement_group: String = optional().doc("The placement group."),
        predicted_capacity: i64 = output().volatile().default_number(0).doc("What predictive scaling expects."),
        protect_from_scale_in: bool = optional().default_bool(false)
            .doc("Whether new instances are protected from scale-in."),
        service_linked_role_arn: String = computed()
            .made("arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/\
                AWSServiceRoleForAutoScaling")
            .doc("The role that launches instances."),
        suspended_processes: BTreeSet<String> = optional().doc("Processes of the group that are off."),
        tag: Blocks<GroupTag> = optional().doc("Tags of the group, handed on to instances where they say so."),
        target_group_arns: BTreeSet<String> = computed().mentions("aws_lb_target_group", "arn")
            .doc("Target groups that instances are registered with."),
        termination_policies: Vec<String> = optional().doc("Which instances go first at scale-in."),
        timeouts: One<Timeouts> = optional().local().doc("How long operations may take."),
        traffic_source: Blocks<TrafficSource> = computed().doc("Where traffic comes from."),
        vpc_zone_identifier: BTreeSet<String> = computed().refers("aws_subnet", "id").doc("The subnets."),
        wait_for_capacity_timeout: String = optional().local().default_text("10m")
            .doc("How long a create or update waits for healthy instances; `0` for not at all."),
        wait_for_elb_capacity: i64 = optional().local()
            .doc("How many healthy instances the load balancers must see before an update is done, too."),
        warm_pool: BlockList<WarmPool> = optional().maximum(1)
            .doc("Instances that stand ready outside the group."),
        warm_pool_size: i64 = output().volatile().default_number(0).doc("How many instances the warm pool holds."),
    }
}

const SCALE: Timing = timing(90, 150, "a public Terraform log: 47 s; EC2 30 to 90 s plus two checks of 30 s");
const DELETE: Timing = timing(120, 300, "unmeasured: until all instances are gone");
const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_autoscaling_group`. The fence takes `max_size` down as well: no alarm may scale a fenced group out.
pub static KIND: Kind = Kind {
    name: "aws_autoscaling_group",
    provider: "aws",
    service: "autoscaling",
    doc: "A number of like instances over several zones.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "name",
        prefix: Some("name_prefix"),
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tag"),
    fields: AutoscalingGroup::FIELDS,
    capabilities: &[
        Capability::Scalable { fields: &["desired_capacity", "min_size", "max_size"] },
        Capability::Fenceable {
            effect: &[
                Transition { field: "desired_capacity", to: Literal::Number(0) },
                Transition { field: "max_size", to: Literal::Number(0) },
                Transition { field: "min_size", to: Literal::Number(0) },
            ],
        },
    ],
    listing: Listing::All { page: 100 },
    details: &[],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["autoscaling:DescribeAutoScalingGroups"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["autoscaling:DescribeAutoScalingGroups"],
            plane: SITE,
            timing: CALL,
        },
        Operation {
            act: Act::Create,
            calls: &[
                "autoscaling:CreateAutoScalingGroup",
                "autoscaling:CreateOrUpdateTags",
                "autoscaling:EnableMetricsCollection",
                "autoscaling:SuspendProcesses",
                "autoscaling:PutWarmPool",
                "autoscaling:DescribeScalingActivities",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            plane: SITE,
            timing: SCALE,
        },
        Operation {
            act: Act::Update,
            calls: &[
                "autoscaling:UpdateAutoScalingGroup",
                "autoscaling:AttachLoadBalancers",
                "autoscaling:AttachLoadBalancerTargetGroups",
                "autoscaling:AttachTrafficSources",
                "autoscaling:DetachLoadBalancers",
                "autoscaling:DetachLoadBalancerTargetGroups",
                "autoscaling:DetachTrafficSources",
                "autoscaling:CreateOrUpdateTags",
                "autoscaling:DeleteTags",
                "autoscaling:EnableMetricsCollection",
                "autoscaling:DisableMetricsCollection",
                "autoscaling:SuspendProcesses",
                "autoscaling:ResumeProcesses",
                "autoscaling:PutWarmPool",
                "autoscaling:DeleteWarmPool",
                "autoscaling:StartInstanceRefresh",
                "autoscaling:CancelInstanceRefresh",
                "autoscaling:DescribeInstanceRefreshes",
                "autoscaling:DescribeScalingActivities",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            plane: SITE,
            timing: SCALE,
        },
        Operation {
            act: Act::Delete,
            calls: &[
                "autoscaling:DeleteAutoScalingGroup",
                "autoscaling:UpdateAutoScalingGroup",
                "autoscaling:DeleteWarmPool",
            ],
            plane: SITE,
            timing: DELETE,
        },
        Operation {
            act: Act::Fence,
            calls: &["autoscaling:UpdateAutoScalingGroup", "autoscaling:DescribeAutoScalingGroups"],
            plane: SITE,
            timing: DELETE,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Two instances",
        hcl: r#"resource "aws_launch_template" "example" {
  name          = "example"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t4g.small"
}

resource "aws_autoscaling_group" "example" {
  name               = "example"
  min_size           = 2
  max_size           = 4
  availability_zones = ["us-east-1a", "us-east-1b"]

  launch_template {
    id      = aws_launch_template.example.id
    version = aws_launch_template.example.latest_version
  }
}
"#,
        update: "desired_capacity = 3",
        replace: "name = \"other\"",
    }],
};
