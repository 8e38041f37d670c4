//! States of routing controls through the five endpoints of a cluster, of which any will do: a stub of five on loopback,
//! which moto does not have.

#[path = "door/server.rs"]
#[expect(dead_code, reason = "what other services answer is not asked here")]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use relight_aws::KINDS;
use relight_aws::api::{Keys, Options, cloud};
use relight_contract::{
    Act, Action, Answer, Cloud, Fault, FaultKind, Interest, Kind, Live, Name, Object, Place, Request, Value,
};
use serde_json::{Value as Json, json};
use server::{Call, Reply, Server};
use tokio::runtime::Runtime;

const REGIONS: [&str; 5] = ["us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-2"];

/// How an endpoint behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Answers,
    /// It takes the call, and says nothing for ever.
    Silent,
    /// It fails by itself.
    Fails,
    /// It says that it cannot now, and that others can.
    Unavailable,
}

type States = Arc<Mutex<BTreeMap<String, String>>>;

/// Five endpoints over one state, as the data plane of a cluster is.
struct Cluster {
    servers: Vec<Server>,
    states: States,
    runtime: Runtime,
    cloud: Arc<dyn Cloud>,
}

impl Cluster {
    /// One whose endpoints behave so, and whose controls `0`, `1`, ... are off. All of them may never be off again.
    fn start(ways: [Way; 5], controls: usize) -> Cluster {
        let states: States = Arc::default();
        let off = (0..controls).map(|control| (arn(control), "Off".to_owned()));
        states.lock().expect("no panic").extend(off);
        let server = |way: Way| {
            let states = states.clone();
            Server::start(move |call| answered(way, call, &states))
        };
        let servers = ways.map(server).into_iter().collect();
        let keys = Keys { id: "AKIATEST".to_owned(), secret: "test".to_owned() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Cluster {
            servers,
            states,
            runtime: runtime.expect("a runtime"),
            cloud: cloud(Options { endpoint: None, keys: Some(keys) }).expect("options"),
        }
    }

    fn endpoints(&self) -> String {
        let pairs = REGIONS.iter().zip(&self.servers);
        let pairs = pairs.map(|(region, server)| format!("{region}={}/v1", server.url()));
        pairs.collect::<Vec<_>>().join(",")
    }

    fn native_id(&self, control: usize) -> Name {
        format!("{}|{}", arn(control), self.endpoints()).into()
    }

    fn state(&self, control: usize) -> String {
        self.states.lock().expect("no panic")[&arn(control)].clone()
    }

    fn calls(&self, operation: &str) -> Vec<Call> {
        let calls = self.servers.iter().flat_map(Server::seen);
        calls.filter(|call| call.operation == operation).collect()
    }

    fn shift(&self, control: usize, state: &str) -> Action {
        Action::Perform {
            kind: kind(),
            act: Act::Shift,
            native_id: self.native_id(control),
            changes: [("state", Value::from(state))].into_iter().collect(),
            planned: false,
            owner: None,
        }
    }

    /// Asks all of these at the same time.
    fn ask_all(&self, actions: Vec<Action>) -> Vec<Result<Answer, Fault>> {
        self.runtime.block_on(async {
            let asked: Vec<_> = actions
                .into_iter()
                .map(|action| tokio::spawn(self.cloud.clone().call(request(action))))
                .collect();
            let mut answers = Vec::new();
            for asked in asked {
                answers.push(asked.await.expect("no panic"));
            }
            answers
        })
    }

    fn ask(&self, action: Action) -> Result<Answer, Fault> {
        self.ask_all(vec![action]).pop().expect("an answer")
    }

    fn read(&self, control: usize) -> Result<Answer, Fault> {
        self.ask(Action::Read { kind: kind(), native_id: self.native_id(control) })
    }
}

fn arn(control: usize) -> String {
    format!("arn:aws:route53-recovery-control::123456789012:controlpanel/p/routingcontrol/{control}")
}

fn kind() -> &'static Kind {
    let name = "aws_route53recoverycluster_routing_control_state";
    KINDS.iter().find(|kind| kind.name == name).expect("the kind")
}

fn request(action: Action) -> Request {
    let place = Place {
        name: "oregon".into(),
        provider: "aws".into(),
        region: "us-west-2".into(),
        account: None,
        global: false,
        settings: Object::new(),
    };
    Request { place: Arc::new(place), action }
}

fn error(status: u16, code: &str) -> Reply {
    Reply::Say(status, json!({ "__type": code, "message": "told so" }).to_string())
}

fn body(call: &Call) -> Json {
    let text = call.text.split_once("\n\n").or_else(|| call.text.split_once("\r\n\n"));
    serde_json::from_str(text.map_or("", |(_, body)| body).trim()).unwrap_or_default()
}

/// The words of the service: Routing control API reference, `GetRoutingControlState` and `UpdateRoutingControlStates`.
fn answered(way: Way, call: &Call, states: &States) -> Reply {
    match way {
        Way::Silent => return Reply::Silence,
        Way::Fails => return error(500, "InternalServerException"),
        Way::Unavailable => return error(503, "EndpointTemporarilyUnavailableException"),
        Way::Answers => {}
    }
    let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
    let body = body(call);
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    match call.operation.as_str() {
        "GetRoutingControlState" => {
            let arn = text(&body, "RoutingControlArn");
            match states.get(&arn) {
                Some(state) => {
                    let told = json!({ "RoutingControlArn": arn, "RoutingControlState": state });
                    Reply::Say(200, told.to_string())
                }
                None => error(400, "ResourceNotFoundException"),
            }
        }
        "UpdateRoutingControlStates" => {
            let entries = body["UpdateRoutingControlStateEntries"].as_array().cloned().unwrap_or_default();
            let mut after = states.clone();
            for entry in &entries {
                after.insert(text(entry, "RoutingControlArn"), text(entry, "RoutingControlState"));
            }
            if entries.is_empty() || entries.len() > 10 || after.len() > states.len() {
                return error(400, "ValidationException");
            }
            let serves = |states: &BTreeMap<String, String>| states.values().any(|state| state == "On");
            if serves(&states) && !serves(&after) {
                return error(409, "ConflictException");
            }
            *states = after;
            Reply::Say(200, "{}".to_owned())
        }
        _ => error(400, "ValidationException"),
    }
}

