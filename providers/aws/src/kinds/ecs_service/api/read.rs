//! Services as ECS tells them, and how far their deployments are.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::ServiceField;
use relight_contract::field::optional;
use relight_contract::{Fault, Live, One, State, Typed, Value, block};
use serde_json::{Value as Json, json};

use super::super::KIND;
use super::cluster_of;
use crate::api::raw::tell;
use crate::api::side_by_side::each;
use crate::api::values::text_at;
use crate::api::wire::{Case, Wire, pairs, set};
use crate::api::{Site, Told, absent_is_none};

/// The most services that one call describes. Source: Amazon ECS API reference, `DescribeServices`.
const MOST_DESCRIBED: usize = 10;

/// Where the progress of a service travels with it when it is read together with others.
const PROGRESS: &str = "progress";

pub(super) const WIRE: Wire = Wire {
    case: Case::Camel,
    names: &[
        ("alarms", "deploymentConfiguration.alarms"),
        ("cluster", ""),
        ("deployment_circuit_breaker", "deploymentConfiguration.deploymentCircuitBreaker"),
        ("deployment_maximum_percent", "deploymentConfiguration.maximumPercent"),
        ("deployment_minimum_healthy_percent", "deploymentConfiguration.minimumHealthyPercent"),
        ("enable_ecs_managed_tags", "enableECSManagedTags"),
        ("iam_role", ""),
        ("id", "serviceArn"),
        ("load_balancer", "loadBalancers"),
        ("load_balancer.elb_name", "loadBalancerName"),
        ("name", "serviceName"),
        ("network_configuration", "networkConfiguration.awsvpcConfiguration"),
        ("ordered_placement_strategy", "placementStrategy"),
        ("service_connect_configuration.log_configuration.secret_option", "secretOptions"),
        ("service_connect_configuration.service", "services"),
        ("service_connect_configuration.service.client_alias", "clientAliases[]"),
        ("service_connect_configuration.service.tls.issuer_cert_authority", "issuerCertificateAuthority"),
        ("service_registries", "serviceRegistries[]"),
        ("triggers", ""),
        ("volume_configuration", "volumeConfigurations[]"),
        ("volume_configuration.managed_ebs_volume", "managedEBSVolume"),
        ("volume_configuration.managed_ebs_volume.file_system_type", "filesystemType"),
        ("volume_configuration.managed_ebs_volume.size_in_gb", "sizeInGiB"),
        ("volume_configuration.managed_ebs_volume.tag_specifications.tags", "tags[]"),
    ],
};

