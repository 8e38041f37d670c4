//! `aws_cloudwatch_metric_alarm`: watches a metric. Class A: the name is its identity, and `PutMetricAlarm` creates
//! or changes it.

#[cfg(feature = "api")]
pub(crate) mod api;

use std::collections::{BTreeMap, BTreeSet};

use relight_contract::field::{computed, optional, output, required};
use relight_contract::{
    Act, Block, BlockList, Blocks, ControlPlane, Detail, Example, Identity, Kind, Listing, NameRule, Number,
    Operation, Placement, Scope, block,
};

use crate::timing::CALL;

block! {
    /// A metric that a query takes its points from.
    pub struct QueriedMetric {
        dimensions: BTreeMap<String, String> = optional().doc("What the metric is about."),
        metric_name: String = required().doc("The metric."),
        namespace: String = optional().doc("The metric's namespace."),
        period: i64 = required().doc("The length of one point, in seconds."),
        stat: String = required().doc("How a period's values become one point: `Average`, `p99`."),
        unit: String = optional().doc("The unit."),
    }
}

block! {
    /// A series of points: of a metric, or computed from other series.
    pub struct MetricQuery {
        account_id: String = optional().doc("The account that holds the metric."),
        expression: String = optional().conflicts(&["metric"]).doc("The arithmetic over other series."),
        id: String = required().doc("The name of the series in expressions."),
        label: String = optional().doc("The name of the series on charts."),
        metric: BlockList<QueriedMetric> = optional().maximum(1).doc("The metric."),
        period: i64 = optional().doc("The length of one point of an expression, in seconds."),
        return_data: bool = optional().default_bool(false)
            .doc("Whether this is the series that the alarm watches."),
    }
}

block! {
    /// The attributes of `aws_cloudwatch_metric_alarm`.
    pub struct MetricAlarm {
        actions_enabled: bool = optional().default_bool(true).doc("Whether the actions are taken."),
        alarm_actions: BTreeSet<String> = optional().mentions("aws_sns_topic", "arn")
            .doc("ARNs of what is told or done when the alarm goes off."),
        alarm_description: String = optional().doc("What the alarm means."),
        alarm_name: String = required().replaces().doc("The name, unique in the region of the account."),
        arn: String = output().made("arn:aws:cloudwatch:{region}:{account}:alarm:{alarm_name}").doc("The ARN."),
        comparison_operator: String = required()
            .words(&[
                "GreaterThanOrEqualToThreshold",
                "GreaterThanThreshold",
                "GreaterThanUpperThreshold",
                "LessThanLowerOrGreaterThanUpperThreshold",
                "LessThanLowerThreshold",
                "LessThanOrEqualToThreshold",
                "LessThanThreshold",
            ])
            .doc("How a point is compared with the threshold."),
        datapoints_to_alarm: i64 = optional().doc("How many of the periods must be beyond the threshold."),
        dimensions: BTreeMap<String, String> = optional().conflicts(&["metric_query"])
            .doc("What the metric is about."),
        evaluate_low_sample_count_percentiles: String = computed().words(&["evaluate", "ignore"])
            .doc("Whether percentiles of few samples count."),
        evaluation_periods: i64 = required().doc("How many periods are looked at."),
        extended_statistic: String = optional().conflicts(&["metric_query", "statistic"])
            .doc("A percentile or trimmed statistic: `p99`."),
        id: String = output().made("{alarm_name}").doc("The name."),
        insufficient_data_actions: BTreeSet<String> = optional().mentions("aws_sns_topic", "arn")
            .doc("ARNs of what is told or done when there are too few points."),
        metric_name: String = optional().conflicts(&["metric_query"]).doc("The metric."),
        metric_query: Blocks<MetricQuery> = optional().doc("Series of points, one of which is watched."),
        namespace: String = optional().conflicts(&["metric_query"]).doc("The metric's namespace."),
        ok_actions: BTreeSet<String> = optional().mentions("aws_sns_topic", "arn")
            .doc("ARNs of what is told or done when all is well again."),
        period: i64 = optional().conflicts(&["metric_query"])
            .doc("The length of one point, in seconds: 10, 20, 30 or a multiple of 60."),
        statistic: String = optional().conflicts(&["metric_query"])
            .words(&["Average", "Maximum", "Minimum", "SampleCount", "Sum"])
            .doc("How a period's values become one point."),
        tags: BTreeMap<String, String> = optional().doc("Tags."),
        tags_all: BTreeMap<String, String> = output().made("{tags}").moves()
            .doc("Tags, those of the provider's `default_tags` included."),
        threshold: Number = optional().conflicts(&["threshold_metric_id"]).doc("What a point is compared with."),
        threshold_metric_id: String = optional()
            .doc("The series of an anomaly detection band that points are compared with."),
        treat_missing_data: String = optional().default_text("missing")
            .words(&["breaching", "ignore", "missing", "notBreaching"])
            .doc("What a period without points counts as."),
        unit: String = optional().doc("The unit."),
    }
}

const CALLS: &[&str] = &[
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
    "cloudwatch:DescribeAlarms",
];

/// The table of `aws_cloudwatch_metric_alarm`. Name limit and calls: Amazon CloudWatch API reference,
/// `PutMetricAlarm`, which takes tags only when it creates.
pub static KIND: Kind = Kind {
    name: "aws_cloudwatch_metric_alarm",
    provider: "aws",
    service: "cloudwatch",
    doc: "Watches a metric, and acts when it leaves its bounds.",
    placement: Placement::Regional,
    identity: Identity::Name(NameRule {
        attribute: "alarm_name",
        prefix: None,
        longest: 255,
        scope: Scope::Region,
    }),
    tags: Some("tags"),
    fields: MetricAlarm::FIELDS,
    capabilities: &[],
    listing: Listing::All { page: 100 },
    details: &[Detail { call: "cloudwatch:ListTagsForResource", objects: 1, fields: &[] }],
    operations: &[
        Operation {
            act: Act::List,
            calls: &["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation {
            act: Act::Read,
            calls: &["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
        Operation { act: Act::Create, calls: CALLS, plane: ControlPlane::Regional, timing: CALL },
        Operation { act: Act::Update, calls: CALLS, plane: ControlPlane::Regional, timing: CALL },
        Operation {
            act: Act::Delete,
            calls: &["cloudwatch:DeleteAlarms"],
            plane: ControlPlane::Regional,
            timing: CALL,
        },
    ],
    unsupported: &[],
    examples: &[Example {
        title: "Too much work",
        hcl: r#"resource "aws_cloudwatch_metric_alarm" "example" {
  alarm_name          = "example-cpu"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 60
  statistic           = "Average"
  threshold           = 80
}
"#,
        update: "threshold = 90.5",
        replace: "alarm_name = \"example-cpu-high\"",
    }],
};
