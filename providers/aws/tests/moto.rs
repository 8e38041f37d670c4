//! The API half against moto: the calls, their order, and that doing them again converges.
//!
//! moto proves no permissions, no times, no limits of AWS. Beyond what [`moto/world.rs`](world) leaves out with a
//! reason, it ignores tokens (the proxy in between honours them), pages neither VPCs nor templates, and has everything
//! available at once.

#[path = "moto/world.rs"]
mod world;

use relight_aws::{AWS, KINDS};
use relight_bed::decoded;
use relight_conformance::run;
use relight_contract::builtin::BUILTIN;
use relight_contract::{
    Act, Action, Address, Answer, FaultKind, Kind, Live, Name, Object, Owner, Registry, Value,
};
use world::World;

/// The kinds that differ most, one of each identity class.
const FOUR: &[&str] = &["aws_db_instance", "aws_launch_template", "aws_route53_record", "aws_vpc"];

fn kind(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).expect("a kind")
}

#[test]
fn the_four_kinds_live_as_the_suite_expects() {
    let Some(mut world) = World::start() else { return };
    let registry = Registry::new(&[&BUILTIN, &AWS]);
    let kinds = FOUR.iter().map(|name| kind(name));
    let report = run(&mut world, &registry, &World::places(), kinds);
    assert!(report.failures.is_empty(), "{}", report.failures.join("\n"));
    assert!(report.checks > 220, "only {} checks; skipped: {:?}", report.checks, report.skipped);
    // Owner and intent go into the create call itself: nothing is ever made that could not be found again.
    for operation in ["CreateVpc", "CreateLaunchTemplate", "CreateDBInstance"] {
        let seen = world.calls();
        let mut made = seen.iter().filter(|call| call.operation == operation).peekable();
        assert!(made.peek().is_some(), "{operation} was never made");
        for call in made {
            for tag in [AWS.tags.owner, AWS.tags.intent, AWS.tags.address] {
                assert!(
                    call.body.contains(&format!("Key={tag}")),
                    "{operation} without {tag}: {}",
                    call.body
                );
            }
        }
    }
}

