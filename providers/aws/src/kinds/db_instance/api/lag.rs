//! How far replicas are behind, as CloudWatch measures it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudwatch::config::Builder;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy};
use aws_smithy_types::DateTime;

use crate::api::{Effect, FaultOf, Site, no_retries};

/// How far back a measurement counts: RDS sends one a minute.
const WINDOW: Duration = Duration::from_secs(300);

/// How long a list or a read of databases waits for CloudWatch.
const PATIENCE: Duration = Duration::from_secs(4);

/// The time that one value stands for, in seconds.
const PERIOD_SECONDS: i32 = 60;

/// The last known lag of each replica, in whole seconds, rounded up: one call for all. What CloudWatch does not tell is
/// left out, its own failure included: no database waits for it, and none is unknown because of it.
/// Source: Amazon RDS user guide, "Monitoring read replication"; -1 says that nothing is replicated.
pub(super) async fn read(site: &Site, replicas: &[String]) -> BTreeMap<String, i64> {
    if replicas.is_empty() {
        return BTreeMap::new();
    }
    let now = now();
    let queries = replicas.iter().enumerate().map(|(index, replica)| query(index, replica)).collect();
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
        Some((replicas.get(index)?.clone(), whole(lag)))
    });
    told.collect()
}

fn whole(seconds: f64) -> i64 {
    seconds.ceil() as i64
}

fn query(index: usize, replica: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("DBInstanceIdentifier").value(replica).build();
    let metric =
        Metric::builder().namespace("AWS/RDS").metric_name("ReplicaLag").dimensions(dimension).build();
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
