"""One directory of .tf files that both tools read, and the relight.hcl beside it that only relight reads.

Two regions, east serving and west standing by, from one module called once for each region and stack; a zone for all
stacks, and for each of them two health checks and a pair of failover records.
"""

from __future__ import annotations

from pathlib import Path

# What stands for each stack, and once for all of them.
RESOURCES_PER_REGION = 21
RESOURCES_PER_STACK = 2 * RESOURCES_PER_REGION + 4
SHARED_RESOURCES = 1

# What the phases give the variables: one autoscaling group gets another size; the standby's groups get instances, and its
# databases become their own sources.
CHANGED = {"changed": "true"}
TAKEN_OVER = {"capacity_up": "true", "promoted": "true"}


def resources(stacks: int) -> int:
    """How many resources a tool has to count."""
    return SHARED_RESOURCES + stacks * RESOURCES_PER_STACK


def write(directory: Path, stacks: int) -> None:
    """Writes the directory for so many stacks."""
    names = ", ".join(f'"s{number:02}"' for number in range(1, stacks + 1))
    (directory / "region").mkdir(parents=True)
    (directory / "main.tf").write_text(MAIN.replace("STACKS", names))
    (directory / "region" / "main.tf").write_text(REGION)
    (directory / "relight.hcl").write_text(RELIGHT)


MAIN = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
}

provider "aws" {
  alias             = "west"
  region            = "us-west-2"
  s3_use_path_style = true
}

variable "capacity_up" {
  type    = bool
  default = false
}

variable "promoted" {
  type    = bool
  default = false
}

variable "changed" {
  type    = bool
  default = false
}

locals {
  stacks = toset([STACKS])
}

module "east" {
  source   = "./region"
  for_each = local.stacks

  name       = each.key
  region     = "east"
  zones      = ["us-east-1a", "us-east-1b"]
  cidr       = "10.10.0.0/16"
  image      = "ami-12c6146b"
  capacity   = 2
  most       = var.changed && each.key == "s01" ? 5 : 4
  is_replica = false
  replicates = null
}

module "west" {
  source    = "./region"
  for_each  = local.stacks
  providers = { aws = aws.west }

  name       = each.key
  region     = "west"
  zones      = ["us-west-2a", "us-west-2b"]
  cidr       = "10.20.0.0/16"
  image      = "ami-12c6146b"
  capacity   = var.capacity_up ? 2 : 0
  most       = 4
  is_replica = true
  replicates = var.promoted ? null : module.east[each.key].database
}

resource "aws_route53_zone" "main" {
  name = "bench.example"
}

resource "aws_route53_health_check" "east" {
  for_each          = local.stacks
  type              = "HTTP"
  fqdn              = module.east[each.key].dns_name
  port              = 80
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
}

resource "aws_route53_health_check" "west" {
  for_each          = local.stacks
  type              = "HTTP"
  fqdn              = module.west[each.key].dns_name
  port              = 80
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
}

resource "aws_route53_record" "east" {
  for_each        = local.stacks
  zone_id         = aws_route53_zone.main.zone_id
  name            = "${each.key}.bench.example"
  type            = "A"
  set_identifier  = "east"
  health_check_id = aws_route53_health_check.east[each.key].id

  failover_routing_policy {
    type = "PRIMARY"
  }

  alias {
    name                   = module.east[each.key].dns_name
    zone_id                = module.east[each.key].zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "west" {
  for_each        = local.stacks
  zone_id         = aws_route53_zone.main.zone_id
  name            = "${each.key}.bench.example"
  type            = "A"
  set_identifier  = "west"
  health_check_id = aws_route53_health_check.west[each.key].id

  failover_routing_policy {
    type = "SECONDARY"
  }

  alias {
    name                   = module.west[each.key].dns_name
    zone_id                = module.west[each.key].zone_id
    evaluate_target_health = true
  }
}
"""

REGION = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "name" { type = string }
variable "region" { type = string }
variable "zones" { type = list(string) }
variable "cidr" { type = string }
variable "image" { type = string }
variable "capacity" { type = number }
variable "most" { type = number }
variable "is_replica" { type = bool }
variable "replicates" { type = string }

resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  availability_zone = var.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, count.index)
  tags              = { Name = "${var.name}-${count.index}" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = var.name }
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = var.name }
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.main.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table_association" "main" {
  count          = 2
  subnet_id      = aws_subnet.main[count.index].id
  route_table_id = aws_route_table.main.id
}

resource "aws_security_group" "main" {
  name        = "${var.name}-web"
  description = "Web and database"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = var.name }
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.main.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.main.id
  referenced_security_group_id = aws_security_group.main.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.main.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_launch_template" "main" {
  name                   = "${var.name}-web"
  image_id               = var.image
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.main.id]
}

resource "aws_autoscaling_group" "main" {
  name                = "${var.name}-web"
  min_size            = var.capacity
  desired_capacity    = var.capacity
  max_size            = var.most
  vpc_zone_identifier = aws_subnet.main[*].id
  target_group_arns   = [aws_lb_target_group.main.arn]

  launch_template {
    id      = aws_launch_template.main.id
    version = aws_launch_template.main.latest_version
  }
}

resource "aws_lb" "main" {
  name            = "${var.name}-${var.region}"
  subnets         = aws_subnet.main[*].id
  security_groups = [aws_security_group.main.id]
}

resource "aws_lb_target_group" "main" {
  name     = "${var.name}-${var.region}"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_listener" "main" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main.arn
  }
}

resource "aws_db_subnet_group" "main" {
  name       = "${var.name}-${var.region}"
  subnet_ids = aws_subnet.main[*].id
}

resource "aws_db_instance" "main" {
  identifier              = "${var.name}-${var.region}"
  replicate_source_db     = var.replicates
  engine                  = var.is_replica ? null : "postgres"
  engine_version          = var.is_replica ? null : "16.3"
  username                = var.is_replica ? null : "bench"
  password                = var.is_replica ? null : "not-a-secret-of-anybody"
  allocated_storage       = var.is_replica ? null : 20
  instance_class          = "db.t3.micro"
  backup_retention_period = 1
  db_subnet_group_name    = aws_db_subnet_group.main.name
  vpc_security_group_ids  = [aws_security_group.main.id]
  skip_final_snapshot     = true
  apply_immediately       = true
}

resource "aws_s3_bucket" "main" {
  bucket        = "bench-${var.name}-${var.region}"
  force_destroy = true
}

output "dns_name" { value = aws_lb.main.dns_name }
output "zone_id" { value = aws_lb.main.zone_id }
output "database" { value = aws_db_instance.main.arn }
"""

RELIGHT = """\
# All that relight needs beside the .tf files: which sites there are. What a file gives to `provider = aws.west` stands
# in oregon, everything else that has a region in virginia.
topology "bench" {}

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
  alias    = "west"
}

# What the standby becomes when it takes over: one word to relight, two variables to Terraform.
overlay "module.west.aws_autoscaling_group" "main" {
  primary {
    min_size         = 2
    desired_capacity = 2
  }
}

overlay "module.west.aws_db_instance" "main" {
  primary { replicate_source_db = null }
}
"""