/// Creates and polls to the end.
fn make(world: &mut World, name: &str, attributes: Object) -> Live {
    let kind = kind(name);
    let address = Address::new(name, "test");
    let owner = Owner { id: address.owner("moto", &attributes.to_json().to_string()), address, mark: None };
    let token = owner.id.0.clone();
    let asked = attributes.clone();
    let mut answer = world.ask(Action::Create { kind, attributes, owner, token }).expect("a creation");
    for _ in 0..10 {
        match answer {
            Answer::Object(live) => return live,
            Answer::Accepted { native_id, handle, .. } => {
                let attributes = asked.clone();
                answer = world.ask(Action::Poll { kind, native_id, handle, attributes }).expect("a poll");
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("the creation never ends");
}

fn database(identifier: &str) -> Object {
    let entries = [
        ("identifier", Value::from(identifier)),
        ("engine", Value::from("postgres")),
        ("instance_class", Value::from("db.t4g.micro")),
        ("allocated_storage", Value::from(20)),
        ("username", Value::from("sample")),
        ("password", Value::from("not-a-real-password")),
    ];
    entries.into_iter().collect()
}

/// What moto can show of a replica: it follows its source, gets afterwards what its creation cannot be given, and is
/// asked to be promoted once. That the promotion ends, it cannot show.
#[test]
fn a_replica_follows_its_source_until_it_is_promoted() {
    let Some(mut world) = World::start() else { return };
    make(&mut world, "aws_db_instance", database("orders"));
    let mut replica = database("orders-replica");
    for dictated in ["engine", "username", "password"] {
        replica.remove(dictated);
    }
    replica.insert("replicate_source_db", Value::from("orders"));
    replica.insert("backup_window", Value::from("03:00-03:30"));
    let live = make(&mut world, "aws_db_instance", replica);
    assert_eq!(live.get("replicate_source_db"), Some(&Value::from("orders")));
    assert_eq!(live.get("backup_window"), Some(&Value::from("03:00-03:30")));

    let kind = kind("aws_db_instance");
    let update = Action::Update {
        kind,
        native_id: live.native_id.clone(),
        changes: [("replicate_source_db", Value::NULL)].into_iter().collect(),
        attributes: Object::new(),
        version: None,
    };
    assert_eq!(world.ask(update).unwrap_err().kind, FaultKind::Invalid);
    let promote = |native_id: &str| Action::Perform {
        kind,
        act: Act::Promote,
        native_id: Name::from(native_id),
        changes: Object::new(),
        planned: false,
        owner: None,
    };
    let answer = world.ask(promote(&live.native_id));
    assert!(matches!(answer, Ok(Answer::Accepted { .. })), "{answer:?}");
    assert_eq!(world.ask(promote("orders")).unwrap_err().kind, FaultKind::Conflict);
    assert_eq!(world.ask(promote("nobody")).unwrap_err().kind, FaultKind::NotFound);
    let promotions = world.calls().iter().filter(|call| call.operation == "PromoteReadReplica").count();
    assert_eq!(promotions, 1);
}

/// A member of a global cluster.
fn member(identifier: &str, follows: Option<&Value>) -> Object {
    let entries = [
        ("cluster_identifier", Value::from(identifier)),
        ("engine", Value::from("aurora-postgresql")),
        ("global_cluster_identifier", Value::from("world")),
    ];
    let mut member: Object = entries.into_iter().collect();
    match follows {
        Some(writer) => drop(member.insert("primary_cluster_arn", writer.clone())),
        None => {
            member.insert("master_username", Value::from("sample"));
            member.insert("master_password", Value::from("not-a-real-password"));
        }
    }
    member
}

/// What moto can show of a global cluster: every member is told who writes, one that reads already is no further
/// demoted, and one that writes no further promoted. It changes no roles; how it is asked to can be seen.
#[test]
fn members_of_a_global_cluster_tell_who_writes() {
    let Some(mut world) = World::start() else { return };
    let entries = [("global_cluster_identifier", "world"), ("engine", "aurora-postgresql")];
    let global = entries.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    make(&mut world, "aws_rds_global_cluster", global);
    let writer = make(&mut world, "aws_rds_cluster", member("first", None));
    let arn = writer.get("arn").expect("an ARN").clone();
    let reader = make(&mut world, "aws_rds_cluster", member("second", Some(&arn)));

    let kind = kind("aws_rds_cluster");
    let list = Action::List { kind, under: None, page: None, interest: Default::default() };
    let Ok(Answer::Page { items, .. }) = world.ask(list) else { panic!("no page") };
    let told: Vec<_> = items.iter().map(|live| (&*live.native_id, live.get("primary_cluster_arn"))).collect();
    assert_eq!(told, [("first", None), ("second", Some(&arn))]);
    let asked = |operation: &str, world: &World| {
        world.calls().into_iter().filter(|call| call.operation == operation).collect::<Vec<_>>()
    };
    assert_eq!(
        asked("DescribeGlobalClusters", &world).len(),
        1 + 1,
        "one for the global cluster, one for the list"
    );

    let perform = |act: Act, live: &Live, planned: bool| Action::Perform {
        kind,
        act,
        native_id: live.native_id.clone(),
        changes: Object::new(),
        planned,
        owner: None,
    };
    let Ok(Answer::Object(live)) = world.ask(perform(Act::Demote, &reader, false)) else {
        panic!("no object")
    };
    assert_eq!(live.get("primary_cluster_arn"), Some(&arn));
    let waits = world.ask(perform(Act::Demote, &writer, false));
    assert!(matches!(waits, Ok(Answer::Accepted { .. })), "{waits:?}");
    let writes = world.ask(perform(Act::Promote, &writer, false));
    assert!(matches!(writes, Ok(Answer::Object(_))), "{writes:?}");

    world.ask(perform(Act::Promote, &reader, true)).expect_err("moto has no switchover");
    world.ask(perform(Act::Promote, &reader, false)).expect_err("moto has no failover");
    for (operation, with) in
        [("SwitchoverGlobalCluster", ""), ("FailoverGlobalCluster", "AllowDataLoss=true")]
    {
        let calls = asked(operation, &world);
        let [call] = &*calls else { panic!("{operation}: {calls:?}") };
        assert!(call.body.contains("cluster:second") && call.body.contains(with), "{}", call.body);
        assert!(!with.is_empty() || !call.body.contains("AllowDataLoss"), "{}", call.body);
    }

    let alone = Object::from_iter([
        ("cluster_identifier", Value::from("third")),
        ("engine", Value::from("aurora-postgresql")),
        ("primary_cluster_arn", arn.clone()),
    ]);
    let address = Address::new("aws_rds_cluster", "third");
    let owner = Owner { id: address.owner("moto", ""), address, mark: None };
    let token = owner.id.0.clone();
    let refused = world.ask(Action::Create { kind, attributes: alone, owner, token });
    assert_eq!(refused.unwrap_err().kind, FaultKind::Invalid);
}

/// An encrypted source in another region gives its data away only to a request that was signed for that region.
#[test]
fn a_replica_in_another_region_carries_a_signature() {
    let Some(mut world) = World::start() else { return };
    let source = make(&mut world, "aws_db_instance", database("orders"));
    let arn = source.get("arn").and_then(Value::as_str).expect("an ARN").to_owned();
    let entries = [
        ("identifier", Value::from("orders-replica")),
        ("instance_class", Value::from("db.t4g.micro")),
        ("kms_key_id", Value::from("arn:aws:kms:eu-west-1:123456789012:key/one")),
        ("replicate_source_db", Value::from(arn.as_str())),
    ];
    let address = Address::new("aws_db_instance", "replica");
    let owner = Owner { id: address.owner("moto", ""), address, mark: None };
    let token = owner.id.0.clone();
    let create = Action::Create {
        kind: kind("aws_db_instance"),
        attributes: entries.into_iter().collect(),
        owner,
        token,
    };
    let answer = world.ask_in("eu-west-1", create);
    assert!(matches!(answer, Ok(Answer::Accepted { .. })), "{answer:?}");
    let seen = world.calls();
    let call = seen.iter().find(|call| call.operation == "CreateDBInstanceReadReplica").expect("the call");
    for part in [
        "PreSignedUrl=https://rds.us-west-2.amazonaws.com/?Action=CreateDBInstanceReadReplica&",
        "DestinationRegion=eu-west-1",
        "/us-west-2/rds/aws4_request",
        "X-Amz-Signature=",
    ] {
        assert!(decoded(call.body.as_bytes()).contains(part), "no {part} in {}", call.body);
    }
}

#[test]
fn a_database_is_renamed_in_place() {
    let Some(mut world) = World::start() else { return };
    let live = make(&mut world, "aws_db_instance", database("orders"));
    let kind = kind("aws_db_instance");
    let retire = Action::Perform {
        kind,
        act: Act::Retire,
        native_id: live.native_id.clone(),
        changes: [("identifier", Value::from("orders-retired"))].into_iter().collect(),
        planned: false,
        owner: None,
    };
    let answer = world.ask(retire).unwrap();
    let Answer::Accepted { native_id, handle, .. } = answer else { panic!("{answer:?}") };
    assert_eq!(&*native_id, "orders-retired");
    let poll = Action::Poll { kind, native_id, handle, attributes: Object::new() };
    let Ok(Answer::Object(retired)) = world.ask(poll) else { panic!("the renaming never ends") };
    assert_eq!((&*retired.native_id, &retired.owner), ("orders-retired", &live.owner));
    assert_eq!(world.ask(Action::Read { kind, native_id: live.native_id }), Ok(Answer::Absent));
}

#[test]
fn a_door_reaches_every_kind_and_refuses_what_is_no_address() {
    let options = relight_aws::api::Options { endpoint: Some("nowhere".to_owned()), keys: None };
    assert!(relight_aws::api::cloud(options).is_err());
    let cloud = relight_aws::api::cloud(relight_aws::api::Options::default()).expect("a door");
    let missing: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|name| !cloud.reaches(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What stands in a switch is what a failover changes: all else of the object stays, its tags among it.
#[test]
fn a_switch_is_thrown_by_writing_it_anew() {
    let Some(mut world) = World::start() else { return };
    let bucket = [("bucket", Value::from("relight-switch"))].into_iter().collect();
    make(&mut world, "aws_s3_bucket", bucket);
    let entries = [
        ("bucket", Value::from("relight-switch")),
        ("key", Value::from("site/serves")),
        ("content", Value::from("no")),
        ("cache_control", Value::from("no-store")),
    ];
    let before = make(&mut world, "aws_s3_object", entries.into_iter().collect());
    let kind = kind("aws_s3_object");
    let shift = |native_id: &str| Action::Perform {
        kind,
        act: Act::Shift,
        native_id: Name::from(native_id),
        changes: [("content", Value::from("yes"))].into_iter().collect(),
        planned: false,
        owner: None,
    };
    let Ok(Answer::Object(after)) = world.ask(shift(&before.native_id)) else { panic!("no object") };
    assert_eq!(after.get("content"), Some(&Value::from("yes")));
    assert_eq!(after.get("cache_control"), before.get("cache_control"));
    assert_eq!((&after.owner, &after.token), (&before.owner, &before.token));
    assert_ne!(after.get("etag"), before.get("etag"));
    assert_eq!(world.ask(shift("relight-switch/nothing")).unwrap_err().kind, FaultKind::NotFound);
}
