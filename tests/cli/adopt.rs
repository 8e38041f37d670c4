//! `adopt`: an object that nobody owns becomes that of an address, and whatever else is asked for changes nothing.

use std::sync::Arc;

use relight_contract::{Kind, Name, Object, Owner, Place, Registry, Value, builtin};
use relight_sim::{Sandbox, SandboxError, Settings};

use crate::context::{Ran, TestContext};

const SPEC: &str = r#"
topology "demo" {}

site "east" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}

site "west" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_sns_topic" "news" {
  name = "news"
}

resource "aws_kms_alias" "shop" {
  sites         = ["east"]
  name          = "alias/shop"
  target_key_id = "11111111-1111-1111-1111-111111111111"
}
"#;

/// The sandbox of a test, for other hands. A process that another test is just starting may hold its lock for a moment.
fn sandbox(context: &TestContext) -> Sandbox {
    loop {
        let registry = Registry::new(&[&builtin::BUILTIN, &relight_aws::AWS]);
        match Sandbox::open(&context.path(".relight/sandbox"), registry, Settings::calm(1), None) {
            Err(SandboxError::Busy { .. }) => std::thread::yield_now(),
            opened => return opened.expect("the sandbox"),
        }
    }
}

fn place(site: &str) -> Arc<Place> {
    let region = if site == "west" { "us-west-2" } else { "us-east-1" };
    Arc::new(Place {
        name: site.into(),
        provider: "aws".into(),
        region: region.into(),
        account: None,
        global: false,
        settings: Object::new(),
    })
}

fn kind(name: &str) -> &'static Kind {
    relight_aws::KINDS.iter().find(|kind| kind.name == name).expect("a kind")
}

/// Somebody else makes an object.
fn made(
    context: &TestContext,
    site: &str,
    name: &str,
    fields: &[(&str, &str)],
    owner: Option<Owner>,
) -> Name {
    let fields: Object = fields.iter().map(|(name, text)| (Name::from(*name), Value::from(*text))).collect();
    let made = sandbox(context).with(|world| world.create_outside(&place(site), kind(name), &fields, owner));
    made.expect("the disk").expect("an object")
}

/// A network that nobody owns.
fn network(context: &TestContext, site: &str) -> Name {
    made(context, site, "aws_vpc", &[("cidr_block", "10.0.0.0/16")], None)
}

/// Everything that stands in the clouds.
fn standing(context: &TestContext) -> Vec<String> {
    let sandbox = sandbox(context);
    let late = sandbox.clock() + 3_600_000;
    let objects = sandbox.world().objects(late);
    objects.map(|(_, kind, live)| format!("{} {live:?}", kind.name)).collect()
}

fn run(context: &TestContext, arguments: &[&str]) -> Ran {
    with_faults(context, arguments, "{}")
}

fn with_faults(context: &TestContext, arguments: &[&str], faults: &str) -> Ran {
    loop {
        let mut command = context.command(&[arguments, &["--sandbox"]].concat());
        command.env("RELIGHT_SANDBOX_FAULTS", faults);
        let ran = context.run_with(command, "");
        // The lock again.
        if ran.code != Some(5) {
            return ran;
        }
    }
}

/// It ends with 1, says this, and changes nothing.
fn is_refused(context: &TestContext, arguments: &[&str], code: &str, words: &str) {
    let before = standing(context);
    let ran = run(context, &[&["adopt", "--yes"], arguments].concat());
    assert_eq!(ran.code, Some(1), "{arguments:?}: {}", ran.all());
    assert!(ran.err.contains(code) && ran.err.contains(words), "{arguments:?}: {}", ran.all());
    assert_eq!(standing(context), before, "{arguments:?}");
}

