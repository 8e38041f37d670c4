//! The door itself, against a server that answers as each test says: pace, time, credentials, addresses, faults.

#[path = "door/server.rs"]
mod server;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use relight_aws::KINDS;
use relight_aws::api::{Keys, Options, cloud};
use relight_contract::{
    Action, Address, Answer, Cloud, Fault, FaultKind, Kind, Name, Object, Owner, OwnerId, Place, Request,
    Type, Value,
};
use server::{Call, Reply, Server, ec2_error, no_vpcs, query_error};
use tokio::runtime::Runtime;

#[expect(clippy::disallowed_methods, reason = "a test of time takes it")]
fn now() -> Instant {
    Instant::now()
}

fn kind(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).expect("a kind")
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn open(server: &Server) -> Arc<dyn Cloud> {
    let keys = Keys { id: "AKIATEST".to_owned(), secret: "test".to_owned() };
    cloud(Options { endpoint: Some(server.url()), keys: Some(keys) }).expect("an address")
}

fn place(settings: Object) -> Place {
    Place {
        name: "oregon".into(),
        provider: "aws".into(),
        region: "us-west-2".into(),
        account: None,
        global: false,
        settings,
    }
}

fn list(name: &str, place: Place) -> Request {
    let action = Action::List { kind: kind(name), under: None, page: None, interest: Arc::default() };
    Request { place: Arc::new(place), action }
}

fn ask(cloud: &Arc<dyn Cloud>, request: Request) -> Result<Answer, Fault> {
    runtime().block_on(cloud.clone().call(request))
}

fn text(value: &str) -> Value {
    Value::from(value)
}

fn settings<const N: usize>(entries: [(&str, Value); N]) -> Object {
    entries.into_iter().collect()
}

/// A server that takes `burst` calls at once and so many a second, and says "too many" to the others.
fn limited(burst: f64, per_second: f64, refusal: (u16, String)) -> Server {
    let level = Mutex::new((burst, now()));
    Server::start(move |_| {
        let mut level = level.lock().expect("no panic");
        let at = now();
        level.0 = (level.0 + at.duration_since(level.1).as_secs_f64() * per_second).min(burst);
        level.1 = at;
        if level.0 < 1.0 {
            return Reply::Say(refusal.0, refusal.1.clone());
        }
        level.0 -= 1.0;
        Reply::Say(200, no_vpcs())
    })
}

#[test]
fn sixty_calls_at_once_keep_to_a_limit_of_ten_a_second() {
    let server = limited(10.0, 10.0, (503, ec2_error("RequestLimitExceeded")));
    let cloud = open(&server);
    let began = now();
    let ends = runtime().block_on(async {
        let calls: Vec<_> = (0..60)
            .map(|_| tokio::spawn(cloud.clone().call(list("aws_vpc", place(Object::new())))))
            .collect();
        let mut ends = Vec::new();
        for call in calls {
            ends.push(call.await.expect("no panic"));
        }
        ends
    });
    let took = began.elapsed();
    let failed: Vec<_> = ends.iter().filter(|end| end.is_err()).collect();
    assert!(failed.is_empty(), "{} of 60 failed: {:?}", failed.len(), failed.first());
    assert!(took < Duration::from_secs(8), "{took:?}");
    let counts = cloud.counts();
    let [count] = counts.as_slice() else { panic!("{counts:?}") };
    assert_eq!((&*count.call, &*count.region), ("ec2:DescribeVpcs", "us-west-2"));
    assert_eq!(count.attempts, server.seen().len() as u64);
    assert_eq!(count.attempts - count.throttled, 60);
    assert!(count.throttled <= 25, "{count:?} in {took:?}");
}

/// Fifty leave at once and five a second: the last ones wait longer than the SDK lets a stream stand still.
#[test]
fn a_change_that_waits_long_for_its_turn_is_no_stalled_stream() {
    let made = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>";
    let server = Server::start(move |_| Reply::Say(200, made.to_owned()));
    let cloud = open(&server);
    let create = |number: u32| {
        let address: Address = format!("aws_vpc.n{number}@oregon").parse().expect("an address");
        let owner = Owner { id: OwnerId(format!("{number:032}").into()), address, mark: None };
        let attributes = settings([("cidr_block", text("10.0.0.0/16"))]);
        let token = format!("{number:032}").into();
        let action = Action::Create { kind: kind("aws_vpc"), attributes, owner, token };
        Request { place: Arc::new(place(Object::new())), action }
    };
    let failed = runtime().block_on(async {
        let calls: Vec<_> = (0..90).map(|number| tokio::spawn(cloud.clone().call(create(number)))).collect();
        let mut failed = Vec::new();
        for call in calls {
            failed.extend(call.await.expect("no panic").err());
        }
        failed
    });
    assert!(failed.is_empty(), "{} of 90 failed: {:?}", failed.len(), failed.first());
    let counts = cloud.counts();
    let [count] = counts.as_slice() else { panic!("{counts:?}") };
    assert_eq!((&*count.call, count.attempts), ("ec2:CreateVpc", 90));
    assert!(count.turn_milliseconds > 40 * 1_000, "their waits add up: {count:?}");
}

