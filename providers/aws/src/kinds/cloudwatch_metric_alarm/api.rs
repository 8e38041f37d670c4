//! The API half of `aws_cloudwatch_metric_alarm`.
//!
//! `PutMetricAlarm` creates and overwrites, so that a name that is taken is looked for first. It takes tags only when
//! it creates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, MetricAlarm as Alarm, StandardUnit, Statistic, Tag,
};
use relight_contract::{
    Action, Answer, Answering, Block, Fault, FaultKind, Interest, Live, Name, Number, Object, Owner, State,
    Value,
};

use super::{KIND, MetricAlarm};
use crate::api::side_by_side::each;
use crate::api::{
    Effect, FaultOf, Site, TagChange, Told, absent_is_none, accepted, found, int, merged, missing, next,
    none_of_its_calls, object_or_absent, shape, tags,
};

mod query;

/// The largest page, and the most names in a call.
const PAGE: i32 = 100;
const MOST: usize = 100;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, interest, .. } => list(&site, page, &interest).await,
            Action::Read { native_id, .. } | Action::Poll { native_id, .. } => {
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Find { attributes, .. } => {
                let name = attributes.get("alarm_name").and_then(Value::as_str).unwrap_or_default();
                Ok(found(read(&site, name).await?))
            }
            Action::Create { attributes, owner, token, .. } => {
                create(&site, &attributes, &owner, &token).await
            }
            Action::Update { native_id, changes, .. } => update(&site, &native_id, &changes).await,
            Action::Delete { native_id, .. } => {
                let asked = site.cloudwatch().delete_alarms().alarm_names(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                let live = must_read(&site, &native_id).await?;
                set_tags(&site, &live, tags::owner(&owner)).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

/// Alarms are told without tags: those of alarms that can be meant are asked for one by one.
async fn list(site: &Site, page: Option<Name>, interest: &Interest) -> Result<Answer, Fault> {
    let asked = site.cloudwatch().describe_alarms().max_records(PAGE);
    let answered =
        asked.set_next_token(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = next(answered.next_token);
    Ok(Answer::Page { items: tagged(site, answered.metric_alarms, interest).await?, next })
}

async fn tagged(site: &Site, alarms: Option<Vec<Alarm>>, interest: &Interest) -> Result<Vec<Live>, Fault> {
    each(alarms.unwrap_or_default(), |alarm| async move {
        let meant = alarm.alarm_name.as_deref().is_some_and(|name| interest.knows(name));
        let told = match meant {
            true => Told::of(tags_of(site, alarm.alarm_arn.as_deref()).await?),
            false => Told::default(),
        };
        Ok(live(alarm, told))
    })
    .await
}

async fn tags_of(site: &Site, arn: Option<&str>) -> Result<Vec<(String, String)>, Fault> {
    let asked = site.cloudwatch().list_tags_for_resource().set_resource_arn(arn.map(str::to_owned));
    let answered = absent_is_none(asked.send().await.fault(Effect::None))?;
    let tags = answered.and_then(|answered| answered.tags).unwrap_or_default();
    Ok(tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
}

async fn read(site: &Site, name: &str) -> Result<Option<Live>, Fault> {
    let describe = async |names: Vec<String>| {
        let asked = site.cloudwatch().describe_alarms().max_records(PAGE).set_alarm_names(Some(names));
        let answered = asked.send().await.fault(Effect::None)?;
        tagged(site, answered.metric_alarms, &Interest::default()).await
    };
    site.together(KIND.name, name, MOST, describe).await
}

async fn must_read(site: &Site, name: &str) -> Result<Live, Fault> {
    read(site, name).await?.ok_or_else(|| missing("alarm", name))
}

fn live(alarm: Alarm, told: Told) -> Live {
    let set = |items: Option<Vec<String>>| items.map(BTreeSet::from_iter);
    let name = alarm.alarm_name.unwrap_or_default();
    let attributes = MetricAlarm {
        actions_enabled: alarm.actions_enabled,
        alarm_actions: set(alarm.alarm_actions),
        alarm_description: alarm.alarm_description.filter(|text| !text.is_empty()),
        alarm_name: Some(name.clone()),
        arn: alarm.alarm_arn,
        comparison_operator: alarm.comparison_operator.map(|word| word.as_str().to_owned()),
        datapoints_to_alarm: alarm.datapoints_to_alarm.map(i64::from),
        dimensions: alarm.dimensions.map(told_dimensions),
        evaluate_low_sample_count_percentiles: alarm.evaluate_low_sample_count_percentile,
        evaluation_periods: alarm.evaluation_periods.map(i64::from),
        extended_statistic: alarm.extended_statistic,
        id: Some(name.clone()),
        insufficient_data_actions: set(alarm.insufficient_data_actions),
        metric_name: alarm.metric_name,
        metric_query: alarm.metrics.map(query::read),
        namespace: alarm.namespace,
        ok_actions: set(alarm.ok_actions),
        period: alarm.period.map(i64::from),
        statistic: alarm.statistic.map(|word| word.as_str().to_owned()),
        tags: Some(told.user.clone()),
        tags_all: Some(told.user.clone()),
        threshold: alarm.threshold.and_then(Number::from_decimal_f64),
        threshold_metric_id: alarm.threshold_metric_id,
        treat_missing_data: alarm.treat_missing_data,
        unit: alarm.unit.map(|word| word.as_str().to_owned()),
    };
    told.live(&name, attributes.to_object(), State::Ready)
}

fn told_dimensions(dimensions: Vec<Dimension>) -> BTreeMap<String, String> {
    let pair = |one: Dimension| Some((one.name?, one.value.unwrap_or_default()));
    dimensions.into_iter().filter_map(pair).collect()
}

fn dimensions(wanted: Option<BTreeMap<String, String>>) -> Option<Vec<Dimension>> {
    let one = |(name, value)| Dimension::builder().name(name).value(value).build();
    wanted.map(|wanted| wanted.into_iter().map(one).collect())
}

fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}

async fn create(site: &Site, attributes: &Object, owner: &Owner, token: &str) -> Result<Answer, Fault> {
    let wanted = MetricAlarm::from_object(attributes).map_err(shape)?;
    let name = wanted.alarm_name.clone().unwrap_or_default();
    let asked = site.cloudwatch().describe_alarms().alarm_names(&name);
    let taken = asked.send().await.fault(Effect::None)?.metric_alarms;
    if taken.is_some_and(|taken| !taken.is_empty()) {
        return Err(Fault::new(FaultKind::Conflict, format!("there is an alarm {name} already")));
    }
    let marks = tags::all(wanted.tags.as_ref(), owner, token).into_iter().map(tag).collect();
    put(site, wanted, Some(marks)).await?;
    Ok(accepted(&name, "seen", 0))
}

/// Makes an alarm what is wanted: the same call may be made again.
async fn put(site: &Site, wanted: MetricAlarm, marks: Option<Vec<Tag>>) -> Result<(), Fault> {
    let list = |items: Option<BTreeSet<String>>| items.map(Vec::from_iter);
    let asked = site
        .cloudwatch()
        .put_metric_alarm()
        .set_actions_enabled(wanted.actions_enabled)
        .set_alarm_actions(list(wanted.alarm_actions))
        .set_alarm_description(wanted.alarm_description)
        .set_alarm_name(wanted.alarm_name)
        .set_comparison_operator(wanted.comparison_operator.as_deref().map(ComparisonOperator::from))
        .set_datapoints_to_alarm(int(wanted.datapoints_to_alarm)?)
        .set_dimensions(dimensions(wanted.dimensions))
        .set_evaluate_low_sample_count_percentile(wanted.evaluate_low_sample_count_percentiles)
        .set_evaluation_periods(int(wanted.evaluation_periods)?)
        .set_extended_statistic(wanted.extended_statistic)
        .set_insufficient_data_actions(list(wanted.insufficient_data_actions))
        .set_metric_name(wanted.metric_name)
        .set_metrics(wanted.metric_query.map(query::write).transpose()?)
        .set_namespace(wanted.namespace)
        .set_ok_actions(list(wanted.ok_actions))
        .set_period(int(wanted.period)?)
        .set_statistic(wanted.statistic.as_deref().map(Statistic::from))
        .set_tags(marks)
        .set_threshold(wanted.threshold.map(|threshold| threshold.to_f64()))
        .set_threshold_metric_id(wanted.threshold_metric_id)
        .set_treat_missing_data(wanted.treat_missing_data)
        .set_unit(wanted.unit.as_deref().map(StandardUnit::from));
    asked.send().await.fault(Effect::Maybe).map(drop)
}

async fn update(site: &Site, name: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = must_read(site, name).await?;
    if changes.names().any(|field| &**field != "tags") {
        let wanted = merged(live.attributes.clone(), changes);
        put(site, MetricAlarm::from_object(&wanted).map_err(shape)?, None).await?;
    }
    let change = TagChange::of(&live, changes);
    set_tags(site, &live, change.set).await?;
    if !change.remove.is_empty() {
        let asked = site.cloudwatch().untag_resource().set_resource_arn(arn(&live));
        asked.set_tag_keys(Some(change.remove)).send().await.fault(Effect::Maybe)?;
    }
    Ok(object_or_absent(read(site, name).await?))
}

async fn set_tags(site: &Site, live: &Live, set: Vec<(String, String)>) -> Result<(), Fault> {
    if !set.is_empty() {
        let asked = site.cloudwatch().tag_resource().set_resource_arn(arn(live));
        asked.set_tags(Some(set.into_iter().map(tag).collect())).send().await.fault(Effect::Maybe)?;
    }
    Ok(())
}

fn arn(live: &Live) -> Option<String> {
    live.get("arn").and_then(Value::as_str).map(str::to_owned)
}
