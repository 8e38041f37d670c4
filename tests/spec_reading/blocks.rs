//! Every block with its meta-arguments, and what is said about wrong ones.

use relight::diag::{Diagnostics, Sources};
use relight::expr::{ExprKind, Reference, Step};
use relight::spec::{
    GuardKind, IgnoreChanges, Module, RemovedFrom, Repeat, Selector, Sites, TargetKey, parse_assignments,
};
use relight_contract::{Key, Mode, Posture, Type, Value};

use crate::support::{lines, read_text};

/// What a right text declares.
fn module(text: &str) -> Module {
    let (mut spec, problems) = read_text(text);
    assert!(problems.iter().all(|line| line.contains("(note)")), "{problems:#?}");
    spec.modules.remove(0)
}

/// The problems of a wrong text, as `code line:column message | help`.
fn problems(text: &str) -> Vec<String> {
    read_text(text).1
}

#[test]
fn topology_and_sites() {
    let module = module(
        "topology \"shop\" {\n  instance = var.env\n  objective {\n    rto = \"15m\"\n  }\n  store { url = \"s3://x\" }\n}\n\
         site \"oregon\" {\n  provider = \"aws\"\n  region = \"us-west-2\"\n  role = \"standby\"\n  posture = \"warm\"\n  \
         alias = \"west\"\n  values = { cidr = \"10.0.0.0/8\" }\n  aws { profile = \"r\" }\n}\n",
    );
    let topology = module.topology.expect("a topology");
    assert_eq!(&*topology.name.name, "shop");
    assert!(topology.instance.is_some());
    assert!(topology.objective.is_some_and(|objective| objective.attribute("rto").is_some()));
    assert!(topology.store.is_some_and(|store| store.attribute("url").is_some()));
    let site = &module.sites[0];
    assert_eq!((&*site.name.name, site.body.attributes.len()), ("oregon", 6));
    assert_eq!(site.body.blocks_named("aws").count(), 1);
}

#[test]
fn variables_and_their_types() {
    let module = module(
        r#"
variable "plain" {}
variable "old" { type = "string" }
variable "full" {
  type = map(object({
    name  = string
    disks = optional(list(number), [1, 2])
    tags  = optional(map(any))
    inner = object({ port = optional(number, 80) })
    pair  = tuple([bool, set(string)])
  }))
  description = "All of it."
  default     = {}
  sensitive   = true
  nullable    = false
  validation {
    condition     = length(var.full) > 0
    error_message = "Too few: ${length(var.full)}."
  }
}
"#,
    );
    let [plain, old, full] = module.variables.as_slice() else { panic!("{:?}", module.variables) };
    assert_eq!((&plain.ty, plain.nullable, plain.sensitive), (&Type::Dynamic, true, false));
    assert_eq!(old.ty, Type::String);
    let expected = "map(object({ disks = optional(list(number)), inner = object({ port = optional(number) }), name = \
                    string, pair = tuple([bool, set(string)]), tags = optional(map(any)) }))";
    assert_eq!(full.ty.to_string(), expected);
    assert_eq!((full.nullable, full.sensitive, full.validations.len()), (false, true, 1));
    assert_eq!(full.description.as_deref(), Some("All of it."));
    let element = &full.defaults.as_ref().expect("defaults").inner[0];
    assert_eq!((&*element.0, &*element.1.values[0].0), ("*", "disks"));
    assert_eq!((&*element.1.inner[0].0, &*element.1.inner[0].1.values[0].0), ("inner", "port"));
}

/// A resource and a data source with everything that they may have.
const EVERYTHING: &str = r#"
resource "aws_db_instance" "orders" {
  for_each   = toset(["a"])
  provider   = aws.west
  depends_on = [aws_vpc.main, module.net, data.aws_ami.x["a"]]
  sites      = all
  exists     = each.key != "b"
  identifier = "orders"
  timeouts { create = "90m" }
  dynamic "ingress" {
    for_each = var.rules
    iterator = rule
    content {
      port = rule.value.port
      dynamic "nested" {
        for_each = rule.value.more
        content { x = "${rule.key}-${nested.value}" }
      }
    }
  }
  site "oregon" { identifier = "orders-west" }
  primary {}
  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
  standby "pilot_light" { exists = false }
  drill { snapshot_identifier = "latest" }
  lost { x = null }
  lifecycle {
    prevent_destroy       = var.protect
    create_before_destroy = true
    ignore_changes        = [tags["a"], ingress[0].port, password]
    replace_triggered_by  = [aws_vpc.main.id]
    precondition {
      condition     = true
      error_message = "no"
    }
    postcondition {
      condition     = self.id != ""
      error_message = "no"
    }
  }
}
data "aws_ami" "x" {
  count = 2
  lifecycle { ignore_changes = all }
}
"#;

