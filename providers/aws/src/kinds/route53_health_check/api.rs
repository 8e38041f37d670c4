//! The API half of `aws_route53_health_check`.
//!
//! The native id is the check's id. The caller reference is the token, behind the name that the spec gives it, so that
//! the same creation is made once. Tags follow in a call of their own.

use std::sync::Arc;

use aws_sdk_route53::types::{
    AlarmIdentifier, CloudWatchRegion, HealthCheck as Told, HealthCheckConfig, HealthCheckRegion,
    HealthCheckType, InsufficientDataHealthStatus, ResettableElementName,
};
use relight_contract::{Act, Action, Answer, Answering, Block, Fault, Live, Name, Object, State, Typed};
use std::collections::BTreeSet;

use super::{HealthCheck, KIND};
use crate::api::route53::{Marks, Sort, claim, tags_of, text, update_tags};
use crate::api::{
    Effect, FaultOf, Site, absent_is_none, accepted, becomes, incomplete, int, made, merged, missing,
    none_of_its_calls, object_or_absent, shape,
};

/// The largest page.
const PAGE: i32 = 1000;

/// So many checks are asked for one by one rather than looked for in a list that may have pages.
const FEW: usize = 2;

/// The most checks that are read together.
const MOST_TOGETHER: usize = 100;

/// The longest caller reference. Source: Amazon Route 53 API reference, `CreateHealthCheck`.
const LONGEST_REFERENCE: usize = 64;

/// Makes the calls of one action.
pub(crate) fn calls(site: Arc<Site>, action: Action) -> Answering {
    Box::pin(async move {
        match action {
            Action::List { page, .. } => list(&site, page).await,
            Action::Read { native_id, .. } => Ok(object_or_absent(read(&site, &native_id).await?)),
            Action::Find { token, attributes, .. } => {
                find(&site, &reference(&attributes, &token)).await.map(Answer::Found)
            }
            Action::Create { attributes, owner, token, .. } => {
                let id = create(&site, &attributes, &token).await?;
                Ok(accepted(&id, Marks::new(&owner, &token, "").handle(), 0))
            }
            Action::Update { native_id, changes, .. }
            | Action::Perform { act: Act::Shift, native_id, changes, .. } => {
                update(&site, &native_id, &changes).await
            }
            Action::Poll { native_id, handle, attributes, .. } => {
                if let Some(marks) = Marks::parse(&handle) {
                    marks.write(&site, Sort::HealthCheck, &native_id, &attributes).await?;
                }
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Delete { native_id, .. } => {
                let asked = site.route53().delete_health_check().health_check_id(&*native_id);
                absent_is_none(asked.send().await.fault(Effect::Maybe))?;
                Ok(Answer::Absent)
            }
            Action::Claim { native_id, owner, .. } => {
                claim(&site, Sort::HealthCheck, &native_id, &owner).await?;
                Ok(object_or_absent(read(&site, &native_id).await?))
            }
            Action::Perform { .. } | Action::LookUp { .. } => Err(none_of_its_calls(&action)),
        }
    })
}

async fn list(site: &Site, page: Option<Name>) -> Result<Answer, Fault> {
    let asked = site.route53().list_health_checks().max_items(PAGE);
    let answered = asked.set_marker(page.map(|page| page.to_string())).send().await.fault(Effect::None)?;
    let next = answered.next_marker.filter(|_| answered.is_truncated).map(Name::from);
    Ok(Answer::Page { items: tagged(site, answered.health_checks).await?, next })
}

/// One check; many that are asked for at the same time are read off the list.
async fn read(site: &Site, id: &str) -> Result<Option<Live>, Fault> {
    let describe = async |ids: Vec<String>| {
        let mut told = match ids.len() {
            0..=FEW => Vec::new(),
            most => listed(site, most, |check| ids.contains(&check.id)).await?,
        };
        // A list lags behind: what it does not show is asked for by its id.
        let shown: BTreeSet<String> = told.iter().map(|check| check.id.clone()).collect();
        for id in ids.iter().filter(|id| !shown.contains(*id)) {
            let asked = site.route53().get_health_check().health_check_id(id).send().await;
            let found = absent_is_none(asked.fault(Effect::None))?;
            told.extend(found.and_then(|found| found.health_check));
        }
        tagged(site, told).await
    };
    site.together(KIND.name, id, MOST_TOGETHER, describe).await
}

async fn find(site: &Site, reference: &str) -> Result<Vec<Live>, Fault> {
    tagged(site, listed(site, 1, |check| check.caller_reference == reference).await?).await
}

/// The checks of the account that `fits` takes: so many, or all that there are.
async fn listed(site: &Site, most: usize, fits: impl Fn(&Told) -> bool) -> Result<Vec<Told>, Fault> {
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let asked = site.route53().list_health_checks().max_items(PAGE).set_marker(marker);
        let told = asked.send().await.fault(Effect::None)?;
        found.extend(told.health_checks.into_iter().filter(&fits));
        marker = told.next_marker.filter(|_| told.is_truncated);
        if found.len() >= most || marker.is_none() {
            return Ok(found);
        }
    }
}

