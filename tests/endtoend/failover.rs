//! The day for which all of it is: the primary's region swallows every call, and the standby takes over.

use std::collections::BTreeSet;
use std::time::Instant;

use relight_bed::{Nth, Rule, Trouble};
use serde_json::Value as Json;

use super::bed::{WEBSHOP, Workplace};
use super::faults::GLOBAL;
use super::world::World;

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
    let services: BTreeSet<&str> = seen.iter().map(|seen| &*seen.call.service).collect();
    for service in services.into_iter().filter(|service| !GLOBAL.contains(service)) {
        let rule = Rule::new(Nth::Every, Trouble::BlackHole).region(LOST);
        workplace.proxy.add(rule.service(service));
    }
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
