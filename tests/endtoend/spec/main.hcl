# A stack of some 46 objects in two regions: networks, machines behind load balancers, a database and its replica,
# buckets, and the name that leads to whoever serves. Small enough to be made twenty times, with every identity class.

topology "stack" {}

variable "account" {
  type = string
}

site "virginia" {
  provider = "aws"
  region   = "us-east-1"
  role     = "primary"
  values   = { cidr = "10.10.0.0/16", zones = ["us-east-1a", "us-east-1b"] }
}

site "oregon" {
  provider = "aws"
  region   = "us-west-2"
  role     = "standby"
  posture  = "warm"
  values   = { cidr = "10.20.0.0/16", zones = ["us-west-2a", "us-west-2b"] }
}

resource "aws_vpc" "main" {
  cidr_block = site.cidr
  tags       = { Name = "stack" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "app" {
  for_each          = toset(site.zones)
  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(site.cidr, 8, index(site.zones, each.key))
}

resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "app" {
  for_each       = aws_subnet.app
  subnet_id      = each.value.id
  route_table_id = aws_route_table.app.id
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_lb" "web" {
  name            = "web"
  security_groups = [aws_security_group.web.id]
  subnets         = [for subnet in aws_subnet.app : subnet.id]
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

data "aws_ami" "linux" {
  owners      = ["amazon"]
  most_recent = true

  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-kernel-6.1-arm64"]
  }
}

resource "aws_launch_template" "web" {
  name                   = "web"
  image_id               = data.aws_ami.linux.id
  instance_type          = "m7g.large"
  vpc_security_group_ids = [aws_security_group.web.id]
}

resource "aws_autoscaling_group" "web" {
  name                = "web"
  min_size            = 1
  desired_capacity    = 2
  max_size            = 4
  vpc_zone_identifier = [for subnet in aws_subnet.app : subnet.id]
  target_group_arns   = [aws_lb_target_group.web.arn]

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}

resource "aws_db_subnet_group" "orders" {
  name       = "orders"
  subnet_ids = [for subnet in aws_subnet.app : subnet.id]
}

resource "aws_db_instance" "orders" {
  identifier              = "orders"
  engine                  = "postgres"
  instance_class          = "db.t4g.micro"
  allocated_storage       = 20
  username                = "shop"
  password                = "not-a-real-password"
  db_subnet_group_name    = aws_db_subnet_group.orders.name
  backup_retention_period = 1
  skip_final_snapshot     = true

  standby { replicate_source_db = primary.aws_db_instance.orders.arn }
}

# The names of buckets are the world's.
resource "aws_s3_bucket" "media" {
  bucket = "media-${var.account}-${site.region}"
}

resource "aws_s3_bucket_versioning" "media" {
  bucket = aws_s3_bucket.media.bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}

resource "aws_iam_role" "web" {
  name = "web"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } },
    ]
  })
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}

resource "aws_route53_health_check" "web" {
  sites             = all
  type              = "HTTP"
  fqdn              = aws_lb.web.dns_name
  port              = 80
  resource_path     = "/healthz"
  request_interval  = 10
  failure_threshold = 3
}

resource "aws_route53_record" "www" {
  sites           = all
  zone_id         = aws_route53_zone.shop.zone_id
  name            = "www.shop.example"
  type            = "CNAME"
  ttl             = 60
  records         = [aws_lb.web.dns_name]
  set_identifier  = site.name
  health_check_id = aws_route53_health_check.web.id

  failover_routing_policy { type = "PRIMARY" }
  standby {
    failover_routing_policy { type = "SECONDARY" }
  }
}