/// The reference that a token makes, behind the name that the spec gives.
fn reference(attributes: &Object, token: &str) -> String {
    let room = LONGEST_REFERENCE.saturating_sub(token.len() + 1);
    match text(attributes, "reference_name") {
        Some(name) => format!("{}-{token}", name.chars().take(room).collect::<String>()),
        None => token.to_owned(),
    }
}

async fn tagged(site: &Site, told: Vec<Told>) -> Result<Vec<Live>, Fault> {
    let ids: Vec<String> = told.iter().map(|check| check.id.clone()).collect();
    let mut tags = tags_of(site, Sort::HealthCheck, &ids).await?;
    let live = |told: Told| {
        let id = told.id.clone();
        let tags = tags.remove(&id).unwrap_or_default();
        let check = HealthCheck {
            arn: Some(format!("arn:{}:route53:::healthcheck/{id}", site.partition())),
            id: Some(id.clone()),
            tags: Some(tags.user.clone()),
            tags_all: Some(tags.user.clone()),
            ..told.health_check_config.map(attributes).unwrap_or_default()
        };
        tags.live(&id, check.to_object(), State::Ready)
    };
    Ok(told.into_iter().map(live).collect())
}

fn attributes(told: HealthCheckConfig) -> HealthCheck {
    let number = |value: Option<i32>| value.map(i64::from);
    let (alarm_region, alarm) = told
        .alarm_identifier
        .map(|alarm| (Some(alarm.region.as_str().to_owned()), Some(alarm.name)))
        .unwrap_or_default();
    let children = told.child_health_checks.filter(|children| !children.is_empty());
    let regions = told.regions.filter(|regions| !regions.is_empty());
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    HealthCheck {
        child_health_threshold: number(told.health_threshold),
        child_healthchecks: children.map(|children| children.into_iter().collect()),
        cloudwatch_alarm_name: alarm,
        cloudwatch_alarm_region: alarm_region,
        disabled: Some(told.disabled.unwrap_or_default()),
        enable_sni: told.enable_sni,
        failure_threshold: number(told.failure_threshold),
        fqdn: some(told.fully_qualified_domain_name),
        insufficient_data_health_status: told
            .insufficient_data_health_status
            .map(|word| word.as_str().to_owned()),
        invert_healthcheck: Some(told.inverted.unwrap_or_default()),
        ip_address: some(told.ip_address),
        measure_latency: Some(told.measure_latency.unwrap_or_default()),
        port: number(told.port),
        regions: regions.map(|regions| regions.into_iter().map(|one| one.as_str().to_owned()).collect()),
        request_interval: number(told.request_interval),
        resource_path: some(told.resource_path),
        routing_control_arn: some(told.routing_control_arn),
        search_string: some(told.search_string),
        type_: Some(told.r#type.as_str().to_owned()),
        ..HealthCheck::default()
    }
}

fn alarm(check: &HealthCheck) -> Result<Option<AlarmIdentifier>, Fault> {
    let (Some(name), Some(region)) = (&check.cloudwatch_alarm_name, &check.cloudwatch_alarm_region) else {
        return Ok(None);
    };
    let built = AlarmIdentifier::builder().name(name).region(CloudWatchRegion::from(region.as_str())).build();
    built.map(Some).map_err(incomplete)
}

fn regions(names: Option<BTreeSet<String>>) -> Option<Vec<HealthCheckRegion>> {
    names.map(|names| names.iter().map(|name| HealthCheckRegion::from(name.as_str())).collect())
}

/// Creates a check, and tells its id. The same reference with the same settings answers with the one that is there.
async fn create(site: &Site, attributes: &Object, token: &str) -> Result<String, Fault> {
    let wanted = HealthCheck::from_object(attributes).map_err(shape)?;
    let sort = wanted.type_.clone().unwrap_or_default().to_uppercase();
    let status = wanted.insufficient_data_health_status.as_deref();
    let config = HealthCheckConfig::builder()
        .r#type(HealthCheckType::from(sort.as_str()))
        .set_alarm_identifier(alarm(&wanted)?)
        .set_child_health_checks(wanted.child_healthchecks.map(|children| children.into_iter().collect()))
        .set_disabled(wanted.disabled)
        .set_enable_sni(wanted.enable_sni)
        .set_failure_threshold(int(wanted.failure_threshold)?)
        .set_fully_qualified_domain_name(wanted.fqdn)
        .set_health_threshold(int(wanted.child_health_threshold)?)
        .set_insufficient_data_health_status(status.map(InsufficientDataHealthStatus::from))
        .set_inverted(wanted.invert_healthcheck)
        .set_ip_address(wanted.ip_address)
        .set_measure_latency(wanted.measure_latency.filter(|measure| *measure))
        .set_port(int(wanted.port)?)
        .set_regions(regions(wanted.regions))
        .set_request_interval(int(wanted.request_interval)?)
        .set_resource_path(wanted.resource_path)
        .set_routing_control_arn(wanted.routing_control_arn)
        .set_search_string(wanted.search_string)
        .build()
        .map_err(incomplete)?;
    let asked = site.route53().create_health_check().caller_reference(reference(attributes, token));
    let check = asked.health_check_config(config).send().await.fault(Effect::Maybe)?.health_check;
    made(check.map(|check| check.id), "a health check")
}

/// What an unset field is reset by; other fields have no way back to nothing.
const RESETS: &[(&str, ResettableElementName)] = &[
    ("child_healthchecks", ResettableElementName::ChildHealthChecks),
    ("fqdn", ResettableElementName::FullyQualifiedDomainName),
    ("regions", ResettableElementName::Regions),
    ("resource_path", ResettableElementName::ResourcePath),
];

async fn update(site: &Site, id: &str, changes: &Object) -> Result<Answer, Fault> {
    let live = read(site, id).await?.ok_or_else(|| missing("health check", id))?;
    if changes.names().any(|name| &**name != "tags") {
        change(site, &live, changes).await?;
    }
    update_tags(site, Sort::HealthCheck, &live, changes).await?;
    Ok(object_or_absent(read(site, id).await?))
}

async fn change(site: &Site, live: &Live, changes: &Object) -> Result<(), Fault> {
    let word = |field: &str| becomes::<String>(&KIND, changes, field).flatten();
    let number = |field: &str| int(becomes::<i64>(&KIND, changes, field).flatten());
    let truth = |field: &str| becomes::<bool>(&KIND, changes, field).flatten();
    let names = |field: &str| changes.get(field).and_then(BTreeSet::<String>::from_value);
    let unset = |field: &&(&str, ResettableElementName)| {
        changes.get(field.0).is_some_and(relight_contract::Value::is_null)
    };
    let resets: Vec<_> = RESETS.iter().filter(unset).map(|(_, element)| element.clone()).collect();
    let named_alarm = ["cloudwatch_alarm_name", "cloudwatch_alarm_region"];
    let alarm = match named_alarm.iter().any(|field| changes.contains(field)) {
        true => {
            let whole = merged(live.attributes.clone(), changes);
            alarm(&HealthCheck::from_object(&whole).map_err(shape)?)?
        }
        false => None,
    };
    let status = word("insufficient_data_health_status");
    let asked = site
        .route53()
        .update_health_check()
        .health_check_id(&*live.native_id)
        .set_alarm_identifier(alarm)
        .set_child_health_checks(names("child_healthchecks").map(|children| children.into_iter().collect()))
        .set_disabled(truth("disabled"))
        .set_enable_sni(truth("enable_sni"))
        .set_failure_threshold(number("failure_threshold")?)
        .set_fully_qualified_domain_name(word("fqdn"))
        .set_health_threshold(number("child_health_threshold")?)
        .set_insufficient_data_health_status(status.as_deref().map(InsufficientDataHealthStatus::from))
        .set_inverted(truth("invert_healthcheck"))
        .set_ip_address(word("ip_address"))
        .set_port(number("port")?)
        .set_regions(regions(names("regions")))
        .set_resource_path(word("resource_path"))
        .set_search_string(word("search_string"))
        .set_reset_elements(Some(resets).filter(|resets| !resets.is_empty()));
    asked.send().await.fault(Effect::Maybe)?;
    Ok(())
}
