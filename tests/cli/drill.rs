//! `drill`: a shadow of the standby comes up apart from everything, and leaves nothing.

use std::collections::BTreeMap;

use relight_contract::Registry;
use relight_contract::builtin::BUILTIN;

use relight_sim::{Sandbox, Settings};
use serde_json::Value as Json;

use crate::context::TestContext;
use crate::failover::{ended, shop, status};

const START: [&str; 4] = ["drill", "start", "oregon", "--yes"];
const STOP: [&str; 4] = ["drill", "stop", "oregon", "--yes"];

/// Everything that stands in the clouds, read without relight: by where it is and what it is called, all that there is
/// to it.
fn listing(context: &TestContext) -> BTreeMap<String, String> {
    let registry = Registry::new(&[&relight_aws::AWS, &BUILTIN]);
    let folder = context.path(".relight/sandbox");
    let sandbox = Sandbox::open(&folder, registry, Settings::calm(0), None).expect("the sandbox");
    let all = sandbox.world().objects(u64::MAX / 2).map(|(domain, kind, mut live)| {
        // What moves by itself.
        live.attributes.retain(|name, _| !kind.field(name).is_some_and(|row| row.volatile));
        (format!("{domain:?} {} {}", kind.name, live.native_id), format!("{live:?}"))
    });
    all.collect()
}

/// Whether an object carries the hint of the shadow, or stands under one that does.
fn is_shadow(name: &str, object: &str, shadow: &[&str]) -> bool {
    object.contains("@oregon~drill") || shadow.iter().any(|id| name.contains(id))
}

#[test]
fn a_drill_comes_up_apart_and_leaves_nothing() {
    let context = shop();
    let before = listing(&context);
    let dry = ended(&context, &["drill", "start", "oregon", "--dry-run"], 0);
    insta::assert_snapshot!("drill", dry);
    assert_eq!(listing(&context), before, "a dry run makes nothing");

    let up = ended(&context, &START, 0);
    assert!(up.contains("\nReady in ") && up.contains("within the RTO of 30m."), "{up}");
    let during = listing(&context);
    for (name, object) in &before {
        assert_eq!(during.get(name), Some(object), "{name} was there before");
    }
    let new: Vec<(&String, &String)> =
        during.iter().filter(|(name, _)| !before.contains_key(*name)).collect();
    assert_eq!(new.len(), 33);
    let tagged = new.iter().filter(|(_, object)| object.contains("@oregon~drill"));
    let ids: Vec<&str> = tagged.filter_map(|(name, _)| name.rsplit(' ').next()).collect();
    for (name, object) in &new {
        assert!(name.contains("us-west-2") && is_shadow(name, object, &ids), "{name}: {object}");
    }
    // It is nothing of the topology's own, and everybody is told that it is there.
    let plan = ended(&context, &["plan", "--detailed-exitcode"], 0);
    assert!(plan.contains("a drill of `oregon` stands") && !plan.contains("nothing remembers it"), "{plan}");
    assert_eq!(status(&context)["drills"], serde_json::json!([{ "site": "oregon", "objects": 33 }]));
    let again = ended(&context, &START, 0);
    assert!(again.contains("No changes. All 33 objects are as the spec says."), "{again}");
    let refused = ended(&context, &["destroy", "--yes", "--var", "protected=false"], 1);
    assert!(refused.contains("RL0853"), "{refused}");

    ended(&context, &STOP, 0);
    assert_eq!(listing(&context), before);
    assert_eq!(status(&context)["drills"], serde_json::json!([]));
}

#[test]
fn a_drill_whose_store_is_gone_is_taken_down_by_its_tags() {
    let context = shop();
    let before = listing(&context);
    ended(&context, &START, 0);
    let store = context.path(".relight/sandbox/store/instances/production/drills");
    std::fs::remove_dir_all(store).expect("the store of the drill");
    ended(&context, &STOP, 0);
    assert_eq!(listing(&context), before);
}

/// What a failover does, step by step.
fn steps(context: &TestContext) -> Json {
    let failover = ["failover", "oregon", "--lost", "virginia", "--incident", "INC-7"];
    let arguments: Vec<&str> =
        failover.iter().chain(&["--dry-run", "--format", "json", "--sandbox"]).copied().collect();
    let ran = context.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    let plan: Json = serde_json::from_str(&ran.out).expect("a plan");
    plan["content"]["steps"].clone()
}

/// Begins a drill, and kills it while the database is being restored.
fn killed_half_way(context: &TestContext) {
    let mut slow = context.command(
        &[&START[..], &["--sandbox", "--sandbox-speed", "100", "--events", "events.jsonl"]].concat(),
    );
    let mut child = slow
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary");
    let restoring = || {
        let events = std::fs::read_to_string(context.path("events.jsonl")).unwrap_or_default();
        events.contains("aws_db_instance.orders@oregon~drill")
    };
    while !restoring() && child.try_wait().expect("its state").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("a kill");
    child.wait().expect("its end");
}

