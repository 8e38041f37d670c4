//! `aws_appautoscaling_policy`: when Application Auto Scaling scales. Class D: its key is the scaled resource, its
//! dimension, and a name; putting it is an upsert.

#[cfg(feature = "api")]
pub(crate) mod api;

use relight_contract::field::{optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Example, Identity, Kind, Listing, Number, Operation,
    Placement, block,
};

use crate::timing::CALL;

block! {
    /// One step: how much is scaled for how far off.
    pub struct StepAdjustment {
        metric_interval_lower_bound: String = optional().doc("From how far above the threshold; none for no bound."),
        metric_interval_upper_bound: String = optional().doc("Up to how far above it; none for no bound."),
        scaling_adjustment: i64 = required().doc("By how much is scaled; less than 0 scales in."),
    }
}

block! {
    /// Scaling by steps, when an alarm goes off.
    pub struct StepScaling {
        adjustment_type: String = optional()
            .words(&["ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity"]).doc("What a step counts."),
        cooldown: i64 = optional().doc("How long the next scaling waits, in seconds."),
        metric_aggregation_type: String = optional().words(&["Average", "Maximum", "Minimum"])
            .doc("How data points are put together."),
        min_adjustment_magnitude: i64 = optional().doc("The least step, with percentages."),
        step_adjustment: Blocks<StepAdjustment> = optional().doc("The steps."),
    }
}

block! {
    /// A dimension of a metric.
    pub struct Dimension {
        name: String = required().doc("Its name."),
        value: String = required().doc("Its value."),
    }
}

block! {
    /// A metric.
    pub struct Metric {
        dimensions: Blocks<Dimension> = optional().doc("Its dimensions."),
        metric_name: String = required().doc("Its name."),
        namespace: String = required().doc("Its namespace."),
    }
}

block! {
    /// A metric, and how its data points are put together.
    pub struct MetricStat {
        metric: BlockList<Metric> = required().minimum(1).maximum(1).doc("The metric."),
        stat: String = required().doc("How data points are put together."),
        unit: String = optional().doc("The unit."),
    }
}

block! {
    /// A metric, or an expression over others.
    pub struct MetricQuery {
        expression: String = optional().doc("The expression."),
        id: String = required().doc("What other expressions call it."),
        label: String = optional().doc("What people call it."),
        metric_stat: BlockList<MetricStat> = optional().maximum(1).doc("The metric."),
        return_data: bool = optional().default_bool(true).doc("Whether it is the one that is tracked."),
    }
}

block! {
    /// A metric of one's own.
    pub struct CustomizedMetric {
        dimensions: Blocks<Dimension> = optional().doc("Its dimensions."),
        metric_name: String = optional().doc("Its name."),
        metrics: Blocks<MetricQuery> = optional().doc("Metrics and expressions, in place of one metric."),
        namespace: String = optional().doc("Its namespace."),
        statistic: String = optional().words(&["Average", "Maximum", "Minimum", "SampleCount", "Sum"])
            .doc("How data points are put together."),
        unit: String = optional().doc("The unit."),
    }
}

block! {
    /// A metric that AWS has ready.
    pub struct PredefinedMetric {
        predefined_metric_type: String = required().doc("Which."),
        resource_label: String = optional().doc("The resource that it counts, such as a target group."),
    }
}

block! {
    /// Scaling that keeps a metric at a value.
    pub struct TargetTracking {
        customized_metric_specification: BlockList<CustomizedMetric> = optional().maximum(1)
            .doc("A metric of one's own."),
        disable_scale_in: bool = optional().default_bool(false).doc("Whether it only scales out."),
        predefined_metric_specification: BlockList<PredefinedMetric> = optional().maximum(1)
            .doc("A metric that AWS has ready."),
        scale_in_cooldown: i64 = optional().doc("How long a scaling in waits, in seconds."),
        scale_out_cooldown: i64 = optional().doc("How long a scaling out waits, in seconds."),
        target_value: Number = required().doc("The value that the metric is kept at."),
    }
}

block! {
    /// The attributes of `aws_appautoscaling_policy`.
    pub struct Policy {
        alarm_arns: Vec<String> = output().volatile().doc("The alarms that AWS keeps for it."),
        arn: String = output()
            .made("arn:aws:autoscaling:{region}:{account}:scalingPolicy:{hex:32}:resource/{service_namespace}/\
                {resource_id}:policyName/{name}")
            .doc("The ARN."),
        id: String = output().made("{name}").doc("The name."),
        name: String = required().replaces().doc("The name."),
        policy_type: String = optional().default_text("StepScaling")
            .words(&["StepScaling", "TargetTrackingScaling"]).doc("How it scales."),
        resource_id: String = required().replaces().refers("aws_appautoscaling_target", "resource_id")
            .doc("The scaled resource."),
        scalable_dimension: String = required().replaces().doc("What of it is scaled."),
        service_namespace: String = required().replaces().doc("The service."),
        step_scaling_policy_configuration: BlockList<StepScaling> = optional().maximum(1)
            .doc("Scaling by steps."),
        target_tracking_scaling_policy_configuration: BlockList<TargetTracking> = optional().maximum(1)
            .doc("Scaling that keeps a metric at a value."),
    }
}

const READS: &[&str] = &["application-autoscaling:DescribeScalingPolicies"];

const PUTS: &[&str] =
    &["application-autoscaling:PutScalingPolicy", "application-autoscaling:DescribeScalingPolicies"];

const SITE: ControlPlane = ControlPlane::Regional;

/// The table of `aws_appautoscaling_policy`. Calls and limits: Application Auto Scaling API reference.
pub static KIND: Kind = Kind {
    name: "aws_appautoscaling_policy",
    provider: "aws",
    service: "application-autoscaling",
    doc: "When Application Auto Scaling scales a resource.",
    placement: Placement::Regional,
    identity: Identity::Key(&["service_namespace", "resource_id", "scalable_dimension", "name"]),
    tags: None,
    fields: Policy::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 10 },
    details: &[],
    operations: &[
        Operation { act: Act::List, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Read, calls: READS, plane: SITE, timing: CALL },
        Operation { act: Act::Create, calls: PUTS, plane: SITE, timing: CALL },
        Operation { act: Act::Update, calls: PUTS, plane: SITE, timing: CALL },
        Operation {
            act: Act::Delete,
            calls: &["application-autoscaling:DeleteScalingPolicy"],
            plane: SITE,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "A table that follows its reads",
        hcl: r#"resource "aws_dynamodb_table" "example" {
  name           = "example"
  billing_mode   = "PROVISIONED"
  read_capacity  = 5
  write_capacity = 5
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_appautoscaling_target" "example" {
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.example.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = 5
  max_capacity       = 100
}

resource "aws_appautoscaling_policy" "example" {
  name               = "reads"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.example.service_namespace
  resource_id        = aws_appautoscaling_target.example.resource_id
  scalable_dimension = aws_appautoscaling_target.example.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 70
    scale_in_cooldown  = 300
    scale_out_cooldown = 60
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}
"#,
        update: "",
        replace: "name = \"reads-two\"",
    }],
};
