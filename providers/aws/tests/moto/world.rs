//! The door of the suite to moto: what stands there already, which bodies moto takes, and what it cannot prove.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_route53::config::Credentials;
use relight_aws::api::{Keys, Options, cloud};
use relight_conformance::{Door, Parent, Part, Places, Trouble};
use relight_contract::{
    Act, Action, Answer, Cloud, Fault, Kind, Live, Name, Object, Place, Request, State, Type, Value,
};
use tokio::runtime::Runtime;

use relight_bed::{Call, Moto, Nth, Proxy, Rule, Trouble as Wire};

/// The region that the tests work in.
pub const REGION: &str = "us-west-2";

const ZONE_NAME: &str = "example.test";

/// moto behind the proxy, and a door to both.
pub struct World {
    pub proxy: Proxy,
    cloud: Arc<dyn Cloud>,
    runtime: Runtime,
    zone: String,
    subnet_group: String,
    _moto: Moto,
}

impl World {
    /// Starts everything, and makes directly what the four kinds stand on: a zone and a subnet group.
    pub fn start() -> Option<World> {
        let moto = Moto::start()?;
        let proxy = Proxy::start(moto.address).expect("a free port");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (zone, subnet_group) = runtime.block_on(set_up(&format!("http://{}", moto.address)));
        let options = Options {
            endpoint: Some(format!("http://{}", proxy.address)),
            keys: Some(Keys { id: "test".to_owned(), secret: "test".to_owned() }),
        };
        let cloud = cloud(options).expect("the address is one");
        Some(World { proxy, cloud, runtime, zone, subnet_group, _moto: moto })
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.proxy.seen().into_iter().map(|seen| seen.call).collect()
    }

    pub fn places() -> Places {
        Places { regional: place("oregon", REGION), global: place("aws", "us-east-1") }
    }

    /// One call in the region.
    pub fn ask(&mut self, action: Action) -> Result<Answer, Fault> {
        self.ask_in(REGION, action)
    }

    /// One call in another region.
    pub fn ask_in(&mut self, region: &str, action: Action) -> Result<Answer, Fault> {
        self.call(&Request { place: place(region, region), action })
    }
}

fn place(name: &str, region: &str) -> Arc<Place> {
    Arc::new(Place {
        name: name.into(),
        provider: "aws".into(),
        region: region.into(),
        account: None,
        global: name == "aws",
        settings: Object::new(),
    })
}

async fn set_up(endpoint: &str) -> (String, String) {
    let keys = Credentials::new("test", "test", None, None, "test");
    let region = aws_config::Region::new(REGION);
    let loader = aws_config::defaults(aws_config::BehaviorVersion::latest());
    let shared = loader.region(region).endpoint_url(endpoint).credentials_provider(keys).load().await;
    let route53 = aws_sdk_route53::Client::new(&shared);
    let made = route53.create_hosted_zone().name(ZONE_NAME).caller_reference("tests").send().await;
    let zone = made.expect("a zone").hosted_zone.expect("a zone").id;
    let ec2 = aws_sdk_ec2::Client::new(&shared);
    let subnets = ec2.describe_subnets().send().await.expect("subnets").subnets.expect("subnets");
    let rds = aws_sdk_rds::Client::new(&shared);
    let group =
        rds.create_db_subnet_group().db_subnet_group_name("tests").db_subnet_group_description("tests");
    let ids = subnets.into_iter().filter_map(|subnet| subnet.subnet_id).collect();
    group.set_subnet_ids(Some(ids)).send().await.expect("a subnet group");
    (zone.rsplit('/').next().expect("an id").to_owned(), "tests".to_owned())
}

fn standing(id: &str, attribute: &str) -> Parent {
    Parent::Stands(Box::new(Live {
        native_id: Name::from(id),
        attributes: [(attribute, Value::from(id))].into_iter().collect(),
        owner: None,
        hint: None,
        mark: None,
        token: None,
        version: None,
        state: State::Ready,
    }))
}