/// The day of the disaster is the day of the drill: it died half-way up, and nobody cares.
#[test]
fn a_failover_in_the_middle_of_a_drill_is_not_disturbed_by_it() {
    let context = shop();
    let alone = steps(&context);
    killed_half_way(&context);
    assert_eq!(steps(&context), alone);
    let done =
        ended(&context, &["failover", "oregon", "--lost", "virginia", "--incident", "INC-7", "--yes"], 0);
    assert!(done.contains("Recovered in "), "{done}");
    let refused = ended(&context, &START, 1);
    assert!(refused.contains("`oregon` is a primary: a drill is one of a standby"), "{refused}");
    let during = listing(&context);
    ended(&context, &STOP, 0);
    let after = listing(&context);
    assert!(after.len() < during.len());
    for (name, object) in &after {
        assert_eq!(during.get(name), Some(object), "{name}");
        assert!(!object.contains("@oregon~drill"), "{name}: {object}");
    }
    ended(&context, &["plan", "--detailed-exitcode"], 0);
}

#[test]
fn a_drill_that_died_goes_on() {
    let context = shop();
    let before = listing(&context);
    killed_half_way(&context);
    let ready = ended(&context, &["apply", "--resume"], 0);
    assert!(ready.contains("Ready in "), "{ready}");
    let again = ended(&context, &START, 0);
    assert!(again.contains("No changes."), "{again}");
    ended(&context, &STOP, 0);
    assert_eq!(listing(&context), before);
}

/// The other sites are not asked: that one of them is gone keeps nobody from drilling.
#[test]
fn a_drill_needs_its_own_site_only() {
    let context = shop();
    let mut command = context.command(&[&START[..], &["--sandbox"]].concat());
    command.env("RELIGHT_SANDBOX_FAULTS", r#"{"outages": ["virginia"]}"#);
    let ran = context.run_with(command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    assert!(ran.out.contains("Ready in "), "{}", ran.all());
}

#[test]
fn what_cannot_be_drilled_is_refused() {
    let context = shop();
    let before = listing(&context);
    let cases: [(&[&str], &str); 4] = [
        (&["drill", "start", "virginia", "--yes"], "`virginia` is a primary: a drill is one of a standby"),
        (&["drill", "start", "atlantis", "--yes"], "there is no site `atlantis`"),
        (&["drill", "start", "oregon", "--lost", "oregon", "--yes"], "`oregon` is lost"),
        (&["drill", "start", "oregon"], "nobody can be asked here"),
    ];
    for (arguments, said) in cases {
        let all = ended(&context, arguments, 1);
        assert!(all.contains(said), "{arguments:?}: {all}");
    }
    let spec =
        context.read("data.hcl").replace("backup_retention_period   = 7 ", "backup_retention_period   = 0 ");
    context.write("data.hcl", &spec);
    ended(&context, &["apply", "--yes"], 0);
    let all = ended(&context, &START, 1);
    assert!(all.contains("RL0851") && all.contains("webshop-production-orders"), "{all}");
    assert_eq!(before.len(), listing(&context).len());
}

const SITES: &str = r#"
topology "shop" {}
site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
}
site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_route_table" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
"#;

/// Every way in which a shadow would be joined to what serves is an error that names the attribute.
#[test]
fn a_shadow_is_joined_to_nothing() {
    let cases = [
        (
            r#"resource "aws_route" "out" {
  route_table_id         = aws_route_table.main.id
  destination_cidr_block = "10.9.0.0/16"
  transit_gateway_id     = "tgw-0123"
}"#,
            "`transit_gateway_id` of `aws_route.out` would join the drill of `oregon` to `tgw-0123`",
        ),
        (
            r#"resource "aws_security_group" "web" { vpc_id = "vpc-0123" }"#,
            "`vpc_id` of `aws_security_group.web` would join the drill of `oregon` to `vpc-0123`",
        ),
        (
            r#"resource "aws_route_table_association" "app" {
  for_each       = { app = sites.virginia.aws_subnet.app.id }
  subnet_id      = each.value
  route_table_id = aws_route_table.main.id
}"#,
            "`subnet_id` of `aws_route_table_association.app` would join the drill of `oregon` to \
             `aws_subnet.app@virginia`",
        ),
        (
            r#"resource "aws_s3_bucket_versioning" "media" {
  bucket = "media-${site.region}"
  versioning_configuration { status = "Enabled" }
}"#,
            "`bucket` of `aws_s3_bucket_versioning.media` would join the drill of `oregon` to `media-us-west-2`",
        ),
        (
            r#"resource "aws_db_instance" "orders" {
  identifier          = "orders"
  instance_class      = "db.m7g.large"
  replicate_source_db = "orders-source"
}"#,
            "`replicate_source_db` of `aws_db_instance.orders` would join the drill of `oregon` to `orders-source`",
        ),
    ];
    for (resource, said) in cases {
        let context = TestContext::with(&format!("{SITES}{resource}\n"));
        let all = ended(&context, &["drill", "start", "oregon", "--dry-run"], 1);
        assert!(all.contains("RL0850") && all.contains(said), "{resource}: {all}");
        assert_eq!(context.run(&["validate"]).code, Some(0), "only a drill is refused: {resource}");
    }
    // What the `drill` block itself says is what a drill does.
    let context = TestContext::with(&format!(
        "{SITES}resource \"aws_security_group\" \"web\" {{\n  vpc_id = aws_vpc.main.id\n  drill {{ vpc_id = \"vpc-0123\" }}\n}}\n"
    ));
    ended(&context, &["drill", "start", "oregon", "--dry-run"], 0);
}