#[test]
fn a_resource_with_everything() {
    let module = module(EVERYTHING);
    let [orders, ami] = module.resources.as_slice() else { panic!("two") };
    assert!(
        matches!(orders.repeat, Some(Repeat::ForEach(_))) && matches!(ami.repeat, Some(Repeat::Count(_)))
    );
    assert_eq!(
        (orders.mode, ami.mode, &ami.lifecycle.ignore_changes),
        (Mode::Managed, Mode::Data, &IgnoreChanges::All)
    );
    let provider = orders.provider.as_ref().expect("a provider");
    assert_eq!(
        (&*provider.provider.name, provider.alias.as_ref().map(|alias| &*alias.name)),
        ("aws", Some("west"))
    );
    assert_eq!(orders.depends_on.len(), 3);
    assert!(matches!(orders.placement.sites, Some(Sites::All(_))) && orders.placement.exists.is_some());
    assert_eq!(orders.body.attributes.len(), 1);
    let selectors: Vec<_> = orders.placement.blocks.iter().map(|block| block.selector.clone()).collect();
    let expected = [
        Selector::Site("oregon".into()),
        Selector::Primary,
        Selector::Standby,
        Selector::Posture(Posture::PilotLight),
        Selector::Drill,
        Selector::Lost,
    ];
    assert_eq!(selectors, expected);
    assert!(
        orders.placement.blocks[3].exists.is_some() && orders.placement.blocks[3].body.attributes.is_empty()
    );
    let IgnoreChanges::Some(ignored) = &orders.lifecycle.ignore_changes else { panic!("paths") };
    let paths: Vec<_> = ignored.iter().map(|(name, steps)| (&*name.name, steps.clone())).collect();
    let steps = |steps: Vec<Step>| steps;
    assert_eq!(paths[0], ("tags", steps(vec![Step::Index(Value::text("a"))])));
    assert_eq!(
        paths[1],
        ("ingress", steps(vec![Step::Index(Value::from(0)), Step::Attribute("port".into())]))
    );
    assert_eq!(paths[2], ("password", vec![]));
    assert_eq!((orders.lifecycle.preconditions.len(), orders.lifecycle.postconditions.len()), (1, 1));
    let ingress = orders.body.blocks_named("ingress").next().expect("the dynamic block");
    assert_eq!(ingress.dynamic.as_ref().map(|dynamic| &*dynamic.iterator), Some("rule"));
    let mut bound = Vec::new();
    let nested = ingress.body.blocks_named("nested").next().expect("the inner one");
    let text = &nested.body.attributes[0].value;
    text.each_child(&mut |child| {
        child.each_child(&mut |base| bound.extend(matches!(base.kind, ExprKind::Bound(_)).then_some(())));
    });
    assert_eq!(bound.len(), 2, "both iterators are bound: {text:?}");
}

#[test]
fn overlays_name_resources_in_modules() {
    let module = module(
        "overlay \"module.a.module.b.aws_vpc\" \"this\" {\n  sites = [\"oregon\"]\n  standby \"warm\" { exists = false }\n}\n\
         overlay \"data.aws_ami\" \"x\" {\n}\n",
    );
    let path: Vec<&str> = module.overlays[0].module.iter().map(|name| &**name).collect();
    assert_eq!((path.as_slice(), &*module.overlays[0].kind.name), (&["a", "b"][..], "aws_vpc"));
    assert_eq!(module.overlays[1].mode, Mode::Data);
    assert!(matches!(module.overlays[0].placement.sites, Some(Sites::List(_))));
}

#[test]
fn declarations_of_a_module() {
    let module = module(
        r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
  default_tags {
    tags = { a = "b" }
  }
}
locals {
  a = 1
  b = local.a
}
output "x" {
  value       = local.b
  sensitive   = true
  depends_on  = [aws_vpc.main]
  description = "X"
  precondition {
    condition     = true
    error_message = "no"
  }
}
check "up" {
  data "http" "x" { url = "https://example.com" }
  assert {
    condition     = data.http.x.status_code == 200
    error_message = "down"
  }
}
probe "web" {
  http   = "https://${aws_lb.web.dns_name}"
  after  = [aws_autoscaling_group.web]
  within = "5m"
}
gate "promote" {
  before  = [aws_db_instance.orders]
  message = "Really?"
}
hook "warm" {
  on    = ["failover"]
  run   = ["./warm", site.name]
  after = [probe.web]
}
"#,
    );
    assert_eq!(
        (module.providers[0].alias.as_ref().map(|alias| &*alias.name), module.locals.len()),
        (Some("west"), 2)
    );
    assert_eq!(module.providers[0].body.blocks_named("default_tags").count(), 1);
    assert!(module.outputs[0].sensitive && module.outputs[0].preconditions.len() == 1);
    assert!(module.checks[0].data.is_some() && module.checks[0].assertions.len() == 1);
    let kinds: Vec<_> = module.guards.iter().map(|guard| guard.kind).collect();
    assert_eq!(kinds, [GuardKind::Probe, GuardKind::Gate, GuardKind::Hook]);
    let ExprKind::Tuple(after) = &module.guards[2].attributes[2].value.kind else { panic!("a list") };
    assert!(
        matches!(&after[0].kind, ExprKind::Reference(reference) if **reference == Reference::Probe("web".into()))
    );
}

