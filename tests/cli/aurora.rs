//! A global cluster of Aurora: who writes moves between its members, and everybody comes home to empty plans.

use crate::context::TestContext;
use crate::failover::{ended, status};

const SPEC: &str = r#"
topology "orders" {
  objective {
    rto = "30m"
    rpo = "1m"
  }
}

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

variable "password" {
  type      = string
  default   = "not-a-real-password"
  sensitive = true
}

resource "aws_rds_global_cluster" "orders" {
  global_cluster_identifier = "orders"
  engine                    = "aurora-postgresql"
  engine_version            = "16.8"
  storage_encrypted         = true
}

resource "aws_rds_cluster" "orders" {
  cluster_identifier        = "orders"
  engine                    = aws_rds_global_cluster.orders.engine
  engine_version            = aws_rds_global_cluster.orders.engine_version
  global_cluster_identifier = aws_rds_global_cluster.orders.id
  database_name             = "orders"
  master_username           = "keeper"
  master_password           = var.password
  storage_encrypted         = true
  skip_final_snapshot       = true

  standby {
    primary_cluster_arn = primary.aws_rds_cluster.orders.arn
  }
}

resource "aws_rds_cluster_instance" "orders" {
  identifier         = "orders-1"
  cluster_identifier = aws_rds_cluster.orders.id
  engine             = aws_rds_cluster.orders.engine
  instance_class     = "db.r6g.large"
}
"#;

const LOST: [&str; 7] = ["failover", "oregon", "--lost", "virginia", "--incident", "INC-9", "--yes"];

fn standing() -> TestContext {
    let context = TestContext::with(SPEC);
    ended(&context, &["apply", "--yes"], 0);
    is_settled(&context);
    context
}

/// Nothing is left to do under the roles that hold.
fn is_settled(context: &TestContext) {
    let plan = ended(context, &["plan", "--detailed-exitcode"], 0);
    assert!(plan.contains("No changes"), "{plan}");
}

/// Nothing is put aside: a member that wrote goes on as one that reads.
fn nothing_is_put_aside(context: &TestContext) {
    let status = status(context);
    assert_eq!(status["retired"].as_array().map(Vec::len), Some(0), "{status}");
    assert_eq!(status["debts"].as_array().map(Vec::len), Some(0), "{status}");
}

#[test]
fn a_reading_member_is_promoted_and_everybody_comes_home() {
    let context = standing();
    let dry = ended(&context, &[&LOST[..6], &["--dry-run", "--out", "saved.json"]].concat(), 0);
    assert!(dry.contains("promote  aws_rds_cluster.orders"), "{dry}");
    assert!(!context.read("saved.json").contains("\"planned\""), "what is lost is not waited for");
    ended(&context, &LOST, 0);
    is_settled(&context);
    let debts = status(&context)["debts"].to_string();
    assert!(debts.contains("aws_rds_cluster.orders@virginia"), "{debts}");

    let reprotected = ended(&context, &["reprotect", "--yes"], 0);
    assert!(reprotected.contains("demoted    aws_rds_cluster.orders@virginia"), "{reprotected}");
    is_settled(&context);
    nothing_is_put_aside(&context);

    let home = ended(&context, &["failback", "--yes"], 0);
    assert!(home.contains("promoted   aws_rds_cluster.orders@virginia"), "{home}");
    is_settled(&context);
    nothing_is_put_aside(&context);
}

/// Aurora waits itself for what the reading member has not got: no step does.
#[test]
fn members_change_their_roles() {
    let context = standing();
    ended(&context, &["switchover", "oregon", "--dry-run", "--out", "saved.json"], 0);
    assert!(context.read("saved.json").contains("\"planned\":true"), "it is asked for without a loss");
    let there = ended(&context, &["switchover", "oregon", "--yes"], 0);
    let order = ["promoted   aws_rds_cluster.orders@oregon", "demoted    aws_rds_cluster.orders@virginia"];
    let found = order.iter().map(|line| there.find(line).unwrap_or_else(|| panic!("{line}: {there}")));
    assert!(found.is_sorted(), "{there}");
    assert!(!there.contains("awaited"), "{there}");
    is_settled(&context);
    ended(&context, &["switchover", "virginia", "--yes"], 0);
    is_settled(&context);
    nothing_is_put_aside(&context);
}

/// Who writes is no field to edit: only a command that moves roles changes it.
#[test]
fn an_apply_moves_nobody() {
    let context = standing();
    context.write(
        "main.hcl",
        &SPEC.replace("    primary_cluster_arn = primary.aws_rds_cluster.orders.arn\n", ""),
    );
    let refused = ended(&context, &["apply", "--yes"], 1);
    let said =
        "`primary_cluster_arn` would promote `aws_rds_cluster.orders@oregon`, and an apply never does that";
    assert!(refused.contains(said), "{refused}");
}
