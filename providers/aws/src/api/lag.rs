//! How far replicas are behind, as CloudWatch measures it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudwatch::config::Builder;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy};
use aws_smithy_types::DateTime;

use super::{Effect, FaultOf, Site, no_retries};

/// How far back a measurement counts: RDS sends one a minute.
const WINDOW: Duration = Duration::from_secs(300);

/// How long a list or a read of databases waits for CloudWatch.
const PATIENCE: Duration = Duration::from_secs(4);

/// The time that one value stands for, in seconds.
const PERIOD_SECONDS: i32 = 60;

/// A metric that tells how far something is behind.
pub(crate) struct Gauge {
    /// Its name among those of RDS.
    pub(crate) metric: &'static str,
    /// How many of its units are a second.
    pub(crate) per_second: f64,
}

/// A replica, and the dimensions that its metric is kept under.
pub(crate) struct Measured {
    /// The native id.
    pub(crate) replica: String,
    /// Names and values.
    pub(crate) dimensions: Vec<(&'static str, String)>,
}

/// The last known lag of each replica, in whole seconds, rounded up: one call for all, 500 at most. What CloudWatch does
/// not tell is left out, its own failure included: no database waits for it, and none is unknown because of it. A
/// negative value says that nothing is replicated.
pub(crate) async fn read(site: &Site, gauge: &Gauge, replicas: &[Measured]) -> BTreeMap<String, i64> {
    if replicas.is_empty() {
        return BTreeMap::new();
    }
    let now = now();
    let queries = replicas.iter().enumerate().map(|(index, replica)| query(index, gauge, replica)).collect();
    let asked = site
        .cloudwatch()
        .get_metric_data()
        .set_metric_data_queries(Some(queries))
        .scan_by(ScanBy::TimestampDescending)
        .start_time(DateTime::from(now - WINDOW))
        .end_time(DateTime::from(now));
    let patience = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
    let once = Builder::new().retry_config(no_retries()).timeout_config(patience);
    let answered = asked.customize().config_override(once).send().await.fault(Effect::None);
    let results = answered.ok().and_then(|answered| answered.metric_data_results).unwrap_or_default();
    let told = results.into_iter().filter_map(|result| {
        let index: usize = result.id?.strip_prefix("replica")?.parse().ok()?;
        let lag = result.values?.into_iter().next().filter(|lag| *lag >= 0.0)?;
        Some((replicas.get(index)?.replica.clone(), whole(lag / gauge.per_second)))
    });
    told.collect()
}

fn whole(seconds: f64) -> i64 {
    seconds.ceil() as i64
}

fn query(index: usize, gauge: &Gauge, replica: &Measured) -> MetricDataQuery {
    let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
    let dimensions = replica.dimensions.iter().map(dimension).collect();
    let metric = Metric::builder()
        .namespace("AWS/RDS")
        .metric_name(gauge.metric)
        .set_dimensions(Some(dimensions))
        .build();
    let statistic = MetricStat::builder().metric(metric).period(PERIOD_SECONDS).stat("Maximum").build();
    MetricDataQuery::builder().id(format!("replica{index}")).metric_stat(statistic).build()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the question is for the last minutes; nothing is decided by it"
)]
fn now() -> SystemTime {
    SystemTime::now()
}
