//! Regions that do not answer, answers that are lost, and services that are busy.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use relight_bed::{Nth, Rule, Settings, Trouble};
use serde_json::Value as Json;

use super::bed::{STACK_FOLDER, WEBSHOP, Workplace};
use super::made::{SHOP, STACK};
use super::world::assert_same;

/// Services that answer from one place for the whole world.
pub const GLOBAL: &[&str] = &["iam", "route53"];

/// The steps of one site as they stand in a plan, without the numbers that other sites' steps give them.
fn steps_of(plan: &Json, site: &str) -> Vec<String> {
    let steps = plan["content"]["steps"].as_array().expect("steps");
    let here = |step: &&Json| step["place"] == site;
    let told = steps.iter().filter(here).map(|step| {
        let after = step["after"].as_array().expect("what it follows").iter();
        let after =
            after.map(|id| &steps[usize::try_from(id.as_u64().expect("a number")).expect("a position")]);
        let after: Vec<&Json> = after.filter(here).map(|step| &step["address"]).collect();
        let mut told = step.clone();
        told["after"] = serde_json::json!(after);
        told["id"] = Json::Null;
        told.to_string()
    });
    told.collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a dead region keeps a person waiting is what is promised"
)]
pub fn a_region_that_swallows_calls_delays_and_changes_nothing_elsewhere() {
    let Some(shop) = SHOP.as_ref() else { return };
    let other = shop.workplace.elsewhere();
    // Something to do in both sites.
    other.edit(
        "network.hcl",
        "tags = { Name = local.name }",
        "tags = { Name = local.name, Team = \"shop\" }",
    );
    let plan = ["plan", "--format", "json", "--detailed-exitcode", "--var", "standby_posture=hot"];
    let healthy = other.relight(&plan).ending(2).json();
    let in_region = other.proxy.seen().into_iter().filter(|seen| seen.call.region == "us-east-1");
    let services: BTreeSet<String> = in_region.map(|seen| seen.call.service).collect();
    let regional: Vec<&String> =
        services.iter().filter(|service| !GLOBAL.contains(&service.as_str())).collect();
    assert!(regional.len() > 5, "{services:?}");
    for service in &regional {
        let rule = Rule::new(Nth::Every, Trouble::BlackHole).region("us-east-1");
        other.proxy.add(rule.service(service.as_str()));
    }
    let began = Instant::now();
    let said = other.relight(&plan).ending(7).saying(&["virginia", "--lost virginia", "--allow-unreachable"]);
    let took = began.elapsed();
    let blind = said.json();
    let (expected, found) = (steps_of(&healthy, "oregon"), steps_of(&blind, "oregon"));
    assert!(expected.len() > 1, "{expected:?}");
    assert_eq!(expected, found, "{}", said.err);
    assert_eq!(steps_of(&blind, "virginia"), Vec::<String>::new());
    assert!(!steps_of(&healthy, "virginia").is_empty());
    assert!(took < Duration::from_secs(15), "{took:?}");
    println!(
        "us-east-1 black-holed in {} services: planned in {:.1} s, exit 7, {} steps of us-west-2 as in health",
        regional.len(),
        took.as_secs_f64(),
        found.len()
    );
}

/// How calls of an operation went: how many, and how many reached the server.
fn effects(workplace: &Workplace) -> BTreeMap<String, (usize, usize)> {
    let mut effects: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for seen in workplace.changing() {
        let count = effects.entry(seen.call.operation).or_default();
        count.0 += 1;
        count.1 += usize::from(seen.forwarded && (200..300).contains(&seen.status));
    }
    effects
}

/// Class B: a token that was sent again had one effect, and asked for the same.
fn assert_tokens(workplace: &Workplace) -> u64 {
    let uses = workplace.proxy.tokens();
    let wrong: Vec<_> = uses.iter().filter(|(_, uses)| uses.mismatches > 0).collect();
    assert!(wrong.is_empty(), "the same token asked for something else: {wrong:?}");
    uses.values().map(|uses| uses.replays).sum()
}

#[test]
fn the_answer_to_the_first_call_of_every_changing_operation_is_lost() {
    let Some(shop) = SHOP.as_ref() else { return };
    let Some(workplace) = Workplace::new(WEBSHOP) else { return };
    let domain = format!("webshop-{}.example", workplace.account);
    let workplace = workplace.with("TF_VAR_domain", domain);
    for (service, operation) in &shop.changing {
        for region in ["us-east-1", "us-west-2"] {
            let rule = Rule::new(Nth::Only(1), Trouble::LoseAnswer).region(region);
            workplace.proxy.add(rule.service(service).operation(operation));
        }
    }
    workplace.apply();
    let lost = workplace.changing().iter().filter(|seen| seen.trouble == Some(Trouble::LoseAnswer)).count();
    assert!(lost >= shop.changing.len(), "only {lost} answers were lost");
    let world = workplace.world();
    assert_eq!(world.twice(), []);
    assert_same(&shop.shape, &world.shape(), "after lost answers");
    let replays = assert_tokens(&workplace);
    workplace.is_quiet();
    println!(
        "answers lost after the effect: {lost}, in {} operations of the web shop; {replays} tokens sent again; \
         applied once, exit 0, nothing twice, nothing outside",
        shop.changing.len()
    );
    for (operation, (calls, effects)) in effects(&workplace) {
        println!("  {operation}: {calls} calls, {effects} effects");
    }
}