#[test]
fn an_object_of_nobody_becomes_ours_and_nothing_else_changes() {
    let context = TestContext::with(SPEC);
    let id = network(&context, "east");
    let asked = ["adopt", "aws_vpc.main@east", &id];
    let shown = run(&context, &[&asked[..], &["--dry-run"]].concat());
    assert_eq!(shown.code, Some(0), "{}", shown.all());
    insta::assert_snapshot!("adopted", shown.all().replace(&*id, "[VPC]"));
    let unasked = run(&context, &asked);
    assert!(unasked.code == Some(1) && unasked.err.contains("--yes"), "{}", unasked.all());

    // Without a site, the first primary is meant.
    let ran = run(&context, &["adopt", "aws_vpc.main", &id, "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    let now = standing(&context);
    assert!(now.len() == 1 && now[0].contains("aws_vpc.main@east"), "{now:?}");
    assert!(now[0].contains("(\"enable_dns_hostnames\", Bool(true))"), "{now:?}");
    let applied = run(&context, &["apply", "--yes"]);
    assert!(applied.code == Some(0) && applied.all().contains("1 unchanged"), "{}", applied.all());
    assert!(standing(&context).iter().any(|object| object.contains(&*id)), "it is the same one");
    is_refused(
        &context,
        &["aws_vpc.main@east", &id],
        "RL0810",
        "is the object of `aws_vpc.main@east` already",
    );
}

#[test]
fn what_carries_no_tag_is_ours_by_memory() {
    let context = TestContext::with(SPEC);
    let key = "11111111-1111-1111-1111-111111111111";
    let id = made(&context, "east", "aws_kms_alias", &[("name", "alias/shop"), ("target_key_id", key)], None);
    let ran = run(&context, &["adopt", "aws_kms_alias.shop@east", &id, "--yes"]);
    assert!(ran.code == Some(0) && ran.err.contains("Done: 1 step"), "{}", ran.all());
    // What memory did not know would be somebody else's now, and not be changed.
    assert_eq!(run(&context, &["apply", "--yes"]).code, Some(0));
    context.write("main.hcl", &SPEC.replace(key, "22222222-2222-2222-2222-222222222222"));
    let ran = run(&context, &["apply", "--yes"]);
    assert!(ran.code == Some(0) && ran.all().contains("1 to update"), "{}", ran.all());
}

#[test]
fn a_saved_adoption_is_applied_while_it_fits() {
    let context = TestContext::with(SPEC);
    let id = network(&context, "east");
    let asked = ["adopt", "aws_vpc.main@east", &id, "--dry-run", "--out", "saved.json"];
    assert_eq!(run(&context, &asked).code, Some(0));
    let ran = run(&context, &["apply", "saved.json"]);
    assert!(ran.code == Some(0) && ran.err.contains("Done: 2 steps"), "{}", ran.all());
    let again = run(&context, &["apply", "saved.json"]);
    assert_eq!(again.code, Some(3), "{}", again.all());
}

#[test]
fn an_adoption_that_was_left_is_taken_up() {
    let context = TestContext::with(SPEC);
    let id = network(&context, "east");
    let quota = r#"{"rules": [{"kind": "aws_vpc", "act": "update", "fault": "quota"}]}"#;
    let partly = with_faults(&context, &["adopt", "aws_vpc.main@east", &id, "--yes"], quota);
    assert_eq!(partly.code, Some(6), "{}", partly.all());
    let resumed = run(&context, &["apply", "--resume"]);
    assert_eq!(resumed.code, Some(0), "{}", resumed.all());
    let now = standing(&context);
    assert!(now.len() == 1 && now[0].contains("(\"enable_dns_hostnames\", Bool(true))"), "{now:?}");
}

#[test]
fn addresses_and_ids_that_mean_nothing_are_refused() {
    let context = TestContext::with(SPEC);
    let (here, there) = (network(&context, "east"), network(&context, "west"));
    for (address, id, code, words) in [
        ("aws_vpc.mian@east", &*here, "RL0812", "Did you mean `aws_vpc.main@east`?"),
        ("aws_kms_alias.shop@west", &*here, "RL0812", "has no object `aws_kms_alias.shop@west`"),
        ("vpc main", &*here, "RL0812", "has no object `vpc main`"),
        (
            "aws_vpc.main@east",
            "vpc-0nothing",
            "RL0810",
            "there is no `vpc-0nothing` of the kind `aws_vpc` in `east`",
        ),
        ("aws_subnet.app@east", &*here, "RL0810", "of the kind `aws_subnet` in `east`"),
        ("aws_vpc.main@east", &*there, "RL0810", "of the kind `aws_vpc` in `east`"),
    ] {
        is_refused(&context, &[address, id], code, words);
    }
}

#[test]
fn what_belongs_to_somebody_is_refused() {
    let context = TestContext::with(SPEC);
    let theirs = {
        let address: relight_contract::Address = "aws_vpc.main@east".parse().expect("an address");
        let owner = Owner { id: address.owner("other", "default"), address, mark: None };
        made(&context, "east", "aws_vpc", &[("cidr_block", "10.0.0.0/16")], Some(owner))
    };
    is_refused(&context, &["aws_vpc.main@east", &theirs], "RL0810", "belongs to another address or topology");
    assert_eq!(run(&context, &["apply", "--yes"]).code, Some(0));
    let free = network(&context, "east");
    is_refused(
        &context,
        &["aws_vpc.main@east", &free],
        "RL0810",
        "`aws_vpc.main@east` has an object already",
    );

    // The spec gets an address more, and an object of another one is given for it.
    let more = "resource \"aws_vpc\" \"more\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    context.write("main.hcl", &format!("{SPEC}{more}"));
    let ours = standing(&context).into_iter().find_map(|object| {
        let ours = object.starts_with("aws_vpc ") && object.contains("aws_vpc.main@east");
        let id = object.split("native_id: \"").nth(1)?.split('"').next()?.to_owned();
        (ours && id != *theirs).then_some(id)
    });
    let ours = ours.expect("our network");
    is_refused(&context, &["aws_vpc.more@east", &ours], "RL0810", "is the object of `aws_vpc.main@east`");
    let ran = run(&context, &["adopt", "aws_vpc.more@east", &free, "--yes"]);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
}

#[test]
fn nothing_is_replaced_and_nothing_else_is_made() {
    let context = TestContext::with(SPEC);
    let other = made(&context, "east", "aws_vpc", &[("cidr_block", "10.9.0.0/16")], None);
    is_refused(&context, &["aws_vpc.main@east", &other], "RL0810", "would not be adopted");
    let fields = [("cidr_block", "10.0.1.0/24"), ("vpc_id", &*other)];
    let subnet = made(&context, "east", "aws_subnet", &fields, None);
    is_refused(&context, &["aws_subnet.app@east", &subnet], "RL0814", "`aws_vpc.main@east`");

    // What else is wrong is no hindrance: here a name that is taken.
    made(&context, "west", "aws_sns_topic", &[("name", "news")], None);
    assert_eq!(run(&context, &["apply", "--yes"]).code, Some(1));
    let id = network(&context, "east");
    let ran = run(&context, &["adopt", "aws_vpc.main@east", &id, "--yes"]);
    assert!(ran.code == Some(0) && ran.out.contains("which exists and is not ours"), "{}", ran.all());
}

#[test]
fn nobody_adopts_where_nobody_looks() {
    let context = TestContext::with(SPEC);
    let (here, there) = (network(&context, "east"), network(&context, "west"));
    is_refused(&context, &["aws_vpc.main@west", &there, "--lost", "west"], "RL0801", "`west` is lost");
    let before = standing(&context);
    let outage = r#"{"outages": ["west"]}"#;
    let asked = ["adopt", "aws_vpc.main@west", &there, "--yes"];
    let ran = with_faults(&context, &asked, outage);
    assert!(ran.code == Some(7) && ran.err.contains("`west` cannot be reached"), "{}", ran.all());
    let ran = with_faults(&context, &[&asked[..], &["--allow-unreachable"]].concat(), outage);
    assert!(ran.code == Some(1) && ran.err.contains("RL0801"), "{}", ran.all());
    let denied = r#"{"rules": [{"place": "west", "act": "list", "fault": "denied"}]}"#;
    let ran = with_faults(&context, &asked, denied);
    assert!(ran.code == Some(1) && ran.err.contains("`west` cannot be read: denied"), "{}", ran.all());
    assert_eq!(standing(&context), before);
    // Elsewhere it goes on, as an apply does.
    let ran =
        with_faults(&context, &["adopt", "aws_vpc.main@east", &here, "--yes", "--lost", "west"], outage);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
}