/// What is said in JSON counts like what is said in XML, and a second try follows.
#[test]
fn too_many_is_heard_in_every_protocol() {
    let first = AtomicU32::new(0);
    let server = Server::start(move |_| match first.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Say(
            400,
            "{\"__type\":\"com.amazon#ThrottlingException\",\"message\":\"slower\"}".to_owned(),
        ),
        _ => Reply::Say(200, "{\"TableNames\":[]}".to_owned()),
    });
    let cloud = open(&server);
    let answer = ask(&cloud, list("aws_dynamodb_table", place(Object::new())));
    assert!(matches!(&answer, Ok(Answer::Page { .. })), "{answer:?}");
    let counts = cloud.counts();
    let told: Vec<_> = counts.iter().map(|count| (&*count.call, count.attempts, count.throttled)).collect();
    assert_eq!(told, [("dynamodb:ListTables", 2, 1)]);
}

#[test]
fn a_place_that_never_answers_is_unreachable_in_time() {
    let server = Server::start(|_| Reply::Silence);
    let cloud = open(&server);
    let began = now();
    let fault = ask(&cloud, list("aws_vpc", place(Object::new()))).unwrap_err();
    assert_eq!((fault.kind, fault.call.as_deref()), (FaultKind::Unreachable, Some("ec2:DescribeVpcs")));
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(server.seen().len(), 1, "silence was asked again");
}

#[test]
fn nobody_at_home_is_unreachable_at_once() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    let keys = Keys { id: "AKIATEST".to_owned(), secret: "test".to_owned() };
    let cloud =
        cloud(Options { endpoint: Some(format!("http://{gone}")), keys: Some(keys) }).expect("an address");
    let began = now();
    let kind = kind("aws_vpc");
    let address = Address::new("aws_vpc", "test");
    let owner = Owner { id: address.owner("door", ""), address, mark: None };
    let attributes = [("cidr_block", text("10.0.0.0/16"))].into_iter().collect();
    let action = Action::Create { kind, attributes, owner, token: Name::from("a".repeat(32)) };
    let fault = ask(&cloud, Request { place: Arc::new(place(Object::new())), action }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Unreachable, "{fault}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_refusal_tells_call_code_and_request() {
    for (status, code, expected) in [
        (401, "AuthFailure", FaultKind::Denied),
        (400, "RequestExpired", FaultKind::Denied),
        (403, "UnauthorizedOperation", FaultKind::Denied),
        (400, "VpcLimitExceeded", FaultKind::Quota),
        (400, "InvalidParameterValue", FaultKind::Invalid),
    ] {
        let server = Server::start(move |_| Reply::Say(status, ec2_error(code)));
        let fault = ask(&open(&server), list("aws_vpc", place(Object::new()))).unwrap_err();
        assert_eq!((fault.kind, fault.code.as_deref()), (expected, Some(code)));
        let tail = format!("told so (ec2:DescribeVpcs, {code}, request 11-22)");
        assert!(fault.to_string().ends_with(&tail), "{fault}");
        assert_eq!(server.seen().len(), 1, "{code} was tried again");
    }
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn profiles(name: &str, content: &str) -> Value {
    let path = folder(name).join("config");
    fs::write(&path, content).expect("a file");
    Value::list(Type::String, vec![text(path.to_str().expect("UTF-8"))])
}

/// A door that finds its credentials itself.
fn by_itself(server: &Server) -> Arc<dyn Cloud> {
    cloud(Options { endpoint: Some(server.url()), keys: None }).expect("an address")
}

fn role_answer(operation: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result><Credentials>\
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
         <SessionToken>rolesession</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         </{operation}Result></{operation}Response>"
    )
}

fn role_or_list(call: &Call) -> Reply {
    match call.operation.as_str() {
        "AssumeRole" | "AssumeRoleWithWebIdentity" => Reply::Say(200, role_answer(&call.operation)),
        _ => Reply::Say(200, no_vpcs()),
    }
}

/// The role is assumed once, in the site's own region, with the keys of the profile; all calls are made in it.
#[test]
fn a_site_works_in_its_role() {
    let server = Server::start(role_or_list);
    let cloud = by_itself(&server);
    let role = settings([
        ("role_arn", text("arn:aws:iam::210987654321:role/deploy")),
        ("external_id", text("their-word")),
        ("session_name", text("friday")),
    ]);
    let config =
        "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\nregion = eu-west-1\n";
    let own = settings([
        ("profile", text("base")),
        ("shared_config_files", profiles("role", config)),
        ("assume_role", Value::object(role)),
    ]);
    for _ in 0..3 {
        ask(&cloud, list("aws_vpc", place(own.clone()))).expect("a list");
    }
    let seen = server.seen();
    let (first, others) = seen.split_first().expect("calls");
    assert_eq!((first.operation.as_str(), first.region.as_str()), ("AssumeRole", "us-west-2"));
    assert_eq!(first.service, "sts");
    for part in ["Credential=AKIABASE/", "ExternalId=their-word", "RoleSessionName=friday"] {
        assert!(first.text.contains(part), "no {part} in {}", first.text);
    }
    assert_eq!(others.len(), 3);
    for call in others {
        assert_eq!((call.operation.as_str(), call.region.as_str()), ("DescribeVpcs", "us-west-2"));
        assert!(
            call.text.contains("Credential=ASIAROLE/") && call.text.contains("rolesession"),
            "{}",
            call.text
        );
    }
    let session = runtime().block_on(cloud.session(Arc::new(place(own)))).expect("a session");
    assert_eq!(session.ends_at, None, "a role is renewed by itself");
}