/// A shadow has names of its own, as its kinds allow them, and nothing in it takes work off a queue.
#[test]
fn names_are_its_own_and_consumers_are_off() {
    let context = TestContext::with(&format!(
        r#"{SITES}
resource "aws_sqs_queue" "orders" {{
  name       = "orders.fifo"
  fifo_queue = true
}}
resource "aws_lb_target_group" "web" {{
  name     = "a-name-of-thirty-two-characters-"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}}
resource "aws_lambda_event_source_mapping" "orders" {{
  function_name    = "worker"
  event_source_arn = aws_sqs_queue.orders.arn
}}
resource "aws_dynamodb_table" "carts" {{
  name         = "carts"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  attribute {{
    name = "id"
    type = "S"
  }}
  site "oregon" {{
    replica {{ region_name = sites.virginia.region }}
  }}
}}
"#
    ));
    let ran = context.run(&["drill", "start", "oregon", "--dry-run", "--format", "json", "--sandbox"]);
    let plan: Json = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.all()));
    let of = |kind: &str| {
        let steps = plan["content"]["steps"].as_array().expect("steps");
        let step = steps.iter().find(|step| step["kind"] == kind).expect("a step");
        step["ask"]["create"]["attributes"].clone()
    };
    assert_eq!(of("aws_sqs_queue")["name"], "orders-drill.fifo");
    let name = of("aws_lb_target_group")["name"].as_str().expect("a name").to_owned();
    assert!(name.len() <= 32 && name.starts_with("a-name-of-thirty-") && name.ends_with("-drill"), "{name}");
    assert_eq!(of("aws_lambda_event_source_mapping")["enabled"], false);
    let table = of("aws_dynamodb_table");
    assert_eq!((&table["deletion_protection_enabled"], &table["replica"]), (&false.into(), &Json::Null));
}

/// A Terraform directory with modules, whose shadow stands, and goes, as well.
#[test]
fn a_directory_of_terraform_is_drilled() {
    let context = TestContext::new();
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/lift");
    for entry in walkdir::WalkDir::new(&example).min_depth(1) {
        let entry = entry.expect("an entry");
        let name = entry
            .path()
            .strip_prefix(&example)
            .expect("a part of it")
            .to_str()
            .expect("a plain name")
            .to_owned();
        match entry.file_type().is_dir() {
            true => std::fs::create_dir(context.path(&name)).expect("a folder"),
            false => drop(std::fs::copy(entry.path(), context.path(&name)).expect("a copy")),
        }
    }
    ended(&context, &["apply", "--yes"], 0);
    let before = listing(&context);
    let up = ended(&context, &["drill", "start", "frankfurt", "--yes"], 0);
    assert!(up.contains("Ready in "), "{up}");
    let during = listing(&context);
    assert!(
        before.iter().all(|(name, object)| during.get(name) == Some(object)) && during.len() > before.len()
    );
    ended(&context, &["drill", "stop", "frankfurt", "--yes"], 0);
    assert_eq!(listing(&context), before);
}

/// A member of a global cluster is none in a drill, and may be cloned there.
#[test]
fn a_cluster_leaves_its_global_cluster_and_is_cloned() {
    let cluster = |drill: &str| {
        format!(
            r#"{SITES}
resource "aws_rds_global_cluster" "orders" {{
  global_cluster_identifier = "orders"
  engine                    = "aurora-postgresql"
}}
resource "aws_rds_cluster" "orders" {{
  cluster_identifier        = "orders-${{site.name}}"
  engine                    = "aurora-postgresql"
  skip_final_snapshot       = true
  global_cluster_identifier = aws_rds_global_cluster.orders.id
  {drill}
}}
"#
        )
    };
    let context = TestContext::with(&cluster(""));
    let refused = ended(&context, &["drill", "start", "oregon", "--dry-run"], 1);
    let said = "`global_cluster_identifier` of `aws_rds_cluster.orders` would join the drill of `oregon` to \
                `aws_rds_global_cluster.orders`";
    assert!(refused.contains(said), "{refused}");
    let clone = "drill {\n global_cluster_identifier = null\n restore_to_point_in_time {\n \
                 source_cluster_identifier = \"orders-${site.name}\"\n restore_type = \"copy-on-write\"\n \
                 use_latest_restorable_time = true\n }\n }";
    context.write("main.hcl", &cluster(clone));
    let planned = ended(&context, &["drill", "start", "oregon", "--dry-run", "--details"], 0);
    for said in ["= \"orders-oregon-drill\"", "source_cluster_identifier = \"orders-oregon\""] {
        assert!(planned.contains(said), "{said}: {planned}");
    }
    assert!(!planned.contains("global_cluster_identifier"), "{planned}");
}
