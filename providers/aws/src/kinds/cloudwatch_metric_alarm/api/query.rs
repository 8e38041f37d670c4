//! The series of points that an alarm watches, as the API has them, and back.

use aws_sdk_cloudwatch::types::{Metric, MetricDataQuery, MetricStat, StandardUnit};
use relight_contract::{BlockList, Blocks, Fault};

use super::super::{MetricQuery, QueriedMetric};
use super::{dimensions, told_dimensions};
use crate::api::int;

pub(super) fn read(queries: Vec<MetricDataQuery>) -> Blocks<MetricQuery> {
    let query = |query: MetricDataQuery| MetricQuery {
        account_id: query.account_id,
        expression: query.expression,
        id: query.id,
        label: query.label,
        metric: query.metric_stat.map(|metric| BlockList(vec![read_metric(metric)])),
        period: query.period.map(i64::from),
        return_data: query.return_data,
    };
    Blocks(queries.into_iter().map(query).collect())
}

fn read_metric(stat: MetricStat) -> QueriedMetric {
    let (namespace, metric_name, told) = match stat.metric {
        Some(metric) => (metric.namespace, metric.metric_name, metric.dimensions),
        None => (None, None, None),
    };
    QueriedMetric {
        dimensions: told.map(told_dimensions).filter(|told| !told.is_empty()),
        metric_name,
        namespace,
        period: stat.period.map(i64::from),
        stat: stat.stat,
        unit: stat.unit.map(|unit| unit.as_str().to_owned()),
    }
}

/// Where it is left out, the API takes every series for the one that is watched.
pub(super) fn write(queries: Blocks<MetricQuery>) -> Result<Vec<MetricDataQuery>, Fault> {
    let query = |query: MetricQuery| {
        let metric = query.metric.and_then(|metric| metric.0.into_iter().next());
        Ok(MetricDataQuery::builder()
            .set_account_id(query.account_id)
            .set_expression(query.expression)
            .set_id(query.id)
            .set_label(query.label)
            .set_metric_stat(metric.map(write_metric).transpose()?)
            .set_period(int(query.period)?)
            .return_data(query.return_data.unwrap_or(false))
            .build())
    };
    queries.0.into_iter().map(query).collect()
}

fn write_metric(metric: QueriedMetric) -> Result<MetricStat, Fault> {
    let of = Metric::builder()
        .set_dimensions(dimensions(metric.dimensions))
        .set_metric_name(metric.metric_name)
        .set_namespace(metric.namespace)
        .build();
    Ok(MetricStat::builder()
        .metric(of)
        .set_period(int(metric.period)?)
        .set_stat(metric.stat)
        .set_unit(metric.unit.as_deref().map(StandardUnit::from))
        .build())
}