#[test]
fn moves_removals_and_imports() {
    let module = module(
        r#"
moved {
  from = aws_vpc.a[0]
  to   = module.net["x"].aws_vpc.main
}
moved {
  from = module.a
  to   = module.b
}
removed {
  from = aws_vpc.old
  lifecycle { destroy = false }
}
removed { from = site.frankfurt }
import {
  for_each = var.ids
  to       = aws_vpc.main[each.key]
  id       = each.value
  site     = "oregon"
}
"#,
    );
    let from = module.moved[0].from.resource.clone().expect("a resource");
    assert_eq!((&*from.1, &*from.2, from.3), ("aws_vpc", "a", Some(TargetKey::Fixed(Key::Index(0)))));
    assert_eq!(module.moved[0].to.module, [("net".into(), Some(Key::Text("x".into())))]);
    assert!(module.moved[1].from.resource.is_none() && module.moved[1].to.module.len() == 1);
    assert!(!module.removed[0].destroy && matches!(module.removed[0].from, RemovedFrom::Target(_)));
    assert!(matches!(&module.removed[1].from, RemovedFrom::Site(site) if &*site.name == "frankfurt"));
    let import = &module.imports[0];
    assert!(import.for_each.is_some() && import.site.is_some());
    assert!(matches!(import.to.resource, Some((_, _, _, Some(TargetKey::Expr(_))))));
}

#[test]
fn wrong_blocks_are_told_all_at_once() {
    insta::assert_snapshot!(
        problems(
            r#"
resourcee "aws_vpc" "main" {}
resource "aws_vpc" {}
variable "source" { tpye = string }
variable "v" {
  type    = list(strng)
  default = var.x
}
output "x" {}
module "m" { version = "1" }
locals { block {} }
stray = 1
site "a" {
  provider = "aws"
  regoin   = "x"
}
probe "p" {}
gate "g" { mesage = "x" }
hook "h" { run = [] }
check "c" {}
moved { from = aws_vpc.a }
import {
  to = "aws_vpc.a"
  id = 1
}
overlay "module.x" "y" {}
resource "aws_vpc" "main" {
  count    = 1
  for_each = {}
  provisioner "local-exec" {}
  standby "wam" {}
  primary { depends_on = [] }
  primary "x" {}
  depends_on = ["aws_vpc.x", 1]
  lifecycle {
    ignore_change  = all
    ignore_changes = [1]
  }
  dynamic "x" {}
}
"#
        )
        .join("\n")
    );
}

#[test]
fn duplicates_are_told_with_the_first() {
    insta::assert_snapshot!(
        problems(
            r#"
topology "a" {}
topology "b" {}
variable "x" {}
variable "x" {}
locals { y = 1 }
locals { y = 2 }
resource "aws_vpc" "main" {
  primary {}
  primary {}
}
data "aws_vpc" "main" {}
resource "aws_vpc" "main" {}
provider "aws" {}
provider "aws" { alias = "x" }
provider "aws" { alias = "x" }
probe "p" { tcp = "a:1" }
gate "p" {
  message = "m"
  after   = []
}
probe "p" { tcp = "a:1" }
resource "aws_vpc" "b" {
  a = 1
  a = 2
}
"#
        )
        .join("\n")
    );
}

#[test]
fn every_syntax_error_of_a_file_is_found_and_the_rest_is_read() {
    let text = "locals {\n  a = [1, 2\n}\n\nresource \"aws_vpc\" \"good\" {\n  x = 1\n}\n\nresource \"aws_vpc\" \"bad\" {\n  \
                x = = 1\n}\n\nresource \"aws_vpc\" \"open\" {\n  tags = {\n    a = 1\n}\n\nvariable \"quote\" {\n  \
                default = \"abc\n}\n\noutput \"late\" {\n  value = 1\n}\n";
    let (spec, problems) = read_text(text);
    insta::assert_snapshot!(problems.join("\n"));
    assert_eq!((spec.modules[0].resources.len(), spec.modules[0].outputs.len()), (1, 1));
}

#[test]
fn files_of_values() {
    let mut sources = Sources::new();
    let text = "env = \"prod\" # so\nzones = [\n  \"a\",\n]\n";
    let file = sources.register("terraform.tfvars", text);
    let values = parse_assignments(text, file).expect("values");
    let names: Vec<&str> = values.iter().map(|value| &*value.name.name).collect();
    assert_eq!(names, ["env", "zones"]);
    let wrong = "a {}\n";
    let file = sources.register("wrong.tfvars", wrong);
    let problems: Diagnostics = parse_assignments(wrong, file).expect_err("a block");
    assert_eq!(
        lines(&problems, &sources),
        ["RL0610 1:1 A block cannot stand in a file of values. | Write `name = value`, one on each line."]
    );
}