/// One object of each identity class.
const CLASSES: &str = r#"
topology "classes" {}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "primary"
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "www.shop.example"
  type    = "A"
  ttl     = 60
  records = ["192.0.2.1"]
}
"#;

#[test]
fn the_answer_to_one_creation_of_each_identity_class_is_lost() {
    let Some(calm) = Workplace::of(CLASSES) else { return };
    calm.apply();
    let shape = calm.world().shape();
    for (class, operation) in [
        ("A", "CreateTopic"),
        ("B", "CreateHostedZone"),
        ("C", "CreateVpc"),
        ("D", "ChangeResourceRecordSets"),
    ] {
        let Some(workplace) = Workplace::of(CLASSES) else { return };
        workplace.proxy.add(Rule::new(Nth::Only(1), Trouble::LoseAnswer).operation(operation));
        workplace.apply();
        let world = workplace.world();
        assert_eq!(world.twice(), [], "{operation}");
        assert_same(&shape, &world.shape(), operation);
        let replays = assert_tokens(&workplace);
        let (calls, done) = effects(&workplace)[operation];
        println!(
            "class {class}, the answer to {operation} lost: {calls} calls, {done} effects, {replays} replays"
        );
    }
}

/// Throttled is what the service refuses before it does anything, failed what breaks down before it did anything.
pub fn a_busy_region_is_only_slower() {
    let (Some(calm), Some(busy)) = (STACK.as_ref(), Workplace::new(STACK_FOLDER)) else { return };
    busy.behave(Settings { seed: 7, throttled_percent: 30, failed_percent: 10, ..Settings::default() });
    busy.apply();
    let seen = busy.proxy.seen();
    let let_through = seen.iter().filter(|seen| seen.trouble.is_none()).count();
    busy.is_quiet();
    busy.behave(Settings::default());
    busy.is_quiet();
    assert_eq!(busy.world().twice(), []);
    assert_same(&calm.shape, &busy.world().shape(), "in a busy region");
    let ratio = |calls: usize| calls as f64 / calm.calls as f64;
    println!(
        "30 % throttled and 10 % failed: {} calls, {:.2} times those of a calm run ({}); {let_through} of them were \
         let through, {:.2} times",
        seen.len(),
        ratio(seen.len()),
        calm.calls,
        ratio(let_through),
    );
    // Of all attempts 63 % are let through, so that the same work takes 1.59 times the attempts at least. What is ours
    // is how much more work is asked for because of the trouble.
    assert!(ratio(let_through) <= 1.3, "{}", ratio(let_through));
}

/// Much to do for one service, a few lists aside.
const MANY: &str = r#"
topology "many" {}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "primary"
}

resource "aws_sns_topic" "all" {
  count = 150
  name  = "topic-${count.index}"
}
"#;

/// What a service refuses for its rate, it refuses less and less of: it is asked as fast as it takes calls.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how fast the calls of a calm run come is what a limit is held against"
)]
fn a_service_that_takes_fewer_calls_is_asked_more_slowly() {
    let Some(calm) = Workplace::of(MANY) else { return };
    let began = Instant::now();
    calm.apply();
    let pace = calm.proxy.seen().len() as f64 / began.elapsed().as_secs_f64();
    let Some(busy) = Workplace::of(MANY) else { return };
    // At the pace of the calm run, three calls of ten would be refused.
    let limit_per_second = (0.7 * pace) as u64;
    busy.behave(Settings { seed: 7, limit_per_second, failed_percent: 10, ..Settings::default() });
    busy.apply();
    let seen = busy.proxy.seen();
    let (calls, at_most) = (seen.len(), 1.3 * calm.proxy.seen().len() as f64);
    let throttled = seen.iter().filter(|seen| seen.trouble == Some(Trouble::Throttle)).count();
    println!(
        "{limit_per_second} calls a second of {pace:.0} taken, 10 % failed: {calls} calls, {:.2} times those of a calm run \
         ({throttled} throttled)",
        1.3 * calls as f64 / at_most,
    );
    assert!(calls as f64 <= at_most, "{calls} calls, more than {at_most:.0}");
    busy.behave(Settings::default());
    busy.is_quiet();
    assert_eq!(busy.world().twice(), []);
}
