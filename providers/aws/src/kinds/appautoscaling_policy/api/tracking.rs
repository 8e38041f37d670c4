//! Scaling that keeps a metric at a value, both ways.

use aws_sdk_applicationautoscaling::types::{
    CustomizedMetricSpecification, MetricDimension, MetricStatistic, MetricType,
    PredefinedMetricSpecification, TargetTrackingMetric, TargetTrackingMetricDataQuery,
    TargetTrackingMetricDimension, TargetTrackingMetricStat,
    TargetTrackingScalingPolicyConfiguration as Told,
};
use relight_contract::{BlockList, Blocks, Fault, Number};

use super::super::{
    CustomizedMetric, Dimension, Metric, MetricQuery, MetricStat, PredefinedMetric, TargetTracking,
};
use crate::api::{first, incomplete, int};

fn list<T>(block: Option<T>) -> Option<BlockList<T>> {
    block.map(|block| BlockList(vec![block]))
}

/// Items of the API's own; nothing where there are none.
fn all<T, U>(
    blocks: &Option<Blocks<T>>,
    make: impl Fn(&T) -> Result<U, Fault>,
) -> Result<Option<Vec<U>>, Fault> {
    match blocks.as_ref().filter(|blocks| !blocks.0.is_empty()) {
        None => Ok(None),
        Some(blocks) => blocks.0.iter().map(make).collect::<Result<Vec<U>, Fault>>().map(Some),
    }
}

/// The configuration as calls take it.
pub(super) fn write(block: &TargetTracking) -> Result<Told, Fault> {
    let predefined = first(&block.predefined_metric_specification).map(|metric| {
        PredefinedMetricSpecification::builder()
            .set_predefined_metric_type(metric.predefined_metric_type.as_deref().map(MetricType::from))
            .set_resource_label(metric.resource_label.clone().filter(|label| !label.is_empty()))
            .build()
            .map_err(incomplete)
    });
    Told::builder()
        .set_customized_metric_specification(
            first(&block.customized_metric_specification).map(customized).transpose()?,
        )
        .disable_scale_in(block.disable_scale_in.unwrap_or_default())
        .set_predefined_metric_specification(predefined.transpose()?)
        .set_scale_in_cooldown(int(block.scale_in_cooldown)?)
        .set_scale_out_cooldown(int(block.scale_out_cooldown)?)
        .set_target_value(block.target_value.as_ref().map(Number::to_f64))
        .build()
        .map_err(incomplete)
}

fn customized(metric: &CustomizedMetric) -> Result<CustomizedMetricSpecification, Fault> {
    let dimension = |dimension: &Dimension| {
        MetricDimension::builder()
            .set_name(dimension.name.clone())
            .set_value(dimension.value.clone())
            .build()
            .map_err(incomplete)
    };
    Ok(CustomizedMetricSpecification::builder()
        .set_dimensions(all(&metric.dimensions, dimension)?)
        .set_metric_name(metric.metric_name.clone())
        .set_metrics(all(&metric.metrics, query)?)
        .set_namespace(metric.namespace.clone())
        .set_statistic(metric.statistic.as_deref().map(MetricStatistic::from))
        .set_unit(metric.unit.clone())
        .build())
}

fn query(query: &MetricQuery) -> Result<TargetTrackingMetricDataQuery, Fault> {
    TargetTrackingMetricDataQuery::builder()
        .set_expression(query.expression.clone())
        .set_id(query.id.clone())
        .set_label(query.label.clone())
        .set_metric_stat(first(&query.metric_stat).map(stat).transpose()?)
        .return_data(query.return_data.unwrap_or(true))
        .build()
        .map_err(incomplete)
}

fn stat(stat: &MetricStat) -> Result<TargetTrackingMetricStat, Fault> {
    let dimension = |dimension: &Dimension| {
        TargetTrackingMetricDimension::builder()
            .set_name(dimension.name.clone())
            .set_value(dimension.value.clone())
            .build()
            .map_err(incomplete)
    };
    let metric = first(&stat.metric).map(|metric| {
        Ok::<_, Fault>(
            TargetTrackingMetric::builder()
                .set_dimensions(all(&metric.dimensions, dimension)?)
                .set_metric_name(metric.metric_name.clone())
                .set_namespace(metric.namespace.clone())
                .build(),
        )
    });
    TargetTrackingMetricStat::builder()
        .set_metric(metric.transpose()?)
        .set_stat(stat.stat.clone())
        .set_unit(stat.unit.clone())
        .build()
        .map_err(incomplete)
}

/// The configuration as the API tells it.
pub(super) fn read(told: Told) -> BlockList<TargetTracking> {
    let predefined = told.predefined_metric_specification.map(|metric| PredefinedMetric {
        predefined_metric_type: Some(metric.predefined_metric_type.as_str().to_owned()),
        resource_label: metric.resource_label.filter(|label| !label.is_empty()),
    });
    BlockList(vec![TargetTracking {
        customized_metric_specification: list(told.customized_metric_specification.map(read_customized)),
        disable_scale_in: Some(told.disable_scale_in.unwrap_or_default()),
        predefined_metric_specification: list(predefined),
        scale_in_cooldown: told.scale_in_cooldown.map(i64::from),
        scale_out_cooldown: told.scale_out_cooldown.map(i64::from),
        target_value: Number::from_decimal_f64(told.target_value),
    }])
}

fn read_customized(told: CustomizedMetricSpecification) -> CustomizedMetric {
    let dimensions = told.dimensions.filter(|some| !some.is_empty()).map(|some| {
        let make = |one: MetricDimension| Dimension { name: Some(one.name), value: Some(one.value) };
        Blocks(some.into_iter().map(make).collect())
    });
    let metrics = told.metrics.filter(|some| !some.is_empty());
    CustomizedMetric {
        dimensions,
        metric_name: told.metric_name,
        metrics: metrics.map(|some| Blocks(some.into_iter().map(read_query).collect())),
        namespace: told.namespace,
        statistic: told.statistic.map(|word| word.as_str().to_owned()),
        unit: told.unit,
    }
}

fn read_query(told: TargetTrackingMetricDataQuery) -> MetricQuery {
    MetricQuery {
        expression: told.expression,
        id: Some(told.id),
        label: told.label,
        metric_stat: list(told.metric_stat.map(|told| MetricStat {
            metric: list(told.metric.map(read_metric)),
            stat: Some(told.stat),
            unit: told.unit,
        })),
        return_data: Some(told.return_data.unwrap_or(true)),
    }
}

fn read_metric(told: TargetTrackingMetric) -> Metric {
    let dimensions = told.dimensions.filter(|some| !some.is_empty()).map(|some| {
        let make =
            |one: TargetTrackingMetricDimension| Dimension { name: Some(one.name), value: Some(one.value) };
        Blocks(some.into_iter().map(make).collect())
    });
    Metric { dimensions, metric_name: told.metric_name, namespace: told.namespace }
}