/// What a service tells in its deployment alone.
const OF_DEPLOYMENT: &[&str] =
    &["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

block! {
    /// How far a service is, which is no part of its table.
    pub struct Progress {
        failed: String = optional().doc("Why its deployment failed."),
        steady: bool = optional().doc("Whether all tasks run and no deployment is under way."),
        tasks: i64 = optional().doc("How many tasks there are, in whatever state."),
    }
}

/// Those of the services that are there, with their progress.
pub(super) async fn describe(site: &Site, arns: Vec<String>) -> Result<Vec<Live>, Fault> {
    let mut by_cluster: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arn in arns {
        by_cluster.entry(cluster_of(&arn).to_owned()).or_default().push(arn);
    }
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for (cluster, arns) in by_cluster {
        parts.extend(arns.chunks(MOST_DESCRIBED).map(|part| (cluster.clone(), part.to_vec())));
    }
    let told = each(parts, |(cluster, arns)| async move {
        let asked = site.ecs().describe_services().cluster(&cluster).set_services(Some(arns));
        // A cluster that is deleted has no services.
        let told = absent_is_none(tell!(asked.include(ServiceField::Tags)))?.unwrap_or_default();
        let services = told.get("services").and_then(Json::as_array).into_iter().flatten();
        Ok(services.filter_map(live).collect::<Vec<Live>>())
    });
    Ok(told.await?.into_iter().flatten().collect())
}

/// A service, and its progress.
pub(super) async fn look(site: &Site, arn: &str) -> Result<Option<(Live, Progress)>, Fault> {
    let found = site.together(KIND.name, arn, MOST_DESCRIBED, |arns| describe(site, arns)).await?;
    Ok(found.map(|mut live| {
        let progress = live.attributes.remove(PROGRESS).and_then(|told| One::<Progress>::from_value(&told));
        (live, progress.map(|One(progress)| progress).unwrap_or_default())
    }))
}

pub(super) async fn read(site: &Site, arn: &str) -> Result<Option<Live>, Fault> {
    Ok(look(site, arn).await?.map(|(live, _)| live))
}

/// A service as lists tell it.
pub(super) fn without_progress(mut live: Live) -> Live {
    live.attributes.remove(PROGRESS);
    live
}

fn live(service: &Json) -> Option<Live> {
    let state = match service.get("status").and_then(Json::as_str).unwrap_or_default() {
        "INACTIVE" => return None,
        "DRAINING" => State::Deleting,
        _ => State::Ready,
    };
    let marks = Told::of(pairs(service.get("tags").unwrap_or(&Json::Null)));
    let progress = progress(service);
    let mut service = service.clone();
    let deployments = service.get("deployments").and_then(Json::as_array).cloned().unwrap_or_default();
    let primary = deployments.into_iter().find(is_primary);
    if let (Some(service), Some(Json::Object(primary))) = (service.as_object_mut(), primary) {
        service.extend(primary.into_iter().filter(|(name, _)| OF_DEPLOYMENT.contains(&name.as_str())));
    }
    // Where nobody said who deploys, ECS may not say so either; it does itself.
    if service.get("deploymentController").is_none_or(Json::is_null) {
        set(&mut service, "deploymentController", json!({ "type": "ECS" }));
    }
    if let Some(public) = service.pointer_mut("/networkConfiguration/awsvpcConfiguration/assignPublicIp") {
        *public = json!(*public == json!("ENABLED"));
    }
    let mut attributes = WIRE.read(KIND.fields, &service);
    for (name, told) in [("cluster", "clusterArn"), ("iam_role", "roleArn")] {
        if let Some(told) = service.get(told).and_then(Json::as_str) {
            attributes.insert(name, Value::from(told));
        }
    }
    attributes.insert(PROGRESS, One(progress).to_value());
    let arn = text_at(&attributes, "id").to_owned();
    Some(marks.tagged(&arn, attributes, state))
}

fn is_primary(deployment: &Json) -> bool {
    deployment.get("status") == Some(&json!("PRIMARY"))
}

/// A service is steady when its only deployment has ended, with as many tasks as are asked for.
fn progress(service: &Json) -> Progress {
    let count = |name: &str| service.get(name).and_then(Json::as_i64).unwrap_or_default();
    let deployments = service.get("deployments").and_then(Json::as_array);
    let deployments = deployments.map(Vec::as_slice).unwrap_or_default();
    let rollout = |deployment: &Json| {
        deployment.get("rolloutState").and_then(Json::as_str).unwrap_or("COMPLETED").to_owned()
    };
    let failed = deployments.iter().find(|one| rollout(one) == "FAILED").map(|one| {
        let reason = one.get("rolloutStateReason").and_then(Json::as_str);
        reason.unwrap_or("the deployment failed").to_owned()
    });
    let has_ended = deployments.len() <= 1 && deployments.iter().all(|one| rollout(one) == "COMPLETED");
    Progress {
        failed,
        steady: Some(has_ended && count("runningCount") == count("desiredCount")),
        tasks: Some(count("runningCount") + count("pendingCount")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_steady_when_nothing_is_under_way() {
        let service = |running: i64, deployments: Json| json!({ "runningCount": running, "pendingCount": 2 - running, "desiredCount": 2, "deployments": deployments });
        let one = |state: &str| json!({ "status": "PRIMARY", "rolloutState": state, "rolloutStateReason": "because" });
        let steady = |running, deployments| progress(&service(running, deployments)).steady;
        assert_eq!(steady(2, json!([one("COMPLETED")])), Some(true));
        assert_eq!(steady(1, json!([one("COMPLETED")])), Some(false));
        assert_eq!(steady(2, json!([one("IN_PROGRESS")])), Some(false));
        assert_eq!(steady(2, json!([one("COMPLETED"), one("COMPLETED")])), Some(false));
        let failed = progress(&service(0, json!([one("FAILED"), one("IN_PROGRESS")])));
        assert_eq!((failed.failed.as_deref(), failed.tasks), (Some("because"), Some(2)));
    }
}
