//! The day for which all of it is: the primary's region swallows every call, and the standby takes over.

use std::collections::BTreeSet;
use std::time::Instant;

use relight_bed::{Call, Nth, Rule, Seen, Trouble};
use serde_json::Value as Json;

use super::bed::{WEBSHOP, Workplace};
use super::faults::GLOBAL;
use super::world::{Thing, World};

const LOST: &str = "us-east-1";
const LEFT: &str = "us-west-2";

/// The one database, record or group that stands where, as the server tells it.
fn attribute(world: &World, model: &'static str, name: &str) -> Json {
    world.one(model, LEFT).attributes[name].clone()
}

/// Which of the two records serves first.
fn serves_first(world: &World) -> Vec<String> {
    let records = world.all("RecordSet").filter(|thing| thing.attributes["failover"] == "PRIMARY");
    records.map(|thing| thing.attributes["set_identifier"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long the day takes is what is promised")]
fn the_standby_takes_over_without_a_call_to_the_lost_region() {
    let Some(workplace) = Workplace::new(WEBSHOP) else { return };
    let domain = format!("webshop-{}.example", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    workplace.apply();
    let before = workplace.world();
    assert_eq!(serves_first(&before), ["virginia"]);
    assert_eq!(attribute(&before, "DBInstance", "is_replica"), true);

    let seen = workplace.proxy.seen();
    black_hole(&workplace, &seen);
    let began = Instant::now();
    let takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "INC-1", "--yes"];
    workplace.relight(&takes_over).ending(0);
    let took = began.elapsed();

    let since = workplace.proxy.seen().split_off(seen.len());
    let of_the_lost =
        since.iter().filter(|seen| seen.call.region == LOST && !GLOBAL.contains(&&*seen.call.service));
    assert_eq!(of_the_lost.map(|seen| &seen.call).collect::<Vec<_>>(), Vec::<&relight_bed::Call>::new());

    let after = workplace.world();
    assert_eq!(attribute(&before, "FakeAutoScalingGroup", "desired_capacity"), 2);
    assert_eq!(attribute(&after, "FakeAutoScalingGroup", "desired_capacity"), 6);
    assert_eq!(attribute(&after, "DBInstance", "is_replica"), false);
    assert_eq!(serves_first(&after), ["oregon"]);
    assert_eq!(after.twice(), []);
    // What was declared holds from then on, and there is nothing left to do.
    workplace.is_quiet();
    workplace.relight(&["status"]).ending(0).saying(&["lost (declared for INC-1", "fence", "demote"]);
    // So it does for whoever has the spec and no store.
    let clone = workplace.elsewhere();
    clone.relight(&["plan"]).ending(4).saying(&["RL0815", "`oregon` was declared primary in epoch 1"]);
    println!(
        "us-east-1 black-holed: failed over in {:.1} s with {} calls, none of them to its regional services",
        took.as_secs_f64(),
        since.len()
    );
}

/// What a database is called.
fn called(thing: &Thing) -> &str {
    thing.name.rsplit(':').next().unwrap_or_default()
}

/// What databases, groups and records say of roles: which database follows another, how large each group is, which
/// record serves first. What was put aside is left out.
fn roles(world: &World) -> BTreeSet<String> {
    let told = world.things.iter().filter_map(|thing| {
        let of = |name: &str| thing.attributes[name].to_string();
        let region = &thing.region;
        match &*thing.model {
            "DBInstance" if thing.name.contains("-retired-") => None,
            "DBInstance" => Some(format!("{} in {region} follows: {}", called(thing), of("is_replica"))),
            "FakeAutoScalingGroup" => Some(format!("group in {region}: {}", of("desired_capacity"))),
            "RecordSet" if of("failover") != "null" => {
                Some(format!("{}: {}", of("set_identifier"), of("failover")))
            }
            _ => None,
        }
    });
    told.collect()
}

/// The databases that were put aside, and where.
fn put_aside(world: &World) -> BTreeSet<(&str, &str)> {
    let databases = world.all("DBInstance").filter(|thing| thing.name.contains("-retired-"));
    databases.map(|thing| (&*thing.region, called(thing))).collect()
}

#[test]
fn the_region_heals_and_everybody_comes_home() {
    let Some(workplace) = Workplace::new(WEBSHOP) else { return };
    let domain = format!("webshop-{}.example", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    workplace.apply();
    let before = workplace.world();
    black_hole(&workplace, &workplace.proxy.seen());
    workplace
        .relight(&["failover", "oregon", "--lost", "virginia", "--incident", "INC-1", "--yes"])
        .ending(0);
    workplace.is_quiet();

    workplace.proxy.clear();
    workplace.relight(&["reprotect", "--yes"]).ending(0);
    workplace.is_quiet();
    let name = "webshop-production-orders";
    let aside = format!("{name}-retired-2");
    assert_eq!(put_aside(&workplace.world()), [(LOST, &*aside)].into());
    assert!(roles(&workplace.world()).contains(&format!("{name} in {LOST} follows: true")));

    // The server measures nothing by itself.
    let measured = format!(
        "Action=PutMetricData&Version=2010-08-01&Namespace=AWS%2FRDS&MetricData.member.1.MetricName=ReplicaLag\
         &MetricData.member.1.Value=0&MetricData.member.1.Dimensions.member.1.Name=DBInstanceIdentifier\
         &MetricData.member.1.Dimensions.member.1.Value={name}"
    );
    workplace.form(LOST, "monitoring", &measured);
    let home = workplace.relight(&["failback", "--yes"]).ending(0);
    home.saying(&["Recovered in"]);
    workplace.is_quiet();
    let after = workplace.world();
    assert_eq!(roles(&after), roles(&before));
    assert_eq!(put_aside(&after).len(), 2, "{:?}", put_aside(&after));
    workplace.relight(&["commit", "--delete", "aws_db_instance.orders@virginia", "--yes"]).ending(0);
    // What another database still points to is in the server's memory, and not in what it tells.
    let told = workplace.form(LOST, "rds", "Action=DescribeDBInstances&Version=2014-10-31");
    assert!(told.contains(name) && !told.contains("-retired-"), "{told}");
    workplace.is_quiet();
    println!(
        "failover, reprotect and failback: {} roles as they were, the old databases put aside",
        roles(&after).len()
    );
}

/// Whose control plane is one for the whole world, whichever region a bucket is in.
fn configures_a_bucket(call: &Call) -> bool {
    call.service == "s3" && call.changes_anything() && !call.operation.contains("Object")
}

/// Lets a region swallow all calls but those of the services that answer for the whole world.
fn black_hole(workplace: &Workplace, seen: &[Seen]) {
    let services: BTreeSet<&str> = seen.iter().map(|seen| &*seen.call.service).collect();
    for service in services.into_iter().filter(|service| !GLOBAL.contains(service)) {
        let rule = Rule::new(Nth::Every, Trouble::BlackHole).region(LOST);
        workplace.proxy.add(rule.service(service));
    }
}

#[test]
fn traffic_moves_by_a_data_plane_where_no_control_plane_of_the_world_answers() {
    let Some(workplace) = Workplace::new("examples/steered") else { return };
    let domain = format!("steered-{}.example", workplace.account);
    let bucket = format!("steered-{}-example-switch-{LEFT}", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    let switch = || workplace.ask(LEFT, "s3", &format!("GET /{bucket}/serves"), "");
    workplace.apply();
    let before = workplace.world();
    let seen = workplace.proxy.seen();
    assert_eq!(switch(), "oregon waits");

    // Where the services of the world are silent, what is planned is the same.
    let takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "INC-1"];
    let dry = |words: &[&str]| {
        let arguments: Vec<&str> = takes_over.into_iter().chain(["--dry-run"]).collect();
        workplace.relight(&arguments).ending(0).saying(words)
    };
    black_hole(&workplace, &seen);
    let shift = "~ shift    aws_s3_object.switch";
    dry(&[shift]);
    for service in GLOBAL {
        workplace.proxy.add(Rule::new(Nth::Every, Trouble::BlackHole).service(*service));
    }
    dry(&[shift, "nothing of this stands there"]);

    workplace.proxy.clear();
    black_hole(&workplace, &seen);
    let configured = seen.iter().filter(|seen| configures_a_bucket(&seen.call));
    let configured: BTreeSet<&str> = configured.map(|seen| &*seen.call.operation).collect();
    assert!(configured.contains("CreateBucket") && configured.contains("PutBucketPolicy"), "{configured:?}");
    for operation in configured {
        let rule = Rule::new(Nth::Every, Trouble::Deny).service("s3");
        workplace.proxy.add(rule.operation(operation));
    }
    for service in GLOBAL {
        workplace.proxy.add(Rule::new(Nth::Every, Trouble::Deny).service(*service));
    }
    let earlier = workplace.proxy.seen().len();
    let arguments: Vec<&str> = takes_over.into_iter().chain(["--yes"]).collect();
    workplace.relight(&arguments).ending(0);

    let since = workplace.proxy.seen().split_off(earlier);
    let is_global = |call: &Call| GLOBAL.contains(&&*call.service);
    let of_the_lost = since.iter().filter(|seen| seen.call.region == LOST && !is_global(&seen.call));
    assert_eq!(of_the_lost.map(|seen| &seen.call).collect::<Vec<_>>(), Vec::<&Call>::new());
    let world_wide = |call: &Call| configures_a_bucket(call) || is_global(call) && call.changes_anything();
    let writes = since.iter().filter(|seen| world_wide(&seen.call));
    assert_eq!(writes.map(|seen| &seen.call).collect::<Vec<_>>(), Vec::<&Call>::new());

    let after = workplace.world();
    assert_eq!(switch(), "oregon serves");
    assert_eq!(attribute(&before, "FakeAutoScalingGroup", "desired_capacity"), 1);
    assert_eq!(attribute(&after, "FakeAutoScalingGroup", "desired_capacity"), 4);
    assert_eq!(attribute(&before, "DBInstance", "is_replica"), true);
    assert_eq!(attribute(&after, "DBInstance", "is_replica"), false);
    // The switch goes last: nobody is sent where the data is not.
    let changes: Vec<&str> =
        since.iter().filter(|seen| seen.call.changes_anything()).map(|seen| &*seen.call.operation).collect();
    let at = |operation: &str| changes.iter().position(|other| *other == operation);
    assert!(at("PromoteReadReplica").is_some() && at("PromoteReadReplica") < at("PutObject"), "{changes:?}");
    println!(
        "us-east-1 and every global control plane gone: failed over with {} calls, {changes:?}",
        since.len()
    );
    workplace.proxy.clear();
    workplace.is_quiet();
}
