//! Container definitions: when two documents say the same.
//!
//! ECS tells a definition with its own defaults in it. What is at its default counts as not said. Source: Amazon ECS API
//! reference, `ContainerDefinition`, `PortMapping` and `HealthCheck`.

use serde_json::{Map, Value as Json, json};

/// Lists whose order says nothing, by what tells their items apart.
const ORDERLESS: &[(&str, &str)] =
    &[("environment", "name"), ("environmentFiles", "value"), ("secrets", "name")];

/// Maps whose keys are the user's: what stands in them counts as it is.
const MAPS: &[&str] = &["dockerLabels", "driverOpts", "labels", "options"];

/// Whether what is wanted is what is told.
pub(super) fn alike(wanted: &str, live: &str) -> bool {
    let parsed = |text| serde_json::from_str::<Vec<Json>>(text).ok();
    let (Some(wanted), Some(live)) = (parsed(wanted), parsed(live)) else { return false };
    let (mut wanted, mut live) = (normal(wanted), normal(live));
    if wanted.len() != live.len() {
        return false;
    }
    wanted.iter_mut().zip(&mut live).all(|(wanted, live)| {
        fit_ports(wanted, live);
        wanted == live
    })
}

/// Containers by their names, without what is at its default.
fn normal(containers: Vec<Json>) -> Vec<Json> {
    let mut containers: Vec<Json> = containers.into_iter().map(|container| reduced("", container)).collect();
    containers.sort_by(|a, b| name(a, "name").cmp(name(b, "name")));
    containers
}

fn name<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

fn reduced(key: &str, json: Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(|item| reduced(key, item)).collect();
            if let Some((_, by)) = ORDERLESS.iter().find(|(list, _)| *list == key) {
                items.sort_by(|a, b| name(a, by).cmp(name(b, by)));
            }
            Json::Array(items)
        }
        Json::Object(map) if !MAPS.contains(&key) => {
            let items = map.into_iter().map(|(name, item)| {
                let item = reduced(&name, item);
                (name, item)
            });
            Json::Object(items.filter(|(name, item)| !is_default(name, item)).collect())
        }
        other => other,
    }
}

/// Whether a field says what ECS takes without it. A port of the host says more than it seems: see [`fit_ports`].
fn is_default(name: &str, value: &Json) -> bool {
    let default = match name {
        "cpu" | "startPeriod" => json!(0),
        "essential" => return *value == json!(true),
        "interval" => json!(30),
        "protocol" => json!("tcp"),
        "restartAttemptPeriod" => json!(300),
        "retries" => json!(3),
        "timeout" => json!(5),
        "versionConsistency" => json!("enabled"),
        _ => json!(false),
    };
    *value == default
        || match value {
            Json::Null => true,
            Json::String(text) => text.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Object(map) => map.is_empty(),
            _ => false,
        }
}

/// Takes out ports of the host that say the same on both sides. Where tasks have networks of their own, the port of the
/// host is that of the container, and is not told (see [`of_own_network`]); elsewhere none, or 0, is one by chance.
fn fit_ports(wanted: &mut Json, live: &mut Json) {
    let (Some(wanted), Some(live)) = (ports(wanted), ports(live)) else { return };
    for (wanted, live) in wanted.iter_mut().zip(live) {
        let (Some(wanted), Some(live)) = (wanted.as_object_mut(), live.as_object_mut()) else { continue };
        let is_by_chance = |map: &Map<String, Json>| map.get("hostPort").is_none_or(|port| *port == json!(0));
        let is_the_same =
            !live.contains_key("hostPort") && wanted.get("hostPort") == wanted.get("containerPort");
        if is_the_same || (is_by_chance(wanted) && is_by_chance(live)) {
            wanted.remove("hostPort");
            live.remove("hostPort");
        }
    }
}

fn ports(container: &mut Json) -> Option<&mut Vec<Json>> {
    container.get_mut("portMappings")?.as_array_mut()
}

/// Containers whose tasks have networks of their own, or that of the host: the port of the host is that of the container
/// then, said or not, and ECS says it.
#[cfg(any(feature = "api", test))]
pub(super) fn of_own_network(containers: &mut Json) {
    for container in containers.as_array_mut().into_iter().flatten() {
        for port in ports(container).into_iter().flatten().filter_map(Json::as_object_mut) {
            if port.get("hostPort") == port.get("containerPort") {
                port.remove("hostPort");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(containers: Json) -> String {
        containers.to_string()
    }

    #[test]
    fn what_ecs_adds_is_no_difference() {
        let wanted = json!([
            { "name": "web", "image": "nginx", "portMappings": [{ "containerPort": 80 }],
              "environment": [{ "name": "B", "value": "2" }, { "name": "A", "value": "1" }] },
            { "name": "log", "image": "fluent", "essential": false },
        ]);
        let live = json!([
            { "name": "log", "image": "fluent", "essential": false, "cpu": 0, "mountPoints": [], "portMappings": [],
              "environment": [], "volumesFrom": [], "systemControls": [] },
            { "name": "web", "image": "nginx", "essential": true, "cpu": 0, "mountPoints": [], "volumesFrom": [],
              "portMappings": [{ "containerPort": 80, "hostPort": 0, "protocol": "tcp" }],
              "environment": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }] },
        ]);
        assert!(alike(&told(wanted.clone()), &told(live.clone())));
        for (at, other) in [
            ("/0/image", json!("nginx:2")),
            ("/0/environment/0/value", json!("3")),
            ("/1/essential", json!(true)),
            ("/0/portMappings/0/containerPort", json!(81)),
        ] {
            let mut wanted = wanted.clone();
            *wanted.pointer_mut(at).unwrap() = other;
            assert!(!alike(&told(wanted), &told(live.clone())), "{at}");
        }
        assert!(!alike("no JSON", &told(live)));
    }

    #[test]
    fn a_port_of_the_host_counts_where_it_can_be_another() {
        let port = |host: Option<i64>| {
            let mut mapping = json!({ "containerPort": 80 });
            if let Some(host) = host {
                mapping["hostPort"] = json!(host);
            }
            json!([{ "name": "web", "portMappings": [mapping] }])
        };
        let bridge = |wanted, live| alike(&told(port(wanted)), &told(port(live)));
        assert!(bridge(Some(80), Some(80)) && bridge(None, Some(0)) && bridge(Some(0), Some(0)));
        assert!(!bridge(None, Some(80)) && !bridge(Some(0), Some(80)) && !bridge(Some(80), Some(0)));
        let own = |wanted| {
            let mut live = port(Some(80));
            of_own_network(&mut live);
            alike(&told(port(wanted)), &told(live))
        };
        assert!(own(None) && own(Some(80)));
        assert!(!own(Some(81)));
    }
}