#[track_caller]
fn object(answer: Result<Answer, Fault>) -> Live {
    match answer {
        Ok(Answer::Object(live)) => live,
        other => panic!("no object: {other:?}"),
    }
}

fn told(live: &Live) -> &str {
    live.get("state").and_then(Value::as_str).expect("a state")
}

#[test]
fn a_state_is_set_while_any_of_five_endpoints_answers() {
    // Wherever a process begins, it comes upon each of the others.
    for answers in 0..5 {
        let mut ways = [Way::Fails, Way::Unavailable, Way::Fails, Way::Unavailable, Way::Fails];
        ways[answers] = Way::Answers;
        if answers == 4 {
            ways[0] = Way::Silent;
        }
        let cluster = Cluster::start(ways, 1);
        assert_eq!(told(&object(cluster.ask(cluster.shift(0, "On")))), "On");
        assert_eq!(cluster.state(0), "On");
        assert_eq!(told(&object(cluster.read(0))), "On");
        let took = cluster.servers[answers].seen();
        assert_eq!(took.len(), 2, "{took:?}");
        for call in took {
            assert_eq!((&*call.region, &*call.service), (REGIONS[answers], "route53-recovery-cluster"));
            assert!(call.text.starts_with("POST /v1"), "{}", call.text);
        }
    }
}

#[test]
fn states_that_change_together_are_set_together() {
    let cluster = Cluster::start([Way::Answers; 5], 12);
    let on = (0..12).map(|control| cluster.shift(control, "On")).collect();
    cluster.ask_all(on).into_iter().for_each(|answer| drop(object(answer)));
    let entries = |call: &Call| body(call)["UpdateRoutingControlStateEntries"].as_array().map_or(0, Vec::len);
    let calls = cluster.calls("UpdateRoutingControlStates");
    let mut sizes: Vec<usize> = calls.iter().map(entries).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 10]);
    assert!((0..12).all(|control| cluster.state(control) == "On"));

    // One off and the other on: between the two a rule would be broken, and at no time it is.
    let cluster = Cluster::start([Way::Answers; 5], 2);
    object(cluster.ask(cluster.shift(0, "On")));
    let swap = vec![cluster.shift(0, "Off"), cluster.shift(1, "On")];
    cluster.ask_all(swap).into_iter().for_each(|answer| drop(object(answer)));
    assert_eq!((cluster.state(0).as_str(), cluster.state(1).as_str()), ("Off", "On"));
}

#[test]
fn what_a_rule_forbids_is_asked_once_and_said() {
    let cluster = Cluster::start([Way::Answers; 5], 1);
    object(cluster.ask(cluster.shift(0, "On")));
    let fault = cluster.ask(cluster.shift(0, "Off")).expect_err("a rule");
    assert_eq!((fault.kind, fault.code.as_deref()), (FaultKind::Conflict, Some("ConflictException")));
    assert_eq!(cluster.state(0), "On");
    assert_eq!(cluster.calls("UpdateRoutingControlStates").len(), 2, "nobody else would say otherwise");
    assert!(matches!(cluster.read(7), Ok(Answer::Absent)));
    // Nor is it given up where that would leave nobody who serves.
    let delete = Action::Delete {
        kind: kind(),
        native_id: cluster.native_id(0),
        version: None,
        attributes: Object::new(),
    };
    assert_eq!(cluster.ask(delete).expect_err("a rule").kind, FaultKind::Conflict);
}

#[test]
fn a_cluster_that_does_not_answer_is_unknown() {
    let cluster = Cluster::start([Way::Fails; 5], 1);
    assert_eq!(cluster.read(0).expect_err("nobody answers").kind, FaultKind::Unreachable);
    let fault = cluster.ask(cluster.shift(0, "On")).expect_err("nobody answers");
    assert_eq!(fault.kind, FaultKind::Ambiguous);
    assert!(fault.message.contains("none of 5 endpoints"), "{}", fault.message);
    let asked = |server: &Server| server.seen().len();
    assert_eq!(cluster.servers.iter().map(asked).collect::<Vec<_>>(), [2; 5]);
}

/// No control plane is asked where a cluster answers: the spec says it, or memory does.
#[test]
fn a_state_is_found_by_what_spec_and_memory_say() {
    let cluster = Cluster::start([Way::Answers; 5], 2);
    let spec = [arn(0).into(), Name::from(cluster.endpoints())];
    let memory = [cluster.native_id(1)];
    for (names, expected) in [(&spec[..], 0), (&memory, 1)] {
        let names: BTreeSet<Name> = names.iter().cloned().collect();
        let interest = Arc::new(Interest { fields: None, names: Some(names) });
        let list = Action::List { kind: kind(), under: None, page: None, interest };
        let Ok(Answer::Page { items, next: None }) = cluster.ask(list) else { panic!("no page") };
        let ids: Vec<&Name> = items.iter().map(|live| &live.native_id).collect();
        assert_eq!(ids, [&cluster.native_id(expected)]);
    }
}