fn texts<const N: usize>(entries: [(&str, Value); N]) -> Vec<(String, Value)> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn set(items: &[&str]) -> Value {
    Value::set(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

/// Bodies of databases and records that moto takes: RDS knows engines and classes, Route 53 knows addresses. The other
/// kinds go with what the suite makes of their tables, less what moto does not keep.
fn body(kind: &str, variant: u32, made: &Object) -> Option<Object> {
    let given = |name: &str| made.get(name).cloned();
    let other = variant != 0;
    let mut body: BTreeMap<String, Value> = match kind {
        "aws_db_instance" => texts([
            ("allocated_storage", Value::from(if other { 40 } else { 20 })),
            ("auto_minor_version_upgrade", Value::from(other)),
            ("backup_retention_period", Value::from(if other { 7 } else { 1 })),
            ("copy_tags_to_snapshot", Value::from(other)),
            ("engine", Value::from("postgres")),
            ("iam_database_authentication_enabled", Value::from(other)),
            ("instance_class", Value::from(if other { "db.t4g.small" } else { "db.t4g.micro" })),
            ("multi_az", Value::from(other)),
            ("password", Value::from("not-a-real-password")),
            ("publicly_accessible", Value::from(other)),
            ("storage_type", Value::from(if other { "gp3" } else { "gp2" })),
            ("username", Value::from("sample")),
        ]),
        "aws_route53_record" => texts([
            ("records", if other { set(&["192.0.2.2", "192.0.2.3"]) } else { set(&["192.0.2.1"]) }),
            ("ttl", Value::from(if other { 30 } else { 60 })),
            ("type", Value::from("A")),
        ]),
        _ => return None,
    }
    .into_iter()
    .collect();
    let kept: &[&str] = match kind {
        "aws_db_instance" => &["identifier", "tags", "db_subnet_group_name"],
        _ => &["zone_id", "name", "set_identifier", "weighted_routing_policy"],
    };
    body.extend(kept.iter().filter_map(|name| Some(((*name).to_owned(), given(name)?))));
    Some(body.into_iter().collect())
}

/// Fields of templates whose text is a truth or a time.
const TRUTHS: &[&str] = &[
    "associate_carrier_ip_address",
    "associate_public_ip_address",
    "delete_on_termination",
    "ebs_optimized",
    "encrypted",
    "primary_ipv6",
];
const TIMES: &[&str] = &["valid_until"];

/// The value of a field with truths and times for what is any text to the table.
fn worded(name: &str, value: &Value, variant: u32) -> Value {
    let object = |object: &Object| -> Object {
        object.iter().map(|(name, value)| (name.clone(), worded(name, value, variant))).collect()
    };
    let each = |items: &[Value]| items.iter().map(|item| worded(name, item, variant)).collect();
    match value {
        Value::String(_) if TRUTHS.contains(&name) => {
            Value::from(if variant == 0 { "true" } else { "false" })
        }
        Value::String(_) if TIMES.contains(&name) => Value::from(format!("203{variant}-01-01T00:00:00Z")),
        Value::Object(rows) => Value::object(object(rows)),
        Value::List(list) => Value::list(list.element.clone(), each(&list.items)),
        Value::Set(set) => Value::set(set.element.clone(), each(&set.items)),
        other => other.clone(),
    }
}

/// What a body goes without. moto makes no IPv6 blocks of a VPC's own; tells the tags of a template as they were at its
/// creation, and among the tags of what is launched. Templates take the name that is made of their token, which tells
/// them apart.
fn is_left_out(kind: &str, variant: u32, field: &str) -> bool {
    match kind {
        "aws_vpc" => matches!(field, "assign_generated_ipv6_cidr_block" | "ipv6_cidr_block"),
        "aws_launch_template" => {
            matches!(field, "name" | "tag_specifications") || (field == "tags" && variant != 0)
        }
        _ => false,
    }
}

impl Door for World {
    fn call(&mut self, request: &Request) -> Result<Answer, Fault> {
        let mut request = request.clone();
        // What a spec would say about deleting a database.
        if let Action::Delete { kind, attributes, .. } = &mut request.action
            && kind.name == "aws_db_instance"
        {
            attributes.insert("skip_final_snapshot", Value::Bool(true));
        }
        let answer = self.runtime.block_on(self.cloud.clone().call(request));
        self.proxy.clear();
        answer
    }

    /// Everything in moto is at once.
    fn wait(&mut self, _milliseconds: u64) {}

    fn trouble(&mut self, kind: &'static Kind, act: Act, trouble: Trouble) -> bool {
        let call = kind.operation(act).and_then(|operation| operation.calls.first());
        let Some((_, operation)) = call.and_then(|call| call.split_once(':')) else { return false };
        let trouble = match trouble {
            Trouble::Throttle => Wire::Throttle,
            Trouble::LoseRequest => Wire::LoseRequest,
            Trouble::LoseAnswer => Wire::LoseAnswer,
        };
        self.proxy.clear();
        self.proxy.add(Rule::new(Nth::Every, trouble).operation(operation));
        true
    }

    fn adapt(&mut self, kind: &'static Kind, variant: u32, attributes: &mut Object) {
        if let Some(body) = body(kind.name, variant, attributes) {
            *attributes = body;
        }
        for name in attributes.names().cloned().collect::<Vec<_>>() {
            if let Some(value) = attributes.get_mut(&name) {
                *value = worded(&name, value, variant);
            }
        }
        attributes.retain(|name, _| !is_left_out(kind.name, variant, name));
    }

    fn parent(&mut self, kind: &'static Kind) -> Parent {
        match kind.name {
            "aws_route53_zone" => standing(&self.zone, "zone_id"),
            "aws_db_subnet_group" => standing(&self.subnet_group, "name"),
            _ => Parent::None,
        }
    }

    fn leaves_out(&self, kind: &'static Kind, part: Part) -> Option<&'static str> {
        match (kind.name, part) {
            ("aws_db_instance", Part::Promotion) => Some("a promoted replica keeps its source in moto"),
            _ => None,
        }
    }
}