#[test]
fn a_pipeline_works_by_the_word_of_its_identity_provider() {
    let server = Server::start(role_or_list);
    let token = folder("web").join("token");
    fs::write(&token, "the-token").expect("a file");
    let web = settings([
        ("role_arn", text("arn:aws:iam::210987654321:role/pipeline")),
        ("web_identity_token_file", text(token.to_str().expect("UTF-8"))),
    ]);
    let own = settings([("assume_role_with_web_identity", Value::object(web))]);
    ask(&by_itself(&server), list("aws_vpc", place(own))).expect("a list");
    let seen = server.seen();
    assert!(seen[0].text.contains("WebIdentityToken=the-token"), "{}", seen[0].text);
    assert!(seen[1].text.contains("Credential=ASIAROLE/"), "{}", seen[1].text);
}

#[test]
fn a_role_that_is_refused_says_what_sts_says() {
    let server = Server::start(|_| Reply::Say(403, query_error("AccessDenied")));
    let role = settings([("role_arn", text("arn:aws:iam::210987654321:role/deploy"))]);
    let fault = ask(&open(&server), list("aws_vpc", place(settings([("assume_role", Value::object(role))]))));
    let fault = fault.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
    assert_eq!(
        (fault.code.as_deref(), fault.call.as_deref()),
        (Some("AccessDenied"), Some("sts:AssumeRole"))
    );
}

/// Many calls ask, and the search is made once; nothing is called.
#[test]
fn without_credentials_nothing_is_called() {
    let server = Server::start(|_| Reply::Say(200, no_vpcs()));
    let cloud = by_itself(&server);
    let own = settings([("profile", text("nobody")), ("shared_config_files", profiles("none", ""))]);
    let began = now();
    for _ in 0..20 {
        let fault = ask(&cloud, list("aws_vpc", place(own.clone()))).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Denied, "{fault}");
        assert!(
            fault.message.contains("nobody") || fault.code.as_deref() == Some("NoCredentials"),
            "{fault}"
        );
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(server.seen().is_empty());
}

#[test]
fn credentials_of_another_account_are_refused_before_anything_is_done() {
    let server = Server::start(|call| match call.operation.as_str() {
        "GetCallerIdentity" => Reply::Say(
            200,
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult>\
             </GetCallerIdentityResponse>"
                .to_owned(),
        ),
        _ => Reply::Say(200, no_vpcs()),
    });
    let cloud = open(&server);
    let named = Place { account: Some("222222222222".into()), ..place(Object::new()) };
    let fault = ask(&cloud, list("aws_vpc", named)).unwrap_err();
    assert_eq!((fault.kind, fault.code.as_deref()), (FaultKind::Denied, Some("OtherAccount")));
    let allowed = |id: &str| {
        let ids = Value::set(Type::String, vec![text(id)]);
        place(settings([("allowed_account_ids", ids)]))
    };
    assert!(ask(&cloud, list("aws_vpc", allowed("222222222222"))).is_err());
    assert!(ask(&cloud, list("aws_vpc", allowed("111111111111"))).is_ok());
    let asked: Vec<String> = server.seen().into_iter().map(|call| call.operation).collect();
    assert_eq!(asked.iter().filter(|operation| *operation == "DescribeVpcs").count(), 1);
}

/// `endpoints` sends one service elsewhere, and the names of buckets stand in the path there.
#[test]
fn one_service_may_stand_elsewhere() {
    let (usual, other) =
        (Server::start(|_| Reply::Say(200, no_vpcs())), Server::start(|_| Reply::Say(404, String::new())));
    let endpoints = Value::object(settings([("s3", text(&other.url()))]));
    let cloud = open(&usual);
    let own = place(settings([("endpoints", endpoints)]));
    ask(&cloud, list("aws_vpc", own.clone())).expect("a list");
    let action = Action::Read { kind: kind("aws_s3_bucket"), native_id: "some-bucket".into() };
    let _ = ask(&cloud, Request { place: Arc::new(own), action });
    assert_eq!(usual.seen().len(), 1);
    let seen = other.seen();
    assert!(seen.first().is_some_and(|call| call.text.contains(" /some-bucket")), "{seen:?}");
}
